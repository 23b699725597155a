/* What the agent says to people: a notice on every screen, and an entry in the log. */
#include <stdio.h>
#include <stdlib.h>

#include "agent/inside.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/presence.h"

/* A step of this much is told to people; less is only caught up with. */
#define STEP_TOLD CLOCK_MINUTE
/* What lapsed so much before the agent started is told. */
#define LAPSED_LEAST CLOCK_MINUTE

void tell_trouble(const struct agent *agent, const char *text)
{
  if (!agent->options->with_screens) fprintf(stderr, "dutydesk agent: %s\n", text); /* the journal of systemd */
}

/* To whoever sits there, and into the log. */
static void tell(struct agent *agent, const char *action, const char *text)
{
  struct err err = ERR_INIT;

  char *said = i18n_phrase(text);
  tell_trouble(agent, said);
  free(said);
  if (alarm_give_notice(&agent->desk, text, &err) < 0 || alarm_log(&agent->desk, action, 0, text, &err) < 0) tell_trouble(agent, err.text);
}

/* What became due while nobody was running. */
void tell_lapsed(struct agent *agent, const struct alarms *alarms)
{
  int count = 0;
  int64_t oldest = 0;
  char at[CLOCK_TEXT];

  for (int i = 0; i < alarms->count; i++) {
    const struct alarm *alarm = &alarms->list[i];
    if (alarm->rang != 0 || alarm->since > alarms->at - LAPSED_LEAST || alarm_rings_at(&agent->desk, alarm, alarms->at) > alarms->at)
      continue;
    count++;
    if (oldest == 0 || alarm->since < oldest) oldest = alarm->since;
  }
  if (count == 0) return;
  char *text = i18n_fill(count == 1 ? N_("While no agent was running %d alarm lapsed: it was due at %s")
                                    : N_("While no agent was running %d alarms lapsed, the oldest due at %s"),
                         count, clock_text(at, oldest, CLOCK_SHORT));
  tell(agent, "agent.lapsed", text);
  free(text);
}

void tell_step(struct agent *agent, int64_t step)
{
  if (step < STEP_TOLD && step > -STEP_TOLD) return;
  char *length = clock_length_phrase(step > 0 ? step : -step);
  char *text = i18n_fill(
    step > 0 ? N_("The clock of this computer was set forward by %s") : N_("The clock of this computer was set back by %s"), length);
  tell(agent, "agent.clock", text);
  free(length);
  free(text);
}

/* An alarm test is over when every way that it was sent by has answered. */
void tell_test(struct agent *agent, const struct alarms *alarms)
{
  int64_t asked = alarm_test_asked(&agent->desk);
  struct err err = ERR_INIT;

  if (asked == 0 || agent->ways.testing > 0 || alarm_tested(&agent->desk) >= asked) return;
  bool rung = false;
  for (int i = 0; i < alarms->count; i++) rung |= alarms->list[i].sort == DUE_TEST && alarms->list[i].rang != 0;
  if (!rung) return;
  const char *screens = presence_screens(agent->options->path) ? N_("open screens") : N_("no screen is open");
  char *went = agent->ways.test != NULL ? i18n_fill(N_("%s; %s"), screens, agent->ways.test) : mem_dup(screens);
  char *text = i18n_fill(N_("Alarm test: %s"), went);
  free(agent->ways.test);
  agent->ways.test = NULL;
  if (alarm_note_tested(&agent->desk, clock_now(), &err) < 0 ||
      alarm_log(&agent->desk, "alarm.test", alarm_test_by(&agent->desk), text, &err) < 0)
    tell_trouble(agent, err.text);
  free(went);
  free(text);
}

/* --- the inbox --------------------------------------------------------------------------------------------------------------------- */

/* What was refused has to be told, or nobody would look for it. */
void tell_refused(struct agent *agent)
{
  struct refused *refused = &agent->refused;

  if (refused->at == 0 || (clock_monotonic() < refused->at && !agent->is_ending)) return;
  char *text = i18n_fill(refused->count == 1 ? N_("The inbox refused %d file, %s") : N_("The inbox refused %d files, the first %s"),
                         refused->count, refused->first);
  tell(agent, "agent.inbox", text);
  free(text);
  free(refused->first);
  *refused = (struct refused){ 0 };
}
