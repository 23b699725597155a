/* ladder_parts.h: two nodes that ran one ladder apart have each reckoned their own deadline and given their own number. Nobody need decide which: what
 * shows stands. What people said differently (who answered, what was promised, a note) waits for a person as everything else does. */
#include <string.h>

#include "base/mem.h"
#include "desk/duties.h"
#include "desk/ladder_parts.h"
#include "store/journal.h"

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
  return kind == &call_kind || kind == &relay_kind || kind == &answer_kind;
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
  static const char *const said[] = { "answered_at", "note", "names", "phone", "voided", "replaced_by" };
  const struct field *field = kind_field(dispute->kind, dispute->field);

  if (dispute->kind == &answer_kind) return false;
  for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
    int index = kind_field_index(dispute->kind, said[i]);
    if (strcmp(field->name, said[i]) == 0 || (index >= 0 && field_same_group(field, kind_field(dispute->kind, index)))) return true;
  }
  return false;
}

struct states {
  const struct dispute *dispute;
  char *first;
  bool differ;
};

static bool compare_state(void *context, const struct history_step *step)
{
  struct states *states = context;
  bool is_candidate = false;

  for (int i = 0; i < states->dispute->count; i++) is_candidate |= states->dispute->ops[i] == step->op;
  const char *state = values_text(step->values, "state");
  if (!is_candidate || !step->sets[values_index(step->values, "state")] || state == NULL) return true;
  if (states->first == NULL) states->first = mem_dup(state);
  states->differ |= strcmp(states->first, state) != 0;
  return true;
}

/* A state that both reached, each at its own moment, is no question; two states are. */
static int same_state(struct desk *desk, const struct dispute *dispute, bool *same, struct err *err)
{
  int state = kind_field_index(dispute->kind, "state");

  *same = true;
  if (state < 0 || !field_same_group(kind_field(dispute->kind, dispute->field), kind_field(dispute->kind, state))) return 0;
  struct states states = { .dispute = dispute };
  int status = history_read(desk->store, dispute->kind, dispute->record, compare_state, &states, err);
  *same = !states.differ;
  free(states.first);
  return status;
}

static int settle(struct desk *desk, struct act *act, const struct dispute *dispute, struct err *err)
{
  struct record record = { 0 };
  const struct field *field = kind_field(dispute->kind, dispute->field);

  if (lookup_record(desk, dispute->kind, dispute->record, &record, err) < 0) return -1;
  struct change *change = act_edit(act, dispute->kind, dispute->record);
  change_settles(change);
  for (int i = 0; i < record.values.count; i++)
    if (i == dispute->field || field_same_group(record.values.fields[i], field))
      change_set(change, record.values.fields[i]->name, &record.values.list[i]);
  record_free(&record);
  return 0;
}

int ladder_settle(struct desk *desk, struct act *act, struct err *err)
{
  struct disputes disputes = { 0 };
  int settled = 0, status = conflict_count(desk->store) > 0 ? conflict_each(desk->store, keep, &disputes, err) : 0;

  for (int i = 0; i < disputes.count; i++) {
    bool same = false;
    if (status == 0 && !is_said(&disputes.list[i])) status = same_state(desk, &disputes.list[i], &same, err);
    if (status == 0 && same && act != NULL) status = settle(desk, act, &disputes.list[i], err);
    settled += status == 0 && same;
    free(disputes.list[i].ops);
  }
  free(disputes.list);
  return status < 0 ? -1 : settled;
}
