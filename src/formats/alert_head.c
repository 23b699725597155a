/* The head of an alert (CAP 1.2, 3.2.1): which it is, who sent it and when, whether it is real, to what it refers. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "formats/alert_parts.h"

static void take_sent(struct alert *alert, void *target, const xmlNode *element)
{
  char *text = xml_text_line(element);

  (void)target;
  if (alert->sent_text == NULL) {
    alert->sent = alert_read_time(alert, xml_name(element), text);
    alert->sent_text = text;
  } else {
    alert_note(alert, N_("Both sent and sendTime stand there: the first is used."));
    free(text);
  }
}

static void take_status(struct alert *alert, void *target, const xmlNode *element)
{
  static const char *const words[] = { "Actual", "Exercise", "System", "Test", "Draft", NULL };
  char *text = xml_text_line(element);

  (void)target;
  alert->status = (enum alert_status)(ALERT_ACTUAL + alert_read_word(alert, "status", text, words));
  free(text);
}

static void take_type(struct alert *alert, void *target, const xmlNode *element)
{
  static const char *const words[] = { "Alert", "Update", "Cancel", "Ack", "Error", NULL };
  char *text = xml_text_line(element);
  int word = alert_read_word(alert, "msgType", text, words);

  (void)target;
  if (word < 0)
    alert_note(alert,
               N_("What sort of message it is cannot be told: it was taken as a new alert; if it changes or lifts another, say so there."));
  alert->type = word >= 0 ? (enum alert_type)word : ALERT_ALERT;
  free(text);
}

static void take_references(struct alert *alert, void *target, const xmlNode *element)
{
  char *text = xml_text(element);

  (void)target;
  if (*text == '\0' && alert->profile != ALERT_MAINLAND)
    alert_note(alert, N_("The field references stands there but is empty: which alert it belongs to is not said."));
  alert_read_references(alert, text);
  free(text);
}

#define ALERT(member) offsetof(struct alert, member)

/* clang-format off */
/* In the order of CAP 1.2 with the mainland's own where real messages have them; password is CAP 1.0's. */
static const struct alert_field fields[] = {
  { "identifier", 1, 0, ALERT(identifier), NULL },
  { "sender", 2, 0, ALERT(sender), NULL },
  { "senderCode", 3, 0, ALERT(sender_code), NULL },
  { "sent", 4, 0, 0, take_sent },
  { "sendTime", 4, 0, 0, take_sent },
  { "status", 5, 0, 0, take_status },
  { "msgType", 6, 0, 0, take_type },
  { "password", 7, 0, 0, alert_drop },
  { "source", 8, 0, ALERT(source), NULL },
  { "scope", 9, 0, ALERT(scope), NULL },
  { "restriction", 10, 0, ALERT(restriction), NULL },
  { "addresses", 11, 0, ALERT(addresses), NULL },
  { "code", 12, ALERT_MANY, 0, alert_take_code },
  { "secClassification", 13, 0, ALERT(classification), NULL },
  { "note", 14, ALERT_PROSE, ALERT(note), NULL },
  { "references", 15, 0, 0, take_references },
  { "incidents", 16, 0, ALERT(incidents), NULL },
  { "info", 17, ALERT_MANY, 0, alert_take_info },
  { NULL, 0, 0, 0, NULL },
};
/* clang-format on */

static void fill_missing(struct alert *alert)
{
  char **texts[] = { &alert->identifier,  &alert->sender,    &alert->sender_code, &alert->sent_text, &alert->scope,         &alert->source,
                     &alert->restriction, &alert->addresses, &alert->note,        &alert->incidents, &alert->classification };

  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (*texts[i] == NULL) *texts[i] = mem_dup("");
}

static void check_required(struct alert *alert)
{
  static const char *const scopes[] = { "Public", "Restricted", "Private", NULL };

  if (*alert->sender == '\0')
    alert_note(alert, N_("The sender is not named: there is nobody to ask, and updates cannot be recognised by it."));
  if (alert->sent < 0) alert_note(alert, N_("When it was sent is not known: which of several alerts is the latest cannot be told."));
  if (alert->status == ALERT_STATUS_UNKNOWN)
    alert_note(alert, N_("It has no valid status: it does not count as real until an officer confirms it with the issuer."));
  alert_read_word(alert, "scope", alert->scope, scopes);
  if (alert->profile != ALERT_MAINLAND && strpbrk(alert->identifier, " ,<&") != NULL)
    alert_note(alert, N_("The identifier has a blank, comma, < or &, which CAP does not allow: later alerts may fail to refer to it."));
  if ((alert->type == ALERT_UPDATE || alert->type == ALERT_CANCEL) && alert->references.count == 0)
    alert_note(alert, N_("It changes or cancels an earlier alert but does not say which: look whether that one is still in force here."));
  if (alert->info_count == 0) alert_note(alert, N_("It has no info block: it says nothing of event, colour or area; ask the issuer."));
}

/* Blocks in the preferred language speak for all: a bilingual alert says 解除 in one of them only. */
static void settle_lifted(struct alert *alert)
{
  const struct alert_info *preferred = alert_info_for(alert, NULL);

  alert->lifted = alert->type == ALERT_CANCEL || preferred != NULL;
  if (alert->type == ALERT_CANCEL) return;
  for (size_t i = 0; i < alert->info_count; i++)
    if (strcasecmp(alert->infos[i].language, preferred->language) == 0 && !alert->infos[i].lifted) alert->lifted = false;
}

/* In the mainland profile senderName is the person who signed it; the unit is the sender. */
static void settle_sender_name(struct alert *alert)
{
  const struct alert_info *preferred = alert_info_for(alert, NULL);
  bool named = preferred != NULL && *preferred->sender_name != '\0' && alert->profile != ALERT_MAINLAND;

  alert->sender_name = mem_dup(named ? preferred->sender_name : alert->sender);
}

void alert_take_head(struct alert *alert, const xmlNode *element, const char *file_name)
{
  alert->sent = -1;
  alert->line = xml_line(element);
  alert_settle_profile(alert, element);
  alert_take_fields(alert, alert, element, fields);
  fill_missing(alert);
  if (alert->profile == ALERT_MAINLAND) alert_check_identifier(alert);
  alert_check_file_name(alert, file_name);
  if (xml_child_named(element, "msgType") == NULL) alert_note(alert, N_("The field msgType is missing: it was taken as a new alert."));
  check_required(alert);
  for (size_t i = 0; i < alert->info_count; i++) alert_check_info(alert, &alert->infos[i]);
  settle_lifted(alert);
  settle_sender_name(alert);
}
