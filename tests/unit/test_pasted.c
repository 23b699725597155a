#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "formats/pasted.h"

#define NEAR "2026-07-01T14:30:00+08:00"

static int64_t instant(const char *iso)
{
  int64_t at;
  assert_int_equal(clock_parse(iso, 0, &at, NULL), 0);
  return at;
}

static const struct {
  const char *text;
  int found;
  const char *issuer, *code, *event;
  enum alert_colour colour;
  enum alert_type type;
  const char *issued, *body; /* body NULL: the whole text */
} cases[] = {
  { "甲省气象台2020年02月05日10时45分继续发布大风蓝色预警：预计未来24小时，全省大部分地区将出现5级左右偏北风。", 4, "甲省气象台", "11B06",
    "大风", ALERT_BLUE, ALERT_UPDATE, "2020-02-05T10:45:00+08:00", "预计未来24小时，全省大部分地区将出现5级左右偏北风。" },
  { "甲县自然资源局与甲县气象局联合发布地质灾害气象风险橙色预警", 3, "甲县自然资源局与甲县气象局", "11B37", "地质灾害气象风险",
    ALERT_ORANGE, ALERT_ALERT, NULL, NULL },
  { "【甲县气象局】甲县气象台7月1日14时20分发布暴雨红色预警信号：过去1小时乙镇降雨60毫米。", 4, "甲县气象台", "11B03", "暴雨", ALERT_RED,
    ALERT_ALERT, "2026-07-01T14:20:00+08:00", "过去1小时乙镇降雨60毫米。" },
  { "甲县气象台于07月01日02时15分将暴雨橙色预警升级为暴雨红色预警，请注意防范。", 4, "甲县气象台", "11B03", "暴雨", ALERT_RED, ALERT_UPDATE,
    "2026-07-01T02:15:00+08:00", NULL },
  { "甲县气象台2026年7月1日08时00分解除雷电黄色预警信号。", 4, "甲县气象台", "11B14", "雷电", ALERT_YELLOW, ALERT_CANCEL,
    "2026-07-01T08:00:00+08:00", NULL },
  { "暴雨红色预警信号\n发布单位：甲县气象台\n发布时间：２０２６年７月１日１４时２０分\n请立即转移。", 4, "甲县气象台", "11B03", "暴雨",
    ALERT_RED, ALERT_ALERT, "2026-07-01T14:20:00+08:00", NULL },
  { "【预警信息】甲县水利局、甲县气象局7月1日下午2点联合发布山洪灾害气象红色预警：乙镇可能性很大", 4, "甲县水利局、甲县气象局", "11A51",
    "山洪", ALERT_RED, ALERT_ALERT, "2026-07-01T14:00:00+08:00", "乙镇可能性很大" },
  { "甲市生态环境局发布重污染天气橙色预警。", 3, "甲市生态环境局", "", "重污染天气", ALERT_ORANGE, ALERT_ALERT, NULL, NULL },
  { "甲县气象台14时20分发布高温橙色预警【甲县应急管理局】", 4, "甲县气象台", "11B09", "高温", ALERT_ORANGE, ALERT_ALERT,
    "2026-07-01T14:20:00+08:00", NULL },
  { "甲县气象台发布暴雨、雷电黄色预警", 2, "甲县气象台", "", "", ALERT_YELLOW, ALERT_ALERT, NULL,
    NULL }, /* which of the two is for the officer */
  { "甲县气象台7月1日20时至2日20时发布大雾黄色预警", 3, "甲县气象台", "11B17", "大雾", ALERT_YELLOW, ALERT_ALERT, NULL,
    NULL }, /* a span is no time of issue */
  { "大雾村村委会转：甲县气象台2026年2月30日8时发布霜冻蓝色预警", 3, "甲县气象台", "11B16", "霜冻", ALERT_BLUE, ALERT_ALERT, NULL, NULL },
  { "受强降雨影响，甲县气象台7月1日12时发布暴雨蓝色预警", 4, "甲县气象台", "11B03", "暴雨", ALERT_BLUE, ALERT_ALERT,
    "2026-07-01T12:00:00+08:00", NULL },
  { "甲县水利局，甲县气象局联合发布山洪黄色预警", 2, "", "11A51", "山洪", ALERT_YELLOW, ALERT_ALERT, NULL,
    NULL }, /* one of them or both: not sure */
  { "暴雨红色预警尚未解除，请继续防范。", 2, "", "11B03", "暴雨", ALERT_RED, ALERT_ALERT, NULL, NULL },
  { "暴雨红色预警解除", 2, "", "11B03", "暴雨", ALERT_RED, ALERT_CANCEL, NULL, NULL },
  { "村民01号户说河水涨了，请发布预警", 0, "", "", "", ALERT_NONE, ALERT_ALERT, NULL, NULL },
  { "今晚开会", 0, "", "", "", ALERT_NONE, ALERT_ALERT, NULL, NULL },
  { "", 0, "", "", "", ALERT_NONE, ALERT_ALERT, NULL, NULL },
};

static void test_cases(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct pasted pasted;
    int found = pasted_read(cases[i].text, instant(NEAR), &pasted);
    print_message("%s\n", cases[i].text);
    assert_string_equal(pasted.issuer, cases[i].issuer);
    assert_string_equal(pasted.event_code, cases[i].code);
    assert_string_equal(pasted.event, cases[i].event);
    assert_int_equal(pasted.colour, cases[i].colour);
    assert_int_equal(pasted.type, cases[i].type);
    assert_int_equal(pasted.lifted, cases[i].type == ALERT_CANCEL);
    assert_int_equal(pasted.issued, cases[i].issued != NULL ? instant(cases[i].issued) : -1);
    assert_string_equal(pasted.body, cases[i].body != NULL ? cases[i].body : cases[i].text);
    assert_int_equal(found, cases[i].found);
    pasted_free(&pasted);
    pasted_free(&pasted);
  }
}

static int set_zone(void **state)
{
  (void)state;
  return clock_set_zone("Asia/Shanghai", NULL);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(test_cases) };
  return cmocka_run_group_tests(tests, set_zone, NULL);
}
