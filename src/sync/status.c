/* What is known about the exchange: delivered, on the way, last contacts, clocks. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/trust.h"
#include "sync/hub.h"
#include "sync/sync.h"

struct gathering {
  struct trust *trust;
  json *list;
};

static json *time_json(int64_t at)
{
  char text[CLOCK_TEXT];
  return at ? json_make_text(clock_text(text, at, CLOCK_ISO)) : json_make_null();
}

static int peer_row(void *context, const struct peer *peer)
{
  struct gathering *gathering = context;
  const struct node *node = trust_find(gathering->trust, peer->node);
  char digits[20], code[13];
  if (!peer_contact(peer) || peer->node == trust_own(gathering->trust)->number) return 0;
  json *object = json_make_object();
  snprintf(digits, sizeof(digits), "%016" PRIx64, peer->node);
  json_put(object, "node", json_make_text(digits));
  json_put(object, "name", json_make_text(node && node->name ? node->name : ""));
  json_put(object, "area", json_make_text(area_text(peer->area, code)));
  json_put(object, "superior", json_make_bool(peer->superior));
  json_put(object, "waiting", json_make_bool(peer->state == PEER_WAITING));
  json_put(object, "contact", time_json(peer_contact(peer)));
  json_put(object, "skew", json_make_number(peer->skew));
  json_put(object, "receipt", time_json(peer->receipt_came));
  json_append(gathering->list, object);
  return 0;
}

static void remotes_put(struct desk *desk, json *status)
{
  char **remotes = sync_remotes(desk);
  json *list = json_make_array();
  for (int i = 0; remotes[i]; i++) {
    struct sync_contact contact;
    json *object = json_make_object();
    sync_contact_read(desk, remotes[i], &contact);
    json_put(object, "remote", json_make_text(remotes[i]));
    json_put(object, "tried", time_json(contact.tried));
    json_put(object, "worked", time_json(contact.worked));
    json_put(object, "trouble", contact.trouble ? json_make_text(contact.trouble) : json_make_null());
    json_append(list, object);
    sync_contact_free(&contact);
  }
  json_put(status, "remotes", list);
  sync_remotes_free(remotes);
}

json *sync_status_json(struct desk *desk, struct err *err)
{
  struct delivery delivery;
  struct gathering gathering = { trust_read(desk, err), json_make_array() };
  json *status = NULL;
  int superior = gathering.trust ? trust_delivery(desk, &delivery, err) : -1;
  if (superior >= 0 && peer_each(desk->store, peer_row, &gathering, err) == 0) {
    status = json_make_object();
    json_put(status, "superior", json_make_bool(superior == 1));
    json_put(status, "undelivered", json_make_number(delivery.undelivered));
    json_put(status, "since", time_json(delivery.since));
    json_put(status, "at_hub", json_make_number(hub_waiting(desk)));
    json_put(status, "receipt", time_json(delivery.receipt_at));
    json_put(status, "staged", json_make_number(staged_count(desk->store)));
    json_put(status, "not_shown", json_make_number(journal_oddities(desk->store)));
    json_put(status, "only_stick", json_make_bool(sync_only_stick(desk)));
    remotes_put(desk, status);
    json_put(status, "peers", json_keep(gathering.list));
  }
  json_drop(gathering.list);
  trust_close(gathering.trust);
  return status;
}

/* --- for people ----------------------------------------------------------------------------------------------------------------------- */

static void delivery_say(bool superior, const struct delivery *delivery, struct buf *out)
{
  char when[CLOCK_TEXT];
  if (!superior)
    buf_adds(out, _("No superior is known here: nothing waits to be delivered\n"));
  else if (!delivery->receipt_at)
    buf_addf(out, _("No superior has ever confirmed anything; %" PRId64 " operations of ours wait\n"), delivery->undelivered);
  else if (delivery->undelivered == 0)
    buf_addf(out, _("All delivered: the superior confirmed everything at %s\n"), clock_text(when, delivery->receipt_at, CLOCK_SHORT));
  else {
    buf_addf(out, _("The superior confirmed last at %s;"), clock_text(when, delivery->receipt_at, CLOCK_SHORT));
    buf_addc(out, ' ');
    buf_addf(out, _("%" PRId64 " operations are on the way since %s\n"), delivery->undelivered,
             clock_text(when, delivery->since, CLOCK_SHORT));
  }
}

static void remotes_say(struct desk *desk, struct buf *out)
{
  char **remotes = sync_remotes(desk), when[CLOCK_TEXT];
  for (int i = 0; remotes[i]; i++) {
    struct sync_contact contact;
    sync_contact_read(desk, remotes[i], &contact);
    buf_addf(out, "%s: ", remotes[i]);
    if (contact.worked)
      buf_addf(out, _("worked last at %s"), clock_text(when, contact.worked, CLOCK_SHORT));
    else
      buf_adds(out, _("never worked yet"));
    if (contact.trouble) buf_addf(out, "; %s: %s", clock_text(when, contact.tried, CLOCK_SHORT), contact.trouble);
    buf_addc(out, '\n');
    sync_contact_free(&contact);
  }
  sync_remotes_free(remotes);
}

struct saying {
  struct trust *trust;
  struct buf *out;
};

static int peer_say(void *context, const struct peer *peer)
{
  struct saying *saying = context;
  const struct node *node = trust_find(saying->trust, peer->node);
  char code[13], when[CLOCK_TEXT], length[CLOCK_TEXT];
  if (!peer_contact(peer) || peer->node == trust_own(saying->trust)->number) return 0;
  buf_addf(saying->out, "%s %s: ", area_text(peer->area, code), node && node->name ? node->name : "?");
  buf_addf(saying->out, peer->state == PEER_WAITING ? _("unknown, knocked at %s") : _("last contact %s"),
           clock_text(when, peer_contact(peer), CLOCK_SHORT));
  int64_t skew = peer->skew < 0 ? -peer->skew : peer->skew;
  if (skew >= CLOCK_MINUTE) {
    buf_adds(saying->out, "; ");
    buf_addf(saying->out, peer->skew > 0 ? _("its clock is ahead of ours by %s") : _("its clock is behind ours by %s"),
             clock_length(length, skew));
  }
  buf_addc(saying->out, '\n');
  return 0;
}

int sync_status_text(struct desk *desk, struct buf *out, struct err *err)
{
  struct delivery delivery;
  int superior = trust_delivery(desk, &delivery, err);
  struct saying saying = { superior < 0 ? NULL : trust_read(desk, err), out };
  if (!saying.trust) return -1;
  delivery_say(superior == 1, &delivery, out);
  int64_t at_hub = hub_waiting(desk);
  if (at_hub) buf_addf(out, _("%" PRId64 " of them lie at the hub\n"), at_hub);
  if (sync_only_stick(desk)) buf_addf(out, "%s\n", _("Only by stick today"));
  remotes_say(desk, out);
  int status = peer_each(desk->store, peer_say, &saying, err);
  int64_t staged = staged_count(desk->store), oddities = journal_oddities(desk->store);
  if (staged) buf_addf(out, _("%" PRId64 " operations wait until an officer says yes to the machine that wrote them\n"), staged);
  if (oddities) buf_addf(out, _("%" PRId64 " operations are kept but not shown: 'dutydesk verify' says which, and why\n"), oddities);
  trust_close(saying.trust);
  return status;
}
