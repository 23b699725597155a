/* To which earlier alerts this one refers. CAP: "sender,identifier,sent" separated by white space (CAP 1.2, 3.2.1). The mainland profile
 * writes the bare identifier of the first alert; some write both ways, with a blank inside the time. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "formats/alert_parts.h"

static const char separators[] = " \t\r\n";

static void add(struct alert *alert, const char *sender, const char *identifier, int64_t sent)
{
  if (*identifier == '\0') return;
  struct alert_reference *reference = alert_append(&alert->references.items, &alert->references.count, sizeof *reference);
  *reference = (struct alert_reference){ mem_dup(sender), mem_dup(identifier), sent };
}

/* Bare identifiers, perhaps several with commas, often with one too many at the end. */
static void add_bare(struct alert *alert, char *token)
{
  if (alert->profile != ALERT_MAINLAND)
    alert_note(alert, N_("The field references holds “%s”, which is not sender,identifier,sent; its parts were taken as identifiers."),
               alert_excerpt(token).text);
  for (char *save = NULL, *part = strtok_r(token, ",;", &save); part != NULL; part = strtok_r(NULL, ",;", &save)) add(alert, "", part, -1);
}

/* True if token is sender,identifier,time; splits it in place. */
static bool split(char *token, char **identifier, char **sent)
{
  char *first = strchr(token, ','), *second = first != NULL ? strchr(first + 1, ',') : NULL;

  if (second == NULL || strchr(second + 1, ',') != NULL || second == first + 1 || strlen(second + 1) < 10 || second[5] != '-') return false;
  *first = *second = '\0';
  *identifier = first + 1;
  *sent = second + 1;
  return true;
}

static void add_token(struct alert *alert, char *token, const char *clock)
{
  char *identifier, *sent;

  if (!split(token, &identifier, &sent)) {
    add_bare(alert, token);
    return;
  }
  char *instant = clock != NULL ? mem_printf("%s %s", sent, clock) : mem_dup(sent);
  add(alert, token, identifier, alert_read_time(alert, "references", instant));
  free(instant);
}

static bool is_clock(const char *token)
{
  return token != NULL && strlen(token) >= 5 && token[2] == ':' && strspn(token, "0123456789:+-.Z") == strlen(token);
}

void alert_read_references(struct alert *alert, const char *text)
{
  char *copy = mem_dup(text), *save = NULL, *token = strtok_r(copy, separators, &save);

  while (token != NULL) {
    char *following = strtok_r(NULL, separators, &save);
    bool clock = is_clock(following);
    add_token(alert, token, clock ? following : NULL);
    token = clock ? strtok_r(NULL, separators, &save) : following;
  }
  free(copy);
}
