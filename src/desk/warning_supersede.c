/* Updates and cancels: what a warning does to those held before it, in whatever order they arrive. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/transition.h"
#include "desk/warning.h"
#include "store/act.h"
#include "store/query.h"

/* Mainland updates all refer to the first alert: whoever shares a reference belongs to the same family. A reference is a warning's key, since two
 * issuers may number alike; the mainland's is the bare identifier, and means the sender's own alert if there is one.
 * ?3: the reference, ?4: the sender of who refers. */
#define REFERS_TO(reference) "instr(char(10) || refs || char(10), char(10) || " reference " || char(10)) > 0"
#define HELD_OF(whom) "EXISTS (SELECT 1 FROM k_warning own WHERE own.identifier = ?3 AND own.sender IS " whom " AND own.voided IS NULL)"
#define SHARES_REFERENCE "(" REFERS_TO("?3") " AND (instr(?3, ' ') > 0 OR sender IS ?4))"
#define SAME_FAMILY "(key = ?3 OR (identifier = ?3 AND (sender IS ?4 OR NOT " HELD_OF("?4") ")) OR " SHARES_REFERENCE ")"
/* Refers to the alert of identifier ?3, sender ?4 and key ?5. */
#define MEANS_THIS "(" REFERS_TO("?5") " OR (" REFERS_TO("?3") " AND (sender IS ?4 OR NOT " HELD_OF("k_warning.sender") ")))"

struct found {
  record_id *ids;
  int count;
};

static void found_add(struct found *found, record_id id)
{
  for (int i = 0; i < found->count; i++)
    if (found->ids[i] == id) return;
  found->ids = mem_grow(found->ids, (size_t)found->count + 1, sizeof *found->ids);
  found->ids[found->count++] = id;
}

static bool is_real(const struct values *values)
{
  const char *status = values_text(values, "status");
  return status != NULL && strcmp(status, "actual") == 0;
}

static int find_family(struct desk *desk, const struct values *values, const char *reference, struct found *found, struct err *err)
{
  struct query *query =
    query_open(desk->store, "SELECT id FROM k_warning WHERE state IN ('received', 'in_force') AND voided IS NULL AND sent <= ?1"
                            " AND (status = 'actual') = ?2 AND " SAME_FAMILY);
  int row;

  query_bind_number(query, 1, values_number(values, "sent", 0));
  query_bind_number(query, 2, is_real(values));
  query_bind_text(query, 3, reference);
  query_bind_text(query, 4, values_text(values, "sender"));
  while ((row = query_next(query, err)) == 1) found_add(found, query_number(query, 0));
  query_close(query);
  return row;
}

/* One that refers to nothing means what its issuer said last about the same event. */
static int find_same_event(struct desk *desk, const struct values *values, struct found *found, struct err *err)
{
  const char *issuer = values_text(values, "sender_name"), *event = values_text(values, "event");
  int row;

  if (issuer == NULL || event == NULL) return 0;
  struct query *query =
    query_open(desk->store, "SELECT id FROM k_warning WHERE state IN ('received', 'in_force') AND voided IS NULL AND sent <= ?1"
                            " AND (status = 'actual') = ?2 AND sender_name = ?3 AND event = ?4");
  query_bind_number(query, 1, values_number(values, "sent", 0));
  query_bind_number(query, 2, is_real(values));
  query_bind_text(query, 3, issuer);
  query_bind_text(query, 4, event);
  while ((row = query_next(query, err)) == 1) found_add(found, query_number(query, 0));
  query_close(query);
  return row;
}

/* Calls find_family for each reference, one a line. */
static int find_each(struct desk *desk, const struct values *values, const char *refs, struct found *found, struct err *err)
{
  int status = 0;

  while (status == 0 && *refs != '\0') {
    size_t length = strcspn(refs, "\n");
    char *reference = mem_dup_n(refs, length);
    if (length > 0) status = find_family(desk, values, reference, found, err);
    free(reference);
    refs += length + (refs[length] == '\n');
  }
  return status;
}

static bool lifts(const struct values *values)
{
  const char *type = values_text(values, "type");
  return values_number(values, "lifts", 0) != 0 || (type != NULL && strcmp(type, "cancel") == 0);
}

int warning_supersede(struct desk *desk, struct act *act, const struct values *values, record_id by, struct err *err)
{
  const char *type = values_text(values, "type"), *refs = values_text(values, "refs");
  struct found found = { 0 };
  int count = 0;

  if (!lifts(values) && (type == NULL || strcmp(type, "update") != 0)) return 0;
  int status = refs != NULL ? find_each(desk, values, refs, &found, err) : find_same_event(desk, values, &found, err);
  for (int i = 0; i < found.count && status == 0; i++) {
    if (found.ids[i] == by) continue;
    struct change *change = act_edit(act, &warning_kind, found.ids[i]);
    transition_write(desk, &warning_kind, change, lifts(values) ? "cancelled" : "updated", desk->officer, act_at(act), NULL);
    change_set_number(change, "superseded_by", by);
    count++;
  }
  free(found.ids);
  return status < 0 ? -1 : count;
}

/* --- arriving after what supersedes it ----------------------------------------------------------------------------------------------- */

#define LATER                                                                                                                              \
  "SELECT id, ifnull(lifts, 0) OR type = 'cancel' FROM k_warning WHERE voided IS NULL AND sent > ?1 AND (status = 'actual') = ?2"          \
  " AND (type IN ('update', 'cancel') OR lifts = 1) AND "

static record_id later_with(struct desk *desk, const struct values *values, const char *reference, const char *key, bool *lifted)
{
  struct query *query = query_open(desk->store, key != NULL ? LATER MEANS_THIS " ORDER BY sent DESC LIMIT 1"
                                                            : LATER SHARES_REFERENCE " ORDER BY sent DESC LIMIT 1");
  record_id id = 0;

  query_bind_number(query, 1, values_number(values, "sent", 0));
  query_bind_number(query, 2, is_real(values));
  query_bind_text(query, 3, reference);
  query_bind_text(query, 4, values_text(values, "sender"));
  if (key != NULL) query_bind_text(query, 5, key);
  if (query_next(query, NULL) == 1) {
    id = query_number(query, 0);
    *lifted = query_number(query, 1) != 0;
  }
  query_close(query);
  return id;
}

record_id warning_superseded(struct desk *desk, const struct values *values, bool *lifted)
{
  const char *identifier = values_text(values, "identifier"), *refs = values_text(values, "refs");
  record_id later = identifier != NULL ? later_with(desk, values, identifier, values_text(values, "key"), lifted) : 0;

  for (; later == 0 && refs != NULL && *refs != '\0'; refs += refs[0] == '\n') {
    char *one = mem_dup_n(refs, strcspn(refs, "\n"));
    if (*one != '\0') later = later_with(desk, values, one, NULL, lifted);
    refs += strlen(one);
    free(one);
  }
  return later;
}
