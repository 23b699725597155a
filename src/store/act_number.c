/* Short numbers: LETTER-YY-Nnnn, N the node's letter. The counter is read once in an act and written back at its end. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/act_inside.h"

static int this_year(const struct act *act)
{
  time_t seconds = (time_t)(act->at / CLOCK_SECOND);
  struct tm local;
  localtime_r(&seconds, &local);
  return local.tm_year % 100;
}

struct counter {
  const struct kind *kind;
  int64_t next;
};

static struct counter *counter_of(struct act *act, const struct kind *kind)
{
  for (int index = 0; index < act->counter_count; index++)
    if (act->counters[index].kind == kind) return &act->counters[index];
  struct query *query = sql_query(act->store->sql, "SELECT next FROM number WHERE kind = ? AND year = ? AND node = ?");
  query_bind_text(query, 1, kind->name);
  query_bind_number(query, 2, this_year(act));
  query_bind_number(query, 3, act->store->letter);
  int64_t next = query_next(query, &act->err) == 1 ? query_number(query, 0) : 1;
  query_close(query);
  act->counters = mem_grow(act->counters, (size_t)act->counter_count + 1, sizeof(*act->counters));
  act->counters[act->counter_count] = (struct counter){ kind, next };
  return &act->counters[act->counter_count++];
}

/* The first of `count` numbers. */
static int64_t numbers_take(struct act *act, const struct kind *kind, int count)
{
  struct counter *counter = counter_of(act, kind);
  counter->next += count;
  return counter->next - count;
}

int act_write_numbers(struct act *act)
{
  for (int index = 0; index < act->counter_count; index++) {
    struct query *query = sql_query(act->store->sql, "INSERT OR REPLACE INTO number(kind, year, node, next) VALUES(?, ?, ?, ?)");
    query_bind_text(query, 1, act->counters[index].kind->name);
    query_bind_number(query, 2, this_year(act));
    query_bind_number(query, 3, act->store->letter);
    query_bind_number(query, 4, act->counters[index].next);
    if (query_do(query, &act->err) != 0) return -1;
  }
  return 0;
}

void act_free_numbers(struct act *act)
{
  free(act->counters);
}

static char *number_text(const struct act *act, const struct kind *kind, int64_t number)
{
  return mem_printf("%s-%02d-%c%03" PRId64, kind->letter, this_year(act), act->store->letter, number);
}

void change_number(struct change *change)
{
  if (!change->kind->letter || change->values.list[COMMON_NUMBER].known) return;
  int64_t number = numbers_take(change->act, change->kind, 1);
  char *text = number_text(change->act, change->kind, number);
  change_set_text(change, "no", text);
  free(text);
}

void change_use_number(struct change *change, const char *number)
{
  struct query *query =
    sql_query(change->act->store->sql, "UPDATE reserved SET used = 1 WHERE no = ? AND kind = ? AND used = 0 RETURNING no");
  query_bind_text(query, 1, number);
  query_bind_text(query, 2, change->kind->name);
  int found = query_next(query, &change->act->err);
  query_close(query);
  if (found == 0)
    act_refuse(change->act, _("%s is not a number reserved on a blank form here, or it is used already"), number);
  else
    change_set_text(change, "no", number);
}

int act_reserve_numbers(struct act *act, const struct kind *kind, int count, char **first)
{
  *first = NULL;
  if (!kind->letter) return act_refuse(act, _("%s has no numbers to reserve"), i18n_text(kind->label));
  int64_t number = numbers_take(act, kind, count);
  for (int index = 0; index < count; index++) {
    char *text = number_text(act, kind, number + index);
    struct query *query = sql_query(act->store->sql, "INSERT INTO reserved(no, kind, used) VALUES(?, ?, 0)");
    query_bind_text(query, 1, text);
    query_bind_text(query, 2, kind->name);
    query_do(query, &act->err);
    if (!*first) *first = mem_dup(text);
    free(text);
  }
  return act->err.code ? -1 : 0;
}
