/* Enrolment: a superior invites a machine and reads a code over the phone; whoever types it in proves that he heard it. What is kept is
 * stretched, so that a copy of the database does not give the code away. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/duties.h"
#include "desk/trust.h"
#include "store/query.h"

enum { DIGITS = 16 };
#define VALID_FOR CLOCK_DAY
static const char salt[] = "dutydesk-enrol-1"; /* one for all: the station that types the code in knows nothing else yet */
static const char prefix[] = "invite.";

/* ISO/IEC 7064, MOD 11,10: finds each single wrong digit and nearly every swapped pair. */
static int check_digit(const char *digits, int count)
{
  int product = 10;
  for (int i = 0; i < count; i++) {
    int sum = (digits[i] - '0' + product) % 10;
    product = 2 * (sum ? sum : 10) % 11;
  }
  return (11 - product) % 10;
}

static void code_make(char digits[DIGITS + 1])
{
  for (int i = 0; i < DIGITS - 1; i++) {
    unsigned char byte;
    do crypto_random(&byte, 1);
    while (byte >= 250);
    digits[i] = (char)('0' + byte % 10);
  }
  digits[DIGITS - 1] = (char)('0' + check_digit(digits, DIGITS - 1));
  digits[DIGITS] = '\0';
}

int invitation_secret(const char *code, unsigned char secret[CRYPTO_HASH], struct err *err)
{
  char digits[DIGITS + 1] = "";
  char *folded = text_fold_width(code);
  int count = 0;
  for (const char *at = folded; *at && count <= DIGITS; at++)
    if (*at >= '0' && *at <= '9') {
      if (count < DIGITS) digits[count] = *at;
      count++;
    } else if (*at != ' ' && *at != '-')
      count = DIGITS + 1;
  free(folded);
  if (count != DIGITS) return err_usage(err, _("The code has 16 digits in four groups of four"));
  if (check_digit(digits, DIGITS - 1) != digits[DIGITS - 1] - '0')
    return err_usage(err, _("A digit of the code is wrong: have it read out again"));
  return crypto_stretch(digits, salt, secret, err);
}

/* --- open invitations ----------------------------------------------------------------------------------------------------------------- */

static bool invitation_read(const char *text, struct invitation *invitation)
{
  json *object = json_read(text, strlen(text), NULL);
  const char *secret = json_text(json_get(object, "secret")), *letter = json_text(json_get(object, "letter")),
             *name = json_text(json_get(object, "name"));
  bool good = secret && letter && name && crypto_unhex(secret, invitation->secret, CRYPTO_HASH);
  invitation->area = json_number(json_get(object, "area"), 0);
  invitation->until = json_number(json_get(object, "until"), 0);
  invitation->letter = letter ? letter[0] : 0;
  invitation->name = mem_dup(name);
  json_drop(object);
  return good;
}

int invitation_each(struct desk *desk, int (*row)(void *context, const struct invitation *invitation), void *context, struct err *err)
{
  struct query *query = query_open(desk->store, "SELECT name, value FROM local WHERE name GLOB 'invite.*' ORDER BY name");
  int found, status = 0;
  while (status == 0 && (found = query_next(query, err)) == 1) {
    struct invitation invitation = { .id = mem_dup(query_text(query, 0)) };
    if (invitation_read(query_text(query, 1), &invitation) && invitation.until > clock_now()) status = row(context, &invitation);
    free(invitation.id);
    free(invitation.name);
  }
  query_close(query);
  return found < 0 ? -1 : status;
}

int invitation_done(struct desk *desk, const char *id, struct err *err)
{
  return store_set_local(desk->store, id, NULL, err);
}

/* --- the action ----------------------------------------------------------------------------------------------------------------------- */

static int invitation_keep(struct desk *desk, const struct values *arguments, const unsigned char secret[CRYPTO_HASH], struct err *err)
{
  char hex[2 * CRYPTO_HASH + 1];
  struct buf text = BUF_INIT;
  json *object = json_make_object();
  crypto_hex(secret, CRYPTO_HASH, hex);
  json_put(object, "secret", json_make_text(hex));
  json_put(object, "area", json_make_number(area_from_text(values_text(arguments, "area"), NULL)));
  json_put(object, "letter", json_make_text(values_text(arguments, "letter")));
  json_put(object, "name", json_make_text(values_text(arguments, "name")));
  json_put(object, "until", json_make_number(clock_now() + VALID_FOR));
  json_write(object, 0, &text);
  char *name = mem_printf("%s%.16s", prefix, hex);
  int status = store_set_local(desk->store, name, buf_text(&text), err);
  free(name);
  json_drop(object);
  buf_free(&text);
  return status;
}

static int invite_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  char digits[DIGITS + 1], until[CLOCK_TEXT];
  unsigned char secret[CRYPTO_HASH];
  int64_t area = area_from_text(values_text(arguments, "area"), err);
  const char letter = values_text(arguments, "letter")[0];
  (void)subject;
  if (area < 0) return -1;
  if (!area_contains(store_area(desk->store), area)) return err_usage(err, _("Only stations of our own area can be invited here"));
  if (letter < 'A' || letter > 'Z') return err_usage(err, _("The letter of this machine must be one of A to Z"));
  code_make(digits);
  if (invitation_secret(digits, secret, err) < 0 || invitation_keep(desk, arguments, secret, err) < 0) return -1;
  outcome_say(outcome, "%.4s %.4s %.4s %.4s", digits, digits + 4, digits + 8, digits + 12);
  outcome_say(outcome, _("Read this code to the station over the phone; it works once, until %s"),
              clock_text(until, clock_now() + VALID_FOR, CLOCK_SHORT));
  memset(secret, 0, sizeof(secret));
  return 0;
}

/* Most stations have one machine, and set-up calls it A. */
static int invite_prepare(struct desk *desk, record_id subject, struct values *arguments, struct err *err)
{
  (void)desk, (void)subject, (void)err;
  if (!values_known(arguments, "letter")) values_set_text(arguments, "letter", "A");
  return 0;
}

/* clang-format off */
static const struct field invite_arguments[] = {
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_REQUIRED, .help = N_("Of the station that the machine stands in") },
  { .name = "name", .type = FIELD_TEXT, .label = N_("Name"), .flags = FIELD_REQUIRED, .most = 60 },
  { .name = "letter", .type = FIELD_TEXT, .label = N_("Letter"), .flags = FIELD_REQUIRED, .least = 1, .most = 1,
    .help = N_("The machine's letter in short numbers, as it was set up there") },
  { 0 },
};

const struct action node_invite_actions[] = {
  { .name = "node.invite",
    .label = N_("Invite a station"),
    .help = N_("Makes a code of 16 digits, to be read to the station over the phone and typed in there."),
    .command = "node invite",
    .who = WHO_LEADER,
    .arguments = invite_arguments,
    .prepare = invite_prepare,
    .run = invite_run },
  { 0 },
};
/* clang-format on */
