/* A warning pasted from a message group or a web page: what its first sentence says for sure, for an officer to confirm. */
#ifndef FORMATS_PASTED_H
#define FORMATS_PASTED_H

#include <stdbool.h>
#include <stdint.h>

#include "formats/alert.h"

/* Every char * is valid UTF-8 and never NULL: "" when not found. */
struct pasted {
  char *issuer;             /* 河南省气象台; 甲县自然资源局与甲县气象局 for a joint one */
  char *event_code;         /* 11B06 …; "" for an event that the table lacks */
  char *event;              /* the table's Chinese name, else the words before the colour */
  enum alert_colour colour; /* ALERT_NONE if none is named */
  enum alert_type type;     /* ALERT, UPDATE (继续发布, 升级, 变更 …) or CANCEL (解除) */
  bool lifted;              /* the same as type ALERT_CANCEL */
  int64_t issued;           /* ms; -1 if not written */
  char *body;               /* what follows the colon of the first sentence, else the whole text */
};

/* Reads prose such as 「甲省气象台2020年02月05日10时45分继续发布大风蓝色预警：预计…」, with or without 【…】 around a heading or a
 * signature, or lines such as 「发布单位：…」「发布时间：…」. Full-width digits are understood. A time without a date or year is the one
 * nearest to `near` (ms). `text` must be valid UTF-8. Returns how many of issuer, event, colour and time were found: 0 means that this is
 * no warning. pasted_free() afterwards in any case. */
int pasted_read(const char *text, int64_t near, struct pasted *pasted);
void pasted_free(struct pasted *pasted);

#endif
