#include "tui/handover_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/handover.h"
#include "desk/lookup.h"
#include "tui/detail_view.h"
#include "tui/doing.h"
#include "tui/rows.h"
#include "tui/strip.h"

enum line_sort { LINE_HEADING, LINE_WORDS, LINE_RECORD, LINE_SIGNATURE };

struct line_shown {
  enum line_sort sort;
  char *text;
  record_id record;        /* LINE_RECORD: what Enter opens */
  bool wants_reading_back; /* a critical item that nobody has read back yet */
};

struct handover_view {
  struct view view;
  struct handover_facts facts; /* facts.handover.kind is NULL while there is none */
  struct strip strip;
  struct line_shown *lines;
  int count;
  int columns; /* that the lines were made for; 0: not yet */
  struct rows rows;
};

/* --- lines ---------------------------------------------------------------------------------------------------------------- */

static struct line_shown *add(struct handover_view *view, enum line_sort sort, char *text)
{
  view->lines = mem_grow(view->lines, (size_t)view->count + 1, sizeof *view->lines);
  view->lines[view->count] = (struct line_shown){ .sort = sort, .text = text };
  return &view->lines[view->count++];
}

static void drop_lines(struct handover_view *view)
{
  for (int i = 0; i < view->count; i++) free(view->lines[i].text);
  view->count = 0;
}

static bool add_words(const char *bytes, size_t length, void *context)
{
  add(context, LINE_WORDS, mem_dup_n(bytes, length));
  return true;
}

struct record_lines {
  struct handover_view *view;
  const struct handover_line *line;
  bool wants_reading_back, goes_on;
};

/* The incoming side reads every word: what does not fit goes on below, on lines that belong to no record. */
static bool add_record_line(const char *bytes, size_t length, void *context)
{
  struct record_lines *lines = context;
  const char *lead = lines->goes_on ? "    " : lines->line->read_back ? "+ " : "  ";
  struct line_shown *shown = add(lines->view, lines->goes_on ? LINE_WORDS : LINE_RECORD, mem_printf("%s%.*s", lead, (int)length, bytes));
  if (!lines->goes_on) {
    shown->record = lines->line->record;
    shown->wants_reading_back = lines->wants_reading_back;
  }
  lines->goes_on = true;
  return true;
}

static void add_record(struct handover_view *view, struct shell *shell, const struct handover_section *section,
                       const struct handover_line *line, int columns)
{
  struct record_lines lines = { view, line, strcmp(section->field, "items") == 0 && line->critical && !line->read_back, false };
  struct buf text = BUF_INIT;

  handover_line_text(line, &text);
  text_wrap(buf_text(&text), columns - 4, shell->terminal->ambiguous, add_record_line, &lines);
  buf_free(&text);
}

static void add_section(struct handover_view *view, struct shell *shell, const struct handover_section *section, int columns)
{
  if (section->written == NULL && section->count == 0) return;
  add(view, LINE_HEADING, mem_dup(_(section->label)));
  if (section->written != NULL) text_wrap(section->written, columns, shell->terminal->ambiguous, add_words, view);
  for (int i = 0; i < section->count; i++) add_record(view, shell, section, &section->lines[i], columns);
}

static void add_signature(struct handover_view *view, const struct handover_signature *signature)
{
  char time[CLOCK_TEXT];
  const char *name = signature->name != NULL ? signature->name : _("nobody");

  if (signature->at == 0)
    add(view, LINE_SIGNATURE, mem_printf(_("[ ] %s: %s"), _(signature->label), name));
  else if (!signature->late)
    add(view, LINE_SIGNATURE, mem_printf(_("[x] %s: %s, %s"), _(signature->label), name, clock_text(time, signature->at, CLOCK_SHORT)));
  else
    add(view, LINE_SIGNATURE,
        mem_printf(_("[x] %s: %s, signed late %s: %s"), _(signature->label), name, clock_text(time, signature->at, CLOCK_SHORT),
                   signature->why != NULL ? signature->why : ""));
}

static void make_lines(struct handover_view *view, struct shell *shell, int columns)
{
  drop_lines(view);
  view->columns = columns;
  if (view->facts.handover.kind == NULL) {
    text_wrap(_("No handover of this shift is written yet. It gathers events, open items and warnings from the records by itself."),
              columns, shell->terminal->ambiguous, add_words, view);
  } else {
    add(view, LINE_HEADING, mem_dup(_("Signatures")));
    for (int i = 0; i < 4; i++)
      if (view->facts.signatures[i].label != NULL) add_signature(view, &view->facts.signatures[i]);
    for (int i = 0; i < HANDOVER_SECTIONS; i++) add_section(view, shell, &view->facts.sections[i], columns);
  }
  rows_set(&view->rows, view->count);
}

/* --- reading -------------------------------------------------------------------------------------------------------------- */

static int refresh(struct view *base, struct shell *shell, struct err *err)
{
  struct handover_view *view = (struct handover_view *)base;
  record_id id = view->facts.handover.kind != NULL ? view->facts.handover.id : handover_open(&shell->desk);
  int result = 0;

  handover_facts_free(&view->facts);
  view->facts = (struct handover_facts){ 0 };
  if (id != 0) result = handover_gather(&shell->desk, id, &view->facts, err);
  strip_fill(&view->strip, shell, "handover", view->facts.handover.kind != NULL ? &view->facts.handover : NULL);
  view->columns = 0;
  return result;
}

static record_id subject(const struct handover_view *view)
{
  return view->facts.handover.kind != NULL ? view->facts.handover.id : 0;
}

/* --- doing ---------------------------------------------------------------------------------------------------------------- */

/* A critical item is read back one by one; anything else is opened. */
static void do_line(struct view *base, struct shell *shell)
{
  struct handover_view *view = (struct handover_view *)base;
  const struct line_shown *line = view->rows.chosen >= 0 ? &view->lines[view->rows.chosen] : NULL;
  const struct action *read_back = action_find(shell->tables, "handover.readback");
  struct record item = { 0 };
  const struct kind *kind = NULL;

  if (line == NULL || line->record == 0) return;
  free(lookup_title(&shell->desk, line->record, &kind));
  if (kind == NULL || record_read(shell->desk.store, kind, line->record, &item, NULL) != 1) return;
  bool reads = line->wants_reading_back && read_back != NULL && strcmp(read_back->subject, kind->name) == 0 &&
               doing_is_possible(shell, read_back, &item);
  record_free(&item);
  if (reads)
    doing_at_once(shell, read_back, line->record);
  else
    shell_push(shell, detail_view_open(shell, kind, line->record));
}

static bool key(struct view *base, struct shell *shell, const struct key *key)
{
  struct handover_view *view = (struct handover_view *)base;
  const struct action *action = strip_action(&view->strip, keys_command(key));

  if (rows_key(&view->rows, shell->terminal, key)) return true;
  if (action == NULL) return false;
  doing_action(shell, action, subject(view));
  return true;
}

/* --- drawing -------------------------------------------------------------------------------------------------------------- */

static bool is_heading(const void *context, int row)
{
  return ((const struct handover_view *)context)->lines[row].sort == LINE_HEADING;
}

static void draw_line(void *context, struct terminal *terminal, int row, struct area area, bool is_chosen)
{
  const struct handover_view *view = context;
  const struct line_shown *line = &view->lines[row];
  enum style style = is_chosen ? STYLE_SELECTED : line->wants_reading_back ? STYLE_LATE : STYLE_NORMAL;

  if (is_heading(view, row))
    draw_rule(terminal, area.top, area.left, area.columns, line->text);
  else
    draw_text(terminal, area.top, area.left, area.columns, style, line->text);
}

static void draw(struct view *base, struct shell *shell, struct area area)
{
  struct handover_view *view = (struct handover_view *)base;
  int above = strip_draw(&view->strip, shell->terminal, area);

  area.top += above;
  area.rows -= above;
  if (view->columns != area.columns) make_lines(view, shell, area.columns);
  rows_place(&view->rows, area);
  rows_draw(&view->rows, shell->terminal, draw_line, view);
}

static const char *title(struct view *base, struct shell *shell)
{
  (void)base;
  (void)shell;
  return _("Handover");
}

static void close_view(struct view *base, struct shell *shell)
{
  struct handover_view *view = (struct handover_view *)base;

  (void)shell;
  drop_lines(view);
  free(view->lines);
  handover_facts_free(&view->facts);
  free(view);
}

static const struct binding bindings[] = {
  { KEY_CODE_ENTER, N_("read back, open"), N_("A critical item (!) is marked as read back; anything else is opened."), do_line },
  { KEY_CODE_ESC, N_("back"), N_("Back to where you were."), NULL },
  { .code = 0 },
};

static const struct view_class class = {
  .name = N_("Handover"),
  .bindings = bindings,
  .title = title,
  .draw = draw,
  .key = key,
  .refresh = refresh,
  .close = close_view,
  .follows_clock = true,
};

struct view *handover_view_open(struct shell *shell)
{
  struct handover_view *view = mem_zero(1, sizeof *view);

  (void)shell;
  view->view.class = &class;
  view->view.is_stale = true;
  view->rows.is_heading = is_heading;
  view->rows.context = view;
  return &view->view;
}
