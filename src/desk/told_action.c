/* Somebody says that one household was told, and need not look for its list; or that it was not. */
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/figures.h"
#include "desk/ladder_parts.h"
#include "desk/relay_parts.h"
#include "desk/warning.h"

static const struct field add_arguments[] = {
  { .name = "household", .type = FIELD_REFERENCE, .label = N_("Household"), .reference = "household" },
  { .name = "name", .type = FIELD_TEXT, .label = N_("Place or name"), .most = 80 },
  { .name = "channel", .type = FIELD_CHOICE, .label = N_("Channel"), .choices = warning_channels },
  { .name = "told_at", .type = FIELD_TIME, .label = N_("Told at"), .flags = FIGURES_PAST },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};

static int add_prepare(struct desk *desk, record_id id, struct values *arguments, struct err *err)
{
  (void)desk, (void)id, (void)err;
  values_set_text(arguments, "channel", "door");
  values_set_number(arguments, "told_at", clock_now());
  return 0;
}

struct search {
  const struct relay_choice *choice;
  bool listed;
};

static bool is_listed(void *context, const struct relay_line *line)
{
  struct search *search = context;

  search->listed |= search->choice->household != 0 ? line->household == search->choice->household
                                                   : line->household == 0 && strcmp(line->name, search->choice->name) == 0;
  return !search->listed;
}

/* The list of the highest warning on which they stand; 0: none. */
static record_id find_list(struct desk *desk, const struct relay_choice *choice)
{
  struct query *query =
    query_open(desk->store, "SELECT id FROM k_relay WHERE state IN ('waiting', 'partly', 'done') AND voided IS NULL ORDER BY"
                            " state = 'done', CASE colour WHEN 'red' THEN 1 WHEN 'orange' THEN 2 WHEN 'yellow' THEN 3"
                            " WHEN 'blue' THEN 4 ELSE 5 END, due DESC LIMIT 200");
  record_id *ids, found = 0;
  int count = lookup_ids(query, &ids, NULL);

  for (int i = 0; i < count && found == 0; i++) {
    struct search search = { .choice = choice };
    relay_next(desk, ids[i], false, NULL, false, 0, is_listed, &search, NULL);
    if (search.listed) found = ids[i];
  }
  free(ids);
  return found;
}

static int add_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct relay_choice choice = { .household = values_number(arguments, "household", 0), .name = values_text(arguments, "name") };
  struct relay_telling telling = relay_telling_of(arguments);

  (void)id;
  if (choice.household == 0 && choice.name == NULL) return err_usage(err, _("whom? Give household or name"));
  record_id relay = find_list(desk, &choice);
  if (relay == 0) return err_set(err, _("They stand on no list that is being relayed: make the lists of a warning first (warning relay)"));
  int told = relay_tell(desk, relay, &choice, &telling, err);
  if (told < 0) return -1;
  if (told == 0) outcome_say(outcome, _("They were told already"));
  return relay_say(desk, relay, outcome, err);
}

static const struct field undo_arguments[] = { { .name = "why", .type = FIELD_NOTE, .label = N_("Why"), .flags = FIELD_REQUIRED }, { 0 } };

static bool undo_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  return record != NULL && !record_is_void(record);
}

static int undo_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record told = { 0 };

  if (lookup_record(desk, &told_kind, id, &told, err) < 0) return -1;
  record_id relay = record_number(&told, "relay", 0);
  struct relay_choice choice = { .household = record_number(&told, "household", 0), .name = record_text(&told, "name") };
  int back = relay_untell(desk, relay, &choice, values_text(arguments, "why"), err);
  record_free(&told);
  return back < 0 ? -1 : relay_say(desk, relay, outcome, err);
}

/* clang-format off */
const struct action told_actions[] = {
  { .name = "told.add",
    .label = N_("Household told"), /* L10N: 入户告知 */
    .command = "told add",
    .arguments = add_arguments,
    .help = N_("A household, place or name was told of the warning: marks it on the list on which it stands."),
    .prepare = add_prepare,
    .run = add_run },
  { .name = "told.undo",
    .label = N_("Take back"),
    .key = "u",
    .command = "told undo",
    .subject = "told",
    .arguments = undo_arguments,
    .help = N_("It was marked by mistake: struck, with the reason."),
    .possible = undo_possible,
    .run = undo_run },
  { 0 },
};
/* clang-format on */
