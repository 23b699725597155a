/* What data/embed compiled in is, byte for byte, what lies in data/. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/data.h"

static void every_file_is_whole(void **state)
{
  (void)state;
  const char *top = getenv("abs_top_srcdir");
  if (!top) top = ".";
  for (const struct data_file *file = data_files; file->name; file++) {
    char path[4096];
    assert_true((size_t)snprintf(path, sizeof path, "%s/data/%s", top, file->name) < sizeof path);
    FILE *original = fopen(path, "rb");
    if (!original) fail_msg("%s is compiled in but cannot be read", path);
    char *bytes = malloc(file->length + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, file->length + 1, original), file->length);
    assert_memory_equal(bytes, file->bytes, file->length);
    assert_int_equal(file->bytes[file->length], '\0');
    free(bytes);
    fclose(original);
  }
}

static void no_name_stands_twice(void **state)
{
  (void)state;
  for (const struct data_file *file = data_files; file->name; file++)
    for (const struct data_file *other = file + 1; other->name; other++) assert_string_not_equal(file->name, other->name);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(every_file_is_whole), cmocka_unit_test(no_name_stands_twice) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
