/* Lines of the overview for calls and lists: one for each warning, since the call sheet and the warning have them all. What an officer
 * reads at 3 a.m. is how many there are, the next one by name, and the earliest clock. The alarm of such a line goes by the warning:
 * another deadline is another alarm, another village is not. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/call.h"
#include "desk/duties.h"
#include "desk/overview.h"
#include "desk/relay_parts.h"
#include "desk/stations.h"
#include "store/query.h"

/* SQL columns: id of the first, due, text, who; how many stand in the line, the warning's id, since when it rings (NULL: at due); of
 * lists then whether names follow, and how many people are unreached. */
struct source {
  enum overview_sort sort;
  const struct kind *kind;
  const char *action; /* on the one, where there is only one */
  const char *one;    /* msgid around the text, or NULL */
  const char *many;   /* msgid: how many, the text of the first */
  const char *sql;
};

/* The first row of each warning, and how many there are. */
#define FIRST_OF(table, which, order)                                                                                                      \
  " FROM (SELECT id AS first, count(*) OVER (PARTITION BY ifnull(warning, id)) AS many,"                                                   \
  " row_number() OVER (PARTITION BY ifnull(warning, id) ORDER BY " order ") AS place FROM " table " WHERE " which " AND voided IS NULL)"   \
  " JOIN " table " c ON c.id = first WHERE place = 1"
#define ABOUT "(SELECT id FROM k_warning w WHERE w.key = c.warning AND w.voided IS NULL ORDER BY w.sent DESC LIMIT 1)"

/* Who is called, with the village that it is about; where somebody has to be sent, that first. */
#define SAID                                                                                                                               \
  "CASE WHEN planned = 'door' AND many > 1 THEN ifnull(role || ' ', '') ELSE '' END || callee || ifnull(' ' || phone, '') || ifnull(' ' "  \
  "|| (SELECT name FROM k_unit u WHERE u.area = c.area AND u.name <> c.callee"                                                             \
  " AND u.voided IS NULL), '')"

/* When somebody was last not reached in time: who is next has to be called now. What the officer passed on himself needs no bell. */
#define LAPSED                                                                                                                             \
  "(SELECT max(e.state_at) FROM k_call e WHERE e.warning = c.warning AND e.state = 'escalated' AND e.state_at >= e.due AND e.voided IS "   \
  "NULL AND " CALL_OWN("e") ")"

#define UNREACHED                                                                                                                          \
  "(SELECT sum(ifnull(expected, 0) - ifnull(reached, 0)) FROM k_relay o WHERE o.warning = c.warning AND o.state IN ('waiting', 'partly')"  \
  " AND o.voided IS NULL AND " STATION_KEEPS("o.id") ")"

/* clang-format off */
static const struct source sources[] = {
  { DUE_CALL, &call_kind, "call.answer", NULL, N_("%d to call, first %s"),
    "SELECT id, due, " SAID ", phrase(role), many, " ABOUT ", " LAPSED
    FIRST_OF("k_call", "state = 'waiting' AND " CALL_OWN("k_call"), "due, rank, id") },
  { DUE_CALL, &call_kind, "call.answer", N_("Nobody answers: %s"), N_("%d that nobody answers, last %s"),
    "SELECT id, due, " SAID ", phrase(role), many, " ABOUT ", NULL"
    FIRST_OF("k_call", "state = 'unanswered' AND " CALL_OWN("k_call"), "due DESC, id DESC") },
  { DUE_CALL, &call_kind, "call.close", N_("Nobody to call: %s"), N_("%d with nobody to call, last %s"),
    "SELECT id, due, " SAID " || ifnull(' · ' || phrase(state_why), ''), phrase(escalated_to), many, " ABOUT ", NULL"
    FIRST_OF("k_call", "state = 'skipped' AND " CALL_OWN("k_call"), "due DESC, id DESC") },
  { DUE_CALL, &call_kind, "call.close", N_("Promised: %s"), N_("%d promises, first %s"),
    "SELECT id, promised_due, ifnull(promised, callee), answered_by, many, " ABOUT ", NULL"
    FIRST_OF("k_call", "state = 'answered' AND promised_due IS NOT NULL AND " CALL_OWN("k_call"), "promised_due, id") },
  { DUE_RELAY, &relay_kind, "relay.tell", NULL, NULL,
    "SELECT id, due, phrase(audience) || ' ' || ifnull(reached || '/' || expected, ''), NULL, many, " ABOUT ", NULL,"
    " sort <> 'names' OR names <> audience, "
    UNREACHED FIRST_OF("k_relay", RELAY_OURS, "due, id") },
};
/* clang-format on */

/* The unreached come first, special groups first of all. An audience that is one name has said it already. */
static char *relay_said(struct desk *desk, struct query *query)
{
  enum { NAMES = 3 };
  struct buf text = BUF_INIT, names = BUF_INIT;

  buf_addf(&text, "%s", query_text(query, 2) != NULL ? query_text(query, 2) : "");
  if (query_number(query, 7) != 0 && relay_unreached_text(desk, query_number(query, 0), NAMES, &names, NULL) == 0 && names.length > 0)
    buf_addf(&text, _(" · unreached: %s"), buf_text(&names));
  buf_free(&names);
  return buf_take(&text, NULL);
}

static char *say(struct desk *desk, const struct source *source, struct query *query, int many)
{
  char *said = source->kind == &relay_kind ? relay_said(desk, query) : mem_dup(query_text(query, 2) != NULL ? query_text(query, 2) : "");
  char *text = many > 1 && source->kind == &relay_kind
                 ? mem_printf(_("%d lists, %d unreached, first %s"), many, (int)query_number(query, 8), said)
               : many > 1            ? mem_printf(i18n_text(source->many), many, said)
               : source->one != NULL ? mem_printf(i18n_text(source->one), said)
                                     : mem_dup(said);
  free(said);
  return text;
}

/* Whichever call is opened, the sheet shows all; of several lists one is chosen in the view of their warning. */
static void add_row(struct desk *desk, struct overview *overview, const struct source *source, struct query *query)
{
  record_id about = query_number(query, 5);
  int many = (int)query_number(query, 4);
  bool opens_warning = many > 1 && about != 0 && source->kind == &relay_kind;

  struct overview_line *line = overview_add(overview, source->sort, query_number(query, 1), opens_warning ? &warning_kind : source->kind,
                                            opens_warning ? about : query_number(query, 0), opens_warning ? NULL : source->action,
                                            say(desk, source, query, many), many > 1 ? NULL : query_text(query, 3));
  line->rings = query_number(query, 6);
  line->about = about;
  line->part = (int)(source - sources);
}

int overview_calls(struct desk *desk, struct overview *overview, struct err *err)
{
  bool no_calls = overview_is_quiet(desk, &call_kind);
  int row = 0;

  for (size_t i = 0; i < sizeof sources / sizeof *sources && row == 0; i++) {
    if (no_calls && sources[i].kind == &call_kind) continue;
    struct query *query = query_open(desk->store, sources[i].sql);
    while ((row = query_next(query, err)) == 1) add_row(desk, overview, &sources[i], query);
    query_close(query);
  }
  return row;
}
