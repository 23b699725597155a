/* What the desk's questions may call in SQL, besides what SQLite has: rules that would make every statement long, and slow to prepare. */
#include "base/err.h"
#include "store/inside.h"

/* concerns(codes): area_concerns of the station's area; NULL for NULL. */
static void concerns(sqlite3_context *context, int count, sqlite3_value **values)
{
  const struct store *store = sqlite3_user_data(context);
  const char *codes = (const char *)sqlite3_value_text(values[0]);
  (void)count;
  if (codes)
    sqlite3_result_int(context, area_concerns(store->area, codes));
}

int function_register(struct store *store, struct err *err)
{
  int code = sqlite3_create_function(sql_handle(store->sql), "concerns", 1, SQLITE_UTF8, store, concerns, NULL, NULL);
  return code == SQLITE_OK ? 0 : sql_err(store->sql, err);
}
