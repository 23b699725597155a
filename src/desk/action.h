/* An action: something an officer can do, described once. Keys, hint bar, help, palette, command line, completion and the manual read it.
 * */
#ifndef DESK_ACTION_H
#define DESK_ACTION_H

#include "desk/desk.h"

enum who { WHO_ANYONE, WHO_OFFICER, WHO_LEADER, WHO_ADMIN };

/* What an action has to say when it is done. */
struct outcome {
  const struct kind *kind; /* of `record`, or NULL */
  record_id record;        /* what it made or changed, to show next; 0: nothing */
  char *text;              /* translated, what happened, one or more lines; owned; may be NULL */
  bool attention;          /* done, but somebody should look (exit 3) */
};
void outcome_say(struct outcome *outcome, const char *format, ...) __attribute__((format(printf, 2, 3))); /* adds a line */
void outcome_free(struct outcome *outcome);

struct action {
  const char *name;    /* "handover.offer": also the operation's action in the journal */
  const char *label;   /* msgid: a few words, imperative */
  const char *help;    /* msgid: one or two sentences */
  const char *key;     /* where its subject is shown: "Ctrl-O", "F6", "a" …; or NULL */
  const char *command; /* words on the command line, "handover offer", or NULL */
  enum who who;
  const char *subject;           /* kind of the record it works on, or NULL */
  const struct field *arguments; /* what it asks for, ended by a NULL name; NULL: nothing */
  const char *button;            /* msgid: what sends its form off, in a word or two; NULL: "Save" */
  /* Is it open to this officer now (for the hint bar)? `record` is the subject, NULL if there is none. NULL: always. */
  bool (*possible)(struct desk *desk, const struct record *record);
  /* Fills arguments with what can be known beforehand (they stay editable). NULL: nothing. */
  int (*prepare)(struct desk *desk, record_id subject, struct values *arguments, struct err *err);
  /* Does it, with finished values; never prompts, never draws. Checks again whatever possible() said. */
  int (*run)(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err);
};

/* Tables of actions are joined by main.c from the layers: an array of tables, ended by NULL; each table ends with a NULL name. */
extern const struct action *const desk_action_tables[];
const struct action *action_find(const struct action *const tables[], const char *name); /* NULL: none */

/* Checks who may and the required arguments, then runs. What both front ends call. */
int action_run(struct desk *desk, const struct action *action, record_id subject, const struct values *arguments, struct outcome *outcome,
               struct err *err);

#endif
