/* The shift report (值班要情): what happened in the shift, what is open, who was there. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/handover.h"
#include "desk/lookup.h"
#include "desk/shift.h"
#include "desk/warning.h"
#include "desk/warning_figures.h"
#include "paper/document.h"
#include "paper/events.h"
#include "paper/tasks.h"
#include "store/query.h"

struct period {
  int64_t starts, ends;
};

/* With no roster the report covers the current half day from 08:00 or 20:00, and says that the posts are vacant. */
static struct period period_of(struct desk *desk, record_id subject)
{
  struct record shift;
  struct period period;
  if (lookup_record(desk, &shift_kind, subject, &shift, NULL) == 0) {
    period = (struct period){ record_number(&shift, "starts", 0), record_number(&shift, "ends", 0) };
    record_free(&shift);
    return period;
  }
  int64_t now = clock_now(), day = clock_day_start(now, 0);
  if (now < day + 8 * CLOCK_HOUR) return (struct period){ day - 4 * CLOCK_HOUR, day + 8 * CLOCK_HOUR };
  if (now < day + 20 * CLOCK_HOUR) return (struct period){ day + 8 * CLOCK_HOUR, day + 20 * CLOCK_HOUR };
  return (struct period){ day + 20 * CLOCK_HOUR, day + 32 * CLOCK_HOUR };
}

static record_id usual(struct desk *desk)
{
  struct shift_on on;
  shift_on_duty(desk, clock_now(), &on);
  return on.shift ? on.shift : on.rostered;
}

static char *unit(struct desk *desk, record_id subject, int64_t date)
{
  (void)date;
  struct period period = period_of(desk, subject);
  return shift_name(period.starts, period.ends);
}

/* --- head ----------------------------------------------------------------------------------------------------------------------------- */

static void pair_officer(struct desk *desk, struct page *page, const char *label, record_id officer)
{
  char *name = document_officer(desk, officer);
  page_pair(page, label, name);
  free(name);
}

/* What the pair wrote when they handed over is later than what the roster says. */
static const char weather_of[] = "SELECT ifnull((SELECT weather FROM k_handover WHERE shift = k_shift.id AND voided IS NULL), weather)"
                                 " FROM k_shift WHERE id = ?1";

static void head(struct desk *desk, record_id subject, struct page *page)
{
  struct record shift = { 0 };
  bool known = lookup_record(desk, &shift_kind, subject, &shift, NULL) == 0;
  page_pairs(page, 3);
  pair_officer(desk, page, _("Post A"), known ? record_number(&shift, "post_a", 0) : 0);
  pair_officer(desk, page, _("Post B"), known ? record_number(&shift, "post_b", 0) : 0);
  pair_officer(desk, page, _("Duty leader"), known ? record_number(&shift, "leader", 0) : 0);
  char *weather = lookup_text(desk, weather_of, subject);
  page_pair_wide(page, _("Weather"), weather);
  free(weather);
  if (known) record_free(&shift);
}

struct warnings {
  struct desk *desk;
  struct buf text;
  int status;
  struct err *err;
};

static bool warning_line(void *context, const struct record *warning)
{
  struct warnings *warnings = context;
  char at[CLOCK_TEXT];
  buf_addf(&warnings->text, "%s%s %s", warnings->text.length ? "\n" : "",
           clock_text(at, record_number(warning, "began", record_number(warning, "received", 0)), CLOCK_SHORT), record_title(warning));
  if (values_known(&warning->values, "expires"))
    buf_addf(&warnings->text, _(" (until %s)"), clock_text(at, record_number(warning, "expires", 0), CLOCK_SHORT));
  buf_adds(&warnings->text, "\n  ");
  warnings->status = warning_figures_text(warnings->desk, warning, clock_now(), &warnings->text, warnings->err);
  return warnings->status == 0;
}

static int state_of_alert(struct desk *desk, const struct period *period, struct page *page, struct err *err)
{
  static const char *const levels[] = { NULL, "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ" };
  struct warnings warnings = { .desk = desk, .text = BUF_INIT, .err = err };
  int level = response_in_force(desk, NULL);
  int result = warnings_of_shift(desk, period->starts, period->ends, warning_line, &warnings, err);
  page_pairs(page, 1);
  page_pair(page, _("Warnings of the shift"), warnings.text.length ? warnings.text.data : _("none"));
  page_pair(page, _("Response level"), level > 0 ? levels[level] : _("none"));
  buf_free(&warnings.text);
  return result == 0 ? warnings.status : result;
}

/* --- open items, visits --------------------------------------------------------------------------------------------------------------- */

static const struct page_column item_columns[] = {
  { .label = N_("No."), .width = 10 }, { .label = N_("What has to be done"), .weight = 3 }, { .label = N_("Owner"), .width = 10 },
  { .label = N_("Due"), .width = 11 }, { .label = N_("Next step"), .weight = 2 },
};

static int items(struct desk *desk, struct page *page, struct err *err)
{
  page_heading(page, 1, _("Open items"));
  page_table(page, item_columns, 5, _("Nothing is open"));
  struct query *query = query_open(
    desk->store, "SELECT no, phrase(what), owner, due, next FROM k_item WHERE state = 'open' AND voided IS NULL ORDER BY due IS NULL, due");
  int found;
  while ((found = query_next(query, err)) == 1) {
    char due[CLOCK_TEXT] = "", *owner = document_officer(desk, query_number(query, 2));
    if (!query_is_null(query, 3)) clock_text(due, query_number(query, 3), CLOCK_SHORT);
    page_row(page, 0, (const char *[]){ query_text(query, 0), query_text(query, 1), owner, due, query_text(query, 4) });
    free(owner);
  }
  query_close(query);
  return found;
}

static const struct page_column visit_columns[] = {
  { .label = N_("Time"), .width = 11 },   { .label = N_("Hazard point"), .weight = 1 }, { .label = N_("Who went"), .width = 12 },
  { .label = N_("Result"), .width = 10 }, { .label = N_("Findings"), .weight = 2 },
};

static int visits(struct desk *desk, const struct period *period, struct page *page, struct err *err)
{
  page_heading(page, 1, _("Patrols"));
  page_table(page, visit_columns, 5, _("No patrol was recorded"));
  struct query *query = query_open(
    desk->store, "SELECT v.at, p.name, v.visitor, v.result, v.findings, v.voided FROM k_visit v LEFT JOIN k_point p ON p.id = v.point "
                 "WHERE ifnull(v.at, 0) >= ? AND ifnull(v.at, 0) < ? ORDER BY v.at");
  query_bind_number(query, 1, period->starts);
  query_bind_number(query, 2, period->ends);
  int found;
  while ((found = query_next(query, err)) == 1) {
    char at[CLOCK_TEXT];
    page_row(page, query_is_null(query, 5) ? 0 : PAGE_STRUCK,
             (const char *[]){ clock_text(at, query_number(query, 0), CLOCK_SHORT), query_text(query, 1), query_text(query, 2),
                               lookup_choice(&visit_kind, "result", query_text(query, 3)), query_text(query, 4) });
  }
  query_close(query);
  return found;
}

static int signatures(struct desk *desk, record_id subject, struct page *page, struct err *err)
{
  struct handover_facts facts = { 0 };
  record_id handover =
    subject ? query_single(desk->store, "SELECT id FROM k_handover WHERE shift = ? AND voided IS NULL ORDER BY id DESC LIMIT 1", subject, 0)
            : 0;
  if (handover && handover_gather(desk, handover, &facts, err) != 0) {
    handover_facts_free(&facts);
    return -1;
  }
  page_signatures(page, 2);
  for (int side = 0; side < 2; side++) {
    char at[CLOCK_TEXT];
    const struct handover_signature *signature = &facts.signatures[side];
    bool is_signed = handover && signature->at != 0;
    page_signature(page, side == 0 ? _("Post A") : _("Post B"), is_signed ? signature->name : NULL,
                   is_signed ? clock_text(at, signature->at, CLOCK_DATE_TIME) : NULL);
  }
  handover_facts_free(&facts);
  return 0;
}

static int build(struct desk *desk, record_id subject, int64_t date, struct page *page, struct err *err)
{
  (void)date;
  struct period period = period_of(desk, subject);
  head(desk, subject, page);
  if (state_of_alert(desk, &period, page, err) != 0) return -1;
  page_heading(page, 1, _("Events of the shift"));
  if (events_table(desk, period.starts, period.ends, page, err) != 0 || visits(desk, &period, page, err) != 0 ||
      items(desk, page, err) != 0 || tasks_table(desk, period.starts, period.ends, clock_now(), page, err) != 0)
    return -1;
  return signatures(desk, subject, page, err);
}

const struct document shift_report = {
  .name = "shift", .label = N_("Shift report"), .subject = "shift", .usual = usual, .unit = unit, .build = build
};
