#include "agent/inbox_move.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"

enum { NAMES_MOST = 100000, NAME_BYTES = 180 };

/* Without what FAT forbids, since such directories are carried about on sticks; short enough for "-12345.xml.txt" behind it. */
static char *plain_name(const char *name)
{
  char *plain = mem_dup(name);

  for (char *at = plain; *at != '\0'; at++)
    if ((unsigned char)*at < 0x20 || strchr("\\/:*?\"<>|", *at) != NULL) *at = '-';
  size_t length = strlen(plain);
  if (length <= NAME_BYTES) return plain;
  while (((unsigned char)plain[length - NAME_BYTES] & 0xC0) == 0x80) length--; /* not inside a character */
  memmove(plain, plain + length - NAME_BYTES, strlen(plain) - (length - NAME_BYTES) + 1);
  return plain;
}

/* The nth name to try: NAME, NAME-2 … before the ending. */
static char *nth_name(const char *plain, int n)
{
  const char *dot = strrchr(plain, '.');
  int stem = dot != NULL && dot != plain ? (int)(dot - plain) : (int)strlen(plain);

  return n == 1 ? mem_dup(plain) : mem_printf("%.*s-%d%s", stem, plain, n, plain + stem);
}

/* Without ever replacing: some file systems cannot do it in one step, there the link is made first. */
static int rename_aside(const char *from, const char *to)
{
  if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return -1;
  if (link(from, to) == 0) return unlink(from);
  if (errno == EEXIST || access(to, F_OK) == 0) {
    errno = EEXIST;
    return -1;
  }
  return rename(from, to); /* FAT: neither; we are the only one who puts files here */
}

static int move_to(const char *from, const char *to, const char *reason, struct err *err)
{
  char *beside = mem_printf("%s.txt", to), *line = reason != NULL ? mem_printf("%s\n", reason) : NULL;
  int status = 1; /* that name is taken */

  if (file_exists(to) || (reason != NULL && file_exists(beside))) {
    status = 1;
  } else if (rename_aside(from, to) == 0) {
    status = line != NULL ? file_replace(beside, line, strlen(line), 0644, err) : 0;
  } else if (errno != EEXIST) {
    status = err_set(err, _("%s cannot be moved to %s: %s"), from, to, strerror(errno));
  }
  free(line);
  free(beside);
  return status;
}

int inbox_move(const char *directory, const char *name, const char *aside, const char *reason, struct err *err)
{
  char *plain = plain_name(name), *folder = file_join(directory, aside), *from = file_join(directory, name);
  int status = 1;

  for (int n = 1; status == 1 && n < NAMES_MOST; n++) {
    char *given = nth_name(plain, n), *to = file_join(folder, given);
    status = move_to(from, to, reason, err);
    free(to);
    free(given);
  }
  if (status == 1) status = err_set(err, _("%s has too many files of the name %s; clear it out"), folder, plain);
  free(from);
  free(folder);
  free(plain);
  return status;
}
