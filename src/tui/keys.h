/* What the keyboard sends, as key codes. Terminals disagree about it, slow lines tear it apart, input methods send whole words. */
#ifndef TUI_KEYS_H
#define TUI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A character is its code point; everything else lies above Unicode. */
enum key_code {
  KEY_CODE_NONE = 0,
  KEY_CODE_CTRL = 0x200000, /* + 'A' … 'Z' and '_' */
  KEY_CODE_F = 0x200100,    /* + 1 … 12 */
  KEY_CODE_ENTER = 0x200200,
  KEY_CODE_ESC,
  KEY_CODE_TAB,
  KEY_CODE_BACK_TAB,
  KEY_CODE_BACKSPACE,
  KEY_CODE_UP,
  KEY_CODE_DOWN,
  KEY_CODE_LEFT,
  KEY_CODE_RIGHT,
  KEY_CODE_HOME,
  KEY_CODE_END,
  KEY_CODE_PAGE_UP,
  KEY_CODE_PAGE_DOWN,
  KEY_CODE_INSERT,
  KEY_CODE_DELETE,
  KEY_CODE_PASTE, /* bracketed paste: `text` holds all of it */
  KEY_CODE_TORN,  /* the rest of a torn sequence came: the Esc told before was none */
};
#define KEY_CTRL(letter) (KEY_CODE_CTRL + (letter))
#define KEY_FUNCTION(number) (KEY_CODE_F + (number))

struct key {
  int code;
  const char *text; /* UTF-8 of a character or of what was pasted; belongs to the decoder until the next keys_next */
};

/* As printed on a keyboard: "F1", "Ctrl-P", "Esc", "Ins", "a". Into text[16], returned. */
const char *keys_name(int code, char text[16]);
int keys_from_name(const char *name); /* KEY_CODE_NONE if it is none */
bool keys_is_character(const struct key *key);
/* The code that commands are looked up by: full-width １ and ａ, as an input method sends them, become 1 and a. */
int keys_command(const struct key *key);

struct keys;
struct keys *keys_start(void);
void keys_stop(struct keys *keys);

/* Teaches one more sequence (from terminfo), beginning with ESC; it goes before the known ones. */
void keys_learn(struct keys *keys, const char *sequence, int code);

/* Bytes as they came from the terminal, at `now` (clock_monotonic). */
void keys_feed(struct keys *keys, const char *bytes, size_t length, int64_t now);

/* The next whole key, false if there is none yet. A lone ESC counts as the Esc key only after `patience` ms without another byte. If
 * the rest of a torn sequence comes after that, it is swallowed and told as KEY_CODE_TORN: an arrow key on a slow line may be taken for
 * an Esc, but never for an Esc and two letters, and what an Esc asks can be taken back. */
bool keys_next(struct keys *keys, int64_t now, int64_t patience, struct key *key);

/* Milliseconds until keys_next could know more without another byte; -1: nothing is pending. */
int64_t keys_wait(const struct keys *keys, int64_t now, int64_t patience);

#endif
