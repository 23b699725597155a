/* Any bytes as an alert: read or refused, and what is read keeps the header's promises. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "formats/alert.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void check_text(const char *text)
{
  if (text == NULL || text_invalid_at(text, strlen(text)) >= 0) abort();
}

static void check_texts(const struct alert_texts *texts)
{
  for (size_t i = 0; i < texts->count; i++) check_text(texts->items[i]);
}

static void check_names(const struct alert_names *names)
{
  for (size_t i = 0; i < names->count; i++) {
    check_text(names->items[i].name);
    check_text(names->items[i].value);
  }
}

static void check_area(const struct alert_area *area)
{
  check_text(area->description);
  check_names(&area->geocodes);
  for (size_t i = 0; i < area->codes.count; i++)
    if (strlen(area->codes.items[i]) != 12 || strspn(area->codes.items[i], "0123456789") != 12) abort();
  for (size_t i = 0; i < area->shape_count; i++) check_text(area->shapes[i].text);
}

static void check_info(const struct alert_info *info)
{
  const char *const texts[] = { info->language,  info->event,       info->event_code, info->urgency,     info->severity,
                                info->certainty, info->sender_name, info->headline,   info->description, info->instruction,
                                info->web,       info->contact,     info->audience };

  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) check_text(texts[i]);
  if (info->effective < -1 || info->onset < -1 || info->expires < -1) abort();
  check_texts(&info->categories);
  check_texts(&info->responses);
  check_names(&info->event_codes);
  check_names(&info->parameters);
  for (size_t i = 0; i < info->area_count; i++) check_area(&info->areas[i]);
}

static void check_alert(const struct alert *alert)
{
  const char *const texts[] = { alert->identifier, alert->sender, alert->sender_code, alert->sender_name,
                                alert->sent_text,  alert->scope,  alert->source,      alert->restriction,
                                alert->addresses,  alert->note,   alert->incidents,   alert->classification };

  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) check_text(texts[i]);
  if (*alert->identifier == '\0' || alert->sent < -1) abort();
  check_texts(&alert->codes);
  check_texts(&alert->notes);
  for (size_t i = 0; i < alert->method_count; i++) {
    check_text(alert->methods[i].name);
    check_text(alert->methods[i].message);
    check_text(alert->methods[i].audience_group);
    check_text(alert->methods[i].audience_part);
  }
  for (size_t i = 0; i < alert->references.count; i++) {
    check_text(alert->references.items[i].sender);
    check_text(alert->references.items[i].identifier);
  }
  for (size_t i = 0; i < alert->info_count; i++) check_info(&alert->infos[i]);
  if ((alert_info_for(alert, NULL) == NULL) != (alert->info_count == 0)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  struct alert_list alerts;
  struct err err = ERR_INIT;

  clock_set_zone("Asia/Shanghai", NULL);
  int result = alert_read((const char *)bytes, length, "99010141600000_20260701021500_11B03_RED_ALERT.XML", &alerts, &err);
  if ((result == 0) != (alerts.count > 0) || (result != 0 && *err.text == '\0')) abort();
  for (size_t i = 0; i < alerts.count; i++) check_alert(&alerts.items[i]);
  for (size_t i = 0; i < alerts.refused_count; i++) check_text(alerts.refused[i].reason);
  alert_list_free(&alerts);
  return 0;
}
