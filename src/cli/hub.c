#include "cli/hub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "sync/hub_desk.h"

int hub_command_init(struct cli *cli, struct words *words, struct err *err)
{
  bool is_exercise = words_flag(words, "exercise");
  const char *url = words_next(words);
  int version;
  (void)cli;
  if (!url) return err_usage(err, _("give the hub's database: postgresql://OWNER@HOST/DATABASE"));
  if (words_end(words, err) != 0 || hub_init(url, is_exercise, desk_kinds(), &version, err) != 0) return -1;
  if (version == 0)
    puts(_("The database is a hub now. Add its stations with 'dutydesk hub station add'."));
  else
    printf(_("The hub is of version %d; before, it was of version %d.\n"), HUB_VERSION, version);
  return 0;
}

/* The first line of a file, so that no password stands on a command line. */
static int password_read(const char *path, char **password, struct err *err)
{
  struct buf text = BUF_INIT;
  *password = NULL;
  if (!path) return 0;
  if (file_read(path, 4096, &text, err) != 0) return -1;
  size_t length = strcspn(buf_text(&text), "\r\n");
  if (length > 0) *password = mem_dup_n(buf_text(&text), length);
  buf_free(&text);
  return length > 0 ? 0 : err_usage(err, _("%s: its first line is empty, and should be the password"), path);
}

static int areas_read(struct words *words, struct reach *areas, struct err *err)
{
  for (const char *word; (word = words_next(words));) {
    if (areas->count == REACH_MOST) return err_usage(err, _("a station has at most %d areas"), REACH_MOST);
    int64_t area = area_from_text(word, err);
    if (area < 0) return -1;
    areas->areas[areas->count++] = area;
  }
  return 0;
}

int hub_command_station(struct cli *cli, struct words *words, struct err *err)
{
  const char *path = words_option(words, "password-file"), *url = words_next(words), *role = words_next(words);
  struct reach areas = { .count = 0 };
  char *password = NULL;
  (void)cli;
  if (areas_read(words, &areas, err) != 0) return -1;
  if (!url || !role || areas.count == 0)
    return err_usage(err, _("give the hub's database, the role's name, and the station's area code (further scopes behind it)"));
  if (words_end(words, err) != 0 || password_read(path, &password, err) != 0) return -1;
  int result = hub_add_station(url, role, &areas, password, err);
  free(password);
  if (result != 0) return -1;
  printf(_("%s is a station of the hub now."), role);
  puts(path ? "" : _(" It has no password: unless the server lets it in otherwise, give it one with --password-file."));
  return 0;
}

int hub_command_drop(struct cli *cli, struct words *words, struct err *err)
{
  const char *url = words_next(words), *role = words_next(words);
  (void)cli;
  if (!url || !role) return err_usage(err, _("give the hub's database and the station's role"));
  if (words_end(words, err) != 0 || hub_drop_station(url, role, err) != 0) return -1;
  printf(_("%s is no station of the hub any more; what it pushed stays there.\n"), role);
  return 0;
}

/* Without a name: the hub among the settings' remotes. */
static char *hub_choose(struct cli *cli, const char *word, struct err *err)
{
  if (word) return mem_dup(word);
  char **remotes = sync_remotes(&cli->desk), *found = NULL;
  for (int index = 0; remotes[index] && !found; index++)
    if (strncmp(remotes[index], "postgres", strlen("postgres")) == 0) found = mem_dup(remotes[index]);
  sync_remotes_free(remotes);
  if (!found) err_usage(err, _("no hub is among the remotes in the settings (sync.remotes): name one, postgresql://…"));
  return found;
}

int hub_command_publish(struct cli *cli, struct words *words, struct err *err)
{
  bool with_personal = words_flag(words, "personal");
  const char *word = words_next(words);
  int64_t count = 0;
  if (words_end(words, err) != 0) return -1;
  char *url = hub_choose(cli, word, err);
  int result = url ? hub_publish(&cli->desk, url, with_personal, &count, err) : -1;
  free(url);
  if (result == 0) printf(_("%lld records published.\n"), (long long)count);
  return result;
}
