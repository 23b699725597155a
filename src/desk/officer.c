/* Officers: who may sit at the desk, sign and decide. PIN verifiers stay in this node's local facts (session.c). */
#include "desk/officer.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/ledger.h"
#include "desk/lookup.h"
#include "desk/session.h"
#include "store/query.h"

/* clang-format off */
static const struct choice posts[] = {
  { "a", N_("Post A") },
  { "b", N_("Post B") },
  { "leader", N_("Duty leader") },
  { "any", N_("Any post") },
  { NULL, NULL },
};

static const struct choice ranks[] = {
  { "officer", N_("Officer") },
  { "leader", N_("Leader") },
  { "admin", N_("Administrator") },
  { NULL, NULL },
};

static const struct field fields[] = {
  { .name = "name", .type = FIELD_TEXT, .label = N_("Full name"), .flags = FIELD_REQUIRED, .most = 40, .columns = 12 },
  { .name = "rank", .type = FIELD_CHOICE, .label = N_("Rank"), .flags = FIELD_REQUIRED, .choices = ranks, .columns = 10,
    .help = N_("A leader decides and takes over; an administrator also changes officers and settings") },
  { .name = "post", .type = FIELD_CHOICE, .label = N_("Usual post"), .choices = posts, .columns = 10 },
  { .name = "phone", .type = FIELD_PHONE, .label = N_("Phone"), .columns = 13 },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_ONCE,
    .help = N_("The unit where the officer serves; empty: this station") },
  { .name = "active", .type = FIELD_YES, .label = N_("Active"), .flags = FIELD_REQUIRED, .columns = 6 },
  { .name = "verified", .type = FIELD_TIME, .label = N_("Last verified"), .help = N_("When somebody last called and was answered"),
    .columns = 11 },
  { .name = "pin_set", .type = FIELD_TIME, .label = N_("PIN set"), .flags = FIELD_AUTOMATIC,
    .help = N_("When the PIN was last set or reset; all can see it") },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};

const struct kind officer_kind = {
  .name = "officer",
  .label = N_("Officer"),
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP),
  .title = "name",
  .order = "name",
};
/* clang-format on */

/* --- who serves here ----------------------------------------------------------------------------------------------------------------- */

bool officer_is_ours(struct desk *desk, record_id officer)
{
  char own[13];

  if (officer == 0 || record_area(desk->store, officer) != store_area(desk->store)) return false;
  struct query *query = query_open(desk->store, "SELECT 1 FROM k_officer WHERE id = ?1 AND (area IS NULL OR area = ?2)");
  query_bind_number(query, 1, officer);
  query_bind_text(query, 2, area_text(store_area(desk->store), own));
  bool ours = query_next(query, NULL) == 1;
  query_close(query);
  return ours;
}

int officer_refuse_foreign(struct desk *desk, record_id officer, struct err *err)
{
  if (officer == 0 || officer_is_ours(desk, officer)) return 0;
  char *name = lookup_name(desk, officer);
  err_set(err, _("%s serves at another station: choose an officer of this one"), name != NULL ? name : "?");
  free(name);
  return -1;
}

int officer_count(struct desk *desk, int most)
{
  struct query *query = query_open(desk->store, "SELECT id FROM k_officer WHERE active = 1 AND voided IS NULL");
  int count = 0;

  while (count < most && query_next(query, NULL) == 1) count += officer_is_ours(desk, query_number(query, 0));
  query_close(query);
  return count;
}

/* --- the record ---------------------------------------------------------------------------------------------------------------------- */

static void defaults(struct desk *desk, struct values *values)
{
  (void)desk;
  values_set_text(values, "rank", "officer");
  values_set_number(values, "active", 1);
}

static int check_name(struct desk *desk, const struct record *before, const struct values *values, struct err *err)
{
  if (!values_number(values, "active", 0)) return 0;
  struct query *query =
    query_open(desk->store, "SELECT count(*) FROM k_officer WHERE name = ?1 AND active = 1 AND voided IS NULL AND id <> ?2");
  query_bind_text(query, 1, values_text(values, "name"));
  query_bind_number(query, 2, before ? before->id : 0);
  int row = query_next(query, err);
  int64_t others = row == 1 ? query_number(query, 0) : 0;
  query_close(query);
  if (row < 0) return -1;
  if (others > 0)
    return err_set(err, _("Full name: another active officer is called \"%s\"; add something that tells them apart"),
                   values_text(values, "name"));
  return 0;
}

/* One's own phone and note anybody may change; all the rest decides who may do what here. */
static bool changes_power(const struct record *before, const struct values *values)
{
  static const char *const own[] = { "phone", "verified", "note" };
  for (int i = COMMON_FIELDS; i < values->count; i++) {
    bool free_field = false;
    for (size_t j = 0; j < sizeof(own) / sizeof(own[0]); j++) free_field |= strcmp(own[j], values->fields[i]->name) == 0;
    if (!free_field && !value_equal(values->fields[i], &values->list[i], &before->values.list[i])) return true;
  }
  return false;
}

static bool is_admin(const char *rank)
{
  return strcmp(rank, "admin") == 0;
}

/* Without an administrator at his own station nobody could make one there. */
static int refuse_last_admin(struct desk *desk, record_id officer, struct err *err)
{
  struct query *query =
    query_open(desk->store, "SELECT id FROM k_officer WHERE rank = 'admin' AND active = 1 AND voided IS NULL AND id <> ?1");
  bool another = false;

  query_bind_number(query, 1, officer);
  while (!another && query_next(query, NULL) == 1)
    another = record_area(desk->store, query_number(query, 0)) == record_area(desk->store, officer);
  query_close(query);
  if (another) return 0;
  return err_set(err, _("This is the last administrator in service: make another one first"));
}

/* A leader keeps the list of officers; only an administrator makes or unmakes administrators. */
static int check(struct desk *desk, const struct record *before, const struct values *values, struct err *err)
{
  bool own = before && before->id == desk->officer && !changes_power(before, values);
  const char *rank = values_text(values, "rank");
  bool was_admin = before && is_admin(record_text(before, "rank"));
  bool stays = is_admin(rank) && values_number(values, "active", 0);
  if (!own && session_may(desk, was_admin || is_admin(rank) ? WHO_ADMIN : WHO_LEADER, err) < 0) return -1;
  if (was_admin && record_number(before, "active", 0) && !stays && refuse_last_admin(desk, before->id, err) < 0) return -1;
  return check_name(desk, before, values, err);
}

static int may_strike(struct desk *desk, const struct record *officer, struct err *err)
{
  if (!is_admin(record_text(officer, "rank"))) return 0;
  if (session_may(desk, WHO_ADMIN, err) < 0) return -1;
  return record_number(officer, "active", 0) ? refuse_last_admin(desk, officer->id, err) : 0;
}

const struct duty officer_duty = {
  .kind = &officer_kind,
  .room = ROOM_LEDGERS,
  .defaults = defaults,
  .check = check,
  .scope = "area",
  .strike = WHO_LEADER,
  .may_strike = may_strike,
  .is_offered = officer_is_ours,
};

static int verify(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  (void)arguments;
  return ledger_verify(desk, &officer_kind, "officer.verify", subject, outcome, err);
}

/* clang-format off */
static const struct field pin_arguments[] = {
  { .name = "old", .type = FIELD_TEXT, .label = N_("Present PIN"), .flags = FIELD_SECRET,
    .help = N_("Only for your own; leave empty to reset another's") },
  { .name = "new", .type = FIELD_TEXT, .label = N_("New PIN"), .flags = FIELD_REQUIRED | FIELD_SECRET },
  { .name = "again", .type = FIELD_TEXT, .label = N_("New PIN again"), .flags = FIELD_REQUIRED | FIELD_SECRET },
  { 0 },
};
/* clang-format on */

static int set_pin(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  const char *new_pin = values_text(arguments, "new");
  const char *again = values_text(arguments, "again");
  if (!new_pin || !again || strcmp(new_pin, again) != 0) {
    err_set(err, _("The two new PINs differ: type the same one twice"));
    return err_prefix(err, "%s", _("New PIN again"));
  }
  if (session_check_new_pin(desk->config, new_pin, err) < 0) return err_prefix(err, "%s", _("New PIN"));
  if (session_set_pin(desk, subject, values_text(arguments, "old"), new_pin, err) < 0) return -1;
  outcome->kind = &officer_kind;
  outcome->record = subject;
  outcome_say(outcome, _("The PIN is set; everyone can see when"));
  return 0;
}

/* clang-format off */
const struct action officer_actions[] = {
  { .name = "officer.verify",
    .label = N_("Phone verified"),
    .help = N_("Notes that this number was called now and answered."),
    .key = "v",
    .command = "officer verify",
    .subject = "officer",
    .run = verify },
  { .name = "officer.pin",
    .label = N_("Set PIN"),
    .help = N_("Sets one's own PIN, or resets another's as a leader. A reset is journaled and shown to all."),
    .key = "p",
    .command = "officer pin",
    .subject = "officer",
    .arguments = pin_arguments,
    .run = set_pin },
  { 0 },
};
/* clang-format on */
