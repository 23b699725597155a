/* Choices that several kinds share, in the terms of the field (domain.md). Each table ends with a NULL name. */
#ifndef DESK_CHOICES_H
#define DESK_CHOICES_H

#include "store/kind.h"

extern const struct choice choice_weather[];
extern const struct choice choice_hazard[];  /* what can happen: of incidents, plans, drills, shelters */
extern const struct choice choice_special[]; /* special groups, who come first when people are moved */
extern const struct choice choice_signs[];   /* signs of a slope about to move (群测群防) */
extern const struct choice choice_level[];   /* levels of area codes; index = area_level() */

/* The label (msgid) of a choice; "" if there is none of that name. */
const char *choice_label(const struct choice *choices, const char *name);
/* Appends the translated labels of several, whose names stand separated by commas (NULL: none), each after a space unless it is the
 * first in out. */
struct buf;
void choice_labels(const struct choice *choices, const char *names, struct buf *out);

#endif
