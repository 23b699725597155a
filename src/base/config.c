#include "base/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"

enum { FILE_MOST = 1024 * 1024 };

struct value {
  char *text;
  int64_t number; /* 1 or 0 of a yes or no; 0 of words */
};

struct config {
  struct value *values; /* in the order of config_options */
};

static size_t option_count(void)
{
  size_t count = 0;

  while (config_options[count].name != NULL) count++;
  return count;
}

static ptrdiff_t find(const char *name)
{
  for (ptrdiff_t i = 0; config_options[i].name != NULL; i++)
    if (strcasecmp(config_options[i].name, name) == 0) return i; /* iniparser folds case too */
  return -1;
}

static bool read_number(const struct config_option *option, const char *text, int64_t *number)
{
  char *end;

  errno = 0;
  long long value = strtoll(text, &end, 10);
  *number = value;
  return *text != '\0' && *end == '\0' && errno == 0 && value >= option->least && value <= option->most;
}

static bool read_yes(const struct config_option *option, const char *text, int64_t *number)
{
  static const char *const words[] = { "no", "yes", "false", "true", "off", "on", "0", "1", "否", "是" };

  (void)option;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (strcasecmp(text, words[i]) != 0) continue;
    *number = i % 2;
    return true;
  }
  return false;
}

static bool read_choice(const struct config_option *option, const char *text, int64_t *number)
{
  *number = atoll(text);
  for (size_t i = 0; option->choices[i] != NULL; i++)
    if (strcmp(option->choices[i], text) == 0) return true;
  return false;
}

static bool read_any(const struct config_option *option, const char *text, int64_t *number)
{
  (void)option;
  (void)text;
  *number = 0;
  return true;
}

static bool (*const readers[])(const struct config_option *, const char *, int64_t *) = {
  [CONFIG_TEXT] = read_any,
  [CONFIG_NUMBER] = read_number,
  [CONFIG_YES] = read_yes,
  [CONFIG_CHOICE] = read_choice,
};

static int refuse_value(const char *file, int line, const struct config_option *option, const char *text, struct err *err)
{
  struct buf allowed = BUF_INIT;

  config_allowed(option, &allowed);
  err_usage(err, _("%s, line %d: %s cannot be \"%s\"; allowed: %s"), file, line, option->name, text, buf_text(&allowed));
  buf_free(&allowed);
  return -1;
}

/* Lists the keys of a section, or, with none named, the sections. */
static void list_known(struct buf *out, const char *section)
{
  const char *before = "";
  size_t length = strlen(section);

  for (const struct config_option *option = config_options; option->name != NULL; option++) {
    size_t end = strcspn(option->name, ".");
    if (length == 0 && strncmp(before, option->name, end + 1) != 0)
      buf_addf(out, "%s%.*s", out->length > 0 ? ", " : "", (int)end, option->name);
    if (length == end && strncasecmp(option->name, section, length) == 0)
      buf_addf(out, "%s%s", out->length > 0 ? ", " : "", option->name + end + 1);
    before = option->name;
  }
}

static int refuse_key(const char *file, int line, const char *section, const char *key, struct err *err)
{
  struct buf known = BUF_INIT;

  list_known(&known, section);
  if (known.length > 0) {
    err_usage(err, _("%s, line %d: there is no key %s in [%s]; allowed: %s"), file, line, key, section, buf_text(&known));
  } else {
    list_known(&known, "");
    err_usage(err, _("%s, line %d: there is no section [%s]; allowed: %s"), file, line, section, buf_text(&known));
  }
  buf_free(&known);
  return -1;
}

static bool set(struct config *config, ptrdiff_t index, const char *text)
{
  const struct config_option *option = &config_options[index];
  int64_t number;

  if (!readers[option->type](option, text, &number)) return false;
  free(config->values[index].text);
  config->values[index] = (struct value){ mem_dup(text), number };
  return true;
}

struct loading {
  struct config *config;
  const char *file;
};

static int take_pair(void *context, int line, const char *section, const char *key, const char *value, struct err *err)
{
  struct loading *loading = context;
  char *name = mem_printf("%s.%s", section, key);
  ptrdiff_t index = find(name);

  free(name);
  if (index < 0) return refuse_key(loading->file, line, section, key, err);
  return set(loading->config, index, value) ? 0 : refuse_value(loading->file, line, &config_options[index], value, err);
}

static int load_file(struct config *config, const char *path, struct err *err)
{
  struct loading loading = { config, path };
  struct buf text = BUF_INIT;
  int result = file_read(path, FILE_MOST, &text, err);

  if (result == 0) result = config_read_ini(path, buf_text(&text), text.length, take_pair, &loading, err);
  buf_free(&text);
  return result;
}

int config_load(struct config **config, const char *const paths[], struct err *err)
{
  struct config *made = mem_zero(1, sizeof *made);
  int result = 0;

  made->values = mem_zero(option_count(), sizeof *made->values);
  for (ptrdiff_t i = 0; config_options[i].name != NULL; i++)
    if (!set(made, i, config_options[i].standard)) ERR_BUG(config_options[i].name);
  for (size_t i = 0; paths[i] != NULL && result == 0; i++)
    if (file_exists(paths[i])) result = load_file(made, paths[i], err);
  if (result == 0)
    *config = made;
  else
    config_free(made);
  return result;
}

static char *user_path(void)
{
  const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

  if (base != NULL && *base == '/') return file_join(base, "dutydesk/dutydesk.ini");
  return file_join(home != NULL ? home : "/", ".config/dutydesk/dutydesk.ini");
}

int config_load_usual(struct config **config, const char *own, struct err *err)
{
  const char *etc = getenv("DUTYDESK_ETC");
  char *system = file_join(etc != NULL && *etc != '\0' ? etc : "/etc/dutydesk", "dutydesk.ini"), *user = user_path();
  const char *const paths[] = { system, user, own, NULL };
  int result;

  if (own != NULL && !file_exists(own))
    result = err_usage(err, _("there is no settings file %s; -c needs an existing one"), own);
  else
    result = config_load(config, paths, err);
  free(system);
  free(user);
  return result;
}

void config_free(struct config *config)
{
  if (config == NULL) return;
  for (size_t i = 0; i < option_count(); i++) free(config->values[i].text);
  free(config->values);
  free(config);
}

static const struct value *value_of(const struct config *config, const char *name)
{
  ptrdiff_t index = find(name);

  if (index < 0) ERR_BUG(name);
  return &config->values[index];
}

const char *config_text(const struct config *config, const char *name)
{
  return value_of(config, name)->text;
}

int64_t config_number(const struct config *config, const char *name)
{
  return value_of(config, name)->number;
}

bool config_yes(const struct config *config, const char *name)
{
  return value_of(config, name)->number != 0;
}
