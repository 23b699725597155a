/* Warnings that no machine sent: pasted from a message group or a web page, read as far as the text says things for sure, or taken down
 * from the telephone or a fax; an officer confirms them. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/warning.h"
#include "formats/pasted.h"
#include "store/act.h"

const struct field warning_text_arguments[] = {
  { .name = "text",
    .type = FIELD_NOTE,
    .label = N_("Text of the warning"),
    .help = N_("As received: what it says fills the rest, to be confirmed. Also the XML of an alert, or the path of its file. Empty: by "
               "phone or fax") },
  { .name = "event", .type = FIELD_TEXT, .label = N_("Event"), .most = 80 },
  { .name = "colour", .type = FIELD_CHOICE, .label = N_("Colour"), .choices = warning_colours },
  { .name = "sender_name", .type = FIELD_TEXT, .label = N_("Issuer"), .most = 80 },
  { .name = "sent", .type = FIELD_TIME, .label = N_("Issued") },
  { .name = "type", .type = FIELD_CHOICE, .label = N_("Message"), .choices = warning_types },
  { .name = "expires", .type = FIELD_TIME, .label = N_("Expires"), .help = N_("As proposed: assumed, since nobody said") },
  { .name = "instruction", .type = FIELD_NOTE, .label = N_("Instruction") },
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

/* --- what is usual -------------------------------------------------------------------------------------------------------------------- */

static const char *code_of(const struct values *arguments)
{
  const char *event = values_text(arguments, "event");
  return event != NULL ? alert_event_in(event, strlen(event), NULL) : "";
}

static bool calls_off(const struct values *arguments)
{
  const char *type = values_text(arguments, "type");
  return type != NULL && strcmp(type, "cancel") == 0;
}

struct wanted {
  const char *section, *key;
  char *text;
};

static int take_pair(void *context, int line, const char *section, const char *key, const char *value, struct err *err)
{
  struct wanted *wanted = context;

  (void)line, (void)err;
  if (wanted->text == NULL && strcmp(section, wanted->section) == 0 && strcmp(key, wanted->key) == 0) wanted->text = mem_dup(value);
  return 0;
}

/* NULL: none. A broken file of the station proposes nothing. */
static char *instruction_in(const struct buf *text, const char *section, const char *colour)
{
  char *key = mem_printf("%s%s", colour, i18n_is_chinese() ? ".zh_CN" : "");
  struct wanted wanted = { section, key, NULL };

  config_read_ini("warning/instructions.ini", buf_text(text), text->length, take_pair, &wanted, NULL);
  free(key);
  return wanted.text;
}

static char *usual_instruction(const char *code, const char *colour)
{
  struct buf text = BUF_INIT;
  char *found = NULL;

  if (file_data("warning/instructions.ini", &text, NULL) == 0) {
    char *section = mem_dup(code);
    for (char *at = section; *at != '\0'; at++) *at = (char)tolower((unsigned char)*at);
    if (*section != '\0') found = instruction_in(&text, section, colour);
    if (found == NULL) found = instruction_in(&text, alert_kind_name(alert_kind_of(code)), colour);
    free(section);
  }
  buf_free(&text);
  return found;
}

/* When it is assumed to end; 0: it lifts. */
static int64_t usual_end(struct desk *desk, const struct values *arguments)
{
  struct values values;

  values_start_kind(&values, &warning_message_kind);
  values_set_text(&values, "event_code", code_of(arguments));
  values_set_number(&values, "sent", values_number(arguments, "sent", clock_now()));
  int64_t ends = calls_off(arguments) ? 0 : warning_assumed(desk, &values);
  values_free(&values);
  return ends;
}

/* What follows from event and colour, where nobody has said otherwise. */
static void fill_usual(struct desk *desk, struct values *arguments)
{
  const char *colour = values_text(arguments, "colour");

  if (!values_known(arguments, "event")) return;
  if (!values_known(arguments, "sent")) values_set_number(arguments, "sent", clock_now());
  fill(arguments, "type", "alert");
  if (calls_off(arguments)) return;
  if (!values_known(arguments, "expires")) values_set_number(arguments, "expires", usual_end(desk, arguments));
  if (colour == NULL || values_known(arguments, "instruction")) return;
  char *instruction = usual_instruction(code_of(arguments), colour);
  fill(arguments, "instruction", instruction);
  free(instruction);
}

int warning_prepare_text(struct desk *desk, const char *text, int64_t near, struct values *arguments, struct err *err)
{
  if (text == NULL) return err_usage(err, _("text: paste the warning first"));
  values_set_text(arguments, "text", text);
  if (fill_from(text, near, arguments) == 0)
    return err_set(err, _("this text names no issuer, event, colour or time: it does not read like a warning"));
  fill_usual(desk, arguments);
  return 0;
}

/* --- its message ---------------------------------------------------------------------------------------------------------------------- */

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
static char *first_sentence(const char *text)
{
  const char *end = text + strlen(text), *at = text;

  for (int i = 0; i < 60 && at < end && (at == text || !ends_sentence(text, at)); i++) text_next(&at, end);
  return mem_dup_n(text, (size_t)(at - text));
}

static char *headline_of(const struct values *arguments)
{
  const char *issuer = values_text(arguments, "sender_name"), *event = values_text(arguments, "event"),
             *colour = values_text(arguments, "colour");

  if (values_known(arguments, "text")) return first_sentence(values_text(arguments, "text"));
  if (issuer == NULL) issuer = _("Unknown issuer");
  colour = colour != NULL ? lookup_choice(&warning_kind, "colour", colour) : "";
  return calls_off(arguments) ? mem_printf(_("%1$s: %2$s %3$s warning lifted") /* L10N: %1$s解除%3$s%2$s预警 */, issuer, colour, event)
                              : mem_printf(_("%1$s: %2$s %3$s warning") /* L10N: %1$s发布%3$s%2$s预警 */, issuer, colour, event);
}

static void copy_known(struct values *values, const struct values *arguments)
{
  static const char *const names[] = { "sender_name", "event", "colour", "type", "expires", "instruction" };

  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    int from = values_index(arguments, names[i]), to = values_index(values, names[i]);
    value_set(values->fields[to], &values->list[to], &arguments->list[from]);
  }
}

static int check_given(struct values *arguments, struct err *err)
{
  if (!values_known(arguments, "event") && values_known(arguments, "text"))
    return err_usage(err, _("event: the text does not name it; give it, e.g. rainstorm"));
  if (!values_known(arguments, "event")) return err_usage(err, _("event: what is warned of, e.g. rainstorm; or paste the text"));
  if (values_known(arguments, "expires") && values_number(arguments, "expires", 0) <= values_number(arguments, "sent", clock_now()))
    return err_usage(err, _("expires: it lies before the time of issue"));
  return 0;
}

static int values_from(struct desk *desk, struct values *arguments, struct values *values, struct err *err)
{
  if (check_given(arguments, err) < 0) return -1;
  char *headline = headline_of(arguments);
  int64_t now = clock_now(), sent = values_number(arguments, "sent", now);

  copy_known(values, arguments);
  values_set_text(values, "headline", headline);
  values_set_text(values, "description", values_text(arguments, "text"));
  values_set_text(values, "event_code", code_of(arguments));
  if (!values_known(values, "colour")) values_set_text(values, "colour", "unknown");
  if (!values_known(values, "type")) values_set_text(values, "type", "alert");
  if (calls_off(values)) values_set_number(values, "lifts", 1);
  values_set_number(values, "sent", sent);
  values_set_number(values, "received", now);
  values_set_text(values, "status", "actual");
  values_set_text(values, "source", values_known(arguments, "text") ? N_("pasted text") : N_("by phone or fax"));
  /* What was only proposed is assumed: a red one then asks before it goes. */
  if (values_number(values, "expires", 0) == usual_end(desk, arguments)) values_clear(values, "expires");
  free(headline);
  return 0;
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

/* Somebody pasted the alert itself, or where its file lies. */
static bool is_xml(const char *text)
{
  text += strspn(text, " \t\r\n");
  return strncmp(text, "<?xml", 5) == 0 || (*text == '<' && strstr(text, "alert") != NULL);
}

static bool is_path(const char *text)
{
  return *text == '/' && strchr(text, '\n') == NULL && file_exists(text);
}

int warning_add_text(struct desk *desk, const char *action, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  const char *text = values_text(arguments, "text");
  struct values filled, values;

  if (text != NULL && is_xml(text)) return warning_import(desk, text, strlen(text), NULL, outcome, err);
  if (text != NULL && is_path(text)) return warning_import_file(desk, text, NULL, outcome, err);
  values_copy(&filled, arguments);
  if (text != NULL) fill_from(text, clock_now(), &filled);
  values_start_kind(&values, &warning_message_kind);
  int status = values_from(desk, &filled, &values, err);
  values_free(&filled);
  if (status == 0) return write_message(desk, action, &values, outcome, err);
  values_free(&values);
  return -1;
}

/* A form calls this again whenever something was pasted or typed. */
static int paste_prepare(struct desk *desk, record_id subject, struct values *arguments, struct err *err)
{
  const char *text = values_text(arguments, "text");

  (void)subject;
  if (text == NULL || is_xml(text) || is_path(text)) {
    fill_usual(desk, arguments);
    return 0;
  }
  char *copy = mem_dup(text);
  bool alone = !values_known(arguments, "event"); /* else somebody has said what it is */
  int status = warning_prepare_text(desk, copy, clock_now(), arguments, alone ? err : NULL);
  free(copy);
  return alone ? status : 0;
}

static int paste_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  (void)subject;
  return warning_add_text(desk, "warning.paste", arguments, outcome, err);
}

const struct action warning_text_actions[] = {
  { .name = "warning.paste",
    .label = N_("Take down a warning"), /* L10N: 登记预警 */
    .key = "p",
    .command = "warning paste",
    .arguments = warning_text_arguments,
    .help =
      N_("Makes a warning from pasted text, whose issuer, kind, colour and time are read from it, or from what comes by phone or fax: "
         "event and colour propose an end and instructions. Takes the XML of an alert or the path of its file as well."),
    .prepare = paste_prepare,
    .run = paste_run },
  { 0 },
};
