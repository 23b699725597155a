#include "tui/conflict_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/conflict.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/seal.h"
#include "tui/decide_view.h"
#include "tui/detail_view.h"
#include "tui/rows.h"

enum sort {
  HEADING,
  CONFLICT,
  DUPLICATE,
  LATE,   /* an entry that came too late for its seal */
  OTHERS, /* a conflict that other stations decide: to be read here, like a late entry */
};

struct item {
  enum sort sort;
  char *text;
  const struct kind *kind; /* this and record: what it is about */
  record_id record;
  int field;                  /* of a conflict */
  struct duplicate duplicate; /* of a duplicate */
};

struct inbox {
  struct view view;
  struct item *items;
  int count;
  struct rows rows;
};

/* --- reading -------------------------------------------------------------------------------------------------------------- */

struct gathering {
  struct inbox *inbox;
  struct shell *shell;
  bool others; /* those that do not concern this station are wanted */
};

static struct item *add(struct inbox *inbox, enum sort sort, const struct kind *kind, record_id record, char *text)
{
  inbox->items = mem_grow(inbox->items, (size_t)inbox->count + 1, sizeof *inbox->items);
  inbox->items[inbox->count] = (struct item){ .sort = sort, .text = text, .kind = kind, .record = record };
  return &inbox->items[inbox->count++];
}

static void drop_items(struct inbox *inbox)
{
  for (int i = 0; i < inbox->count; i++) free(inbox->items[i].text);
  inbox->count = 0;
}

/* Whose it is to decide stands before what others decide. */
static char *conflict_text(struct gathering *gathering, const struct kind *kind, record_id id, int field, int count)
{
  char *title = lookup_title(&gathering->shell->desk, id, NULL);
  char *text =
    mem_printf(_("%s \"%s\": %d values for %s"), _(kind->label), title != NULL ? title : "?", count, _(kind_field(kind, field)->label));

  free(title);
  if (!gathering->others) return text;
  char *unit = lookup_unit(&gathering->shell->desk, record_area(gathering->shell->desk.store, id));
  char *both = mem_printf("%s · %s", unit, text);
  free(unit);
  free(text);
  return both;
}

static bool take_conflict(void *context, const struct kind *kind, record_id id, int field, const op_id *ops, int count)
{
  struct gathering *gathering = context;
  struct inbox *inbox = gathering->inbox;

  if (conflict_concerns(&gathering->shell->desk, id, ops, count) == gathering->others) return true;
  enum sort sort = gathering->others ? OTHERS : CONFLICT;
  if (sort == OTHERS && (inbox->count == 0 || inbox->items[inbox->count - 1].sort != OTHERS))
    add(inbox, HEADING, NULL, 0, mem_dup(_("For other stations to decide"))); /* L10N: 由其他单位裁定 */
  add(inbox, sort, kind, id, conflict_text(gathering, kind, id, field, count))->field = field;
  return true;
}

static bool take_duplicate(void *context, const struct duplicate *duplicate)
{
  struct gathering *gathering = context;
  struct record record = { 0 };

  if (lookup_record(&gathering->shell->desk, duplicate->kind, duplicate->one, &record, NULL) < 0) return true;
  const char *same = duplicate->by_number ? record_text(&record, "no") : record_title(&record);
  char *text = mem_printf(_("%s \"%s\": written twice?"), _(duplicate->kind->label), same); /* L10N: 疑似重复登记 */
  add(gathering->inbox, DUPLICATE, duplicate->kind, duplicate->one, text)->duplicate = *duplicate;
  record_free(&record);
  return true;
}

/* Nothing is to be decided there: it is to be read. */
static bool take_late(void *context, record_id entry, record_id handover)
{
  struct gathering *gathering = context;
  char *title = lookup_title(&gathering->shell->desk, entry, NULL), *shift = lookup_title(&gathering->shell->desk, handover, NULL);

  char *text = mem_printf(_("Late amendment to %s: %s"), shift != NULL ? shift : "?", title != NULL ? title : "?"); /* L10N: 封存后补记 */
  add(gathering->inbox, LATE, &entry_kind, entry, text);
  free(title);
  free(shift);
  return true;
}

static int refresh(struct view *base, struct shell *shell, struct err *err)
{
  struct gathering gathering = { (struct inbox *)base, shell, false };

  drop_items(gathering.inbox);
  int status = conflict_each(shell->desk.store, take_conflict, &gathering, err);
  if (status >= 0) status = duplicate_each(&shell->desk, take_duplicate, &gathering, err);
  if (status >= 0) status = seal_late_each(&shell->desk, take_late, &gathering, err);
  gathering.others = true;
  if (status >= 0) status = conflict_each(shell->desk.store, take_conflict, &gathering, err);
  rows_set(&gathering.inbox->rows, gathering.inbox->count);
  return status < 0 ? -1 : 0;
}

/* --- doing ---------------------------------------------------------------------------------------------------------------- */

static const struct item *chosen(struct inbox *inbox)
{
  return inbox->rows.chosen >= 0 && inbox->rows.chosen < inbox->count ? &inbox->items[inbox->rows.chosen] : NULL;
}

static void open_item(struct view *base, struct shell *shell)
{
  const struct item *item = chosen((struct inbox *)base);

  if (item == NULL || item->sort == HEADING) return;
  if (item->sort == CONFLICT)
    shell_push(shell, decide_view_conflict(shell, &(struct disputed){ item->kind, item->record, item->field }));
  else if (item->sort == DUPLICATE)
    shell_push(shell, decide_view_duplicate(shell, &item->duplicate));
  else
    shell_push(shell, detail_view_open(shell, item->kind, item->record));
}

static bool key(struct view *base, struct shell *shell, const struct key *key)
{
  return rows_key(&((struct inbox *)base)->rows, shell->terminal, key);
}

/* --- the view ------------------------------------------------------------------------------------------------------------- */

static bool is_heading(const void *context, int row)
{
  return ((const struct inbox *)context)->items[row].sort == HEADING;
}

static void draw_row(void *context, struct terminal *terminal, int row, struct area area, bool is_chosen)
{
  const struct inbox *inbox = context;

  if (is_heading(inbox, row)) {
    draw_rule(terminal, area.top, area.left, area.columns, inbox->items[row].text);
    return;
  }
  draw_text(terminal, area.top, area.left, area.columns, is_chosen ? STYLE_SELECTED : STYLE_NORMAL, inbox->items[row].text);
}

static void draw(struct view *base, struct shell *shell, struct area area)
{
  struct inbox *inbox = (struct inbox *)base;

  rows_place(&inbox->rows, area);
  rows_draw(&inbox->rows, shell->terminal, draw_row, inbox);
  if (inbox->count == 0) draw_text(shell->terminal, area.top, area.left, area.columns, STYLE_FAINT, _("Nothing is to be decided."));
}

static int64_t subject(struct view *base, struct shell *shell, const struct kind **kind)
{
  const struct item *item = chosen((struct inbox *)base);

  (void)shell;
  *kind = item != NULL ? item->kind : NULL;
  return item != NULL ? item->record : 0;
}

static const char *title(struct view *base, struct shell *shell)
{
  (void)base, (void)shell;
  return _("To be decided"); /* L10N: 待裁定 */
}

static void close_view(struct view *base, struct shell *shell)
{
  struct inbox *inbox = (struct inbox *)base;

  (void)shell;
  drop_items(inbox);
  free(inbox->items);
  free(inbox);
}

static const struct binding bindings[] = {
  { KEY_CODE_ENTER, N_("decide"),
    N_("Shows the values, who wrote them and when; one key keeps or restores one of them. A late amendment, and what other "
       "stations decide, is opened to be read."),
    open_item },
  { KEY_CODE_ESC, N_("back"), N_("Back to where you were."), NULL },
  { .code = 0 },
};

static const struct view_class class = {
  .name = N_("To be decided"),
  .bindings = bindings,
  .title = title,
  .draw = draw,
  .key = key,
  .subject = subject,
  .refresh = refresh,
  .close = close_view,
};

struct view *conflict_view_open(struct shell *shell)
{
  struct inbox *inbox = mem_zero(1, sizeof *inbox);

  (void)shell;
  inbox->view.class = &class;
  inbox->view.is_stale = true;
  inbox->rows.is_heading = is_heading;
  inbox->rows.context = inbox;
  return &inbox->view;
}

struct finding {
  record_id id;
  struct disputed disputed;
};

static bool is_of_record(void *context, const struct kind *kind, record_id id, int field, const op_id *ops, int count)
{
  struct finding *finding = context;

  (void)ops, (void)count;
  if (id != finding->id) return true;
  finding->disputed = (struct disputed){ kind, id, field };
  return false;
}

struct view *conflict_view_open_record(struct shell *shell, const struct kind *kind, record_id id)
{
  struct finding finding = { .id = id };

  conflict_each(shell->desk.store, is_of_record, &finding, NULL);
  return finding.disputed.kind != NULL ? decide_view_conflict(shell, &finding.disputed) : detail_view_open(shell, kind, id);
}
