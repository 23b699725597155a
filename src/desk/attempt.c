/* Attempts: each call that was made, by whom, how, and what it gave. Records of their own, so that two officers' attempts are a union. */
#include "base/i18n.h"
#include "desk/call.h"
#include "desk/duties.h"
#include "desk/figures.h"
#include "desk/ladder_parts.h"
#include "desk/warning.h"
#include "store/query.h"

const struct choice attempt_results[] = {
  { "unanswered", N_("not answered") },
  { "busy", N_("busy") },
  { "off", N_("switched off") },
  { "wrong", N_("wrong number") },
  { "sent", N_("somebody sent") /* L10N: 已派人 */ },
  { "answered", N_("answered") },
  { NULL, NULL },
};

/* clang-format off */
static const struct field fields[] = {
  { .name = "call", .type = FIELD_REFERENCE, .label = N_("Call"), .flags = FIELD_REQUIRED | FIELD_ONCE | FIELD_INDEXED,
    .reference = "call" },
  { .name = "callee", .type = FIELD_TEXT, .label = N_("Who is called"), .flags = FIELD_AUTOMATIC, .most = 60, .columns = 14 },
  { .name = "at", .type = FIELD_TIME, .label = N_("Time"), .flags = FIELD_REQUIRED | FIELD_ONCE | FIGURES_PAST, .columns = 11 },
  { .name = "channel", .type = FIELD_CHOICE, .label = N_("Channel"), .flags = FIELD_ONCE, .choices = warning_channels, .columns = 8 },
  { .name = "result", .type = FIELD_CHOICE, .label = N_("Result"), .flags = FIELD_REQUIRED | FIELD_ONCE, .choices = attempt_results,
    .columns = 12 },
  { .name = "who", .type = FIELD_TEXT, .label = N_("Who was sent or answered"), .flags = FIELD_ONCE, .most = 60, .columns = 10 },
  { .name = "officer", .type = FIELD_TEXT, .label = N_("Called by"), .flags = FIELD_AUTOMATIC, .most = 60, .columns = 10 },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};
/* clang-format on */

const struct kind attempt_kind = {
  .name = "attempt",
  .label = N_("Attempt"),
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP_URGENT),
  .title = "callee",
  .order = "at",
  .newest_first = true,
};

const struct duty attempt_duty = { .kind = &attempt_kind, .room = ROOM_NONE, .read_only = true, .scope = "call" };

void attempt_add(struct desk *desk, struct act *act, const struct record *call, const struct attempt *attempt)
{
  struct change *change = act_new(act, &attempt_kind, record_area(desk->store, call->id), LANE_UP_URGENT);
  char *officer = lookup_name(desk, desk->officer);

  change_set_number(change, "call", call->id);
  change_set_text(change, "callee", record_text(call, "callee"));
  change_set_number(change, "at", attempt->at != 0 ? attempt->at : act_at(act));
  change_set_text(change, "channel", attempt->channel);
  change_set_text(change, "result", attempt->result);
  change_set_text(change, "who", attempt->who);
  change_set_text(change, "officer", officer);
  change_set_text(change, "note", attempt->note);
  free(officer);
}

int attempt_failed(struct desk *desk, record_id call)
{
  return (int)query_single(desk->store, "SELECT count(*) FROM k_attempt WHERE call = ?1 AND voided IS NULL AND " ATTEMPT_FAILED, call, 0);
}

int attempt_each(struct desk *desk, record_id call, bool (*row)(void *context, const struct attempt_line *line), void *context,
                 struct err *err)
{
  struct query *query = query_open(desk->store, "SELECT id, at, channel, result, who, officer, note FROM k_attempt WHERE call = ?1"
                                                " AND voided IS NULL ORDER BY at, id");
  int status;

  query_bind_number(query, 1, call);
  while ((status = query_next(query, err)) == 1) {
    struct attempt_line line = { query_number(query, 0), query_number(query, 1), query_text(query, 2), query_text(query, 3),
                                 query_text(query, 4),   query_text(query, 5),   query_text(query, 6) };
    if (!row(context, &line)) break;
  }
  query_close(query);
  return status < 0 ? -1 : 0;
}
