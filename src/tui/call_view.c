#include "tui/call_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/call.h"
#include "desk/choices.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/warning.h"
#include "tui/detail_view.h"
#include "tui/digits.h"
#include "tui/doing.h"
#include "tui/sheet.h"

enum { CELL_DUE, CELL_WHO, CELL_ROLE, CELL_PLACE, CELL_TRIED, CELL_STATE };
enum { CARD_ROWS = 6 /* number, then three lines about it, a rule, headings */, NUMBER_COLUMNS = 48 };

static const struct sheet_column columns[] = { [CELL_DUE] = { N_("Clock"), 12 },
                                               [CELL_WHO] = { N_("Who is called"), 14 },
                                               [CELL_ROLE] = { N_("Role"), 0 },
                                               [CELL_PLACE] = { N_("Unit"), 10 },
                                               [CELL_TRIED] = { N_("Tried"), 5 },
                                               [CELL_STATE] = { N_("State"), 12 },
                                               { NULL, 0 } };

struct call_view {
  struct view view;
  char *warning;    /* key; NULL: all */
  record_id wanted; /* to be chosen when it is first read; 0: none */
  struct sheet sheet;
  struct call_count count;
  /* of the chosen one */
  record_id shown;
  char *phone, *who, *state, *said;
  bool is_late, is_over;
  record_id tried; /* just now and from here: when that was its last try, the first of the list is chosen. 0: none */
};

/* --- reading -------------------------------------------------------------------------------------------------------------- */

static const char *channel_label(const char *name)
{
  return name != NULL ? choice_label(warning_channels, name) : "";
}

static char *clock_cell(const struct call_line *line, int64_t now)
{
  char length[CLOCK_TEXT];

  if (line->class == CALL_OVER || line->due == 0) return mem_dup("");
  return line->due < now ? mem_printf(_("%s late"), clock_length(length, now - line->due))
                         : mem_printf(_("in %s"), clock_length(length, line->due - now));
}

struct taking {
  struct page_reading *reading;
  int64_t now;
};

static bool take_call(void *context, const struct call_line *line)
{
  struct taking *taking = context;
  struct call_position position = { line->class, line->due, line->rank, line->call };
  struct page_row *row = page_take(taking->reading, line->call, &position);

  row->mark = line->class == CALL_NOW && line->due < taking->now ? '!' : ' ';
  row->style = row->mark == '!' ? STYLE_LATE : line->class == CALL_OVER ? STYLE_FAINT : STYLE_NORMAL;
  row->cells[CELL_DUE] = clock_cell(line, taking->now);
  row->cells[CELL_WHO] = mem_dup(line->callee != NULL ? line->callee : "-");
  row->cells[CELL_ROLE] = mem_dup(line->role != NULL ? line->role : "");
  row->cells[CELL_PLACE] = mem_dup(line->area_name != NULL ? line->area_name : "");
  row->cells[CELL_TRIED] = line->tries > 0 ? mem_printf("%d/%d", line->attempts, line->tries) : mem_printf("%d", line->attempts);
  row->cells[CELL_STATE] = mem_dup(lookup_choice(&call_kind, "state", line->state));
  return true;
}

static int read_calls(struct page *page, struct desk *desk, const void *after, bool backwards, int limit, struct page_reading *reading,
                      struct err *err)
{
  const struct call_view *view = page->context;
  struct taking taking = { reading, clock_now() };

  return call_sheet(desk, view->warning, after, backwards, limit, take_call, &taking, err);
}

static const struct page_source source = { sizeof(struct call_position), read_calls };

static void drop_shown(struct call_view *view)
{
  free(view->phone);
  free(view->who);
  free(view->state);
  free(view->said);
  view->phone = view->who = view->state = view->said = NULL;
  view->shown = 0;
}

static char *state_of(const struct call_line *line, bool is_late)
{
  char time[CLOCK_TEXT], length[CLOCK_TEXT];
  int64_t now = clock_now();

  if (line->answered_at != 0)
    return mem_printf(_("%s answered at %s%s"), line->answered_by != NULL ? line->answered_by : "",
                      clock_text(time, line->answered_at, CLOCK_TIME), line->read_back ? _(", read back") : "");
  if (line->why != NULL) return mem_dup(line->why);
  return is_late ? mem_printf(_("should have answered %s ago"), clock_length(length, now - line->due))
                 : mem_printf(_("has %s left to answer"), clock_length(length, line->due > now ? line->due - now : 0));
}

static char *said_of(const struct call_line *line)
{
  char time[CLOCK_TEXT];

  if (line->promised != NULL) return mem_printf(_("Promised: %s"), line->promised);
  if (line->escalated_to != NULL) return mem_printf(_("Escalated to %s"), line->escalated_to);
  if (line->attempted_at == 0) return mem_printf(_("Not tried yet; by %s"), channel_label(line->channel));
  return mem_printf(_("Tried %d times, last at %s: %s"), line->attempts, clock_text(time, line->attempted_at, CLOCK_TIME),
                    choice_label(attempt_results, line->attempted));
}

static bool show_call(void *context, const struct call_line *line)
{
  struct call_view *view = context;

  view->shown = line->call;
  view->is_over = line->class == CALL_OVER;
  view->is_late = line->class != CALL_OVER && line->due != 0 && line->due < clock_now();
  view->phone = mem_dup(line->phone != NULL ? line->phone : _("no number"));
  view->who = mem_printf("%s %s %s", line->callee != NULL ? line->callee : "", line->role != NULL ? line->role : "",
                         line->area_name != NULL ? line->area_name : "");
  view->state = state_of(line, view->is_late);
  view->said = said_of(line);
  return true;
}

/* What the card says of the chosen one. */
static void look(struct call_view *view, struct shell *shell)
{
  const struct page_row *row = sheet_chosen(&view->sheet);

  drop_shown(view);
  if (row != NULL) call_line(&shell->desk, row->id, show_call, view, NULL);
  for (int i = 0; i < DIGITS_ROWS; i++)
    terminal_dirty(shell->terminal, view->sheet.rows.area.top - CARD_ROWS + i); /* counts and headings stay */
}

/* Only after an attempt of this screen: under the fingers of whoever dials, nobody else moves the choice. */
static void go_on(struct call_view *view, struct shell *shell)
{
  bool is_over = view->tried != 0 && view->tried == view->shown && view->is_over;

  view->tried = 0;
  if (!is_over) return;
  sheet_first(&view->sheet, shell);
  look(view, shell);
}

static int refresh(struct view *base, struct shell *shell, struct err *err)
{
  struct call_view *view = (struct call_view *)base;

  if (call_count(&shell->desk, view->warning, clock_now(), &view->count, err) < 0 || sheet_refresh(&view->sheet, shell, err) < 0) return -1;
  look(view, shell);
  go_on(view, shell);
  return 0;
}

/* --- doing ---------------------------------------------------------------------------------------------------------------- */

static record_id chosen(const struct call_view *view)
{
  const struct page_row *row = sheet_chosen(&view->sheet);
  return row != NULL ? row->id : 0;
}

static void answered(struct view *base, struct shell *shell)
{
  record_id call = chosen((struct call_view *)base);
  if (call != 0) doing_named(shell, "call.answer", call);
}

static void tried(struct view *base, struct shell *shell, const char *result)
{
  struct call_view *view = (struct call_view *)base;
  const struct doing_given given[] = { { "result", result }, { NULL, NULL } };

  view->tried = chosen(view);
  if (view->tried != 0) doing_given(shell, "call.attempt", view->tried, given);
}

static void no_answer(struct view *base, struct shell *shell)
{
  tried(base, shell, "unanswered");
}
static void busy(struct view *base, struct shell *shell)
{
  tried(base, shell, "busy");
}
static void wrong_number(struct view *base, struct shell *shell)
{
  tried(base, shell, "wrong");
}
static void sent_somebody(struct view *base, struct shell *shell)
{
  tried(base, shell, "sent");
}

static void escalate(struct view *base, struct shell *shell)
{
  record_id call = chosen((struct call_view *)base);
  if (call != 0) doing_named(shell, "call.escalate", call);
}

static void close_call(struct view *base, struct shell *shell)
{
  record_id call = chosen((struct call_view *)base);
  if (call != 0) doing_named(shell, "call.close", call);
}

static void promise(struct view *base, struct shell *shell)
{
  record_id call = chosen((struct call_view *)base);
  if (call != 0) doing_named(shell, "call.promise", call);
}

static void open_call(struct view *base, struct shell *shell)
{
  record_id call = chosen((struct call_view *)base);
  if (call != 0) shell_push(shell, detail_view_open(shell, &call_kind, call));
}

static bool key(struct view *base, struct shell *shell, const struct key *key)
{
  struct call_view *view = (struct call_view *)base;

  if (!sheet_key(&view->sheet, shell, key)) return false;
  if (chosen(view) != view->shown) look(view, shell);
  return true;
}

/* --- drawing -------------------------------------------------------------------------------------------------------------- */

static void draw_card(const struct call_view *view, struct terminal *terminal, struct area area)
{
  int left = area.columns - NUMBER_COLUMNS;

  if (view->shown == 0) {
    draw_text(terminal, area.top, area.left, area.columns, STYLE_FAINT, _("Nobody has to be called."));
    return;
  }
  digits_draw(terminal, (struct area){ area.top, area.left, DIGITS_ROWS, NUMBER_COLUMNS }, STYLE_STRONG, view->phone);
  draw_text(terminal, area.top, area.left + NUMBER_COLUMNS, left, STYLE_STRONG, view->who);
  draw_text(terminal, area.top + 1, area.left + NUMBER_COLUMNS, left, view->is_late ? STYLE_LATE : STYLE_NORMAL, view->state);
  draw_text(terminal, area.top + 2, area.left + NUMBER_COLUMNS, left, STYLE_NORMAL, view->said);
}

static void draw_counts(const struct call_view *view, struct terminal *terminal, struct area area)
{
  const struct call_count *count = &view->count;
  char *text = mem_printf(_("To call %d, late %d · answered %d · promised %d, lapsed %d · nobody there %d"), count->now, count->overdue,
                          count->answered, count->promised, count->lapsed, count->skipped);

  draw_rule(terminal, area.top, area.left, area.columns, text);
  free(text);
}

static void draw(struct view *base, struct shell *shell, struct area area)
{
  struct call_view *view = (struct call_view *)base;
  struct area rows = { area.top + CARD_ROWS, area.left, area.rows - CARD_ROWS, area.columns };

  if (sheet_place(&view->sheet, rows)) {
    sheet_read(&view->sheet, shell);
    for (int i = 0; i < view->sheet.page.count; i++)
      if (view->sheet.page.rows[i].id == view->wanted) rows_choose(&view->sheet.rows, shell->terminal, i);
    view->wanted = 0;
    look(view, shell);
  }
  draw_card(view, shell->terminal, area);
  draw_counts(view, shell->terminal, (struct area){ area.top + DIGITS_ROWS + 1, area.left, 1, area.columns });
  sheet_draw_table(&view->sheet, shell->terminal, columns);
}

static int64_t subject(struct view *base, struct shell *shell, const struct kind **kind)
{
  (void)shell;
  *kind = &call_kind;
  return chosen((struct call_view *)base);
}

static const char *title(struct view *base, struct shell *shell)
{
  (void)base, (void)shell;
  return _("Call sheet");
}

static void close_view(struct view *base, struct shell *shell)
{
  struct call_view *view = (struct call_view *)base;

  (void)shell;
  drop_shown(view);
  sheet_stop(&view->sheet);
  free(view->warning);
  free(view);
}

static const struct binding bindings[] = {
  { '1', N_("answered"), N_("Somebody has answered: who, read back or not, and what was promised until when."), answered },
  { '2', N_("no answer"), N_("It rang and nobody answered. After the tries of the rung the next one is called."), no_answer },
  { '3', N_("busy"), N_("The line was busy."), busy },
  { '4', N_("wrong number"), N_("The number is wrong; it is listed for verification."), wrong_number },
  { '5', N_("sent somebody"), N_("Somebody has gone there in person."), sent_somebody },
  { '6', N_("promise"), N_("A new promise, or a new time for it."), promise },
  { '7', N_("next one"), N_("Calls the next one of the ladder at once."), escalate },
  { '8', N_("close"), N_("What was promised is done; a call without an answer needs a reason."), close_call },
  { KEY_CODE_ENTER, N_("open"), N_("Opens the call with all its attempts."), open_call },
  { KEY_CODE_ESC, N_("back"), N_("Back to where you were."), NULL },
  { .code = 0 },
};

static const struct view_class class = {
  .name = N_("Call sheet"),
  .bindings = bindings,
  .title = title,
  .draw = draw,
  .key = key,
  .subject = subject,
  .refresh = refresh,
  .close = close_view,
  .follows_clock = true,
};

struct view *call_view_open(struct shell *shell, const char *warning, record_id call)
{
  struct call_view *view = mem_zero(1, sizeof *view);

  (void)shell;
  view->view.class = &class;
  view->view.is_stale = true;
  view->warning = mem_dup(warning);
  view->wanted = call;
  sheet_start(&view->sheet, &source, view);
  return &view->view;
}
