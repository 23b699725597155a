#include "sync/sync.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "sync/ways.h"

#define WAY(name) &name##_transport,
const struct transport *const transports[] = { WAYS(WAY) NULL };
#undef WAY

const struct transport *transport_of(const char *remote, struct err *err)
{
  struct buf known = BUF_INIT;
  for (int i = 0; transports[i]; i++)
    if (strncmp(remote, transports[i]->scheme, strlen(transports[i]->scheme)) == 0) return transports[i];
  for (int i = 0; transports[i]; i++)
    if (transports[i] != &exec_transport) buf_addf(&known, " %s", transports[i]->scheme);
  err_usage(err, _("'%s' is no address to exchange with; one begins with:%s"), remote, buf_text(&known));
  buf_free(&known);
  return NULL;
}

/* --- reports -------------------------------------------------------------------------------------------------------------------------- */

void sync_report_free(struct sync_report *report)
{
  free(report->trouble);
  *report = (struct sync_report){ 0 };
}

void sync_report_trouble(struct sync_report *report, const char *line)
{
  if (report->trouble && strstr(report->trouble, line)) return; /* a line that stands says it again and again */
  char *all = report->trouble ? mem_printf("%s\n%s", report->trouble, line) : mem_dup(line);
  free(report->trouble);
  report->trouble = all;
}

static void report_add(struct sync_report *report, const struct sync_report *one)
{
  report->sent += one->sent;
  report->received += one->received;
  report->staged += one->staged;
  report->bytes_out += one->bytes_out;
  report->bytes_in += one->bytes_in;
  if (one->trouble) sync_report_trouble(report, one->trouble);
}

/* --- remotes -------------------------------------------------------------------------------------------------------------------------- */

static const char joined_fact[] = "sync.joined";

char **sync_remotes(struct desk *desk)
{
  const char *at = desk->config ? config_text(desk->config, "sync.remotes") : "";
  char **list = mem_zero(1, sizeof(*list));
  size_t count = 0;
  for (at += strspn(at, ", "); *at; at += strspn(at, ", ")) {
    size_t length = strcspn(at, ", ");
    list = mem_grow(list, count + 2, sizeof(*list));
    list[count++] = mem_dup_n(at, length);
    list[count] = NULL;
    at += length;
  }
  char *joined = count == 0 ? store_get_local(desk->store, joined_fact) : NULL;
  if (joined) {
    list = mem_grow(list, 2, sizeof(*list));
    list[0] = joined;
    list[1] = NULL;
  }
  return list;
}

int sync_note_joined(struct desk *desk, const char *remote, struct err *err)
{
  return store_set_local(desk->store, joined_fact, remote, err);
}

void sync_remotes_free(char **remotes)
{
  for (int i = 0; remotes && remotes[i]; i++) free(remotes[i]);
  free(remotes);
}

static const char stick_fact[] = "sync.only_stick";

bool sync_only_stick(struct desk *desk)
{
  char *until = store_get_local(desk->store, stick_fact);
  bool yes = until && strtoll(until, NULL, 10) > clock_now();
  free(until);
  return yes;
}

int sync_set_only_stick(struct desk *desk, bool yes, struct err *err)
{
  char until[24];
  snprintf(until, sizeof(until), "%" PRId64, clock_day_start(clock_now(), 1));
  return store_set_local(desk->store, stick_fact, yes ? until : NULL, err);
}

/* --- what is known about a remote: "sync.contact.REMOTE" ------------------------------------------------------------------------------ */

static char *contact_fact(const char *remote)
{
  return mem_printf("sync.contact.%s", remote);
}

void sync_contact_read(struct desk *desk, const char *remote, struct sync_contact *contact)
{
  char *fact = contact_fact(remote), *text = store_get_local(desk->store, fact);
  json *object = text ? json_read(text, strlen(text), NULL) : NULL;
  *contact = (struct sync_contact){ .name = mem_dup(remote),
                                    .tried = json_number(json_get(object, "tried"), 0),
                                    .worked = json_number(json_get(object, "worked"), 0) };
  contact->trouble = mem_dup(json_text(json_get(object, "trouble")));
  json_drop(object);
  free(text);
  free(fact);
}

int sync_contact_note(struct desk *desk, const char *remote, bool worked, const char *trouble, struct err *err)
{
  struct sync_contact before;
  struct buf text = BUF_INIT;
  sync_contact_read(desk, remote, &before);
  json *object = json_make_object();
  json_put(object, "tried", json_make_number(clock_now()));
  json_put(object, "worked", json_make_number(worked ? clock_now() : before.worked));
  char *said = mem_dup(trouble ? trouble : "");
  if (*text_trim(said)) json_put(object, "trouble", json_make_text(text_trim(said)));
  free(said);
  json_write(object, 0, &text);
  char *fact = contact_fact(remote);
  int status = store_set_local(desk->store, fact, buf_text(&text), err);
  free(fact);
  json_drop(object);
  buf_free(&text);
  sync_contact_free(&before);
  return status;
}

void sync_contact_free(struct sync_contact *contact)
{
  free(contact->name);
  free(contact->trouble);
  *contact = (struct sync_contact){ 0 };
}

enum { AGAIN = 3 }; /* so often at once */

static const char *const unended[] = {
  [SYNC_RENEWED] = N_("another database keeps writing under this machine's name: find it and end it there"),
  [SYNC_AGAIN] = N_("what is held of a third machine, or who may see what, changed again and again: exchange once more"),
  [SYNC_SHORT] = N_("the other side does not hold all that it was given: exchange again; if that does not help, look for trouble there"),
};

/* --- one exchange with each ----------------------------------------------------------------------------------------------------------- */

int sync_once(struct desk *desk, const char *remote, const char *code, struct sync_report *report, struct err *err)
{
  const struct transport *transport = transport_of(remote, err);
  if (!transport) return -1;
  struct sync_report one = { 0 }; /* what went wrong with others is not this one's */
  int end = transport->run(desk, remote, code, &one, err);
  for (int again = 0; end > SYNC_DONE && again < AGAIN; again++) {
    if (end == SYNC_RENEWED)
      sync_report_trouble(&one, _("another database has written under this machine's name: this one goes on under a new key and letter"));
    end = transport->run(desk, remote, NULL, &one, err);
  }
  if (end > SYNC_DONE) err_set(err, "%s", _(unended[end]));
  sync_contact_note(desk, remote, end == SYNC_DONE, end == SYNC_DONE ? one.trouble : err->text, NULL);
  report_add(report, &one);
  sync_report_free(&one);
  return end == SYNC_DONE ? 0 : -1;
}

/* Those named are all tried; those of the settings until one works, for they lead to the same superior. */
int sync_run(struct desk *desk, const char *const remotes[], struct sync_report *report, struct err *err)
{
  char **own = remotes ? NULL : sync_remotes(desk);
  const char *const *list = remotes ? remotes : (const char *const *)own;
  int worked = 0, tried = 0;
  struct err first = ERR_INIT;
  for (; *list && (remotes || worked == 0); list++) {
    struct err why = ERR_INIT;
    const struct transport *transport = transport_of(*list, &why);
    if (!remotes && transport && transport->is_line && sync_only_stick(desk)) continue;
    bool good = transport && sync_once(desk, *list, NULL, report, &why) == 0;
    worked += good;
    if (!good && tried == worked - good) first = why;
    if (!good && (remotes ? remotes[1] != NULL : true)) {
      char *line = mem_printf(_("%s: %s"), *list, why.text);
      sync_report_trouble(report, line);
      free(line);
    }
    tried++;
  }
  sync_remotes_free(own);
  if (tried == 0)
    return err_set(
      err, _("there is nobody to exchange with: name an address, or set sync.remotes; on a day of sticks alone, lines are left alone"));
  if (worked > 0 && (!remotes || worked == tried)) return 0;
  if (err) *err = first;
  return -1;
}
