#include "tui/frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/roster.h"
#include "tui/hints.h"

enum { TOP_ROW, TITLE_ROW, FIRST_ROW, MESSAGE_ROWS_MOST = 3, PARTS_MOST = 16, GAP = 2, LEAST_COLUMNS = 6, TITLE_LEAST = 20 };

/* --- the two rows at the top --------------------------------------------------------------------------------------------------------- */

/* One statement at the top. When not all fit, shorter forms are taken, then texts are cut down to `least` columns, each time in this order
 * from the last. */
struct part {
  char *text, *shorter; /* owned; shorter may be NULL */
  enum style style;
  int least; /* 0: never cut */
};

struct parts {
  struct part list[PARTS_MOST];
  int count;
};

static void part_add(struct parts *parts, enum style style, int least, char *text, char *shorter)
{
  if (text == NULL || *text == '\0' || parts->count == PARTS_MOST) {
    free(text);
    free(shorter);
  } else {
    parts->list[parts->count++] = (struct part){ text, shorter, style, least };
  }
}

static const char *weekday(int64_t at)
{
  static const char *const names[] = { N_("Sun"), N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat") };
  char date[CLOCK_TEXT];
  struct tm day = { 0 };

  clock_text(date, at, CLOCK_DATE);
  if (sscanf(date, "%d-%d-%d", &day.tm_year, &day.tm_mon, &day.tm_mday) != 3) return "";
  day.tm_year -= 1900;
  day.tm_mon -= 1;
  return timegm(&day) != -1 ? _(names[day.tm_wday]) : "";
}

static void add_post(struct parts *parts, const struct shell *shell, const char *format, const char *name)
{
  bool is_here = name != NULL && shell->officer_name != NULL && !shell->is_locked && strcmp(name, shell->officer_name) == 0;
  char *text = mem_printf(format, name != NULL ? name : _("vacant"));

  part_add(parts,
           name == NULL ? STYLE_LATE
           : is_here    ? STYLE_STRONG
                        : STYLE_NORMAL,
           LEAST_COLUMNS, mem_printf("%s%s", is_here ? "*" : "", text), NULL);
  free(text);
}

static bool is_on_a_post(const struct shell *shell)
{
  const char *const names[] = { shell->status.post_a, shell->status.post_b, shell->status.leader };

  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (names[i] != NULL && strcmp(names[i], shell->officer_name) == 0) return true;
  return false;
}

/* Who is on duty, a star at whoever is signed in here, and until when. */
static void add_people(struct parts *parts, struct shell *shell)
{
  char time[CLOCK_TEXT];

  if (shell->officer_name == NULL || shell->is_locked)
    part_add(parts, STYLE_FAINT, LEAST_COLUMNS, mem_dup(_("nobody signed in")), NULL);
  else if (!is_on_a_post(shell))
    part_add(parts, STYLE_STRONG, LEAST_COLUMNS, mem_printf("*%s", shell->officer_name), NULL);
  /* L10N: the two posts and the duty leader at the top, each followed by a name; as short as can be */
  add_post(parts, shell, _("A %s"), shell->status.post_a);
  if (shell->status.post_b != NULL || roster_needs(&shell->desk, POST_B)) add_post(parts, shell, _("B %s"), shell->status.post_b);
  add_post(parts, shell, _("Lead %s"), shell->status.leader);
  if (shell->status.relief == 0) return;
  clock_text(time, shell->status.relief, CLOCK_TIME);
  part_add(parts, STYLE_NORMAL, 0, mem_printf(_("relief %s"), time), mem_printf(">%s", time));
}

static const char *colour_word(const char *colour)
{
  static const struct {
    const char *name, *word;
  } words[] = {
    { "red", N_("red warning") }, { "orange", N_("orange warning") }, { "yellow", N_("yellow warning") }, { "blue", N_("blue warning") }
  };

  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strcmp(words[i].name, colour) == 0) return _(words[i].word);
  return colour;
}

static void add_state(struct parts *parts, const struct status *status)
{
  char time[CLOCK_TEXT];

  if (status->response != NULL) part_add(parts, STYLE_STRONG, 0, mem_printf(_("response %s"), status->response), NULL);
  if (status->colour != NULL) part_add(parts, draw_colour(status->colour), 0, mem_dup(colour_word(status->colour)), NULL);
  if (status->undelivered > 0) {
    clock_text(time, status->undelivered_since, CLOCK_SHORT);
    char *whole = mem_printf(_("unsent %d since %s"), status->undelivered, time);
    /* How long is as much news as how many: the unit's name is cut before it. Of the same day the time says it all. */
    clock_text(time, status->undelivered_since, status->at - status->undelivered_since < CLOCK_DAY ? CLOCK_TIME : CLOCK_DATE);
    part_add(parts, STYLE_TOP, 0, whole, mem_printf(_("unsent %d %s"), status->undelivered, time));
  }
  if (status->alarms == 0) return;
  /* L10N: 待应答报警 */
  part_add(parts, STYLE_LATE, 0, mem_printf(ngettext("! %d alarm", "! %d alarms", (unsigned long)status->alarms), status->alarms),
           mem_printf("!%d", status->alarms));
}

static int parts_columns(const struct terminal *terminal, const struct parts *parts)
{
  int columns = 0;

  for (int i = 0; i < parts->count; i++) columns += draw_columns(terminal, parts->list[i].text) + GAP;
  return columns > 0 ? columns - GAP : 0;
}

static void part_shorten(struct part *part)
{
  if (part->shorter == NULL) return;
  free(part->text);
  part->text = part->shorter;
  part->shorter = NULL;
}

static void part_cut(const struct terminal *terminal, struct part *part, int excess)
{
  struct buf cut = BUF_INIT;
  int before = draw_columns(terminal, part->text), columns = before - excess;

  if (part->least == 0 || before <= part->least) return;
  text_fit(&cut, part->text, columns < part->least ? part->least : columns, terminal->ambiguous);
  free(part->text);
  part->text = buf_take(&cut, NULL);
}

static void parts_shrink(const struct terminal *terminal, struct parts *parts, int columns)
{
  for (int i = parts->count - 1; i >= 0 && parts_columns(terminal, parts) > columns; i--) part_shorten(&parts->list[i]);
  for (int i = parts->count - 1; i >= 0; i--) {
    int excess = parts_columns(terminal, parts) - columns;
    if (excess > 0) part_cut(terminal, &parts->list[i], excess);
  }
}

static void draw_parts(struct terminal *terminal, struct parts *parts, int row, int column)
{
  for (int i = 0; i < parts->count; i++) {
    column += draw_part(terminal, row, column, terminal->columns - column, parts->list[i].style, parts->list[i].text) + GAP;
    free(parts->list[i].text);
    free(parts->list[i].shorter);
  }
}

static void draw_top(struct shell *shell)
{
  struct terminal *terminal = shell->terminal;
  const char *unit = shell->status.unit != NULL ? shell->status.unit : _("Duty desk");
  struct parts parts = { .count = 0 };
  char date[CLOCK_TEXT], time[CLOCK_TEXT];
  int64_t now = clock_now();

  if (!draw_wanted(terminal, TOP_ROW)) return;
  draw_text(terminal, TOP_ROW, 0, terminal->columns, STYLE_TOP, "");
  clock_text(date, now, CLOCK_DATE);
  clock_text(time, now, CLOCK_TIME);
  part_add(&parts, STYLE_TOP, LEAST_COLUMNS, mem_dup(unit), NULL);
  part_add(&parts, STYLE_TOP, 0, mem_printf("%s %s %s", date, weekday(now), time), mem_printf("%s %s %s", date + 5, weekday(now), time));
  if (shell->status.unit != NULL) add_state(&parts, &shell->status);
  parts_shrink(terminal, &parts, terminal->columns);
  draw_parts(terminal, &parts, TOP_ROW, 0);
}

/* --- title, message, hints ------------------------------------------------------------------------------------------------ */

static void draw_title(struct shell *shell)
{
  struct terminal *terminal = shell->terminal;
  const char *title = shell->top ? shell->top->class->title(shell->top, shell) : "";
  enum style style = shell->status.exercise ? STYLE_EXERCISE : STYLE_TITLE;
  struct parts people = { .count = 0 };

  if (!draw_wanted(terminal, TITLE_ROW)) return;
  char *text = shell->status.exercise ? mem_printf(_("EXERCISE – not real · %s"), title) : mem_dup(title);
  int wanted = draw_columns(terminal, text) < TITLE_LEAST ? draw_columns(terminal, text) : TITLE_LEAST; /* it gives way first */
  if (shell->status.unit != NULL) add_people(&people, shell);
  parts_shrink(terminal, &people, terminal->columns - wanted - GAP);
  int left = terminal->columns - parts_columns(terminal, &people);
  draw_text(terminal, TITLE_ROW, 0, left - 1, style, text);
  draw_parts(terminal, &people, TITLE_ROW, left);
  free(text);
}

static int message_rows(const struct shell *shell)
{
  int rows = shell->message != NULL ? draw_wrapped_rows(shell->terminal, shell->terminal->columns, MESSAGE_ROWS_MOST, shell->message) : 1;
  return rows > 0 ? rows : 1;
}

/* An alarm that rings stays in view below everything, and so does that nobody could be woken. */
static void draw_bar(struct shell *shell, struct area area)
{
  const char *colour;
  char *text = alarm_watch_bar(shell, &colour);

  if (text != NULL) draw_text(shell->terminal, area.top, area.left, area.columns, colour != NULL ? draw_colour(colour) : STYLE_LATE, text);
  free(text);
}

static void draw_message(struct shell *shell)
{
  int rows = message_rows(shell);
  struct area area = { shell->terminal->rows - shell->hint_rows - rows, 0, rows, shell->terminal->columns };

  if (shell->message != NULL)
    draw_wrapped(shell->terminal, area, shell->message_style, shell->message);
  else
    draw_bar(shell, area);
}

static void draw_hints(struct shell *shell)
{
  struct hints hints;

  hints_gather(&hints, shell);
  hints_draw(&hints, shell->terminal, shell->terminal->rows - shell->hint_rows, shell->hint_rows);
}

void frame_measure(struct shell *shell)
{
  struct hints hints;

  hints_gather(&hints, shell);
  int rows = hints_rows(&hints, shell->terminal);
  if (rows == shell->hint_rows) return;
  shell->hint_rows = rows;
  shell_redraw(shell);
}

struct area frame_area(struct shell *shell)
{
  int bottom = shell->hint_rows + message_rows(shell);
  return (struct area){ FIRST_ROW, 0, shell->terminal->rows - FIRST_ROW - bottom, shell->terminal->columns };
}

void frame_draw(struct shell *shell)
{
  draw_top(shell);
  draw_title(shell);
  draw_message(shell);
  draw_hints(shell);
}

void frame_draw_too_small(struct shell *shell)
{
  struct terminal *terminal = shell->terminal;
  char *text = mem_printf(_("The desk needs %d×%d; this window is %d×%d. Make it larger."), TERMINAL_LEAST_COLUMNS, TERMINAL_LEAST_ROWS,
                          terminal->columns, terminal->rows);

  draw_text(terminal, 0, 0, terminal->columns, STYLE_STRONG, text);
  free(text);
}
