#include "tui/shell.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/query.h"
#include "tui/frame.h"
#include "tui/job.h"

enum {
  ESCAPE_PATIENCE = 400, /* ms; short enough not to be felt, long enough for most lines */
  SAVE_DELAY = 3000,     /* ms after a key until drafts are saved */
  REFRESH_DELAY = 200,   /* ms in which the writing of other sessions is gathered */
};

static void redraw_message(struct shell *shell)
{
  for (int row = shell_area(shell).top + shell_area(shell).rows; row < shell->terminal->rows - shell->hint_rows; row++)
    terminal_dirty(shell->terminal, row);
}

/* --- messages ------------------------------------------------------------------------------------------------------------- */

static void set_message(struct shell *shell, char *text, enum style style)
{
  int rows = shell_area(shell).rows;

  free(shell->message);
  shell->message = text;
  shell->message_style = style;
  if (shell_area(shell).rows != rows) shell_redraw(shell);
  redraw_message(shell);
}

void shell_say(struct shell *shell, const char *format, ...)
{
  va_list arguments;
  char *text;

  va_start(arguments, format);
  if (vasprintf(&text, format, arguments) < 0) abort();
  va_end(arguments);
  set_message(shell, text, STYLE_MESSAGE);
}

void shell_complain(struct shell *shell, const struct err *err)
{
  set_message(shell, mem_printf("! %s", err->text), STYLE_ERROR);
}

/* --- views ---------------------------------------------------------------------------------------------------------------- */

struct area shell_area(struct shell *shell)
{
  return frame_area(shell);
}

void shell_redraw(struct shell *shell)
{
  terminal_dirty_all(shell->terminal);
}

static void refresh_top(struct shell *shell)
{
  struct err err = ERR_INIT;

  if (shell->top == NULL || !shell->top->is_stale) return;
  shell->top->is_stale = false;
  shell_redraw(shell);
  if (shell->top->class->refresh == NULL) return;
  if (shell->top->class->refresh(shell->top, shell, &err) < 0) shell_complain(shell, &err);
}

static void read_status(struct shell *shell)
{
  struct err err = ERR_INIT;

  if (!shell->is_status_stale || shell->desk.store == NULL) return;
  shell->is_status_stale = false;
  status_free(&shell->status);
  shell->status = (struct status){ 0 };
  int result = shell->fresh != NULL ? status_read_beside(&shell->desk, shell->fresh, &shell->status, &err)
                                    : status_read(&shell->desk, &shell->status, &err);
  if (result < 0) shell_complain(shell, &err);
  alarm_watch_status(shell);
  terminal_dirty(shell->terminal, 0);
  redraw_message(shell);
}

void shell_changed(struct shell *shell)
{
  shell->is_status_stale = true;
  for (struct view *view = shell->top; view != NULL; view = view->below) view->is_stale = true;
}

void shell_push(struct shell *shell, struct view *view)
{
  if (view == NULL) return;
  view->below = shell->top;
  shell->top = view;
  shell_redraw(shell);
}

static void close_top(struct shell *shell)
{
  struct view *view = shell->top;

  shell->top = view->below;
  if (view->class->save) view->class->save(view, shell);
  view->class->close(view, shell);
}

void shell_pop(struct shell *shell)
{
  if (shell->top == NULL || shell->top->below == NULL) return;
  close_top(shell);
  shell_redraw(shell);
}

void shell_close(struct shell *shell, struct view *view)
{
  struct view **at = &shell->top;

  while (*at != NULL && *at != view) at = &(*at)->below;
  if (*at == NULL) return;
  *at = view->below;
  view->class->close(view, shell);
  shell_redraw(shell);
}

void shell_home(struct shell *shell)
{
  while (shell->top != NULL && shell->top->below != NULL) close_top(shell);
  shell_redraw(shell);
}

void shell_close_all(struct shell *shell)
{
  while (shell->top != NULL) close_top(shell);
}

void shell_quit(struct shell *shell)
{
  shell->is_done = true;
}

static void save_drafts(struct shell *shell)
{
  shell->save_at = 0;
  for (struct view *view = shell->top; view != NULL; view = view->below)
    if (view->class->save) view->class->save(view, shell);
}

bool view_is_typing(const struct view *view)
{
  (void)view;
  return true;
}

/* --- keys ----------------------------------------------------------------------------------------------------------------- */

static const struct binding *find_binding(const struct binding *bindings, int code)
{
  for (const struct binding *binding = bindings; binding != NULL && binding->code != 0; binding++)
    if (binding->code == code && binding->run != NULL) return binding;
  return NULL;
}

const struct binding *shell_commands(const struct shell *shell)
{
  if (shell->is_locked) return NULL;
  return shell->desk.store != NULL ? shell->hooks->commands : shell->hooks->setup_commands;
}

void shell_key(struct shell *shell, struct view *view, const struct key *key)
{
  const struct view_class *class = view->class;

  if (class->key != NULL && class->key(view, shell, key)) return;
  const struct binding *own = find_binding(class->bindings, keys_command(key));
  const struct binding *command = find_binding(shell_commands(shell), keys_command(key));
  if (own != NULL)
    own->run(view, shell);
  else if (command != NULL)
    command->run(shell->top, shell);
  else if (key->code == KEY_CODE_ESC && !shell->is_locked)
    shell_pop(shell);
}

static bool is_too_small(const struct shell *shell)
{
  return shell->terminal->rows < TERMINAL_LEAST_ROWS || shell->terminal->columns < TERMINAL_LEAST_COLUMNS;
}

static void draw_all(struct shell *shell)
{
  shell->fresh = NULL;
  refresh_top(shell);
  read_status(shell);
  refresh_top(shell); /* the alarms may have closed the view that was on top */
  frame_measure(shell);
  draw_clear(shell->terminal);
  if (is_too_small(shell)) {
    frame_draw_too_small(shell);
    return;
  }
  frame_draw(shell);
  if (shell->top != NULL) shell->top->class->draw(shell->top, shell, shell_area(shell));
}

/* What is on the screen together is of one moment. */
static void draw(struct shell *shell)
{
  if (shell->desk.store != NULL) query_begin_reading(shell->desk.store);
  draw_all(shell);
  if (shell->desk.store != NULL) query_end_reading(shell->desk.store);
}

static int64_t patience(const struct shell *shell)
{
  int own = shell->top != NULL ? shell->top->class->escape_patience : 0;
  return own > 0 ? own : ESCAPE_PATIENCE;
}

static void take_keys(struct shell *shell)
{
  struct key key;

  while (!shell->is_done && shell->top != NULL && keys_next(shell->terminal->keys, clock_monotonic(), patience(shell), &key)) {
    shell->typed_at = clock_monotonic();
    shell->save_at = shell->typed_at + SAVE_DELAY;
    shell->is_touched = true;
    alarm_watch_key(shell);
    if (shell->message != NULL) set_message(shell, NULL, STYLE_NORMAL);
    if (is_too_small(shell)) continue;
    bool was_quitting = shell->is_quitting;
    shell_key(shell, shell->top, &key);
    if (was_quitting) shell->is_quitting = false;
    if (keys_wait(shell->terminal->keys, clock_monotonic(), patience(shell)) >= 0)
      draw(shell); /* the next key must find what this one opened */
  }
}

/* --- time and other sessions ---------------------------------------------------------------------------------------------- */

static void each_minute(struct shell *shell)
{
  int64_t lock = config_number(shell->desk.config, "ui.lock_minutes") * CLOCK_MINUTE;
  int64_t minute = clock_now() / CLOCK_MINUTE;

  if (minute == shell->minute) return;
  shell->minute = minute;
  terminal_dirty(shell->terminal, 0);
  if (shell->desk.store == NULL) return;
  alarm_watch_minute(shell);
  if (lock > 0 && !shell->is_locked && shell->desk.officer != 0 && clock_monotonic() - shell->typed_at >= lock) shell->hooks->lock(shell);
  shell->is_status_stale = true;
  for (struct view *view = shell->top; view != NULL; view = view->below)
    if (view->class->follows_clock) view->is_stale = true;
}

void shell_watch(struct shell *shell)
{
  if (shell->watch.prefix == NULL) store_watch_open(&shell->watch, shell->path, REFRESH_DELAY);
}

static int64_t sooner(int64_t one, int64_t other)
{
  return other >= 0 && (one < 0 || other < one) ? other : one;
}

static int64_t until(int64_t at, int64_t now)
{
  return at == 0 ? -1 : at > now ? at - now : 0;
}

static int64_t next_timeout(struct shell *shell)
{
  int64_t now = clock_monotonic();
  int64_t wait = CLOCK_MINUTE - clock_now() % CLOCK_MINUTE;

  wait = sooner(wait, keys_wait(shell->terminal->keys, now, patience(shell)));
  wait = sooner(wait, until(shell->save_at, now));
  wait = sooner(wait, job_wait(shell->jobs));
  wait = sooner(wait, until(alarm_watch_due(shell), now));
  return sooner(wait, shell->desk.store != NULL ? store_watch_wait(&shell->watch) : -1);
}

static void do_what_is_due(struct shell *shell)
{
  int64_t now = clock_monotonic();

  if (shell->save_at > 0 && now >= shell->save_at) save_drafts(shell);
  if (shell->desk.store != NULL && store_watch_look(&shell->watch, shell->desk.store)) shell_changed(shell);
  alarm_watch_work(shell);
  each_minute(shell);
}

/* --- the loop ------------------------------------------------------------------------------------------------------------- */

static unsigned wait_for_something(struct shell *shell)
{
  struct pollfd others[1 + JOBS_MOST];
  int count = 0;

  if (shell->watch.descriptor >= 0) others[count++] = (struct pollfd){ shell->watch.descriptor, POLLIN, 0 };
  int jobs = job_polls(shell->jobs, others + count);
  unsigned events = terminal_wait(shell->terminal, others, count + jobs, next_timeout(shell));
  if (count > 0 && others[0].revents != 0) store_watch_see(&shell->watch);
  job_read_all(shell);
  return events;
}

int shell_run(struct shell *shell)
{
  shell->typed_at = clock_monotonic();
  shell->minute = clock_now() / CLOCK_MINUTE;
  while (!shell->is_done && shell->top != NULL) {
    draw(shell);
    unsigned events = wait_for_something(shell);
    if (events & (TERMINAL_LOST | TERMINAL_END)) {
      shell_quit(shell);
      continue;
    }
    take_keys(shell);
    if (!shell->is_done) do_what_is_due(shell);
  }
  shell_close_all(shell);
  return shell->exit_code;
}
