#include "desk/manning.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/roster.h"
#include "desk/shift.h"
#include "store/act.h"
#include "store/query.h"

#define NOTED (FIELD_AUTOMATIC | FIELD_UNDISPUTED)

/* clang-format off */
static const struct field fields[] = {
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_KEY | FIELD_AUTOMATIC | FIELD_INDEXED, .columns = 12 },
  { .name = "post_a", .type = FIELD_TEXT, .label = N_("Post A"), .flags = NOTED, .group = 1, .columns = 10 },
  { .name = "post_b", .type = FIELD_TEXT, .label = N_("Post B"), .flags = NOTED, .group = 1, .columns = 10 },
  { .name = "leader", .type = FIELD_TEXT, .label = N_("Leader"), .flags = NOTED, .group = 1, .columns = 10 },
  { .name = "until", .type = FIELD_TIME, .label = N_("Until"), .flags = NOTED, .group = 1, .columns = 11 },
  { .name = "gaps", .type = FIELD_INTEGER, .label = N_("Gaps in the roster"), .flags = NOTED, .group = 2, .most = 100000,
    .help = N_("In the next seven days; empty: there is no roster") },
  { .name = "gap_from", .type = FIELD_TIME, .label = N_("First gap"), .flags = NOTED, .group = 2, .columns = 11 },
  { .name = "gap_post", .type = FIELD_CHOICE, .label = N_("Vacant post"), .flags = NOTED, .choices = shift_posts, .group = 2 },
  { 0 },
};
/* clang-format on */

const struct kind manning_kind = {
  .name = "manning",
  .label = N_("Manning"), /* L10N: 在岗情况 */
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP),
  .title = "area",
  .order = "area",
  .is_keyed = true,
};

const struct duty manning_duty = { .kind = &manning_kind, .room = ROOM_NONE, .read_only = true, .scope = "area" };

/* --- what holds now ------------------------------------------------------------------------------------------------------------------ */

struct counting {
  struct values *values;
  int64_t at, count;
};

static bool count_gap(void *context, const struct roster_finding *finding)
{
  static const char *const posts[] = { [POST_A] = "a", [POST_B] = "b", [POST_LEADER] = "leader" };
  struct counting *counting = context;

  if (finding->sort != ROSTER_GAP || finding->to <= counting->at) return true;
  if (counting->count++ > 0) return true;
  values_set_number(counting->values, "gap_from", finding->from);
  values_set_text(counting->values, "gap_post", posts[finding->post]);
  return true;
}

static void set_name(struct desk *desk, struct values *values, const char *field, record_id officer)
{
  char *name = officer != 0 ? lookup_name(desk, officer) : NULL;

  if (name != NULL) values_set_text(values, field, name);
  free(name);
}

/* Whole days, so that a gap which is there already does not begin anew each minute. */
static int fill(struct desk *desk, int64_t at, struct values *values, struct err *err)
{
  struct counting counting = { values, at, 0 };
  struct shift_on on;
  char own[13];

  values_start_kind(values, &manning_kind);
  values_set_text(values, "area", area_text(store_area(desk->store), own));
  shift_on_duty(desk, at, &on);
  set_name(desk, values, "post_a", on.officers[POST_A]);
  set_name(desk, values, "post_b", on.officers[POST_B]);
  set_name(desk, values, "leader", on.officers[POST_LEADER]);
  if (on.ends > 0) values_set_number(values, "until", on.ends);
  if (query_single(desk->store, "SELECT 1 FROM k_shift WHERE voided IS NULL LIMIT 1", 0, 0) == 0) return 0;
  if (roster_check(desk, clock_day_start(at, 0), clock_day_start(at, MANNING_DAYS), count_gap, &counting, err) < 0) return -1;
  values_set_number(values, "gaps", counting.count);
  return 0;
}

static bool has_reader(struct desk *desk)
{
  return query_single(desk->store, "SELECT max(superior) FROM peer", 0, 0) != 0;
}

static bool is_same(const struct values *one, const struct values *other)
{
  for (int i = 0; i < one->count; i++)
    if (!value_equal(one->fields[i], &one->list[i], &other->list[i])) return false;
  return true;
}

/* 1: read, 0: that station has said nothing, -1. */
static int read_record(struct desk *desk, int64_t area, struct record *record, struct err *err)
{
  struct query *query = query_open(desk->store, "SELECT id FROM k_manning WHERE area = ?1 AND voided IS NULL");
  char code[13];

  query_bind_text(query, 1, area_text(area, code));
  int found = query_next(query, err);
  record_id id = found == 1 ? query_number(query, 0) : 0;
  query_close(query);
  return found == 1 ? record_read(desk->store, &manning_kind, id, record, err) : found;
}

static int write_record(struct desk *desk, const struct values *values, struct err *err)
{
  struct act *act = act_begin(desk->store, "manning.note", 0, err);

  if (act == NULL) return -1;
  change_set_all(act_keyed(act, &manning_kind, 0, LANE_UP, values, NULL), values);
  return act_commit(act, err) < 0 ? -1 : 1;
}

int manning_note(struct desk *desk, int64_t at, struct err *err)
{
  struct values values;
  struct record before = { 0 };

  if (!has_reader(desk)) return 0;
  int status = fill(desk, at, &values, err), found = status < 0 ? -1 : read_record(desk, store_area(desk->store), &before, err);
  if (found < 0) status = -1;
  if (found == 0 || (found == 1 && !is_same(&values, &before.values))) status = write_record(desk, &values, err);
  record_free(&before);
  values_free(&values);
  return status;
}

/* --- what another station says ----------------------------------------------------------------------------------------------------- */

int manning_read(struct desk *desk, int64_t area, struct manning *manning)
{
  struct record record = { 0 };

  *manning = (struct manning){ .gaps = -1 };
  if (read_record(desk, area, &record, NULL) != 1) return 0;
  *manning = (struct manning){ .post_a = mem_dup(record_text(&record, "post_a")),
                               .post_b = mem_dup(record_text(&record, "post_b")),
                               .leader = mem_dup(record_text(&record, "leader")),
                               .until = record_number(&record, "until", 0),
                               .gap_from = record_number(&record, "gap_from", 0),
                               .gaps = record_number(&record, "gaps", -1) };
  record_free(&record);
  return 1;
}

void manning_free(struct manning *manning)
{
  free(manning->post_a);
  free(manning->post_b);
  free(manning->leader);
}
