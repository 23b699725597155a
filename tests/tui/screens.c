/* What the main screens look like at 80x24, in both languages. DUTYDESK_GOLDEN=write renews the pictures in golden/; read the difference
 * before it is committed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "script.h"

/* A station with a little of everything, all of it made before the screen opens. */
static void fill(struct station *station)
{
  char path[300];
  station_alert(station, path);
  free(station_tell(station, "unit", "add", "area=110105001001", "name=北沟村", "head=村主任甲", "phone=00000000001"));
  free(station_tell(station, "contact", "add", "name=联系人甲", "sort=medical", "phone=00000000002"));
  free(station_tell(station, "point", "add", "name=北沟滑坡", "class=hazard", "type=01"));
  free(station_tell(station, "log", "北沟雨量一小时32毫米", "happened=2026-07-01T02:05+08:00"));
  free(station_tell(station, "log", "phone", "text=村口积水三十厘米", "caller_name=村民甲", "happened=2026-07-01T02:10+08:00"));
  free(station_tell(station, "item", "add", "what=催报各村雨情", "due=2026-07-01T02:00+08:00", "owner=值班员甲"));
  free(station_tell(station, "item", "add", "what=北沟水位每半小时一报", "due=2026-07-01T06:00+08:00", "owner=值班员丁", "critical=yes"));
  struct driver_run run = station_do(station, "warning", "import", path);
  driver_run_free(&run);
}

/* Keys from the overview, and the name of the picture. */
static const struct {
  const char *keys, *name;
} screens[] = {
  { "", "overview" },   { "1", "entry" },        { "2", "phone" },
  { "3", "warning" },   { "4", "visit" },        { "6", "handover" },
  { "7", "print" },     { "F3", "log" },         { "F3 Enter", "entry-detail" },
  { "F4", "warnings" }, { "F4 Enter", "alert" }, { "F5", "rounds" },
  { "F9", "ledgers" },  { "Ctrl-T", "sign-in" }, { "8", "search" },
};

static void check_all(const char *language)
{
  struct station station;
  station_make(&station, language);
  fill(&station);
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  for (size_t i = 0; i < sizeof screens / sizeof *screens; i++) {
    char *keys = strdup(screens[i].keys), *rest = keys;
    script_press(driver, "F2");
    for (char *key; (key = strsep(&rest, " "));) script_press(driver, key);
    free(keys);
    driver_expect_golden(driver, screens[i].name);
  }
}

static void screens_in_chinese(void **state)
{
  (void)state;
  check_all("zh_CN");
}

static void screens_in_english(void **state)
{
  (void)state;
  check_all("en");
}

/* ---- the keys at the bottom ---- */

/* What stands below a list, its rows joined by what lies between two hints. */
static char *footer(struct driver *driver)
{
  char *text;
  size_t length;
  FILE *out = open_memstream(&text, &length);
  int row = driver_rows(driver) - 1;
  while (row > 0 && strncmp(driver_row(driver, row), "Enter ", 6) != 0) row--;
  for (; row < driver_rows(driver); row++) fprintf(out, "  %s", driver_row(driver, row));
  fputs("  ", out);
  fclose(out);
  return text;
}

static void expect_hints(struct driver *driver, const char *const hints[])
{
  char *text = footer(driver), *at = text;
  for (; *hints != NULL; hints++) {
    char *whole;
    if (asprintf(&whole, "  %s  ", *hints) < 0) abort();
    char *found = strstr(at, whole);
    if (found == NULL) driver_dump(driver);
    if (found == NULL) fail_msg("no \"%s\" in its place of: %s", *hints, text);
    at = found + strlen(whole) - 2;
    free(whole);
  }
  free(text);
}

#define HINTS(...) ((const char *const[]){ __VA_ARGS__, NULL })
enum { ROOMS = 7, LISTS_MOST = 16 };

/* Each list of each room tells how one gets on and where help is; those with the most keys tell them, too. */
struct hinted {
  const char *keys;
  const char *const *hints;
};

static void check_hints(const char *language, const char *find, const char *help, const struct hinted *lists)
{
  struct station station;
  station_make(&station, language);
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  for (int room = 0; room < ROOMS; room++) {
    script_press(driver, HINTS("F3", "F4", "F5", "F6", "F7", "F8", "F9")[room]);
    for (int list = 0; list < LISTS_MOST; list++) {
      expect_hints(driver, HINTS(find, help));
      script_press(driver, "Tab");
    }
  }
  for (; lists->keys != NULL; lists++) {
    driver_key(driver, lists->keys);
    driver_settle(driver);
    expect_hints(driver, lists->hints);
  }
}

static void every_key_has_its_hint_in_chinese(void **state)
{
  (void)state;
  check_hints(
    "zh_CN", "Ctrl-F 查找", "F1 帮助",
    (const struct hinted[]){
      { "F3", HINTS("Ins 添加", "Del 划改", "c 更正", "k 阅知", "i 转待办事项", "d 转隐患", "w 转预警", "Tab 下一列表", "F1 帮助") },
      { "F4", HINTS("Ins 添加", "k 阅知", "t 任务", "c 叫应", "r 传达", "l 解除", "x 办结", "s 处置清单", "e 仍在生效", "v 是否真实",
                    "m 以短报文转发", "p 打印预警处置单", "Del 划改", "Tab 下一列表", "F1 帮助") },
      { "F6", HINTS("c 确认", "a 交办", "k 已管控", "r 已整改", "w 核销", "s 督办", "Del 划改", "Tab 下一列表", "F1 帮助") },
      { .keys = NULL },
    });
}

static void every_key_has_its_hint_in_english(void **state)
{
  (void)state;
  check_hints(
    "en", "Ctrl-F find", "F1 help",
    (const struct hinted[]){
      { "F3", HINTS("Ins add", "c Correct", "k Acknowledge", "i Make it an open item", "d Make it a hidden danger", "w Make it a warning",
                    "Tab next list", "F1 help") },
      { "F4", HINTS("Ins add", "k Acknowledge", "t Task", "c Call", "r Relay", "l All-clear", "x Close", "s Checklist", "e Still in force",
                    "v Real or not", "m Pass on as a short message", "p Print the warning sheet", "Del strike", "F1 help") },
      { "F6", HINTS("c Confirm", "a Assign", "k Under control", "r Rectified", "w Write off", "s Supervise", "Del strike", "Tab next list",
                    "F1 help") },
      { .keys = NULL },
    });
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, driver_stop_all)
  const struct CMUnitTest tests[] = {
    TEST(screens_in_chinese),
    TEST(screens_in_english),
    TEST(every_key_has_its_hint_in_chinese),
    TEST(every_key_has_its_hint_in_english),
  };
  station_need_clock();
  return cmocka_run_group_tests_name("screens", tests, NULL, NULL);
}
