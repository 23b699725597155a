/* The power goes, the disk is full, the disk fails: at every call that changes a file, in every command that writes. Afterwards the
 * database opens, `verify` finds nothing, and the command stands as a whole or not at all; what was refused was said in one line and
 * changed nothing.
 *
 * `make check` takes some of the calls, spread over the whole command; DUTYDESK_FAULTS=more (.ci/run) all but the inside of long rows of
 * writes, =all every one. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "breaker.h"
#include "program.h"

enum { WORDS_MOST = 16, PATH_ROOM = 300 };

/* ---- a clock that stands, and PINs that cost nothing: neither is what is tested here ---- */

int64_t __wrap_clock_now(void);
int64_t __wrap_clock_now(void)
{
  return INT64_C(1782843600000); /* 2026-07-01 02:20 in Shanghai */
}

int __wrap_crypto_pin_make(const char *pin, char *verifier, void *err);
int __wrap_crypto_pin_make(const char *pin, char *verifier, void *err)
{
  (void)err;
  strcpy(verifier, pin);
  return 0;
}

bool __wrap_crypto_pin_check(const char *verifier, const char *pin);
bool __wrap_crypto_pin_check(const char *verifier, const char *pin)
{
  return strcmp(verifier, pin) == 0;
}

/* ---- running the program ---- */

static char work[64];
static struct breaker *breaker;

static char *path_in(char path[PATH_ROOM], const char *folder, const char *name)
{
  snprintf(path, PATH_ROOM, "%s/%s%s%s", work, folder, *name ? "/" : "", name);
  return path;
}

struct run {
  int status; /* exit code; 128 + signal */
  char *out, *err;
};

static char *memory_read(int file)
{
  off_t length = lseek(file, 0, SEEK_END);
  char *text = calloc(1, (size_t)length + 1);
  assert_non_null(text);
  assert_int_equal(pread(file, text, (size_t)length, 0), length);
  close(file);
  return text;
}

/* The program in a child, in the folder `now`; `breaks`: under the breaker as it is set. */
static struct run run_program(const char *database, const char *const words[], const char *input, bool breaks)
{
  const char *line[WORDS_MOST] = { "dutydesk", "-d", database };
  char folder[PATH_ROOM];
  int in = memfd_create("in", 0), out = memfd_create("out", 0), err = memfd_create("err", 0), count = 3, status;
  for (; *words; words++) line[count++] = *words;
  assert_true(count < WORDS_MOST && in >= 0 && out >= 0 && err >= 0);
  if (input) assert_int_equal(pwrite(in, input, strlen(input), 0), strlen(input));
  fflush(NULL);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    if (chdir(path_in(folder, "now", "")) != 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0) _exit(126);
    if (breaks) breaker_arm(breaker);
    exit(program_main(count, (char **)line));
  }
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  close(in);
  return (struct run){ WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), memory_read(out), memory_read(err) };
}

static void run_free(struct run *run)
{
  free(run->out);
  free(run->err);
}

static void must(const char *input, const char *const words[])
{
  struct run run = run_program("desk.db", words, input, false);
  if (run.status != 0) fail_msg("%s %s ended with %d: %s%s", words[0], words[1] ? words[1] : "", run.status, run.out, run.err);
  run_free(&run);
}
#define MUST(...) must(NULL, (const char *const[]){ __VA_ARGS__, NULL })
#define MUST_SIGN(pins, ...) must(pins, (const char *const[]){ __VA_ARGS__, "--pin-fd", "0", NULL })

/* ---- folders of files ---- */

static void each_file(const char *folder, void (*with)(const char *folder, const char *name, void *context), void *context)
{
  char path[PATH_ROOM];
  DIR *directory = opendir(path_in(path, folder, ""));
  assert_non_null(directory);
  for (struct dirent *entry; (entry = readdir(directory));)
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) with(folder, entry->d_name, context);
  closedir(directory);
}

static void remove_one(const char *folder, const char *name, void *context)
{
  char path[PATH_ROOM];
  (void)context;
  remove(path_in(path, folder, name));
}

/* A database that lies in another file than it did is a copy, and gives itself a new key: in `now` it is always the same file, held by
 * `held`. */
static void hold(const char *to)
{
  char now[PATH_ROOM], held[PATH_ROOM];
  path_in(held, "held", "desk.db");
  if (strcmp(to, "now") == 0 && access(held, F_OK) == 0) assert_int_equal(link(held, path_in(now, "now", "desk.db")), 0);
}

static void copy_one(const char *folder, const char *name, void *context)
{
  char from[PATH_ROOM], to[PATH_ROOM];
  if (strcmp(name, "desk.db") == 0) hold(context);
  int in = open(path_in(from, folder, name), O_RDONLY), out = open(path_in(to, context, name), O_WRONLY | O_CREAT | O_TRUNC, 0660);
  assert_true(in >= 0 && out >= 0);
  ssize_t copied;
  while ((copied = copy_file_range(in, NULL, out, NULL, 1 << 24, 0)) > 0) continue;
  assert_int_equal(copied, 0);
  close(in);
  close(out);
}

static void copy_folder(const char *from, const char *to)
{
  each_file(to, remove_one, NULL);
  each_file(from, copy_one, (void *)to);
}

static bool exists(const char *folder, const char *name)
{
  char path[PATH_ROOM];
  return access(path_in(path, folder, name), F_OK) == 0;
}

static void add_name(const char *folder, const char *name, void *context)
{
  char *names = context;
  (void)folder;
  if (strlen(names) + strlen(name) < 2000) strcat(strcat(names, name), "\n");
}

static int lines_in(const char *text)
{
  int lines = 0;
  while ((text = strchr(text, '\n'))) lines++, text++;
  return lines;
}

/* ---- the scenes ---- */

struct scene {
  const char *name;
  void (*prepare)(void); /* in `now`, which holds the station */
  const char *command[WORDS_MOST];
  const char *pins;
  const char *database;          /* whose state changes; NULL: desk.db */
  const char *state[WORDS_MOST]; /* the command that prints the state */
  const char *aside;             /* the database that is to be there, as it was before, when the command stands */
};

static void write_file(const char *name, const char *text)
{
  char path[PATH_ROOM];
  FILE *file = fopen(path_in(path, "now", name), "w");
  assert_non_null(file);
  fputs(text, file);
  assert_int_equal(fclose(file), 0);
}

static void with_contacts(void)
{
  write_file("contacts.csv", "sort,name,phone\nvillage,北沟村值班室,00000000001\nwater,水管站,00000000002\nmedical,卫生院,00000000003\n");
}

static void with_backup(void)
{
  MUST("backup", "copy.db");
  MUST("log", "备份之后的一条");
}

/* A session that was killed just after its COMMIT: what it wrote stands in the WAL alone. */
static void after_a_crash(void)
{
  static const char *const words[] = { "log", "写完即断电", NULL };
  breaker->mode = BREAKER_COUNTS;
  copy_folder("now", "before");
  struct run run = run_program("desk.db", words, NULL, true);
  const char *rename_call = memchr(breaker->calls, 'r', (size_t)breaker->count);
  assert_non_null(rename_call);
  copy_folder("before", "now");
  breaker->mode = BREAKER_KILLS;
  breaker->at = rename_call - breaker->calls;
  run_free(&run);
  run = run_program("desk.db", words, NULL, true);
  assert_int_equal(run.status, 128 + SIGKILL);
  assert_true(exists("now", "desk.db-wal"));
  run_free(&run);
}

static void with_backup_after_a_crash(void)
{
  with_backup();
  after_a_crash();
}

static void empty(void)
{
  each_file("now", remove_one, NULL);
}

/* Offering makes the draft by itself, as an operation of its own, if there is none. */
static void with_draft(void)
{
  MUST("handover", "draft", "summary=北沟一处滑坡在盯守");
}

static void with_offer(void)
{
  with_draft();
  MUST_SIGN("1111\n5555\n", "handover", "offer");
}

#define ENTRIES                                                                                                                            \
  {                                                                                                                                        \
    "entry", "list", "--all", "--json"                                                                                                     \
  }
#define HANDOVERS                                                                                                                          \
  {                                                                                                                                        \
    "handover", "list", "--json"                                                                                                           \
  }
static const struct scene scenes[] = {
  { "log", NULL, { "log", "渗水点增加" }, .state = ENTRIES },
  { "log_after_a_crash", after_a_crash, { "log", "渗水点增加" }, .state = ENTRIES },
  { "import", with_contacts, { "contact", "import", "contacts.csv" }, .state = { "contact", "list", "--json" } },
  { "handover_offer", with_draft, { "handover", "offer", "--pin-fd", "0" }, "1111\n5555\n", .state = HANDOVERS },
  { "handover_accept", with_offer, { "handover", "accept", "--pin-fd", "0" }, "4444\n2222\n", .state = HANDOVERS },
  { "rebuild", NULL, { "verify", "--rebuild" }, .state = ENTRIES },
  { "renew", NULL, { "node", "renew" }, .state = ENTRIES },
  { "backup", NULL, { "backup", "copy.db" }, .database = "copy.db", .state = ENTRIES },
  { "restore", with_backup, { "restore", "copy.db" }, .state = ENTRIES, .aside = "desk.db.before-restore-1" },
  { "restore_after_a_crash", with_backup_after_a_crash, { "restore", "copy.db" }, .state = ENTRIES, .aside = "desk.db.before-restore-1" },
  { "init", empty, { "init", "--area", "110105001000", "--name", "测试镇" }, .state = { "unit", "list" } },
};

/* What the state command prints; to be freed. A database that is not there is a state too. */
static char *state_of(const struct scene *scene, const char *database)
{
  struct run run = run_program(database, scene->state, NULL, false);
  char *text;
  assert_true(asprintf(&text, "%d %s%s", run.status, run.out, run.err) > 0);
  run_free(&run);
  return text;
}

static const char *database_of(const struct scene *scene)
{
  return scene->database ? scene->database : "desk.db";
}

struct trial {
  const struct scene *scene;
  char *before, *after;               /* the state without and with the command */
  char files[2048];                   /* names, when all went well */
  char calls[BREAKER_CALLS_MOST + 1]; /* of that run */
};

/* Where the failure lies, for whoever reads the log. */
#define FAIL(run, ...)                                                                                                                     \
  do {                                                                                                                                     \
    print_message("%s: mode %d at call %ld ('%c'); exit %d, \"%s%s\"\n", trial->scene->name, breaker->mode, breaker->at,                   \
                  trial->calls[breaker->at], (run)->status, (run)->out, (run)->err);                                                       \
    fail_msg(__VA_ARGS__);                                                                                                                 \
  } while (0)

static void expect_sound(const struct trial *trial, const struct run *run, const char *database)
{
  static const char *const verify[] = { "verify", NULL };
  if (!exists("now", database)) return;
  struct run found = run_program(database, verify, NULL, false);
  if (found.status != 0) FAIL(run, "verify of %s ends with %d: %s%s", database, found.status, found.out, found.err);
  run_free(&found);
}

static void expect_refusal(const struct trial *trial, const struct run *run)
{
  if (run->status != 1) FAIL(run, "a refusal is exit code 1");
  if (*run->out) FAIL(run, "a refusal says nothing on standard output");
  if (strncmp(run->err, "dutydesk: ", 10) != 0 || lines_in(run->err) != 1) FAIL(run, "a refusal is one line");
  if (strstr(run->err, "damaged")) FAIL(run, "nothing is damaged");
}

/* What did not come about can be done again, and whatever was half made is out of the way. */
static void expect_again(const struct trial *trial, const struct run *broken)
{
  char names[2048] = "";
  struct run run = run_program("desk.db", trial->scene->command, trial->scene->pins, false);
  if (run.status != 0) FAIL(broken, "the same command again ends with %d: %s%s", run.status, run.out, run.err);
  char *state = state_of(trial->scene, database_of(trial->scene));
  if (strcmp(state, trial->after) != 0) FAIL(broken, "the same command again leaves: %s", state);
  each_file("now", add_name, names);
  if (strlen(names) != strlen(trial->files)) FAIL(broken, "files are left behind:\n%s", names);
  free(state);
  run_free(&run);
}

static void judge(const struct trial *trial, const struct run *run)
{
  expect_sound(trial, run, "desk.db");
  expect_sound(trial, run, database_of(trial->scene));
  char *state = state_of(trial->scene, database_of(trial->scene));
  bool is_before = strcmp(state, trial->before) == 0, is_after = strcmp(state, trial->after) == 0;
  if (!is_before && !is_after) FAIL(run, "neither nor:\n%s\nbefore it was:\n%s\nand should be:\n%s", state, trial->before, trial->after);
  if (run->status == 0 && !is_after) FAIL(run, "it said that it was done, and it is not");
  if (run->status != 0 && run->status != 128 + SIGKILL) {
    expect_refusal(trial, run);
    if (!is_before) FAIL(run, "it said that it failed, and it is done");
  }
  if (is_after && !is_before && trial->scene->aside) {
    char *aside = state_of(trial->scene, trial->scene->aside);
    if (strcmp(aside, trial->before) != 0) FAIL(run, "kept aside is not what was there:\n%s", aside);
    free(aside);
  }
  if (is_before && run->status != 0) expect_again(trial, run);
  free(state);
}

enum { TRIALS_FEW = 9 }; /* of each scene in `make check` */

/* Is the call inside a long row of writes? One in so many of those is enough. */
static bool is_dull(const char *calls, long at)
{
  bool inside = strchr("wg", calls[at]) && at > 0 && calls[at - 1] == calls[at] && calls[at + 1] == calls[at];
  return inside && at % 29 != 0;
}

static bool is_taken(const char *calls, enum breaker_mode mode, long at)
{
  const char *level = getenv("DUTYDESK_FAULTS");
  if (level && strcmp(level, "all") == 0) return true;
  if (level && strcmp(level, "more") == 0) return !is_dull(calls, at);
  long number = 3 * at + mode, step = 3 * (long)strlen(calls) / TRIALS_FEW + 1;
  if (step % 3 == 0) step++; /* the modes take turns */
  return number % step == step / 2;
}

static void rehearse(struct trial *trial)
{
  const char *database = database_of(trial->scene);
  copy_folder("station", "now");
  if (trial->scene->prepare) trial->scene->prepare();
  copy_folder("now", "before");
  trial->before = state_of(trial->scene, database);
  copy_folder("before", "now"); /* looking may have cleaned up behind a crash */
  breaker->mode = BREAKER_COUNTS;
  struct run run = run_program("desk.db", trial->scene->command, trial->scene->pins, true);
  if (run.status != 0) fail_msg("%s ends with %d: %s%s", trial->scene->name, run.status, run.out, run.err);
  assert_in_range(breaker->count, 1, BREAKER_CALLS_MOST);
  memcpy(trial->calls, breaker->calls, (size_t)breaker->count);
  trial->calls[breaker->count] = 0;
  trial->after = state_of(trial->scene, database);
  each_file("now", add_name, trial->files);
  run_free(&run);
}

static void break_everywhere(void **state)
{
  static struct trial trial;
  trial = (struct trial){ .scene = *state };
  rehearse(&trial);
  int broken = 0;
  for (enum breaker_mode mode = BREAKER_KILLS; mode <= BREAKER_FAILS; mode++)
    for (long at = 0; trial.calls[at]; at++) {
      if (!is_taken(trial.calls, mode, at)) continue;
      copy_folder("before", "now");
      breaker->mode = mode;
      breaker->at = at;
      struct run run = run_program("desk.db", trial.scene->command, trial.scene->pins, true);
      judge(&trial, &run);
      run_free(&run);
      broken++;
    }
  print_message("%s: %zu calls, broken %d times\n", trial.scene->name, strlen(trial.calls), broken);
  free(trial.before);
  free(trial.after);
}

/* ---- the station ---- */

static void add_officer(const char *name, const char *rank, const char *post, const char *pin)
{
  char words[3][64], pins[64];
  snprintf(words[0], sizeof words[0], "name=%s", name);
  snprintf(words[1], sizeof words[1], "rank=%s", rank);
  snprintf(words[2], sizeof words[2], "post=%s", post);
  snprintf(pins, sizeof pins, "\n%s\n%s\n", pin, pin);
  MUST("officer", "add", words[0], words[1], words[2]);
  MUST_SIGN(pins, "officer", "pin", name);
}

/* As in tests/tui/station.h. */
static void make_station(void)
{
  char now[PATH_ROOM], held[PATH_ROOM];
  MUST("init", "--area", "110105001000", "--name", "测试镇");
  add_officer("值班员甲", "leader", "a", "1111");
  add_officer("值班员乙", "officer", "b", "2222");
  add_officer("值班员丙", "leader", "leader", "3333");
  add_officer("值班员丁", "officer", "a", "4444");
  add_officer("值班员戊", "officer", "b", "5555");
  MUST("roster", "fill", "from=2026-06-30", "to=2026-07-05");
  MUST("log", "北沟雨量一小时32毫米");
  assert_int_equal(link(path_in(now, "now", "desk.db"), path_in(held, "held", "desk.db")), 0);
  copy_folder("now", "station");
}

static const char *const folders[] = { "now", "before", "station", "held", "config", "data" };

static int begin(void **state)
{
  char path[PATH_ROOM];
  const char *temporary = getenv("TMPDIR");
  (void)state;
  snprintf(work, sizeof work, "%s/dutydesk-faults-XXXXXX", temporary && strlen(temporary) < 40 ? temporary : "/tmp");
  if (!mkdtemp(work)) return -1;
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) mkdir(path_in(path, folders[i], ""), 0770);
  setenv("XDG_CONFIG_HOME", path_in(path, "config", ""), 1);
  setenv("XDG_DATA_HOME", path_in(path, "data", ""), 1);
  setenv("DUTYDESK_ETC", path_in(path, "config", ""), 1);
  setenv("LC_ALL", "C.UTF-8", 1);
  setenv("LANGUAGE", "en", 1);
  breaker = breaker_make();
  make_station();
  return 0;
}

static int end(void **state)
{
  char path[PATH_ROOM];
  (void)state;
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
    each_file(folders[i], remove_one, NULL);
    rmdir(path_in(path, folders[i], ""));
  }
  return rmdir(work);
}

int main(void)
{
  enum { SCENES = sizeof scenes / sizeof *scenes };
  struct CMUnitTest tests[SCENES];
  for (int i = 0; i < SCENES; i++)
    tests[i] = (struct CMUnitTest){ .name = scenes[i].name, .test_func = break_everywhere, .initial_state = (void *)&scenes[i] };
  return cmocka_run_group_tests_name("every write", tests, begin, end);
}
