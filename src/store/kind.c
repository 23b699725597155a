#include "store/kind.h"

#include "base/i18n.h"

#include <stddef.h>
#include <string.h>

static const struct field common_fields[COMMON_FIELDS] = {
  [COMMON_NUMBER] = { .name = "no", .type = FIELD_TEXT, .label = N_("No."), .flags = FIELD_AUTOMATIC | FIELD_UNDISPUTED, .columns = 10 },
  [COMMON_VOIDED] = { .name = "voided",
                      .type = FIELD_NOTE,
                      .label = N_("Struck because"),
                      .flags = FIELD_AUTOMATIC | FIELD_PHRASE,
                      .group = -1 },
  [COMMON_REPLACED_BY] = { .name = "replaced_by",
                           .type = FIELD_REFERENCE,
                           .label = N_("Replaced by"),
                           .flags = FIELD_AUTOMATIC,
                           .reference = "*",
                           .group = -1 },
};

static const char *const lane_names[LANES] = { "here", "up", "down", "here-urgent", "up-urgent", "down-urgent" };

const char *lane_name(enum lane lane)
{
  return lane_names[lane];
}

int lane_from_name(const char *name)
{
  for (int lane = 0; lane < LANES; lane++)
    if (strcmp(lane_names[lane], name) == 0) return lane;
  return -1;
}

int kind_field_count(const struct kind *kind)
{
  int count = 0;
  while (kind->fields[count].name) count++;
  return COMMON_FIELDS + count;
}

const struct field *kind_field(const struct kind *kind, int index)
{
  return index < COMMON_FIELDS ? &common_fields[index] : &kind->fields[index - COMMON_FIELDS];
}

int kind_field_index(const struct kind *kind, const char *name)
{
  for (int index = 0; index < COMMON_FIELDS; index++)
    if (strcmp(common_fields[index].name, name) == 0) return index;
  for (int index = 0; kind->fields[index].name; index++)
    if (*kind->fields[index].name == *name && strcmp(kind->fields[index].name, name) == 0) return COMMON_FIELDS + index;
  return -1;
}

const struct kind *kind_find(const struct kind *const kinds[], const char *name)
{
  for (int index = 0; kinds[index]; index++)
    if (strcmp(kinds[index]->name, name) == 0) return kinds[index];
  return NULL;
}

bool field_is_text(const struct field *field)
{
  switch (field->type) {
  case FIELD_TEXT:
  case FIELD_NOTE:
  case FIELD_DATE:
  case FIELD_CHOICE:
  case FIELD_CHOICES:
  case FIELD_AREA:
  case FIELD_PHONE: return true;
  default: return false;
  }
}

bool field_same_group(const struct field *one, const struct field *other)
{
  return one == other || (one->group != 0 && one->group == other->group);
}
