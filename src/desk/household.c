/* Households and the people in them. Names, phones, health and identity numbers are personal: least needed, erasable, redacted in
 * exports. What the household card 避险明白卡 prints comes from here and from the hazard point. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "desk/choices.h"
#include "desk/duties.h"

/* clang-format off */
static const struct choice houses[] = {
  { "concrete", N_("Brick and concrete") },
  { "brick", N_("Brick and wood") },
  { "earth", N_("Earth") },
  { "wood", N_("Wood") },
  { "other", N_("Other") },
  { NULL, NULL },
};

static const struct choice goes_to[] = {
  { "shelter", N_("Shelter") },
  { "relatives", N_("Relatives or friends") },
  { "town", N_("Own home in town") },
  { NULL, NULL },
};

static const struct field fields[] = {
  { .name = "code", .type = FIELD_TEXT, .label = N_("Household"), .flags = FIELD_REQUIRED, .most = 40, .columns = 18,
    .help = N_("Group and house number, as the village calls it; no person's name") },
  { .name = "village_group", .type = FIELD_TEXT, .label = N_("Village group"), .most = 40, /* L10N: 村民小组 */
    .help = N_("Empty: as the code names it, e.g. 1组") },
  { .name = "house_number", .type = FIELD_INTEGER, .label = N_("House number"), .most = 1000000, .help = N_("Empty: as the code names it") },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_ONCE },
  { .name = "head", .type = FIELD_TEXT, .label = N_("Head of household"), .flags = FIELD_PERSONAL, .most = 40, .columns = 10 },
  { .name = "phone", .type = FIELD_PHONE, .label = N_("Phone"), .flags = FIELD_PERSONAL, .columns = 12 },
  { .name = "address", .type = FIELD_TEXT, .label = N_("Address"), .flags = FIELD_PERSONAL, .most = 120 },
  { .name = "members", .type = FIELD_INTEGER, .label = N_("Members"), .unit = N_("people"), .most = 100, .columns = 4 },
  { .name = "house", .type = FIELD_CHOICE, .label = N_("House"), .choices = houses },
  { .name = "at_risk", .type = FIELD_YES, .label = N_("Must move when called"), .columns = 4 },
  { .name = "point", .type = FIELD_REFERENCE, .label = N_("Hazard point"), .flags = FIELD_INDEXED, .reference = "point" },
  { .name = "relation", .type = FIELD_TEXT, .label = N_("House and hazard"), .most = 120,
    .help = N_("Where the house stands to the hazard") },
  { .name = "special", .type = FIELD_CHOICES, .label = N_("Special groups"), .flags = FIELD_PERSONAL, .choices = choice_special },
  { .name = "guardian", .type = FIELD_TEXT, .label = N_("Guardian"), .most = 40, .columns = 9,
    .help = N_("Who fetches this household (包保)") },
  { .name = "guardian_phone", .type = FIELD_PHONE, .label = N_("Guardian's phone") },
  { .name = "goes_to", .type = FIELD_CHOICE, .label = N_("Goes to"), .choices = goes_to },
  { .name = "shelter", .type = FIELD_REFERENCE, .label = N_("Shelter"), .reference = "shelter" },
  { .name = "route", .type = FIELD_TEXT, .label = N_("Route"), .most = 200 },
  { .name = "signal", .type = FIELD_TEXT, .label = N_("Alarm signal"), .most = 80 },
  { .name = "medical", .type = FIELD_TEXT, .label = N_("Medical unit"), .most = 80 },
  { .name = "card_issued", .type = FIELD_DATE, .label = N_("Card issued on"), .group = 1 },
  { .name = "card_issuer", .type = FIELD_TEXT, .label = N_("Card issued by"), .most = 60, .group = 1 },
  { .name = "verified", .type = FIELD_TIME, .label = N_("Last verified") },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks"), .flags = FIELD_PERSONAL },
  { 0 },
};

const struct kind household_kind = {
  .name = "household",
  .label = N_("Household"),
  .letter = "F",
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP),
  .title = "code",
  .order = "code",
};

/* Bytes of a code up to the end of the group that it names: the last of 组 社 屯 队, but not of 社区. */
static size_t group_length(const char *code)
{
  static const char *const words[] = { "组", "社", "屯", "队" };
  size_t length = 0;

  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    for (const char *at = code; (at = strstr(at, words[i])) != NULL; at += strlen(words[i])) {
      size_t end = (size_t)(at - code) + strlen(words[i]);
      if (end > length && strncmp(at, "社区", strlen("社区")) != 0) length = end;
    }
  return length;
}

/* The house's own number: that before 号, else the last of the code: 7 of 6村07号户, 501 of 3栋2单元501. -1: none. */
static int64_t number_in(const char *code)
{
  const char *end = NULL;

  for (const char *at = code; (at = strstr(at, "号")) != NULL; at += strlen("号"))
    if (at > code && isdigit((unsigned char)at[-1])) end = at;
  if (end == NULL)
    for (const char *at = code; *at != '\0'; at++)
      if (isdigit((unsigned char)*at)) end = at + 1;
  const char *digits = end;
  while (digits != NULL && digits > code && isdigit((unsigned char)digits[-1])) digits--;
  return digits != NULL ? strtoll(digits, NULL, 10) % 1000000 : -1;
}

/* Lists of who is to be told go by group and number: 上坪村1组, 7 of 上坪村1组07号户. */
static void derive_place(struct values *values)
{
  const char *code = values_text(values, "code");
  size_t length = code != NULL ? group_length(code) : 0;

  if (code == NULL) return;
  if (!values_known(values, "village_group") && length > 0) {
    char *group = mem_dup_n(code, length);
    values_set_text(values, "village_group", group);
    free(group);
  }
  int64_t number = number_in(code + length);
  if (!values_known(values, "house_number") && number >= 0) values_set_number(values, "house_number", number);
}

/* Whoever reads it elsewhere must know whose it is. */
static void derive(struct desk *desk, const struct record *before, struct values *values)
{
  char own[13];

  if (before == NULL && !values_known(values, "area")) values_set_text(values, "area", area_text(store_area(desk->store), own));
  derive_place(values);
}

const struct duty household_duty = {
  .kind = &household_kind,
  .room = ROOM_LEDGERS,
  .derive = derive,
  .scope = "area",
};

static const struct choice sexes[] = {
  { "female", N_("Female") },
  { "male", N_("Male") },
  { NULL, NULL },
};

static const struct field person_fields[] = {
  { .name = "household", .type = FIELD_REFERENCE, .label = N_("Household"), .flags = FIELD_REQUIRED | FIELD_ONCE | FIELD_INDEXED,
    .reference = "household", .columns = 16 },
  { .name = "name", .type = FIELD_TEXT, .label = N_("Full name"), .flags = FIELD_REQUIRED | FIELD_PERSONAL, .most = 40, .columns = 12 },
  { .name = "sex", .type = FIELD_CHOICE, .label = N_("Sex"), .flags = FIELD_PERSONAL, .choices = sexes, .columns = 4 },
  { .name = "born", .type = FIELD_DATE, .label = N_("Born on"), .flags = FIELD_PERSONAL, .columns = 10 },
  { .name = "relation", .type = FIELD_TEXT, .label = N_("Relation to the head"), .flags = FIELD_PERSONAL, .most = 20, .columns = 8 },
  { .name = "phone", .type = FIELD_PHONE, .label = N_("Phone"), .flags = FIELD_PERSONAL, .columns = 12 },
  { .name = "identity", .type = FIELD_TEXT, .label = N_("Identity number"), .flags = FIELD_PERSONAL, .most = 18,
    .help = N_("Only where the law asks for it") },
  { .name = "special", .type = FIELD_CHOICES, .label = N_("Special groups"), .flags = FIELD_PERSONAL, .choices = choice_special },
  { .name = "health", .type = FIELD_TEXT, .label = N_("Health"), .flags = FIELD_PERSONAL, .most = 120,
    .help = N_("Only what those who fetch them must know") },
  { .name = "away", .type = FIELD_YES, .label = N_("Works elsewhere"), .columns = 4 },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks"), .flags = FIELD_PERSONAL },
  { 0 },
};

const struct kind person_kind = {
  .name = "person",
  .label = N_("Person"),
  .fields = person_fields,
  .lanes = LANE_BIT(LANE_UP),
  .title = "name",
  .order = "name",
};

const struct duty person_duty = {
  .kind = &person_kind,
  .room = ROOM_LEDGERS,
  .scope = "household",
};
/* clang-format on */
