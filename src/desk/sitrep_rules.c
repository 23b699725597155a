/* Rules on the figures of a disaster report (《自然灾害情况统计调查制度》 by way of domain.md). */
#include "desk/sitrep.h"

#include <stddef.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "desk/figures.h"

/* clang-format off */
const char *const sitrep_figures[] = {
  "affected", "dead", "missing", "injured", "badly_injured", "evaded",
  "moved_total", "moved_now", "moved_together", "moved_apart", "moved_sites",
  "relief_total", "relief_now", "transition", "drought_relief", "drought_water",
  "collapsed_rooms", "collapsed_dwellings", "collapsed_households",
  "severe_rooms", "severe_dwellings", "severe_households",
  "slight_rooms", "slight_dwellings", "slight_households",
  "crops_affected", "crops_damaged", "crops_lost", "grain_affected", "grain_lost",
  "grassland", "woodland", "aquaculture", "large_livestock", "small_livestock",
  "roads", "lines", "base_stations", "power_lines", "reservoirs", "dikes", "schools", "hospitals",
  "loss_total", "loss_homes", "loss_farming", "loss_industry", "loss_infrastructure", "loss_services", "loss_other",
  NULL,
};

static const struct { const char *part, *whole; } parts[] = {
  { "dead", "affected" },
  { "missing", "affected" },
  { "injured", "affected" },
  { "badly_injured", "injured" },
  { "evaded", "affected" },
  { "moved_total", "affected" },
  { "moved_now", "moved_total" },
  { "moved_together", "moved_now" },
  { "moved_apart", "moved_now" },
  { "relief_total", "affected" },
  { "relief_now", "relief_total" },
  { "drought_water", "drought_relief" },
  { "collapsed_dwellings", "collapsed_rooms" },
  { "collapsed_households", "collapsed_dwellings" },
  { "severe_dwellings", "severe_rooms" },
  { "severe_households", "severe_dwellings" },
  { "slight_dwellings", "slight_rooms" },
  { "slight_households", "slight_dwellings" },
  { "crops_damaged", "crops_affected" },
  { "crops_lost", "crops_damaged" },
  { "grain_affected", "crops_affected" },
  { "grain_lost", "crops_lost" },
  { "grain_lost", "grain_affected" },
};

static const char *const losses[] = { "loss_homes", "loss_farming", "loss_industry", "loss_infrastructure", "loss_services", "loss_other" };
/* clang-format on */
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static int check_moved(const struct values *values, struct err *err)
{
  static const char *const names[] = { "moved_now", "moved_together", "moved_apart" };
  for (size_t i = 0; i < COUNT(names); i++)
    if (!values_known(values, names[i])) return 0;
  if (values_number(values, "moved_together", 0) + values_number(values, "moved_apart", 0) == values_number(values, "moved_now", 0))
    return 0;
  return err_set(err, _("%s and %s do not add up to %s: correct one of them"), figures_label(values, "moved_together"),
                 figures_label(values, "moved_apart"), figures_label(values, "moved_now"));
}

/* With a part unknown the sum can only be too small. */
static int check_losses(const struct values *values, struct err *err)
{
  int64_t sum = 0;
  bool all = true;
  if (!values_known(values, "loss_total")) return 0;
  for (size_t i = 0; i < COUNT(losses); i++) {
    sum += values_number(values, losses[i], 0);
    all &= values_known(values, losses[i]);
  }
  int64_t total = values_number(values, "loss_total", 0);
  if (sum == total || (!all && sum < total)) return 0;
  return err_set(err, _("The losses add up to %lld.%02lld, not to the %lld.%02lld of %s: correct one of them"), (long long)(sum / 100),
                 (long long)(sum % 100), (long long)(total / 100), (long long)(total % 100), figures_label(values, "loss_total"));
}

/* These may fall without anybody having erred: people come home. */
static bool may_fall(const char *name)
{
  static const char *const now[] = { "moved_now", "moved_together", "moved_apart", "moved_sites", "relief_now", "missing" };
  for (size_t i = 0; i < COUNT(now); i++)
    if (strcmp(now[i], name) == 0) return true;
  return false;
}

/* A jump: over ten times as much, and more than ten. The source asks for a reason and names no figure; this one is ours. */
static bool jumps(int64_t was, int64_t is)
{
  return is > 10 * was && is - was > 10 && was > 0;
}

static int check_against(const struct values *values, const struct record *earlier, struct err *err)
{
  if (values_known(values, "why")) return 0;
  for (int i = 0; sitrep_figures[i]; i++) {
    const char *name = sitrep_figures[i];
    int64_t was = record_number(earlier, name, -1), is = values_number(values, name, -1);
    if (was < 0 || is < 0) continue;
    if (is < was && !may_fall(name))
      return err_set(err, _("%s falls from what was reported before: say why in \"%s\""), figures_label(values, name),
                     figures_label(values, "why"));
    if (jumps(was, is))
      return err_set(err, _("%s is over ten times what was reported before: check it, or say why in \"%s\""), figures_label(values, name),
                     figures_label(values, "why"));
  }
  return 0;
}

int sitrep_check_figures(const struct values *values, const struct record *earlier, struct err *err)
{
  for (size_t i = 0; i < COUNT(parts); i++)
    if (figures_part(values, parts[i].part, parts[i].whole, err) < 0) return -1;
  if (check_moved(values, err) < 0 || check_losses(values, err) < 0) return -1;
  return earlier ? check_against(values, earlier, err) : 0;
}
