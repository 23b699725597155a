/* The transport postgresql://… */
#include "sync/hub.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "store/upkeep.h"
#include "store/watch.h"
#include "sync/hub_postgres.h"
#include "sync/routes.h"
#include "sync/ways.h"

/* --- a connection --------------------------------------------------------------------------------------------------------------------- */

enum { TOLLS = 5, TOLL_PAUSE = 50 }; /* ms */

int hub_nonsense(struct err *err)
{
  return err_set(err, _("the hub answers something that was not asked"));
}

bool hub_log(struct hub *hub, const struct postgres_rows *rows, int row, struct log_name *log)
{
  struct err err = ERR_INIT;
  int64_t lane = rows_number(rows, row, 2);
  *log = (struct log_name){ (uint64_t)rows_number(rows, row, 0), rows_number(rows, row, 1), (enum lane)lane };
  if (lane >= 0 && lane < LANES) return true;
  hub_nonsense(&err);
  sync_report_trouble(hub->report, err.text);
  return false;
}

struct reach hub_reach(const struct postgres_rows *rows, int row, int column)
{
  struct reach reach = { .count = 0 };
  struct postgres_array areas = rows_array(rows, row, column);
  size_t length;
  for (const char *area; reach.count < REACH_MOST && (area = array_next(&areas, &length));)
    reach.areas[reach.count++] = postgres_number(area, length);
  return reach;
}

int hub_ring(struct hub *hub, struct postgres_value *bells, struct err *err)
{
  struct postgres_rows rows;
  bool done = bells[0].count == 0;
  if (!done && postgres_ask(hub->postgres, "SELECT hub.ring($1, $2)", bells, 2, NULL, err) != 0) return -1;
  for (int try = 0; !done && try < TOLLS; try++) { /* who is at the rope for so long has looked again meanwhile */
    if (try > 0) poll(NULL, 0, TOLL_PAUSE);
    if (postgres_ask(hub->postgres, "SELECT hub.toll()", NULL, 0, &rows, err) != 0) return -1;
    done = rows_number(&rows, 0, 0) != 0;
    rows_drop(&rows);
  }
  return 0;
}

void hub_note(struct hub *hub, const struct log_name *log, const char *why)
{
  struct buf line = BUF_INIT;
  log_name_text(log, &line);
  buf_addf(&line, ": %s", why);
  sync_report_trouble(hub->report, buf_text(&line));
  buf_free(&line);
}

static const char name_taken[] = "DD006";

bool hub_is_taken(const struct hub *hub)
{
  return strcmp(postgres_state(hub->postgres), name_taken) == 0;
}

/* data/hub.sql names the codes of its own refusals; 3F000 and 42883: no such schema or function. */
int hub_refused(const struct hub *hub, struct err *err)
{
  static const struct refusal {
    const char *state, *text;
  } refusals[] = {
    { "DD001", N_("this role is no station of the hub: its owner adds it with 'dutydesk hub station add'") },
    { "DD002", N_("the hub does not let this role speak for that node: its role belongs to another area") },
    { "DD003",
      N_("the hub lacks operations before those that were pushed: try again, and if that does not help its owner should look at it") },
    { "DD004", N_("the hub holds another line of a log than we do; nothing was changed there: try again, so that it is found out which") },
    { name_taken,
      N_("somebody with a station's password has taken a machine's name at the hub; the station above puts that right when it exchanges "
         "there next, or the hub's owner by SELECT hub.drop_node('NUMBER')") },
    { "3F000", N_("this database is no hub: its owner makes it one with 'dutydesk hub init URL'") },
    { "42883", N_("the hub is older than this program: its owner runs 'dutydesk hub init URL' again") },
    { "42501", N_("this role may not use the hub: its owner adds it with 'dutydesk hub station add'") },
  };
  for (size_t index = 0; index < sizeof(refusals) / sizeof(*refusals); index++)
    if (err && strcmp(postgres_state(hub->postgres), refusals[index].state) == 0) {
      struct err said = *err;
      return err_set(err, "%s (%s)", i18n_text(refusals[index].text), said.text);
    }
  return -1;
}

static int greeting_check(struct hub *hub, const struct postgres_rows *rows, struct err *err)
{
  int64_t version = rows_number(rows, 0, 0), area = store_area(hub->desk->store);
  if (version != HUB_VERSION)
    return err_set(err,
                   version > HUB_VERSION
                     ? _("the hub is of version %d, this program knows %d: install the newer dutydesk")
                     : _("the hub is of version %d, this program needs %d: its owner runs 'dutydesk hub init URL' again"),
                   (int)version, HUB_VERSION);
  if ((rows_number(rows, 0, 1) != 0) != store_is_exercise(hub->desk->store))
    return err_set(err, store_is_exercise(hub->desk->store)
                          ? _("this is an exercise, and the hub is a real one: exercises have a hub of their own")
                          : _("the hub is one for exercises, and this station is real"));
  hub->role = hub_reach(rows, 0, 2);
  hub->clock = rows_number(rows, 0, 3) - clock_now();
  if (hub->role.count && hub->role.areas[0] == area) return 0;
  char own[13], theirs[13];
  return err_set(err, _("the role belongs to the station of %s, and this one is of %s: use this station's own role"),
                 area_text(hub->role.count ? hub->role.areas[0] : 0, theirs), area_text(area, own));
}

static int greet(struct hub *hub, struct err *err)
{
  struct postgres_value values[2] = { { .type = POSTGRES_LONG, .is_single = true }, { .type = POSTGRES_LONG, .is_single = true } };
  struct postgres_rows rows = { 0 };
  value_add_number(&values[0], (int64_t)hub->identity.node);
  value_add_number(&values[1], clock_now());
  int result = postgres_ask(hub->postgres, "SELECT version, is_exercise, areas, clock FROM hub.hello($1, $2)", values, 2, &rows, err);
  values_drop(values, 2);
  if (result != 0) return hub_refused(hub, err);
  result = greeting_check(hub, &rows, err);
  rows_drop(&rows);
  return result;
}

int hub_open(struct hub *hub, struct desk *desk, const char *url, struct sync_report *report, struct err *err)
{
  *hub = (struct hub){ .desk = desk, .report = report };
  if (identity_read(desk->store, &hub->identity, err) != 0) return -1;
  hub->postgres = postgres_open(url, err);
  if (!hub->postgres) return -1;
  hub->trust = trust_open(desk);
  if (trust_refresh(hub->trust, err) >= 0 && greet(hub, err) == 0) return 0;
  hub_close(hub);
  return -1;
}

void hub_close(struct hub *hub)
{
  postgres_close(hub->postgres);
  trust_close(hub->trust);
  explicit_bzero(&hub->identity, sizeof(hub->identity));
}

/* --- an exchange ---------------------------------------------------------------------------------------------------------------------- */

/* SYNC_RENEWED: our node must introduce itself anew. */
static int renew(struct hub *hub, struct err *err)
{
  struct log_head *common;
  int count = hub_common(hub, &common, err);
  int result = count < 0 ? hub_refused(hub, err) : store_fork(hub->desk->store, common, count, err);
  free(common);
  return result == 0 ? SYNC_RENEWED : -1;
}

/* Pushed first: what is urgent here must not wait for what others have. */
static int exchange(struct hub *hub, struct err *err)
{
  bool forked;
  int64_t received = hub->report->received;
  if (hub_push(hub, &forked, err) != 0) return -1;
  if (forked) return renew(hub, err);
  if (hub_nodes(hub, err) != 0 || hub_pull(hub, err) != 0) return -1;
  if (hub->report->received > received && hub_push(hub, &forked, err) != 0) /* new records of trust may let logs below us pass */
    return -1;
  return forked ? renew(hub, err) : hub_receipts(hub, err);
}

static int code_refuse(const char *code, struct err *err)
{
  return code ? err_set(err,
                        _("a code is for two stations that meet on a line of their own: enrol by ssh:// or by a bundle, then use the hub"))
              : 0;
}

static int hub_run(struct desk *desk, const char *remote, const char *code, struct sync_report *report, struct err *err)
{
  struct hub hub;
  if (code_refuse(code, err) != 0 || hub_open(&hub, desk, remote, report, err) != 0) return -1;
  int result = exchange(&hub, err);
  hub_close(&hub);
  return result;
}

/* --- staying -------------------------------------------------------------------------------------------------------------------------- */

enum {
  GATHER = 50 /* ms */,
  PULSE = 5 * 60 * 1000
}; /* ms: how long a lost notification may hold something up, and how old "last contact" may be */

enum news { NEWS_STOP, NEWS_HERE, NEWS_THERE, NEWS_PULSE };

struct stay {
  struct hub *hub;
  const struct sync_heed *heed;
  struct store_watch watch;
};

/* Sleeps until there is something to do. -1: the line is dead. */
static int wait_news(struct stay *stay, enum news *news, struct err *err)
{
  struct pollfd wanted[] = { { .fd = stay->heed->stop, .events = POLLIN },
                             { .fd = postgres_socket(stay->hub->postgres), .events = POLLIN },
                             { .fd = stay->watch.descriptor, .events = POLLIN },
                             { .fd = stay->heed->routes->descriptor, .events = POLLIN } };
  int64_t until = clock_monotonic() + PULSE;
  int heard = postgres_listen(stay->hub->postgres, err); /* a bell may have come along with an answer */
  *news = NEWS_THERE;
  while (heard == 0) {
    int64_t left = until - clock_monotonic(), look = store_watch_wait(&stay->watch);
    *news = NEWS_PULSE;
    if (left <= 0 || poll(wanted, 4, (int)(look >= 0 && look < left ? look : left)) < 0) return 0;
    if (wanted[3].revents && routes_look(stay->heed->routes)) return 0; /* may the line be dead? */
    if (wanted[2].revents) store_watch_see(&stay->watch);
    *news = wanted[0].revents ? NEWS_STOP : NEWS_HERE;
    if (wanted[0].revents || store_watch_look(&stay->watch, stay->hub->desk->store)) return 0;
    *news = NEWS_THERE;
    if (wanted[1].revents) heard = postgres_listen(stay->hub->postgres, err);
  }
  return heard < 0 ? -1 : 0;
}

static int listen_all(struct hub *hub, struct err *err)
{
  struct postgres_rows rows = { 0 };
  int result = postgres_ask(hub->postgres, "SELECT * FROM hub.channels()", NULL, 0, &rows, err);
  for (int row = 0; result == 0 && row < rows.count; row++) {
    const char *channel = rows_bytes(&rows, row, 0, NULL);
    char *name = channel ? postgres_quote_name(hub->postgres, channel) : NULL;
    char *sql = mem_printf("LISTEN %s", name ? name : "");
    result = postgres_run(hub->postgres, sql, err);
    free(sql);
    free(name);
  }
  rows_drop(&rows);
  return result == 0 ? 0 : hub_refused(hub, err);
}

/* Each kind of news asks for no more than it must: a bell rings often at a county. */
static int react(struct hub *hub, enum news news, struct err *err)
{
  bool forked = false;
  if (news == NEWS_THERE) return hub_pull(hub, err) == 0 ? hub_receipts(hub, err) : -1;
  if (news == NEWS_PULSE) return greet(hub, err) == 0 && listen_all(hub, err) == 0 ? exchange(hub, err) : -1;
  return hub_push(hub, &forked, err) != 0 ? -1 : forked ? renew(hub, err) : SYNC_DONE;
}

static int stay_inside(struct stay *stay, const char *remote, struct err *err)
{
  enum news news;
  int result = listen_all(stay->hub, err);
  if (result == 0) result = exchange(stay->hub, err); /* what came before we listened */
  while (result == 0) {
    sync_contact_note(stay->hub->desk, remote, true, stay->hub->report->trouble, NULL);
    result = wait_news(stay, &news, err);
    if (result == 0 && news == NEWS_PULSE) sync_report_free(stay->hub->report); /* what is still wrong is said anew */
    if (result == 0 && (news == NEWS_STOP || sync_only_stick(stay->hub->desk))) break;
    if (result == 0) result = react(stay->hub, news, err);
  }
  return result;
}

static int hub_stay(struct desk *desk, const char *remote, const struct sync_heed *heed, struct sync_report *report, struct err *err)
{
  struct hub hub;
  struct stay stay = { .hub = &hub, .heed = heed };
  store_watch_open(&stay.watch, store_path(desk->store), GATHER);
  store_changed_elsewhere(desk->store);
  int result = hub_open(&hub, desk, remote, report, err);
  if (result == 0) {
    result = stay_inside(&stay, remote, err);
    hub_close(&hub);
  }
  store_watch_close(&stay.watch);
  return result;
}

const struct transport hub_transport = { .scheme = "postgresql:", .run = hub_run, .stay = hub_stay, .is_line = true };

/* --- what is known of it here --------------------------------------------------------------------------------------------------------- */

static int superior_find(void *context, const struct peer *peer)
{
  *(bool *)context |= peer->superior;
  return 0;
}

/* Each log of ours that superiors read, up to where a hub has it. */
static json *held_read(struct desk *desk)
{
  char *text = store_get_local(desk->store, "hub.held");
  json *held = text ? json_read(text, strlen(text), NULL) : NULL;
  free(text);
  return held;
}

int64_t hub_waiting(struct desk *desk)
{
  json *held = held_read(desk);
  bool any = false;
  int64_t count = 0;
  peer_each(desk->store, superior_find, &any, NULL);
  for (void *at = held && any ? json_first(held) : NULL; at; at = json_next(held, at)) {
    struct log_name log;
    if (!log_name_read(json_key(at), &log) || log.lane % LANE_HERE_URGENT != LANE_UP || log.node != store_node(desk->store)) continue;
    int64_t more = json_number(json_value(at), 0) - delivery_held(desk->store, &log);
    count += more > 0 ? more : 0;
  }
  json_drop(held);
  return count;
}

bool hub_holds(struct desk *desk, op_id op)
{
  struct operation operation = { 0 };
  struct buf name = BUF_INIT;
  if (journal_read(desk->store, op, &operation, NULL) != 1) return false;
  json *held = held_read(desk);
  log_name_text(&operation.log, &name);
  bool holds = held && json_number(json_get(held, buf_text(&name)), 0) >= operation.seq;
  json_drop(held);
  buf_free(&name);
  operation_free(&operation);
  return holds;
}
