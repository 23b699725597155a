#include "store/watch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "store/inside.h"
#include "store/sql.h"
#include "store/store.h"

enum { SLOWEST = 5 /* doublings of the pause while somebody writes on */, UNWATCHED = 2000 /* ms */ };

static int64_t next_look(const struct store_watch *watch)
{
  return watch->descriptor >= 0 ? 0 : clock_monotonic() + UNWATCHED;
}

void store_watch_open(struct store_watch *watch, const char *path, int gather)
{
  char *directory = file_directory(path);
  const char *slash = strrchr(path, '/');

  *watch = (struct store_watch){ .descriptor = file_watch(directory, NULL), .prefix = mem_dup(slash ? slash + 1 : path), .gather = gather };
  watch->look_at = next_look(watch);
  free(directory);
}

void store_watch_close(struct store_watch *watch)
{
  if (watch->descriptor >= 0) close(watch->descriptor);
  free(watch->prefix);
  *watch = (struct store_watch){ .descriptor = -1 };
}

bool store_watch_see(struct store_watch *watch)
{
  if (watch->descriptor < 0 || !file_watch_drain(watch->descriptor, watch->prefix)) return false;
  watch->looks = 0;
  if (watch->look_at == 0) watch->look_at = clock_monotonic() + watch->gather;
  return true;
}

int64_t store_watch_wait(const struct store_watch *watch)
{
  int64_t left = watch->look_at - clock_monotonic();

  return watch->look_at == 0 ? -1 : left > 0 ? left : 0;
}

bool store_watch_look(struct store_watch *watch, struct store *store)
{
  if (store_watch_wait(watch) != 0) return false;
  /* In this order: what was committed before nobody was writing can be read after it. */
  bool is_writing = sql_others_write(store->sql);
  bool has_changed = store_changed_elsewhere(store);

  watch->look_at = is_writing ? clock_monotonic() + ((int64_t)watch->gather << watch->looks) : next_look(watch);
  if (watch->looks < SLOWEST) watch->looks++;
  return has_changed;
}
