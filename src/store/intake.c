/* Taking in logs: what comes is hashed as it comes, and is admitted when the hash at a signed head is the head's. Until then nothing of
 * it shows. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/exchange_inside.h"
#include "store/inside.h"

enum { MEMORY_MOST = 4 << 20, SLICE = 50 }; /* bytes; ms, so that an officer's Enter is never held up for longer */

enum range_state { RANGE_COMING, RANGE_WHOLE, RANGE_BAD, RANGE_DONE };

struct range { /* the operations of one log up to one head */
  struct log_name name;
  struct signed_head head;
  struct log_parent parent; /* seq 0: none */
  enum verdict verdict;
  enum range_state state;
  int64_t staged;                  /* up to here they are admitted or in the table; behind that in memory */
  int64_t top;                     /* the last that came */
  unsigned char hash[CRYPTO_HASH]; /* of that one */
  struct operation *list;
  int count, size;
  size_t bytes;
  bool kept;   /* its head is in the table */
  bool judged; /* it is not what an heir repeats */
  bool singly; /* something of it is refused: the others of it must be able to stay without that */
};

struct intake {
  struct store *store;
  const struct heirs *heirs;
  struct range **ranges; /* in the order of their coming */
  int count;
  size_t bytes; /* in memory */
  bool worked;  /* something was done in the open transaction */
  struct buf trouble;
  struct intake_count counted;
};

struct intake *intake_open(struct store *store, const struct heirs *heirs)
{
  struct intake *intake = mem_zero(1, sizeof(*intake));
  intake->store = store;
  intake->heirs = heirs;
  return intake;
}

static void range_empty(struct intake *intake, struct range *range)
{
  for (int index = 0; index < range->count; index++) operation_free(&range->list[index]);
  free(range->list);
  intake->bytes -= range->bytes;
  range->list = NULL;
  range->count = range->size = 0;
  range->bytes = 0;
}

struct intake_count intake_counted(const struct intake *intake)
{
  return intake->counted;
}

const char *intake_trouble(const struct intake *intake)
{
  return buf_text(&intake->trouble);
}

static void range_trouble(struct intake *intake, struct range *range, const char *why)
{
  if (range->state == RANGE_BAD) return;
  log_name_text(&range->name, &intake->trouble);
  buf_addf(&intake->trouble, ": %s\n", why);
  intake->counted.dropped += range->top > range->staged ? range->top - range->staged : 0;
  range->state = RANGE_BAD;
  range_empty(intake, range);
}

static int64_t held_of(struct store *store, const struct log_name *log, const struct log_parent *parent)
{
  const struct log_row *row = log_find(store, log);
  unsigned char hash[CRYPTO_HASH];
  int64_t held = 0;
  if (row) log_head(store, row->id, &held, hash, NULL);
  return parent && parent->seq > held ? parent->seq : held;
}

int64_t intake_top(struct intake *intake, const struct log_name *log, int64_t *held)
{
  const struct log_row *row = log_find(intake->store, log);
  unsigned char hash[CRYPTO_HASH];
  int64_t staged = 0;
  *held = held_of(intake->store, log, NULL);
  if (row) stage_top(intake->store, row->id, &staged, hash, NULL);
  return staged > *held ? staged : *held;
}

/* --- announcing ----------------------------------------------------------------------------------------------------------------------- */

/* The last range of the log that came before, if it is still being worked on. */
static struct range *range_unfinished(const struct intake *intake, const struct log_name *log)
{
  for (int index = intake->count - 1; index >= 0; index--)
    if (log_name_compare(&intake->ranges[index]->name, log) == 0 && intake->ranges[index]->state != RANGE_DONE)
      return intake->ranges[index];
  return NULL;
}

static struct range *range_add(struct intake *intake, const struct signed_head *head, const struct log_parent *parent, enum verdict verdict)
{
  intake->ranges = mem_grow(intake->ranges, (size_t)intake->count + 1, sizeof(struct range *));
  struct range *range = intake->ranges[intake->count++] = mem_zero(1, sizeof(*range));
  range->name = head->log;
  range->head = *head;
  range->verdict = verdict;
  if (parent) range->parent = *parent;
  return range;
}

/* Where the range goes on from: the range before it, what is staged, what is held. */
static int range_start(struct intake *intake, struct range *range, const struct range *before, int64_t held, struct err *err)
{
  struct store *store = intake->store;
  const struct log_row *row = log_find(store, &range->name);
  int found = row ? stage_top(store, row->id, &range->top, range->hash, err) : 0;
  range->staged = range->top;
  if (found < 0 || (found == 1 && range->top > held && (!before || range->top >= before->head.seq))) return found < 0 ? -1 : 0;
  range->staged = range->top = before ? before->head.seq : held;
  if (before)
    memcpy(range->hash, before->head.hash, CRYPTO_HASH);
  else if (range->parent.seq == held && held > 0)
    memcpy(range->hash, range->parent.hash, CRYPTO_HASH);
  else if (log_hash_at(store, &range->name, held, range->hash, err) < 0)
    return -1;
  return 0;
}

static int head_check_held(struct intake *intake, const struct signed_head *head, bool *forked, struct err *err)
{
  unsigned char hash[CRYPTO_HASH] = { 0 };
  if (log_hash_at(intake->store, &head->log, head->seq, hash, err) < 0) return -1;
  if (memcmp(hash, head->hash, CRYPTO_HASH) == 0) return 0;
  if (forked) *forked = true;
  return err_set(err, _("another operation is held at its place: two databases write under the same name"));
}

static int range_check_staged(struct intake *intake, struct range *range, struct err *err)
{
  unsigned char hash[CRYPTO_HASH] = { 0 };
  if (range->top < range->head.seq) return 0;
  const struct log_row *row = log_find(intake->store, &range->name);
  if (range->top > range->head.seq && (!row || stage_hash(intake->store, row->id, range->head.seq, hash, err) < 0)) return -1;
  range->state = RANGE_WHOLE;
  if (memcmp(range->top > range->head.seq ? hash : range->hash, range->head.hash, CRYPTO_HASH) != 0)
    range_trouble(intake, range, _("what came of it before does not lead to its signed head: all of that is dropped and asked for again"));
  return 0;
}

int intake_head(struct intake *intake, const struct signed_head *head, const struct log_parent *parent, enum verdict verdict, bool *forked,
                struct err *err)
{
  int64_t held = held_of(intake->store, &head->log, parent);
  struct range *before = range_unfinished(intake, &head->log);
  if (head->seq < 1 || head->seq > SEQ_MAX || (parent && (parent->seq < 1 || parent->seq >= head->seq)))
    return err_set(err, _("its head is out of range"));
  if (parent && (parent->log.area != head->log.area || parent->log.lane != head->log.lane))
    return err_set(err, _("its log cannot go on from one of another scope or lane"));
  if (verdict == VERDICT_REFUSE) return err_set(err, _("its origin may not write there"));
  if (before && (before->state == RANGE_BAD || before->state == RANGE_COMING))
    return before->state == RANGE_BAD ? 0 : err_set(err, _("a range was announced before the one before it was complete"));
  if (before && head->seq <= before->head.seq) return 0;
  if (head->seq <= held) {
    if (head_check_held(intake, head, forked, err) != 0) return -1;
    struct range *range = range_add(intake, head, parent, verdict);
    range->state = RANGE_WHOLE;
    range->staged = range->top = head->seq;
    return 0;
  }
  struct range *range = range_add(intake, head, parent, verdict);
  return range_start(intake, range, before, held, err) == 0 ? range_check_staged(intake, range, err) : -1;
}

/* --- what comes ----------------------------------------------------------------------------------------------------------------------- */

static int operation_hash_fill(struct intake *intake, struct range *range, struct operation *operation, struct err *err)
{
  operation->log = range->name;
  memcpy(operation->before, range->hash, CRYPTO_HASH);
  operation->parent = (struct log_name){ 0 };
  operation->parent_seq = 0;
  if (range->parent.seq && operation->seq == range->parent.seq + 1) {
    operation->parent = range->parent.log;
    operation->parent_seq = range->parent.seq;
  }
  if (private_part_digest(operation->private_part, operation->private_digest, err) != 0) return -1;
  operation_hash(intake->store, operation, operation->hash);
  return 0;
}

static int operation_take(struct intake *intake, struct range *range, struct operation *operation, struct err *err)
{
  if (operation_hash_fill(intake, range, operation, err) != 0) return -1;
  if (range->count == range->size) {
    range->size = range->size ? 2 * range->size : 16;
    range->list = mem_grow(range->list, (size_t)range->size, sizeof(*range->list));
  }
  size_t bytes = sizeof(*operation) + operation->body_length + strlen(operation->action) +
                 (operation->private_part ? strlen(operation->private_part) : 0);
  range->list[range->count++] = *operation;
  range->top++;
  range->bytes += bytes;
  intake->bytes += bytes;
  memcpy(range->hash, operation->hash, CRYPTO_HASH);
  *operation = (struct operation){ 0 };
  return 0;
}

/* Two that have it from elsewhere may send it to each other at once, and a bundle's sender does not know how far we are. */
static bool is_here(struct intake *intake, const struct range *range, const struct operation *operation)
{
  int64_t held;
  return operation->seq <= (range ? range->top : intake_top(intake, &operation->log, &held));
}

int intake_operation(struct intake *intake, struct operation *operation, struct err *err)
{
  struct range *range = range_unfinished(intake, &operation->log);
  int result = 0;
  if ((range && range->state == RANGE_BAD) || is_here(intake, range, operation))
    result = 0;
  else if (!range || range->state != RANGE_COMING || operation->seq != range->top + 1)
    result = err_set(err, _("operation %" PRId64 " of a log came unannounced or out of turn"), operation->seq);
  else
    result = operation_take(intake, range, operation, err);
  operation_free(operation);
  if (result != 0 || !range || range->state != RANGE_COMING || range->top < range->head.seq) return result;
  range->state = RANGE_WHOLE;
  if (memcmp(range->hash, range->head.hash, CRYPTO_HASH) != 0)
    range_trouble(intake, range, _("its operations do not lead to the head that its origin signed: they are dropped"));
  return 0;
}

bool intake_is_bad(const struct intake *intake, const struct log_name *log)
{
  const struct range *range = range_unfinished(intake, log);
  return range && range->state == RANGE_BAD;
}

/* --- work: each in the open transaction, until the deadline --------------------------------------------------------------------------- */

/* Is the trouble the database's own, rather than that of what came? */
static bool database_fails(struct store *store)
{
  int code = sqlite3_errcode(sql_handle(store->sql)) & 0xff;
  return code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE && code != SQLITE_CONSTRAINT;
}

static int64_t log_id(struct store *store, const struct log_name *name, struct err *err)
{
  const struct log_row *row = log_make(store, name, err);
  return row ? row->id : -1;
}

static int head_put(struct intake *intake, struct range *range, int64_t log, struct err *err)
{
  if (range->kept) return 0;
  range->kept = true;
  return head_keep(intake->store, log, true, &range->head, err);
}

/* Memory into the table. 1: time is up. */
static int range_flush(struct intake *intake, struct range *range, int64_t deadline, struct err *err)
{
  int64_t log = log_id(intake->store, &range->name, err);
  int done = 0, result = log < 0 ? -1 : head_put(intake, range, log, err);
  int64_t held = held_of(intake->store, &range->name, NULL);
  while (result == 0 && done < range->count && (done == 0 || clock_monotonic() < deadline)) {
    struct operation *operation = &range->list[done++];
    if (operation->seq > held) result = stage_put(intake->store, log, operation, err);
  }
  if (result != 0) return -1;
  bool more = done < range->count;
  for (int index = 0; index < done; index++) {
    range->staged = range->list[index].seq;
    operation_free(&range->list[index]);
  }
  memmove(range->list, range->list + done, (size_t)(range->count - done) * sizeof(*range->list));
  range->count -= done;
  if (!more) range_empty(intake, range);
  return more;
}

static void range_take_out(struct intake *intake, int64_t up_to, struct range *range)
{
  int done = 0;
  while (done < range->count && range->list[done].seq <= up_to) operation_free(&range->list[done++]);
  if (done == 0) return;
  memmove(range->list, range->list + done, (size_t)(range->count - done) * sizeof(*range->list));
  range->count -= done;
  if (range->count == 0) range_empty(intake, range);
}

/* The range is admitted up to its head. */
static int range_finish(struct intake *intake, struct range *range, struct err *err)
{
  struct signed_head known;
  struct store *store = intake->store;
  int64_t log = log_id(store, &range->name, err);
  if (log < 0) return -1;
  int found = head_read(store, &range->name, &known, err), waits;
  if (found < 0 || ((found == 0 || known.seq < range->head.seq) && head_keep(store, log, false, &range->head, err) != 0)) return -1;
  if (stage_drop(store, log, range->head.seq, err) != 0 || (waits = stage_head(store, log, &known, err)) < 0) return -1;
  if (waits == 1 && known.seq <= range->head.seq && stage_head_drop(store, log, err) != 0) return -1;
  range->state = RANGE_DONE;
  return 0;
}

/* Admits one operation of the range. 1: it is not here any more (another session dropped it). */
static int admit_one(struct intake *intake, struct range *range, int64_t seq, int index, bool bare, struct err *err)
{
  struct operation from_table, *operation = &from_table;
  const struct log_row *row = log_find(intake->store, &range->name);
  bool staged = index < 0;
  if (staged) {
    int found = row ? stage_read(intake->store, row->id, seq, &from_table, err) : 0;
    if (found != 1) return found < 0 ? -1 : 1;
  } else
    operation = &range->list[index];
  int result = (bare ? journal_admit_bare : journal_admit)(intake->store, operation, clock_now(), err);
  if (staged) operation_free(&from_table);
  intake->counted.admitted += result == 1;
  return result < 0 ? -1 : 0;
}

static int range_discard(struct intake *intake, struct range *range, struct err *err)
{
  const struct log_row *row = log_find(intake->store, &range->name);
  range->state = RANGE_DONE;
  return row && (stage_drop(intake->store, row->id, SEQ_MAX, err) != 0 || stage_head_drop(intake->store, row->id, err) != 0) ? -1 : 0;
}

/* Where the operation waits: its place in memory, -1: in the table. */
static int place_of(const struct range *range, int64_t seq)
{
  int64_t memory = range->count ? range->list[0].seq : INT64_MAX;
  return seq >= memory && seq - memory < range->count ? (int)(seq - memory) : -1;
}

/* From the last one on: of nearly all ranges that is not repeated. */
static bool range_is_repeated(struct intake *intake, const struct range *range, int64_t held)
{
  const struct log_row *row = log_find(intake->store, &range->name);
  bool repeated = intake->heirs && held < range->head.seq;
  for (int64_t seq = range->head.seq; repeated && seq > held; seq--) {
    struct operation from_table = { 0 };
    int place = place_of(range, seq);
    if (place < 0 && (!row || stage_read(intake->store, row->id, seq, &from_table, NULL) != 1)) return false;
    repeated = heir_repeats(intake->store, intake->heirs, place < 0 ? &from_table : &range->list[place]);
    operation_free(&from_table);
  }
  return repeated;
}

/* From *seq on as far as the time goes; *seq is then the next. 1: it is not here any more. */
static int range_run(struct intake *intake, struct range *range, int64_t *seq, int64_t deadline, bool *first, bool bare, struct err *err)
{
  int result = 0;
  for (; result == 0 && *seq <= range->head.seq; ++*seq) {
    if (!*first && clock_monotonic() >= deadline) break;
    *first = false;
    result = admit_one(intake, range, *seq, place_of(range, *seq), bare, err);
  }
  return result;
}

/* One was refused after others, which stand in the same transaction and nowhere else: all anew, singly. */
static int range_again(struct intake *intake, struct range *range, int64_t admitted, struct err *err)
{
  journal_drop(intake->store);
  intake->counted.admitted = admitted;
  range->singly = true;
  return journal_begin(intake->store, err) == 0 ? 1 : -1;
}

static int range_admit(struct intake *intake, struct range *range, int64_t deadline, bool *first, struct err *err)
{
  int64_t held = held_of(intake->store, &range->name, range->parent.seq ? &range->parent : NULL), seq = held + 1;
  int64_t admitted = intake->counted.admitted;
  bool bare = !intake->worked && !range->singly;
  if (!range->judged && range_is_repeated(intake, range, held)) {
    range_empty(intake, range);
    return range_discard(intake, range, err);
  }
  range->judged = true;
  int result = range_run(intake, range, &seq, deadline, first, bare, err);
  if (result < 0 && bare) return range_again(intake, range, admitted, err);
  if (result == 1)
    range_trouble(intake, range, _("what had come of it is not here any more; it is asked for again"));
  else if (result < 0 && database_fails(intake->store))
    return -1;
  else if (result < 0)
    range_trouble(intake, range, err->text);
  if (result != 0) return 0;
  range_take_out(intake, seq - 1, range);
  return seq > range->head.seq ? range_finish(intake, range, err) : 1;
}

static bool range_waits(const struct intake *intake, const struct range *range)
{
  return range->state == RANGE_BAD || (range->state == RANGE_WHOLE && range->verdict == VERDICT_ADMIT) ||
         (range->state == RANGE_WHOLE && !(range->kept && range->count == 0)) || (range->count && intake->bytes > MEMORY_MOST);
}

static int range_step(struct intake *intake, struct range *range, int64_t deadline, bool *first, struct err *err)
{
  if (range->state == RANGE_BAD) return range_discard(intake, range, err);
  if (range->count && intake->bytes > MEMORY_MOST) return range_flush(intake, range, deadline, err);
  if (range->verdict == VERDICT_ADMIT) return range_admit(intake, range, deadline, first, err);
  int64_t before = range->count;
  int result = range_flush(intake, range, deadline, err);
  intake->counted.staged += before - range->count;
  return result;
}

static void ranges_forget(struct intake *intake)
{
  int kept = 0;
  for (int index = 0; index < intake->count; index++) {
    struct range *range = intake->ranges[index];
    if (range->state == RANGE_DONE) {
      range_empty(intake, range);
      free(range);
    } else
      intake->ranges[kept++] = range;
  }
  intake->count = kept;
}

/* All ranges, or as far as the time goes. */
static int work_inside(struct intake *intake, int64_t deadline, struct err *err)
{
  bool first = true;
  int result = 0;
  for (int index = 0; result == 0 && index < intake->count; index++)
    while (result == 0 && range_waits(intake, intake->ranges[index])) {
      result = clock_monotonic() < deadline || first ? range_step(intake, intake->ranges[index], deadline, &first, err) : 1;
      intake->worked = true;
    }
  return result;
}

int intake_work(struct intake *intake, struct err *err)
{
  bool any = false;
  struct err own = ERR_INIT;
  for (int index = 0; index < intake->count; index++) any |= range_waits(intake, intake->ranges[index]);
  if (!any) return 0;
  if (!err) err = &own;
  if (journal_begin(intake->store, err) != 0) return -1;
  intake->worked = false;
  int result = work_inside(intake, clock_monotonic() + SLICE, err);
  if (result < 0)
    journal_drop(intake->store);
  else if (journal_end(intake->store, err) != 0)
    result = -1;
  ranges_forget(intake);
  return result < 0 ? -1 : result;
}

/* --- later ---------------------------------------------------------------------------------------------------------------------------- */

static int resume_log(struct intake *intake, int64_t log, enum verdict (*verdict)(void *context, const struct log_name *log, int64_t seq),
                      void *context, struct err *err)
{
  struct signed_head head;
  struct operation first;
  struct log_parent parent = { 0 };
  int found = stage_head(intake->store, log, &head, err);
  if (found != 1 || range_unfinished(intake, &head.log)) return found < 0 ? -1 : 0;
  int64_t held, top = intake_top(intake, &head.log, &held);
  if (stage_first(intake->store, log, held, &first, err) == 1) { /* of a child it is the one behind the parent's part */
    if (first.parent.node) parent = (struct log_parent){ .log = first.parent, .seq = first.parent_seq };
    memcpy(parent.hash, first.before, CRYPTO_HASH);
    operation_free(&first);
  }
  enum verdict says = verdict(context, &head.log, head.seq);
  if (says == VERDICT_STAGE || (says == VERDICT_ADMIT && top < head.seq)) return 0;
  struct range *range = range_add(intake, &head, parent.seq ? &parent : NULL, says);
  range->kept = true;
  range->staged = range->top = top;
  range->state = RANGE_WHOLE;
  if (says == VERDICT_REFUSE)
    range_trouble(intake, range, _("its origin may not write there: what had come is dropped"));
  else if (top > held && stage_hash(intake->store, log, top, range->hash, err) == 1)
    return range_check_staged(intake, range, err);
  return 0;
}

/* Ranges of this exchange whose origin was unknown when they were announced. */
static void ranges_judge(struct intake *intake, enum verdict (*verdict)(void *context, const struct log_name *log, int64_t seq),
                         void *context)
{
  for (int index = 0; index < intake->count; index++) {
    struct range *range = intake->ranges[index];
    if (range->verdict != VERDICT_STAGE || range->state == RANGE_BAD) continue;
    range->verdict = verdict(context, &range->name, range->head.seq);
    if (range->verdict == VERDICT_REFUSE) range_trouble(intake, range, _("its origin may not write there: what had come is dropped"));
  }
}

int intake_resume(struct intake *intake, enum verdict (*verdict)(void *context, const struct log_name *log, int64_t seq), void *context,
                  struct err *err)
{
  int64_t *logs;
  ranges_judge(intake, verdict, context);
  int count = stage_logs(intake->store, &logs, err), result = count < 0 ? -1 : 0;
  for (int index = 0; result == 0 && index < count; index++) result = resume_log(intake, logs[index], verdict, context, err);
  free(logs);
  return result;
}

int64_t staged_count(struct store *store)
{
  return query_single(store, "SELECT count(*) FROM staged", 0, 0);
}

void intake_close(struct intake *intake)
{
  if (!intake) return;
  bool any = false;
  for (int index = 0; index < intake->count; index++) any |= intake->ranges[index]->count > 0;
  if (any && journal_begin(intake->store, NULL) == 0) {
    int result = 0;
    for (int index = 0; result >= 0 && index < intake->count; index++)
      while (intake->ranges[index]->count && (result = range_flush(intake, intake->ranges[index], INT64_MAX, NULL)) > 0)
        ;
    if (result < 0)
      journal_drop(intake->store);
    else
      journal_end(intake->store, NULL);
  }
  for (int index = 0; index < intake->count; index++) {
    range_empty(intake, intake->ranges[index]);
    free(intake->ranges[index]);
  }
  free(intake->ranges);
  buf_free(&intake->trouble);
  free(intake);
}
