/* Sorted lists of heads. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/exchange.h"
#include "store/inside.h"

void vector_free(struct vector *vector)
{
  free(vector->list);
  *vector = (struct vector){ 0 };
}

/* Where the log stands, or would stand. */
static int vector_place(const struct vector *vector, const struct log_name *log, bool *found)
{
  int low = 0, high = vector->count;
  while (low < high) {
    int middle = (low + high) / 2;
    if (log_name_compare(&vector->list[middle].name, log) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  *found = low < vector->count && log_name_compare(&vector->list[low].name, log) == 0;
  return low;
}

const struct log_head *vector_find(const struct vector *vector, const struct log_name *log)
{
  bool found;
  int place = vector_place(vector, log, &found);
  return found ? &vector->list[place] : NULL;
}

void vector_put(struct vector *vector, const struct log_head *head)
{
  bool found;
  int place = vector_place(vector, &head->name, &found);
  if (!found) {
    vector->list = mem_grow(vector->list, (size_t)vector->count + 1, sizeof(*vector->list));
    memmove(&vector->list[place + 1], &vector->list[place], (size_t)(vector->count - place) * sizeof(*vector->list));
    vector->count++;
  }
  vector->list[place] = *head;
}

static int compare(const void *one, const void *other)
{
  return log_name_compare(&((const struct log_head *)one)->name, &((const struct log_head *)other)->name);
}

struct reading {
  const struct reach *one, *other;
  struct vector *vector;
};

static int head_take(void *context, const struct log_head *head)
{
  struct reading *reading = context;
  struct vector *vector = reading->vector;
  if (!reach_reads(reading->one, &head->name) || !reach_reads(reading->other, &head->name)) return 0;
  vector->list = mem_grow(vector->list, (size_t)vector->count + 1, sizeof(*vector->list));
  vector->list[vector->count++] = *head;
  return 0;
}

int vector_read(struct store *store, const struct reach *one, const struct reach *other, struct vector *vector, struct err *err)
{
  struct reading reading = { one, other, vector };
  *vector = (struct vector){ 0 };
  int result = journal_heads(store, head_take, &reading, err);
  if (vector->count) qsort(vector->list, (size_t)vector->count, sizeof(*vector->list), compare);
  return result;
}
