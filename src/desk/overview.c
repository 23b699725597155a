/* The overview from one table of questions: each is one SQL query over small tables, with what Enter does. */
#include "desk/overview.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/closing.h"
#include "desk/duties.h"
#include "desk/handover.h"
#include "desk/ladder.h"
#include "desk/lookup.h"
#include "desk/stations.h"
#include "desk/warning.h"
#include "store/query.h"

/* ?2 of a question, if it has one. RECEIPT, IMPORTANT and EXPIRY_AHEAD also say when their alarms begin (rings_at). */
enum parameter { PLAIN, VERIFY_DAYS, SECOND_POST, ACK_WITHIN, RELAY_WITHIN, RECEIPT, IMPORTANT, EXPIRY_AHEAD, TRANSFER_WITHIN };

/* What is written down as important need not be acknowledged while the pen is still moving. */
#define IMPORTANT_WITHIN (10 * CLOCK_MINUTE)

/* SQL columns: id, due (ms, or a date as text where by_date), text, who. ?1 is now. Of kinds that come up from stations below only what
 * this one keeps is its work (stations.h). */
struct source {
  enum overview_sort sort;
  const struct kind *kind;
  const char *action; /* NULL: show the record */
  const char *text;   /* msgid around the text, or NULL */
  enum parameter parameter;
  bool by_date;
  const char *sql;
};

/* When a record was touched last, as a clock value: the row names its operation, unless it is the one that made it, whose number is in
 * the record's id. */
#define CHANGED_AT(table) "(SELECT op.at FROM op WHERE op.id = ifnull(" table ".changed, " table ".id >> 12))"

/* Whose households and sites all belong to stations below tells nobody else itself. */
#define HAS_TO_TELL                                                                                                                        \
  "(NOT EXISTS " STATION_DESKS " OR EXISTS (SELECT 1 FROM (SELECT area FROM k_household WHERE voided IS NULL UNION"                        \
  " SELECT area FROM k_place WHERE voided IS NULL) WHERE area IS NULL OR " STATION_KEEPS_AREA("CAST(area AS INTEGER)") "))"

/* clang-format off */
static const struct source sources[] = {
  { DUE_WARNING, &warning_kind, "warning.ack", N_("Acknowledge: %s"), RECEIPT, false,
    "SELECT id, received + ?2, headline, sender_name, colour, phrase(event) FROM k_warning WHERE " WARNING_RINGS("?1") },
  { DUE_RELAY, &warning_kind, "warning.lift", N_("All-clear to pass on: %s"), RELAY_WITHIN, false,
    "SELECT id, received + ?2, headline, sender_name, colour, phrase(event) FROM k_warning WHERE " CLOSING_TO_LIFT("?1") },
  { DUE_WARNING, &warning_kind, "warning.close", N_("To be closed: %s"), RELAY_WITHIN, false,
    "SELECT id, received + ?2, headline, sender_name, colour, phrase(event) FROM k_warning WHERE " CLOSING_TO_CLOSE },
  { DUE_EXPIRY, &warning_kind, "warning.extend", N_("No end was given; still in force? %s"), PLAIN, false,
    "SELECT id, assumed_until, headline, sender_name, colour, phrase(event) FROM k_warning WHERE " WARNING_UNDECIDED("?1") },
  { DUE_WARNING, &warning_kind, "warning.confirm", N_("Real or not? Ask the issuer: %s"), ACK_WITHIN, false,
    "SELECT id, received + ?2, headline, sender_name, colour, phrase(event) FROM k_warning WHERE " WARNING_UNCONFIRMED("?1") },
  { DUE_RELAY, &warning_kind, "warning.relay", N_("Lists to make: %s"), RELAY_WITHIN, false, /* L10N: 待建传达清单 */
    "SELECT id, received + ?2, headline, sender_name, colour, phrase(event) FROM k_warning w WHERE state = 'in_force'"
    " AND " WARNING_IN_FORCE("?1") " AND NOT EXISTS (SELECT 1 FROM k_relay r WHERE r.warning = w.key AND r.voided IS NULL AND "
    STATION_KEEPS("r.id") ") AND " HAS_TO_TELL },
  { DUE_EXPIRY, &warning_kind, NULL, N_("Expires: %s"), EXPIRY_AHEAD, false,
    "SELECT id, expires, headline, sender_name, colour, phrase(event) FROM k_warning WHERE " WARNING_IN_FORCE("?1")
    " AND expires <= ?1 + ?2" },
  { DUE_ITEM, &item_kind, "item.done", NULL, PLAIN, false,
    "SELECT i.id, i.due, CASE WHEN i.critical THEN '! ' ELSE '' END || phrase(i.what), o.name"
    " FROM k_item i LEFT JOIN k_officer o ON o.id = i.owner WHERE i.state = 'open' AND i.voided IS NULL" },
  { DUE_ITEM, &task_kind, "task.done", NULL, PLAIN, false,
    "SELECT id, due, what, phrase(owner) FROM " CHECKLIST_DUE("?1") },
  { DUE_ITEM, &entry_kind, "entry.acknowledge", N_("Acknowledge: %s"), IMPORTANT, false,
    "SELECT id, happened, phrase(text), NULL FROM k_entry WHERE happened >= ?1 - 172800000 AND important = 1 AND voided IS NULL"
    " AND (ack_a IS NULL OR (?2 AND ack_b IS NULL))" },
  { DUE_DUTYCHECK, &dutycheck_kind, "dutycheck.answer", N_("Answer the duty check of %s"), ACK_WITHIN, false,
    "SELECT id, asked_at + ?2, asked_by, NULL FROM k_dutycheck WHERE state = 'open' AND voided IS NULL" },
  { DUE_DANGER, &danger_kind, NULL, NULL, PLAIN, false,
    "SELECT id, deadline, place || ' ' || content, owner FROM k_danger WHERE state IN ('found', 'confirmed', 'assigned', 'controlled')"
    " AND voided IS NULL AND " STATION_KEEPS("k_danger.id") },
  { DUE_DANGER, &danger_kind, "danger.write_off", N_("Write off: %s"), PLAIN, false,
    "SELECT id, NULL, place || ' ' || content, NULL FROM k_danger WHERE state = 'rectified' AND voided IS NULL"
    " AND " STATION_KEEPS("k_danger.id") },
  { DUE_TRANSFER, &transfer_kind, NULL, N_("Households not accounted for: %s"), TRANSFER_WITHIN, false,
    "SELECT 0, min(ifnull(state_at, " CHANGED_AT("k_transfer") ")) + ?2, count(*), NULL FROM k_transfer WHERE state IN ('unnotified', 'notified', 'refused', 'moving')"
    " AND voided IS NULL AND " STATION_KEEPS("k_transfer.id") " HAVING count(*) > 0" },
  { DUE_HANDOVER, &handover_kind, "handover.sign_late", N_("Signature missing: %s"), SECOND_POST, false,
    "SELECT id, relieved_at + 86400000, name, NULL FROM k_handover WHERE voided IS NULL AND starts >= ?1 - 2592000000"
    " AND relieved_at IS NOT NULL AND " HANDOVER_UNSIGNED
    " AND (in_a IS NULL OR (?2 AND (in_b IS NULL OR (out_b IS NULL AND taken_by IS NULL))))" },
  { DUE_EXPIRY, &machine_kind, NULL, N_("Call-up agreement ends: %s"), PLAIN, true,
    "SELECT id, agreement_ends, name, owner FROM k_machine WHERE agreement_ends < date(?1 / 1000 + 30 * 86400, 'unixepoch')"
    " AND voided IS NULL AND " STATION_KEEPS("k_machine.id") },
  { DUE_EXPIRY, &stock_kind, NULL, N_("Expires: %s"), PLAIN, true,
    "SELECT id, expires, name || ' ' || place, keeper FROM k_stock WHERE expires < date(?1 / 1000 + 30 * 86400, 'unixepoch')"
    " AND voided IS NULL AND " STATION_KEEPS("k_stock.id") },
  { DUE_EXPIRY, &stock_kind, NULL, N_("Below the minimum: %s"), PLAIN, false,
    "SELECT id, NULL, name || ' ' || quantity || '/' || minimum, keeper FROM k_stock WHERE quantity < minimum AND voided IS NULL"
    " AND " STATION_KEEPS("k_stock.id") },
  { DUE_EXPIRY, &gear_kind, "gear.test", N_("Test: %s"), PLAIN, false,
    "SELECT id, coalesce(tested, " CHANGED_AT("k_gear") ") + interval * 86400000 AS due, name, keeper FROM k_gear"
    " WHERE interval IS NOT NULL AND voided IS NULL AND due < ?1 + 86400000"
    " AND " STATION_KEEPS("k_gear.id") },
  { DUE_EXPIRY, &contact_kind, NULL, N_("Contacts whose numbers nobody has verified: %s"), VERIFY_DAYS, false,
    "SELECT 0, min(coalesce(verified, " CHANGED_AT("k_contact") ")) + ?2 * 86400000, count(*), NULL FROM k_contact"
    " WHERE voided IS NULL AND coalesce(verified, " CHANGED_AT("k_contact") ") + ?2 * 86400000 < ?1"
    " AND " STATION_KEEPS("k_contact.id") " HAVING count(*) > 0" },
  { DUE_EXPIRY, &unit_kind, NULL, N_("Units whose numbers nobody has verified: %s"), VERIFY_DAYS, false,
    "SELECT 0, min(coalesce(verified, " CHANGED_AT("k_unit") ")) + ?2 * 86400000, count(*), NULL FROM k_unit"
    " WHERE voided IS NULL AND coalesce(verified, " CHANGED_AT("k_unit") ") + ?2 * 86400000 < ?1"
    " AND " STATION_KEEPS("k_unit.id") " HAVING count(*) > 0" },
};
/* clang-format on */

static const char *const sort_labels[] = {
  [DUE_SETUP] = N_("Set-up"),      [DUE_CALL] = N_("Call"),         [DUE_RELAY] = N_("Relay"),
  [DUE_REPORT] = N_("Report"),     [DUE_ROUND] = N_("Round"),       [DUE_ITEM] = N_("Item"),
  [DUE_ORDER] = N_("Order"),       [DUE_HANDOVER] = N_("Handover"), [DUE_DUTYCHECK] = N_("Duty check"),
  [DUE_DANGER] = N_("Danger"),     [DUE_GAP] = N_("Roster"),        [DUE_EXPIRY] = N_("Expiry"),
  [DUE_CONFLICT] = N_("Conflict"), [DUE_LATE] = N_("Late"),         [DUE_TRANSFER] = N_("Transfer"),
  [DUE_WATCH] = N_("Watch"),       [DUE_TEST] = N_("Test"),         [DUE_WARNING] = N_("Warning"),
};

/* Alarms are known by these to stations of every version: a warning keeps the name that it has always had. */
static const char *const sort_names[] = {
  [DUE_SETUP] = "setup", [DUE_CALL] = "call",     [DUE_RELAY] = "relay",       [DUE_REPORT] = "report",       [DUE_ROUND] = "round",
  [DUE_ITEM] = "item",   [DUE_ORDER] = "order",   [DUE_HANDOVER] = "handover", [DUE_DUTYCHECK] = "dutycheck", [DUE_DANGER] = "danger",
  [DUE_GAP] = "gap",     [DUE_EXPIRY] = "expiry", [DUE_CONFLICT] = "conflict", [DUE_LATE] = "late",           [DUE_TRANSFER] = "transfer",
  [DUE_WATCH] = "watch", [DUE_TEST] = "test",     [DUE_WARNING] = "relay",
};

const char *overview_sort_label(enum overview_sort sort)
{
  return i18n_text(sort_labels[sort]);
}

const char *overview_sort_name(enum overview_sort sort)
{
  return sort_names[sort];
}

void overview_expect(struct overview *overview, int64_t instant)
{
  if (instant > overview->at && (overview->next == 0 || instant < overview->next)) overview->next = instant;
}

struct overview_line *overview_add(struct overview *overview, enum overview_sort sort, int64_t due, const struct kind *kind,
                                   record_id record, const char *action, char *text, const char *who)
{
  overview->lines = mem_grow(overview->lines, (size_t)overview->count + 1, sizeof *overview->lines);
  struct overview_line *line = &overview->lines[overview->count++];
  *line =
    (struct overview_line){ .sort = sort, .due = due, .kind = kind, .record = record, .action = action, .text = text, .who = mem_dup(who) };
  for (char *byte = line->text; *byte != '\0'; byte++)
    if (*byte == '\n') *byte = ' ';
  return line;
}

static int64_t parameter_of(struct desk *desk, const struct overview *overview, const struct source *source)
{
  switch (source->parameter) {
  case VERIFY_DAYS: return config_number(desk->config, "contact.verify_days");
  case SECOND_POST:
  case IMPORTANT: return handover_signatures(desk) == 2;
  case RECEIPT:
  case ACK_WITHIN: return overview->receipt_within;
  case RELAY_WITHIN: return overview->relay_within;
  case EXPIRY_AHEAD: return config_number(desk->config, "alarm.expiry_minutes") * CLOCK_MINUTE;
  case TRANSFER_WITHIN: return config_number(desk->config, "alarm.transfer_minutes") * CLOCK_MINUTE;
  case PLAIN: break;
  }
  return 0;
}

/* A headline may be long and begin with its issuer: colour and event come first. */
static char *warning_said(struct query *query)
{
  const char *colour = query_text(query, 4), *event = query_text(query, 5), *headline = query_text(query, 2);
  bool coloured = colour != NULL && strcmp(colour, "unknown") != 0;

  return mem_printf("%s%s%s %s", coloured ? lookup_choice(&warning_kind, "colour", colour) : "", coloured ? " " : "",
                    event != NULL ? event : "", headline != NULL ? headline : "");
}

/* A warning rings when it comes in, and again when nobody has acknowledged it in time. */
static int64_t rings_at(struct desk *desk, const struct overview *overview, const struct source *source, int64_t due)
{
  if (source->parameter == IMPORTANT) return due + IMPORTANT_WITHIN;
  return source->parameter == RECEIPT || source->parameter == EXPIRY_AHEAD ? due - parameter_of(desk, overview, source) : 0;
}

static void add_row(struct desk *desk, struct overview *overview, const struct source *source, struct query *query)
{
  record_id id = query_number(query, 0);
  int64_t due = 0;

  if (!source->by_date)
    due = query_number(query, 1);
  else if (!query_is_null(query, 1))
    due = clock_date_start(query_text(query, 1));
  const char *column = query_text(query, 2);
  char *said = source->kind == &warning_kind ? warning_said(query) : mem_dup(column != NULL ? column : "");
  char *text = source->text != NULL ? mem_printf(i18n_text(source->text), said) : mem_dup(said);
  free(said);
  struct overview_line *line = overview_add(overview, source->sort, due, source->kind, id, source->action, text, query_text(query, 3));
  line->rings = rings_at(desk, overview, source, due);
}

/* Of these kinds mostly nothing waits: one look spares their questions. */
static const struct quiet {
  const struct kind *kind;
  const char *sql;
} quiet[] = {
  { &warning_kind, WARNING_ANY },
  { &call_kind, "SELECT 1 FROM k_call WHERE state IN ('waiting', 'unanswered', 'skipped', 'answered') AND voided IS NULL"
                " AND (state <> 'answered' OR promised_due IS NOT NULL) LIMIT 1" },
  { &task_kind, "SELECT 1 FROM k_task WHERE state = 'open' AND voided IS NULL LIMIT 1" },
};

bool overview_is_quiet(struct desk *desk, const struct kind *kind)
{
  for (size_t i = 0; i < sizeof quiet / sizeof *quiet; i++)
    if (quiet[i].kind == kind) return query_single(desk->store, quiet[i].sql, 0, 0) == 0;
  return false;
}

static int read_source(struct desk *desk, struct overview *overview, const struct source *source, struct err *err)
{
  struct query *query = query_open(desk->store, source->sql);
  int row;

  if (strstr(source->sql, "?1") != NULL) query_bind_number(query, 1, overview->at);
  if (strstr(source->sql, "?2") != NULL) query_bind_number(query, 2, parameter_of(desk, overview, source));
  while ((row = query_next(query, err)) == 1) add_row(desk, overview, source, query);
  query_close(query);
  return row;
}

/* Sources of one kind stand together. */
static int read_sources(struct desk *desk, struct overview *overview, struct err *err)
{
  const struct kind *kind = NULL;
  bool skipped = false;

  for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
    if (sources[i].kind != kind) skipped = overview_is_quiet(desk, sources[i].kind);
    kind = sources[i].kind;
    if (!skipped && read_source(desk, overview, &sources[i], err) < 0) return -1;
  }
  return 0;
}

/* By due, the undated last; among equals the sort decides, then the record, so that the list does not dance. */
static int by_due(const void *one, const void *other)
{
  const struct overview_line *a = one, *b = other;

  if ((a->due == 0) != (b->due == 0)) return a->due == 0 ? 1 : -1;
  if (a->due != b->due) return a->due < b->due ? -1 : 1;
  if (a->sort != b->sort) return (int)a->sort - (int)b->sort;
  return a->record == b->record ? 0 : a->record < b->record ? -1 : 1;
}

int overview_read(struct desk *desk, struct overview *overview, struct err *err)
{
  return overview_read_at(desk, clock_now(), overview, err);
}

/* A ladder that cannot be read stops no call, but somebody has to know of it. */
static int read_ladder(struct desk *desk, struct overview *overview, struct err *err)
{
  struct ladder ladder;
  char *trouble = NULL;
  int known = ladder_of_station(desk, &ladder, &trouble, err);

  overview->receipt_within = ladder.receipt_within;
  overview->relay_within = ladder.relay_within;
  if (known == 0 && trouble != NULL)
    overview_add(overview, DUE_SETUP, 0, NULL, 0, "ladder.show", mem_printf(_("%s. The standard ladder is taken"), trouble), NULL);
  free(trouble);
  ladder_free(&ladder);
  return known;
}

int overview_read_at(struct desk *desk, int64_t at, struct overview *overview, struct err *err)
{
  *overview = (struct overview){ .at = at };
  if (read_ladder(desk, overview, err) < 0) return -1;
  if (read_sources(desk, overview, err) < 0) return -1;
  if (overview_calls(desk, overview, err) < 0 || overview_orders(desk, overview, err) < 0 || overview_watch(desk, overview, err) < 0 ||
      overview_clocks(desk, overview, err) < 0)
    return -1;
  if (overview->count > 0) qsort(overview->lines, (size_t)overview->count, sizeof *overview->lines, by_due);
  for (int i = 0; i < overview->count; i++) overview->overdue += overview->lines[i].due != 0 && overview->lines[i].due <= overview->at;
  return 0;
}

void overview_free(struct overview *overview)
{
  for (int i = 0; i < overview->count; i++) {
    free(overview->lines[i].text);
    free(overview->lines[i].who);
  }
  free(overview->lines);
  *overview = (struct overview){ 0 };
}
