/* A menu: filters as you type, takes the number that stands before a line, runs what is chosen. The palette and every "which one?" are
 * menus. */
#ifndef TUI_MENU_H
#define TUI_MENU_H

#include "store/store.h"
#include "tui/shell.h"

struct menu;

struct menu_item {
  char *label, *detail;                                           /* translated; detail may be NULL */
  int code;                                                       /* key that does the same elsewhere, for information; 0: none */
  void (*run)(struct shell *shell, const struct menu_item *item); /* called after the menu has closed */
  const void *what;                                               /* whatever run() needs; not owned */
  record_id subject;
  char *also;                                                       /* words that it is found by beside label and detail; may be NULL */
  void (*aside)(struct shell *shell, const struct menu_item *item); /* the same otherwise, by Ins; NULL: there is none */
};

struct menu *menu_start(const char *title);
/* label and detail are copied. */
void menu_add(struct menu *menu, const char *label, const char *detail, int code,
              void (*run)(struct shell *shell, const struct menu_item *item), const void *what, record_id subject);
/* The one added last is found by these words too, which stand nowhere; NULL: none. */
void menu_also(struct menu *menu, const char *words);
/* Ins on the one added last; `hint`, translated, says beside the keys what it does. */
void menu_aside(struct menu *menu, const char *hint, void (*run)(struct shell *shell, const struct menu_item *item));
struct view *menu_view(struct menu *menu);

#endif
