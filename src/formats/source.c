#include "formats/source.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"

static ssize_t read_memory(void *context, uint64_t offset, void *bytes, size_t size)
{
  const struct source_memory *memory = context;
  size_t left = offset < memory->length ? memory->length - (size_t)offset : 0;

  if (size > left) size = left;
  if (size > 0) memcpy(bytes, memory->bytes + offset, size);
  return (ssize_t)size;
}

struct source source_of_memory(const struct source_memory *memory)
{
  return (struct source){ read_memory, (void *)memory };
}

static ssize_t read_file(void *context, uint64_t offset, void *bytes, size_t size)
{
  ssize_t got;

  do got = pread(*(const int *)context, bytes, size, (off_t)offset);
  while (got < 0 && errno == EINTR);
  return got;
}

struct source source_of_file(const int *file)
{
  return (struct source){ read_file, (void *)file };
}

static int refuse_size(uint64_t limit, struct err *err)
{
  return err_set(err, _("it has more than %" PRIu64 " MiB, the limit of a file of alerts; it was not read"), limit >> 20);
}

static int open_unnamed(struct err *err)
{
  const char *directory = getenv("TMPDIR");
  char *name = file_join(directory != NULL && *directory == '/' ? directory : "/tmp", "dutydesk-XXXXXX");
  int file = mkostemp(name, O_CLOEXEC);

  if (file >= 0) unlink(name);
  if (file < 0) err_set(err, _("no temporary file can be made in %s: %s; make room there"), name, strerror(errno));
  free(name);
  return file;
}

static int copy(int from, int to, uint64_t limit, struct err *err)
{
  char piece[64 * 1024];
  uint64_t all = 0;
  ssize_t got;

  while ((got = read(from, piece, sizeof piece)) != 0) {
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return err_set(err, _("cannot be read: %s"), strerror(errno));
    all += (uint64_t)got;
    if (all > limit) return refuse_size(limit, err);
    for (ssize_t put = 0, now; put < got; put += now)
      if ((now = write(to, piece + put, (size_t)(got - put))) < 0) return err_set(err, _("cannot be copied: %s"), strerror(errno));
  }
  return 0;
}

static int spool(uint64_t limit, struct err *err)
{
  int file = open_unnamed(err);

  if (file >= 0 && copy(STDIN_FILENO, file, limit, err) < 0) {
    close(file);
    return -1;
  }
  return file;
}

int source_open(const char *path, uint64_t limit, struct err *err)
{
  struct stat status;

  if (strcmp(path, "-") == 0) return spool(limit, err);
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file < 0 || fstat(file, &status) < 0) {
    err_set(err, _("cannot be opened: %s"), strerror(errno));
  } else if (!S_ISREG(status.st_mode)) {
    err_set(err, _("is no regular file"));
  } else if ((uint64_t)status.st_size > limit) {
    refuse_size(limit, err);
  } else {
    return file;
  }
  if (file >= 0) close(file);
  return -1;
}
