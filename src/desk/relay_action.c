/* What an officer does with a list: marks who was told (one, a range, a group, everybody but), takes it back, drops it. */
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/duties.h"
#include "desk/figures.h"
#include "desk/ladder_parts.h"
#include "desk/move.h"
#include "desk/relay_parts.h"
#include "desk/warning.h"
#include "store/query.h"

/* Names that a message lists before it only counts. */
enum { NAMES_SHOWN = 5 };

static const struct move tell_move = { &relay_kind, relay_moves, "relay.tell", NULL, NULL };
static const struct move untell_move = { &relay_kind, relay_moves, "relay.untell", NULL, NULL };
static const struct move partly_move = { &relay_kind, relay_moves, "relay.partly", NULL, NULL };
static const struct move done_move = { &relay_kind, relay_moves, "relay.done", NULL, NULL };
static const struct move drop_move = { &relay_kind, relay_moves, "relay.drop", NULL, NULL };

MOVE_POSSIBLE(tell)
MOVE_POSSIBLE(untell)
MOVE_POSSIBLE(partly)
MOVE_POSSIBLE(done)
MOVE_POSSIBLE(drop)

/* --- saying where the list stands ---------------------------------------------------------------------------------------------------- */

static void flatten(struct buf *names)
{
  for (size_t i = 0; i < names->length; i++)
    if (names->data[i] == '\n') names->data[i] = ' ';
}

int relay_say(struct desk *desk, record_id id, struct outcome *outcome, struct err *err)
{
  struct relay_count count;
  struct record relay = { 0 };
  struct buf names = BUF_INIT;

  if (ladder_tick(desk, err) < 0 || lookup_record(desk, &relay_kind, id, &relay, err) < 0 || relay_count(desk, id, &count, err) < 0) {
    record_free(&relay);
    return -1;
  }
  outcome->kind = &relay_kind;
  outcome->record = id;
  if (count.unreached == 0) {
    outcome_say(outcome, _("%s: all %d reached"), record_title(&relay), count.all);
  } else {
    relay_unreached_text(desk, id, NAMES_SHOWN, &names, NULL);
    flatten(&names);
    outcome_say(outcome, _("%s: %d of %d reached (%d%%); unreached: %s"), record_title(&relay), count.reached, count.all, count.percent,
                buf_text(&names));
  }
  buf_free(&names);
  record_free(&relay);
  return 0;
}

/* --- telling ------------------------------------------------------------------------------------------------------------------------- */

/* clang-format off */
#define WHOM \
  { .name = "household", .type = FIELD_REFERENCE, .label = N_("Household"), .reference = "household" }, \
  { .name = "name", .type = FIELD_TEXT, .label = N_("Name"), .most = 80, .help = N_("Of a list of places or names") }, \
  { .name = "group", .type = FIELD_TEXT, .label = N_("Village group"), .most = 60, .help = N_("As the codes of households name it: 1组; its number is enough") }, \
  { .name = "from", .type = FIELD_INTEGER, .label = N_("From number"), .most = 1000000 }, \
  { .name = "to", .type = FIELD_INTEGER, .label = N_("To number"), .most = 1000000 }, \
  { .name = "everybody", .type = FIELD_YES, .label = N_("Everybody on the list") }
#define HOW \
  { .name = "channel", .type = FIELD_CHOICE, .label = N_("Channel"), .choices = warning_channels }, \
  { .name = "told_at", .type = FIELD_TIME, .label = N_("Told at"), .flags = FIGURES_PAST }, \
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") }

static const struct field tell_arguments[] = { WHOM, HOW, { 0 } };
static const struct field untell_arguments[] = {
  WHOM,
  { .name = "why", .type = FIELD_NOTE, .label = N_("Why"), .flags = FIELD_REQUIRED },
  { 0 },
};
/* clang-format on */

struct relay_telling relay_telling_of(const struct values *arguments)
{
  return (struct relay_telling){ values_text(arguments, "channel"), values_number(arguments, "told_at", 0),
                                 values_text(arguments, "note") };
}

static int choice_of(const struct values *arguments, struct relay_choice *choice, struct err *err)
{
  *choice = (struct relay_choice){ .household = values_number(arguments, "household", 0),
                                   .name = values_text(arguments, "name"),
                                   .group = values_text(arguments, "group"),
                                   .from = values_number(arguments, "from", 0),
                                   .to = values_number(arguments, "to", 0) };
  bool any = choice->household != 0 || choice->name != NULL || choice->group != NULL || choice->from != 0 || choice->to != 0;
  if (any || values_number(arguments, "everybody", 0) != 0) return 0;
  return err_usage(err, _("whom? Give household, name, group, from and to, or everybody=yes"));
}

/* The channel that the list was given, if it is one alone. */
static int tell_prepare(struct desk *desk, record_id id, struct values *arguments, struct err *err)
{
  struct record relay = { 0 };

  if (lookup_record(desk, &relay_kind, id, &relay, err) < 0) return -1;
  const char *channels = record_text(&relay, "channels");
  if (channels != NULL && strchr(channels, ',') == NULL) values_set_text(arguments, "channel", channels);
  values_set_number(arguments, "told_at", clock_now());
  record_free(&relay);
  return 0;
}

static int tell_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct relay_choice choice;
  struct relay_telling telling = relay_telling_of(arguments);

  if (choice_of(arguments, &choice, err) < 0) return -1;
  int told = relay_tell(desk, id, &choice, &telling, err);
  if (told < 0) return -1;
  if (told == 0) {
    outcome->attention = true;
    outcome_say(outcome, _("Nobody was marked: they are told already, or not on this list"));
  } else {
    outcome_say(outcome, _("Told now: %d"), told);
  }
  return relay_say(desk, id, outcome, err);
}

static int untell_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct relay_choice choice;

  if (choice_of(arguments, &choice, err) < 0) return -1;
  int back = relay_untell(desk, id, &choice, values_text(arguments, "why"), err);
  if (back < 0) return -1;
  outcome_say(outcome, _("Taken back: %d"), back);
  return relay_say(desk, id, outcome, err);
}

/* --- everybody but ------------------------------------------------------------------------------------------------------------------- */

static const struct field partly_arguments[] = {
  { .name = "unreached",
    .type = FIELD_NOTE,
    .label = N_("Unreached"),
    .flags = FIELD_REQUIRED,
    .help = N_("Who of the list has not been reached, separated by commas or lines; all others were") },
  { .name = "channel", .type = FIELD_CHOICE, .label = N_("Channel"), .choices = warning_channels },
  { .name = "told_at", .type = FIELD_TIME, .label = N_("Told at"), .flags = FIGURES_PAST },
  { 0 },
};

static int partly_prepare(struct desk *desk, record_id id, struct values *arguments, struct err *err)
{
  return tell_prepare(desk, id, arguments, err);
}

struct others {
  char **names; /* who stays unreached; ended by NULL */
  bool *found;
  struct relay_choice *told;
  char **copies;
  int count;
};

static bool keep_other(void *context, const struct relay_line *line)
{
  struct others *others = context;

  for (int i = 0; others->names[i] != NULL; i++)
    if (relay_is_short_for(line->name, others->names[i])) {
      others->found[i] = true;
      return true;
    }
  others->told = mem_grow(others->told, (size_t)others->count + 1, sizeof *others->told);
  others->copies = mem_grow(others->copies, (size_t)others->count + 1, sizeof *others->copies);
  char *copy = others->copies[others->count] = mem_dup(line->name);
  others->told[others->count++] = (struct relay_choice){ .household = line->household, .name = line->household != 0 ? NULL : copy };
  return true;
}

static int check_found(const struct others *others, struct err *err)
{
  for (int i = 0; others->names[i] != NULL; i++)
    if (!others->found[i]) return err_usage(err, _("%s is not among the unreached of this list"), others->names[i]);
  return 0;
}

/* Cuts at commas and line ends; the pieces belong to `text`. */
static char **split(char *text)
{
  char **pieces = mem_zero(1, sizeof *pieces), *piece;
  int count = 0;

  for (char *at; (at = strstr(text, "、")) != NULL || (at = strstr(text, "，")) != NULL;) memcpy(at, ",,,", 3);
  while ((piece = strsep(&text, ",\n")) != NULL) {
    if (*text_trim(piece) == '\0') continue;
    pieces = mem_grow(pieces, (size_t)count + 2, sizeof *pieces);
    pieces[count++] = text_trim(piece);
    pieces[count] = NULL;
  }
  return pieces;
}

static int tell_others(struct desk *desk, record_id id, char **names, const struct relay_telling *telling, struct err *err)
{
  size_t count = 0;
  while (names[count] != NULL) count++;
  struct others others = { .names = names, .found = mem_zero(count + 1, sizeof(bool)) };
  int status = relay_next(desk, id, true, NULL, false, 0, keep_other, &others, err);

  if (status == 0) status = check_found(&others, err);
  if (status == 0 && others.count > 0) status = relay_tell_all(desk, id, others.told, others.count, telling, err);
  for (int i = 0; i < others.count; i++) free(others.copies[i]);
  free(others.copies);
  free(others.told);
  free(others.found);
  return status;
}

static int partly_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct relay_telling telling = { values_text(arguments, "channel"), values_number(arguments, "told_at", 0), NULL };
  char *text = mem_dup(values_text(arguments, "unreached")), **names = split(text);
  int status = tell_others(desk, id, names, &telling, err);

  free(names);
  free(text);
  return status < 0 ? -1 : relay_say(desk, id, outcome, err);
}

/* --- done, dropped ------------------------------------------------------------------------------------------------------------------- */

static const struct field done_arguments[] = {
  { .name = "channel", .type = FIELD_CHOICE, .label = N_("Channel"), .choices = warning_channels },
  { .name = "told_at", .type = FIELD_TIME, .label = N_("Told at"), .flags = FIGURES_PAST },
  { 0 },
};

/* All reached is what the list says, not what somebody presses. Only who is alone on his list is told by that word. */
static int done_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct relay_count count;
  struct relay_choice everybody = { 0 };
  struct relay_telling telling = { values_text(arguments, "channel"), values_number(arguments, "told_at", 0), NULL };
  struct buf names = BUF_INIT;
  int status = relay_count_live(desk, id, &count, err);

  if (status == 0 && count.unreached > 0 && count.all > 1) {
    relay_unreached_text(desk, id, NAMES_SHOWN, &names, NULL);
    flatten(&names);
    status = err_set(err, _("%d of %d reached; unreached: %s. Mark who was told (relay tell), or name who was not (relay partly)"),
                     count.reached, count.all, buf_text(&names));
    buf_free(&names);
  }
  if (status == 0) status = relay_tell(desk, id, &everybody, &telling, err);
  return status < 0 ? -1 : relay_say(desk, id, outcome, err);
}

static const struct field why_arguments[] = { { .name = "why", .type = FIELD_NOTE, .label = N_("Why"), .flags = FIELD_REQUIRED }, { 0 } };

static int drop_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  if (relay_drop(desk, id, values_text(arguments, "why"), err) < 0) return -1;
  return relay_say(desk, id, outcome, err);
}

/* clang-format off */
const struct action relay_actions[] = {
  { .name = "relay.tell",
    .label = N_("Mark as told"), /* L10N: 标记已告知 */
    .key = "t",
    .command = "relay tell",
    .subject = "relay",
    .arguments = tell_arguments,
    .help = N_("Marks as told a household or name of the list, a range of house numbers, a whole village group, or everybody."),
    .possible = tell_possible,
    .prepare = tell_prepare,
    .run = tell_run },
  { .name = "relay.partly",
    .label = N_("All but"), /* L10N: 除…外均已告知 */
    .key = "p",
    .command = "relay partly",
    .subject = "relay",
    .arguments = partly_arguments,
    .help = N_("Everybody on the list was reached but those who are named."),
    .possible = partly_possible,
    .prepare = partly_prepare,
    .run = partly_run },
  { .name = "relay.done",
    .label = N_("All reached"),
    .key = "a",
    .command = "relay done",
    .subject = "relay",
    .arguments = done_arguments,
    .help = N_("Nobody of this audience is unreached; refused while the list says otherwise."),
    .possible = done_possible,
    .prepare = tell_prepare,
    .run = done_run },
  { .name = "relay.untell",
    .label = N_("Take back"), /* L10N: 撤销告知 */
    .key = "u",
    .command = "relay untell",
    .subject = "relay",
    .arguments = untell_arguments,
    .help = N_("They were marked by mistake: the tellings are struck, with the reason."),
    .possible = untell_possible,
    .run = untell_run },
  { .name = "relay.drop",
    .label = N_("Not needed"),
    .key = "x",
    .command = "relay drop",
    .who = WHO_OFFICER,
    .subject = "relay",
    .arguments = why_arguments,
    .help = N_("This audience need not be told any more; says why. Who was unreached stays on record."),
    .possible = drop_possible,
    .run = drop_run },
  { 0 },
};
/* clang-format on */
