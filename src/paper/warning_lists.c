/* Lists to work from when the screen is dark: whom to call (叫应单) and whom to tell (传达清单), with room to write what came of it. Keyed in
 * later by call and relay. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/call.h"
#include "desk/choices.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/relay.h"
#include "desk/transition.h"
#include "paper/document.h"
#include "paper/warning_parts.h"

static const struct page_column call_columns[] = {
  { .label = N_("Who is called"), .weight = 3 },    { .label = N_("Phone"), .width = 14 },
  { .label = N_("Tried at, result"), .weight = 3 }, { .label = N_("Answered by, at"), .weight = 3 },
  { .label = N_("Read back"), .width = 6 },         { .label = N_("Promised, until"), .weight = 3 },
};

static bool call_row(void *context, const struct call_line *line)
{
  struct page *page = context;
  if (line->class == CALL_OVER) return false; /* they come last: done already */
  char *who = mem_printf("%s%s%s\n%s", line->area_name ? line->area_name : "", line->area_name ? " " : "",
                         line->callee ? line->callee : "-", line->role ? line->role : "");
  page_row(page, PAGE_TALL | PAGE_BOX, (const char *[]){ who, line->phone, NULL, NULL, NULL, NULL });
  free(who);
  return true;
}

static int build_calls(struct desk *desk, record_id subject, int64_t date, struct page *page, struct err *err)
{
  (void)date;
  struct record warning = { 0 };
  if (subject && lookup_record(desk, &warning_kind, subject, &warning, err) != 0) return -1;
  page_table(page, call_columns, 6, _("Nobody has to be called"));
  int result = call_sheet(desk, subject ? record_text(&warning, "key") : NULL, NULL, false, 0, call_row, page, err);
  page_blank_rows(page, 5);
  record_free(&warning);
  return result;
}

const struct document call_list = { .name = "calls",
                                    .label = N_("Call list"),
                                    .subject = "warning",
                                    .landscape = true,
                                    .usual = warning_parts_usual,
                                    .unit = warning_parts_unit,
                                    .build = build_calls };

/* --- whom to tell --------------------------------------------------------------------------------------------------------------------- */

static const struct page_column relay_columns[] = {
  { .label = N_("Household"), .weight = 2 }, { .label = N_("Householder"), .weight = 2 },
  { .label = N_("Phone"), .width = 14 },     { .label = N_("Special"), .weight = 2 },
  { .label = N_("Told at"), .width = 8 },    { .label = N_("Told by, signature"), .weight = 2 },
};

static bool relay_row(void *context, const struct relay_line *line)
{
  struct page *page = context;
  const char *phone = line->phone ? line->phone : line->guardian_phone;
  struct buf special = BUF_INIT;
  if (line->at_risk) buf_adds(&special, _("at risk"));
  choice_labels(choice_special, line->special, &special);
  if (line->is_special && !line->special) buf_addf(&special, "%s%s", special.length ? " " : "", _("special group")); /* one of its people */
  page_row(page, PAGE_TALL | PAGE_BOX,
           (const char *[]){ line->name, line->head ? line->head : line->guardian, phone, buf_text(&special), NULL, NULL });
  buf_free(&special);
  return true;
}

struct listing {
  struct desk *desk;
  struct page *page;
  struct err *err;
  int result, lists;
};

static bool list_relay(void *context, const struct record *relay)
{
  struct listing *listing = context;
  if (strcmp(transition_state(relay, "waiting"), "done") == 0 || strcmp(transition_state(relay, "waiting"), "dropped") == 0)
    return true; /* nothing to be filled in */
  listing->lists++;
  page_heading(listing->page, 1, record_title(relay));
  page_table(listing->page, relay_columns, 6, _("Nobody is unreached"));
  listing->result = relay_next(listing->desk, relay->id, true, NULL, false, 0, relay_row, listing->page, listing->err);
  return listing->result == 0;
}

static int build_relays(struct desk *desk, record_id subject, int64_t date, struct page *page, struct err *err)
{
  (void)date;
  struct record warning = { 0 };
  struct listing listing = { desk, page, err, 0, 0 };
  if (lookup_record(desk, &warning_kind, subject, &warning, err) != 0) return -1;
  int result = warning_parts_relays(desk, record_text(&warning, "key"), list_relay, &listing, err);
  if (result == 0 && listing.lists == 0) page_paragraph(page, 0, _("Nobody is unreached"));
  record_free(&warning);
  return result == 0 ? listing.result : result;
}

const struct document relay_list = { .name = "relays",
                                     .label = N_("Relay list"),
                                     .subject = "warning",
                                     .usual = warning_parts_usual,
                                     .unit = warning_parts_unit,
                                     .build = build_relays };
