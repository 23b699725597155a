#include "sync/line.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/child.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/watch.h"
#include "sync/routes.h"

enum { PIECE = 1 << 16, SAID_MOST = 600, GATHER = 50 /* ms */ };
static const int64_t silence = 10 * CLOCK_MINUTE, pulse = 5 * CLOCK_MINUTE, last_words = 5 * CLOCK_SECOND, answer = 5 * CLOCK_SECOND;

struct pump {
  struct exchange *exchange;
  const struct line *line;
  struct desk *desk;
  struct store_watch watch;
  struct buf out;
  bool in_ended, stopping, was_even;
  int64_t heard;     /* when a byte came or went last */
  int64_t stop_by;   /* told to stop: until then the other side may get even; what is cut goes on another time */
  int64_t answer_by; /* a route came: until then the other side must be heard; 0: nothing came */
};

/* --- one direction each --------------------------------------------------------------------------------------------------------------- */

static int take(struct pump *pump, struct err *err)
{
  char piece[PIECE];
  ssize_t got = read(pump->line->in, piece, sizeof(piece));
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
  pump->heard = clock_monotonic();
  pump->answer_by = 0;
  if (got > 0) return exchange_feed(pump->exchange, piece, (size_t)got, err);
  pump->in_ended = true;
  return exchange_hang_up(pump->exchange, err);
}

/* 1: something went, 0: no room or nothing to say, -1: the other side has hung up. */
static int give(struct pump *pump)
{
  if (pump->out.length == 0) exchange_give(pump->exchange, &pump->out, PIECE);
  if (pump->out.length == 0) return 0;
  ssize_t wrote = write(pump->line->out, pump->out.data, pump->out.length);
  if (wrote < 0) return errno == EAGAIN || errno == EINTR ? 0 : -1;
  pump->heard = clock_monotonic();
  memmove(pump->out.data, pump->out.data + wrote, pump->out.length - (size_t)wrote);
  pump->out.length -= (size_t)wrote;
  return 1;
}

/* What the other side should still hear: why, or goodbye. */
static void last_give(struct pump *pump)
{
  int64_t until = clock_monotonic() + last_words;
  for (int64_t left = last_words; left > 0; left = until - clock_monotonic()) {
    int went = give(pump);
    if (went < 0 || (went == 0 && pump->out.length == 0)) return;
    struct pollfd fd = { pump->line->out, POLLOUT, 0 };
    if (went == 0 && poll(&fd, 1, (int)left) <= 0) return;
  }
}

/* --- waiting -------------------------------------------------------------------------------------------------------------------------- */

static void events_take(struct pump *pump, const struct pollfd fds[5])
{
  if (fds[2].revents && !pump->stopping) {
    pump->stopping = true;
    pump->stop_by = clock_monotonic() + last_words;
    exchange_finish(pump->exchange);
  }
  if (fds[3].revents) store_watch_see(&pump->watch);
  if (fds[4].revents && routes_look(pump->line->heed->routes) && exchange_ask(pump->exchange)) pump->answer_by = clock_monotonic() + answer;
  if (store_watch_look(&pump->watch, pump->desk->store)) {
    exchange_wake(pump->exchange);
    if (pump->line->heed && sync_only_stick(pump->desk)) exchange_finish(pump->exchange);
  }
}

/* Both are even, and nobody need say anything. */
static bool is_resting(const struct pump *pump)
{
  return pump->line->stays && !pump->stopping && exchange_state(pump->exchange) == EXCHANGE_EVEN;
}

/* Until when something must happen; -1: nothing must. Who called asks at times whether the line still lives: both sides show when they
 * heard of each other last. */
static int64_t deadline(const struct pump *pump)
{
  if (pump->stopping) return pump->stop_by;
  if (is_resting(pump)) return pump->line->heed ? pump->heard + pulse : -1;
  return pump->answer_by ? pump->answer_by : pump->heard + silence;
}

static int give_up(const struct pump *pump, struct err *err)
{
  return err_set(err, "%s",
                 pump->stopping    ? _("told to stop before both sides were even; what had come is kept")
                 : pump->answer_by ? _("the network is back, and the line of before is dead; what had come is kept")
                                   : _("the other side has said nothing for ten minutes; what had come is kept"));
}

static int wait_for(struct pump *pump, bool busy, struct err *err)
{
  const struct sync_heed *heed = pump->line->heed;
  struct pollfd fds[5] = { { pump->in_ended ? -1 : pump->line->in, POLLIN, 0 },
                           { pump->out.length ? pump->line->out : -1, POLLOUT, 0 },
                           { heed && !pump->stopping ? heed->stop : -1, POLLIN, 0 },
                           { pump->watch.descriptor, POLLIN, 0 },
                           { heed ? heed->routes->descriptor : -1, POLLIN, 0 } };
  int64_t until = deadline(pump), left = until < 0 ? -1 : until - clock_monotonic();
  if (pump->stopping && left <= 0) return give_up(pump, err);
  int64_t look = store_watch_wait(&pump->watch), wait = busy ? 0 : until < 0 ? -1 : left > 0 ? left : 0;
  bool looks_first = look >= 0 && (wait < 0 || look < wait);
  int ready = poll(fds, 5, (int)(looks_first ? look : wait));
  if (ready < 0 && errno != EINTR) return err_set(err, _("waiting failed: %s"), strerror(errno));
  if (ready == 0 && !busy && !looks_first) {
    if (!is_resting(pump)) return give_up(pump, err);
    exchange_ask(pump->exchange);
    pump->heard = clock_monotonic();
  }
  if (ready >= 0) events_take(pump, fds);
  return ready > 0 && fds[0].revents ? take(pump, err) : 0;
}

static bool goes_on(struct pump *pump)
{
  enum exchange_state state = exchange_state(pump->exchange);
  bool even = state == EXCHANGE_EVEN;
  if (even && !pump->was_even && pump->line->even) pump->line->even(pump->line->context, exchange_result(pump->exchange).trouble);
  pump->was_even = even;
  return state == EXCHANGE_OPEN || even;
}

static int parted(struct pump *pump)
{
  return exchange_result(pump->exchange).is_short ? SYNC_SHORT : SYNC_DONE;
}

static int pump_run(struct pump *pump, struct err *err)
{
  while (goes_on(pump)) {
    int more = exchange_work(pump->exchange, err);
    if (more < 0) return -1;
    int went = give(pump);
    if (went < 0) {
      struct err cut = ERR_INIT;
      while (!pump->in_ended && take(pump, &cut) == 0 && clock_monotonic() - pump->heard < 100) /* it may have said why */
        ;
      return exchange_state(pump->exchange) == EXCHANGE_ENDED
               ? parted(pump)
               : err_set(err, "%s",
                         cut.text[0] ? cut.text : _("the line was cut; what had come is kept, and the next exchange goes on from there"));
    }
    if (!goes_on(pump)) break;
    if (wait_for(pump, more > 0 || went > 0, err) != 0) return -1;
  }
  switch (exchange_state(pump->exchange)) {
  case EXCHANGE_ENDED: return parted(pump);
  case EXCHANGE_AGAIN: return SYNC_AGAIN;
  case EXCHANGE_RENEWED: return SYNC_RENEWED;
  default: return exchange_hang_up(pump->exchange, err);
  }
}

/* --- all of it ------------------------------------------------------------------------------------------------------------------------ */

static void report_add(struct sync_report *report, struct exchange *exchange)
{
  struct exchange_result result = exchange_result(exchange);
  if (!report) return;
  report->sent += result.sent;
  report->received += result.received;
  report->staged += result.staged;
  report->bytes_in += result.bytes_in;
  report->bytes_out += result.bytes_out;
  for (const char *at = result.trouble; *at;) {
    size_t length = strcspn(at, "\n");
    char *line = mem_dup_n(at, length);
    sync_report_trouble(report, line);
    free(line);
    at += length + (at[length] != '\0');
  }
}

int line_run(struct desk *desk, const struct line *line, const struct exchange_options *options, struct sync_report *report,
             struct err *err)
{
  struct pump pump = { .line = line, .desk = desk, .watch = { .descriptor = -1 }, .heard = clock_monotonic() };
  struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
  pump.exchange = exchange_open(desk, options, err);
  if (!pump.exchange) return -1;
  if (line->stays) store_watch_open(&pump.watch, store_path(desk->store), GATHER);
  fcntl(line->in, F_SETFL, fcntl(line->in, F_GETFL) | O_NONBLOCK);
  fcntl(line->out, F_SETFL, fcntl(line->out, F_GETFL) | O_NONBLOCK);
  sigaction(SIGPIPE, &ignore, &before);
  int status = pump_run(&pump, err);
  bool can_hear = !pump.answer_by && !pump.in_ended;
  if (can_hear || exchange_state(pump.exchange) == EXCHANGE_ENDED) last_give(&pump);
  sigaction(SIGPIPE, &before, NULL);
  report_add(report, pump.exchange);
  exchange_close(pump.exchange);
  store_watch_close(&pump.watch);
  buf_free(&pump.out);
  return status;
}

int line_run_child(struct desk *desk, const char *const argv[], const struct line *line, const struct exchange_options *options,
                   struct sync_report *report, struct err *err)
{
  struct child child;
  struct line own = *line;
  struct buf said = BUF_INIT;
  int errors;
  if (child_talk(&child, argv, &own.out, &errors, err) != 0) return -1;
  own.in = child.output;
  int status = line_run(desk, &own, options, report, err);
  close(own.out); /* it ends by itself when it has read everything, and a desk of its own closes as it should */
  if (status < 0) child_said(errors, SAID_MOST, &said);
  if (said.length && err) {
    char why[sizeof(err->text)];
    memcpy(why, err->text, sizeof(why));
    err_set(err, _("%s: %s"), why, buf_text(&said));
  }
  child_end(&child, status < 0 ? 0 : last_words);
  close(errors);
  buf_free(&said);
  return status;
}

int sync_serve(struct desk *desk, int in, int out, uint64_t only, struct sync_report *report, struct err *err)
{
  struct line line = { .in = in, .out = out, .stays = true };
  struct exchange_options options = { .only = only, .stays = true };
  int status = line_run(desk, &line, &options, report, err);
  return status < 0 ? -1 : 0; /* who called will call again */
}

void sync_contact_even(void *context, const char *trouble)
{
  struct sync_even *even = context;
  sync_contact_note(even->desk, even->remote, true, trouble, NULL);
}
