#include "tui/unit_view.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/manning.h"
#include "desk/stations.h"
#include "tui/detail_view.h"
#include "tui/rows.h"

enum { OF_EACH = 12 /* records of one kind */ };

struct record_line {
  const struct kind *kind; /* NULL: a heading, or plain text */
  bool is_plain;
  record_id record;
  enum style style;
  char *text;
};

struct unit_view {
  struct view view;
  int64_t area;
  char *name;
  struct record_line *lines;
  int count;
  struct rows rows;
};

/* --- reading -------------------------------------------------------------------------------------------------------------- */

struct making {
  struct unit_view *view;
  struct shell *shell;
  const struct kind *kind;
  bool has_heading;
};

static struct record_line *add(struct unit_view *view, char *text)
{
  for (char *at = text; (at = strchr(at, '\n')) != NULL;) *at = ' ';
  view->lines = mem_grow(view->lines, (size_t)view->count + 1, sizeof *view->lines);
  view->lines[view->count] = (struct record_line){ .text = text };
  return &view->lines[view->count++];
}

/* Seen by its machine, answered by its people: two different things. */
static char *order_text(struct making *making, const struct record *order, enum style *style)
{
  char deadline[CLOCK_TEXT], time[CLOCK_TEXT];
  const char *reply = record_text(order, "reply");
  int64_t due = record_number(order, "deadline", 0), at = record_number(order, "replied_at", 0);
  int all;
  bool is_there = at > 0 || station_holders(&making->shell->desk, order->changed, making->view->area, &all) > 0;
  char *due_text = due > 0 ? mem_printf(_("by %s"), clock_text(deadline, due, CLOCK_SHORT)) : mem_dup("");
  const char *by = record_text(order, "state_by");
  char *text = at > 0
                 ? mem_printf(_("answered %s by %s: %s · %s"), clock_text(time, at, CLOCK_SHORT), by != NULL ? by : "?",
                              reply != NULL ? reply : "", record_title(order))
                 : mem_printf("%s · %s · %s", is_there ? _("is there") /* L10N: 已送达 */ : _("on the way"), due_text, record_title(order));

  if (at == 0 && due > 0 && due < clock_now()) *style = STYLE_LATE;
  free(due_text);
  return text;
}

static char *answer_text(const struct record *answer)
{
  static const struct {
    const char *field, *label;
  } steps[] = { { "received_at", N_("received") }, { "answered_at", N_("answered") }, { "finished_at", N_("finished") } };
  struct buf text = BUF_INIT;
  char time[CLOCK_TEXT];

  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    int64_t at = record_number(answer, steps[i].field, 0);
    if (at > 0) buf_addf(&text, "%s %s · ", _(steps[i].label), clock_text(time, at, CLOCK_SHORT));
  }
  buf_adds(&text, record_title(answer));
  return buf_take(&text, NULL);
}

static char *usual_text(struct making *making, const struct record *record)
{
  const char *number = record_text(record, "no"), *title = record_title(record);
  struct buf text = BUF_INIT;
  int index = kind_field_index(record->kind, "state");

  if (number != NULL && strcmp(number, title) != 0) buf_addf(&text, "%s ", number);
  if (index >= 0 && record->values.list[index].known) {
    value_show(making->shell->desk.store, kind_field(record->kind, index), &record->values.list[index], &text);
    buf_adds(&text, " · ");
  }
  buf_adds(&text, title);
  return buf_take(&text, NULL);
}

static bool take_record(void *context, const struct record *record)
{
  struct making *making = context;
  enum style style = STYLE_NORMAL;
  bool is_order = record->kind == &order_kind;

  if (is_order && record_lane(making->shell->desk.store, record->id) != LANE_UP) return true;
  if (!making->has_heading) add(making->view, mem_dup(_(record->kind->label)));
  making->has_heading = true;
  char *text = is_order                       ? order_text(making, record, &style)
               : record->kind == &answer_kind ? answer_text(record)
                                              : usual_text(making, record);
  struct record_line *line = add(making->view, text);
  line->kind = record->kind;
  line->record = record->id;
  line->style = style;
  return true;
}

static void drop_lines(struct unit_view *view)
{
  for (int i = 0; i < view->count; i++) free(view->lines[i].text);
  view->count = 0;
}

static const char *or_vacant(const char *name)
{
  return name != NULL ? name : _("vacant");
}

/* Without a roster nobody sits there, and nothing says until when. */
static char *people_said(const struct manning *manning)
{
  char time[CLOCK_TEXT];
  const char *post_a = or_vacant(manning->post_a), *post_b = or_vacant(manning->post_b), *leader = or_vacant(manning->leader);

  if (manning->until == 0) return mem_printf(_("A %s · B %s · leader %s"), post_a, post_b, leader);
  return mem_printf(_("A %s · B %s · leader %s · until %s"), post_a, post_b, leader, clock_text(time, manning->until, CLOCK_SHORT));
}

/* Who sits there, as its agent has said last; its roster itself stays there. */
static void add_manning(struct unit_view *view, struct shell *shell)
{
  struct manning manning;
  char time[CLOCK_TEXT];

  if (manning_read(&shell->desk, view->area, &manning) == 1) {
    add(view, mem_dup(_("On duty")));
    add(view, people_said(&manning))->is_plain = true;
    struct record_line *gaps =
      add(view, manning.gaps < 0    ? mem_dup(_("It has no roster."))
                : manning.gaps == 0 ? mem_printf(_("No gap in its roster for %d days"), MANNING_DAYS)
                                    : mem_printf(_("Gaps in its roster for %d days: %" PRId64 ", the first from %s"), MANNING_DAYS,
                                                 manning.gaps, clock_text(time, manning.gap_from, CLOCK_SHORT)));
    gaps->is_plain = true;
    gaps->style = manning.gaps == 0 ? STYLE_NORMAL : STYLE_LATE;
  }
  manning_free(&manning);
}

static int refresh(struct view *base, struct shell *shell, struct err *err)
{
  static const struct kind *const kinds[] = { &order_kind,  &answer_kind, &relay_kind,   &incident_kind,
                                              &sitrep_kind, &danger_kind, &transfer_kind };
  struct unit_view *view = (struct unit_view *)base;
  int status = 0;

  drop_lines(view);
  add_manning(view, shell);
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds && status >= 0; i++) {
    struct making making = { view, shell, kinds[i], false };
    status = station_records(&shell->desk, kinds[i], view->area, OF_EACH, take_record, &making, err);
  }
  rows_set(&view->rows, view->count);
  return status < 0 ? -1 : 0;
}

/* --- the view ------------------------------------------------------------------------------------------------------------- */

static void open_line(struct view *base, struct shell *shell)
{
  struct unit_view *view = (struct unit_view *)base;
  const struct record_line *line = view->rows.chosen >= 0 && view->rows.chosen < view->count ? &view->lines[view->rows.chosen] : NULL;

  if (line == NULL || line->kind == NULL) return;
  shell_push(shell, line->kind == &order_kind ? detail_view_open(shell, line->kind, line->record) /* ours, to be closed or opened again */
                                              : detail_view_look(shell, line->kind, line->record));
}

static bool key(struct view *base, struct shell *shell, const struct key *key)
{
  return rows_key(&((struct unit_view *)base)->rows, shell->terminal, key);
}

static bool is_heading(const void *context, int row)
{
  const struct record_line *line = &((const struct unit_view *)context)->lines[row];
  return line->kind == NULL && !line->is_plain;
}

static void draw_line(void *context, struct terminal *terminal, int row, struct area area, bool is_chosen)
{
  const struct unit_view *view = context;
  const struct record_line *line = &view->lines[row];

  if (is_heading(view, row))
    draw_rule(terminal, area.top, area.left, area.columns, line->text);
  else
    draw_text(terminal, area.top, area.left, area.columns, is_chosen ? STYLE_SELECTED : line->style, line->text);
}

static void draw(struct view *base, struct shell *shell, struct area area)
{
  struct unit_view *view = (struct unit_view *)base;

  rows_place(&view->rows, area);
  rows_draw(&view->rows, shell->terminal, draw_line, view);
  if (view->count == 0)
    draw_text(shell->terminal, area.top, area.left, area.columns, STYLE_FAINT, _("Nothing has come from there, and nothing was sent."));
}

static const char *title(struct view *base, struct shell *shell)
{
  (void)shell;
  return ((struct unit_view *)base)->name;
}

static void close_view(struct view *base, struct shell *shell)
{
  struct unit_view *view = (struct unit_view *)base;

  (void)shell;
  drop_lines(view);
  free(view->lines);
  free(view->name);
  free(view);
}

static const struct binding bindings[] = {
  { KEY_CODE_ENTER, N_("open"), N_("Open the record: an order of ours to go on with it, what came from there to look at."), open_line },
  { KEY_CODE_ESC, N_("back"), N_("Back to the units."), NULL },
  { .code = 0 },
};

static const struct view_class class = {
  .name = N_("One unit below"),
  .bindings = bindings,
  .title = title,
  .draw = draw,
  .key = key,
  .refresh = refresh,
  .close = close_view,
};

struct view *unit_view_open(struct shell *shell, int64_t area, const char *name)
{
  struct unit_view *view = mem_zero(1, sizeof *view);

  (void)shell;
  view->view.class = &class;
  view->view.is_stale = true;
  view->rows.is_heading = is_heading;
  view->rows.context = view;
  view->area = area;
  view->name = mem_dup(name);
  return &view->view;
}
