#include "agent/inbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/inbox_move.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/warning.h"

#define TURN (CLOCK_SECOND / 4)     /* a call of inbox_take ends after this */
#define STALLED (10 * CLOCK_MINUTE) /* who has had a file open so long without writing has forgotten it */

/* A file that was seen and not dealt with yet. */
struct waiting {
  char *name;
  struct timespec changed; /* as it was … */
  off_t size;
  int64_t since; /* … since this instant of clock_monotonic */
  int64_t again; /* not before this; 0: at once */
  bool is_whole; /* it was closed or renamed into place */
  bool is_there; /* at the last look */
};

struct inbox {
  char *directory;
  int watch, lock; /* descriptors; lock: the directory itself */
  struct waiting *waiting;
  int count;
  int64_t next;
};

/* --- opening -------------------------------------------------------------------------------------------------------------------------- */

static int make_folder(const char *directory, const char *name, struct err *err)
{
  char *path = file_join(directory, name);
  int status = file_make_directories(path, 0775, err);

  free(path);
  return status;
}

/* Without inotify (some network file systems, too many watches) it is looked at now and then. */
static int watch_directory(const char *directory)
{
  int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

  if (watch < 0) return -1;
  if (inotify_add_watch(watch, directory, IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR) >= 0) return watch;
  close(watch);
  return -1;
}

int inbox_open(struct inbox **inbox, const char *directory, struct err *err)
{
  *inbox = NULL;
  if (directory == NULL || *directory == '\0') return 0;
  if (file_make_directories(directory, 0775, err) < 0) return -1;
  if (make_folder(directory, "done", err) < 0 || make_folder(directory, "refused", err) < 0) return -1;
  int lock = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock < 0) return err_set(err, _("%s cannot be opened: %s"), directory, strerror(errno));
  struct inbox *made = mem_zero(1, sizeof *made);
  *made = (struct inbox){ .directory = mem_dup(directory), .lock = lock, .watch = watch_directory(directory), .next = clock_monotonic() };
  *inbox = made;
  return 0;
}

void inbox_close(struct inbox *inbox)
{
  if (inbox == NULL) return;
  for (int i = 0; i < inbox->count; i++) free(inbox->waiting[i].name);
  free(inbox->waiting);
  if (inbox->watch >= 0) close(inbox->watch);
  close(inbox->lock);
  free(inbox->directory);
  free(inbox);
}

int inbox_descriptor(const struct inbox *inbox)
{
  return inbox != NULL ? inbox->watch : -1;
}

int64_t inbox_next(const struct inbox *inbox)
{
  return inbox != NULL ? inbox->next : 0;
}

/* --- what is there -------------------------------------------------------------------------------------------------------------------- */

static bool is_passed_over(const char *name)
{
  static const char *const unfinished[] = { "~", ".tmp", ".part", ".filepart", ".crdownload" };
  size_t length = strlen(name);

  for (size_t i = 0; i < sizeof unfinished / sizeof *unfinished; i++) {
    size_t end = strlen(unfinished[i]);
    if (length > end && strcasecmp(name + length - end, unfinished[i]) == 0) return true;
  }
  return *name == '.';
}

static struct waiting *find(struct inbox *inbox, const char *name)
{
  for (int i = 0; i < inbox->count; i++)
    if (strcmp(inbox->waiting[i].name, name) == 0) return &inbox->waiting[i];
  return NULL;
}

static struct waiting *find_or_add(struct inbox *inbox, const char *name)
{
  struct waiting *found = find(inbox, name);

  if (found != NULL) return found;
  inbox->waiting = mem_grow(inbox->waiting, (size_t)inbox->count + 1, sizeof *inbox->waiting);
  inbox->waiting[inbox->count] = (struct waiting){ .name = mem_dup(name), .size = -1 };
  return &inbox->waiting[inbox->count++];
}

static void forget(struct inbox *inbox, struct waiting *waiting)
{
  free(waiting->name);
  *waiting = inbox->waiting[--inbox->count];
}

static void forget_gone(struct inbox *inbox)
{
  for (int i = inbox->count - 1; i >= 0; i--)
    if (!inbox->waiting[i].is_there) forget(inbox, &inbox->waiting[i]);
}

/* What the kernel has told since the last look: closed and renamed files are whole. */
static void hear(struct inbox *inbox)
{
  _Alignas(struct inotify_event) char events[4096];
  ssize_t length;

  while (inbox->watch >= 0 && (length = read(inbox->watch, events, sizeof events)) > 0)
    for (char *at = events; at < events + length;) {
      const struct inotify_event *event = (const struct inotify_event *)(void *)at;
      bool named = event->len > 0 && !(event->mask & IN_ISDIR) && !is_passed_over(event->name);
      if (named && (event->mask & (IN_CLOSE_WRITE | IN_MOVED_TO))) find_or_add(inbox, event->name)->is_whole = true;
      at += sizeof *event + event->len;
    }
}

static void see(struct inbox *inbox, const char *name, const struct stat *status)
{
  struct waiting *waiting = find_or_add(inbox, name);
  bool same = waiting->size == status->st_size && waiting->changed.tv_sec == status->st_mtim.tv_sec &&
              waiting->changed.tv_nsec == status->st_mtim.tv_nsec;

  waiting->is_there = true;
  if (same) return;
  waiting->changed = status->st_mtim;
  waiting->size = status->st_size;
  waiting->since = clock_monotonic();
  waiting->again = 0;
}

static int look(struct inbox *inbox, struct err *err)
{
  DIR *directory = opendir(inbox->directory);
  struct stat status;

  if (directory == NULL) return err_set(err, _("%s cannot be read: %s"), inbox->directory, strerror(errno));
  for (int i = 0; i < inbox->count; i++) inbox->waiting[i].is_there = false;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    bool there = !is_passed_over(entry->d_name) && fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (there && !S_ISDIR(status.st_mode)) see(inbox, entry->d_name, &status);
  }
  closedir(directory);
  forget_gone(inbox);
  return 0;
}

/* --- is it whole? --------------------------------------------------------------------------------------------------------------------- */

static bool is_quiet_for(const struct waiting *waiting, int64_t length)
{
  int64_t changed = (int64_t)waiting->changed.tv_sec * CLOCK_SECOND + waiting->changed.tv_nsec / 1000000, age = clock_now() - changed;

  /* A clock that was set back or forth is not believed for long: then it is watched. */
  return clock_monotonic() - waiting->since >= length || (age >= length && age < CLOCK_DAY);
}

enum writers { NOBODY, SOMEBODY, UNKNOWN };

/* The kernel grants a lease for reading only while nobody has the file open for writing; to its owner alone, and not everywhere. */
static enum writers writers_of(const char *path)
{
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  enum writers writers = UNKNOWN;

  if (file < 0) return errno == EWOULDBLOCK ? SOMEBODY : UNKNOWN;
  if (fcntl(file, F_SETLEASE, F_RDLCK) == 0) {
    fcntl(file, F_SETLEASE, F_UNLCK);
    writers = NOBODY;
  } else if (errno == EAGAIN) {
    writers = SOMEBODY;
  }
  close(file);
  return writers;
}

static bool is_whole(const struct inbox *inbox, const struct waiting *waiting)
{
  char *path = file_join(inbox->directory, waiting->name);
  enum writers writers = waiting->is_whole ? NOBODY : writers_of(path);

  free(path);
  if (writers == SOMEBODY) return is_quiet_for(waiting, STALLED);
  return writers == NOBODY || is_quiet_for(waiting, INBOX_QUIET);
}

static bool is_ready(const struct inbox *inbox, const struct waiting *waiting)
{
  return clock_monotonic() >= waiting->again && is_whole(inbox, waiting);
}

/* --- taking one ----------------------------------------------------------------------------------------------------------------------- */

enum verdict { TAKEN, REFUSED, LATER, TROUBLE };

/* A link or a device is not opened: it could lead anywhere, or never end. */
static bool is_regular(const char *path)
{
  struct stat status;
  return lstat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static enum verdict import(struct desk *desk, const char *path, bool quiet, struct outcome *outcome, struct err *err)
{
  struct warning_imported imported = { 0 };
  bool regular = is_regular(path);

  if (!regular) err_set(err, _("it is no regular file; such are not opened"));
  int status = regular ? warning_import_file(desk, path, &imported, outcome, err) : -1;
  if (status < 0 && regular && !imported.is_unreadable) return TROUBLE;
  if (status == 0 && imported.refused == 0) return TAKEN;
  if (!quiet) return LATER; /* perhaps the rest of it comes yet; what is held already changes nothing then */
  if (status == 0)
    err_set(err, _("%ld alerts were taken in, %ld not; the first of these: %s"),
            imported.made + imported.followed + imported.late + imported.held, imported.refused, imported.refusal);
  return REFUSED;
}

static void wait_for(struct waiting *waiting, int64_t length)
{
  waiting->again = clock_monotonic() + length;
}

struct taking {
  struct desk *desk;
  void (*tell)(void *context, const struct inbox_file *file);
  void *context;
};

/* 1: dealt with, 0: not yet, -1. */
static int take_one(struct inbox *inbox, struct waiting *waiting, const struct taking *taking, struct err *err)
{
  char *path = file_join(inbox->directory, waiting->name);
  struct outcome outcome = { 0 };
  struct err why = ERR_INIT;
  enum verdict verdict = import(taking->desk, path, is_quiet_for(waiting, INBOX_QUIET), &outcome, &why);
  int status = verdict == TROUBLE ? err_set(err, "%s: %s", path, why.text) : verdict == LATER ? 0 : 1;

  const char *reason = verdict == TAKEN ? NULL : why.text;
  if (status == 1 && inbox_move(inbox->directory, waiting->name, reason == NULL ? "done" : "refused", reason, err) < 0) status = -1;
  if (status == 1 && taking->tell != NULL) taking->tell(taking->context, &(struct inbox_file){ waiting->name, reason, &outcome });
  if (status == 1) waiting->is_there = false;
  if (status == 0) wait_for(waiting, INBOX_QUIET);
  if (status < 0) wait_for(waiting, INBOX_AGAIN);
  outcome_free(&outcome);
  free(path);
  return status;
}

/* Oldest first, so that an update comes after what it updates. */
static int by_age(const void *one, const void *other)
{
  const struct waiting *a = one, *b = other;

  if (a->changed.tv_sec != b->changed.tv_sec) return a->changed.tv_sec < b->changed.tv_sec ? -1 : 1;
  if (a->changed.tv_nsec != b->changed.tv_nsec) return a->changed.tv_nsec < b->changed.tv_nsec ? -1 : 1;
  return strcmp(a->name, b->name);
}

static int take_ready(struct inbox *inbox, const struct taking *taking, struct err *err)
{
  int64_t ends = clock_monotonic() + TURN;
  int taken = 0;
  bool trouble = false;

  if (inbox->count > 1) qsort(inbox->waiting, (size_t)inbox->count, sizeof *inbox->waiting, by_age);
  for (int i = 0; i < inbox->count && clock_monotonic() < ends; i++) {
    int status = is_ready(inbox, &inbox->waiting[i]) ? take_one(inbox, &inbox->waiting[i], taking, trouble ? NULL : err) : 0;
    taken += status == 1;
    trouble |= status < 0;
  }
  forget_gone(inbox);
  return trouble ? -1 : taken;
}

static void set_next(struct inbox *inbox)
{
  int64_t now = clock_monotonic();

  inbox->next = inbox->watch < 0 ? now + INBOX_AGAIN : 0;
  for (int i = 0; i < inbox->count; i++) {
    const struct waiting *waiting = &inbox->waiting[i];
    int64_t at = waiting->again > now ? waiting->again : is_whole(inbox, waiting) ? now : now + INBOX_QUIET;
    if (inbox->next == 0 || at < inbox->next) inbox->next = at;
  }
}

int inbox_take(struct inbox *inbox, struct desk *desk, void (*tell)(void *context, const struct inbox_file *file), void *context,
               struct err *err)
{
  const struct taking taking = { desk, tell, context };
  int status = -1;

  if (inbox == NULL) return 0;
  if (flock(inbox->lock, LOCK_EX | LOCK_NB) < 0) { /* another session takes; it is done before long */
    inbox->next = clock_monotonic() + INBOX_QUIET;
    return 0;
  }
  hear(inbox);
  if (look(inbox, err) == 0) status = take_ready(inbox, &taking, err);
  set_next(inbox);
  if (status < 0 && inbox->count == 0) inbox->next = clock_monotonic() + INBOX_AGAIN;
  flock(inbox->lock, LOCK_UN);
  return status;
}

/* --- by hand -------------------------------------------------------------------------------------------------------------------------- */

static const struct field arguments[] = {
  { .name = "directory", .type = FIELD_TEXT, .label = N_("Directory"), .help = N_("Instead of the one that warning.inbox names") },
  { 0 },
};

static void say(void *context, const struct inbox_file *file)
{
  struct outcome *outcome = context;

  if (file->refused != NULL)
    outcome_say(outcome, _("%s: refused: %s"), file->name, file->refused);
  else
    outcome_say(outcome, _("%s: taken in"), file->name);
  if (file->outcome->text != NULL && file->refused == NULL) outcome_say(outcome, "%s", file->outcome->text);
  outcome->attention |= file->refused != NULL || file->outcome->attention;
  if (file->outcome->record != 0) {
    outcome->kind = &warning_kind;
    outcome->record = file->outcome->record;
  }
}

static int take_all(struct inbox *inbox, struct desk *desk, struct outcome *outcome, struct err *err)
{
  int taken, all = 0;

  do all += taken = inbox_take(inbox, desk, say, outcome, err);
  while (taken > 0);
  if (taken < 0) return -1;
  if (inbox->count > 0) {
    outcome->attention = true;
    outcome_say(outcome, _("%d more may still be written to; look again in a few seconds."), inbox->count);
  }
  if (all == 0 && inbox->count == 0) outcome_say(outcome, _("Nothing lies in %s."), inbox->directory);
  return 0;
}

static int run(struct desk *desk, record_id subject, const struct values *given, struct outcome *outcome, struct err *err)
{
  const char *directory = values_text(given, "directory");
  struct inbox *inbox;

  (void)subject;
  if (directory == NULL) directory = config_text(desk->config, "warning.inbox");
  if (*directory == '\0') return err_usage(err, _("there is no inbox: set warning.inbox, or name a directory"));
  if (inbox_open(&inbox, directory, err) < 0) return -1;
  int status = take_all(inbox, desk, outcome, err);
  inbox_close(inbox);
  return status;
}

const struct action inbox_actions[] = {
  { .name = "warning.inbox",
    .label = N_("Look into the inbox"), /* L10N: 查收件目录 */
    .command = "warning inbox",
    .arguments = arguments,
    .help =
      N_("Takes in the alert files that other programs have put into the inbox, each once: then it lies in done, or in refused with the "
         "reason beside it."),
    .run = run },
  { 0 },
};

const struct action *const agent_action_tables[] = { inbox_actions, NULL };
