/* The reference for the screen: ncurses, one list, a cursor. bare_list FILE; arrows and Page Down move, q ends. */
#include <locale.h>
#include <ncurses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MOST = 2000, LINE_MOST = 512 };

struct list {
  char (*rows)[LINE_MOST];
  int count, first, cursor, height;
};

static int list_read(struct list *list, const char *path)
{
  FILE *file = fopen(path, "r");
  if (!file) return -1;
  list->rows = calloc(ROWS_MOST, LINE_MOST);
  while (list->rows && list->count < ROWS_MOST && fgets(list->rows[list->count], LINE_MOST, file)) {
    list->rows[list->count][strcspn(list->rows[list->count], "\n")] = 0;
    list->count++;
  }
  fclose(file);
  return list->rows && list->count > 0 ? 0 : -1;
}

static void row_draw(const struct list *list, int row)
{
  if (row < list->first || row >= list->first + list->height || row >= list->count) return;
  attrset(row == list->cursor ? A_REVERSE : A_NORMAL);
  mvaddstr(2 + row - list->first, 0, list->rows[row]);
  attrset(A_NORMAL);
}

static void list_draw(const struct list *list)
{
  erase();
  mvaddstr(0, 0, "示范镇 值班日志");
  for (int row = list->first; row < list->first + list->height; row++) row_draw(list, row);
  mvaddstr(LINES - 1, 0, "F1 帮助  F10 退出");
}

static void move_to(struct list *list, int cursor)
{
  int before = list->cursor;
  list->cursor = cursor < 0 ? 0 : cursor >= list->count ? list->count - 1 : cursor;
  if (list->cursor >= list->first && list->cursor < list->first + list->height) {
    row_draw(list, before);
    row_draw(list, list->cursor);
    return;
  }
  list->first = list->cursor < list->first ? list->cursor : list->cursor - list->height + 1;
  list_draw(list);
}

static void page_down(struct list *list)
{
  list->first = list->first + list->height < list->count ? list->first + list->height : list->first;
  list->cursor = list->first;
  list_draw(list);
}

int main(int argc, char *argv[])
{
  struct list list = { 0 };
  setlocale(LC_ALL, "");
  if (argc != 2 || list_read(&list, argv[1]) != 0 || !initscr()) return 2;
  cbreak();
  noecho();
  keypad(stdscr, TRUE);
  curs_set(0);
  list.height = LINES - 4;
  list_draw(&list);
  for (int key; (key = getch()) != 'q';) {
    if (key == KEY_DOWN)
      move_to(&list, list.cursor + 1);
    else if (key == KEY_UP)
      move_to(&list, list.cursor - 1);
    else if (key == KEY_NPAGE)
      page_down(&list);
  }
  endwin();
  return 0;
}
