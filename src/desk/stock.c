/* Stock: what lies where, how much, until when. The quantity moves by goods in, goods out and counting, each with its reason. */
#include <stdlib.h>

#include "base/err.h"
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "store/act.h"

/* clang-format off */
static const struct choice sorts[] = {
  { "flood", N_("Flood control") },
  { "rescue", N_("Rescue") },
  { "living", N_("Living") },
  { "food", N_("Food and water") },
  { "medical", N_("Medical") },
  { "light", N_("Lighting and power") },
  { "communication", N_("Communication") },
  { "other", N_("Other") },
  { NULL, NULL },
};

#define QUANTITY_MOST 100000000

static const struct field fields[] = {
  { .name = "name", .type = FIELD_TEXT, .label = N_("Name"), .flags = FIELD_REQUIRED, .most = 60, .columns = 16 },
  { .name = "sort", .type = FIELD_CHOICE, .label = N_("Sort"), .flags = FIELD_REQUIRED, .choices = sorts, .columns = 10 },
  { .name = "spec", .type = FIELD_TEXT, .label = N_("Specification"), .most = 60 },
  { .name = "measure", .type = FIELD_TEXT, .label = N_("Unit of count"), .flags = FIELD_REQUIRED, .most = 12, .columns = 4 },
  { .name = "quantity", .type = FIELD_INTEGER, .label = N_("Quantity"), .flags = FIELD_REQUIRED | FIELD_ONCE, .most = QUANTITY_MOST,
    .group = 1, .columns = 8 },
  { .name = "moved_at", .type = FIELD_TIME, .label = N_("Last moved"), .flags = FIELD_AUTOMATIC, .group = 1 },
  { .name = "moved_why", .type = FIELD_TEXT, .label = N_("Moved for"), .flags = FIELD_AUTOMATIC, .most = 200, .group = 1 },
  { .name = "minimum", .type = FIELD_INTEGER, .label = N_("Minimum"), .most = QUANTITY_MOST, .columns = 8 },
  { .name = "place", .type = FIELD_TEXT, .label = N_("Place"), .flags = FIELD_REQUIRED, .most = 80, .columns = 12 },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_ONCE },
  { .name = "keeper", .type = FIELD_TEXT, .label = N_("Keeper"), .most = 40 },
  { .name = "phone", .type = FIELD_PHONE, .label = N_("Phone") },
  { .name = "expires", .type = FIELD_DATE, .label = N_("Expires"), .columns = 10 },
  { .name = "counted_at", .type = FIELD_TIME, .label = N_("Last counted"), .flags = FIELD_AUTOMATIC, .group = 2 },
  { .name = "counted_by", .type = FIELD_TEXT, .label = N_("Counted by"), .flags = FIELD_AUTOMATIC, .most = 40, .group = 2 },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};

const struct kind stock_kind = {
  .name = "stock",
  .label = N_("Stock"),
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP),
  .title = "name",
  .order = "name",
};

const struct duty stock_duty = {
  .kind = &stock_kind,
  .room = ROOM_LEDGERS,
  .scope = "area",
};

static const struct field move_arguments[] = {
  { .name = "count", .type = FIELD_INTEGER, .label = N_("How many"), .flags = FIELD_REQUIRED, .least = 1, .most = QUANTITY_MOST },
  { .name = "why", .type = FIELD_TEXT, .label = N_("What for"), .flags = FIELD_REQUIRED, .most = 200,
    .help = N_("From or to whom, for what") },
  { 0 },
};

static const struct field count_arguments[] = {
  { .name = "count", .type = FIELD_INTEGER, .label = N_("Counted"), .flags = FIELD_REQUIRED, .least = 0, .most = QUANTITY_MOST },
  { .name = "why", .type = FIELD_TEXT, .label = N_("Why it differs"), .most = 200 },
  { 0 },
};
/* clang-format on */

struct move_sort {
  const char *action;
  int sign; /* 0: the count replaces the quantity */
};

static int new_quantity(const struct record *record, int sign, int64_t count, const char *why, int64_t *quantity, struct err *err)
{
  int64_t held = record_number(record, "quantity", 0);
  *quantity = sign ? held + sign * count : count;
  if (*quantity < 0)
    return err_set(err, _("Only %lld of \"%s\" are held: count it first if there are more"), (long long)held, record_title(record));
  if (*quantity > QUANTITY_MOST) return err_set(err, _("That is more than one line of stock can hold"));
  if (!sign && *quantity != held && !why)
    return err_set(err, _("The count differs from the %lld in the book: say why it differs"), (long long)held);
  return 0;
}

static void write_counted(struct desk *desk, struct act *act, struct change *change)
{
  char *name = lookup_name(desk, desk->officer);
  change_set_number(change, "counted_at", act_at(act));
  change_set_text(change, "counted_by", name);
  free(name);
}

/* The held quantity is read under the write lock, so that two moves at once both count. */
static int move(struct desk *desk, const struct move_sort *sort, record_id id, const struct values *arguments, struct outcome *outcome,
                struct err *err)
{
  struct record record = { 0 };
  const char *why = values_text(arguments, "why");
  int64_t quantity = 0;
  struct act *act = act_begin(desk->store, sort->action, desk->officer, err);
  if (!act) return -1;
  int status = lookup_record(desk, &stock_kind, id, &record, err);
  if (status == 0) status = new_quantity(&record, sort->sign, values_number(arguments, "count", 0), why, &quantity, err);
  if (status < 0) {
    act_cancel(act);
  } else {
    struct change *change = act_edit(act, &stock_kind, id);
    change_set_number(change, "quantity", quantity);
    change_set_number(change, "moved_at", act_at(act));
    change_set_text(change, "moved_why", why);
    if (!sort->sign) write_counted(desk, act, change);
    status = act_commit(act, err);
  }
  if (status == 0) {
    outcome->kind = &stock_kind;
    outcome->record = id;
    outcome_say(outcome, _("%s: %lld %s held now"), record_title(&record), (long long)quantity, record_text(&record, "measure"));
    outcome->attention = quantity < record_number(&record, "minimum", 0);
    if (outcome->attention) outcome_say(outcome, _("That is below the minimum of %lld"), (long long)record_number(&record, "minimum", 0));
  }
  record_free(&record);
  return status;
}

static int goods_in(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  return move(desk, &(const struct move_sort){ "stock.in", 1 }, id, arguments, outcome, err);
}

static int goods_out(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  return move(desk, &(const struct move_sort){ "stock.out", -1 }, id, arguments, outcome, err);
}

static int count(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  return move(desk, &(const struct move_sort){ "stock.count", 0 }, id, arguments, outcome, err);
}

/* clang-format off */
const struct action stock_actions[] = {
  { .name = "stock.in",
    .label = N_("Goods in"),
    .help = N_("Adds to the quantity held."),
    .key = "i",
    .command = "stock in",
    .subject = "stock",
    .arguments = move_arguments,
    .run = goods_in },
  { .name = "stock.out",
    .label = N_("Goods out"),
    .help = N_("Takes from the quantity held."),
    .key = "o",
    .command = "stock out",
    .subject = "stock",
    .arguments = move_arguments,
    .run = goods_out },
  { .name = "stock.count",
    .label = N_("Counted"),
    .help = N_("Notes what somebody counted now; a difference needs its reason."),
    .key = "c",
    .command = "stock count",
    .subject = "stock",
    .arguments = count_arguments,
    .run = count },
  { 0 },
};
/* clang-format on */
