/* The inbox of an exchange. Whoever decides writes a change like any other: it has seen every value, and all of them stay in the
 * history. */
#include "desk/conflict.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/session.h"
#include "desk/stations.h"
#include "store/act.h"
#include "store/query.h"

enum { PAIRS_MOST = 100 };

bool conflict_concerns(struct desk *desk, record_id id, const op_id *ops, int count)
{
  bool ours = station_keeps(desk, id);
  for (int i = 0; i < count && !ours; i++) ours = query_single(desk->store, "SELECT " STATION_WROTE("(?1 << 12)"), ops[i], 0) != 0;
  return ours;
}

struct counting {
  struct desk *desk;
  int ours;
};

static bool count_ours(void *context, const struct kind *kind, record_id id, int field, const op_id *ops, int count)
{
  struct counting *counting = context;
  (void)kind, (void)field;
  counting->ours += conflict_concerns(counting->desk, id, ops, count);
  return true;
}

int conflict_ours(struct desk *desk)
{
  struct counting counting = { desk, 0 };
  conflict_each(desk->store, count_ours, &counting, NULL);
  return counting.ours;
}

/* --- the versions -------------------------------------------------------------------------------------------------------------------- */

struct reading {
  struct desk *desk;
  const struct kind *kind;
  int field;
  const op_id *ops;
  int count;
  bool (*row)(void *context, const struct conflict_version *version);
  void *context;
};

static bool is_part(const struct kind *kind, int index, int field)
{
  return index == field || field_same_group(kind_field(kind, index), kind_field(kind, field));
}

/* Who moved a state, and when, stands beside it already. */
static bool is_worth_showing(const struct kind *kind, int index, int field)
{
  const char *name = kind_field(kind, index)->name;
  return index == field || (strcmp(name, "state_by") != 0 && strcmp(name, "state_at") != 0);
}

static void show_value(const struct reading *reading, const struct history_step *step, struct buf *out)
{
  for (int i = 0; i < step->values->count; i++) {
    if (!is_part(reading->kind, i, reading->field) || !step->sets[i] || !step->values->list[i].known ||
        !is_worth_showing(reading->kind, i, reading->field))
      continue;
    if (out->length > 0) buf_adds(out, " · ");
    value_show(reading->desk->store, kind_field(reading->kind, i), &step->values->list[i], out);
  }
}

static bool take_step(void *context, const struct history_step *step)
{
  const struct reading *reading = context;
  struct buf value = BUF_INIT;
  bool is_one = false;
  for (int i = 0; i < reading->count; i++) is_one |= reading->ops[i] == step->op;
  if (!is_one || !step->sets[reading->field]) return true;
  show_value(reading, step, &value);
  char *who = lookup_name(reading->desk, *step->operation->actor ? record_from_name(reading->desk->store, step->operation->actor) : 0);
  struct conflict_version version = { step->op, step->operation->at, who, buf_text(&value), step->shows };
  bool more = reading->row(reading->context, &version);
  free(who);
  buf_free(&value);
  return more;
}

int conflict_versions(struct desk *desk, const struct kind *kind, record_id id, int field, const op_id *ops, int count,
                      bool (*row)(void *context, const struct conflict_version *version), void *context, struct err *err)
{
  struct reading reading = { desk, kind, field, ops, count, row, context };
  return history_read(desk->store, kind, id, take_step, &reading, err);
}

/* --- deciding ------------------------------------------------------------------------------------------------------------------------- */

struct deciding {
  const struct kind *kind;
  int field;
  op_id op;
  struct values *values; /* of the record, with what the operation wrote over them */
  bool found;
};

static bool lay_version(void *context, const struct history_step *step)
{
  struct deciding *deciding = context;
  if (step->op != deciding->op || !step->sets[deciding->field]) return true;
  for (int i = 0; i < step->values->count; i++)
    if (is_part(deciding->kind, i, deciding->field) && step->sets[i])
      value_set(kind_field(deciding->kind, i), &deciding->values->list[i], &step->values->list[i]);
  deciding->found = true;
  return false;
}

static int write_decision(struct desk *desk, const struct record *before, int field, const struct values *values, struct err *err)
{
  char *action = mem_printf("%s.decide", before->kind->name);
  struct act *act = act_begin(desk->store, action, desk->officer, err);
  free(action);
  if (!act) return -1;
  struct change *change = act_edit(act, before->kind, before->id);
  change_set_all(change, values);
  change_settles(change);
  for (int i = COMMON_FIELDS; i < values->count; i++)
    if (is_part(before->kind, i, field)) change_set(change, values->fields[i]->name, &values->list[i]);
  return act_commit(act, err);
}

int conflict_decide(struct desk *desk, const struct kind *kind, record_id id, int field, op_id op, struct err *err)
{
  struct record before = { 0 };
  struct values values;
  struct deciding deciding = { kind, field, op, &values, false };
  const struct duty *duty = duty_of(kind);
  if (session_may(desk, WHO_ANYONE, err) != 0 || lookup_record(desk, kind, id, &before, err) != 0) return -1;
  values_copy(&values, &before.values);
  int status = history_read(desk->store, kind, id, lay_version, &deciding, err);
  if (status == 0 && !deciding.found) status = err_set(err, _("What was to stand is no longer in the history of this record"));
  if (status == 0 && !duty->read_only) status = duty_prepare_change(desk, duty, &before, &values, err);
  if (status == 0) status = write_decision(desk, &before, field, &values, err);
  values_free(&values);
  record_free(&before);
  return status;
}

/* --- written twice -------------------------------------------------------------------------------------------------------------------- */

/* Only what this station keeps, and only within one place: village after village gives its machine the letter A and has a contact called
 * the village head. A number says so only where machines of one station gave it twice, one of them put back from a copy or two of one
 * letter; a superior numbers by itself what it writes in the scope of a station below. A machine that nobody knows here is one of the
 * scope. What has a key is one by its key and not listed. */
#define OURS                                                                                                                               \
  "WITH ours AS MATERIALIZED (SELECT log.id AS log, log.area AS area, ifnull((SELECT area FROM peer WHERE peer.node = log.node),"          \
  " iif(log.node = (SELECT value FROM meta WHERE name = 'node'), " STATION_OWN                                                             \
  ", log.area)) AS station FROM log WHERE " STATION_KEEPS_AREA("log.area") ")"
/* What is the same at all comes out of the field's index alone, and of what place it is out of the record's number: rows are read only of
 * what pairs, since at a county each number is there once for each village. */
#define BY(kind, field, and)                                                                                                               \
  {                                                                                                                                        \
#kind, OURS ", alike AS (SELECT " field " AS same FROM k_" #kind " WHERE " field " IS NOT NULL GROUP BY 1 HAVING count(*) > 1),"       \
                " held AS MATERIALIZED (SELECT k.id, alike.same, ours.area, ours.station FROM alike CROSS JOIN k_" #kind " k"              \
                " ON k." field " = alike.same CROSS JOIN ours ON ours.log = k.id >> 47)"                                                   \
                " SELECT a.id, b.id FROM held a CROSS JOIN held b ON b.same = a.same AND b.area = a.area" and                              \
             " AND b.id > a.id"                                                                                                            \
             " CROSS JOIN k_" #kind " one ON one.id = a.id AND one.voided IS NULL"                                                         \
             " CROSS JOIN k_" #kind " other ON other.id = b.id AND other.voided IS NULL ORDER BY a.id, b.id"                               \
  }
#define BY_NUMBER(kind) BY(kind, "no", " AND b.station = a.station")
#define BY_TITLE(kind) BY(kind, "name", "")

/* Kinds with short numbers, and those whose records are found by a name that only one of a place bears. */
static const struct {
  const char *kind, *sql;
} by_number[] = {
  BY_NUMBER(entry), BY_NUMBER(item),   BY_NUMBER(order),    BY_NUMBER(dutycheck), BY_NUMBER(visit),
  BY_NUMBER(point), BY_NUMBER(danger), BY_NUMBER(incident), BY_NUMBER(sitrep),    BY_NUMBER(transfer),
}, by_title[] = {
  BY_TITLE(contact), BY_TITLE(team), BY_TITLE(machine), BY_TITLE(shelter), BY_TITLE(place), BY_TITLE(point),
};

struct pairs {
  struct duplicate list[PAIRS_MOST];
  int count;
};

static int collect(struct desk *desk, const char *kind, const char *sql, bool numbers, struct pairs *pairs, struct err *err)
{
  struct query *query = query_open(desk->store, sql);
  int status = 0;
  while (pairs->count < PAIRS_MOST && (status = query_next(query, err)) == 1)
    pairs->list[pairs->count++] =
      (struct duplicate){ store_kind(desk->store, kind), query_number(query, 0), query_number(query, 1), numbers };
  query_close(query);
  return status < 0 ? -1 : 0;
}

int duplicate_each(struct desk *desk, bool (*row)(void *context, const struct duplicate *duplicate), void *context, struct err *err)
{
  struct pairs pairs = { .count = 0 };
  int status = 0;
  for (size_t i = 0; i < sizeof(by_number) / sizeof(*by_number) && status == 0; i++)
    status = collect(desk, by_number[i].kind, by_number[i].sql, true, &pairs, err);
  for (size_t i = 0; i < sizeof(by_title) / sizeof(*by_title) && status == 0; i++)
    status = collect(desk, by_title[i].kind, by_title[i].sql, false, &pairs, err);
  for (int i = 0; i < pairs.count && status == 0; i++)
    if (!row(context, &pairs.list[i])) break;
  return status;
}

/* What a station below keeps is joined there: a superior sees it. */
static int check_join(struct desk *desk, const struct duplicate *duplicate, struct err *err)
{
  int64_t area = record_area(desk->store, duplicate->one);
  if (area != record_area(desk->store, duplicate->other))
    return err_set(err, _("These two are of different places and cannot be one: strike what is wrong by itself"));
  if (station_keeps_area(desk, area)) return 0;
  char *unit = lookup_unit(desk, area);
  err_set(err, _("%s keeps these records and decides whether they are one: tell them"), unit);
  free(unit);
  return -1;
}

int duplicate_join(struct desk *desk, const struct duplicate *duplicate, record_id kept, struct err *err)
{
  record_id gone = kept == duplicate->one ? duplicate->other : duplicate->one;
  if (check_join(desk, duplicate, err) < 0) return -1;
  return duty_void(desk, duty_of(duplicate->kind), gone, N_("written twice"), kept, err);
}
