#include "desk/setup.h"

#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/duties.h"
#include "desk/officer.h"
#include "desk/roster.h"
#include "desk/session.h"
#include "store/place.h"
#include "store/query.h"

/* clang-format off */
static const struct choice patterns[] = {
  { "two-shift", N_("Two shifts, 08:00 and 20:00") },
  { "day", N_("24 hours from 08:00") },
  { "custom", N_("Other times") },
  { NULL, NULL },
};

const struct field setup_fields[] = {
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_REQUIRED,
    .help = N_("12-digit statistical area code; a township ends in 000, a county in 000000") },
  { .name = "name", .type = FIELD_TEXT, .label = N_("Name of the station"), .flags = FIELD_REQUIRED, .most = 60 },
  { .name = "letter", .type = FIELD_TEXT, .label = N_("Letter of this machine"), .flags = FIELD_REQUIRED, .least = 1, .most = 1,
    .help = N_("A to Z, in all short numbers: A unless the station has another machine already") },
  { .name = "admin", .type = FIELD_TEXT, .label = N_("First administrator"), .flags = FIELD_REQUIRED, .most = 40 },
  { .name = "pin", .type = FIELD_TEXT, .label = N_("PIN"), .flags = FIELD_REQUIRED | FIELD_SECRET },
  { .name = "again", .type = FIELD_TEXT, .label = N_("PIN again"), .flags = FIELD_REQUIRED | FIELD_SECRET },
  { .name = "pattern", .type = FIELD_CHOICE, .label = N_("Shifts"), .flags = FIELD_REQUIRED, .choices = patterns },
  { .name = "starts", .type = FIELD_TEXT, .label = N_("Shifts begin at"), .most = 80,
    .help = N_("Only for other times: 08:00,16:00,00:00") },
  { 0 },
};
/* clang-format on */

void setup_start(struct values *arguments)
{
  values_start(arguments, setup_fields);
  values_set_text(arguments, "letter", "A");
  values_set_text(arguments, "pattern", "two-shift");
}

/* --- making the database
 * ------------------------------------------------------------------------------------------------------------------ */

static int add_unit(struct desk *desk, const char *area, const char *name, struct err *err)
{
  struct values values;
  duty_start(desk, &unit_duty, &values);
  values_set_text(&values, "area", area);
  values_set_text(&values, "name", name);
  int status = duty_add(desk, &unit_duty, &values, NULL, err);
  values_free(&values);
  return status;
}

static int add_admin(struct desk *desk, const char *name, const char *pin, struct err *err)
{
  struct values values;
  record_id officer = 0;
  duty_start(desk, &officer_duty, &values);
  values_set_text(&values, "name", name);
  values_set_text(&values, "rank", "admin");
  values_set_text(&values, "post", "any");
  int status = duty_add(desk, &officer_duty, &values, &officer, err);
  values_free(&values);
  return status == 0 ? session_set_pin(desk, officer, NULL, pin, err) : status;
}

static int keep_pattern(struct desk *desk, const struct values *arguments, struct err *err)
{
  const char *pattern = values_text(arguments, "pattern");
  if (store_set_local(desk->store, "shift.pattern", pattern, err) < 0) return -1;
  if (values_known(arguments, "starts") && store_set_local(desk->store, "shift.starts", values_text(arguments, "starts"), err) < 0)
    return -1;
  struct roster_pattern read;
  return roster_pattern(desk, &read, err); /* refuses times that make no day */
}

static int make_directory(const char *path, struct err *err)
{
  char *directory = file_directory(path);
  int status = file_make_directories(directory, 0770, err);
  free(directory);
  return status;
}

/* A new station is made under a name of its own and gets its place when it is whole: whoever is cut off can begin again. */
static char *making_name(const char *path)
{
  return mem_printf("%s.making", path);
}

/* Makes the empty database that place() puts at `path`. */
static int create(const char *path, const char *area, const char *name, char letter, bool exercise, struct err *err)
{
  if (area_from_text(area, err) < 0) return -1;
  if (letter < 'A' || letter > 'Z') return err_usage(err, _("The letter of this machine must be one of A to Z"));
  if (!name || !*name) return err_usage(err, _("The name of the station is missing: fill it in"));
  if (file_exists(path)) return err_set(err, _("%s exists already: move it away or choose another name; nothing was changed"), path);
  if (make_directory(path, err) < 0) return -1;
  char *making = making_name(path);
  place_discard(making);
  int status = store_create(making, area, letter, exercise, desk_kinds(), err);
  free(making);
  return status;
}

static int open_making(struct desk *desk, const char *path, struct config *config, struct err *err)
{
  char *making = making_name(path);
  int status = desk_open(desk, making, config, err);
  free(making);
  return status;
}

/* Closes the desk; what was made goes to its place if all went well until now. */
static int place(struct desk *desk, const char *path, int status, struct err *err)
{
  char *making = making_name(path);
  desk_close(desk);
  if (status == 0)
    status = place_new(making, path, err);
  else
    place_discard(making);
  free(making);
  return status;
}

int setup_init(const char *path, const char *area, const char *name, char letter, bool exercise, struct err *err)
{
  struct desk desk = { 0 };
  if (create(path, area, name, letter, exercise, err) < 0) return -1;
  int status = open_making(&desk, path, NULL, err);
  if (status == 0) status = add_unit(&desk, area, name, err);
  return place(&desk, path, status, err);
}

static int check_arguments(const struct config *config, const struct values *arguments, struct err *err)
{
  for (int i = 0; i < arguments->count; i++)
    if ((arguments->fields[i]->flags & FIELD_REQUIRED) && !arguments->list[i].known)
      return err_usage(err, _("%s is missing: fill it in"), i18n_text(arguments->fields[i]->label));
  if (strcmp(values_text(arguments, "pin"), values_text(arguments, "again")) != 0) {
    err_set(err, _("The two PINs differ: type the same one twice"));
    return err_prefix(err, "%s", _("PIN again"));
  }
  if (strcmp(values_text(arguments, "pattern"), "custom") == 0 && !values_known(arguments, "starts"))
    return err_set(err, _("Say at which times the shifts begin, or choose another pattern"));
  return session_check_new_pin(config, values_text(arguments, "pin"), err) < 0 ? err_prefix(err, "%s", _("PIN")) : 0;
}

static char letter_of(const struct values *arguments)
{
  char *folded = text_fold_width(values_text(arguments, "letter"));
  char letter = folded[0] >= 'a' && folded[0] <= 'z' ? (char)(folded[0] - 'a' + 'A') : folded[0];
  free(folded);
  return letter;
}

int setup_create(const char *path, struct config *config, const struct values *arguments, struct err *err)
{
  struct desk desk = { 0 };
  const char *area = values_text(arguments, "area"), *name = values_text(arguments, "name");
  if (check_arguments(config, arguments, err) < 0 || create(path, area, name, letter_of(arguments), false, err) < 0) return -1;
  int status = open_making(&desk, path, config, err);
  if (status == 0) status = add_unit(&desk, area, name, err);
  if (status == 0) status = add_admin(&desk, values_text(arguments, "admin"), values_text(arguments, "pin"), err);
  if (status == 0) status = keep_pattern(&desk, arguments, err);
  return place(&desk, path, status, err);
}

/* --- what is still empty
 * -------------------------------------------------------------------------------------------------------------------- */

static const struct need {
  const struct duty *duty;
  const char *count; /* SQL; NULL: of officers */
  int64_t least;
  const char *text;
  const char *action; /* that fills it; NULL: its records are written one by one */
} needs[] = {
  { &unit_duty, "SELECT count(*) FROM (SELECT 1 FROM k_unit WHERE voided IS NULL LIMIT 2)", 2,
    N_("No units yet: villages with their phones, and the superior"), NULL },
  { &officer_duty, NULL, 3, N_("Too few officers yet: A, B and a leader"), NULL },
  { &contact_duty, "SELECT count(*) FROM (SELECT 1 FROM k_contact WHERE voided IS NULL LIMIT 1)", 1, N_("No contacts yet"), NULL },
  { &household_duty, "SELECT count(*) FROM (SELECT 1 FROM k_household WHERE voided IS NULL LIMIT 1)", 1, N_("No households yet"), NULL },
  { &shift_duty, "SELECT count(*) FROM (SELECT 1 FROM k_shift WHERE voided IS NULL LIMIT 1)", 1, N_("No roster yet"), "roster.fill" },
};
#define NEEDS (sizeof(needs) / sizeof(needs[0]))

static char *dismissed_name(const char *kind_name)
{
  return mem_printf("setup.dismissed.%s", kind_name);
}

static bool is_dismissed(struct desk *desk, const char *kind_name)
{
  char *name = dismissed_name(kind_name);
  char *value = store_get_local(desk->store, name);
  bool dismissed = value != NULL;
  free(name);
  free(value);
  return dismissed;
}

void setup_missing(struct desk *desk, void (*missing)(void *context, const struct duty *duty, const char *action, const char *text),
                   void *context)
{
  for (size_t i = 0; i < NEEDS; i++) {
    const struct need *need = &needs[i];
    int64_t count = need->count != NULL ? query_single(desk->store, need->count, 0, 0) : officer_count(desk, (int)need->least);
    if (count < need->least && !is_dismissed(desk, need->duty->kind->name)) missing(context, need->duty, need->action, _(need->text));
  }
}

int setup_dismiss(struct desk *desk, const char *kind_name, struct err *err)
{
  bool known = false;
  for (size_t i = 0; i < NEEDS; i++) known |= strcmp(needs[i].duty->kind->name, kind_name) == 0;
  if (!known) return err_usage(err, _("'%s' is not on the list of what set-up still lacks"), kind_name);
  char *name = dismissed_name(kind_name);
  int status = store_set_local(desk->store, name, "1", err);
  free(name);
  return status;
}

/* clang-format off */
static const struct choice dismissable[] = {
  { "unit", N_("Units") },
  { "officer", N_("Officers") },
  { "contact", N_("Contacts") },
  { "household", N_("Households") },
  { "shift", N_("Roster") },
  { NULL, NULL },
};

static const struct field dismiss_arguments[] = {
  { .name = "kind", .type = FIELD_CHOICE, .label = N_("Kind"), .flags = FIELD_REQUIRED, .choices = dismissable },
  { 0 },
};
/* clang-format on */

static void note_any(void *context, const struct duty *duty, const char *action, const char *text)
{
  (void)duty;
  (void)action;
  (void)text;
  *(bool *)context = true;
}

static bool lacks_something(struct desk *desk, const struct record *record)
{
  bool any = false;

  (void)record;
  setup_missing(desk, note_any, &any);
  return any;
}

static int dismiss_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  (void)subject;
  if (setup_dismiss(desk, values_text(arguments, "kind"), err) < 0) return -1;
  outcome_say(outcome, _("It is not asked for any more"));
  return 0;
}

/* clang-format off */
const struct action setup_actions[] = {
  { .name = "setup.dismiss",
    .label = N_("Not needed here"),
    .help = N_("Takes a kind that is still empty off the overview."),
    .command = "setup dismiss",
    .arguments = dismiss_arguments,
    .possible = lacks_something,
    .run = dismiss_run },
  { 0 },
};
/* clang-format on */
