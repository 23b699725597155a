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

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, driver_stop_all)
  const struct CMUnitTest tests[] = {
    TEST(screens_in_chinese),
    TEST(screens_in_english),
  };
  station_need_clock();
  return cmocka_run_group_tests_name("screens", tests, NULL, NULL);
}
