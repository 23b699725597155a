/* config.h: INI text, read by iniparser 4.1 after each line has been checked for what it would cut, merge or fail on. */
#include <ctype.h>
#include <iniparser/iniparser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/config.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

enum { LINE_MOST = 1000 /* iniparser's own buffer is 1,024 */ };

/* One "key = value" and where it stands. */
struct pair {
  int line;
  char *section, *key, *value;
};

struct ini {
  const char *name; /* of the file, for messages */
  int line;
  char *section; /* NULL before the first */
  struct pair *pairs;
  size_t count;
};

static int refuse(const struct ini *ini, struct err *err, const char *why)
{
  return err_set(err, _("%s, line %d: %s"), ini->name, ini->line, why);
}

static int read_section(struct ini *ini, char *line, struct err *err)
{
  char *end = strchr(line, ']');

  if (end == NULL || end[1] != '\0' || strchr(line, ':') != NULL)
    return refuse(ini, err, _("a section is written as [name], alone on its line"));
  *end = '\0';
  free(ini->section);
  ini->section = mem_dup(text_trim(line + 1));
  return *ini->section != '\0' ? 0 : refuse(ini, err, _("the section has no name"));
}

/* The value between its quotes, or whole; NULL with a message for what iniparser would cut. */
static char *read_value(const struct ini *ini, char *value, struct err *err)
{
  char quote = *value;

  if (quote != '"' && quote != '\'') {
    if (strpbrk(value, ";#") == NULL) return value;
    refuse(ini, err, _("put a value with ; or # in \"quotes\", and a comment on a line of its own"));
    return NULL;
  }
  char *end = strchr(value + 1, quote);
  if (end != NULL && end[1] == '\0') {
    *end = '\0';
    return value + 1;
  }
  refuse(ini, err, _("a value that begins with a quote must end with the same quote and hold no other of that kind"));
  return NULL;
}

static bool is_repeated(const struct ini *ini, const char *key)
{
  for (size_t i = 0; i < ini->count; i++)
    if (strcasecmp(ini->pairs[i].key, key) == 0 && strcasecmp(ini->pairs[i].section, ini->section) == 0) return true;
  return false;
}

static int read_pair(struct ini *ini, char *line, struct err *err)
{
  char *equals = strchr(line, '=');

  if (equals == NULL) return refuse(ini, err, _("not understood; write [section], key = value, or a comment that begins with #"));
  *equals = '\0';
  char *key = text_trim(line), *value = read_value(ini, text_trim(equals + 1), err);
  if (value == NULL) return -1;
  if (*key == '\0') return refuse(ini, err, _("there is no key before the ="));
  if (ini->section == NULL) return refuse(ini, err, _("the key stands before the first [section]"));
  if (is_repeated(ini, key)) return refuse(ini, err, _("the key is already set above in this section; keep one of the two"));
  ini->pairs = mem_grow(ini->pairs, ini->count + 1, sizeof *ini->pairs);
  ini->pairs[ini->count++] = (struct pair){ ini->line, mem_dup(ini->section), mem_dup(key), mem_dup(value) };
  return 0;
}

static int read_line(struct ini *ini, char *line, struct err *err)
{
  size_t length = strlen(line);

  if (length > LINE_MOST) return refuse(ini, err, _("longer than 1,000 bytes; shorten it"));
  text_trim(line);
  length = strlen(line);
  if (*line == '\0' || *line == '#' || *line == ';') return 0;
  if (line[length - 1] == '\\') return refuse(ini, err, _("ends with \\, which would join it to the next line"));
  return *line == '[' ? read_section(ini, line, err) : read_pair(ini, line, err);
}

static int read_lines(struct ini *ini, char *text, struct err *err)
{
  int result = 0;

  for (char *line = text, *next; line != NULL && result == 0; line = next) {
    next = strchr(line, '\n');
    if (next != NULL) *next++ = '\0';
    ini->line++;
    result = read_line(ini, line, err);
  }
  return result;
}

static int stay_silent(const char *format, ...)
{
  (void)format;
  return 0;
}

/* iniparser 4.1 reads only files: the checked text is given to it as one that exists in memory alone. */
static dictionary *parse(const struct buf *text)
{
  dictionary *parsed = NULL;
  int fd = memfd_create("ini", MFD_CLOEXEC);

  if (fd < 0) return NULL;
  char *path = mem_printf("/proc/self/fd/%d", fd);
  iniparser_set_error_callback(stay_silent);
  if (write(fd, buf_text(text), text->length) == (ssize_t)text->length) parsed = iniparser_load(path);
  free(path);
  close(fd);
  return parsed;
}

/* What iniparser read, if it is what stands in the line; anything else would be a value silently changed. */
static int hand_over(struct ini *ini, const dictionary *parsed, const struct pair *pair,
                     int (*take)(void *, int, const char *, const char *, const char *, struct err *), void *context, struct err *err)
{
  char *name = mem_printf("%s:%s", pair->section, pair->key);

  const char *value = iniparser_getstring(parsed, name, NULL);
  free(name);
  ini->line = pair->line;
  if (value == NULL || strcmp(value, pair->value) != 0)
    return refuse(ini, err, _("cannot be read without losing part of it; write it more simply"));
  return take(context, pair->line, pair->section, pair->key, value, err);
}

static void free_ini(struct ini *ini)
{
  for (size_t i = 0; i < ini->count; i++) {
    free(ini->pairs[i].section);
    free(ini->pairs[i].key);
    free(ini->pairs[i].value);
  }
  free(ini->pairs);
  free(ini->section);
}

static int read_text(struct ini *ini, const struct buf *text,
                     int (*take)(void *, int, const char *, const char *, const char *, struct err *), void *context, struct err *err)
{
  char *copy = mem_dup(buf_text(text));
  int result = read_lines(ini, copy, err);
  dictionary *parsed = result == 0 ? parse(text) : NULL;

  free(copy);
  if (result == 0 && parsed == NULL) result = err_set(err, _("%s cannot be read as an INI file"), ini->name);
  for (size_t i = 0; i < ini->count && result == 0; i++) result = hand_over(ini, parsed, &ini->pairs[i], take, context, err);
  if (parsed != NULL) iniparser_freedict(parsed);
  return result;
}

int config_read_ini(const char *name, const char *text, size_t length,
                    int (*pair)(void *context, int line, const char *section, const char *key, const char *value, struct err *err),
                    void *context, struct err *err)
{
  struct ini ini = { .name = name };
  struct buf utf8 = BUF_INIT;
  int result = text_decode(text, length, &utf8, NULL, err);

  if (result != 0)
    err_prefix(err, "%s", name);
  else
    result = read_text(&ini, &utf8, pair, context, err);
  free_ini(&ini);
  buf_free(&utf8);
  return result;
}
