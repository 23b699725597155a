/* What the files that read an alert share; nobody outside this folder includes it. */
#ifndef FORMATS_ALERT_PARTS_H
#define FORMATS_ALERT_PARTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "formats/alert.h"
#include "formats/xml.h"

enum { ALERT_HEADLINE_MOST = 1000 }; /* bytes of a headline that are searched for colour and event */

enum alert_field_flag {
  ALERT_MANY = 1,  /* may stand there more than once */
  ALERT_PROSE = 2, /* keeps its lines as they were written */
};

/* An element that the standard names: where it may stand, and what becomes of it. */
struct alert_field {
  const char *name; /* compared without regard to case */
  int rank;         /* elements of smaller rank stand before it */
  unsigned flags;
  size_t offset; /* of the char * in the target that takes the text, when `take` is NULL */
  void (*take)(struct alert *alert, void *target, const xmlNode *element);
};

/* Hands each child element of `element` to its field of `fields` (at most 32, ended by a NULL name); target is what offsets and take()
 * refer to. Notes what is unknown, repeated, spelled otherwise or out of order. */
void alert_take_fields(struct alert *alert, void *target, const xmlNode *element, const struct alert_field *fields);
/* For elements that we know and do not keep. */
void alert_drop(struct alert *alert, void *target, const xmlNode *element);

/* Appends a zeroed element to *items and returns it. */
void *alert_append(void *items, size_t *count, size_t size);
void alert_add_text(struct alert_texts *texts, char *owned);
void alert_add_name(struct alert_names *names, char *owned_name, char *owned_value);
void alert_set_text(char **slot, char *owned); /* frees what was there */

/* A note is added once, and no more than 100 of them; its msgid is marked N_(), each reader has it in his language. */
#define alert_note(alert, ...) alert_add_note(alert, i18n_fill(__VA_ARGS__))
void alert_add_note(struct alert *alert, char *owned);

/* A received text short enough for a note: one line, cut with "…". Used as alert_excerpt(text).text within one expression. */
struct alert_excerpt {
  char text[128];
};
struct alert_excerpt alert_excerpt(const char *text);

/* An instant as alerts write it; see alert_time.c. `name` is the element's, for notes. -1 with a note if it is none; without if empty. */
int64_t alert_read_time(struct alert *alert, const char *name, const char *text);

enum alert_zone { ALERT_ZONE_GIVEN, ALERT_ZONE_LETTER, ALERT_ZONE_NONE };
/* The same without notes: true and *at if text is an instant. */
bool alert_time_parse(const char *text, int64_t *at, enum alert_zone *zone);

void alert_read_references(struct alert *alert, const char *text);
void alert_read_name_value(struct alert *alert, struct alert_names *names, const xmlNode *element);
void alert_take_info(struct alert *alert, void *target, const xmlNode *element);
void alert_take_area(struct alert *alert, void *target, const xmlNode *element);
void alert_take_code(struct alert *alert, void *target, const xmlNode *element);

void alert_settle_profile(struct alert *alert, const xmlNode *element);
/* Reads one alert element into a zeroed alert. `file_name` may be NULL. */
void alert_take_head(struct alert *alert, const xmlNode *element, const char *file_name);
/* Frees what an alert holds, not the alert. */
void alert_clear(struct alert *alert);

/* Settle colour and event of a block whose elements have all been read. */
void alert_settle_colour(struct alert *alert, struct alert_info *info);
void alert_settle_event(struct alert *alert, struct alert_info *info);
/* What can be checked of a block only when the whole alert and the file name have been read. */
void alert_check_info(struct alert *alert, struct alert_info *info);

/* Takes an element's word in the spelling of `words` (ended by NULL). Returns its index, or -1 with a note if it is none of them. */
int alert_read_word(struct alert *alert, const char *name, const char *text, const char *const words[]);

/* Compares with the parts of a mainland file name, and checks a mainland identifier; both may fill what is missing. */
void alert_check_file_name(struct alert *alert, const char *file_name);
void alert_check_identifier(struct alert *alert);

/* True if the elements are the mainland's own (sendTime, senderCode, eventType …). */
bool alert_looks_mainland(const xmlNode *element);

#endif
