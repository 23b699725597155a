/* A run of operations of one log, packed by columns: what is alike stands together, so that it packs to little. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "sync/wire.h"

enum { RUN_MOST = 1 << 16, BODY_MOST = 1 << 20, PRIVATE_MOST = 4 << 20 };

struct wire_run {
  struct run_row {
    int64_t at, stamp;
    char *actor, *action, *private_part;
    size_t body_length;
  } * rows;
  int count, size;
  struct buf bodies;
  size_t bytes;
};

struct wire_run *wire_run_open(void)
{
  return mem_zero(1, sizeof(struct wire_run));
}

static void run_empty(struct wire_run *run)
{
  for (int i = 0; i < run->count; i++) {
    free(run->rows[i].actor);
    free(run->rows[i].action);
    free(run->rows[i].private_part);
  }
  run->count = 0;
  run->bytes = 0;
  buf_clear(&run->bodies);
}

void wire_run_close(struct wire_run *run)
{
  if (!run) return;
  run_empty(run);
  free(run->rows);
  buf_free(&run->bodies);
  free(run);
}

void wire_run_add(struct wire_run *run, const struct operation *operation)
{
  if (run->count == run->size) {
    run->size = run->size ? 2 * run->size : 64;
    run->rows = mem_grow(run->rows, (size_t)run->size, sizeof(*run->rows));
  }
  run->rows[run->count++] = (struct run_row){
    operation->at,         operation->stamp, mem_dup(operation->actor), mem_dup(operation->action), mem_dup(operation->private_part),
    operation->body_length
  };
  buf_add(&run->bodies, operation->body, operation->body_length);
  run->bytes += 16 + operation->body_length + (operation->private_part ? strlen(operation->private_part) : 0);
}

size_t wire_run_size(const struct wire_run *run)
{
  return run->bytes;
}

void wire_run_write(struct wire_run *run, struct wire_dictionary *dictionary, struct buf *out)
{
  int64_t at = 0;
  wire_number(out, (uint64_t)run->count);
  for (int i = 0; i < run->count; i++) {
    wire_signed(out, run->rows[i].at - at);
    at = run->rows[i].at;
  }
  for (int i = 0; i < run->count; i++) wire_signed(out, run->rows[i].stamp - run->rows[i].at);
  for (int i = 0; i < run->count; i++) wire_text(dictionary, out, run->rows[i].actor);
  for (int i = 0; i < run->count; i++) wire_text(dictionary, out, run->rows[i].action);
  for (int i = 0; i < run->count; i++) wire_number(out, run->rows[i].body_length);
  buf_add(out, buf_text(&run->bodies), run->bodies.length);
  for (int i = 0; i < run->count; i++) wire_number(out, run->rows[i].private_part ? strlen(run->rows[i].private_part) : 0);
  for (int i = 0; i < run->count; i++) buf_adds(out, run->rows[i].private_part);
  run_empty(run);
}

/* --- reading ----------------------------------------------------------------------------------------------------------------------- */

struct reading {
  struct operation *list;
  size_t *privates;
  int count;
};

static bool columns_read(struct reading *reading, struct wire_reader *reader, struct wire_dictionary *dictionary)
{
  int64_t at = 0;
  for (int i = 0; i < reading->count; i++) {
    int64_t delta = wire_take_signed(reader);
    if (__builtin_add_overflow(at, delta, &at)) return false;
    reading->list[i].at = at;
  }
  for (int i = 0; i < reading->count; i++) {
    int64_t lead = wire_take_signed(reader);
    if (__builtin_add_overflow(reading->list[i].at, lead, &reading->list[i].stamp)) return false;
  }
  for (int i = 0; i < reading->count; i++)
    if (!(reading->list[i].actor = wire_take_text(dictionary, reader))) return false;
  for (int i = 0; i < reading->count; i++)
    if (!(reading->list[i].action = wire_take_text(dictionary, reader))) return false;
  return !reader->bad;
}

static bool bodies_read(struct reading *reading, struct wire_reader *reader)
{
  for (int i = 0; i < reading->count; i++)
    if ((reading->list[i].body_length = wire_take_number(reader)) > BODY_MOST) return false;
  for (int i = 0; i < reading->count; i++) {
    const unsigned char *body = wire_take(reader, reading->list[i].body_length);
    if (!body) return false;
    reading->list[i].body = mem_dup_n((const char *)body, reading->list[i].body_length);
  }
  for (int i = 0; i < reading->count; i++)
    if ((reading->privates[i] = wire_take_number(reader)) > PRIVATE_MOST) return false;
  for (int i = 0; i < reading->count; i++) {
    const unsigned char *text = reading->privates[i] ? wire_take(reader, reading->privates[i]) : NULL;
    if (reading->privates[i] && (!text || memchr(text, 0, reading->privates[i]))) return false;
    if (text) reading->list[i].private_part = mem_dup_n((const char *)text, reading->privates[i]);
  }
  return !reader->bad;
}

int wire_run_read(struct wire_reader *reader, struct wire_dictionary *dictionary, const struct log_name *log, int64_t first,
                  int (*row)(void *context, struct operation *operation, struct err *err), void *context, struct err *err)
{
  uint64_t count = wire_take_number(reader);
  if (reader->bad || count < 1 || count > RUN_MOST || count > (uint64_t)(reader->end - reader->at) || first < 1)
    return err_set(err, _("a run of operations is malformed"));
  struct reading reading = { mem_zero(count, sizeof(struct operation)), mem_zero(count, sizeof(size_t)), (int)count };
  int status = columns_read(&reading, reader, dictionary) && bodies_read(&reading, reader) && reader->at == reader->end
                 ? 0
                 : err_set(err, _("a run of operations is malformed"));
  int done = 0;
  for (; status == 0 && done < reading.count; done++) {
    reading.list[done].log = *log;
    reading.list[done].seq = first + done;
    status = row(context, &reading.list[done], err);
  }
  for (; done < reading.count; done++) operation_free(&reading.list[done]);
  free(reading.list);
  free(reading.privates);
  return status;
}
