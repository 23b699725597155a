/* Answering alarms, testing them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/alarm.h"
#include "desk/duties.h"
#include "desk/presence.h"
#include "store/act.h"

/* --- answering --------------------------------------------------------------------------------------------------------------------- */

static const struct field ack_arguments[] = {
  { .name = "key",
    .type = FIELD_TEXT,
    .label = N_("Alarm"),
    .flags = FIELD_REQUIRED,
    .most = 40,
    .help = N_("As alarm list shows it, or all") },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks"), .flags = FIELD_NAMED },
  { 0 },
};

static bool is_meant(const struct alarm *alarm, const char *key)
{
  return strcmp(key, "all") == 0 || strncmp(alarm->key, key, strlen(key)) == 0;
}

/* The beginning of a key is enough if only one alarm has it. */
static int count_meant(const struct alarms *alarms, const char *key, struct err *err)
{
  int count = 0;

  for (int i = 0; i < alarms->count; i++) {
    if (strcmp(alarms->list[i].key, key) == 0) return 1;
    count += is_meant(&alarms->list[i], key);
  }
  if (count == 0 && strcmp(key, "all") == 0) return err_set(err, _("No alarm is open"));
  if (count == 0) return err_set(err, _("No open alarm is called %s: alarm list shows those there are"), key);
  if (count > 1 && strcmp(key, "all") != 0) return err_set(err, _("%d alarms begin with %s: give more of it, or all"), count, key);
  return count;
}

static void write_answer(struct desk *desk, struct act *act, const struct alarm *alarm, const char *note)
{
  struct values key;
  char node[17];

  snprintf(node, sizeof node, "%016" PRIx64, store_node(desk->store));
  values_start_kind(&key, &alarm_kind);
  values_set_text(&key, "key", alarm->key);
  values_set_text(&key, "node", node);
  struct change *change = act_keyed(act, &alarm_kind, 0, LANE_HERE, &key, NULL);
  change_set_text(change, "what", alarm->text);
  change_set_number(change, "since", alarm->since);
  change_set_text(change, "colour", alarm->colour > ALERT_UNKNOWN ? alert_colour_name(alarm->colour) : "unknown");
  change_set_number(change, "answered_at", act_at(act));
  if (desk->officer != 0) change_set_number(change, "answered_by", desk->officer);
  if (note != NULL) change_set_text(change, "note", note);
  values_free(&key);
}

static int write_answers(struct desk *desk, const struct alarms *alarms, const char *key, const char *note, struct err *err)
{
  struct act *act = act_begin(desk->store, "alarm.ack", desk->officer, err);
  int exact = 0;

  if (act == NULL) return -1;
  for (int i = 0; i < alarms->count; i++) exact += strcmp(alarms->list[i].key, key) == 0;
  for (int i = 0; i < alarms->count; i++) {
    const struct alarm *alarm = &alarms->list[i];
    if (exact ? strcmp(alarm->key, key) != 0 : !is_meant(alarm, key)) continue;
    write_answer(desk, act, alarm, note);
    if (alarm->sort == DUE_TEST && store_set_local(desk->store, "alarm.test", NULL, err) < 0) {
      act_cancel(act);
      return -1;
    }
  }
  return act_commit(act, err);
}

static int ack(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  const char *key = values_text(arguments, "key");
  struct alarms alarms;
  int count = alarm_read(desk, clock_now(), &alarms, err);

  (void)subject;
  if (count == 0) count = count_meant(&alarms, key, err);
  int status = count > 0 ? write_answers(desk, &alarms, key, values_text(arguments, "note"), err) : -1;
  if (status == 0) outcome_say(outcome, _("Answered: %d; still open: %d"), count, alarms.count - count);
  alarms_free(&alarms);
  return status;
}

/* --- the night --------------------------------------------------------------------------------------------------------------------- */

static int awake(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  (void)subject;
  (void)arguments;
  if (alarm_note_key(desk, clock_now(), err) < 0) return -1;
  outcome_say(outcome, _("Noted: somebody is awake here."));
  return 0;
}

/* --- the test ---------------------------------------------------------------------------------------------------------------------- */

/* The agent finds the request, rings on every way and writes into the log how it went. */
static int test(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct buf value = BUF_INIT;

  (void)subject;
  (void)arguments;
  if (!presence_has_agent(store_path(desk->store)))
    return err_set(err, _("No agent runs for this database, so nothing would ring: start it (dutydesk agent), or open a screen"));
  buf_addf(&value, "%lld", (long long)clock_now());
  if (desk->officer != 0) {
    buf_addc(&value, ' ');
    record_name(desk->store, desk->officer, &value);
  }
  int status = store_set_local(desk->store, "alarm.test", buf_text(&value), err);
  buf_free(&value);
  if (status == 0) outcome_say(outcome, _("The alarm is being tested on every way; what came of it will stand in the log."));
  return status;
}

static int heard(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  (void)subject;
  (void)arguments;
  if (alarm_test_asked(desk) == 0) return err_set(err, _("No alarm test is running"));
  if (store_set_local(desk->store, "alarm.test", NULL, err) < 0) return -1;
  if (alarm_log(desk, "alarm.heard", desk->officer, N_("Alarm test: heard"), err) < 0) return -1;
  outcome_say(outcome, _("Noted: the alarm test was heard."));
  return 0;
}

const struct action alarm_actions[] = {
  { .name = "alarm.ack",
    .label = N_("Answer an alarm"),
    .command = "alarm ack",
    .arguments = ack_arguments,
    .help =
      N_("Says that somebody here has taken note of it: it stops ringing at every node of the area. What it is about stays to be done."),
    .run = ack },
  { .name = "alarm.test",
    .label = N_("Test the alarm"),
    .command = "alarm test",
    .help = N_("Rings once on every way there is: screens, desktop, text message, loudspeaker; the log keeps how it went."),
    .run = test },
  { .name = "alarm.heard",
    .label = N_("The alarm test was heard"),
    .command = "alarm heard",
    .help = N_("Ends the alarm test and notes it in the log."),
    .run = heard },
  { .name = "alarm.awake",
    .label = N_("I am awake"),
    .command = "alarm awake",
    .help = N_("What any key at a screen does: the night check of post A begins anew."),
    .run = awake },
  { 0 },
};
