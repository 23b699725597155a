#include "cli/act.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "cli/show.h"
#include "desk/figures.h"

enum { IMPORT_MAX = 256 << 20, TROUBLES_TOLD = 100 };

/* --- actions -------------------------------------------------------------------------------------------------------------------------- */

const struct action *act_match(const struct cli *cli, int count, char **list, int *used)
{
  const struct action *best = NULL;
  *used = 0;
  for (int table = 0; cli->tables[table]; table++)
    for (const struct action *action = cli->tables[table]; action->name; action++) {
      int matched = action->command ? words_matched(action->command, count, list) : 0;
      if (matched > *used) {
        *used = matched;
        best = action;
      }
    }
  return best;
}

/* The field that words without a name belong to: a figure to the first field if that still wants one (`print --blank entry 5`),
 * otherwise to the first that takes text and is still empty (`log 3号点已巡查`). */
static int rest_field(const struct values *values, const char *rest)
{
  bool is_figure = rest[strspn(rest, "0123456789")] == 0;
  for (int index = 0; index < values->count; index++) {
    enum field_type type = values->fields[index]->type;
    bool takes = type == FIELD_TEXT || type == FIELD_NOTE || (type == FIELD_INTEGER && is_figure);
    if (takes && !(values->fields[index]->flags & (FIELD_SECRET | FIELD_NAMED)) && !values->list[index].known) return index;
  }
  return -1;
}

static int rest_take(struct cli *cli, struct words *words, struct values *values, struct err *err)
{
  char *rest = words_rest(words);
  int field = rest ? rest_field(values, rest) : -1, result = 0;
  if (rest && field < 0)
    result = err_usage(err, _("'%s' is not understood here; give field=value"), rest);
  else if (rest)
    result = figures_read(cli->desk.store, values->fields[field], rest, 0, &values->list[field], err);
  free(rest);
  return result;
}

/* What was given overrules what the action prepares. */
static int prepared_fill(struct cli *cli, const struct action *action, record_id subject, struct values *values, struct err *err)
{
  if (!action->prepare) return 0;
  struct values prepared;
  values_start(&prepared, action->arguments);
  int result = action->prepare(&cli->desk, subject, &prepared, err);
  for (int index = 0; result == 0 && index < values->count; index++)
    if (!values->list[index].known) value_set(values->fields[index], &values->list[index], &prepared.list[index]);
  values_free(&prepared);
  return result;
}

static int rest_all_take(struct cli *cli, struct words *words, struct values *values, struct err *err)
{
  return rest_take(cli, words, values, err) != 0 ? -1 : words_end(words, err);
}

static void outcome_put(struct cli *cli, const struct outcome *outcome, bool as_json)
{
  struct record record;
  bool known = outcome->record && outcome->kind && record_read(cli->desk.store, outcome->kind, outcome->record, &record, NULL) == 1;
  if (as_json && known)
    show_json(record_json(cli->desk.store, &record, true));
  else if (outcome->text && *outcome->text)
    puts(outcome->text);
  else if (known)
    puts(record.values.list[COMMON_NUMBER].known ? record.values.list[COMMON_NUMBER].text : record_title(&record));
  if (known) record_free(&record);
}

static int subject_take(struct cli *cli, const struct action *action, struct words *words, record_id *subject, struct err *err)
{
  *subject = 0;
  char *typed = action->subject ? words_next(words) : NULL;
  if (!typed) return 0; /* some actions know their subject, as `handover offer` does; the others say that it is missing */
  *subject = record_find(cli->desk.store, store_kind(cli->desk.store, action->subject), typed, err);
  return *subject ? 0 : -1;
}

/* One run of the action with what was given by name and what `rest` takes. Returns -1 or the exit code. */
static int run_once(struct cli *cli, const struct action *action, record_id subject, const struct values *given, struct words *words,
                    int (*rest)(struct cli *cli, struct words *words, struct values *values, struct err *err), bool as_json,
                    struct err *err)
{
  struct values values;
  struct outcome outcome = { 0 };
  values_copy(&values, given);
  int result = rest(cli, words, &values, err);
  if (result == 0) result = prepared_fill(cli, action, subject, &values, err);
  if (result == 0) result = action_run(&cli->desk, action, subject, &values, &outcome, err);
  if (result == 0) {
    outcome_put(cli, &outcome, as_json);
    result = outcome.attention ? ERR_ATTENTION : 0;
  }
  outcome_free(&outcome);
  values_free(&values);
  return result;
}

static int file_take(struct cli *cli, struct words *words, struct values *values, struct err *err)
{
  (void)cli;
  (void)err;
  const char *path = words_next(words);
  if (path) values_set_text(values, "file", path);
  return 0;
}

/* An action on a file takes several: each is a run of its own, and one that is refused does not keep the others out. */
static int run_files(struct cli *cli, const struct action *action, record_id subject, const struct values *given, struct words *words,
                     bool as_json, struct err *err)
{
  if (words_left(words) <= 1) return run_once(cli, action, subject, given, words, file_take, as_json, err);
  int worst = 0;
  while (words_left(words) > 0) {
    struct err why = ERR_INIT;
    int result = run_once(cli, action, subject, given, words, file_take, as_json, &why);
    if (result < 0) {
      err_print(why.text);
      result = ERR_FAILED;
    }
    if (worst != ERR_FAILED && result != 0) worst = result;
  }
  return worst;
}

int act_run_action(struct cli *cli, const struct action *action, struct words *words, struct err *err)
{
  struct values values;
  record_id subject;
  bool as_json = words_flag(words, "json");
  values_start(&values, action->arguments);
  int result = words_pins(words, &values, err);
  if (result == 0) result = words_values(words, cli, &values, true, err);
  if (result == 0) result = subject_take(cli, action, words, &subject, err);
  if (result == 0 && values_index(&values, "file") >= 0)
    result = run_files(cli, action, subject, &values, words, as_json, err);
  else if (result == 0)
    result = run_once(cli, action, subject, &values, words, rest_all_take, as_json, err);
  values_free(&values);
  return result;
}

/* --- kinds ---------------------------------------------------------------------------------------------------------------------------- */

struct verb {
  const char *name;
  int (*run)(struct cli *cli, const struct duty *duty, struct words *words, struct err *err);
};

static void made_put(struct cli *cli, const struct kind *kind, record_id id, bool as_json)
{
  struct record record;
  struct buf name = BUF_INIT;
  if (record_read(cli->desk.store, kind, id, &record, NULL) != 1) return;
  if (as_json)
    show_json(record_json(cli->desk.store, &record, true));
  else if (record.values.list[COMMON_NUMBER].known)
    puts(record.values.list[COMMON_NUMBER].text);
  else {
    record_name(cli->desk.store, id, &name);
    puts(buf_text(&name));
  }
  buf_free(&name);
  record_free(&record);
}

static int verb_add(struct cli *cli, const struct duty *duty, struct words *words, struct err *err)
{
  struct values values;
  record_id made = 0;
  bool as_json = words_flag(words, "json");
  int result = duty_start(&cli->desk, duty, &values);
  if (result == 0) result = words_values(words, cli, &values, false, err);
  if (result == 0) result = words_end(words, err);
  if (result == 0) result = duty_add(&cli->desk, duty, &values, &made, err);
  if (result == 0) made_put(cli, duty->kind, made, as_json);
  values_free(&values);
  return result;
}

static int record_take(struct cli *cli, const struct duty *duty, struct words *words, record_id *id, struct err *err)
{
  char *typed = words_next(words);
  if (!typed) return err_usage(err, _("which %s? Give its number or name"), i18n_text(duty->kind->label));
  *id = record_find(cli->desk.store, duty->kind, typed, err);
  return *id ? 0 : -1;
}

static int verb_set(struct cli *cli, const struct duty *duty, struct words *words, struct err *err)
{
  struct record record = { 0 };
  record_id id;
  bool as_json = words_flag(words, "json");
  if (record_take(cli, duty, words, &id, err) != 0 || record_read(cli->desk.store, duty->kind, id, &record, err) != 1) return -1;
  int result = words_values(words, cli, &record.values, false, err);
  if (result == 0) result = words_end(words, err);
  if (result == 0) result = duty_change(&cli->desk, duty, id, &record.values, err);
  if (result == 0) made_put(cli, duty->kind, id, as_json);
  record_free(&record);
  return result;
}

static int verb_void(struct cli *cli, const struct duty *duty, struct words *words, struct err *err)
{
  record_id id, replacement = 0;
  const char *why = words_option(words, "why"), *replaced_by = words_option(words, "replaced-by");
  if (record_take(cli, duty, words, &id, err) != 0 || words_end(words, err) != 0) return -1;
  if (replaced_by && !(replacement = record_find(cli->desk.store, duty->kind, replaced_by, err))) return -1;
  return duty_void(&cli->desk, duty, id, why ? why : "", replacement, err);
}

static int verb_list(struct cli *cli, const struct duty *duty, struct words *words, struct err *err)
{
  return show_list(cli, duty->kind, words, err);
}

static int verb_show(struct cli *cli, const struct duty *duty, struct words *words, struct err *err)
{
  record_id id;
  return record_take(cli, duty, words, &id, err) == 0 ? show_record(cli, duty->kind, id, words, err) : -1;
}

/* The first lines say what to mend; the count at the end says how much there is. */
static void trouble_put(void *context, const char *line)
{
  int *told = context;
  if (++*told <= TROUBLES_TOLD)
    fprintf(stderr, "%s\n", line);
  else if (*told == TROUBLES_TOLD + 1)
    fprintf(stderr, "…\n");
}

static int verb_import(struct cli *cli, const struct duty *duty, struct words *words, struct err *err)
{
  bool dry_run = words_flag(words, "dry-run");
  struct duty_import counts = { 0 };
  int told = 0;
  struct buf bytes = BUF_INIT;
  char *path = words_next(words);
  if (!path) return err_usage(err, _("which file? Give a CSV file, or - for standard input"));
  int result = words_end(words, err);
  if (result == 0) result = file_read(path, IMPORT_MAX, &bytes, err);
  if (result == 0)
    result = duty_import_csv(&cli->desk, duty, buf_text(&bytes), bytes.length, dry_run, &counts, trouble_put, NULL, &told, err);
  if (result == 0)
    printf(dry_run ? _("%d would be new, %d changed, %d are the same already; nothing was written\n")
                   : _("%d new, %d changed, %d the same already\n"),
           counts.made, counts.changed, counts.same);
  buf_free(&bytes);
  return result;
}

static int verb_template(struct cli *cli, const struct duty *duty, struct words *words, struct err *err)
{
  struct buf text = BUF_INIT;
  if (words_end(words, err) != 0) return -1;
  duty_template(&cli->desk, duty, &text);
  fputs(buf_text(&text), stdout);
  buf_free(&text);
  return 0;
}

static const struct verb verbs[] = {
  { "add", verb_add },   { "set", verb_set },       { "void", verb_void },         { "list", verb_list },
  { "show", verb_show }, { "import", verb_import }, { "template", verb_template }, { NULL, NULL },
};

static const struct verb *verb_find(const char *name)
{
  for (const struct verb *verb = verbs; verb->name; verb++)
    if (strcmp(verb->name, name) == 0) return verb;
  return NULL;
}

bool act_is_verb(const char *verb)
{
  return verb_find(verb) != NULL;
}

int act_run_kind(struct cli *cli, const struct duty *duty, const char *verb, struct words *words, struct err *err)
{
  return verb_find(verb)->run(cli, duty, words, err);
}
