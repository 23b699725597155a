#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fake_clock.h"
#include "parts.h"

/* Homes made and not yet removed. */
static char *homes[64];
static bool kept[64];

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
  (void)status;
  (void)type;
  (void)where;
  return remove(path);
}

/* No agent beside the screen under test: it would ring when it likes. Tests of the agent write settings of their own over these. */
static void write_settings(const char *home)
{
  char path[4096];
  FILE *file = NULL;

  snprintf(path, sizeof path, "%s/config", home);
  if (mkdir(path, 0700) == 0) {
    snprintf(path, sizeof path, "%s/config/dutydesk", home);
    if (mkdir(path, 0700) == 0) {
      snprintf(path, sizeof path, "%s/config/dutydesk/dutydesk.ini", home);
      file = fopen(path, "w");
    }
  }
  if (!file || fputs("[agent]\nstart = off\n", file) < 0 || fclose(file) != 0) abort();
}

char *driver_home_make(void)
{
  for (size_t i = 0; i < sizeof homes / sizeof *homes; i++)
    if (!homes[i]) {
      const char *directory = getenv("TMPDIR");
      if (asprintf(&homes[i], "%s/dutydesk-tui-XXXXXX", directory ? directory : "/tmp") < 0 || !mkdtemp(homes[i])) abort();
      write_settings(homes[i]);
      return homes[i];
    }
  fprintf(stderr, "driver: more than %zu homes at once\n", sizeof homes / sizeof *homes);
  abort();
}

void home_remove(char *home)
{
  for (size_t i = 0; i < sizeof homes / sizeof *homes; i++)
    if (homes[i] && homes[i] == home) {
      nftw(home, remove_one, 16, FTW_DEPTH | FTW_PHYS);
      free(home);
      homes[i] = NULL;
      kept[i] = false;
    }
}

void home_keep(const char *home)
{
  for (size_t i = 0; i < sizeof homes / sizeof *homes; i++)
    if (homes[i] == home) kept[i] = true;
}

void homes_remove_all(void)
{
  for (size_t i = 0; i < sizeof homes / sizeof *homes; i++)
    if (homes[i] && !kept[i]) home_remove(homes[i]);
}

/* Where Debian, Fedora and `make install` put it. */
static const char *faketime_library(void)
{
  static char path[256];
  static const char *const patterns[] = { "/usr/lib/*/faketime/libfaketime.so.1", "/usr/lib64/faketime/libfaketime.so.1",
                                          "/usr/lib/faketime/libfaketime.so.1", "/usr/local/lib/faketime/libfaketime.so.1" };
  for (size_t i = 0; !*path && i < sizeof patterns / sizeof *patterns; i++) {
    glob_t found;
    if (glob(patterns[i], 0, NULL, &found) == 0) snprintf(path, sizeof path, "%s", found.gl_pathv[0]);
    globfree(&found);
  }
  return *path ? path : NULL;
}

enum { NIGHT_SHIFT = 1782843600 }; /* 2026-06-30 18:20 UTC */

const char *driver_clock(void)
{
  static char offset[32];
  if (!*offset) snprintf(offset, sizeof offset, "%+ld", NIGHT_SHIFT - (long)time(NULL));
  return faketime_library() ? offset : NULL;
}

__attribute__((format(printf, 2, 3))) static void set(struct environment *environment, const char *format, ...)
{
  char *line;
  va_list arguments;
  va_start(arguments, format);
  if (vasprintf(&line, format, arguments) < 0) abort();
  va_end(arguments);
  size_t name = strcspn(line, "=") + 1;
  for (int i = 0; i < environment->count; i++)
    if (strncmp(environment->names[i], line, name) == 0) {
      free(environment->names[i]);
      environment->names[i] = line;
      return;
    }
  if (environment->count >= (int)(sizeof environment->names / sizeof *environment->names) - 1) abort();
  environment->names[environment->count++] = line;
}

void environment_make(struct environment *environment, const struct driver_options *options, const char *home)
{
  static const char *const passed[] = { "PATH",          "DUTYDESK_LOCALEDIR", "LD_LIBRARY_PATH",  "TERMINFO",
                                        "TERMINFO_DIRS", "ASAN_OPTIONS",       "UBSAN_OPTIONS",    "LSAN_OPTIONS",
                                        "GCOV_PREFIX",   "GCOV_PREFIX_STRIP",  "LLVM_PROFILE_FILE" };
  const char *language = options->language ? options->language : "en";
  *environment = (struct environment){ 0 };
  for (size_t i = 0; i < sizeof passed / sizeof *passed; i++)
    if (getenv(passed[i])) set(environment, "%s=%s", passed[i], getenv(passed[i]));
  set(environment, "HOME=%s", home);
  set(environment, "TMPDIR=%s", home);
  set(environment, "XDG_CONFIG_HOME=%s/config", home);
  set(environment, "XDG_DATA_HOME=%s/data", home);
  set(environment, "XDG_STATE_HOME=%s/state", home);
  set(environment, "XDG_CACHE_HOME=%s/cache", home);
  set(environment, "XDG_RUNTIME_DIR=%s", home);
  set(environment, "TERM=%s", options->term ? options->term : "xterm-256color");
  set(environment, "TZ=America/New_York");
  if (!options->lang || *options->lang) set(environment, "LANG=%s", options->lang ? options->lang : "C.UTF-8");
  if (!options->lang || options->language) set(environment, "LANGUAGE=%s", language);
  if (options->faketime || options->clock_file) {
    const char *asan = getenv("ASAN_OPTIONS");
    set(environment, "LD_PRELOAD=%s", faketime_library());
    if (options->clock_file) {
      set(environment, "FAKETIME_TIMESTAMP_FILE=%s", options->clock_file);
      set(environment, "FAKETIME_NO_CACHE=1");
    } else {
      set(environment, "FAKETIME=%s", options->faketime);
    }
    for (const char *const *setting = fake_clock_settings; *setting; setting++) set(environment, "%s", *setting);
    set(environment, "ASAN_OPTIONS=%s%sverify_asan_link_order=0", asan ? asan : "", asan ? ":" : "");
  }
  for (const char *const *more = options->environment; more && *more; more++) set(environment, "%s", *more);
}

void environment_free(struct environment *environment)
{
  for (int i = 0; i < environment->count; i++) free(environment->names[i]);
}

/* The rest of a child's life: the program in it, with nothing else open. */
void environment_enter(struct environment *environment, const struct driver_options *options, const char *const argv[])
{
  close_range(3, ~0u, 0);
  fake_clock_clear(getpid());
  if (options->in_child) options->in_child(options->context);
  environ = environment->names;
  execvp(argv[0], (char *const *)argv);
  perror(argv[0]);
  _exit(127);
}

static void run_in_child(const char *const argv[], const struct driver_options *options, struct environment *environment, int ends[3])
{
  for (int i = 0; i < 3; i++) dup2(ends[i], i);
  setsid();
  environment_enter(environment, options, argv);
}

struct stream {
  int in;
  char *bytes;
  size_t length;
};

/* Appends what is there; closes the stream at its end. */
static void stream_read(struct stream *stream)
{
  char part[65536];
  ssize_t got = read(stream->in, part, sizeof part);
  if (got > 0) {
    stream->bytes = realloc(stream->bytes, stream->length + (size_t)got + 1);
    if (!stream->bytes) abort();
    memcpy(stream->bytes + stream->length, part, (size_t)got);
    stream->length += (size_t)got;
    stream->bytes[stream->length] = 0;
  } else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
    close(stream->in);
    stream->in = -1;
  }
}

/* Feeds input and collects both outputs at once, so that no pipe can fill up and block. */
static void exchange(int to, const char *input, struct stream streams[2])
{
  size_t left = input ? strlen(input) : 0;
  if (!left) {
    close(to);
    to = -1;
  }
  while (streams[0].in >= 0 || streams[1].in >= 0) {
    struct pollfd polls[3] = { { streams[0].in, POLLIN, 0 }, { streams[1].in, POLLIN, 0 }, { to, POLLOUT, 0 } };
    if (poll(polls, 3, -1) < 0 && errno != EINTR) abort();
    for (int i = 0; i < 2; i++)
      if (polls[i].revents && streams[i].in >= 0) stream_read(&streams[i]);
    if (to >= 0 && polls[2].revents) {
      ssize_t wrote = write(to, input, left < 4096 ? left : 4096);
      if (wrote > 0) {
        input += wrote;
        left -= (size_t)wrote;
      }
      if (wrote < 0 || !left) {
        close(to);
        to = -1;
      }
    }
  }
  if (to >= 0) close(to);
}

struct driver_run driver_run(const char *const argv[], const struct driver_options *options, const char *input)
{
  static const struct driver_options none;
  struct environment environment;
  int in[2], out[2], err[2], status;
  if (!options) options = &none;
  char *own = options->home ? NULL : driver_home_make();
  environment_make(&environment, options, own ? own : options->home);
  if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC)) abort();
  fflush(NULL);
  pid_t pid = fork();
  if (pid < 0) abort();
  if (pid == 0) run_in_child(argv, options, &environment, (int[]){ in[0], out[1], err[1] });
  environment_free(&environment);
  close(in[0]);
  close(out[1]);
  close(err[1]);
  signal(SIGPIPE, SIG_IGN);
  struct stream streams[2] = { { out[0], strdup(""), 0 }, { err[0], strdup(""), 0 } };
  exchange(in[1], input, streams);
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  fake_clock_clear(pid);
  if (own) home_remove(own);
  return (struct driver_run){ WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), streams[0].bytes, streams[1].bytes };
}

void driver_run_free(struct driver_run *run)
{
  free(run->out);
  free(run->err);
  *run = (struct driver_run){ 0 };
}
