/* One station's database: opening, making, its identity, its transactions. See doc/JOURNAL.md. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "store/kind.h"

struct err;
struct store;

typedef int64_t record_id; /* a record's name inside this database; 0 is none; never leaves it (record.h has full names) */
typedef int64_t op_id;     /* an operation's; 0 is none */

#define STORE_FORMAT 3 /* of the journal, in user_version; an older or newer file is refused */

/* Makes a new database with its key beside it (PATH.key) for the station of `area` (12 digits). `letter` 'A'…'Z' marks this node's short
 * numbers. Refuses an existing file and a network file system. `exercise`: its hashes never verify as real. */
int store_create(const char *path, const char *area, char letter, bool exercise, const struct kind *const kinds[], struct err *err);

/* Opens it. Refuses: no such file, a file that is not ours, another format, a network file system, a directory we cannot write in. If
 * the kinds changed since the projection was made, it is rebuilt first. `kinds` must outlive the store. */
int store_open(struct store **store, const char *path, const struct kind *const kinds[], struct err *err);
void store_close(struct store *store); /* NULL is fine */
void store_rest(struct store *store);  /* nothing will be asked for a while: gives back the memory of pages that were read */

const char *store_path(const struct store *store);
const struct kind *const *store_kinds(const struct store *store);
const struct kind *store_kind(const struct store *store, const char *name); /* aborts if there is none: for names in code */
int64_t store_area(const struct store *store);                              /* own area code as a number */
uint64_t store_node(const struct store *store);                             /* own node number, 63 bits */
char store_letter(const struct store *store);
bool store_is_exercise(const struct store *store);
bool store_ended_cleanly(const struct store *store); /* false: the last session that wrote did not close; a check is due */

/* True if another connection has committed since the last call: redraw. */
bool store_changed_elsewhere(struct store *store);

/* Small facts of this node that are no operations (drafts, last seen, counters …): backed up, never sent. NULL value removes. */
int store_set_local(struct store *store, const char *name, const char *value, struct err *err);
char *store_get_local(struct store *store, const char *name); /* caller frees; NULL if absent */

/* Area codes as text: 12 digits into text[13]; the level's significant length (2, 4, 6, 9, 12); is `inner` in the subtree of `outer`? */
const char *area_text(int64_t area, char text[13]);
int64_t area_from_text(const char *text, struct err *err); /* -1 unless exactly 12 digits, first two 11–65 or 71/81/82 */
int area_level(int64_t area);                              /* 0 … 4: province, prefecture, county, township, village */
bool area_contains(int64_t outer, int64_t inner);
/* Does one of the 12-digit codes (separated by spaces; others count for nothing) name the area itself, one above it (000000000000: the
 * country) or one below? */
bool area_concerns(int64_t area, const char *codes);

#endif
