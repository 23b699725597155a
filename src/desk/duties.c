#include "desk/duties.h"

#include <string.h>

#include "base/err.h"

#define DUTY_POINTER(name) &name##_duty,
const struct duty *const duties[] = { DUTIES(DUTY_POINTER) NULL };

#define KIND_POINTER(name) &name##_kind,
static const struct kind *const kinds[] = { DUTIES(KIND_POINTER) NULL };

const struct kind *const *desk_kinds(void)
{
  return kinds;
}

const struct duty *duty_find(const char *kind_name)
{
  for (int i = 0; duties[i]; i++)
    if (strcmp(duties[i]->kind->name, kind_name) == 0) return duties[i];
  return NULL;
}

const struct duty *duty_of(const struct kind *kind)
{
  for (int i = 0; duties[i]; i++)
    if (duties[i]->kind == kind) return duties[i];
  ERR_BUG("a kind without a duty");
}
