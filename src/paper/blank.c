/* Blank forms for when there is no power: the fields of a kind to fill in by hand, each form with a number that is taken out of the
 * counter now and keyed in later under the same number. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duty.h"
#include "desk/lookup.h"
#include "paper/document.h"
#include "store/act.h"

enum { FORMS_MOST = 100 };

static char *label_of(const struct field *field)
{
  return field->unit ? mem_printf("%s (%s)", i18n_text(field->label), i18n_text(field->unit)) : mem_dup(i18n_text(field->label));
}

/* Choices are there to be ticked; anything else is left empty, several lines high where prose goes. */
static char *room_of(const struct field *field)
{
  struct buf room = BUF_INIT;
  for (int index = 0; field->choices && field->choices[index].name; index++)
    buf_addf(&room, "%s□ %s", index ? "    " : "", i18n_text(field->choices[index].label));
  if (field->type == FIELD_NOTE) buf_adds(&room, "\n\n");
  return room.length ? buf_take(&room, NULL) : NULL;
}

static void form(const struct kind *kind, const char *number, struct page *page)
{
  page_together(page);
  page_pairs(page, 2);
  page_pair(page, _("No."), number);
  page_pair(page, _("Written by"), NULL);
  for (int index = COMMON_FIELDS; index < kind_field_count(kind); index++) {
    const struct field *field = kind_field(kind, index);
    if (field->flags & FIELD_AUTOMATIC) continue;
    char *label = label_of(field), *room = room_of(field);
    if (room)
      page_pair_wide(page, label, room);
    else
      page_pair(page, label, NULL);
    free(label);
    free(room);
  }
  page_together_end(page);
}

/* The k-th number of a run that begins with `first` ("W-26-B031"). */
static char *number_after(const char *first, int k)
{
  const char *digits = first + strlen(first);
  while (digits > first && digits[-1] >= '0' && digits[-1] <= '9') digits--;
  return mem_printf("%.*s%03d", (int)(digits - first), first, atoi(digits) + k);
}

static struct page *forms(struct desk *desk, const struct kind *kind, const char *first, int count, int64_t at)
{
  char *station = lookup_unit(desk, store_area(desk->store));
  struct page_head head = { .title = i18n_text(kind->label),
                            .unit = station,
                            .footer = _("Key this in later under its number"),
                            .made_at = at,
                            .exercise = store_is_exercise(desk->store) };
  struct page *page = page_new(&head);
  for (int index = 0; index < count; index++) {
    char *number = first ? number_after(first, index) : NULL;
    if (index > 0) page_break(page);
    form(kind, number, page);
    free(number);
  }
  free(station);
  return page;
}

static int run_blank(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  (void)subject;
  const struct duty *duty = duty_find(values_text(arguments, "blank"));
  int count = (int)values_number(arguments, "count", 1);
  char *first = NULL;
  if (!duty || duty->read_only)
    return err_usage(err, _("there is no form of '%s' to fill in by hand; give a kind such as entry, visit or danger"),
                     values_text(arguments, "blank"));
  struct act *act = act_begin(desk->store, "blank.reserve", desk->officer, err);
  if (!act) return -1;
  if (duty->kind->letter) act_reserve_numbers(act, duty->kind, count, &first);
  struct page *page = forms(desk, duty->kind, first, count, act_at(act));
  int result = document_can_draw(desk, page, arguments, err);
  if (result != 0)
    act_cancel(act);
  else
    result = act_commit(act, err); /* the numbers are taken before the paper is out: no number can be on two papers */
  if (result == 0) result = document_send(desk, page, arguments, outcome, err);
  page_free(page);
  free(first);
  return result;
}

static const struct field blank_arguments[] = {
  { .name = "blank",
    .type = FIELD_TEXT,
    .label = N_("Kind"),
    .flags = FIELD_REQUIRED | FIELD_NAMED,
    .help = N_("Kind of record, as on the command line: entry, visit, danger …") },
  { .name = "count", .type = FIELD_INTEGER, .label = N_("How many"), .least = 1, .most = FORMS_MOST },
  DOCUMENT_WAYS,
  { 0 },
};

const struct action blank_actions[] = {
  { .name = "blank.print",
    .label = N_("Print blank forms"),
    .button = N_("Print"),
    .command = "print",
    .arguments = blank_arguments,
    .run = run_blank,
    .help = N_("Empty forms with reserved numbers, for when there is no power; keyed in later under those numbers.") },
  { .name = NULL },
};
