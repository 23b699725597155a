/* CSV in: what spreadsheets save is taken whole or not at all, and every trouble has its row and column. */
#include "unit/station.h"

#include "base/text.h"
#include "store/query.h"

struct told {
  struct buf lines;
  int count;
  bool stop;
  int64_t done;
};

static void note(void *context, const char *line)
{
  struct told *told = context;
  buf_addf(&told->lines, "%s\n", line);
  told->count++;
}

static bool go_on(void *context, int64_t done, int64_t total)
{
  struct told *told = context;
  told->done = done;
  assert_true(done <= total);
  return !told->stop;
}

static int import(struct station *station, const struct duty *duty, const char *csv, bool dry_run, struct duty_import *counts,
                  struct told *told, struct err *err)
{
  *told = (struct told){ BUF_INIT, 0, told->stop, 0 };
  err->text[0] = '\0';
  return duty_import_csv(&station->desk, duty, csv, strlen(csv), dry_run, counts, note, go_on, told, err);
}

static int64_t contacts(struct station *station)
{
  return query_single(station->desk.store, "SELECT count(*) FROM k_contact WHERE voided IS NULL", 0, -1);
}

static const char good[] = "name,sort,phone,organisation\n"
                           "# explained,,,\n"
                           "县值班室,superior,00000000001,县应急局\n"
                           "\"气象台\",Weather,00000000002,\"县气象局, 值班\"\n";

static void test_import(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  struct told told = { 0 };
  struct duty_import counts;
  DONE(import(station, &contact_duty, good, true, &counts, &told, &err));
  assert_int_equal(counts.made, 2);
  assert_int_equal(contacts(station), 0); /* a dry run writes nothing */
  DONE(import(station, &contact_duty, good, false, &counts, &told, &err));
  assert_int_equal(counts.made, 2);
  assert_int_equal(contacts(station), 2);
  record_id id = record_find(station->desk.store, &contact_kind, "气象台", &err);
  assert_field(station, &contact_kind, id, "organisation", "县气象局, 值班");
  assert_field(station, &contact_kind, id, "sort", "weather");
  buf_free(&told.lines);
}

static void test_again_changes(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  struct told told = { 0 };
  struct duty_import counts;
  DONE(import(station, &contact_duty, good, false, &counts, &told, &err));
  DONE(
    import(station, &contact_duty, "name,phone,organisation\n县值班室,00000000009,\n气象台,00000000002,\n", false, &counts, &told, &err));
  assert_int_equal(counts.made, 0);
  assert_int_equal(counts.changed, 1);
  assert_int_equal(counts.same, 1);
  assert_int_equal(contacts(station), 2);
  record_id id = record_find(station->desk.store, &contact_kind, "县值班室", &err);
  assert_field(station, &contact_kind, id, "phone", "00000000009");
  assert_field(station, &contact_kind, id, "organisation", "县应急局"); /* an empty cell leaves what stands */
  buf_free(&told.lines);
}

static void test_all_or_nothing(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  struct told told = { 0 };
  struct duty_import counts;
  int64_t operations = query_single(station->desk.store, "SELECT count(*) FROM op", 0, -1);
  REFUSED(import(station, &contact_duty, "name,sort,phone\n甲,village,1\n乙,nowhere,abc\n丙,village,\n甲,village,2\n", false, &counts,
                 &told, &err),
          "3 rows");
  assert_int_equal(counts.wrong, 3);
  assert_non_null(strstr(buf_text(&told.lines), "row 3, column B"));
  assert_non_null(strstr(buf_text(&told.lines), "row 3, column C")); /* all of a row's troubles at once */
  assert_non_null(strstr(buf_text(&told.lines), "row 4: "));
  assert_non_null(strstr(buf_text(&told.lines), "row 5: this is the record of row 2"));
  assert_int_equal(told.count, 4);
  assert_int_equal(query_single(station->desk.store, "SELECT count(*) FROM op", 0, -2), operations);
  assert_int_equal(contacts(station), 0);
  buf_free(&told.lines);
}

static void test_header(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  struct told told = { 0 };
  struct duty_import counts;
  REFUSED(import(station, &contact_duty, "", false, &counts, &told, &err), "");
  REFUSED(import(station, &contact_duty, "name,colour\n甲,red\n", false, &counts, &told, &err), "colour");
  REFUSED(import(station, &contact_duty, "name,Full name\n甲,甲\n", false, &counts, &told, &err), "Full name");
  DONE(import(station, &contact_duty, "id,no,Full name, Sort ,Phone,voided\nx,,甲,village,1,\n", false, &counts, &told,
              &err)); /* labels, and what an export adds */
  assert_int_equal(counts.made, 1);
  REFUSED(import(station, &node_duty, "name\n甲\n", false, &counts, &told, &err), "by hand");
  buf_free(&told.lines);
}

static void test_gb18030(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  struct buf bytes = BUF_INIT;
  struct duty_import counts;
  DONE(text_encode("GB18030", "name,sort,phone\r\n气象台,weather,00000000002\r\n", &bytes, &err));
  DONE(duty_import_csv(&station->desk, &contact_duty, bytes.data, bytes.length, false, &counts, NULL, NULL, NULL, &err));
  assert_int_not_equal(record_find(station->desk.store, &contact_kind, "气象台", &err), 0);
  buf_free(&bytes);
}

/* The template, filled in, is what the import takes; of every kind. */
static void test_templates(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  struct duty_import counts;
  for (int i = 0; duties[i]; i++) {
    struct buf template = BUF_INIT;
    if (duties[i]->read_only) continue;
    duty_template(&station->desk, duties[i], &template);
    assert_int_equal(strncmp(buf_text(&template), "\xEF\xBB\xBF", 3), 0);
    DONE(duty_import_csv(&station->desk, duties[i], template.data, template.length, false, &counts, NULL, NULL, NULL, &err));
    assert_int_equal(counts.made + counts.changed + counts.same + counts.wrong, 0);
    buf_free(&template);
  }
}

static void test_keyed_kind(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  struct told told = { 0 };
  struct duty_import counts;
  DONE(import(station, &unit_duty, "area,name,head\n" STATION_VILLAGE ",一村,村支书甲\n" STATION_AREA ",示范镇,镇长甲\n", false, &counts,
              &told, &err));
  assert_int_equal(counts.made, 1);
  assert_int_equal(counts.changed, 1); /* the station's own unit was there since set-up */
  DONE(import(station, &unit_duty, "area,name\n" STATION_VILLAGE ",一村（改名）\n", false, &counts, &told, &err));
  assert_int_equal(counts.changed, 1);
  assert_int_equal(query_single(station->desk.store, "SELECT count(*) FROM k_unit", 0, -1), 2);
  buf_free(&told.lines);
}

static void test_same_name_in_two_villages(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  struct told told = { 0 };
  struct duty_import counts;
  DONE(import(station, &household_duty, "code,area,members\n01号户," STATION_VILLAGE ",3\n01号户,110228104202,4\n", false, &counts, &told,
              &err));
  assert_int_equal(counts.made, 2);
  DONE(import(station, &household_duty, "code,area,members\n01号户,110228104202,5\n", false, &counts, &told, &err));
  assert_int_equal(counts.changed, 1);
  buf_free(&told.lines);
}

static void test_references(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  struct told told = { 0 };
  struct duty_import counts;
  record_id point = STATION_ADD(station, &point_duty, "name", "一号点", "type", "01");
  DONE(import(station, &household_duty, "code,point\n01号户,一号点\n02号户,一号点\n", false, &counts, &told, &err));
  assert_int_equal(query_single(station->desk.store, "SELECT count(*) FROM k_household WHERE point = ?1", point, 0), 2);
  REFUSED(import(station, &household_duty, "code,point\n03号户,无此点\n", false, &counts, &told, &err), "1 row");
  assert_non_null(strstr(buf_text(&told.lines), "column B"));
  buf_free(&told.lines);
}

static void test_cancel(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  struct told told = { .stop = true };
  struct duty_import counts;
  struct buf csv = BUF_INIT;
  buf_adds(&csv, "name,sort,phone\n");
  for (int i = 0; i < 1000; i++) buf_addf(&csv, "联系人%04d,village,%011d\n", i, i);
  REFUSED(import(station, &contact_duty, buf_text(&csv), false, &counts, &told, &err), "Cancelled");
  assert_int_equal(contacts(station), 0);
  told.stop = false;
  DONE(import(station, &contact_duty, buf_text(&csv), false, &counts, &told, &err));
  assert_int_equal(contacts(station), 1000);
  assert_true(told.done >= 768);
  buf_free(&csv);
  buf_free(&told.lines);
}

/* More than one operation can hold: several, but together. */
static void test_large(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  struct duty_import counts;
  struct buf csv = BUF_INIT;
  int64_t operations = query_single(station->desk.store, "SELECT count(*) FROM op", 0, -1);
  buf_adds(&csv, "code,area,members,head\n");
  for (int i = 0; i < 9000; i++) buf_addf(&csv, "%05d号户," STATION_VILLAGE ",%d,户主%05d\n", i, i % 9, i);
  DONE(duty_import_csv(&station->desk, &household_duty, csv.data, csv.length, false, &counts, NULL, NULL, NULL, &err));
  assert_int_equal(counts.made, 9000);
  assert_int_equal(query_single(station->desk.store, "SELECT count(*) FROM k_household", 0, -1), 9000);
  assert_true(query_single(station->desk.store, "SELECT count(*) FROM op", 0, -1) > operations + 2);
  DONE(duty_import_csv(&station->desk, &household_duty, csv.data, csv.length, false, &counts, NULL, NULL, NULL, &err));
  assert_int_equal(counts.same, 9000);
  buf_free(&csv);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    STATION_TEST(test_import),         STATION_TEST(test_again_changes),
    STATION_TEST(test_all_or_nothing), STATION_TEST(test_header),
    STATION_TEST(test_gb18030),        STATION_TEST(test_templates),
    STATION_TEST(test_keyed_kind),     STATION_TEST(test_same_name_in_two_villages),
    STATION_TEST(test_references),     STATION_TEST(test_cancel),
    STATION_TEST(test_large),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
