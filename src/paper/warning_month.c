/* The warnings of a month in minutes: to receipt, to answer, to full relay, and what was missed. */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/warning.h"
#include "desk/warning_figures.h"
#include "paper/document.h"

static const struct page_column columns[] = {
  { .label = N_("Received"), .width = 11 },
  { .label = N_("Warning"), .weight = 4 },
  { .label = N_("Receipt, min"), .width = 6, .align = PAGE_RIGHT },
  { .label = N_("First answer, min"), .width = 8, .align = PAGE_RIGHT },
  { .label = N_("All told, min"), .width = 8, .align = PAGE_RIGHT },
  { .label = N_("Told"), .width = 9, .align = PAGE_RIGHT },
  { .label = N_("What was missed"), .weight = 4 },
};

struct month {
  struct desk *desk;
  struct page *page;
  struct err *err;
  int64_t now;
  int result, warnings, missed;
};

static char *minutes_cell(int64_t from, int64_t at)
{
  return at ? mem_printf("%d", (int)warning_minutes(from, at)) : mem_dup("—");
}

static int add_warning(struct month *month, const struct record *warning)
{
  struct warning_figures figures;
  struct buf missed = BUF_INIT;
  char at[CLOCK_TEXT];
  if (warning_figures_read(month->desk, warning, month->now, &figures, month->err) != 0) return -1;
  month->warnings++;
  month->missed += warning_figures_missed(&figures, month->now, &missed) > 0;
  char *name = mem_printf("%s %s", lookup_choice(&warning_kind, "colour", record_text(warning, "colour")), record_title(warning));
  char *receipt = minutes_cell(figures.received, figures.receipt_at), *answer = minutes_cell(figures.received, figures.answer_at);
  char *relayed = minutes_cell(figures.received, figures.relayed_at), *told = mem_printf("%d/%d", figures.relay.reached, figures.relay.all);
  page_row(month->page, 0,
           (const char *[]){ clock_text(at, figures.received, CLOCK_SHORT), name, receipt, answer, relayed, told,
                             missed.length ? text_trim(missed.data) : _("nothing") });
  free(name);
  free(receipt);
  free(answer);
  free(relayed);
  free(told);
  buf_free(&missed);
  return 0;
}

static bool each(void *context, const struct record *warning)
{
  struct month *month = context;
  if (!warning_counts(month->desk, warning)) return true;
  month->result = add_warning(month, warning);
  return month->result == 0;
}

static int build(struct desk *desk, record_id subject, int64_t date, struct page *page, struct err *err)
{
  (void)subject;
  struct month month = { .desk = desk, .page = page, .err = err, .now = clock_now() };
  struct list_filter filters[] = {
    { "sent", LIST_LEAST, { .known = true, .number = document_month_start(date, 0) } },
    { "sent", LIST_MOST, { .known = true, .number = document_month_start(date, 1) - 1 } },
  };
  struct list_query query = { .kind = &warning_kind, .filters = filters, .filter_count = 2 };
  page_table(page, columns, 7, _("No warning came in this month"));
  int result = list_read(desk->store, &query, each, &month, err);
  char *sum = mem_printf(_("Warnings: %d. With something missed: %d."), month.warnings, month.missed);
  page_paragraph(page, PAGE_BOLD, sum);
  free(sum);
  return result == 0 ? month.result : result;
}

const struct document warning_month = {
  .name = "warnings", .label = N_("Warnings of the month"), .landscape = true, .unit = document_month_unit, .build = build
};
