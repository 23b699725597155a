#include "tui/job.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"

enum { OUTPUT_MOST = 1 << 20, WORDS_MOST = 64, LINGER = 100 /* ms between looks at a child that closed its output but has not ended */ };

static void drop(struct job *job)
{
  child_stop(&job->child);
  buf_free(&job->output);
  free(job->label);
  free(job);
}

/* Makes room for one more by forgetting the oldest that has ended. */
static bool make_room(struct shell *shell)
{
  struct job **oldest = NULL;
  int count = 0;

  for (struct job **at = &shell->jobs; *at != NULL; at = &(*at)->next, count++)
    if ((*at)->ended > 0) oldest = at;
  if (count < JOBS_MOST) return true;
  if (oldest == NULL) return false;
  struct job *gone = *oldest;
  *oldest = gone->next;
  drop(gone);
  return true;
}

static void add_word(const char *argv[], int *count, const char *word)
{
  if (*count < WORDS_MOST - 1) argv[(*count)++] = word;
}

struct job *job_start(struct shell *shell, const char *label, const char *const words[], bool is_quiet, struct err *err)
{
  return job_start_with(shell, label, words, "", is_quiet, err);
}

struct job *job_start_with(struct shell *shell, const char *label, const char *const words[], const char *input, bool is_quiet,
                           struct err *err)
{
  const char *argv[WORDS_MOST] = { child_self(), "-d", shell->path };
  struct buf officer = BUF_INIT;
  int count = 3;

  if (!make_room(shell)) {
    err_set(err, _("%d jobs are running already: wait for one to end, or cancel one"), JOBS_MOST);
    return NULL;
  }
  if (shell->settings != NULL) {
    add_word(argv, &count, "-c");
    add_word(argv, &count, shell->settings);
  }
  if (shell->desk.store != NULL && shell->desk.officer != 0) {
    record_name(shell->desk.store, shell->desk.officer, &officer);
    add_word(argv, &count, "-u");
    add_word(argv, &count, buf_text(&officer));
  }
  for (int i = 0; words[i] != NULL; i++) add_word(argv, &count, words[i]);
  argv[count] = NULL;
  struct job *job = mem_zero(1, sizeof *job);
  int failed = child_start(&job->child, argv, input, strlen(input), err);
  buf_free(&officer);
  if (failed < 0) {
    free(job);
    return NULL;
  }
  job->label = mem_dup(label);
  job->started = clock_now();
  job->is_quiet = is_quiet;
  job->next = shell->jobs;
  shell->jobs = job;
  return job;
}

void job_cancel(struct shell *shell, struct job *job)
{
  if (job->ended > 0) return;
  child_stop(&job->child);
  job->status = -1;
  job->ended = clock_now();
  shell->hooks->ended(shell, job);
}

void job_stop_all(struct shell *shell)
{
  while (shell->jobs != NULL) {
    struct job *gone = shell->jobs;
    shell->jobs = gone->next;
    drop(gone);
  }
}

int job_running(const struct shell *shell)
{
  int count = 0;

  for (const struct job *job = shell->jobs; job != NULL; job = job->next) count += job->ended == 0;
  return count;
}

void job_ask_to_stop(struct shell *shell)
{
  shell_say(shell, _("Jobs still running: %d. Ctrl-X again stops them and quits."), job_running(shell));
}

char *job_last_line(const struct job *job)
{
  char *text = mem_dup(buf_text(&job->output));
  char *trimmed = text_trim(text);
  char *newline = strrchr(trimmed, '\n');
  char *line = mem_dup(newline != NULL ? newline + 1 : trimmed);

  free(text);
  return line;
}

int job_polls(const struct job *jobs, struct pollfd *polls)
{
  int count = 0;

  for (const struct job *job = jobs; job != NULL && count < JOBS_MOST; job = job->next)
    if (job->ended == 0 && job->child.output >= 0) polls[count++] = (struct pollfd){ job->child.output, POLLIN, 0 };
  return count;
}

int64_t job_wait(const struct job *jobs)
{
  for (const struct job *job = jobs; job != NULL; job = job->next)
    if (job->ended == 0 && job->child.output < 0) return LINGER;
  return -1;
}

static void keep_the_end(struct buf *output)
{
  if (output->length <= OUTPUT_MOST) return;
  size_t drop_bytes = output->length - OUTPUT_MOST / 2;
  memmove(output->data, output->data + drop_bytes, output->length - drop_bytes + 1);
  output->length -= drop_bytes;
}

static bool read_output(struct job *job)
{
  char bytes[4096];
  bool any = false;
  ssize_t count;

  while (job->child.output >= 0 && (count = read(job->child.output, bytes, sizeof bytes)) != -1) {
    if (count == 0) {
      close(job->child.output);
      job->child.output = -1;
      break;
    }
    buf_add(&job->output, bytes, (size_t)count);
    keep_the_end(&job->output);
    any = true;
  }
  return any;
}

void job_read_all(struct shell *shell)
{
  for (struct job *job = shell->jobs, *next; job != NULL; job = next) {
    next = job->next;
    if (job->ended > 0) continue;
    if (read_output(job)) shell_redraw(shell);
    if (job->child.output >= 0 || !child_ended(&job->child, &job->status)) continue;
    job->ended = clock_now();
    shell->hooks->ended(shell, job);
  }
}
