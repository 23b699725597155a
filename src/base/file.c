#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/data.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"

enum { PIECE = 64 * 1024, DATA_MOST = 4 * 1024 * 1024 };

static int refuse(struct err *err, const char *what, const char *path)
{
  return err_set(err, "%s: %s: %s", path, what, strerror(errno));
}

/* Non-blocking, so that a FIFO or a device left there cannot hang the desk before it is refused. */
static int open_regular(const char *path, struct err *err)
{
  struct stat status;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0) return refuse(err, _("cannot be read"), path);
  if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) return fd;
  close(fd);
  return err_set(err, S_ISDIR(status.st_mode) ? _("%s is a directory; name a file in it") : _("%s is not a regular file"), path);
}

static int read_all(int fd, const char *path, size_t limit, struct buf *out, struct err *err)
{
  size_t before = out->length;
  char *piece = mem_grow(NULL, PIECE, 1);
  ssize_t got;

  while ((got = read(fd, piece, PIECE)) != 0) {
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 || out->length - before + (size_t)got > limit) break;
    buf_add(out, piece, (size_t)got);
  }
  free(piece);
  if (got < 0) return refuse(err, _("cannot be read"), path);
  return got == 0 ? 0 : err_set(err, _("%s is larger than %zu KiB, more than such a file may have"), path, limit / 1024);
}

int file_read(const char *path, size_t limit, struct buf *out, struct err *err)
{
  if (strcmp(path, "-") == 0 && isatty(STDIN_FILENO)) /* in the screen it would take the keyboard away for good */
    return err_set(err, _("standard input is the keyboard here: give the name of a file"));
  if (strcmp(path, "-") == 0) return read_all(STDIN_FILENO, _("standard input"), limit, out, err);
  int fd = open_regular(path, err);
  if (fd < 0) return -1;
  int result = read_all(fd, path, limit, out, err);
  close(fd);
  return result;
}

static int write_all(int fd, const char *bytes, size_t length)
{
  while (length > 0) {
    ssize_t wrote = write(fd, bytes, length);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return -1;
    bytes += wrote;
    length -= (size_t)wrote;
  }
  return 0;
}

int file_sync_directory(const char *directory, struct err *err)
{
  int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int result = fd < 0 ? -1 : fsync(fd);
  int why = errno;
  if (fd >= 0) close(fd);
  /* Some file systems of removable media cannot sync a directory: nothing more can be done there. */
  if (result == 0 || why == EINVAL || why == ENOTSUP) return 0;
  errno = why;
  return refuse(err, _("what was changed there may not survive a power cut"), directory);
}

static int write_temporary(char *temporary, const void *bytes, size_t length, mode_t mode)
{
  int fd = mkostemp(temporary, O_CLOEXEC);
  if (fd < 0) return -1;
  /* FAT has no modes and may refuse to pretend. */
  int result = fchmod(fd, mode) == 0 || errno == EPERM ? 0 : -1;
  if (result == 0) result = write_all(fd, bytes, length);
  if (result == 0) result = fsync(fd);
  int why = errno;
  if (close(fd) != 0 && result == 0) return -1;
  errno = why;
  return result;
}

int file_replace(const char *path, const void *bytes, size_t length, mode_t mode, struct err *err)
{
  char *directory = file_directory(path);
  const char *slash = strrchr(path, '/');
  char *temporary = mem_printf("%s/.%.200s.XXXXXX", directory, slash != NULL ? slash + 1 : path);
  int result = write_temporary(temporary, bytes, length, mode);

  if (result == 0) result = rename(temporary, path);
  if (result != 0) {
    refuse(err, _("cannot be written, and is as it was"), path);
    unlink(temporary);
  } else {
    result = file_sync_directory(directory, err);
  }
  free(temporary);
  free(directory);
  return result;
}

void file_remove_leftovers(const char *path)
{
  char *directory = file_directory(path);
  const char *slash = strrchr(path, '/');
  char *pattern = mem_printf("%s/.%.200s.??????", directory, slash != NULL ? slash + 1 : path);
  glob_t found;

  if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0) {
    for (size_t i = 0; i < found.gl_pathc; i++) unlink(found.gl_pathv[i]);
    globfree(&found);
  }
  free(pattern);
  free(directory);
}

bool file_exists(const char *path)
{
  return access(path, F_OK) == 0;
}

static int make_directory(const char *path, mode_t mode)
{
  struct stat status;

  if (mkdir(path, mode) == 0) return 0;
  int why = errno;
  if (stat(path, &status) == 0) {
    if (S_ISDIR(status.st_mode)) return 0;
    why = ENOTDIR;
  }
  errno = why;
  return -1;
}

int file_make_directories(const char *path, mode_t mode, struct err *err)
{
  char *part = mem_dup(path);
  int result = 0;

  for (char *slash = strchr(part + 1, '/'); slash != NULL && result == 0; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    result = make_directory(part, mode);
    *slash = '/';
  }
  if (result == 0) result = make_directory(part, mode);
  if (result != 0) refuse(err, _("cannot be made as a directory"), path);
  free(part);
  return result;
}

char *file_join(const char *directory, const char *name)
{
  size_t length = strlen(directory);

  return mem_printf("%s%s%s", directory, length > 0 && directory[length - 1] != '/' ? "/" : "", name);
}

char *file_directory(const char *path)
{
  const char *slash = strrchr(path, '/');

  if (slash == NULL) return mem_dup(".");
  return mem_dup_n(path, slash > path ? (size_t)(slash - path) : 1);
}

int file_lock(const char *path, struct err *err)
{
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);

  if (fd < 0) return refuse(err, _("cannot be locked"), path);
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  int result = errno == EWOULDBLOCK ? -2 : refuse(err, _("cannot be locked"), path);
  close(fd);
  return result;
}

int file_watch(const char *directory, struct err *err)
{
  int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

  if (watch < 0) return refuse(err, _("cannot be watched"), directory);
  if (inotify_add_watch(watch, directory, IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVE | IN_ONLYDIR) >= 0) return watch;
  refuse(err, _("cannot be watched"), directory);
  close(watch);
  return -1;
}

static bool concerns(const struct inotify_event *event, const char *prefix)
{
  if (event->mask & IN_Q_OVERFLOW) return true;
  return event->len > 0 && strncmp(event->name, prefix, strlen(prefix)) == 0;
}

bool file_watch_drain(int watch, const char *prefix)
{
  _Alignas(struct inotify_event) char events[4096];
  bool any = false;
  ssize_t length;

  while ((length = read(watch, events, sizeof events)) > 0) {
    for (char *at = events; at < events + length;) {
      const struct inotify_event *event = (const struct inotify_event *)(void *)at;
      any |= concerns(event, prefix);
      at += sizeof *event + event->len;
    }
  }
  return any;
}

static const char *station_directory(void)
{
  const char *etc = getenv("DUTYDESK_ETC");
  return etc != NULL && *etc != '\0' ? etc : "/etc/dutydesk";
}

static const struct data_file *built_in(const char *name)
{
  for (const struct data_file *file = data_files; file->name != NULL; file++)
    if (strcmp(file->name, name) == 0) return file;
  return NULL;
}

int file_data_built_in(const char *name, struct buf *out)
{
  const struct data_file *file = built_in(name);

  if (file != NULL) buf_add(out, file->bytes, file->length);
  return file != NULL ? 0 : -1;
}

int file_data(const char *name, struct buf *out, struct err *err)
{
  char *path = file_join(station_directory(), name);
  int result = file_exists(path) ? file_read(path, DATA_MOST, out, err) : 1;

  free(path);
  if (result <= 0) return result;
  if (file_data_built_in(name, out) == 0) return 0;
  return err_set(err, _("there is no data file %s, neither built in nor under /etc/dutydesk"), name);
}

void file_data_each(const char *folder, bool (*name)(void *context, const char *name), void *context)
{
  size_t length = strlen(folder), above = strlen(station_directory()) + 1;
  char *pattern = mem_printf("%s/%s/*.ini", station_directory(), folder);
  glob_t found = { 0 };
  bool more = true;

  for (const struct data_file *file = data_files; file->name != NULL && more; file++)
    if (strncmp(file->name, folder, length) == 0 && file->name[length] == '/' && fnmatch("*.ini", file->name, 0) == 0)
      more = name(context, file->name);
  if (more && glob(pattern, 0, NULL, &found) == 0)
    for (size_t i = 0; i < found.gl_pathc && more; i++)
      if (built_in(found.gl_pathv[i] + above) == NULL) more = name(context, found.gl_pathv[i] + above);
  globfree(&found);
  free(pattern);
}
