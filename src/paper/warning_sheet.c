/* The warning sheet (预警处置单): what came, who was called when, who is told, what is ticked, and what was missed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/checklist.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/warning.h"
#include "desk/warning_figures.h"
#include "paper/document.h"
#include "paper/warning_parts.h"
#include "store/query.h"

/* The one in force with the highest colour, else the newest. */
record_id warning_parts_usual(struct desk *desk)
{
  char *text =
    lookup_text(desk,
                "SELECT id FROM k_warning WHERE voided IS NULL ORDER BY state IN ('received', 'in_force') DESC,"
                " CASE colour WHEN 'red' THEN 1 WHEN 'orange' THEN 2 WHEN 'yellow' THEN 3 WHEN 'blue' THEN 4 ELSE 5 END, sent DESC LIMIT 1",
                0);
  record_id id = text ? strtoll(text, NULL, 10) : 0;
  free(text);
  return id;
}

char *warning_parts_unit(struct desk *desk, record_id subject, int64_t date)
{
  (void)date;
  char *title = lookup_title(desk, subject, NULL);
  return title ? title : mem_dup("");
}

int warning_parts_relays(struct desk *desk, const char *warning, bool (*row)(void *context, const struct record *relay), void *context,
                         struct err *err)
{
  struct query *query = query_open(desk->store, "SELECT id FROM k_relay WHERE warning = ?1 AND voided IS NULL"
                                                " ORDER BY colour = 'clear', " RELAY_OPEN " DESC, sort <> 'households', area, audience");
  record_id *ids;
  query_bind_text(query, 1, warning);
  int count = lookup_ids(query, &ids, err), status = count < 0 ? -1 : 0;
  bool more = true;
  for (int i = 0; i < count && status == 0 && more; i++) {
    struct record relay = { 0 };
    status = lookup_record(desk, &relay_kind, ids[i], &relay, err);
    more = status == 0 && row(context, &relay);
    record_free(&relay);
  }
  free(ids);
  return status;
}

static const char *time_text(char text[CLOCK_TEXT], int64_t at)
{
  return at ? clock_text(text, at, CLOCK_SHORT) : NULL;
}

static void pair_time(struct page *page, const char *label, int64_t at)
{
  char text[CLOCK_TEXT];
  page_pair(page, label, time_text(text, at));
}

static void received(const struct record *warning, int64_t now, struct page *page)
{
  page_pairs(page, 2);
  page_pair(page, _("Colour"), lookup_choice(&warning_kind, "colour", record_text(warning, "colour")));
  page_pair(page, _("Event"), i18n_text(record_text(warning, "event")));
  page_pair(page, _("Issuer"), record_text(warning, "sender_name"));
  page_pair(page, _("State"), lookup_choice(&warning_kind, "state", warning_state(warning, now)));
  pair_time(page, _("Issued"), record_number(warning, "sent", 0));
  pair_time(page, _("Expires"), record_number(warning, "expires", record_number(warning, "assumed_until", 0)));
  pair_time(page, _("Received"), record_number(warning, "began", record_number(warning, "received", 0)));
  page_pair(page, _("Status"), lookup_choice(&warning_kind, "status", record_text(warning, "status")));
  page_pair_wide(page, _("Headline"), record_text(warning, "headline"));
  page_pair_wide(page, _("Text"), record_text(warning, "description"));
  page_pair_wide(page, _("Instruction"), record_text(warning, "instruction"));
}

/* --- minutes -------------------------------------------------------------------------------------------------------------------------- */

static void pair_minutes(struct page *page, const char *label, int64_t from, int64_t at)
{
  char *text = at ? mem_printf(_("%d minutes"), (int)warning_minutes(from, at)) : mem_dup(_("not yet"));
  page_pair(page, label, text);
  free(text);
}

static int minutes(struct desk *desk, const struct record *warning, int64_t now, struct page *page, struct err *err)
{
  struct warning_figures figures;
  struct buf missed = BUF_INIT;
  if (warning_figures_read(desk, warning, now, &figures, err) != 0) return -1;
  page_pairs(page, 2);
  pair_minutes(page, _("To the receipt"), figures.received, figures.receipt_at);
  pair_minutes(page, _("To the first answer"), figures.received, figures.answer_at);
  pair_minutes(page, _("Until all had answered"), figures.received, figures.answered_at);
  pair_minutes(page, _("Until nobody was unreached"), figures.received, figures.relayed_at);
  if (warning_figures_missed(&figures, now, &missed) > 0) page_note(page, _("What was missed"), text_trim(missed.data));
  buf_free(&missed);
  return 0;
}

/* --- the ladder ----------------------------------------------------------------------------------------------------------------------- */

static const struct page_column call_columns[] = {
  { .label = N_("Who is called"), .weight = 3 }, { .label = N_("Phone"), .width = 13 },
  { .label = N_("Due"), .width = 11 },           { .label = N_("Tried"), .width = 5, .align = PAGE_RIGHT },
  { .label = N_("Answered"), .width = 11 },      { .label = N_("What came of it"), .weight = 4 },
};

static char *call_result(const struct call_line *line)
{
  struct buf text = BUF_INIT;
  buf_adds(&text, lookup_choice(&call_kind, "state", line->state));
  if (line->answered_by) buf_addf(&text, "%s%s%s", _(": "), line->answered_by, line->read_back ? _(", read back") : "");
  if (line->promised) buf_addf(&text, "\n%s", line->promised);
  if (line->escalated_to) buf_addf(&text, " → %s", line->escalated_to);
  if (line->why) buf_addf(&text, "\n%s", line->why);
  return buf_take(&text, NULL);
}

static char *call_who(const struct call_line *line)
{
  return mem_printf("%s%s%s%s%s", line->area_name ? line->area_name : "", line->area_name ? " " : "", line->role ? line->role : "",
                    line->role ? " " : "", line->callee ? line->callee : "-");
}

static bool call_row(void *context, const struct call_line *line)
{
  struct page *page = context;
  char due[CLOCK_TEXT], answered[CLOCK_TEXT], tried[16];
  char *who = call_who(line), *result = call_result(line);
  snprintf(tried, sizeof(tried), "%d", line->attempts);
  page_row(page, 0, (const char *[]){ who, line->phone, time_text(due, line->due), tried, time_text(answered, line->answered_at), result });
  free(who);
  free(result);
  return true;
}

/* --- the unreached -------------------------------------------------------------------------------------------------------------------- */

static const struct page_column relay_columns[] = {
  { .label = N_("Audience"), .weight = 3 },
  { .label = N_("To be told"), .width = 6, .align = PAGE_RIGHT },
  { .label = N_("Told"), .width = 6, .align = PAGE_RIGHT },
  { .label = N_("Unreached"), .weight = 5 },
};

static bool add_name(void *context, const struct relay_line *line)
{
  struct buf *names = context;
  buf_addf(names, "%s%s%s", names->length ? _(", ") : "", line->is_special ? "!" : "", line->name ? line->name : "?");
  return true;
}

struct relaying {
  struct desk *desk;
  struct page *page;
  struct err *err;
  int result;
};

enum { NAMES_MOST = 200 };

static bool relay_row(void *context, const struct record *relay)
{
  struct relaying *relaying = context;
  struct relay_count count = { 0 };
  struct buf names = BUF_INIT;
  char all[16], told[16];
  relaying->result = relay_count(relaying->desk, relay->id, &count, relaying->err);
  if (relaying->result == 0)
    relaying->result = relay_next(relaying->desk, relay->id, true, NULL, false, NAMES_MOST, add_name, &names, relaying->err);
  if (count.unreached > NAMES_MOST) buf_adds(&names, " …");
  snprintf(all, sizeof(all), "%d", count.all);
  snprintf(told, sizeof(told), "%d", count.reached);
  char *unreached = count.unreached ? mem_printf("%d%s%s", count.unreached, _(": "), buf_text(&names)) : mem_dup(_("nobody"));
  bool all_clear = record_text(relay, "colour") && strcmp(record_text(relay, "colour"), "clear") == 0;
  char *audience = all_clear ? mem_printf(_("%s (all-clear)"), record_title(relay)) : mem_dup(record_title(relay));
  page_row(relaying->page, 0, (const char *[]){ audience, all, told, unreached });
  free(audience);
  free(unreached);
  buf_free(&names);
  return relaying->result == 0;
}

static int relays(struct desk *desk, const struct record *warning, struct page *page, struct err *err)
{
  struct relaying relaying = { desk, page, err, 0 };
  page_heading(page, 1, _("Relay"));
  page_table(page, relay_columns, 4, _("No list was made"));
  int result = warning_parts_relays(desk, record_text(warning, "key"), relay_row, &relaying, err);
  return result == 0 ? relaying.result : result;
}

/* --- the checklist -------------------------------------------------------------------------------------------------------------------- */

static const struct page_column task_columns[] = {
  { .label = N_("What has to be done"), .weight = 4 },
  { .label = N_("Owner"), .weight = 1 },
  { .label = N_("Due"), .width = 11 },
  { .label = N_("Done at"), .width = 11 },
  { .label = N_("Evidence"), .weight = 2 },
};

static bool task_row(void *context, const struct checklist_row *row)
{
  struct page *page = context;
  char due[CLOCK_TEXT], done[CLOCK_TEXT];
  bool is_done = row->done_at != 0;
  if (row->hidden) return true; /* of a stage that has not come */
  const char *proof = row->evidence ? row->evidence : row->why;
  page_row(page, is_done ? PAGE_TICKED : PAGE_BOX,
           (const char *[]){ row->what, row->owner, time_text(due, row->due), time_text(done, row->done_at), proof });
  return true;
}

static int tasks(struct desk *desk, const struct record *warning, int64_t now, struct page *page, struct err *err)
{
  struct checklist_query query = { .subject = record_text(warning, "key"), .all = true, .at = now };
  page_heading(page, 1, _("Checklist"));
  page_table(page, task_columns, 5, _("No checklist was opened"));
  return checklist_each(desk, &query, task_row, page, err);
}

static int build(struct desk *desk, record_id subject, int64_t date, struct page *page, struct err *err)
{
  struct record warning = { 0 };
  if (lookup_record(desk, &warning_kind, subject, &warning, err) != 0) return -1;
  received(&warning, date, page);
  int result = minutes(desk, &warning, date, page, err);
  if (result == 0) {
    page_heading(page, 1, _("Who was called, who answered") /* L10N: 叫应情况 */);
    page_table(page, call_columns, 6, _("Nobody was called"));
    result = call_sheet(desk, record_text(&warning, "key"), NULL, false, 0, call_row, page, err);
  }
  if (result == 0) result = relays(desk, &warning, page, err);
  if (result == 0) result = tasks(desk, &warning, date, page, err);
  record_free(&warning);
  return result;
}

const struct document warning_sheet = { .name = "warning",
                                        .label = N_("Warning sheet"),
                                        .subject = "warning",
                                        .usual = warning_parts_usual,
                                        .unit = warning_parts_unit,
                                        .build = build };
