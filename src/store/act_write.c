/* The end of an act: each pending operation becomes a body, goes into the journal and into the tables. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/act_inside.h"

/* --- what an edit has seen ----------------------------------------------------------------------------------------------------------------- */

struct saw {
  op_id *ops;
  int count;
};

static void saw_add(struct saw *saw, op_id op)
{
  for (int index = 0; index < saw->count; index++)
    if (saw->ops[index] == op)
      return;
  saw->ops = mem_grow(saw->ops, (size_t)saw->count + 1, sizeof(*saw->ops));
  saw->ops[saw->count++] = op;
}

/* The operations whose value of the field's group this change replaces: the one shown, or every candidate when it settles a conflict. */
static void saw_field(const struct change *change, int field, struct saw *saw)
{
  const struct fold *fold = &change->fold;
  if (!fold->record.kind)
    return;
  for (int edit = 0; edit < fold->change_count; edit++)
    if (edit == fold->shown[field] || (fold_is_candidate(fold, edit, field) && (change->settles || !fold->in_conflict[field])))
      saw_add(saw, fold->changes[edit].op);
}

/* Fields that belong together are written together. */
static void complete_groups(struct change *change)
{
  for (int field = 0; field < change->values.count; field++)
    for (int other = 0; !change->fresh && change->sets[field] && other < change->values.count; other++)
      if (field_same_group(change->values.fields[field], change->values.fields[other]))
        change->sets[other] = true;
}

static int64_t stamp_of(const struct act *act)
{
  int64_t stamp = act->at;
  for (int index = 0; index < act->pending_count; index++)
    for (int at = 0; at < act->pending[index].count; at++) {
      const struct fold *fold = &act->pending[index].changes[at]->fold;
      for (int edit = 0; edit < fold->change_count; edit++)
        if (fold->changes[edit].stamp >= stamp)
          stamp = fold->changes[edit].stamp + 1;
    }
  return stamp;
}

/* --- the operation's body -------------------------------------------------------------------------------------------------------------------- */

struct body {
  json *list;
  struct private_part *parts;
  int part_count;
};

static json *value_for_body(struct store *store, op_id op, const struct field *field, const struct value *value)
{
  if (!value->known)
    return json_make_null();
  if (field_is_text(field))
    return json_make_text(value->text);
  if (field->type == FIELD_REFERENCE)
    return reference_write(store, op, value->number);
  return json_make_number(value->number);
}

static void part_add(struct body *body, int place, json *set)
{
  struct buf text = BUF_INIT;
  body->parts = mem_grow(body->parts, (size_t)body->part_count + 1, sizeof(*body->parts));
  struct private_part *part = &body->parts[body->part_count++];
  memset(part, 0, sizeof(*part));
  part->place = place;
  crypto_random(part->salt, sizeof(part->salt));
  json_write(set, 0, &text);
  part->set = buf_take(&text, NULL);
  private_digest(part);
}

/* Appends one entry with the fields for which `with` is set. */
static void body_entry(struct body *body, const struct change *change, const bool *with, const struct saw *saw)
{
  struct store *store = change->act->store;
  int place = (int)json_count(body->list);
  json *entry = json_make_object(), *set = json_make_object(), *hidden = json_make_object();
  for (int field = 0; field < change->values.count; field++) {
    const struct field *described = change->values.fields[field];
    if (!with[field] || (change->fresh && !change->values.list[field].known))
      continue;
    json_put(described->flags & FIELD_PERSONAL ? hidden : set, described->name, value_for_body(store, change->op, described, &change->values.list[field]));
  }
  json_put(entry, "kind", json_make_text(change->kind->name));
  json_put(entry, "record", reference_write(store, change->op, change->id));
  if (json_count(set))
    json_put(entry, "set", json_keep(set));
  if (saw->count) {
    json *list = json_make_array();
    for (int index = 0; index < saw->count; index++)
      json_append(list, saw_write(store, change->op, saw->ops[index]));
    json_put(entry, "saw", list);
  }
  if (change->erases)
    json_put(entry, "erase", json_make_bool(true));
  if (json_count(hidden))
    part_add(body, place, hidden);
  json_drop(set);
  json_drop(hidden);
  json_append(body->list, entry);
}

/* An edit of several field groups is one entry, unless naming what one group replaces would silently settle a conflict of another. */
static void body_edit(struct body *body, const struct change *change)
{
  bool split = false, any = change->erases;
  for (int field = 0; field < change->values.count; field++) {
    any |= change->sets[field];
    split |= change->sets[field] && change->fold.record.kind && change->fold.in_conflict[field] && !change->settles;
  }
  if (!any)
    return;
  size_t count = (size_t)change->values.count;
  bool *left = mem_zero(count, sizeof(*left)), *with = mem_zero(count, sizeof(*with));
  memcpy(left, change->sets, count * sizeof(*left));
  for (int field = 0; field < change->values.count || change->erases; field++) {
    struct saw saw = { 0 };
    if (field < change->values.count && !left[field])
      continue;
    for (int other = 0; other < change->values.count; other++) {
      with[other] = left[other] && (!split || field_same_group(change->values.fields[field], change->values.fields[other]));
      if (with[other]) {
        left[other] = false;
        saw_field(change, other, &saw);
      }
    }
    body_entry(body, change, with, &saw);
    free(saw.ops);
    if (!split)
      break;
  }
  free(left);
  free(with);
}

static void body_make(struct pending *pending, struct body *body)
{
  struct saw nothing = { 0 };
  body->list = json_make_array();
  for (int index = 0; index < pending->count; index++) { /* first what is made: its place is its name */
    struct change *change = pending->changes[index];
    bool *all = mem_zero((size_t)change->values.count, sizeof(*all));
    memset(all, 1, (size_t)change->values.count * sizeof(*all));
    if (change->fresh)
      body_entry(body, change, all, &nothing);
    free(all);
  }
  for (int index = 0; index < pending->count; index++)
    if (!pending->changes[index]->fresh) {
      complete_groups(pending->changes[index]);
      body_edit(body, pending->changes[index]);
    }
}

static void body_free(struct body *body)
{
  json_drop(body->list);
  for (int index = 0; index < body->part_count; index++)
    free(body->parts[index].set);
  free(body->parts);
}

/* The private sets by place, as the fold wants them. */
static json *body_private(const struct body *body)
{
  json *sets = body->part_count ? json_make_object() : NULL;
  for (int index = 0; index < body->part_count; index++) {
    char place[16];
    snprintf(place, sizeof(place), "%d", body->parts[index].place);
    json_put(sets, place, json_read(body->parts[index].set, strlen(body->parts[index].set), NULL));
  }
  return sets;
}

static int pending_write(struct act *act, struct pending *pending, int64_t stamp)
{
  struct body body = { 0 };
  struct buf text = BUF_INIT;
  int result = 0;
  body_make(pending, &body);
  json_write(body.list, 0, &text);
  if (json_count(body.list) > PLACE_MAX || text.length > BODY_MAX)
    result = act_refuse(act, _("that is more than one operation can hold (%zu bytes): shorten the text"), text.length);
  else if (json_count(body.list) > 0) { /* edits that change nothing leave no operation */
    result = journal_append(act->store, pending->log, pending->seq, act->at, stamp, act->actor, act->action, &text, body.parts, body.part_count, &act->err);
    json *sets = body_private(&body);
    if (result == 0)
      result = fold_operation(act->store, op_of(pending->log, pending->seq), stamp, body.list, sets, &act->err);
    json_drop(sets);
  }
  buf_free(&text);
  body_free(&body);
  return result;
}

int act_write(struct act *act)
{
  int64_t stamp = stamp_of(act);
  int result = 0;
  for (int index = 0; result == 0 && index < act->pending_count; index++)
    result = act->err.code ? -1 : pending_write(act, &act->pending[index], stamp);
  return result;
}
