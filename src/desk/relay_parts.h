/* What the files of relaying share: relay_list.c reads lists, relay_mark.c marks, relay_action.c is the officer's side. */
#ifndef DESK_RELAY_PARTS_H
#define DESK_RELAY_PARTS_H

#include "desk/relay.h"
#include "desk/transition.h"

struct buf;

extern const struct transition relay_moves[];

/* Sets `audience` of a list of households or places: its village's, by `area`. */
void relay_set_name(struct desk *desk, struct values *values);

/* Counts the list as it stands, whatever the record's state; relay_count takes the kept figures of a closed one. */
int relay_count_live(struct desk *desk, record_id relay, struct relay_count *count, struct err *err);
/* Appends the unreached as lines, special groups first; at most `most`, then "…". */
int relay_unreached_text(struct desk *desk, record_id relay, int most, struct buf *out, struct err *err);

/* Writes into the record what its list says: state and figures. True if anything differs from `relay`. Without an act it only says so. */
bool relay_write_state(struct desk *desk, struct act *act, const struct record *relay, const struct relay_count *count);

/* Ends a list with the figures and the names that are left; nothing is checked. */
void relay_write_dropped(struct desk *desk, struct act *act, record_id relay, const struct relay_count *count, const char *why);
/* As relay_tell, for several choices in one act: a household or a name each. */
int relay_tell_all(struct desk *desk, record_id relay, const struct relay_choice *choices, int count, const struct relay_telling *telling,
                   struct err *err);
int relay_drop(struct desk *desk, record_id relay, const char *why, struct err *err);

/* Is `typed` this name, or its end from where no number is cut: 1组 of 上坪村1组 and not of 上坪村11组, 3号户 of 上坪村1组03号户? */
bool relay_is_short_for(const char *name, const char *typed);

/* For actions: what the arguments channel, told_at and note say; and where the list stands by now, into outcome, after the checklist has
 * heard of it. */
struct relay_telling relay_telling_of(const struct values *arguments);
int relay_say(struct desk *desk, record_id relay, struct outcome *outcome, struct err *err);

#endif
