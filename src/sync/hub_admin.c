/* What the hub's owner does: making and upgrading it, adding stations. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "sync/hub.h"
#include "sync/hub_desk.h"
#include "sync/hub_postgres.h"

#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

/* --- data/hub.sql --------------------------------------------------------------------------------------------------------------------- */

/* Appends the parts that a hub of `version` needs. Their headlines: "-- migration N", "-- always". */
static void parts_choose(const char *text, int64_t version, struct buf *sql)
{
  static const char migration[] = "-- migration ", always[] = "-- always";
  bool wanted = false;
  while (*text) {
    size_t length = strcspn(text, "\n");
    length += text[length] == '\n';
    if (strncmp(text, migration, strlen(migration)) == 0)
      wanted = strtoll(text + strlen(migration), NULL, 10) > version;
    else if (strncmp(text, always, strlen(always)) == 0)
      wanted = true;
    if (wanted) buf_add(sql, text, length);
    text += length;
  }
}

static int file_apply(struct postgres *postgres, const char *name, int64_t version, struct err *err)
{
  struct buf text = BUF_INIT, sql = BUF_INIT;
  int result = file_data(name, &text, err);
  if (result == 0) {
    parts_choose(buf_text(&text), version, &sql);
    result = postgres_run(postgres, buf_text(&sql), err);
    if (result != 0) err_prefix(err, "%s", name);
  }
  buf_free(&text);
  buf_free(&sql);
  return result;
}

/* --- init ----------------------------------------------------------------------------------------------------------------------------- */

static int number_ask(struct postgres *postgres, const char *sql, int64_t *number, struct err *err)
{
  struct postgres_rows rows = { 0 };
  if (postgres_ask(postgres, sql, NULL, 0, &rows, err) != 0) return -1;
  *number = rows.count ? rows_number(&rows, 0, 0) : 0;
  rows_drop(&rows);
  return 0;
}

/* 0: there is no hub yet. */
static int version_ask(struct postgres *postgres, int64_t *version, struct err *err)
{
  int64_t exists;
  *version = 0;
  if (number_ask(postgres, "SELECT to_regclass('hub.version') IS NOT NULL", &exists, err) != 0) return -1;
  return exists ? number_ask(postgres, "SELECT max(number) FROM hub.version", version, err) : 0;
}

static int sort_set(struct postgres *postgres, bool is_exercise, struct err *err)
{
  int64_t other;
  if (postgres_run(postgres,
                   is_exercise ? "INSERT INTO hub.about VALUES (true) ON CONFLICT DO NOTHING"
                               : "INSERT INTO hub.about VALUES (false) ON CONFLICT DO NOTHING",
                   err) != 0 ||
      number_ask(postgres, is_exercise ? "SELECT NOT is_exercise FROM hub.about" : "SELECT is_exercise FROM hub.about", &other, err) != 0)
    return -1;
  if (other)
    return err_set(err, is_exercise ? _("this hub is a real one: make one for exercises in a database of its own")
                                    : _("this hub is one for exercises (--exercise): make the real one in a database of its own"));
  return 0;
}

static int version_note(struct postgres *postgres, struct err *err)
{
  struct postgres_value values[2] = { { .type = POSTGRES_INT, .is_single = true }, { .type = POSTGRES_TEXT, .is_single = true } };
  value_add_number(&values[0], HUB_VERSION);
  value_add_text(&values[1], PACKAGE_STRING);
  int result = postgres_ask(
    postgres, "INSERT INTO hub.version(number, program) VALUES ($1, $2) ON CONFLICT (number) DO UPDATE SET program = excluded.program",
    values, 2, NULL, err);
  values_drop(values, 2);
  return result;
}

static int init_inside(struct postgres *postgres, bool is_exercise, const struct kind *const kinds[], int64_t *version, struct err *err)
{
  struct buf desk = BUF_INIT;
  /* Two at once would both find nothing there. */
  if (postgres_run(postgres, "BEGIN; SELECT pg_advisory_xact_lock(hashtext('dutydesk hub init'))", err) != 0 ||
      version_ask(postgres, version, err) != 0)
    return -1;
  if (*version > HUB_VERSION)
    return err_set(err, _("the hub is of version %d, this program knows %d: install the newer dutydesk"), (int)*version, HUB_VERSION);
  hub_desk_tables(kinds, &desk);
  int result = file_apply(postgres, "hub.sql", *version, err);
  if (result == 0) result = postgres_run(postgres, buf_text(&desk), err);
  if (result == 0) result = file_apply(postgres, "hub_desk.sql", *version, err);
  buf_free(&desk);
  return result == 0 && sort_set(postgres, is_exercise, err) == 0 && version_note(postgres, err) == 0
           ? postgres_run(postgres, "COMMIT", err)
           : -1;
}

int hub_init(const char *url, bool is_exercise, const struct kind *const kinds[], int *version, struct err *err)
{
  int64_t before = 0;
  struct postgres *postgres = postgres_open(url, err);
  if (!postgres) return -1;
  int result = init_inside(postgres, is_exercise, kinds, &before, err);
  if (result != 0 && strcmp(postgres_state(postgres), "42501") == 0)
    err_prefix(err, _("the hub is made by the owner of its database, with the right to make roles (CREATEROLE)"));
  postgres_close(postgres);
  *version = (int)before;
  return result;
}

/* --- stations ------------------------------------------------------------------------------------------------------------------------- */

static int password_set(struct postgres *postgres, const char *role, const char *password, struct err *err)
{
  char *verifier = postgres_password(postgres, role, password, err);
  if (!verifier) return -1;
  char *name = postgres_quote_name(postgres, role), *text = postgres_quote_text(postgres, verifier);
  char *sql = mem_printf("ALTER ROLE %s LOGIN PASSWORD %s", name ? name : "", text ? text : "");
  int result = postgres_run(postgres, sql, err);
  free(sql);
  free(text);
  free(name);
  free(verifier);
  return result;
}

static int station_inside(struct postgres *postgres, const char *role, const struct reach *areas, const char *password, struct err *err)
{
  struct postgres_value values[3] = { { .type = POSTGRES_TEXT, .is_single = true },
                                      { .type = POSTGRES_LONG, .is_single = true },
                                      { .type = POSTGRES_LONG } };
  value_add_text(&values[0], role);
  value_add_number(&values[1], areas->areas[0]);
  for (int index = 1; index < areas->count; index++) value_add_number(&values[2], areas->areas[index]);
  int result = postgres_run(postgres, "BEGIN", err);
  if (result == 0) result = postgres_ask(postgres, "SELECT hub.add_station($1::name, $2, $3)", values, 3, NULL, err);
  if (result == 0 && password) result = password_set(postgres, role, password, err);
  values_drop(values, 3);
  return result == 0 ? postgres_run(postgres, "COMMIT", err) : -1;
}

/* Says why it was refused, and closes. */
static int station_done(struct postgres *postgres, int result, struct err *err)
{
  const char *state = postgres_state(postgres);
  if (result != 0 && (strcmp(state, "3F000") == 0 || strcmp(state, "42883") == 0))
    err_set(err, _("this database is no hub: its owner makes it one with 'dutydesk hub init URL'"));
  else if (result != 0 && strcmp(state, "42501") == 0)
    err_prefix(err, _("stations are added and dropped by the hub's owner, with the right to make roles (CREATEROLE)"));
  postgres_close(postgres);
  return result;
}

int hub_add_station(const char *url, const char *role, const struct reach *areas, const char *password, struct err *err)
{
  struct postgres *postgres = postgres_open(url, err);
  return postgres ? station_done(postgres, station_inside(postgres, role, areas, password, err), err) : -1;
}

int hub_drop_station(const char *url, const char *role, struct err *err)
{
  struct postgres *postgres = postgres_open(url, err);
  struct postgres_value name = { .type = POSTGRES_TEXT, .is_single = true };
  struct postgres_rows rows = { 0 };
  if (!postgres) return -1;
  value_add_text(&name, role);
  int result =
    postgres_ask(postgres, "SELECT count(*), count(hub.drop_station(role)) FROM hub.station WHERE role = $1::name", &name, 1, &rows, err);
  values_drop(&name, 1);
  if (result == 0 && rows_number(&rows, 0, 0) == 0) result = err_usage(err, _("%s is no station of this hub"), role);
  rows_drop(&rows);
  return station_done(postgres, result, err);
}
