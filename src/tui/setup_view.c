#include "tui/setup_view.h"

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/setup.h"
#include "tui/form_view.h"

/* ISO C has no function pointers in void *: the form's context is this. */
struct setup {
  void (*after)(struct shell *shell, const struct values *values);
};

static int submit(struct shell *shell, struct form *form, const struct values *values, struct err *err)
{
  (void)form;
  return setup_create(shell->path, shell->desk.config, values, err);
}

static void after(struct shell *shell, struct form *form)
{
  const struct setup *setup = form->what;
  setup->after(shell, &form->values);
}

static const struct form_purpose purpose = { .submit = submit, .after = after };

struct view *setup_view_open(struct shell *shell, void (*then)(struct shell *shell, const struct values *values))
{
  struct values values;

  setup_start(&values);
  struct form *form = form_start(shell, &purpose, mem_printf(_("Set-up of a new station: %s"), shell->path), NULL, &values, NULL);
  struct setup *setup = mem_zero(1, sizeof *setup);
  setup->after = then;
  form->what = setup;
  form->owned = setup;
  return form_view(form, shell);
}
