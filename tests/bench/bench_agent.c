/* The agent asleep, and how long an alert takes from the inbox to a screen that rings. The references are what is allowed, not another
 * program. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "bench.h"
#include "desk/presence.h"
#include "terminal.h"

enum { ALERTS = 5, MEMORY_MOST = 10240 };

struct place {
  char *program, *database, *settings, *inbox;
};

static void write_file(const char *path, const char *text)
{
  struct err err = ERR_INIT;
  if (file_replace(path, text, strlen(text), 0600, &err) != 0) bench_fail("%s", err.text);
}

static void place_make(struct place *place)
{
  *place = (struct place){ mem_dup(getenv("DUTYDESK")), bench_path("agent.db"), bench_path("agent.ini"), bench_path("inbox") };
  if (!place->program) bench_fail("DUTYDESK names no program");
  char *settings = mem_printf("[agent]\nstart = unit\n[warning]\ninbox = %s\n", place->inbox);
  char *init = mem_printf("'%s' -d '%s' init --area 110105001000 --name 测试镇 >/dev/null", place->program, place->database);
  write_file(place->settings, settings);
  if (system(init) != 0) bench_fail("no station: %s", init);
  free(init);
  free(settings);
}

static pid_t agent_start(const struct place *place)
{
  pid_t agent = fork();
  if (agent == 0) {
    execl(place->program, place->program, "-d", place->database, "-c", place->settings, "agent", NULL);
    _exit(127);
  }
  for (double begun = bench_seconds(); !presence_has_agent(place->database);) {
    if (bench_seconds() - begun > 10) bench_fail("the agent does not start");
    poll(NULL, 0, 5);
  }
  return agent;
}

static bool asleep(pid_t agent)
{
  bool met = bench_asleep("agent", &agent, 1);
  return met & bench_row("agent: memory, of 10 MiB", (double)bench_status(agent, "VmRSS:"), MEMORY_MOST, "KiB", 1);
}

/* One more red alert for the station, of now, each from another issuer: another warning. */
static void drop_alert(const struct place *place, int number)
{
  char *aside = bench_path("alert.xml"), *to = mem_printf("%s/alert-%d.xml", place->inbox, number), sent[CLOCK_TEXT], expires[CLOCK_TEXT];
  clock_text(sent, clock_now(), CLOCK_ISO);
  clock_text(expires, clock_now() + 6 * CLOCK_HOUR, CLOCK_ISO);
  char *alert =
    mem_printf("<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>bench-%d</identifier><sender>issuer-%d</sender>"
               "<sent>%s</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope><info><category>Met</category>"
               "<event>暴雨</event><urgency>Immediate</urgency><severity>Extreme</severity><certainty>Observed</certainty>"
               "<expires>%s</expires><headline>第%d气象台发布暴雨红色预警</headline><area><areaDesc>测试镇</areaDesc>"
               "<geocode><valueName>CN</valueName><value>110105001000</value></geocode></area></info></alert>\n",
               number, number, sent, expires, number);
  write_file(aside, alert);
  if (rename(aside, to) != 0) bench_fail("%s: %s", to, strerror(errno));
  free(alert);
  free(aside);
  free(to);
}

/* Seconds until the screen rings its bell. */
static double ring(const struct place *place, struct terminal *terminal, int number)
{
  char bytes[4096];
  double begun = bench_seconds();
  drop_alert(place, number);
  for (;;) {
    struct pollfd polls = { terminal->pty, POLLIN, 0 };
    double left = begun + 10 - bench_seconds();
    if (left < 0 || poll(&polls, 1, (int)(left * 1000)) < 0) return 10;
    ssize_t got = read(terminal->pty, bytes, sizeof bytes);
    if (got > 0 && memchr(bytes, '\a', (size_t)got)) return bench_seconds() - begun;
    if (got <= 0 && errno != EAGAIN && errno != EINTR) bench_fail("the screen is gone");
  }
}

static bool rings(const struct place *place)
{
  char *const argv[] = { place->program, (char *)"-d", place->database, (char *)"-c", place->settings, NULL };
  struct terminal terminal;
  double seconds[ALERTS];
  terminal_start(&terminal, argv);
  terminal_first_frame(&terminal);
  for (int i = 0; i < ALERTS; i++) seconds[i] = ring(place, &terminal, i + 1);
  terminal_stop(&terminal);
  return bench_row("an alert in the inbox to a screen that rings, of 0.5 s", bench_median(seconds, ALERTS), 0.5, "s", 1);
}

int main(void)
{
  struct place place;
  place_make(&place);
  pid_t agent = agent_start(&place);
  bool met = asleep(agent) & rings(&place);
  kill(agent, SIGTERM);
  while (waitpid(agent, NULL, 0) < 0 && errno == EINTR) continue;
  bench_remove(place.database);
  free(place.program);
  free(place.database);
  free(place.settings);
  free(place.inbox);
  return met ? 0 : 1;
}
