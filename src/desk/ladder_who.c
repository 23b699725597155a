/* ladder_parts.h: whom a rung means, from the roster, the units, the hazard points and the contacts. */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/ladder_parts.h"
#include "desk/shift.h"
#include "desk/warning.h"
#include "store/query.h"

/* --- the warning --------------------------------------------------------------------------------------------------------------------- */

void ladder_warning_of(const struct record *warning, struct ladder_warning *out)
{
  const char *colour = record_text(warning, "colour");
  bool lifted = strcmp(transition_state(warning, "received"), "cancelled") == 0;

  *out = (struct ladder_warning){ .key = mem_dup(record_text(warning, "key")),
                                  .geocodes = mem_dup(record_text(warning, "geocodes")),
                                  .colour = "unknown",
                                  .grade = colour != NULL ? alert_colour_of(colour) : ALERT_NONE,
                                  .onset = record_number(warning, "onset", 0),
                                  .received = record_number(warning, "received", 0) };
  for (const struct choice *choice = ladder_colours; colour != NULL && choice->name != NULL; choice++)
    if (strcmp(choice->name, colour) == 0) out->colour = choice->name;
  if (lifted) out->colour = "clear";
}

void ladder_warning_free(struct ladder_warning *warning)
{
  free(warning->key);
  free(warning->geocodes);
  *warning = (struct ladder_warning){ 0 };
}

record_id ladder_warning_find(struct desk *desk, const char *key)
{
  struct query *query =
    query_open(desk->store, "SELECT id FROM k_warning WHERE key = ?1 AND voided IS NULL ORDER BY sent DESC, id LIMIT 1");

  query_bind_text(query, 1, key);
  record_id id = query_next(query, NULL) == 1 ? query_number(query, 0) : 0;
  query_close(query);
  return id;
}

bool ladder_concerns(const struct ladder_warning *warning, const char *area)
{
  int64_t wanted = area != NULL ? area_from_text(area, NULL) : -1;
  return warning->geocodes == NULL || wanted < 0 || area_concerns(wanted, warning->geocodes);
}

/* --- callees ------------------------------------------------------------------------------------------------------------------------- */

struct asking {
  struct desk *desk;
  const struct ladder_warning *warning;
  const struct ladder_rung *rung;
  int step;
  const char *area;
  int64_t now;
  int (*take)(void *context, const struct ladder_callee *callee);
  void *context;
};

static const char *title_of(const struct ladder_rung *rung)
{
  return rung->title != NULL ? rung->title : rung->name;
}

static int give(const struct asking *asking, struct ladder_callee *callee)
{
  bool named = callee->name != NULL && *callee->name != '\0', reachable = callee->phone != NULL && *callee->phone != '\0';

  if (callee->missing == NULL && !named) callee->missing = N_("nobody is named there") /* L10N: 空岗 */;
  if (callee->missing == NULL && !reachable) callee->missing = N_("no phone number is on record");
  if (!named) callee->name = callee->unit != 0 ? callee->role : title_of(asking->rung);
  return asking->take(asking->context, callee);
}

static int nobody(const struct asking *asking, const char *missing)
{
  struct ladder_callee callee = {
    .name = title_of(asking->rung), .role = title_of(asking->rung), .area = asking->area, .missing = missing
  };
  return asking->take(asking->context, &callee) < 0 ? -1 : 1;
}

static int give_post(const struct asking *asking, enum post post, struct err *err)
{
  struct record officer = { 0 };
  record_id id = shift_officer_on(asking->desk, post, asking->now);

  if (id == 0) return nobody(asking, N_("the post is vacant in the roster"));
  if (lookup_record(asking->desk, &officer_kind, id, &officer, err) < 0) return -1;
  struct ladder_callee callee = { .name = record_title(&officer),
                                  .role = title_of(asking->rung),
                                  .phone = record_text(&officer, "phone"),
                                  .area = asking->area,
                                  .officer = id };
  int status = give(asking, &callee);
  record_free(&officer);
  return status < 0 ? -1 : 1;
}

/* Rows id, name, role, phone, area of a query become callees; `field` says which kind of record the id is. Read whole before they are
 * taken: what takes them asks again. */
struct found {
  record_id id;
  char *name, *role, *phone, *area;
};

static int collect(struct query *query, struct found **list, int *count, struct err *err)
{
  int row;

  while ((row = query_next(query, err)) == 1) {
    *list = mem_grow(*list, (size_t)*count + 1, sizeof **list);
    (*list)[(*count)++] = (struct found){ query_number(query, 0), mem_dup(query_text(query, 1)), mem_dup(query_text(query, 2)),
                                          mem_dup(query_text(query, 3)), mem_dup(query_text(query, 4)) };
  }
  query_close(query);
  return row;
}

static int give_found(const struct asking *asking, struct query *query, struct err *err)
{
  enum ladder_who who = asking->rung->who;
  bool is_unit = who == LADDER_STATION || who == LADDER_SUPERIOR, is_contact = who >= LADDER_ROLE;
  bool by_area = asking->area != NULL && (who == LADDER_STATION || who == LADDER_MONITOR);
  struct found *list = NULL;
  int count = 0, given = 0, status = collect(query, &list, &count, err);

  for (int i = 0; i < count; i++) {
    const char *area = list[i].area;
    bool is_meant = by_area ? area != NULL && strcmp(area, asking->area) == 0 : ladder_concerns(asking->warning, area);
    if (status == 0 && is_meant) {
      struct ladder_callee callee = { .name = list[i].name,
                                      .role = list[i].role != NULL ? list[i].role : title_of(asking->rung),
                                      .phone = list[i].phone,
                                      .area = asking->area != NULL ? asking->area : area };
      if (is_unit) callee.unit = list[i].id;
      if (is_contact) callee.contact = list[i].id;
      status = give(asking, &callee);
      given++;
    }
    free(list[i].name);
    free(list[i].role);
    free(list[i].phone);
    free(list[i].area);
  }
  free(list);
  return status < 0 ? -1 : given;
}

void ladder_bind_below(struct desk *desk, struct query *query)
{
  static const int significant[] = { 2, 4, 6, 9, 12 };
  char own[13], below[16];
  int64_t area = store_area(desk->store);

  area_text(area, own);
  snprintf(below, sizeof below, "%.*s%%", significant[area_level(area)], own);
  query_bind_text(query, 1, own);
  query_bind_text(query, 2, below);
}

static struct query *ask_station(const struct asking *asking)
{
  static const char *const sql[LADDER_STEPS] = {
    [LADDER_STEP_A] = "SELECT u.id, u.officer_a, u.name, u.officer_a_phone, u.area FROM k_unit u WHERE " LADDER_BELOW " ORDER BY u.area",
    [LADDER_STEP_B] = "SELECT u.id, u.officer_b, u.name, u.officer_b_phone, u.area FROM k_unit u WHERE " LADDER_BELOW " ORDER BY u.area",
    [LADDER_STEP_HEAD] = "SELECT u.id, u.head, u.name, u.head_phone, u.area FROM k_unit u WHERE " LADDER_BELOW " ORDER BY u.area",
    [LADDER_STEP_DUTY] = "SELECT u.id, u.name, u.name, u.phone, u.area FROM k_unit u WHERE " LADDER_BELOW " ORDER BY u.area",
  };
  struct query *query = query_open(asking->desk->store, sql[asking->rung->steps[asking->step]]);
  ladder_bind_below(asking->desk, query);
  return query;
}

static int give_station(const struct asking *asking, struct err *err)
{
  if (area_level(store_area(asking->desk->store)) == 4) return 0; /* a village has none below */
  int given = give_found(asking, ask_station(asking), err);
  return given == 0 && asking->area == NULL ? nobody(asking, N_("no unit below is on record")) : given;
}

static int give_superior(const struct asking *asking, struct err *err)
{
  char own[13];
  struct query *query =
    query_open(asking->desk->store, "SELECT id, name, NULL, phone, NULL FROM k_unit WHERE voided IS NULL AND area <> ?1"
                                    " AND area IN (substr(?1, 1, 9) || '000', substr(?1, 1, 6) || '000000', substr(?1, 1, 4) || '00000000',"
                                    " substr(?1, 1, 2) || '0000000000') ORDER BY area DESC LIMIT 1");
  query_bind_text(query, 1, area_text(store_area(asking->desk->store), own));
  int given = give_found(asking, query, err);
  return given == 0 ? nobody(asking, N_("no unit above is on record")) : given;
}

static int give_monitors(const struct asking *asking, struct err *err)
{
  struct query *query =
    query_open(asking->desk->store, "SELECT id, monitor, name, monitor_phone, area FROM k_point WHERE state = 'active' AND class = 'hazard'"
                                    " AND monitor IS NOT NULL AND voided IS NULL ORDER BY watch DESC, name");
  return give_found(asking, query, err);
}

static int give_contacts(const struct asking *asking, const char *sql, struct err *err)
{
  struct query *query = query_open(asking->desk->store, sql);

  query_bind_text(query, 1, asking->rung->named);
  int given = give_found(asking, query, err);
  return given == 0 ? nobody(asking, N_("no such contact is on record")) : given;
}

#define CONTACT "SELECT id, name, role, coalesce(phone, other_phone), area FROM k_contact WHERE voided IS NULL AND "

int ladder_callees(struct desk *desk, const struct ladder_warning *warning, const struct ladder_rung *rung, int step, const char *area,
                   int64_t now, int (*take)(void *context, const struct ladder_callee *callee), void *context, struct err *err)
{
  struct asking asking = { desk, warning, rung, step, area, now, take, context };

  switch (rung->who) {
  case LADDER_POST_A: return give_post(&asking, POST_A, err);
  case LADDER_POST_B: return give_post(&asking, POST_B, err);
  case LADDER_LEADER: return give_post(&asking, POST_LEADER, err);
  case LADDER_SUPERIOR: return give_superior(&asking, err);
  case LADDER_STATION: return give_station(&asking, err);
  case LADDER_MONITOR: return give_monitors(&asking, err);
  case LADDER_ROLE: return give_contacts(&asking, CONTACT "role = ?1 ORDER BY name", err);
  case LADDER_SORT: return give_contacts(&asking, CONTACT "sort = ?1 ORDER BY name", err);
  case LADDER_CONTACT: return give_contacts(&asking, CONTACT "name = ?1 ORDER BY id", err);
  }
  return 0;
}
