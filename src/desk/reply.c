#include "desk/reply.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "store/act.h"
#include "store/query.h"

/* clang-format off */
static const struct field fields[] = {
  { .name = "asked", .type = FIELD_TEXT, .label = N_("Order"), .flags = FIELD_KEY | FIELD_AUTOMATIC | FIELD_INDEXED | FIELD_UNSEARCHED,
    .help = N_("Its full name in the journal") },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_KEY | FIELD_AUTOMATIC, .columns = 12 },
  { .name = "reply", .type = FIELD_NOTE, .label = N_("Reply"), .flags = FIELD_AUTOMATIC, .group = 1, .columns = 40 },
  { .name = "replied_at", .type = FIELD_TIME, .label = N_("Replied at"), .flags = FIELD_AUTOMATIC, .group = 1, .columns = 11 },
  { .name = "replied_by", .type = FIELD_TEXT, .label = N_("Replied by"), .flags = FIELD_AUTOMATIC, .most = 60, .group = 1, .columns = 12 },
  { 0 },
};
/* clang-format on */

const struct kind reply_kind = {
  .name = "reply",
  .label = N_("Reply to a superior"), /* L10N: 对上级的回复 */
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP_URGENT),
  .title = "reply",
  .order = "replied_at",
  .newest_first = true,
  .is_keyed = true,
};

const struct duty reply_duty = { .kind = &reply_kind, .room = ROOM_LOG, .read_only = true, .scope = "area" };

bool reply_is_due(struct desk *desk, const struct record *order)
{
  return record_lane(desk->store, order->id) == LANE_DOWN && record_area(desk->store, order->id) == store_area(desk->store) &&
         area_level(store_area(desk->store)) > 0;
}

int reply_write(struct desk *desk, const struct record *order, const char *text, int64_t at, struct err *err)
{
  struct buf name = BUF_INIT;
  struct values key;
  char own[13], *who = lookup_name(desk, desk->officer);
  struct act *act = act_begin(desk->store, "order.reply", desk->officer, err);
  if (!act) {
    free(who);
    return -1;
  }
  record_name(desk->store, order->id, &name);
  values_start_kind(&key, &reply_kind);
  values_set_text(&key, "asked", buf_text(&name));
  values_set_text(&key, "area", area_text(store_area(desk->store), own));
  struct change *change = act_keyed(act, &reply_kind, 0, LANE_UP_URGENT, &key, NULL);
  change_set_text(change, "reply", text);
  change_set_number(change, "replied_at", at ? at : act_at(act));
  change_set_text(change, "replied_by", who);
  values_free(&key);
  buf_free(&name);
  free(who);
  return act_commit(act, err);
}

int64_t reply_read(struct desk *desk, record_id order, int64_t area, char **text)
{
  struct buf name = BUF_INIT;
  char code[13];
  struct query *query = query_open(desk->store, "SELECT replied_at, reply FROM k_reply WHERE asked = ?1 AND area = ?2 AND voided IS NULL");
  record_name(desk->store, order, &name);
  query_bind_text(query, 1, buf_text(&name));
  query_bind_text(query, 2, area_text(area, code));
  bool is_there = query_next(query, NULL) == 1;
  int64_t at = is_there ? query_number(query, 0) : 0;
  if (text) *text = mem_dup(is_there && query_text(query, 1) ? query_text(query, 1) : "");
  query_close(query);
  buf_free(&name);
  return at;
}
