/* Two machines of one station: what one has written is told to the other, without any transport. */
#ifndef TESTS_UNIT_TWO_MACHINES_H
#define TESTS_UNIT_TWO_MACHINES_H

#include "unit/station.h"

#include "store/journal.h"

struct traffic {
  struct operation *list;
  int count;
};

static inline bool keep_operation(void *context, op_id op, const struct operation *operation)
{
  struct traffic *traffic = context;
  (void)op;
  traffic->list = mem_grow(traffic->list, (size_t)traffic->count + 1, sizeof *traffic->list);
  struct operation *copy = &traffic->list[traffic->count++];
  *copy = *operation;
  copy->actor = mem_dup(operation->actor);
  copy->action = mem_dup(operation->action);
  copy->body = mem_dup_n(operation->body, operation->body_length);
  copy->private_part = mem_dup(operation->private_part);
  return true;
}

static inline int by_log(const void *one, const void *other)
{
  const struct operation *a = one, *b = other;
  if (a->log.node != b->log.node) return a->log.node < b->log.node ? -1 : 1;
  if (a->log.lane != b->log.lane) return a->log.lane < b->log.lane ? -1 : 1;
  return a->seq < b->seq ? -1 : a->seq > b->seq;
}

static inline void tell(struct desk *from, struct desk *to)
{
  struct traffic traffic = { 0 };
  struct err err = ERR_INIT;
  DONE(journal_recent(from->store, 0, 0, 0, keep_operation, &traffic, &err));
  qsort(traffic.list, (size_t)traffic.count, sizeof *traffic.list, by_log);
  for (int i = 0; i < traffic.count; i++) {
    DONE(journal_admit(to->store, &traffic.list[i], clock_now(), &err));
    operation_free(&traffic.list[i]);
  }
  free(traffic.list);
}

static inline void set_phone(struct desk *desk, record_id id, const char *phone)
{
  struct record record = { 0 };
  struct err err = ERR_INIT;
  assert_int_equal(record_read(desk->store, &contact_kind, id, &record, &err), 1);
  if (phone != NULL) values_set_text(&record.values, "phone", phone);
  DONE(duty_change(desk, &contact_duty, id, &record.values, &err));
  record_free(&record);
}

#endif
