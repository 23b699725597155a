#include "agent/inside.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/ladder.h"
#include "desk/manning.h"
#include "desk/presence.h"

enum {
  GATHER = 50,      /* ms in which the writing of sessions is gathered */
  LOOKS_MOST = 3,   /* a close is seen before its lock is gone: further looks, each twice as late */
  STOP_WAIT = 5000, /* ms that agent_stop waits */
  FIXED_FDS = 5     /* of the loop, beside those of the ways */
};

/* --- looking again --------------------------------------------------------------------------------------------------------------- */

static void look_soon(struct looks *looks)
{
  looks->count = 0;
  if (looks->at == 0) looks->at = clock_monotonic() + GATHER;
}

/* Is it time to look? Then the next look is set, unless there were enough; looks->at = 0 ends it. */
static bool look_now(struct looks *looks)
{
  if (looks->at == 0 || clock_monotonic() < looks->at) return false;
  looks->at = ++looks->count < LOOKS_MOST ? clock_monotonic() + (GATHER << looks->count) : 0;
  return true;
}

static int64_t sooner(int64_t one, int64_t other)
{
  return other >= 0 && (one < 0 || other < one) ? other : one;
}

static int64_t until(int64_t at, int64_t now)
{
  return at == 0 ? -1 : at > now ? at - now : 0;
}

/* --- starting ---------------------------------------------------------------------------------------------------------------------- */

static int open_signals(void)
{
  sigset_t set;

  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  sigprocmask(SIG_BLOCK, &set, NULL);
  signal(SIGPIPE, SIG_IGN);
  return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* A screen that ends closes the file it wrote its mark into. */
static int watch_screens(const char *database)
{
  char *path = presence_path(database);
  int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

  if (watch >= 0) inotify_add_watch(watch, path, IN_CLOSE_WRITE);
  free(path);
  return watch;
}

static int check_hours(const struct config *config, struct err *err)
{
  static const char *const options[] = { "alarm.quiet_orange", "alarm.quiet_yellow", "alarm.quiet_blue", "alarm.quiet_none",
                                         "alarm.deadman_hours" };

  for (size_t i = 0; i < sizeof options / sizeof *options; i++)
    if (alarm_hours_check(options[i], config_text(config, options[i]), err) < 0) return -1;
  return 0;
}

static int start(struct agent *agent, struct err *err)
{
  const char *path = agent->options->path;

  if (check_hours(agent->options->config, err) < 0 || desk_open(&agent->desk, path, agent->options->config, err) < 0) return -1;
  if (stat(path, &agent->file) < 0) return -1;
  store_watch_open(&agent->database, path, GATHER);
  agent->screens = agent->options->with_screens ? watch_screens(path) : -1;
  if (inbox_open(&agent->inbox, config_text(agent->options->config, "warning.inbox"), err) < 0) return -1;
  steps_start(&agent->steps);
  ways_start(&agent->ways, &agent->desk);
  follower_start(&agent->follower);
  agent->is_stale = true;
  return agent->signals >= 0 ? 0 : err_set(err, _("The agent cannot start: %s"), strerror(errno));
}

static void stop(struct agent *agent)
{
  const int descriptors[] = { agent->signals, agent->screens };

  free(agent->refused.first);
  if (agent->ways.desk != NULL) follower_stop(&agent->follower);
  if (agent->ways.desk != NULL) ways_stop(&agent->ways);
  steps_stop(&agent->steps);
  store_watch_close(&agent->database);
  inbox_close(agent->inbox);
  for (size_t i = 0; i < sizeof descriptors / sizeof *descriptors; i++)
    if (descriptors[i] >= 0) close(descriptors[i]);
  if (agent->desk.store != NULL) desk_close(&agent->desk);
  close(agent->mark); /* last: who waits for us to go may open the database then */
}

/* --- the inbox --------------------------------------------------------------------------------------------------------------------- */

static void note_refused(void *context, const struct inbox_file *file)
{
  struct refused *refused = context;

  if (file->refused == NULL || refused->count++ > 0) return;
  refused->first = mem_printf(_("%s: %s"), file->name, file->refused);
  refused->at = clock_monotonic() + TELL_REFUSED_AFTER;
}

static void take_inbox(struct agent *agent)
{
  struct err err = ERR_INIT;
  int taken = inbox_take(agent->inbox, &agent->desk, note_refused, &agent->refused, &err);

  if (taken < 0) tell_trouble(agent, err.text);
  agent->is_stale |= taken > 0;
  agent->is_bloated |= taken > 0;
}

static bool inbox_is_due(const struct agent *agent)
{
  int64_t next = inbox_next(agent->inbox);
  return next != 0 && clock_monotonic() >= next;
}

/* --- ringing ----------------------------------------------------------------------------------------------------------------------- */

static void wake_at(struct agent *agent, int64_t instant)
{
  if (instant != 0 && (agent->next == 0 || instant < agent->next)) agent->next = instant;
}

/* Noted first, then told: a ringing that is cut short comes again, and none is lost. */
static int ring(struct agent *agent, struct alarms *alarms, struct err *err)
{
  const struct alarm **now = mem_zero((size_t)alarms->count + 1, sizeof *now);
  int count = 0, status = 0;

  for (int i = 0; i < alarms->count; i++) {
    int64_t when = alarm_rings_at(&agent->desk, &alarms->list[i], alarms->at);
    if (when != 0 && when <= alarms->at) now[count++] = &alarms->list[i];
  }
  if (count > 0) status = alarm_note_rung(&agent->desk, now, count, alarms->at, err);
  if (count > 0 && status == 0) {
    ways_ring(&agent->ways, now, count, alarms);
    status = alarm_note_told(&agent->desk, now, count, err);
    for (int i = 0; i < count; i++) alarms->list[now[i] - alarms->list].rang = alarms->at;
  }
  for (int i = 0; i < alarms->count; i++) wake_at(agent, alarm_rings_at(&agent->desk, &alarms->list[i], alarms->at));
  free(now);
  return status;
}

/* Everything that is due at this instant. */
static int work(struct agent *agent, bool is_first, struct err *err)
{
  struct alarms alarms;
  int64_t at = clock_now();

  agent->is_stale = false;
  agent->next = 0;
  store_changed_elsewhere(agent->desk.store);
  int status = ladder_advance(&agent->desk, at, err) < 0 ? -1 : 0;
  if (alarm_read(&agent->desk, at, &alarms, err) < 0) status = -1; /* what cannot be brought forward still rings */
  if (status == 0 && is_first) {
    if (!agent->options->once) tell_lapsed(agent, &alarms);
    status = alarm_forget_old(&agent->desk, &alarms, err);
  }
  if (ring(agent, &alarms, err) < 0) status = -1;
  if (status == 0 && manning_note(&agent->desk, at, err) < 0) status = -1;
  if (status == 0) {
    ways_drop_answered(&agent->ways, &alarms);
    tell_test(agent, &alarms);
    wake_at(agent, alarms.next);
    wake_at(agent, ladder_next(&agent->desk, at));
  }
  alarms_free(&alarms);
  if (status < 0) agent->next = at + CLOCK_MINUTE; /* a full disk, a file that is busy: try again */
  return status;
}

/* --- waiting ----------------------------------------------------------------------------------------------------------------------- */

static void see_signals(struct agent *agent)
{
  struct signalfd_siginfo info;

  while (read(agent->signals, &info, sizeof info) == sizeof info) agent->is_ending = true;
}

/* Restored from a backup, moved or removed: it is not ours any more. */
static bool is_gone(const struct agent *agent)
{
  struct stat now;
  return stat(agent->options->path, &now) < 0 || now.st_ino != agent->file.st_ino || now.st_dev != agent->file.st_dev;
}

static bool is_alone(const struct agent *agent)
{
  return agent->options->with_screens && !ways_have_command(&agent->desk) && !presence_screens(agent->options->path);
}

static void look(struct agent *agent)
{
  char events[4096];

  if (!agent->is_ending && store_watch_look(&agent->database, agent->desk.store)) agent->is_stale = true;
  if (agent->screens >= 0 && read(agent->screens, events, sizeof events) > 0) look_soon(&agent->at_screens);
  if (look_now(&agent->at_screens)) agent->is_ending |= is_alone(agent);
}

static int64_t patience(struct agent *agent)
{
  int64_t now = clock_monotonic(), wait = sooner(-1, ways_wait(&agent->ways));

  wait = sooner(wait, store_watch_wait(&agent->database));
  wait = sooner(wait, until(agent->at_screens.at, now));
  if (!agent->is_ending) wait = sooner(wait, until(inbox_next(agent->inbox), now));
  wait = sooner(wait, until(agent->refused.at, now));
  if (!agent->is_ending) wait = sooner(wait, follower_wait(&agent->follower));
  if (agent->is_stale) return 0;
  return agent->is_ending ? wait : sooner(wait, until(agent->next, clock_now()));
}

/* Reading alerts takes more than the agent needs for the rest of its life. */
static void slim_down(struct agent *agent)
{
  store_rest(agent->desk.store);
  malloc_trim(0);
  agent->is_bloated = false;
}

static void wait_for_something(struct agent *agent)
{
  struct pollfd polls[FIXED_FDS + WAY_FDS + FOLLOWER_FDS] = {
    { agent->signals, POLLIN, 0 },     { agent->database.descriptor, POLLIN, 0 },     { agent->screens, POLLIN, 0 },
    { agent->steps.timer, POLLIN, 0 }, { inbox_descriptor(agent->inbox), POLLIN, 0 },
  };
  int count = FIXED_FDS + ways_polls(&agent->ways, polls + FIXED_FDS);
  count += follower_polls(&agent->follower, polls + count);
  int64_t wait = patience(agent);
  if (wait > 0 && agent->is_bloated) slim_down(agent);

  /* The timer ends the wait when the clock is set; the timeout ends it where the timer cannot. */
  steps_wake_at(&agent->steps, agent->next);
  if (poll(polls, (nfds_t)count, wait > INT32_MAX ? INT32_MAX : (int)wait) < 0) return;
  if (polls[0].revents != 0) see_signals(agent);
  if (polls[1].revents != 0 && store_watch_see(&agent->database)) agent->is_ending |= is_gone(agent);
  agent->has_mail |= polls[4].revents != 0;
}

/* What it says is for systemd's journal, like everything that the agent says of itself. */
static void exchange(struct agent *agent)
{
  char *said = follower_attend(&agent->follower);

  if (said != NULL && *said != '\0' && !agent->is_ending) tell_trouble(agent, said);
  free(said);
  if (!agent->is_ending && !agent->options->once) follower_check(&agent->follower, &agent->desk);
}

static void loop(struct agent *agent)
{
  struct err err = ERR_INIT;

  for (bool first = true; !agent->is_ending || ways_busy(&agent->ways); first = false) {
    int64_t step = steps_taken(&agent->steps);
    if (step != 0) {
      tell_step(agent, step);
      agent->is_stale = true;
    }
    if (!agent->is_ending && (first || agent->has_mail || inbox_is_due(agent))) {
      agent->has_mail = false;
      take_inbox(agent);
    }
    bool due = agent->next != 0 && agent->next <= clock_now();
    if (!agent->is_ending && (agent->is_stale || due) && work(agent, first, &err) < 0) tell_trouble(agent, err.text);
    if (first && agent->options->ready != NULL) agent->options->ready();
    agent->is_ending |= agent->options->once || (first && is_alone(agent));
    exchange(agent);
    tell_refused(agent);
    if (agent->is_ending && !ways_busy(&agent->ways)) break;
    wait_for_something(agent);
    look(agent);
    int testing = agent->ways.testing;
    agent->is_stale |= ways_attend(&agent->ways) || (testing > 0 && agent->ways.testing == 0);
  }
}

/* --- the agent --------------------------------------------------------------------------------------------------------------------- */

int agent_run(const struct agent_options *options, bool *busy, struct err *err)
{
  struct agent agent = { .options = options, .signals = -1, .database = { .descriptor = -1 }, .screens = -1, .steps = { .timer = -1 } };

  *busy = false;
  if (!file_exists(options->path)) return err_set(err, _("%s: there is no such database; 'dutydesk init' makes a new one"), options->path);
  agent.signals = open_signals(); /* before anybody can find us and tell us to end */
  agent.mark = presence_agent(options->path, err);
  if (agent.mark < 0) {
    *busy = agent.mark == -2;
    close(agent.signals);
    return *busy ? 0 : -1;
  }
  int status = start(&agent, err);
  if (status == 0) loop(&agent);
  stop(&agent);
  return status;
}

/* An agent that is just starting holds the mark before its number can be read. */
static int tell_to_end(const char *path, pid_t *told, struct err *err)
{
  pid_t process = presence_agent_process(path);

  if (process == 0 || process == *told) return 0;
  if (kill(process, SIGTERM) < 0 && errno != ESRCH)
    return err_set(err, _("The agent (process %ld) cannot be told to end: %s"), (long)process, strerror(errno));
  *told = process;
  return 0;
}

int agent_stop(const char *path, struct err *err)
{
  int64_t deadline = clock_monotonic() + STOP_WAIT;
  pid_t told = 0;

  if (!presence_has_agent(path)) return 1;
  while (presence_has_agent(path)) {
    if (tell_to_end(path, &told, err) < 0) return -1;
    if (clock_monotonic() >= deadline) return err_set(err, _("The agent is still finishing what it began; it ends after that"));
    poll(NULL, 0, 10);
  }
  return 0;
}
