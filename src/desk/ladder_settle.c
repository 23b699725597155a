/* ladder_parts.h: two nodes that ran one ladder apart have each reckoned their own deadline and given their own number. Nobody need
 * decide which: what shows stands. Of two states the one that says more stands: somebody who was reached here is not unreached because
 * the other node still waits. What people said differently (who answered, what was promised, a note) waits for a person as everything
 * else does. */
#include <string.h>

#include "base/mem.h"
#include "desk/duties.h"
#include "desk/ladder_parts.h"
#include "store/journal.h"
#include "store/query.h"

struct dispute {
  const struct kind *kind;
  record_id record;
  int field;
  op_id *ops;
  int count;
};

struct disputes {
  struct dispute *list;
  int count;
};

static bool is_ours(const struct kind *kind)
{
  return kind == &call_kind || kind == &relay_kind || kind == &answer_kind || kind == &task_kind;
}

static bool keep(void *context, const struct kind *kind, record_id id, int field, const op_id *ops, int count)
{
  struct disputes *disputes = context;

  if (!is_ours(kind)) return true;
  disputes->list = mem_grow(disputes->list, (size_t)disputes->count + 1, sizeof *disputes->list);
  struct dispute *dispute = &disputes->list[disputes->count++];
  *dispute = (struct dispute){ kind, id, field, mem_zero((size_t)count, sizeof *ops), count };
  memcpy(dispute->ops, ops, (size_t)count * sizeof *ops);
  return true;
}

/* Said by people. */
static bool is_said(const struct dispute *dispute)
{
  static const char *const said[] = { "answered_at", "note", "names", "phone", "evidence", "owner", "voided", "replaced_by" };
  const struct field *field = kind_field(dispute->kind, dispute->field);

  if (dispute->kind == &answer_kind) return false;
  for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
    int index = kind_field_index(dispute->kind, said[i]);
    if (strcmp(field->name, said[i]) == 0 || (index >= 0 && field_same_group(field, kind_field(dispute->kind, index)))) return true;
  }
  return false;
}

/* A checklist line that ticks itself has two times of doing so, and neither was said by anybody. */
static bool is_proven(struct desk *desk, const struct dispute *dispute)
{
  return dispute->kind == &task_kind &&
         query_single(desk->store, "SELECT proof IS NOT NULL FROM k_task WHERE id = ?1", dispute->record, 0) != 0;
}

/* What says more stands: a state that came with the record, then what clock and list bring, then what people did. */
static int weight(const struct dispute *dispute, const char *state, const char *why)
{
  static const char *const brought[] = { "skipped", "escalated", "unanswered", "partly", "done" };

  if (strcmp(state, "waiting") == 0 || strcmp(state, "open") == 0) return why == NULL || dispute->kind == &relay_kind ? 0 : 2;
  for (size_t i = 0; i < sizeof brought / sizeof *brought; i++)
    if (strcmp(brought[i], state) == 0) return 1;
  return 2;
}

struct states {
  const struct dispute *dispute;
  struct values best;
  int weight;  /* of best; -1: none yet */
  bool differ; /* two that weigh the same */
};

static bool compare_state(void *context, const struct history_step *step)
{
  struct states *states = context;
  const struct dispute *dispute = states->dispute;
  bool is_candidate = false;

  for (int i = 0; i < dispute->count; i++) is_candidate |= dispute->ops[i] == step->op;
  const char *state = values_text(step->values, "state");
  if (!is_candidate || !step->sets[values_index(step->values, "state")] || state == NULL) return true;
  int own = weight(dispute, state, values_text(step->values, "state_why"));
  /* What a list says is counted anew in any case. */
  bool same = states->weight == own && (dispute->kind == &relay_kind ? own < 2 : strcmp(values_text(&states->best, "state"), state) == 0);
  if (own == states->weight) states->differ |= !same;
  if (own > states->weight) states->differ = false;
  if (own < states->weight) return true;
  if (states->weight >= 0) values_free(&states->best);
  values_copy(&states->best, step->values);
  states->weight = own;
  return true;
}

/* Sets the field and those that change with it to `values`, having seen all that differ. */
static void settle_with(struct act *act, const struct dispute *dispute, const struct values *values)
{
  struct change *change = act_edit(act, dispute->kind, dispute->record);
  const struct field *field = kind_field(dispute->kind, dispute->field);

  change_settles(change);
  for (int i = 0; i < values->count; i++)
    if (field_same_group(values->fields[i], field)) change_set(change, values->fields[i]->name, &values->list[i]);
}

static bool is_state(const struct dispute *dispute)
{
  int state = kind_field_index(dispute->kind, "state");
  return state >= 0 && field_same_group(kind_field(dispute->kind, dispute->field), kind_field(dispute->kind, state));
}

/* 1: settled (or, without an act, can be), 0: a person has to decide, -1. */
static int settle_state(struct desk *desk, struct act *act, const struct dispute *dispute, struct err *err)
{
  struct states states = { .dispute = dispute, .weight = -1 };
  int status = history_read(desk->store, dispute->kind, dispute->record, compare_state, &states, err);
  bool decides = status == 0 && states.weight >= 0 && !states.differ;

  if (decides && act != NULL) settle_with(act, dispute, &states.best);
  if (states.weight >= 0) values_free(&states.best);
  return status < 0 ? -1 : decides;
}

static int settle(struct desk *desk, struct act *act, const struct dispute *dispute, struct err *err)
{
  struct record record = { 0 };

  if (is_said(dispute) && !is_proven(desk, dispute)) return 0;
  if (is_state(dispute)) return settle_state(desk, act, dispute, err);
  if (lookup_record(desk, dispute->kind, dispute->record, &record, err) < 0) return -1;
  if (act != NULL) settle_with(act, dispute, &record.values);
  record_free(&record);
  return 1;
}

int ladder_settle(struct desk *desk, struct act *act, struct err *err)
{
  struct disputes disputes = { 0 };
  int settled = 0, status = conflict_count(desk->store) > 0 ? conflict_each(desk->store, keep, &disputes, err) : 0;

  for (int i = 0; i < disputes.count; i++) {
    if (status >= 0) status = settle(desk, act, &disputes.list[i], err);
    if (status > 0) settled++;
    free(disputes.list[i].ops);
  }
  free(disputes.list);
  return status < 0 ? -1 : settled;
}
