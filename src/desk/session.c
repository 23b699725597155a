#include "desk/session.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/officer.h"
#include "desk/shift.h"
#include "store/act.h"
#include "store/query.h"

/* Wrong PINs: the first ones are free, then the wait doubles up to the longest. */
enum { FREE_TRIES = 3 };
#define FIRST_WAIT (5 * CLOCK_SECOND)
#define LONGEST_WAIT (5 * CLOCK_MINUTE)
#define PIN_MOST 32

/* --- local facts: "pin.NAME" is the verifier, "pin.wrong.NAME" is "COUNT UNTIL" ------------------------------------------ */

static char *fact_name(struct desk *desk, const char *prefix, record_id officer)
{
  struct buf name = BUF_INIT;
  buf_adds(&name, prefix);
  record_name(desk->store, officer, &name);
  return buf_take(&name, NULL);
}

static char *fact(struct desk *desk, const char *prefix, record_id officer)
{
  char *name = fact_name(desk, prefix, officer);
  char *value = store_get_local(desk->store, name);
  free(name);
  return value;
}

static int set_fact(struct desk *desk, const char *prefix, record_id officer, const char *value, struct err *err)
{
  char *name = fact_name(desk, prefix, officer);
  int status = store_set_local(desk->store, name, value, err);
  free(name);
  return status;
}

struct wrong {
  int count;
  int64_t until;
};

static struct wrong wrong_read(struct desk *desk, record_id officer)
{
  struct wrong wrong = { 0, 0 };
  char *value = fact(desk, "pin.wrong.", officer);
  if (value && sscanf(value, "%d %" SCNd64, &wrong.count, &wrong.until) != 2) wrong = (struct wrong){ 0, 0 };
  free(value);
  return wrong;
}

static int wrong_write(struct desk *desk, record_id officer, struct wrong wrong, struct err *err)
{
  char value[64];
  snprintf(value, sizeof(value), "%d %" PRId64, wrong.count, wrong.until);
  return set_fact(desk, "pin.wrong.", officer, wrong.count ? value : NULL, err);
}

static int64_t wait_after(int count)
{
  if (count < FREE_TRIES) return 0;
  int doublings = count - FREE_TRIES;
  return doublings > 6 || FIRST_WAIT << doublings > LONGEST_WAIT ? LONGEST_WAIT : FIRST_WAIT << doublings;
}

/* A clock that was set back must not lock anybody out for longer than the wait itself: then the wait begins again from now. */
int64_t session_delay(struct desk *desk, record_id officer)
{
  struct wrong wrong = wrong_read(desk, officer);
  int64_t left = wrong.until - clock_now();
  if (left <= 0) return 0;
  if (left <= wait_after(wrong.count)) return left;
  wrong.until = clock_now() + wait_after(wrong.count);
  wrong_write(desk, officer, wrong, NULL);
  return wait_after(wrong.count);
}

/* --- signing in ------------------------------------------------------------------------------------------------------------ */

bool session_has_pin(struct desk *desk, record_id officer)
{
  char *verifier = fact(desk, "pin.", officer);
  bool has = verifier != NULL;
  free(verifier);
  return has;
}

static int check_active(struct desk *desk, record_id officer, struct err *err)
{
  struct record record = { 0 };
  int status = lookup_record(desk, &officer_kind, officer, &record, err);
  if (status == 0 && (record_is_void(&record) || !record_number(&record, "active", 0)))
    status = err_set(err, _("%s is not active any more: sign in as somebody else"), record_title(&record));
  record_free(&record);
  return status == 0 ? officer_refuse_foreign(desk, officer, err) : -1;
}

static int refuse_wait(int64_t delay, struct err *err)
{
  char length[CLOCK_TEXT];
  if (delay < CLOCK_MINUTE)
    return err_set(err, _("Too many wrong PINs: wait %d s and try again"), (int)((delay + CLOCK_SECOND - 1) / CLOCK_SECOND));
  return err_set(err, _("Too many wrong PINs: wait %s and try again"), clock_length(length, delay));
}

/* The try is counted before the PIN is looked at, so that ending the program in between gains nothing, and under the write lock, so that
 * several sessions at once gain nothing either. */
static int count_try(struct desk *desk, record_id officer, int *count, struct err *err)
{
  struct act *act = act_begin(desk->store, "officer.try", desk->officer, err);
  if (!act) return -1;
  int64_t delay = session_delay(desk, officer);
  struct wrong wrong = wrong_read(desk, officer);
  *count = ++wrong.count;
  wrong.until = clock_now() + wait_after(wrong.count);
  int status = delay > 0 ? refuse_wait(delay, err) : wrong_write(desk, officer, wrong, err);
  if (status == 0) return act_commit(act, err); /* holds no change, so no operation comes of it */
  act_cancel(act);
  return -1;
}

static int refuse_wrong(int count, struct err *err)
{
  int64_t wait = wait_after(count);
  return wait ? refuse_wait(wait, err) : err_set(err, _("The PIN is wrong: try again"));
}

static int compare(struct desk *desk, record_id officer, const char *verifier, const char *pin, struct err *err)
{
  int count;
  if (count_try(desk, officer, &count, err) < 0) return -1;
  char *folded = text_fold_width(pin ? pin : "");
  bool right = crypto_pin_check(verifier, folded);
  free(folded);
  return right ? wrong_write(desk, officer, (struct wrong){ 0, 0 }, err) : refuse_wrong(count, err);
}

int session_check_pin(struct desk *desk, record_id officer, const char *pin, struct err *err)
{
  if (check_active(desk, officer, err) < 0) return -1;
  char *verifier = fact(desk, "pin.", officer);
  if (!verifier) return err_set(err, _("No PIN is set for this officer here: a leader or administrator sets one"));
  int status = compare(desk, officer, verifier, pin, err);
  free(verifier);
  return status;
}

int session_sign_in(struct desk *desk, record_id officer, const char *pin, struct err *err)
{
  if (session_check_pin(desk, officer, pin, err) < 0) return -1;
  desk->officer = officer;
  desk->unproven = false;
  return 0;
}

/* --- who may --------------------------------------------------------------------------------------------------------------- */

bool session_owns_file(struct desk *desk)
{
  struct stat file;
  return geteuid() == 0 || (stat(store_path(desk->store), &file) == 0 && file.st_uid == geteuid());
}

static enum who rank_of(struct desk *desk)
{
  struct record record = { 0 };
  enum who who = WHO_ANYONE;
  if ((!desk->officer || desk->unproven) && session_owns_file(desk)) return WHO_ADMIN;
  if (!desk->officer) return WHO_ANYONE;
  if (record_read(desk->store, &officer_kind, desk->officer, &record, NULL) == 1 && !record_is_void(&record) &&
      record_number(&record, "active", 0) && officer_is_ours(desk, desk->officer)) {
    const char *rank = record_text(&record, "rank");
    who = rank && strcmp(rank, "admin") == 0 ? WHO_ADMIN : rank && strcmp(rank, "leader") == 0 ? WHO_LEADER : WHO_OFFICER;
  }
  record_free(&record);
  return desk->unproven && who > WHO_OFFICER ? WHO_OFFICER : who;
}

/* On a screen whose account owns the file anybody could walk up: there it takes a PIN, as soon as there is somebody who could have one. */
static bool only_looks(struct desk *desk)
{
  return desk->interactive && !desk->officer && officer_count(desk, 1) > 0;
}

int session_may(struct desk *desk, enum who who, struct err *err)
{
  if (only_looks(desk)) return err_set(err, _("Nobody is signed in: you may look; sign in to write (Ctrl-T)"));
  if (who == WHO_ANYONE || rank_of(desk) >= who) return 0;
  if (who == WHO_ADMIN) return err_set(err, _("This is for an administrator: sign in as one"));
  if (who == WHO_LEADER) return err_set(err, _("This is for a leader: sign in as one, or ask the leader on duty"));
  return err_set(err, _("This needs an officer who is signed in: sign in, or name one with -u"));
}

/* --- setting PINs ------------------------------------------------------------------------------------------------------------ */

int session_check_new_pin(const struct config *config, const char *pin, struct err *err)
{
  int64_t least = config_number(config, "pin.length");
  char *folded = text_fold_width(pin ? pin : "");
  size_t length = strlen(folded), digits = strspn(folded, "0123456789");
  free(folded);
  if (digits != length) return err_set(err, _("A PIN has digits only: choose another"));
  if (length < (size_t)least) return err_set(err, _("The PIN is too short: it needs at least %d digits"), (int)least);
  if (length > PIN_MOST) return err_set(err, _("The PIN is too long: at most %d digits"), PIN_MOST);
  return 0;
}

static int write_pin(struct desk *desk, record_id officer, const char *pin, struct err *err)
{
  char verifier[CRYPTO_PIN];
  if (crypto_pin_make(pin, verifier, err) < 0) return -1;
  struct act *act = act_begin(desk->store, "officer.pin", desk->officer, err);
  if (!act) return -1;
  change_set_number(act_edit(act, &officer_kind, officer), "pin_set", act_at(act));
  if (set_fact(desk, "pin.", officer, verifier, err) < 0 || wrong_write(desk, officer, (struct wrong){ 0, 0 }, err) < 0) {
    act_cancel(act);
    return -1;
  }
  return act_commit(act, err);
}

static int check_right_to_set(struct desk *desk, record_id officer, const char *old_pin, struct err *err)
{
  bool own = desk->officer == officer && !desk->unproven && session_has_pin(desk, officer);
  if (!own) return session_may(desk, WHO_LEADER, err);
  if (!old_pin || !*old_pin)
    return err_set(err, _("Give your present PIN first; a forgotten one is reset by another leader or administrator"));
  return session_check_pin(desk, officer, old_pin, err) < 0 ? err_prefix(err, "%s", _("Present PIN")) : 0;
}

int session_set_pin(struct desk *desk, record_id officer, const char *old_pin, const char *new_pin, struct err *err)
{
  if (check_active(desk, officer, err) < 0) return -1;
  char *folded = text_fold_width(new_pin ? new_pin : "");
  int status = session_check_new_pin(desk->config, folded, err);
  if (status == 0) status = check_right_to_set(desk, officer, old_pin, err);
  if (status == 0) status = write_pin(desk, officer, folded, err);
  free(folded);
  return status;
}

record_id session_on_post(struct desk *desk, enum post post)
{
  return shift_officer_on(desk, post, clock_now());
}
