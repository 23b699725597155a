/* What stands in the log of a duty room, put together from its usual phrases. */
#include "ten_years.h"

#include <stdio.h>

uint64_t ten_years_random(uint64_t *seed)
{
  uint64_t mixed = *seed += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */
  mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
  return mixed ^ mixed >> 31;
}

#define PICK(seed, list) (list)[ten_years_random(seed) % (sizeof(list) / sizeof((list)[0]))]

static const char *const places[] = {
  "上坪村", "下坪村", "石桥村", "白沙村", "大湾村", "小湾村", "龙潭村", "柳树村", "东山村", "西岭村",
  "南沟村", "北沟村", "双河村", "红岩村", "青木村", "黄土村", "清水河", "老鹰岩", "马鞍山", "观音岩",
};
static const char *const groups[] = { "一组", "二组", "三组", "四组", "五组", "后山", "河边", "公路旁", "学校后", "水库下游" };
static const char *const events[] = {
  "屋后坡面有落石",
  "公路边坡出现裂缝",
  "河水上涨已近警戒线",
  "沟口有泥水流出",
  "挡墙鼓胀变形",
  "雨量站一小时三十毫米",
  "通信中断十分钟后恢复",
  "停电，已报供电所",
  "巡查未见异常",
  "群众反映房屋墙体开裂",
  "树木倾斜",
  "涵洞堵塞",
  "滑坡体前缘有渗水",
  "山洪漫过便桥",
  "水库水位平稳",
  "道路塌方约二十立方米",
  "监测仪报警，已派人核实",
  "积水没过路面",
  "井水变浑",
  "风大，临时棚倒塌一处",
};
static const char *const deeds[] = {
  "已通知村支书到场查看",     "已拉警戒线并派人值守", "已报县应急管理局", "已请自然资源所派员核查", "已劝离附近住户三户九人",
  "继续观察，两小时后回报",   "已转交带班领导",       "无人员伤亡",       "已用广播提醒群众",       "机械已到位清理",
  "已电话告知监测员加密巡查", "道路已临时封闭",       "物资已清点",       "待雨停后复查",           "已登记",
};
static const char *const tails[] = { "", "", "", "有照片", "双方确认", "请下一班继续跟踪", "监测员甲报", "值班员乙记" };

const char *ten_years_text(uint64_t *seed, char *text)
{
  const char *place = PICK(seed, places), *group = PICK(seed, groups), *event = PICK(seed, events), *deed = PICK(seed, deeds),
             *tail = PICK(seed, tails);
  unsigned minutes = (unsigned)(ten_years_random(seed) % 50) + 5;
  if (ten_years_random(seed) % 1000 == 0) event = "铁索桥面倾斜，已停止通行"; /* rare, for searches */
  if (minutes % 3 == 0)
    snprintf(text, TEN_YEARS_TEXT, "接%s%s报告：%s，%s%s%s。", place, group, event, deed, *tail ? "；" : "", tail);
  else if (minutes % 3 == 1)
    snprintf(text, TEN_YEARS_TEXT, "%s%s%s。%s，%u分钟后再报%s%s", place, group, event, deed, minutes, *tail ? "；" : "", tail);
  else
    snprintf(text, TEN_YEARS_TEXT, "电话询问%s%s情况：%s；%s%s%s", place, group, event, deed, *tail ? "，" : "", tail);
  return text;
}
