#include "tui/warning_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/answer.h"
#include "desk/call.h"
#include "desk/checklist.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/relay.h"
#include "desk/warning.h"
#include "tui/call_view.h"
#include "tui/detail_view.h"
#include "tui/doing.h"
#include "tui/record_view.h"
#include "tui/rows.h"
#include "tui/strip.h"

enum line_does { DOES_NOTHING, DOES_HEAD, DOES_CALLS, DOES_OPEN, DOES_TICK, DOES_LISTS };

struct line_shown {
  enum line_does does;
  enum style style;
  const struct kind *kind; /* DOES_OPEN */
  record_id record;        /* DOES_OPEN, DOES_TICK */
  char *text;
};

struct warning_view {
  struct view view;
  record_id id;
  struct record warning; /* kind NULL: not read yet */
  struct strip strip;
  struct line_shown *lines;
  int count;
  int columns; /* that the lines were made for; 0: not yet */
  struct rows rows;
  int64_t now;
};

/* --- lines ---------------------------------------------------------------------------------------------------------------- */

static struct line_shown *add(struct warning_view *view, enum line_does does, char *text)
{
  view->lines = mem_grow(view->lines, (size_t)view->count + 1, sizeof *view->lines);
  view->lines[view->count] = (struct line_shown){ .does = does, .text = text };
  return &view->lines[view->count++];
}

static void drop_lines(struct warning_view *view)
{
  for (int i = 0; i < view->count; i++) free(view->lines[i].text);
  view->count = 0;
}

static bool add_words(const char *bytes, size_t length, void *context)
{
  add(context, DOES_NOTHING, mem_dup_n(bytes, length));
  return true;
}

static const char *key_of(const struct warning_view *view)
{
  return record_text(&view->warning, "key");
}

static void add_head(struct warning_view *view, struct shell *shell)
{
  const struct record *warning = &view->warning;
  char sent[CLOCK_TEXT], until[CLOCK_TEXT];
  int64_t expires = record_number(warning, "expires", record_number(warning, "assumed_until", 0));
  char *head =
    mem_printf("%s %s  %s  %s", lookup_choice(&warning_kind, "colour", record_text(warning, "colour")),
               i18n_text(record_text(warning, "event")), lookup_choice(&warning_kind, "state", warning_state(warning, view->now)),
               record_text(warning, "sender_name") != NULL ? record_text(warning, "sender_name") : "");

  add(view, DOES_NOTHING, head)->style = draw_colour(record_text(warning, "colour"));
  text_wrap(record_title(warning), view->columns, shell->terminal->ambiguous, add_words, view);
  add(view, DOES_NOTHING,
      mem_printf(_("Issued %s, until %s"), clock_text(sent, record_number(warning, "sent", 0), CLOCK_SHORT),
                 expires > 0 ? clock_text(until, expires, CLOCK_SHORT) : _("called off")));
}

static void add_calls(struct warning_view *view, struct shell *shell)
{
  struct call_count count = { 0 };

  if (call_count(&shell->desk, key_of(view), view->now, &count, NULL) < 0 || count.all == 0) return;
  add(view, DOES_HEAD, mem_dup(_("Who was called, who answered") /* L10N: 叫应情况 */));
  char *text = mem_printf(_("Call sheet: to call %d, late %d · answered %d · escalated %d · promises lapsed %d"), count.now, count.overdue,
                          count.answered, count.escalated, count.lapsed);
  add(view, DOES_CALLS, text)->style = count.overdue > 0 || count.lapsed > 0 ? STYLE_LATE : STYLE_NORMAL;
}

struct adding {
  struct warning_view *view;
  struct shell *shell;
  bool any;
};

static void head_once(struct adding *adding, const char *heading)
{
  if (!adding->any) add(adding->view, DOES_HEAD, mem_dup(heading));
  adding->any = true;
}

static bool add_relay(void *context, const struct record *relay)
{
  struct adding *adding = context;
  struct relay_count count = { 0 };

  if (relay_count(&adding->shell->desk, relay->id, &count, NULL) < 0) return true;
  head_once(adding, _("Relay"));
  struct line_shown *line = add(adding->view, DOES_OPEN,
                                mem_printf(_("%s: unreached %d of %d (special %d), reached %d %%"), record_title(relay), count.unreached,
                                           count.all, count.special_unreached, count.percent));
  line->kind = &relay_kind;
  line->record = relay->id;
  if (count.unreached > 0 && record_number(relay, "due", INT64_MAX) < adding->view->now) line->style = STYLE_LATE;
  return true;
}

static void add_missing(struct adding *adding)
{
  struct warning_view *view = adding->view;
  bool is_in_force = strcmp(warning_state(&view->warning, view->now), "in_force") == 0;
  int missing = is_in_force ? relay_missing(&adding->shell->desk, &view->warning, NULL) : 0;

  if (missing <= 0) return;
  head_once(adding, _("Relay"));
  char *text = mem_printf(_("Lists of whom to tell that are not made yet: %d"), missing);
  add(view, DOES_LISTS, text)->style = STYLE_LATE;
}

static void add_relays(struct warning_view *view, struct shell *shell)
{
  struct adding adding = { view, shell, false };
  struct list_filter filter = { "warning", LIST_EQUAL, { .known = true, .text = (char *)key_of(view) } };
  struct list_query query = { .kind = &relay_kind, .filters = &filter, .filter_count = 1 };

  add_missing(&adding);
  list_read(shell->desk.store, &query, add_relay, &adding, NULL);
}

static bool add_task(void *context, const struct checklist_row *row)
{
  struct adding *adding = context;
  char due[CLOCK_TEXT];

  head_once(adding, _("Checklist"));
  struct line_shown *line =
    add(adding->view, DOES_TICK,
        mem_printf("[ ] %s%s%s%s%s", row->due > 0 ? clock_text(due, row->due, CLOCK_TIME) : "", row->due > 0 ? " " : "", row->what,
                   row->owner != NULL ? " · " : "", row->owner != NULL ? row->owner : ""));
  line->record = row->task;
  if (row->due > 0 && row->due < adding->view->now) line->style = STYLE_LATE;
  return true;
}

static void add_tasks(struct warning_view *view, struct shell *shell)
{
  struct adding adding = { view, shell, false };
  struct checklist_query query = { .subject = key_of(view), .at = view->now };
  struct checklist_count count = { 0 };

  checklist_each(&shell->desk, &query, add_task, &adding, NULL);
  if (checklist_count(&shell->desk, key_of(view), view->now, &count, NULL) < 0 || count.all == 0) return;
  head_once(&adding, _("Checklist"));
  add(view, DOES_NOTHING, mem_printf(_("Ticked %d of %d, %d come at a later stage"), count.done, count.all, count.hidden));
}

static char *time_or_dash(int64_t at)
{
  char text[CLOCK_TEXT];
  return mem_dup(at > 0 ? clock_text(text, at, CLOCK_TIME) : "-");
}

static bool add_station(void *context, const struct answer_line *station)
{
  struct adding *adding = context;
  int64_t answered_at = station->answered_at > 0 ? station->answered_at : station->called_at;
  char *received = time_or_dash(station->received_at), *answered = time_or_dash(answered_at),
       *finished = time_or_dash(station->finished_at);
  const char *name = station->name != NULL ? station->name : station->area;

  head_once(adding, _("Units below"));
  char *text = station->known || answered_at > 0 ? mem_printf(_("%s: received %s · answered %s · told %d of %d · finished %s"), name,
                                                              received, answered, station->reached, station->all, finished)
                                                 : mem_printf(_("%s: nothing heard yet"), name);
  add(adding->view, DOES_NOTHING, text)->style = station->known || answered_at > 0 ? STYLE_NORMAL : STYLE_LATE;
  free(received);
  free(answered);
  free(finished);
  return true;
}

static void add_stations(struct warning_view *view, struct shell *shell)
{
  struct adding adding = { view, shell, false };
  answer_by_station(&shell->desk, key_of(view), add_station, &adding, NULL);
}

static bool add_alert(void *context, const struct record *alert)
{
  struct adding *adding = context;
  char sent[CLOCK_TEXT];

  head_once(adding, _("Alerts as they came"));
  struct line_shown *line =
    add(adding->view, DOES_OPEN, mem_printf("%s %s", clock_text(sent, record_number(alert, "sent", 0), CLOCK_SHORT), record_title(alert)));
  line->kind = &warning_message_kind;
  line->record = alert->id;
  return true;
}

static void add_alerts(struct warning_view *view, struct shell *shell)
{
  struct adding adding = { view, shell, false };
  struct list_filter filter = { "warning", LIST_EQUAL, { .known = true, .number = view->id } };
  struct list_query query = { .kind = &warning_message_kind, .filters = &filter, .filter_count = 1, .limit = 50 };

  list_read(shell->desk.store, &query, add_alert, &adding, NULL);
}

/* Whoever opens it means to go on: the call sheet, or what else can be done first. */
static void choose_first(struct warning_view *view)
{
  for (int i = view->count - 1; i >= 0; i--)
    if (view->lines[i].does > DOES_HEAD) view->rows.chosen = i;
}

static void add_all(struct warning_view *view, struct shell *shell)
{
  add_head(view, shell);
  add_calls(view, shell);
  add_relays(view, shell);
  add_tasks(view, shell);
  add_stations(view, shell);
  add_alerts(view, shell);
  struct line_shown *all = add(view, DOES_OPEN, mem_dup(_("All fields and the history")));
  all->record = view->id;
}

static void make_lines(struct warning_view *view, struct shell *shell, int columns)
{
  bool is_first = view->count == 0;

  drop_lines(view);
  view->columns = columns;
  view->now = clock_now();
  if (view->warning.kind != NULL) add_all(view, shell);
  rows_set(&view->rows, view->count);
  if (is_first) choose_first(view);
}

static int refresh(struct view *base, struct shell *shell, struct err *err)
{
  struct warning_view *view = (struct warning_view *)base;

  record_free(&view->warning);
  view->warning = (struct record){ .kind = NULL };
  if (lookup_record(&shell->desk, &warning_kind, view->id, &view->warning, err) < 0) return -1;
  strip_fill(&view->strip, shell, "warning", &view->warning);
  view->columns = 0;
  return 0;
}

/* --- doing ---------------------------------------------------------------------------------------------------------------- */

static void do_line(struct view *base, struct shell *shell)
{
  struct warning_view *view = (struct warning_view *)base;
  const struct line_shown *line = view->rows.chosen >= 0 ? &view->lines[view->rows.chosen] : NULL;

  if (line == NULL) return;
  if (line->does == DOES_CALLS)
    shell_push(shell, call_view_open(shell, key_of(view), 0));
  else if (line->does == DOES_TICK)
    doing_named(shell, "task.done", line->record);
  else if (line->does == DOES_LISTS)
    doing_given(shell, "warning.relay", view->id, NULL); /* without an audience: all that are missing */
  else if (line->does == DOES_OPEN && line->record == view->id)
    shell_push(shell, detail_view_open(shell, &warning_kind, view->id));
  else if (line->does == DOES_OPEN)
    shell_push(shell, record_view_open(shell, line->kind, line->record));
}

static bool key(struct view *base, struct shell *shell, const struct key *key)
{
  struct warning_view *view = (struct warning_view *)base;
  const struct action *action = strip_action(&view->strip, keys_command(key));

  if (rows_key(&view->rows, shell->terminal, key)) return true;
  if (action == NULL) return false;
  doing_action(shell, action, view->id);
  return true;
}

/* --- drawing -------------------------------------------------------------------------------------------------------------- */

static bool is_heading(const void *context, int row)
{
  return ((const struct warning_view *)context)->lines[row].does == DOES_HEAD;
}

static void draw_line(void *context, struct terminal *terminal, int row, struct area area, bool is_chosen)
{
  const struct warning_view *view = context;
  const struct line_shown *line = &view->lines[row];

  if (is_heading(view, row))
    draw_rule(terminal, area.top, area.left, area.columns, line->text);
  else
    draw_text(terminal, area.top, area.left, area.columns, is_chosen ? STYLE_SELECTED : line->style, line->text);
}

static void draw(struct view *base, struct shell *shell, struct area area)
{
  struct warning_view *view = (struct warning_view *)base;
  int above = strip_draw(&view->strip, shell->terminal, area);

  area.top += above;
  area.rows -= above;
  if (view->columns != area.columns) make_lines(view, shell, area.columns);
  rows_place(&view->rows, area);
  rows_draw(&view->rows, shell->terminal, draw_line, view);
}

static int64_t subject(struct view *base, struct shell *shell, const struct kind **kind)
{
  (void)shell;
  *kind = &warning_kind;
  return ((struct warning_view *)base)->id;
}

static const char *title(struct view *base, struct shell *shell)
{
  (void)base, (void)shell;
  return _("Warning");
}

static void close_view(struct view *base, struct shell *shell)
{
  struct warning_view *view = (struct warning_view *)base;

  (void)shell;
  drop_lines(view);
  free(view->lines);
  record_free(&view->warning);
  free(view);
}

static const struct binding bindings[] = {
  { KEY_CODE_ENTER, N_("do it"),
    N_("Opens the call sheet or the list of the unreached, makes the lists that are missing, ticks a line of the checklist, opens an "
       "alert."),
    do_line },
  { KEY_CODE_ESC, N_("back"), N_("Back to where you were."), NULL },
  { .code = 0 },
};

static const struct view_class class = {
  .name = N_("Warning"),
  .bindings = bindings,
  .title = title,
  .draw = draw,
  .key = key,
  .subject = subject,
  .refresh = refresh,
  .close = close_view,
  .follows_clock = true,
};

struct view *warning_view_open(struct shell *shell, record_id warning)
{
  struct warning_view *view = mem_zero(1, sizeof *view);

  (void)shell;
  view->view.class = &class;
  view->view.is_stale = true;
  view->rows.is_heading = is_heading;
  view->rows.context = view;
  view->id = warning;
  return &view->view;
}
