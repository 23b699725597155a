#include "tui/doing.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/figures.h"
#include "desk/session.h"
#include "tui/detail_view.h"
#include "tui/form_view.h"
#include "tui/print_view.h"
#include "tui/text_view.h"

bool doing_refused(struct shell *shell, enum who who)
{
  struct err err = ERR_INIT;

  if (session_may(&shell->desk, who, &err) == 0) return false;
  shell_complain(shell, &err);
  return true;
}

bool doing_is_possible(struct shell *shell, const struct action *action, const struct record *record)
{
  /* Who only looks on sees what there is; choosing it says what it takes. */
  bool may_write = session_may(&shell->desk, WHO_ANYONE, NULL) == 0;

  if (may_write && session_may(&shell->desk, action->who, NULL) < 0) return false;
  return action->possible == NULL || action->possible(&shell->desk, record);
}

void doing_each(struct shell *shell, const char *subject, bool (*each)(void *context, const struct action *action), void *context)
{
  for (int i = 0; shell->tables[i] != NULL; i++)
    for (const struct action *action = shell->tables[i]; action->name != NULL; action++) {
      bool fits = subject == NULL ? action->subject == NULL : action->subject != NULL && strcmp(action->subject, subject) == 0;
      if (fits && !each(context, action)) return;
    }
}

bool doing_is_of_kind(const struct action *action, const char *kind)
{
  size_t length = strlen(kind);
  return strncmp(action->name, kind, length) == 0 && action->name[length] == '.';
}

struct by_key {
  int code;
  const char *kind; /* only of this kind; NULL: any */
  const struct action *found;
};

static bool has_key(void *context, const struct action *action)
{
  struct by_key *by_key = context;

  if (action->key == NULL || keys_from_name(action->key) != by_key->code) return true;
  if (by_key->kind != NULL && !doing_is_of_kind(action, by_key->kind)) return true;
  by_key->found = action;
  return false;
}

const struct action *doing_by_key(struct shell *shell, const char *subject, int code)
{
  struct by_key by_key = { code, NULL, NULL };

  doing_each(shell, subject, has_key, &by_key);
  return by_key.found;
}

const struct action *doing_general_by_key(struct shell *shell, const char *kind, int code)
{
  struct by_key by_key = { code, kind, NULL };

  doing_each(shell, NULL, has_key, &by_key);
  return by_key.found;
}

static char *what_was_done(struct shell *shell, const struct outcome *outcome)
{
  struct record record = { 0 };

  if (outcome->record == 0 || outcome->kind == NULL || record_read(shell->desk.store, outcome->kind, outcome->record, &record, NULL) != 1)
    return mem_dup(_("Done."));
  const char *number = record_text(&record, "no");
  char *said = mem_printf(_("Saved: %s %s"), _(outcome->kind->label), number != NULL ? number : record_title(&record));
  record_free(&record);
  return said;
}

void doing_brief(struct outcome *outcome)
{
  if (outcome->text != NULL) outcome->text[strcspn(outcome->text, "\n")] = '\0';
}

void doing_outcome(struct shell *shell, const struct action *action, const struct outcome *outcome, bool shows_record)
{
  if (shows_record && outcome->record != 0 && outcome->kind != NULL)
    shell_push(shell, detail_view_open(shell, outcome->kind, outcome->record));
  if (outcome->text != NULL && strchr(outcome->text, '\n') != NULL) {
    shell_push(shell, text_view_open(_(action->label), outcome->text));
    return;
  }
  char *said = outcome->text != NULL ? mem_dup(outcome->text) : what_was_done(shell, outcome);
  if (outcome->attention) {
    struct err err = ERR_INIT;
    err_set(&err, "%s", said);
    shell_complain(shell, &err);
  } else {
    shell_say(shell, "%s", said);
  }
  free(said);
}

static void tell_unknown(struct shell *shell, const char *name)
{
  struct err err = ERR_INIT;

  err_set(&err, _("This build of the desk cannot do \"%s\""), name);
  shell_complain(shell, &err);
}

int doing_fill(struct shell *shell, const struct doing_given *given, struct values *values, struct err *err)
{
  for (; given != NULL && given->name != NULL; given++) {
    int index = values_index(values, given->name);
    if (figures_read(shell->desk.store, values->fields[index], given->text, clock_now(), &values->list[index], err) < 0) return -1;
  }
  return 0;
}

static void run_at_once(struct shell *shell, const struct action *action, record_id subject, const struct doing_given *given)
{
  static const struct field nothing[] = { { .name = NULL } };
  struct outcome outcome = { 0 };
  struct err err = ERR_INIT;
  struct values values;

  values_start(&values, action->arguments != NULL ? action->arguments : nothing);
  int result = action->prepare != NULL ? action->prepare(&shell->desk, subject, &values, &err) : 0;
  if (result == 0) result = doing_fill(shell, given, &values, &err);
  if (result == 0) result = action_run(&shell->desk, action, subject, &values, &outcome, &err);
  if (result < 0) {
    shell_complain(shell, &err);
  } else {
    if (given != NULL) doing_brief(&outcome); /* one key, one line: the rest stands in the view */
    shell_changed(shell);
    doing_outcome(shell, action, &outcome, given == NULL && outcome.record != subject);
  }
  outcome_free(&outcome);
  values_free(&values);
}

void doing_at_once(struct shell *shell, const struct action *action, record_id subject)
{
  run_at_once(shell, action, subject, NULL);
}

void doing_given(struct shell *shell, const char *name, record_id subject, const struct doing_given *given)
{
  const struct action *action = action_find(shell->tables, name);

  if (action != NULL)
    run_at_once(shell, action, subject, given);
  else
    tell_unknown(shell, name);
}

void doing_action(struct shell *shell, const struct action *action, record_id subject)
{
  struct err err = ERR_INIT;

  if (doing_refused(shell, action->who)) return;
  if (print_makes_paper(action) && subject != 0) {
    if (print_start(shell, action, subject, NULL, &err) < 0) shell_complain(shell, &err);
  } else if (action->arguments != NULL && action->arguments[0].name != NULL) {
    shell_push(shell, form_view_action(shell, action, subject));
  } else {
    doing_at_once(shell, action, subject);
  }
}

void doing_named(struct shell *shell, const char *name, record_id subject)
{
  const struct action *action = action_find(shell->tables, name);

  if (action != NULL)
    doing_action(shell, action, subject);
  else
    tell_unknown(shell, name);
}

void doing_form(struct shell *shell, const char *name, record_id subject, const char *about, const struct doing_given *given)
{
  const struct action *action = action_find(shell->tables, name);

  if (action != NULL)
    shell_push(shell, form_view_given(shell, action, subject, about, given));
  else
    tell_unknown(shell, name);
}

static const struct action *adds(struct shell *shell, const struct duty *duty)
{
  char *usual = mem_printf("%s.add", duty->kind->name);
  const struct action *action = action_find(shell->tables, duty->adds != NULL ? duty->adds : usual);

  free(usual);
  return action;
}

void doing_add(struct shell *shell, const struct kind *kind)
{
  const struct action *action = adds(shell, duty_of(kind));

  if (action != NULL)
    doing_action(shell, action, 0);
  else
    shell_push(shell, form_view_add(shell, duty_of(kind)));
}

bool doing_can_add(struct shell *shell, const struct kind *kind)
{
  return !duty_of(kind)->read_only || adds(shell, duty_of(kind)) != NULL;
}
