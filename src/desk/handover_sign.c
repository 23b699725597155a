/* Signing a handover: offer, accept, take over, sign late. What both sides signed is frozen and sealed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/entry.h"
#include "desk/handover.h"
#include "desk/lookup.h"
#include "desk/session.h"
#include "store/act.h"
#include "store/journal.h"
#include "store/query.h"

/* --- one signature ------------------------------------------------------------------------------------------------------------------- */

struct signature {
  const char *field; /* "out_a" … */
  record_id officer;
  const char *pin; /* NULL: absent, signs late */
  const char *why; /* then: why */
};

static int check_signature(struct desk *desk, const struct signature *signature, struct err *err)
{
  const struct field *field = kind_field(&handover_kind, kind_field_index(&handover_kind, signature->field));
  char *name = lookup_name(desk, signature->officer);
  int status = 0;

  if (signature->officer == 0 || name == NULL) {
    status = err_set(err, _("%s: nobody is on that post in the roster; name somebody with roster substitute"), i18n_text(field->label));
  } else if (signature->pin != NULL && *signature->pin != '\0') {
    status = session_check_pin(desk, signature->officer, signature->pin, err);
    if (status < 0) err_prefix(err, "%s, %s", i18n_text(field->label), name);
  } else if (signature->why == NULL || *signature->why == '\0') {
    status = err_usage(err, _("%s: the PIN of %s is missing; who is absent signs late, and the reason must be given"),
                       i18n_text(field->label), name);
  }
  free(name);
  return status;
}

static void write_signature(struct change *change, const struct signature *signature, int64_t at, bool late)
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
                           "SELECT what || ifnull(' (' || no || ')', '') FROM k_item WHERE state = 'open' AND owner IS NULL AND voided IS "
                           "NULL ORDER BY id LIMIT 1",
                           0);

  if (what == NULL) return 0;
  err_set(err, _("the open item \"%s\" has no owner: give it one first (item assign)"), what);
  free(what);
  return -1;
}

static int commit_offer(struct desk *desk, const struct record *handover, record_id next, const struct signature *signatures, int count,
                        struct err *err)
{
  struct act *act = act_begin(desk->store, "handover.offer", desk->officer != 0 ? desk->officer : signatures[0].officer, err);

  if (act == NULL) return -1;
  struct change *change = act_edit(act, &handover_kind, handover->id);
  change_set_number(change, "next", next);
  clear_signature(change, "out_a");
  clear_signature(change, "out_b");
  for (int i = 0; i < count; i++) write_signature(change, &signatures[i], act_at(act), false);
  transition_write(desk, &handover_kind, change, "offered", signatures[0].officer, act_at(act), NULL);
  return act_commit(act, err);
}

static int offer(struct desk *desk, const struct record *handover, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct shift_on on;
  int count = handover_signatures(desk);

  shift_on_duty(desk, clock_now(), &on);
  struct signature signatures[] = {
    { "out_a", on.officers[POST_A], values_text(arguments, "pin_a"), NULL },
    { "out_b", on.officers[POST_B], values_text(arguments, "pin_b"), values_text(arguments, "absent") },
  };
  if (transition_check(desk, handover_moves, "handover.offer", handover, NULL, err) == NULL || refuse_ownerless(desk, err) < 0) return -1;
  record_id next = shift_successor(desk, on.shift, clock_now());
  if (next == 0)
    return err_set(err, _("no shift follows in the roster: fill it first (roster fill), or the leader takes over (handover takeover)"));
  for (int i = 0; i < count; i++)
    if (check_signature(desk, &signatures[i], err) < 0) return -1;
  if (commit_offer(desk, handover, next, signatures, count, err) < 0) return -1;
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

/* --- accept -------------------------------------------------------------------------------------------------------------------------- */

static const struct field accept_arguments[] = {
  { .name = "in_a", .type = FIELD_REFERENCE, .label = N_("Incoming A"), .reference = "officer", .help = N_("Empty: as the roster says") },
  { .name = "in_b", .type = FIELD_REFERENCE, .label = N_("Incoming B"), .reference = "officer", .help = N_("Empty: as the roster says") },
  { .name = "pin_a", .type = FIELD_TEXT, .label = N_("PIN of incoming A"), .flags = FIELD_REQUIRED | FIELD_SECRET },
  { .name = "pin_b",
    .type = FIELD_TEXT,
    .label = N_("PIN of incoming B"),
    .flags = FIELD_SECRET,
    .help = N_("Empty: B is absent and signs late; then say why") },
  { .name = "reserved",
    .type = FIELD_NOTE,
    .label = N_("Reservations"),
    .help = N_("What the incoming side does not agree with; empty: none") },
  { .name = "absent", .type = FIELD_TEXT, .label = N_("Why B is absent"), .most = 200 },
  { 0 },
};

static int accept_prepare(struct desk *desk, record_id subject, struct values *arguments, struct err *err)
{
  struct record handover = { 0 }, next = { 0 };

  if (subject == 0) subject = handover_open(desk);
  if (lookup_record(desk, &handover_kind, subject, &handover, err) < 0) return -1;
  int status = lookup_record(desk, &shift_kind, record_number(&handover, "next", 0), &next, err);
  if (status == 0 && record_number(&next, "post_a", 0) != 0) values_set_number(arguments, "in_a", record_number(&next, "post_a", 0));
  if (status == 0 && record_number(&next, "post_b", 0) != 0) values_set_number(arguments, "in_b", record_number(&next, "post_b", 0));
  record_free(&handover);
  record_free(&next);
  return status;
}

static int refuse_not_read_back(const struct handover_facts *facts, struct err *err)
{
  for (int i = 0; i < HANDOVER_SECTIONS; i++) {
    const struct handover_section *section = &facts->sections[i];
    if (strcmp(section->field, "items") != 0) continue;
    for (int j = 0; j < section->count; j++)
      if (section->lines[j].critical && !section->lines[j].read_back)
        return err_set(err, _("the critical item \"%s\" has not been read back: the incoming side reads it back first (handover readback)"),
                       section->lines[j].text);
  }
  return 0;
}

/* Everything as it stands now becomes the record's own text. */
static void freeze(struct change *change, const struct handover_facts *facts)
{
  for (int i = 0; i < HANDOVER_SECTIONS; i++) {
    struct buf text = BUF_INIT;
    handover_section_text(&facts->sections[i], &text);
    if (text.length > 0) change_set_text(change, facts->sections[i].field, buf_text(&text));
    buf_free(&text);
  }
}

static void seal(struct desk *desk, struct change *change, int64_t at)
{
  struct buf vector = BUF_INIT;

  journal_vector(desk->store, &vector);
  change_set_text(change, "seal", buf_text(&vector));
  change_set_number(change, "relieved_at", at);
  buf_free(&vector);
}

/* Who sits down is who is on duty: the roster follows where it said otherwise. */
static void correct_roster(struct act *act, const struct record *next, const struct signature *signatures, int count)
{
  struct change *change = NULL;

  for (int i = 0; i < count; i++) {
    const char *field = shift_post_field(POST_A + i);
    if (signatures[i].officer == record_number(next, field, 0)) continue;
    if (change == NULL) change = act_edit(act, &shift_kind, next->id);
    change_set_number(change, field, signatures[i].officer);
    change_set_text(change, "change_why", _("signed for it at the handover"));
  }
}

/* A late successor is logged (L). */
static void note_late(struct desk *desk, struct act *act, const struct record *next, record_id by)
{
  int64_t late = act_at(act) - record_number(next, "starts", 0);
  char length[CLOCK_TEXT];

  if (late <= config_number(desk->config, "shift.late_minutes") * CLOCK_MINUTE) return;
  char *name = lookup_name(desk, by), *text = mem_printf(_("%s took over %s late."), name != NULL ? name : "?", clock_length(length, late));
  entry_note(desk, act, text, next->id);
  free(name);
  free(text);
}

static int commit_accept(struct desk *desk, const struct handover_facts *facts, const char *to, const char *reserved,
                         const struct signature *signatures, int count, struct err *err)
{
  struct act *act = act_begin(desk->store, "handover.accept", desk->officer != 0 ? desk->officer : signatures[0].officer, err);

  if (act == NULL) return -1;
  struct change *change = act_edit(act, &handover_kind, facts->handover.id);
  freeze(change, facts);
  seal(desk, change, act_at(act));
  for (int i = 0; i < count; i++) write_signature(change, &signatures[i], act_at(act), false);
  if (reserved != NULL) change_set_text(change, "reservations", reserved);
  transition_write(desk, &handover_kind, change, to, signatures[0].officer, act_at(act), reserved);
  correct_roster(act, &facts->next, signatures, count);
  note_late(desk, act, &facts->next, signatures[0].officer);
  return act_commit(act, err);
}

static int accept(struct desk *desk, const struct handover_facts *facts, const struct values *arguments, struct outcome *outcome,
                  struct err *err)
{
  const char *reserved = values_text(arguments, "reserved");
  int count = handover_signatures(desk);
  const struct transition *move = transition_check(desk, handover_moves, reserved != NULL ? "handover.accept_reserved" : "handover.accept",
                                                   &facts->handover, reserved, err);

  if (move == NULL) return -1;
  if (facts->next.kind == NULL) return err_set(err, _("no shift follows in the roster: fill it first (roster fill)"));
  struct signature signatures[] = {
    { "in_a", values_number(arguments, "in_a", record_number(&facts->next, "post_a", 0)), values_text(arguments, "pin_a"), NULL },
    { "in_b", values_number(arguments, "in_b", record_number(&facts->next, "post_b", 0)), values_text(arguments, "pin_b"),
      values_text(arguments, "absent") },
  };
  if (count == 2 && signatures[0].officer == signatures[1].officer && signatures[0].officer != 0)
    return err_set(err, _("one person cannot sign for A and for B"));
  if (refuse_not_read_back(facts, err) < 0) return -1;
  for (int i = 0; i < count; i++)
    if (check_signature(desk, &signatures[i], err) < 0) return -1;
  if (commit_accept(desk, facts, move->to, reserved, signatures, count, err) < 0) return -1;
  outcome_say(outcome, _("Accepted: the shift %s is on duty, and the earlier one is sealed."), record_title(&facts->next));
  if (count == 2 && signatures[1].pin == NULL) {
    outcome->attention = true;
    outcome_say(outcome, _("B has not signed and must sign late."));
  }
  return 0;
}

static int accept_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct handover_facts facts = { 0 };

  if (subject == 0) subject = handover_open(desk);
  if (subject == 0) return err_set(err, _("nothing has been offered: the outgoing side signs first (handover offer)"));
  int status = handover_gather(desk, subject, &facts, err);
  outcome->kind = &handover_kind;
  outcome->record = subject;
  if (status == 0) status = accept(desk, &facts, arguments, outcome, err);
  handover_facts_free(&facts);
  return status;
}

/* --- takeover ------------------------------------------------------------------------------------------------------------------------ */

static const struct field takeover_arguments[] = {
  { .name = "leader", .type = FIELD_REFERENCE, .label = N_("Leader"), .reference = "officer", .help = N_("Empty: the leader on duty") },
  { .name = "why", .type = FIELD_NOTE, .label = N_("Why"), .flags = FIELD_REQUIRED },
  { .name = "pin", .type = FIELD_TEXT, .label = N_("Leader's PIN"), .flags = FIELD_REQUIRED | FIELD_SECRET },
  { 0 },
};

static int takeover_prepare(struct desk *desk, record_id subject, struct values *arguments, struct err *err)
{
  record_id leader = shift_officer_on(desk, POST_LEADER, clock_now());

  (void)subject;
  (void)err;
  if (leader != 0) values_set_number(arguments, "leader", leader);
  return 0;
}

static int refuse_no_leader(struct desk *desk, record_id leader, struct err *err)
{
  if (leader == 0) return err_usage(err, _("leader: nobody leads now; name the leader who takes over"));
  char *rank = lookup_text(desk, "SELECT rank FROM k_officer WHERE id = ?1 AND active = 1 AND voided IS NULL", leader);
  bool may = rank != NULL && strcmp(rank, "officer") != 0;
  free(rank);
  /* Whoever the roster has as leader leads, whatever his rank. */
  if (may || leader == shift_officer_on(desk, POST_LEADER, clock_now())) return 0;
  return err_set(err, _("only a leader may take the desk over"));
}

static int takeover(struct desk *desk, const struct handover_facts *facts, const struct values *arguments, struct err *err)
{
  record_id leader = values_number(arguments, "leader", shift_officer_on(desk, POST_LEADER, clock_now()));
  const char *why = values_text(arguments, "why");

  if (transition_check(desk, handover_moves, "handover.takeover", &facts->handover, why, err) == NULL ||
      refuse_no_leader(desk, leader, err) < 0)
    return -1;
  if (session_check_pin(desk, leader, values_text(arguments, "pin"), err) < 0) return -1;
  struct act *act = act_begin(desk->store, "handover.takeover", leader, err);
  if (act == NULL) return -1;
  struct change *change = act_edit(act, &handover_kind, facts->handover.id);
  freeze(change, facts);
  seal(desk, change, act_at(act));
  change_set_number(change, "taken_by", leader);
  if (facts->next.kind != NULL) change_set_number(change, "next", facts->next.id);
  transition_write(desk, &handover_kind, change, "taken_over", leader, act_at(act), why);
  entry_note(desk, act, why, facts->handover.id);
  return act_commit(act, err);
}

static int takeover_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct handover_facts facts = { 0 };

  if (subject == 0) subject = handover_draft(desk, err);
  if (subject == 0) return -1;
  int status = handover_gather(desk, subject, &facts, err);
  if (status == 0) status = takeover(desk, &facts, arguments, err);
  handover_facts_free(&facts);
  if (status < 0) return -1;
  outcome->kind = &handover_kind;
  outcome->record = subject;
  outcome_say(outcome, _("The leader has taken over; the outgoing pair is relieved. The incoming A signs late."));
  return 0;
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
  struct signature signature = { side, late_officer(facts, side), values_text(arguments, "pin"), values_text(arguments, "why") };

  if (!is_missing(facts, side)) return err_set(err, _("no signature is missing there"));
  if (check_signature(desk, &signature, err) < 0) return -1;
  struct act *act = act_begin(desk->store, "handover.sign_late", signature.officer, err);
  if (act == NULL) return -1;
  write_signature(act_edit(act, &handover_kind, facts->handover.id), &signature, act_at(act), true);
  return act_commit(act, err);
}

static int late_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct handover_facts facts = { 0 };
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

static bool can(const struct record *record, const char *action)
{
  return record == NULL || (!record_is_void(record) && transition_possible(handover_moves, action, transition_state(record, "draft")));
}
static bool offer_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  return can(record, "handover.offer");
}
static bool accept_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  return can(record, "handover.accept");
}
static bool takeover_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  return can(record, "handover.takeover");
}

/* Without a subject, offer, accept and takeover mean the shift on duty: on the command line nobody types its name. */
const struct action handover_sign_actions[] = {
  { .name = "handover.offer",
    .label = N_("Hand over"),
    .key = "6",
    .command = "handover offer",
    .subject = "handover",
    .arguments = offer_arguments,
    .help = N_("The outgoing side signs and offers the desk to the next shift. Every open item needs an owner."),
    .possible = offer_possible,
    .prepare = offer_prepare,
    .run = offer_run },
  { .name = "handover.accept",
    .label = N_("Accept"),
    .key = "a",
    .command = "handover accept",
    .subject = "handover",
    .arguments = accept_arguments,
    .help = N_("The incoming side signs: from now on it is on duty, and the earlier shift is sealed. Critical items are read back first."),
    .possible = accept_possible,
    .prepare = accept_prepare,
    .run = accept_run },
  { .name = "handover.takeover",
    .label = N_("Leader takes over"),
    .key = "t",
    .command = "handover takeover",
    .subject = "handover",
    .arguments = takeover_arguments,
    .help = N_("When no successor comes, the leader relieves the outgoing pair with a reason and stands on post A until somebody signs."),
    .possible = takeover_possible,
    .prepare = takeover_prepare,
    .run = takeover_run },
  { .name = "handover.sign_late",
    .label = N_("Sign late"),
    .key = "l",
    .command = "handover sign-late",
    .subject = "handover",
    .arguments = late_arguments,
    .help = N_("Somebody who was absent signs afterwards; the time shows it."),
    .possible = late_possible,
    .run = late_run },
  { 0 },
};
