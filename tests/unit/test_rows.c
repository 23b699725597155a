/* Which row is chosen, and what of the list is in sight. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/rows.h"

enum { PAGE = 3 };

/* One character for each row: 'h' is a heading. */
static bool is_h(const void *context, int row)
{
  return ((const char *)context)[row] == 'h';
}

static struct rows list_of(const char *sorts)
{
  struct rows rows = { .is_heading = is_h, .context = sorts };

  rows_set(&rows, (int)strlen(sorts));
  rows_place(&rows, (struct area){ 0, 0, PAGE, 80 });
  return rows;
}

/* Presses the key and says where that leads: the row chosen and the first one in sight. */
static void expect(struct rows *rows, int code, int chosen, int top)
{
  bool dirty[PAGE] = { false };
  struct terminal terminal = { .rows = PAGE, .columns = 80, .dirty = dirty };
  const struct key key = { code, "" };

  assert_true(rows_key(rows, &terminal, &key));
  assert_int_equal(rows->chosen, chosen);
  assert_int_equal(rows->top, top);
}

static void a_list_without_headings_is_gone_through_row_by_row(void **state)
{
  struct rows rows = list_of("xxxxx");
  (void)state;
  rows.is_heading = NULL;
  assert_int_equal(rows.chosen, 0);
  expect(&rows, KEY_CODE_DOWN, 1, 0);
  expect(&rows, KEY_CODE_PAGE_DOWN, 3, 1);
  expect(&rows, KEY_CODE_END, 4, 2);
  expect(&rows, KEY_CODE_DOWN, 4, 2);
  expect(&rows, KEY_CODE_PAGE_UP, 2, 2);
  expect(&rows, KEY_CODE_UP, 1, 1);
  expect(&rows, KEY_CODE_HOME, 0, 0);
  expect(&rows, KEY_CODE_UP, 0, 0);
}

static void headings_are_passed_over_in_the_direction_of_the_key(void **state)
{
  struct rows rows = list_of("hxhhxxhx");
  (void)state;
  assert_int_equal(rows.chosen, 1);
  expect(&rows, KEY_CODE_DOWN, 4, 2);
  expect(&rows, KEY_CODE_DOWN, 5, 3);
  expect(&rows, KEY_CODE_DOWN, 7, 5);
  expect(&rows, KEY_CODE_UP, 5, 5);
  expect(&rows, KEY_CODE_UP, 4, 2); /* with the headings above it */
  expect(&rows, KEY_CODE_PAGE_UP, 1, 0);
  expect(&rows, KEY_CODE_PAGE_DOWN, 4, 2);
  expect(&rows, KEY_CODE_PAGE_DOWN, 7, 5);
}

static void at_an_end_the_choice_stays_on_what_can_be_chosen(void **state)
{
  struct rows rows = list_of("hhxxxh");
  (void)state;
  assert_int_equal(rows.chosen, 2);
  expect(&rows, KEY_CODE_END, 4, 2);
  expect(&rows, KEY_CODE_DOWN, 4, 2);
  expect(&rows, KEY_CODE_HOME, 2, 0); /* what stands above the first row comes into sight */
  expect(&rows, KEY_CODE_UP, 2, 0);
}

static void a_new_list_never_leaves_the_choice_on_a_heading(void **state)
{
  struct rows rows = list_of("xxxx");
  (void)state;
  rows.chosen = 2;
  rows.context = "xxhx";
  rows_set(&rows, 4);
  assert_int_equal(rows.chosen, 3);
  rows.context = "xh";
  rows_set(&rows, 2);
  assert_int_equal(rows.chosen, 0);
  rows.context = "hh"; /* nothing else is there */
  rows_set(&rows, 2);
  assert_int_equal(rows.chosen, 0);
  rows_set(&rows, 0);
  assert_int_equal(rows.chosen, -1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_list_without_headings_is_gone_through_row_by_row),
    cmocka_unit_test(headings_are_passed_over_in_the_direction_of_the_key),
    cmocka_unit_test(at_an_end_the_choice_stays_on_what_can_be_chosen),
    cmocka_unit_test(a_new_list_never_leaves_the_choice_on_a_heading),
  };
  return cmocka_run_group_tests_name("rows", tests, NULL, NULL);
}
