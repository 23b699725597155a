#include "cli/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
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

/* --- the agent --------------------------------------------------------------------------------------------------------------------- */

/* What the child says until it is ready, as main() says it; nothing is good news. */
static int hear(int from, struct err *err)
{
  char text[1024];
  size_t length = 0;
  ssize_t got;

  while (length < sizeof text - 1 && (got = read(from, text + length, sizeof text - 1 - length)) > 0) length += (size_t)got;
  close(from);
  text[length] = '\0';
  text[strcspn(text, "\n")] = '\0';
  if (length == 0) return 1;
  return err_set(err, "%s", err_printed(text));
}

/* From here on nobody listens, and whoever waits for us goes on. */
static void let_go(void)
{
  int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

  for (int standard = 0; standard <= 2 && nowhere >= 0; standard++) dup2(nowhere, standard);
  if (nowhere > 2) close(nowhere);
}

/* Away from the terminal and the session of whoever started it. Before the database is opened: a connection must not cross a fork.
 * Returns 0 in the child; in the parent 1 once the child is ready, or -1. */
static int go_to_background(char **path, struct err *err)
{
  int ends[2];

  *path = realpath(*path, NULL);
  if (*path == NULL || pipe2(ends, O_CLOEXEC) < 0) return err_set(err, _("The agent cannot start: %s"), strerror(errno));
  pid_t pid = fork();
  if (pid < 0) return err_set(err, _("The agent cannot start: %s"), strerror(errno));
  if (pid > 0) {
    close(ends[1]);
    return hear(ends[0], err);
  }
  setsid();
  let_go();
  dup2(ends[1], STDERR_FILENO);
  close(ends[0]);
  close(ends[1]);
  return 0;
}

static int run(const char *path, struct cli *cli, bool once, bool background, struct err *err)
{
  struct agent_options options = {
    .path = path, .config = cli->config, .once = once, .with_screens = background, .ready = background ? let_go : NULL
  };
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
  char *path = (char *)cli->path;
  int status = background ? go_to_background(&path, err) : 0;
  if (status == 0) status = run(path, cli, once, background, err);
  if (background) free(path);
  return status < 0 ? -1 : 0;
}

/* --- alarms ------------------------------------------------------------------------------------------------------------------------ */

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
