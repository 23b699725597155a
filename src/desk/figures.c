#include "desk/figures.h"

#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"

int figures_read(struct store *store, const struct field *field, const char *typed, int64_t near, struct value *value, struct err *err)
{
  int64_t at;

  if (value_read(store, field, typed, near, value, err) < 0) return -1;
  if ((field->flags & FIGURES_PAST) && value->known && clock_parse_past(typed, near, &at, NULL) == 0) value->number = at;
  return 0;
}

const char *figures_label(const struct values *values, const char *field)
{
  int index = values_index(values, field);
  return index < 0 ? field : i18n_text(values->fields[index]->label);
}

static bool both_known(const struct values *values, const char *one, const char *other)
{
  return values_known(values, one) && values_known(values, other);
}

int figures_part(const struct values *values, const char *part, const char *whole, struct err *err)
{
  if (!both_known(values, part, whole) || values_number(values, part, 0) <= values_number(values, whole, 0)) return 0;
  return err_set(err, _("%s is more than %s: a part cannot exceed the whole; correct one of them"), figures_label(values, part),
                 figures_label(values, whole));
}

int figures_order(const struct values *values, const char *earlier, const char *later, struct err *err)
{
  if (!both_known(values, earlier, later)) return 0;
  bool in_order = field_is_text(values->fields[values_index(values, earlier)])
                    ? strcmp(values_text(values, earlier), values_text(values, later)) <= 0
                    : values_number(values, earlier, 0) <= values_number(values, later, 0);
  if (in_order) return 0;
  return err_set(err, _("%s is before %s: correct one of them"), figures_label(values, later), figures_label(values, earlier));
}

int figures_together(const struct values *values, const char *one, const char *other, struct err *err)
{
  if (values_known(values, one) == values_known(values, other)) return 0;
  return err_set(err, _("%s and %s belong together: give both or neither"), figures_label(values, one), figures_label(values, other));
}

int figures_reason(const struct values *values, const char *yes, const char *why, struct err *err)
{
  if (!values_number(values, yes, 0) || values_known(values, why)) return 0;
  return err_set(err, _("%s: say why in \"%s\""), figures_label(values, yes), figures_label(values, why));
}

int figures_past(const struct values *values, const char *field, struct err *err)
{
  if (values_number(values, field, 0) <= clock_now() + CLOCK_DIFFER) return 0;
  return err_set(err, _("%s lies in the future: give the time when it happened"), figures_label(values, field));
}
