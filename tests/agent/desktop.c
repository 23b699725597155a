/* Notices on the desktop, over a real session bus with a service of ours: they arrive with their urgency and can be answered; and where
 * there is no bus, or one that never answers, nothing waits. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "patience.h"
#include "place.h"

/* A bus of its own, and who listens on it. */
struct desktop {
  struct place *place;
  pid_t bus, notifier;
  char shown[128]; /* what the service was asked to show */
};

static pid_t run(const char *const argv[], const char *address)
{
  fflush(NULL);
  pid_t pid = fork();
  if (pid != 0) return pid;
  if (address) setenv("DBUS_SESSION_BUS_ADDRESS", address, 1);
  int nowhere = open("/dev/null", O_RDWR);
  for (int i = 0; i < 2; i++) dup2(nowhere, i);
  execvp(argv[0], (char *const *)argv);
  _exit(127);
}

static int setup(void **state)
{
  struct desktop *desktop = calloc(1, sizeof *desktop);
  void *place;

  if (place_setup(&place) != 0) return -1;
  desktop->place = place;
  snprintf(desktop->shown, sizeof desktop->shown, "%s/shown", desktop->place->directory);
  *state = desktop;
  return 0;
}

static void end(pid_t *process)
{
  if (*process <= 0) return;
  kill(*process, SIGKILL);
  while (waitpid(*process, NULL, 0) < 0 && errno == EINTR) continue;
  *process = 0;
}

static int teardown(void **state)
{
  struct desktop *desktop = *state;
  void *place = desktop->place;
  int status = place_teardown(&place);

  end(&desktop->notifier);
  end(&desktop->bus);
  free(desktop);
  return status;
}

static void bus_start(struct desktop *desktop)
{
  struct place *place = desktop->place;
  char settings[128], socket_path[128], option[160];

  snprintf(settings, sizeof settings, "%s/bus.conf", place->directory);
  snprintf(socket_path, sizeof socket_path, "%s/bus", place->directory);
  FILE *file = fopen(settings, "w");
  fprintf(file,
          "<busconfig><type>session</type><listen>unix:path=%s</listen><policy context='default'><allow send_destination='*'/>"
          "<allow receive_sender='*'/><allow own='*'/></policy></busconfig>\n",
          socket_path);
  fclose(file);
  snprintf(option, sizeof option, "--config-file=%s", settings);
  desktop->bus = run((const char *const[]){ "dbus-daemon", "--nofork", "--nopidfile", option, NULL }, NULL);
  for (struct patience patience = { 0 }; access(socket_path, F_OK) != 0; patience_spend(&patience, "dbus-daemon does not start"))
    if (waitpid(desktop->bus, NULL, WNOHANG) == desktop->bus) fail_msg("dbus-daemon does not start");
  snprintf(place->bus, sizeof place->bus, "unix:path=%s", socket_path);
}

static void notifier_start(struct desktop *desktop, const char *how)
{
  char program[4096];
  const char *top = getenv("abs_top_builddir");

  snprintf(program, sizeof program, "%s/tests/agent/notifier", top ? top : ".");
  desktop->notifier = run((const char *const[]){ program, desktop->shown, how, NULL }, desktop->place->bus);
  place_wait_at_least(desktop->shown, 1); /* "ready" */
}

static void add_check(struct place *place)
{
  place_do(place, "dutycheck", "add", "asked_by=县应急局<值班室>", "asked_at=-20"); /* orange */
}

static void wait_for(const char *path, const char *text)
{
  for (int lines = 1;; lines++) {
    char *all = place_text(path);
    bool found = strstr(all, text) != NULL;
    free(all);
    if (found) return;
    place_wait_at_least(path, lines);
  }
}

/* The colour is the urgency; a notice goes when its alarm is answered at a desk. */
static void test_arrives(void **state)
{
  struct desktop *desktop = *state;
  struct place *place = desktop->place;

  bus_start(desktop);
  notifier_start(desktop, "");
  place_set(place, "desktop = yes\n");
  pid_t agent = place_agent(place, NULL);
  place_do(place, "item", "add", "what=检查西沟涵洞", "due=-5");
  wait_for(desktop->shown, "notify 0 测试镇: alarm | 检查西沟涵洞");
  add_check(place);
  wait_for(desktop->shown, "notify 2 测试镇: alarm | Answer the duty check of 县应急局&lt;值班室&gt;/检查西沟涵洞"); /* both stand there */
  place_do(place, "alarm", "ack", "all");
  wait_for(desktop->shown, "close 2");
  place_stop(place, agent);
}

/* Pressed there, it is an answer like any other. */
static void test_answered_there(void **state)
{
  struct desktop *desktop = *state;
  struct place *place = desktop->place;
  char said[PLACE_SAID];

  bus_start(desktop);
  notifier_start(desktop, "answer");
  place_set(place, "desktop = yes\n");
  add_check(place);
  pid_t agent = place_agent(place, NULL);
  wait_for(desktop->shown, "close 1");
  assert_int_equal(place_run(place, said, (const char *const[]){ "alarm", "list", NULL }), 0);
  assert_string_equal(said, "");
  place_stop(place, agent);
}

/* More than anybody waits here: whoever waits for the desktop is found out. */
static const char settings[] = "desktop = yes\nseconds = 600\n";

/* The command rings and the agent ends, whatever becomes of the notice. */
static void rings_all_the_same(struct place *place)
{
  place_set(place, settings);
  pid_t agent = place_agent(place, NULL);
  add_check(place);
  place_wait_lines(place->rang, 1);
  place_do(place, "item", "add", "what=检查西沟涵洞", "due=-5");
  place_wait_lines(place->rang, 2);
  place_stop(place, agent);
}

static void test_without_a_bus(void **state)
{
  struct desktop *desktop = *state;

  rings_all_the_same(desktop->place);
}

static void test_service_that_never_answers(void **state)
{
  struct desktop *desktop = *state;
  struct place *place = desktop->place;

  bus_start(desktop);
  notifier_start(desktop, "mute");
  place_set(place, settings);
  pid_t agent = place_agent(place, NULL);
  add_check(place);
  wait_for(desktop->shown, "asked"); /* from here on it hangs */
  place_do(place, "item", "add", "what=检查西沟涵洞", "due=-5");
  place_wait_lines(place->rang, 2);
  place_stop(place, agent);
}

/* A socket that takes the connection and says nothing. */
static void test_bus_that_never_answers(void **state)
{
  struct desktop *desktop = *state;
  struct place *place = desktop->place;
  struct sockaddr_un name = { .sun_family = AF_UNIX };
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  snprintf(name.sun_path, sizeof name.sun_path, "%s/bus", place->directory);
  assert_int_equal(bind(listener, (struct sockaddr *)&name, sizeof name), 0);
  assert_int_equal(listen(listener, 4), 0);
  snprintf(place->bus, sizeof place->bus, "unix:path=%s/bus", place->directory);
  rings_all_the_same(place);
  close(listener);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(test_arrives, setup, teardown),
    cmocka_unit_test_setup_teardown(test_answered_there, setup, teardown),
    cmocka_unit_test_setup_teardown(test_without_a_bus, setup, teardown),
    cmocka_unit_test_setup_teardown(test_service_that_never_answers, setup, teardown),
    cmocka_unit_test_setup_teardown(test_bus_that_never_answers, setup, teardown),
  };
#ifndef HAVE_LIBNOTIFY
  puts("built without libnotify: no notices on the desktop to test");
  return 77;
#endif
  if (system("command -v dbus-daemon >/dev/null") != 0) {
    puts("dbus-daemon is not installed, and a real session bus is needed: install the package dbus-daemon");
    return 77;
  }
  return cmocka_run_group_tests(tests, NULL, NULL);
}
