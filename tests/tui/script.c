#include "script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

const struct words words_zh = {
  .language = "zh_CN",
  .set_up = "区划代码",
  .printer_test = "暂不",
  .overview = "总览",
  .log = "日志",
  .warnings = "预警",
  .handover = "交接班",
  .name = "姓名",
  .saved = "已保存",
  .pin_is_set = "PIN 码已",
  .shifts_made = "新排班次",
  .signatures = "签字",
  .offered = "对方签字后生效",
  .not_read_back = "尚未复诵",
  .read_back = "已复诵",
  .accepted = "已接班：",
  .accepted_state = "已接班",
  .acknowledge = "阅知",
  .report_as_asked = "打印值班报告",
  .report = "值班报告",
  .running = "运行中",
  .fill_roster = "排班",
  .import_warning = "导入预警文件",
  .in_force = "生效",
  .red = "红色",
  .disk_full = "磁盘已满",
  .draft_is_back = "草稿已取回",
};

const struct words words_en = {
  .language = "en",
  .set_up = "Set-up of a new station",
  .printer_test = "Not now",
  .overview = "Overview",
  .log = "Log",
  .warnings = "Warnings",
  .handover = "Handover",
  .name = "Full name",
  .saved = "Saved",
  .pin_is_set = "The PIN is set",
  .shifts_made = "Shifts made",
  .signatures = "Signatures",
  .offered = "Offered to the shift",
  .not_read_back = "has not been read back",
  .read_back = "Read back:",
  .accepted = "Accepted: the shift",
  .accepted_state = "Accepted",
  .acknowledge = "Acknowledge",
  .report_as_asked = "Print the shift report",
  .report = "Shift report",
  .running = "running",
  .fill_roster = "Fill the roster",
  .import_warning = "Import a warning file",
  .in_force = "In force",
  .red = "red",
  .disk_full = "the disk is full",
  .draft_is_back = "Your draft is back",
};

void script_press(struct driver *driver, const char *keys)
{
  driver_key(driver, keys);
  driver_settle(driver);
}

void script_type(struct driver *driver, const char *text)
{
  driver_type(driver, text);
  driver_settle(driver);
}

void script_fill(struct driver *driver, const char *const texts[])
{
  for (int i = 0; texts[i]; i++) {
    if (i) script_press(driver, "Enter");
    if (*texts[i]) script_type(driver, texts[i]);
  }
}

void script_form(struct driver *driver, const struct words *words, const char *keys)
{
  script_press(driver, keys);
  if (!driver_contains(driver, words->draft_is_back)) return;
  driver_key(driver, "Esc Esc"); /* twice at once: nobody waits for the rest of a sequence */
  script_press(driver, "Delete");
  script_press(driver, keys);
}

void script_save(struct driver *driver, const char *then)
{
  driver_key(driver, "Ctrl-D");
  driver_wait_for(driver, then);
  driver_settle(driver);
}

void script_go(struct driver *driver, const char *text)
{
  script_press(driver, "Home");
  for (int line = 0; line < 200; line++) {
    if (driver_contains(driver, text) && driver_attributes(driver, text).reverse) return;
    script_press(driver, "Down");
  }
  driver_dump(driver);
  fail_msg("no line \"%s\" that can be chosen", text);
}

void script_choose(struct driver *driver, const char *heading, const char *text)
{
  int first = driver_row_of(driver, heading) + 1, row = driver_row_of(driver, text);
  if (first < 1 || row < first) {
    driver_dump(driver);
    fail_msg("no line \"%s\" under \"%s\"", text, heading);
  }
  script_go(driver, text);
}

void script_do(struct driver *driver, const struct words *words, const char *label)
{
  (void)words;
  script_press(driver, "Ctrl-P");
  script_type(driver, label);
  script_press(driver, "Enter");
}
