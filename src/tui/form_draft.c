#include "tui/form_draft.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"

char *form_draft_name(struct shell *shell, const char *what, record_id subject)
{
  struct buf name = BUF_INIT;

  buf_adds(&name, "draft.");
  if (shell->desk.officer != 0) record_name(shell->desk.store, shell->desk.officer, &name);
  buf_addf(&name, ".%s.", what);
  if (subject != 0) record_name(shell->desk.store, subject, &name);
  return buf_take(&name, NULL);
}

static json *typed_so_far(struct form *form, struct shell *shell)
{
  json *draft = json_make_object();

  for (int i = 0; i < form->count; i++) {
    struct input *input = &form->inputs[i];
    struct buf text = BUF_INIT;
    if (!input->is_touched || input->is_fixed || (input->field->flags & FIELD_SECRET)) continue;
    input_save(input, &shell->desk, &text);
    if (text_invalid_at(buf_text(&text), text.length) < 0) json_put(draft, input->field->name, json_make_text(buf_text(&text)));
    buf_free(&text);
  }
  return draft;
}

void form_draft_save(struct form *form, struct shell *shell)
{
  struct buf text = BUF_INIT;
  struct err err = ERR_INIT;

  if (form->draft == NULL || !form->is_dirty || shell->desk.store == NULL) return;
  json *draft = typed_so_far(form, shell);
  if (json_count(draft) > 0) json_write(draft, 0, &text);
  if (store_set_local(shell->desk.store, form->draft, json_count(draft) > 0 ? buf_text(&text) : NULL, &err) == 0)
    form->is_dirty = false;
  else
    shell_complain(shell, &err);
  json_drop(draft);
  buf_free(&text);
}

bool form_draft_restore(struct form *form, struct shell *shell)
{
  char *text = form->draft != NULL && shell->desk.store != NULL ? store_get_local(shell->desk.store, form->draft) : NULL;
  json *draft = text != NULL ? json_read(text, strlen(text), NULL) : NULL;
  bool any = false;

  for (int i = 0; draft != NULL && i < form->count; i++) {
    const char *typed = json_text(json_get(draft, form->inputs[i].field->name));
    if (typed == NULL || form->inputs[i].is_fixed) continue;
    input_restore(&form->inputs[i], &shell->desk, typed);
    any = true;
  }
  if (draft != NULL) json_drop(draft);
  free(text);
  return any;
}

void form_draft_drop(struct form *form, struct shell *shell)
{
  form->is_dirty = false;
  if (form->draft != NULL && shell->desk.store != NULL) store_set_local(shell->desk.store, form->draft, NULL, NULL);
}
