/* Area codes (统计用区划代码): county 6 + township 3 + village 3 digits; a prefix is a subtree. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "store/store.h"

/* What one unit of a level is worth as a number: levels take 2-2-2-3-3 digits. */
static const int64_t level_worth[] = { 10000000000, 100000000, 1000000, 1000, 1 };

const char *area_text(int64_t area, char text[13])
{
  snprintf(text, 13, "%012" PRId64, area >= 0 && area < INT64_C(1000000000000) ? area : 0);
  return text;
}

int64_t area_from_text(const char *text, struct err *err)
{
  if (strlen(text) != 12 || strspn(text, "0123456789") != 12)
    return err_usage(err, _("'%s' is no area code: it has 12 digits, county 6, township 3, village 3"), text);
  int province = (text[0] - '0') * 10 + text[1] - '0';
  if ((province < 11 || province > 65) && province != 71 && province != 81 && province != 82)
    return err_usage(err, _("'%s' is no area code: no province has the number %02d"), text, province);
  return strtoll(text, NULL, 10);
}

int area_level(int64_t area)
{
  int level = 0;
  while (level < 4 && area % level_worth[level] != 0) level++;
  return level;
}

bool area_contains(int64_t outer, int64_t inner)
{
  int64_t worth = level_worth[area_level(outer)];
  return outer / worth == inner / worth;
}

bool area_concerns(int64_t area, const char *codes)
{
  char code[13];
  for (const char *at = codes + strspn(codes, " "); *at; at += strcspn(at, " "), at += strspn(at, " ")) {
    if (strspn(at, "0123456789") < 12) continue;
    snprintf(code, sizeof(code), "%.12s", at);
    int64_t other = strtoll(code, NULL, 10);
    if (other == 0 || area_contains(other, area) || area_contains(area, other)) return true;
  }
  return false;
}
