/* The options of a field that is chosen rather than typed: found by words as they are typed, by their number, or by looking. */
#ifndef TUI_CHOOSER_H
#define TUI_CHOOSER_H

#include "desk/desk.h"
#include "tui/draw.h"
#include "tui/keys.h"

struct option {
  char *label;    /* translated, for people */
  char *name;     /* of a choice, in the journal; NULL for records and yes/no */
  int64_t number; /* a record, or 1 and 0 for yes and no */
  int shown_as;   /* the number to say, from 1 */
};

struct chooser {
  const struct field *field;
  struct option *options; /* those that fit what was typed */
  int count, chosen, top;
  bool is_open;
  bool has_more; /* records beyond those listed: type more */
};

enum { CHOOSER_ROWS = 8 };

bool chooser_suits(const struct field *field); /* is it chosen? */
/* Finds the options that fit `typed` ("": all). */
void chooser_fill(struct chooser *chooser, struct desk *desk, const struct field *field, const char *typed);
void chooser_stop(struct chooser *chooser);

/* The option that `typed` means without looking: by its number, its whole label or name, or because no other fits. NULL: several or none.
 * */
const struct option *chooser_meant(const struct chooser *chooser, const char *typed);
const struct option *chooser_chosen(const struct chooser *chooser); /* NULL: none */

bool chooser_key(struct chooser *chooser, const struct key *key); /* Up, Down, PgUp, PgDn */
int chooser_rows(const struct chooser *chooser);                  /* that it takes when open */
void chooser_draw(struct chooser *chooser, struct terminal *terminal, struct area area);

#endif
