/* What has rung at this node, and what is known of its ways to ring: local facts, backed up and never sent. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/alarm.h"
#include "desk/entry.h"
#include "desk/presence.h"
#include "store/act.h"
#include "store/query.h"

/* "alarm.rung.KEY" holds this; "alarm.rang" counts ringings, so that screens see that there was one. */
struct rung {
  int64_t first, last;
  int times, told; /* told: every way has been set off */
};

#define FORGET_AFTER (60 * CLOCK_DAY)

static int64_t number_fact(struct desk *desk, const char *name)
{
  char *value = store_get_local(desk->store, name);
  int64_t number = value != NULL ? strtoll(value, NULL, 10) : 0;

  free(value);
  return number;
}

static int set_number_fact(struct desk *desk, const char *name, int64_t number, struct err *err)
{
  char value[32];

  snprintf(value, sizeof value, "%" PRId64, number);
  return store_set_local(desk->store, name, value, err);
}

/* --- what rang --------------------------------------------------------------------------------------------------------------------- */

static struct rung read_rung(struct desk *desk, const char *key)
{
  struct rung rung = { 0 };
  char name[64];

  snprintf(name, sizeof name, "alarm.rung.%s", key);
  char *value = store_get_local(desk->store, name);
  if (value != NULL && sscanf(value, "%" SCNd64 " %" SCNd64 " %d %d", &rung.first, &rung.last, &rung.times, &rung.told) != 4)
    rung = (struct rung){ 0 };
  free(value);
  return rung;
}

static int write_rung(struct desk *desk, const char *key, const struct rung *rung, struct err *err)
{
  char name[64], value[96];

  snprintf(name, sizeof name, "alarm.rung.%s", key);
  snprintf(value, sizeof value, "%" PRId64 " %" PRId64 " %d %d", rung->first, rung->last, rung->times, rung->told);
  return store_set_local(desk->store, name, value, err);
}

int64_t alarm_rung_last(struct desk *desk, const char *key)
{
  return read_rung(desk, key).last;
}

static const char *colour_option(enum alert_colour colour, const char *const options[])
{
  return options[colour == ALERT_RED ? 0 : colour == ALERT_ORANGE ? 1 : colour == ALERT_YELLOW ? 2 : colour == ALERT_BLUE ? 3 : 4];
}

static int64_t repeat_of(struct desk *desk, enum alert_colour colour)
{
  static const char *const options[] = { "alarm.repeat_red", "alarm.repeat_orange", "alarm.repeat_yellow", "alarm.repeat_blue",
                                         "alarm.repeat_none" };
  return config_number(desk->config, colour_option(colour, options)) * CLOCK_MINUTE;
}

/* The instant itself, or when its quiet hours end. Red has none, and a test is asked for by somebody who is awake. */
static int64_t after_quiet(struct desk *desk, const struct alarm *alarm, int64_t instant)
{
  static const char *const options[] = { NULL, "alarm.quiet_orange", "alarm.quiet_yellow", "alarm.quiet_blue", "alarm.quiet_none" };
  const char *option = colour_option(alarm->colour, options);

  if (option == NULL || alarm->sort == DUE_TEST) return instant;
  const char *hours = config_text(desk->config, option);
  return alarm_hours_began(hours, instant) != 0 ? alarm_hours_change(hours, instant) : instant;
}

int64_t alarm_rings_at(struct desk *desk, const struct alarm *alarm, int64_t at)
{
  struct rung rung = read_rung(desk, alarm->key);
  int64_t repeat = repeat_of(desk, alarm->colour);

  if (rung.times == 0) return after_quiet(desk, alarm, alarm->since > at ? alarm->since : at);
  if (!rung.told) return at;
  if (repeat == 0) return 0;
  int64_t next = rung.last > at ? at : rung.last + repeat; /* the clock was set back: what it said then means nothing now */
  return after_quiet(desk, alarm, next > at ? next : at);
}

int alarm_note_rung(struct desk *desk, const struct alarm *const list[], int count, int64_t at, struct err *err)
{
  struct act *act = act_begin(desk->store, "alarm.ring", 0, err); /* no change, so no operation comes of it */
  int status = act != NULL ? set_number_fact(desk, "alarm.rang", alarm_rang(desk) + 1, err) : -1;

  for (int i = 0; i < count && status == 0; i++) {
    struct rung rung = read_rung(desk, list[i]->key);
    if (rung.times == 0) rung.first = at;
    rung = (struct rung){ rung.first, at, rung.times + 1, 0 };
    status = write_rung(desk, list[i]->key, &rung, err);
  }
  if (status == 0) return act_commit(act, err);
  if (act != NULL) act_cancel(act);
  return -1;
}

int alarm_note_told(struct desk *desk, const struct alarm *const list[], int count, struct err *err)
{
  struct act *act = act_begin(desk->store, "alarm.ring", 0, err);
  int status = act != NULL ? 0 : -1;

  for (int i = 0; i < count && status == 0; i++) {
    struct rung rung = read_rung(desk, list[i]->key);
    rung.told = 1;
    status = write_rung(desk, list[i]->key, &rung, err);
  }
  if (status == 0) return act_commit(act, err);
  if (act != NULL) act_cancel(act);
  return -1;
}

int64_t alarm_rang(struct desk *desk)
{
  return number_fact(desk, "alarm.rang");
}

static bool is_open(const struct alarms *open, const char *key)
{
  for (int i = 0; i < open->count; i++)
    if (strcmp(open->list[i].key, key) == 0) return true;
  return false;
}

int alarm_forget_old(struct desk *desk, const struct alarms *open, struct err *err)
{
  struct query *query = query_open(desk->store, "SELECT substr(name, 12) FROM local WHERE name GLOB 'alarm.rung.*'");
  char **keys = NULL;
  int count = 0, row, status = 0;

  while ((row = query_next(query, err)) == 1) {
    keys = mem_grow(keys, (size_t)count + 1, sizeof *keys);
    keys[count++] = mem_dup(query_text(query, 0));
  }
  query_close(query);
  for (int i = 0; i < count; i++) {
    char *name = mem_printf("alarm.rung.%s", keys[i]);
    bool old = read_rung(desk, keys[i]).last < open->at - FORGET_AFTER && !is_open(open, keys[i]);
    if (old && row == 0 && status == 0) status = store_set_local(desk->store, name, NULL, err);
    free(name);
    free(keys[i]);
  }
  free(keys);
  return row < 0 ? -1 : status;
}

/* --- what is told ------------------------------------------------------------------------------------------------------------------ */

char *alarm_notice(struct desk *desk, int64_t *number)
{
  char *value = store_get_local(desk->store, "alarm.notice"), *text = NULL;

  *number = value != NULL ? strtoll(value, &text, 10) : 0;
  char *said = value != NULL && *text == ' ' ? i18n_phrase(text + 1) : NULL;
  free(value);
  return said;
}

int alarm_give_notice(struct desk *desk, const char *text, struct err *err)
{
  int64_t number;

  free(alarm_notice(desk, &number));
  char *value = mem_printf("%" PRId64 " %s", number + 1, text);
  int status = store_set_local(desk->store, "alarm.notice", value, err);
  free(value);
  return status;
}

int alarm_log(struct desk *desk, const char *action, record_id officer, const char *text, struct err *err)
{
  struct desk whose = *desk;
  struct act *act = act_begin(desk->store, action, officer, err);

  if (act == NULL) return -1;
  whose.officer = officer;
  entry_note(&whose, act, text, 0);
  return act_commit(act, err);
}

/* --- facts ------------------------------------------------------------------------------------------------------------------------- */

int64_t alarm_last_key(struct desk *desk)
{
  return number_fact(desk, "alarm.key");
}

int alarm_note_key(struct desk *desk, int64_t at, struct err *err)
{
  return set_number_fact(desk, "alarm.key", at, err);
}

int64_t alarm_test_asked(struct desk *desk)
{
  return number_fact(desk, "alarm.test");
}

record_id alarm_test_by(struct desk *desk)
{
  char *value = store_get_local(desk->store, "alarm.test"), *name = value != NULL ? strchr(value, ' ') : NULL;
  record_id officer = name != NULL ? record_from_name(desk->store, name + 1) : 0;

  free(value);
  return officer;
}

int64_t alarm_tested(struct desk *desk)
{
  return number_fact(desk, "alarm.tested");
}

int alarm_note_tested(struct desk *desk, int64_t at, struct err *err)
{
  return set_number_fact(desk, "alarm.tested", at, err);
}

/* --- ways -------------------------------------------------------------------------------------------------------------------------- */

int alarm_note_way(struct desk *desk, const char *way, bool works, const char *text, struct err *err)
{
  char *name = mem_printf("alarm.way.%s", way), *value = mem_printf("%d %s", works, text), *before = store_get_local(desk->store, name);
  int status = before != NULL && strcmp(before, value) == 0 ? 0 : store_set_local(desk->store, name, value, err);

  free(before);
  free(value);
  free(name);
  return status;
}

int alarm_forget_ways(struct desk *desk, struct err *err)
{
  char *name = NULL;
  int status = 0;

  while (status == 0) {
    struct query *query = query_open(desk->store, "SELECT name FROM local WHERE name GLOB 'alarm.way.*' LIMIT 1");
    name = query_next(query, err) == 1 ? mem_dup(query_text(query, 0)) : NULL;
    query_close(query);
    if (name == NULL) break;
    status = store_set_local(desk->store, name, NULL, err);
    free(name);
  }
  return status;
}

enum alarm_reach alarm_reach(struct desk *desk)
{
  const char *path = store_path(desk->store);

  if (strcmp(config_text(desk->config, "agent.start"), "off") == 0 && !presence_has_agent(path)) return REACH_OFF;
  if (!presence_has_agent(path)) return REACH_NOBODY;
  if (query_single(desk->store, "SELECT 1 FROM local WHERE name GLOB 'alarm.way.*' AND value GLOB '1 *' LIMIT 1", 0, 0) != 0)
    return REACH_WELL;
  return presence_screens(path) ? REACH_SCREENS : REACH_NOBODY;
}

const char *alarm_reach_name(enum alarm_reach reach)
{
  static const char *const names[] = { [REACH_OFF] = "off", [REACH_NOBODY] = "nobody", [REACH_SCREENS] = "screens", [REACH_WELL] = "well" };
  return names[reach];
}

const char *alarm_reach_text(enum alarm_reach reach)
{
  switch (reach) {
  case REACH_OFF: return _("Alarms do not ring here (agent.start = off)");
  case REACH_NOBODY: return _("This desk can wake nobody: no agent runs, or no screen is open and nothing else rings");
  case REACH_SCREENS: return _("Only open screens ring: with none open this desk can wake nobody");
  case REACH_WELL: break;
  }
  return NULL;
}
