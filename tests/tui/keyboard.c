#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "parts.h"

/* What differs between keyboards is here; the rest libvterm sends as xterm does, by the modes the program has set. */
struct named_key {
  const char *name;
  VTermKey key;
  const char *putty, *linux_console; /* NULL: as xterm */
};

static const struct named_key named_keys[] = {
  { "F1", VTERM_KEY_FUNCTION(1), "\033[11~", "\033[[A" },
  { "F2", VTERM_KEY_FUNCTION(2), "\033[12~", "\033[[B" },
  { "F3", VTERM_KEY_FUNCTION(3), "\033[13~", "\033[[C" },
  { "F4", VTERM_KEY_FUNCTION(4), "\033[14~", "\033[[D" },
  { "F5", VTERM_KEY_FUNCTION(5), NULL, "\033[[E" },
  { "F6", VTERM_KEY_FUNCTION(6), NULL, NULL },
  { "F7", VTERM_KEY_FUNCTION(7), NULL, NULL },
  { "F8", VTERM_KEY_FUNCTION(8), NULL, NULL },
  { "F9", VTERM_KEY_FUNCTION(9), NULL, NULL },
  { "F10", VTERM_KEY_FUNCTION(10), NULL, NULL },
  { "F11", VTERM_KEY_FUNCTION(11), NULL, NULL },
  { "F12", VTERM_KEY_FUNCTION(12), NULL, NULL },
  { "Enter", VTERM_KEY_ENTER, NULL, NULL },
  { "Esc", VTERM_KEY_ESCAPE, NULL, NULL },
  { "Tab", VTERM_KEY_TAB, NULL, NULL },
  { "Backspace", VTERM_KEY_BACKSPACE, NULL, NULL },
  { "Up", VTERM_KEY_UP, NULL, NULL },
  { "Down", VTERM_KEY_DOWN, NULL, NULL },
  { "Left", VTERM_KEY_LEFT, NULL, NULL },
  { "Right", VTERM_KEY_RIGHT, NULL, NULL },
  { "Home", VTERM_KEY_HOME, "\033[1~", "\033[1~" },
  { "End", VTERM_KEY_END, "\033[4~", "\033[4~" },
  { "PageUp", VTERM_KEY_PAGEUP, NULL, NULL },
  { "PageDown", VTERM_KEY_PAGEDOWN, NULL, NULL },
  { "Insert", VTERM_KEY_INS, NULL, NULL },
  { "Delete", VTERM_KEY_DEL, NULL, NULL },
};

static void queue(struct driver *driver, const void *bytes, size_t length)
{
  if (driver->to_send.length + length > driver->to_send.room) {
    driver->to_send.room = 2 * (driver->to_send.length + length);
    driver->to_send.bytes = realloc(driver->to_send.bytes, driver->to_send.room);
    if (!driver->to_send.bytes) abort();
  }
  memcpy(driver->to_send.bytes + driver->to_send.length, bytes, length);
  driver->to_send.length += length;
}

void keyboard_send(struct driver *driver, const void *bytes, size_t length)
{
  if (driver->master >= 0) queue(driver, bytes, length);
}

/* Bytes leave at once, in one write where the terminal takes it, as one key press does. */
static void flush(struct driver *driver)
{
  driver_struck(driver);
  while (driver->to_send.length && driver->master >= 0) driver_pump(driver, 100);
}

void driver_bytes(struct driver *driver, const void *bytes, size_t length)
{
  keyboard_send(driver, bytes, length);
  flush(driver);
}

static const struct named_key *find_key(const char *name)
{
  for (size_t i = 0; i < sizeof named_keys / sizeof *named_keys; i++)
    if (strcmp(named_keys[i].name, name) == 0) return &named_keys[i];
  return NULL;
}

/* Queues what the key sends. False: no such key. */
static bool queue_key(struct driver *driver, const char *name)
{
  const struct named_key *key = find_key(name);
  const char *own = !key                               ? NULL
                    : driver->keyboard == DRIVER_PUTTY ? key->putty
                    : driver->keyboard == DRIVER_LINUX ? key->linux_console
                                                       : NULL;
  if (own)
    queue(driver, own, strlen(own));
  else if (key)
    vterm_keyboard_key(driver->vterm, key->key, VTERM_MOD_NONE);
  else if (strcmp(name, "Space") == 0)
    queue(driver, " ", 1);
  else if (strcmp(name, "Shift-Tab") == 0)
    queue(driver, "\033[Z", 3);
  else if (strncmp(name, "Ctrl-", 5) == 0 && name[5] && !name[6])
    queue(driver, &(char){ (char)(name[5] & 0x1f) }, 1);
  else if (*name && (!name[1] || ((unsigned char)*name >= 0xc0 && strlen(name) <= 4)))
    queue(driver, name, strlen(name));
  else
    return false;
  return true;
}

size_t driver_key_bytes(struct driver *driver, const char *name, char bytes[16])
{
  size_t before = driver->to_send.length;
  if (!queue_key(driver, name)) fail_msg("no key is called %s", name);
  size_t length = driver->to_send.length - before;
  assert_true(length <= 16);
  memcpy(bytes, driver->to_send.bytes + before, length);
  driver->to_send.length = before;
  return length;
}

void driver_key(struct driver *driver, const char *names)
{
  char *copy = strdup(names), *rest = copy;
  for (char *name; (name = strsep(&rest, " "));) {
    if (!*name) continue;
    if (!queue_key(driver, name)) fail_msg("no key is called %s", name);
    driver->keys++;
    flush(driver);
  }
  free(copy);
}

static size_t characters_of(const char *text)
{
  size_t count = 0;
  for (; *text; text++) count += ((unsigned char)*text & 0xc0) != 0x80;
  return count;
}

void driver_type(struct driver *driver, const char *text)
{
  driver->characters += (long)characters_of(text);
  driver_bytes(driver, text, strlen(text));
}

void driver_paste(struct driver *driver, const char *text)
{
  vterm_keyboard_start_paste(driver->vterm);
  for (; *text; text++) queue(driver, *text == '\n' ? "\r" : text, 1);
  vterm_keyboard_end_paste(driver->vterm);
  flush(driver);
}

long driver_keys(const struct driver *driver)
{
  return driver->keys;
}
long driver_characters(const struct driver *driver)
{
  return driver->characters;
}
long driver_bytes_out(const struct driver *driver)
{
  return driver->bytes_out;
}
void driver_count_from_here(struct driver *driver)
{
  driver->keys = driver->characters = driver->bytes_out = 0;
}
