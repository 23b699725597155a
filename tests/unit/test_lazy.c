/* Libraries opened when first used. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/lazy.h"

static struct {
  typeof(&strlen) length;
} found;

static const struct lazy_symbol present[] = { { "strlen", (void **)&found.length }, { NULL, NULL } };
static const struct lazy_symbol absent[] = { { "strlen", (void **)&found.length },
                                             { "no_such_symbol", (void **)&found.length },
                                             { NULL, NULL } };

static void a_library_is_opened_once_and_its_table_filled(void **state)
{
  struct lazy_library library = { "libc.so.6", "libc6", present, NULL };
  struct err err = ERR_INIT;
  (void)state;

  found.length = NULL;
  assert_int_equal(lazy_open(&library, &err), 0);
  assert_int_equal(found.length("four"), 4);
  void *handle = library.handle;
  assert_non_null(handle);
  found.length = NULL;
  assert_int_equal(lazy_open(&library, &err), 0);
  assert_ptr_equal(library.handle, handle);
  assert_null(found.length); /* not filled again */
}

static void a_library_that_lacks_a_function_is_not_opened(void **state)
{
  struct lazy_library library = { "libc.so.6", "libc6", absent, NULL };
  struct err err = ERR_INIT;
  (void)state;

  assert_int_equal(lazy_open(&library, &err), -1);
  assert_null(library.handle);
  assert_non_null(strstr(err.text, "no_such_symbol"));
  assert_non_null(strstr(err.text, "libc6"));
}

static void a_missing_library_names_its_package(void **state)
{
  struct lazy_library library = { "libno-such.so.1", "libno-such1", absent, NULL };
  struct err err = ERR_INIT;
  (void)state;

  assert_int_equal(lazy_open(&library, &err), -1);
  assert_non_null(strstr(err.text, "libno-such1"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_library_is_opened_once_and_its_table_filled),
    cmocka_unit_test(a_library_that_lacks_a_function_is_not_opened),
    cmocka_unit_test(a_missing_library_names_its_package),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
