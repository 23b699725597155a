/* The roster's actions. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/roster.h"
#include "store/query.h"

static const struct field period[] = {
  { .name = "from", .type = FIELD_DATE, .label = N_("From"), .help = N_("First day; today or empty: from the shift that runs now") },
  { .name = "to", .type = FIELD_DATE, .label = N_("To"), .help = N_("Last day; empty: the end of that month") },
  { 0 },
};

/* The first instant of the month after the one that holds `at`. */
static int64_t month_end(int64_t at)
{
  char date[CLOCK_TEXT];
  int64_t day = clock_day_start(at, 0);

  do {
    day = clock_day_start(day, 1);
    clock_text(date, day, CLOCK_DATE);
  } while (strcmp(date + strlen(date) - 2, "01") != 0);
  return day;
}

/* Today's period begins with the shift that runs now: what is over needs nobody, and one that runs since last night does. */
static int read_period(struct desk *desk, const struct values *arguments, int64_t *from, int64_t *to, struct err *err)
{
  const char *first = values_text(arguments, "from"), *last = values_text(arguments, "to");
  int64_t now = clock_now(), today = clock_day_start(now, 0);
  struct roster_pattern pattern;

  *from = first != NULL ? clock_date_start(first) : today;
  if (*from < 0) return err_usage(err, _("from: %s is not a date"), first);
  int64_t day = last != NULL ? clock_date_start(last) : -1;
  if (last != NULL && day < 0) return err_usage(err, _("to: %s is not a date"), last);
  *to = last != NULL ? clock_day_start(day, 1) : month_end(*from);
  if (*to <= *from) return err_usage(err, _("to: the last day must not lie before the first"));
  if (roster_pattern(desk, &pattern, err) < 0) return -1;
  if (*from == today) *from = roster_shift_start(&pattern, now);
  return 0;
}

static int prepare_period(struct desk *desk, record_id subject, struct values *arguments, struct err *err)
{
  char date[CLOCK_TEXT];
  int64_t today = clock_day_start(clock_now(), 0);

  (void)desk;
  (void)subject;
  (void)err;
  values_set_text(arguments, "from", clock_text(date, today, CLOCK_DATE));
  values_set_text(arguments, "to", clock_text(date, clock_day_start(month_end(today), -1), CLOCK_DATE));
  return 0;
}

static bool tell_finding(void *context, const struct roster_finding *finding)
{
  void **both = context;
  struct buf line = BUF_INIT;

  roster_tell(both[0], finding, &line);
  outcome_say(both[1], "%s", buf_text(&line));
  buf_free(&line);
  return true;
}

static int run_check(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  int64_t from, to;
  void *both[] = { desk, outcome };

  (void)subject;
  if (read_period(desk, arguments, &from, &to, err) < 0) return -1;
  int count = roster_check(desk, from, to, tell_finding, both, err);
  if (count < 0) return -1;
  outcome->attention = count > 0;
  if (count == 0) outcome_say(outcome, _("The roster is whole: every minute has A, B and a leader."));
  return 0;
}

static int run_fill(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct roster_filled filled;
  int64_t from, to;

  (void)subject;
  if (read_period(desk, arguments, &from, &to, err) < 0) return -1;
  if (roster_fill(desk, from, to, &filled, err) < 0) return -1;
  outcome_say(outcome, _("Shifts made: %d, completed: %d, kept as they were: %d."), filled.made, filled.completed, filled.kept);
  outcome->attention = filled.vacant > 0;
  if (filled.vacant > 0 && desk->interactive)
    outcome_say(outcome, _("Posts left vacant, because nobody was free: %d. Ctrl-P, \"%s\" lists them."), filled.vacant,
                _("Check the roster"));
  else if (filled.vacant > 0)
    outcome_say(outcome, _("Posts left vacant, because nobody was free: %d. See roster check."), filled.vacant);
  return 0;
}

static const struct field swap_arguments[] = {
  { .name = "other", .type = FIELD_REFERENCE, .label = N_("With the shift"), .flags = FIELD_REQUIRED, .reference = "shift" },
  { .name = "post", .type = FIELD_CHOICE, .label = N_("Post"), .flags = FIELD_REQUIRED, .choices = shift_posts },
  { .name = "why", .type = FIELD_TEXT, .label = N_("Why"), .flags = FIELD_REQUIRED },
  { 0 },
};

static int run_swap(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  if (roster_swap(desk, subject, values_number(arguments, "other", 0), shift_post(values_text(arguments, "post")),
                  values_text(arguments, "why"), err) < 0)
    return -1;
  outcome->kind = &shift_kind;
  outcome->record = subject;
  outcome_say(outcome, _("The two shifts are swapped."));
  return 0;
}

static const struct field substitute_arguments[] = {
  { .name = "post", .type = FIELD_CHOICE, .label = N_("Post"), .flags = FIELD_REQUIRED, .choices = shift_posts },
  { .name = "officer", .type = FIELD_REFERENCE, .label = N_("Substitute"), .flags = FIELD_REQUIRED, .reference = "officer" },
  { .name = "why", .type = FIELD_TEXT, .label = N_("Why"), .flags = FIELD_REQUIRED },
  { 0 },
};

static int run_substitute(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  if (roster_substitute(desk, subject, shift_post(values_text(arguments, "post")), values_number(arguments, "officer", 0),
                        values_text(arguments, "why"), err) < 0)
    return -1;
  outcome->kind = &shift_kind;
  outcome->record = subject;
  outcome_say(outcome, _("The substitute is on the roster."));
  return 0;
}

static bool is_ahead(struct desk *desk, const struct record *record)
{
  (void)desk;
  return record != NULL && (!record_is_void(record) && record_number(record, "ends", 0) > clock_now());
}

const struct action roster_actions[] = {
  { .name = "roster.fill",
    .label = N_("Fill the roster"),
    .key = "f",
    .command = "roster fill",
    .who = WHO_OFFICER,
    .arguments = period,
    .help = N_("Makes the shifts of a period and gives vacant posts to the officers in turn; what is given already stays."),
    .prepare = prepare_period,
    .run = run_fill },
  { .name = "roster.check",
    .label = N_("Check the roster"),
    .key = "c",
    .command = "roster check",
    .arguments = period,
    .help = N_("Lists every gap, double booking, missing leader and officer on leave of a period."),
    .prepare = prepare_period,
    .run = run_check },
  { .name = "roster.swap",
    .label = N_("Swap shifts"),
    .key = "w",
    .command = "roster swap",
    .who = WHO_OFFICER,
    .subject = "shift",
    .arguments = swap_arguments,
    .help = N_("Two shifts exchange who is on a post. The reason is kept."),
    .possible = is_ahead,
    .run = run_swap },
  { .name = "roster.substitute",
    .label = N_("Substitute"),
    .key = "s",
    .command = "roster substitute",
    .who = WHO_OFFICER,
    .subject = "shift",
    .arguments = substitute_arguments,
    .help = N_("Somebody else takes a post of this shift. The reason is kept."),
    .possible = is_ahead,
    .run = run_substitute },
  { 0 },
};
