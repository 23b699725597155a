#include "tui/record_view.h"

#include <string.h>

#include "tui/call_view.h"
#include "tui/detail_view.h"
#include "tui/relay_view.h"
#include "tui/warning_view.h"

static struct view *open_call(struct shell *shell, record_id call)
{
  return call_view_open(shell, NULL, call);
}

static const struct {
  const char *kind;
  struct view *(*open)(struct shell *shell, record_id id);
  bool is_for_work;
} views[] = {
  { "warning", warning_view_open, false },
  { "call", open_call, true },
  { "relay", relay_view_open, true },
};

struct view *record_view_open(struct shell *shell, const struct kind *kind, record_id id)
{
  for (size_t i = 0; i < sizeof views / sizeof *views; i++)
    if (strcmp(views[i].kind, kind->name) == 0) return views[i].open(shell, id);
  return detail_view_open(shell, kind, id);
}

bool record_view_is_for_work(const struct kind *kind)
{
  for (size_t i = 0; i < sizeof views / sizeof *views; i++)
    if (strcmp(views[i].kind, kind->name) == 0) return views[i].is_for_work;
  return false;
}
