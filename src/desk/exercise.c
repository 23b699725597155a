#include "desk/exercise.h"

#include <search.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/setup.h"
#include "store/act.h"

/* What a station stands on. Everything else is what happened, and an exercise begins with nothing of that. */
static const struct kind *const copied[] = {
  &unit_kind,    &officer_kind, &contact_kind, &point_kind, &mark_kind,      &place_kind,  &plan_kind,  &plan_step_kind, &team_kind,
  &machine_kind, &stock_kind,   &shelter_kind, &gear_kind,  &household_kind, &person_kind, &shift_kind, &leave_kind,     NULL,
};

struct twin { /* a record there and its copy here */
  record_id there;
  struct change *here;
  struct record record;
  struct twin *next;
};

struct copying {
  struct desk from;
  struct act *act;
  void *twins; /* tsearch tree by `there` */
  struct twin *first, **last;
};

static int twin_compare(const void *one, const void *other)
{
  const struct twin *a = one, *b = other;
  return a->there < b->there ? -1 : a->there > b->there;
}

static struct change *twin_make(struct copying *copying, const struct record *record)
{
  int64_t area = record_area(copying->from.store, record->id);
  enum lane lane = record_lane(copying->from.store, record->id);
  if (record->kind->is_keyed) return act_keyed(copying->act, record->kind, area, lane, &record->values, NULL);
  struct change *change = act_new(copying->act, record->kind, area, lane);
  change_number(change);
  return change;
}

static bool twin_add(void *context, const struct record *record)
{
  struct copying *copying = context;
  struct twin *twin = mem_zero(1, sizeof(*twin));
  twin->there = record->id;
  twin->here = twin_make(copying, record);
  twin->record.kind = record->kind;
  values_copy(&twin->record.values, &record->values);
  if (!tsearch(twin, &copying->twins, twin_compare)) ERR_BUG("out of memory");
  *copying->last = twin;
  copying->last = &twin->next;
  return true;
}

/* References are to copies now; one to something that was not copied goes. */
static void twin_fill(struct copying *copying, struct twin *twin)
{
  struct values *values = &twin->record.values;
  for (int field = COMMON_FIELDS; field < values->count; field++) {
    if (values->fields[field]->type != FIELD_REFERENCE || !values->list[field].known) continue;
    struct twin wanted = { .there = values->list[field].number }, **found = tfind(&wanted, &copying->twins, twin_compare);
    if (found)
      values->list[field].number = change_record((*found)->here);
    else
      value_clear(&values->list[field]);
  }
  change_set_all(twin->here, values);
}

static void keep_node(void *node)
{
  (void)node; /* the list frees them */
}

static void twins_free(struct copying *copying)
{
  tdestroy(copying->twins, keep_node);
  while (copying->first) {
    struct twin *twin = copying->first;
    copying->first = twin->next;
    record_free(&twin->record);
    free(twin);
  }
}

static int copy_all(struct copying *copying, struct desk *desk, struct err *err)
{
  copying->act = act_begin(desk->store, "exercise.copy", 0, err);
  if (!copying->act) return -1;
  int result = 0;
  for (int index = 0; result == 0 && copied[index]; index++) {
    struct list_query query = { .kind = copied[index] };
    result = list_read(copying->from.store, &query, twin_add, copying, err);
  }
  for (struct twin *twin = copying->first; result == 0 && twin; twin = twin->next) twin_fill(copying, twin);
  if (result == 0)
    result = act_commit(copying->act, err);
  else
    act_cancel(copying->act);
  twins_free(copying);
  return result;
}

static int make_empty(struct desk *from, const char *path, struct err *err)
{
  int64_t area = store_area(from->store);
  if (store_is_exercise(from->store)) return err_usage(err, _("%s is an exercise itself: give the real database"), store_path(from->store));
  char code[13], *name = lookup_unit(from, area);
  int result = setup_init(path, area_text(area, code), name, store_letter(from->store), true, err);
  free(name);
  return result;
}

int exercise_make(const char *path, const char *from, struct config *config, struct err *err)
{
  struct copying copying = { 0 };
  struct desk desk = { 0 };
  copying.last = &copying.first;
  if (desk_open(&copying.from, from, config, err) != 0) return -1;
  int result = make_empty(&copying.from, path, err);
  if (result == 0) result = desk_open(&desk, path, config, err);
  if (result == 0) {
    result = copy_all(&copying, &desk, err);
    desk_close(&desk);
  }
  desk_close(&copying.from);
  return result;
}
