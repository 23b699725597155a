/* Who sits at this session: signing in by PIN, the two posts, locking. */
#ifndef DESK_SESSION_H
#define DESK_SESSION_H

#include "desk/action.h"

/* Checks the officer's PIN; after wrong ones it must wait, longer each time, also after a restart (kept in a local table). On success
 * desk->officer is set. */
int session_sign_in(struct desk *desk, record_id officer, const char *pin, struct err *err);
/* 0 if the PIN is right, without signing in: for signatures. The same delay applies. */
int session_check_pin(struct desk *desk, record_id officer, const char *pin, struct err *err);
bool session_has_pin(struct desk *desk, record_id officer);
/* Sets a PIN: own with the old one, another's by leader or admin, any by the file's owner; a reset is journaled (not the PIN). */
int session_set_pin(struct desk *desk, record_id officer, const char *old_pin, const char *new_pin, struct err *err);
/* May this become a PIN? Digits only (full-width ones count), at least pin.length of them. */
int session_check_new_pin(const struct config *config, const char *pin, struct err *err);
/* May whoever acts at this desk do what `who` may? On a screen nobody may write anything who has not signed in, once there are officers.
 * Who was not proven by a PIN (nobody, or an officer named on the command line) may do what an administrator may if the database file is
 * his own or he is root, as set-up and scripts need; otherwise a named one no more than any officer. 0, or -1 with what it takes. */
int session_may(struct desk *desk, enum who who, struct err *err);
bool session_owns_file(struct desk *desk);
/* Milliseconds until another PIN of this officer is looked at; 0: at once. */
int64_t session_delay(struct desk *desk, record_id officer);
/* The officer on a post in the current shift's roster, 0 if vacant. */
record_id session_on_post(struct desk *desk, enum post post);

#endif
