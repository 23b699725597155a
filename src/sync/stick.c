#include "sync/stick.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "sync/sync.h"

enum { MOUNTS_MOST = 1 << 20 /* bytes */ };

/* --- what is mounted ------------------------------------------------------------------------------------------------------------------ */

/* "\040" is how the kernel writes a space. In place. */
static void unescape(char *text)
{
  char *to = text;
  for (const char *from = text; *from; to++)
    if (from[0] == '\\' && strspn(from + 1, "01234567") >= 3) {
      *to = (char)((from[1] - '0') * 64 + (from[2] - '0') * 8 + (from[3] - '0'));
      from += 4;
    } else
      *to = *from++;
  *to = '\0';
}

static bool is_usual_place(const char *path)
{
  static const char *const places[] = { "/media/", "/run/media/", "/mnt/" };
  for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
    if (strncmp(path, places[i], strlen(places[i])) == 0) return true;
  return strcmp(path, "/mnt") == 0;
}

static void drop_path(struct sticks *sticks, const char *path)
{
  for (int i = 0; i < sticks->count; i++)
    if (strcmp(sticks->list[i].path, path) == 0) {
      free(sticks->list[i].path);
      free(sticks->list[i].type);
      memmove(&sticks->list[i], &sticks->list[i + 1], (size_t)(--sticks->count - i) * sizeof(*sticks->list));
      return;
    }
}

enum { WORD_DEVICE = 2, WORD_PATH = 4, WORD_OPTIONS = 5, WORDS = 6 };

/* ID PARENT MAJOR:MINOR ROOT PATH OPTIONS [TAG…] - TYPE SOURCE OPTIONS */
static void take_line(struct sticks *sticks, char *line, bool (*is_removable)(void *context, const char *device), void *context)
{
  char *words[WORDS], *rest = line, *type = strstr(line, " - ");
  int count = 0;
  if (!type) return;
  *type = '\0';
  type += strlen(" - ");
  type[strcspn(type, " ")] = '\0';
  while (count < WORDS && (words[count] = strsep(&rest, " ")) != NULL) count++;
  if (count < WORDS || !*type || strcmp(type, "autofs") == 0) return; /* nothing is mounted there yet */
  unescape(words[WORD_PATH]);
  drop_path(sticks, words[WORD_PATH]);
  if (!is_usual_place(words[WORD_PATH]) && !is_removable(context, words[WORD_DEVICE])) return;
  sticks->list = mem_grow(sticks->list, (size_t)sticks->count + 1, sizeof(*sticks->list));
  bool read_only = strncmp(words[WORD_OPTIONS], "ro", 2) == 0 && (words[WORD_OPTIONS][2] == ',' || words[WORD_OPTIONS][2] == '\0');
  sticks->list[sticks->count++] = (struct stick){ mem_dup(words[WORD_PATH]), mem_dup(type), read_only };
}

void sticks_parse(struct sticks *sticks, const char *mounts, bool (*is_removable)(void *context, const char *device), void *context)
{
  char *text = mem_dup(mounts), *rest = text;
  *sticks = (struct sticks){ 0 };
  for (char *line; (line = strsep(&rest, "\n")) != NULL;) take_line(sticks, line, is_removable, context);
  free(text);
}

/* A partition says it by the disk that it is on: the folder above it. */
static bool is_removable_here(void *context, const char *device)
{
  static const char *const forms[] = { "/sys/dev/block/%s/removable", "/sys/dev/block/%s/../removable" };
  bool is_removable = false;
  (void)context;
  for (size_t i = 0; i < sizeof(forms) / sizeof(*forms) && !is_removable; i++) {
    char path[128];
    struct buf text = BUF_INIT;
    snprintf(path, sizeof(path), i == 0 ? forms[0] : forms[1], device);
    is_removable = file_exists(path) && file_read(path, 4096, &text, NULL) == 0 && buf_text(&text)[0] == '1';
    buf_free(&text);
  }
  return is_removable;
}

int sticks_read(struct sticks *sticks, struct err *err)
{
  const char *own = getenv("DUTYDESK_MOUNTS");
  struct buf mounts = BUF_INIT;
  *sticks = (struct sticks){ 0 };
  int status = file_read(own && *own ? own : "/proc/self/mountinfo", MOUNTS_MOST, &mounts, err);
  if (status == 0) sticks_parse(sticks, buf_text(&mounts), is_removable_here, NULL);
  buf_free(&mounts);
  return status;
}

void sticks_free(struct sticks *sticks)
{
  for (int i = 0; i < sticks->count; i++) {
    free(sticks->list[i].path);
    free(sticks->list[i].type);
  }
  free(sticks->list);
  *sticks = (struct sticks){ 0 };
}

/* --- out and in ----------------------------------------------------------------------------------------------------------------------- */

static int write_out(const char *folder, struct err *err)
{
  int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int status = file < 0 || syncfs(file) != 0
                 ? err_set(err, _("%s could not be written out: %s; do not rely on what is on it"), folder, strerror(errno))
                 : 0;
  if (file >= 0) close(file);
  return status;
}

/* A folder that was left over under the name of a stick that is gone would take everything, and nobody would carry it. */
static int check_mounted(const char *path, struct err *err)
{
  struct sticks sticks;
  bool is_there = false;
  if (sticks_read(&sticks, err) != 0) return -1;
  for (int i = 0; i < sticks.count; i++) is_there |= strcmp(sticks.list[i].path, path) == 0;
  sticks_free(&sticks);
  return is_there ? 0 : err_set(err, _("no stick is mounted at %s: put it in, and wait until the system has mounted it"), path);
}

int stick_exchange(struct desk *desk, const char *path, struct sync_report *report, struct err *err)
{
  char *folder = file_join(path, "dutydesk"), *remote = mem_printf("dir:%s", folder);
  const char *const remotes[] = { remote, NULL };
  int status = check_mounted(path, err);
  if (status == 0) status = file_make_directories(folder, 0777, err); /* others' desks write there too */
  if (status == 0) status = sync_run(desk, remotes, report, err);
  if (status == 0) status = write_out(folder, err);
  free(remote);
  free(folder);
  return status;
}
