#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "formats/csv.h"

/* All rows as cells in [] and rows ended by /, with the row number in front: 1[a][b]/2[c][]/ */
static char *read_all(const char *bytes, size_t length)
{
  struct buf out = BUF_INIT;
  struct csv csv;
  struct err err = ERR_INIT;
  int got = csv_open(&csv, bytes, length, &err);

  while (got >= 0 && (got = csv_next(&csv, &err)) > 0) {
    buf_addf(&out, "%d", csv.row);
    for (size_t i = 0; i < csv.count; i++) buf_addf(&out, "[%s]", csv.cells[i].text);
    buf_adds(&out, "/");
  }
  if (got < 0) buf_addf(&out, "error: %s", err.text);
  csv_close(&csv);
  return buf_take(&out, NULL);
}

static void expect_bytes(const char *bytes, size_t length, const char *wanted)
{
  char *got = read_all(bytes, length);
  assert_string_equal(got, wanted);
  free(got);
}

static void expect(const char *text, const char *wanted)
{
  expect_bytes(text, strlen(text), wanted);
}

static void test_rows(void **state)
{
  (void)state;
  expect("", "");
  expect("\r\n\n", "");
  expect("a,b\r\n1,2\r\n", "1[a][b]/2[1][2]/");
  expect("a,b\n1,2", "1[a][b]/2[1][2]/");
  expect("a,b\r1,2\r", "1[a][b]/2[1][2]/");
  expect("a,b\n\n,\n1,\n", "1[a][b]/4[1][]/"); /* what is empty is passed over but counted */
  expect("a\n\"\"\n", "1[a]/2[]/");
  expect(" a , b \n", "1[ a ][ b ]/");
}

static void test_quotes(void **state)
{
  (void)state;
  expect("\"a,b\",\"say \"\"hi\"\"\"\n", "1[a,b][say \"hi\"]/");
  expect("\"two\nlines\",x\nlast,y\n", "1[two\nlines][x]/2[last][y]/");
  expect("5\" pipe,x\n", "1[5\" pipe][x]/");
  expect("\"\"\"\",\"\"\n", "1[\"][]/");
}

static void test_separators(void **state)
{
  (void)state;
  expect("a;b\n1,5;2\n", "1[a][b]/2[1,5][2]/");
  expect("a,b,c;d\n", "1[a][b][c;d]/");
  expect("a\tb\n1,5\t2\n", "1[a][b]/2[1,5][2]/");
  expect("\"x;y;z\",b\n1,2\n", "1[x;y;z][b]/2[1][2]/"); /* those within quotes do not count */
  expect("sep=;\r\na,b;c\r\n", "1[a,b][c]/");
  expect("one column\nx;y\n", "1[one column]/2[x;y]/");
}

static void test_encodings(void **state)
{
  struct buf gb = BUF_INIT, utf16 = BUF_INIT;

  (void)state;
  expect("\xEF\xBB\xBF村,户主\n甲村,01号户\n", "1[村][户主]/2[甲村][01号户]/");
  assert_int_equal(text_encode("GB18030", "村,户主\n甲村,01号户\n", &gb, NULL), 0);
  expect_bytes(gb.data, gb.length, "1[村][户主]/2[甲村][01号户]/");
  buf_adds(&utf16, "\xFF\xFE");
  assert_int_equal(text_encode("UTF-16LE", "村\t户主\r\n甲村\t01号户\r\n", &utf16, NULL), 0);
  expect_bytes(utf16.data, utf16.length, "1[村][户主]/2[甲村][01号户]/");
  buf_free(&gb);
  buf_free(&utf16);
}

static void test_errors_say_where(void **state)
{
  (void)state;
  expect("a,b\n\nx,\"open\ny\n", "1[a][b]/error: row 3, column B: the quotation mark opened in line 3 is never closed");
  expect("a\n\"x\ny\" z\n",
         "1[a]/error: row 2, column A: text follows the closing quotation mark in line 3; double the marks inside a cell");
  expect_bytes("a,b\0c\n", 6, "error: byte 4 is neither UTF-8 nor GB18030 text; save the file as UTF-8");
  expect_bytes("a,\xFF\xFF\n", 5, "error: byte 3 is neither UTF-8 nor GB18030 text; save the file as UTF-8");
}

static void test_line_numbers(void **state)
{
  struct csv csv;
  static const char text[] = "a\r\n\"1\r\n2\n3\"\r\nb\r\n";

  (void)state;
  assert_int_equal(csv_open(&csv, text, strlen(text), NULL), 0);
  assert_int_equal(csv_next(&csv, NULL), 1);
  assert_int_equal(csv_next(&csv, NULL), 1);
  assert_int_equal(csv.row, 2);
  assert_int_equal(csv.line, 2);
  assert_int_equal(csv_next(&csv, NULL), 1);
  assert_int_equal(csv.row, 3);
  assert_int_equal(csv.line, 5);
  assert_string_equal(csv_get(&csv, 0), "b");
  assert_string_equal(csv_get(&csv, 7), "");
  csv_close(&csv);
  csv_close(&csv);
}

static void test_column_letters(void **state)
{
  struct csv csv = { .row = 7 };
  struct err err = ERR_INIT;
  static const struct {
    size_t column;
    const char *words;
  } cases[] = { { 0, "column A:" }, { 25, "column Z:" }, { 26, "column AA:" }, { 701, "column ZZ:" }, { 702, "column AAA:" } };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(csv_fail(&csv, cases[i].column, &err, "bad %s", "date"), -1);
    assert_non_null(strstr(err.text, cases[i].words));
    assert_non_null(strstr(err.text, "bad date"));
  }
}

static void test_too_many_columns(void **state)
{
  struct buf text = BUF_INIT;

  (void)state;
  for (int i = 0; i < 4095; i++) buf_adds(&text, "a,");
  buf_adds(&text, "b\n");
  char *good = read_all(text.data, text.length);
  assert_null(strstr(good, "error"));
  free(good);
  buf_clear(&text);
  for (int i = 0; i < 4096; i++) buf_adds(&text, "a,");
  buf_adds(&text, "b\n");
  expect_bytes(text.data, text.length, "error: row 1, column FAO: more than 4096 columns: this is no table");
  buf_free(&text);
}

static void test_writing(void **state)
{
  static const struct {
    const char *text, *written;
  } cases[] = {
    { "plain", "plain" },
    { "", "" },
    { NULL, "" },
    { "a,b", "\"a,b\"" },
    { "say \"hi\"", "\"say \"\"hi\"\"\"" },
    { "two\nlines", "\"two\nlines\"" },
    { "=1+1", "'=1+1" },
    { "-5", "-5" },
    { "+8.50", "+8.50" },
    { "-5 m", "'-5 m" },
    { "@all", "'@all" },
    { "'=x", "''=x" },
    { "'tis", "'tis" },
    { "-", "-" },
    { "'-", "''-" },
    { "\t=x", "\"'\t=x\"" },
    { "=a,\"b\"", "\"'=a,\"\"b\"\"\"" },
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct buf out = BUF_INIT;
    csv_cell(&out, cases[i].text);
    assert_string_equal(buf_text(&out), cases[i].written);
    buf_free(&out);
  }
}

/* Texts made of what matters to the format come back as they were: every one of up to four such characters. */
static void test_written_is_read_back(void **state)
{
  static const char *const parts[] = { "", "'", "=", "-", "+", "@", "\"", ",", ";", "\t", "\r", "\n", " ", "1", ".", "村" };
  enum { PARTS = sizeof parts / sizeof *parts };

  (void)state;
  for (int n = 0; n < PARTS * PARTS * PARTS * PARTS; n++) {
    struct buf out = BUF_INIT;
    struct csv csv;
    char text[32];
    strcpy(text, parts[n % PARTS]);
    strcat(strcat(strcat(text, parts[n / PARTS % PARTS]), parts[n / PARTS / PARTS % PARTS]), parts[n / PARTS / PARTS / PARTS]);
    const char *const row[] = { text, "x", text };
    const char *const header[] = { "a", "b", "c" };
    csv_write_row(&out, header, 3);
    csv_write_row(&out, row, 3);
    csv_write_row(&out, row, 1);
    assert_int_equal(csv_open(&csv, out.data, out.length, NULL), 0);
    assert_int_equal(csv_next(&csv, NULL), 1);
    assert_int_equal(csv_next(&csv, NULL), 1);
    assert_int_equal(csv.count, 3);
    assert_string_equal(csv_get(&csv, 0), text);
    assert_string_equal(csv_get(&csv, 2), text);
    assert_int_equal(csv_next(&csv, NULL), 1);
    assert_int_equal(csv.count, 1);
    assert_string_equal(csv_get(&csv, 0), text);
    assert_int_equal(csv_next(&csv, NULL), 0);
    csv_close(&csv);
    buf_free(&out);
  }
}

static void test_a_hundred_thousand_rows(void **state)
{
  struct buf text = BUF_INIT;
  struct csv csv;
  size_t rows = 0, cells = 0;

  (void)state;
  for (int i = 0; i < 100000; i++) buf_addf(&text, "%d,甲村,\"%d, 01号户\",00000000001,,\r\n", i, i);
  assert_int_equal(csv_open(&csv, text.data, text.length, NULL), 0);
  while (csv_next(&csv, NULL) > 0) {
    rows++;
    cells += csv.count;
  }
  assert_int_equal(rows, 100000);
  assert_int_equal(cells, 600000);
  assert_int_equal(csv.row, 100000);
  csv_close(&csv);
  buf_free(&text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_rows),
    cmocka_unit_test(test_quotes),
    cmocka_unit_test(test_separators),
    cmocka_unit_test(test_encodings),
    cmocka_unit_test(test_errors_say_where),
    cmocka_unit_test(test_line_numbers),
    cmocka_unit_test(test_column_letters),
    cmocka_unit_test(test_too_many_columns),
    cmocka_unit_test(test_writing),
    cmocka_unit_test(test_written_is_read_back),
    cmocka_unit_test(test_a_hundred_thousand_rows),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
