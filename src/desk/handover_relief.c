/* Being relieved: the incoming side accepts, or the leader takes over. What was signed is frozen and sealed in the same operation. */
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

static int refuse_not_offered(struct err *err)
{
  return err_set(err, _("nothing has been offered: the outgoing side signs first (handover offer)"));
}

static int accept_prepare(struct desk *desk, record_id subject, struct values *arguments, struct err *err)
{
  struct record handover = { 0 }, next = { 0 };

  if (subject == 0) subject = handover_open(desk);
  if (subject == 0) return refuse_not_offered(err);
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
    change_set_text(change, "change_why", N_("signed for it at the handover"));
  }
}

/* A late successor is logged (L). */
static void note_late(struct desk *desk, struct act *act, const struct record *next, record_id by)
{
  int64_t late = act_at(act) - record_number(next, "starts", 0);

  if (late <= config_number(desk->config, "shift.late_minutes") * CLOCK_MINUTE) return;
  char *name = lookup_name(desk, by), *length = clock_length_phrase(late);
  char *text = i18n_fill(N_("%s took over %s late."), name != NULL ? name : "?", length);
  entry_note(desk, act, text, next->id);
  free(length);
  free(name);
  free(text);
}

/* The act that relieves a pair: begun, with what the handover says gathered and its move checked again under the write lock, so that what
 * is frozen is what the seal covers. NULL: err says why. */
static struct act *relief_begin(struct desk *desk, const char *move, record_id actor, record_id handover, const char *why,
                                struct handover_facts *facts, struct err *err)
{
  struct act *act = act_begin(desk->store, strcmp(move, "handover.takeover") == 0 ? move : "handover.accept", actor, err);

  *facts = (struct handover_facts){ 0 };
  if (act == NULL) return NULL;
  if (handover_gather(desk, handover, facts, err) == 0 && transition_check(desk, handover_moves, move, &facts->handover, why, err) != NULL)
    return act;
  act_cancel(act);
  return NULL;
}

static void relief_write(struct desk *desk, struct act *act, struct change *change, const struct handover_facts *facts)
{
  freeze(change, facts);
  seal(desk, change, act_at(act));
}

static int commit_accept(struct desk *desk, record_id handover, const char *move, const char *to, const char *reserved,
                         const struct signature *signatures, int count, struct err *err)
{
  struct handover_facts facts;
  struct act *act = relief_begin(desk, move, desk->officer != 0 ? desk->officer : signatures[0].officer, handover, reserved, &facts, err);

  if (act == NULL || refuse_not_read_back(&facts, err) < 0) {
    if (act != NULL) act_cancel(act);
    handover_facts_free(&facts);
    return -1;
  }
  struct change *change = act_edit(act, &handover_kind, handover);
  relief_write(desk, act, change, &facts);
  for (int i = 0; i < count; i++) signature_write(change, &signatures[i], act_at(act), false);
  if (reserved != NULL) change_set_text(change, "reservations", reserved);
  transition_write(desk, &handover_kind, change, to, signatures[0].officer, act_at(act), reserved);
  correct_roster(act, &facts.next, signatures, count);
  note_late(desk, act, &facts.next, signatures[0].officer);
  handover_facts_free(&facts);
  return act_commit(act, err);
}

static int accept(struct desk *desk, const struct handover_facts *facts, const struct values *arguments, struct outcome *outcome,
                  struct err *err)
{
  const char *reserved = values_text(arguments, "reserved");
  const char *action = reserved != NULL ? "handover.accept_reserved" : "handover.accept";
  int count = handover_signatures(desk);
  const struct transition *move = transition_check(desk, handover_moves, action, &facts->handover, reserved, err);

  if (move == NULL) return -1;
  if (facts->next.kind == NULL) return err_set(err, _("no shift follows in the roster: fill it first (roster fill)"));
  struct signature signatures[] = {
    { "in_a", values_number(arguments, "in_a", record_number(&facts->next, "post_a", 0)), values_text(arguments, "pin_a"), NULL,
      N_("PIN of incoming A") },
    { "in_b", values_number(arguments, "in_b", record_number(&facts->next, "post_b", 0)), values_text(arguments, "pin_b"),
      values_text(arguments, "absent"), N_("PIN of incoming B") },
  };
  if (count == 2 && signatures[0].officer == signatures[1].officer && signatures[0].officer != 0)
    return err_set(err, _("one person cannot sign for A and for B"));
  if (refuse_not_read_back(facts, err) < 0) return -1;
  for (int i = 0; i < count; i++)
    if (signature_check(desk, &signatures[i], err) < 0) return -1;
  if (commit_accept(desk, facts->handover.id, action, move->to, reserved, signatures, count, err) < 0) return -1;
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
  if (subject == 0) return refuse_not_offered(err);
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

static int commit_takeover(struct desk *desk, record_id handover, record_id leader, const char *why, struct err *err)
{
  struct handover_facts facts;
  struct act *act = relief_begin(desk, "handover.takeover", leader, handover, why, &facts, err);

  if (act != NULL) {
    struct change *change = act_edit(act, &handover_kind, handover);
    relief_write(desk, act, change, &facts);
    change_set_number(change, "taken_by", leader);
    if (facts.next.kind != NULL)
      change_set_number(change, "next", facts.next.id);
    else
      change_clear(change, "next");
    transition_write(desk, &handover_kind, change, "taken_over", leader, act_at(act), why);
    entry_note(desk, act, why, handover);
  }
  handover_facts_free(&facts);
  return act != NULL ? act_commit(act, err) : -1;
}

static int takeover(struct desk *desk, const struct record *handover, const struct values *arguments, struct err *err)
{
  record_id leader = values_number(arguments, "leader", shift_officer_on(desk, POST_LEADER, clock_now()));
  const char *why = values_text(arguments, "why");

  if (transition_check(desk, handover_moves, "handover.takeover", handover, why, err) == NULL) return -1;
  if (refuse_no_leader(desk, leader, err) < 0) return -1;
  if (session_check_pin(desk, leader, values_text(arguments, "pin"), err) < 0) return err_prefix(err, "%s", _("Leader's PIN"));
  return commit_takeover(desk, handover->id, leader, why, err);
}

static int takeover_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record handover = { 0 };

  if (subject == 0) subject = handover_draft(desk, err);
  if (subject == 0 || lookup_record(desk, &handover_kind, subject, &handover, err) < 0) return -1;
  int status = takeover(desk, &handover, arguments, err);
  record_free(&handover);
  if (status < 0) return -1;
  outcome->kind = &handover_kind;
  outcome->record = subject;
  outcome_say(outcome, _("The leader has taken over; the outgoing pair is relieved. The incoming A signs late."));
  return 0;
}

static bool accept_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  return handover_can(record, "handover.accept");
}

static bool takeover_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  return handover_can(record, "handover.takeover");
}

/* Without a subject they mean the shift on duty. */
const struct action handover_relief_actions[] = {
  { .name = "handover.accept",
    .label = N_("Accept"),
    .button = N_("Accept"),
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
    .button = N_("Take over"),
    .key = "t",
    .command = "handover takeover",
    .subject = "handover",
    .arguments = takeover_arguments,
    .help = N_("When no successor comes, the leader relieves the outgoing pair with a reason and stands on post A until somebody signs."),
    .possible = takeover_possible,
    .prepare = takeover_prepare,
    .run = takeover_run },
  { 0 },
};
