/* Two stations that follow the hub (sync --follow): how long a record takes from one to the other, woken by the hub's bell; and that while
 * nothing happens nobody runs and nothing goes over the line, in whichever direction. The references are what is allowed. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/config.h"
#include "base/mem.h"
#include "bench.h"
#include "hubs.h"
#include "store/query.h"
#include "sync/hub_postgres.h"

enum { RECORDS = 5, PATIENCE = 30 /* s */ };

static pid_t follow(const char *name, const char *role)
{
  const char *program = getenv("DUTYDESK");
  char *path = bench_path(name), *url = hubs_url(role, "hub");
  pid_t follower = fork();
  if (!program || follower < 0) bench_fail("DUTYDESK names no program, or there are no more processes");
  if (follower == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* whatever fails here, it does not stay behind */
    execl(program, program, "-d", path, "sync", "--follow", url, (char *)NULL);
    _exit(127);
  }
  free(path);
  free(url);
  return follower;
}

static void stop(pid_t follower)
{
  kill(follower, SIGTERM);
  while (waitpid(follower, NULL, 0) < 0 && errno == EINTR) continue;
}

/* Seconds until the station holds that many contacts. */
static double await(struct desk *desk, int64_t contacts)
{
  double begun = bench_seconds();
  while (query_single(desk->store, "SELECT count(*) FROM k_contact", 0, 0) < contacts) {
    if (bench_seconds() - begun > PATIENCE) bench_fail("nothing comes to the other station");
    poll(NULL, 0, 1);
  }
  return bench_seconds() - begun;
}

static bool wakes(struct desk *village, struct desk *town)
{
  double seconds[RECORDS];
  int64_t held = query_single(town->store, "SELECT count(*) FROM k_contact", 0, 0);
  for (int record = 0; record < RECORDS; record++) {
    hubs_contacts(village, 1);
    seconds[record] = await(town, ++held);
  }
  return bench_row("a record to a station that follows the hub, of 1 s", bench_median(seconds, RECORDS), 1, "s", 1);
}

/* When the hub's server was last asked anything by them, as microseconds. */
#define ASKED "SELECT (extract(epoch FROM max(state_change)) * 1000000)::bigint FROM pg_stat_activity WHERE usename IN ('village', 'town')"

int main(int count, char **list)
{
  (void)count;
  struct config *config = hubs_start(list[0]);
  struct desk village = hubs_station("village.db", "510722103201", config), town = hubs_station("town.db", "510722103000", config);
  struct postgres *owner = hubs_connect("owner", "hub");
  hubs_enrol(&town, &village);
  hubs_contacts(&village, 1);
  pid_t followers[] = { follow("village.db", "village"), follow("town.db", "town") };
  await(&town, 1);
  bool met = wakes(&village, &town);
  bench_settle(followers, 2);
  int64_t asked = hubs_ask(owner, ASKED);
  met &= bench_asleep("two followers", followers, 2);
  met &= bench_row("two followers asleep: any question to the hub", hubs_ask(owner, ASKED) != asked, 1, "", 0);
  for (int follower = 0; follower < 2; follower++) stop(followers[follower]);
  postgres_close(owner);
  desk_close(&village);
  desk_close(&town);
  config_free(config);
  return met ? 0 : 1;
}
