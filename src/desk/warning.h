/* Warnings that the desk has received: from files as the issuer sent them, or from what somebody pasted or took down and confirmed.
 * Warning colour and response level are two things, and both are kept (response.c). We never issue public warnings.
 *
 * One danger, one record: an issuer's first alert, its updates and its cancel make ONE record of kind `warning`, whatever the order in
 * which they come. Its id, number and `key` stay (calls, relays and tasks are linked by the key); colour, headline, text, times and
 * areas are those of the latest alert, by time of issue. Every alert of the chain is kept as a record of kind `warning_message` beside
 * it, with a reference to its warning (field `warning`), and each update is a step in the warning's own history.
 *
 *   key        of the first alert of the chain: "SENDER IDENTIFIER"; what is not real has its status before it ("test: SENDER
 *   IDENTIFIER"),
 *              so that an exercise never touches a real warning
 *   state      received → in_force (warning.ack) → closed; an update sets it back to received, since somebody has to read it; the
 *   issuer's
 *              all-clear sets it to cancelled (lifted), which is closed once the all-clear has been passed on; expired is never stored
 *   sent       issue of the latest alert; received: its arrival here; began: arrival of the chain's first; messages: how many alerts
 *   expires    as the issuer gave it; assumed_until: when it gave none, from warning.hours_*; WARNING_ENDS is the one that counts
 *   geocodes   area codes of 12 digits, each once, ascending, separated by spaces; empty if the alert named none of ours */
#ifndef DESK_WARNING_H
#define DESK_WARNING_H

#include "desk/answer.h"
#include "desk/transition.h"
#include "formats/alert.h"

/* SQL about a row of k_warning, whatever its alias (no other table of the FROM may have columns of these names). `now`: an SQL
 * expression as text, e.g. "?1". */

/* When it ends: as the issuer says, else as assumed; NULL: neither. */
#define WARNING_ENDS "ifnull(expires, assumed_until)"

/* Does it concern this station: its area codes name the station's own area, one above it or one below. One without area codes of ours
 * does, to be on the safe side. One for elsewhere is kept and listed, but never counts as in force and never rings. */
#define WARNING_FOR_HERE "(geocodes IS NULL OR concerns(geocodes))"

#define WARNING_STATION "(SELECT CAST(value AS TEXT) FROM meta WHERE name = 'area')" /* its code, for those that ask by area */

/* A superior's record and one of our own of the same warning are one: the one issued later stands for both. */
#define WARNING_NO_TWIN                                                                                                                    \
  "NOT EXISTS (SELECT 1 FROM (SELECT id AS twin, key AS twin_key, sent AS twin_sent, voided AS twin_voided FROM k_warning)"                \
  " WHERE twin_key = key AND twin <> id AND twin_voided IS NULL AND (twin_sent > sent OR (twin_sent = sent AND twin < id)))"

/* An exercise is for practising: there, and only there, an alert marked Exercise counts like a real one. */
#define WARNING_COUNTS "(status = 'actual' OR (status = 'exercise' AND EXISTS (SELECT 1 FROM meta WHERE name = 'exercise' AND value <> 0)))"

/* Real, and for here, whatever has become of it. Test and Draft, and those whose status is not known, never are. */
#define WARNING_REAL WARNING_COUNTS " AND voided IS NULL AND " WARNING_FOR_HERE " AND " WARNING_NO_TWIN

/* A red one that its issuer gave no end stays in force until a person decides (WARNING_UNDECIDED), unless it came only a week after
 * that: from somebody's archive. */
#define WARNING_STALE (7 * CLOCK_DAY)
#define WARNING_HOLDS "expires IS NULL AND colour = 'red' AND received < assumed_until + 604800000"

/* In force at the instant `now`. */
#define WARNING_IN_FORCE(now)                                                                                                              \
  "state IN ('received', 'in_force') AND (" WARNING_ENDS " IS NULL OR " WARNING_ENDS " > " now " OR (" WARNING_HOLDS ")) "                 \
  "AND " WARNING_REAL

/* What a shift from `from` to `to` had to do with: in force at its end, or come, moved on, run out, lifted or closed in it. */
#define WARNING_OF_SHIFT(from, to)                                                                                                         \
  "ifnull(began, received) < " to " AND " WARNING_REAL " AND ((" WARNING_IN_FORCE(                                                         \
    to) ") OR received >= " from " OR state_at >= " from " OR (state IN ('received', 'in_force') AND " WARNING_ENDS " >= " from            \
        ") OR EXISTS (SELECT 1 FROM (SELECT warning AS closing_key, area AS closing_area,"                                                 \
        " state_at AS closing_at, voided AS closing_voided FROM k_closing) WHERE closing_key = key AND closing_at >= " from                \
        " AND closing_voided IS NULL AND closing_area = " WARNING_STATION "))"

/* Rings: in force, and nobody here has acknowledged its latest alert yet (of a superior's warning our answer says so, answer.h). The
 * clock runs from `received`. */
#define WARNING_RINGS(now) "CASE WHEN " ANSWER_OURS " THEN state = 'received' ELSE NOT " ANSWER_READ " END AND " WARNING_IN_FORCE(now)

/* Lifted by its issuer, and nobody has passed the all-clear on yet (state cancelled until warning.close). Does not ring. */
#define WARNING_LIFTED "state = 'cancelled' AND " WARNING_REAL

/* Red, its assumed end has passed: somebody asks the issuer and says until when (warning.extend) or closes it. */
#define WARNING_UNDECIDED(now) "expires IS NULL AND assumed_until <= " now " AND " WARNING_IN_FORCE(now)

/* Its status is no word of the standard: not real until somebody has asked the issuer (warning.confirm). */
#define WARNING_UNCONFIRMED(now)                                                                                                           \
  "status = 'unknown' AND state = 'received' AND voided IS NULL AND (" WARNING_ENDS " IS NULL OR " WARNING_ENDS " > " now                  \
  ") AND " WARNING_FOR_HERE

/* Is any received, in force or cancelled: whatever its rest, without one none of the conditions above holds. On most days there is none,
 * and the long statements that they make need not even be prepared. */
#define WARNING_ANY "SELECT 1 FROM k_warning WHERE state IN ('received', 'in_force', 'cancelled') AND voided IS NULL LIMIT 1"
bool warning_any(struct desk *desk);

/* The same of one record, as it stands at the instant `at`. */
bool warning_in_force(struct desk *desk, record_id warning, int64_t at);
bool warning_rings(struct desk *desk, record_id warning, int64_t at);
bool warning_for_here(struct desk *desk, record_id warning);
/* Is it of this station's own scope or one below, so that it may be changed here? A superior's is answered in records of our own
 * (answer.h). */
bool warning_is_ours(struct desk *desk, record_id warning);
/* WARNING_COUNTS of a status (NULL: no), and of a record that is not struck. */
bool warning_status_counts(struct desk *desk, const char *status);
bool warning_counts(struct desk *desk, const struct record *warning);

#define WARNING_FILE_MOST ((uint64_t)512 << 20) /* bytes of a file of alerts */

/* What became of the alerts of one file. */
struct warning_imported {
  long made, followed, late, held; /* by enum warning_step */
  long ignored, refused;           /* messages about alerts; alerts that could not be taken */
  char refusal[512];               /* why the first of these could not; "" */
  bool is_unreadable;              /* -1 because of the file itself, not of the database */
};

/* All alerts of one file, of any size up to WARNING_FILE_MOST, in the memory of a few of them; those that do not belong together share
 * transactions. Those held already change nothing; updates and cancels go to the warning that they belong to. outcome tells what was
 * imported, noted or refused (the first forty, then a sum), with attention if anything was noted or refused; its record is the last
 * warning. file_name and imported may be NULL. -1: nothing could be taken; or trouble with the database, then what was told stands. */
struct source;
int warning_import_from(struct desk *desk, const struct source *source, const char *file_name, struct warning_imported *imported,
                        struct outcome *outcome, struct err *err);
int warning_import(struct desk *desk, const char *bytes, size_t length, const char *file_name, struct outcome *outcome, struct err *err);
/* "-": standard input. */
int warning_import_file(struct desk *desk, const char *path, struct warning_imported *imported, struct outcome *outcome, struct err *err);

/* Calls row() for each real warning in force, highest colour first. */
int warnings_in_force(struct desk *desk, bool (*row)(void *context, const struct record *warning), void *context, struct err *err);
/* Each that a shift had to do with (WARNING_OF_SHIFT), those in force at its end first, then in the order in which they came. */
int warnings_of_shift(struct desk *desk, int64_t from, int64_t to, bool (*row)(void *context, const struct record *warning), void *context,
                      struct err *err);
enum alert_colour warning_highest(struct desk *desk); /* ALERT_NONE: none in force */
/* The state at an instant: as stored, but "expired" once its time has passed. */
const char *warning_state(const struct record *warning, int64_t at);

/* The response level in force (the highest, if several): 1 … 4; 0: none. response.c */
int response_in_force(struct desk *desk, record_id *response);

/* Pasted text: fills the arguments below from it, for an officer to confirm. -1: it reads like no warning. */
extern const struct field warning_text_arguments[];
int warning_prepare_text(struct desk *desk, const char *text, int64_t near, struct values *arguments, struct err *err);
int warning_add_text(struct desk *desk, const char *action, const struct values *arguments, struct outcome *outcome, struct err *err);

/* The key of an alert, and of the warning that begins with it: sender and identifier, the status before them unless it is "actual" (or
 * NULL). The caller frees. */
char *warning_key(const char *status, const char *sender, const char *identifier);
/* Sets the field `key` of a warning's or message's values by its status, sender and identifier; one that was taken down has none of
 * these and goes by issuer, minute, event and colour. */
void warning_set_key(struct values *values);
/* Until when a warning or a message that gives no end is taken to last, by warning.hours_*; 0: it gives one, or lifts. */
int64_t warning_assumed(struct desk *desk, const struct values *values);
/* The lane of a warning: down, so that the villages see it, unless it is not real or there is nobody below. */
enum lane warning_lane(struct desk *desk, const struct values *values);

extern const struct choice warning_channels[]; /* how people are told */
extern const struct choice warning_statuses[], warning_types[], warning_colours[];

/* --- chains: warning_chain.c ---------------------------------------------------------------------------------------------------------- */

struct act;
enum warning_step {
  WARNING_HELD,    /* that message is here already: nothing was written */
  WARNING_NEW,     /* it begins a warning */
  WARNING_FOLLOWS, /* its warning says now what it says */
  WARNING_LATE     /* it belongs to a warning that a later one has overtaken already: only kept */
};
struct warning_news {
  enum warning_step step;
  record_id warning, message;
  bool rose;  /* the colour is higher than it was, or the warning is new */
  int joined; /* other warnings that turned out to be the same one: struck, this one in their place */
};
/* Puts one message (values of warning_message_kind, all but `key` and `warning`) into the act, with the warning that it begins or
 * belongs to. That of an act that is not committed yet is not seen: whoever writes several keeps related ones apart. -1: err. */
int warning_take(struct desk *desk, struct act *act, struct values *message, struct warning_news *news, struct err *err);

/* The one table of its states; "expired" as a state to move from is warning_state(). Rows: warning.c; who lifts and closes: closing.c. */
extern const struct transition warning_moves[];

extern const struct action warning_actions[];        /* warning.c */
extern const struct action warning_import_actions[]; /* warning_import.c */
extern const struct action warning_text_actions[];   /* warning_text.c */
extern const struct action warning_decide_actions[]; /* warning_decide.c */

#endif
