/* Call-and-answer (叫应): somebody has answered, not that a message was sent (V). The kind, its states and its rules; call_action.c has
 * what an officer does, call_sheet.c what a screen asks. */
#include "desk/call.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/ladder.h"
#include "desk/ladder_parts.h"
#include "desk/transition.h"
#include "desk/warning.h"

const struct choice warning_channels[] = {
  { "wechat", N_("WeChat group") },
  { "loudspeaker", N_("Loudspeaker") },
  { "sms", N_("SMS") },
  { "phone", N_("Phone") },
  { "radio", N_("Radio") },
  { "satellite", N_("Satellite phone") },
  { "gong", N_("Gong or whistle") },
  { "door", N_("Door to door") },
  { "other", N_("Other") },
  { NULL, NULL },
};

/* What a round of calls or a list was made for: a warning's colour, or its all-clear. */
const struct choice ladder_colours[] = {
  { "red", N_("Red") },   { "orange", N_("Orange") },     { "yellow", N_("Yellow") },
  { "blue", N_("Blue") }, { "unknown", N_("No colour") }, { "clear", N_("All-clear") /* L10N: 解除 */ },
  { NULL, NULL },
};

static const struct choice states[] = {
  { "waiting", N_("To be called") },
  { "answered", N_("Answered") },
  { "escalated", N_("Escalated") },
  { "unanswered", N_("Nobody answers") /* L10N: 无人应答 */ },
  { "skipped", N_("Nobody to call") /* L10N: 空岗，无人可叫 */ },
  { "closed", N_("Closed") },
  { NULL, NULL },
};

/* clang-format off */
const struct transition call_moves[] = {
  { "call.attempt", "waiting", "waiting", WHO_ANYONE, false },
  { "call.attempt", "escalated", "escalated", WHO_ANYONE, false },
  { "call.attempt", "unanswered", "unanswered", WHO_ANYONE, false },
  { "call.attempt", "skipped", "skipped", WHO_ANYONE, false },
  { "call.answer", "waiting", "answered", WHO_ANYONE, false },
  { "call.answer", "escalated", "answered", WHO_ANYONE, false },
  { "call.answer", "unanswered", "answered", WHO_ANYONE, false },
  { "call.answer", "skipped", "answered", WHO_ANYONE, false },
  { "call.escalate", "waiting", "escalated", WHO_ANYONE, false },
  { "call.escalate", "unanswered", "escalated", WHO_ANYONE, false },
  { "call.escalate", "skipped", "escalated", WHO_ANYONE, false },
  { "call.promise", "answered", "answered", WHO_ANYONE, false },
  { "call.close", "answered", "closed", WHO_ANYONE, false },
  { "call.close", "escalated", "closed", WHO_OFFICER, true },
  { "call.close", "unanswered", "closed", WHO_OFFICER, true },
  { "call.close", "skipped", "closed", WHO_OFFICER, true },
  { "call.close", "waiting", "closed", WHO_OFFICER, true },
  { "call.reopen", "closed", "waiting", WHO_ANYONE, true },
  { "call.reopen", "answered", "waiting", WHO_ANYONE, true },
  { NULL, NULL, NULL, WHO_ANYONE, false },
};

static const struct field fields[] = {
  { .name = "warning", .type = FIELD_TEXT, .label = N_("Warning"), .reference = "warning", .flags = FIELD_KEY | FIELD_INDEXED,
    .help = N_("The warning's key: who reads this need not hold it") },
  { .name = "colour", .type = FIELD_CHOICE, .label = N_("For the colour"), .flags = FIELD_KEY | FIELD_AUTOMATIC,
    .choices = ladder_colours },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_KEY },
  { .name = "chain", .type = FIELD_TEXT, .label = N_("Chain"), .flags = FIELD_KEY | FIELD_AUTOMATIC,
    .help = N_("The rung of the ladder with which it began; empty: a call made by hand") },
  { .name = "rung", .type = FIELD_TEXT, .label = N_("Rung"), .flags = FIELD_KEY | FIELD_AUTOMATIC },
  { .name = "callee", .type = FIELD_TEXT, .label = N_("Who is called"), .flags = FIELD_REQUIRED | FIELD_KEY, .most = 60, .columns = 12 },
  { .name = "made", .type = FIELD_TIME, .label = N_("Made at"), .flags = FIELD_KEY | FIELD_AUTOMATIC,
    .help = N_("Of a call made by hand") },
  TRANSITION_FIELDS(states, 1, FIELD_REFERENCE),
  { .name = "escalated_to", .type = FIELD_TEXT, .label = N_("Escalated to"), .flags = FIELD_AUTOMATIC | FIELD_PHRASE, .most = 400,
    .group = 1 },
  { .name = "role", .type = FIELD_TEXT, .label = N_("Role"), .flags = FIELD_PHRASE, .most = 60, .columns = 10 },
  { .name = "phone", .type = FIELD_PHONE, .label = N_("Phone"), .columns = 13 },
  { .name = "due", .type = FIELD_TIME, .label = N_("Due"), .flags = FIELD_REQUIRED | FIELD_UNDISPUTED, .columns = 11 },
  { .name = "planned", .type = FIELD_CHOICE, .label = N_("How to call"), .choices = warning_channels },
  { .name = "tries", .type = FIELD_INTEGER, .label = N_("Tries"), .most = 20,
    .help = N_("Calls without an answer until the next one is called; empty: no limit") },
  { .name = "rank", .type = FIELD_INTEGER, .label = N_("Rank"), .flags = FIELD_AUTOMATIC, .most = 100000 },
  { .name = "officer", .type = FIELD_REFERENCE, .label = N_("Officer"), .flags = FIELD_AUTOMATIC, .reference = "officer" },
  { .name = "contact", .type = FIELD_REFERENCE, .label = N_("Contact"), .flags = FIELD_AUTOMATIC, .reference = "contact" },
  { .name = "unit", .type = FIELD_REFERENCE, .label = N_("Unit"), .flags = FIELD_AUTOMATIC, .reference = "unit" },
  { .name = "answered_at", .type = FIELD_TIME, .label = N_("Answered at"), .flags = FIELD_AUTOMATIC, .group = 3, .columns = 11 },
  { .name = "answered_by", .type = FIELD_TEXT, .label = N_("Answered by"), .flags = FIELD_AUTOMATIC, .most = 60, .group = 3 },
  { .name = "channel", .type = FIELD_CHOICE, .label = N_("Channel"), .flags = FIELD_AUTOMATIC, .choices = warning_channels, .group = 3 },
  { .name = "read_back", .type = FIELD_YES, .label = N_("Read back"), .flags = FIELD_AUTOMATIC, .group = 3 },
  { .name = "promised", .type = FIELD_NOTE, .label = N_("Action promised"), .flags = FIELD_AUTOMATIC, .group = 3 },
  { .name = "promised_due", .type = FIELD_TIME, .label = N_("Promised for"), .flags = FIELD_AUTOMATIC, .group = 3 },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};
/* clang-format on */

const struct kind call_kind = {
  .name = "call",
  .label = N_("Call"),
  .letter = "C",
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP_URGENT),
  .title = "callee",
  .order = "due",
  .newest_first = true,
  .is_keyed = true,
};

static void defaults(struct desk *desk, struct values *values)
{
  values_set_number(values, "due", clock_now() + ladder_call_within(desk));
}

static void derive(struct desk *desk, const struct record *before, struct values *values)
{
  (void)desk;
  if (before != NULL) return;
  values_set_text(values, "state", "waiting");
  values_set_number(values, "made", clock_now());
}

const struct duty call_duty = { .kind = &call_kind, .room = ROOM_WARNINGS, .defaults = defaults, .derive = derive };
