#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "agent/notify.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/lazy.h"

#ifdef HAVE_LIBNOTIFY

#include <glib-unix.h>
#include <libnotify/notify.h>

/* GLib comes with libnotify: its symbols are found through the same handle. */
static struct {
  typeof(&notify_init) init;
  typeof(&notify_notification_new) make;
  typeof(&notify_notification_set_urgency) set_urgency;
  typeof(&notify_notification_set_timeout) set_timeout;
  typeof(&notify_notification_add_action) add_action;
  typeof(&notify_notification_show) show;
  typeof(&notify_notification_close) close;
  typeof(&g_main_loop_new) loop_new;
  typeof(&g_main_loop_run) loop_run;
  typeof(&g_main_loop_quit) loop_quit;
  typeof(&g_signal_connect_data) connect;
  typeof(&g_unix_signal_add) on_signal;
} lib;

static const struct lazy_symbol symbols[] = {
  { "notify_init", (void **)&lib.init },
  { "notify_notification_new", (void **)&lib.make },
  { "notify_notification_set_urgency", (void **)&lib.set_urgency },
  { "notify_notification_set_timeout", (void **)&lib.set_timeout },
  { "notify_notification_add_action", (void **)&lib.add_action },
  { "notify_notification_show", (void **)&lib.show },
  { "notify_notification_close", (void **)&lib.close },
  { "g_main_loop_new", (void **)&lib.loop_new },
  { "g_main_loop_run", (void **)&lib.loop_run },
  { "g_main_loop_quit", (void **)&lib.loop_quit },
  { "g_signal_connect_data", (void **)&lib.connect },
  { "g_unix_signal_add", (void **)&lib.on_signal },
  { NULL, NULL },
};
static struct lazy_library library = { LAZY_NOTIFY, "libnotify4", symbols, NULL };

struct notice {
  NotifyNotification *notification;
  GMainLoop *loop;
};

static void say(const char *word)
{
  puts(word);
  fflush(stdout);
}

static void on_answer(NotifyNotification *notification, char *action, gpointer context)
{
  (void)notification;
  (void)action;
  (void)context;
  say("answer");
}

static void on_closed(NotifyNotification *notification, gpointer context)
{
  const struct notice *notice = context;

  (void)notification;
  lib.loop_quit(notice->loop);
}

static gboolean on_end(gpointer context)
{
  const struct notice *notice = context;

  lib.close(notice->notification, NULL);
  lib.loop_quit(notice->loop);
  return G_SOURCE_REMOVE;
}

static NotifyUrgency urgency_of(const char *colour)
{
  if (strcmp(colour, "red") == 0 || strcmp(colour, "orange") == 0) return NOTIFY_URGENCY_CRITICAL;
  return strcmp(colour, "yellow") == 0 ? NOTIFY_URGENCY_NORMAL : NOTIFY_URGENCY_LOW;
}

/* Services read the body as markup. */
static void add_plain(struct buf *body, const char *text)
{
  for (; *text != '\0'; text++) {
    const char *entity = *text == '&' ? "&amp;" : *text == '<' ? "&lt;" : *text == '>' ? "&gt;" : NULL;
    if (entity != NULL)
      buf_adds(body, entity);
    else
      buf_addc(body, *text);
  }
}

static const char *text_in(const json *object, const char *key)
{
  const char *text = json_text(json_get(object, key));
  return text != NULL ? text : "";
}

static void make_notice(struct notice *notice, const json *message)
{
  const json *alarms = json_get(message, "alarms");
  struct buf title = BUF_INIT, body = BUF_INIT;
  const char *colour = text_in(message, "colour");

  if (json_is_true(json_get(message, "exercise"))) buf_adds(&title, _("EXERCISE – not real · "));
  /* L10N: 值守报警 */
  buf_addf(&title, _("%s: alarm"), text_in(message, "station"));
  for (size_t i = 0; i < json_count(alarms); i++) {
    if (i > 0) buf_addc(&body, '\n');
    add_plain(&body, text_in(json_at(alarms, i), "text"));
  }
  notice->notification = lib.make(buf_text(&title), buf_text(&body), "dialog-warning");
  lib.set_urgency(notice->notification, urgency_of(colour));
  lib.set_timeout(notice->notification, NOTIFY_EXPIRES_NEVER);
  lib.add_action(notice->notification, "answer", _("Answer"), on_answer, notice, NULL);
  lib.connect(notice->notification, "closed", G_CALLBACK(on_closed), notice, NULL, 0);
  buf_free(&title);
  buf_free(&body);
}

static int show(const json *message, struct err *err)
{
  struct notice notice = { 0 };
  GError *error = NULL;

  if (!lib.init("dutydesk")) return err_set(err, _("no notices can be shown here: libnotify does not start"));
  make_notice(&notice, message);
  notice.loop = lib.loop_new(NULL, FALSE);
  lib.on_signal(SIGTERM, on_end, &notice);
  if (!lib.show(notice.notification, &error))
    return err_set(err, _("the notice cannot be shown: %s"), error != NULL ? error->message : "?");
  say("shown");
  lib.loop_run(notice.loop);
  return 0;
}

int notify_show(struct err *err)
{
  const char *bus = getenv("DBUS_SESSION_BUS_ADDRESS");
  struct buf input = BUF_INIT;
  char piece[4096];
  ssize_t got;

  prctl(PR_SET_PDEATHSIG, SIGTERM); /* the notice goes with the agent */
  if (bus == NULL || *bus == '\0') return err_set(err, _("no desktop is running: there is no session bus")); /* libnotify would start one */
  while ((got = read(STDIN_FILENO, piece, sizeof piece)) > 0) buf_add(&input, piece, (size_t)got);
  json *message = json_read(buf_text(&input), input.length, err);
  int status = message != NULL ? lazy_open(&library, err) : -1;
  if (status == 0) status = show(message, err);
  json_drop(message);
  buf_free(&input);
  return status;
}

#else

int notify_show(struct err *err)
{
  return err_set(err, _("this dutydesk was built without libnotify"));
}

#endif
