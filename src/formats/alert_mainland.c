/* What only the mainland profile has: its identifier, its nested code/method, and the file name that repeats some of the contents. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "formats/alert_parts.h"

enum { UNIT_DIGITS = 14, TIME_DIGITS = 14 };

bool alert_looks_mainland(const xmlNode *element)
{
  static const char *const own[] = { "sendTime", "senderCode", "secClassification" };
  const xmlNode *info = xml_child_named(element, "info"), *code = xml_child_named(element, "code");

  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    if (xml_child_named(element, own[i]) != NULL) return true;
  return (info != NULL && xml_child_named(info, "eventType") != NULL) || (code != NULL && xml_child_named(code, "method") != NULL);
}

static size_t digits(const char *text)
{
  return strspn(text, "0123456789");
}

/* YYYYMMDDhhmmss in the station's zone; -1 if it is no such time. */
static int64_t compact_time(const char *at)
{
  char *text = mem_printf("%.4s-%.2s-%.2s %.2s:%.2s:%.2s", at, at + 4, at + 6, at + 8, at + 10, at + 12);
  int64_t instant = -1;
  enum alert_zone zone;

  if (!alert_time_parse(text, &instant, &zone)) instant = -1;
  free(text);
  return instant;
}

/* ZZZZZZDDDUUUXX_YYYYMMDDhhmmss, perhaps with _N behind. */
void alert_check_identifier(struct alert *alert)
{
  const char *identifier = alert->identifier;
  bool good = digits(identifier) == UNIT_DIGITS && identifier[UNIT_DIGITS] == '_' && digits(identifier + UNIT_DIGITS + 1) == TIME_DIGITS;
  const char *rest = good ? identifier + UNIT_DIGITS + 1 + TIME_DIGITS : "";

  if (*rest != '\0' && !(*rest == '_' && digits(rest + 1) > 0 && rest[1 + digits(rest + 1)] == '\0')) good = false;
  if (!good) {
    alert_note(alert, N_("The identifier “%s” is not of the form UNIT_TIME of the mainland profile; it was taken as it stands."),
               alert_excerpt(identifier).text);
    return;
  }
  if (*alert->sender_code == '\0') alert_set_text(&alert->sender_code, mem_dup_n(identifier, UNIT_DIGITS));
  if (strncmp(alert->sender_code, identifier, UNIT_DIGITS) != 0)
    alert_note(alert, N_("The senderCode %s is not the unit in the identifier %s: ask the issuer if in doubt who issued it."),
               alert_excerpt(alert->sender_code).text, identifier);
  if (alert->sent >= 0) return;
  alert->sent = compact_time(identifier + UNIT_DIGITS + 1);
  if (alert->sent >= 0) alert_note(alert, N_("The time of sending is missing and was taken from the identifier."));
}

/* clang-format off */
static const struct alert_field method_fields[] = {
  { "methodName", 1, 0, offsetof(struct alert_method, name), NULL },
  { "message", 2, ALERT_PROSE, offsetof(struct alert_method, message), NULL },
  { "audienceGrp", 3, 0, offsetof(struct alert_method, audience_group), NULL },
  { "audenceprt", 4, 0, offsetof(struct alert_method, audience_part), NULL }, /* the spelling of real messages */
  { "audiencePrt", 4, 0, offsetof(struct alert_method, audience_part), NULL },
  { NULL, 0, 0, 0, NULL },
};
/* clang-format on */

static void take_method(struct alert *alert, const xmlNode *element)
{
  struct alert_method *method = alert_append(&alert->methods, &alert->method_count, sizeof *method);
  char **texts[] = { &method->name, &method->message, &method->audience_group, &method->audience_part };

  if (xml_child_named(element, "audenceprt") != NULL && xml_child_named(element, "audiencePrt") != NULL)
    alert_note(alert, N_("Both audenceprt and audiencePrt stand in one method: the first is used."));
  alert_take_fields(alert, method, element, method_fields);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (*texts[i] == NULL) *texts[i] = mem_dup("");
}

/* CAP's code is text, the mainland's a list of methods. */
void alert_take_code(struct alert *alert, void *target, const xmlNode *element)
{
  (void)target;
  if (xml_child(element) == NULL) {
    alert_add_text(&alert->codes, xml_text_line(element));
    return;
  }
  for (const xmlNode *child = xml_child(element); child != NULL; child = xml_next(child)) {
    if (strcasecmp(xml_name(child), "method") == 0)
      take_method(alert, child);
    else
      alert_note(alert, N_("The element %s is not known here and was not read: if something is missing, look into the file."),
                 alert_excerpt(xml_name(child)).text);
  }
}

/* The parts of senderCode_time_eventType_LEVEL_STATUS.XML. */
struct file_parts {
  char *copy, *part[5];
};

static bool split_file_name(const char *path, struct file_parts *parts)
{
  const char *slash = path != NULL ? strrchr(path, '/') : NULL, *name = slash != NULL ? slash + 1 : path;
  size_t count = 0;

  *parts = (struct file_parts){ NULL, { NULL } };
  if (name == NULL) return false;
  parts->copy = mem_dup_n(name, strcspn(name, "."));
  for (char *save = NULL, *at = strtok_r(parts->copy, "_", &save); at != NULL; at = strtok_r(NULL, "_", &save), count++)
    if (count < 5) parts->part[count] = at;
  return count == 5 && digits(parts->part[0]) == UNIT_DIGITS && digits(parts->part[1]) == TIME_DIGITS && strlen(parts->part[2]) == 5;
}

static void compare_event(struct alert *alert, struct alert_info *info, const char *code)
{
  if (*info->event_code != '\0') {
    if (strcasecmp(info->event_code, code) != 0)
      alert_note(alert, N_("The file name says event %s, the contents say %s: the contents count."), code, info->event_code);
    return;
  }
  const char *chinese = alert_event_chinese(code);
  if (chinese == NULL) return;
  alert_set_text(&info->event_code, mem_dup(code));
  if (*info->event == '\0') alert_set_text(&info->event, mem_dup(chinese));
  alert_note(alert, N_("The event %s was found only in the file name and was taken from there."), code);
}

static void compare_level(struct alert *alert, struct alert_info *info, const char *level)
{
  enum alert_colour colour = alert_colour_of(level);

  if (colour == ALERT_NONE || colour == info->colour) return;
  if (info->colour == ALERT_UNKNOWN) {
    info->colour = colour;
    info->colour_source = ALERT_BY_FILE_NAME;
    alert_note(alert, N_("The colour was found only in the file name and was taken from there: %s"), alert_colour_label(colour));
    return;
  }
  alert_note(alert, N_("The file name says %s, the contents say %s: the colour decides who is called, so ask the issuer."),
             alert_colour_label(colour), alert_colour_label(info->colour));
}

static void compare_parts(struct alert *alert, const struct file_parts *parts)
{
  if (strncmp(parts->part[0], alert->sender_code, UNIT_DIGITS) != 0)
    alert_note(alert, N_("The file name says unit %s, the contents say %s: the contents count."), parts->part[0],
               alert_excerpt(alert->sender_code).text);
  if (alert->info_count > 0) {
    compare_event(alert, &alert->infos[0], parts->part[2]);
    compare_level(alert, &alert->infos[0], parts->part[3]);
  }
  if (strcasecmp(parts->part[4], "cancel") == 0 && alert->type != ALERT_CANCEL)
    alert_note(alert, N_("The file name says cancel, the contents do not: it is not taken as lifted; ask the issuer."));
}

void alert_check_file_name(struct alert *alert, const char *file_name)
{
  struct file_parts parts;

  if (alert->profile != ALERT_MAINLAND) return;
  if (split_file_name(file_name, &parts)) compare_parts(alert, &parts);
  free(parts.copy);
}
