/* A command of the settings, as the words that the kernel gets. */
#include <stdlib.h>
#include <string.h>

#include "agent/way.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"

/* Appends what stands in `word` from `at`, with a placeholder filled in if one begins there. Returns the bytes taken; 0: it is wanted
 * and not known. */
static size_t fill(struct buf *word, const char *at, const struct message *message)
{
  const struct {
    const char *name, *value;
  } places[] = { { "{text}", message->text }, { "{phone}", message->phone }, { "{colour}", message->colour }, { "{key}", message->keys } };

  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    size_t length = strlen(places[i].name);
    if (strncmp(at, places[i].name, length) != 0) continue;
    if (places[i].value == NULL) return 0;
    buf_adds(word, places[i].value);
    return length;
  }
  buf_addc(word, *at);
  return 1;
}

static void add_word(char ***words, int *count, struct buf *word)
{
  *words = mem_grow(*words, (size_t)*count + 2, sizeof **words);
  (*words)[(*count)++] = buf_take(word, NULL);
  (*words)[*count] = NULL;
}

char **way_words(const char *command, const struct message *message, struct err *err)
{
  char **words = NULL;
  int count = 0;
  bool begun = false, whole = true;
  char quote = '\0';
  struct buf word = BUF_INIT;

  for (const char *at = command; *at != '\0' && whole;) {
    size_t taken = 1;
    if (quote != '\0' ? *at == quote : *at == '"' || *at == '\'') {
      quote = quote != '\0' ? '\0' : *at;
      begun = true;
    } else if (*at == ' ' && quote == '\0') {
      if (begun) add_word(&words, &count, &word);
      begun = false;
    } else {
      taken = fill(&word, at, message);
      begun = true;
    }
    whole = taken > 0;
    at += taken;
  }
  if (begun && whole) add_word(&words, &count, &word);
  buf_free(&word);
  if (whole && quote == '\0' && count > 0) return words;
  if (!whole)
    err_set(err, _("no telephone number is known for {phone}: give the officers on duty theirs"));
  else
    err_usage(err, _("'%s' is no command: write the program, then its words; quotes come in pairs"), command);
  way_words_free(words);
  return NULL;
}

void way_words_free(char **words)
{
  for (char **word = words; word != NULL && *word != NULL; word++) free(*word);
  free(words);
}
