/* The log of one calendar day. */
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "paper/document.h"
#include "paper/events.h"

static char *unit(struct desk *desk, record_id subject, int64_t date)
{
  (void)desk;
  (void)subject;
  char text[CLOCK_TEXT];
  return mem_dup(clock_text(text, date, CLOCK_DATE));
}

static int build(struct desk *desk, record_id subject, int64_t date, struct page *page, struct err *err)
{
  (void)subject;
  return events_table(desk, clock_day_start(date, 0), clock_day_start(date, 1), page, err);
}

const struct document day_log = { .name = "log", .label = N_("Duty log"), .unit = unit, .build = build };
