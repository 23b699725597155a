#include "desk/seal.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/json.h"
#include "desk/lookup.h"
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

/* --- what came too late for its seal ------------------------------------------------------------------------------------------------ */

enum { SEALS_LOOKED_AT = 4 };

struct sealed {
  record_id handover;
  int64_t from, to;
  json *heads;
};

static bool is_covered(struct desk *desk, const struct sealed *sealed, record_id entry)
{
  struct buf name = BUF_INIT;

  record_name(desk->store, entry, &name);
  char *log = buf_take(&name, NULL);
  int64_t seq = split_name(log);
  bool covered = json_number(json_get(sealed->heads, log), 0) >= seq;
  free(log);
  return covered;
}

static bool late_of(struct desk *desk, const struct sealed *sealed, bool (*row)(void *context, record_id entry, record_id handover),
                    void *context, struct err *err)
{
  record_id *ids = NULL;
  bool goes_on = true;
  struct query *query =
    query_open(desk->store, "SELECT id FROM k_entry WHERE voided IS NULL AND happened >= ?1 AND happened < ?2 ORDER BY happened DESC");

  query_bind_number(query, 1, sealed->from);
  query_bind_number(query, 2, sealed->to);
  int count = lookup_ids(query, &ids, err);
  for (int i = 0; i < count && goes_on; i++)
    if (!is_covered(desk, sealed, ids[i])) goes_on = row(context, ids[i], sealed->handover);
  free(ids);
  return goes_on;
}

int seal_late_each(struct desk *desk, bool (*row)(void *context, record_id entry, record_id handover), void *context, struct err *err)
{
  struct sealed list[SEALS_LOOKED_AT];
  int count = 0, found;
  struct query *query =
    query_open(desk->store, "SELECT id, starts, relieved_at, seal FROM k_handover WHERE voided IS NULL AND seal IS NOT NULL AND"
                            " relieved_at IS NOT NULL AND starts > 0 ORDER BY starts DESC LIMIT 4");

  while ((found = query_next(query, err)) == 1 && count < SEALS_LOOKED_AT) {
    const char *seal = query_text(query, 3);
    list[count++] =
      (struct sealed){ query_number(query, 0), query_number(query, 1), query_number(query, 2), json_read(seal, strlen(seal), NULL) };
  }
  query_close(query);
  bool goes_on = true;
  for (int i = 0; i < count; i++) {
    goes_on = goes_on && late_of(desk, &list[i], row, context, err);
    json_drop(list[i].heads);
  }
  return found < 0 ? -1 : 0;
}

int seal_refuse(struct desk *desk, const struct record *record, struct err *err)
{
  if (!seal_covers(desk, record->id)) return 0;
  return err_set(err, _("\"%s\" lies in a shift that was handed over and sealed: write a new entry that corrects it (log correct)"),
                 record_title(record));
}
