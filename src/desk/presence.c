#include "desk/presence.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"

/* The first byte is shared by open screens, the second belongs to the agent. */
enum { SCREENS, AGENT };

char *presence_path(const char *database)
{
  return mem_printf("%s.agent", database);
}

static int open_mark(const char *database, int flags)
{
  char *path = presence_path(database);
  int fd = open(path, flags | O_CLOEXEC | O_NOCTTY, 0660);

  if (fd >= 0 && (flags & O_CREAT)) fchmod(fd, 0660); /* whatever the umask; fails harmlessly when it is another account's */
  free(path);
  return fd;
}

static int mark(int fd, int command, short type, int byte)
{
  struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1 };

  if (fcntl(fd, command, &lock) != 0) return -1;
  return lock.l_type == F_UNLCK ? 0 : 1;
}

/* Does another descriptor hold the byte? */
static bool is_marked(const char *database, int byte)
{
  int fd = open_mark(database, O_RDONLY);

  if (fd < 0) return false;
  bool marked = mark(fd, F_OFD_GETLK, F_WRLCK, byte) > 0;
  close(fd);
  return marked;
}

int presence_screen(const char *database)
{
  int fd = open_mark(database, O_RDWR | O_CREAT);

  if (fd >= 0 && mark(fd, F_OFD_SETLK, F_RDLCK, SCREENS) >= 0) return fd;
  if (fd >= 0) close(fd);
  return -1;
}

bool presence_screens(const char *database)
{
  return is_marked(database, SCREENS);
}

int presence_agent(const char *database, struct err *err)
{
  int fd = open_mark(database, O_RDWR | O_CREAT);

  if (fd < 0) return err_set(err, _("%s.agent cannot be written: %s"), database, strerror(errno));
  if (mark(fd, F_OFD_SETLK, F_WRLCK, AGENT) < 0) {
    close(fd);
    return -2;
  }
  if (ftruncate(fd, 0) == 0) dprintf(fd, "%ld\n", (long)getpid()); /* `agent --stop` reads it */
  return fd;
}

bool presence_has_agent(const char *database)
{
  return is_marked(database, AGENT);
}

pid_t presence_agent_process(const char *database)
{
  char text[32] = "";
  int fd = presence_has_agent(database) ? open_mark(database, O_RDONLY) : -1;
  ssize_t length = fd >= 0 ? read(fd, text, sizeof text - 1) : 0;

  if (fd >= 0) close(fd);
  return length > 0 ? (pid_t)atol(text) : 0;
}
