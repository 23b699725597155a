/* A feed of fifty megabytes, read by the program itself from a file and from a pipe, in the memory of a few alerts. */
#include "unit/station.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/file.h"
#include "desk/warning.h"
#include "store/query.h"

enum { ALERTS = 56, TEXT_BYTES = 930 * 1000, MOST_KIB = 64 * 1024 };

static void write_alert(FILE *file, int number, const char *at, const char *text)
{
  fprintf(
    file,
    "<entry><id>%d</id><content type=\"text/xml\"><alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>F-%d</identifier>"
    "<sender>met@a</sender><sent>%s:00+08:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>"
    "<info><language>zh-CN</language><category>Met</category><event>暴雨</event><urgency>Immediate</urgency><severity>Severe</severity>"
    "<certainty>Observed</certainty><headline>示范县气象台发布暴雨橙色预警</headline><description>%s</description></info></alert></content>"
    "</entry>\n",
    number, number, at, text);
}

static char *feed_path(struct station *station)
{
  return file_join(station->directory, "feed.xml");
}

/* The last alert is over the limit of one; it is refused by itself. */
static void write_feed(struct station *station)
{
  char *path = feed_path(station), at[CLOCK_TEXT], *text = mem_zero(1, ALERT_LIMIT + 2);
  FILE *file = fopen(path, "w");

  assert_non_null(file);
  clock_text(at, clock_now() - CLOCK_HOUR, CLOCK_DATE_TIME);
  memset(text, 'x', ALERT_LIMIT + 1);
  fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n", file);
  text[TEXT_BYTES] = '\0';
  for (int i = 0; i < ALERTS; i++) write_alert(file, i, at, text);
  text[TEXT_BYTES] = 'x';
  write_alert(file, ALERTS, at, text);
  fputs("</feed>\n", file);
  assert_true(ftell(file) > 50 << 20);
  assert_int_equal(fclose(file), 0);
  free(text);
  free(path);
}

/* Returns the exit code; *kib gets the most memory that the program ever had. */
static int import(struct station *station, const char *program, const char *file, long *kib)
{
  struct rusage usage;
  char *path = feed_path(station);
  int status;
  pid_t child = fork();

  if (child == 0) {
    int in = open(path, O_RDONLY), out = open("/dev/null", O_WRONLY);
    if (dup2(in, 0) == 0 && dup2(out, 1) == 1) execl(program, program, "-d", station->path, "warning", "import", file, (char *)NULL);
    _exit(127);
  }
  assert_true(child > 0);
  assert_int_equal(wait4(child, &status, 0, &usage), child);
  *kib = usage.ru_maxrss;
  free(path);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool is_measurable(void)
{
#if defined(__SANITIZE_ADDRESS__)
  return false;
#elif defined(__has_feature)
  return !__has_feature(address_sanitizer);
#else
  return true;
#endif
}

static void test_bounded(void **state)
{
  struct station *station = *state;
  const char *program = getenv("DUTYDESK");
  char *path = feed_path(station);
  long kib = 0;

  if (program == NULL || access(program, X_OK) != 0) skip();
  write_feed(station);
  assert_int_equal(import(station, program, path, &kib), 3); /* one was refused */
  if (is_measurable()) assert_in_range(kib, 1, MOST_KIB);
  assert_int_equal(query_single(station->desk.store, "SELECT count(*) FROM k_warning", 0, -1), ALERTS);
  assert_int_equal(import(station, program, "-", &kib), 3); /* all are held already */
  if (is_measurable()) assert_in_range(kib, 1, MOST_KIB);
  assert_int_equal(query_single(station->desk.store, "SELECT count(*) FROM k_warning_message", 0, -1), ALERTS);
  assert_true(query_single(station->desk.store, "SELECT max(length(description)) FROM k_warning", 0, -1) < 50000);
  free(path);
}

/* What one alert of the greatest size can hold most of. */
static const struct {
  const char *name, *unit;
} dense[] = {
  { "references", "<references>a,b,2026-11-22T10:00:00+08:00</references>" },
  { "one long list of references", "a,b,2026-11-22T10:00:00+08:00 " },
  { "text", "雨" },
  { "parameters", "<parameter><valueName>a</valueName><value>b</value></parameter>" },
  { "polygons", "<area><areaDesc>x</areaDesc><polygon>1,1 1,2 2,2 1,1</polygon></area>" },
  { "area codes", "<area><areaDesc>x</areaDesc><geocode>110105001000</geocode></area>" },
  { "unknown elements", "<colourful/>" },
  { "blocks", "<x/></info><info>" },
};

static void write_dense(struct station *station, size_t which)
{
  char *path = feed_path(station);
  FILE *file = fopen(path, "w");

  assert_non_null(file);
  fprintf(file,
          "<alert "
          "xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>dense-%zu</identifier><sender>a</"
          "sender><sent>2026-11-22T10:00:00+08:00</sent>"
          "<status>Actual</status><msgType>Update</msgType><scope>Public</scope>%s",
          which,
          which == 1   ? "<references>"
          : which == 0 ? ""
                       : "<info><event>x</event>");
  if (which == 2) fputs("<description>", file);
  while (ftell(file) < (long)ALERT_LIMIT - 500) fputs(dense[which].unit, file);
  fputs(which == 0 ? "" : which == 1 ? "</references>" : which == 2 ? "</description></info>" : "</info>", file);
  fputs("</alert>", file);
  assert_int_equal(fclose(file), 0);
  free(path);
}

/* Whatever an alert is full of, taking or refusing it stays bounded. The fuzzer cannot tell: it counts its own memory and that of the
 * sanitizers. */
static void test_dense(void **state)
{
  struct station *station = *state;
  const char *program = getenv("DUTYDESK");
  char *path = feed_path(station);

  if (program == NULL || access(program, X_OK) != 0) skip();
  for (size_t i = 0; i < sizeof dense / sizeof *dense; i++) {
    long kib = 0;
    write_dense(station, i);
    int code = import(station, program, path, &kib);
    if (code != 0 && code != 3 && code != 1) fail_msg("%s: exit %d", dense[i].name, code);
    if (is_measurable() && kib > MOST_KIB) fail_msg("%s: %ld KiB", dense[i].name, kib);
    print_message("%s: exit %d, %ld KiB\n", dense[i].name, code, kib);
  }
  free(path);
}

int main(void)
{
  const struct CMUnitTest tests[] = { STATION_TEST(test_bounded), STATION_TEST(test_dense) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
