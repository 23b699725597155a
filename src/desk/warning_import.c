/* Importing files as issuers send them. formats/alert.h reads them; here they become records. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/transition.h"
#include "desk/warning.h"
#include "store/act.h"
#include "store/query.h"

/* --- an alert as values of the kind -------------------------------------------------------------------------------------------------- */

static void set_text(struct values *values, const char *name, const char *text)
{
  if (text != NULL && *text != '\0') values_set_text(values, name, text);
}

static void set_time(struct values *values, const char *name, int64_t at)
{
  if (at > 0) values_set_number(values, name, at);
}

/* Some feeds give the colour in one language's block only. */
static enum alert_colour colour_of(const struct alert *alert, const struct alert_info *info)
{
  enum alert_colour colour = info != NULL ? info->colour : ALERT_NONE;

  for (size_t i = 0; i < alert->info_count && colour <= ALERT_UNKNOWN; i++)
    if (alert->infos[i].colour > colour) colour = alert->infos[i].colour;
  return colour;
}

static void set_areas(struct values *values, const struct alert_info *info)
{
  struct buf areas = BUF_INIT, codes = BUF_INIT;

  for (size_t i = 0; i < info->area_count; i++) {
    const struct alert_area *area = &info->areas[i];
    if (*area->description != '\0') buf_addf(&areas, "%s%s", areas.length > 0 ? "\n" : "", area->description);
    for (size_t j = 0; j < area->codes.count; j++) buf_addf(&codes, "%s%s", codes.length > 0 ? " " : "", area->codes.items[j]);
    for (size_t j = 0; j < area->geocodes.count; j++)
      buf_addf(&codes, "%s%s=%s", codes.length > 0 ? " " : "", area->geocodes.items[j].name, area->geocodes.items[j].value);
  }
  set_text(values, "areas", buf_text(&areas));
  set_text(values, "geocodes", buf_text(&codes));
  buf_free(&areas);
  buf_free(&codes);
}

static void set_info(struct values *values, const struct alert_info *info)
{
  set_text(values, "event", info->event);
  set_text(values, "event_code", info->event_code);
  set_text(values, "headline", info->headline);
  set_text(values, "description", info->description);
  set_text(values, "instruction", info->instruction);
  set_time(values, "effective", info->effective);
  set_time(values, "onset", info->onset);
  set_time(values, "expires", info->expires);
  set_areas(values, info);
}

/* The key of each alert referred to; the mainland profile gives the identifier alone. */
static void set_refs(struct values *values, const struct alert *alert)
{
  struct buf refs = BUF_INIT;

  for (size_t i = 0; i < alert->references.count; i++) {
    const struct alert_reference *reference = &alert->references.items[i];
    char *line = *reference->sender != '\0' ? warning_key(reference->sender, reference->identifier) : mem_dup(reference->identifier);
    buf_addf(&refs, "%s%s", i > 0 ? "\n" : "", line);
    free(line);
  }
  set_text(values, "refs", buf_text(&refs));
  buf_free(&refs);
}

static void set_notes(struct values *values, const struct alert *alert)
{
  struct buf notes = BUF_INIT;

  if (alert->is_signed) buf_adds(&notes, _("The file carries a signature, which was not checked."));
  for (size_t i = 0; i < alert->notes.count; i++) buf_addf(&notes, "%s%s", notes.length > 0 ? "\n" : "", alert->notes.items[i]);
  set_text(values, "notes", buf_text(&notes));
  buf_free(&notes);
}

/* What a record cannot be without, when the alert says nothing. */
static void set_missing(struct values *values, const struct alert *alert)
{
  if (!values_known(values, "event")) values_set_text(values, "event", alert->lifted ? _("called off") : _("not named"));
  if (!values_known(values, "headline")) {
    const char *issuer = values_text(values, "sender_name");
    char *headline = mem_printf("%s %s", issuer != NULL ? issuer : alert->sender, values_text(values, "event"));
    values_set_text(values, "headline", headline);
    free(headline);
  }
  if (!values_known(values, "sent")) values_set_number(values, "sent", clock_now());
}

static void values_of(struct desk *desk, const struct alert *alert, const char *file_name, const char *hash, struct values *values)
{
  const struct alert_info *info = alert_info_for(alert, NULL);
  enum alert_colour colour = colour_of(alert, info);
  const char *sender = *alert->sender_code != '\0' ? alert->sender_code : alert->sender;

  duty_start(desk, &warning_duty, values);
  values_clear(values, "sent");
  set_time(values, "sent", alert->sent);
  set_text(values, "identifier", alert->identifier);
  set_text(values, "sender", sender);
  /* In the mainland profile senderName is the person who signed it off; the issuer is the sender. */
  set_text(values, "sender_name", alert->profile == ALERT_MAINLAND ? alert->sender : alert->sender_name);
  values_set_text(values, "status", alert->status == ALERT_STATUS_UNKNOWN ? "unknown" : alert_status_name(alert->status));
  values_set_text(values, "type", alert->type == ALERT_UPDATE || alert->type == ALERT_CANCEL ? alert_type_name(alert->type) : "alert");
  values_set_text(values, "colour", colour > ALERT_UNKNOWN ? alert_colour_name(colour) : "unknown");
  if (alert->lifted) values_set_number(values, "lifts", 1);
  if (info != NULL) set_info(values, info);
  set_refs(values, alert);
  set_notes(values, alert);
  set_missing(values, alert);
  set_text(values, "source", file_name);
  set_text(values, "source_hash", hash);
  warning_duty.derive(desk, NULL, values);
}

/* --- one alert ----------------------------------------------------------------------------------------------------------------------- */

/* Held under the same key: does it say the same? */
static void tell_held(struct desk *desk, record_id id, const struct values *values, struct outcome *outcome)
{
  static const char *const telling[] = { "headline", "description", "colour", "sent", "expires", "type", "status" };
  struct record held = { 0 };
  const char *differs = NULL;

  if (record_read(desk->store, &warning_kind, id, &held, NULL) != 1) return;
  for (size_t i = 0; i < sizeof telling / sizeof *telling && differs == NULL; i++) {
    int index = values_index(values, telling[i]);
    if (!value_equal(values->fields[index], &values->list[index], &held.values.list[index]))
      differs = i18n_text(values->fields[index]->label);
  }
  if (differs == NULL) {
    outcome_say(outcome, _("%s is held already; nothing has changed."), record_title(&held));
  } else {
    outcome->attention = true;
    outcome_say(outcome, _("%s is held already under the same identifier, but with another %s; nothing has changed: ask the issuer."),
                record_title(&held), differs);
  }
  record_free(&held);
}

static void tell_imported(const struct values *values, int changed, record_id later, struct outcome *outcome)
{
  const char *status = values_text(values, "status"), *notes = values_text(values, "notes");
  int64_t expires = values_number(values, "expires", 0);

  outcome_say(outcome, "%s", values_text(values, "headline"));
  if (strcmp(status, "actual") != 0) outcome_say(outcome, _("  Not real: %s."), lookup_choice(&warning_kind, "status", status));
  if (changed > 0)
    outcome_say(outcome, values_number(values, "lifts", 0) ? _("  Lifts %d held before.") : _("  Supersedes %d held before."), changed);
  if (changed == 0 && values_known(values, "refs"))
    outcome_say(outcome, _("  Refers to alerts that are not held here or are over already."));
  if (later != 0) outcome_say(outcome, _("  It was superseded before it arrived."));
  if (expires != 0 && expires <= clock_now()) outcome_say(outcome, _("  It has expired already."));
  if (notes != NULL) outcome_say(outcome, "  %s", notes);
  outcome->attention |= notes != NULL || strcmp(status, "actual") != 0;
}

static int write_warning(struct desk *desk, const struct values *values, struct outcome *outcome, struct err *err)
{
  bool existing = false, lifted = false;
  record_id later = warning_superseded(desk, values, &lifted);
  struct act *act = act_begin(desk->store, "warning.import", desk->officer, err);

  if (act == NULL) return -1;
  struct change *change = act_keyed(act, &warning_kind, 0, warning_lane(desk, values), values, &existing);
  record_id id = change_record(change);
  outcome->kind = &warning_kind;
  outcome->record = id;
  if (existing) {
    act_cancel(act);
    tell_held(desk, id, values, outcome);
    return 0;
  }
  change_set_all(change, values);
  change_number(change);
  if (later != 0) {
    transition_write(desk, &warning_kind, change, lifted ? "cancelled" : "updated", desk->officer, act_at(act), NULL);
    change_set_number(change, "superseded_by", later);
  }
  int changed = warning_supersede(desk, act, values, id, err);
  if (changed < 0) {
    act_cancel(act);
    return -1;
  }
  if (act_commit(act, err) < 0) return -1;
  tell_imported(values, changed, later, outcome);
  return 0;
}

static int import_one(struct desk *desk, const struct alert *alert, const char *file_name, const char *hash, struct outcome *outcome,
                      struct err *err)
{
  struct values values;

  if (alert->type == ALERT_ACK || alert->type == ALERT_ERROR) {
    outcome->attention = true;
    outcome_say(outcome, _("%s is a message about an alert (%s), not a warning: not kept."), alert->identifier,
                alert_type_name(alert->type));
    return 0;
  }
  values_of(desk, alert, file_name, hash, &values);
  int status = duty_check(desk, &warning_duty, NULL, &values, err);
  /* Expired before it was sent: the reader has noted it; as it stands it would be refused, so the note stays and the time goes. */
  if (status < 0 && values_number(&values, "expires", 0) <= values_number(&values, "sent", 0)) {
    values_clear(&values, "expires");
    status = duty_check(desk, &warning_duty, NULL, &values, err);
  }
  if (status == 0) status = write_warning(desk, &values, outcome, err);
  values_free(&values);
  return status;
}

/* --- a file -------------------------------------------------------------------------------------------------------------------------- */

static void hash_of(const char *bytes, size_t length, char hex[2 * CRYPTO_HASH + 1])
{
  struct crypto_hash hash;
  unsigned char digest[CRYPTO_HASH];

  crypto_hash_start(&hash, "dutydesk warning source", CRYPTO_HASH);
  crypto_hash_add(&hash, bytes, length);
  crypto_hash_end(&hash, digest, CRYPTO_HASH);
  crypto_hex(digest, CRYPTO_HASH, hex);
}

static void tell_refused(const struct alert_list *alerts, struct outcome *outcome)
{
  for (size_t i = 0; i < alerts->refused_count; i++) {
    const struct alert_refusal *refusal = &alerts->refused[i];
    outcome->attention = true;
    outcome_say(outcome, _("Refused, line %d%s%s: %s"), refusal->line, *refusal->identifier != '\0' ? ", " : "", refusal->identifier,
                refusal->reason);
  }
}

int warning_import(struct desk *desk, const char *bytes, size_t length, const char *file_name, struct outcome *outcome, struct err *err)
{
  struct alert_list alerts = ALERT_LIST_INIT;
  const char *base = file_name != NULL && strrchr(file_name, '/') != NULL ? strrchr(file_name, '/') + 1 : file_name;
  char hash[2 * CRYPTO_HASH + 1];
  int status = alert_read(bytes, length, file_name, &alerts, err);

  if (status < 0) return -1;
  hash_of(bytes, length, hash);
  for (size_t i = 0; i < alerts.count && status == 0; i++) status = import_one(desk, &alerts.items[i], base, hash, outcome, err);
  tell_refused(&alerts, outcome);
  alert_list_free(&alerts);
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
  struct buf bytes = BUF_INIT;

  (void)subject;
  int status = file_read(path, ALERT_LIMIT, &bytes, err);
  if (status == 0) status = warning_import(desk, buf_text(&bytes), bytes.length, strcmp(path, "-") == 0 ? NULL : path, outcome, err);
  if (status < 0) err_prefix(err, "%s", path);
  buf_free(&bytes);
  return status;
}

const struct action warning_import_actions[] = {
  { .name = "warning.import",
    .label = N_("Import a warning file"),
    .key = "i",
    .command = "warning import",
    .arguments = import_arguments,
    .help = N_("Takes in a warning as its issuer sent it: CAP 1.1 or 1.2, or the mainland profile. Duplicates change nothing; updates and "
               "cancels change those they refer to."),
    .run = import_run },
  { 0 },
};
