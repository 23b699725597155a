/* What a ringing says to people and to programs. */
#include <stdlib.h>
#include <string.h>

#include "agent/way.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/lookup.h"
#include "desk/session.h"

enum { TOLD_MOST = 3, TEXT_COLUMNS = 240 };

/* The first of the numbers of an officer; NULL: none. */
static char *phone_of(struct desk *desk, record_id officer)
{
  char *phone = officer != 0 ? lookup_text(desk, "SELECT phone FROM k_officer WHERE id = ?1", officer) : NULL;

  if (phone == NULL) return NULL;
  phone[strcspn(phone, "/")] = '\0';
  if (*text_trim(phone) != '\0') return phone;
  free(phone);
  return NULL;
}

/* A silent night goes to whom it calls: post B first. Everything else to the leader on duty, who is not at the desk; failing that to the
 * posts. */
static char *phone_for(struct desk *desk, const struct alarm *alarm)
{
  static const enum post usual[] = { POST_LEADER, POST_B, POST_A }, night[] = { POST_B, POST_LEADER, POST_A };
  bool calls_b = alarm->sort == DUE_WATCH && alarm->who != NULL;
  char *phone = NULL;

  if (calls_b) {
    char *leader = lookup_name(desk, session_on_post(desk, POST_LEADER));
    calls_b = leader == NULL || strcmp(leader, alarm->who) != 0;
    free(leader);
  }
  for (int i = 0; i < 3 && phone == NULL; i++) phone = phone_of(desk, session_on_post(desk, calls_b ? night[i] : usual[i]));
  return phone;
}

/* "Red Call 村主任 …, since 02:15": never begins with a dash, so that no command takes it for an option. */
static void add_text(struct buf *text, const struct alarm *alarm)
{
  char at[CLOCK_TEXT];
  const char *colour = alarm_colour_label(alarm->colour);

  buf_addf(text, "%s%s%s %s", colour, *colour != '\0' ? " " : "", overview_sort_label(alarm->sort), alarm->text);
  if (alarm->who != NULL) buf_addf(text, _(" (%s)"), alarm->who);
  clock_text(at, alarm->due, CLOCK_SHORT);
  buf_addf(text, _(", %s"), at);
}

static char *text_of(struct desk *desk, const char *station, const struct alarm *const list[], int count)
{
  struct buf text = BUF_INIT, fitted = BUF_INIT;

  if (store_is_exercise(desk->store)) buf_adds(&text, _("EXERCISE – not real · "));
  buf_addf(&text, _("%s: "), station);
  for (int i = 0; i < count && i < TOLD_MOST; i++) {
    if (i > 0) buf_adds(&text, _("; "));
    add_text(&text, list[i]);
  }
  if (count > TOLD_MOST) buf_addf(&text, _("; and %d more"), count - TOLD_MOST);
  text_visible(&fitted, buf_text(&text), text.length, false);
  buf_free(&text);
  char *whole = buf_take(&fitted, NULL);
  whole[text_cut(whole, TEXT_COLUMNS, TEXT_NARROW, NULL)] = '\0';
  return whole;
}

static void put_text(json *object, const char *key, const char *text)
{
  json_put(object, key, text != NULL ? json_make_text(text) : json_make_null());
}

static void put_time(json *object, const char *key, int64_t at)
{
  char text[CLOCK_TEXT];
  put_text(object, key, at != 0 ? clock_text(text, at, CLOCK_ISO) : NULL);
}

static const char *colour_name(enum alert_colour colour)
{
  return colour > ALERT_UNKNOWN ? alert_colour_name(colour) : "none";
}

static json *alarm_object(struct desk *desk, const struct alarm *alarm)
{
  struct buf name = BUF_INIT;
  json *object = json_make_object();

  if (alarm->record != 0) record_name(desk->store, alarm->record, &name);
  put_text(object, "key", alarm->key);
  put_text(object, "sort", overview_sort_name(alarm->sort));
  put_text(object, "colour", colour_name(alarm->colour));
  put_time(object, "since", alarm->since);
  put_time(object, "due", alarm->due);
  put_text(object, "kind", alarm->kind != NULL ? alarm->kind->name : NULL);
  put_text(object, "id", alarm->record != 0 ? buf_text(&name) : NULL);
  put_text(object, "text", alarm->text);
  put_text(object, "who", alarm->who);
  json_put(object, "again", json_make_bool(alarm->rang != 0));
  buf_free(&name);
  return object;
}

void message_make(struct desk *desk, const struct alarm *const list[], int count, int64_t at, struct message *message)
{
  char *station = lookup_unit(desk, store_area(desk->store)), area[13];
  json *object = json_make_object(), *alarms = json_make_array();
  struct buf keys = BUF_INIT, out = BUF_INIT;

  *message = (struct message){ .phone = phone_for(desk, list[0]), .colour = colour_name(list[0]->colour) };
  message->text = text_of(desk, station, list, count);
  put_text(object, "station", station);
  put_text(object, "area", area_text(store_area(desk->store), area));
  put_time(object, "at", at);
  json_put(object, "exercise", json_make_bool(store_is_exercise(desk->store)));
  put_text(object, "text", message->text);
  put_text(object, "colour", message->colour);
  put_text(object, "phone", message->phone);
  for (int i = 0; i < count; i++) {
    json_append(alarms, alarm_object(desk, list[i]));
    buf_addf(&keys, "%s%s", i > 0 ? " " : "", list[i]->key);
    message->test |= list[i]->sort == DUE_TEST;
  }
  json_put(object, "alarms", alarms);
  json_write(object, 0, &out);
  message->json = buf_take(&out, NULL);
  message->keys = buf_take(&keys, NULL);
  json_drop(object);
  free(station);
}

void message_free(struct message *message)
{
  free(message->text);
  free(message->json);
  free(message->phone);
  free(message->keys);
  *message = (struct message){ 0 };
}
