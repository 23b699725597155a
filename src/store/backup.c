/* Backup while others work, restore with the present database kept aside, and the renewal that a restore demands. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/exchange.h"
#include "store/inside.h"
#include "store/place.h"
#include "store/upkeep.h"

enum { PAGES_AT_ONCE = 256 };

static int copy_pages(sqlite3_backup *backup, struct sql *to, const struct upkeep_progress *progress, struct err *err)
{
  int code;
  do {
    code = sqlite3_backup_step(backup, PAGES_AT_ONCE);
    int total = sqlite3_backup_pagecount(backup);
    if (code == SQLITE_OK && progress && !progress->step(progress->context, total - sqlite3_backup_remaining(backup), total)) {
      sqlite3_backup_finish(backup);
      return err_set(err, _("stopped as asked; nothing has changed"));
    }
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED) sqlite3_sleep(20);
  } while (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED);
  code = sqlite3_backup_finish(backup);
  return code == SQLITE_OK ? 0 : sql_err(to, err);
}

/* Copies the whole database into a new file, which stands there whole or not at all. */
static int copy_database(struct sql *from, const char *path, const struct upkeep_progress *progress, struct err *err)
{
  char *half = mem_printf("%s.half", path);
  place_discard(half);
  struct sql *to = sql_open(half, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
  int result = -1;
  if (to) {
    sqlite3_backup *backup = sqlite3_backup_init(sql_handle(to), "main", sql_handle(from), "main");
    result = backup ? copy_pages(backup, to, progress, err) : sql_err(to, err);
    if (result == 0) /* so that a backup is one file, readable on a stick that cannot be written */
      result = sql_run(
        to, err,
        "UPDATE meta SET value = '' WHERE name = 'place'; PRAGMA journal_mode = DELETE"); /* whoever opens the copy is another node */
    sql_close(to);
  }
  if (result == 0 && (chmod(half, 0660) != 0 || rename(half, path) != 0))
    result = err_set(err, _("%s cannot be written: %s"), path, strerror(errno));
  if (result == 0 && place_sync(path, err) != 0) {
    place_discard(path);
    result = -1;
  }
  if (result != 0) place_discard(half);
  free(half);
  return result;
}

int backup_make(struct store *store, const char *to, const struct upkeep_progress *progress, struct err *err)
{
  struct identity identity;
  if (file_exists(to)) return err_set(err, _("%s exists already: choose another name; nothing was overwritten"), to);
  identity_prepare(store, &identity, NULL); /* without a key everything but sync works */
  explicit_bzero(&identity, sizeof(identity));
  return copy_database(store->sql, to, progress, err);
}

/* --- restore -------------------------------------------------------------------------------------------------------------------------- */

static void keep_first(void *context, const char *line)
{
  char **first = context;
  if (!*first) *first = mem_dup(line);
}

/* The backup is looked at through a copy of its own, so that a read-only stick will do and nothing on it changes. Opening it gives it a
 * new key before it takes its place: it never stands there under the old one. */
static int backup_check(const char *copy, const struct kind *const kinds[], struct err *err)
{
  struct store *store;
  char *first = NULL;
  if (store_open(&store, copy, kinds, err) != 0) return -1;
  int findings = verify_all(store, keep_first, &first, NULL, err);
  if (findings > 0) err_set(err, _("the backup is not sound (%s): nothing was changed; try an older one"), first);
  free(first);
  store_close(store);
  return findings == 0 ? 0 : -1;
}

static int take_alone(const char *path, struct err *err)
{
  char *name = mem_printf("%s.lock", path);
  int lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0660);
  free(name);
  if (lock < 0) return err_set(err, _("%s cannot be replaced: %s"), path, strerror(errno));
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    close(lock);
    return err_set(err, _("the desk is open somewhere: close every session (and the agent), then restore again"));
  }
  return lock;
}

int backup_restore(const char *path, const char *from, const struct kind *const kinds[], char **aside, struct err *err)
{
  char *copy = mem_printf("%s.restoring", path);
  place_discard(copy);
  struct sql *source = file_exists(from) ? sql_open(from, SQLITE_OPEN_READONLY, err) : NULL;
  int result = source ? copy_database(source, copy, NULL, err) : file_exists(from) ? -1 : err_set(err, _("%s: no such file"), from);
  sql_close(source);
  key_copy(path, copy); /* so that the old key can say who comes after it */
  if (result == 0) result = backup_check(copy, kinds, err);
  int lock = result == 0 ? take_alone(path, err) : -1;
  *aside = NULL;
  result = lock < 0 ? -1 : place_instead(copy, path, aside, err);
  if (lock >= 0) close(lock);
  place_discard(copy);
  free(copy);
  return result;
}
