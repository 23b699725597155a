/* The end of an act: each pending operation becomes a body, goes into the journal and into the tables. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/act_inside.h"

/* --- what an edit has seen ------------------------------------------------------------------------------------------------------------ */

struct saw {
  op_id *ops;
  int count;
};

static void saw_add(struct saw *saw, op_id op)
{
  for (int index = 0; index < saw->count; index++)
    if (saw->ops[index] == op) return;
  saw->ops = mem_grow(saw->ops, (size_t)saw->count + 1, sizeof(*saw->ops));
  saw->ops[saw->count++] = op;
}

/* The operations whose value of the field's group this change replaces: the one shown, or every candidate when it settles a conflict. */
static void saw_field(const struct change *change, int field, struct saw *saw)
{
  const struct fold *fold = &change->fold;
  if (!fold->record.kind) return;
  for (int edit = 0; edit < fold->change_count; edit++)
    if (edit == fold->shown[field] || (fold_is_candidate(fold, edit, field) && (change->settles || !fold->in_conflict[field])))
      saw_add(saw, fold->changes[edit].op);
}

/* Fields that belong together are written together. */
static void complete_groups(struct change *change)
{
  for (int field = 0; field < change->values.count; field++)
    for (int other = 0; !change->fresh && change->sets[field] && other < change->values.count; other++)
      if (field_same_group(change->values.fields[field], change->values.fields[other])) change->sets[other] = true;
}

static int64_t stamp_of(const struct act *act)
{
  int64_t stamp = act->at;
  for (int index = 0; index < act->pending_count; index++)
    for (int at = 0; at < act->pending[index].count; at++) {
      const struct fold *fold = &act->pending[index].changes[at]->fold;
      for (int edit = 0; edit < fold->change_count; edit++)
        if (fold->changes[edit].stamp >= stamp) stamp = fold->changes[edit].stamp + 1;
    }
  return stamp;
}

/* --- the operation's body ------------------------------------------------------------------------------------------------------------- */

struct body {
  struct buf text;
  const struct change **entries; /* by place */
  int count;
  struct private_part *parts;
  int part_count;
};

static void value_add(struct store *store, op_id op, const struct field *field, const struct value *value, struct buf *out)
{
  if (!value->known)
    buf_adds(out, "null");
  else if (field_is_text(field))
    json_add_text(value->text, out);
  else if (field->type == FIELD_REFERENCE)
    reference_write(store, op, value->number, out);
  else
    json_add_number(value->number, out);
}

/* Behind `prefix`, one object of the personal or of the other fields for which `with` is set; nothing if there are none. */
static void set_add(const struct change *change, const bool *with, bool personal, const char *prefix, struct buf *out)
{
  bool any = false;
  for (int field = 0; field < change->values.count; field++) {
    const struct field *described = change->values.fields[field];
    if (!with[field] || (change->fresh && !change->values.list[field].known) || !(described->flags & FIELD_PERSONAL) == personal) continue;
    buf_adds(out, any ? "," : prefix);
    json_add_text(described->name, out);
    buf_addc(out, ':');
    value_add(change->act->store, change->op, described, &change->values.list[field], out);
    any = true;
  }
  if (any) buf_addc(out, '}');
}

/* Takes `set` over. */
static void part_add(struct body *body, int place, struct buf *set)
{
  body->parts = mem_grow(body->parts, (size_t)body->part_count + 1, sizeof(*body->parts));
  struct private_part *part = &body->parts[body->part_count++];
  memset(part, 0, sizeof(*part));
  part->place = place;
  crypto_random(part->salt, sizeof(part->salt));
  part->set = buf_take(set, NULL);
  private_digest(part);
}

static void saws_add(const struct change *change, const struct saw *saw, struct buf *out)
{
  for (int index = 0; index < saw->count; index++) {
    buf_adds(out, index ? "," : ",\"saw\":[");
    saw_write(change->act->store, change->op, saw->ops[index], out);
  }
  if (saw->count) buf_addc(out, ']');
}

/* Appends one entry with the fields for which `with` is set. Written straight as text, since a large import has a hundred thousand of
 * them. */
static void body_entry(struct body *body, const struct change *change, const bool *with, const struct saw *saw)
{
  struct buf *out = &body->text, hidden = BUF_INIT;
  buf_adds(out, body->count ? ",{\"kind\":" : "{\"kind\":");
  json_add_text(change->kind->name, out);
  buf_adds(out, ",\"record\":");
  reference_write(change->act->store, change->op, change->id, out);
  set_add(change, with, false, ",\"set\":{", out);
  saws_add(change, saw, out);
  if (change->erases) buf_adds(out, ",\"erase\":true");
  buf_addc(out, '}');
  set_add(change, with, true, "{", &hidden);
  if (hidden.length) part_add(body, body->count, &hidden);
  buf_free(&hidden);
  body->entries = mem_grow(body->entries, (size_t)body->count + 1, sizeof(struct change *));
  body->entries[body->count++] = change;
}

/* An edit of several field groups is one entry, unless naming what one group replaces would silently settle a conflict of another. */
static void body_edit(struct body *body, const struct change *change)
{
  bool split = false, any = change->erases;
  for (int field = 0; field < change->values.count; field++) {
    any |= change->sets[field];
    split |= change->sets[field] && change->fold.record.kind && change->fold.in_conflict[field] && !change->settles;
  }
  if (!any) return;
  size_t count = (size_t)change->values.count;
  bool *left = mem_zero(count, sizeof(*left)), *with = mem_zero(count, sizeof(*with));
  memcpy(left, change->sets, count * sizeof(*left));
  for (int field = 0; field < change->values.count || change->erases; field++) {
    struct saw saw = { 0 };
    if (field < change->values.count && !left[field]) continue;
    for (int other = 0; other < change->values.count; other++) {
      with[other] = left[other] && (!split || field_same_group(change->values.fields[field], change->values.fields[other]));
      if (with[other]) {
        left[other] = false;
        saw_field(change, other, &saw);
      }
    }
    body_entry(body, change, with, &saw);
    free(saw.ops);
    if (!split) break;
  }
  free(left);
  free(with);
}

static void body_make(struct pending *pending, struct body *body)
{
  struct saw nothing = { 0 };
  buf_addc(&body->text, '[');
  for (int index = 0; index < pending->count; index++) { /* first what is made: its place is its name */
    struct change *change = pending->changes[index];
    bool *all = mem_zero((size_t)change->values.count, sizeof(*all));
    memset(all, 1, (size_t)change->values.count * sizeof(*all));
    if (change->fresh) body_entry(body, change, all, &nothing);
    free(all);
  }
  for (int index = 0; index < pending->count; index++)
    if (!pending->changes[index]->fresh) {
      complete_groups(pending->changes[index]);
      body_edit(body, pending->changes[index]);
    }
  buf_addc(&body->text, ']');
}

static void body_free(struct body *body)
{
  buf_free(&body->text);
  free(body->entries);
  for (int index = 0; index < body->part_count; index++) free(body->parts[index].set);
  free(body->parts);
}

static int body_write(struct act *act, const struct pending *pending, struct body *body, int64_t stamp)
{
  op_id op = op_of(pending->log, pending->seq);
  int result = journal_append(act->store, pending->log, pending->seq, act->at, stamp, act->actor, act->action, &body->text, body->parts,
                              body->part_count, &act->err);
  for (int place = 0; result == 0 && place < body->count; place++) {
    const struct change *change = body->entries[place];
    const struct record own = { .kind = change->kind, .id = change->id, .values = change->values };
    result = fold_own_change(act->store, op, place, &own, change->erases, &act->err);
  }
  return result;
}

/* At most, written out as JSON text within JSON text. */
static size_t private_length(const struct body *body)
{
  enum { AROUND = 256 };
  size_t length = 0;
  for (int index = 0; index < body->part_count; index++) length += 2 * strlen(body->parts[index].set) + AROUND;
  return length;
}

static int pending_write(struct act *act, struct pending *pending, int64_t stamp)
{
  struct body body = { .text = BUF_INIT };
  int result = 0;
  body_make(pending, &body);
  size_t length = body.text.length + private_length(&body);
  if (body.count > PLACE_MAX || body.text.length > BODY_MAX || length - body.text.length > PRIVATE_MAX)
    result = act_refuse(act, _("that is more than one operation can hold (%zu bytes): shorten the text"), length);
  else if (body.count > 0) /* edits that change nothing leave no operation */
    result = body_write(act, pending, &body, stamp);
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
