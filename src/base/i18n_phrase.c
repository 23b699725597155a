/* Sentences that the program writes into records: English there, and found again to be shown in the reader's language. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"

/* Unicode's isolates: U+2068 before a text, U+2066 before a number, U+2069 after either. */
#define TEXT_OPENS "\xe2\x81\xa8"
#define NUMBER_OPENS "\xe2\x81\xa6"
#define CLOSES "\xe2\x81\xa9"
enum { MARK = sizeof CLOSES - 1, PIECES_MOST = 9 };

struct piece {
  const char *text; /* between its marks */
  size_t length;
};

/* A stored sentence taken apart. */
struct sentence {
  struct buf msgid;
  struct piece pieces[PIECES_MOST];
  int count;
};

static bool is_mark(const char *at, const char *mark)
{
  return strncmp(at, mark, MARK) == 0;
}

static bool opens(const char *at)
{
  return is_mark(at, TEXT_OPENS) || is_mark(at, NUMBER_OPENS);
}

/* The mark that closes what opens at `at`, whatever lies between; NULL if none does. */
static const char *closing_mark(const char *at)
{
  int depth = 0;

  for (; *at != '\0'; at++) {
    if (opens(at)) depth++;
    if (is_mark(at, CLOSES) && --depth == 0) return at;
  }
  return NULL;
}

char *i18n_fill(const char *msgid, ...)
{
  struct buf out = BUF_INIT;
  va_list filled;

  va_start(filled, msgid);
  for (const char *at = msgid; *at != '\0'; at++) {
    if (*at != '%') {
      buf_addc(&out, *at);
    } else if (*++at == 's') {
      buf_addf(&out, TEXT_OPENS "%s" CLOSES, va_arg(filled, const char *));
    } else {
      buf_addf(&out, NUMBER_OPENS "%d" CLOSES, va_arg(filled, int));
    }
  }
  va_end(filled);
  return buf_take(&out, NULL);
}

char *i18n_fill_more(char *list, const char *msgid, const char *text)
{
  char *longer = list != NULL ? i18n_fill(msgid, list, text) : mem_dup(text);

  free(list);
  return longer;
}

char *i18n_plain(const char *stored)
{
  struct buf out = BUF_INIT;

  for (const char *at = stored; *at != '\0'; at++)
    if (opens(at) || is_mark(at, CLOSES))
      at += MARK - 1;
    else
      buf_addc(&out, *at);
  return buf_take(&out, NULL);
}

/* False if nothing was filled in, or not by i18n_fill(): no sentence of ours has a per cent sign of its own. */
static bool take_apart(const char *stored, struct sentence *sentence)
{
  for (const char *at = stored; *at != '\0'; at++) {
    if (*at == '%') return false;
    if (!opens(at)) {
      buf_addc(&sentence->msgid, *at);
      continue;
    }
    const char *end = closing_mark(at);
    if (end == NULL || sentence->count == PIECES_MOST) return false;
    buf_adds(&sentence->msgid, is_mark(at, NUMBER_OPENS) ? "%d" : "%s");
    sentence->pieces[sentence->count++] = (struct piece){ at + MARK, (size_t)(end - at) - MARK };
    at = end + MARK - 1;
  }
  return sentence->count > 0;
}

static void add_piece(struct buf *out, const struct piece *piece)
{
  char *stored = mem_dup_n(piece->text, piece->length), *shown = i18n_phrase(stored);

  buf_adds(out, shown);
  free(shown);
  free(stored);
}

/* The translation's directives are those of the msgid (msgfmt sees to it), in its order or numbered. */
static char *put_together(const struct sentence *sentence, const char *format)
{
  struct buf out = BUF_INIT;
  int next = 0;

  for (const char *at = format; *at != '\0'; at++) {
    if (*at != '%') {
      buf_addc(&out, *at);
      continue;
    }
    bool is_numbered = at[1] != '\0' && at[2] == '$';
    int which = is_numbered ? at[1] - '1' : next++;
    if (which >= 0 && which < sentence->count) add_piece(&out, &sentence->pieces[which]);
    at += is_numbered ? 3 : 1;
  }
  return buf_take(&out, NULL);
}

/* NULL if it is none. */
static char *filled_phrase(const char *stored)
{
  struct sentence sentence = { .msgid = BUF_INIT };
  char *shown = take_apart(stored, &sentence) ? put_together(&sentence, i18n_text(buf_text(&sentence.msgid))) : NULL;

  buf_free(&sentence.msgid);
  return shown;
}

static char *headed_phrase(const char *stored)
{
  const char *whole = i18n_text(stored), *colon = strstr(whole, ": ");

  if (whole != stored || colon == NULL) return mem_dup(whole);
  char *head = mem_printf("%.*s", (int)(colon - stored), stored);
  const char *said = i18n_text(head);
  char *phrase = said != head ? mem_printf(_("%s: %s"), said, colon + 2) : mem_dup(stored);
  free(head);
  return phrase;
}

static char *line_phrase(const char *line)
{
  char *filled = strstr(line, CLOSES) != NULL ? filled_phrase(line) : NULL;
  return filled != NULL ? filled : headed_phrase(line);
}

/* Where the line ends; one that breaks within what was filled in goes on. */
static const char *line_end(const char *at)
{
  for (int depth = 0; *at != '\0' && (*at != '\n' || depth > 0); at++) depth += opens(at) - is_mark(at, CLOSES);
  return at;
}

char *i18n_phrase(const char *stored)
{
  struct buf out = BUF_INIT;

  for (const char *at = stored, *end;; at = end + 1) {
    end = line_end(at);
    char *line = mem_dup_n(at, (size_t)(end - at)), *shown = line_phrase(line);
    buf_adds(&out, shown);
    free(shown);
    free(line);
    if (*end == '\0') break;
    buf_addc(&out, '\n');
  }
  return buf_take(&out, NULL);
}
