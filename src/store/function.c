/* What the desk's questions may call in SQL, besides what SQLite has: rules that would make every statement long, and slow to prepare. */
#include <stdlib.h>

#include "base/err.h"
#include "base/i18n.h"
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

int function_register(struct store *store, struct err *err)
{
  int code = sqlite3_create_function(sql_handle(store->sql), "concerns", 1, SQLITE_UTF8, store, concerns, NULL, NULL);
  if (code == SQLITE_OK) code = sqlite3_create_function(sql_handle(store->sql), "phrase", 1, SQLITE_UTF8, NULL, phrase, NULL, NULL);
  return code == SQLITE_OK ? 0 : sql_err(store->sql, err);
}
