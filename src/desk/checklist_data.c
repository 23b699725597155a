/* checklist.h: the lists as files, read strictly, and put together for a colour and an event or for a response level. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/config.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/checklist.h"

#define FOLDER "checklists"
#define HEAD "checklist"
enum { MINUTES_MOST = 14 * 24 * 60 };

static const char *const colours[] = { "blue", "yellow", "orange", "red" };
enum { COLOURS = sizeof colours / sizeof *colours };

/* A file while it is read, and what of it the asker wants. */
struct reading {
  const char *name; /* checklists/red.ini */
  char *list;       /* red */
  int rank;         /* of the colour asked for: 0 blue … 3 red */
  const char *event, *event_code;
  bool by_event, is_meant; /* has a key `events`; one of them is ours */
  struct checklist *lines; /* of this file alone */
  bool *wanted, *needless; /* beside each line: from this colour on; the colours' line of this id is not asked for */
  int *line_numbers;       /* where its section begins */
};

static int refuse(const struct reading *reading, int line, struct err *err, const char *why)
{
  return err_set(err, _("%s, line %d: %s"), reading->name, line, why);
}

/* --- fields -------------------------------------------------------------------------------------------------------------------------- */

static const char *choice_of(const struct choice *choices, const char *value)
{
  for (; choices->name != NULL; choices++)
    if (strcmp(choices->name, value) == 0) return choices->name;
  return NULL;
}

static int take_choice(const struct choice *choices, const char **to, const char *key, const char *value, char **why)
{
  struct buf allowed = BUF_INIT;

  *to = choice_of(choices, value);
  if (*to != NULL) return 0;
  for (; choices->name != NULL; choices++) buf_addf(&allowed, "%s%s", allowed.length > 0 ? ", " : "", choices->name);
  *why = mem_printf(_("%s cannot be \"%s\"; allowed: %s"), key, value, buf_text(&allowed));
  buf_free(&allowed);
  return -1;
}

static int take_yes(bool *to, const char *key, const char *value, char **why)
{
  *to = strcmp(value, "yes") == 0;
  if (*to || strcmp(value, "no") == 0) return 0;
  *why = mem_printf(_("%s cannot be \"%s\"; allowed: %s"), key, value, "yes, no");
  return -1;
}

static int take_minutes(int *to, const char *key, const char *value, char **why)
{
  char *end;
  long minutes = strtol(value, &end, 10);

  *to = (int)minutes;
  if (*value != '\0' && *end == '\0' && minutes >= 0 && minutes <= MINUTES_MOST) return 0;
  *why = mem_printf(_("%s must be a number of minutes from 0 to %d, not \"%s\""), key, MINUTES_MOST, value);
  return -1;
}

/* The plain key stands for any language; with .zh_CN it is for Chinese alone, and stands over the plain one. */
static void take_text(char **to, const char *key, const char *value)
{
  bool chinese = strchr(key, '.') != NULL;

  if (chinese ? !i18n_is_chinese() : (i18n_is_chinese() && *to != NULL)) return;
  free(*to);
  *to = mem_dup(value);
}

static bool is_text_key(const char *key, const char *name)
{
  size_t length = strlen(name);
  return strncasecmp(key, name, length) == 0 && (key[length] == '\0' || strcasecmp(key + length, ".zh_CN") == 0);
}

static int colour_rank(const char *colour)
{
  for (int i = 0; i < COLOURS; i++)
    if (colour != NULL && strcmp(colours[i], colour) == 0) return i;
  return 0;
}

static int take_from(const struct reading *reading, bool *wanted, const char *key, const char *value, char **why)
{
  int rank = colour_rank(value);

  *wanted = rank <= reading->rank;
  if (strcmp(colours[rank], value) == 0) return 0;
  *why = mem_printf(_("%s cannot be \"%s\"; allowed: %s"), key, value, "blue, yellow, orange, red");
  return -1;
}

static int take_owner(struct checklist_line *line, const char *key, const char *value)
{
  const char *post = choice_of(checklist_posts, strncmp(value, "post_", 5) == 0 ? value + 5 : value);

  if (post != NULL && strchr(key, '.') == NULL) {
    line->post = post;
    return 0;
  }
  take_text(&line->owner, key, value);
  return 0;
}

static int take_field(struct reading *reading, int index, const char *key, const char *value, char **why)
{
  struct checklist_line *line = &reading->lines->lines[index];

  if (is_text_key(key, "what")) return take_text(&line->what, key, value), 0;
  if (is_text_key(key, "basis")) return take_text(&line->basis, key, value), 0;
  if (is_text_key(key, "owner")) return take_owner(line, key, value);
  if (strcasecmp(key, "stage") == 0) return take_choice(checklist_stages, &line->stage, key, value, why);
  if (strcasecmp(key, "merge") == 0) return take_choice(checklist_merges, &line->merge, key, value, why);
  if (strcasecmp(key, "done_by") == 0) return take_choice(checklist_proofs, &line->done_by, key, value, why);
  if (strcasecmp(key, "minutes") == 0) return take_minutes(&line->minutes, key, value, why);
  if (strcasecmp(key, "evidence") == 0) return take_yes(&line->evidence, key, value, why);
  if (strcasecmp(key, "needed") == 0) {
    bool needed = true;
    int result = take_yes(&needed, key, value, why);
    reading->needless[index] = !needed;
    return result;
  }
  if (strcasecmp(key, "from") == 0) return take_from(reading, &reading->wanted[index], key, value, why);
  *why = mem_printf(_("there is no key %s in [%s]; allowed: %s"), key, line->id,
                    "what, owner, stage, minutes, evidence, from, needed, merge, done_by, basis");
  return -1;
}

/* "11A51, 山洪": a code is the warning's own or begins it, a word occurs in its event. */
static bool names_event(const char *list, const char *event, const char *code)
{
  char *copy = mem_dup(list), *rest = copy, *part;
  bool found = false;

  while (!found && (part = strsep(&rest, ",，")) != NULL) {
    while (*part == ' ') part++;
    size_t length = strlen(part);
    while (length > 0 && part[length - 1] == ' ') part[--length] = '\0';
    if (length == 0) continue;
    found = (code != NULL && strncmp(code, part, length) == 0) || (event != NULL && text_contains(event, part));
  }
  free(copy);
  return found;
}

static int take_head(struct reading *reading, const char *key, const char *value, char **why)
{
  if (is_text_key(key, "title")) return 0;
  if (strcasecmp(key, "events") == 0) {
    reading->by_event = true;
    reading->is_meant = names_event(value, reading->event, reading->event_code);
    return 0;
  }
  *why = mem_printf(_("there is no key %s in [%s]; allowed: %s"), key, HEAD, "title, events");
  return -1;
}

static int section_index(struct reading *reading, int line, const char *section)
{
  struct checklist *lines = reading->lines;

  for (int i = 0; i < lines->count; i++)
    if (strcmp(lines->lines[i].id, section) == 0) return i;
  lines->lines = mem_grow(lines->lines, (size_t)lines->count + 1, sizeof *lines->lines);
  reading->wanted = mem_grow(reading->wanted, (size_t)lines->count + 1, sizeof *reading->wanted);
  reading->needless = mem_grow(reading->needless, (size_t)lines->count + 1, sizeof *reading->needless);
  reading->line_numbers = mem_grow(reading->line_numbers, (size_t)lines->count + 1, sizeof *reading->line_numbers);
  lines->lines[lines->count] =
    (struct checklist_line){ .id = mem_dup(section), .list = mem_dup(reading->list), .merge = checklist_merges[0].name, .minutes = -1 };
  reading->wanted[lines->count] = true;
  reading->needless[lines->count] = false;
  reading->line_numbers[lines->count] = line;
  return lines->count++;
}

static int take_pair(void *context, int line, const char *section, const char *key, const char *value, struct err *err)
{
  struct reading *reading = context;
  char *why = NULL;
  int result = strcasecmp(section, HEAD) == 0 ? take_head(reading, key, value, &why)
                                              : take_field(reading, section_index(reading, line, section), key, value, &why);

  if (result < 0) refuse(reading, line, err, why);
  free(why);
  return result;
}

/* --- a file -------------------------------------------------------------------------------------------------------------------------- */

static int check_complete(const struct reading *reading, struct err *err)
{
  for (int i = 0; i < reading->lines->count; i++) {
    const struct checklist_line *line = &reading->lines->lines[i];
    bool asks = !reading->needless[i];
    const char *missing = asks && line->what == NULL    ? "what"
                          : asks && line->stage == NULL ? "stage"
                          : line->basis == NULL         ? "basis"
                                                        : NULL;
    char *why = missing != NULL ? mem_printf(_("[%s] has no key %s: add it"), line->id, missing) : NULL;
    int result = why != NULL ? refuse(reading, reading->line_numbers[i], err, why) : 0;
    free(why);
    if (result < 0) return -1;
  }
  return 0;
}

static void line_free(struct checklist_line *line)
{
  free(line->id);
  free(line->list);
  free(line->what);
  free(line->owner);
  free(line->basis);
}

static void reading_free(struct reading *reading)
{
  for (int i = 0; i < reading->lines->count; i++) line_free(&reading->lines->lines[i]);
  free(reading->lines->lines);
  *reading->lines = (struct checklist){ 0 };
  free(reading->wanted);
  free(reading->needless);
  free(reading->line_numbers);
  free(reading->list);
  reading->wanted = reading->needless = NULL;
  reading->line_numbers = NULL;
  reading->list = NULL;
}

static int read_bytes(struct reading *reading, const struct buf *text, struct err *err)
{
  const char *base = reading->name + strlen(FOLDER) + 1;

  reading->list = mem_dup_n(base, strcspn(base, "."));
  reading->by_event = reading->is_meant = false;
  int result = config_read_ini(reading->name, buf_text(text), text->length, take_pair, reading, err);
  return result == 0 ? check_complete(reading, err) : -1;
}

/* The station's own file, and where that is broken what is built in: at three in the morning a typing mistake stops nothing. */
static int read_file(struct reading *reading, char **trouble, struct err *err)
{
  struct buf text = BUF_INIT;
  struct err own = { 0 };
  int result = file_data(reading->name, &text, &own);

  if (result == 0) result = read_bytes(reading, &text, &own);
  if (result < 0) {
    reading_free(reading);
    buf_clear(&text);
    result = file_data_built_in(reading->name, &text);
    if (result == 0) result = read_bytes(reading, &text, err);
    if (result == 0 && *trouble == NULL) *trouble = mem_printf(_("%s; what is built in was taken instead"), own.text);
    if (result < 0) err_set(err, "%s", own.text);
  }
  buf_free(&text);
  return result;
}

/* --- put together -------------------------------------------------------------------------------------------------------------------- */

static void put(struct checklist *to, struct checklist_line *line)
{
  for (int i = 0; i < to->count; i++) {
    if (strcmp(to->lines[i].id, line->id) != 0) continue;
    struct checklist_line replaced = to->lines[i];
    to->lines[i] = *line;
    *line = replaced; /* freed with its file */
    return;
  }
  to->lines = mem_grow(to->lines, (size_t)to->count + 1, sizeof *to->lines);
  to->lines[to->count++] = *line;
  *line = (struct checklist_line){ 0 };
}

static void leave_out(struct checklist *from, const char *id)
{
  for (int i = 0; i < from->count; i++) {
    if (strcmp(from->lines[i].id, id) != 0) continue;
    line_free(&from->lines[i]);
    memmove(&from->lines[i], &from->lines[i + 1], (size_t)(--from->count - i) * sizeof *from->lines);
    return;
  }
}

static void put_wanted(struct checklist *to, const struct reading *reading)
{
  for (int i = 0; i < reading->lines->count; i++) {
    if (reading->needless[i])
      leave_out(to, reading->lines->lines[i].id);
    else if (reading->wanted[i])
      put(to, &reading->lines->lines[i]);
  }
}

static int add_file(struct checklist *checklist, struct reading *asked, const char *name, bool only_by_event, struct err *err)
{
  struct checklist lines = { 0 };
  struct reading reading = *asked;

  reading.name = name;
  reading.lines = &lines;
  int result = read_file(&reading, &checklist->trouble, err);
  if (result == 0 && reading.by_event == only_by_event && (!only_by_event || reading.is_meant)) put_wanted(checklist, &reading);
  reading_free(&reading);
  return result;
}

static int add_named(struct checklist *checklist, struct reading *asked, const char *list, struct err *err)
{
  char *name = mem_printf(FOLDER "/%s.ini", list);
  int result = add_file(checklist, asked, name, false, err);

  free(name);
  return result;
}

struct asking {
  struct checklist *checklist;
  struct reading *asked;
};

static bool add_by_event(void *context, const char *name)
{
  struct asking *asking = context;
  struct err err = { 0 };

  /* One that the station added and that cannot be read is left out, and said. */
  if (add_file(asking->checklist, asking->asked, name, true, &err) < 0 && asking->checklist->trouble == NULL)
    asking->checklist->trouble = mem_printf(_("%s; this list was left out"), err.text);
  return true;
}

int checklist_for_warning(const char *colour, const char *event, const char *event_code, struct checklist *checklist, struct err *err)
{
  struct reading asked = { .rank = colour_rank(colour), .event = event, .event_code = event_code };
  struct asking asking = { checklist, &asked };

  *checklist = (struct checklist){ 0 };
  for (int i = 0; i <= asked.rank; i++)
    if (add_named(checklist, &asked, colours[i], err) < 0) return -1;
  if (add_named(checklist, &asked, "all_clear", err) < 0) return -1;
  file_data_each(FOLDER, add_by_event, &asking);
  return 0;
}

int checklist_for_response(int level, struct checklist *checklist, struct err *err)
{
  static const char *const lists[] = { "response_4", "response_3", "response_2", "response_1" };
  struct reading asked = { .rank = COLOURS };

  *checklist = (struct checklist){ 0 };
  for (int i = 0; i <= 4 - level && i < 4; i++)
    if (add_named(checklist, &asked, lists[i], err) < 0) return -1;
  return 0;
}

void checklist_free(struct checklist *checklist)
{
  for (int i = 0; i < checklist->count; i++) line_free(&checklist->lines[i]);
  free(checklist->lines);
  free(checklist->trouble);
  *checklist = (struct checklist){ 0 };
}

static bool check_one(void *context, const char *name)
{
  struct checklist lines = { 0 };
  struct reading reading = { .name = name, .lines = &lines };
  struct buf text = BUF_INIT;
  struct err *err = context;

  if (file_data(name, &text, err) == 0) read_bytes(&reading, &text, err);
  reading_free(&reading);
  buf_free(&text);
  return err->code == ERR_NONE;
}

int checklist_check(struct err *err)
{
  struct err found = { 0 };

  file_data_each(FOLDER, check_one, &found);
  return found.code == ERR_NONE ? 0 : err_set(err, "%s", found.text);
}
