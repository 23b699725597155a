/* Communication gear for when power, road and network fail (三断). The log of its tests is its history. */
#include <stdlib.h>

#include "base/err.h"
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "store/act.h"

/* clang-format off */
static const struct choice sorts[] = {
  { "satellite", N_("Satellite phone") },
  { "beidou", N_("Beidou terminal") },
  { "radio", N_("Radio") },
  { "base", N_("Base radio") },
  { "loudspeaker", N_("Loudspeaker") },
  { "siren", N_("Siren") },
  { "gong", N_("Gong or whistle") },
  { "megaphone", N_("Megaphone") },
  { "power", N_("Power bank or generator") },
  { NULL, NULL },
};

static const struct choice results[] = {
  { "good", N_("Works") },
  { "weak", N_("Works poorly") },
  { "dead", N_("Does not work") },
  { NULL, NULL },
};

static const struct field fields[] = {
  { .name = "name", .type = FIELD_TEXT, .label = N_("Name"), .flags = FIELD_REQUIRED, .most = 60, .columns = 16 },
  { .name = "sort", .type = FIELD_CHOICE, .label = N_("Sort"), .flags = FIELD_REQUIRED, .choices = sorts, .columns = 10 },
  { .name = "number", .type = FIELD_TEXT, .label = N_("Call number or channel"), .most = 40, .columns = 12 },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_ONCE },
  { .name = "place", .type = FIELD_TEXT, .label = N_("Place"), .flags = FIELD_REQUIRED, .most = 80, .columns = 10 },
  { .name = "keeper", .type = FIELD_TEXT, .label = N_("Keeper"), .most = 40 },
  { .name = "phone", .type = FIELD_PHONE, .label = N_("Phone") },
  { .name = "interval", .type = FIELD_INTEGER, .label = N_("Test every"), .unit = N_("days"), .least = 1, .most = 366 },
  { .name = "tested", .type = FIELD_TIME, .label = N_("Last tested"), .flags = FIELD_ONCE, .group = 1, .columns = 11 },
  { .name = "result", .type = FIELD_CHOICE, .label = N_("Result"), .flags = FIELD_ONCE, .choices = results, .group = 1, .columns = 8 },
  { .name = "tested_by", .type = FIELD_TEXT, .label = N_("Tested by"), .flags = FIELD_ONCE, .most = 40, .group = 1 },
  { .name = "test_note", .type = FIELD_TEXT, .label = N_("Test note"), .flags = FIELD_ONCE, .most = 200, .group = 1 },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};

const struct kind gear_kind = {
  .name = "gear",
  .label = N_("Communication gear"),
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP),
  .title = "name",
  .order = "name",
};

const struct duty gear_duty = {
  .kind = &gear_kind,
  .room = ROOM_LEDGERS,
  .scope = "area",
};

static const struct field test_arguments[] = {
  { .name = "result", .type = FIELD_CHOICE, .label = N_("Result"), .flags = FIELD_REQUIRED, .choices = results },
  { .name = "test_note", .type = FIELD_TEXT, .label = N_("Test note"), .most = 200, .help = N_("Who answered, how well, battery") },
  { 0 },
};
/* clang-format on */

static int test_prepare(struct desk *desk, record_id id, struct values *arguments, struct err *err)
{
  (void)desk, (void)id, (void)err;
  values_set_text(arguments, "result", "good");
  return 0;
}

static int write_test(struct desk *desk, record_id id, const struct values *arguments, struct err *err)
{
  struct act *act = act_begin(desk->store, "gear.test", desk->officer, err);
  if (!act) return -1;
  struct change *change = act_edit(act, &gear_kind, id);
  char *name = lookup_name(desk, desk->officer);
  change_set_number(change, "tested", act_at(act));
  change_set_text(change, "result", values_text(arguments, "result"));
  change_set_text(change, "tested_by", name);
  change_set_text(change, "test_note", values_text(arguments, "test_note"));
  free(name);
  return act_commit(act, err);
}

static int test(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record record = { 0 };
  int status = lookup_record(desk, &gear_kind, id, &record, err);
  if (status == 0) status = write_test(desk, id, arguments, err);
  if (status == 0) {
    outcome->kind = &gear_kind;
    outcome->record = id;
    outcome_say(outcome, _("%s: %s"), record_title(&record), lookup_choice(&gear_kind, "result", values_text(arguments, "result")));
  }
  record_free(&record);
  return status;
}

/* clang-format off */
const struct action gear_actions[] = {
  { .name = "gear.test",
    .label = N_("Test"),
    .help = N_("Notes a test made now and how it went."),
    .key = "t",
    .command = "gear test",
    .subject = "gear",
    .arguments = test_arguments,
    .prepare = test_prepare,
    .run = test },
  { 0 },
};
/* clang-format on */
