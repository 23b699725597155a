/* The text of an urgent report for a channel that carries 40, 70 or 1000 characters (satellite messenger, SMS, long satellite message):
 * read by people as it is, and by the program that it is keyed into. Its words are Chinese in every language of the screen, like the
 * journal's names.
 *
 *   灾情26B007 东沟村 210215 滑坡 亡0 失1 伤2 困3 转46 需帐篷50 校04711
 *
 * sort and sequence · who sends · day, hour, minute · what about · figures and texts, each behind its word, most urgent first · check.
 * What is not known is left out, never sent as zero. Spaces separate; punctuation and spaces do not count in the check. */
#ifndef FORMATS_SHORT_MESSAGE_H
#define FORMATS_SHORT_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct err;

enum short_sort { SHORT_SITREP, SHORT_WARNING, SHORT_TRANSFER, SHORT_SORTS };

struct short_item {
  const char *name; /* static, from the table of the sort: "dead", "needs" … */
  int64_t number;   /* of a figure, at least 0 */
  char *text;       /* of a text; NULL for a figure; owned */
};

#define SHORT_ITEMS 16
struct short_message {
  enum short_sort sort;
  char *sequence; /* year, node's letter, number: "26B007"; capitals and digits */
  char *place;    /* who sends; no spaces */
  int day, hour, minute;
  char *subject; /* the event; no spaces */
  struct short_item items[SHORT_ITEMS];
  int count;
};
void short_message_free(struct short_message *message);

/* Names of the items of a sort in the order in which they are sent; ended by NULL. is_text (may be NULL) says what it holds. */
const char *short_item_name(enum short_sort sort, int index, bool *is_text);
/* Adds a figure or a text if the sort has an item of that name; an empty text adds nothing. */
void short_message_add(struct short_message *message, const char *name, int64_t number, const char *text);

/* Appends the message in at most `limit` characters. Items that do not fit are left out, the least urgent first; a text is shortened
 * ("…") if that makes room for a useful part of it. Returns how many were left out or shortened, or -1: not even who, when and what fit. */
int short_message_write(const struct short_message *message, int limit, struct buf *out, struct err *err);

/* Reads one as somebody keyed it in: full-width digits and any spacing between its parts are understood. One mistyped character, or two
 * changed round, is always noticed (a sum of the characters, each by its place, modulo the prime 65537); more than that is missed once
 * in 65,537 times. -1: err says what is wrong; message is empty then. */
int short_message_read(const char *typed, struct short_message *message, struct err *err);

#endif
