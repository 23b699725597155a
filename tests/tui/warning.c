/* A night with a red flash flood warning, from the file in the inbox to the all-clear, as two officers live through it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "patience.h"
#include "script.h"

#define VILLAGE "上坪村"
#define OFFICER_A "网格员甲"
#define HEAD "村主任甲"
#define TITLE "甲县气象台发布山洪红色预警"

/* Lines of the call sheet; above it stands the card of the chosen one. */
#define LINE_A OFFICER_A "       A岗"
#define LINE_HEAD HEAD "       负责人"
#define LINE_LEADER "值班员丙       带班"

enum { GROUPS = 4, HOUSEHOLDS = 30 /* of each group */ };

struct night {
  struct station station;
  char inbox[300];
  struct driver *a, *b; /* the sessions of posts A and B */
};

/* --- the station --------------------------------------------------------------------------------------------------------------- */

/* The village has an officer A and a head, and nobody on its post B. */
static void add_village(const struct station *station)
{
  free(station_tell(station, "unit", "add", "area=110105001201", "name=" VILLAGE, "officer_a=" OFFICER_A, "officer_a_phone=00000000101",
                    "head=" HEAD, "head_phone=00000000102"));
  free(station_tell(station, "officer", "set", "值班员丙", "phone=00000000103"));
}

/* One in ten of each group is bedridden. */
static void import_households(const struct station *station)
{
  char path[300];
  snprintf(path, sizeof path, "%s/households.csv", station->home);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs("code,area,members,special\n", file);
  for (int group = 1; group <= GROUPS; group++)
    for (int number = 1; number <= HOUSEHOLDS; number++)
      fprintf(file, VILLAGE "%d组%02d号户,110105001201,4,%s\n", group, number, number % 10 == 7 ? "bedridden" : "");
  assert_int_equal(fclose(file), 0);
  free(station_tell(station, "household", "import", path));
}

static void make(struct night *night)
{
  char settings[600];
  station_make(&night->station, "zh_CN");
  snprintf(night->inbox, sizeof night->inbox, "%s/inbox", night->station.home);
  snprintf(settings, sizeof settings, "[agent]\nstart = screen\n[alarm]\ndesktop = no\n[warning]\ninbox = %s\n", night->inbox);
  station_configure(&night->station, settings);
  add_village(&night->station);
  import_households(&night->station);
}

/* The agent makes the directories of the inbox. */
static void wait_for_agent(const struct night *night, struct driver *driver)
{
  char refused[400];
  struct patience patience = { 0 };
  snprintf(refused, sizeof refused, "%s/refused", night->inbox);
  for (; access(refused, F_OK) != 0; driver_watch(driver, 0.01))
    patience_spend(&patience, "the screen starts no agent that opens the inbox");
}

/* The rainstorm of the fixture becomes a flash flood. */
static void change_words(char *bytes, const char *from, const char *to)
{
  assert_int_equal(strlen(from), strlen(to));
  for (char *at = bytes; (at = strstr(at, from));) memcpy(at, to, strlen(to));
}

static void drop_alert(const struct night *night)
{
  char from[300], to[400], bytes[16384];
  station_alert(&night->station, from);
  FILE *file = fopen(from, "r+");
  assert_non_null(file);
  size_t length = fread(bytes, 1, sizeof bytes - 1, file);
  bytes[length] = 0;
  change_words(bytes, "暴雨", "山洪");
  change_words(bytes, "11B03", "11A51");
  rewind(file);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  assert_int_equal(fclose(file), 0);
  snprintf(to, sizeof to, "%s/red.xml", night->inbox);
  assert_int_equal(rename(from, to), 0);
}

/* --- what both do --------------------------------------------------------------------------------------------------------------- */

static const struct driver_options tall = { .rows = 34, .columns = 100 };

static void row_says(struct driver *driver, const char *line, const char *text)
{
  int row = driver_row_of(driver, line);
  if (row >= 0 && strstr(driver_row(driver, row), text)) return;
  driver_dump(driver);
  fail_msg("the line \"%s\" does not say \"%s\"", line, text);
}

static void open_warning(struct driver *driver)
{
  script_press(driver, "F4");
  driver_wait_for(driver, "W-26-A001");
  script_press(driver, "Enter");
  driver_wait_for(driver, TITLE);
}

static void open_line(struct driver *driver, const char *text)
{
  open_warning(driver);
  script_go(driver, text);
  script_press(driver, "Enter");
}

/* What was done is said on a page of its own. */
static void leave_page(struct driver *driver, const char *text)
{
  driver_wait_for(driver, text);
  driver_key(driver, "Esc");
  driver_wait_gone(driver, text);
  driver_settle(driver);
}

/* --- the acts, in the order of the night --------------------------------------------------------------------------------------------- */

static void it_rings(struct night *night)
{
  make(night);
  night->a = station_sit(&night->station, &tall, "值班员甲", "1111");
  wait_for_agent(night, night->a);
  int bells = driver_bells(night->a);
  drop_alert(night);
  driver_wait_for(night->a, "报警：1");
  driver_wait_for(night->a, TITLE);
  driver_wait_row(night->a, 0, words_zh.red);
  assert_true(driver_bells(night->a) > bells);
}

static void it_is_received(struct night *night)
{
  struct driver *driver = night->a;
  script_press(driver, "Enter"); /* from the box to what has to be done */
  driver_wait_for(driver, "原因");
  script_save(driver, OFFICER_A " 00000000101"); /* the first to be called */
  open_warning(driver);
  script_press(driver, "Enter");
  driver_wait_row(driver, 1, "叫应单");
  row_says(driver, LINE_A, "剩");
}

static void nobody_answers(struct night *night)
{
  struct driver *driver = night->a;
  script_choose(driver, "叫应对象", LINE_A);
  script_press(driver, "2");
  driver_wait_for(driver, "1/3");
  script_press(driver, "2");
  driver_wait_for(driver, "2/3");
  script_press(driver, "2");
  driver_wait_for(driver, "没有指定人"); /* the card of the first that now waits */
  row_says(driver, LINE_A, "已升级");
  row_says(driver, VILLAGE "         B岗信息员", "无人可叫");
  row_says(driver, LINE_HEAD, "待叫应");
}

static void the_empty_rung_rings(struct night *night)
{
  struct driver *driver = night->a;
  driver_wait_for(driver, "无人可叫：" VILLAGE);
  driver_wait_for(driver, "报警："); /* the box, once nobody types */
  driver_settle(driver);
  script_press(driver, "A");
  driver_wait_gone(driver, "报警：");
  driver_settle(driver);
}

/* Answers with what stands there; who, channel, read back, promise, until when. */
static void take_answer(struct driver *driver, const char *who, const char *promise, const char *until)
{
  script_choose(driver, "叫应对象", who);
  script_press(driver, "1");
  driver_wait_for(driver, "应答人");
  script_fill(driver, (const char *const[]){ "", "", "1", promise, until, NULL });
  script_save(driver, "：已应答");
  row_says(driver, who, "已应答");
}

static void the_next_ones_answer(struct night *night)
{
  struct driver *driver = night->a;
  take_answer(driver, LINE_HEAD, "敲锣叫醒沟边住户", "0245");
  driver_wait_for(driver, "已承诺1");
  take_answer(driver, LINE_LEADER, "", "");
  driver_wait_for(driver, "已应答2");
  script_choose(driver, "叫应对象", LINE_HEAD);
  script_press(driver, "8"); /* what was promised is done */
  script_save(driver, "已承诺0");
  station_expect(&night->station, "敲锣叫醒沟边住户", "call", "list", "--json", "--all");
}

static void lists_are_made(struct night *night)
{
  open_warning(night->a);
  script_press(night->a, "4");
  script_save(night->a, "未告知120／120（特殊12），已告知0 %");
  night->b = station_sit(&night->station, &tall, "值班员戊", "5555");
  struct driver *both[] = { night->a, night->b };
  for (int i = 0; i < 2; i++) {
    open_line(both[i], VILLAGE "，住户");
    driver_wait_for(both[i], "未告知120／120");
    driver_settle(both[i]);
  }
}

/* One, a group, a range; each sees what the other has marked. */
static void everybody_is_told(struct night *night)
{
  struct driver *a = night->a, *b = night->b;
  row_says(a, VILLAGE "1组07号户", "!"); /* special ones on top */
  script_press(a, "1");
  driver_wait_for(a, "未告知119／120（特殊11）");
  driver_wait_for(b, "未告知119／120（特殊11）");
  driver_settle(b);
  script_go(b, VILLAGE "2组07号户");
  script_press(b, "2");
  driver_wait_for(b, "未告知89／120");
  driver_wait_for(a, "未告知89／120");
  script_press(a, "5"); /* the channel on the screen is that of the range, too */
  driver_wait_for(a, "标记为告知方式：其他");
  script_press(a, "3");
  script_fill(a, (const char *const[]){ "", "", "1组", "1", "20", NULL });
  script_save(a, "本次告知：19");
  station_expect(&night->station, "\"channel\": \"other\"", "told", "list", "--json", "--all");
  driver_wait_for(b, "未告知70／120");
}

static void nobody_is_unreached(struct night *night)
{
  struct driver *a = night->a, *b = night->b;
  static const char *const left[] = { "未告知60／120", "未告知30／120", "未告知0／120" };
  driver_wait_for(a, "未告知70／120");
  for (int i = 0; i < 3; i++) {
    struct driver *driver = i % 2 ? b : a, *other = i % 2 ? a : b;
    driver_settle(driver);
    script_press(driver, "Home");
    script_press(driver, "2");
    driver_wait_for(driver, left[i]);
    driver_wait_for(other, left[i]);
  }
  script_press(a, "6");
  driver_wait_for(a, "无人遗漏");
  script_press(b, "6");
  driver_wait_for(b, "无人遗漏");
}

/* While it is in force. */
static void the_handover_carries_it(struct night *night)
{
  script_press(night->a, "F2");
  script_press(night->a, "6");
  driver_wait_for(night->a, "编写草稿");
  script_press(night->a, "1");
  script_save(night->a, "草稿已保存");
  driver_wait_for(night->a, "甲县气象台发布山洪");
  station_expect(&night->station, TITLE, "print", "handover", "H-26-A001", "text=yes");
}

static void all_clear(struct night *night)
{
  struct driver *driver = night->a;
  open_warning(driver);
  script_press(driver, "8");
  driver_wait_for(driver, "解除人");
  driver_key(driver, "Ctrl-D");
  leave_page(driver, "条清单事项");
  open_line(driver, "未告知120／120"); /* who was warned is told that it is over */
  script_press(driver, "3");
  script_fill(driver, (const char *const[]){ "", "", "", "", "", "1", NULL });
  script_save(driver, "本次告知：120");
  driver_wait_for(driver, "未告知0／120");
}

static void tick(struct driver *driver, const char *what, const char *evidence)
{
  open_line(driver, what);
  driver_wait_for(driver, "佐证");
  script_type(driver, evidence);
  driver_key(driver, "Ctrl-D");
  driver_wait_for(driver, "：完成");
}

/* That everybody was told it is over needs no tick: the list says so. */
static void it_is_closed(struct night *night)
{
  static const char *const lines[][2] = { { "留存书面解除依据", "解除令文号1号" },
                                          { "返回前复查房屋", "监测员逐处查看" },
                                          { "核对收尾数", "120户" } };
  struct driver *driver = night->a;
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) tick(driver, lines[i][0], lines[i][1]);
  open_warning(driver);
  script_press(driver, "9");
  driver_key(driver, "Ctrl-D");
  driver_wait_for(driver, "已办结");
  station_expect(&night->station, "\"state\": \"closed\"", "warning", "list", "--json", "--all");
}

static void the_report_carries_it(struct night *night)
{
  script_press(night->a, "F2");
  script_press(night->a, "7 Enter");
  driver_wait_for(night->a, "/print/");
  station_expect(&night->station, "已告知：120／120", "printout", "list", "--csv"); /* what is on that paper */
  station_expect(&night->station, "解除令文号1号", "printout", "list", "--csv");
  station_expect(&night->station, "已办结 · 阅知1分钟", "printout", "list", "--csv");
  station_expect(&night->station, TITLE, "print", "warning", "W-26-A001", "text=yes");
  station_expect(&night->station, HEAD, "print", "warning", "W-26-A001", "text=yes");
}

/* What came and was closed within one shift is no longer in force, and yet the next ones have to know of it. */
static void the_handover_still_carries_it(struct night *night)
{
  script_press(night->a, "F2");
  script_press(night->a, "6");
  driver_wait_for(night->a, "甲县气象台发布山洪");
  driver_wait_for(night->a, "已办结 · 阅知");
  station_expect(&night->station, "全员告知", "handover", "show", "H-26-A001");
}

/* What comes by telephone: on the list of warnings Ins asks for eight things, not for all that a warning has. */
static void ins_takes_one_down(struct night *night)
{
  struct driver *driver = night->a;
  script_press(driver, "F4");
  script_press(driver, "Insert");
  driver_wait_for(driver, "登记预警");
  driver_wait_for(driver, "预警原文");
  assert_false(driver_contains(driver, "区划代码"));
  driver_key(driver, "Esc");
  driver_wait_gone(driver, "预警原文");
}

static void a_red_warning_is_answered_to_the_last_household(void **state)
{
  struct night night;
  (void)state;
  it_rings(&night);
  it_is_received(&night);
  nobody_answers(&night);
  the_empty_rung_rings(&night);
  the_next_ones_answer(&night);
  lists_are_made(&night);
  everybody_is_told(&night);
  nobody_is_unreached(&night);
  the_handover_carries_it(&night);
  all_clear(&night);
  it_is_closed(&night);
  the_report_carries_it(&night);
  the_handover_still_carries_it(&night);
  ins_takes_one_down(&night);
  driver_stop(night.a);
  driver_stop(night.b);
  free(station_tell(&night.station, "agent", "--stop")); /* until then the home cannot be removed */
  station_verify(&night.station);
}

static void digits_are(struct driver *driver, const char *const digits[], int count)
{
  for (int i = 0; i < count; i++) {
    if (driver_contains(driver, digits[i])) continue;
    driver_dump(driver);
    fail_msg("\"%s\" is not there", digits[i]);
  }
}

/* Whatever is possible at the moment: at night the hand goes where it went before. */
static void an_action_keeps_its_digit(void **state)
{
  static const char *const digits[] = { "2 任务", "5 报办结", "6 叫应单", "9 办结" };
  struct station station;
  char path[300];
  (void)state;
  station_make(&station, "zh_CN");
  station_alert(&station, path);
  struct driver_run run = station_do(&station, "warning", "import", path);
  driver_run_free(&run);
  struct driver *driver = station_sit(&station, &tall, "值班员甲", "1111");
  script_press(driver, "F4 Enter");
  digits_are(driver, digits, 4);
  assert_true(driver_contains(driver, "1 阅知"));
  free(station_tell(&station, "warning", "ack", "W-26-A001"));
  driver_wait_gone(driver, "1 阅知");
  digits_are(driver, digits, 4);
  assert_true(driver_contains(driver, "p 打印"));
  script_press(driver, "1"); /* what is not possible begins nothing */
  script_press(driver, "6");
  driver_wait_row(driver, 1, "叫应单");
}

/* Whoever was registered after the warning had come is told of it, too. */
static void later_households_get_their_list(void **state)
{
  struct station station;
  char path[300];
  (void)state;
  station_make(&station, "zh_CN");
  add_village(&station);
  import_households(&station);
  station_alert(&station, path);
  struct driver_run run = station_do(&station, "warning", "import", path);
  driver_run_free(&run);
  free(station_tell(&station, "warning", "ack", "W-26-A001"));
  free(station_tell(&station, "warning", "relay", "W-26-A001"));
  struct driver *driver = station_sit(&station, &tall, "值班员甲", "1111");
  script_press(driver, "F4 Enter");
  driver_wait_for(driver, VILLAGE "，住户：未告知120／120");
  assert_false(driver_contains(driver, "尚未建立的传达对象名单"));
  free(station_tell(&station, "unit", "add", "area=110105001202", "name=下坪村"));
  free(station_tell(&station, "household", "add", "code=下坪村1组01号户", "area=110105001202", "members=3"));
  driver_wait_for(driver, "尚未建立的传达对象名单：1");
  script_go(driver, "尚未建立的传达对象名单：1");
  driver_key(driver, "Enter");
  driver_wait_for(driver, "下坪村，住户：未告知1／1");
  driver_wait_gone(driver, "尚未建立的传达对象名单");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown(an_action_keeps_its_digit, driver_stop_all),
    cmocka_unit_test_teardown(later_households_get_their_list, driver_stop_all),
    cmocka_unit_test_teardown(a_red_warning_is_answered_to_the_last_household, driver_stop_all),
  };
  station_need_clock();
  return cmocka_run_group_tests_name("a night with a red warning", tests, NULL, NULL);
}
