/* What the kernel says of networks, and what a line that stands makes of it; the other side is the program itself. */
#include "unit/exchange_pair.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <signal.h>
#include <sys/socket.h>

#include "sync/line.h"
#include "sync/routes.h"

#define CARRIER 0x10000 /* IFF_LOWER_UP */

/* Routes of which this test is the kernel. */
struct kernel {
  struct routes routes;
  int tell;
};

static void kernel_open(struct kernel *kernel)
{
  int pair[2];

  assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair), 0);
  routes_open(&kernel->routes);
  routes_close(&kernel->routes);
  kernel->routes.descriptor = pair[0];
  kernel->tell = pair[1];
}

static void kernel_close(struct kernel *kernel)
{
  routes_close(&kernel->routes);
  close(kernel->tell);
}

static void tell(struct kernel *kernel, int type, int interface, unsigned flags)
{
  struct {
    struct nlmsghdr header;
    struct ifinfomsg link;
  } message = { { .nlmsg_len = sizeof(message), .nlmsg_type = (uint16_t)type }, { .ifi_index = interface, .ifi_flags = flags } };

  assert_int_equal(send(kernel->tell, &message, sizeof(message), 0), sizeof(message));
}

static bool told(struct kernel *kernel, int type, int interface, unsigned flags)
{
  tell(kernel, type, interface, flags);
  return routes_look(&kernel->routes);
}

static void a_cable_that_is_in_again_counts(void **state)
{
  struct kernel kernel;

  (void)state;
  kernel_open(&kernel);
  assert_false(routes_look(&kernel.routes));
  assert_int_equal(kernel.routes.came, 0);
  assert_true(told(&kernel, RTM_NEWROUTE, 0, 0));
  assert_true(kernel.routes.came > 0);
  assert_false(told(&kernel, RTM_DELROUTE, 0, 0));
  assert_true(told(&kernel, RTM_NEWLINK, 2, CARRIER)); /* it may have been out before we looked */
  assert_false(told(&kernel, RTM_NEWLINK, 2, CARRIER));
  assert_false(told(&kernel, RTM_NEWLINK, 2, 0));
  tell(&kernel, RTM_NEWLINK, 3, 0);
  assert_true(told(&kernel, RTM_NEWLINK, 2, CARRIER));
  assert_false(told(&kernel, RTM_NEWLINK, 3, 0));
  assert_int_equal(send(kernel.tell, "", 1, 0), 1); /* no message at all */
  assert_false(routes_look(&kernel.routes));
  kernel_close(&kernel);
}

/* --- a line that stands ----------------------------------------------------------------------------------------------------------------- */

struct standing {
  struct kernel kernel;
  char *process; /* the file in which the other side's number is */
  int stop[2];
  int times_even;
  bool falls_silent;
};

static pid_t number_read(const char *path)
{
  int number = 0;
  FILE *file = fopen(path, "r");

  assert_non_null(file);
  assert_int_equal(fscanf(file, "%d", &number), 1);
  fclose(file);
  return number;
}

/* Even for the first time: a route comes. For the second time, since the other side was asked: enough. */
static void even(void *context, const char *trouble)
{
  struct standing *standing = context;

  assert_string_equal(trouble, "");
  if (++standing->times_even > 1) {
    assert_int_equal(write(standing->stop[1], "", 1), 1);
    return;
  }
  if (standing->falls_silent) assert_int_equal(kill(number_read(standing->process), SIGSTOP), 0);
  tell(&standing->kernel, RTM_NEWROUTE, 0, 0);
}

static int stand(struct place *place, struct standing *standing, struct err *err)
{
  struct desk *town = place_desk(place, TOWN, 'A'), *village = place_desk(place, VILLAGE, 'A');
  enrol(town, village);
  standing->process = mem_printf("%s/process", place->directory);
  kernel_open(&standing->kernel);
  assert_int_equal(pipe(standing->stop), 0);
  const char *argv[] = {
    "sh", "-c", "echo $$ >\"$1\"; exec \"$0\" -d \"$2\" sync --serve", getenv("DUTYDESK"), standing->process, store_path(town->store), NULL
  };
  const struct sync_heed heed = { standing->stop[0], &standing->kernel.routes };
  const struct line line = { .heed = &heed, .stays = true, .even = even, .context = standing };
  alarm(120); /* nothing else ends a line that waits in vain */
  int status = line_run_child(village, argv, &line, &(struct exchange_options){ .stays = true }, NULL, err);
  alarm(0);
  close(standing->stop[0]);
  close(standing->stop[1]);
  kernel_close(&standing->kernel);
  free(standing->process);
  return status;
}

static void a_line_that_lives_is_kept(void **state)
{
  struct standing standing = { 0 };
  struct err err = ERR_INIT;

  DONE(stand(*state, &standing, &err));
  assert_int_equal(standing.times_even, 2);
}

static void a_line_that_is_dead_is_given_up(void **state)
{
  struct standing standing = { .falls_silent = true };
  struct err err = ERR_INIT;

  REFUSED(stand(*state, &standing, &err), "the network is back");
  assert_int_equal(standing.times_even, 1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_cable_that_is_in_again_counts),
    PLACE_TEST(a_line_that_lives_is_kept),
    PLACE_TEST(a_line_that_is_dead_is_given_up),
  };

  return cmocka_run_group_tests_name("routes", tests, NULL, NULL);
}
