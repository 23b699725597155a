#include "tui/sync_lines.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/conflict.h"
#include "desk/trust.h"
#include "store/journal.h"
#include "sync/hub.h"
#include "sync/sync.h"
#include "tui/job.h"

struct making {
  struct sync_lines *lines;
  struct shell *shell;
  struct trust *trust;
  int columns;
  enum style style;
  bool has_heading;
};

static struct sync_line *add(struct making *making, enum sync_does does, char *text)
{
  struct sync_lines *lines = making->lines;

  lines->list = mem_grow(lines->list, (size_t)lines->count + 1, sizeof *lines->list);
  lines->list[lines->count] = (struct sync_line){ .does = does, .text = text, .style = making->style };
  return &lines->list[lines->count++];
}

static bool add_words(const char *bytes, size_t length, void *context)
{
  add(context, SYNC_NOTHING, mem_dup_n(bytes, length));
  return true;
}

/* As many lines as it takes. */
static void add_text(struct making *making, enum style style, char *text)
{
  making->style = style;
  text_wrap(text, making->columns, making->shell->terminal->ambiguous, add_words, making);
  making->style = STYLE_NORMAL;
  free(text);
}

static void head_once(struct making *making, const char *heading)
{
  if (!making->has_heading) add(making, SYNC_HEAD, mem_dup(heading));
  making->has_heading = true;
}

void sync_lines_free(struct sync_lines *lines)
{
  for (int i = 0; i < lines->count; i++) {
    free(lines->list[i].text);
    free(lines->list[i].fingerprint);
  }
  free(lines->list);
  *lines = (struct sync_lines){ 0 };
}

/* --- what the superior holds ---------------------------------------------------------------------------------------------- */

static void add_delivery(struct making *making, bool superior, const struct delivery *delivery)
{
  char time[CLOCK_TEXT];

  if (!superior)
    add_text(making, STYLE_NORMAL, mem_dup(_("No superior is known here: nothing waits to be delivered.")));
  else if (delivery->receipt_at == 0)
    add_text(making, STYLE_NORMAL, mem_dup(_("No superior has confirmed anything yet.")));
  else if (delivery->undelivered == 0)
    add_text(
      making, STYLE_STRONG,
      mem_printf(_("All delivered: the superior holds everything, confirmed %s."), clock_text(time, delivery->receipt_at, CLOCK_SHORT)));
  else
    add_text(making, STYLE_NORMAL, mem_printf(_("The superior confirmed last %s."), clock_text(time, delivery->receipt_at, CLOCK_SHORT)));
  if (delivery->undelivered > 0)
    add_text(making, STYLE_LATE,
             mem_printf(_("On the way: %" PRId64 ", since %s."), delivery->undelivered, clock_text(time, delivery->since, CLOCK_SHORT)));
  int64_t at_hub = hub_waiting(&making->shell->desk);
  if (at_hub > 0)
    add_text(making, STYLE_NORMAL,
             mem_printf(_("At the hub, where the superior will find them: %" PRId64 "."), at_hub)); /* L10N: 已在汇聚库 */
  if (sync_only_stick(&making->shell->desk))
    add_text(making, STYLE_STRONG, mem_dup(_("Only by stick today: no line is tried until midnight.")));
}

static void add_decisions(struct making *making)
{
  int count = conflict_ours(&making->shell->desk);

  making->style = count > 0 ? STYLE_LATE : STYLE_NORMAL;
  add(making, SYNC_DECIDE,
      count > 0 ? mem_printf(_("To be decided: %d fields were written differently on two machines"), count)
                : mem_dup(_("To be decided: no field. Enter looks for records written twice.")));
  making->style = STYLE_NORMAL;
}

/* --- ways ----------------------------------------------------------------------------------------------------------------- */

/* What went wrong on a line that nobody is to try today is no news. */
static void add_way(struct making *making, const char *remote)
{
  struct sync_contact contact;
  char time[CLOCK_TEXT];

  sync_contact_read(&making->shell->desk, remote, &contact);
  add_text(making, STYLE_NORMAL,
           contact.worked > 0 ? mem_printf(_("%s: worked last %s"), remote, clock_text(time, contact.worked, CLOCK_SHORT))
                              : mem_printf(_("%s: never worked yet"), remote));
  if (contact.trouble != NULL && !sync_only_stick(&making->shell->desk))
    add_text(making, STYLE_LATE, mem_printf("! %s %s", clock_text(time, contact.tried, CLOCK_SHORT), contact.trouble));
  sync_contact_free(&contact);
}

static void add_ways(struct making *making)
{
  char **remotes = sync_remotes(&making->shell->desk);

  add(making, SYNC_HEAD, mem_dup(_("Ways"))); /* L10N: 传输通道 */
  for (int i = 0; remotes[i] != NULL; i++) add_way(making, remotes[i]);
  if (remotes[0] == NULL)
    add_text(making, STYLE_FAINT, mem_dup(_("No address in the settings (sync.remotes): join the superior, or exchange by stick.")));
  sync_remotes_free(remotes);
}

/* What the last exchange said that was started here. */
static void add_job(struct making *making)
{
  for (const struct job *job = making->shell->jobs; job != NULL; job = job->next) {
    char time[CLOCK_TEXT];
    if (strcmp(job->label, _("Exchange")) != 0 && strcmp(job->label, _("Exchange by stick")) != 0) continue;
    char *said = job_last_line(job);
    making->style = job->ended > 0 && job->status != 0 ? STYLE_ERROR : STYLE_STRONG;
    add(making, SYNC_JOBS,
        mem_printf("%s %s: %s", clock_text(time, job->started, CLOCK_TIME), job->label, job->ended == 0 ? _("running") : said));
    making->style = STYLE_NORMAL;
    free(said);
    return;
  }
}

/* --- machines ------------------------------------------------------------------------------------------------------------- */

static void say_clock(struct buf *out, int64_t skew)
{
  char length[CLOCK_TEXT];
  int64_t size = skew < 0 ? -skew : skew;

  if (size < CLOCK_MINUTE) return;
  buf_adds(out, " · ");
  buf_addf(out, skew > 0 ? _("clock ahead by %s") : _("clock behind by %s"), clock_length(length, size));
}

static const char *state_of(const struct making *making, const struct node *node)
{
  if (node->state == NODE_REVOKED) return _("revoked");
  if (node->state == NODE_WAITING) return _("waits");
  return trust_is_superior(making->trust, node) ? _("superior") : _("trusted");
}

static void add_node(void *context, const struct node *node)
{
  struct making *making = context;
  struct peer peer = { 0 };
  struct buf text = BUF_INIT;
  char code[13], time[CLOCK_TEXT];

  if (node->number == trust_own(making->trust)->number) return;
  head_once(making, _("Machines"));
  buf_addf(&text, "%s %c %s · %s", area_text(node->reach.areas[0], code), node->letter != 0 ? node->letter : '-',
           node->name != NULL ? node->name : "?", state_of(making, node));
  if (peer_read(making->shell->desk.store, node->number, &peer, NULL) == 1 && peer_contact(&peer) > 0) {
    buf_adds(&text, " · ");
    buf_addf(&text, _("last contact %s"), clock_text(time, peer_contact(&peer), CLOCK_SHORT));
    say_clock(&text, peer.skew);
  }
  making->style = node->state == NODE_REVOKED ? STYLE_STRUCK : STYLE_NORMAL;
  add(making, SYNC_NODE, buf_take(&text, NULL))->record = node->record;
  making->style = STYLE_NORMAL;
}

static int add_waiting(void *context, const struct peer *peer)
{
  struct making *making = context;
  char print[FINGERPRINT], code[13], time[CLOCK_TEXT];

  if (peer->state != PEER_WAITING || trust_find(making->trust, peer->node) != NULL) return 0;
  head_once(making, _("Machines"));
  making->style = STYLE_LATE;
  char *name = trust_name(&making->shell->desk, peer->node);
  node_fingerprint(peer->public_key, print);
  add(making, SYNC_TRUST,
      mem_printf(_("%s %c %s: unknown, came %s; say yes to it (Enter)"), area_text(peer->area, code),
                 peer->letter != 0 ? peer->letter : '-', name != NULL ? name : "?", clock_text(time, peer_contact(peer), CLOCK_SHORT)))
    ->fingerprint = mem_dup(print);
  add(making, SYNC_TRUST, mem_printf(_("  fingerprint %s"), print))->fingerprint = mem_dup(print);
  making->style = STYLE_NORMAL;
  free(name);
  return 0;
}

/* What is here, but does not stand on any screen. */
static void add_unshown(struct making *making)
{
  struct store *store = making->shell->desk.store;
  int64_t staged = staged_count(store), oddities = journal_oddities(store);

  if (staged > 0)
    add_text(making, STYLE_LATE,
             mem_printf(_("%" PRId64 " operations wait until an officer says yes to the machine that wrote them (Enter on it)."), staged));
  if (oddities > 0)
    add_text(
      making, STYLE_LATE,
      mem_printf(_("%" PRId64 " operations are kept but not shown: they mean nothing here, or need a newer program ('dutydesk verify'"
                   " says which, and why)."),
                 oddities));
}

static int add_machines(struct making *making, struct err *err)
{
  struct store *store = making->shell->desk.store;

  making->trust = trust_read(&making->shell->desk, err);
  if (making->trust == NULL) return -1;
  int status = peer_each(store, add_waiting, making, err);
  if (status >= 0) trust_each(making->trust, add_node, making);
  add_unshown(making);
  trust_close(making->trust);
  return status < 0 ? -1 : 0;
}

int sync_lines_make(struct sync_lines *lines, struct shell *shell, int columns, struct err *err)
{
  struct making making = { .lines = lines, .shell = shell, .columns = columns };
  struct delivery delivery;

  sync_lines_free(lines);
  int superior = trust_delivery(&shell->desk, &delivery, err);
  if (superior < 0) return -1;
  add_delivery(&making, superior == 1, &delivery);
  add_job(&making);
  add_decisions(&making);
  add_ways(&making);
  return add_machines(&making, err);
}
