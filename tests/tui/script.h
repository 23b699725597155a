/* What scripts of a shift have in common: the words on the screen in each language, forms filled, actions found. */
#ifndef TESTS_TUI_SCRIPT_H
#define TESTS_TUI_SCRIPT_H

#include "station.h"

/* Texts that say where one is. */
struct words {
  const char *language;
  const char *set_up, *printer_test, *overview, *log, *warnings, *handover;
  const char *name; /* heading of that column */
  const char *saved, *pin_is_set, *shifts_made, *signatures, *offered, *not_read_back, *read_back, *accepted, *accepted_state, *acknowledge;
  const char *report_as_asked, *report, *running; /* in the menu, on the paper, of a job */
  const char *fill_roster, *import_warning;       /* as the palette lists them */
  const char *in_force, *red, *disk_full, *draft_is_back;
};
extern const struct words words_zh, words_en;

void script_press(struct driver *driver, const char *keys); /* and the screen has answered */
void script_type(struct driver *driver, const char *text);
/* Types each text into its field, Enter to the next; "" leaves what stands there. Ended by NULL; the last stays in its field. */
void script_fill(struct driver *driver, const char *const texts[]);
/* Opens a form by its keys. A draft that waits there, after an unclean end, is thrown away. */
void script_form(struct driver *driver, const struct words *words, const char *keys);
void script_save(struct driver *driver, const char *then); /* Ctrl-D, then that text comes */
/* Home, then Down until the line with that text is chosen, in sight or not yet. */
void script_go(struct driver *driver, const char *text);
/* Chooses a line of a list whose heading contains `heading`. */
void script_choose(struct driver *driver, const char *heading, const char *text);
void script_do(struct driver *driver, const struct words *words, const char *label); /* finds the action in the palette and begins it */

#endif
