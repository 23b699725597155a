#include "tui/job_view.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "tui/rows.h"
#include "tui/text_view.h"

enum { TIME_COLUMNS = 8, LABEL_COLUMNS = 24, STATE_COLUMNS = 12 };

struct job_view {
  struct view view;
  struct rows rows;
};

static struct job *job_at(struct shell *shell, int index)
{
  struct job *job = shell->jobs;

  for (; job != NULL && index > 0; index--) job = job->next;
  return index >= 0 ? job : NULL;
}

static const char *state_of(const struct job *job)
{
  if (job->ended == 0) return _("running");
  if (job->status < 0) return _("cancelled");
  return job->status == 0 ? _("done") : job->status == ERR_ATTENTION ? _("look at it") : _("failed");
}

static void draw_job(void *context, struct terminal *terminal, int row, struct area area, bool is_chosen)
{
  const struct job *job = job_at(context, row);
  enum style style = is_chosen ? STYLE_SELECTED : job->ended > 0 && job->status != 0 ? STYLE_ERROR : STYLE_NORMAL;
  char time[CLOCK_TEXT];
  char *said = job_last_line(job);
  int column = area.left;

  draw_text(terminal, area.top, column, TIME_COLUMNS, style, clock_text(time, job->started, CLOCK_TIME));
  draw_text(terminal, area.top, column += TIME_COLUMNS, LABEL_COLUMNS, style, job->label);
  draw_text(terminal, area.top, column += LABEL_COLUMNS, STATE_COLUMNS, style, state_of(job));
  column += STATE_COLUMNS;
  draw_text(terminal, area.top, column, area.columns - column, style, said);
  free(said);
}

static void draw(struct view *base, struct shell *shell, struct area area)
{
  struct job_view *view = (struct job_view *)base;
  int count = 0;

  while (job_at(shell, count) != NULL) count++;
  rows_set(&view->rows, count);
  rows_place(&view->rows, area);
  rows_draw(&view->rows, shell->terminal, draw_job, shell);
  if (count == 0) draw_text(shell->terminal, area.top, area.left, area.columns, STYLE_FAINT, _("Nothing has run in the background yet."));
}

static bool key(struct view *base, struct shell *shell, const struct key *key)
{
  return rows_key(&((struct job_view *)base)->rows, shell->terminal, key);
}

static void show_output(struct view *base, struct shell *shell)
{
  struct job *job = job_at(shell, ((struct job_view *)base)->rows.chosen);

  if (job != NULL) shell_push(shell, text_view_open(job->label, buf_text(&job->output)));
}

static void cancel(struct view *base, struct shell *shell)
{
  struct job *job = job_at(shell, ((struct job_view *)base)->rows.chosen);

  if (job != NULL) job_cancel(shell, job);
}

static const char *title(struct view *base, struct shell *shell)
{
  (void)base;
  (void)shell;
  return _("Jobs in the background");
}

static void close_view(struct view *base, struct shell *shell)
{
  (void)shell;
  free(base);
}

static const struct binding bindings[] = {
  { KEY_CODE_ENTER, N_("what it said"), N_("Everything that the chosen job has said."), show_output },
  { KEY_CODE_DELETE, N_("cancel"), N_("Stop the chosen job. What it had not finished is undone."), cancel },
  { KEY_CODE_ESC, N_("back"), N_("Back; the jobs go on."), NULL },
  { .code = 0 },
};

static const struct view_class class = {
  .name = N_("Jobs"),
  .bindings = bindings,
  .title = title,
  .draw = draw,
  .key = key,
  .close = close_view,
};

struct view *job_view_open(struct shell *shell)
{
  struct job_view *view = mem_zero(1, sizeof *view);

  (void)shell;
  view->view.class = &class;
  return &view->view;
}

void job_view_start(struct shell *shell, const char *label, const char *const words[])
{
  struct err err = ERR_INIT;

  if (job_start(shell, label, words, false, &err) == NULL)
    shell_complain(shell, &err);
  else
    shell_push(shell, job_view_open(shell));
}
