/* A station for tests of the desk: a database of its own in a new directory, with an administrator, removed afterwards. */
#ifndef TESTS_UNIT_STATION_H
#define TESTS_UNIT_STATION_H

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/figures.h"
#include "desk/session.h"
#include "desk/setup.h"

#define STATION_AREA "110228104000"
#define STATION_VILLAGE "110228104201"
#define STATION_PIN "2580"

struct station {
  char directory[64], path[128];
  struct config *config;
  struct desk desk;
  record_id admin;
};

/* Fails the test with what err says. */
#define DONE(call)                                                                                                                         \
  do {                                                                                                                                     \
    if ((call) < 0) fail_msg("%s:%d: %s", __FILE__, __LINE__, err.text);                                                                   \
  } while (0)
/* Must fail, and say so. */
#define REFUSED(call, part)                                                                                                                \
  do {                                                                                                                                     \
    err.text[0] = '\0';                                                                                                                    \
    if ((call) >= 0) fail_msg("%s:%d: was not refused", __FILE__, __LINE__);                                                               \
    if (!strstr(err.text, part)) fail_msg("%s:%d: said \"%s\"", __FILE__, __LINE__, err.text);                                             \
  } while (0)

static inline void station_open(struct station *station)
{
  struct err err = ERR_INIT;
  DONE(desk_open(&station->desk, station->path, station->config, &err));
}

/* A station of that area; station_teardown removes it. */
static inline int station_setup_area(void **state, const char *area, const char *name)
{
  static const char *const no_files[] = { NULL };
  struct station *station = mem_zero(1, sizeof(*station));
  struct values arguments;
  struct err err = ERR_INIT;
  *state = station;
  snprintf(station->directory, sizeof(station->directory), "/tmp/dutydesk-test-XXXXXX");
  if (!mkdtemp(station->directory)) return -1;
  snprintf(station->path, sizeof(station->path), "%s/desk.db", station->directory);
  DONE(crypto_start(&err));
  DONE(clock_set_zone("Asia/Shanghai", &err));
  DONE(config_load(&station->config, no_files, &err));
  setup_start(&arguments);
  values_set_text(&arguments, "area", area);
  values_set_text(&arguments, "name", name);
  values_set_text(&arguments, "admin", "管理员");
  values_set_text(&arguments, "pin", STATION_PIN);
  values_set_text(&arguments, "again", STATION_PIN);
  DONE(setup_create(station->path, station->config, &arguments, &err));
  values_free(&arguments);
  station_open(station);
  station->admin = record_find(station->desk.store, &officer_kind, "管理员", &err);
  return station->admin ? 0 : -1;
}

static inline int station_setup(void **state)
{
  return station_setup_area(state, STATION_AREA, "示范镇");
}

static inline int station_teardown(void **state)
{
  struct station *station = *state;
  desk_close(&station->desk);
  config_free(station->config);
  DIR *directory = opendir(station->directory);
  for (struct dirent *entry; directory && (entry = readdir(directory));) unlinkat(dirfd(directory), entry->d_name, 0);
  if (directory) closedir(directory);
  int status = rmdir(station->directory);
  free(station);
  return status;
}

#define STATION_TEST(function) cmocka_unit_test_setup_teardown(function, station_setup, station_teardown)

/* Adds a record from "field", "text" pairs ended by NULL, read as people type them. */
static inline record_id station_try(struct station *station, const struct duty *duty, struct err *err, ...)
{
  struct values values;
  record_id made = 0;
  va_list pairs;
  int status = 0;
  duty_start(&station->desk, duty, &values);
  va_start(pairs, err);
  for (const char *field; (field = va_arg(pairs, const char *));) {
    int index = values_index(&values, field);
    const char *text = va_arg(pairs, const char *);
    if (index < 0) fail_msg("%s has no field %s", duty->kind->name, field);
    if (status == 0) status = figures_read(station->desk.store, values.fields[index], text, clock_now(), &values.list[index], err);
  }
  va_end(pairs);
  if (status == 0) duty_add(&station->desk, duty, &values, &made, err);
  values_free(&values);
  return made;
}

#define STATION_ADD(station, duty, ...)                                                                                                    \
  ({                                                                                                                                       \
    struct err add_err = ERR_INIT;                                                                                                         \
    record_id added = station_try(station, duty, &add_err, __VA_ARGS__, NULL);                                                             \
    if (!added) fail_msg("%s:%d: %s", __FILE__, __LINE__, add_err.text);                                                                   \
    added;                                                                                                                                 \
  })

/* Changes one field, as typed. */
static inline int station_change(struct station *station, const struct duty *duty, record_id id, const char *field, const char *text,
                                 struct err *err)
{
  struct record record = { 0 };
  assert_int_equal(record_read(station->desk.store, duty->kind, id, &record, err), 1);
  int index = values_index(&record.values, field);
  int status = figures_read(station->desk.store, record.values.fields[index], text, clock_now(), &record.values.list[index], err);
  if (status == 0) status = duty_change(&station->desk, duty, id, &record.values, err);
  record_free(&record);
  return status;
}

/* The field's text or number (as text); "" if it is empty. The caller frees. */
static inline char *station_read(struct station *station, const struct kind *kind, record_id id, const char *field)
{
  struct record record = { 0 };
  struct buf out = BUF_INIT;
  assert_int_equal(record_read(station->desk.store, kind, id, &record, NULL), 1);
  int index = values_index(&record.values, field);
  value_write(station->desk.store, record.values.fields[index], &record.values.list[index], &out);
  record_free(&record);
  return buf_take(&out, NULL);
}

#define assert_field(station, kind, id, field, expected)                                                                                   \
  do {                                                                                                                                     \
    char *found_text = station_read(station, kind, id, field);                                                                             \
    assert_string_equal(found_text, expected);                                                                                             \
    free(found_text);                                                                                                                      \
  } while (0)

#endif
