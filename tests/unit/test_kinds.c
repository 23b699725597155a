/* The descriptors of all kinds hold together: what the store, forms, lists, command line and sync take for granted. */
#include "unit/station.h"

#include <ctype.h>

static int wrong; /* told so far in this test: all at once is quicker to put right */

#define expect(condition, kind, field)                                                                                                     \
  do {                                                                                                                                     \
    if (condition) break;                                                                                                                  \
    print_error("%s.%s: not true: %s\n", (kind)->name, (field), #condition);                                                               \
    wrong++;                                                                                                                               \
  } while (0)

static void each_kind(void (*check)(const struct kind *kind))
{
  const struct kind *const *kinds = desk_kinds();
  int count = 0;
  wrong = 0;
  for (; kinds[count]; count++) check(kinds[count]);
  assert_in_range(count, 35, 200);
  assert_int_equal(wrong, 0);
}

static void each_field(const struct kind *kind, void (*check)(const struct kind *kind, const struct field *field))
{
  for (int i = 0; kind->fields[i].name; i++) check(kind, &kind->fields[i]);
}

static bool is_name(const char *name)
{
  if (!*name || !islower((unsigned char)*name)) return false;
  return name[strspn(name, "abcdefghijklmnopqrstuvwxyz_")] == '\0';
}

/* Words that SQL would take for itself: fields are asked for by their bare names in the desk's queries. */
static bool is_sql_word(const char *name)
{
  static const char *const words[] = { "add",       "all",      "alter",   "and",         "as",         "autoincrement", "between",
                                       "case",      "check",    "collate", "commit",      "constraint", "create",        "default",
                                       "delete",    "distinct", "drop",    "else",        "escape",     "except",        "exists",
                                       "foreign",   "from",     "group",   "having",      "in",         "index",         "insert",
                                       "intersect", "into",     "is",      "isnull",      "join",       "limit",         "not",
                                       "notnull",   "null",     "on",      "or",          "order",      "primary",       "references",
                                       "select",    "set",      "table",   "then",        "to",         "transaction",   "union",
                                       "unique",    "update",   "using",   "values",      "when",       "where",         "id",
                                       "changed",   "no",       "voided",  "replaced_by", NULL };
  for (int i = 0; words[i]; i++)
    if (strcmp(words[i], name) == 0) return true;
  return false;
}

static void check_field_name(const struct kind *kind, const struct field *field)
{
  expect(is_name(field->name), kind, field->name);
  expect(!is_sql_word(field->name), kind, field->name);
  for (const struct field *other = kind->fields; other != field; other++) {
    expect(strcmp(other->name, field->name) != 0, kind, field->name);
    /* A CSV column may be named by the label of a field that is typed. */
    if (!((field->flags | other->flags) & FIELD_AUTOMATIC)) expect(strcmp(other->label, field->label) != 0, kind, field->name);
  }
}

static void check_names(const struct kind *kind)
{
  expect(is_name(kind->name), kind, "");
  for (const struct kind *const *other = desk_kinds(); *other != kind; other++)
    expect(strcmp((*other)->name, kind->name) != 0, kind, (*other)->name);
  each_field(kind, check_field_name);
}

static void test_names(void **state)
{
  (void)state;
  each_kind(check_names);
  assert_true(is_sql_word("order") && !is_name("a-b") && !is_name("") && is_name("plan_step"));
}

static void check_choices(const struct kind *kind, const struct field *field)
{
  for (int i = 0; field->choices[i].name; i++) {
    expect(field->choices[i].label && *field->choices[i].label, kind, field->name);
    expect(!strchr(field->choices[i].name, ',') && !strchr(field->choices[i].name, ' '), kind, field->name);
    for (int j = 0; j < i; j++) {
      expect(strcmp(field->choices[i].name, field->choices[j].name) != 0, kind, field->name);
      expect(strcmp(field->choices[i].label, field->choices[j].label) != 0, kind, field->name);
    }
  }
  expect(field->choices[0].name, kind, field->name);
}

static void check_field_parts(const struct kind *kind, const struct field *field)
{
  bool choice = field->type == FIELD_CHOICE || field->type == FIELD_CHOICES;
  expect(field->label && *field->label, kind, field->name);
  expect((field->choices != NULL) == choice, kind, field->name);
  expect(field->reference || field->type != FIELD_REFERENCE, kind, field->name);
  expect(!field->reference || field->type == FIELD_REFERENCE || field->type == FIELD_TEXT, kind, field->name);
  expect((field->places != 0) <= (field->type == FIELD_DECIMAL), kind, field->name);
  expect(field->least <= field->most || field->most == 0, kind, field->name);
  expect(!(field->flags & FIELD_SECRET), kind, field->name);
  /* An erased key or reference would take the record apart. */
  expect(!(field->flags & FIELD_PERSONAL) || !(field->flags & FIELD_KEY), kind, field->name);
  if (choice) check_choices(kind, field);
  if (field->reference && strcmp(field->reference, "*") != 0) expect(kind_find(desk_kinds(), field->reference), kind, field->name);
}

/* Seen only among those of one handover or one officer; nobody has to name them. */
static bool is_nameless(const char *name)
{
  return strcmp(name, "readback") == 0 || strcmp(name, "leave") == 0;
}

static void check_parts(const struct kind *kind)
{
  bool has_key = false;
  expect(kind->label && *kind->label && kind->fields[0].name, kind, "");
  expect(!kind->title || kind_field_index(kind, kind->title) >= COMMON_FIELDS, kind, "title");
  expect(kind->title || kind->letter || kind->is_keyed || is_nameless(kind->name), kind, "nothing to call it by");
  expect(!kind->order || kind_field_index(kind, kind->order) >= 0, kind, "order");
  expect(kind->lanes && kind->lanes < LANE_BIT(LANES), kind, "lanes");
  for (int i = 0; kind->fields[i].name; i++) has_key |= (kind->fields[i].flags & FIELD_KEY) != 0;
  expect(has_key == kind->is_keyed, kind, "key");
  each_field(kind, check_field_parts);
}

static void test_parts(void **state)
{
  (void)state;
  each_kind(check_parts);
}

static void check_letter(const struct kind *kind)
{
  if (!kind->letter) return;
  expect(strlen(kind->letter) == 1 && isupper((unsigned char)kind->letter[0]), kind, kind->letter);
  for (const struct kind *const *other = desk_kinds(); *other != kind; other++)
    expect(!(*other)->letter || strcmp((*other)->letter, kind->letter) != 0, kind, (*other)->name);
}

static void test_letters(void **state)
{
  (void)state;
  each_kind(check_letter);
}

/* On 80 columns a list shows what fits, in this order, and leaves out the rest: what names the record, its state (done and open must
 * not look alike) and one more must be among it. */
static void check_columns(const struct kind *kind)
{
  int left = 76 - (kind->letter ? kind_field(kind, COMMON_NUMBER)->columns + 1 : 0), shown = kind->letter ? 1 : 0;
  int life = kind_field_index(kind, "state");
  bool title = !kind->title, state = life < 0 || !(kind_field(kind, life)->flags & FIELD_AUTOMATIC);
  for (const struct field *field = kind->fields; field->name; field++) {
    expect(field->columns >= 0 && field->columns <= 60, kind, field->name);
    bool is_title = kind->title && strcmp(kind->title, field->name) == 0;
    int wanted = is_title ? field->columns / 2 : field->columns; /* it takes what the others leave */
    if (wanted == 0 || wanted > left) continue;
    left -= wanted + 1;
    shown++;
    title |= is_title;
    state |= strcmp(field->name, "state") == 0;
  }
  expect(title, kind, "title is not in its list");
  expect(state, kind, "state is not in its list");
  expect(shown >= 3, kind, "little to list");
}

static void test_columns(void **state)
{
  (void)state;
  each_kind(check_columns);
}

/* Who reads a lane: here its scope, up also those above, down also those below. A record must refer only to what all its readers can
 * see. */
enum { READERS_HERE = 1, READERS_UP = 2, READERS_DOWN = 4 };

static unsigned readers(enum lane lane)
{
  static const unsigned by_lane[LANES] = { READERS_HERE, READERS_HERE | READERS_UP, READERS_HERE | READERS_DOWN,
                                           READERS_HERE, READERS_HERE | READERS_UP, READERS_HERE | READERS_DOWN };
  return by_lane[lane];
}

/* The action picks the lane: whichever it is, the target must have one that all its readers can see. */
static bool can_be_seen(const struct kind *target, enum lane lane)
{
  for (int other = 0; other < LANES; other++)
    if ((target->lanes & LANE_BIT(other)) && (readers(lane) & ~readers(other)) == 0) return true;
  return false;
}

static void check_reference_lane(const struct kind *kind, const struct field *field)
{
  if (field->type != FIELD_REFERENCE) return; /* who reads a key need not hold the record */
  const struct kind *target = kind_find(desk_kinds(), field->reference);
  for (int lane = 0; lane < LANES; lane++) {
    if (!(kind->lanes & LANE_BIT(lane))) continue;
    if (target)
      expect(can_be_seen(target, lane), kind, field->name);
    else
      expect(readers(lane) == READERS_HERE, kind, field->name); /* "*": only what stays at home may point anywhere */
  }
}

static void check_lanes(const struct kind *kind)
{
  each_field(kind, check_reference_lane);
}

static void test_lanes(void **state)
{
  (void)state;
  each_kind(check_lanes);
}

static void test_duties(void **state)
{
  (void)state;
  const struct kind *const *kinds = desk_kinds();
  int count = 0;
  wrong = 0;
  for (; duties[count]; count++) {
    const struct duty *duty = duties[count];
    assert_ptr_equal(duty->kind, kinds[count]);
    assert_ptr_equal(duty_of(duty->kind), duty);
    assert_ptr_equal(duty_find(duty->kind->name), duty);
    if (!duty->scope) continue;
    int index = kind_field_index(duty->kind, duty->scope);
    expect(index >= COMMON_FIELDS, duty->kind, duty->scope);
    const struct field *field = kind_field(duty->kind, index);
    expect(field->type == FIELD_AREA || field->type == FIELD_REFERENCE, duty->kind, duty->scope);
    expect(field->flags & (FIELD_ONCE | FIELD_KEY), duty->kind, duty->scope); /* a record's scope never changes */
  }
  assert_int_equal(wrong, 0);
  assert_null(kinds[count]);
  assert_null(duty_find("nothing"));
}

/* A form can be filled in: what is required can be typed, or the program fills it in. */
static void test_required(void **state)
{
  (void)state;
  wrong = 0;
  for (int i = 0; duties[i]; i++)
    for (const struct field *field = duties[i]->kind->fields; field->name; field++)
      if ((field->flags & FIELD_REQUIRED) && (field->flags & FIELD_AUTOMATIC))
        expect(duties[i]->read_only || duties[i]->derive || duties[i]->defaults, duties[i]->kind, field->name);
  assert_int_equal(wrong, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_names), cmocka_unit_test(test_parts),  cmocka_unit_test(test_letters),  cmocka_unit_test(test_columns),
    cmocka_unit_test(test_lanes), cmocka_unit_test(test_duties), cmocka_unit_test(test_required),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
