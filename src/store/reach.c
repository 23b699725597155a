/* Who may see and write what: doc/SYNC.md "Visibility". */
#include <string.h>

#include "store/exchange.h"

static bool area_reads(int64_t area, const struct log_name *log)
{
  switch (log->lane % LANE_HERE_URGENT) {
  case LANE_HERE: return log->area == area;
  case LANE_UP: return area_contains(area, log->area);
  default: return area_contains(log->area, area);
  }
}

bool reach_reads(const struct reach *reach, const struct log_name *log)
{
  for (int index = 0; index < reach->count; index++)
    if (area_reads(reach->areas[index], log)) return true;
  return false;
}

bool reach_writes(const struct reach *reach, const struct log_name *log)
{
  for (int index = 0; index < reach->count; index++)
    if (area_contains(reach->areas[index], log->area)) return true;
  return false;
}

bool reach_same(const struct reach *one, const struct reach *other)
{
  return one->count == other->count && memcmp(one->areas, other->areas, (size_t)one->count * sizeof(*one->areas)) == 0;
}

int log_name_compare(const struct log_name *one, const struct log_name *other)
{
  static const int turn[LANES] = {
    [LANE_UP_URGENT] = 0, [LANE_DOWN_URGENT] = 1, [LANE_HERE_URGENT] = 2, [LANE_UP] = 3, [LANE_DOWN] = 4, [LANE_HERE] = 5
  };
  if (one->lane != other->lane) return turn[one->lane] < turn[other->lane] ? -1 : 1;
  if (one->node != other->node) return one->node < other->node ? -1 : 1;
  return one->area < other->area ? -1 : one->area > other->area;
}
