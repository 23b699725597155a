/* Signatures under a handover: the outgoing side offers; who was absent signs late. handover_relief.c has the incoming side. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/entry.h"
#include "desk/handover.h"
#include "desk/lookup.h"
#include "desk/officer.h"
#include "desk/session.h"
#include "store/act.h"
#include "store/query.h"

/* --- one signature ------------------------------------------------------------------------------------------------------------------- */

int signature_check(struct desk *desk, const struct signature *signature, struct err *err)
{
  const struct field *field = kind_field(&handover_kind, kind_field_index(&handover_kind, signature->field));
  char *name = lookup_name(desk, signature->officer);
  int status = 0;

  if (signature->officer == 0 || name == NULL) {
    status = err_set(err, _("%s: nobody is on that post in the roster; name somebody with roster substitute"), i18n_text(field->label));
  } else if (officer_refuse_foreign(desk, signature->officer, err) < 0) {
    status = err_prefix(err, "%s", i18n_text(field->label));
  } else if (signature->pin != NULL && *signature->pin != '\0') {
    status = session_check_pin(desk, signature->officer, signature->pin, err);
    if (status < 0) err_prefix(err, "%s, %s", i18n_text(signature->pin_label), name);
  } else if (signature->why == NULL || *signature->why == '\0') {
    status = err_usage(err, _("%s: the PIN of %s is missing; who is absent signs late, and the reason must be given"),
                       i18n_text(signature->pin_label), name);
  }
  free(name);
  return status;
}

void signature_write(struct change *change, const struct signature *signature, int64_t at, bool late)
{
  char field[16];
  bool signed_now = signature->pin != NULL && *signature->pin != '\0';

  if (signed_now) {
    change_set_number(change, signature->field, signature->officer);
    snprintf(field, sizeof field, "%s_at", signature->field);
    change_set_number(change, field, at);
    snprintf(field, sizeof field, "%s_late", signature->field);
    change_set_number(change, field, late);
  }
  if (!signed_now || late) {
    snprintf(field, sizeof field, "%s_why", signature->field);
    if (signature->why != NULL) change_set_text(change, field, signature->why);
  }
}

static void clear_signature(struct change *change, const char *side)
{
  static const char *const parts[] = { "", "_at", "_late", "_why" };
  char field[16];

  for (int i = 0; i < 4; i++) {
    snprintf(field, sizeof field, "%s%s", side, parts[i]);
    change_clear(change, field);
  }
}

/* --- offer --------------------------------------------------------------------------------------------------------------------------- */

static const struct field offer_arguments[] = {
  { .name = "out_a", .type = FIELD_REFERENCE, .label = N_("Outgoing A"), .flags = FIELD_AUTOMATIC, .reference = "officer" },
  { .name = "out_b", .type = FIELD_REFERENCE, .label = N_("Outgoing B"), .flags = FIELD_AUTOMATIC, .reference = "officer" },
  { .name = "pin_a", .type = FIELD_TEXT, .label = N_("PIN of outgoing A"), .flags = FIELD_REQUIRED | FIELD_SECRET },
  { .name = "pin_b",
    .type = FIELD_TEXT,
    .label = N_("PIN of outgoing B"),
    .flags = FIELD_SECRET,
    .help = N_("Empty: B is absent and signs late; then say why") },
  { .name = "absent", .type = FIELD_TEXT, .label = N_("Why B is absent"), .most = 200 },
  { .name = "early",
    .type = FIELD_TEXT,
    .label = N_("Why before its end"),
    .most = 200,
    .help = N_("Only where more than an hour of the shift is left") },
  { 0 },
};

static int offer_prepare(struct desk *desk, record_id subject, struct values *arguments, struct err *err)
{
  struct shift_on on;

  (void)subject;
  shift_on_duty(desk, clock_now(), &on);
  if (on.shift == 0)
    return err_set(err, _("nobody is on duty by the roster, so there is no shift to hand over: fill the roster (roster fill)"));
  if (on.officers[POST_A] != 0) values_set_number(arguments, "out_a", on.officers[POST_A]);
  if (on.officers[POST_B] != 0) values_set_number(arguments, "out_b", on.officers[POST_B]);
  return 0;
}

static int refuse_ownerless(struct desk *desk, struct err *err)
{
  char *what = lookup_text(desk,
                           "SELECT phrase(what) || ifnull(' (' || no || ')', '') FROM k_item WHERE state = 'open' AND owner IS NULL"
                           " AND voided IS NULL ORDER BY id LIMIT 1",
                           0);

  if (what == NULL) return 0;
  err_set(err, _("the open item \"%s\" has no owner: give it one first (item assign)"), what);
  free(what);
  return -1;
}

/* Pairs relieve each other some minutes before the hour; a choice of ours. */
#define EARLY CLOCK_HOUR

/* Only a screen asks: a script that hands over without the word goes on to work. */
static int refuse_early(const struct desk *desk, const struct shift_on *on, const char *why, struct err *err)
{
  char ends[CLOCK_TEXT];

  if (!desk->interactive || on->ends - clock_now() <= EARLY || why != NULL) return 0;
  err_usage(err, _("by the roster this shift lasts until %s; say why it is handed over before"), clock_text(ends, on->ends, CLOCK_SHORT));
  return err_prefix(err, "early");
}

/* In the log, which both the handover and the report of the shift carry. */
static void note_early(struct desk *desk, struct act *act, record_id handover, const struct shift_on *on, const char *why)
{
  int64_t left = on->ends - act_at(act);

  if (left <= EARLY || why == NULL) return;
  char *length = clock_length_phrase(left), *text = i18n_fill(N_("Handed over %s before the end of the shift: %s"), length, why);
  entry_note(desk, act, text, handover);
  free(text);
  free(length);
}

/* Everything that must hold, looked at again under the write lock. */
static int check_offer(struct desk *desk, const struct record *handover, const struct shift_on *on, record_id *next, struct err *err)
{
  if (transition_check(desk, handover_moves, "handover.offer", handover, NULL, err) == NULL) return -1;
  if (record_number(handover, "shift", 0) != on->shift)
    return err_set(err, _("the shift %s is not on duty: only the shift on duty hands over"), record_title(handover));
  *next = shift_successor(desk, on->shift, clock_now());
  if (*next == 0)
    return err_set(err, _("no shift follows in the roster: fill it first (roster fill), or the leader takes over (handover takeover)"));
  return refuse_ownerless(desk, err);
}

static int commit_offer(struct desk *desk, record_id id, const struct shift_on *on, const struct signature *signatures, int count,
                        const char *early, record_id *next, struct err *err)
{
  struct act *act = act_begin(desk->store, "handover.offer", desk->officer != 0 ? desk->officer : signatures[0].officer, err);
  struct record handover = { 0 };

  if (act == NULL) return -1;
  int status = lookup_record(desk, &handover_kind, id, &handover, err);
  if (status == 0) status = check_offer(desk, &handover, on, next, err);
  record_free(&handover);
  if (status < 0) {
    act_cancel(act);
    return -1;
  }
  struct change *change = act_edit(act, &handover_kind, id);
  change_set_number(change, "next", *next);
  clear_signature(change, "out_a");
  clear_signature(change, "out_b");
  for (int i = 0; i < count; i++) signature_write(change, &signatures[i], act_at(act), false);
  transition_write(desk, &handover_kind, change, "offered", signatures[0].officer, act_at(act), NULL);
  note_early(desk, act, id, on, early);
  return act_commit(act, err);
}

static int offer(struct desk *desk, const struct record *handover, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  const char *early = values_text(arguments, "early");
  struct shift_on on;
  record_id next = 0;
  int count = handover_signatures(desk);

  shift_on_duty(desk, clock_now(), &on);
  struct signature signatures[] = {
    { "out_a", on.officers[POST_A], values_text(arguments, "pin_a"), NULL, N_("PIN of outgoing A") },
    { "out_b", on.officers[POST_B], values_text(arguments, "pin_b"), values_text(arguments, "absent"), N_("PIN of outgoing B") },
  };
  if (check_offer(desk, handover, &on, &next, err) < 0 || refuse_early(desk, &on, early, err) < 0) return -1;
  for (int i = 0; i < count; i++)
    if (signature_check(desk, &signatures[i], err) < 0) return -1;
  if (commit_offer(desk, handover->id, &on, signatures, count, early, &next, err) < 0) return -1;
  char *name = lookup_text(desk, "SELECT name FROM k_shift WHERE id = ?1", next);
  outcome_say(outcome, _("Offered to the shift %s; it is accepted when they have signed."), name);
  free(name);
  if (count == 2 && signatures[1].pin == NULL) {
    outcome->attention = true;
    outcome_say(outcome, _("B has not signed and must sign late."));
  }
  return 0;
}

static int offer_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record handover = { 0 };

  if (subject == 0) subject = handover_draft(desk, err);
  if (subject == 0 || lookup_record(desk, &handover_kind, subject, &handover, err) < 0) return -1;
  outcome->kind = &handover_kind;
  outcome->record = subject;
  int status = offer(desk, &handover, arguments, outcome, err);
  record_free(&handover);
  return status;
}

/* --- signing late -------------------------------------------------------------------------------------------------------------------- */

static const struct choice sides[] = {
  { "out_b", N_("Outgoing B") }, { "in_a", N_("Incoming A") }, { "in_b", N_("Incoming B") }, { "out_a", N_("Outgoing A") }, { NULL, NULL },
};

static const struct field late_arguments[] = {
  { .name = "side", .type = FIELD_CHOICE, .label = N_("Signature"), .flags = FIELD_REQUIRED, .choices = sides },
  { .name = "why", .type = FIELD_TEXT, .label = N_("Why not in time"), .most = 200, .help = N_("Empty: as was said when it was missing") },
  { .name = "pin", .type = FIELD_TEXT, .label = N_("PIN"), .flags = FIELD_REQUIRED | FIELD_SECRET },
  { 0 },
};

/* A signature that is missing although the handover has gone on without it. */
static bool is_missing(const struct handover_facts *facts, const char *side)
{
  bool outgoing = side[0] == 'o',
       offered = !transition_possible(handover_moves, "handover.draft", transition_state(&facts->handover, "draft"));
  return record_number(&facts->handover, side, 0) == 0 && (outgoing ? offered : facts->frozen);
}

static record_id late_officer(const struct handover_facts *facts, const char *side)
{
  const struct record *shift = side[0] == 'o' ? &facts->shift : &facts->next;
  return shift->kind != NULL ? record_number(shift, side[strlen(side) - 1] == 'a' ? "post_a" : "post_b", 0) : 0;
}

static int sign_late(struct desk *desk, const struct handover_facts *facts, const struct values *arguments, struct err *err)
{
  const char *side = values_text(arguments, "side");
  struct signature signature = { side, late_officer(facts, side), values_text(arguments, "pin"), values_text(arguments, "why"), N_("PIN") };

  if (!is_missing(facts, side)) return err_set(err, _("no signature is missing there"));
  if (signature_check(desk, &signature, err) < 0) return -1;
  struct act *act = act_begin(desk->store, "handover.sign_late", signature.officer, err);
  if (act == NULL) return -1;
  signature_write(act_edit(act, &handover_kind, facts->handover.id), &signature, act_at(act), true);
  return act_commit(act, err);
}

static int late_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct handover_facts facts = { 0 };

  /* Without a subject: the newest that went on without a signature. */
  if (subject == 0)
    subject = query_single(desk->store,
                           "SELECT id FROM k_handover WHERE voided IS NULL AND starts > 0"
                           " AND (state = 'offered' OR relieved_at IS NOT NULL)"
                           " AND (out_b IS NULL OR in_a IS NULL OR in_b IS NULL) ORDER BY starts DESC LIMIT 1",
                           0, 0);
  int status = handover_gather(desk, subject, &facts, err);

  if (status == 0) status = sign_late(desk, &facts, arguments, err);
  handover_facts_free(&facts);
  if (status < 0) return -1;
  outcome->kind = &handover_kind;
  outcome->record = subject;
  outcome_say(outcome, _("Signed late."));
  return 0;
}

static bool late_possible(struct desk *desk, const struct record *record)
{
  int count = handover_signatures(desk);

  if (record == NULL || transition_possible(handover_moves, "handover.draft", transition_state(record, "draft"))) return false;
  if (count == 2 && record_number(record, "out_b", 0) == 0) return true;
  return handover_is_frozen(record) && (record_number(record, "in_a", 0) == 0 || (count == 2 && record_number(record, "in_b", 0) == 0));
}

bool handover_can(const struct record *record, const char *action)
{
  if (record == NULL) return transition_possible(handover_moves, action, "draft"); /* there is none yet */
  return !record_is_void(record) && transition_possible(handover_moves, action, transition_state(record, "draft"));
}

static bool offer_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  return handover_can(record, "handover.offer");
}

/* Without a subject they know which handover is meant: on the command line nobody types its name. */
const struct action handover_sign_actions[] = {
  { .name = "handover.offer",
    .label = N_("Hand over"),
    .button = N_("Hand over"),
    .key = "6",
    .command = "handover offer",
    .subject = "handover",
    .arguments = offer_arguments,
    .help = N_("The outgoing side signs and offers the desk to the next shift. Every open item needs an owner."),
    .possible = offer_possible,
    .prepare = offer_prepare,
    .run = offer_run },
  { .name = "handover.sign_late",
    .label = N_("Sign late"),
    .button = N_("Sign"),
    .key = "l",
    .command = "handover sign-late",
    .subject = "handover",
    .arguments = late_arguments,
    .help = N_("Somebody who was absent signs afterwards; the time shows it."),
    .possible = late_possible,
    .run = late_run },
  { 0 },
};
