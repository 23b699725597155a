/* Where: CAP's area (CAP 1.2, 3.2.4) and the mainland's, whose geocode is a comma list of area codes and whose circles are in metres. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/text.h"
#include "formats/alert_parts.h"

enum { CODE_DIGITS = 12 };

/* A number as XML writes it, whatever the locale's decimal point: digits and one dot. Advances past it. */
static bool read_number(const char **at, double *value)
{
  double sign = 1, place = 1;
  bool dot = false;
  int digits = 0;

  *value = 0;
  if (**at == '-' || **at == '+') sign = *(*at)++ == '-' ? -1 : 1;
  for (; (**at >= '0' && **at <= '9') || (**at == '.' && !dot); ++*at) {
    if (**at == '.') {
      dot = true;
      continue;
    }
    digits++;
    if (dot)
      *value += (**at - '0') * (place /= 10);
    else
      *value = *value * 10 + (**at - '0');
  }
  *value *= sign;
  return digits > 0 && isfinite(*value);
}

static bool read_pair(const char **at, double *first, double *second)
{
  if (!read_number(at, first) || **at != ',') return false;
  ++*at;
  return read_number(at, second);
}

static bool skip_space(const char **at)
{
  const char *start = *at;

  while (**at == ' ' || **at == '\t' || **at == '\n' || **at == '\r') ++*at;
  return *at > start || **at == '\0';
}

/* What is known of a ring after reading its pairs. */
struct ring {
  size_t count;
  bool readable, closed, as_latitude, as_longitude, in_china_reversed;
};

static void see_pair(struct ring *ring, double first, double second)
{
  if (fabs(first) > 90 || fabs(second) > 180) ring->as_latitude = false;
  if (fabs(first) > 180 || fabs(second) > 90) ring->as_longitude = false;
  if (first < 73 || first > 136 || second < 3 || second > 54) ring->in_china_reversed = false;
  ring->count++;
}

static struct ring read_ring(const char *text)
{
  struct ring ring = { .readable = true, .as_latitude = true, .as_longitude = true, .in_china_reversed = true };
  double start[2] = { 0, 0 }, pair[2] = { 0, 0 };

  for (skip_space(&text); *text != '\0';) {
    ring.readable = read_pair(&text, &pair[0], &pair[1]) && skip_space(&text);
    if (!ring.readable) return ring;
    if (ring.count == 0) memcpy(start, pair, sizeof start);
    see_pair(&ring, pair[0], pair[1]);
  }
  ring.closed = start[0] == pair[0] && start[1] == pair[1];
  return ring;
}

static const char *ring_fault(const struct ring *ring)
{
  if (!ring->readable) return _("not a list of pairs of numbers");
  if (!ring->as_latitude && !ring->as_longitude) return _("a position that is not on earth");
  if (ring->count < 4) return _("fewer than four positions");
  if (!ring->closed) return _("the last position is not the first");
  return NULL;
}

static void check_polygon(struct alert *alert, struct alert_shape *shape)
{
  struct ring ring = read_ring(shape->text);
  const char *fault = ring_fault(&ring);

  shape->valid = fault == NULL;
  if (fault != NULL)
    alert_note(alert, N_("A polygon is broken (%s): it is kept as text, so the area goes by its codes and its description: %s"), fault,
               alert_excerpt(shape->text).text);
  shape->longitude_first = shape->valid && (!ring.as_latitude || (alert->profile == ALERT_MAINLAND && ring.in_china_reversed));
  if (shape->longitude_first)
    alert_note(
      alert,
      N_("A polygon names longitude before latitude, against the standard; it was read so, and lies on the map where it was meant."));
}

/* "latitude,longitude radius", the radius in km in CAP, in metres in the mainland profile. */
static void check_circle(struct alert *alert, struct alert_shape *shape)
{
  const char *at = shape->text;
  double first, second, radius;

  shape->valid = read_pair(&at, &first, &second) && skip_space(&at) && read_number(&at, &radius) && skip_space(&at) && *at == '\0' &&
                 radius >= 0 && ((fabs(first) <= 90 && fabs(second) <= 180) || (fabs(first) <= 180 && fabs(second) <= 90));
  if (!shape->valid) {
    alert_note(alert, N_("A circle is broken: it is kept as text, so the area goes by its codes and its description: %s"),
               alert_excerpt(shape->text).text);
    return;
  }
  shape->longitude_first =
    fabs(first) > 90 || (alert->profile == ALERT_MAINLAND && first >= 73 && first <= 136 && second >= 3 && second <= 54);
  if (shape->longitude_first)
    alert_note(
      alert, N_("A circle names longitude before latitude, against the standard; it was read so, and lies on the map where it was meant."));
  shape->latitude = shape->longitude_first ? second : first;
  shape->longitude = shape->longitude_first ? first : second;
  shape->radius = alert->profile == ALERT_MAINLAND ? radius : radius * 1000;
}

static void take_shape(struct alert *alert, struct alert_area *area, const xmlNode *element, bool circle)
{
  char *text = xml_text_line(element);

  if (*text == '\0') {
    free(text);
    return;
  }
  struct alert_shape *shape = alert_append(&area->shapes, &area->shape_count, sizeof *shape);
  shape->circle = circle;
  shape->text = text;
  (circle ? check_circle : check_polygon)(alert, shape);
}

static void take_polygon(struct alert *alert, void *target, const xmlNode *element)
{
  take_shape(alert, target, element, false);
}

static void take_circle(struct alert *alert, void *target, const xmlNode *element)
{
  take_shape(alert, target, element, true);
}

static void add_code(struct alert_area *area, const char *digits)
{
  char code[CODE_DIGITS + 1] = "000000000000";

  memcpy(code, digits, strnlen(digits, CODE_DIGITS));
  alert_add_text(&area->codes, mem_dup(code));
}

/* A province 2, city 4, county 6, township 9, village 12 digits; some write 14, the last two being 00. */
static void take_code(struct alert *alert, struct alert_area *area, const char *token)
{
  size_t length = strlen(token);

  if (strspn(token, "0123456789") != length || (length != 12 && length != 14 && length != 9 && length != 6)) {
    alert_note(
      alert,
      N_("The geocode “%s” is no area code of 12 digits: whether it means this place cannot be told from it; it is kept as it stands."),
      alert_excerpt(token).text);
    alert_add_name(&area->geocodes, mem_dup(""), mem_dup(token));
    return;
  }
  if (length < CODE_DIGITS)
    alert_note(alert, N_("The area code %s has only %d digits: it was filled up with zeros and means everything below it."), token,
               (int)length);
  if (length > CODE_DIGITS && strcmp(token + CODE_DIGITS, "00") != 0)
    alert_note(alert, N_("The area code %s has 14 digits: only the first 12, down to the village, are used."), token);
  add_code(area, token);
}

/* A CAP geocode with 12 digits that begin with a province of ours is an area code as well. */
static void code_from_name(struct alert_area *area, const struct alert_named *named)
{
  const char *value = named->value;

  if (strlen(value) == CODE_DIGITS && strspn(value, "0123456789") == CODE_DIGITS && *value >= '1' && *value <= '8' && value[1] >= '1' &&
      value[1] <= '6')
    add_code(area, value);
}

/* Commas of both scripts and white space divide the mainland's list. */
static void take_list(struct alert *alert, struct alert_area *area, const xmlNode *element)
{
  char *raw = xml_text_line(element), *text = text_fold_width(raw);

  for (char *comma = strstr(text, "、"); comma != NULL; comma = strstr(comma, "、")) memcpy(comma, ",  ", 3);
  for (char *save = NULL, *token = strtok_r(text, ",; ", &save); token != NULL; token = strtok_r(NULL, ",; ", &save))
    take_code(alert, area, token);
  free(text);
  free(raw);
}

static int compare_texts(const void *one, const void *other)
{
  return strcmp(*(char *const *)one, *(char *const *)other);
}

static void sort_codes(struct alert_texts *codes)
{
  size_t kept = 0;

  if (codes->count == 0) return;
  qsort(codes->items, codes->count, sizeof *codes->items, compare_texts);
  for (size_t i = 1; i < codes->count; i++) {
    if (strcmp(codes->items[i], codes->items[kept]) == 0)
      free(codes->items[i]);
    else
      codes->items[++kept] = codes->items[i];
  }
  codes->count = kept + 1;
}

static void take_geocode(struct alert *alert, void *target, const xmlNode *element)
{
  struct alert_area *area = target;

  if (alert->profile == ALERT_MAINLAND && xml_child(element) == NULL) {
    take_list(alert, area, element);
    return;
  }
  size_t before = area->geocodes.count;
  alert_read_name_value(alert, &area->geocodes, element);
  if (area->geocodes.count > before) code_from_name(area, &area->geocodes.items[before]);
}

/* clang-format off */
static const struct alert_field fields[] = {
  { "areaDesc", 1, 0, offsetof(struct alert_area, description), NULL },
  { "polygon", 2, ALERT_MANY, 0, take_polygon },
  { "circle", 3, ALERT_MANY, 0, take_circle },
  { "geocode", 4, ALERT_MANY, 0, take_geocode },
  { "altitude", 5, 0, 0, alert_drop }, /* heights say nothing to a township */
  { "ceiling", 6, 0, 0, alert_drop },
  { NULL, 0, 0, 0, NULL },
};
/* clang-format on */

void alert_take_area(struct alert *alert, void *target, const xmlNode *element)
{
  struct alert_info *info = target;
  struct alert_area *area = alert_append(&info->areas, &info->area_count, sizeof *area);

  alert_take_fields(alert, area, element, fields);
  sort_codes(&area->codes);
  if (area->description == NULL) area->description = mem_dup("");
  if (*area->description == '\0') alert_note(alert, N_("An area has no description: only its codes or its outline say where it is."));
}
