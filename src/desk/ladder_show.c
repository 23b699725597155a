/* The call sheet, a list's unreached, the answers of the units below and the ladders themselves as text, for the command line. */
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/answer.h"
#include "desk/call.h"
#include "desk/duties.h"
#include "desk/ladder_parts.h"
#include "desk/relay.h"
#include "desk/warning.h"

/* Lines of one listing; a screen pages on. */
enum { LINES_MOST = 200 };

static const char *choice_text(const struct choice *choices, const char *name)
{
  for (; name != NULL && choices->name != NULL; choices++)
    if (strcmp(choices->name, name) == 0) return i18n_text(choices->label);
  return name != NULL ? name : "";
}

static void add_part(struct buf *text, const char *part)
{
  if (part != NULL && *part != '\0') buf_addf(text, "%s%s", text->length > 0 ? " · " : "", part);
}

static void add_time(struct buf *text, const char *format, int64_t at)
{
  char clock[CLOCK_TEXT], *part = NULL;

  if (at == 0) return;
  part = mem_printf(format, clock_text(clock, at, CLOCK_SHORT));
  add_part(text, part);
  free(part);
}

/* --- the call sheet ------------------------------------------------------------------------------------------------------------------ */

static bool say_call(void *context, const struct call_line *line)
{
  struct buf text = BUF_INIT;
  char *tries = line->tries > 0      ? mem_printf("%d/%d", line->attempts, line->tries)
                : line->attempts > 0 ? mem_printf("%d", line->attempts)
                                     : NULL;

  add_part(&text, line->no);
  add_part(&text, lookup_choice(&call_kind, "state", line->state));
  add_part(&text, line->callee);
  add_part(&text, line->phone);
  add_part(&text, line->role);
  add_part(&text, line->area_name);
  if (line->class != CALL_OVER) add_time(&text, _("due %s"), line->due);
  add_part(&text, tries);
  add_part(&text, choice_text(attempt_results, line->attempted));
  add_time(&text, _("answered %s"), line->answered_at);
  add_part(&text, line->promised);
  add_part(&text, line->escalated_to);
  outcome_say(context, "%s", buf_text(&text));
  free(tries);
  buf_free(&text);
  return true;
}

static int sheet_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record warning = { 0 };
  struct call_count count;
  const char *key = NULL;

  (void)arguments;
  if (subject != 0 && lookup_record(desk, &warning_kind, subject, &warning, err) < 0) return -1;
  if (subject != 0) key = record_text(&warning, "key");
  int status = call_count(desk, key, clock_now(), &count, err);
  if (status == 0)
    outcome_say(outcome, _("To call: %d, overdue: %d · promised: %d, lapsed: %d · answered: %d of %d"), count.now, count.overdue,
                count.promised, count.lapsed, count.answered, count.all);
  if (status == 0) status = call_sheet(desk, key, NULL, false, LINES_MOST, say_call, outcome, err);
  record_free(&warning);
  return status;
}

/* --- who is unreached ---------------------------------------------------------------------------------------------------------------- */

static bool say_unreached(void *context, const struct relay_line *line)
{
  struct buf text = BUF_INIT;

  add_part(&text, line->name);
  if (line->is_special) add_part(&text, _("special group"));
  if (line->at_risk) add_part(&text, _("must move when called"));
  add_part(&text, line->head);
  add_part(&text, line->phone);
  add_part(&text, line->guardian);
  add_part(&text, line->guardian_phone);
  outcome_say(context, "%s", buf_text(&text));
  buf_free(&text);
  return true;
}

static int unreached_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record relay = { 0 };
  struct relay_count count;
  int status = lookup_record(desk, &relay_kind, subject, &relay, err);

  (void)arguments;
  if (status == 0) status = relay_count(desk, subject, &count, err);
  if (status == 0)
    outcome_say(outcome, _("%s: %d of %d reached (%d%%); unreached: %d, of these special groups: %d"), record_title(&relay), count.reached,
                count.all, count.percent, count.unreached, count.special_unreached);
  if (status == 0) status = relay_next(desk, subject, true, NULL, false, LINES_MOST, say_unreached, outcome, err);
  record_free(&relay);
  return status;
}

/* --- the units below ----------------------------------------------------------------------------------------------------------------- */

static bool say_station(void *context, const struct answer_line *line)
{
  struct buf text = BUF_INIT;
  char *relayed = line->all > 0 ? mem_printf(_("relayed %d of %d"), line->reached, line->all) : NULL;

  add_part(&text, line->name);
  if (!line->known) add_part(&text, _("no answer of its own") /* L10N: 未反馈 */);
  add_time(&text, _("received %s"), line->received_at);
  add_time(&text, _("answered %s"), line->answered_at);
  add_part(&text, relayed);
  add_time(&text, _("finished %s"), line->finished_at);
  if (line->called_at != 0)
    add_time(&text, _("answered our call %s"), line->called_at);
  else if (line->call_state != NULL)
    add_part(&text, lookup_choice(&call_kind, "state", line->call_state));
  outcome_say(context, "%s", buf_text(&text));
  free(relayed);
  buf_free(&text);
  return true;
}

static int stations_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record warning = { 0 };
  int status = lookup_record(desk, &warning_kind, subject, &warning, err);

  (void)arguments;
  if (status == 0) status = answer_by_station(desk, record_text(&warning, "key"), say_station, outcome, err);
  if (status == 0 && outcome->text == NULL) outcome_say(outcome, _("No unit below is on record"));
  record_free(&warning);
  return status;
}

/* --- ladders ------------------------------------------------------------------------------------------------------------------------- */

struct checking {
  struct err *err;
  int status;
};

static bool check_file(void *context, const char *file)
{
  struct checking *checking = context;
  struct ladder ladder;
  char *name = mem_dup_n(file + strlen("ladders/"), strlen(file) - strlen("ladders/") - strlen(".ini"));

  checking->status = ladder_load(name, &ladder, checking->err);
  ladder_free(&ladder);
  free(name);
  return checking->status == 0;
}

static void say_rung(const struct ladder_rung *rung, struct outcome *outcome)
{
  struct buf text = BUF_INIT;
  char length[CLOCK_TEXT], *part;

  add_part(&text, rung->title != NULL ? rung->title : rung->name);
  add_part(&text, choice_text(warning_channels, rung->channel));
  part = mem_printf(_("within %s"), clock_length(length, rung->within));
  add_part(&text, part);
  free(part);
  if (rung->tries > 0) {
    part = mem_printf(_("%d tries"), rung->tries);
    add_part(&text, part);
    free(part);
  }
  if (rung->before_onset != 0) {
    part = mem_printf(_("%s before the onset"), clock_length(length, rung->before_onset));
    add_part(&text, part);
    free(part);
  } else if (rung->begins) {
    add_part(&text, _("at once"));
  }
  outcome_say(outcome, "%s [%s]", buf_text(&text), rung->name);
  buf_free(&text);
}

static int show_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct ladder ladder = { 0 };
  struct checking checking = { .err = err };
  const char *name = values_text(arguments, "name");

  (void)subject;
  file_data_each("ladders", check_file, &checking);
  if (checking.status < 0) return -1;
  int status = ladder_load(name != NULL ? name : config_text(desk->config, "warning.ladder"), &ladder, err);
  if (status == 0) {
    outcome_say(outcome, _("%s: %s"), ladder.name, ladder.title != NULL ? ladder.title : "");
    outcome_say(outcome, "%s", ladder.basis != NULL ? ladder.basis : "");
  }
  for (int i = 0; i < ladder.count && status == 0; i++) say_rung(&ladder.rungs[i], outcome);
  ladder_free(&ladder);
  return status;
}

static const struct field show_arguments[] = {
  { .name = "name", .type = FIELD_TEXT, .label = N_("Ladder"), .most = 60, .help = N_("Empty: the station's own") },
  { 0 },
};

static bool is_there(struct desk *desk, const struct record *record)
{
  (void)desk;
  return record != NULL && !record_is_void(record);
}

/* clang-format off */
const struct action ladder_show_actions[] = {
  { .name = "call.sheet",
    .label = N_("Call sheet"), /* L10N: 叫应单 */
    .command = "call sheet",
    .subject = "warning",
    .help = N_("Whom to call now, of one warning or of all: ranked, with numbers, clocks and tries."),
    .run = sheet_run },
  { .name = "relay.unreached",
    .label = N_("Unreached"), /* L10N: 未通知名单 */
    .command = "relay unreached",
    .subject = "relay",
    .help = N_("Who of the list has not been told, special groups first."),
    .possible = is_there,
    .run = unreached_run },
  { .name = "warning.stations",
    .label = N_("Answers from below"), /* L10N: 各村反馈 */
    .command = "warning stations",
    .subject = "warning",
    .help = N_("What each unit below has made of the warning: received, answered, relayed, finished, unknown."),
    .possible = is_there,
    .run = stations_run },
  { .name = "ladder.show",
    .label = N_("Ladder"), /* L10N: 叫应阶梯 */
    .command = "ladder show",
    .arguments = show_arguments,
    .help = N_("The rungs of a ladder with their clocks and its basis. Reads every ladder file and says what is wrong."),
    .run = show_run },
  { 0 },
};
/* clang-format on */
