/* A form made from a list of fields: a kind's or an action's. Labels left, typing right, errors at the field, a draft kept while it is
 * half typed. */
#ifndef TUI_FORM_VIEW_H
#define TUI_FORM_VIEW_H

#include "tui/form_input.h"
#include "tui/shell.h"

struct form;

/* What a form is for. */
struct form_purpose {
  /* Does it with finished values. -1: the form stays open with the error shown; if err begins with a field's label or name, at that
   * field. After 0 the form is closed. */
  int (*submit)(struct shell *shell, struct form *form, const struct values *values, struct err *err);
  void (*after)(struct shell *shell, struct form *form); /* after submit, before the form closes; NULL: nothing more */
  /* A field has been filled in: what follows from it may be filled into `values`; only inputs that are still empty take it. NULL: nothing
   * does. */
  int (*follow)(struct shell *shell, struct form *form, struct values *values, struct err *err);
  bool is_change;      /* what stands in the fields is somebody's writing, not the desk's proposal: typing adds to it */
  bool keeps_no_draft; /* what is typed is not to be written down */
};

struct form {
  struct view view;
  const struct form_purpose *purpose;
  char *title; /* translated; owned */
  char *draft; /* name of the local value that keeps it; NULL: none is kept */
  struct values values;
  struct input *inputs;
  int count, focus; /* focus == count: the line that saves */
  int top;          /* first row in sight */
  int label_columns;
  bool is_leaving; /* Esc was pressed once */
  bool is_brief;   /* what came of it is said in one line */
  bool is_dirty;   /* typed in since the draft was saved */
  /* For the purposes, as each needs: */
  const struct duty *duty;
  const struct action *action;
  record_id subject;
  struct field *own_fields; /* owned */
  const void *what;
  void *owned; /* freed with the form */
  struct outcome outcome;
};

/* Takes over title, draft and values. `shows` says which fields are there and which fixed; NULL: all are. */
enum form_shows { FORM_HIDDEN, FORM_FIXED, FORM_TYPED };
struct form *form_start(struct shell *shell, const struct form_purpose *purpose, char *title, char *draft, struct values *values,
                        enum form_shows (*shows)(const struct field *field, int index));
/* Reads a draft if there is one, and says so. To be called when the form is ready. */
struct view *form_view(struct form *form, struct shell *shell);

const char *form_button(const struct form *form); /* translated: what sends it off */
struct input *form_focused(struct form *form);    /* NULL on the line that saves */
void form_focus(struct form *form, struct shell *shell, int index);

/* The purposes. NULL: it cannot be opened, and the shell has said why. */
struct view *form_view_add(struct shell *shell, const struct duty *duty);
struct view *form_view_edit(struct shell *shell, const struct duty *duty, record_id id, const char *focus_field);
struct view *form_view_void(struct shell *shell, const struct duty *duty, record_id id);
struct view *form_view_action(struct shell *shell, const struct action *action, record_id subject);
/* The same with some of its fields filled in, and its outcome in one line (doing.h). */
struct doing_given;
struct view *form_view_given(struct shell *shell, const struct action *action, record_id subject, const char *about,
                             const struct doing_given *given);
void form_open_jobs(struct shell *shell, struct form *form); /* for `after`, where a job does it */

#endif
