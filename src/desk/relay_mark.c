/* relay.h: lists are made, people are marked as told, and a list whose last one was told is done. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/answer.h"
#include "desk/duties.h"
#include "desk/ladder_parts.h"
#include "desk/relay_parts.h"
#include "desk/warning.h"
#include "store/query.h"

/* Names of the unreached that are kept when a list is closed with some of them unreached. */
enum { NAMES_KEPT = 200 };

/* --- state --------------------------------------------------------------------------------------------------------------------------- */

static void write_figures(struct change *change, const struct relay_count *count)
{
  change_set_number(change, "expected", count->all);
  change_set_number(change, "reached", count->reached);
}

static const char *state_of(const struct relay_count *count)
{
  if (count->all > 0 && count->unreached == 0) return "done";
  return count->reached > 0 ? "partly" : "waiting";
}

bool relay_write_state(struct desk *desk, struct act *act, const struct record *relay, const struct relay_count *count)
{
  const char *state = state_of(count);
  bool moves = strcmp(state, transition_state(relay, "waiting")) != 0;
  bool counts = record_number(relay, "expected", -1) != count->all || record_number(relay, "reached", -1) != count->reached;

  if (act == NULL || (!moves && !counts)) return moves || counts;
  struct change *change = act_edit(act, &relay_kind, relay->id);
  if (moves) transition_write(desk, &relay_kind, change, state, desk->officer, act_at(act), NULL);
  write_figures(change, count);
  change_clear(change, "unreached");
  change_settles(change);
  return true;
}

void relay_write_dropped(struct desk *desk, struct act *act, record_id relay, const struct relay_count *count, const char *why)
{
  struct change *change = act_edit(act, &relay_kind, relay);
  struct buf names = BUF_INIT;

  transition_write(desk, &relay_kind, change, "dropped", desk->officer, act_at(act), why);
  write_figures(change, count);
  if (count->unreached > 0) relay_unreached_text(desk, relay, NAMES_KEPT, &names, NULL);
  change_set_text(change, "unreached", buf_text(&names));
  change_settles(change);
  buf_free(&names);
}

/* SQL: the warning of relay r still asks for it: in force, lifted with its all-clear to be passed on, or not held here. */
#define RELAY_RUNS(now)                                                                                                                    \
  "(r.warning IS NULL OR NOT EXISTS (SELECT 1 FROM k_warning WHERE key = r.warning) OR EXISTS (SELECT 1 FROM k_warning WHERE key = "       \
  "r.warning"                                                                                                                              \
  " AND ((r.colour <> 'clear' AND " WARNING_IN_FORCE(now) ") OR (r.colour = 'clear' AND " WARNING_LIFTED "))))"

struct listed {
  record_id relay;
  bool runs;
};

static int settle_one(struct desk *desk, struct act *act, const struct listed *listed, struct err *err)
{
  struct relay_count count;
  struct record relay = { 0 };
  int changed = 0;

  if (lookup_record(desk, &relay_kind, listed->relay, &relay, err) < 0) return -1;
  int status = relay_count_live(desk, relay.id, &count, err);
  bool is_done = strcmp(transition_state(&relay, "waiting"), "done") == 0;
  if (status == 0 && listed->runs) changed = relay_write_state(desk, act, &relay, &count);
  if (status == 0 && !listed->runs && !is_done) {
    if (act != NULL) relay_write_dropped(desk, act, relay.id, &count, N_("The warning is over"));
    changed = 1;
  }
  record_free(&relay);
  return status < 0 ? -1 : changed;
}

int relay_settle(struct desk *desk, struct act *act, int64_t now, struct err *err)
{
  struct query *query = query_open(desk->store, "SELECT id, runs FROM (SELECT r.id, r.state, " RELAY_RUNS(
                                                  "?1") " AS runs FROM k_relay r"
                                                        " WHERE r.state IN ('waiting', 'partly', 'done') AND r.voided IS NULL)"
                                                        " WHERE runs OR state <> 'done' ORDER BY id");
  struct listed *list = NULL;
  int count = 0, changed = 0, status;

  query_bind_number(query, 1, now);
  while ((status = query_next(query, err)) == 1) {
    list = mem_grow(list, (size_t)count + 1, sizeof *list);
    list[count++] = (struct listed){ query_number(query, 0), query_number(query, 1) != 0 };
  }
  query_close(query);
  for (int i = 0; i < count && status >= 0; i++) {
    status = settle_one(desk, act, &list[i], err);
    if (status > 0) changed++;
  }
  free(list);
  return status < 0 ? -1 : changed;
}

/* --- making lists -------------------------------------------------------------------------------------------------------------------- */

struct making {
  struct desk *desk;
  struct act *act; /* NULL: they are only counted */
  const struct ladder_warning *warning;
  int64_t due;
  int made;
};

/* One that was struck is there, too: nobody wanted it. */
static bool is_made(const struct making *making, const char *sort, const char *area)
{
  struct query *query = query_open(making->desk->store, "SELECT 1 FROM k_relay WHERE warning = ?1 AND colour IS ?2 AND area = ?3"
                                                        " AND sort = ?4 AND named IS NULL");

  query_bind_text(query, 1, making->warning->key);
  query_bind_text(query, 2, making->warning->colour);
  query_bind_text(query, 3, area);
  query_bind_text(query, 4, sort);
  bool is = query_next(query, NULL) == 1;
  query_close(query);
  return is;
}

static void make_list(struct making *making, const char *sort, const char *area)
{
  struct values values;
  bool existing = false;

  values_start_kind(&values, &relay_kind);
  values_set_text(&values, "warning", making->warning->key);
  values_set_text(&values, "colour", making->warning->colour);
  values_set_text(&values, "area", area);
  values_set_text(&values, "sort", sort);
  struct change *change = act_keyed(making->act, &relay_kind, area_from_text(area, NULL), LANE_UP_URGENT, &values, &existing);
  if (!existing) {
    relay_set_name(making->desk, &values);
    change_set_text(change, "audience", values_text(&values, "audience"));
    change_set_number(change, "due", making->due);
    transition_write(making->desk, &relay_kind, change, "waiting", making->desk->officer, act_at(making->act), NULL);
    change_number(change);
    making->made++;
  }
  values_free(&values);
}

/* Does the warning name the area itself or one above it? */
static bool concerns_all(const struct ladder_warning *warning, int64_t area)
{
  const char *codes = warning->geocodes;

  if (codes == NULL) return true;
  for (; *codes != '\0'; codes += strspn(codes, " ")) {
    char *code = mem_dup_n(codes, strcspn(codes, " "));
    int64_t named = area_from_text(code, NULL);
    free(code);
    if (named < 0 || area_contains(named, area)) return true; /* 000000000000 is everywhere */
    codes += strcspn(codes, " ");
  }
  return false;
}

/* One list for each area that `sql` gives and the warning concerns: wholly, or in some part of it. */
static int make_lists(struct making *making, const char *sort, const char *sql, bool wholly, struct err *err)
{
  struct query *query = query_open(making->desk->store, sql);
  char(*areas)[13] = NULL;
  int64_t own = store_area(making->desk->store);
  int count = 0, status;

  while ((status = query_next(query, err)) == 1) {
    const char *area = query_text(query, 0);
    int64_t code = area != NULL ? area_from_text(area, NULL) : -1;
    if (code < 0 || !area_contains(own, code)) continue;
    if (!(wholly ? concerns_all(making->warning, code) : ladder_concerns(making->warning, area))) continue;
    areas = mem_grow(areas, (size_t)count + 1, sizeof *areas);
    memcpy(areas[count++], area, 13);
  }
  query_close(query);
  for (int i = 0; i < count; i++) {
    if (making->act != NULL)
      make_list(making, sort, areas[i]);
    else
      making->made += station_keeps_area(making->desk, area_from_text(areas[i], NULL)) && !is_made(making, sort, areas[i]);
  }
  free(areas);
  return status;
}

#define OF_HOUSEHOLDS "SELECT DISTINCT ifnull(area, " WARNING_STATION ") FROM k_household WHERE voided IS NULL ORDER BY 1"
#define OF_PLACES "SELECT DISTINCT ifnull(area, " WARNING_STATION ") FROM k_place WHERE voided IS NULL ORDER BY 1"
#define OF_STATION "SELECT " WARNING_STATION " FROM meta WHERE name = 'area' AND EXISTS (SELECT 1 FROM k_place WHERE voided IS NULL)"

static int make_all(struct making *making, struct err *err)
{
  int status = make_lists(making, "households", OF_HOUSEHOLDS, false, err);
  /* The places of a station are one list, unless only some of its villages are concerned. */
  bool whole = concerns_all(making->warning, store_area(making->desk->store));

  if (status == 0) status = make_lists(making, "places", whole ? OF_STATION : OF_PLACES, true, err);
  return status < 0 ? -1 : making->made;
}

int relay_start(struct desk *desk, struct act *act, const struct record *warning, struct err *err)
{
  struct ladder_warning seen;
  struct making making = { .desk = desk, .act = act, .warning = &seen };

  ladder_warning_of(warning, &seen);
  /* The clock of relaying runs from receipt; a list that is made later has at least that of one call. */
  int64_t from = seen.received + ladder_relay_within(desk), least = act_at(act) + ladder_call_within(desk);
  making.due = from > least ? from : least;
  int made = make_all(&making, err);
  ladder_warning_free(&seen);
  return made;
}

int relay_missing(struct desk *desk, const struct record *warning, struct err *err)
{
  struct ladder_warning seen;
  struct making making = { .desk = desk, .warning = &seen };

  ladder_warning_of(warning, &seen);
  int missing = make_all(&making, err);
  ladder_warning_free(&seen);
  return missing;
}

/* --- telling ------------------------------------------------------------------------------------------------------------------------- */

struct member {
  record_id household;
  char *name;
};

struct members {
  const struct relay_choice *choices;
  int choice_count;
  struct member *list;
  int count;
};

static bool ends_in_number(const char *text, size_t length)
{
  static const char numerals[] = "〇零一二三四五六七八九十百";
  enum { BYTES = 3 }; /* of each */

  if (length > 0 && isdigit((unsigned char)text[length - 1])) return true;
  for (const char *at = numerals; length >= BYTES && *at != '\0'; at += BYTES)
    if (memcmp(text + length - BYTES, at, BYTES) == 0) return true;
  return false;
}

bool relay_is_short_for(const char *name, const char *typed)
{
  size_t length = strlen(name), wanted = strlen(typed), before = length - wanted;

  if (strcmp(name, typed) == 0) return true;
  if (wanted == 0 || wanted > length || strcmp(name + before, typed) != 0) return false;
  while (isdigit((unsigned char)*typed) && before > 0 && name[before - 1] == '0') before--;
  return !ends_in_number(name, before);
}

/* As relay_is_short_for, or the number alone. */
static bool is_group(const char *group, const char *typed)
{
  const char *word = group + strlen(group); /* 组 of 上坪村1组 */

  while (word > group && !isdigit((unsigned char)word[-1])) word--;
  char *whole = mem_printf("%s%s", typed, word);
  bool is_number = *typed != '\0' && typed[strspn(typed, "0123456789")] == '\0' && word > group;
  bool found = relay_is_short_for(group, is_number ? whole : typed);
  free(whole);
  return found;
}

static bool is_chosen(const struct relay_choice *choice, const struct relay_line *line)
{
  if (choice->household != 0) return line->household == choice->household;
  if (choice->name != NULL) return strcmp(line->name, choice->name) == 0;
  if (choice->group != NULL && !is_group(line->group, choice->group)) return false;
  return (choice->from == 0 || line->number >= choice->from) && (choice->to == 0 || line->number <= choice->to);
}

static bool keep_member(void *context, const struct relay_line *line)
{
  struct members *members = context;
  bool chosen = false;

  for (int i = 0; i < members->choice_count && !chosen; i++) chosen = is_chosen(&members->choices[i], line);
  if (!chosen) return true;
  members->list = mem_grow(members->list, (size_t)members->count + 1, sizeof *members->list);
  members->list[members->count++] = (struct member){ line->household, mem_dup(line->name) };
  return true;
}

static void members_free(struct members *members)
{
  for (int i = 0; i < members->count; i++) free(members->list[i].name);
  free(members->list);
}

static void tell_member(struct desk *desk, struct act *act, const struct record *relay, const struct member *member,
                        const struct relay_telling *telling, const char *officer)
{
  struct change *change = act_new(act, &told_kind, record_area(desk->store, relay->id), LANE_UP_URGENT);

  change_set_number(change, "relay", relay->id);
  change_set_text(change, "warning", record_text(relay, "warning"));
  change_set_text(change, "colour", record_text(relay, "colour"));
  if (member->household != 0) change_set_number(change, "household", member->household);
  change_set_text(change, "name", member->name);
  change_set_text(change, "channel", telling->channel);
  change_set_number(change, "told_at", telling->at != 0 ? telling->at : act_at(act));
  change_set_text(change, "told_by", officer);
  change_set_text(change, "note", telling->note);
}

static int tell(struct desk *desk, struct act *act, const struct record *relay, const struct relay_choice *choices, int choice_count,
                const struct relay_telling *telling, struct err *err)
{
  struct members members = { .choices = choices, .choice_count = choice_count };
  struct relay_count count;
  char *officer = lookup_name(desk, desk->officer);
  int status = relay_next(desk, relay->id, true, NULL, false, 0, keep_member, &members, err);

  if (status == 0) status = relay_count_live(desk, relay->id, &count, err);
  for (int i = 0; i < members.count && status == 0; i++) tell_member(desk, act, relay, &members.list[i], telling, officer);
  if (status == 0 && members.count > 0) {
    count.reached += members.count;
    count.unreached -= members.count;
    relay_write_state(desk, act, relay, &count);
  }
  status = status < 0 ? -1 : members.count;
  members_free(&members);
  free(officer);
  return status;
}

static int read_open(struct desk *desk, record_id id, const char *action, const char *why, struct record *relay, struct err *err)
{
  if (lookup_record(desk, &relay_kind, id, relay, err) < 0) return -1;
  return transition_check(desk, relay_moves, action, relay, why, err) != NULL ? 0 : -1;
}

int relay_tell_all(struct desk *desk, record_id id, const struct relay_choice *choices, int count, const struct relay_telling *telling,
                   struct err *err)
{
  struct record relay = { 0 };
  struct act *act = act_begin(desk->store, "relay.tell", desk->officer, err);

  if (act == NULL) return -1;
  int told = read_open(desk, id, "relay.tell", NULL, &relay, err) < 0 ? -1 : tell(desk, act, &relay, choices, count, telling, err);
  record_free(&relay);
  if (told > 0) return act_commit(act, err) < 0 ? -1 : told;
  act_cancel(act);
  return told;
}

int relay_tell(struct desk *desk, record_id id, const struct relay_choice *choice, const struct relay_telling *telling, struct err *err)
{
  return relay_tell_all(desk, id, choice, 1, telling, err);
}

/* --- taking back --------------------------------------------------------------------------------------------------------------------- */

/* The tellings by which the chosen ones count as told, also of another list of the same warning. */
static int strike(struct desk *desk, struct act *act, const struct record *relay, const struct member *member, const char *why,
                  struct err *err)
{
  struct query *query =
    query_open(desk->store, "SELECT id FROM k_told WHERE voided IS NULL AND (relay = ?1 OR warning = ?2) AND CASE WHEN ?3 <> 0 THEN"
                            " household = ?3 ELSE household IS NULL AND name = ?4 END");
  record_id ids[64];
  int count = 0, status = 0;

  query_bind_number(query, 1, relay->id);
  query_bind_text(query, 2, record_text(relay, "warning"));
  query_bind_number(query, 3, member->household);
  query_bind_text(query, 4, member->name);
  while (count < (int)(sizeof ids / sizeof *ids) && (status = query_next(query, err)) == 1) ids[count++] = query_number(query, 0);
  query_close(query);
  for (int i = 0; i < count; i++) change_set_text(act_edit(act, &told_kind, ids[i]), "voided", why);
  return status < 0 ? -1 : 0;
}

static int untell(struct desk *desk, struct act *act, const struct record *relay, const struct relay_choice *choice, const char *why,
                  struct err *err)
{
  struct members all = { .choices = choice, .choice_count = 1 }, open = all;
  struct relay_count count;
  int status = relay_next(desk, relay->id, false, NULL, false, 0, keep_member, &all, err);

  if (status == 0) status = relay_next(desk, relay->id, true, NULL, false, 0, keep_member, &open, err);
  if (status == 0) status = relay_count_live(desk, relay->id, &count, err);
  int back = all.count - open.count; /* the unreached come first, so the told are the rest of the list */
  for (int i = open.count; i < all.count && status == 0; i++) status = strike(desk, act, relay, &all.list[i], why, err);
  if (status == 0 && back > 0) {
    count.reached -= back;
    count.unreached += back;
    relay_write_state(desk, act, relay, &count);
  }
  members_free(&all);
  members_free(&open);
  return status < 0 ? -1 : back;
}

int relay_untell(struct desk *desk, record_id id, const struct relay_choice *choice, const char *why, struct err *err)
{
  struct record relay = { 0 };
  struct act *act = act_begin(desk->store, "relay.untell", desk->officer, err);

  if (act == NULL) return -1;
  int back = read_open(desk, id, "relay.untell", why, &relay, err) < 0 ? -1 : untell(desk, act, &relay, choice, why, err);
  record_free(&relay);
  if (back > 0) return act_commit(act, err) < 0 ? -1 : back;
  act_cancel(act);
  return back;
}

int relay_drop(struct desk *desk, record_id id, const char *why, struct err *err)
{
  struct record relay = { 0 };
  struct relay_count count;
  struct act *act = act_begin(desk->store, "relay.drop", desk->officer, err);

  if (act == NULL) return -1;
  int status = read_open(desk, id, "relay.drop", why, &relay, err);
  if (status == 0) status = relay_count_live(desk, id, &count, err);
  record_free(&relay);
  if (status < 0) {
    act_cancel(act);
    return -1;
  }
  relay_write_dropped(desk, act, id, &count, why);
  return act_commit(act, err);
}
