#include "tui/news_view.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/handover.h"
#include "store/journal.h"
#include "tui/detail_lines.h"
#include "tui/text_view.h"

enum { TOLD_MOST = 99, SHOWN_MOST = 500 };

static bool count_one(void *context, op_id op, const struct operation *operation)
{
  (void)op;
  (void)operation;
  (*(int *)context)++;
  return true;
}

void news_view_tell(struct shell *shell)
{
  char time[CLOCK_TEXT];
  int count = 0;
  int64_t since = handover_since(&shell->desk, shell->desk.officer, TOLD_MOST, count_one, &count, NULL);

  if (since <= 0 || count == 0) return;
  shell_say(shell, _("Signed in: %s. Changed by others since %s: %d%s; Ctrl-N shows it."), shell->officer_name,
            clock_text(time, since, CLOCK_SHORT), count, count == TOLD_MOST ? "+" : "");
}

struct telling {
  struct shell *shell;
  struct buf text;
};

static bool add_line(void *context, op_id op, const struct operation *operation)
{
  struct telling *telling = context;
  char *line = detail_step_text(telling->shell, operation);

  (void)op;
  buf_addf(&telling->text, "%s\n", line);
  free(line);
  return true;
}

struct view *news_view_open(struct shell *shell)
{
  struct telling telling = { shell, BUF_INIT };
  struct err err = ERR_INIT;
  char time[CLOCK_TEXT];
  int64_t since = handover_since(&shell->desk, shell->desk.officer, SHOWN_MOST, add_line, &telling, &err);

  if (since < 0)
    shell_complain(shell, &err);
  else if (telling.text.length == 0)
    shell_say(shell, _("Nothing has changed since %s."), clock_text(time, since, CLOCK_SHORT));
  struct view *view = telling.text.length > 0 ? text_view_open(_("What changed since you last sat here"), buf_text(&telling.text)) : NULL;
  buf_free(&telling.text);
  return view;
}
