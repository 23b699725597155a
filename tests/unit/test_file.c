/* Files: read with a limit, replaced whole or not at all, locked, watched. */
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/data.h"
#include "base/err.h"
#include "base/file.h"

/* Each test works in an empty directory of its own, and is in it. */
static int enter_directory(void **state)
{
  char *directory = strdup("/tmp/dutydesk-file-XXXXXX");

  *state = directory;
  return mkdtemp(directory) == NULL || chdir(directory) != 0 ? -1 : 0;
}

static int leave_directory(void **state)
{
  struct buf command = BUF_INIT;

  buf_addf(&command, "rm -rf '%s'", (char *)*state);
  int result = chdir("/") == 0 ? system(buf_text(&command)) : -1;
  buf_free(&command);
  free(*state);
  return result;
}

static void write_file(const char *path, const char *text)
{
  struct err err = ERR_INIT;

  if (file_replace(path, text, strlen(text), 0600, &err) != 0) fail_msg("%s", err.text);
}

static void check_content(const char *path, const char *expected)
{
  struct buf text = BUF_INIT;
  struct err err = ERR_INIT;

  if (file_read(path, 1 << 20, &text, &err) != 0) fail_msg("%s", err.text);
  assert_string_equal(buf_text(&text), expected);
  buf_free(&text);
}

static int count_names(const char *directory)
{
  DIR *open = opendir(directory);
  int count = 0;

  while (readdir(open) != NULL) count++;
  closedir(open);
  return count - 2;
}

static void a_file_is_read_up_to_its_limit(void **state)
{
  struct buf text = BUF_INIT;
  struct err err = ERR_INIT;
  (void)state;

  write_file("five", "12345");
  assert_int_equal(file_read("five", 5, &text, &err), 0);
  assert_string_equal(buf_text(&text), "12345");
  assert_int_equal(file_read("five", 4, &text, &err), -1);
  assert_non_null(strstr(err.text, "five"));
  buf_free(&text);
}

static void only_regular_files_are_read(void **state)
{
  struct buf text = BUF_INIT;
  struct err err = ERR_INIT;
  (void)state;

  assert_int_equal(mkfifo("fifo", 0600), 0);
  assert_int_equal(file_read("fifo", 100, &text, &err), -1); /* and does not wait for a writer */
  assert_int_equal(file_read("/dev/zero", 100, &text, &err), -1);
  assert_int_equal(file_read(".", 100, &text, &err), -1);
  assert_non_null(strstr(err.text, "directory"));
  assert_int_equal(file_read("absent", 100, &text, &err), -1);
  assert_non_null(strstr(err.text, "absent"));
  buf_free(&text);
}

static void standard_input_is_read_under_its_dash(void **state)
{
  struct buf text = BUF_INIT;
  struct err err = ERR_INIT;
  int ends[2], kept = dup(STDIN_FILENO);
  (void)state;

  assert_int_equal(pipe(ends), 0);
  assert_int_equal(write(ends[1], "piped", 5), 5);
  close(ends[1]);
  dup2(ends[0], STDIN_FILENO);
  int result = file_read("-", 100, &text, &err);
  dup2(kept, STDIN_FILENO);
  close(ends[0]);
  close(kept);
  assert_int_equal(result, 0);
  assert_string_equal(buf_text(&text), "piped");
  buf_free(&text);
}

static void a_file_is_replaced_with_its_mode(void **state)
{
  struct err err = ERR_INIT;
  struct stat status;
  (void)state;

  write_file("f", "old");
  assert_int_equal(file_replace("f", "new", 3, 0664, &err), 0);
  check_content("f", "new");
  assert_int_equal(stat("f", &status), 0);
  assert_int_equal(status.st_mode & 0777, 0664);
  assert_int_equal(count_names("."), 1);
}

static void a_failed_replacement_leaves_the_old_file(void **state)
{
  struct rlimit before, tiny;
  struct err err = ERR_INIT;
  char *large = calloc(1, 64 * 1024);
  (void)state;

  write_file("f", "old");
  signal(SIGXFSZ, SIG_IGN);
  getrlimit(RLIMIT_FSIZE, &before);
  tiny = before;
  tiny.rlim_cur = 4096;
  setrlimit(RLIMIT_FSIZE, &tiny);
  int result = file_replace("f", large, 64 * 1024, 0600, &err);
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, SIG_DFL);
  free(large);
  assert_int_equal(result, -1);
  assert_non_null(strstr(err.text, "f: "));
  check_content("f", "old");
  assert_int_equal(count_names("."), 1);
  assert_int_equal(file_replace("no/such/place", "x", 1, 0600, &err), -1);
}

static void directories_are_made_with_their_parents(void **state)
{
  struct err err = ERR_INIT;
  (void)state;

  assert_int_equal(file_make_directories("a/b/c", 0700, &err), 0);
  assert_int_equal(file_make_directories("a/b/c/", 0700, &err), 0);
  assert_true(file_exists("a/b/c"));
  write_file("a/file", "x");
  assert_int_equal(file_make_directories("a/file/d", 0700, &err), -1);
  assert_int_equal(file_make_directories("a/file", 0700, &err), -1);
}

static void check_directory(const char *path, const char *expected)
{
  char *directory = file_directory(path);

  assert_string_equal(directory, expected);
  free(directory);
}

static void paths_are_taken_apart_and_joined(void **state)
{
  (void)state;
  check_directory("desk.db", ".");
  check_directory("/desk.db", "/");
  check_directory("a/b/desk.db", "a/b");
  char *joined = file_join("a/", "b"), *other = file_join("a", "b");
  assert_string_equal(joined, "a/b");
  assert_string_equal(other, "a/b");
  free(joined);
  free(other);
}

static void a_lock_is_held_once(void **state)
{
  struct err err = ERR_INIT;
  (void)state;

  int first = file_lock("lock", &err);
  assert_true(first >= 0);
  assert_int_equal(file_lock("lock", &err), -2);
  close(first);
  int again = file_lock("lock", &err);
  assert_true(again >= 0);
  close(again);
  assert_int_equal(file_lock("no/such/lock", &err), -1);
}

static void a_watch_sees_only_its_prefix(void **state)
{
  struct err err = ERR_INIT;
  (void)state;

  int watch = file_watch(".", &err);
  assert_true(watch >= 0);
  assert_false(file_watch_drain(watch, "desk.db"));
  write_file("desk.db-wal", "x");
  assert_true(file_watch_drain(watch, "desk.db"));
  assert_false(file_watch_drain(watch, "desk.db"));
  write_file("other", "x");
  assert_false(file_watch_drain(watch, "desk.db"));
  close(watch);
  assert_int_equal(file_watch("absent", &err), -1);
}

static const char *network_type(dev_t device)
{
  static char mounts[] = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
                         "23 22 0:40 / /mnt/office rw shared:2 master:3 - cifs //server/office rw\n"
                         "24 22 0:41 / /home/desk/far rw - fuse.sshfs a@b:/ rw\n"
                         "25 22 0:42 / /mnt/stick rw - fuseblk /dev/sdb1 rw\n";
  FILE *file = fmemopen(mounts, sizeof mounts - 1, "r");
  const char *type = file_network_type(file, device);

  fclose(file);
  return type;
}

static void network_file_systems_are_known(void **state)
{
  (void)state;
  assert_string_equal(network_type(makedev(0, 40)), "cifs");
  assert_string_equal(network_type(makedev(0, 41)), "fuse.sshfs");
  assert_null(network_type(makedev(8, 1)));
  assert_null(network_type(makedev(0, 42)));
  assert_null(network_type(makedev(9, 9)));
}

static void memory_is_no_network(void **state)
{
  const char *type = "unset";
  (void)state;

  assert_false(file_is_on_network("/proc/not/there/yet", &type));
  assert_null(type);
}

static void a_station_overrules_what_is_built_in(void **state)
{
  struct buf text = BUF_INIT;
  struct err err = ERR_INIT;
  char name[256];
  (void)state;

  setenv("DUTYDESK_ETC", *state, 1);
  assert_int_equal(file_data("no/such.ini", &text, &err), -1);
  if (data_files[0].name != NULL) {
    assert_int_equal(file_data(data_files[0].name, &text, &err), 0);
    assert_int_equal(text.length, data_files[0].length);
    snprintf(name, sizeof name, "%s", data_files[0].name);
    char *directory = file_directory(name);
    assert_int_equal(file_make_directories(directory, 0700, &err), 0);
    free(directory);
    write_file(name, "ours");
    buf_clear(&text);
    assert_int_equal(file_data(name, &text, &err), 0);
    assert_string_equal(buf_text(&text), "ours");
  }
  unsetenv("DUTYDESK_ETC");
  buf_free(&text);
}

struct seen {
  int times, all;
};

static bool see(void *context, const char *name)
{
  struct seen *seen = context;
  seen->times += strcmp(name, "demo/ours.ini") == 0;
  seen->all++;
  return seen->all < 50;
}

static void names_of_a_folder_are_those_built_in_and_the_stations(void **state)
{
  struct seen seen = { 0 };
  struct buf text = BUF_INIT;
  struct err err = ERR_INIT;

  setenv("DUTYDESK_ETC", *state, 1);
  file_data_each("demo", see, &seen);
  assert_int_equal(seen.all, 0); /* only .ini counts, and there is no directory of the station's */
  assert_int_equal(file_make_directories("demo", 0700, &err), 0);
  write_file("demo/ours.ini", "ours");
  file_data_each("demo", see, &seen);
  assert_int_equal(seen.times, 1);
  assert_int_equal(file_data_built_in("demo/ours.ini", &text), -1);
  assert_int_equal(file_data_built_in("dutydesk.ini", &text), 0);
  unsetenv("DUTYDESK_ETC");
  buf_free(&text);
}

#define APART(test) cmocka_unit_test_setup_teardown(test, enter_directory, leave_directory)

int main(void)
{
  const struct CMUnitTest tests[] = {
    APART(a_file_is_read_up_to_its_limit),
    APART(only_regular_files_are_read),
    APART(standard_input_is_read_under_its_dash),
    APART(a_file_is_replaced_with_its_mode),
    APART(a_failed_replacement_leaves_the_old_file),
    APART(directories_are_made_with_their_parents),
    cmocka_unit_test(paths_are_taken_apart_and_joined),
    APART(a_lock_is_held_once),
    APART(a_watch_sees_only_its_prefix),
    cmocka_unit_test(network_file_systems_are_known),
    cmocka_unit_test(memory_is_no_network),
    APART(a_station_overrules_what_is_built_in),
    APART(names_of_a_folder_are_those_built_in_and_the_stations),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
