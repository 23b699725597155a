#include "desk/demo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/duties.h"
#include "desk/figures.h"
#include "desk/lookup.h"
#include "desk/session.h"
#include "desk/warning.h"

/* Ledgers first: later files refer to earlier ones by name. */
/* clang-format off */
static const char *const files[] = {
  "unit", "officer", "contact", "point", "mark", "visit", "reading", "shelter", "place", "danger", "plan",
  "plan_step", "team", "machine", "stock", "gear", "household", "person", "drill", "training", "incident", NULL,
};

static const struct { const char *officer, *pin; } pins[] = {
  { "值班员甲", "1111" }, { "值班员乙", "2222" }, { "值班员丙", "3333" }, { "值班员丁", "4444" },
  { "带班领导", "8888" }, { "副镇长", "9999" },   { "管理员", "0000" },
};
/* clang-format on */
#define PINS (sizeof(pins) / sizeof(pins[0]))

/* --- placeholders: {N} the station's name; {T} {C} first digits of the township and county; {date±days}; {time±minutes},
 * {stamp±minutes} as alerts write them ---------- */

struct demo_station {
  char area[13], *name;
};

static void add_time(struct buf *out, const char *format, int64_t at)
{
  char iso[CLOCK_TEXT], text[64];
  struct tm parts = { 0 };
  clock_text(iso, at, CLOCK_ISO);
  strptime(iso, "%Y-%m-%dT%H:%M:%S", &parts);
  strftime(text, sizeof(text), format, &parts);
  buf_adds(out, text);
}

static bool add_placeholder(struct buf *out, const char *name, const struct demo_station *station)
{
  int number = 0;
  if (strcmp(name, "N") == 0)
    buf_adds(out, station->name);
  else if (strcmp(name, "T") == 0)
    buf_add(out, station->area, 9);
  else if (strcmp(name, "C") == 0)
    buf_add(out, station->area, 6);
  else if (sscanf(name, "date%d", &number) == 1)
    add_time(out, "%Y-%m-%d", clock_day_start(clock_now(), number));
  else if (sscanf(name, "time%d", &number) == 1)
    add_time(out, "%Y-%m-%d %H:%M:%S", clock_now() + number * CLOCK_MINUTE);
  else if (sscanf(name, "stamp%d", &number) == 1)
    add_time(out, "%Y%m%d%H%M%S", clock_now() + number * CLOCK_MINUTE);
  else
    return false;
  return true;
}

static void expand(const char *text, const struct demo_station *station, struct buf *out)
{
  while (*text) {
    char name[16];
    int taken = 0;
    if (sscanf(text, "{%15[a-zA-Z0-9+-]}%n", name, &taken) == 1 && taken > 0 && add_placeholder(out, name, station))
      text += taken;
    else
      buf_addc(out, *text++);
  }
}

static int read_data(struct desk *desk, const char *name, struct buf *out, struct err *err)
{
  struct buf raw = BUF_INIT;
  struct demo_station station = { .name = lookup_unit(desk, store_area(desk->store)) };
  area_text(store_area(desk->store), station.area);
  int status = file_data(name, &raw, err);
  if (status == 0) expand(buf_text(&raw), &station, out);
  free(station.name);
  buf_free(&raw);
  return status;
}

/* --- ledgers
 * ------------------------------------------------------------------------------------------------------------------------------ */

static void keep_first(void *context, const char *line)
{
  char **first = context;
  if (!*first) *first = mem_dup(line);
}

static int import(struct desk *desk, const char *kind, struct err *err)
{
  struct buf csv = BUF_INIT;
  char *name = mem_printf("demo/%s.csv", kind), *trouble = NULL;
  int status = read_data(desk, name, &csv, err);
  if (status == 0)
    status = duty_import_csv(desk, duty_find(kind), buf_text(&csv), csv.length, false, NULL, keep_first, NULL, &trouble, err);
  if (status < 0) err_prefix(err, "%s: %s", name, trouble ? trouble : "");
  free(trouble);
  free(name);
  buf_free(&csv);
  return status;
}

static int set_pins(struct desk *desk, struct err *err)
{
  for (size_t i = 0; i < PINS; i++) {
    record_id officer = record_find(desk->store, &officer_kind, pins[i].officer, err);
    if (!officer || session_set_pin(desk, officer, NULL, pins[i].pin, err) < 0) return -1;
  }
  return 0;
}

/* --- the roster: shifts of twelve hours, of which the present one has run for six
 * ----------------------------------------------------------- */

static int add_shift(struct desk *desk, int64_t starts, int number, struct err *err)
{
  static const char *const pairs[2][2] = { { "值班员甲", "值班员乙" }, { "值班员丙", "值班员丁" } };
  const char *leader = number / 2 % 2 ? "副镇长" : "带班领导";
  struct values values;
  duty_start(desk, &shift_duty, &values);
  values_set_number(&values, "starts", starts);
  values_set_number(&values, "ends", starts + 12 * CLOCK_HOUR);
  values_set_number(&values, "post_a", record_find(desk->store, &officer_kind, pairs[number % 2][0], err));
  if (number != 2)
    values_set_number(&values, "post_b", record_find(desk->store, &officer_kind, pairs[number % 2][1], err)); /* a gap to be seen */
  values_set_number(&values, "leader", record_find(desk->store, &officer_kind, leader, err));
  int status = duty_add(desk, &shift_duty, &values, NULL, err);
  values_free(&values);
  return status;
}

static int add_roster(struct desk *desk, struct err *err)
{
  int64_t now = clock_now(), hour = now - (now - clock_day_start(now, 0)) % CLOCK_HOUR, starts = hour - 6 * CLOCK_HOUR;
  int of_day = (int)((starts - clock_day_start(starts, 0)) / CLOCK_HOUR) % 12;
  char pattern[32];
  snprintf(pattern, sizeof(pattern), "%02d:00,%02d:00", of_day, of_day + 12);
  if (store_set_local(desk->store, "shift.pattern", "custom", err) < 0 || store_set_local(desk->store, "shift.starts", pattern, err) < 0)
    return -1;
  for (int number = 0; number < 14; number++)
    if (add_shift(desk, starts + number * 12 * CLOCK_HOUR, number, err) < 0) return -1;
  return 0;
}

/* --- the shift
 * ---------------------------------------------------------------------------------------------------------------------------------- */

static int import_warning(struct desk *desk, struct err *err)
{
  struct buf alert = BUF_INIT;
  struct outcome outcome = { 0 };
  int status = read_data(desk, "demo/alert.xml", &alert, err);
  if (status == 0) status = warning_import(desk, buf_text(&alert), alert.length, "alert.xml", &outcome, err);
  outcome_free(&outcome);
  buf_free(&alert);
  return status;
}

/* Cuts "a | b | c" at its bars; returns the next part, trimmed, NULL at the end. */
static char *next_part(char **line)
{
  char *part = strsep(line, "|");
  return part ? text_trim(part) : NULL;
}

static int read_pairs(struct desk *desk, struct values *values, char *line, struct err *err)
{
  for (char *part; (part = next_part(&line));) {
    char *name = strsep(&part, "=");
    if (!part) continue;
    int index = values_index(values, name);
    if (index < 0) return err_set(err, "%s: no such field", name);
    if (figures_read(desk->store, values->fields[index], part, clock_now(), &values->list[index], err) < 0) return -1;
  }
  return 0;
}

static int add_record(struct desk *desk, const char *name, char *line, struct err *err)
{
  struct values values;
  char *kind = mem_dup_n(name, strcspn(name, "."));
  const struct duty *duty = duty_find(kind);
  free(kind);
  if (!duty) return err_set(err, "%s: no such action", name);
  duty_start(desk, duty, &values);
  int status = read_pairs(desk, &values, line, err);
  if (status == 0) status = duty_add(desk, duty, &values, NULL, err);
  values_free(&values);
  return status;
}

static int run_action(struct desk *desk, const struct action *action, const char *subject, char *line, struct err *err)
{
  struct values arguments;
  struct outcome outcome = { 0 };
  record_id record = *subject ? record_find(desk->store, store_kind(desk->store, action->subject), subject, err) : 0;
  if (*subject && !record) return -1;
  values_start(&arguments, action->arguments);
  int status = action->prepare ? action->prepare(desk, record, &arguments, err) : 0;
  if (status == 0) status = read_pairs(desk, &arguments, line, err);
  if (status == 0) status = action_run(desk, action, record, &arguments, &outcome, err);
  outcome_free(&outcome);
  values_free(&arguments);
  return status;
}

static int run_line(struct desk *desk, char *line, struct err *err)
{
  const char *who = next_part(&line), *name = next_part(&line), *subject = next_part(&line);
  if (!name) return 0;
  const struct action *action = action_find(desk_action_tables, name);
  desk->officer = record_find(desk->store, &officer_kind, who, err);
  if (!desk->officer) return -1;
  return action ? run_action(desk, action, subject ? subject : "", line, err) : add_record(desk, name, line, err);
}

static int work_shift(struct desk *desk, struct err *err)
{
  struct buf script = BUF_INIT;
  int status = read_data(desk, "demo/day.txt", &script, err), number = 0;
  char *rest = script.data, *line;
  while (status == 0 && (line = strsep(&rest, "\n"))) {
    number++;
    if (*line && *line != '#') status = run_line(desk, line, err);
    if (status < 0) err_prefix(err, "demo/day.txt:%d", number);
  }
  desk->officer = 0;
  buf_free(&script);
  return status;
}

#define DEMO_FACT "demo"

int demo_fill(struct desk *desk, struct err *err)
{
  if (area_level(store_area(desk->store)) != 3)
    return err_usage(err, _("The demo is of a township: give an area code that ends in 000 and names one"));
  for (int i = 0; files[i]; i++)
    if (import(desk, files[i], err) < 0) return -1;
  if (set_pins(desk, err) < 0 || add_roster(desk, err) < 0 || import_warning(desk, err) < 0 || work_shift(desk, err) < 0) return -1;
  return store_set_local(desk->store, DEMO_FACT, "1", err);
}

char *demo_banner(struct desk *desk)
{
  struct buf text = BUF_INIT;
  char *is_demo = store_get_local(desk->store, DEMO_FACT);
  if (!is_demo) return NULL;
  free(is_demo);
  buf_adds(&text, _("DEMO, nothing here is real. PINs:"));
  for (size_t i = 0; i < PINS; i++) buf_addf(&text, " %s %s", pins[i].officer, pins[i].pin);
  return buf_take(&text, NULL);
}
