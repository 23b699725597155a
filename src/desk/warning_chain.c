/* Chains of alerts: to which warning a message belongs, in whatever order they arrive, and what that warning says then. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/transition.h"
#include "desk/warning.h"
#include "store/act.h"
#include "store/query.h"

/* --- which warning ------------------------------------------------------------------------------------------------------------------- */

/* Keys, since a superior's record and our own of one warning share theirs. */
struct found {
  char **keys;
  int count;
};

static void found_add(struct found *found, const char *key)
{
  for (int i = 0; i < found->count; i++)
    if (strcmp(found->keys[i], key) == 0) return;
  found->keys = mem_grow(found->keys, (size_t)found->count + 1, sizeof *found->keys);
  found->keys[found->count++] = mem_dup(key);
}

static void found_free(struct found *found)
{
  for (int i = 0; i < found->count; i++) free(found->keys[i]);
  free(found->keys);
}

/* A reference is a message's key without its status, "SENDER IDENTIFIER". The mainland's is the bare identifier of the first alert, and
 * means the sender's own if there is one, since two issuers may number alike. ?1 the message's status, ?2 its sender, ?3 a reference, ?4
 * the message's own identifier, ?5 its sender and identifier. */
#define KEYS "SELECT w.key FROM k_warning_message m JOIN k_warning w ON w.id = m.warning WHERE m.status = ?1 AND w.voided IS NULL AND "
#define SINGLE "SELECT key FROM k_warning WHERE status = ?1 AND voided IS NULL AND "
#define PLAIN_KEY(text) "CASE ?1 WHEN 'actual' THEN " text " ELSE ?1 || ': ' || " text " END"
#define LISTS(what)                                                                                                                        \
  "(m.refs = " what " OR (m.many_refs = 1 AND instr(char(10) || m.refs || char(10), char(10) || " what " || char(10)) > 0))"
#define HELD_OF(whom)                                                                                                                      \
  "EXISTS (SELECT 1 FROM k_warning_message own WHERE own.identifier = ?3 AND own.sender IS " whom " AND own.status = ?1)"

/* What it refers to; a warning that was written by hand has no message. */
static const char meant_whole[] = KEYS "m.key = " PLAIN_KEY("?3") " UNION " SINGLE "key = " PLAIN_KEY("?3");
static const char meant_bare[] =
  KEYS "m.identifier = ?3 AND (m.sender IS ?2 OR NOT " HELD_OF("?2") ") UNION " SINGLE "key = " PLAIN_KEY("?2 || ' ' || ?3");
/* What refers to the same. */
static const char beside_whole[] = KEYS LISTS("?3");
static const char beside_bare[] = KEYS LISTS("?3") " AND m.sender IS ?2";
/* What refers to it. */
static const char refers_here[] = KEYS LISTS("?5") " UNION " KEYS LISTS(
  "?4") " AND (m.sender IS ?2 OR NOT EXISTS (SELECT 1 FROM k_warning_message own WHERE own.identifier = ?4"
        " AND own.sender IS m.sender AND own.status = ?1))";

static int find(struct desk *desk, const char *sql, const struct values *message, const char *reference, struct found *found,
                struct err *err)
{
  struct query *query = query_open(desk->store, sql);
  const char *identifier = values_text(message, "identifier"), *sender = values_text(message, "sender");
  int row;

  query_bind_text(query, 1, values_text(message, "status"));
  if (strstr(sql, "?2") != NULL) query_bind_text(query, 2, sender);
  if (strstr(sql, "?3") != NULL) query_bind_text(query, 3, reference);
  if (strstr(sql, "?4") != NULL) query_bind_text(query, 4, identifier);
  if (strstr(sql, "?5") != NULL) {
    char *own = warning_key(NULL, sender != NULL ? sender : "?", identifier != NULL ? identifier : "");
    query_bind_text(query, 5, own);
    free(own);
  }
  while ((row = query_next(query, err)) == 1) found_add(found, query_text(query, 0));
  query_close(query);
  return row;
}

static int find_by_reference(struct desk *desk, const struct values *message, const char *reference, struct found *found, struct err *err)
{
  bool whole = strchr(reference, ' ') != NULL;
  int status = find(desk, whole ? meant_whole : meant_bare, message, reference, found, err);

  return status == 0 ? find(desk, whole ? beside_whole : beside_bare, message, reference, found, err) : -1;
}

/* Calls each() for the references, one a line. */
static int each_reference(const char *refs, int (*each)(void *context, const char *reference), void *context)
{
  int status = 0;

  while (status == 0 && refs != NULL && *refs != '\0') {
    size_t length = strcspn(refs, "\n");
    char *reference = mem_dup_n(refs, length);
    if (length > 0) status = each(context, reference);
    free(reference);
    refs += length + (refs[length] == '\n');
  }
  return status;
}

struct finding {
  struct desk *desk;
  const struct values *message;
  struct found *found;
  struct err *err;
};

static int find_one(void *context, const char *reference)
{
  struct finding *finding = context;
  return find_by_reference(finding->desk, finding->message, reference, finding->found, finding->err);
}

static bool is_type(const struct values *message, const char *type)
{
  const char *text = values_text(message, "type");
  return text != NULL && strcmp(text, type) == 0;
}

static bool lifts(const struct values *message)
{
  return values_number(message, "lifts", 0) != 0 || is_type(message, "cancel");
}

/* An update or cancel that refers to nothing means what its issuer said last about the same event and is still open. */
static int find_same_event(struct desk *desk, const struct values *message, struct found *found, struct err *err)
{
  const char *issuer = values_text(message, "sender_name"), *event = values_text(message, "event");

  if (issuer == NULL || event == NULL || (!lifts(message) && !is_type(message, "update"))) return 0;
  struct query *query = query_open(desk->store, "SELECT key FROM k_warning WHERE state IN ('received', 'in_force') AND voided IS NULL"
                                                " AND sent <= ?1 AND status = ?2 AND sender_name = ?3 AND event = ?4 ORDER BY sent DESC");
  query_bind_number(query, 1, values_number(message, "sent", 0));
  query_bind_text(query, 2, values_text(message, "status"));
  query_bind_text(query, 3, issuer);
  query_bind_text(query, 4, event);
  int row;
  while ((row = query_next(query, err)) == 1) found_add(found, query_text(query, 0));
  query_close(query);
  return row;
}

static int find_chain(struct desk *desk, const struct values *message, struct found *found, struct err *err)
{
  struct finding finding = { desk, message, found, err };
  const char *refs = values_text(message, "refs");

  if (refs == NULL && find_same_event(desk, message, found, err) < 0) return -1;
  if (values_known(message, "identifier") && find(desk, refers_here, message, NULL, found, err) < 0) return -1;
  return each_reference(refs, find_one, &finding);
}

/* --- the warning --------------------------------------------------------------------------------------------------------------------- */

static int first_reference(void *context, const char *reference)
{
  *(char **)context = mem_dup(reference);
  return 1;
}

/* That of the first alert as far as is known: what it refers to (the desk writes the oldest reference first), else itself. */
static char *root_key(const struct values *message)
{
  const char *sender = values_text(message, "sender"), *status = values_text(message, "status");
  char *reference = NULL, *key;

  each_reference(values_text(message, "refs"), first_reference, &reference);
  if (reference == NULL) return mem_dup(values_text(message, "key"));
  char *space = strchr(reference, ' ');
  if (space != NULL) *space = '\0';
  key = space != NULL ? warning_key(status, reference, space + 1) : warning_key(status, sender != NULL ? sender : "?", reference);
  free(reference);
  return key;
}

/* What the warning takes over from its latest alert. */
static const char *const shown[] = { "sent",  "colour",     "event",       "headline", "status",   "sender_name", "type",
                                     "lifts", "event_code", "description", "areas",    "geocodes", "instruction", "effective",
                                     "onset", "expires",    "identifier",  "sender",   "received", "notes" };

static void show(struct desk *desk, struct change *warning, const struct values *message)
{
  int64_t assumed = warning_assumed(desk, message);

  for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
    int index = values_index(message, shown[i]);
    change_set(warning, shown[i], &message->list[index]);
  }
  if (assumed != 0)
    change_set_number(warning, "assumed_until", assumed);
  else
    change_clear(warning, "assumed_until");
}

/* Cancels come after updates, updates after alerts of the same minute. */
static int rank(const char *type)
{
  return type == NULL ? 0 : strcmp(type, "cancel") == 0 ? 2 : strcmp(type, "update") == 0;
}

static bool is_later(const struct values *message, const struct record *than)
{
  int64_t sent = values_number(message, "sent", 0), other = record_number(than, "sent", 0);
  return sent != other ? sent > other : rank(values_text(message, "type")) >= rank(record_text(than, "type"));
}

/* The own record of that key, struck or not; 0 if there is none, or only a superior's, which is not ours to change. */
static record_id own_warning(struct desk *desk, const char *key)
{
  struct query *query = query_open(desk->store, "SELECT id FROM k_warning WHERE key = ?1");
  record_id own = 0;

  query_bind_text(query, 1, key);
  while (own == 0 && query_next(query, NULL) == 1) {
    record_id id = query_number(query, 0);
    if (record_area(desk->store, id) == store_area(desk->store)) own = id;
  }
  query_close(query);
  return own;
}

static void begin(struct desk *desk, struct act *act, struct change *warning, const struct values *message)
{
  show(desk, warning, message);
  change_number(warning);
  transition_write(desk, &warning_kind, warning, lifts(message) ? "cancelled" : "received", desk->officer, act_at(act), NULL);
  change_set_number(warning, "began", values_number(message, "received", 0));
  change_set_number(warning, "messages", 1);
}

/* Every later alert has to be read again. */
static void follow(struct desk *desk, struct act *act, struct change *warning, const struct values *message)
{
  show(desk, warning, message);
  transition_write(desk, &warning_kind, warning, lifts(message) ? "cancelled" : "received", desk->officer, act_at(act), NULL);
}

/* --- several warnings that turn out to be one ----------------------------------------------------------------------------------------- */

/* The messages of `from` go over to `into`, and it is struck. */
static int join(struct desk *desk, struct act *act, record_id from, record_id into, struct err *err)
{
  struct query *query = query_open(desk->store, "SELECT id FROM k_warning_message WHERE warning = ?1");
  int row;

  query_bind_number(query, 1, from);
  while ((row = query_next(query, err)) == 1)
    change_set_number(act_edit(act, &warning_message_kind, query_number(query, 0)), "warning", into);
  query_close(query);
  struct change *struck = act_edit(act, &warning_kind, from);
  change_set_text(struck, "voided", N_("Its alerts belong to another warning, as a later one has shown."));
  change_set_number(struck, "replaced_by", into);
  return row;
}

/* --- taking one in -------------------------------------------------------------------------------------------------------------------- */

struct taking {
  struct desk *desk;
  struct act *act;
  const struct values *message;
  struct warning_news *news;
  struct change *warning;
  struct record top;    /* what showed until now: the warning itself, or one that is joined to it; no kind: nothing */
  record_id top_record; /* whose it is */
  int64_t messages;
};

/* The record that says the latest of those that become one. */
static int see(struct taking *taking, record_id id, struct err *err)
{
  struct record record = { 0 };

  if (record_read(taking->desk->store, &warning_kind, id, &record, err) < 0) return -1;
  taking->messages += record_number(&record, "messages", 0);
  if (taking->top.kind != NULL && !is_later(&record.values, &taking->top)) {
    record_free(&record);
    return 0;
  }
  record_free(&taking->top);
  taking->top = record;
  taking->top_record = id;
  return 0;
}

static int join_others(struct taking *taking, const struct found *found, const char *key, struct err *err)
{
  record_id into = change_record(taking->warning);
  int status = 0;

  for (int i = 0; i < found->count && status == 0; i++) {
    record_id other = strcmp(found->keys[i], key) != 0 ? own_warning(taking->desk, found->keys[i]) : 0;
    if (other == 0 || other == into) continue;
    status = see(taking, other, err);
    if (status == 0) status = join(taking->desk, taking->act, other, into, err);
    taking->news->joined++;
  }
  return status;
}

static bool has_risen(const struct taking *taking)
{
  const char *before = taking->top.kind != NULL ? record_text(&taking->top, "colour") : NULL, *now = values_text(taking->message, "colour");
  return before == NULL || (now != NULL && alert_colour_of(now) > alert_colour_of(before));
}

static void write_warning(struct taking *taking)
{
  struct warning_news *news = taking->news;
  bool joined = taking->top.kind != NULL && taking->top_record != change_record(taking->warning);

  news->rose = has_risen(taking) && !lifts(taking->message);
  if (taking->top.kind == NULL) {
    news->step = WARNING_NEW;
    begin(taking->desk, taking->act, taking->warning, taking->message);
    return;
  }
  news->step = is_later(taking->message, &taking->top) ? WARNING_FOLLOWS : WARNING_LATE;
  if (news->step == WARNING_FOLLOWS) {
    follow(taking->desk, taking->act, taking->warning, taking->message);
  } else if (joined) {
    show(taking->desk, taking->warning, &taking->top.values);
    transition_write(taking->desk, &warning_kind, taking->warning, transition_state(&taking->top, "received"), taking->desk->officer,
                     act_at(taking->act), NULL);
  }
  if (news->step == WARNING_LATE) news->rose = false;
  change_set_number(taking->warning, "messages", taking->messages + 1);
}

static void write_message(struct taking *taking)
{
  struct change *change =
    act_keyed(taking->act, &warning_message_kind, 0, warning_lane(taking->desk, taking->message), taking->message, NULL);

  change_set_all(change, taking->message);
  change_set_number(change, "warning", change_record(taking->warning));
  taking->news->message = change_record(change);
  taking->news->warning = change_record(taking->warning);
}

/* The key that the chain goes by: the first alert's if that is known, else that of the warning which began earliest. */
static char *chain_key(struct desk *desk, const struct values *message, const struct found *found)
{
  char *root = root_key(message), *best = NULL;
  int64_t earliest = INT64_MAX;

  for (int i = 0; i < found->count && best == NULL; i++)
    if (strcmp(found->keys[i], root) == 0) best = mem_dup(root);
  for (int i = 0; i < found->count && (best == NULL || earliest != INT64_MAX); i++) {
    record_id id = own_warning(desk, found->keys[i]);
    int64_t sent =
      id != 0 ? query_single(desk->store, "SELECT min(sent) FROM k_warning_message WHERE warning = ?1", id, INT64_MAX - 1) : INT64_MAX - 1;
    if (sent >= earliest) continue;
    earliest = sent;
    free(best);
    best = mem_dup(found->keys[i]);
  }
  if (best == NULL) return root;
  free(root);
  return best;
}

/* A struck warning stays as it is: what was put in its place goes on, else the message begins one of its own. */
static char *key_that_stands(struct desk *desk, const struct values *message, char *key)
{
  record_id id = own_warning(desk, key);
  struct record record = { 0 };

  for (int steps = 0; id != 0 && steps < 10 && record_read(desk->store, &warning_kind, id, &record, NULL) == 1; steps++) {
    bool struck = record_is_void(&record);
    free(key);
    id = struck ? record_number(&record, "replaced_by", 0) : 0;
    key = mem_dup(struck ? values_text(message, "key") : record_text(&record, "key"));
    record_free(&record);
    record = (struct record){ 0 };
  }
  return key;
}

static int take(struct taking *taking, const struct found *found, struct err *err)
{
  struct values named;
  bool existing = false;
  char *key = key_that_stands(taking->desk, taking->message, chain_key(taking->desk, taking->message, found));

  values_start_kind(&named, &warning_kind);
  values_set_text(&named, "key", key);
  values_set_text(&named, "status", values_text(taking->message, "status"));
  taking->warning = act_keyed(taking->act, &warning_kind, 0, warning_lane(taking->desk, &named), &named, &existing);
  values_free(&named);
  int status = existing ? see(taking, change_record(taking->warning), err) : 0;
  if (status == 0) status = join_others(taking, found, key, err);
  if (status == 0) {
    write_message(taking);
    write_warning(taking);
  }
  record_free(&taking->top);
  free(key);
  return status;
}

static const char *text_or_none(const struct values *values, const char *name)
{
  return values_known(values, name) ? values_text(values, name) : "";
}

void warning_set_key(struct values *message)
{
  const char *sender = values_text(message, "sender"), *identifier = values_text(message, "identifier");
  char at[CLOCK_TEXT];

  if (sender == NULL) sender = values_text(message, "sender_name");
  char *made = identifier != NULL ? mem_dup(identifier)
                                  : mem_printf("%s-%s-%s", clock_text(at, values_number(message, "sent", 0), CLOCK_DATE_TIME),
                                               text_or_none(message, "event"), text_or_none(message, "colour"));
  char *key = warning_key(values_text(message, "status"), sender != NULL ? sender : "?", made);
  values_set_text(message, "key", key);
  free(made);
  free(key);
}

static bool is_held(struct desk *desk, const char *key, struct warning_news *news)
{
  struct query *query = query_open(desk->store, "SELECT id, warning FROM k_warning_message WHERE key = ?1");

  query_bind_text(query, 1, key);
  bool held = query_next(query, NULL) == 1;
  if (held) *news = (struct warning_news){ WARNING_HELD, query_number(query, 1), query_number(query, 0), false, 0 };
  query_close(query);
  return held;
}

int warning_take(struct desk *desk, struct act *act, struct values *message, struct warning_news *news, struct err *err)
{
  struct found found = { 0 };
  struct taking taking = { .desk = desk, .act = act, .message = message, .news = news };

  *news = (struct warning_news){ 0 };
  warning_set_key(message);
  if (is_held(desk, values_text(message, "key"), news)) return 0;
  values_set_number(message, "many_refs", values_known(message, "refs") && strchr(values_text(message, "refs"), '\n') != NULL);
  int status = find_chain(desk, message, &found, err);
  if (status == 0) status = take(&taking, &found, err);
  found_free(&found);
  return status < 0 ? -1 : 0;
}
