/* A page with a chosen row: moving through a list of any length, by key. What list views have in common. */
#ifndef TUI_SHEET_H
#define TUI_SHEET_H

#include "tui/page.h"
#include "tui/rows.h"
#include "tui/shell.h"

struct sheet {
  struct page page;
  struct rows rows;
  int columns; /* that its rows were read for; 0: read anew before drawing */
};

void sheet_start(struct sheet *sheet, const struct page_source *source, void *context);
void sheet_stop(struct sheet *sheet);

/* Where it is to be drawn; true: its rows must be read (sheet_read), because the size or what it shows has changed. */
bool sheet_place(struct sheet *sheet, struct area area);
void sheet_read(struct sheet *sheet, struct shell *shell);  /* the same rows again, as far as they are there */
void sheet_first(struct sheet *sheet, struct shell *shell); /* from the start, the first one chosen */
/* Reads again; the chosen one stays chosen where it can. */
int sheet_refresh(struct sheet *sheet, struct shell *shell, struct err *err);
/* Chooses the row of this record, wherever in the list `position` (page.h) says it lies. Where it is not, all stays as it was. */
int sheet_choose(struct sheet *sheet, struct shell *shell, record_id id, const void *position, struct err *err);
/* Up, Down, PgUp, PgDn, Home, End: at the edge the page moves, elsewhere the choice. False: another key. */
bool sheet_key(struct sheet *sheet, struct shell *shell, const struct key *key);
const struct page_row *sheet_chosen(const struct sheet *sheet); /* NULL: there is none */

/* Draws the rows that are dirty, and at the right end of the line above them whether it goes on below. */
void sheet_draw(struct sheet *sheet, struct terminal *terminal,
                void (*draw)(void *context, struct terminal *terminal, const struct page_row *row, struct area area, bool is_chosen),
                void *context);

/* The usual way to draw one: cells side by side under headings, in the line above the rows. */
struct sheet_column {
  const char *heading; /* msgid; NULL ends the table */
  int columns;         /* 0: what the others leave */
};
void sheet_draw_table(struct sheet *sheet, struct terminal *terminal, const struct sheet_column table[]);

#endif
