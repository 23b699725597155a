#include "desk/shift.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/officer.h"
#include "store/query.h"

const struct choice shift_posts[] = { { "a", N_("post A") }, { "b", N_("post B") }, { "leader", N_("duty leader") }, { NULL, NULL } };

enum post shift_post(const char *name)
{
  for (int i = 0; name != NULL && shift_posts[i].name != NULL; i++)
    if (strcmp(shift_posts[i].name, name) == 0) return (enum post)(POST_A + i);
  return POST_NONE;
}

const char *shift_post_field(enum post post)
{
  static const char *const fields[] = { NULL, "post_a", "post_b", "leader" };
  return fields[post];
}

const char *shift_post_label(enum post post)
{
  return post == POST_NONE ? "" : i18n_text(shift_posts[post - POST_A].label);
}

char *shift_name(int64_t starts, int64_t ends)
{
  char from[CLOCK_TEXT], to[CLOCK_TEXT];
  return mem_printf("%s-%s", clock_text(from, starts, CLOCK_DATE_TIME), clock_text(to, ends, CLOCK_TIME));
}

/* --- who is on duty ------------------------------------------------------------------------------------------------------------------ */

struct span {
  record_id id;
  int64_t starts, ends;
};

/* The shift of the first row of `sql` (id, starts, ends), or one with id 0. */
static struct span span_of(struct desk *desk, const char *sql, int64_t at, int64_t other)
{
  struct span span = { 0 };
  struct query *query = query_open(desk->store, sql);

  query_bind_number(query, 1, at);
  if (other != 0) query_bind_number(query, 2, other);
  if (query_next(query, NULL) == 1) span = (struct span){ query_number(query, 0), query_number(query, 1), query_number(query, 2) };
  query_close(query);
  return span;
}

static struct span last_begun(struct desk *desk, int64_t at)
{
  return span_of(desk, "SELECT id, starts, ends FROM k_shift WHERE voided IS NULL AND starts <= ?1 ORDER BY starts DESC LIMIT 1", at, 0);
}

static struct span before(struct desk *desk, struct span shift)
{
  return span_of(desk, "SELECT id, starts, ends FROM k_shift WHERE voided IS NULL AND starts < ?1 ORDER BY starts DESC LIMIT 1",
                 shift.starts, 0);
}

record_id shift_rostered(struct desk *desk, int64_t at)
{
  struct span span = last_begun(desk, at);
  return span.ends > at ? span.id : 0;
}

record_id shift_successor(struct desk *desk, record_id shift, int64_t at)
{
  int64_t starts = query_single(desk->store, "SELECT starts FROM k_shift WHERE id = ?1", shift, 0);
  return span_of(desk, "SELECT id, starts, ends FROM k_shift WHERE voided IS NULL AND starts > ?1 AND ends > ?2 ORDER BY starts LIMIT 1",
                 starts, at)
    .id;
}

/* A handover that relieved somebody. */
struct relief {
  bool found;
  record_id next;     /* the shift it led to; 0: none was in the roster */
  record_id taken_by; /* the leader who stands in until the incoming A signs; 0: nobody */
  bool alone;         /* he stands in for the outgoing pair itself, since nobody follows */
  bool signed_b;      /* the incoming B has signed */
};

/* The handover out of the shift (outgoing) or into it, if it had relieved somebody by `at`. */
static struct relief relief_of(struct desk *desk, bool outgoing, record_id shift, int64_t at)
{
  struct relief relief = { 0 };
  struct query *query = query_open(
    desk->store, outgoing ? "SELECT next, taken_by, in_a, in_b FROM k_handover WHERE voided IS NULL AND shift = ?1 AND relieved_at <= ?2"
                          : "SELECT next, taken_by, in_a, in_b FROM k_handover WHERE voided IS NULL AND next = ?1 AND relieved_at <= ?2");

  query_bind_number(query, 1, shift);
  query_bind_number(query, 2, at);
  if (query_next(query, NULL) == 1)
    relief = (struct relief){ true, query_number(query, 0), query_is_null(query, 2) ? query_number(query, 1) : 0, false,
                              !query_is_null(query, 3) };
  query_close(query);
  return relief;
}

/* The shift whose pair is on duty, walking back from the one that the roster has begun last. */
static struct span find_on_duty(struct desk *desk, int64_t at, struct relief *into)
{
  int64_t founded = query_single(desk->store, "SELECT at FROM op ORDER BY id LIMIT 1", 0, 0);
  struct span shift = last_begun(desk, at);

  *into = (struct relief){ 0 };
  if (shift.id == 0 || at >= shift.ends + SHIFT_STAY) return (struct span){ 0 };
  struct relief out = relief_of(desk, true, shift.id, at);
  if (out.found) { /* its successor came early, or the leader took over with nobody to follow */
    *into = out;
    into->alone = out.next == 0;
    return out.next != 0 ? span_of(desk, "SELECT id, starts, ends FROM k_shift WHERE id = ?1", out.next, 0) : shift;
  }
  for (;;) {
    *into = relief_of(desk, false, shift.id, at);
    struct span earlier = before(desk, shift);
    if (into->found || earlier.id == 0 || earlier.ends <= founded) return shift;
    if (at >= shift.starts + SHIFT_STAY || shift.starts >= earlier.ends + SHIFT_STAY) return shift;
    *into = relief_of(desk, true, earlier.id, at); /* relieved when this one was not in the roster yet */
    if (into->found) return shift;
    shift = earlier;
  }
}

void shift_on_duty(struct desk *desk, int64_t at, struct shift_on *on)
{
  struct span rostered = last_begun(desk, at);
  struct relief into;
  struct span shift = find_on_duty(desk, at, &into);

  *on = (struct shift_on){ .shift = shift.id, .starts = shift.starts, .ends = shift.ends };
  if (rostered.id != 0 && rostered.ends > at) {
    on->rostered = rostered.id;
    on->rostered_starts = rostered.starts;
  }
  on->waiting = on->rostered != 0 && shift.id != 0 && shift.starts < rostered.starts;
  if (shift.id == 0) return;
  struct query *query = query_open(desk->store, "SELECT post_a, post_b, leader FROM k_shift WHERE id = ?1");
  query_bind_number(query, 1, shift.id);
  if (query_next(query, NULL) == 1)
    for (int i = 0; i < 3; i++) on->officers[POST_A + i] = query_number(query, i);
  query_close(query);
  on->unsigned_b = into.found && !into.signed_b && on->officers[POST_B] != 0;
  if (into.taken_by == 0) return;
  on->officers[POST_A] = into.taken_by;
  if (!into.alone) return;
  on->officers[POST_B] = 0;
  on->unsigned_b = false;
}

record_id shift_officer_on(struct desk *desk, enum post post, int64_t at)
{
  struct shift_on on;

  shift_on_duty(desk, at, &on);
  return on.officers[post];
}

int shift_current(struct desk *desk, int64_t at, struct record *record, struct err *err)
{
  struct shift_on on;

  shift_on_duty(desk, at, &on);
  return on.shift != 0 ? record_read(desk->store, &shift_kind, on.shift, record, err) : 0;
}

/* --- the kinds ----------------------------------------------------------------------------------------------------------------------- */

static int check_span(const struct values *values, int64_t most, struct err *err)
{
  int64_t starts = values_number(values, "starts", 0), ends = values_number(values, "ends", 0);

  if (ends <= starts) return err_usage(err, _("ends: the end must be later than the beginning"));
  if (ends - starts > most)
    return err_usage(err, _("ends: %d days is longer than it can be; check the dates"), (int)((ends - starts) / CLOCK_DAY));
  return 0;
}

/* What signatures under handovers have settled about a shift. */
struct settled {
  bool handed_over, begun; /* its pair was relieved; it relieved the pair before it */
  bool posts[4];           /* by enum post: whoever is on it has signed for having taken over */
};

static struct settled read_settled(struct desk *desk, const struct record *shift)
{
  struct settled settled = { 0 };
  struct query *query = query_open(desk->store, "SELECT shift = ?1, in_a IS NOT NULL, in_b IS NOT NULL FROM k_handover WHERE voided IS NULL"
                                                " AND relieved_at IS NOT NULL AND (shift = ?1 OR next = ?1)");

  query_bind_number(query, 1, shift->id);
  while (query_next(query, NULL) == 1) {
    settled.handed_over |= query_number(query, 0) != 0;
    if (query_number(query, 0) != 0) continue;
    settled.begun = true;
    for (enum post post = POST_A; post <= POST_B; post++) settled.posts[post] |= query_number(query, (int)post) != 0;
  }
  query_close(query);
  return settled;
}

static int refuse_handed_over(const struct record *shift, struct err *err)
{
  return err_set(err, _("The shift %s stands under a signed handover and stays as it is: write a log entry about what was wrong"),
                 record_title(shift));
}

int shift_refuse_handed_over(struct desk *desk, const struct record *shift, struct err *err)
{
  return read_settled(desk, shift).handed_over ? refuse_handed_over(shift, err) : 0;
}

/* Both sides signed who sat there. */
static int check_settled(struct desk *desk, const struct record *earlier, const struct values *values, struct err *err)
{
  struct settled settled = read_settled(desk, earlier);

  if (settled.handed_over) return refuse_handed_over(earlier, err);
  for (enum post post = POST_A; post <= POST_B; post++)
    if (settled.posts[post] && values_number(values, shift_post_field(post), 0) != record_number(earlier, shift_post_field(post), 0))
      return err_set(err, _("%s: who took over has signed; whoever replaces him is named with roster substitute"), shift_post_field(post));
  return 0;
}

static int may_strike_shift(struct desk *desk, const struct record *shift, struct err *err)
{
  struct settled settled = read_settled(desk, shift);
  return settled.handed_over || settled.begun ? refuse_handed_over(shift, err) : 0;
}

/* Whoever stood there before (a roster from before the rule) may stay in what is over; nobody new comes from elsewhere. */
static int refuse_foreign(struct desk *desk, const struct record *earlier, const struct values *values, struct err *err)
{
  for (enum post post = POST_A; post <= POST_LEADER; post++) {
    record_id officer = values_number(values, shift_post_field(post), 0);
    if (earlier != NULL && officer == record_number(earlier, shift_post_field(post), 0)) continue;
    if (officer_refuse_foreign(desk, officer, err) < 0) return err_prefix(err, "%s", shift_post_label(post));
  }
  return 0;
}

static int check_shift(struct desk *desk, const struct record *earlier, const struct values *values, struct err *err)
{
  if (earlier != NULL && check_settled(desk, earlier, values, err) < 0) return -1;
  if (check_span(values, 2 * CLOCK_DAY, err) < 0 || refuse_foreign(desk, earlier, values, err) < 0) return -1;
  for (enum post one = POST_A; one < POST_LEADER; one++)
    for (enum post other = one + 1; other <= POST_LEADER; other++) {
      int64_t officer = values_number(values, shift_post_field(one), 0);
      if (officer == 0 || officer != values_number(values, shift_post_field(other), 0)) continue;
      return err_usage(err, _("%s: one person cannot be on %s and on %s at the same time"), shift_post_field(other), shift_post_label(one),
                       shift_post_label(other));
    }
  return 0;
}

static void derive_shift(struct desk *desk, const struct record *earlier, struct values *values)
{
  (void)desk;
  (void)earlier;
  if (!values_known(values, "starts") || !values_known(values, "ends")) return;
  char *name = shift_name(values_number(values, "starts", 0), values_number(values, "ends", 0));
  values_set_text(values, "name", name);
  free(name);
}

static const struct field shift_fields[] = {
  { .name = "name", .type = FIELD_TEXT, .label = N_("Shift"), .flags = FIELD_AUTOMATIC, .columns = 22 },
  { .name = "starts", .type = FIELD_TIME, .label = N_("Begins"), .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_INDEXED },
  { .name = "ends", .type = FIELD_TIME, .label = N_("Ends"), .flags = FIELD_REQUIRED },
  { .name = "post_a", .type = FIELD_REFERENCE, .label = N_("Post A"), .reference = "officer", .columns = 10 },
  { .name = "post_b", .type = FIELD_REFERENCE, .label = N_("Post B"), .reference = "officer", .columns = 10 },
  { .name = "leader", .type = FIELD_REFERENCE, .label = N_("Duty leader"), .reference = "officer", .columns = 10 },
  { .name = "weather", .type = FIELD_TEXT, .label = N_("Weather"), .columns = 12 },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks"), .columns = 20 },
  { .name = "change_why",
    .type = FIELD_TEXT,
    .label = N_("Why it was changed"),
    .flags = FIELD_AUTOMATIC | FIELD_PHRASE,
    .help = N_("The reason of the last swap or substitution; the history has all of them.") },
  { 0 },
};

const struct kind shift_kind = {
  .name = "shift",
  .label = N_("Shift"),
  .fields = shift_fields,
  .lanes = LANE_BIT(LANE_HERE),
  .title = "name",
  .order = "starts",
  .newest_first = true,
  .is_keyed = true,
};

const struct duty shift_duty = {
  .kind = &shift_kind, .room = ROOM_LOG, .check = check_shift, .derive = derive_shift, .may_strike = may_strike_shift
};

static int check_leave(struct desk *desk, const struct record *earlier, const struct values *values, struct err *err)
{
  (void)desk;
  (void)earlier;
  return check_span(values, 366 * CLOCK_DAY, err);
}

static const struct choice leave_sorts[] = {
  { "annual", N_("annual leave") },
  { "sick", N_("sick leave") },
  { "personal", N_("personal leave") },
  { "training", N_("training") },
  { "errand", N_("on business") },
  { "other", N_("other") },
  { NULL, NULL },
};

static const struct field leave_fields[] = {
  { .name = "officer", .type = FIELD_REFERENCE, .label = N_("Officer"), .flags = FIELD_REQUIRED, .reference = "officer", .columns = 12 },
  { .name = "starts", .type = FIELD_TIME, .label = N_("From"), .flags = FIELD_REQUIRED, .columns = 16 },
  { .name = "ends", .type = FIELD_TIME, .label = N_("Until"), .flags = FIELD_REQUIRED, .columns = 16 },
  { .name = "sort", .type = FIELD_CHOICE, .label = N_("Sort of leave"), .choices = leave_sorts, .columns = 14 },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks"), .columns = 20 },
  { 0 },
};

const struct kind leave_kind = {
  .name = "leave",
  .label = N_("Leave"),
  .fields = leave_fields,
  .lanes = LANE_BIT(LANE_HERE),
  .order = "starts",
  .newest_first = true,
};

const struct duty leave_duty = { .kind = &leave_kind, .room = ROOM_LOG, .check = check_leave };
