#include <config.h>

#include "tui/line.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/err.h"
#include "base/lazy.h"
#include "base/mem.h"

#ifndef LAZY_READLINE
#define LAZY_READLINE "libreadline.so.8"
#endif

enum { HISTORY_MOST = 100 };

/* Opened with the first line that is edited: the first screen comes without it. */
/* clang-format off */
#define SYMBOLS(X) \
  X(add_history) X(history_base) X(history_get) X(history_get_history_state) X(history_length) X(history_set_history_state) \
  X(rl_attempted_completion_function) X(rl_attempted_completion_over) X(rl_bind_key) X(rl_bind_keyseq) X(rl_callback_handler_install) \
  X(rl_callback_read_char) X(rl_catch_signals) X(rl_catch_sigwinch) X(rl_change_environment) X(rl_completer_quote_characters) \
  X(rl_completer_word_break_characters) X(rl_completion_display_matches_hook) X(rl_completion_matches) X(rl_completion_suppress_append) \
  X(rl_delete) X(rl_deprep_term_function) X(rl_end) X(rl_getc_function) X(rl_input_available_hook) X(rl_insert_text) X(rl_last_func) \
  X(rl_line_buffer) X(rl_outstream) X(rl_point) X(rl_prep_term_function) X(rl_readline_name) X(rl_redisplay_function) X(rl_replace_line) \
  X(rl_variable_bind) X(stifle_history) X(using_history)
/* clang-format on */
#define SLOT(name) typeof(&name) name;
#define SYMBOL(name) { #name, (void **)&gnu.name },

static struct {
  SYMBOLS(SLOT)
} gnu; /* readline's functions, and where its variables are */
static const struct lazy_symbol symbols[] = { SYMBOLS(SYMBOL){ NULL, NULL } };
static struct lazy_library library = { LAZY_READLINE, "libreadline8", symbols, NULL };

struct history {
  const char *name;
  HISTORY_STATE *state;
};

/* readline is one editor with global state and no context: this is what it is edited with at the moment. Nothing else is kept here. */
static struct {
  bool is_ready;
  const struct line *line; /* whose text readline holds; NULL: nobody's */
  const char *feed;        /* bytes that readline is about to read */
  struct history *histories;
  int history_count, history_now;
  char *(*candidate)(void *context, const char *typed, int nth);
  void *context;
  int nth;
} editor = { .history_now = -1 };

/* --- readline, tamed ------------------------------------------------------------------------------------------------------ */

static int next_byte(FILE *stream)
{
  (void)stream;
  return *editor.feed != '\0' ? (unsigned char)*editor.feed++ : EOF;
}

static int no_input(void)
{
  return 0;
}
static void no_redisplay(void)
{
}
static void no_matches(char **matches, int count, int longest)
{
  (void)matches, (void)count, (void)longest;
}
static void ignore_line(char *text)
{
  free(text);
}

static int insert_newline(int count, int byte)
{
  (void)count, (void)byte;
  return gnu.rl_insert_text("\n");
}

static char *next_candidate(const char *typed, int state)
{
  if (state == 0) editor.nth = 0;
  return editor.candidate(editor.context, typed, editor.nth++);
}

static char **complete_whole_line(const char *typed, int start, int end)
{
  (void)start, (void)end;
  *gnu.rl_attempted_completion_over = 1;  /* never file names */
  *gnu.rl_completion_suppress_append = 1; /* readline resets this for each completion */
  return editor.candidate != NULL ? gnu.rl_completion_matches(typed, next_candidate) : NULL;
}

static void restore_environment(const char *name, char *value)
{
  if (value != NULL)
    setenv(name, value, 1);
  else
    unsetenv(name);
  free(value);
}

/* An ~/.inputrc made for a shell (vi keys, other Ctrl keys) must not change the desk's keyboard, and readline sets the locale by the
 * environment, where the desk may have found none that knows UTF-8. */
static void initialize(void)
{
  char *inputrc = mem_dup(getenv("INPUTRC")), *locale = mem_dup(getenv("LC_ALL"));

  setenv("INPUTRC", "/dev/null", 1);
  setenv("LC_ALL", setlocale(LC_CTYPE, NULL), 1);
  gnu.rl_callback_handler_install("", ignore_line); /* initialises */
  restore_environment("INPUTRC", inputrc);
  restore_environment("LC_ALL", locale);
}

static void make_ready(void)
{
  struct err err = ERR_INIT;

  if (editor.is_ready) return;
  if (lazy_open(&library, &err) < 0) ERR_BUG(err.text); /* it is required: without it nobody could type anything */
  editor.is_ready = true;
  editor.feed = "";
  *gnu.rl_readline_name = "dutydesk";
  *gnu.rl_getc_function = next_byte;
  *gnu.rl_input_available_hook = no_input;
  *gnu.rl_redisplay_function = no_redisplay; /* set before initialising: readline then leaves terminfo, and so curses, alone */
  *gnu.rl_prep_term_function = NULL;
  *gnu.rl_deprep_term_function = NULL;
  *gnu.rl_catch_signals = *gnu.rl_catch_sigwinch = *gnu.rl_change_environment = 0;
  *gnu.rl_outstream = fopen("/dev/null", "w");
  *gnu.rl_completion_display_matches_hook = no_matches;
  *gnu.rl_attempted_completion_function = complete_whole_line;
  *gnu.rl_completer_word_break_characters = "";
  *gnu.rl_completer_quote_characters = NULL;
  initialize();
  gnu.rl_variable_bind("bell-style", "none");
  gnu.rl_bind_keyseq("\\e[3~", gnu.rl_delete);
  gnu.rl_bind_key('\n', insert_newline);
  gnu.using_history();
  gnu.stifle_history(HISTORY_MOST);
}

/* --- histories ------------------------------------------------------------------------------------------------------------ */

static int history_index(const char *name)
{
  for (int i = 0; i < editor.history_count; i++)
    if (strcmp(editor.histories[i].name, name) == 0) return i;
  editor.histories = mem_grow(editor.histories, (size_t)editor.history_count + 1, sizeof *editor.histories);
  editor.histories[editor.history_count] = (struct history){ name, mem_zero(1, sizeof(HISTORY_STATE)) };
  return editor.history_count++;
}

/* Lines without a history get an empty one of their own. */
static void use_history(const char *name)
{
  int index = history_index(name != NULL ? name : "");

  make_ready();
  if (index == editor.history_now) return;
  if (editor.history_now >= 0) {
    free(editor.histories[editor.history_now].state);
    editor.histories[editor.history_now].state = gnu.history_get_history_state();
  }
  gnu.history_set_history_state(editor.histories[index].state);
  editor.history_now = index;
}

void line_remember(const struct line *line)
{
  if (line->history == NULL || line->is_secret || *line->text == '\0') return;
  use_history(line->history);
  HIST_ENTRY *newest = *gnu.history_length > 0 ? gnu.history_get(*gnu.history_base + *gnu.history_length - 1) : NULL;
  if (newest == NULL || strcmp(newest->line, line->text) != 0) gnu.add_history(line->text);
  gnu.using_history();
}

const char *line_remembered(const char *history, int nth)
{
  if (history == NULL) return NULL;
  use_history(history);
  HIST_ENTRY *entry = nth < *gnu.history_length ? gnu.history_get(*gnu.history_base + *gnu.history_length - 1 - nth) : NULL;
  return entry != NULL ? entry->line : NULL;
}

/* --- one line ------------------------------------------------------------------------------------------------------------- */

void line_start(struct line *line, const char *text)
{
  *line = (struct line){ .text = mem_dup(text != NULL ? text : "") };
  line->point = strlen(line->text);
}

static void forget(struct line *line)
{
  if (editor.line == line) {
    if (line->is_secret) explicit_bzero(*gnu.rl_line_buffer, strlen(*gnu.rl_line_buffer));
    gnu.rl_replace_line("", 1);
    editor.line = NULL;
  }
  if (line->is_secret && line->text != NULL) explicit_bzero(line->text, strlen(line->text));
}

void line_stop(struct line *line)
{
  forget(line);
  free(line->text);
  line->text = NULL;
}

void line_set(struct line *line, const char *text)
{
  char *fresh = mem_dup(text != NULL ? text : "");

  forget(line);
  free(line->text);
  line->text = fresh;
  line->point = strlen(fresh);
  line->left = 0;
}

/* Gives readline this line to work on, unless it has it already (then undo and kills go on). */
static void load(struct line *line)
{
  make_ready();
  use_history(line->is_secret ? NULL : line->history);
  if (editor.line == line && strcmp(*gnu.rl_line_buffer, line->text) == 0) {
    *gnu.rl_point = (int)line->point;
    return;
  }
  gnu.rl_replace_line(line->text, 1);
  *gnu.rl_point = (int)line->point;
  gnu.using_history();
  editor.line = line;
}

static void store(struct line *line)
{
  if (strcmp(line->text, *gnu.rl_line_buffer) != 0) {
    if (line->is_secret) explicit_bzero(line->text, strlen(line->text));
    free(line->text);
    line->text = mem_dup(*gnu.rl_line_buffer);
  }
  line->point = (size_t)*gnu.rl_point;
}

static void feed(const char *bytes)
{
  editor.feed = bytes;
  while (*editor.feed != '\0') gnu.rl_callback_read_char();
}

static void insert_pasted(const struct line *line, const char *text)
{
  char *fresh = mem_dup(text);
  char *to = fresh;

  for (const char *from = text; *from != '\0'; from++) {
    if (*from == '\r' && from[1] == '\n') continue;
    bool ends_line = *from == '\r' || *from == '\n';
    *to++ = (char)(ends_line ? (line->has_newlines ? '\n' : ' ') : *from);
  }
  while (to > fresh && (to[-1] == '\n' || to[-1] == ' ')) to--;
  *to = '\0';
  gnu.rl_insert_text(fresh);
  free(fresh);
}

/* The keys that edit, as readline's own bindings know them. */
/* clang-format off */
static const struct {
  int code;
  const char *bytes;
} edits[] = {
  { KEY_CODE_LEFT, "\002" }, { KEY_CODE_RIGHT, "\006" }, { KEY_CODE_HOME, "\001" }, { KEY_CODE_END, "\005" },
  { KEY_CODE_BACKSPACE, "\177" }, { KEY_CODE_DELETE, "\033[3~" }, { KEY_CODE_PAGE_UP, "\020" }, { KEY_CODE_PAGE_DOWN, "\016" },
  { KEY_CTRL('A'), "\001" }, { KEY_CTRL('B'), "\002" }, { KEY_CTRL('E'), "\005" }, { KEY_CTRL('K'), "\013" }, { KEY_CTRL('U'), "\025" },
  { KEY_CTRL('W'), "\027" }, { KEY_CTRL('Y'), "\031" }, { KEY_CTRL('_'), "\037" },
};
/* clang-format on */

static const char *edit_bytes(const struct line *line, const struct key *key)
{
  if (keys_is_character(key)) return key->text;
  if (key->code == KEY_CTRL('J') && line->has_newlines) return "\n";
  for (size_t i = 0; i < sizeof edits / sizeof *edits; i++)
    if (edits[i].code == key->code) return edits[i].bytes;
  return NULL;
}

/* Of what is typed unseen no part is worth keeping, and nothing of it may come to the kill ring. */
static bool empties_secret(const struct line *line, const struct key *key)
{
  return line->is_secret && (key->code == KEY_CTRL('K') || key->code == KEY_CTRL('U') || key->code == KEY_CTRL('W'));
}

bool line_key(struct line *line, const struct key *key)
{
  if (empties_secret(line, key)) {
    line_set(line, "");
    return true;
  }
  const char *bytes = edit_bytes(line, key);

  if (bytes == NULL && key->code != KEY_CODE_PASTE) return false;
  load(line);
  if (bytes == NULL)
    insert_pasted(line, key->text);
  else
    feed(bytes);
  store(line);
  return true;
}

bool line_complete(struct line *line, char *(*candidate)(void *context, const char *typed, int nth), void *context)
{
  size_t before = strlen(line->text);

  load(line);
  *gnu.rl_point = *gnu.rl_end;
  editor.candidate = candidate;
  editor.context = context;
  *gnu.rl_last_func = NULL; /* a second Tab in a row would only list */
  feed("\t");
  editor.candidate = NULL;
  store(line);
  return strlen(line->text) > before;
}
