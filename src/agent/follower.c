#include "agent/follower.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/store.h"
#include "sync/sync.h"

enum {
  REMOTES_MOST = 32,
  OUTPUT_MOST = 4096,
  PAUSE = 60000 /* ms after it ended */,
  PATIENCE = 2000 /* ms for it to part from the other side */
};

void follower_start(struct follower *follower)
{
  *follower = (struct follower){ .child = { 0, -1 }, .process = -1 };
}

static void forget(struct follower *follower)
{
  child_end(&follower->child, PATIENCE);
  if (follower->process >= 0) close(follower->process);
  follower->process = -1;
  free(follower->remotes);
  follower->remotes = NULL;
  buf_free(&follower->output);
}

void follower_stop(struct follower *follower)
{
  if (follower->child.pid > 0) kill(follower->child.pid, SIGTERM);
  forget(follower);
}

static char *joined(char *const remotes[])
{
  struct buf text = BUF_INIT;

  for (int i = 0; remotes[i] != NULL; i++) buf_addf(&text, "%s\n", remotes[i]);
  return text.length > 0 ? buf_take(&text, NULL) : NULL;
}

/* The addresses are handed over: they may stand in settings that only this process was told of. */
static void run(struct follower *follower, struct desk *desk, char *const remotes[])
{
  const char *argv[REMOTES_MOST + 8] = { child_self(), "-d", store_path(desk->store), "sync", "--follow", "--with-parent" };
  int count = 6;

  for (int i = 0; remotes[i] != NULL && i < REMOTES_MOST; i++) argv[count++] = remotes[i];
  argv[count] = NULL;
  if (child_start(&follower->child, argv, NULL, 0, NULL) < 0) {
    follower->again = clock_monotonic() + PAUSE;
    return;
  }
  follower->process = pidfd_open(follower->child.pid, 0);
  follower->remotes = joined(remotes);
}

void follower_check(struct follower *follower, struct desk *desk)
{
  char **remotes = sync_remotes(desk), *now = joined(remotes);
  bool same =
    (now == NULL && follower->remotes == NULL) || (now != NULL && follower->remotes != NULL && strcmp(now, follower->remotes) == 0);

  if (!same && follower->remotes != NULL) {
    follower_stop(follower);
    follower->again = 0;
  }
  if (now != NULL && follower->remotes == NULL && clock_monotonic() >= follower->again) run(follower, desk, remotes);
  free(now);
  sync_remotes_free(remotes);
}

int follower_polls(const struct follower *follower, struct pollfd *polls)
{
  int count = 0;

  if (follower->process >= 0) polls[count++] = (struct pollfd){ follower->process, POLLIN, 0 };
  if (follower->child.output >= 0) polls[count++] = (struct pollfd){ follower->child.output, POLLIN, 0 };
  return count;
}

int64_t follower_wait(const struct follower *follower)
{
  int64_t left = follower->again - clock_monotonic();

  if (follower->again == 0 || follower->child.pid > 0) return -1;
  return left > 0 ? left : 0;
}

static void read_output(struct follower *follower)
{
  char bytes[1024];
  ssize_t count = 1;

  while (follower->child.output >= 0 && (count = read(follower->child.output, bytes, sizeof bytes)) > 0) {
    if (follower->output.length > OUTPUT_MOST) buf_clear(&follower->output);
    buf_add(&follower->output, bytes, (size_t)count);
  }
  if (count != 0) return;
  close(follower->child.output);
  follower->child.output = -1;
}

char *follower_attend(struct follower *follower)
{
  int status;

  if (follower->child.pid == 0) return NULL;
  read_output(follower);
  if (!child_ended(&follower->child, &status)) return NULL;
  read_output(follower);
  char *text = mem_dup(buf_text(&follower->output)), *trimmed = text_trim(text), *newline = strrchr(trimmed, '\n'),
       *last = mem_dup(newline != NULL ? newline + 1 : trimmed);
  free(text);
  forget(follower);
  follower->again = clock_monotonic() + PAUSE;
  return last;
}
