#include "cli/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/figures.h"

enum { LINE_MOST = 4096 };

void words_start(struct words *words, int count, char **list)
{
  words->list = list;
  words->count = count;
  words->taken = mem_zero((size_t)count + 1, sizeof(*words->taken));
}

void words_free(struct words *words)
{
  free(words->taken);
}

int words_matched(const char *command, int count, char **list)
{
  int matched = 0;
  while (*command) {
    size_t length = strcspn(command, " ");
    if (matched >= count || strlen(list[matched]) != length || strncmp(list[matched], command, length) != 0) return 0;
    matched++;
    command += length + (command[length] == ' ');
  }
  return matched;
}

void words_skip(struct words *words, int count)
{
  while (count-- > 0) words_next(words);
}

/* The part of "--NAME…" behind the name, or NULL if the word is another. */
static const char *behind_name(const char *word, const char *name)
{
  size_t length = strlen(name);
  return strncmp(word, "--", 2) == 0 && strncmp(word + 2, name, length) == 0 ? word + 2 + length : NULL;
}

bool words_flag(struct words *words, const char *name)
{
  for (int index = 0; index < words->count; index++) {
    const char *behind = words->taken[index] ? NULL : behind_name(words->list[index], name);
    if (behind && *behind == 0) return words->taken[index] = true;
  }
  return false;
}

const char *words_option(struct words *words, const char *name)
{
  for (int index = 0; index < words->count; index++) {
    const char *behind = words->taken[index] ? NULL : behind_name(words->list[index], name);
    if (behind && *behind == '=') {
      words->taken[index] = true;
      return behind + 1;
    }
    if (behind && *behind == 0 && index + 1 < words->count && !words->taken[index + 1]) {
      words->taken[index] = words->taken[index + 1] = true;
      return words->list[index + 1];
    }
  }
  return NULL;
}

char *words_next(struct words *words)
{
  for (int index = 0; index < words->count; index++)
    if (!words->taken[index] && strncmp(words->list[index], "--", 2) != 0) {
      words->taken[index] = true;
      return words->list[index];
    }
  return NULL;
}

char *words_rest(struct words *words)
{
  struct buf rest = BUF_INIT;
  for (char *word; (word = words_next(words));) buf_addf(&rest, "%s%s", rest.length ? " " : "", word);
  return rest.length ? buf_take(&rest, NULL) : NULL;
}

/* --- field=value ---------------------------------------------------------------------------------------------------------------------- */

static bool is_field_name(const char *word, size_t length)
{
  return length > 0 && strspn(word, "abcdefghijklmnopqrstuvwxyz_0123456789") >= length;
}

static int value_take(struct cli *cli, struct values *values, int field, const char *text, struct err *err)
{
  return figures_read(cli->desk.store, values->fields[field], text, clock_now(), &values->list[field], err);
}

static int unknown_field(const struct values *values, const char *name, size_t length, struct err *err)
{
  struct buf known = BUF_INIT;
  for (int index = 0; index < values->count; index++)
    if (!(values->fields[index]->flags & (FIELD_AUTOMATIC | FIELD_SECRET)))
      buf_addf(&known, "%s%s", known.length ? ", " : "", values->fields[index]->name);
  err_usage(err, _("there is no field '%.*s'; there are: %s"), (int)length, name, buf_text(&known));
  buf_free(&known);
  return -1;
}

static int named_index(const struct values *values, const char *name, size_t length)
{
  for (int index = 0; index < values->count; index++)
    if (strlen(values->fields[index]->name) == length && strncmp(values->fields[index]->name, name, length) == 0) return index;
  return -1;
}

static int assignments_take(struct words *words, struct cli *cli, struct values *values, bool takes_prose, struct err *err)
{
  for (int index = 0; index < words->count; index++) {
    const char *word = words->list[index], *equal = strchr(word, '=');
    if (words->taken[index] || !equal || !is_field_name(word, (size_t)(equal - word))) continue;
    int field = named_index(values, word, (size_t)(equal - word));
    if (field < 0 && takes_prose) continue; /* `log 水位=3米`: it is part of the text */
    if (field < 0) return unknown_field(values, word, (size_t)(equal - word), err);
    words->taken[index] = true;
    if (value_take(cli, values, field, equal + 1, err) != 0) return -1;
  }
  return 0;
}

/* --FIELD-fd N: one line from there, for what nobody should read in a list of processes. Byte by byte: the next line may be another
 * field's. */
static int value_from_descriptor(struct words *words, struct cli *cli, struct values *values, int field, struct err *err)
{
  char *option = mem_printf("%s-fd", values->fields[field]->name), *end, byte;
  const char *number = words_option(words, option);
  struct buf line = BUF_INIT;
  free(option);
  if (!number) return 0;
  int descriptor = (int)strtol(number, &end, 10);
  ssize_t got = *end || end == number ? -1 : read(descriptor, &byte, 1);
  for (; got == 1 && byte != '\n' && line.length < LINE_MOST; got = read(descriptor, &byte, 1)) buf_addc(&line, byte);
  int result = got < 0 ? err_usage(err, _("--%s-fd %s is no open file descriptor"), values->fields[field]->name, number)
                       : value_take(cli, values, field, buf_text(&line), err);
  if (line.length) explicit_bzero(line.data, line.length);
  buf_free(&line);
  return result;
}

int words_values(struct words *words, struct cli *cli, struct values *values, bool takes_prose, struct err *err)
{
  for (int index = 0; index < values->count; index++) {
    if (values->fields[index]->type == FIELD_YES && words_flag(words, values->fields[index]->name))
      values_set_number(values, values->fields[index]->name, 1); /* --text alone */
    const char *text = values->fields[index]->flags & FIELD_SECRET ? NULL : words_option(words, values->fields[index]->name);
    if ((text && value_take(cli, values, index, text, err) != 0) || value_from_descriptor(words, cli, values, index, err) != 0) return -1;
  }
  return assignments_take(words, cli, values, takes_prose, err);
}

int words_pins(struct words *words, struct values *values, struct err *err)
{
  const char *number = words_option(words, "pin-fd");
  if (!number) return 0;
  int descriptor = atoi(number);
  FILE *file = descriptor == 0 && strcmp(number, "0") != 0 ? NULL : fdopen(dup(descriptor), "r");
  if (!file) return err_usage(err, _("--pin-fd %s is no open file descriptor"), number);
  char line[256];
  for (int index = 0; index < values->count; index++) {
    if (!(values->fields[index]->flags & FIELD_SECRET) || !fgets(line, sizeof(line), file)) continue;
    line[strcspn(line, "\r\n")] = 0;
    values_set_text(values, values->fields[index]->name, line);
  }
  explicit_bzero(line, sizeof(line));
  fclose(file);
  return 0;
}

int words_left(const struct words *words)
{
  int left = 0;
  for (int index = 0; index < words->count; index++) left += !words->taken[index];
  return left;
}

int words_end(const struct words *words, struct err *err)
{
  for (int index = 0; index < words->count; index++)
    if (!words->taken[index])
      return err_usage(err, _("'%s' is not understood here; 'dutydesk --help' lists the commands"), words->list[index]);
  return 0;
}
