#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"

enum { PIECE = 16 * 1024, READ = 0, WRITE = 1, NONE = -1 };

/* Input lies whole in memory before the child starts: nothing to feed, no SIGPIPE, no deadlock. */
static int open_input(const char *input, size_t length)
{
  if (length == 0) return open("/dev/null", O_RDONLY | O_CLOEXEC);
  int fd = memfd_create("input", MFD_CLOEXEC);
  for (size_t at = 0; fd >= 0 && at < length;) {
    ssize_t wrote = write(fd, input + at, length - at);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) {
      close(fd);
      return NONE;
    }
    at += (size_t)wrote;
  }
  if (fd >= 0) lseek(fd, 0, SEEK_SET);
  return fd;
}

static void close_if_open(int *fd)
{
  if (*fd >= 0) close(*fd);
  *fd = NONE;
}

/* A group of its own, so that it can be ended with everything it started; signals as at log-in, whatever the screen has set. */
static void plain_attributes(posix_spawnattr_t *attributes)
{
  sigset_t all, none;

  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_init(attributes);
  posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setsigdefault(attributes, &all);
  posix_spawnattr_setsigmask(attributes, &none);
  posix_spawnattr_setpgroup(attributes, 0);
}

/* Starts argv with these as 0, 1, 2 and nothing else open. Returns 0 or an errno. */
static int spawn(pid_t *pid, const char *const argv[], const int standard[3])
{
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;

  plain_attributes(&attributes);
  posix_spawn_file_actions_init(&files);
  for (int i = 0; i < 3; i++) {
    if (standard[i] >= 0)
      posix_spawn_file_actions_adddup2(&files, standard[i], i);
    else
      posix_spawn_file_actions_addopen(&files, i, "/dev/null", O_RDWR, 0);
  }
  posix_spawn_file_actions_addclosefrom_np(&files, 3);
  int result = posix_spawnp(pid, argv[0], &files, &attributes, (char *const *)argv, environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  return result;
}

static int refuse_start(struct err *err, const char *name, int why)
{
  if (why == ENOENT) return err_set(err, _("the program %s is not installed here"), name);
  return err_set(err, _("the program %s cannot be started: %s"), name, strerror(why));
}

static int status_of(int status)
{
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int wait_for(pid_t pid)
{
  int status;

  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return status_of(status);
}

static void kill_group(pid_t pid)
{
  kill(-pid, SIGKILL);
}

/* One of a running child's two outputs, as child_run reads it. */
struct stream {
  int fd;
  struct buf *into;
  size_t left; /* of the limit */
};

/* Reads what is there; what goes beyond the limit is read and dropped, so that the child does not stall. */
static void drain(struct stream *stream)
{
  char piece[PIECE];
  ssize_t got;

  while (stream->fd >= 0 && (got = read(stream->fd, piece, sizeof piece)) != 0) {
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got < 0) break;
    size_t kept = (size_t)got < stream->left ? (size_t)got : stream->left;
    buf_add(stream->into, piece, kept);
    stream->left -= kept;
  }
  close_if_open(&stream->fd);
}

/* Until the process has ended (a grandchild may hold its pipes open for ever) or time is up. True if it ended. */
static bool attend(int process, struct stream streams[2], int64_t deadline)
{
  for (;;) {
    int64_t left = deadline - clock_monotonic();
    struct pollfd fds[] = { { process, POLLIN, 0 }, { streams[0].fd, POLLIN, 0 }, { streams[1].fd, POLLIN, 0 } };
    if (left <= 0) return false;
    if (poll(fds, 3, left > INT32_MAX ? INT32_MAX : (int)left) < 0 && errno != EINTR) return false;
    drain(&streams[0]);
    drain(&streams[1]);
    if (fds[0].revents != 0) return true;
  }
}

/* A pipe to read one output by, unless nobody wants it. */
static int open_stream(struct stream *stream, int *write_end)
{
  int ends[2];

  if (stream->into == NULL) return 0;
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  fcntl(ends[READ], F_SETFL, O_NONBLOCK);
  stream->fd = ends[READ];
  *write_end = ends[WRITE];
  return 0;
}

static int finish(pid_t pid, const char *name, struct stream streams[2], int64_t milliseconds, struct err *err)
{
  int process = pidfd_open(pid, 0);
  bool ended = process >= 0 && attend(process, streams, clock_monotonic() + milliseconds);

  close_if_open(&process);
  if (!ended) kill_group(pid);
  int status = wait_for(pid);
  if (!ended) return err_set(err, _("%s was stopped: it did not finish within %lld s"), name, (long long)((milliseconds + 999) / 1000));
  return status >= 0 ? status : err_set(err, _("%s was killed before it finished"), name);
}

int child_run(const char *const argv[], const char *input, size_t input_length, int64_t milliseconds, struct buf *output,
              struct buf *errors, size_t limit, struct err *err)
{
  struct stream streams[2] = { { NONE, output, limit }, { NONE, errors, limit } };
  int standard[3] = { open_input(input, input_length), NONE, NONE };
  pid_t pid;
  bool ready = standard[0] >= 0 && open_stream(&streams[0], &standard[1]) == 0 && open_stream(&streams[1], &standard[2]) == 0;
  int why = ready ? spawn(&pid, argv, standard) : errno;

  for (int i = 0; i < 3; i++) close_if_open(&standard[i]);
  int status = why == 0 ? finish(pid, argv[0], streams, milliseconds, err) : refuse_start(err, argv[0], why);
  close_if_open(&streams[0].fd);
  close_if_open(&streams[1].fd);
  return status;
}

int child_start(struct child *child, const char *const argv[], const char *input, size_t input_length, struct err *err)
{
  int ends[2] = { NONE, NONE }, in = open_input(input, input_length);
  int why = in >= 0 && pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno;

  *child = (struct child){ 0, NONE };
  if (why == 0) why = spawn(&child->pid, argv, (const int[]){ in, ends[WRITE], ends[WRITE] });
  close_if_open(&in);
  close_if_open(&ends[WRITE]);
  if (why != 0) {
    close_if_open(&ends[READ]);
    child->pid = 0;
    return refuse_start(err, argv[0], why);
  }
  fcntl(ends[READ], F_SETFL, O_NONBLOCK);
  child->output = ends[READ];
  return 0;
}

int child_talk(struct child *child, const char *const argv[], int *to, int *errors, struct err *err)
{
  int up[2] = { NONE, NONE }, down[2] = { NONE, NONE };

  *child = (struct child){ 0, NONE };
  *to = NONE;
  *errors = memfd_create("errors", MFD_CLOEXEC);
  int why = *errors >= 0 && pipe2(up, O_CLOEXEC) == 0 && pipe2(down, O_CLOEXEC) == 0 ? 0 : errno;
  if (why == 0) why = spawn(&child->pid, argv, (const int[]){ up[READ], down[WRITE], *errors });
  close_if_open(&up[READ]);
  close_if_open(&down[WRITE]);
  if (why != 0) {
    close_if_open(&up[WRITE]);
    close_if_open(&down[READ]);
    close_if_open(errors);
    child->pid = 0;
    return refuse_start(err, argv[0], why);
  }
  fcntl(up[WRITE], F_SETFL, O_NONBLOCK);
  fcntl(down[READ], F_SETFL, O_NONBLOCK);
  *to = up[WRITE];
  child->output = down[READ];
  return 0;
}

void child_said(int errors, size_t limit, struct buf *out)
{
  char byte;
  off_t length = lseek(errors, 0, SEEK_END);
  off_t start = length > (off_t)limit ? length - (off_t)limit : 0;

  for (off_t at = start; at < length && pread(errors, &byte, 1, at) == 1; at++) {
    if (byte == '\r') continue;
    if (byte != '\n')
      buf_addc(out, byte);
    else if (at + 1 < length)
      buf_adds(out, "; ");
  }
}

bool child_ended(struct child *child, int *status)
{
  int raw;

  if (child->pid == 0 || waitpid(child->pid, &raw, WNOHANG) != child->pid) return false;
  child->pid = 0;
  *status = status_of(raw);
  return true;
}

void child_stop(struct child *child)
{
  if (child->pid > 0) {
    kill_group(child->pid);
    wait_for(child->pid);
  }
  child->pid = 0;
  close_if_open(&child->output);
}

void child_end(struct child *child, int64_t milliseconds)
{
  struct pollfd ended = { child->pid > 0 ? pidfd_open(child->pid, 0) : NONE, POLLIN, 0 };

  if (ended.fd >= 0) poll(&ended, 1, milliseconds > INT32_MAX ? INT32_MAX : (int)milliseconds);
  close_if_open(&ended.fd);
  child_stop(child);
}

/* After an upgrade of the package the name is gone, but the kernel still knows the file. */
const char *child_self(void)
{
  static char path[4096];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);

  if (length <= 0) return "/proc/self/exe";
  path[length] = '\0';
  return access(path, X_OK) == 0 ? path : "/proc/self/exe";
}
