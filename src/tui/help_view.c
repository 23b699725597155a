#include "tui/help_view.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/parts.h"
#include "tui/doing.h"
#include "tui/quick.h"
#include "tui/text_view.h"

enum { KEY_COLUMNS = 11 };

struct helping {
  struct buf *out;
  struct shell *shell;
};

static void add_line(struct helping *helping, const char *key, const char *text)
{
  text_fit(helping->out, key, KEY_COLUMNS, helping->shell->terminal->ambiguous);
  buf_addf(helping->out, "%s\n", text);
}

static void add_bindings(struct helping *helping, const struct binding *bindings)
{
  char name[16];

  for (const struct binding *binding = bindings; binding != NULL && binding->code != 0; binding++)
    add_line(helping, i18n_text(keys_name(binding->code, name)), _(binding->help));
}

/* Every action with a key of its own, under the kind of record that it works on. */
static bool add_action(void *context, const struct action *action)
{
  struct helping *helping = context;

  if (action->key == NULL) return true;
  char *text = action->help != NULL ? mem_printf(_("%s. %s"), _(action->label), _(action->help)) : mem_dup(_(action->label));
  add_line(helping, action->key, text);
  free(text);
  return true;
}

static bool note_any(void *context, const struct action *action)
{
  *(bool *)context |= action->key != NULL;
  return true;
}

static void add_actions(struct helping *helping)
{
  const struct kind *const *kinds = helping->shell->desk.store != NULL ? store_kinds(helping->shell->desk.store) : NULL;

  for (int i = 0; kinds != NULL && kinds[i] != NULL; i++) {
    bool any = false;
    doing_each(helping->shell, kinds[i]->name, note_any, &any);
    if (!any) continue;
    buf_addf(helping->out, "\n# %s\n", _(kinds[i]->label));
    doing_each(helping->shell, kinds[i]->name, add_action, helping);
  }
}

/* Only what is not there is told. */
static void add_missing_parts(struct buf *out)
{
  struct buf names = BUF_INIT;

  for (const struct part *part = parts; part->name != NULL; part++)
    if (!part->built_in) buf_addf(&names, "%s%s (%s)", names.length > 0 ? ", " : "", i18n_text(part->purpose), part->name);
  if (names.length > 0) buf_addf(out, "\n# %s\n%s\n", _("Built without"), buf_text(&names));
  buf_free(&names);
}

struct view *help_view_open(struct shell *shell, struct view *about)
{
  struct buf text = BUF_INIT;
  struct helping helping = { &text, shell };

  buf_addf(&text, "# %s\n", _(about->class->name));
  add_bindings(&helping, about->class->bindings);
  buf_addf(&text, "\n# %s\n", _("Everywhere"));
  add_bindings(&helping, shell_commands(shell));
  buf_addf(&text, "\n# %s\n", _("Digits on the overview"));
  quick_describe(shell, &text);
  buf_addf(&text, "\n# %s\n%s\n", _("How to type"),
           _("Times: 0215, 2:15, 昨天 2215, 07-01 0215, -10 for ten minutes ago. Full-width digits are taken as they are. "
             "Choices and records: words of the name, or the number that stands before it."));
  add_missing_parts(&text);
  add_actions(&helping);
  struct view *view = text_view_open(_("Help"), buf_text(&text));
  buf_free(&text);
  return view;
}
