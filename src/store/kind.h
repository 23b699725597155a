/* A kind of record, described once: tables, forms, lists, the command line, CSV, JSON, validation, search, history and sync all read
 * this. */
#ifndef STORE_KIND_H
#define STORE_KIND_H

#include <stdbool.h>
#include <stdint.h>

enum field_type {
  FIELD_TEXT,      /* one line of UTF-8; least/most count characters */
  FIELD_NOTE,      /* several lines */
  FIELD_INTEGER,   /* least ≤ value ≤ most unless both are 0 */
  FIELD_DECIMAL,   /* an integer counting units of 10^-places; least/most likewise */
  FIELD_YES,       /* 0 or 1 */
  FIELD_DATE,      /* text YYYY-MM-DD */
  FIELD_TIME,      /* an instant, ms since the epoch */
  FIELD_CHOICE,    /* the name of one of choices */
  FIELD_CHOICES,   /* names of several, comma-separated, in the table's order */
  FIELD_REFERENCE, /* a record of kind `reference` ("*": of any kind) */
  FIELD_AREA,      /* area code, 12 digits (统计用区划代码) */
  FIELD_PHONE,     /* digits, + - and spaces, several separated by "/" */
};

enum field_flag {
  FIELD_REQUIRED = 1,  /* never empty */
  FIELD_PERSONAL = 2,  /* kept in the private part of its operation, erasable, redacted in exports */
  FIELD_KEY = 4,       /* part of a keyed kind's name; cannot change */
  FIELD_AUTOMATIC = 8, /* set by actions only; shown, never typed */
  FIELD_ONCE = 16,     /* typed when made, changed by actions only */
  FIELD_SECRET = 32,   /* of actions only: a PIN; never shown, stored or logged */
  FIELD_INDEXED = 64,  /* looked up by value often: gets an SQL index */
  FIELD_NAMED = 256,   /* of actions only: on the command line by name alone, never what words without a name mean */
  FIELD_UNDISPUTED =
    512, /* noted beside what matters: where two machines wrote it without knowing of each other the later shows, and nobody is asked */
  FIELD_PHRASE = 1024,    /* text that the program itself may have written, in English: shown in the reader's language (i18n_phrase) */
  FIELD_UNSEARCHED = 128, /* text that nobody looks for: seals, frozen copies */
  FIELD_INTERNAL = 2048,  /* an id of ours that tells a person nothing: left out where people read the record */
};

struct choice {
  const char *name;  /* in the journal and in machine output */
  const char *label; /* msgid */
};

struct field {
  const char *name;
  enum field_type type;
  const char *label; /* msgid */
  unsigned flags;
  const char *help; /* msgid, or NULL */
  const char *unit; /* msgid, or NULL */
  int64_t least, most;
  int places;
  const struct choice *choices; /* ended by a NULL name */
  const char *reference;        /* of a FIELD_TEXT: the kind whose key it holds, shown as that record's title where it is here */
  int group;                    /* fields of one kind with the same number above 0 change together (state, who, why) */
  int columns;                  /* width in lists; 0: not in lists */
};

/* The two lanes up and down cross scopes; `here` stays. Urgent ones are sent first. Values are part of the journal's format. */
enum lane { LANE_HERE, LANE_UP, LANE_DOWN, LANE_HERE_URGENT, LANE_UP_URGENT, LANE_DOWN_URGENT, LANES };
#define LANE_BIT(lane) (1u << (lane))
const char *lane_name(enum lane lane); /* "here", "up", "down", "here-urgent" … */
int lane_from_name(const char *name);  /* -1 if it is none */

struct kind {
  const char *name;           /* in the journal, on the command line, as table k_NAME */
  const char *label;          /* msgid, singular */
  const char *letter;         /* of its short numbers (W-26-B031), or NULL if its records have none */
  const struct field *fields; /* ended by a NULL name */
  unsigned lanes;             /* LANE_BITs it may live in; the lowest is the usual one */
  const char *title;          /* field that names a record to people; NULL: its number */
  const char *order;          /* field by which lists are sorted */
  const char *waiting; /* SQL condition: the few records that still wait for somebody get an index of their own, by `order`; or NULL */
  bool newest_first;
  bool is_keyed; /* named by a hash of scope, lane, kind and the FIELD_KEY fields: two nodes make one record */
};

/* Fields that every kind has, kept by the store itself; numbered before the kind's own. */
enum common_field {
  COMMON_NUMBER,      /* "no": the short number */
  COMMON_VOIDED,      /* "voided": why it was struck; empty while it stands */
  COMMON_REPLACED_BY, /* "replaced_by": the record that stands in its place */
  COMMON_FIELDS
};

int kind_field_count(const struct kind *kind);                                    /* with the common ones */
const struct field *kind_field(const struct kind *kind, int index);               /* common ones first */
int kind_field_index(const struct kind *kind, const char *name);                  /* -1: none */
const struct kind *kind_find(const struct kind *const kinds[], const char *name); /* kinds ended by NULL; NULL: none */
bool field_is_text(const struct field *field);                                    /* its value is text, not a number */
bool field_same_group(const struct field *one, const struct field *other);

#endif
