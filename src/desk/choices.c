#include "desk/choices.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"

/* clang-format off */
const struct choice choice_weather[] = {
  { "fine", N_("Fine") },
  { "cloudy", N_("Cloudy") },
  { "overcast", N_("Overcast") },
  { "light_rain", N_("Light rain") },
  { "moderate_rain", N_("Moderate rain") },
  { "heavy_rain", N_("Heavy rain") },
  { "rainstorm", N_("Rainstorm") },
  { "thunder", N_("Thunderstorm") },
  { "fog", N_("Fog") },
  { "wind", N_("Strong wind") },
  { "snow", N_("Snow or ice") },
  { NULL, NULL },
};

const struct choice choice_hazard[] = {
  { "flood", N_("Flood") },
  { "flash_flood", N_("Flash flood") },
  { "waterlogging", N_("Waterlogging") },
  { "landslide", N_("Landslide") },
  { "rockfall", N_("Rockfall") },
  { "debris_flow", N_("Debris flow") },
  { "subsidence", N_("Collapse or subsidence") },
  { "rainstorm", N_("Rainstorm") },
  { "typhoon", N_("Typhoon") },
  { "wind_hail", N_("Wind or hail") },
  { "drought", N_("Drought") },
  { "cold", N_("Cold, snow or ice") },
  { "earthquake", N_("Earthquake") },
  { "forest_fire", N_("Forest fire") },
  { "fire", N_("Fire") },
  { "traffic", N_("Traffic accident") },
  { "production", N_("Work accident") },
  { "other", N_("Other") },
  { NULL, NULL },
};

const struct choice choice_special[] = {
  { "elderly", N_("Elderly living alone") },
  { "child", N_("Children left behind") },
  { "disabled", N_("Disabled") },
  { "bedridden", N_("Bedridden or seriously ill") },
  { "pregnant", N_("Pregnant or newborn") },
  { "deaf", N_("Deaf or mute") },
  { "mental", N_("Mental illness") },
  { "visitor", N_("Visitor or migrant worker") },
  { NULL, NULL },
};

const struct choice choice_signs[] = {
  { "tension_crack", N_("Tension crack") },
  { "shear_crack", N_("Shear crack") },
  { "bulge", N_("Bulge") },
  { "settlement", N_("Settlement") },
  { "falling_debris", N_("Falling debris") },
  { "leaning_trees", N_("Leaning trees") },
  { "building_deformation", N_("Building deformation") },
  { "muddy_seepage", N_("Muddy seepage") },
  { "strange_sound", N_("Strange sounds or animals uneasy") },
  { NULL, NULL },
};

const struct choice choice_level[] = {
  { "province", N_("Province") },
  { "prefecture", N_("Prefecture") },
  { "county", N_("County") },
  { "township", N_("Township") },
  { "village", N_("Village") },
  { NULL, NULL },
};
/* clang-format on */

const char *choice_label(const struct choice *choices, const char *name)
{
  for (int i = 0; choices[i].name; i++)
    if (name && strcmp(choices[i].name, name) == 0) return i18n_text(choices[i].label);
  return "";
}

void choice_labels(const struct choice *choices, const char *names, struct buf *out)
{
  char *copy = mem_dup(names != NULL ? names : ""), *rest = copy;

  for (char *name; (name = strsep(&rest, ",")) != NULL;)
    if (*name != '\0') buf_addf(out, "%s%s", out->length > 0 ? " " : "", choice_label(choices, name));
  free(copy);
}
