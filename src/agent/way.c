#include "agent/way.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/session.h"

enum { OUTPUT_MOST = 64 * 1024 };

static const struct {
  const char *name, *command, *from; /* settings */
} kinds[WAYS] = {
  [WAY_SMS] = { "sms", "alarm.sms", "alarm.sms_from" },
  [WAY_SPEAKER] = { "speaker", "alarm.speaker", "alarm.speaker_from" },
  [WAY_OTHER] = { "other", "alarm.other", NULL },
  [WAY_DESKTOP] = { "desktop", NULL, NULL },
};

static void give_notice(struct desk *desk, const char *way, const char *why)
{
  char *notice = i18n_fill(N_("Alarms do not go out by %s: %s"), way, why);

  alarm_give_notice(desk, notice, NULL);
  free(notice);
}

/* --- which there are --------------------------------------------------------------------------------------------------------------- */

static bool is_set(const struct desk *desk, int index)
{
  const char *bus = getenv("DBUS_SESSION_BUS_ADDRESS");

  if (index == WAY_DESKTOP) return config_yes(desk->config, "alarm.desktop") && bus != NULL && *bus != '\0';
  return *config_text(desk->config, kinds[index].command) != '\0';
}

bool ways_have_command(const struct desk *desk)
{
  return is_set(desk, WAY_SMS) || is_set(desk, WAY_SPEAKER) || is_set(desk, WAY_OTHER);
}

/* A slip in the settings is told at once, not when it is needed. */
static bool check_command(const struct desk *desk, int index, struct err *err)
{
  char none[] = "";
  const struct message message = { .text = none, .phone = none, .colour = none, .keys = none };
  char **words = way_words(config_text(desk->config, kinds[index].command), &message, err);
  bool good = words != NULL;

  way_words_free(words);
  return good;
}

void ways_start(struct ways *ways, struct desk *desk)
{
  *ways = (struct ways){ .desk = desk };
  alarm_forget_ways(desk, NULL);
  for (int i = 0; i < WAYS; i++) {
    ways->list[i] = (struct way){ .index = i, .name = kinds[i].name, .child = { 0, -1 }, .process = -1 };
    if (i == WAY_DESKTOP || !is_set(desk, i)) continue;
    struct err err = ERR_INIT;
    bool good = check_command(desk, i, &err);
    alarm_note_way(desk, kinds[i].name, good, good ? N_("not tried yet") : err.text, NULL);
    if (!good) give_notice(desk, kinds[i].name, err.text);
  }
}

static enum alert_colour least_colour(const struct desk *desk, int index)
{
  const char *name = kinds[index].from != NULL ? config_text(desk->config, kinds[index].from) : "none";
  return strcmp(name, "none") == 0 ? ALERT_NONE : alert_colour_of(name);
}

/* --- the one that runs ------------------------------------------------------------------------------------------------------------- */

static void forget_child(struct way *way)
{
  child_stop(&way->child);
  if (way->process >= 0) close(way->process);
  way->process = -1;
  way->deadline = 0;
  way->shown = false;
  buf_free(&way->output);
}

static void note_test(struct ways *ways, const char *way, const char *text)
{
  char *went = i18n_fill(N_("%s: %s"), way, text);

  ways->test = i18n_fill_more(ways->test, N_("%s; %s"), went);
  free(went);
}

/* What is said once about a way that no longer works, and about how a test went. */
static void tell(struct ways *ways, struct way *way, bool works, const char *text)
{
  char *name = mem_printf("alarm.way.%s", way->name), *before = store_get_local(ways->desk->store, name);

  alarm_note_way(ways->desk, way->name, works, text, NULL);
  if (!works && way->index != WAY_DESKTOP && (before == NULL || *before == '1')) give_notice(ways->desk, way->name, text);
  if (way->queue[0].test) note_test(ways, way->name, text);
  free(before);
  free(name);
}

/* The first message has been dealt with. */
static void next_message(struct ways *ways, struct way *way)
{
  ways->testing -= way->queue[0].test;
  message_free(&way->queue[0]);
  memmove(&way->queue[0], &way->queue[1], (size_t)--way->queued * sizeof way->queue[0]);
  way->queue[way->queued] = (struct message){ 0 };
}

static int start_child(struct ways *ways, struct way *way, struct err *err)
{
  const struct message *message = &way->queue[0];
  const char *const notify[] = { child_self(), "agent", "--notify", NULL };

  if (way->index == WAY_DESKTOP) return child_start(&way->child, notify, message->json, strlen(message->json), err);
  char **words = way_words(config_text(ways->desk->config, kinds[way->index].command), message, err);
  if (words == NULL) return -1;
  int status = child_start(&way->child, (const char *const *)words, message->json, strlen(message->json), err);
  way_words_free(words);
  return status;
}

static void give_time(const struct ways *ways, struct way *way)
{
  way->deadline = clock_monotonic() + config_number(ways->desk->config, "alarm.seconds") * CLOCK_SECOND;
}

static void start_next(struct ways *ways, struct way *way)
{
  while (way->queued > 0 && way->child.pid == 0) {
    struct err err = ERR_INIT;
    if (start_child(ways, way, &err) == 0) {
      way->process = pidfd_open(way->child.pid, 0);
      give_time(ways, way);
      return;
    }
    tell(ways, way, false, err.text);
    next_message(ways, way);
  }
}

static void end_child(struct ways *ways, struct way *way, bool works, const char *text)
{
  tell(ways, way, works, text);
  forget_child(way);
  next_message(ways, way);
  start_next(ways, way);
}

/* --- ringing ----------------------------------------------------------------------------------------------------------------------- */

static void enqueue(struct ways *ways, struct way *way, const struct alarm *const list[], int count, int64_t at)
{
  if (way->index == WAY_DESKTOP && way->shown) { /* the newer notice takes its place */
    kill(way->child.pid, SIGTERM);
    give_time(ways, way);
  }
  if (way->queued == WAY_QUEUE) return; /* so many wait that one more tells nobody anything; it rings again */
  message_make(ways->desk, list, count, at, &way->queue[way->queued]);
  ways->testing += way->queue[way->queued++].test;
  start_next(ways, way);
}

static int those_of_colour(const struct desk *desk, int index, const struct alarm *const list[], int count, const struct alarm *wanted[])
{
  int found = 0;

  for (int i = 0; i < count; i++)
    if (list[i]->colour >= least_colour(desk, index) || list[i]->sort == DUE_TEST) wanted[found++] = list[i];
  return found;
}

/* These and what has rung before. A test of the alarm is one only when it rings. */
static int those_that_stand(const struct alarm *const list[], int count, const struct alarms *open, const struct alarm *wanted[])
{
  int found = 0;

  for (int i = 0, next = 0; i < open->count; i++) {
    const struct alarm *alarm = &open->list[i];
    bool is_new = next < count && list[next] == alarm; /* both in the same order */
    next += is_new;
    if (is_new || (alarm->rang != 0 && alarm->sort != DUE_TEST)) wanted[found++] = alarm;
  }
  return found;
}

void ways_ring(struct ways *ways, const struct alarm *const list[], int count, const struct alarms *open)
{
  const struct alarm **wanted = mem_zero((size_t)open->count + 1, sizeof *wanted);

  for (int i = 0; i < WAYS; i++) {
    if (!is_set(ways->desk, i)) continue;
    int found = i == WAY_DESKTOP ? those_that_stand(list, count, open, wanted) : those_of_colour(ways->desk, i, list, count, wanted);
    if (found > 0) enqueue(ways, &ways->list[i], wanted, found, open->at);
  }
  free(wanted);
}

static bool any_open(const char *keys, const struct alarms *open)
{
  for (int i = 0; i < open->count; i++)
    if (strstr(keys, open->list[i].key) != NULL) return true;
  return false;
}

void ways_drop_answered(struct ways *ways, const struct alarms *open)
{
  struct way *way = &ways->list[WAY_DESKTOP];

  if (!way->shown || way->child.pid == 0 || way->deadline != 0 || any_open(way->queue[0].keys, open)) return;
  kill(way->child.pid, SIGTERM);
  give_time(ways, way);
}

/* --- attending --------------------------------------------------------------------------------------------------------------------- */

/* Answers each alarm of the notice in the name of whoever is on post A, as the command line does. */
static bool answer(struct ways *ways, struct way *way)
{
  const struct action *action = action_find(desk_action_tables, "alarm.ack");
  struct values arguments;
  bool any = false;

  ways->desk->officer = session_on_post(ways->desk, POST_A);
  char *keys = mem_dup(way->queue[0].keys);
  for (char *key = strtok(keys, " "); key != NULL; key = strtok(NULL, " ")) {
    struct outcome outcome = { 0 };
    values_start(&arguments, action->arguments);
    values_set_text(&arguments, "key", key);
    any |= action_run(ways->desk, action, 0, &arguments, &outcome, NULL) == 0;
    outcome_free(&outcome);
    values_free(&arguments);
  }
  ways->desk->officer = 0;
  free(keys);
  return any;
}

static void read_output(struct way *way)
{
  char bytes[4096];
  ssize_t count = 1;

  while (way->child.output >= 0 && (count = read(way->child.output, bytes, sizeof bytes)) > 0)
    if (way->output.length < OUTPUT_MOST) buf_add(&way->output, bytes, (size_t)count);
  if (count != 0) return;
  close(way->child.output);
  way->child.output = -1;
}

/* What the child said, as one line; what it is if it said nothing. */
static char *last_said(const struct way *way, const char *otherwise)
{
  char *text = mem_dup(buf_text(&way->output)), *trimmed = text_trim(text), *newline = strrchr(trimmed, '\n');
  char *line = mem_dup(*trimmed == '\0' ? otherwise : newline != NULL ? newline + 1 : trimmed);

  free(text);
  return line;
}

static void child_has_ended(struct ways *ways, struct way *way, int status)
{
  char *failed = i18n_fill(N_("ended with %d"), status), *said = last_said(way, status == 0 ? N_("done") : failed);
  char *text = status == 0 ? mem_dup(way->shown ? N_("shown") : N_("done")) : mem_dup(said);

  end_child(ways, way, status == 0 || way->shown, text);
  free(text);
  free(said);
  free(failed);
}

static bool attend_desktop(struct ways *ways, struct way *way)
{
  bool answered = false;

  if (!way->shown && strstr(buf_text(&way->output), "shown\n") != NULL) {
    way->shown = true;
    way->deadline = 0;
    tell(ways, way, true, N_("shown"));
    ways->testing -= way->queue[0].test;
    way->queue[0].test = 0;
    if (way->queued > 1) kill(way->child.pid, SIGTERM);
  }
  if (way->shown && strstr(buf_text(&way->output), "answer\n") != NULL) {
    buf_clear(&way->output);
    answered = answer(ways, way);
  }
  return answered;
}

static bool attend(struct ways *ways, struct way *way)
{
  int status;
  bool answered = false;

  if (way->child.pid == 0) return false;
  read_output(way);
  if (way->index == WAY_DESKTOP) answered = attend_desktop(ways, way);
  if (child_ended(&way->child, &status)) {
    read_output(way);
    child_has_ended(ways, way, status);
  } else if (way->deadline != 0 && clock_monotonic() >= way->deadline) {
    end_child(ways, way, way->shown, way->shown ? N_("shown") : N_("stopped: it did not answer in time"));
  }
  return answered;
}

bool ways_attend(struct ways *ways)
{
  bool answered = false;

  for (int i = 0; i < WAYS; i++) answered |= attend(ways, &ways->list[i]);
  return answered;
}

int ways_polls(const struct ways *ways, struct pollfd *polls)
{
  int count = 0;

  for (int i = 0; i < WAYS; i++) {
    const struct way *way = &ways->list[i];
    if (way->child.pid == 0) continue;
    if (way->process >= 0) polls[count++] = (struct pollfd){ way->process, POLLIN, 0 };
    if (way->index == WAY_DESKTOP && way->child.output >= 0) polls[count++] = (struct pollfd){ way->child.output, POLLIN, 0 };
  }
  return count;
}

int64_t ways_wait(const struct ways *ways)
{
  int64_t now = clock_monotonic(), wait = -1;

  for (int i = 0; i < WAYS; i++) {
    int64_t left = ways->list[i].deadline - now;
    if (ways->list[i].deadline == 0) continue;
    if (wait < 0 || left < wait) wait = left > 0 ? left : 0;
  }
  return wait;
}

bool ways_busy(const struct ways *ways)
{
  for (int i = 0; i < WAYS; i++)
    if (i != WAY_DESKTOP && ways->list[i].child.pid != 0) return true;
  return false;
}

void ways_stop(struct ways *ways)
{
  for (int i = 0; i < WAYS; i++) {
    struct way *way = &ways->list[i];
    if (way->child.pid != 0 && way->shown) kill(way->child.pid, SIGTERM); /* the notice goes with us */
    while (way->queued > 0) next_message(ways, way);
    if (way->shown) way->child.pid = 0; /* ends by itself */
    forget_child(way);
  }
  free(ways->test);
}
