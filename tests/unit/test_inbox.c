/* The inbox: whole files are taken in once and lie in done or refused; what is still being written waits. */
#include "unit/duty_station.h"

#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <sys/stat.h>
#include <time.h>

#include "agent/inbox.h"
#include "base/file.h"
#include "desk/warning.h"
#include "store/query.h"

struct box {
  struct station *station;
  struct inbox *inbox;
  char path[128];
  int done, refused; /* told */
  char reason[512];
};

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
  (void)status, (void)type, (void)walk;
  return remove(path);
}

static int box_setup(void **state)
{
  struct box *box = mem_zero(1, sizeof *box);
  void *station = NULL;
  struct err err = ERR_INIT;
  if (station_setup(&station) != 0) return -1;
  box->station = station;
  snprintf(box->path, sizeof box->path, "%s/inbox", box->station->directory);
  DONE(inbox_open(&box->inbox, box->path, &err));
  *state = box;
  return 0;
}

static int box_teardown(void **state)
{
  struct box *box = *state;
  void *station = box->station;
  inbox_close(box->inbox);
  nftw(box->path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
  free(box);
  return station_teardown(&station);
}

#define BOX_TEST(function) cmocka_unit_test_setup_teardown(function, box_setup, box_teardown)

static void tell(void *context, const struct inbox_file *file)
{
  struct box *box = context;
  box->done += file->refused == NULL;
  box->refused += file->refused != NULL;
  snprintf(box->reason, sizeof box->reason, "%s", file->refused != NULL ? file->refused : "");
}

static int take(struct box *box)
{
  struct err err = ERR_INIT;
  int taken = inbox_take(box->inbox, &box->station->desk, tell, box, &err);
  if (taken < 0) fail_msg("%s", err.text);
  return taken;
}

static char *alert_named(const char *identifier)
{
  char at[CLOCK_TEXT];
  return mem_printf(
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>%s</identifier>"
    "<sender>met@a</sender><sent>%s:00+08:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>"
    "<info><language>zh-CN</language><category>Met</category><event>暴雨</event><urgency>Immediate</urgency>"
    "<severity>Severe</severity><certainty>Observed</certainty><headline>暴雨橙色预警</headline></info></alert>\n",
    identifier, clock_text(at, clock_now(), CLOCK_DATE_TIME));
}

static int create(struct box *box, const char *name)
{
  char *path = file_join(box->path, name);
  int file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0644);
  free(path);
  assert_true(file >= 0);
  return file;
}

static void put(struct box *box, const char *name, const char *text)
{
  int file = create(box, name);
  assert_int_equal(write(file, text, strlen(text)), strlen(text));
  close(file);
}

/* As if it had lain there for a minute. */
static void make_old(struct box *box, const char *name)
{
  char *path = file_join(box->path, name);
  struct timespec times[2];
  clock_gettime(CLOCK_REALTIME, &times[0]);
  times[0].tv_sec -= 60;
  times[1] = times[0];
  assert_int_equal(utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW), 0);
  free(path);
}

static void put_alert(struct box *box, const char *name, const char *identifier)
{
  char *text = alert_named(identifier);
  put(box, name, text);
  free(text);
}

static bool lies(struct box *box, const char *name)
{
  char *path = file_join(box->path, name);
  bool there = file_exists(path);
  free(path);
  return there;
}

/* One line, and the reason in it. */
static void assert_reason(struct box *box, const char *name, const char *part)
{
  char *path = file_join(box->path, name);
  struct buf text = BUF_INIT;
  struct err err = ERR_INIT;
  DONE(file_read(path, 10000, &text, &err));
  if (strstr(buf_text(&text), part) == NULL) fail_msg("%s says %s", name, buf_text(&text));
  assert_ptr_equal(strchr(buf_text(&text), '\n'), buf_text(&text) + text.length - 1);
  buf_free(&text);
  free(path);
}

static int64_t warnings(struct box *box)
{
  return query_single(box->station->desk.store, "SELECT count(*) FROM k_warning", 0, -1);
}

static bool has_news(struct box *box)
{
  struct pollfd poller = { .fd = inbox_descriptor(box->inbox), .events = POLLIN };
  return poll(&poller, 1, 0) == 1;
}

static void test_taken_once(void **state)
{
  struct box *box = *state;
  assert_int_equal(take(box), 0);
  assert_int_equal(inbox_next(box->inbox), 0); /* sleeps until it is woken */
  assert_false(has_news(box));
  put_alert(box, "alert.xml", "A");
  assert_true(has_news(box));
  assert_int_equal(take(box), 1);
  assert_true(lies(box, "done/alert.xml") && !lies(box, "alert.xml"));
  assert_int_equal(warnings(box), 1);
  assert_int_equal(take(box), 0);
  assert_int_equal(box->done, 1);
}

/* What lay there before anybody watched. */
static void test_found_at_the_start(void **state)
{
  struct box *box = *state;
  struct err err = ERR_INIT;
  inbox_close(box->inbox);
  put_alert(box, "alert.xml", "A");
  make_old(box, "alert.xml");
  DONE(inbox_open(&box->inbox, box->path, &err));
  assert_in_range(inbox_next(box->inbox), 1, clock_monotonic());
  assert_int_equal(take(box), 1);
  assert_int_equal(warnings(box), 1);
}

static void test_half_written(void **state)
{
  struct box *box = *state;
  char *text = alert_named("A");
  size_t half = strlen(text) / 2;
  int file = create(box, "alert.xml");
  assert_int_equal(write(file, text, half), half);
  assert_int_equal(take(box), 0);
  assert_true(inbox_next(box->inbox) > clock_monotonic());
  assert_int_equal(take(box), 0);
  assert_true(lies(box, "alert.xml"));
  assert_int_equal(write(file, text + half, strlen(text) - half), strlen(text) - half);
  assert_int_equal(take(box), 0); /* all of it is there, but who wrote it may go on */
  close(file);
  assert_true(has_news(box));
  assert_int_equal(take(box), 1);
  assert_true(lies(box, "done/alert.xml"));
  free(text);
}

/* Closed in the middle, as by a broken connection: refused only once it has been quiet, and taken if the rest comes before. */
static void test_closed_too_early(void **state)
{
  struct box *box = *state;
  char *text = alert_named("A");
  size_t half = strlen(text) / 2;
  char *start = mem_dup_n(text, half);
  put(box, "alert.xml", start);
  assert_int_equal(take(box), 0);
  assert_true(lies(box, "alert.xml"));
  char *path = file_join(box->path, "alert.xml");
  int file = open(path, O_WRONLY | O_APPEND);
  assert_int_equal(write(file, text + half, strlen(text) - half), strlen(text) - half);
  close(file);
  assert_int_equal(take(box), 1);
  assert_true(lies(box, "done/alert.xml"));
  put(box, "cut.xml", start);
  make_old(box, "cut.xml");
  assert_int_equal(take(box), 1);
  assert_reason(box, "refused/cut.xml.txt", "not well-formed XML");
  free(path);
  free(start);
  free(text);
}

static void test_renamed_into_place(void **state)
{
  struct box *box = *state;
  char *from = file_join(box->path, "alert.xml.part"), *to = file_join(box->path, "alert.xml");
  put_alert(box, "alert.xml.part", "A");
  put_alert(box, ".hidden", "B");
  assert_int_equal(take(box), 0);
  assert_int_equal(inbox_next(box->inbox), 0); /* nobody waits for those */
  assert_int_equal(rename(from, to), 0);
  assert_true(has_news(box));
  assert_int_equal(take(box), 1);
  assert_int_equal(warnings(box), 1);
  free(from);
  free(to);
}

static void test_refused(void **state)
{
  struct box *box = *state;
  put(box, "xxe.xml", "<!DOCTYPE alert SYSTEM \"file:///etc/passwd\"><alert><identifier>A</identifier></alert>");
  make_old(box, "xxe.xml");
  assert_int_equal(take(box), 1);
  assert_int_equal(box->refused, 1);
  assert_true(lies(box, "refused/xxe.xml"));
  assert_reason(box, "refused/xxe.xml.txt", "DOCTYPE");
  assert_int_equal(warnings(box), 0);
}

/* One of two is good: it rings, and the file lies where somebody looks at the other. */
static void test_refused_in_part(void **state)
{
  struct box *box = *state;
  char *good = alert_named("A"), *both = mem_printf("<alerts>%s<alert><note>?</note></alert></alerts>", strchr(good, '\n') + 1);
  put(box, "feed.xml", both);
  make_old(box, "feed.xml");
  assert_int_equal(take(box), 1);
  assert_int_equal(warnings(box), 1);
  assert_reason(box, "refused/feed.xml.txt", "1 alerts were taken in, 1 not");
  free(both);
  free(good);
}

static void test_names(void **state)
{
  struct box *box = *state;
  for (int i = 0; i < 3; i++) {
    char identifier[2] = { (char)('A' + i), '\0' };
    put_alert(box, "02:15 alert.xml", identifier);
    assert_int_equal(take(box), 1);
  }
  assert_true(lies(box, "done/02-15 alert.xml") && lies(box, "done/02-15 alert-2.xml") && lies(box, "done/02-15 alert-3.xml"));
  for (int i = 0; i < 2; i++) {
    put(box, "x", "?");
    make_old(box, "x");
    assert_int_equal(take(box), 1);
  }
  assert_true(lies(box, "refused/x") && lies(box, "refused/x-2"));
  assert_reason(box, "refused/x.txt", "no XML");
  assert_reason(box, "refused/x-2.txt", "no XML");
  put(box, "y.txt", "?"); /* the reason of y must not come over it */
  make_old(box, "y.txt");
  assert_int_equal(take(box), 1);
  put(box, "y", "?");
  make_old(box, "y");
  assert_int_equal(take(box), 1);
  assert_true(lies(box, "refused/y-2"));
  assert_reason(box, "refused/y-2.txt", "no XML");
}

/* Neither is opened: one leads elsewhere, the other would never end. */
static void test_no_files(void **state)
{
  struct box *box = *state;
  char *link = file_join(box->path, "link.xml"), *pipe = file_join(box->path, "pipe.xml"), *folder = file_join(box->path, "folder");
  assert_int_equal(symlink("/etc/passwd", link), 0);
  assert_int_equal(mkfifo(pipe, 0600), 0);
  assert_int_equal(mkdir(folder, 0700), 0);
  make_old(box, "link.xml");
  make_old(box, "pipe.xml");
  assert_int_equal(take(box), 2);
  assert_reason(box, "refused/link.xml.txt", "no regular file");
  assert_reason(box, "refused/pipe.xml.txt", "no regular file");
  assert_true(lies(box, "folder"));
  free(link);
  free(pipe);
  free(folder);
}

/* An update that came in the same minute is taken after what it updates, whatever they are called. */
static void test_order(void **state)
{
  struct box *box = *state;
  put_alert(box, "b.xml", "A");
  make_old(box, "b.xml");
  put_alert(box, "a.xml", "B");
  assert_int_equal(take(box), 2);
  assert_int_equal(
    query_single(box->station->desk.store,
                 "SELECT (SELECT no FROM k_warning WHERE identifier = 'A') < (SELECT no FROM k_warning WHERE identifier = 'B')", 0, 0),
    1);
}

static void test_by_hand(void **state)
{
  struct box *box = *state;
  struct outcome outcome = { 0 };
  struct err err = ERR_INIT;
  struct values arguments;
  values_start(&arguments, inbox_actions[0].arguments);
  REFUSED(action_run(&box->station->desk, inbox_actions, 0, &arguments, &outcome, &err), "warning.inbox");
  put_alert(box, "alert.xml", "A");
  values_set_text(&arguments, "directory", box->path);
  DONE(action_run(&box->station->desk, inbox_actions, 0, &arguments, &outcome, &err));
  assert_non_null(strstr(outcome.text, "alert.xml: taken in"));
  assert_int_equal(warnings(box), 1);
  values_free(&arguments);
  outcome_free(&outcome);
}

static void test_none(void **state)
{
  struct inbox *inbox;
  (void)state;
  assert_int_equal(inbox_open(&inbox, "", NULL), 0);
  assert_null(inbox);
  assert_int_equal(inbox_take(inbox, NULL, NULL, NULL, NULL), 0);
  assert_int_equal(inbox_descriptor(inbox), -1);
  assert_int_equal(inbox_next(inbox), 0);
  inbox_close(inbox);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    BOX_TEST(test_taken_once),
    BOX_TEST(test_found_at_the_start),
    BOX_TEST(test_half_written),
    BOX_TEST(test_closed_too_early),
    BOX_TEST(test_renamed_into_place),
    BOX_TEST(test_refused),
    BOX_TEST(test_refused_in_part),
    BOX_TEST(test_names),
    BOX_TEST(test_no_files),
    BOX_TEST(test_order),
    BOX_TEST(test_by_hand),
    cmocka_unit_test(test_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
