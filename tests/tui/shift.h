/* A shift from an empty file to the signed handover, act by act: each is one thing that an officer does and the desk confirms. */
#ifndef TESTS_TUI_SHIFT_H
#define TESTS_TUI_SHIFT_H

#include "script.h"

struct shift {
  struct station station;
  const struct words *words;
  struct driver *driver; /* the overview is on the screen, whoever set the station up is signed in; before that act, set-up is */
};

struct shift_act {
  const char *name;
  /* Returns when the screen has confirmed it, back on the overview. */
  void (*perform)(struct shift *shift, const struct shift_act *act);
  const char *const *with; /* what it is about */
  const char *list[6];     /* the command that shows it */
  const char *shows;       /* what that then says */
};

/* In this order; ended by one without a name. After `roster` the shift begins: whoever is on duty signs in anew. */
extern const struct shift_act shift_acts[];
bool shift_is_done(const struct shift *shift, const struct shift_act *act);

/* Opens the screen; then, unless that is set-up, signs in as 值班员甲. */
void shift_open(struct shift *shift);
void shift_sign_in(struct shift *shift);

#endif
