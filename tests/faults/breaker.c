#include "breaker.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct breaker *armed;

struct breaker *breaker_make(void)
{
  void *shared = mmap(NULL, sizeof(struct breaker), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) {
    perror("mmap");
    exit(1);
  }
  return shared;
}

void breaker_arm(struct breaker *breaker)
{
  breaker->count = 0;
  armed = breaker;
}

/* True in the call that the process shall not survive. */
static bool dies(void)
{
  return armed && armed->mode == BREAKER_KILLS && armed->count == armed->at;
}

static void die(void)
{
  kill(getpid(), SIGKILL);
  pause();
}

/* Counts the call; 0, or with errno set the -1 that it shall return. */
static int strike(char call)
{
  if (!armed) return 0;
  if (dies()) die();
  long number = armed->count++;
  if (number < BREAKER_CALLS_MOST) armed->calls[number] = call;
  if (armed->mode == BREAKER_FULL && number >= armed->at && strchr("gcrl", call))
    errno = ENOSPC;
  else if (armed->mode == BREAKER_FAILS && number == armed->at)
    errno = EIO;
  else
    return 0;
  return -1;
}

/* A write behind the end takes room, one inside has it already. */
static char sort_of_write(int file, long end)
{
  struct stat status;
  return fstat(file, &status) == 0 && end > status.st_size ? 'g' : 'w';
}

ssize_t write(int file, const void *bytes, size_t length)
{
  struct stat status;
  bool counts = armed && file > STDERR_FILENO && fstat(file, &status) == 0 && S_ISREG(status.st_mode);
  if (counts && dies()) syscall(SYS_write, file, bytes, length / 2);
  if (counts && strike('g') != 0) return -1;
  return syscall(SYS_write, file, bytes, length);
}

static ssize_t write_at(int file, const void *bytes, size_t length, long offset)
{
  if (dies()) syscall(SYS_pwrite64, file, bytes, length / 2, offset);
  return strike(sort_of_write(file, offset + (long)length)) != 0 ? -1 : syscall(SYS_pwrite64, file, bytes, length, offset);
}

static int truncate_open(int file, long length)
{
  return strike('t') != 0 ? -1 : (int)syscall(SYS_ftruncate, file, length);
}

/* Only what makes a file counts, so that the number does not hang on what is merely read. */
static int open_at(const char *path, int flags, unsigned mode)
{
  bool counts = armed && (flags & O_CREAT) && access(path, F_OK) != 0;
  return counts && strike('c') != 0 ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

static int make_temporary(char *template, int flags)
{
  static int (*real)(char *, int);
  if (!real) real = (int (*)(char *, int))dlsym(RTLD_NEXT, "mkostemp");
  return strike('c') != 0 ? -1 : real(template, flags);
}

static unsigned mode_of(int flags, va_list more)
{
  return flags & O_CREAT ? va_arg(more, unsigned) : 0;
}

/* Each under the name with 64 as well: which of the two a library calls hangs on how it was compiled. */
ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset)
{
  return write_at(file, bytes, length, offset);
}
ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t offset)
{
  return write_at(file, bytes, length, offset);
}
int ftruncate(int file, off_t length)
{
  return truncate_open(file, length);
}
int ftruncate64(int file, off64_t length)
{
  return truncate_open(file, length);
}
int mkostemp(char *template, int flags)
{
  return make_temporary(template, flags);
}
int mkostemp64(char *template, int flags)
{
  return make_temporary(template, flags);
}

int open(const char *path, int flags, ...)
{
  va_list more;
  va_start(more, flags);
  unsigned mode = mode_of(flags, more);
  va_end(more);
  return open_at(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
  va_list more;
  va_start(more, flags);
  unsigned mode = mode_of(flags, more);
  va_end(more);
  return open_at(path, flags, mode);
}

int fsync(int file)
{
  return strike('s') != 0 ? -1 : (int)syscall(SYS_fsync, file);
}
int fdatasync(int file)
{
  return strike('s') != 0 ? -1 : (int)syscall(SYS_fdatasync, file);
}
int mkdir(const char *path, mode_t mode)
{
  return strike('c') != 0 ? -1 : (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}
int unlink(const char *path)
{
  return strike('u') != 0 ? -1 : (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int rename(const char *from, const char *to)
{
  return strike('r') != 0 ? -1 : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int link(const char *from, const char *to)
{
  return strike('l') != 0 ? -1 : (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}
