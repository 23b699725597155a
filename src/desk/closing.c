/* closing.h: what is still open of a warning, and the final counts, frozen in a record of the station's own, since the warning itself
 * may be a superior's. */
#include "desk/closing.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/call.h"
#include "desk/duties.h"
#include "desk/relay.h"
#include "desk/transition.h"
#include "store/act.h"
#include "store/query.h"

/* clang-format off */
static const struct choice states[] = {
  { "lifted", N_("Lifted") },
  { "closed", N_("Closed") },
  { "again", N_("In force again") }, /* a later alert of the same chain */
  { NULL, NULL },
};

#define COUNT(field_name, text) { .name = field_name, .type = FIELD_INTEGER, .label = text, .flags = FIELD_AUTOMATIC, .group = 3 }

static const struct field fields[] = {
  { .name = "warning", .type = FIELD_TEXT, .label = N_("Warning"), .reference = "warning",
    .flags = FIELD_KEY | FIELD_AUTOMATIC | FIELD_INDEXED | FIELD_UNSEARCHED },
  { .name = "headline", .type = FIELD_TEXT, .label = N_("Headline"), .flags = FIELD_AUTOMATIC, .columns = 30 },
  TRANSITION_FIELDS(states, 1, FIELD_TEXT),
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_ONCE },
  { .name = "release_by", .type = FIELD_TEXT, .label = N_("Released by"), .flags = FIELD_AUTOMATIC, .most = 80, .group = 2, .columns = 14 },
  { .name = "release_document", .type = FIELD_TEXT, .label = N_("Document number"), .flags = FIELD_AUTOMATIC | FIELD_PHRASE, .most = 80,
    .group = 2 },
  { .name = "release_at", .type = FIELD_TIME, .label = N_("Released at"), .flags = FIELD_AUTOMATIC, .group = 2, .columns = 11 },
  { .name = "closed_at", .type = FIELD_TIME, .label = N_("Closed at"), .flags = FIELD_AUTOMATIC, .group = 3 },
  COUNT("to_tell", N_("To be told")),
  COUNT("told", N_("Told")),
  COUNT("unreached", N_("Never reached")),
  COUNT("households", N_("Households transferred")),
  COUNT("transferred", N_("People transferred")),
  COUNT("returned", N_("People returned")),
  COUNT("calls", N_("Calls")),
  COUNT("answered", N_("Calls answered")),
  COUNT("tasks", N_("Checklist lines")),
  COUNT("done", N_("Checklist lines done")),
  { .name = "remains", .type = FIELD_NOTE, .label = N_("Still open when it was closed"), .flags = FIELD_AUTOMATIC | FIELD_PHRASE,
    .group = 3 },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};
/* clang-format on */

const struct kind closing_kind = {
  .name = "closing",
  .label = N_("Closing of a warning"),
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP),
  .title = "headline",
  .order = "closed_at",
  .newest_first = true,
  .is_keyed = true,
};

const struct duty closing_duty = { .kind = &closing_kind, .room = ROOM_WARNINGS, .read_only = true, .scope = "area" };

/* --- what is open -------------------------------------------------------------------------------------------------------------------- */

/* ?1: the warning's key. Column: how to call it. */
static const struct {
  size_t offset;
  const char *one, *many, *sql;
} sources[] = {
  { offsetof(struct closing_open, calls), N_("%d call (%s)"), N_("%d calls (%s)"),
    "SELECT callee FROM k_call WHERE warning = ?1 AND " CALL_OPEN " AND " CALL_OWN("k_call") " ORDER BY due" },
  { offsetof(struct closing_open, promises), N_("%d promise (%s)"), N_("%d promises (%s)"),
    "SELECT ifnull(promised, callee) FROM k_call WHERE warning = ?1 AND " CALL_PROMISED
    " AND " CALL_OWN("k_call") " ORDER BY promised_due" },
  { offsetof(struct closing_open, relays), N_("%d relay (%s)"), N_("%d relays (%s)"),
    "SELECT audience FROM k_relay WHERE warning = ?1 AND " RELAY_OURS " ORDER BY due" },
  { offsetof(struct closing_open, tasks), N_("%d task (%s)"), N_("%d tasks (%s)"),
    "SELECT what FROM k_task WHERE warning = ?1 AND state = 'open' AND voided IS NULL AND ifnull(stage, '') <> 'all_clear' "
    "AND " CHECKLIST_OWN " ORDER BY due" },
  { offsetof(struct closing_open, inspections), N_("%d line of the all-clear (%s)"), N_("%d lines of the all-clear (%s)"),
    "SELECT what FROM k_task WHERE warning = ?1 AND state = 'open' AND voided IS NULL AND stage = 'all_clear' AND " CHECKLIST_OWN
    " ORDER BY due" },
};
enum { SOURCES = sizeof sources / sizeof *sources, NAMES_SHOWN = 3 };

/* Counts the rows; names (may be NULL) gets the first few, as i18n_fill_more() lists them. */
static int read_source(struct desk *desk, int which, const char *warning, int *count, char **names, struct err *err)
{
  struct query *query = query_open(desk->store, sources[which].sql);
  int row;

  *count = 0;
  query_bind_text(query, 1, warning);
  while ((row = query_next(query, err)) == 1) {
    const char *name = *count < NAMES_SHOWN ? query_text(query, 0) : "…";
    if (names != NULL && *count <= NAMES_SHOWN) *names = i18n_fill_more(*names, N_("%s, %s"), name != NULL ? name : "");
    ++*count;
  }
  query_close(query);
  return row;
}

int closing_open(struct desk *desk, const char *warning, struct closing_open *open, struct err *err)
{
  *open = (struct closing_open){ 0 };
  for (int i = 0; i < SOURCES; i++)
    if (read_source(desk, i, warning, (int *)(void *)((char *)open + sources[i].offset), NULL, err) < 0) return -1;
  return 0;
}

char *closing_open_text(struct desk *desk, const char *warning, struct err *err)
{
  char *text = NULL;
  int count, status = 0;

  for (int i = 0; i < SOURCES && status == 0; i++) {
    char *names = NULL;
    status = read_source(desk, i, warning, &count, &names, err);
    if (names != NULL) {
      char *part = i18n_fill(count == 1 ? sources[i].one : sources[i].many, count, names);
      text = i18n_fill_more(text, N_("%s, %s"), part);
      free(part);
    }
    free(names);
  }
  if (status == 0) return text;
  free(text);
  return NULL;
}

/* --- final counts -------------------------------------------------------------------------------------------------------------------- */

/* Adds the row's columns to the figures at `to`. */
static int add_figures(struct desk *desk, const char *sql, const char *warning, int64_t since, int64_t *const to[], struct err *err)
{
  struct query *query = query_open(desk->store, sql);

  if (strstr(sql, "?1") != NULL) query_bind_text(query, 1, warning);
  if (strstr(sql, "?2") != NULL) query_bind_number(query, 2, since);
  int row = query_next(query, err);
  for (int i = 0; row == 1 && to[i] != NULL; i++) *to[i] = query_number(query, i);
  query_close(query);
  return row < 0 ? -1 : 0;
}

int closing_count(struct desk *desk, const struct record *warning, struct closing_count *count, struct err *err)
{
  const char *key = record_text(warning, "key");
  int64_t since = record_number(warning, "began", record_number(warning, "received", 0));
  struct relay_count relays;

  if (relay_count_warning(desk, key, NULL, &relays, err) < 0) return -1;
  *count = (struct closing_count){ .to_tell = relays.all, .told = relays.reached, .unreached = relays.all - relays.reached };
  if (add_figures(desk,
                  "SELECT count(*), sum(answered_at IS NOT NULL) FROM k_call WHERE warning = ?1 AND voided IS NULL AND " CALL_OWN("k_call"),
                  key, 0, (int64_t *const[]){ &count->calls, &count->answered, NULL }, err) < 0 ||
      add_figures(desk, "SELECT count(*), sum(state = 'done') FROM k_task WHERE warning = ?1 AND voided IS NULL AND " CHECKLIST_OWN, key, 0,
                  (int64_t *const[]){ &count->tasks, &count->done, NULL }, err) < 0)
    return -1;
  return add_figures(
    desk,
    "SELECT sum(arrived_at >= ?2), sum(CASE WHEN arrived_at >= ?2 THEN people END), sum(CASE WHEN returned_at >= ?2 THEN people END)"
    " FROM k_transfer WHERE voided IS NULL AND (arrived_at >= ?2 OR returned_at >= ?2)",
    key, since, (int64_t *const[]){ &count->households, &count->transferred, &count->returned, NULL }, err);
}

void closing_write(struct change *closing, const struct closing_count *count)
{
  const struct {
    const char *field;
    int64_t number;
  } figures[] = { { "to_tell", count->to_tell },
                  { "told", count->told },
                  { "unreached", count->unreached },
                  { "households", count->households },
                  { "transferred", count->transferred },
                  { "returned", count->returned },
                  { "calls", count->calls },
                  { "answered", count->answered },
                  { "tasks", count->tasks },
                  { "done", count->done } };
  for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) change_set_number(closing, figures[i].field, figures[i].number);
}

void closing_say(const struct closing_count *count, struct outcome *outcome)
{
  outcome_say(
    outcome,
    _("Told %d of %d, never reached %d; transferred %d people of %d households, returned %d; calls answered %d of %d; checklist %d of %d."),
    (int)count->told, (int)count->to_tell, (int)count->unreached, (int)count->transferred, (int)count->households, (int)count->returned,
    (int)count->answered, (int)count->calls, (int)count->done, (int)count->tasks);
}

/* --- the record ---------------------------------------------------------------------------------------------------------------------- */

struct change *closing_record(struct desk *desk, struct act *act, const struct record *warning)
{
  struct values key;
  char area[13];

  values_start_kind(&key, &closing_kind);
  values_set_text(&key, "warning", record_text(warning, "key"));
  struct change *closing = act_keyed(act, &closing_kind, store_area(desk->store), LANE_UP, &key, NULL);
  values_free(&key);
  change_set_text(closing, "headline", record_text(warning, "headline"));
  change_set_text(closing, "area", area_text(store_area(desk->store), area));
  return closing;
}

int closing_again(struct desk *desk, struct act *act, const struct record *warning, struct err *err)
{
  struct query *query =
    query_open(desk->store, "SELECT id FROM k_closing WHERE warning = ?1 AND state <> 'again' AND voided IS NULL AND " CHECKLIST_OWN);

  query_bind_text(query, 1, record_text(warning, "key"));
  int found = query_next(query, err);
  record_id id = found == 1 ? query_number(query, 0) : 0;
  query_close(query);
  if (id == 0) return found < 0 ? -1 : 0;
  struct change *closing = act_edit(act, &closing_kind, id);
  transition_write(desk, &closing_kind, closing, "again", desk->officer, act_at(act), NULL);
  change_settles(closing);
  return 0;
}
