/* Either side of a large exchange is killed at moments of chance, again and again: in the end everything is there, once. KILLS and
 * OPERATIONS of the environment take more of both; a failing seed is printed and runs again with DUTYDESK_SEED. */
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

#include "unit/exchange_pair.h"

static uint64_t chance_state;

static uint32_t chance(uint32_t below)
{
  chance_state ^= chance_state << 13;
  chance_state ^= chance_state >> 7;
  chance_state ^= chance_state << 17;
  return (uint32_t)((chance_state >> 11) % below);
}

static int number_of(const char *name, int otherwise)
{
  const char *text = getenv(name);
  return text ? atoi(text) : otherwise;
}

static pid_t begin(const char *program, const char *village, const char *town)
{
  char *remote = mem_printf("exec:exec '%s' -d '%s' sync --serve", program, town);
  pid_t pid = fork();
  if (pid == 0) {
    if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr)) _exit(1);
    execl(program, program, "-d", village, "sync", remote, (char *)NULL);
    _exit(127);
  }
  free(remote);
  return pid;
}

/* The serving side is the only child of the other. 0: not yet, or no more. */
static pid_t child_of(pid_t pid)
{
  char *path = mem_printf("/proc/%d/task/%d/children", pid, pid), text[32] = "";
  FILE *file = fopen(path, "r");
  pid_t child = file && fgets(text, sizeof(text), file) ? (pid_t)atoi(text) : 0;
  if (file) fclose(file);
  free(path);
  return child;
}

/* True if it came to its end before it was killed: then nothing may have gone wrong. */
static bool run_until(pid_t pid, int milliseconds)
{
  struct pollfd ended = { pidfd_open(pid, 0), POLLIN, 0 };
  bool done = poll(&ended, 1, milliseconds) == 1;
  pid_t victim = chance(2) ? child_of(pid) : pid;
  if (!done) kill(victim > 0 ? victim : pid, SIGKILL);
  int status;
  pid_t other = victim == pid ? child_of(pid) : 0;
  waitpid(pid, &status, 0);
  if (other > 0) kill(other, SIGKILL);
  close(ended.fd);
  if (done) assert_int_equal(status, 0);
  return done;
}

/* Contacts from the village, and orders to it. */
static void write_some(struct desk *village, struct desk *town, int from, int to)
{
  char text[64];
  for (int i = from; i < to; i++) {
    snprintf(text, sizeof(text), "第%d件，%u", i, chance(1000000));
    write_entry(village, &contact_kind, 0, LANE_UP, "name", text);
    if (i % 10 == 0) write_entry(town, &order_kind, 0, LANE_DOWN, "content", text);
  }
}

static void killed_at_any_moment(void **state)
{
  const char *program = getenv("DUTYDESK");
  int kills = number_of("KILLS", 12), written = number_of("OPERATIONS", 1500), more = written / 4, killed = 0, through = 0;
  uint32_t wait = 80; /* ms; on a fast machine an exchange is through in less, on a slow one it has hardly begun: it follows */
  struct place *place = *state;
  struct err err = ERR_INIT;
  struct desk *town = place_desk(place, TOWN, 'A'), *village = place_desk(place, VILLAGE, 'A');
  assert_non_null(program);
  enrol(town, village);
  write_some(village, town, 0, written);
  char *ours = mem_dup(store_path(village->store)), *theirs = mem_dup(store_path(town->store));
  desk_close(village);
  desk_close(town);
  while (killed < kills) {
    if (!run_until(begin(program, ours, theirs), 5 + (int)chance(wait))) {
      killed++;
      wait += wait / 4 + 1;
      continue;
    }
    assert_true(++through < 20 * kills);
    wait = wait / 2 + 1;
    DONE(desk_open(village, ours, place->config, &err));
    DONE(desk_open(town, theirs, place->config, &err));
    write_some(village, town, written, written + more);
    written += more;
    desk_close(village);
    desk_close(town);
  }
  assert_true(run_until(begin(program, ours, theirs), 120000));
  print_message("%d killed; %d were through before\n", killed, through);
  DONE(desk_open(village, ours, place->config, &err));
  DONE(desk_open(town, theirs, place->config, &err));
  assert_int_equal(count_of(town, "SELECT count(*) FROM k_contact"), written);
  assert_int_equal(count_of(town, "SELECT count(DISTINCT name) FROM k_contact"),
                   count_of(village, "SELECT count(DISTINCT name) FROM k_contact"));
  assert_int_equal(count_of(village, "SELECT count(*) FROM k_order"), (written + 9) / 10);
  assert_int_equal(count_of(town, "SELECT count(*) FROM staged"), 0);
  struct delivery delivery;
  DONE(delivery_read(village->store, &delivery, &err));
  assert_int_equal(delivery.undelivered, 0);
  assert_sound(town);
  assert_sound(village);
  free(ours);
  free(theirs);
}

int main(void)
{
  const struct CMUnitTest tests[] = { PLACE_TEST(killed_at_any_moment) };
  const char *seed = getenv("DUTYDESK_SEED");
  chance_state = seed ? strtoull(seed, NULL, 10) : (uint64_t)clock_now();
  fprintf(stderr, "seed: DUTYDESK_SEED=%llu\n", (unsigned long long)chance_state);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
