#include "tui/alarm_watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/alarm.h"
#include "desk/presence.h"
#include "tui/alarm_view.h"
#include "tui/job.h"

enum {
  TYPING = 1000,     /* ms after a key in which somebody still types: a box that opened then would take his keys */
  KEY_NOTED = 60000, /* ms between two notes that somebody is awake */
  STARTING = 5000,   /* ms that a new agent has until its absence is told */
};

/* --- the agent --------------------------------------------------------------------------------------------------------------------- */

static void start_agent(struct shell *shell)
{
  static const char *const words[] = { "agent", "--background", NULL };
  struct err err = ERR_INIT;

  if (shell->desk.store == NULL || strcmp(config_text(shell->desk.config, "agent.start"), "screen") != 0) return;
  if (presence_has_agent(shell->path)) return;
  shell->alarm.started_at = clock_monotonic();
  if (job_start(shell, _("Start of the agent"), words, true, &err) == NULL) shell_complain(shell, &err);
}

void alarm_watch_open(struct shell *shell)
{
  char *seen = store_get_local(shell->desk.store, "alarm.notice.seen");

  shell->alarm = (struct alarm_watch){ .mark = presence_screen(shell->path), .notice = seen != NULL ? strtoll(seen, NULL, 10) : 0 };
  free(seen);
}

void alarm_watch_close(struct shell *shell)
{
  if (shell->alarm.mark >= 0) close(shell->alarm.mark);
  shell->alarm.mark = -1;
}

void alarm_watch_minute(struct shell *shell)
{
  start_agent(shell);
}

/* --- ringing ----------------------------------------------------------------------------------------------------------------------- */

/* Once to whoever signs in, and to everybody who only looks on. */
static void show_notice(struct shell *shell)
{
  int64_t number;
  char *text = alarm_notice(&shell->desk, &number), value[32];

  bool is_new = text != NULL && number > shell->alarm.notice;
  shell->alarm.has_waiting = is_new && shell->message != NULL;
  if (is_new && shell->message == NULL) { /* what stands there was asked for: it is read first */
    struct err notice = ERR_INIT;
    err_set(&notice, "%s", text);
    shell_complain(shell, &notice);
    if (shell->desk.officer != 0) {
      shell->alarm.notice = number;
      snprintf(value, sizeof value, "%lld", (long long)number);
      store_set_local(shell->desk.store, "alarm.notice.seen", value, NULL);
    }
  }
  free(text);
}

void alarm_watch_status(struct shell *shell)
{
  struct alarm_watch *watch = &shell->alarm;
  int64_t now = clock_monotonic();
  bool is_typing = shell->is_touched && now - shell->typed_at < TYPING;

  show_notice(shell);
  if (shell->status.rung == 0) {
    if (watch->box != NULL) alarm_view_done(shell, watch->box);
    watch->box_at = 0;
  } else if (shell->status.rang > watch->rang) {
    draw_bell();
    if (watch->box != NULL && watch->box != shell->top) alarm_view_done(shell, watch->box); /* it opens again, on top */
    if (watch->box == NULL) watch->box_at = is_typing ? shell->typed_at + TYPING : now;
  }
  watch->rang = shell->status.rang;
}

void alarm_watch_again(struct shell *shell)
{
  shell->alarm.box_at = clock_monotonic() + TYPING;
}

void alarm_watch_key(struct shell *shell)
{
  struct alarm_watch *watch = &shell->alarm;
  int64_t now = clock_monotonic();

  if (watch->box_at != 0) watch->box_at = now + TYPING;
  if (shell->desk.store == NULL || shell->desk.officer == 0 || shell->is_locked) return;
  if (config_number(shell->desk.config, "alarm.deadman_minutes") == 0) return;
  if (watch->key_noted != 0 && now - watch->key_noted < KEY_NOTED) return;
  watch->key_noted = now;
  if (alarm_note_key(&shell->desk, clock_now(), NULL) == 0) shell_changed(shell); /* what called for somebody may be over */
}

int64_t alarm_watch_due(const struct shell *shell)
{
  if (!shell->alarm.is_first_over) return shell->desk.store != NULL ? 1 : 0;
  return shell->alarm.box_at;
}

void alarm_watch_work(struct shell *shell)
{
  struct alarm_watch *watch = &shell->alarm;

  if (!watch->is_first_over && shell->desk.store != NULL) {
    watch->is_first_over = true;
    start_agent(shell);
  }
  if (watch->has_waiting && shell->message == NULL) show_notice(shell);
  if (watch->box_at == 0 || clock_monotonic() < watch->box_at) return;
  watch->box_at = 0;
  if (watch->box != NULL) return;
  watch->box = alarm_view_open(shell, true);
  shell_push(shell, watch->box);
}

/* --- the bar ----------------------------------------------------------------------------------------------------------------------- */

char *alarm_watch_bar(const struct shell *shell, const char **colour)
{
  const struct status *status = &shell->status;
  bool is_starting = shell->alarm.started_at == 0 || clock_monotonic() - shell->alarm.started_at < STARTING;

  *colour = status->alarm_colour;
  if (status->unit == NULL) return NULL;
  if (status->alarm != NULL)
    return mem_printf("! %s%s%s · %s", *colour != NULL ? alarm_colour_label(alert_colour_of(*colour)) : "", *colour != NULL ? " " : "",
                      status->alarm, _("Ctrl-G: alarms"));
  if (status->reach != REACH_NOBODY || (is_starting && strcmp(config_text(shell->desk.config, "agent.start"), "unit") != 0)) return NULL;
  return mem_printf("! %s", alarm_reach_text(REACH_NOBODY));
}
