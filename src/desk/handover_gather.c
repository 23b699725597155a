/* What a handover says: the officers' own words and, until both sides have signed, lines from the live records. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/call.h"
#include "desk/checklist.h"
#include "desk/duties.h"
#include "desk/handover.h"
#include "desk/lookup.h"
#include "desk/relay.h"
#include "desk/sitrep.h"
#include "desk/warning.h"
#include "desk/warning_figures.h"
#include "store/query.h"

/* Columns: id, at, text, who, next, critical, read back. Parameters: ?1 begin of the shift's time, ?2 its end, ?3 the handover. */
struct source {
  const char *field, *label, *sql;
};

/* clang-format off */
static const struct source sources[HANDOVER_SECTIONS] = {
  { "summary", N_("Shift summary"), NULL },
  { "warnings", N_("Warnings of the shift"), NULL },
  { "response", N_("Response level"),
    "SELECT id, level_at, substr('ⅠⅡⅢⅣ', level, 1) || ' ' || ifnull(hazard, ''), level_by, level_document, level <= 2, 0 FROM k_response"
    " WHERE voided IS NULL AND state = 'started' AND " STATION_KEEPS("k_response.id") " ORDER BY level" },
  { "situation", N_("Situation"), NULL },
  { "problems", N_("Problems"), NULL },
  { "tasks", N_("Tasks"),
    "SELECT id, due, what, phrase(owner), NULL, ifnull(due, 9e15) <= ?2, 0 FROM " CHECKLIST_DUE("?2") " ORDER BY due IS NULL, due, id" },
  { "events", N_("Events of the shift"),
    "SELECT e.id, e.happened, phrase(e.text), o.name, NULL, ifnull(e.important, 0), 0"
    " FROM k_entry e LEFT JOIN k_officer o ON o.id = e.recorder WHERE e.voided IS NULL AND e.happened >= ?1 AND e.happened < ?2 ORDER BY e.happened, e.id" },
  { "items", N_("Open items"),
    "SELECT i.id, i.due, phrase(i.what), o.name, i.next, ifnull(i.critical, 0), EXISTS (SELECT 1 FROM k_readback r WHERE r.handover = ?3"
    " AND r.item = i.id AND r.voided IS NULL"
    " AND r.offered = (SELECT state_at FROM k_handover WHERE id = ?3)) FROM k_item i LEFT JOIN k_officer o ON o.id = i.owner"
    " WHERE i.state = 'open' AND i.voided IS NULL ORDER BY ifnull(i.critical, 0) DESC, i.due IS NULL, i.due, i.id" },
  { "orders", N_("Orders and duty checks not closed"),
    "SELECT id, deadline, phrase(content), owner, origin, 0, 0 FROM k_order WHERE state = 'open' AND voided IS NULL"
    " AND (" STATION_KEEPS("k_order.id") " OR " STATION_WROTE("k_order.id") ")"
    " UNION ALL SELECT id, asked_at, asked_by || ifnull(': ' || content, ''), NULL, NULL, 0, 0 FROM k_dutycheck WHERE state = 'open'"
    " AND voided IS NULL ORDER BY 2" },
  { "reports", N_("Reports due"), "SELECT id, NULL, title, NULL, NULL, ifnull(attention, 0), 0 FROM k_incident WHERE state <> 'closed'"
    " AND voided IS NULL AND " STATION_KEEPS("k_incident.id") " ORDER BY began" },
  { "points", N_("Points under watch"),
    "SELECT id, NULL, name || ifnull(': ' || watch_why, ''), monitor, NULL, 0, 0 FROM k_point WHERE watch = 1 AND state = 'active'"
    " AND voided IS NULL AND " STATION_KEEPS("k_point.id") " ORDER BY name" },
  { "people", N_("People transferred and not yet returned"),
    "SELECT id, arrived_at, family || ifnull(' (' || people || ')', ''), guardian, NULL, state <> 'settled', 0 FROM k_transfer"
    " WHERE state <> 'returned' AND voided IS NULL AND " STATION_KEEPS("k_transfer.id") " ORDER BY state = 'settled', family" },
  { "equipment", N_("Equipment"), NULL },
  { "keys", N_("Keys"), NULL },
  { "satellite", N_("Communication gear tests"),
    "SELECT id, tested, name || ifnull(': ' || test_note, ''), tested_by, NULL, result <> 'good', 0 FROM k_gear WHERE tested >= ?1"
    " AND voided IS NULL AND " STATION_KEEPS("k_gear.id") " ORDER BY tested" },
};
/* clang-format on */

static void line_free(struct handover_line *line)
{
  free(line->text);
  free(line->who);
  free(line->next);
}

static struct handover_line *add_line(struct handover_section *section)
{
  section->lines = mem_grow(section->lines, (size_t)section->count + 1, sizeof *section->lines);
  return &section->lines[section->count++];
}

static int read_lines(struct desk *desk, const struct source *source, int64_t from, int64_t to, record_id handover,
                      struct handover_section *section, struct err *err)
{
  struct query *query = query_open(desk->store, source->sql);
  int row;

  if (strstr(source->sql, "?1") != NULL) query_bind_number(query, 1, from);
  if (strstr(source->sql, "?2") != NULL) query_bind_number(query, 2, to);
  if (strstr(source->sql, "?3") != NULL) query_bind_number(query, 3, handover);
  while ((row = query_next(query, err)) == 1) {
    struct handover_line *line = add_line(section);
    line->record = query_number(query, 0);
    line->at = query_number(query, 1);
    line->text = mem_dup(query_text(query, 2));
    line->who = mem_dup(query_text(query, 3));
    line->next = mem_dup(query_text(query, 4));
    line->critical = query_number(query, 5) != 0;
    line->read_back = query_number(query, 6) != 0;
  }
  query_close(query);
  return row;
}

/* Incidents whose next report is due some time; the others say nothing here. */
static int keep_due(struct desk *desk, struct handover_section *section, struct err *err)
{
  int kept = 0;

  for (int i = 0; i < section->count; i++) {
    struct handover_line *line = &section->lines[i];
    struct record incident = { 0 };
    const char *sort;
    int owes = record_read(desk->store, &incident_kind, line->record, &incident, err);
    if (owes == 1) owes = sitrep_due(desk, &incident, &sort, &line->at, err);
    record_free(&incident);
    if (owes < 0) return -1;
    if (owes == 1) {
      struct handover_line due = *line;
      section->lines[i] = section->lines[kept];
      section->lines[kept++] = due;
    }
  }
  for (int i = kept; i < section->count; i++) line_free(&section->lines[i]);
  section->count = kept;
  return 0;
}

/* The stretch of time that the handover tells about: from when this pair took over until now, or until it was relieved. */
static void time_of(struct desk *desk, const struct handover_facts *facts, int64_t *from, int64_t *to)
{
  int64_t starts = record_number(&facts->handover, "starts", 0);
  int64_t took_over = query_single(desk->store, "SELECT max(relieved_at) FROM k_handover WHERE voided IS NULL AND next = ?1",
                                   record_number(&facts->handover, "shift", 0), 0);

  *from = took_over != 0 ? took_over : starts;
  *to = record_number(&facts->handover, "relieved_at", clock_now() + CLOCK_MINUTE);
}

/* What the warnings in force still ask for, in a line each: the call sheet and the lists have the rest. Columns: which comes first,
 * when, how many, how many of these are late. ?1: the end of the time told about. */
struct following {
  const char *text; /* msgid: how many, how many late */
  const char *sql;
};

/* clang-format off */
static const struct following following[] = {
  { N_("Calls to make: %d, overdue: %d"), "SELECT (SELECT id FROM k_call WHERE " CALL_OWN("k_call") " AND " CALL_OPEN
                                          " ORDER BY due, id LIMIT 1), min(due), count(*), sum(due <= ?1) FROM k_call WHERE "
                                          CALL_OWN("k_call") " AND " CALL_OPEN },
  { N_("Promises to follow up: %d, lapsed: %d"), "SELECT (SELECT id FROM k_call WHERE " CALL_OWN("k_call") " AND " CALL_PROMISED
                                                 " ORDER BY promised_due, id LIMIT 1), min(promised_due), count(*), sum(promised_due <= ?1)"
                                                 " FROM k_call WHERE " CALL_OWN("k_call") " AND " CALL_PROMISED },
  { N_("Lists with unreached people: %d, overdue: %d"),
    "SELECT (SELECT id FROM k_relay WHERE " RELAY_OURS
    " ORDER BY due, id LIMIT 1), min(due), count(*), sum(due <= ?1) FROM k_relay WHERE " RELAY_OURS },
  { N_("People to be told: %d, of these on overdue lists: %d"),
    "SELECT (SELECT id FROM k_relay WHERE " RELAY_OURS
    " ORDER BY due, id LIMIT 1), min(due), sum(ifnull(expected, 0) - ifnull(reached, 0)),"
    " sum((ifnull(expected, 0) - ifnull(reached, 0)) * (due <= ?1)) FROM k_relay WHERE " RELAY_OURS },
};
/* clang-format on */

static int read_following(struct desk *desk, int64_t to, struct handover_section *section, struct err *err)
{
  for (size_t i = 0; i < sizeof following / sizeof *following; i++) {
    struct query *query = query_open(desk->store, following[i].sql);
    query_bind_number(query, 1, to);
    int row = query_next(query, err);
    if (row == 1 && query_number(query, 2) > 0) {
      *add_line(section) =
        (struct handover_line){ .record = query_number(query, 0),
                                .at = query_number(query, 1),
                                .text = mem_printf(i18n_text(following[i].text), (int)query_number(query, 2), (int)query_number(query, 3)),
                                .critical = query_number(query, 3) > 0 };
    }
    query_close(query);
    if (row < 0) return -1;
  }
  return 0;
}

/* --- warnings ------------------------------------------------------------------------------------------------------------------------- */

struct warnings {
  struct desk *desk;
  struct handover_section *section;
  int64_t to, now;
  int status;
  struct err *err;
};

/* Those that are over belong in it too: the next ones have to know what the shift did, and what it missed. */
static bool add_warning(void *context, const struct record *warning)
{
  struct warnings *warnings = context;
  struct buf figures = BUF_INIT;
  const char *colour = record_text(warning, "colour");
  bool is_serious = colour != NULL && (strcmp(colour, "red") == 0 || strcmp(colour, "orange") == 0);

  warnings->status = warning_figures_text(warnings->desk, warning, warnings->now, &figures, warnings->err);
  if (warnings->status == 0)
    *add_line(warnings->section) =
      (struct handover_line){ .record = warning->id,
                              .at = record_number(warning, "began", record_number(warning, "received", 0)),
                              .text = mem_dup(record_title(warning)),
                              .next = buf_take(&figures, NULL),
                              .critical = is_serious && warning_in_force(warnings->desk, warning->id, warnings->to) };
  buf_free(&figures);
  return warnings->status == 0;
}

static int read_warnings(struct desk *desk, int64_t from, int64_t to, struct handover_section *section, struct err *err)
{
  struct warnings warnings = { .desk = desk, .section = section, .to = to, .now = clock_now(), .err = err };

  if (warnings_of_shift(desk, from, to, add_warning, &warnings, err) < 0) return -1;
  return warnings.status;
}

static int read_sections(struct desk *desk, struct handover_facts *facts, struct err *err)
{
  int64_t from, to;
  int status = 0;

  time_of(desk, facts, &from, &to);
  for (int i = 0; i < HANDOVER_SECTIONS && status == 0; i++) {
    struct handover_section *section = &facts->sections[i];
    section->field = sources[i].field;
    section->label = sources[i].label;
    section->written = mem_dup(record_text(&facts->handover, sources[i].field));
    if (!facts->frozen && sources[i].sql != NULL) status = read_lines(desk, &sources[i], from, to, facts->handover.id, section, err);
    if (status == 0 && strcmp(section->field, "reports") == 0) status = keep_due(desk, section, err);
    if (status == 0 && !facts->frozen && strcmp(section->field, "warnings") == 0)
      status = read_warnings(desk, from, to, section, err) < 0 ? -1 : read_following(desk, to, section, err);
  }
  return status;
}

static void read_signature(struct desk *desk, struct handover_facts *facts, int index)
{
  static const struct {
    const char *field, *label;
    enum post post;
  } sides[] = { { "out_a", N_("Outgoing A"), POST_A },
                { "out_b", N_("Outgoing B"), POST_B },
                { "in_a", N_("Incoming A"), POST_A },
                { "in_b", N_("Incoming B"), POST_B } };
  struct handover_signature *signature = &facts->signatures[index];
  const struct record *shift = index < 2 ? &facts->shift : &facts->next;
  char field[16];

  signature->label = sides[index].label;
  record_id signer = record_number(&facts->handover, sides[index].field, 0);
  if (signer == 0 && shift->kind != NULL) signer = record_number(shift, shift_post_field(sides[index].post), 0);
  signature->name = lookup_name(desk, signer);
  snprintf(field, sizeof field, "%s_at", sides[index].field);
  signature->at = record_number(&facts->handover, field, 0);
  snprintf(field, sizeof field, "%s_late", sides[index].field);
  signature->late = record_number(&facts->handover, field, 0) != 0;
  snprintf(field, sizeof field, "%s_why", sides[index].field);
  signature->why = mem_dup(record_text(&facts->handover, field));
}

int handover_gather(struct desk *desk, record_id handover, struct handover_facts *facts, struct err *err)
{
  memset(facts, 0, sizeof *facts);
  if (lookup_record(desk, &handover_kind, handover, &facts->handover, err) < 0) return -1;
  if (lookup_record(desk, &shift_kind, record_number(&facts->handover, "shift", 0), &facts->shift, err) < 0) return -1;
  /* Whom a draft would go to changes with time; an offer and a signed handover name their shift. */
  bool is_draft = transition_possible(handover_moves, "handover.draft", transition_state(&facts->handover, "draft"));
  record_id next = is_draft ? 0 : record_number(&facts->handover, "next", 0);
  if (next == 0) next = shift_successor(desk, facts->shift.id, clock_now());
  if (next != 0 && lookup_record(desk, &shift_kind, next, &facts->next, err) < 0) return -1;
  facts->frozen = handover_is_frozen(&facts->handover);
  facts->leader = lookup_name(desk, record_number(&facts->shift, "leader", 0));
  for (int i = 0; i < 4; i++) read_signature(desk, facts, i);
  return read_sections(desk, facts, err);
}

void handover_facts_free(struct handover_facts *facts)
{
  for (int i = 0; i < HANDOVER_SECTIONS; i++) {
    struct handover_section *section = &facts->sections[i];
    for (int j = 0; j < section->count; j++) line_free(&section->lines[j]);
    free(section->lines);
    free(section->written);
  }
  for (int i = 0; i < 4; i++) {
    free(facts->signatures[i].name);
    free(facts->signatures[i].why);
  }
  record_free(&facts->handover);
  record_free(&facts->shift);
  record_free(&facts->next);
  free(facts->leader);
  memset(facts, 0, sizeof *facts);
}

void handover_line_text(const struct handover_line *line, struct buf *out)
{
  char at[CLOCK_TEXT];

  if (line->critical) buf_adds(out, "! ");
  if (line->at != 0) buf_addf(out, "%s ", clock_text(at, line->at, CLOCK_SHORT));
  for (const char *byte = line->text != NULL ? line->text : ""; *byte != '\0'; byte++) buf_addc(out, *byte == '\n' ? ' ' : *byte);
  if (line->who != NULL && *line->who != '\0') buf_addf(out, " · %s", line->who);
  if (line->next != NULL && *line->next != '\0') buf_addf(out, " · %s", line->next);
  if (line->read_back) buf_addf(out, " · %s", _("read back"));
}

void handover_section_text(const struct handover_section *section, struct buf *out)
{
  if (section->written != NULL) buf_adds(out, section->written);
  for (int i = 0; i < section->count; i++) {
    if (i > 0 || (section->written != NULL && *section->written != '\0')) buf_addc(out, '\n');
    handover_line_text(&section->lines[i], out);
  }
}
