#include "desk/warning_figures.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/call.h"
#include "desk/duties.h"
#include "desk/ladder.h"
#include "desk/lookup.h"
#include "desk/warning.h"
#include "store/query.h"

int64_t warning_minutes(int64_t from, int64_t at)
{
  if (from == 0 || at == 0) return -1;
  return at <= from ? 0 : (at - from + CLOCK_MINUTE - 1) / CLOCK_MINUTE;
}

/* clang-format off */
/* ?1: the warning's key, ?2: own area code. NULL (nothing, or not complete) reads as 0. */
static const char receipt_sql[] = "SELECT min(received_at) FROM k_answer WHERE warning = ?1 AND area = ?2 AND voided IS NULL";
static const char answered_sql[] =
  "SELECT CASE WHEN count(*) > 0 AND sum(answered_at IS NULL AND state <> 'closed') = 0 THEN max(answered_at) END"
  " FROM k_call WHERE " CALL_OWN("k_call") " AND warning = ?1 AND voided IS NULL AND (?2 IS NOT NULL)";
static const char relayed_sql[] =
  "SELECT CASE WHEN count(*) > 0 AND sum(state NOT IN ('done', 'dropped')) = 0 THEN max(CASE WHEN state = 'done' THEN state_at END) END"
  " FROM k_relay WHERE warning = ?1 AND colour <> 'clear' AND voided IS NULL AND (?2 IS NOT NULL)" /* that it is over is told later */
  " AND " STATION_KEEPS("k_relay.id");
/* Rungs with no number to call, whatever has become of them. */
static const char empty_sql[] =
  "SELECT count(*) FROM k_call WHERE " CALL_OWN("k_call")
  " AND warning = ?1 AND voided IS NULL AND chain IS NOT NULL AND phone IS NULL AND answered_at IS NULL"
  " AND ifnull(planned, '') <> 'door' AND (?2 IS NOT NULL)";
/* Still open, and its time is over. */
static const char late_sql[] = "SELECT count(*) FROM k_call WHERE " CALL_OWN("k_call") " AND warning = ?1 AND voided IS NULL"
                               " AND state IN ('waiting', 'unanswered') AND due <= ?3 AND (?2 IS NOT NULL)";
/* Of whom somebody was to answer, and nobody did until it was over. */
static const char silent_sql[] =
  "SELECT count(*) FROM (SELECT 1 FROM k_call WHERE " CALL_OWN("k_call")
  " AND warning = ?1 AND voided IS NULL AND chain IS NOT NULL AND (?2 IS NOT NULL)"
  " GROUP BY chain, area HAVING count(answered_at) = 0 AND sum(state <> 'closed') = 0)";
/* clang-format on */

static int read_number(struct desk *desk, const char *sql, const char *key, int64_t now, int64_t *number, struct err *err)
{
  char area[13];
  struct query *query = query_open(desk->store, sql);

  query_bind_text(query, 1, key);
  query_bind_text(query, 2, area_text(store_area(desk->store), area));
  if (strstr(sql, "?3") != NULL) query_bind_number(query, 3, now);
  int row = query_next(query, err);
  *number = row == 1 ? query_number(query, 0) : 0;
  query_close(query);
  return row < 0 ? -1 : 0;
}

int warning_figures_read(struct desk *desk, const struct record *warning, int64_t now, struct warning_figures *figures, struct err *err)
{
  const char *key = record_text(warning, "key");

  *figures = (struct warning_figures){ .received = record_number(warning, "began", record_number(warning, "received", 0)),
                                       .receipt_within = ladder_receipt_within(desk),
                                       .relay_within = ladder_relay_within(desk) };
  if (read_number(desk, receipt_sql, key, now, &figures->receipt_at, err) < 0 ||
      read_number(desk, answered_sql, key, now, &figures->answered_at, err) < 0 ||
      read_number(desk, relayed_sql, key, now, &figures->relayed_at, err) < 0)
    return -1;
  if (call_count(desk, key, now, &figures->calls, err) < 0 || relay_count_warning(desk, key, NULL, &figures->relay, err) < 0) return -1;
  figures->is_over = !warning_in_force(desk, warning->id, now);
  if (read_number(desk, late_sql, key, now, &figures->late, err) < 0) return -1;
  if (read_number(desk, silent_sql, key, now, &figures->silent, err) < 0 ||
      read_number(desk, empty_sql, key, now, &figures->empty, err) < 0)
    return -1;
  figures->answer_at = figures->calls.first_answer;
  if (figures->relay.unreached > 0) figures->relayed_at = 0;
  return 0;
}

/* --- what was missed ------------------------------------------------------------------------------------------------------------------ */

static int miss(struct buf *out, const char *format, int64_t number) __attribute__((format(printf, 2, 0)));
static int miss(struct buf *out, const char *format, int64_t number)
{
  buf_addf(out, format, (int)number);
  buf_addc(out, '\n');
  return 1;
}

/* Late when it happened later than `within`, or has not happened though the time is over. */
static int64_t late_by(const struct warning_figures *figures, int64_t at, int64_t within, int64_t now)
{
  int64_t due = figures->received + within, until = at != 0 ? at : now;
  return until > due ? warning_minutes(due, until) : 0;
}

int warning_figures_missed(const struct warning_figures *figures, int64_t now, struct buf *out)
{
  int64_t receipt = late_by(figures, figures->receipt_at, figures->receipt_within, now),
          relay = late_by(figures, figures->relayed_at, figures->relay_within, now);
  int count = 0;

  if (receipt > 0)
    count += miss(out, figures->receipt_at != 0 ? _("Acknowledged %d minutes late") : _("Not acknowledged, %d minutes over time"), receipt);
  if (figures->late > 0) count += miss(out, _("Calls that nobody has answered in time: %d"), figures->late);
  if (figures->silent > 0) count += miss(out, _("Ladders that ended with no answer: %d"), figures->silent);
  if (figures->empty > 0) count += miss(out, _("Rungs of the ladder with nobody to call: %d"), figures->empty);
  if (figures->calls.lapsed > 0) count += miss(out, _("Promises that have lapsed: %d"), figures->calls.lapsed);
  if (figures->relay.all > 0 && relay > 0)
    count += miss(
      out, figures->relayed_at != 0 ? _("Everybody was told %d minutes late") : _("Not everybody is told, %d minutes over time"), relay);
  if (figures->relay.unreached > 0 && (relay > 0 || figures->is_over)) count += miss(out, _("Unreached: %d"), figures->relay.unreached);
  return count;
}

/* --- in one line ---------------------------------------------------------------------------------------------------------------------- */

static void add_part(struct buf *out, char *part)
{
  buf_addf(out, " · %s", part);
  free(part);
}

static void add_minutes(struct buf *out, const char *format, const char *not_yet, const struct warning_figures *figures, int64_t at)
{
  add_part(out, at != 0 ? mem_printf(format, (int)warning_minutes(figures->received, at)) : mem_dup(not_yet));
}

static void add_missed(struct buf *out, const struct warning_figures *figures, int64_t now)
{
  struct buf missed = BUF_INIT, joined = BUF_INIT;
  bool some = warning_figures_missed(figures, now, &missed) > 0;
  char *rest = missed.data, *line;

  while (some && (line = strsep(&rest, "\n")) != NULL && *line != '\0') buf_addf(&joined, "%s%s", joined.length > 0 ? _("; ") : "", line);
  if (some) add_part(out, mem_printf(_("missed: %s"), buf_text(&joined)));
  buf_free(&joined);
  buf_free(&missed);
}

int warning_figures_text(struct desk *desk, const struct record *warning, int64_t now, struct buf *out, struct err *err)
{
  struct warning_figures figures;

  if (warning_figures_read(desk, warning, now, &figures, err) < 0) return -1;
  buf_adds(out, lookup_choice(&warning_kind, "state", warning_state(warning, now)));
  add_minutes(out, _("receipt %d min"), _("not acknowledged"), &figures, figures.receipt_at);
  if (figures.calls.all > 0) add_minutes(out, _("first answer %d min"), _("nobody has answered"), &figures, figures.answer_at);
  if (figures.relay.all > 0 && figures.relayed_at != 0)
    add_minutes(out, _("all told %d min"), "", &figures, figures.relayed_at);
  else if (figures.relay.all > 0)
    add_part(out, mem_printf(_("told %d of %d"), figures.relay.reached, figures.relay.all));
  add_missed(out, &figures, now);
  return 0;
}
