/* The roster of a month, a shift on a row. */
#include <stdlib.h>

#include "base/i18n.h"
#include "paper/document.h"
#include "store/query.h"

static const struct page_column columns[] = {
  { .label = N_("Shift"), .width = 24 },       { .label = N_("Post A"), .weight = 1 },  { .label = N_("Post B"), .weight = 1 },
  { .label = N_("Duty leader"), .weight = 1 }, { .label = N_("Remarks"), .weight = 1 },
};

static int build(struct desk *desk, record_id subject, int64_t date, struct page *page, struct err *err)
{
  (void)subject;
  page_table(page, columns, 5, _("The roster of this month is empty"));
  struct query *query = query_open(desk->store, "SELECT name, post_a, post_b, leader, ifnull(note, '') FROM k_shift "
                                                "WHERE starts >= ? AND starts < ? AND voided IS NULL ORDER BY starts");
  query_bind_number(query, 1, document_month_start(date, 0));
  query_bind_number(query, 2, document_month_start(date, 1));
  int found;
  while ((found = query_next(query, err)) == 1) {
    char *names[3];
    for (int post = 0; post < 3; post++) names[post] = document_officer(desk, query_number(query, 1 + post));
    page_row(page, 0, (const char *[]){ query_text(query, 0), names[0], names[1], names[2], query_text(query, 4) });
    for (int post = 0; post < 3; post++) free(names[post]);
  }
  query_close(query);
  return found;
}

const struct document roster_month = { .name = "roster", .label = N_("Duty roster"), .unit = document_month_unit, .build = build };
