/* What is sent through 40 characters comes back the same, and a slip of the finger is noticed. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "formats/short_message.h"

static void start(struct short_message *message)
{
  *message = (struct short_message){ .sort = SHORT_SITREP, .day = 21, .hour = 2, .minute = 15 };
  message->sequence = mem_dup("26B007");
  message->place = mem_dup("东沟村");
  message->subject = mem_dup("滑坡");
  short_message_add(message, "needs", 0, "帐篷50顶 饮用水５t");
  short_message_add(message, "dead", 0, NULL);
  short_message_add(message, "missing", 1, NULL);
  short_message_add(message, "moved", 46, NULL);
  short_message_add(message, "no such", 4, NULL);
}

static char *written(const struct short_message *message, int limit, int *missing)
{
  struct buf out = BUF_INIT;
  struct err err = ERR_INIT;
  *missing = short_message_write(message, limit, &out, &err);
  return buf_take(&out, NULL);
}

static void comes_back_the_same(void **state)
{
  (void)state;
  struct short_message message, read;
  struct err err = ERR_INIT;
  int missing;
  start(&message);
  char *text = written(&message, 70, &missing);
  assert_int_equal(missing, 0);
  assert_true(text_characters(text) <= 70);
  assert_ptr_equal(strstr(text, "灾情26B007 东沟村 210215 滑坡 亡0 失1 转46 需帐篷50顶，饮用水5T 校"), text);
  assert_int_equal(short_message_read(text, &read, &err), 0);
  assert_string_equal(read.sequence, "26B007");
  assert_string_equal(read.place, "东沟村");
  assert_string_equal(read.subject, "滑坡");
  assert_int_equal(read.day * 10000 + read.hour * 100 + read.minute, 210215);
  assert_int_equal(read.count, 4);
  char *again = written(&read, 1000, &missing);
  assert_string_equal(again, text);
  free(again);
  free(text);
  short_message_free(&read);
  short_message_free(&message);
}

static void forty_characters_hold_the_figures(void **state)
{
  (void)state;
  struct short_message message;
  int missing;
  start(&message);
  char *text = written(&message, 40, &missing);
  assert_int_equal(missing, 1);
  assert_true(text_characters(text) <= 40);
  assert_non_null(strstr(text, "亡0 失1 转46"));
  struct short_message read;
  assert_int_equal(short_message_read(text, &read, NULL), 0);
  short_message_free(&read);
  free(text);
  text = written(&message, 20, &missing);
  assert_int_equal(missing, -1);
  assert_string_equal(text, "");
  free(text);
  short_message_free(&message);
}

static void keyed_in_by_hand(void **state)
{
  (void)state;
  struct short_message message, read;
  int missing;
  start(&message);
  char *text = written(&message, 70, &missing);
  struct buf typed = BUF_INIT;
  for (const char *at = text, *end = text + strlen(text); at < end;) { /* wide digits and letters, two spaces for one */
    uint32_t point = text_next(&at, end);
    text_put(&typed, (point >= '0' && point <= '9') || (point >= 'A' && point <= 'Z') ? point + 0xFEE0 : point == ' ' ? 0x3000 : point);
    if (point == ' ') buf_addc(&typed, ' ');
  }
  assert_int_equal(short_message_read(buf_text(&typed), &read, NULL), 0);
  assert_string_equal(read.sequence, "26B007");
  short_message_free(&read);
  buf_free(&typed);
  free(text);
  short_message_free(&message);
}

static char *with_point(const char *text, size_t which, uint32_t put)
{
  struct buf out = BUF_INIT;
  size_t place = 0;
  for (const char *at = text, *end = text + strlen(text); at < end; place++) {
    uint32_t point = text_next(&at, end);
    text_put(&out, place == which ? put : point);
  }
  return buf_take(&out, NULL);
}

static void refused(const char *text)
{
  struct short_message read;
  struct err err = ERR_INIT;
  if (short_message_read(text, &read, &err) == 0) fail_msg("taken though mistyped: %s", text);
  assert_true(err.text[0] != 0);
}

/* Each character by several others, and each pair of neighbours the wrong way round. */
static void every_slip_is_noticed(void **state)
{
  (void)state;
  static const uint32_t others[] = { '0', '7', 'B', 0x4E00, 0x6C34, 0x9FA5 };
  struct short_message message;
  int missing, tried = 0;
  start(&message);
  char *text = written(&message, 70, &missing);
  size_t count = text_characters(text);
  uint32_t points[128];
  const char *at = text, *end = text + strlen(text);
  for (size_t place = 0; place < count; place++) points[place] = text_next(&at, end);
  for (size_t place = 0; place < count; place++) {
    bool is_mark = points[place] == ' ' || points[place] == 0xFF0C;
    for (size_t other = 0; other < sizeof(others) / sizeof(*others); other++) {
      if (others[other] == points[place]) continue;
      char *slip = with_point(text, place, others[other]);
      refused(slip);
      free(slip);
      tried++;
    }
    if (place + 1 < count && !is_mark && points[place + 1] != ' ' && points[place + 1] != 0xFF0C && points[place] != points[place + 1]) {
      char *half = with_point(text, place, points[place + 1]), *turned = with_point(half, place + 1, points[place]);
      refused(turned);
      free(half);
      free(turned);
      tried++;
    }
  }
  assert_true(tried > 250);
  free(text);
  short_message_free(&message);
}

static void nonsense_is_refused(void **state)
{
  (void)state;
  static const char *const wrong[] = { "", "校", "校00000", "灾情26B007 东沟村 210215 滑坡 亡0", "灾情 校99999", "灾情26B007 校1", NULL };
  for (int index = 0; wrong[index]; index++) refused(wrong[index]);
}

int main(void)
{
  setlocale(LC_ALL, "C.UTF-8");
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(comes_back_the_same), cmocka_unit_test(forty_characters_hold_the_figures),
    cmocka_unit_test(keyed_in_by_hand),    cmocka_unit_test(every_slip_is_noticed),
    cmocka_unit_test(nonsense_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
