#include "cli/help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/duty.h"

enum { TAKES_COLUMNS = 28 };

void help_usage(const struct action *action)
{
  const char *separator = " --pin-fd N: ";
  printf("  %s%s", action->command, action->subject ? " ID" : "");
  for (const struct field *field = action->arguments; field && field->name; field++)
    if (!(field->flags & FIELD_SECRET)) printf(field->flags & FIELD_REQUIRED ? " %s=" : " [%s=]", field->name);
  for (const struct field *field = action->arguments; field && field->name; field++)
    if (field->flags & FIELD_SECRET) { /* one a line, in this order; an empty line leaves one out */
      printf("%s%s", separator, i18n_text(field->label));
      separator = ", ";
    }
  printf("\n      %s\n", i18n_text(action->label));
}

/* Names of choices, or a word for what is to stand there; never translated, since it is typed. */
static void add_takes(const struct field *field, struct buf *out)
{
  static const char *const words[] = {
    [FIELD_TEXT] = "TEXT",       [FIELD_NOTE] = "TEXT", [FIELD_INTEGER] = "N",        [FIELD_DECIMAL] = "N.N", [FIELD_YES] = "yes|no",
    [FIELD_DATE] = "YYYY-MM-DD", [FIELD_TIME] = "TIME", [FIELD_REFERENCE] = "RECORD", [FIELD_AREA] = "CODE",   [FIELD_PHONE] = "NUMBER",
  };
  const char *separator = field->type == FIELD_CHOICES ? "," : "|";

  for (int i = 0; field->choices && field->choices[i].name; i++) buf_addf(out, "%s%s", i ? separator : "", field->choices[i].name);
  if (!field->choices) buf_adds(out, words[field->type]);
}

static void put_field(const struct field *field)
{
  struct buf takes = BUF_INIT;
  buf_addf(&takes, field->flags & FIELD_SECRET ? "--pin-fd N" : "%s=", field->name);
  if (!(field->flags & FIELD_SECRET)) add_takes(field, &takes);
  printf("  %-*s  %s", TAKES_COLUMNS, buf_text(&takes), i18n_text(field->label));
  if (field->unit) printf(" (%s)", i18n_text(field->unit));
  if (field->flags & FIELD_REQUIRED) printf(" · %s", _("needed"));
  if (field->help) printf(" · %s", i18n_text(field->help));
  putchar('\n');
  buf_free(&takes);
}

static void put_subject(const char *kind)
{
  const struct duty *duty = duty_find(kind);
  char *text = mem_printf(_("number or name of a record of \"%s\""), duty ? i18n_text(duty->kind->label) : kind);
  printf("  %-*s  %s\n", TAKES_COLUMNS, "ID", text);
  free(text);
}

void help_action(const struct action *action)
{
  help_usage(action);
  if (action->help) printf("      %s\n", i18n_text(action->help));
  if (action->subject) put_subject(action->subject);
  for (const struct field *field = action->arguments; field && field->name; field++)
    if (!(field->flags & FIELD_AUTOMATIC)) put_field(field);
}

void help_kind(const struct cli *cli, const struct kind *kind)
{
  const char *name = kind->name;
  printf("  %s add field=value…\n  %s set ID field=value…\n  %s void ID --why T\n  %s list [field=value…] [--json|--csv]\n"
         "  %s show ID [--history] [--json]\n  %s import FILE.csv [--dry-run]\n  %s template\n",
         name, name, name, name, name, name, name);
  for (int table = 0; cli->tables[table]; table++)
    for (const struct action *action = cli->tables[table]; action->name; action++)
      if (action->command && strncmp(action->name, name, strlen(name)) == 0 && action->name[strlen(name)] == '.') help_usage(action);
  for (const struct field *field = kind->fields; field->name; field++)
    if (!(field->flags & FIELD_AUTOMATIC)) put_field(field);
}
