/* Keeps at it: a connection as long as there is one, tries with growing pauses while there is none, and at once when a route returns or
 * somebody else has got through.
 * Nothing here polls: it sleeps in the kernel until a line, a route, the database or the clock has something to say. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/exchange.h"
#include "store/watch.h"
#include "sync/routes.h"
#include "sync/ways.h"

static const int64_t longest_pause = 5 * CLOCK_MINUTE, settled = CLOCK_MINUTE, settle_route = CLOCK_SECOND;
static const int64_t run_again = 5 * CLOCK_MINUTE;

enum { GATHER = 50 /* ms */ };

struct following {
  struct desk *desk;
  const char *const *remotes;
  int stop; /* descriptor */
  struct routes routes;
  struct store_watch watch;
  int64_t first_pause, pause;
};

/* --- waiting -------------------------------------------------------------------------------------------------------------------------- */

static bool is_told(int descriptor)
{
  struct pollfd fd = { descriptor, POLLIN, 0 };
  return descriptor >= 0 && poll(&fd, 1, 0) > 0;
}

static int64_t with_jitter(int64_t pause)
{
  uint16_t random;
  crypto_random(&random, sizeof(random));
  return pause * 3 / 4 + pause / 2 * random / 65536; /* a hundred stations that lost the same line do not come back at the same moment */
}

static bool has_worked_since(const struct following *following, int64_t instant)
{
  bool has_worked = false;
  for (int i = 0; following->remotes[i]; i++) {
    struct sync_contact contact;
    sync_contact_read(following->desk, following->remotes[i], &contact);
    has_worked |= contact.worked > instant;
    sync_contact_free(&contact);
  }
  return has_worked;
}

/* What a commit of somebody else leaves of the pause. A line that has just worked is taken at once, as after an enrolment; and while people
 * write here, it is tried again as soon as after the first failure. */
static int64_t pause_after_change(const struct following *following, bool has_failed, int64_t since)
{
  return !has_failed || has_worked_since(following, since) ? 0 : following->first_pause;
}

static void shorten(int64_t *until, int64_t pause)
{
  if (*until > clock_monotonic() + pause) *until = clock_monotonic() + pause;
}

/* Until the pause is over; a route that came and what others commit shorten it. False: told to stop. */
static bool wait_for(struct following *following, int64_t pause, bool has_failed, bool for_changes)
{
  int64_t until = clock_monotonic() + pause, since = clock_now();
  for (int64_t left = pause; left > 0; left = until - clock_monotonic()) {
    struct pollfd fds[] = { { following->stop, POLLIN, 0 },
                            { following->routes.descriptor, POLLIN, 0 },
                            { for_changes ? following->watch.descriptor : -1, POLLIN, 0 } };
    int64_t look = store_watch_wait(&following->watch);
    if (poll(fds, 3, (int)(look >= 0 && look < left ? look : left)) < 0 && errno != EINTR) return false;
    if (fds[0].revents) return false;
    if (fds[1].revents && routes_look(&following->routes)) {
      following->pause = following->first_pause;
      shorten(&until, settle_route); /* addresses and names follow within moments */
    }
    if (fds[2].revents) store_watch_see(&following->watch);
    if (for_changes && store_watch_look(&following->watch, following->desk->store)) {
      following->pause = following->first_pause;
      shorten(&until, pause_after_change(following, has_failed, since));
    }
  }
  return true;
}

/* Tells to stop, or, with a remote that is not our first choice, that it is time to look whether a better one is back. */
struct bound {
  int either, timer; /* descriptors; -1: none */
};

static struct bound bound_open(const struct following *following, bool preferred)
{
  struct itimerspec once = { .it_value.tv_sec = config_number(following->desk->config, "sync.prefer_seconds") };
  struct epoll_event event = { .events = EPOLLIN };
  struct bound bound = { epoll_create1(EPOLL_CLOEXEC), preferred ? -1 : timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC) };
  epoll_ctl(bound.either, EPOLL_CTL_ADD, following->stop, &event);
  if (bound.timer >= 0 && timerfd_settime(bound.timer, 0, &once, NULL) == 0) epoll_ctl(bound.either, EPOLL_CTL_ADD, bound.timer, &event);
  return bound;
}

static void bound_close(const struct bound *bound)
{
  if (bound->either >= 0) close(bound->either);
  if (bound->timer >= 0) close(bound->timer);
}

/* --- one remote ----------------------------------------------------------------------------------------------------------------------- */

/* 1: it worked (again, or is no line), 0: told to stop, -1: it did not work. */
static int remote_follow(struct following *following, const char *remote, bool preferred, struct err *err)
{
  const struct transport *transport = transport_of(remote, err);
  struct sync_report report = { 0 };
  if (!transport) return -1;
  if (!transport->stay) {
    int status = sync_once(following->desk, remote, NULL, &report, err);
    sync_report_free(&report);
    return status == 0 ? 1 : -1;
  }
  int64_t begun = clock_monotonic();
  struct bound bound = bound_open(following, preferred);
  int status = transport->stay(following->desk, remote, &(struct sync_heed){ bound.either, &following->routes }, &report, err);
  bound_close(&bound);
  sync_report_free(&report);
  if (status < 0) sync_contact_note(following->desk, remote, false, err->text, NULL);
  if (is_told(following->stop)) return 0;
  return status >= 0 || clock_monotonic() - begun > settled ? 1 : -1;
}

/* All remotes in order of preference until one works. As remote_follow. */
static int round_once(struct following *following, bool *stays)
{
  struct err err = ERR_INIT;
  int status = -1;
  for (int i = 0; status < 0 && following->remotes[i]; i++) {
    const struct transport *transport = transport_of(following->remotes[i], NULL);
    if (transport && transport->is_line && sync_only_stick(following->desk)) continue;
    status = remote_follow(following, following->remotes[i], i == 0, &err);
    *stays = transport && transport->stay;
  }
  return status;
}

static int follow(struct following *following, struct err *err)
{
  struct identity identity;
  for (;;) {
    bool stays = true;
    if (identity_read(following->desk->store, &identity, err) != 0) return -1; /* renewed by another session: to be opened again */
    explicit_bzero(&identity, sizeof(identity));
    int64_t begun = clock_monotonic();
    int status = round_once(following, &stays);
    if (status == 0) return 0;
    bool has_failed = status < 0, has_come = following->routes.came >= begun;
    if (!has_failed || has_come) following->pause = following->first_pause;
    int64_t pause = stays && has_come ? settle_route : with_jitter(!has_failed && !stays ? run_again : following->pause);
    bool goes_on = wait_for(following, pause, has_failed, has_failed || !stays);
    if (!goes_on) return 0;
    if (has_failed) following->pause = following->pause * 2 > longest_pause ? longest_pause : following->pause * 2;
  }
}

int sync_follow(struct desk *desk, const char *const remotes[], int stop, struct err *err)
{
  char **own = remotes ? NULL : sync_remotes(desk);
  int64_t pause = config_number(desk->config, "sync.retry_seconds") * CLOCK_SECOND;
  struct following following = {
    .desk = desk, .remotes = remotes ? remotes : (const char *const *)own, .stop = stop, .first_pause = pause, .pause = pause
  };
  routes_open(&following.routes);
  store_watch_open(&following.watch, store_path(desk->store), GATHER);
  int status = following.remotes[0] ? follow(&following, err)
                                    : err_set(err, _("there is nobody to exchange with: name an address, or set sync.remotes"));
  routes_close(&following.routes);
  store_watch_close(&following.watch);
  sync_remotes_free(own);
  return status;
}
