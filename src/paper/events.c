#include "paper/events.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "store/query.h"

static const struct page_column columns[] = {
  { .label = N_("No."), .width = 10 },  { .label = N_("Happened"), .width = 11 }, { .label = N_("Sort"), .width = 8 },
  { .label = N_("Text"), .weight = 1 }, { .label = N_("Recorded"), .width = 11 }, { .label = N_("Recorder"), .width = 10 },
};

/* Fields of a phone call that follow its text, each on a line of its own when it was filled in. */
static const struct {
  const char *field, *label;
} details[] = {
  { "place", N_("Place") },
  { "caller_unit", N_("Caller's unit") },
  { "caller_post", N_("Caller's post") },
  { "cause", N_("Cause and course") },
  { "measures", N_("Measures taken") },
  { "result", N_("Result") },
  { "trend", N_("Trend") },
  { "told", N_("Already told") },
};

static void entry_text(struct desk *desk, const struct record *entry, struct buf *text)
{
  char *said = i18n_phrase(record_text(entry, "text"));
  buf_adds(text, said);
  free(said);
  for (size_t index = 0; index < sizeof(details) / sizeof(*details); index++)
    if (record_text(entry, details[index].field)) {
      buf_adds(text, "\n");
      buf_addf(text, _("%s: %s"), i18n_text(details[index].label), record_text(entry, details[index].field));
    }
  record_id corrected = record_number(entry, "corrects", 0);
  struct record other;
  if (corrected && lookup_record(desk, &entry_kind, corrected, &other, NULL) == 0) {
    buf_addf(text, _("\nCorrects %s"), record_text(&other, "no"));
    record_free(&other);
  }
  if (record_is_void(entry)) buf_addf(text, _("\nStruck: %s"), record_text(entry, "voided"));
}

struct filling {
  struct desk *desk;
  struct page *page;
};

static void entry_row(struct desk *desk, const struct record *entry, struct page *page)
{
  struct buf text = BUF_INIT;
  char happened[CLOCK_TEXT], recorded[CLOCK_TEXT];
  char *recorder = lookup_name(desk, record_number(entry, "recorder", 0));
  entry_text(desk, entry, &text);
  clock_text(happened, record_number(entry, "happened", 0), CLOCK_SHORT);
  clock_text(recorded, record_made_at(desk->store, entry), CLOCK_SHORT);
  page_row(page, (record_is_void(entry) ? PAGE_STRUCK : 0) | (record_number(entry, "important", 0) ? PAGE_BOLD : 0),
           (const char *[]){ record_text(entry, "no"), happened, lookup_choice(&entry_kind, "sort", record_text(entry, "sort")),
                             buf_text(&text), recorded, recorder ? recorder : _("unattributed") });
  free(recorder);
  buf_free(&text);
}

static bool add_row(void *context, const struct record *entry)
{
  struct filling *filling = context;
  entry_row(filling->desk, entry, filling->page);
  return true;
}

int events_table(struct desk *desk, int64_t from, int64_t to, struct page *page, struct err *err)
{
  struct filling filling = { desk, page };
  struct list_filter filters[] = { { "happened", LIST_LEAST, { .known = true, .number = from } },
                                   { "happened", LIST_MOST, { .known = true, .number = to - 1 } } };
  /* backwards: the list's order is newest first, paper reads from the top */
  struct list_query query = { .kind = &entry_kind, .filters = filters, .filter_count = 2, .with_void = true, .backwards = true };
  page_table(page, columns, 6, _("Nothing was entered"));
  return list_read(desk->store, &query, add_row, &filling, err);
}
