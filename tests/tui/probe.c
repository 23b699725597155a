/* A small full-screen program with known behaviour, for the harness to be tested on. argv[1] says what it does; see the table in main(). */
#include <curses.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void open_screen(void)
{
  setlocale(LC_ALL, "");
  initscr();
  raw();
  nonl();
  noecho();
  keypad(stdscr, TRUE);
  set_escdelay(50);
}

static void row_of_size(void)
{
  char text[64];
  snprintf(text, sizeof text, "size %dx%d", COLS, LINES);
  mvaddstr(0, 0, text);
  clrtoeol();
}

/* Each byte or key that comes is named on row 2 and counted on row 1; q ends with 7. */
static int show_keys(void)
{
  int count = 0;
  open_screen();
  row_of_size();
  for (;;) {
    refresh();
    int key = getch();
    if (key == 'q') break;
    if (key == KEY_RESIZE) {
      erase();
      row_of_size();
      continue;
    }
    char text[64];
    snprintf(text, sizeof text, "keys %d", ++count);
    mvaddstr(1, 0, text);
    snprintf(text, sizeof text, "got %s", key < 256 ? unctrl((chtype)key) : keyname(key));
    mvaddstr(2, 0, text);
    clrtoeol();
  }
  endwin();
  return 7;
}

/* The bytes as they come, in hexadecimal, with nothing between: what the keyboard really sends. */
static int show_bytes(void)
{
  open_screen();
  keypad(stdscr, FALSE);
  if (getenv("APPLICATION")) fputs("\033[?1h", stdout);
  if (getenv("BRACKETED")) fputs("\033[?2004h", stdout);
  fflush(stdout);
  mvaddstr(0, 0, "ready");
  move(1, 0);
  for (;;) {
    refresh();
    int byte = getch();
    if (byte == 'q') break;
    char text[8];
    snprintf(text, sizeof text, "%02x ", (unsigned)byte);
    addstr(text);
  }
  endwin();
  return 0;
}

static int paint(void)
{
  open_screen();
  start_color();
  use_default_colors();
  init_pair(1, COLOR_RED, COLOR_YELLOW);
  mvaddstr(0, 0, "暴雨红色预警 ok");
  mvaddstr(1, 4, "★·");
  mvaddstr(1, 10, "after");
  attron(COLOR_PAIR(1) | A_BOLD);
  mvaddstr(2, 2, "预警");
  attroff(COLOR_PAIR(1) | A_BOLD);
  attron(A_REVERSE);
  mvaddstr(3, 0, "chosen");
  attroff(A_REVERSE);
  mvaddstr(4, 0, "2026-07-01 02:15 12 min 7月1日");
  mvhline(5, 0, '-', 60);
  beep();
  move(3, 5);
  refresh();
  getch();
  endwin();
  return 0;
}

/* Thinks for a third of a second, asleep but not at its terminal, before it answers a key: a mere silence would be taken for rest. */
static int think(void)
{
  open_screen();
  mvaddstr(0, 0, "ready");
  for (int count = 1;; count++) {
    refresh();
    if (getch() == 'q') break;
    nanosleep(&(struct timespec){ .tv_nsec = 330000000 }, NULL);
    char text[32];
    snprintf(text, sizeof text, "answer %d", count);
    mvaddstr(1, 0, text);
  }
  endwin();
  return 0;
}

/* Asks the terminal where the cursor is and shows the answer. */
static int ask(void)
{
  open_screen();
  keypad(stdscr, FALSE);
  mvaddstr(0, 0, "asking");
  move(4, 9);
  refresh();
  fputs("\033[6n", stdout);
  fflush(stdout);
  mvaddstr(1, 0, "answer ");
  for (int byte = 0; byte != 'R';) addstr(unctrl((chtype)(byte = getch())));
  refresh();
  getch();
  endwin();
  return 0;
}

static volatile sig_atomic_t hung_up;
static void on_hangup(int signal_number)
{
  hung_up = signal_number;
}

/* Leaves a file in its home when the line drops. */
static int last_will(void)
{
  struct sigaction action = { .sa_handler = on_hangup };
  sigaction(SIGHUP, &action, NULL);
  open_screen();
  mvaddstr(0, 0, "ready");
  refresh();
  while (!hung_up) getch();
  char path[4096];
  snprintf(path, sizeof path, "%s/will", getenv("HOME"));
  FILE *file = fopen(path, "w");
  if (file) {
    fputs("draft", file);
    fclose(file);
  }
  return 3;
}

static int show_environment(void)
{
  char line[4096];
  while (fgets(line, sizeof line, stdin)) printf("read %s", line);
  for (char **at = environ; *at; at++) puts(*at);
  fputs("to the error output\n", stderr);
  return 5;
}

int main(int argc, char **argv)
{
  static const struct {
    const char *name;
    int (*run)(void);
  } modes[] = { { "keys", show_keys },
                { "bytes", show_bytes },
                { "paint", paint },
                { "think", think },
                { "ask", ask },
                { "will", last_will },
                { "environment", show_environment } };
  for (size_t i = 0; argc > 1 && i < sizeof modes / sizeof *modes; i++)
    if (strcmp(argv[1], modes[i].name) == 0) return modes[i].run();
  fputs("probe keys|bytes|paint|think|ask|will|environment\n", stderr);
  return 2;
}
