#include "store/place.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/inside.h"

/* What is kept of a database that is put aside; the file itself first, whose second name place_clean() looks for. */
static const char *const kept[] = { "", ".key", "-wal", NULL };
static const char *const passing[] = { "-wal", "-shm", ".lock", NULL };
static const char *const all[] = { "", ".key", "-wal", "-shm", ".lock", NULL };

static void each_remove(const char *path, const char *const endings[])
{
  for (; *endings; endings++) {
    char *name = mem_printf("%s%s", path, *endings);
    unlink(name);
    free(name);
  }
}

void place_discard(const char *path)
{
  each_remove(path, all);
}

static int move(const char *from, const char *to, const char *ending)
{
  char *old = mem_printf("%s%s", from, ending), *new = mem_printf("%s%s", to, ending);
  int result = rename(old, new), why = errno;
  free(old);
  free(new);
  errno = why;
  return result;
}

int place_sync(const char *path, struct err *err)
{
  char *directory = file_directory(path);
  int result = file_sync_directory(directory, err);
  free(directory);
  return result;
}

/* What stands in the WAL alone goes into the file, so that the file is whole by itself. -1: it could not. */
static int settle(const char *path, struct err *err)
{
  struct stat status;
  char *wal = mem_printf("%s-wal", path);
  struct sql *sql = stat(wal, &status) == 0 && status.st_size > 0 ? sql_open(path, SQLITE_OPEN_READWRITE, err) : NULL;
  int result = sql ? sql_run(sql, err, "PRAGMA wal_checkpoint(TRUNCATE)") : 0;
  sql_close(sql);
  if (result == 0 && stat(wal, &status) == 0 && status.st_size > 0)
    result = err_set(err, _("%s cannot be closed properly: the disk may be full or failing"), path);
  free(wal);
  return result;
}

int place_new(const char *from, const char *to, struct err *err)
{
  if (file_exists(to) || settle(from, err) != 0) {
    if (file_exists(to)) err_set(err, _("%s exists already: move it away or choose another name; nothing was changed"), to);
    place_discard(from);
    return -1;
  }
  each_remove(from, passing);
  /* The key first: a database beside which another key lies takes itself for an old copy. */
  int result = 0;
  if (move(from, to, ".key") != 0 || move(from, to, "") != 0) result = err_set(err, _("%s cannot be made: %s"), to, strerror(errno));
  if (result == 0) result = place_sync(to, err);
  if (result != 0) {
    place_discard(to);
    place_discard(from);
  }
  return result;
}

/* --- in place of another ------------------------------------------------------------------------------------------------------- */

/* A second name, so that the first stands until the new file takes it over. File systems without (FAT) have it moved. */
static int keep_one(const char *path, const char *aside, const char *ending)
{
  char *from = mem_printf("%s%s", path, ending), *to = mem_printf("%s%s", aside, ending);
  int result = 0;
  if (file_exists(from)) {
    result = link(from, to);
    if (result != 0 && (errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS)) result = rename(from, to);
  }
  int why = errno;
  free(from);
  free(to);
  errno = why;
  return result;
}

static void take_back(const char *path, const char *aside)
{
  for (int index = 0; kept[index]; index++) {
    char *there = mem_printf("%s%s", path, kept[index]), *kept_name = mem_printf("%s%s", aside, kept[index]);
    if (file_exists(there))
      unlink(kept_name);
    else
      rename(kept_name, there);
    free(there);
    free(kept_name);
  }
}

static char *aside_name(const char *path, int number)
{
  return mem_printf("%s.before-restore-%d", path, number);
}

static char *aside_free(const char *path)
{
  for (int number = 1;; number++) {
    char *name = aside_name(path, number);
    if (!file_exists(name)) return name;
    free(name);
  }
}

static int exchange(const char *from, const char *to, const char *aside, struct err *err)
{
  for (int index = 0; kept[index]; index++)
    if (keep_one(to, aside, kept[index]) != 0) return err_set(err, _("%s cannot be put aside: %s"), to, strerror(errno));
  if (place_sync(to, err) != 0) return -1;
  each_remove(to, (const char *const[]){ "-wal", "-shm", NULL });
  return move(from, to, "") == 0 ? 0 : err_set(err, _("%s cannot be put in its place: %s"), to, strerror(errno));
}

int place_instead(const char *from, const char *to, char **aside, struct err *err)
{
  *aside = NULL;
  if (!file_exists(to)) return place_new(from, to, err);
  settle(to, NULL); /* a damaged one keeps its WAL, and both are put aside */
  int result = settle(from, err);
  each_remove(from, passing);
  *aside = aside_free(to);
  if (result == 0) result = exchange(from, to, *aside, err);
  if (result == 0) {
    move(from, to, ".key"); /* should that fail, the database gives itself a new key when it is opened */
    place_sync(to, NULL);
  } else {
    take_back(to, *aside);
    free(*aside);
    *aside = NULL;
  }
  place_discard(from);
  return result;
}

void place_clean(const char *path)
{
  struct stat status, other;
  if (stat(path, &status) != 0 || status.st_nlink < 2) return;
  for (int number = 1;; number++) {
    char *name = aside_name(path, number);
    bool there = stat(name, &other) == 0;
    if (there && other.st_dev == status.st_dev && other.st_ino == status.st_ino) each_remove(name, kept);
    free(name);
    if (!there) return;
  }
}
