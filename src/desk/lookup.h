/* Short ways to ask for a record that has to be there. */
#ifndef DESK_LOOKUP_H
#define DESK_LOOKUP_H

#include "desk/desk.h"

struct buf;
struct query;

/* Reads the record into *record (record_free it in any case: zeroed when -1). 0, or -1: none of that kind under that id, or id 0. */
int lookup_record(struct desk *desk, const struct kind *kind, record_id id, struct record *record, struct err *err);

/* Title of an officer; NULL for 0 or one that is not here. The caller frees. */
char *lookup_name(struct desk *desk, record_id officer);
/* The same for a record of any kind of the desk ("*" references). NULL: none. */
char *lookup_title(struct desk *desk, record_id id, const struct kind **kind);
/* What the unit of that area is called: the name in its record, its code of 12 digits if there is none. Never NULL; the caller frees. */
char *lookup_unit(struct desk *desk, int64_t area);

/* The first column of each row of a bound query, which is closed. How many, or -1; *ids is to be freed in any case. For those who ask
 * again for each: a query is prepared once. */
int lookup_ids(struct query *query, record_id **ids, struct err *err);

/* First column of the first row as text; NULL if there is none. The caller frees. Up to one parameter. */
char *lookup_text(struct desk *desk, const char *sql, int64_t parameter);

/* Fills arguments from the record's fields of the same names: what actions that edit some of them prepare. */
int lookup_arguments(struct desk *desk, const struct kind *kind, record_id id, struct values *arguments, struct err *err);

/* The translated label of a choice given as an argument. */
const char *lookup_argument(const struct field *fields, const struct values *arguments, const char *name);

/* The translated label of a choice field's value; the name itself if it is no choice. */
const char *lookup_choice(const struct kind *kind, const char *field, const char *name);

#endif
