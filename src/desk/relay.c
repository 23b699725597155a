/* Relaying (传达): one audience of one warning, until its list of the unreached is empty (不落一人). The kind and its rules; relay_list.c
 * counts, relay_mark.c marks, relay_action.c is what an officer does. */
#include "desk/relay.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/ladder.h"
#include "desk/ladder_parts.h"
#include "desk/relay_parts.h"
#include "desk/warning.h"

static const struct choice states[] = {
  { "waiting", N_("Not told") },
  { "partly", N_("Partly reached") },
  { "done", N_("All reached") },
  { "dropped", N_("Not needed") },
  { NULL, NULL },
};

static const struct choice sorts[] = {
  { "households", N_("Households") },
  { "places", N_("Inspected places") },
  { "names", N_("Named") },
  { NULL, NULL },
};

/* clang-format off */
const struct transition relay_moves[] = {
  { "relay.tell", "waiting", "partly", WHO_ANYONE, false },
  { "relay.tell", "partly", "partly", WHO_ANYONE, false },
  { "relay.tell", "done", "partly", WHO_ANYONE, false },
  { "relay.untell", "waiting", "waiting", WHO_ANYONE, true },
  { "relay.untell", "partly", "waiting", WHO_ANYONE, true },
  { "relay.untell", "done", "partly", WHO_ANYONE, true },
  { "relay.partly", "waiting", "partly", WHO_ANYONE, false },
  { "relay.partly", "partly", "partly", WHO_ANYONE, false },
  { "relay.done", "waiting", "done", WHO_ANYONE, false },
  { "relay.done", "partly", "done", WHO_ANYONE, false },
  { "relay.drop", "waiting", "dropped", WHO_OFFICER, true },
  { "relay.drop", "partly", "dropped", WHO_OFFICER, true },
  { NULL, NULL, NULL, WHO_ANYONE, false },
};

static const struct field fields[] = {
  { .name = "warning", .type = FIELD_TEXT, .label = N_("Warning"), .reference = "warning", .flags = FIELD_KEY | FIELD_INDEXED,
    .help = N_("The warning's key: who reads this need not hold it") },
  { .name = "colour", .type = FIELD_CHOICE, .label = N_("For the colour"), .flags = FIELD_KEY | FIELD_AUTOMATIC,
    .choices = ladder_colours },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_KEY },
  { .name = "sort", .type = FIELD_CHOICE, .label = N_("List"), .flags = FIELD_KEY, .choices = sorts,
    .help = N_("Empty: named ones") },
  { .name = "named", .type = FIELD_TEXT, .label = N_("Name of the list"), .flags = FIELD_KEY | FIELD_AUTOMATIC,
    .help = N_("The audience, of named ones; a village has one list of households and one of places") },
  { .name = "audience", .type = FIELD_TEXT, .label = N_("Audience"), .flags = FIELD_ONCE | FIELD_PHRASE, .most = 80, .columns = 18 },
  TRANSITION_FIELDS(states, 1, FIELD_REFERENCE),
  { .name = "names", .type = FIELD_NOTE, .label = N_("Names"), .help = N_("Who belongs to it, one a line; empty: the audience itself is one") },
  { .name = "channels", .type = FIELD_CHOICES, .label = N_("Channels"), .choices = warning_channels, .columns = 14 },
  { .name = "due", .type = FIELD_TIME, .label = N_("Due"), .flags = FIELD_REQUIRED | FIELD_UNDISPUTED, .columns = 11 },
  { .name = "expected", .type = FIELD_INTEGER, .label = N_("How many to reach"), .flags = FIELD_AUTOMATIC, .most = 1000000, .group = 2,
    .columns = 5, .help = N_("Counted from the list; as it was when the list was closed") },
  { .name = "reached", .type = FIELD_INTEGER, .label = N_("Reached"), .flags = FIELD_AUTOMATIC, .most = 1000000, .group = 2,
    .columns = 5 },
  { .name = "unreached", .type = FIELD_NOTE, .label = N_("Unreached"), .flags = FIELD_AUTOMATIC, .group = 2,
    .help = N_("Who was not, when the list was closed; special groups first") },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};
/* clang-format on */

const struct kind relay_kind = {
  .name = "relay",
  .label = N_("Relay"),
  .letter = "R",
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP_URGENT),
  .title = "audience",
  .order = "due",
  .newest_first = true,
  .is_keyed = true,
};

static void defaults(struct desk *desk, struct values *values)
{
  values_set_number(values, "due", clock_now() + ladder_relay_within(desk));
}

/* The colour that the warning has now: when it rises, everybody is told anew. */
static void set_colour(struct desk *desk, struct values *values)
{
  struct record warning = { 0 };
  struct ladder_warning seen;
  record_id id = values_known(values, "warning") ? ladder_warning_find(desk, values_text(values, "warning")) : 0;

  if (id == 0 || lookup_record(desk, &warning_kind, id, &warning, NULL) < 0) return;
  ladder_warning_of(&warning, &seen);
  values_set_text(values, "colour", seen.colour);
  ladder_warning_free(&seen);
  record_free(&warning);
}

/* One a line; typed on one, they are separated by 、 or commas. */
static void set_names(struct values *values)
{
  char *names = mem_dup(values_text(values, "names"));

  if (names == NULL || strchr(names, '\n') != NULL) {
    free(names);
    return;
  }
  for (char *at; (at = strstr(names, "、")) != NULL || (at = strstr(names, "，")) != NULL;) memcpy(at, " , ", 3);
  for (char *at = names; *at != '\0'; at++)
    if (*at == ',') *at = '\n';
  values_set_text(values, "names", names);
  free(names);
}

static void derive(struct desk *desk, const struct record *before, struct values *values)
{
  char area[13];

  if (before != NULL) return;
  values_set_text(values, "state", "waiting");
  if (!values_known(values, "sort")) values_set_text(values, "sort", "names");
  if (!values_known(values, "area")) values_set_text(values, "area", area_text(store_area(desk->store), area));
  set_colour(desk, values);
  set_names(values);
  if (strcmp(values_text(values, "sort"), "names") == 0)
    values_set_text(values, "named", values_text(values, "audience"));
  else
    relay_set_name(desk, values);
}

static int check(struct desk *desk, const struct record *before, const struct values *values, struct err *err)
{
  const char *sort = values_text(values, "sort");

  (void)desk;
  if (before == NULL && sort != NULL && strcmp(sort, "names") == 0 && !values_known(values, "audience"))
    return err_usage(err, _("audience: say who is to be told, or take the list of households or places (sort)"));
  return 0;
}

const struct duty relay_duty = {
  .kind = &relay_kind, .room = ROOM_WARNINGS, .defaults = defaults, .derive = derive, .check = check, .scope = "area"
};
