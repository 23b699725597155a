/* Nodes that may exchange journals with us. A superior issues them in its own scope, the same fact in two lanes: down, for all below,
 * and up, for all above, because no lane is read in both directions. Which records count says trust.h; written by the actions here and
 * at enrolment only. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/trust.h"
#include "store/act.h"
#include "store/query.h"

/* clang-format off */
static const struct choice states[] = {
  { "trusted", N_("Trusted") },
  { "waiting", N_("Waiting for an officer's yes") },
  { "revoked", N_("Revoked") },
  { NULL, NULL },
};

static const struct field fields[] = {
  { .name = "public_key", .type = FIELD_TEXT, .label = N_("Public key"), .flags = FIELD_REQUIRED | FIELD_KEY, .least = 64, .most = 64,
    .columns = 16 },
  { .name = "name", .type = FIELD_TEXT, .label = N_("Name"), .flags = FIELD_REQUIRED, .most = 60, .columns = 18 },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_REQUIRED, .columns = 12 },
  { .name = "letter", .type = FIELD_TEXT, .label = N_("Letter"), .flags = FIELD_REQUIRED, .least = 1, .most = 1, .columns = 3 },
  { .name = "scopes", .type = FIELD_TEXT, .label = N_("Further scopes"), .most = 250,
    .help = N_("Area codes, separated by commas, whose records it may see and write as well") },
  { .name = "state", .type = FIELD_CHOICE, .label = N_("State"), .flags = FIELD_REQUIRED | FIELD_AUTOMATIC, .choices = states, .group = 1,
    .columns = 12 },
  { .name = "state_at", .type = FIELD_TIME, .label = N_("Since"), .flags = FIELD_AUTOMATIC, .group = 1 },
  { .name = "state_why", .type = FIELD_NOTE, .label = N_("Why"), .flags = FIELD_AUTOMATIC, .group = 1 },
  { .name = "last_heads", .type = FIELD_NOTE, .label = N_("Last accepted heads"), .flags = FIELD_AUTOMATIC, .group = 1 },
  { .name = "succession", .type = FIELD_NOTE, .label = N_("Keys before this one"), .flags = FIELD_AUTOMATIC },
  { 0 },
};

const struct kind node_kind = {
  .name = "node",
  .label = N_("Node"),
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP) | LANE_BIT(LANE_DOWN),
  .title = "name",
  .order = "area",
  .is_keyed = true,
};

const struct duty node_duty = {
  .kind = &node_kind,
  .read_only = true,
};
/* clang-format on */

/* --- writing the record -------------------------------------------------------------------------------------------------------- */

struct fact { /* what the record is to say; NULL or 0: as it stands */
  const unsigned char *public_key;
  int64_t area;
  char letter;
  const char *name, *scopes, *state, *why;
  char *last_heads;
  const char *succession;
};

static void fact_put(struct act *act, enum lane lane, const struct fact *fact)
{
  char hex[2 * CRYPTO_PUBLIC + 1], code[13], letter[2] = { fact->letter, '\0' };
  struct values key;
  values_start_kind(&key, &node_kind);
  crypto_hex(fact->public_key, CRYPTO_PUBLIC, hex);
  values_set_text(&key, "public_key", hex);
  struct change *change = act_keyed(act, &node_kind, 0, lane, &key, NULL);
  values_free(&key);
  change_set_text(change, "area", area_text(fact->area, code));
  if (fact->name) change_set_text(change, "name", fact->name);
  if (fact->letter) change_set_text(change, "letter", letter);
  if (fact->scopes) change_set_text(change, "scopes", fact->scopes);
  change_set_text(change, "state", fact->state);
  change_set_number(change, "state_at", act_at(act));
  if (fact->why) change_set_text(change, "state_why", fact->why);
  if (fact->last_heads) change_set_text(change, "last_heads", fact->last_heads);
  if (fact->succession) change_set_text(change, "succession", fact->succession);
}

static int fact_write(struct desk *desk, const char *action, const struct fact *fact, struct err *err)
{
  struct act *act = act_begin(desk->store, action, desk->officer, err);
  if (!act) return -1;
  fact_put(act, LANE_DOWN, fact);
  fact_put(act, LANE_UP, fact);
  return act_commit(act, err);
}

int node_issue(struct desk *desk, const char *action, const unsigned char public_key[CRYPTO_PUBLIC], int64_t area, char letter,
               const char *name, struct err *err)
{
  struct fact fact = {
    .public_key = public_key, .area = area, .letter = letter ? letter : 'A', .name = name && *name ? name : "?", .state = "trusted"
  };
  return fact_write(desk, action, &fact, err);
}

int node_adopt(struct desk *desk, const unsigned char public_key[CRYPTO_PUBLIC], int64_t area, char letter, const char *name,
               struct err *err)
{
  int status = trust_pin(desk, public_key, area, letter, name, err);
  return status != 0 || area == store_area(desk->store) ? status : node_issue(desk, "node.introduce", public_key, area, letter, name, err);
}

int node_succeed(struct desk *desk, const char *action, const struct node *before, const unsigned char public_key[CRYPTO_PUBLIC],
                 char letter, const json *links, struct err *err)
{
  char print[FINGERPRINT], *why = mem_printf("<- %s", node_fingerprint(before->public_key, print));
  struct buf succession = BUF_INIT;
  json_write(links, 0, &succession);
  struct fact fact = { .public_key = public_key,
                       .area = before->reach.areas[0],
                       .letter = letter ? letter : 'A',
                       .name = before->name && *before->name ? before->name : "?",
                       .state = "trusted",
                       .why = why,
                       .succession = buf_text(&succession) };
  int status = fact_write(desk, action, &fact, err);
  buf_free(&succession);
  free(why);
  return status;
}

void succession_walk(const unsigned char public_key[CRYPTO_PUBLIC], const json *links,
                     bool (*link)(void *context, const unsigned char old[CRYPTO_PUBLIC], size_t place), void *context)
{
  unsigned char key[CRYPTO_PUBLIC], wanted[CRYPTO_PUBLIC], signature[CRYPTO_SIGNATURE];
  memcpy(wanted, public_key, CRYPTO_PUBLIC);
  for (size_t left = json_count(links); left > 0; left--) {
    const json *entry = json_at(links, left - 1);
    const char *old = json_text(json_get(entry, "old")), *made = json_text(json_get(entry, "signature"));
    char said[64 + 2 * CRYPTO_PUBLIC] = "dutydesk renewal ";
    crypto_hex(wanted, CRYPTO_PUBLIC, said + strlen(said));
    if (!old || !made || !crypto_unhex(old, key, CRYPTO_PUBLIC) || !crypto_unhex(made, signature, CRYPTO_SIGNATURE) ||
        !crypto_check_signature(key, said, strlen(said), signature) || !link(context, key, left - 1))
      return;
    memcpy(wanted, key, CRYPTO_PUBLIC);
  }
}

/* --- which one is meant ---------------------------------------------------------------------------------------------------------- */

struct finding {
  struct desk *desk;
  const char *typed;
  char wanted[2 * CRYPTO_PUBLIC + 1]; /* hex digits alone */
  unsigned char public_key[CRYPTO_PUBLIC];
  int64_t area;
  char letter;
  char *name;
  int count;
};

static void finding_take(struct finding *finding, const unsigned char *public_key, int64_t area, char letter, const char *name)
{
  if (finding->count && memcmp(finding->public_key, public_key, CRYPTO_PUBLIC) == 0) return;
  finding->count++;
  memcpy(finding->public_key, public_key, CRYPTO_PUBLIC);
  finding->area = area;
  finding->letter = letter;
  free(finding->name);
  finding->name = mem_dup(name);
}

/* By the beginning of its fingerprint or its number, or by its name. */
static bool is_meant(const struct finding *finding, const unsigned char *public_key, const char *name)
{
  char print[FINGERPRINT], number[20], digits[FINGERPRINT];
  size_t length = strlen(finding->wanted), count = 0;
  node_fingerprint(public_key, print);
  for (const char *at = print; *at; at++)
    if (*at != ' ') digits[count++] = *at;
  digits[count] = '\0';
  snprintf(number, sizeof(number), "%016llx", (unsigned long long)node_of_key(public_key));
  if (length >= 4 && (strncmp(digits, finding->wanted, length) == 0 || strncmp(number, finding->wanted, length) == 0)) return true;
  return name && strcmp(name, finding->typed) == 0;
}

static void known_row(void *context, const struct node *node)
{
  struct finding *finding = context;
  if (is_meant(finding, node->public_key, node->name))
    finding_take(finding, node->public_key, node->reach.areas[0], node->letter, node->name);
}

static int waiting_row(void *context, const struct peer *peer)
{
  struct finding *finding = context;
  char *name = peer->state == PEER_WAITING ? trust_name(finding->desk, peer->node) : NULL;
  if (peer->state == PEER_WAITING && is_meant(finding, peer->public_key, name))
    finding_take(finding, peer->public_key, peer->area, peer->letter, name);
  free(name);
  return 0;
}

static int find(struct desk *desk, const char *typed, struct finding *finding, struct err *err)
{
  *finding = (struct finding){ .desk = desk, .typed = typed };
  size_t count = 0;
  for (const char *at = typed; *at && count < sizeof(finding->wanted) - 1; at++)
    if (strchr("0123456789abcdef", *at))
      finding->wanted[count++] = *at;
    else if (*at != ' ') { /* a name */
      count = 0;
      break;
    }
  finding->wanted[count] = '\0';
  struct trust *trust = trust_read(desk, err);
  if (!trust) return -1;
  trust_each(trust, known_row, finding);
  trust_close(trust);
  if (peer_each(desk->store, waiting_row, finding, err) < 0) return -1;
  if (finding->count == 1) return 0;
  free(finding->name);
  finding->name = NULL;
  if (finding->count) return err_usage(err, _("'%s' may mean several stations' machines: give more of the fingerprint"), typed);
  return err_usage(err, _("no machine has the fingerprint, number or name '%s'; 'dutydesk node list' shows those there are"), typed);
}

/* One above us: we say to ourselves and to those below whom we obey. It cannot be asked whether that is right; the fingerprint was
 * compared over the phone. */
static int say_yes(struct desk *desk, const struct fact *fact, struct err *err)
{
  int64_t own = store_area(desk->store);
  if (area_contains(own, fact->area)) return fact_write(desk, "node.trust", fact, err);
  if (area_contains(fact->area, own)) return node_adopt(desk, fact->public_key, fact->area, fact->letter, fact->name, err);
  return err_set(err, _("Its area lies outside ours: a superior of both has to decide about it"));
}

static int peer_is_known(struct desk *desk, const struct fact *fact, struct err *err)
{
  struct peer peer;
  int found = peer_read(desk->store, node_of_key(fact->public_key), &peer, err);
  if (found != 1) return found;
  peer.state = PEER_KNOWN;
  peer.area = fact->area;
  peer.superior = !area_contains(store_area(desk->store), fact->area);
  return peer_keep(desk->store, &peer, err) == 0 ? trust_note_name(desk, peer.node, NULL, err) : -1;
}

/* --- actions ------------------------------------------------------------------------------------------------------------------------ */

static int trust_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct finding finding;
  char print[FINGERPRINT], code[13];
  (void)subject;
  if (find(desk, values_text(arguments, "node"), &finding, err) < 0) return -1;
  const char *area = values_text(arguments, "area"), *name = values_text(arguments, "name"), *letter = values_text(arguments, "letter");
  struct fact fact = { .public_key = finding.public_key,
                       .area = area ? area_from_text(area, NULL) : finding.area,
                       .letter = letter           ? letter[0]
                                 : finding.letter ? finding.letter
                                                  : 'A',
                       .name = name           ? name
                               : finding.name ? finding.name
                                              : area_text(finding.area, code),
                       .scopes = values_text(arguments, "scopes"),
                       .state = "trusted",
                       .why = values_text(arguments, "why") };
  int status = say_yes(desk, &fact, err);
  if (status == 0) status = peer_is_known(desk, &fact, err);
  if (status == 0)
    outcome_say(outcome, _("Trusted from now on: %s; what it sent is taken in with the next exchange"),
                node_fingerprint(finding.public_key, print));
  free(finding.name);
  return status;
}

static int head_note(void *context, const struct log_head *head)
{
  void **both = context;
  struct buf name = BUF_INIT;
  if (head->name.node == *(const uint64_t *)both[1]) {
    log_name_text(&head->name, &name);
    json_put(both[0], buf_text(&name), json_make_number(head->seq));
  }
  buf_free(&name);
  return 0;
}

/* {"NODE/AREA/LANE": seq, …}: what is held of it now is the last that is accepted anywhere. NULL: it could not be read. */
static char *last_heads(struct desk *desk, uint64_t number, struct err *err)
{
  json *heads = json_make_object();
  struct buf text = BUF_INIT;
  int status = journal_heads(desk->store, head_note, (void *[]){ heads, &number }, err);
  json_write(heads, 0, &text);
  json_drop(heads);
  if (status == 0) return buf_take(&text, NULL);
  buf_free(&text);
  return NULL;
}

/* A thief may have given the machine a new key before anybody knew. */
static void heirs_say(struct desk *desk, const unsigned char public_key[CRYPTO_PUBLIC], struct outcome *outcome)
{
  char print[FINGERPRINT], *why = mem_printf("<- %s", node_fingerprint(public_key, print));
  struct query *query =
    query_open(desk->store, "SELECT DISTINCT public_key FROM k_node WHERE state_why = ? AND state = 'trusted' AND voided IS NULL");
  unsigned char heir[CRYPTO_PUBLIC];
  query_bind_text(query, 1, why);
  while (query_next(query, NULL) == 1)
    if (crypto_unhex(query_text(query, 0), heir, CRYPTO_PUBLIC)) {
      outcome_say(outcome, _("A later key of the same machine is still trusted: %s; revoke it too, unless it is in good hands"),
                  node_fingerprint(heir, print));
      outcome->attention = true;
    }
  query_close(query);
  free(why);
}

static int revoke_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct finding finding;
  char print[FINGERPRINT];
  (void)subject;
  if (find(desk, values_text(arguments, "node"), &finding, err) < 0) return -1;
  uint64_t number = node_of_key(finding.public_key);
  struct fact fact = { .public_key = finding.public_key,
                       .area = finding.area,
                       .letter = finding.letter ? finding.letter : 'A',
                       .name = finding.name ? finding.name : "?",
                       .state = "revoked",
                       .why = values_text(arguments, "why") };
  int status = number == store_node(desk->store) ? err_set(err, _("This is the machine you work at: revoke it from another one"))
               : area_contains(store_area(desk->store), fact.area)
                 ? 0
                 : err_set(err, _("Its area lies outside ours: a superior of both has to decide about it"));
  if (status == 0 && !(fact.last_heads = last_heads(desk, number, err))) status = -1;
  if (status == 0) {
    status = fact_write(desk, "node.revoke", &fact, err);
    free(fact.last_heads);
  }
  if (status == 0)
    outcome_say(outcome, _("Revoked: nothing that it writes from now on is accepted: %s"), node_fingerprint(finding.public_key, print));
  if (status == 0) heirs_say(desk, finding.public_key, outcome);
  free(finding.name);
  return status;
}

/* clang-format off */
static const struct field trust_arguments[] = {
  { .name = "node", .type = FIELD_TEXT, .label = N_("Fingerprint or name"), .flags = FIELD_REQUIRED, .help = N_("As the station reads it out; the first four digits do if no other begins so") },
  { .name = "name", .type = FIELD_TEXT, .label = N_("Name"), .most = 60, .flags = FIELD_NAMED },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_NAMED, .help = N_("Empty: what it says of itself") },
  { .name = "letter", .type = FIELD_TEXT, .label = N_("Letter"), .least = 1, .most = 1, .flags = FIELD_NAMED },
  { .name = "scopes", .type = FIELD_TEXT, .label = N_("Further scopes"), .most = 200, .flags = FIELD_NAMED,
    .help = N_("Area codes, separated by commas, whose records it may see and write as well") },
  { .name = "why", .type = FIELD_NOTE, .label = N_("Why"), .flags = FIELD_NAMED },
  { 0 },
};

static const struct field revoke_arguments[] = {
  { .name = "node", .type = FIELD_TEXT, .label = N_("Fingerprint or name"), .flags = FIELD_REQUIRED },
  { .name = "why", .type = FIELD_NOTE, .label = N_("Why"), .flags = FIELD_REQUIRED },
  { 0 },
};

const struct action node_actions[] = {
  { .name = "node.trust",
    .label = N_("Trust a station's machine"),
    .help = N_("Says that the machine with this fingerprint belongs to a station of ours; compare it over the phone first."),
    .command = "node trust",
    .who = WHO_LEADER,
    .arguments = trust_arguments,
    .run = trust_run },
  { .name = "node.revoke",
    .label = N_("Revoke a station's machine"),
    .help = N_("Lost or stolen: nothing that it writes from now on is accepted anywhere."),
    .command = "node revoke",
    .who = WHO_LEADER,
    .arguments = revoke_arguments,
    .run = revoke_run },
  { 0 },
};
/* clang-format on */
