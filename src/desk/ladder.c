/* ladder.h: a ladder as its file says it. */
#include "desk/ladder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/warning.h"

/* Minutes that a file may give: a day at most, since nothing of a ladder waits for longer. */
enum { MINUTES_MOST = 24 * 60, TRIES_MOST = 20 };

/* Local rules (L, domain.md) for what a file leaves out. */
enum { RECEIPT_MINUTES = 10, RELAY_MINUTES = 30, CALL_MINUTES = 5, CALL_TRIES = 3 };

#define LIMITS                                                                                                                             \
  .receipt_within = RECEIPT_MINUTES * CLOCK_MINUTE, .relay_within = RELAY_MINUTES * CLOCK_MINUTE,                                          \
  .call_within = CALL_MINUTES * CLOCK_MINUTE, .call_tries = CALL_TRIES

#define ALL_COLOURS (~0u)

static const char *const whos[] = { "post_a", "post_b", "leader", "superior", "station", "monitor", "role", "sort", "contact", NULL };
static const char *const steps[] = { "a", "b", "head", "duty", NULL };
static const char *const thens[] = { "next", "person", "leader", "alarm", NULL };
static const char *const colours[] = { "unknown", "blue", "yellow", "orange", "red", NULL }; /* from ALERT_UNKNOWN on */
static const char *const begins[] = { "escalation", "start", NULL };

struct reading {
  const char *file;
  struct ladder *ladder;
  struct ladder_rung *rung; /* NULL in [ladder] */
};

static int refuse(const struct reading *reading, int line, const char *key, const char *value, const char *allowed, struct err *err)
{
  return err_usage(err, _("%s, line %d: %s cannot be \"%s\"; allowed: %s"), reading->file, line, key, value, allowed);
}

/* Index in `names`, or -1 with a message that lists them. */
static int choose(const struct reading *reading, int line, const char *key, const char *value, const char *const names[], struct err *err)
{
  struct buf allowed = BUF_INIT;

  for (int i = 0; names[i] != NULL; i++) {
    if (strcmp(names[i], value) == 0) {
      buf_free(&allowed);
      return i;
    }
    buf_addf(&allowed, "%s%s", i > 0 ? ", " : "", names[i]);
  }
  refuse(reading, line, key, value, buf_text(&allowed), err);
  buf_free(&allowed);
  return -1;
}

static int read_number(const struct reading *reading, int line, const char *key, const char *value, int most, int *number, struct err *err)
{
  char *end, allowed[64];
  long read = strtol(value, &end, 10);

  if (*value != '\0' && *end == '\0' && read >= 0 && read <= most) {
    *number = (int)read;
    return 0;
  }
  snprintf(allowed, sizeof allowed, _("a number from %d to %d"), 0, most);
  return refuse(reading, line, key, value, allowed, err);
}

static int read_minutes(const struct reading *reading, int line, const char *key, const char *value, int64_t *length, struct err *err)
{
  int minutes = 0;

  if (read_number(reading, line, key, value, MINUTES_MOST, &minutes, err) < 0) return -1;
  *length = minutes * CLOCK_MINUTE;
  return 0;
}

/* Calls take(index) for each name of a comma-separated list. */
static int read_list(const struct reading *reading, int line, const char *key, const char *value, const char *const names[],
                     void (*take)(struct ladder_rung *rung, int index), struct err *err)
{
  char *copy = mem_dup(value), *rest = copy, *part;
  int status = 0;

  while (status == 0 && (part = strsep(&rest, ",")) != NULL) {
    int index = choose(reading, line, key, text_trim(part), names, err);
    if (index < 0)
      status = -1;
    else
      take(reading->rung, index);
  }
  free(copy);
  return status;
}

static void take_step(struct ladder_rung *rung, int index)
{
  for (int i = 0; i < rung->step_count; i++)
    if (rung->steps[i] == (enum ladder_step)index) return;
  rung->steps[rung->step_count++] = (enum ladder_step)index;
}

static void take_colour(struct ladder_rung *rung, int index)
{
  rung->colours |= 1u << (ALERT_UNKNOWN + index);
}

/* --- the keys of a section ----------------------------------------------------------------------------------------------------------- */

static int read_title(struct reading *reading, int line, const char *key, const char *value, struct err *err)
{
  (void)line, (void)key, (void)err;
  char **title = reading->rung != NULL ? &reading->rung->title : &reading->ladder->title;
  free(*title);
  *title = mem_dup(value);
  return 0;
}

static int read_basis(struct reading *reading, int line, const char *key, const char *value, struct err *err)
{
  (void)line, (void)key, (void)err;
  free(reading->ladder->basis);
  reading->ladder->basis = mem_dup(value);
  return 0;
}

static int read_receipt(struct reading *reading, int line, const char *key, const char *value, struct err *err)
{
  return read_minutes(reading, line, key, value, &reading->ladder->receipt_within, err);
}

static int read_relay(struct reading *reading, int line, const char *key, const char *value, struct err *err)
{
  return read_minutes(reading, line, key, value, &reading->ladder->relay_within, err);
}

static int read_call(struct reading *reading, int line, const char *key, const char *value, struct err *err)
{
  return read_minutes(reading, line, key, value, &reading->ladder->call_within, err);
}

static int read_call_tries(struct reading *reading, int line, const char *key, const char *value, struct err *err)
{
  return read_number(reading, line, key, value, TRIES_MOST, &reading->ladder->call_tries, err);
}

static int read_who(struct reading *reading, int line, const char *key, const char *value, struct err *err)
{
  int index = choose(reading, line, key, value, whos, err);

  if (index >= 0) reading->rung->who = (enum ladder_who)index;
  return index < 0 ? -1 : 0;
}

static int read_named(struct reading *reading, int line, const char *key, const char *value, struct err *err)
{
  (void)line, (void)key, (void)err;
  free(reading->rung->named);
  reading->rung->named = mem_dup(value);
  return 0;
}

static int read_order(struct reading *reading, int line, const char *key, const char *value, struct err *err)
{
  reading->rung->step_count = 0;
  return read_list(reading, line, key, value, steps, take_step, err);
}

static int read_channel(struct reading *reading, int line, const char *key, const char *value, struct err *err)
{
  struct buf allowed = BUF_INIT;

  for (const struct choice *choice = warning_channels; choice->name != NULL; choice++) {
    if (strcmp(choice->name, value) == 0) {
      reading->rung->channel = choice->name;
      buf_free(&allowed);
      return 0;
    }
    buf_addf(&allowed, "%s%s", allowed.length > 0 ? ", " : "", choice->name);
  }
  refuse(reading, line, key, value, buf_text(&allowed), err);
  buf_free(&allowed);
  return -1;
}

static int read_within(struct reading *reading, int line, const char *key, const char *value, struct err *err)
{
  return read_minutes(reading, line, key, value, &reading->rung->within, err);
}

static int read_tries(struct reading *reading, int line, const char *key, const char *value, struct err *err)
{
  return read_number(reading, line, key, value, TRIES_MOST, &reading->rung->tries, err);
}

static int read_then(struct reading *reading, int line, const char *key, const char *value, struct err *err)
{
  int index = choose(reading, line, key, value, thens, err);

  if (index >= 0) reading->rung->then = (enum ladder_then)index;
  return index < 0 ? -1 : 0;
}

static int read_colours(struct reading *reading, int line, const char *key, const char *value, struct err *err)
{
  reading->rung->colours = 0;
  return read_list(reading, line, key, value, colours, take_colour, err);
}

static int read_begins(struct reading *reading, int line, const char *key, const char *value, struct err *err)
{
  int index = choose(reading, line, key, value, begins, err);

  reading->rung->begins = index == 1;
  return index < 0 ? -1 : 0;
}

static int read_before(struct reading *reading, int line, const char *key, const char *value, struct err *err)
{
  reading->rung->begins = true;
  return read_minutes(reading, line, key, value, &reading->rung->before_onset, err);
}

struct key {
  const char *name;
  int (*read)(struct reading *reading, int line, const char *key, const char *value, struct err *err);
};

static const struct key ladder_keys[] = {
  { "title", read_title },
  { "basis", read_basis },
  { "receipt_minutes", read_receipt },
  { "relay_minutes", read_relay },
  { "call_minutes", read_call },
  { "call_tries", read_call_tries },
  { NULL, NULL },
};

static const struct key rung_keys[] = {
  { "title", read_title },     { "who", read_who },        { "named", read_named },         { "order", read_order },
  { "channel", read_channel }, { "minutes", read_within }, { "tries", read_tries },         { "no_answer", read_then },
  { "colours", read_colours }, { "begins", read_begins },  { "before_onset", read_before }, { NULL, NULL },
};

static int refuse_key(const struct reading *reading, int line, const char *key, const struct key *keys, struct err *err)
{
  struct buf known = BUF_INIT;

  for (; keys->name != NULL; keys++) buf_addf(&known, "%s%s", known.length > 0 ? ", " : "", keys->name);
  err_usage(err, _("%s, line %d: there is no key %s here; allowed: %s"), reading->file, line, key, buf_text(&known));
  buf_free(&known);
  return -1;
}

static void enter_section(struct reading *reading, const char *section)
{
  struct ladder *ladder = reading->ladder;

  reading->rung = NULL;
  if (strcasecmp(section, "ladder") == 0) return;
  for (int i = 0; i < ladder->count; i++)
    if (strcasecmp(ladder->rungs[i].name, section) == 0) reading->rung = &ladder->rungs[i];
  if (reading->rung != NULL) return;
  ladder->rungs = mem_grow(ladder->rungs, (size_t)ladder->count + 1, sizeof *ladder->rungs);
  reading->rung = &ladder->rungs[ladder->count++];
  *reading->rung = (struct ladder_rung){ .name = mem_dup(section),
                                         .channel = "phone",
                                         .within = CALL_MINUTES * CLOCK_MINUTE,
                                         .tries = CALL_TRIES,
                                         .colours = ALL_COLOURS,
                                         .begins = ladder->count == 1,
                                         .steps = { LADDER_STEP_A, LADDER_STEP_B, LADDER_STEP_HEAD },
                                         .step_count = 3 };
}

static int take_pair(void *context, int line, const char *section, const char *key, const char *value, struct err *err)
{
  struct reading *reading = context;

  enter_section(reading, section);
  const struct key *keys = reading->rung != NULL ? rung_keys : ladder_keys;
  for (const struct key *known = keys; known->name != NULL; known++)
    if (strcasecmp(known->name, key) == 0) return known->read(reading, line, key, value, err);
  return refuse_key(reading, line, key, keys, err);
}

/* What no single line can say. */
static int check(const struct reading *reading, struct err *err)
{
  const struct ladder *ladder = reading->ladder;

  if (ladder->count == 0) return err_usage(err, _("%s: it has no rung: add a section [name] with who = …"), reading->file);
  for (int i = 0; i < ladder->count; i++) {
    const struct ladder_rung *rung = &ladder->rungs[i];
    bool needs_name = rung->who >= LADDER_ROLE;
    if (needs_name && (rung->named == NULL || *rung->named == '\0'))
      return err_usage(err, _("%s, section [%s]: named is missing: who = %s needs it"), reading->file, rung->name, whos[rung->who]);
    if (strchr(rung->name, '/') != NULL)
      return err_usage(err, _("%s, section [%s]: a name without / is needed"), reading->file, rung->name);
  }
  return 0;
}

static int read_text(const char *name, const char *file, const struct buf *text, struct ladder *ladder, struct err *err)
{
  struct reading reading = { file, ladder, NULL };

  *ladder = (struct ladder){ .name = mem_dup(name), LIMITS };
  if (config_read_ini(file, buf_text(text), text->length, take_pair, &reading, err) < 0) return -1;
  return check(&reading, err);
}

static char *file_of(const char *name)
{
  return mem_printf("ladders/%s.ini", name);
}

int ladder_load(const char *name, struct ladder *ladder, struct err *err)
{
  struct buf text = BUF_INIT;
  char *file = file_of(name);
  int status = -1;

  *ladder = (struct ladder){ 0 };
  if (strchr(name, '/') != NULL || *name == '.')
    err_usage(err, _("%s is no name of a ladder: give it without folder and .ini"), name);
  else if (file_data(file, &text, err) == 0)
    status = read_text(name, file, &text, ladder, err);
  buf_free(&text);
  free(file);
  return status;
}

void ladder_free(struct ladder *ladder)
{
  for (int i = 0; i < ladder->count; i++) {
    free(ladder->rungs[i].name);
    free(ladder->rungs[i].title);
    free(ladder->rungs[i].named);
  }
  free(ladder->rungs);
  free(ladder->name);
  free(ladder->title);
  free(ladder->basis);
  *ladder = (struct ladder){ 0 };
}

#define FALLBACK "standard"

int ladder_of_station(struct desk *desk, struct ladder *ladder, char **trouble, struct err *err)
{
  struct err why = ERR_INIT;
  struct buf text = BUF_INIT;
  char *file = file_of(FALLBACK);

  if (trouble != NULL) *trouble = NULL;
  int status = ladder_load(config_text(desk->config, "warning.ladder"), ladder, &why);
  if (status < 0) {
    if (trouble != NULL) *trouble = mem_dup(why.text);
    ladder_free(ladder);
    status = file_data_built_in(file, &text);
    if (status == 0) status = read_text(FALLBACK, file, &text, ladder, err);
  }
  buf_free(&text);
  free(file);
  return status;
}

/* Its texts are gone: only the limits count. */
static struct ladder limits_of(struct desk *desk)
{
  struct ladder ladder, limits = { LIMITS };

  if (ladder_of_station(desk, &ladder, NULL, NULL) == 0) limits = ladder;
  ladder_free(&ladder);
  return limits;
}

int64_t ladder_receipt_within(struct desk *desk)
{
  return limits_of(desk).receipt_within;
}

int64_t ladder_relay_within(struct desk *desk)
{
  return limits_of(desk).relay_within;
}

int64_t ladder_call_within(struct desk *desk)
{
  return limits_of(desk).call_within;
}
