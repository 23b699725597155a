#include "desk/duty.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/lookup.h"
#include "desk/session.h"
#include "desk/trust.h"
#include "store/act.h"
#include "store/journal.h"

int duty_start(struct desk *desk, const struct duty *duty, struct values *values)
{
  values_start_kind(values, duty->kind);
  if (duty->defaults) duty->defaults(desk, values);
  return 0;
}

int64_t duty_area(struct desk *desk, const struct duty *duty, const struct values *values)
{
  int64_t own = store_area(desk->store), area = 0;
  if (duty->scope && values_known(values, duty->scope)) {
    const struct field *field = values->fields[values_index(values, duty->scope)];
    if (field->type == FIELD_AREA)
      area = area_from_text(values_text(values, duty->scope), NULL);
    else
      area = record_area(desk->store, values_number(values, duty->scope, 0));
  }
  return area > 0 && area_contains(own, area) ? area : own;
}

enum lane duty_lane(struct desk *desk, const struct duty *duty, const struct values *values)
{
  if (duty->lane) return duty->lane(desk, values);
  enum lane lane = 0;
  while (!(duty->kind->lanes & LANE_BIT(lane))) lane++;
  return lane;
}

static const char *label(const struct field *field)
{
  return i18n_text(field->label);
}

int duty_check(struct desk *desk, const struct duty *duty, const struct record *before, const struct values *values, struct err *err)
{
  for (int i = COMMON_FIELDS; i < values->count; i++)
    if ((values->fields[i]->flags & FIELD_REQUIRED) && !values->list[i].known)
      return err_usage(err, _("%s is missing: fill it in"), label(values->fields[i]));
  return duty->check ? duty->check(desk, before, values, err) : 0;
}

static int refuse_read_only(const struct duty *duty, struct err *err)
{
  return err_set(err, _("%s is not written by hand: use the commands that make it"), i18n_text(duty->kind->label));
}

static int refuse_automatic(const struct field *field, struct err *err)
{
  return err_set(err, _("%s is filled in by the program: leave it out"), label(field));
}

/* An automatic field may come back as the defaults gave it (the clock has moved on since, so instants need not be equal). */
static bool is_standard(const struct field *field, const struct value *value, const struct value *standard)
{
  return !value->known || (standard->known && (field->type == FIELD_TIME || value_equal(field, value, standard)));
}

int duty_prepare_new(struct desk *desk, const struct duty *duty, const struct values *standard, struct values *values, struct err *err)
{
  if (values->list[COMMON_VOIDED].known || values->list[COMMON_REPLACED_BY].known)
    return refuse_automatic(values->fields[COMMON_VOIDED], err);
  for (int i = COMMON_FIELDS; i < values->count; i++) {
    const struct field *field = values->fields[i];
    if (!(field->flags & FIELD_AUTOMATIC)) continue;
    if (!is_standard(field, &values->list[i], &standard->list[i])) return refuse_automatic(field, err);
    if (!values->list[i].known) value_set(field, &values->list[i], &standard->list[i]);
  }
  if (duty->derive) duty->derive(desk, NULL, values);
  return duty_check(desk, duty, NULL, values, err);
}

static int check_unchangeable(const struct record *before, struct values *values, struct err *err)
{
  for (int i = 0; i < values->count; i++) {
    const struct field *field = values->fields[i];
    if (value_equal(field, &values->list[i], &before->values.list[i])) continue;
    if (field->flags & FIELD_AUTOMATIC) return refuse_automatic(field, err);
    if (field->flags & FIELD_KEY) return err_set(err, _("%s names the record and cannot change: make a new one"), label(field));
    if (field->flags & FIELD_ONCE)
      return err_set(err, _("%s stays as it was when the record was made: use its own command, or strike the record and make a new one"),
                     label(field));
  }
  return 0;
}

int duty_prepare_change(struct desk *desk, const struct duty *duty, const struct record *before, struct values *values, struct err *err)
{
  if (record_is_void(before))
    return err_set(err, _("%s \"%s\" was struck: make a new one"), i18n_text(duty->kind->label), record_title(before));
  if (check_unchangeable(before, values, err) < 0) return -1;
  if (duty->derive) duty->derive(desk, before, values);
  return duty_check(desk, duty, before, values, err);
}

struct change *duty_new(struct act *act, struct desk *desk, const struct duty *duty, const struct values *values)
{
  int64_t area = duty_area(desk, duty, values);
  enum lane lane = duty_lane(desk, duty, values);
  bool existing = false;
  struct change *change =
    duty->kind->is_keyed ? act_keyed(act, duty->kind, area, lane, values, &existing) : act_new(act, duty->kind, area, lane);
  if (existing) act_refuse(act, _("There is such a record already (%s): change that one"), i18n_text(duty->kind->label));
  if (!existing) change_set_all(change, values);
  if (values->list[COMMON_NUMBER].known)
    change_use_number(change, values->list[COMMON_NUMBER].text);
  else
    change_number(change);
  return change;
}

static struct act *begin(struct desk *desk, const struct duty *duty, const char *verb, struct err *err)
{
  if (session_may(desk, WHO_ANYONE, err) < 0) return NULL;
  char *action = mem_printf("%s.%s", duty->kind->name, verb);
  struct act *act = act_begin(desk->store, action, desk->officer, err);
  free(action);
  return act;
}

static int add(struct desk *desk, const struct duty *duty, struct values *values, record_id *made, struct err *err)
{
  struct values standard;
  struct act *act = begin(desk, duty, "add", err); /* what the rules read must not change before it is written */
  if (!act) return -1;
  duty_start(desk, duty, &standard);
  int status = duty_prepare_new(desk, duty, &standard, values, err);
  values_free(&standard);
  if (status < 0) {
    act_cancel(act);
    return -1;
  }
  record_id id = change_record(duty_new(act, desk, duty, values));
  if (duty->bring && duty->bring(desk, act, id, values, err) < 0) {
    act_cancel(act);
    return -1;
  }
  status = act_commit(act, err);
  if (made) *made = status == 0 ? id : 0;
  return status;
}

int duty_add(struct desk *desk, const struct duty *duty, const struct values *values, record_id *made, struct err *err)
{
  struct values copy;
  if (made) *made = 0;
  if (duty->read_only) return refuse_read_only(duty, err);
  values_copy(&copy, values);
  int status = add(desk, duty, &copy, made, err);
  values_free(&copy);
  return status;
}

/* The record's own values with the typed ones of the kind over them: number and strikes are not typed. */
static void lay_over(struct values *values, const struct record *before, const struct values *typed)
{
  values_copy(values, &before->values);
  for (int i = COMMON_FIELDS; i < typed->count; i++) value_set(typed->fields[i], &values->list[i], &typed->list[i]);
}

struct disputed {
  record_id record;
  bool *fields; /* by index: the first of each group in conflict */
};

static bool note_conflict(void *context, const struct kind *kind, record_id id, int field, const op_id *ops, int count)
{
  struct disputed *disputed = context;
  (void)kind;
  (void)ops;
  (void)count;
  if (id == disputed->record) disputed->fields[field] = true;
  return true;
}

static bool differs(const struct record *before, const struct values *values, const struct field *than)
{
  for (int i = COMMON_FIELDS; i < values->count; i++)
    if ((!than || values->fields[i] == than || field_same_group(values->fields[i], than)) &&
        !value_equal(values->fields[i], &values->list[i], &before->values.list[i]))
      return true;
  return false;
}

/* Whoever changes a field in conflict has seen its values; whoever saves the record as it stands has chosen what it shows. */
static int settle(struct desk *desk, struct change *change, const struct record *before, const struct values *values, struct err *err)
{
  struct disputed disputed = { before->id, mem_zero((size_t)values->count, sizeof(bool)) };
  bool confirms = !differs(before, values, NULL), settles = confirms;
  int status = conflict_each(desk->store, note_conflict, &disputed, err);
  for (int i = 0; i < values->count; i++) settles |= disputed.fields[i] && differs(before, values, values->fields[i]);
  if (settles) change_settles(change);
  for (int i = COMMON_FIELDS; i < values->count && confirms; i++)
    if (disputed.fields[i]) change_set(change, values->fields[i]->name, &values->list[i]);
  free(disputed.fields);
  return status;
}

static int write_change(struct desk *desk, struct act *act, const struct duty *duty, const struct record *before,
                        const struct values *typed, struct err *err)
{
  struct values values;
  lay_over(&values, before, typed);
  int status = duty_prepare_change(desk, duty, before, &values, err);
  if (status == 0) {
    struct change *change = act_edit(act, duty->kind, before->id);
    change_set_all(change, &values);
    if (before->has_conflict) status = settle(desk, change, before, &values, err);
  }
  values_free(&values);
  return status;
}

int duty_refuse_foreign(struct desk *desk, record_id id, struct err *err)
{
  int64_t own = store_area(desk->store), scope = record_area(desk->store, id);
  char code[13];
  if (scope <= 0 || area_contains(own, scope)) return 0;
  struct trust *trust = trust_read(desk, err);
  if (!trust) return -1;
  bool granted = false;
  const struct reach *reach = &trust_own(trust)->reach;
  for (int i = 0; i < reach->count; i++) granted |= area_contains(reach->areas[i], scope);
  trust_close(trust);
  return granted ? 0
                 : err_set(err, _("This was issued by %s, above us, and is changed there: tell them what should stand in it"),
                           area_text(scope, code));
}

int duty_change(struct desk *desk, const struct duty *duty, record_id id, const struct values *values, struct err *err)
{
  struct record before = { 0 };
  if (duty->read_only) return refuse_read_only(duty, err);
  struct act *act = begin(desk, duty, "change", err);
  if (!act) return -1;
  int status = duty_refuse_foreign(desk, id, err);
  if (status == 0) status = lookup_record(desk, duty->kind, id, &before, err);
  if (status == 0) status = write_change(desk, act, duty, &before, values, err);
  record_free(&before);
  if (status == 0) return act_commit(act, err);
  act_cancel(act);
  return -1;
}

static int check_replacement(struct desk *desk, const struct duty *duty, record_id id, record_id replaced_by, struct err *err)
{
  struct record other = { 0 };
  if (!replaced_by) return 0;
  if (replaced_by == id) return err_set(err, _("A record cannot be replaced by itself: name the one that stands"));
  int status = lookup_record(desk, duty->kind, replaced_by, &other, err);
  if (status == 0 && record_is_void(&other)) status = err_set(err, _("%s was struck as well: name one that stands"), record_title(&other));
  record_free(&other);
  return status;
}

static int check_strike(struct desk *desk, const struct duty *duty, record_id id, record_id replaced_by, struct err *err)
{
  struct record before = { 0 };
  int status = lookup_record(desk, duty->kind, id, &before, err);
  if (status == 0 && record_is_void(&before))
    status = err_set(err, _("%s \"%s\" was struck already"), i18n_text(duty->kind->label), record_title(&before));
  if (status == 0 && duty->may_strike) status = duty->may_strike(desk, &before, err);
  record_free(&before);
  return status == 0 ? check_replacement(desk, duty, id, replaced_by, err) : status;
}

int duty_void(struct desk *desk, const struct duty *duty, record_id id, const char *why, record_id replaced_by, struct err *err)
{
  if (duty->read_only) return refuse_read_only(duty, err);
  if (!why || !*why) return err_usage(err, _("Striking needs a reason: say why"));
  if (session_may(desk, duty->strike, err) < 0) return -1;
  struct act *act = begin(desk, duty, "void", err);
  if (!act) return -1;
  if (duty_refuse_foreign(desk, id, err) < 0 || check_strike(desk, duty, id, replaced_by, err) < 0) {
    act_cancel(act);
    return -1;
  }
  struct change *strike = act_edit(act, duty->kind, id);
  change_set_text(strike, "voided", why);
  if (replaced_by) change_set_number(strike, "replaced_by", replaced_by);
  return act_commit(act, err);
}
