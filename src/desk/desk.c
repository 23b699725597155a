#include "desk/desk.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "desk/duties.h"

int desk_open(struct desk *desk, const char *path, struct config *config, struct err *err)
{
  memset(desk, 0, sizeof(*desk));
  desk->config = config;
  return store_open(&desk->store, path, desk_kinds(), err);
}

void desk_close(struct desk *desk)
{
  store_close(desk->store);
  desk->store = NULL;
}

#define SHARED_DIRECTORY "/var/lib/dutydesk"

static char *home_path(void)
{
  const char *data = getenv("XDG_DATA_HOME");
  const char *home = getenv("HOME");
  if (data && *data == '/') return mem_printf("%s/dutydesk/desk.db", data);
  return mem_printf("%s/.local/share/dutydesk/desk.db", home && *home ? home : "");
}

char *desk_default_path(void)
{
  const char *given = getenv("DUTYDESK_DB");
  if (given && *given) return mem_dup(given);
  if (access(SHARED_DIRECTORY, W_OK | X_OK) == 0) return mem_dup(SHARED_DIRECTORY "/desk.db");
  return home_path();
}
