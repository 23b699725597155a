#include "desk/stations.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/ladder_parts.h"
#include "desk/manning.h"
#include "desk/relay.h"
#include "desk/trust.h"
#include "desk/warning.h"

enum { SCANNED_MOST = 5000 /* records looked at for one area's */ };

/* --- machines ------------------------------------------------------------------------------------------------------------------------- */

struct machines {
  struct desk *desk;
  struct trust *trust;
  struct station_line *line;
};

/* Logs that both may see and that this machine has not confirmed up to where we hold them. */
static int64_t unconfirmed(const struct machines *machines, const struct node *node)
{
  struct vector held = { 0 }, confirmed = { 0 };
  struct receipt receipt;
  int64_t count = 0;
  int known = receipt_read(machines->desk->store, node->number, &receipt, &confirmed, NULL);
  if (vector_read(machines->desk->store, &trust_own(machines->trust)->reach, &node->reach, &held, NULL) == 0)
    for (int i = 0; i < held.count; i++) {
      const struct log_head *head = known == 1 ? vector_find(&confirmed, &held.list[i].name) : NULL;
      struct log_parent parent;
      int64_t from = head ? head->seq : log_parent_read(machines->desk->store, &held.list[i].name, &parent, NULL) == 1 ? parent.seq : 0;
      if (held.list[i].name.node != node->number && held.list[i].seq > from) count += held.list[i].seq - from;
    }
  if (known == 1) vector_free(&confirmed);
  vector_free(&held);
  return count;
}

static void take_machine(void *context, const struct node *node)
{
  struct machines *machines = context;
  struct station_line *line = machines->line;
  struct peer peer = { 0 };
  if (node->state != NODE_TRUSTED || node->reach.areas[0] != line->area || node->number == trust_own(machines->trust)->number ||
      trust_has_heir(machines->trust, node->number))
    return;
  int64_t missing = unconfirmed(machines, node);
  if (!line->has_machine || missing < line->undelivered) line->undelivered = missing;
  line->has_machine = true;
  if (peer_read(machines->desk->store, node->number, &peer, NULL) != 1) return;
  if (peer_contact(&peer) <= line->contact) return;
  line->contact = peer_contact(&peer);
  line->skew = peer.skew;
}

struct holding {
  struct desk *desk;
  const struct trust *trust;
  const struct operation *operation;
  struct place {
    int64_t area;
    bool holds;
  } * places; /* below ours, with a machine that is trusted and may read the log */
  int count;
};

static struct place *place_of(struct holding *holding, int64_t area)
{
  for (int i = 0; i < holding->count; i++)
    if (holding->places[i].area == area) return &holding->places[i];
  holding->places = mem_grow(holding->places, (size_t)holding->count + 1, sizeof(*holding->places));
  holding->places[holding->count] = (struct place){ .area = area };
  return &holding->places[holding->count++];
}

static void ask_machine(void *context, const struct node *node)
{
  struct holding *holding = context;
  struct receipt receipt;
  struct vector vector = { 0 };
  int64_t own = store_area(holding->desk->store), area = node->reach.areas[0];
  if (node->state != NODE_TRUSTED || area == own || !area_contains(own, area) || !reach_reads(&node->reach, &holding->operation->log))
    return;
  struct place *place = place_of(holding, area);
  if (node->number == holding->operation->log.node) place->holds = true;
  if (place->holds || trust_has_heir(holding->trust, node->number) ||
      receipt_read(holding->desk->store, node->number, &receipt, &vector, NULL) != 1)
    return;
  const struct log_head *head = vector_find(&vector, &holding->operation->log);
  place->holds = head && head->seq >= holding->operation->seq;
  vector_free(&vector);
}

int station_holders(struct desk *desk, op_id op, int64_t area, int *all)
{
  struct operation operation = { 0 };
  struct holding holding = { .desk = desk, .operation = &operation };
  int held = 0;
  *all = 0;
  if (journal_read(desk->store, op, &operation, NULL) != 1) return 0;
  struct trust *trust = trust_open(desk);
  holding.trust = trust;
  trust_each(trust, ask_machine, &holding);
  trust_close(trust);
  for (int i = 0; i < holding.count; i++) {
    if (area != 0 && holding.places[i].area != area) continue;
    held += holding.places[i].holds;
    ++*all;
  }
  free(holding.places);
  operation_free(&operation);
  return held;
}

bool station_wrote(struct desk *desk, record_id record)
{
  return query_single(desk->store, "SELECT " STATION_WROTE("?1"), record, 0) != 0;
}

bool station_keeps_area(struct desk *desk, int64_t area)
{
  return query_single(desk->store, "SELECT " STATION_KEEPS_AREA("?1"), area, 0) != 0;
}

bool station_keeps(struct desk *desk, record_id record)
{
  return station_keeps_area(desk, record_area(desk->store, record));
}

/* --- warnings and orders -------------------------------------------------------------------------------------------------------------- */

static int warnings_count(struct desk *desk, int64_t now)
{
  return (int)query_single(desk->store, "SELECT count(DISTINCT key) FROM k_warning WHERE " WARNING_IN_FORCE("?1"), now, 0);
}

static void count_answers(struct desk *desk, int64_t now, struct station_line *line)
{
  char code[13];
  struct query *query = query_open(
    desk->store, "SELECT sum(received_at IS NOT NULL), sum(answered_at IS NOT NULL), sum(finished_at IS NOT NULL) FROM k_answer"
                 " WHERE voided IS NULL AND area = ?2 AND warning IN (SELECT key FROM k_warning WHERE " WARNING_IN_FORCE("?1") ")");
  query_bind_number(query, 1, now);
  query_bind_text(query, 2, area_text(line->area, code));
  if (query_next(query, NULL) == 1) {
    line->received = (int)query_number(query, 0);
    line->answered = (int)query_number(query, 1);
    line->finished = (int)query_number(query, 2);
  }
  query_close(query);
}

struct telling {
  struct desk *desk;
  struct station_line *line;
};

static bool count_told(void *context, const struct record *warning)
{
  struct telling *telling = context;
  struct relay_count count = { 0 };
  char code[13];
  if (relay_count_warning(telling->desk, record_text(warning, "key"), area_text(telling->line->area, code), &count, NULL) == 0) {
    telling->line->told += count.reached;
    telling->line->all += count.all;
  }
  return true;
}

struct ordering {
  struct desk *desk;
  struct station_line *line;
  int64_t now;
};

static bool count_order(void *context, const struct record *order)
{
  struct ordering *ordering = context;
  struct station_line *line = ordering->line;
  const char *state = record_text(order, "state");
  bool is_closed = state && strcmp(state, "closed") == 0;
  if (is_closed || record_lane(ordering->desk->store, order->id) != LANE_UP) return true;
  if (record_area(ordering->desk->store, order->id) != line->area || !station_wrote(ordering->desk, order->id)) return true;
  line->orders++;
  if (record_number(order, "replied_at", 0) > 0) return true;
  line->unanswered++;
  line->late += record_number(order, "deadline", INT64_MAX) < ordering->now;
  return true;
}

struct filtering {
  struct desk *desk;
  int64_t area;
  int left, scanned;
  bool (*row)(void *context, const struct record *record);
  void *context;
};

static bool take_record(void *context, const struct record *record)
{
  struct filtering *filtering = context;
  if (++filtering->scanned > SCANNED_MOST) return false;
  if (!area_contains(filtering->area, record_area(filtering->desk->store, record->id))) return true;
  return filtering->row(filtering->context, record) && --filtering->left > 0;
}

int station_records(struct desk *desk, const struct kind *kind, int64_t area, int most,
                    bool (*row)(void *context, const struct record *record), void *context, struct err *err)
{
  struct filtering filtering = { desk, area, most, 0, row, context };
  struct list_query query = { .kind = kind };
  return list_read(desk->store, &query, take_record, &filtering, err);
}

/* --- each of them --------------------------------------------------------------------------------------------------------------------- */

struct station {
  char *name;
  struct station_line line;
};

static void list_free(struct station *list, int count)
{
  for (int i = 0; i < count; i++) free(list[i].name);
  free(list);
}

/* Returns how many; list_free. -1: there are none. */
static int station_list(struct desk *desk, struct station **list, struct err *err)
{
  struct query *query = query_open(desk->store, "SELECT u.area, u.name FROM k_unit u WHERE " LADDER_BELOW " ORDER BY u.area");
  int count = 0, status;
  ladder_bind_below(desk, query);
  while ((status = query_next(query, err)) == 1) {
    int64_t area = area_from_text(query_text(query, 0), NULL);
    if (area < 0 || (count > 0 && (*list)[count - 1].line.area == area)) continue;
    *list = mem_grow(*list, (size_t)count + 1, sizeof(**list));
    (*list)[count++] = (struct station){ .name = mem_dup(query_text(query, 1)), .line = { .area = area } };
  }
  query_close(query);
  if (status == 0) return count;
  list_free(*list, count);
  *list = NULL;
  return -1;
}

static void station_fill(struct desk *desk, struct trust *trust, int64_t now, struct station_line *line)
{
  struct machines machines = { desk, trust, line };
  struct telling telling = { desk, line };
  struct ordering ordering = { desk, line, now };
  struct manning manning;
  manning_read(desk, line->area, &manning);
  line->gaps = manning.gaps;
  line->gap_from = manning.gap_from;
  manning_free(&manning);
  trust_each(trust, take_machine, &machines);
  count_answers(desk, now, line);
  warnings_in_force(desk, count_told, &telling, NULL);
  station_records(desk, &order_kind, line->area, SCANNED_MOST, count_order, &ordering, NULL);
}

int station_each(struct desk *desk, bool (*row)(void *context, const struct station_line *line), void *context, struct err *err)
{
  struct station *list = NULL;
  int64_t now = clock_now();
  int count = station_list(desk, &list, err), warnings = warnings_count(desk, now);
  struct trust *trust = trust_read(desk, err);
  bool more = trust != NULL;
  for (int i = 0; i < count; i++) {
    list[i].line.name = list[i].name;
    list[i].line.warnings = warnings;
    if (more) station_fill(desk, trust, now, &list[i].line);
    if (more) more = row(context, &list[i].line);
  }
  trust_close(trust);
  list_free(list, count);
  return count < 0 || !trust ? -1 : 0;
}

/* --- asking something of them --------------------------------------------------------------------------------------------------------- */

static void order_fill(struct desk *desk, struct values *values, const struct values *arguments, const char *sort)
{
  char *origin = lookup_unit(desk, store_area(desk->store));
  values_start_kind(values, &order_kind);
  values_set_text(values, "sort", sort);
  values_set_text(values, "origin", origin);
  values_set_text(values, "content", values_text(arguments, "content"));
  values_set_text(values, "state", "open");
  values_set_number(values, "received", clock_now());
  values_set_number(values, "deadline", values_number(arguments, "deadline", 0));
  free(origin);
}

/* Of that station's scope: it and those above it see it, its neighbours do not. */
static void order_one(struct act *act, int64_t area, const struct values *values, struct outcome *outcome)
{
  struct change *change = act_new(act, &order_kind, area, LANE_UP);
  change_set_all(change, values);
  change_number(change);
  outcome->kind = &order_kind;
  outcome->record = change_record(change);
}

/* Each has one of its own, so that each answers for itself. Returns how many. */
static int order_all(struct desk *desk, struct act *act, const struct values *values, struct outcome *outcome, struct err *err)
{
  struct station *list = NULL;
  int count = station_list(desk, &list, err);
  for (int i = 0; i < count; i++) order_one(act, list[i].line.area, values, outcome);
  list_free(list, count);
  return count;
}

static int order_send(struct desk *desk, const char *action, const char *sort, const struct values *arguments, struct outcome *outcome,
                      struct err *err)
{
  struct values values;
  const char *code = values_text(arguments, "area");
  int64_t own = store_area(desk->store), area = code ? area_from_text(code, err) : own;
  if (area < 0) return -1;
  if (code && (area == own || !area_contains(own, area))) return err_usage(err, _("area: only a station below ours can be asked"));
  order_fill(desk, &values, arguments, sort);
  struct act *act = duty_check(desk, &order_duty, NULL, &values, err) == 0 ? act_begin(desk->store, action, desk->officer, err) : NULL;
  if (!act) {
    values_free(&values);
    return -1;
  }
  int asked = area == own ? order_all(desk, act, &values, outcome, err) : (order_one(act, area, &values, outcome), 1);
  values_free(&values);
  if (asked <= 0) {
    act_cancel(act);
    return asked < 0 ? -1 : err_set(err, _("No unit below this station is on record."));
  }
  if (act_commit(act, err) != 0) return -1;
  if (area == own) outcome_say(outcome, _("Asked: %d stations"), asked);
  return 0;
}

static int order_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  (void)subject;
  return order_send(desk, "station.order", "instruction", arguments, outcome, err);
}

static int check_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  (void)subject;
  return order_send(desk, "station.check", "check", arguments, outcome, err);
}

static int check_prepare(struct desk *desk, record_id subject, struct values *arguments, struct err *err)
{
  (void)desk, (void)subject, (void)err;
  if (!values_known(arguments, "content"))
    values_set_text(arguments, "content", N_("Duty check: who is on duty, and is all well?")); /* L10N: 查岗：谁在岗？情况如何？ */
  if (!values_known(arguments, "deadline")) values_set_number(arguments, "deadline", clock_now() + 15 * CLOCK_MINUTE);
  return 0;
}

/* clang-format off */
static const struct field order_arguments[] = {
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .help = N_("Of the station that has to answer; empty: every station below") },
  { .name = "content", .type = FIELD_NOTE, .label = N_("Content"), .flags = FIELD_REQUIRED | FIELD_PHRASE },
  { .name = "deadline", .type = FIELD_TIME, .label = N_("Deadline"), .flags = FIELD_REQUIRED },
  { 0 },
};

const struct action station_actions[] = {
  { .name = "station.order",
    .label = N_("Order to a station"), /* L10N: 督办 */
    .help = N_("Sends an order with a deadline down to one station; its reply comes back by itself."),
    .command = "station order",
    .who = WHO_OFFICER,
    .arguments = order_arguments,
    .run = order_run },
  { .name = "station.check",
    .label = N_("Duty check of a station"), /* L10N: 查岗 */
    .help = N_("Asks a station whether its desk is manned; who answers, and when, comes back by itself."),
    .command = "station check",
    .who = WHO_OFFICER,
    .arguments = order_arguments,
    .prepare = check_prepare,
    .run = check_run },
  { 0 },
};
/* clang-format on */
