/* What is done to a handover besides signing: writing the draft, reading back, declining, withdrawing, filing away, showing. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/handover.h"
#include "desk/lookup.h"
#include "desk/session.h"
#include "store/act.h"
#include "store/query.h"

static int done(struct outcome *outcome, record_id handover, const char *text)
{
  outcome->kind = &handover_kind;
  outcome->record = handover;
  outcome_say(outcome, "%s", text);
  return 0;
}

/* --- the draft ----------------------------------------------------------------------------------------------------------------------- */

static const struct field draft_arguments[] = {
  { .name = "weather", .type = FIELD_TEXT, .label = N_("Weather"), .most = 120 },
  { .name = "summary", .type = FIELD_NOTE, .label = N_("Shift summary") },
  { .name = "situation", .type = FIELD_NOTE, .label = N_("Situation") },
  { .name = "problems", .type = FIELD_NOTE, .label = N_("Problems") },
  { .name = "tasks", .type = FIELD_NOTE, .label = N_("Tasks") },
  { .name = "equipment", .type = FIELD_NOTE, .label = N_("Equipment") },
  { .name = "keys", .type = FIELD_NOTE, .label = N_("Keys") },
  { .name = "satellite", .type = FIELD_NOTE, .label = N_("Communication gear tests") },
  { .name = "people", .type = FIELD_NOTE, .label = N_("People transferred and not yet returned") },
  { 0 },
};

/* What was written already; equipment and keys, which seldom change, from the last handover. */
static int draft_prepare(struct desk *desk, record_id subject, struct values *arguments, struct err *err)
{
  static const char *const carried[] = { "equipment", "keys" };

  if (subject == 0) subject = handover_open(desk);
  if (subject != 0 && lookup_arguments(desk, &handover_kind, subject, arguments, err) < 0) return -1;
  struct query *query = query_open(
    desk->store,
    "SELECT equipment, keys FROM k_handover WHERE voided IS NULL AND relieved_at IS NOT NULL AND starts > 0 ORDER BY starts DESC LIMIT 1");
  if (query_next(query, NULL) == 1)
    for (int i = 0; i < 2; i++)
      if (!values_known(arguments, carried[i])) values_set_text(arguments, carried[i], query_text(query, i));
  query_close(query);
  return 0;
}

static int draft_write(struct desk *desk, const struct record *handover, const struct values *arguments, struct err *err)
{
  if (transition_check(desk, handover_moves, "handover.draft", handover, NULL, err) == NULL) return -1;
  struct act *act = act_begin(desk->store, "handover.draft", desk->officer, err);
  if (act == NULL) return -1;
  struct change *change = act_edit(act, &handover_kind, handover->id);
  for (int i = 0; i < arguments->count; i++)
    if (arguments->list[i].known) change_set(change, arguments->fields[i]->name, &arguments->list[i]);
  return act_commit(act, err);
}

static int draft_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record handover = { 0 };
  bool any = false;
  int status;

  if (subject == 0) subject = handover_draft(desk, err);
  if (subject == 0 || lookup_record(desk, &handover_kind, subject, &handover, err) < 0) return -1;
  for (int i = 0; i < arguments->count; i++) any |= arguments->list[i].known;
  status = any ? draft_write(desk, &handover, arguments, err) : 0;
  record_free(&handover);
  return status == 0 ? done(outcome, subject, _("The draft is saved.")) : -1;
}

/* --- read-back ----------------------------------------------------------------------------------------------------------------------- */

static const struct field readback_arguments[] = {
  { .name = "by",
    .type = FIELD_REFERENCE,
    .label = N_("Read back by"),
    .reference = "officer",
    .help = N_("Empty: who acts here, else the incoming A") },
  { 0 },
};

static bool is_incoming(struct desk *desk, const struct record *handover, record_id officer)
{
  struct record next = { 0 };
  bool is = false;

  if (record_read(desk->store, &shift_kind, record_number(handover, "next", 0), &next, NULL) == 1)
    for (enum post post = POST_A; post <= POST_LEADER; post++)
      is |= officer != 0 && record_number(&next, shift_post_field(post), 0) == officer;
  record_free(&next);
  return is;
}

static record_id reader(struct desk *desk, const struct record *handover, const struct values *arguments)
{
  record_id by = values_number(arguments, "by", 0);

  if (by == 0 && is_incoming(desk, handover, desk->officer)) by = desk->officer;
  if (by == 0) by = query_single(desk->store, "SELECT post_a FROM k_shift WHERE id = ?1", record_number(handover, "next", 0), 0);
  return by;
}

static int readback_write(struct desk *desk, const struct record *handover, const struct record *item, record_id by, struct err *err)
{
  struct act *act = act_begin(desk->store, "handover.readback", desk->officer, err);

  if (act == NULL) return -1;
  struct change *change = act_new(act, &readback_kind, 0, LANE_HERE);
  change_set_number(change, "handover", handover->id);
  change_set_number(change, "item", item->id);
  if (by != 0) change_set_number(change, "by", by);
  change_set_number(change, "at", act_at(act));
  change_set_number(change, "offered", record_number(handover, "state_at", 0));
  return act_commit(act, err);
}

static int readback_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record handover = { 0 }, item = { 0 };
  record_id open = handover_open(desk);
  int status = -1;

  if (open == 0) return err_set(err, _("nothing has been offered: the outgoing side signs first (handover offer)"));
  if (lookup_record(desk, &handover_kind, open, &handover, err) == 0 && lookup_record(desk, &item_kind, subject, &item, err) == 0 &&
      transition_check(desk, handover_moves, "handover.readback", &handover, NULL, err) != NULL) {
    if (record_is_void(&item) || strcmp(transition_state(&item, "open"), "open") != 0)
      err_set(err, _("the item \"%s\" is no longer open"), record_title(&item));
    else
      status = readback_write(desk, &handover, &item, reader(desk, &handover, arguments), err);
  }
  if (status == 0) outcome_say(outcome, _("Read back: %s"), record_title(&item));
  outcome->kind = &handover_kind;
  outcome->record = open;
  record_free(&handover);
  record_free(&item);
  return status;
}

/* --- declined, withdrawn, archived --------------------------------------------------------------------------------------------------- */

static const struct field why_arguments[] = { { .name = "why", .type = FIELD_NOTE, .label = N_("Why"), .flags = FIELD_REQUIRED }, { 0 } };

static bool is_outgoing(const struct record *handover, struct desk *desk)
{
  struct record shift = { 0 };
  bool is = false;

  if (record_read(desk->store, &shift_kind, record_number(handover, "shift", 0), &shift, NULL) == 1)
    for (enum post post = POST_A; post <= POST_LEADER; post++)
      is |= desk->officer != 0 && record_number(&shift, shift_post_field(post), 0) == desk->officer;
  record_free(&shift);
  return is;
}

static int refuse_stranger(struct desk *desk, const struct record *handover, bool outgoing, struct err *err)
{
  if (outgoing ? is_outgoing(handover, desk) : is_incoming(desk, handover, desk->officer)) return 0;
  if (session_may(desk, WHO_LEADER, NULL) == 0) return 0;
  return outgoing ? err_set(err, _("only the outgoing pair or a leader withdraws an offer"))
                  : err_set(err, _("only the incoming pair or a leader declines an offer"));
}

/* An offer that is withdrawn or declined leaves no signature behind: the next offer is signed anew. */
static int move_back(struct desk *desk, record_id subject, const char *action, bool outgoing, const char *why, struct outcome *outcome,
                     struct err *err)
{
  struct record handover = { 0 };

  if (subject == 0) subject = handover_open(desk);
  if (subject == 0) return err_set(err, _("nothing has been offered: the outgoing side signs first (handover offer)"));
  if (lookup_record(desk, &handover_kind, subject, &handover, err) < 0) return -1;
  const struct transition *move = transition_check(desk, handover_moves, action, &handover, why, err);
  struct act *act =
    move != NULL && refuse_stranger(desk, &handover, outgoing, err) == 0 ? act_begin(desk->store, action, desk->officer, err) : NULL;
  record_free(&handover);
  if (act == NULL) return -1;
  struct change *change = act_edit(act, &handover_kind, subject);
  static const char *const signatures[] = {
    "out_a", "out_a_at", "out_a_late", "out_a_why", "out_b", "out_b_at", "out_b_late", "out_b_why"
  };
  for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) change_clear(change, signatures[i]);
  transition_write(desk, &handover_kind, change, move->to, desk->officer, act_at(act), why);
  if (act_commit(act, err) < 0) return -1;
  return done(outcome, subject, lookup_choice(&handover_kind, "state", move->to));
}

static int decline_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  return move_back(desk, subject, "handover.decline", false, values_text(arguments, "why"), outcome, err);
}

static int withdraw_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  return move_back(desk, subject, "handover.withdraw", true, values_text(arguments, "why"), outcome, err);
}

static int archive_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  (void)arguments;
  return transition_run(desk, &handover_kind, handover_moves, "handover.archive", subject, NULL, outcome, err);
}

/* --- showing ------------------------------------------------------------------------------------------------------------------------- */

static void show_signatures(const struct handover_facts *facts, struct outcome *outcome)
{
  char at[CLOCK_TEXT];

  for (int i = 0; i < 4; i++) {
    const struct handover_signature *signature = &facts->signatures[i];
    if (signature->name == NULL) continue;
    outcome_say(outcome, _("%s: %s  %s%s"), i18n_text(signature->label), signature->name,
                signature->at != 0 ? clock_text(at, signature->at, CLOCK_DATE_TIME) : _("not signed"), signature->late ? _(" (late)") : "");
  }
}

static void show(const struct handover_facts *facts, struct outcome *outcome)
{
  outcome_say(outcome, "%s  %s", record_title(&facts->handover),
              lookup_choice(&handover_kind, "state", transition_state(&facts->handover, "draft")));
  for (int i = 0; i < HANDOVER_SECTIONS; i++) {
    struct buf text = BUF_INIT;
    handover_section_text(&facts->sections[i], &text);
    if (text.length > 0) outcome_say(outcome, "\n%s\n%s", i18n_text(facts->sections[i].label), buf_text(&text));
    buf_free(&text);
  }
  const char *reservations = record_text(&facts->handover, "reservations");
  if (reservations != NULL) outcome_say(outcome, "\n%s\n%s", _("Reservations"), reservations);
  outcome_say(outcome, "%s", "");
  show_signatures(facts, outcome);
}

static int show_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct handover_facts facts = { 0 };

  (void)arguments;
  if (subject == 0) subject = handover_open(desk);
  if (subject == 0)
    subject =
      query_single(desk->store, "SELECT id FROM k_handover WHERE voided IS NULL AND starts > ?1 ORDER BY starts DESC LIMIT 1", 0, 0);
  if (subject == 0) return err_set(err, _("there is no handover yet: handover draft makes one"));
  int status = handover_gather(desk, subject, &facts, err);
  outcome->kind = &handover_kind;
  outcome->record = subject;
  if (status == 0) show(&facts, outcome);
  handover_facts_free(&facts);
  return status;
}

static bool draft_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  return handover_can(record, "handover.draft");
}
static bool decline_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  return handover_can(record, "handover.decline");
}
static bool withdraw_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  return handover_can(record, "handover.withdraw");
}
static bool archive_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  return record != NULL && handover_can(record, "handover.archive");
}

static bool readback_possible(struct desk *desk, const struct record *record)
{
  if (record == NULL || !record_number(record, "critical", 0) || strcmp(transition_state(record, "open"), "open") != 0) return false;
  return query_single(desk->store, "SELECT state = 'offered' FROM k_handover WHERE id = ?1", handover_open(desk), 0) != 0;
}

const struct action handover_actions[] = {
  { .name = "handover.draft",
    .label = N_("Write the draft"),
    .key = "e",
    .command = "handover draft",
    .subject = "handover",
    .arguments = draft_arguments,
    .help = N_("The officers' own words for the handover of the shift on duty; events, items and warnings are taken from the records."),
    .possible = draft_possible,
    .prepare = draft_prepare,
    .run = draft_run },
  { .name = "handover.show",
    .label = N_("Show"),
    .command = "handover show",
    .subject = "handover",
    .help = N_("What the handover says now, with its signatures."),
    .run = show_run },
  { .name = "handover.readback",
    .label = N_("Read back"),
    .key = "b",
    .command = "handover readback",
    .subject = "item",
    .arguments = readback_arguments,
    .help = N_("The incoming side has read this critical item back."),
    .possible = readback_possible,
    .run = readback_run },
  { .name = "handover.decline",
    .label = N_("Decline"),
    .button = N_("Decline"),
    .key = "x",
    .command = "handover decline",
    .who = WHO_OFFICER,
    .subject = "handover",
    .arguments = why_arguments,
    .help = N_("The incoming side does not take the desk over as it is; says why."),
    .possible = decline_possible,
    .run = decline_run },
  { .name = "handover.withdraw",
    .label = N_("Withdraw"),
    .button = N_("Withdraw"),
    .key = "w",
    .command = "handover withdraw",
    .who = WHO_OFFICER,
    .subject = "handover",
    .arguments = why_arguments,
    .help = N_("The outgoing side takes its offer back; says why."),
    .possible = withdraw_possible,
    .run = withdraw_run },
  { .name = "handover.archive",
    .label = N_("File away"),
    .key = "f",
    .command = "handover archive",
    .who = WHO_OFFICER,
    .subject = "handover",
    .help = N_("The signed handover is filed; nothing more is expected of it."),
    .possible = archive_possible,
    .run = archive_run },
  { 0 },
};
