/* dir:PATH — a folder that several stations reach, one after another or at once: a stick, a share. Each leaves bundles there for the
 * others and takes those that are for its own area, and its card for who does not know it yet. Names are plain ASCII without colons, as
 * FAT wants them: to-AREA-from-NODE-NUMBER.bundle, card-NODE.txt. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/journal.h"
#include "sync/bundle.h"
#include "sync/card.h"
#include "sync/ways.h"

static const char ending[] = ".bundle";

static bool name_read(const char *name, struct bundle_name *named)
{
  int length = 0;
  return sscanf(name, "to-%12" SCNd64 "-from-%16" SCNx64 "-%10" SCNd64 ".bundle%n", &named->area, &named->node, &named->number, &length) ==
           3 &&
         length > 0 && name[length] == '\0';
}

/* --- taking --------------------------------------------------------------------------------------------------------------------------- */

static char *taken_fact(uint64_t node)
{
  return mem_printf("bundle.taken.%016" PRIx64, node);
}

static bool is_taken(struct desk *desk, const struct bundle_name *named)
{
  char *fact = taken_fact(named->node), *last = store_get_local(desk->store, fact);
  bool taken = last && strtoll(last, NULL, 10) >= named->number;
  free(fact);
  free(last);
  return taken;
}

static void note_taken(struct desk *desk, const struct bundle_name *named)
{
  char *fact = taken_fact(named->node), *number = mem_printf("%" PRId64, named->number);
  store_set_local(desk->store, fact, number, NULL);
  free(fact);
  free(number);
}

/* One bad bundle does not keep the others. */
static void take_file(struct desk *desk, const char *folder, const char *name, const struct bundle_name *named, struct sync_report *report)
{
  struct err why = ERR_INIT;
  char *path = file_join(folder, name);
  if (bundle_read_file(desk, path, named, report, &why) == 0)
    note_taken(desk, named);
  else {
    char *line = mem_printf(_("%s: %s"), name, why.text);
    sync_report_trouble(report, line);
    free(line);
  }
  free(path);
}

static int in_all(struct desk *desk, const char *folder, struct sync_report *report, struct err *err)
{
  struct dirent **names;
  struct bundle_name named;
  int count = scandir(folder, &names, NULL, alphasort);
  if (count < 0) return err_set(err, _("%s cannot be read: %s"), folder, strerror(errno));
  for (int i = 0; i < count; i++) {
    if (name_read(names[i]->d_name, &named) && named.area == store_area(desk->store) && named.node != store_node(desk->store) &&
        !is_taken(desk, &named))
      take_file(desk, folder, names[i]->d_name, &named, report);
    free(names[i]);
  }
  free(names);
  return 0;
}

/* --- giving --------------------------------------------------------------------------------------------------------------------------- */

struct giving {
  struct desk *desk;
  const char *folder;
  struct sync_report *report;
};

/* The newest one begins at the last receipt, as did those before: they say nothing that it does not say. */
static void drop_older(const struct giving *giving, int64_t area, int64_t kept)
{
  struct dirent **names;
  struct bundle_name named;
  uint64_t own = store_node(giving->desk->store);
  int count = scandir(giving->folder, &names, NULL, NULL);
  for (int i = 0; i < count; i++) {
    if (name_read(names[i]->d_name, &named) && named.area == area && named.node == own && named.number != kept) {
      char *path = file_join(giving->folder, names[i]->d_name);
      unlink(path);
      free(path);
    }
    free(names[i]);
  }
  if (count >= 0) free(names);
}

static char *path_of(const struct giving *giving, int64_t area, int64_t number)
{
  char code[13];
  char *name =
    mem_printf("to-%s-from-%016" PRIx64 "-%010" PRId64 "%s", area_text(area, code), store_node(giving->desk->store), number, ending);
  char *path = file_join(giving->folder, name);
  free(name);
  return path;
}

/* Of all that a receipt could speak of. */
static void held_digest(struct desk *desk, char digest[2 * CRYPTO_NAME + 1])
{
  struct buf held = BUF_INIT;
  struct crypto_hash hash;
  unsigned char bytes[CRYPTO_NAME];
  journal_vector(desk->store, &held);
  crypto_hash_start(&hash, "dutydesk heard", CRYPTO_NAME);
  crypto_hash_add(&hash, buf_text(&held), held.length);
  crypto_hash_end(&hash, bytes, CRYPTO_NAME);
  crypto_hex(bytes, CRYPTO_NAME, digest);
  buf_free(&held);
}

/* The last bundle for that area: "DIGEST NUMBER". */
static char *given_fact(int64_t area)
{
  return mem_printf("bundle.heard.%012" PRId64, area);
}

/* With nothing else to send, a bundle is due for its receipt alone when more is held than the last one said, or when that one does not
 * lie here: any one of several sticks suffices. */
static bool receipt_is_due(const struct giving *giving, int64_t area, const char *digest)
{
  char *fact = given_fact(area), *last = store_get_local(giving->desk->store, fact);
  bool is_said = last && strncmp(last, digest, strlen(digest)) == 0;
  char *path = is_said ? path_of(giving, area, strtoll(last + strlen(digest), NULL, 10)) : NULL;
  bool is_here = path && access(path, F_OK) == 0;
  free(path);
  free(last);
  free(fact);
  return !is_here;
}

static void note_given(const struct giving *giving, int64_t area, const char *digest, int64_t number)
{
  char *fact = given_fact(area), *given = mem_printf("%s %" PRId64, digest, number);
  store_set_local(giving->desk->store, fact, given, NULL);
  free(given);
  free(fact);
}

static int out_one(void *context, int64_t area, struct err *err)
{
  struct giving *giving = context;
  char digest[2 * CRYPTO_NAME + 1];
  int64_t number = bundle_next(giving->desk);
  char *path = path_of(giving, area, number);
  held_digest(giving->desk, digest);
  int status = bundle_write_file(giving->desk, area, path, !receipt_is_due(giving, area, digest), giving->report, err);
  if (status == 1) {
    drop_older(giving, area, number);
    note_given(giving, area, digest, number);
  }
  free(path);
  return status < 0 ? -1 : 0;
}

static int dir_run(struct desk *desk, const char *remote, const char *code, struct sync_report *report, struct err *err)
{
  const char *folder = remote + strlen("dir:");
  struct stat info;
  struct giving giving = { desk, folder, report };
  if (code)
    return err_set(
      err, _("a code over the phone needs a line; with a stick, say yes to each other's machine once its card has come (Enter on the "
             "exchange screen, or node trust)"));
  if (stat(folder, &info) != 0 || !S_ISDIR(info.st_mode))
    return err_set(err, _("%s is no folder that is there: put the stick in, or name another one"), folder);
  int waiting = card_exchange(desk, folder, err);
  if (waiting < 0) return -1;
  if (waiting > 0)
    sync_report_trouble(report, _("an unknown machine's card lies there: compare its fingerprint over the phone, then say yes to it (Enter "
                                  "on the exchange screen, or node trust)"));
  if (in_all(desk, folder, report, err) != 0) return -1;
  return bundle_areas(desk, out_one, &giving, err);
}

const struct transport dir_transport = { .scheme = "dir:", .run = dir_run };
