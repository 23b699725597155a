/* Warnings as text: pasted from a message group or a web page, read as far as it says things for sure, confirmed by an officer. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/duties.h"
#include "desk/warning.h"
#include "formats/pasted.h"
#include "store/act.h"

const struct field warning_text_arguments[] = {
  { .name = "text",
    .type = FIELD_NOTE,
    .label = N_("Text of the warning"),
    .flags = FIELD_REQUIRED,
    .help = N_("As received; what it says fills the rest, to be confirmed") },
  { .name = "sender_name", .type = FIELD_TEXT, .label = N_("Issuer"), .most = 80 },
  { .name = "event", .type = FIELD_TEXT, .label = N_("Event"), .most = 80 },
  { .name = "colour", .type = FIELD_CHOICE, .label = N_("Colour"), .choices = warning_colours },
  { .name = "sent", .type = FIELD_TIME, .label = N_("Issued") },
  { .name = "type", .type = FIELD_CHOICE, .label = N_("Message"), .choices = warning_types },
  { 0 },
};

static void fill(struct values *arguments, const char *name, const char *text)
{
  if (!values_known(arguments, name) && text != NULL && *text != '\0') values_set_text(arguments, name, text);
}

/* Fills what the text says and nobody has given. Returns how much of issuer, event, colour and time it named. */
static int fill_from(const char *text, int64_t near, struct values *arguments)
{
  struct pasted pasted;
  int found = pasted_read(text, near, &pasted);

  fill(arguments, "sender_name", pasted.issuer);
  fill(arguments, "event", pasted.event);
  if (pasted.colour > ALERT_UNKNOWN) fill(arguments, "colour", alert_colour_name(pasted.colour));
  if (found > 0) fill(arguments, "type", alert_type_name(pasted.type));
  if (!values_known(arguments, "sent") && pasted.issued >= 0) values_set_number(arguments, "sent", pasted.issued);
  pasted_free(&pasted);
  return found;
}

int warning_prepare_text(struct desk *desk, const char *text, int64_t near, struct values *arguments, struct err *err)
{
  (void)desk;
  if (text == NULL) return err_usage(err, _("text: paste the warning first"));
  values_set_text(arguments, "text", text);
  if (fill_from(text, near, arguments) == 0)
    return err_set(err, _("this text names no issuer, event, colour or time: it does not read like a warning"));
  return 0;
}

/* Does a sentence end here? A colon ends one that has named its warning, but not a greeting. */
static bool ends_sentence(const char *text, const char *at)
{
  static const char *const stops[] = { "\n", "。", "！", "？", "；", ". ", "; " };
  static const char *const colons[] = { "：", ": " };

  for (size_t i = 0; i < sizeof stops / sizeof *stops; i++)
    if (strncmp(at, stops[i], strlen(stops[i])) == 0) return true;
  for (size_t i = 0; i < sizeof colons / sizeof *colons; i++)
    if (strncmp(at, colons[i], strlen(colons[i])) == 0) return memmem(text, (size_t)(at - text), "预警", strlen("预警")) != NULL;
  return false;
}

/* The first sentence. */
static char *headline_of(const struct values *arguments)
{
  const char *text = values_text(arguments, "text"), *end = text + strlen(text), *at = text;

  for (int i = 0; i < 60 && at < end && (at == text || !ends_sentence(text, at)); i++) text_next(&at, end);
  return mem_dup_n(text, (size_t)(at - text));
}

static int values_from(const struct values *arguments, struct values *values, struct err *err)
{
  struct pasted pasted;
  char *headline = headline_of(arguments);
  int status = 0;

  pasted_read(values_text(arguments, "text"), clock_now(), &pasted);
  values_set_text(values, "headline", headline);
  values_set_text(values, "description", values_text(arguments, "text"));
  values_set_text(values, "event_code", pasted.event_code);
  values_set_text(values, "sender_name", values_text(arguments, "sender_name"));
  values_set_text(values, "event", values_text(arguments, "event"));
  values_set_text(values, "colour", values_known(arguments, "colour") ? values_text(arguments, "colour") : "unknown");
  values_set_text(values, "type", values_known(arguments, "type") ? values_text(arguments, "type") : "alert");
  values_set_number(values, "sent", values_number(arguments, "sent", clock_now()));
  values_set_number(values, "received", clock_now());
  values_set_text(values, "status", "actual");
  if (strcmp(values_text(values, "type"), "cancel") == 0) values_set_number(values, "lifts", 1);
  values_set_text(values, "source", _("pasted text"));
  if (!values_known(values, "event")) status = err_usage(err, _("event: the text does not name it; give it, e.g. rainstorm"));
  pasted_free(&pasted);
  free(headline);
  return status;
}

/* Takes values over. */
static int write_message(struct desk *desk, const char *action, struct values *values, struct outcome *outcome, struct err *err)
{
  struct warning_news news;
  struct act *act = act_begin(desk->store, action, desk->officer, err);
  int status = act != NULL ? warning_take(desk, act, values, &news, err) : -1;

  values_free(values);
  if (act == NULL) return -1;
  if (status < 0 || news.step == WARNING_HELD)
    act_cancel(act);
  else
    status = act_commit(act, err);
  if (status < 0) return -1;
  outcome->kind = &warning_kind;
  outcome->record = news.warning;
  if (news.step == WARNING_HELD) outcome_say(outcome, _("This warning is held already; nothing has changed."));
  return 0;
}

int warning_add_text(struct desk *desk, const char *action, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct values filled, values;

  if (!values_known(arguments, "text")) return err_usage(err, _("text: paste the warning first"));
  values_copy(&filled, arguments);
  fill_from(values_text(&filled, "text"), clock_now(), &filled);
  values_start_kind(&values, &warning_message_kind);
  int status = values_from(&filled, &values, err);
  values_free(&filled);
  if (status == 0) return write_message(desk, action, &values, outcome, err);
  values_free(&values);
  return -1;
}

/* The text may have been given already (a form calls this again once something was pasted). */
static int paste_prepare(struct desk *desk, record_id subject, struct values *arguments, struct err *err)
{
  (void)subject;
  if (!values_known(arguments, "text")) return 0;
  char *text = mem_dup(values_text(arguments, "text"));
  int status = warning_prepare_text(desk, text, clock_now(), arguments, err);
  free(text);
  return status;
}

static int paste_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  (void)subject;
  return warning_add_text(desk, "warning.paste", arguments, outcome, err);
}

const struct action warning_text_actions[] = {
  { .name = "warning.paste",
    .label = N_("Paste a warning"),
    .key = "p",
    .command = "warning paste",
    .arguments = warning_text_arguments,
    .help = N_("Makes a warning from text that was pasted; issuer, kind, colour and time are read from it, to be confirmed."),
    .prepare = paste_prepare,
    .run = paste_run },
  { 0 },
};
