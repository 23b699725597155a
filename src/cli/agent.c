#include "cli/agent.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/notify.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cli/show.h"
#include "desk/alarm.h"

/* --- the agent ----------------------------------------------------------------------------------------------------------------------- */

/* Away from the terminal and the session of whoever started it. Before the database is opened: a connection must not cross a fork. Returns in the
 * child; in the parent with 1. */
static int go_to_background(struct err *err)
{
  int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  pid_t pid = fork();

  if (pid < 0 || nowhere < 0) return err_set(err, _("The agent cannot be started in the background"));
  if (pid > 0) {
    close(nowhere);
    return 1;
  }
  setsid();
  for (int standard = 0; standard <= 2; standard++) dup2(nowhere, standard);
  close(nowhere);
  return chdir("/") == 0 ? 0 : err_set(err, _("The agent cannot be started in the background"));
}

static int run(struct cli *cli, bool once, bool background, struct err *err)
{
  struct agent_options options = { .path = cli->path, .config = cli->config, .once = once, .with_screens = background };
  bool busy;

  if (agent_run(&options, &busy, err) < 0) return -1;
  if (busy && !background) return err_set(err, _("An agent runs for this database already"));
  return 0;
}

int agent_command(struct cli *cli, struct words *words, struct err *err)
{
  bool stop = words_flag(words, "stop"), background = words_flag(words, "background"), once = words_flag(words, "once"),
       notify = words_flag(words, "notify");

  if (words_end(words, err) != 0) return -1;
  if (notify) return notify_show(err);
  if (stop) {
    int status = agent_stop(cli->path, err);
    if (status == 1) puts(_("No agent runs for this database."));
    return status < 0 ? -1 : 0;
  }
  int status = background ? go_to_background(err) : 0;
  if (status == 1) return 0;
  return status < 0 ? -1 : run(cli, once, background, err);
}

/* --- alarms -------------------------------------------------------------------------------------------------------------------------- */

static json *alarm_json(struct cli *cli, const struct alarm *alarm)
{
  struct buf name = BUF_INIT;
  char at[CLOCK_TEXT];
  json *object = json_make_object();

  if (alarm->record != 0) record_name(cli->desk.store, alarm->record, &name);
  json_put(object, "key", json_make_text(alarm->key));
  json_put(object, "sort", json_make_text(overview_sort_name(alarm->sort)));
  json_put(object, "colour", json_make_text(alarm->colour > ALERT_UNKNOWN ? alert_colour_name(alarm->colour) : "none"));
  json_put(object, "since", json_make_text(clock_text(at, alarm->since, CLOCK_ISO)));
  json_put(object, "due", json_make_text(clock_text(at, alarm->due, CLOCK_ISO)));
  json_put(object, "rang", alarm->rang != 0 ? json_make_text(clock_text(at, alarm->rang, CLOCK_ISO)) : json_make_null());
  json_put(object, "kind", alarm->kind != NULL ? json_make_text(alarm->kind->name) : json_make_null());
  json_put(object, "id", alarm->record != 0 ? json_make_text(buf_text(&name)) : json_make_null());
  json_put(object, "action", alarm->action != NULL ? json_make_text(alarm->action) : json_make_null());
  json_put(object, "text", json_make_text(alarm->text));
  json_put(object, "who", alarm->who != NULL ? json_make_text(alarm->who) : json_make_null());
  buf_free(&name);
  return object;
}

static void alarm_put(const struct alarm *alarm)
{
  struct buf line = BUF_INIT, visible = BUF_INIT;
  char since[CLOCK_TEXT];

  buf_adds(&line, alarm->rang != 0 ? "* " : "  ");
  text_fit(&line, alarm->key, 22, TEXT_NARROW);
  text_fit(&line, alarm_colour_label(alarm->colour), 7, TEXT_NARROW);
  text_fit(&line, clock_text(since, alarm->since, CLOCK_SHORT), 17, TEXT_NARROW);
  text_fit(&line, overview_sort_label(alarm->sort), 10, TEXT_NARROW);
  buf_addf(&line, " %s", alarm->text);
  if (alarm->who != NULL) buf_addf(&line, "  (%s)", alarm->who);
  text_visible(&visible, buf_text(&line), line.length, false);
  puts(buf_text(&visible));
  buf_free(&line);
  buf_free(&visible);
}

int agent_alarms(struct cli *cli, struct words *words, struct err *err)
{
  bool as_json = show_style_take(words) == SHOW_JSON;
  struct alarms alarms = { 0 };
  json *list = as_json ? json_make_array() : NULL;
  int result = words_end(words, err);

  if (result == 0) result = alarm_read(&cli->desk, clock_now(), &alarms, err);
  for (int i = 0; i < alarms.count; i++) {
    if (as_json)
      json_append(list, alarm_json(cli, &alarms.list[i]));
    else
      alarm_put(&alarms.list[i]);
  }
  if (result == 0 && as_json) show_json(json_keep(list));
  json_drop(list);
  int count = alarms.count;
  alarms_free(&alarms);
  return result == 0 && count > 0 ? ERR_ATTENTION : result;
}
