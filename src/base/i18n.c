#include "base/i18n.h"

#ifdef HAVE_CONFIG_H
#include <config.h>
#endif
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/child.h"
#include "base/file.h"
#include "base/mem.h"

#define DOMAIN "dutydesk"
#ifndef LOCALEDIR
#define LOCALEDIR "/usr/local/share/locale"
#endif

/* Only characters and messages follow the session: numbers, dates and sorting stay C's, so that files and paper never depend on who
 * looks. gettext asks LANGUAGE for the language, but not while LC_MESSAGES is plain C. */
static void set_locale(void)
{
  if (setlocale(LC_CTYPE, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0) setlocale(LC_CTYPE, "C.UTF-8");
  setlocale(LC_MESSAGES, "C.UTF-8");
}

static const char *setting(const char *name)
{
  const char *value = getenv(name);

  return value != NULL && *value != '\0' ? value : NULL;
}

/* What the session asks for, whether or not that locale is installed: POSIX's order, and GNU's LANGUAGE unless the locale is plain C. */
static const char *asked_language(void)
{
  static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
  const char *locale = NULL, *list = setting("LANGUAGE");

  for (size_t i = 0; i < sizeof names / sizeof *names && locale == NULL; i++) locale = setting(names[i]);
  if (locale == NULL || strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0) return "C";
  return list != NULL ? list : locale;
}

static int names_chinese(const char *language)
{
  return strncmp(language, "zh", 2) == 0;
}

/* po/locale beside the program while it lies in a build tree; the caller frees, NULL if it is installed. */
static char *build_tree_catalogue(void)
{
  char *directory = file_directory(child_self());
  char *catalogue = file_join(directory, "po/locale");

  free(directory);
  if (file_exists(catalogue)) return catalogue;
  free(catalogue);
  return NULL;
}

static void bind_catalogue(void)
{
  const char *given = setting("DUTYDESK_LOCALEDIR");
  char *built = given == NULL ? build_tree_catalogue() : NULL;

  if (given == NULL) given = built != NULL ? built : LOCALEDIR;
  bindtextdomain(DOMAIN, given);
  bind_textdomain_codeset(DOMAIN, "UTF-8");
  textdomain(DOMAIN);
  free(built);
}

void i18n_start(const char *language)
{
  if (strcmp(language, "auto") == 0) language = asked_language();
  setenv("LANGUAGE", names_chinese(language) ? "zh_CN" : "en", 1);
  set_locale();
  bind_catalogue();
}

const char *i18n_text(const char *msgid)
{
  return msgid != NULL && *msgid != '\0' ? gettext(msgid) : "";
}

int i18n_is_chinese(void)
{
  const char *language = setting("LANGUAGE");

  return language != NULL && names_chinese(language);
}
