/* Importing files as issuers send them, one alert at a time. formats/alert.h reads them; here they become warnings. */
#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/warning_alert.h"
#include "formats/source.h"
#include "store/act.h"
#include "store/query.h"

/* --- a batch: one transaction --------------------------------------------------------------------------------------------------------- */

/* Each commit waits for the disk, so alerts share one. What belongs together (the same identifier, or a reference to one) must not,
 * since a chain is looked for among what is committed: it waits for the next batch. The order in which alerts come does not count. */
enum { BATCH_MOST = 200, WAITING_MOST = 100, BATCH_BYTES = 512 * 1024, TOLD_MOST = 40 };

struct taken {
  struct warning_news news;
  struct values values;
};

struct import {
  struct desk *desk;
  const char *file_name, *hash;
  struct outcome *outcome;
  struct act *act; /* NULL: none is open */
  struct taken taken[BATCH_MOST];
  int count;
  struct values *waiting; /* for the next batch */
  int waiting_count;
  size_t bytes; /* of both */
  void *names;  /* identifiers that both have or refer to: a tsearch tree of strings */
  int told;
  bool is_stopped; /* by the database */
  struct warning_imported counts;
};

static int compare_names(const void *one, const void *other)
{
  return strcmp(one, other);
}

static void add_name(struct import *import, const char *name, size_t length)
{
  char *owned = mem_dup_n(name, length);
  char **found = tsearch(owned, &import->names, compare_names);

  if (found == NULL) ERR_BUG("out of memory");
  if (*found != owned) free(owned);
}

/* The identifier of a reference: behind the blank, if there is one. */
static const char *identifier_of(const char *line, size_t *length)
{
  const char *space = memchr(line, ' ', *length);

  if (space == NULL) return line;
  *length -= (size_t)(space + 1 - line);
  return space + 1;
}

static bool each_name(struct import *import, const struct values *values, bool adds)
{
  const char *identifier = values_text(values, "identifier"), *refs = values_text(values, "refs");
  bool known = identifier != NULL && tfind(identifier, &import->names, compare_names) != NULL;

  if (adds && identifier != NULL) add_name(import, identifier, strlen(identifier));
  for (; refs != NULL && *refs != '\0'; refs += strcspn(refs, "\n"), refs += *refs == '\n') {
    size_t length = strcspn(refs, "\n");
    const char *name = identifier_of(refs, &length);
    char *one = mem_dup_n(name, length);
    known |= tfind(one, &import->names, compare_names) != NULL;
    if (adds) add_name(import, name, length);
    free(one);
  }
  return known;
}

/* --- what is told --------------------------------------------------------------------------------------------------------------------- */

static bool may_tell(struct import *import)
{
  return import->told++ < TOLD_MOST;
}

/* Held under the same key: does it say the same? */
static void tell_held(struct import *import, record_id id, const struct values *values)
{
  static const char *const telling[] = { "headline", "description", "colour", "sent", "expires", "type", "status" };
  struct record held = { 0 };
  const char *differs = NULL;

  if (record_read(import->desk->store, &warning_message_kind, id, &held, NULL) != 1) return;
  for (size_t i = 0; i < sizeof telling / sizeof *telling && differs == NULL; i++) {
    int index = values_index(values, telling[i]);
    if (!value_equal(values->fields[index], &values->list[index], &held.values.list[index]))
      differs = i18n_text(values->fields[index]->label);
  }
  if (differs == NULL) {
    if (may_tell(import)) outcome_say(import->outcome, _("%s is held already; nothing has changed."), record_title(&held));
  } else {
    import->outcome->attention = true;
    if (may_tell(import))
      outcome_say(import->outcome,
                  _("%s is held already under the same identifier, but with another %s; nothing has changed: ask the issuer."),
                  record_title(&held), differs);
  }
  record_free(&held);
}

static void tell_step(struct import *import, const struct taken *taken)
{
  struct outcome *outcome = import->outcome;
  const struct warning_news *news = &taken->news;
  bool lifts = values_number(&taken->values, "lifts", 0) != 0;

  if (news->step == WARNING_FOLLOWS)
    outcome_say(outcome, lifts ? _("  Lifts a warning held before.") : _("  Updates a warning held before."));
  if (news->step == WARNING_LATE) outcome_say(outcome, _("  A later alert of the same warning came before it; that one counts."));
  if (news->joined > 0) outcome_say(outcome, _("  It shows that %d warnings held before are this one."), news->joined);
  if (news->step == WARNING_NEW && values_known(&taken->values, "refs"))
    outcome_say(outcome, _("  Refers to alerts that are not held here."));
}

static void say_notes(struct outcome *outcome, const char *notes)
{
  char *shown = i18n_phrase(notes), *rest = shown, *line;

  while ((line = strsep(&rest, "\n")) != NULL) outcome_say(outcome, "  %s", line);
  free(shown);
}

static void tell_taken(struct import *import, const struct taken *taken)
{
  struct desk *desk = import->desk;
  struct outcome *outcome = import->outcome;
  const char *status = values_text(&taken->values, "status"), *notes = values_text(&taken->values, "notes");
  bool real = warning_status_counts(desk, status);

  outcome->attention |= notes != NULL || !real;
  if (!may_tell(import)) return;
  bool here = warning_for_here(desk, taken->news.warning);
  bool over = real && here && taken->news.step != WARNING_LATE && values_number(&taken->values, "lifts", 0) == 0 &&
              !warning_in_force(desk, taken->news.warning, clock_now());
  outcome_say(outcome, "%s", values_text(&taken->values, "headline"));
  if (!real) outcome_say(outcome, _("  Not real: %s."), lookup_choice(&warning_kind, "status", status));
  if (!here)
    outcome_say(outcome, _("  Not for this station: %s. Kept, but it does not ring."),
                values_known(&taken->values, "areas") ? values_text(&taken->values, "areas") : values_text(&taken->values, "geocodes"));
  tell_step(import, taken);
  if (over) outcome_say(outcome, _("  It is over already."));
  if (notes != NULL) say_notes(outcome, notes);
}

/* --- writing -------------------------------------------------------------------------------------------------------------------------- */

static void forget_names(struct import *import)
{
  tdestroy(import->names, free);
  import->names = NULL;
  import->bytes = 0;
}

static int flush(struct import *import, struct err *err)
{
  int status = import->act != NULL ? act_commit(import->act, err) : 0;

  import->act = NULL;
  for (int i = 0; i < import->count; i++) {
    if (status == 0) tell_taken(import, &import->taken[i]);
    values_free(&import->taken[i].values);
  }
  import->count = 0;
  forget_names(import);
  return status;
}

static size_t size_of(const struct values *values)
{
  size_t size = 0;

  for (int i = 0; i < values->count; i++)
    if (values->list[i].text != NULL) size += strlen(values->list[i].text);
  return size;
}

/* An update or a cancel that refers to nothing is looked for by issuer and event, also among what is not committed yet. */
static bool stands_alone(const struct values *values)
{
  const char *type = values_text(values, "type");
  return values_known(values, "refs") || (strcmp(type, "alert") == 0 && values_number(values, "lifts", 0) == 0);
}

static void note_step(struct import *import, const struct warning_news *news)
{
  long *counts[] = { &import->counts.held, &import->counts.made, &import->counts.followed, &import->counts.late };

  *counts[news->step] += 1;
  import->outcome->kind = &warning_kind;
  import->outcome->record = news->warning;
}

/* Takes over values. */
static int write_one(struct import *import, struct values *values, struct err *err)
{
  struct taken *taken = &import->taken[import->count];

  if (import->act == NULL) import->act = act_begin(import->desk->store, "warning.import", import->desk->officer, err);
  if (import->act == NULL) {
    values_free(values);
    return -1;
  }
  *taken = (struct taken){ .values = *values };
  int status = warning_take(import->desk, import->act, &taken->values, &taken->news, err);
  if (status == 0) note_step(import, &taken->news);
  if (status < 0 || taken->news.step == WARNING_HELD) {
    if (status == 0) tell_held(import, taken->news.message, &taken->values);
    values_free(&taken->values);
    return status;
  }
  each_name(import, &taken->values, true);
  import->bytes += size_of(&taken->values);
  import->count++;
  return 0;
}

/* Takes over values. */
static void wait_with(struct import *import, struct values *values)
{
  import->waiting = mem_grow(import->waiting, (size_t)import->waiting_count + 1, sizeof *import->waiting);
  import->waiting[import->waiting_count++] = *values;
  each_name(import, values, true);
  import->bytes += size_of(values);
}

/* Commits, and begins the next batch with those that waited; some of these may have to wait again. */
static int next_batch(struct import *import, struct err *err)
{
  struct values *waited = import->waiting;
  int count = import->waiting_count, status = flush(import, err);

  import->waiting = NULL;
  import->waiting_count = 0;
  for (int i = 0; i < count; i++) {
    if (status < 0)
      values_free(&waited[i]);
    else if (each_name(import, &waited[i], false))
      wait_with(import, &waited[i]);
    else
      status = write_one(import, &waited[i], err);
  }
  free(waited);
  return status;
}

/* Until nothing waits. */
static int settle(struct import *import, struct err *err)
{
  int status = next_batch(import, err);

  while (status == 0 && import->count + import->waiting_count > 0) status = next_batch(import, err);
  return status;
}

static int write_alert(struct import *import, const struct alert *alert, struct err *err)
{
  struct values values;
  int status = 0;

  warning_alert_values(import->desk, alert, import->file_name, import->hash, &values);
  if (!stands_alone(&values))
    status = settle(import, err);
  else if (import->count == BATCH_MOST || import->waiting_count == WAITING_MOST || import->bytes >= BATCH_BYTES)
    status = next_batch(import, err);
  if (status < 0) {
    values_free(&values);
  } else if (each_name(import, &values, false)) {
    wait_with(import, &values);
  } else {
    status = write_one(import, &values, err);
  }
  return status;
}

static int take_alert(void *context, struct alert *alert, struct err *err)
{
  struct import *import = context;

  if (alert->type != ALERT_ACK && alert->type != ALERT_ERROR) {
    import->is_stopped = write_alert(import, alert, err) < 0;
    return import->is_stopped ? -1 : 0;
  }
  import->outcome->attention = true;
  import->counts.ignored++;
  if (may_tell(import))
    outcome_say(import->outcome,
                alert->type == ALERT_ACK ? _("%s only acknowledges an alert; it is no warning and was not kept.")
                                         : _("%s only says that an alert was rejected; it is no warning and was not kept."),
                alert->identifier);
  return 0;
}

static int take_refusal(void *context, const struct alert_refusal *refusal, struct err *err)
{
  struct import *import = context;
  struct warning_imported *counts = &import->counts;
  char *line = refusal->line > 0 ? mem_printf(_("Refused, line %d%s%s: %s"), refusal->line, *refusal->identifier != '\0' ? ", " : "",
                                              refusal->identifier, refusal->reason)
                                 : mem_printf(_("Refused from there on: %s"), refusal->reason);

  (void)err;
  if (counts->refused++ == 0) snprintf(counts->refusal, sizeof counts->refusal, "%s", line);
  import->outcome->attention = true;
  if (may_tell(import)) outcome_say(import->outcome, "%s", line);
  free(line);
  return 0;
}

/* --- a file -------------------------------------------------------------------------------------------------------------------------- */

static int hash_of(const struct source *source, char hex[2 * CRYPTO_HASH + 1], struct err *err)
{
  struct crypto_hash hash;
  unsigned char digest[CRYPTO_HASH];
  char piece[32 * 1024];
  uint64_t offset = 0;
  ssize_t got;

  crypto_hash_start(&hash, "dutydesk warning source", CRYPTO_HASH);
  while ((got = source->read(source->context, offset, piece, sizeof piece)) > 0) {
    crypto_hash_add(&hash, piece, (size_t)got);
    offset += (uint64_t)got;
  }
  crypto_hash_end(&hash, digest, CRYPTO_HASH);
  crypto_hex(digest, CRYPTO_HASH, hex);
  return got < 0 ? err_set(err, _("the file cannot be read: %s"), strerror(errno)) : 0;
}

static int end(struct import *import, int status, struct err *err)
{
  const struct warning_imported *counts = &import->counts;

  import->counts.is_unreadable = status < 0 && !import->is_stopped;
  if (status == 0) status = settle(import, err);
  if (import->act != NULL) act_cancel(import->act); /* only after trouble */
  for (int i = 0; i < import->count; i++) values_free(&import->taken[i].values);
  for (int i = 0; i < import->waiting_count; i++) values_free(&import->waiting[i]);
  free(import->waiting);
  forget_names(import);
  if (import->told > TOLD_MOST)
    outcome_say(import->outcome, _("… and %d more. In all: %ld new, %ld updates, %ld late, %ld held already, %ld refused."),
                import->told - TOLD_MOST, counts->made, counts->followed, counts->late, counts->held, counts->refused + counts->ignored);
  return status;
}

int warning_import_from(struct desk *desk, const struct source *source, const char *file_name, struct warning_imported *imported,
                        struct outcome *outcome, struct err *err)
{
  const char *base = file_name != NULL && strrchr(file_name, '/') != NULL ? strrchr(file_name, '/') + 1 : file_name;
  char hash[2 * CRYPTO_HASH + 1];
  struct import *import = mem_zero(1, sizeof *import);
  const struct alert_taker taker = { take_alert, take_refusal, import };

  *import = (struct import){ .desk = desk, .file_name = base, .hash = hash, .outcome = outcome };
  int status = hash_of(source, hash, err);
  if (status == 0) status = alert_read_each(source, file_name, &taker, err);
  status = end(import, status, err);
  if (imported != NULL) *imported = import->counts;
  free(import);
  return status;
}

int warning_import(struct desk *desk, const char *bytes, size_t length, const char *file_name, struct outcome *outcome, struct err *err)
{
  struct source_memory memory = { bytes, length };
  struct source source = source_of_memory(&memory);

  return warning_import_from(desk, &source, file_name, NULL, outcome, err);
}

int warning_import_file(struct desk *desk, const char *path, struct warning_imported *imported, struct outcome *outcome, struct err *err)
{
  int file = source_open(path, WARNING_FILE_MOST, err);

  if (imported != NULL) *imported = (struct warning_imported){ .is_unreadable = true };
  if (file < 0) return -1;
  struct source source = source_of_file(&file);
  int status = warning_import_from(desk, &source, strcmp(path, "-") == 0 ? NULL : path, imported, outcome, err);
  close(file);
  return status;
}

static const struct field import_arguments[] = {
  { .name = "file",
    .type = FIELD_TEXT,
    .label = N_("File"),
    .flags = FIELD_REQUIRED,
    .help = N_("A file as the issuer sent it; - reads standard input") },
  { 0 },
};

static int import_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  const char *path = values_text(arguments, "file");

  (void)subject;
  return warning_import_file(desk, path, NULL, outcome, err) < 0 ? err_prefix(err, "%s", path) : 0;
}

const struct action warning_import_actions[] = {
  { .name = "warning.import",
    .label = N_("Import a warning file"),
    .key = "i",
    .command = "warning import",
    .arguments = import_arguments,
    .help =
      N_("Takes in warnings as their issuers sent them: CAP 1.0 to 1.2, or the mainland profile, one alert or a whole feed. Duplicates "
         "change nothing; updates and cancels go to the warning that they belong to."),
    .run = import_run },
  { 0 },
};
