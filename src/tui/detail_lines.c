#include "tui/detail_lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/conflict.h"
#include "desk/lookup.h"
#include "desk/stations.h"
#include "store/exchange.h"
#include "store/journal.h"
#include "sync/hub.h"

enum { RELATED_MOST = 30, LABEL_SHARE = 3 };

static struct detail_line *add(struct detail_lines *lines, enum detail_sort sort, char *label, char *text)
{
  lines->list = mem_grow(lines->list, (size_t)lines->count + 1, sizeof *lines->list);
  lines->list[lines->count] = (struct detail_line){ .sort = sort, .label = label, .text = text };
  return &lines->list[lines->count++];
}

void detail_lines_free(struct detail_lines *lines)
{
  for (int i = 0; i < lines->count; i++) {
    free(lines->list[i].label);
    free(lines->list[i].text);
  }
  free(lines->list);
  *lines = (struct detail_lines){ 0 };
}

/* --- how far it has come -------------------------------------------------------------------------------------------------- */

/* The last operation of each log in the record's history: a receipt covers a log from its beginning. */
struct written {
  struct {
    struct log_name log;
    op_id op;
  } * lasts;
  int count;
};

static bool take_written(void *context, const struct history_step *step)
{
  struct written *written = context;
  int i = 0;

  while (i < written->count && log_name_compare(&written->lasts[i].log, &step->operation->log) != 0) i++;
  if (i == written->count) {
    written->lasts = mem_grow(written->lasts, (size_t)++written->count, sizeof *written->lasts);
    written->lasts[i].log = step->operation->log;
    written->lasts[i].op = 0;
  }
  if (step->op > written->lasts[i].op) written->lasts[i].op = step->op;
  return true;
}

/* What the receipts say of all that was written in it: a superior's own change is there and says nothing of ours before it. */
struct passage {
  bool any, waits, waits_at_hub; /* any: something is with the superior; waits_at_hub: all that waits is there */
  int held, all;                 /* stations below that have it, of those that should */
};

static void read_passage(struct shell *shell, const struct record *record, struct passage *passage)
{
  struct written written = { 0 };

  *passage = (struct passage){ .waits_at_hub = true };
  history_read(shell->desk.store, record->kind, record->id, take_written, &written, NULL);
  for (int i = 0; i < written.count; i++) {
    op_id op = written.lasts[i].op;
    int delivered = delivery_of(shell->desk.store, op), all, held = station_holders(&shell->desk, op, 0, &all);
    passage->any |= delivered == 1;
    passage->waits |= delivered == 0;
    if (delivered == 0) passage->waits_at_hub &= hub_holds(&shell->desk, op);
    if (i == 0 || held < passage->held) passage->held = held;
    passage->all = all;
  }
  free(written.lasts);
}

static char *passage_text(const struct passage *passage)
{
  struct buf text = BUF_INIT;

  if (passage->waits)
    buf_adds(&text,
             passage->waits_at_hub ? _("at the hub, not yet with the superior") : _("on the way to the superior")); /* L10N: 待送达上级 */
  else if (passage->any)
    buf_adds(&text, _("delivered to the superior")); /* L10N: 已送达上级 */
  else if (passage->all == 0)
    buf_adds(&text, _("goes to no superior")); /* L10N: 不上报 */
  if (passage->all > 0 && text.length > 0) buf_adds(&text, " · ");
  if (passage->all > 0) buf_addf(&text, _("with %d of %d stations below"), passage->held, passage->all); /* L10N: 下级已收 */
  return buf_take(&text, NULL);
}

/* --- fields --------------------------------------------------------------------------------------------------------------- */

struct making {
  struct detail_lines *lines;
  struct shell *shell;
  const struct record *record;
  const struct field *field;
  char *label;
  int columns;
  struct passage passage;
};

static bool add_field_line(const char *bytes, size_t length, void *context)
{
  struct making *making = context;
  struct detail_line *line = add(making->lines, DETAIL_FIELD, making->label, mem_dup_n(bytes, length));

  line->field = making->field;
  making->label = NULL;
  return true;
}

static char *label_of(const struct field *field)
{
  return field->unit != NULL ? mem_printf("%s (%s)", _(field->label), _(field->unit)) : mem_dup(_(field->label));
}

/* What a reference leads to; the kind of an open one ("*") has to be found. */
static void note_reference(struct making *making, struct detail_line *line, record_id id)
{
  line->kind = kind_find(store_kinds(making->shell->desk.store), making->field->reference);
  line->record = id;
  if (line->kind == NULL) free(lookup_title(&making->shell->desk, id, &line->kind));
}

static void add_field(struct making *making, int index)
{
  const struct value *value = &making->record->values.list[index];
  struct buf text = BUF_INIT;
  int first = making->lines->count;

  making->field = kind_field(making->record->kind, index);
  making->label = label_of(making->field);
  value_show(making->shell->desk.store, making->field, value, &text);
  int columns = making->columns - making->lines->label_columns - 1;
  text_wrap(buf_text(&text), columns, making->shell->terminal->ambiguous, add_field_line, making);
  free(making->label);
  buf_free(&text);
  struct detail_line *line = &making->lines->list[first];
  line->is_strong = index == COMMON_VOIDED;
  if (making->field->type == FIELD_REFERENCE) note_reference(making, line, value->number);
}

static bool is_for_people(const struct record *record, int index)
{
  return record->values.list[index].known && !(kind_field(record->kind, index)->flags & FIELD_INTERNAL);
}

static void measure_labels(struct making *making)
{
  int most = making->columns / LABEL_SHARE;

  making->lines->label_columns = draw_columns(making->shell->terminal, _("Written down"));
  for (int i = 0; i < making->record->values.count; i++) {
    if (!is_for_people(making->record, i)) continue;
    char *label = label_of(kind_field(making->record->kind, i));
    int columns = draw_columns(making->shell->terminal, label);
    if (columns > most) columns = most;
    if (columns > making->lines->label_columns) making->lines->label_columns = columns;
    free(label);
  }
}

static void add_fields(struct making *making)
{
  char time[CLOCK_TEXT];

  for (int i = 0; i < making->record->values.count; i++)
    if (is_for_people(making->record, i)) add_field(making, i);
  int64_t made = record_made_at(making->shell->desk.store, making->record);
  if (made > 0) add(making->lines, DETAIL_FIELD, mem_dup(_("Written down")), mem_dup(clock_text(time, made, CLOCK_DATE_TIME)));
  add(making->lines, DETAIL_FIELD, mem_dup(_("Delivery")), passage_text(&making->passage)); /* L10N: 送达情况 */
}

/* --- what two machines wrote without knowing of each other: a person decides ---------------------------------------------- */

static bool add_version(void *context, const struct conflict_version *version)
{
  struct buf *values = context;
  char time[CLOCK_TEXT];

  buf_addf(values, "%s%s (%s %s)", values->length > 0 ? " · " : "", *version->value != '\0' ? version->value : _("(empty)"),
           version->who != NULL ? version->who : _("unattributed"), clock_text(time, version->at, CLOCK_SHORT));
  return true;
}

/* Enter on the line changes that field. */
static bool add_dispute(void *context, const struct kind *kind, record_id id, int field, const op_id *ops, int count)
{
  struct making *making = context;
  struct buf values = BUF_INIT;

  if (id != making->record->id) return true;
  conflict_versions(&making->shell->desk, kind, id, field, ops, count, add_version, &values, NULL);
  /* L10N: 两边所填不同：…；请改成正确的，或原样保存以确认 */
  char *text = mem_printf(_("differs: %s. Write the right one, or save it as it stands."), buf_text(&values));
  making->field = kind_field(kind, field);
  making->label = mem_printf("? %s", _(making->field->label));
  int first = making->lines->count, columns = making->columns - making->lines->label_columns - 1;
  text_wrap(text, columns, making->shell->terminal->ambiguous, add_field_line, making);
  for (int i = first; i < making->lines->count; i++) making->lines->list[i].is_strong = true;
  free(making->label);
  free(text);
  buf_free(&values);
  return true;
}

static void add_disputes(struct making *making)
{
  if (making->record->has_conflict) conflict_each(making->shell->desk.store, add_dispute, making, NULL);
}

/* --- what refers to it ---------------------------------------------------------------------------------------------------- */

/* What a list shows of a record that has only a number for a name. */
static char *listed(struct making *making, const struct record *record)
{
  struct buf text = BUF_INIT;

  for (int i = COMMON_FIELDS; i < record->values.count; i++) {
    const struct field *field = kind_field(record->kind, i);
    bool leads_here = field->reference != NULL && record->values.list[i].number == making->record->id;
    if (field->columns == 0 || leads_here || !record->values.list[i].known) continue;
    if (text.length > 0) buf_adds(&text, "  ");
    value_show(making->shell->desk.store, field, &record->values.list[i], &text);
  }
  return buf_take(&text, NULL);
}

static bool add_related(void *context, const struct record *record)
{
  struct making *making = context;
  const char *number = record->values.list[COMMON_NUMBER].text, *name = record_title(record);
  bool has_number = number != NULL && strcmp(number, name) != 0; /* and a name besides */
  char *more = has_number || number == NULL ? mem_dup(name) : listed(making, record);
  char *text = mem_printf("%s%s%s", number != NULL ? number : "", number != NULL ? "  " : "", more);
  free(more);

  if (making->field != NULL) add(making->lines, DETAIL_HEADING, NULL, mem_dup(_(record->kind->label)));
  making->field = NULL; /* the heading stands once */
  for (char *at = text; (at = strchr(at, '\n')) != NULL;) *at = ' ';
  struct detail_line *line = add(making->lines, DETAIL_RELATED, NULL, text);
  line->kind = record->kind;
  line->record = record->id;
  return true;
}

/* Only by indexed fields: others would mean reading whole tables. */
static void add_all_related(struct making *making)
{
  const struct kind *const *kinds = store_kinds(making->shell->desk.store);

  for (int k = 0; kinds[k] != NULL; k++)
    for (int i = COMMON_FIELDS; i < kind_field_count(kinds[k]); i++) {
      const struct field *field = kind_field(kinds[k], i);
      bool refers = field->type == FIELD_REFERENCE && (field->flags & FIELD_INDEXED) &&
                    (strcmp(field->reference, "*") == 0 || strcmp(field->reference, making->record->kind->name) == 0);
      if (!refers) continue;
      struct list_filter filter = { field->name, LIST_EQUAL, { true, NULL, making->record->id } };
      struct list_query query = { .kind = kinds[k], .filters = &filter, .filter_count = 1, .limit = RELATED_MOST };
      making->field = field;
      list_read(making->shell->desk.store, &query, add_related, making, NULL);
    }
}

/* --- history -------------------------------------------------------------------------------------------------------------- */

/* What is done to any kind in the same way has no action of its own. */
static const struct choice verbs[] = {
  { "add", N_("add") },
  { "change", N_("change") },
  { "void", N_("strike") },
  { "import", N_("import") },
  { "make", N_("print") },
  { "try", N_("try a PIN") },
  { "reserve", N_("reserve numbers") },
  { "restore", N_("write again") },
  { "decide", N_("decide") },
  { "copy", N_("copy") },
  { "clock", N_("clock set") },
  { "inbox", N_("inbox") },
  { "lapsed", N_("lapsed alarms") },
  { "ring", N_("ring") },
  { "advance", N_("goes on") },
  { "start", N_("begins") },
  { "note", N_("note") },
  { NULL, NULL },
};

char *detail_action_text(struct shell *shell, const char *name)
{
  const struct action *action = action_find(shell->tables, name);
  const char *dot = strrchr(name, '.');

  if (action != NULL) return mem_dup(_(action->label));
  if (dot == NULL) return mem_dup(name);
  char *kind_name = mem_dup_n(name, (size_t)(dot - name));
  const struct kind *kind = kind_find(store_kinds(shell->desk.store), kind_name);
  const char *verb = dot + 1;
  for (const struct choice *known = verbs; known->name != NULL; known++)
    if (strcmp(known->name, verb) == 0) verb = _(known->label);
  const char *who = strcmp(kind_name, "agent") == 0 ? _("Agent") : strcmp(kind_name, "ladder") == 0 ? _("Call ladder") : kind_name;
  char *text = mem_printf("%s · %s", kind != NULL ? _(kind->label) : who, verb);
  free(kind_name);
  return text;
}

char *detail_step_text(struct shell *shell, const struct operation *operation)
{
  char *done = detail_action_text(shell, operation->action);
  record_id actor = *operation->actor != '\0' ? record_from_name(shell->desk.store, operation->actor) : 0;
  char *name = lookup_name(&shell->desk, actor);
  char time[CLOCK_TEXT];
  char *text = mem_printf("%s  %s  %s", clock_text(time, operation->at, CLOCK_SHORT), name != NULL ? name : _("unattributed"), done);

  free(done);
  free(name);
  return text;
}

static void append_changes(struct making *making, const struct history_step *step, struct buf *out)
{
  for (int i = 0; i < step->values->count; i++) {
    const struct field *field = kind_field(making->record->kind, i);
    if (!step->sets[i] || (field->flags & FIELD_INTERNAL)) continue;
    struct buf value = BUF_INIT;
    if (step->values->list[i].known)
      value_show(making->shell->desk.store, field, &step->values->list[i], &value);
    else
      buf_adds(&value, _("(empty)"));
    buf_adds(out, " · ");
    buf_addf(out, _("%s: %s"), _(field->label), buf_text(&value));
    buf_free(&value);
  }
}

static bool add_step(void *context, const struct history_step *step)
{
  struct making *making = context;
  struct buf text = BUF_INIT;
  char *who = detail_step_text(making->shell, step->operation);

  buf_adds(&text, who);
  append_changes(making, step, &text);
  if (making->passage.any && making->passage.waits && delivery_of(making->shell->desk.store, step->op) == 0)
    buf_addf(&text, " · %s", _("on the way to the superior"));
  char *line = buf_take(&text, NULL);
  for (char *at = line; (at = strchr(at, '\n')) != NULL;) *at = ' ';
  add(making->lines, DETAIL_STEP, NULL, line)->op = step->op;
  free(who);
  return true;
}

void detail_lines_make(struct detail_lines *lines, struct shell *shell, const struct record *record, int columns)
{
  struct making making = { .lines = lines, .shell = shell, .record = record, .columns = columns };

  detail_lines_free(lines);
  read_passage(shell, record, &making.passage);
  measure_labels(&making);
  add_disputes(&making);
  add_fields(&making);
  add_all_related(&making);
  add(lines, DETAIL_HEADING, NULL, mem_dup(_("History")));
  history_read(shell->desk.store, record->kind, record->id, add_step, &making, NULL);
}
