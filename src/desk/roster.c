/* What is wrong with a roster, and changes to it. roster_fill.c makes it. */
#include "desk/roster.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/handover.h"
#include "desk/lookup.h"
#include "desk/officer.h"
#include "store/act.h"
#include "store/query.h"

bool roster_needs(struct desk *desk, enum post post)
{
  return post != POST_B || handover_signatures(desk) == 2;
}

/* --- check --------------------------------------------------------------------------------------------------------------------------- */

struct stretch {
  record_id id;
  int64_t starts, ends;
  record_id officers[4];
};

struct findings {
  struct roster_finding *list;
  int count;
};

static void add(struct findings *findings, struct roster_finding finding)
{
  findings->list = mem_grow(findings->list, (size_t)findings->count + 1, sizeof *findings->list);
  findings->list[findings->count++] = finding;
}

/* Shifts that touch [from, to), by beginning. One lasts two days at most, which keeps the query to the index. */
static int stretches_read(struct desk *desk, int64_t from, int64_t to, struct stretch **list, int *count, struct err *err)
{
  struct query *query =
    query_open(desk->store, "SELECT id, starts, ends, post_a, post_b, leader FROM k_shift"
                            " WHERE voided IS NULL AND starts >= ?1 - 172800000 AND starts < ?2 AND ends > ?1 ORDER BY starts, id");
  int row;

  query_bind_number(query, 1, from);
  query_bind_number(query, 2, to);
  while ((row = query_next(query, err)) == 1) {
    *list = mem_grow(*list, (size_t)*count + 1, sizeof **list);
    struct stretch *stretch = &(*list)[(*count)++];
    *stretch = (struct stretch){ .id = query_number(query, 0), .starts = query_number(query, 1), .ends = query_number(query, 2) };
    for (int i = 0; i < 3; i++) stretch->officers[POST_A + i] = query_number(query, 3 + i);
  }
  query_close(query);
  return row;
}

static void find_gaps(const struct stretch *list, int count, int64_t from, int64_t to, enum post post, struct findings *findings)
{
  int64_t covered = from;

  for (int i = 0; i < count; i++) {
    if (list[i].officers[post] == 0) continue;
    if (list[i].starts > covered) add(findings, (struct roster_finding){ ROSTER_GAP, covered, list[i].starts, post, 0, 0 });
    if (list[i].ends > covered) covered = list[i].ends;
  }
  if (covered < to) add(findings, (struct roster_finding){ ROSTER_GAP, covered, to, post, 0, 0 });
}

static void find_doubles(const struct stretch *one, const struct stretch *other, struct findings *findings)
{
  int64_t from = one->starts > other->starts ? one->starts : other->starts, to = one->ends < other->ends ? one->ends : other->ends;

  for (enum post at = POST_A; at <= POST_LEADER; at++)
    for (enum post post = one == other ? at + 1 : POST_A; post <= POST_LEADER; post++)
      if (one->officers[at] != 0 && one->officers[at] == other->officers[post])
        add(findings, (struct roster_finding){ ROSTER_DOUBLE, from, to, post, one->officers[at], other->id });
}

static void find_overlaps(const struct stretch *list, int count, struct findings *findings)
{
  for (int i = 0; i < count; i++) {
    find_doubles(&list[i], &list[i], findings);
    for (int j = i + 1; j < count && list[j].starts < list[i].ends; j++) {
      int64_t to = list[j].ends < list[i].ends ? list[j].ends : list[i].ends;
      add(findings, (struct roster_finding){ ROSTER_OVERLAP, list[j].starts, to, POST_NONE, 0, list[j].id });
      find_doubles(&list[i], &list[j], findings);
    }
  }
}

static int find_absent(struct desk *desk, const struct stretch *list, int count, struct findings *findings, struct err *err)
{
  int row = 0;

  for (int i = 0; i < count && row >= 0; i++)
    for (enum post post = POST_A; post <= POST_LEADER && row >= 0; post++) {
      if (list[i].officers[post] == 0) continue;
      struct query *query =
        query_open(desk->store, "SELECT 0 FROM k_officer WHERE id = ?1 AND (voided IS NOT NULL OR active = 0 OR ?4)"
                                " UNION ALL SELECT 1 FROM k_leave WHERE voided IS NULL AND officer = ?1 AND starts < ?3 AND ends > ?2");
      query_bind_number(query, 1, list[i].officers[post]);
      query_bind_number(query, 2, list[i].starts);
      query_bind_number(query, 3, list[i].ends);
      query_bind_number(query, 4, !officer_is_ours(desk, list[i].officers[post]));
      row = query_next(query, err);
      if (row == 1)
        add(findings, (struct roster_finding){ query_number(query, 0) == 0 ? ROSTER_GONE : ROSTER_LEAVE, list[i].starts, list[i].ends, post,
                                               list[i].officers[post], list[i].id });
      query_close(query);
    }
  return row < 0 ? -1 : 0;
}

static int by_time(const void *one, const void *other)
{
  const struct roster_finding *a = one, *b = other;
  if (a->from != b->from) return a->from < b->from ? -1 : 1;
  if (a->sort != b->sort) return (int)a->sort - (int)b->sort;
  return (int)a->post - (int)b->post;
}

int roster_check(struct desk *desk, int64_t from, int64_t to, bool (*found)(void *context, const struct roster_finding *finding),
                 void *context, struct err *err)
{
  struct stretch *list = NULL;
  struct findings findings = { 0 };
  int count = 0, result = -1;

  if (to <= from) return err_usage(err, _("to: the period must end later than it begins"));
  if (stretches_read(desk, from, to, &list, &count, err) == 0) {
    for (enum post post = POST_A; post <= POST_LEADER; post++)
      if (roster_needs(desk, post)) find_gaps(list, count, from, to, post, &findings);
    find_overlaps(list, count, &findings);
    if (find_absent(desk, list, count, &findings, err) == 0) result = findings.count;
  }
  if (findings.count > 0) qsort(findings.list, (size_t)findings.count, sizeof *findings.list, by_time);
  for (int i = 0; found != NULL && i < result && found(context, &findings.list[i]); i++) continue;
  free(findings.list);
  free(list);
  return result;
}

void roster_tell(struct desk *desk, const struct roster_finding *finding, struct buf *out)
{
  char from[CLOCK_TEXT], to[CLOCK_TEXT];
  char *name = lookup_name(desk, finding->officer);
  const char *who = name != NULL ? name : "?";

  clock_text(from, finding->from, CLOCK_SHORT);
  clock_text(to, finding->to, CLOCK_SHORT);
  switch (finding->sort) {
  case ROSTER_GAP: buf_addf(out, _("%s to %s: nobody on %s"), from, to, shift_post_label(finding->post)); break;
  case ROSTER_DOUBLE: buf_addf(out, _("%s to %s: %s is on two posts at once"), from, to, who); break;
  case ROSTER_OVERLAP: buf_addf(out, _("%s to %s: two shifts at once"), from, to); break;
  case ROSTER_LEAVE: buf_addf(out, _("%s to %s: %s, on %s, is on leave"), from, to, who, shift_post_label(finding->post)); break;
  case ROSTER_GONE: buf_addf(out, _("%s to %s: %s, on %s, no longer serves here"), from, to, who, shift_post_label(finding->post)); break;
  }
  free(name);
}

/* --- swap and substitute ------------------------------------------------------------------------------------------------------------- */

/* May `officer` stand on `post` of `shift`, when the other shift of a swap (0: none) loses him at the same time? */
static int refuse_clash(struct desk *desk, const struct record *shift, record_id leaves, record_id officer, struct err *err)
{
  struct query *query = query_open(
    desk->store, "SELECT name FROM k_shift WHERE voided IS NULL AND starts > ?2 - 172800000 AND starts < ?3 AND ends > ?2 AND id <> ?4"
                 " AND ?1 IN (post_a, post_b, leader)"
                 " UNION ALL SELECT '' FROM k_leave WHERE voided IS NULL AND officer = ?1 AND starts < ?3 AND ends > ?2");
  query_bind_number(query, 1, officer);
  query_bind_number(query, 2, record_number(shift, "starts", 0));
  query_bind_number(query, 3, record_number(shift, "ends", 0));
  query_bind_number(query, 4, leaves);
  int row = query_next(query, err);
  char *where = row == 1 ? mem_dup(query_text(query, 0)) : NULL;
  query_close(query);

  if (row == 1) {
    char *name = lookup_name(desk, officer);
    if (where == NULL || *where == '\0')
      err_set(err, _("%s is on leave during %s: choose somebody else"), name, record_title(shift));
    else
      err_set(err, _("%s is on duty in %s at that time already: choose somebody else"), name, where);
    free(name);
    free(where);
  }
  return row == 0 ? 0 : -1;
}

/* Shifts that are over and handed over are history; what really happened is in the log. */
static int refuse_past(const struct record *shift, struct err *err)
{
  if (record_is_void(shift)) return err_set(err, _("the shift %s was struck"), record_title(shift));
  if (record_number(shift, "ends", 0) > clock_now()) return 0;
  return err_set(err, _("the shift %s is over: write what happened into the log"), record_title(shift));
}

static int refuse_no_why(const char *why, struct err *err)
{
  return why != NULL && *why != '\0' ? 0 : err_usage(err, _("why: give the reason of the change"));
}

static int refuse_second_post(const struct record *shift, enum post post, record_id officer, struct err *err)
{
  for (enum post other = POST_A; other <= POST_LEADER; other++)
    if (other != post && record_number(shift, shift_post_field(other), 0) == officer)
      return err_set(err, _("one person cannot be on %s and on %s at the same time"), shift_post_label(other), shift_post_label(post));
  return 0;
}

static int check_move(struct desk *desk, const struct record *shift, const struct record *other, enum post post, record_id officer,
                      struct err *err)
{
  if (refuse_past(shift, err) < 0 || shift_refuse_handed_over(desk, shift, err) < 0) return -1;
  if (officer_refuse_foreign(desk, officer, err) < 0 || refuse_second_post(shift, post, officer, err) < 0) return -1;
  return refuse_clash(desk, shift, other != NULL ? other->id : shift->id, officer, err);
}

static int swap_records(struct desk *desk, const struct record *one, const struct record *other, enum post post, const char *why,
                        struct err *err)
{
  const char *field = shift_post_field(post);
  record_id first = record_number(one, field, 0), second = record_number(other, field, 0);

  if (first == 0 || second == 0)
    return err_set(err, _("nobody is on %s in one of the two shifts: substitute instead"), shift_post_label(post));
  if (first == second) return err_set(err, _("the same person is on %s in both shifts"), shift_post_label(post));
  if (check_move(desk, one, other, post, second, err) < 0 || check_move(desk, other, one, post, first, err) < 0) return -1;
  struct act *act = act_begin(desk->store, "roster.swap", desk->officer, err);
  if (act == NULL) return -1;
  struct change *change = act_edit(act, &shift_kind, one->id);
  change_set_number(change, field, second);
  change_set_text(change, "change_why", why);
  change = act_edit(act, &shift_kind, other->id);
  change_set_number(change, field, first);
  change_set_text(change, "change_why", why);
  return act_commit(act, err);
}

int roster_swap(struct desk *desk, record_id one, record_id other, enum post post, const char *why, struct err *err)
{
  struct record first = { 0 }, second = { 0 };
  int status = -1;

  if (post == POST_NONE) return err_usage(err, _("post: name one of a, b, leader"));
  if (refuse_no_why(why, err) < 0) return -1;
  if (one == other) return err_usage(err, _("other: a shift cannot be swapped with itself"));
  if (lookup_record(desk, &shift_kind, one, &first, err) == 0 && lookup_record(desk, &shift_kind, other, &second, err) == 0)
    status = swap_records(desk, &first, &second, post, why, err);
  record_free(&first);
  record_free(&second);
  return status;
}

int roster_substitute(struct desk *desk, record_id shift, enum post post, record_id officer, const char *why, struct err *err)
{
  struct record record = { 0 };
  int status = -1;

  if (post == POST_NONE) return err_usage(err, _("post: name one of a, b, leader"));
  if (refuse_no_why(why, err) < 0) return -1;
  if (lookup_record(desk, &shift_kind, shift, &record, err) == 0 && check_move(desk, &record, NULL, post, officer, err) == 0) {
    struct act *act = act_begin(desk->store, "roster.substitute", desk->officer, err);
    if (act != NULL) {
      struct change *change = act_edit(act, &shift_kind, shift);
      change_set_number(change, shift_post_field(post), officer);
      change_set_text(change, "change_why", why);
      status = act_commit(act, err);
    }
  }
  record_free(&record);
  return status;
}
