#include "tui/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

enum {
  SEQUENCE_MAX = 24,         /* bytes; a longer "sequence" is noise */
  TORN_PATIENCE = 3000,      /* ms that a sequence torn on a slow line may take between two parts */
  CHARACTER_PATIENCE = 1000, /* ms for the rest of one UTF-8 character */
  PASTE_PATIENCE = 5000,     /* ms without a byte after which a paste that has no end is taken as it is */
  PASTE_MAX = 1 << 20,
};

#define PASTE_START "\033[200~"
#define PASTE_END "\033[201~"

struct sequence {
  const char *bytes;
  int code;
};

/* What xterm, PuTTY (whose F1–F4 are those of a VT220 and whose Home and End are [1~ and [4~, or [7~ and [8~ as in rxvt), the Linux
 * console and screen/tmux send, whatever TERM says. */
/* clang-format off */
static const struct sequence standard[] = {
  { "\033OP", KEY_FUNCTION(1) }, { "\033OQ", KEY_FUNCTION(2) }, { "\033OR", KEY_FUNCTION(3) }, { "\033OS", KEY_FUNCTION(4) },
  { "\033[11~", KEY_FUNCTION(1) }, { "\033[12~", KEY_FUNCTION(2) }, { "\033[13~", KEY_FUNCTION(3) }, { "\033[14~", KEY_FUNCTION(4) },
  { "\033[[A", KEY_FUNCTION(1) }, { "\033[[B", KEY_FUNCTION(2) }, { "\033[[C", KEY_FUNCTION(3) }, { "\033[[D", KEY_FUNCTION(4) },
  { "\033[[E", KEY_FUNCTION(5) }, { "\033[P", KEY_FUNCTION(1) }, { "\033[Q", KEY_FUNCTION(2) }, { "\033[S", KEY_FUNCTION(4) },
  { "\033[15~", KEY_FUNCTION(5) }, { "\033[17~", KEY_FUNCTION(6) }, { "\033[18~", KEY_FUNCTION(7) }, { "\033[19~", KEY_FUNCTION(8) },
  { "\033[20~", KEY_FUNCTION(9) }, { "\033[21~", KEY_FUNCTION(10) }, { "\033[23~", KEY_FUNCTION(11) }, { "\033[24~", KEY_FUNCTION(12) },
  { "\033[A", KEY_CODE_UP }, { "\033[B", KEY_CODE_DOWN }, { "\033[C", KEY_CODE_RIGHT }, { "\033[D", KEY_CODE_LEFT },
  { "\033OA", KEY_CODE_UP }, { "\033OB", KEY_CODE_DOWN }, { "\033OC", KEY_CODE_RIGHT }, { "\033OD", KEY_CODE_LEFT },
  { "\033[H", KEY_CODE_HOME }, { "\033OH", KEY_CODE_HOME }, { "\033[1~", KEY_CODE_HOME }, { "\033[7~", KEY_CODE_HOME },
  { "\033[F", KEY_CODE_END }, { "\033OF", KEY_CODE_END }, { "\033[4~", KEY_CODE_END }, { "\033[8~", KEY_CODE_END },
  { "\033[2~", KEY_CODE_INSERT }, { "\033[3~", KEY_CODE_DELETE }, { "\033[5~", KEY_CODE_PAGE_UP }, { "\033[6~", KEY_CODE_PAGE_DOWN },
  { "\033[Z", KEY_CODE_BACK_TAB }, { "\033OM", KEY_CODE_ENTER },
  /* The numeric keypad in application mode; a VT100's terminfo, learned first, makes function keys of some. */
  { "\033Op", '0' }, { "\033Oq", '1' }, { "\033Or", '2' }, { "\033Os", '3' }, { "\033Ot", '4' }, { "\033Ou", '5' }, { "\033Ov", '6' },
  { "\033Ow", '7' }, { "\033Ox", '8' }, { "\033Oy", '9' }, { "\033On", '.' }, { "\033Om", '-' }, { "\033Oj", '*' }, { "\033Ok", '+' },
  { "\033Ol", '+' }, { "\033Oo", '/' },
  { PASTE_START, KEY_CODE_PASTE },
};
/* clang-format on */

struct learned {
  char *bytes;
  int code;
};

struct keys {
  struct buf pending; /* bytes not yet understood */
  struct buf paste;   /* what is being pasted */
  bool is_pasting;
  bool escape_told; /* the ESC at the front was given out as the Esc key already */
  int64_t last;     /* when the last byte came */
  struct learned *learned;
  size_t learned_count;
  char character[8]; /* text of the key given out last */
};

struct keys *keys_start(void)
{
  return mem_zero(1, sizeof(struct keys));
}

void keys_stop(struct keys *keys)
{
  if (keys == NULL) return;
  for (size_t i = 0; i < keys->learned_count; i++) free(keys->learned[i].bytes);
  free(keys->learned);
  buf_free(&keys->pending);
  buf_free(&keys->paste);
  free(keys);
}

void keys_learn(struct keys *keys, const char *sequence, int code)
{
  if (sequence == NULL || sequence[0] != '\033' || sequence[1] == '\0') return;
  keys->learned = mem_grow(keys->learned, keys->learned_count + 1, sizeof *keys->learned);
  keys->learned[keys->learned_count++] = (struct learned){ mem_dup(sequence), code };
}

void keys_feed(struct keys *keys, const char *bytes, size_t length, int64_t now)
{
  buf_add(&keys->pending, bytes, length);
  keys->last = now;
}

static void drop(struct keys *keys, size_t count)
{
  keys->pending.length -= count;
  memmove(keys->pending.data, keys->pending.data + count, keys->pending.length + 1);
}

/* --- sequences ------------------------------------------------------------------------------------------------------------ */

enum match { MATCH_NONE, MATCH_PART, MATCH_WHOLE };

static enum match compare(const struct keys *keys, const char *sequence)
{
  size_t length = strlen(sequence), have = keys->pending.length;

  if (memcmp(keys->pending.data, sequence, have < length ? have : length) != 0) return MATCH_NONE;
  return have < length ? MATCH_PART : MATCH_WHOLE;
}

/* Any control sequence by the grammar of ECMA-48, so that one that nobody taught us is swallowed whole. */
static enum match compare_grammar(const struct keys *keys, size_t *length)
{
  const char *bytes = keys->pending.data;
  size_t have = keys->pending.length;

  if (have < 2) return MATCH_PART;
  if (bytes[1] == 'O') {
    *length = 3;
    if (have < 3) return MATCH_PART;
    return bytes[2] >= 0x40 && bytes[2] <= 0x7e ? MATCH_WHOLE : MATCH_NONE;
  }
  if (bytes[1] != '[') return MATCH_NONE;
  for (size_t i = 2; i < have && i < SEQUENCE_MAX; i++) {
    *length = i + 1;
    if (i == 2 && bytes[i] == '[') { /* the Linux console's F1–F5 go on after what should be the end */
      *length = 4;
      return have < 4 ? MATCH_PART : MATCH_WHOLE;
    }
    if (bytes[i] >= 0x40 && bytes[i] <= 0x7e) return MATCH_WHOLE;
    if (bytes[i] < 0x20 || bytes[i] > 0x3f) return MATCH_NONE;
  }
  return have < SEQUENCE_MAX ? MATCH_PART : MATCH_NONE;
}

static enum match match_sequence(const struct keys *keys, size_t *length, int *code)
{
  enum match best = MATCH_NONE;

  *code = KEY_CODE_NONE;
  for (size_t i = 0; i < keys->learned_count + sizeof standard / sizeof *standard; i++) {
    const struct sequence *known = i < keys->learned_count ? NULL : &standard[i - keys->learned_count];
    const char *bytes = known != NULL ? known->bytes : keys->learned[i].bytes;
    enum match match = compare(keys, bytes);
    if (match > best) best = match;
    if (match != MATCH_WHOLE) continue;
    *length = strlen(bytes);
    *code = known != NULL ? known->code : keys->learned[i].code;
    return MATCH_WHOLE;
  }
  enum match grammar = compare_grammar(keys, length);
  return grammar > best ? grammar : best;
}

static void give(struct keys *keys, struct key *key, int code)
{
  struct buf text = BUF_INIT;

  if (code > 0 && code < KEY_CODE_CTRL) text_put(&text, (uint32_t)code);
  snprintf(keys->character, sizeof keys->character, "%s", buf_text(&text));
  buf_free(&text);
  *key = (struct key){ code, keys->character };
}

enum step { STEP_WAIT, STEP_AGAIN, STEP_KEY };

static enum step tell_escape(struct keys *keys, struct key *key, bool keep)
{
  keys->escape_told = keep;
  if (!keep) drop(keys, 1);
  give(keys, key, KEY_CODE_ESC);
  return STEP_KEY;
}

/* The Esc key was told and something else followed: what is left of the torn sequence goes, other bytes stand for themselves. */
static enum step after_told_escape(struct keys *keys, enum match match, size_t length, int64_t now, struct key *key)
{
  if (match == MATCH_PART && now - keys->last < TORN_PATIENCE) return STEP_WAIT;
  keys->escape_told = false;
  drop(keys, match == MATCH_WHOLE ? length : 1);
  if (match != MATCH_WHOLE) return STEP_AGAIN;
  give(keys, key, KEY_CODE_TORN);
  return STEP_KEY;
}

static enum step next_escape(struct keys *keys, int64_t now, int64_t patience, struct key *key)
{
  size_t length = 1;
  int code;
  enum match match = match_sequence(keys, &length, &code);

  if (keys->escape_told) return after_told_escape(keys, match, length, now, key);
  if (match == MATCH_NONE) return tell_escape(keys, key, false);
  if (match == MATCH_PART) {
    if (keys->pending.length == 1) return now - keys->last >= patience ? tell_escape(keys, key, true) : STEP_WAIT;
    if (now - keys->last < TORN_PATIENCE) return STEP_WAIT;
    drop(keys, keys->pending.length);
    return STEP_AGAIN;
  }
  drop(keys, length);
  if (code == KEY_CODE_NONE) return STEP_AGAIN;
  if (code == KEY_CODE_PASTE) {
    keys->is_pasting = true;
    buf_clear(&keys->paste);
    return STEP_AGAIN;
  }
  give(keys, key, code);
  return STEP_KEY;
}

/* --- pasting -------------------------------------------------------------------------------------------------------------- */

static void take_pasted(struct keys *keys, size_t count)
{
  size_t room = PASTE_MAX - keys->paste.length;

  buf_add(&keys->paste, keys->pending.data, count < room ? count : room);
  drop(keys, count);
}

static enum step next_pasted(struct keys *keys, int64_t now, struct key *key)
{
  size_t have = keys->pending.length;
  const char *end = have > 0 ? memmem(keys->pending.data, have, PASTE_END, strlen(PASTE_END)) : NULL;

  if (end != NULL) {
    take_pasted(keys, (size_t)(end - keys->pending.data));
    drop(keys, strlen(PASTE_END));
  } else {
    if (have >= strlen(PASTE_END)) take_pasted(keys, have - strlen(PASTE_END) + 1);
    if (now - keys->last < PASTE_PATIENCE) return STEP_WAIT;
    if (keys->pending.length > 0) take_pasted(keys, keys->pending.length);
  }
  keys->is_pasting = false;
  *key = (struct key){ KEY_CODE_PASTE, buf_text(&keys->paste) };
  return STEP_KEY;
}

/* --- characters ----------------------------------------------------------------------------------------------------------- */

static size_t character_length(unsigned char first)
{
  if (first < 0xc0) return 1;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

static int control_code(unsigned char byte)
{
  switch (byte) {
  case '\r': return KEY_CODE_ENTER;
  case '\t': return KEY_CODE_TAB;
  case 0x08:
  case 0x7f: return KEY_CODE_BACKSPACE;
  case 0x1f: return KEY_CTRL('_');
  default: return byte >= 1 && byte <= 26 ? KEY_CTRL('A' + byte - 1) : KEY_CODE_NONE;
  }
}

static enum step next_character(struct keys *keys, int64_t now, struct key *key)
{
  unsigned char first = (unsigned char)keys->pending.data[0];
  const char *at = keys->pending.data, *end = at + keys->pending.length;

  if (first < 0x20 || first == 0x7f) {
    drop(keys, 1);
    int code = control_code(first);
    if (code == KEY_CODE_NONE) return STEP_AGAIN;
    give(keys, key, code);
    return STEP_KEY;
  }
  if (keys->pending.length < character_length(first) && now - keys->last < CHARACTER_PATIENCE) return STEP_WAIT;
  int code = (int)text_next(&at, end);
  drop(keys, (size_t)(at - keys->pending.data));
  give(keys, key, code);
  return STEP_KEY;
}

bool keys_next(struct keys *keys, int64_t now, int64_t patience, struct key *key)
{
  enum step step = STEP_AGAIN;

  while (step == STEP_AGAIN) {
    if (keys->is_pasting)
      step = next_pasted(keys, now, key);
    else if (keys->pending.length == 0)
      step = STEP_WAIT;
    else if (keys->pending.data[0] == '\033')
      step = next_escape(keys, now, patience, key);
    else
      step = next_character(keys, now, key);
  }
  return step == STEP_KEY;
}

int64_t keys_wait(const struct keys *keys, int64_t now, int64_t patience)
{
  int64_t limit;

  if (keys->is_pasting)
    limit = PASTE_PATIENCE;
  else if (keys->pending.length == 0)
    return -1;
  else if (keys->pending.data[0] != '\033')
    limit = CHARACTER_PATIENCE;
  else if (keys->pending.length == 1 && !keys->escape_told)
    limit = patience;
  else
    limit = TORN_PATIENCE;
  int64_t left = keys->last + limit - now;
  return left > 0 ? left : 0;
}

/* --- names ---------------------------------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct {
  int code;
  const char *name;
} names[] = {
  { KEY_CODE_ENTER, "Enter" }, { KEY_CODE_ESC, "Esc" }, { KEY_CODE_TAB, "Tab" }, { KEY_CODE_BACK_TAB, "Shift-Tab" },
  { KEY_CODE_BACKSPACE, "Backspace" }, { KEY_CODE_UP, "Up" }, { KEY_CODE_DOWN, N_("Down") }, { KEY_CODE_LEFT, "Left" },
  { KEY_CODE_RIGHT, "Right" }, { KEY_CODE_HOME, "Home" }, { KEY_CODE_END, "End" }, { KEY_CODE_PAGE_UP, "PgUp" },
  { KEY_CODE_PAGE_DOWN, "PgDn" }, { KEY_CODE_INSERT, "Ins" }, { KEY_CODE_DELETE, "Del" }, { ' ', "Space" },
};
/* clang-format on */

const char *keys_name(int code, char text[16])
{
  text[0] = '\0';
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (names[i].code == code) return strcpy(text, names[i].name);
  if (code > KEY_CODE_F && code <= KEY_FUNCTION(12))
    snprintf(text, 16, "F%d", code - KEY_CODE_F);
  else if (code > KEY_CODE_CTRL && code < KEY_CODE_F)
    snprintf(text, 16, "Ctrl-%c", code - KEY_CODE_CTRL);
  else if (code > 0 && code < KEY_CODE_CTRL) {
    struct buf character = BUF_INIT;
    text_put(&character, (uint32_t)code);
    snprintf(text, 16, "%s", buf_text(&character));
    buf_free(&character);
  }
  return text;
}

int keys_from_name(const char *name)
{
  int number;
  char letter, rest;

  if (name == NULL || *name == '\0') return KEY_CODE_NONE;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(names[i].name, name) == 0) return names[i].code;
  if (sscanf(name, "F%d%c", &number, &rest) == 1 && number >= 1 && number <= 12) return KEY_FUNCTION(number);
  if (sscanf(name, "Ctrl-%c%c", &letter, &rest) == 1) return KEY_CTRL(letter);
  const char *at = name, *end = name + strlen(name);
  int code = (int)text_next(&at, end);
  return at == end ? code : KEY_CODE_NONE;
}

bool keys_is_character(const struct key *key)
{
  return key->code >= ' ' && key->code < KEY_CODE_CTRL;
}

int keys_command(const struct key *key)
{
  return key->code >= 0xff01 && key->code <= 0xff5e ? key->code - 0xfee0 : key->code;
}
