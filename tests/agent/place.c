#include "place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/child.h"
#include "base/clock.h"
#include "base/err.h"
#include "desk/presence.h"
#include "fake_clock.h"
#include "patience.h"

static const char *program(void)
{
  const char *path = getenv("DUTYDESK");
  return path ? path : "./dutydesk";
}

static const char *clock_library(void)
{
  static char path[256];
  glob_t found;

  if (*path == '\0' && glob("/usr/lib*/*/faketime/libfaketime.so.1", 0, NULL, &found) == 0) {
    snprintf(path, sizeof path, "%s", found.gl_pathv[0]);
    globfree(&found);
  }
  return *path ? path : NULL;
}

static void write_file(const char *path, const char *text)
{
  FILE *file = fopen(path, "w");
  if (!file || fputs(text, file) < 0 || fclose(file) != 0) fail_msg("%s: %s", path, strerror(errno));
}

void place_set(struct place *place, const char *lines)
{
  static const char *const usual[] = { "repeat_orange = 0", "repeat_yellow = 0", "repeat_blue = 0", "repeat_none = 0",
                                       "quiet_blue =",      "quiet_none =",      "desktop = no",    NULL };
  struct buf text = BUF_INIT;

  buf_adds(&text, "[agent]\nstart = unit\n[alarm]\n");
  for (int i = 0; usual[i]; i++) {
    char *key = strndup(usual[i], strcspn(usual[i], "=") + 1);
    if (!strstr(lines, key)) buf_addf(&text, "%s\n", usual[i]);
    free(key);
  }
  buf_addf(&text, "other = \"sh -c 'cat >>%s && echo >>%s'\"\n%s\n", place->rang, place->rang, lines);
  write_file(place->settings, buf_text(&text));
  buf_free(&text);
}

void place_clock(struct place *place, int64_t seconds)
{
  char text[64];

  snprintf(text, sizeof text, "%+lld\n", (long long)seconds);
  write_file(place->clock, text);
}

/* Only in children: the test itself keeps the real clock. */
static void set_environment(struct place *place, const char *const environment[])
{
  unsetenv("DBUS_SESSION_BUS_ADDRESS");
  if (*place->bus) setenv("DBUS_SESSION_BUS_ADDRESS", place->bus, 1);
  setenv("LC_ALL", "C.UTF-8", 1);
  setenv("LANGUAGE", "en", 1);
  setenv("XDG_CONFIG_HOME", place->directory, 1);
  if (place->has_clock) {
    const char *asan = getenv("ASAN_OPTIONS");
    char options[512];
    snprintf(options, sizeof options, "%s%sverify_asan_link_order=0", asan ? asan : "", asan ? ":" : "");
    setenv("ASAN_OPTIONS", options, 1);
    setenv("LD_PRELOAD", clock_library(), 1);
    setenv("FAKETIME_TIMESTAMP_FILE", place->clock, 1);
    setenv("FAKETIME_NO_CACHE", "1", 1);
    for (const char *const *setting = fake_clock_settings; *setting; setting++) putenv((char *)*setting);
  }
  for (; environment && *environment; environment++) putenv((char *)*environment);
}

static pid_t start(struct place *place, const char *const words[], const char *const environment[], int output)
{
  const char *argv[32] = { program(), "-d", place->database, "-c", place->settings };
  int count = 5;

  for (; *words && count < 31; words++) argv[count++] = *words;
  fflush(NULL);
  pid_t pid = fork();
  if (pid < 0) fail_msg("fork: %s", strerror(errno));
  if (pid > 0) return pid;
  set_environment(place, environment);
  fake_clock_clear(getpid());
  dup2(open("/dev/null", O_RDONLY), 0);
  if (output >= 0) {
    dup2(output, 1);
    dup2(output, 2);
  }
  execv(argv[0], (char *const *)argv);
  _exit(127);
}

int place_run(struct place *place, char *said, const char *const words[])
{
  int ends[2], status;
  size_t length = 0;
  ssize_t got;

  assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
  pid_t pid = start(place, words, NULL, ends[1]);
  close(ends[1]);
  while ((got = read(ends[0], said + length, PLACE_SAID - 1 - length)) > 0) length += (size_t)got;
  said[length] = '\0';
  close(ends[0]);
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  fake_clock_clear(pid);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* --- waiting for files ------------------------------------------------------------------------------------------------------------- */

char *place_text(const char *path)
{
  char *text = calloc(1, 1 << 20);
  FILE *file = fopen(path, "r");

  if (file && fread(text, 1, (1 << 20) - 1, file) == 0) text[0] = '\0';
  if (file) fclose(file);
  return text;
}

int place_lines(const char *path)
{
  char *text = place_text(path);
  int lines = 0;

  for (const char *at = text; *at; at++) lines += *at == '\n';
  free(text);
  return lines;
}

void place_wait_at_least(const char *path, int lines)
{
  int64_t deadline = clock_monotonic() + PATIENCE;
  char *slash = strrchr(path, '/'), *directory = strndup(path, (size_t)(slash - path)), events[4096];
  int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC), found;

  inotify_add_watch(watch, directory, IN_MODIFY | IN_CREATE | IN_CLOSE_WRITE);
  while ((found = place_lines(path)) < lines && clock_monotonic() < deadline) {
    struct pollfd polls = { watch, POLLIN, 0 };
    poll(&polls, 1, 100);
    while (read(watch, events, sizeof events) > 0) continue;
  }
  close(watch);
  free(directory);
  if (found < lines) fail_msg("%s: %d lines instead of %d", path, found, lines);
}

void place_wait_lines(const char *path, int lines)
{
  place_wait_at_least(path, lines);
  if (place_lines(path) == lines) return;
  char *text = place_text(path);
  print_error("%s\n", text);
  free(text);
  fail_msg("%s: more than %d lines", path, lines);
}

/* --- the agent --------------------------------------------------------------------------------------------------------------------- */

pid_t place_agent(struct place *place, const char *const environment[])
{
  static const char *const words[] = { "agent", NULL };
  struct patience patience = { 0 };
  pid_t agent = start(place, words, environment, -1);

  while (!presence_has_agent(place->database)) {
    if (waitpid(agent, NULL, WNOHANG) == agent) fail_msg("the agent does not start");
    patience_spend(&patience, "the agent does not start");
  }
  return agent;
}

void place_kill(pid_t agent)
{
  kill(agent, SIGKILL);
  while (waitpid(agent, NULL, 0) < 0 && errno == EINTR) continue;
  fake_clock_clear(agent);
}

void place_stop(struct place *place, pid_t agent)
{
  struct patience patience = { 0 };
  int status;

  place_do(place, "agent", "--stop");
  while (waitpid(agent, &status, WNOHANG) != agent) patience_spend(&patience, "the agent does not end");
  fake_clock_clear(agent);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* --- the place --------------------------------------------------------------------------------------------------------------------- */

int place_setup(void **state)
{
  struct place *place = calloc(1, sizeof *place);

  snprintf(place->directory, sizeof place->directory, "/tmp/dutydesk-agent-XXXXXX");
  if (!mkdtemp(place->directory)) return -1;
  snprintf(place->database, sizeof place->database, "%s/desk.db", place->directory);
  snprintf(place->settings, sizeof place->settings, "%s/own.ini", place->directory);
  snprintf(place->rang, sizeof place->rang, "%s/rang", place->directory);
  snprintf(place->clock, sizeof place->clock, "%s/clock", place->directory);
  place->has_clock = clock_library() != NULL;
  place_clock(place, 0);
  place_set(place, "");
  *state = place;
  place_do(place, "init", "--area", "519901101000", "--name", "测试镇");
  return 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
  (void)status;
  (void)type;
  (void)where;
  return remove(path);
}

int place_teardown(void **state)
{
  struct place *place = *state;
  pid_t agent = presence_agent_process(place->database);

  if (agent > 0) kill(agent, SIGKILL);
  while (waitpid(-1, NULL, WNOHANG) > 0) continue;
  nftw(place->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  free(place);
  return 0;
}
