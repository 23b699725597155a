/* form_view.h: what forms are opened for. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duty.h"
#include "tui/code_view.h"
#include "tui/doing.h"
#include "tui/form_draft.h"
#include "tui/form_view.h"
#include "tui/job_view.h"
#include "tui/print_view.h"

static void say_saved(struct shell *shell, struct form *form)
{
  struct record record = { 0 };
  const struct kind *kind = form->duty->kind;

  if (form->subject == 0 || record_read(shell->desk.store, kind, form->subject, &record, NULL) != 1) return;
  const char *number = record_text(&record, "no");
  shell_say(shell, _("Saved: %s %s"), _(kind->label), number != NULL ? number : record_title(&record));
  record_free(&record);
}

static enum form_shows shows_new(const struct field *field, int index)
{
  return index < COMMON_FIELDS || field->flags & FIELD_AUTOMATIC ? FORM_HIDDEN : FORM_TYPED;
}

/* The number may be one that a blank paper form had reserved. */
static enum form_shows shows_new_numbered(const struct field *field, int index)
{
  return index == COMMON_NUMBER ? FORM_TYPED : shows_new(field, index);
}

static enum form_shows shows_existing(const struct field *field, int index)
{
  if (index < COMMON_FIELDS || field->flags & FIELD_AUTOMATIC) return FORM_HIDDEN;
  return field->flags & (FIELD_KEY | FIELD_ONCE) ? FORM_FIXED : FORM_TYPED;
}

/* Before anything is typed. */
static bool refuse(struct shell *shell, const struct duty *duty)
{
  struct err err = ERR_INIT;

  if (!duty->read_only) return doing_refused(shell, WHO_ANYONE);
  err_set(&err, _("%s: made and changed by its own actions only; Ctrl-P lists them"), _(duty->kind->label));
  shell_complain(shell, &err);
  return true;
}

/* --- a new record --------------------------------------------------------------------------------------------------------- */

static int submit_new(struct shell *shell, struct form *form, const struct values *values, struct err *err)
{
  return duty_add(&shell->desk, form->duty, values, &form->subject, err);
}

static const struct form_purpose purpose_new = { .submit = submit_new, .after = say_saved };

struct view *form_view_add(struct shell *shell, const struct duty *duty)
{
  struct values values;

  if (refuse(shell, duty)) return NULL;
  duty_start(&shell->desk, duty, &values);
  char *title = mem_printf(_("New: %s"), _(duty->kind->label));
  struct form *form = form_start(shell, &purpose_new, title, form_draft_name(shell, duty->kind->name, 0), &values,
                                 duty->kind->letter != NULL ? shows_new_numbered : shows_new);
  form->duty = duty;
  return form_view(form, shell);
}

/* --- a change ------------------------------------------------------------------------------------------------------------- */

static int submit_change(struct shell *shell, struct form *form, const struct values *values, struct err *err)
{
  return duty_change(&shell->desk, form->duty, form->subject, values, err);
}

static const struct form_purpose purpose_change = { .submit = submit_change, .after = say_saved, .is_change = true };

static int read_subject(struct shell *shell, const struct kind *kind, record_id id, struct record *record)
{
  struct err err = ERR_INIT;
  int found = record_read(shell->desk.store, kind, id, record, &err);

  if (found == 0) err_set(&err, _("This record is no longer here"));
  if (found != 1) shell_complain(shell, &err);
  return found == 1 ? 0 : -1;
}

struct view *form_view_edit(struct shell *shell, const struct duty *duty, record_id id, const char *focus_field)
{
  struct record record = { 0 };
  struct values values;

  if (refuse(shell, duty) || read_subject(shell, duty->kind, id, &record) < 0) return NULL;
  values_copy(&values, &record.values);
  char *title = mem_printf(_("Change: %s %s"), _(duty->kind->label), record_title(&record));
  struct form *form = form_start(shell, &purpose_change, title, form_draft_name(shell, "change", id), &values, shows_existing);
  record_free(&record);
  form->duty = duty;
  form->subject = id;
  struct view *view = form_view(form, shell);
  for (int i = 0; focus_field != NULL && i < form->count; i++)
    if (strcmp(form->inputs[i].field->name, focus_field) == 0 && !form->inputs[i].is_fixed) form->focus = i;
  return view;
}

/* --- striking ------------------------------------------------------------------------------------------------------------- */

static int submit_void(struct shell *shell, struct form *form, const struct values *values, struct err *err)
{
  return duty_void(&shell->desk, form->duty, form->subject, values_text(values, "why"), values_number(values, "replaced_by", 0), err);
}

static void say_struck(struct shell *shell, struct form *form)
{
  (void)form;
  shell_say(shell, _("Struck. It stays readable, with the reason."));
}

static const struct form_purpose purpose_void = { .submit = submit_void, .after = say_struck };

static struct field *void_fields(const struct kind *kind)
{
  struct field *fields = mem_zero(3, sizeof *fields);

  fields[0] = (struct field){
    .name = "why", .type = FIELD_TEXT, .label = N_("Reason"), .flags = FIELD_REQUIRED, .help = N_("Why it is struck. Nothing is erased.")
  };
  fields[1] = (struct field){ .name = "replaced_by",
                              .type = FIELD_REFERENCE,
                              .label = N_("Replaced by"),
                              .reference = kind->name,
                              .help = N_("The record that stands in its place, if it was written twice.") };
  return fields;
}

struct view *form_view_void(struct shell *shell, const struct duty *duty, record_id id)
{
  struct record record = { 0 };
  struct values values;

  if (doing_refused(shell, WHO_ANYONE) || read_subject(shell, duty->kind, id, &record) < 0) return NULL;
  if (record_is_void(&record)) {
    struct err err = ERR_INIT;
    err_set(&err, _("It is struck already: %s"), record_text(&record, "voided"));
    shell_complain(shell, &err);
    record_free(&record);
    return NULL;
  }
  struct field *fields = void_fields(duty->kind);
  values_start(&values, fields);
  char *title = mem_printf(_("Strike: %s %s"), _(duty->kind->label), record_title(&record));
  record_free(&record);
  struct form *form = form_start(shell, &purpose_void, title, form_draft_name(shell, "void", id), &values, NULL);
  form->own_fields = fields;
  form->duty = duty;
  form->subject = id;
  return form_view(form, shell);
}

/* --- an action ------------------------------------------------------------------------------------------------------------ */

static int submit_action(struct shell *shell, struct form *form, const struct values *values, struct err *err)
{
  outcome_free(&form->outcome);
  form->outcome = (struct outcome){ 0 };
  if (print_makes_paper(form->action)) return print_start(shell, form->action, form->subject, values, err);
  return action_run(&shell->desk, form->action, form->subject, values, &form->outcome, err);
}

static void show_outcome(struct shell *shell, struct form *form)
{
  if (form->is_brief) doing_brief(&form->outcome);
  if (!print_makes_paper(form->action)) doing_outcome(shell, form->action, &form->outcome, false);
}

static int prepare_again(struct shell *shell, struct form *form, struct values *values, struct err *err)
{
  return form->action->prepare != NULL ? form->action->prepare(&shell->desk, form->subject, values, err) : 0;
}

static const struct form_purpose purpose_action = { .submit = submit_action, .after = show_outcome, .follow = prepare_again };

/* What the action finds out by itself is shown: who is about to sign, for one. */
static enum form_shows shows_argument(const struct field *field, int index)
{
  (void)index;
  return field->flags & FIELD_AUTOMATIC ? FORM_FIXED : FORM_TYPED;
}

/* The code is read out over the phone: large. */
static void show_code(struct shell *shell, struct form *form)
{
  shell_push(shell, code_view_open(_(form->action->label), form->outcome.text));
}

/* It goes over a line, and the screen waits for none. The code is good for one machine, whoever types it first. */
static int submit_enrol(struct shell *shell, struct form *form, const struct values *values, struct err *err)
{
  const char *const words[] = { "node", "enrol", values_text(values, "remote"), "--code-fd", "0", NULL };
  char *line = mem_printf("%s\n", values_text(values, "code"));
  struct job *job = job_start_with(shell, _(form->action->label), words, line, false, err);

  free(line);
  return job != NULL ? 0 : -1;
}

void form_open_jobs(struct shell *shell, struct form *form)
{
  (void)form;
  shell_push(shell, job_view_open(shell));
}

/* Wherever these are chosen, their forms do more than run them. */
static const struct form_purpose *purpose_of(const struct action *action)
{
  static const struct {
    const char *action;
    struct form_purpose purpose;
  } others[] = {
    { "node.invite", { .submit = submit_action, .after = show_code, .follow = prepare_again } },
    { "node.enrol", { .submit = submit_enrol, .after = form_open_jobs, .follow = prepare_again, .keeps_no_draft = true } },
  };

  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (strcmp(others[i].action, action->name) == 0) return &others[i].purpose;
  return &purpose_action;
}

/* One for each thing that the action is done to: the subject or, without one, what was given. */
static char *action_draft(struct shell *shell, const struct action *action, record_id subject, const struct doing_given *given)
{
  struct buf what = BUF_INIT;

  buf_adds(&what, action->name);
  for (; subject == 0 && given != NULL && given->name != NULL; given++) buf_addf(&what, ".%s", given->text);
  char *draft = form_draft_name(shell, buf_text(&what), subject);
  buf_free(&what);
  return draft;
}

static char *action_title(struct shell *shell, const struct action *action, record_id subject, const char *about)
{
  struct record record = { 0 };
  const struct kind *kind = action->subject != NULL && subject != 0 ? store_kind(shell->desk.store, action->subject) : NULL;

  if (about != NULL) return mem_printf("%s · %s", _(action->label), about);
  if (kind == NULL || record_read(shell->desk.store, kind, subject, &record, NULL) != 1) return mem_dup(_(action->label));
  char *title = mem_printf("%s · %s", _(action->label), record_title(&record)); /* beside it stands who is on duty */
  record_free(&record);
  return title;
}

struct view *form_view_action(struct shell *shell, const struct action *action, record_id subject)
{
  return form_view_given(shell, action, subject, NULL, NULL);
}

struct view *form_view_given(struct shell *shell, const struct action *action, record_id subject, const char *about,
                             const struct doing_given *given)
{
  const struct form_purpose *purpose = purpose_of(action);
  struct values values;
  struct err err = ERR_INIT;

  if (doing_refused(shell, action->who)) return NULL;
  values_start(&values, action->arguments);
  int status = action->prepare != NULL ? action->prepare(&shell->desk, subject, &values, &err) : 0;
  if (status < 0 || doing_fill(shell, given, &values, &err) < 0) {
    shell_complain(shell, &err);
    values_free(&values);
    return NULL;
  }
  char *draft = purpose->keeps_no_draft ? NULL : action_draft(shell, action, subject, given);
  struct form *form = form_start(shell, purpose, action_title(shell, action, subject, about), draft, &values, shows_argument);
  form->action = action;
  form->subject = subject;
  form->is_brief = given != NULL;
  return form_view(form, shell);
}
