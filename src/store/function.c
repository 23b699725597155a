/* What the desk's questions may call in SQL, besides what SQLite has: rules that would make every statement long, and slow to prepare. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "store/exchange.h"
#include "store/inside.h"

/* concerns(codes): area_concerns of the station's area; NULL for NULL. */
static void concerns(sqlite3_context *context, int count, sqlite3_value **values)
{
  const struct store *store = sqlite3_user_data(context);
  const char *codes = (const char *)sqlite3_value_text(values[0]);
  (void)count;
  if (codes) sqlite3_result_int(context, area_concerns(store->area, codes));
}

/* phrase(text): i18n_phrase of what a record holds; NULL for NULL. */
static void phrase(sqlite3_context *context, int count, sqlite3_value **values)
{
  const char *stored = (const char *)sqlite3_value_text(values[0]);
  (void)count;
  if (stored) sqlite3_result_text(context, i18n_phrase(stored), -1, free);
}

/* receipt_agrees(log, seq, hash): of a row of table receipt. */
static void agrees(sqlite3_context *context, int count, sqlite3_value **values)
{
  struct store *store = sqlite3_user_data(context);
  const struct log_row *log = log_by_id(store, sqlite3_value_int64(values[0]));
  struct log_head said = { .seq = sqlite3_value_int64(values[1]) };
  const void *hash = sqlite3_value_blob(values[2]);
  (void)count;
  if (!log || sqlite3_value_bytes(values[2]) != RECEIPT_SHORT) return;
  said.name = log->name;
  memcpy(said.hash, hash, RECEIPT_SHORT);
  sqlite3_result_int(context, receipt_agrees(store, &said));
}

int function_register(struct store *store, struct err *err)
{
  static const struct {
    const char *name;
    int arguments;
    void (*run)(sqlite3_context *context, int count, sqlite3_value **values);
  } functions[] = { { "concerns", 1, concerns }, { "phrase", 1, phrase }, { "receipt_agrees", 3, agrees } };
  int code = SQLITE_OK;
  for (size_t index = 0; code == SQLITE_OK && index < sizeof(functions) / sizeof(*functions); index++)
    code = sqlite3_create_function(sql_handle(store->sql), functions[index].name, functions[index].arguments, SQLITE_UTF8, store,
                                   functions[index].run, NULL, NULL);
  return code == SQLITE_OK ? 0 : sql_err(store->sql, err);
}
