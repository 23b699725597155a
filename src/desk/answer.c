/* A station's answer to a warning: received, answered, finished. Keyed by warning and area, so that two nodes of a station make one;
 * written by the actions, never typed. */
#include "desk/answer.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "desk/call.h"
#include "desk/duties.h"
#include "desk/ladder_parts.h"
#include "desk/relay.h"

#define NOTED (FIELD_AUTOMATIC | FIELD_UNDISPUTED)

/* clang-format off */
static const struct field fields[] = {
  { .name = "warning", .type = FIELD_TEXT, .label = N_("Warning"), .reference = "warning",
    .flags = FIELD_KEY | FIELD_AUTOMATIC | FIELD_INDEXED, .columns = 30 },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_KEY | FIELD_AUTOMATIC, .columns = 12 },
  { .name = "received_at", .type = FIELD_TIME, .label = N_("Received"), .flags = NOTED, .group = 1, .columns = 11 },
  { .name = "received_by", .type = FIELD_TEXT, .label = N_("Received by"), .flags = NOTED, .most = 60, .group = 1 },
  { .name = "read_sent", .type = FIELD_TIME, .label = N_("Read as issued at"), .flags = NOTED,
    .help = N_("Issue of the latest alert that was acknowledged") },
  { .name = "answered_at", .type = FIELD_TIME, .label = N_("First answered"), .flags = NOTED, .group = 2, .columns = 11 },
  { .name = "answered_by", .type = FIELD_TEXT, .label = N_("Answered by"), .flags = NOTED, .most = 60, .group = 2 },
  { .name = "finished_at", .type = FIELD_TIME, .label = N_("Finished"), .flags = NOTED, .group = 3, .columns = 11 },
  { .name = "finished_by", .type = FIELD_TEXT, .label = N_("Finished by"), .flags = NOTED, .most = 60, .group = 3 },
  { .name = "finished_why", .type = FIELD_NOTE, .label = N_("How it ended"), .flags = FIELD_AUTOMATIC, .group = 3 },
  { 0 },
};
/* clang-format on */

const struct kind answer_kind = {
  .name = "answer",
  .label = N_("Answer to a warning"), /* L10N: 预警反馈 */
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP_URGENT),
  .title = "warning",
  .order = "received_at",
  .newest_first = true,
  .is_keyed = true,
};

const struct duty answer_duty = { .kind = &answer_kind, .room = ROOM_WARNINGS, .read_only = true, .scope = "area" };

/* --- noting -------------------------------------------------------------------------------------------------------------------------- */

static int64_t noted(struct desk *desk, const char *warning, const char *sql)
{
  struct query *query = query_open(desk->store, sql);
  char own[13];

  query_bind_text(query, 1, warning);
  query_bind_text(query, 2, area_text(store_area(desk->store), own));
  int64_t value = query_next(query, NULL) == 1 ? query_number(query, 0) : 0;
  query_close(query);
  return value;
}

static struct change *open_answer(struct desk *desk, struct act *act, const char *warning)
{
  struct values key;
  char own[13];

  values_start_kind(&key, &answer_kind);
  values_set_text(&key, "warning", warning);
  values_set_text(&key, "area", area_text(store_area(desk->store), own));
  struct change *change = act_keyed(act, &answer_kind, 0, LANE_UP_URGENT, &key, NULL);
  values_free(&key);
  return change;
}

static void set_name(struct desk *desk, struct change *change, const char *field)
{
  char *name = lookup_name(desk, desk->officer);

  change_set_text(change, field, name);
  free(name);
}

void answer_received(struct desk *desk, struct act *act, const struct record *warning)
{
  const char *key = record_text(warning, "key");
  struct change *change = open_answer(desk, act, key);

  if (noted(desk, key, "SELECT received_at FROM k_answer WHERE warning = ?1 AND area = ?2 AND voided IS NULL") == 0) {
    change_set_number(change, "received_at", act_at(act));
    set_name(desk, change, "received_by");
  }
  change_set_number(change, "read_sent", record_number(warning, "sent", act_at(act)));
}

void answer_answered(struct desk *desk, struct act *act, const char *warning, int64_t at, const char *by)
{
  if (noted(desk, warning, "SELECT answered_at FROM k_answer WHERE warning = ?1 AND area = ?2 AND voided IS NULL") != 0) return;
  struct change *change = open_answer(desk, act, warning);
  change_set_number(change, "answered_at", at);
  change_set_text(change, "answered_by", by);
}

void answer_finished(struct desk *desk, struct act *act, const char *warning, int64_t at, const char *why)
{
  if (noted(desk, warning, "SELECT finished_at FROM k_answer WHERE warning = ?1 AND area = ?2 AND voided IS NULL") != 0) return;
  struct change *change = open_answer(desk, act, warning);
  change_set_number(change, "finished_at", at);
  set_name(desk, change, "finished_by");
  change_set_text(change, "finished_why", why);
}

/* --- what a superior sees ------------------------------------------------------------------------------------------------------------ */

/* clang-format off */
#define STATIONS                                                                                                                           \
  "SELECT u.area, u.name, a.id IS NOT NULL, a.received_at, a.answered_at, a.finished_at, a.received_by, a.answered_by, a.finished_by, "    \
  "c.id,"                                                                                                                                  \
  " c.state, (SELECT min(answered_at) FROM k_call d WHERE d.warning = ?3 AND d.area = u.area AND d.voided IS NULL"                        \
  " AND " CALL_OWN("d") ")"                                                                                                                \
  " FROM k_unit u LEFT JOIN k_answer a ON a.warning = ?3 AND a.area = u.area AND a.voided IS NULL"                                         \
  " LEFT JOIN k_call c ON c.id = (SELECT id FROM k_call d WHERE d.warning = ?3 AND d.area = u.area AND d.voided IS NULL"                   \
  " AND " CALL_OWN("d")                                                                                                                    \
  " ORDER BY d.answered_at IS NULL, d.state = 'escalated', d.rank DESC LIMIT 1) WHERE " LADDER_BELOW " ORDER BY u.area"
/* clang-format on */

struct unit {
  char *texts[6];
  struct answer_line line;
};

static void read_unit(struct query *query, struct unit *unit)
{
  static const int columns[] = { 0, 1, 6, 7, 8, 10 };

  for (int i = 0; i < 6; i++) unit->texts[i] = mem_dup(query_text(query, columns[i]));
  unit->line = (struct answer_line){ .area = unit->texts[0],
                                     .name = unit->texts[1],
                                     .known = query_number(query, 2) != 0,
                                     .received_at = query_number(query, 3),
                                     .answered_at = query_number(query, 4),
                                     .finished_at = query_number(query, 5),
                                     .received_by = unit->texts[2],
                                     .answered_by = unit->texts[3],
                                     .finished_by = unit->texts[4],
                                     .call = query_number(query, 9),
                                     .call_state = unit->texts[5],
                                     .called_at = query_number(query, 11) };
}

/* The counts are asked when the list has been read: a query is prepared once. */
static int tell_units(struct desk *desk, const char *warning, struct unit *units, int count,
                      bool (*row)(void *context, const struct answer_line *line), void *context, struct err *err)
{
  for (int i = 0; i < count; i++) {
    struct relay_count relayed;
    if (relay_count_warning(desk, warning, units[i].line.area, &relayed, err) < 0) return -1;
    units[i].line.reached = relayed.reached;
    units[i].line.all = relayed.all;
    if (!row(context, &units[i].line)) break;
  }
  return 0;
}

int answer_by_station(struct desk *desk, const char *warning, bool (*row)(void *context, const struct answer_line *line), void *context,
                      struct err *err)
{
  struct query *query = query_open(desk->store, STATIONS);
  struct unit *units = NULL;
  int count = 0, status;

  ladder_bind_below(desk, query);
  query_bind_text(query, 3, warning);
  while ((status = query_next(query, err)) == 1) {
    units = mem_grow(units, (size_t)count + 1, sizeof *units);
    read_unit(query, &units[count++]);
  }
  query_close(query);
  if (status == 0) status = tell_units(desk, warning, units, count, row, context, err);
  for (int i = 0; i < count; i++)
    for (int j = 0; j < 6; j++) free(units[i].texts[j]);
  free(units);
  return status < 0 ? -1 : 0;
}
