/* config.h: the table of settings written out for people. */
#include <string.h>

#include "base/buf.h"
#include "base/config.h"
#include "base/i18n.h"
#include "base/text.h"

enum { COLUMNS = 76 };

void config_allowed(const struct config_option *option, struct buf *out)
{
  switch (option->type) {
  case CONFIG_TEXT: buf_adds(out, _("any text")); break;
  case CONFIG_NUMBER: buf_addf(out, _("a number from %lld to %lld"), (long long)option->least, (long long)option->most); break;
  case CONFIG_YES: buf_adds(out, _("yes or no")); break;
  case CONFIG_CHOICE:
    for (size_t i = 0; option->choices[i] != NULL; i++) buf_addf(out, "%s%s", i > 0 ? ", " : "", option->choices[i]);
    break;
  }
}

static bool write_comment_line(const char *bytes, size_t length, void *context)
{
  struct buf *out = context;

  buf_adds(out, "# ");
  buf_add(out, bytes, length);
  buf_addc(out, '\n');
  return true;
}

static void write_comment(struct buf *out, const char *text)
{
  text_wrap(text, COLUMNS, TEXT_NARROW, write_comment_line, out);
}

static void write_option(struct buf *out, const struct config_option *option)
{
  struct buf allowed = BUF_INIT;
  const char *quote = strpbrk(option->standard, ";#") != NULL ? "\"" : "";

  buf_addc(out, '\n');
  write_comment(out, i18n_text(option->help));
  config_allowed(option, &allowed);
  if (option->type != CONFIG_TEXT) write_comment(out, buf_text(&allowed));
  buf_addf(out, "%s =%s%s%s%s\n", strchr(option->name, '.') + 1, *option->standard != '\0' ? " " : "", quote, option->standard, quote);
  buf_free(&allowed);
}

void config_write_default(struct buf *out)
{
  const char *before = "";

  write_comment(out, _("Settings of dutydesk, each at its default. The file in /etc/dutydesk is read first, then the"
                       " one in ~/.config/dutydesk, then the one given with -c; what is read later counts. A comment stands on a"
                       " line of its own; a value with ; or # in it stands in \"quotes\"."));
  for (const struct config_option *option = config_options; option->name != NULL; option++) {
    int section = (int)strcspn(option->name, ".");
    if (strncmp(option->name, before, (size_t)section + 1) != 0) buf_addf(out, "\n[%.*s]\n", section, option->name);
    before = option->name;
    write_option(out, option);
  }
}
