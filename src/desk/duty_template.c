/* The CSV template of a kind: its header line and, behind "#", what each column means and allows. */
#include "desk/duty.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "formats/csv.h"

static void add_choices(const struct field *field, struct buf *out)
{
  for (int i = 0; field->choices[i].name; i++) buf_addf(out, "%s%s", i ? " / " : ": ", i18n_text(field->choices[i].label));
}

static void add_reference(const struct field *field, struct buf *out)
{
  const struct duty *duty = duty_find(field->reference);
  if (duty) buf_addf(out, _(": name or number of a record of \"%s\""), i18n_text(duty->kind->label));
}

static void add_allowed(const struct field *field, struct buf *out)
{
  switch (field->type) {
  case FIELD_CHOICE: add_choices(field, out); break;
  case FIELD_CHOICES:
    add_choices(field, out);
    buf_adds(out, _(" (several: with commas)"));
    break;
  case FIELD_DATE: buf_adds(out, ": 2026-07-01"); break;
  case FIELD_TIME: buf_adds(out, ": 2026-07-01 02:15"); break;
  case FIELD_YES: buf_addf(out, ": %s / %s", _("yes"), _("no")); break;
  case FIELD_AREA: buf_adds(out, _(": 12 digits")); break;
  case FIELD_REFERENCE: add_reference(field, out); break;
  default:
    if (field->unit) buf_addf(out, " (%s)", i18n_text(field->unit));
  }
}

static char *explain(const struct field *field, bool first)
{
  struct buf text = BUF_INIT;
  buf_addf(&text, "%s%s", first ? "# " : "", i18n_text(field->label));
  if (field->flags & FIELD_REQUIRED) buf_adds(&text, "*");
  add_allowed(field, &text);
  return buf_take(&text, NULL);
}

void duty_template(struct desk *desk, const struct duty *duty, struct buf *out)
{
  const char **names = NULL;
  char **allowed = NULL;
  size_t count = 0;
  (void)desk;
  for (int i = 0; duty->kind->fields[i].name; i++) {
    const struct field *field = &duty->kind->fields[i];
    if (field->flags & FIELD_AUTOMATIC) continue;
    names = mem_grow(names, count + 1, sizeof(*names));
    allowed = mem_grow(allowed, count + 1, sizeof(*allowed));
    names[count] = field->name;
    allowed[count] = explain(field, count == 0);
    count++;
  }
  buf_adds(out, CSV_BOM);
  csv_write_row(out, names, count);
  csv_write_row(out, (const char *const *)allowed, count);
  for (size_t i = 0; i < count; i++) free(allowed[i]);
  free(allowed);
  free(names);
}
