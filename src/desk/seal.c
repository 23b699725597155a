#include "desk/seal.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/json.h"
#include "store/query.h"

/* Splits "NODE/AREA/LANE/SEQ/PLACE" into its log's name (left in `name`) and the seq; 0 for a keyed name. */
static int64_t split_name(char *name)
{
  char *place = strrchr(name, '/');

  if (place == NULL) return 0;
  *place = '\0';
  char *seq = strrchr(name, '/');
  if (seq == NULL) return 0;
  *seq = '\0';
  return strtoll(seq + 1, NULL, 10);
}

static bool vector_covers(const char *vector, const char *log, int64_t seq)
{
  json *heads = json_read(vector, strlen(vector), NULL);
  bool covers = heads != NULL && json_number(json_get(heads, log), 0) >= seq;

  json_drop(heads);
  return covers;
}

bool seal_covers(struct desk *desk, record_id record)
{
  struct buf name = BUF_INIT;
  bool covers = false;

  record_name(desk->store, record, &name);
  char *log = buf_take(&name, NULL);
  int64_t seq = split_name(log);
  /* Each node's seals only grow, so the newest few tell for all; several, because two nodes of a station may seal without each other. */
  struct query *query = query_open(
    desk->store, "SELECT seal FROM k_handover WHERE voided IS NULL AND seal IS NOT NULL AND starts > 0 ORDER BY starts DESC LIMIT 8");
  while (seq > 0 && !covers && query_next(query, NULL) == 1) covers = vector_covers(query_text(query, 0), log, seq);
  query_close(query);
  free(log);
  return covers;
}

int seal_refuse(struct desk *desk, const struct record *record, struct err *err)
{
  if (!seal_covers(desk, record->id)) return 0;
  return err_set(err, _("\"%s\" lies in a shift that was handed over and sealed: write a new entry that corrects it (log correct)"),
                 record_title(record));
}
