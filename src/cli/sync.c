#include "cli/sync.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "cli/show.h"
#include "desk/trust.h"
#include "sync/bundle.h"
#include "sync/card.h"
#include "sync/stick.h"
#include "sync/sync.h"

/* --- sync ----------------------------------------------------------------------------------------------------------------------------- */

static int report_put(const struct sync_report *report)
{
  printf(_("%" PRId64 " operations went out, %" PRId64 " came in (%" PRId64 " and %" PRId64 " bytes)\n"), report->sent, report->received,
         report->bytes_out, report->bytes_in);
  if (report->staged)
    printf(_("%" PRId64 " wait until an officer says yes to the machine that wrote them: see 'dutydesk node list'\n"), report->staged);
  if (report->trouble) err_print(report->trouble);
  return report->trouble || report->staged ? ERR_ATTENTION : 0;
}

static int serve(struct cli *cli, struct words *words, struct err *err)
{
  const char *node = words_option(words, "node");
  struct sync_report report = { 0 };
  char *end = NULL;
  uint64_t only = node ? strtoull(node, &end, 16) : 0;
  if (words_end(words, err) != 0) return -1;
  if (node && (*end || strlen(node) != 16)) return err_usage(err, _("--node takes the 16 hex digits that 'dutydesk node list' shows"));
  int status = sync_serve(&cli->desk, STDIN_FILENO, STDOUT_FILENO, only, &report, err);
  sync_report_free(&report);
  return status;
}

static int status_put(struct cli *cli, struct words *words, struct err *err)
{
  struct buf text = BUF_INIT;
  bool as_json = words_flag(words, "json");
  if (words_end(words, err) != 0) return -1;
  if (as_json) {
    json *status = sync_status_json(&cli->desk, err);
    if (status) show_json(status);
    return status ? 0 : -1;
  }
  int status = sync_status_text(&cli->desk, &text, err);
  if (status == 0) fputs(buf_text(&text), stdout);
  buf_free(&text);
  return status;
}

static int stop_pipe[2] = { -1, -1 }; /* for the signal handler alone */

static void stop_told(int signal_number)
{
  (void)signal_number;
  if (write(stop_pipe[1], "", 1) < 0) return; /* it is full: told already */
}

static int follow(struct cli *cli, const char *const remotes[], struct err *err)
{
  static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
  struct sigaction told = { .sa_handler = stop_told };
  if (pipe2(stop_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return err_set(err, _("no pipe could be made"));
  for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) sigaction(signals[i], &told, NULL);
  int status = sync_follow(&cli->desk, remotes, stop_pipe[0], err);
  close(stop_pipe[0]);
  close(stop_pipe[1]);
  return status;
}

/* Nobody follows for an agent that is gone, however it went. */
static void end_with_parent(void)
{
  pid_t parent = getppid();
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) raise(SIGTERM);
}

static int run(struct cli *cli, const char *const remotes[], bool follows, struct err *err)
{
  struct sync_report report = { 0 };
  if (follows) return follow(cli, remotes, err);
  int status = sync_run(&cli->desk, remotes, &report, err), said = 0;
  if (status == 0 || report.sent || report.received || report.trouble) said = report_put(&report);
  sync_report_free(&report);
  return status < 0 ? -1 : said;
}

/* Said last, and only when it is true. */
static int stick(struct cli *cli, const char *path, struct words *words, struct err *err)
{
  struct sync_report report = { 0 };
  if (words_end(words, err) != 0) return -1;
  int status = stick_exchange(&cli->desk, path, &report, err), said = 0;
  if (status == 0) {
    said = report_put(&report);
    printf(_("%s: safe to remove\n"), path); /* L10N: 可以安全拔出 */
  }
  sync_report_free(&report);
  return status < 0 ? -1 : said;
}

int sync_command(struct cli *cli, struct words *words, struct err *err)
{
  const char *remotes[33] = { NULL };
  int count = 0;
  cli->desk.config = cli->config;
  if (words_flag(words, "serve")) return serve(cli, words, err);
  if (words_flag(words, "status")) return status_put(cli, words, err);
  const char *stick_path = words_option(words, "stick");
  if (stick_path) return stick(cli, stick_path, words, err);
  if (words_flag(words, "with-parent")) end_with_parent();
  bool follows = words_flag(words, "follow"), only_stick = words_flag(words, "only-stick"), line = words_flag(words, "line-again");
  if (only_stick || line) return words_end(words, err) != 0 ? -1 : sync_set_only_stick(&cli->desk, only_stick, err);
  while (count < 32 && (remotes[count] = words_next(words))) count++;
  remotes[count] = NULL;
  return words_end(words, err) != 0 ? -1 : run(cli, count ? remotes : NULL, follows, err);
}

/* --- bundles -------------------------------------------------------------------------------------------------------------------------- */

int sync_bundle_out(struct cli *cli, struct words *words, struct err *err)
{
  struct sync_report report = { 0 };
  const char *file = words_next(words), *to = words_option(words, "to");
  if (!file) return err_usage(err, _("bundle out: name the file, or - for standard output"));
  if (words_end(words, err) != 0) return -1;
  int64_t area = to ? area_from_text(to, err) : bundle_superior(&cli->desk);
  if (area < 0) return -1;
  if (area == 0) return err_set(err, _("no superior's machine is known here: say for whom the bundle is (--to AREA), or enrol first"));
  bool to_screen = strcmp(file, "-") == 0;
  int status = to_screen ? bundle_write(&cli->desk, area, stdout, false, &report, err)
                         : bundle_write_file(&cli->desk, area, file, false, &report, err);
  if (status == 1 && !to_screen) printf(_("%s: %" PRId64 " operations, %" PRId64 " bytes\n"), file, report.sent, report.bytes_out);
  sync_report_free(&report);
  return status < 0 ? -1 : 0;
}

int sync_bundle_in(struct cli *cli, struct words *words, struct err *err)
{
  struct sync_report report = { 0 };
  const char *file = words_next(words);
  cli->desk.config = cli->config;
  if (!file) return err_usage(err, _("bundle in: name the file, or - for standard input"));
  if (words_end(words, err) != 0) return -1;
  int status = bundle_read_file(&cli->desk, file, NULL, &report, err), said = status == 0 ? report_put(&report) : 0;
  sync_report_free(&report);
  return status < 0 ? -1 : said;
}

/* --- cards ---------------------------------------------------------------------------------------------------------------------------- */

int sync_card_out(struct cli *cli, struct words *words, struct err *err)
{
  struct buf text = BUF_INIT;
  const char *file = words_next(words);
  if (words_end(words, err) != 0) return -1;
  int status = card_write(&cli->desk, &text, err);
  if (status == 0 && file && strcmp(file, "-") != 0)
    status = file_replace(file, text.data, text.length, 0644, err);
  else if (status == 0)
    fputs(buf_text(&text), stdout);
  buf_free(&text);
  return status;
}

int sync_card_in(struct cli *cli, struct words *words, struct err *err)
{
  enum { CARD_MOST = 4096 };
  struct buf text = BUF_INIT;
  const char *file = words_next(words);
  if (!file) return err_usage(err, _("node card in: name the file, or - for standard input"));
  if (words_end(words, err) != 0) return -1;
  int waits = file_read(file, CARD_MOST, &text, err) == 0 ? card_take(&cli->desk, text.data, text.length, err) : -1;
  buf_free(&text);
  if (waits == 1)
    puts(
      _("It waits now: compare its fingerprint over the phone ('dutydesk node list' shows it), then say yes with 'dutydesk node trust'"));
  if (waits == 0) puts(_("This machine is known already."));
  return waits == 1 ? ERR_ATTENTION : waits;
}

/* --- node list ------------------------------------------------------------------------------------------------------------------------ */

struct listing {
  struct cli *cli;
  struct trust *trust;
  json *list;
};

static const char *state_name(enum node_state state)
{
  static const char *const names[] = { "waiting", "trusted", "revoked" };
  return names[state];
}

static json *entry(uint64_t number, const unsigned char *public_key, const char *state, int64_t area, char letter, const char *name)
{
  char text[FINGERPRINT], digits[20], code[13], capital[2] = { letter, '\0' };
  json *object = json_make_object();
  snprintf(digits, sizeof(digits), "%016" PRIx64, number);
  json_put(object, "node", json_make_text(digits));
  json_put(object, "state", json_make_text(state));
  json_put(object, "area", json_make_text(area_text(area, code)));
  json_put(object, "letter", letter ? json_make_text(capital) : json_make_null());
  json_put(object, "name", json_make_text(name ? name : ""));
  json_put(object, "fingerprint", json_make_text(node_fingerprint(public_key, text)));
  return object;
}

static void known(void *context, const struct node *node)
{
  struct listing *listing = context;
  struct peer peer = { 0 };
  if (node->number == store_node(listing->cli->desk.store)) return;
  json *object = entry(node->number, node->public_key, state_name(node->state), node->reach.areas[0], node->letter, node->name);
  if (peer_read(listing->cli->desk.store, node->number, &peer, NULL) == 1 && peer_contact(&peer)) {
    json_put(object, "contact", json_make_number(peer_contact(&peer)));
    json_put(object, "skew", json_make_number(peer.skew));
  }
  json_append(listing->list, object);
}

static int waiting(void *context, const struct peer *peer)
{
  struct listing *listing = context;
  char *name = peer->state == PEER_WAITING ? trust_name(&listing->cli->desk, peer->node) : NULL;
  if (peer->state == PEER_WAITING && !trust_find(listing->trust, peer->node))
    json_append(listing->list, entry(peer->node, peer->public_key, "waiting", peer->area, peer->letter, name));
  free(name);
  return 0;
}

static void line_put(const json *object, const char *own)
{
  char when[CLOCK_TEXT] = "-";
  int64_t contact = json_number(json_get(object, "contact"), 0);
  if (contact) clock_text(when, contact, CLOCK_SHORT);
  printf("%s  %-8s %s  %s %-20s %s  %s%s\n", json_text(json_get(object, "node")), json_text(json_get(object, "state")),
         json_text(json_get(object, "area")), json_text(json_get(object, "letter")) ? json_text(json_get(object, "letter")) : "-",
         json_text(json_get(object, "name")), json_text(json_get(object, "fingerprint")), when, own);
}

int sync_nodes(struct cli *cli, struct words *words, struct err *err)
{
  bool as_json = words_flag(words, "json");
  if (words_end(words, err) != 0) return -1;
  struct trust *trust = trust_read(&cli->desk, err);
  if (!trust) return -1;
  struct listing listing = { cli, trust, json_make_array() };
  const struct node *own = trust_own(listing.trust);
  json_append(listing.list, entry(own->number, own->public_key, state_name(own->state), own->reach.areas[0], own->letter, own->name));
  trust_each(listing.trust, known, &listing);
  int status = peer_each(cli->desk.store, waiting, &listing, err);
  trust_close(listing.trust);
  for (size_t i = 0; status == 0 && !as_json && i < json_count(listing.list); i++)
    line_put(json_at(listing.list, i), i == 0 ? _("  this machine") : "");
  if (status == 0 && as_json)
    show_json(listing.list);
  else
    json_drop(listing.list);
  return status;
}
