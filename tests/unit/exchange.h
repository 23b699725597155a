/* Two databases exchange their journals through the store's own interface, as two stations do by whatever transport. */
#ifndef TESTS_UNIT_EXCHANGE_H
#define TESTS_UNIT_EXCHANGE_H

#include "unit/duty_station.h"

#include "store/journal.h"

struct exchange_traffic {
  struct operation *list;
  int count;
};

static inline bool exchange_keep(void *context, op_id op, const struct operation *operation)
{
  struct exchange_traffic *traffic = context;
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

static inline int exchange_by_log(const void *one, const void *other)
{
  const struct operation *a = one, *b = other;
  if (a->log.node != b->log.node) return a->log.node < b->log.node ? -1 : 1;
  if (a->log.area != b->log.area) return a->log.area < b->log.area ? -1 : 1;
  if (a->log.lane != b->log.lane) return a->log.lane < b->log.lane ? -1 : 1;
  return a->seq < b->seq ? -1 : a->seq > b->seq;
}

/* Does a station of `reader` read the log? Its own scope all, of those below what goes up, of those above what goes down. */
static inline bool exchange_reads(int64_t reader, const struct log_name *log)
{
  bool up = log->lane == LANE_UP || log->lane == LANE_UP_URGENT, down = log->lane == LANE_DOWN || log->lane == LANE_DOWN_URGENT;
  if (log->area == reader) return true;
  return (up && area_contains(reader, log->area)) || (down && area_contains(log->area, reader));
}

/* What `from` holds and `to` may read, is there afterwards. */
static inline void exchange_send(struct station *from, struct station *to)
{
  struct exchange_traffic traffic = { 0 };
  struct err err = ERR_INIT;
  DONE(journal_recent(from->desk.store, 0, 0, 0, exchange_keep, &traffic, &err));
  qsort(traffic.list, (size_t)traffic.count, sizeof *traffic.list, exchange_by_log);
  for (int i = 0; i < traffic.count; i++) {
    struct operation *operation = &traffic.list[i];
    bool wanted = exchange_reads(store_area(to->desk.store), &operation->log) && operation->log.node != store_node(to->desk.store);
    if (wanted) DONE(journal_admit(to->desk.store, operation, clock_now(), &err));
    free(operation->actor);
    free(operation->action);
    free(operation->body);
    free(operation->private_part);
  }
  free(traffic.list);
}

static inline void exchange_both(struct station *one, struct station *other)
{
  exchange_send(one, other);
  exchange_send(other, one);
}

#endif
