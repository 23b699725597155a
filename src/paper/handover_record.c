/* The handover record (交接班记录) with its signatures. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/handover.h"
#include "desk/lookup.h"
#include "paper/document.h"
#include "store/query.h"

static record_id usual(struct desk *desk)
{
  record_id open = handover_open(desk);
  return open ? open : query_single(desk->store, "SELECT id FROM k_handover WHERE voided IS NULL ORDER BY id DESC LIMIT 1", 0, 0);
}

static char *unit(struct desk *desk, record_id subject, int64_t date)
{
  (void)date;
  struct record handover, shift;
  char *name = NULL;
  if (lookup_record(desk, &handover_kind, subject, &handover, NULL) != 0) return mem_dup("");
  if (lookup_record(desk, &shift_kind, record_number(&handover, "shift", 0), &shift, NULL) == 0) {
    name = shift_name(record_number(&shift, "starts", 0), record_number(&shift, "ends", 0));
    record_free(&shift);
  }
  record_free(&handover);
  return name ? name : mem_dup("");
}

/* Who signed, whatever the roster says by now; who has to, until then. */
static void officers(const struct handover_facts *facts, struct page *page)
{
  for (int index = 0; index < 4; index++) {
    const struct handover_signature *signature = &facts->signatures[index];
    char *unsigned_name = facts->frozen && signature->name && !signature->at ? mem_printf(_("%s (not signed)"), signature->name) : NULL;
    const char *name = unsigned_name ? unsigned_name : signature->name ? signature->name : _("vacant");
    page_pair(page, i18n_text(signature->label), name);
    free(unsigned_name);
  }
}

static void head(struct desk *desk, const struct handover_facts *facts, struct page *page)
{
  struct buf state = BUF_INIT;
  value_show(desk->store, kind_field(&handover_kind, kind_field_index(&handover_kind, "state")),
             &facts->handover.values.list[kind_field_index(&handover_kind, "state")], &state);
  page_pairs(page, 2);
  officers(facts, page);
  page_pair(page, _("Duty leader"), facts->leader ? facts->leader : _("vacant"));
  page_pair(page, _("State"), buf_text(&state));
  buf_free(&state);
}

static void sections(const struct handover_facts *facts, struct page *page)
{
  page_pairs(page, 1);
  for (int index = 0; index < HANDOVER_SECTIONS; index++) {
    struct buf text = BUF_INIT;
    if (!facts->sections[index].label) continue;
    handover_section_text(&facts->sections[index], &text);
    page_pair(page, i18n_text(facts->sections[index].label), text.length ? text.data : _("none"));
    buf_free(&text);
  }
}

static void signatures(const struct handover_facts *facts, struct page *page)
{
  page_signatures(page, 2);
  for (int index = 0; index < 4; index++) {
    const struct handover_signature *signature = &facts->signatures[index];
    char at[CLOCK_TEXT];
    if (!signature->label) continue;
    char *when = !signature->at     ? NULL
                 : !signature->late ? mem_dup(clock_text(at, signature->at, CLOCK_DATE_TIME))
                 : signature->why   ? mem_printf(_("%s, signed late: %s"), clock_text(at, signature->at, CLOCK_DATE_TIME), signature->why)
                                    : mem_printf(_("%s, signed late"), clock_text(at, signature->at, CLOCK_DATE_TIME));
    page_signature(page, i18n_text(signature->label), when ? signature->name : NULL, when);
    free(when);
  }
}

static int build(struct desk *desk, record_id subject, int64_t date, struct page *page, struct err *err)
{
  (void)date;
  struct handover_facts facts = { 0 };
  int result = handover_gather(desk, subject, &facts, err);
  if (result == 0) {
    head(desk, &facts, page);
    sections(&facts, page);
    if (record_text(&facts.handover, "reservations"))
      page_note(page, _("Accepted with reservations"), record_text(&facts.handover, "reservations"));
    signatures(&facts, page);
  }
  handover_facts_free(&facts);
  return result;
}

const struct document handover_record = {
  .name = "handover", .label = N_("Handover record"), .subject = "handover", .usual = usual, .unit = unit, .build = build
};
