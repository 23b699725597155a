/* A place to run the real agent in: a database of its own, settings, a command that notes each ringing in a file. */
#ifndef TESTS_AGENT_PLACE_H
#define TESTS_AGENT_PLACE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { PLACE_SAID = 65536 };

struct place {
  char directory[64], database[96], settings[96], rang[96], clock[96];
  char bus[160];  /* address of the session bus; "": none */
  bool has_clock; /* libfaketime: place_clock() works */
};

int place_setup(void **state); /* *state is a struct place; place_teardown kills what still runs and removes it */
int place_teardown(void **state);
#define PLACE_TEST(function) cmocka_unit_test_setup_teardown(function, place_setup, place_teardown)

/* Settings of [alarm] beside the usual ones: no repeats, no quiet hours, every ringing appended to `rang` as one line of JSON. */
void place_set(struct place *place, const char *lines);
/* Sets the clock of everything started in the place so far off, also of what runs already (at its next look). */
void place_clock(struct place *place, int64_t seconds);

/* Runs a command and returns its exit code; what it prints on both outputs goes to said[PLACE_SAID]. */
int place_run(struct place *place, char *said, const char *const words[]);
#define place_do(place, ...)                                                                                                               \
  do {                                                                                                                                     \
    char place_said[PLACE_SAID];                                                                                                           \
    if (place_run(place, place_said, (const char *const[]){ __VA_ARGS__, NULL }) != 0) fail_msg("%s", place_said);                         \
  } while (0)

pid_t place_agent(struct place *place,
                  const char *const environment[]); /* starts one and waits until it is there; environment may be NULL */
void place_kill(pid_t agent);                       /* as the power does */
void place_stop(struct place *place, pid_t agent);  /* agent --stop, and it has ended well */

/* Waits until the file holds so many lines; fails after 10 s, and at once if there are more. */
void place_wait_lines(const char *path, int lines);
void place_wait_at_least(const char *path, int lines);
int place_lines(const char *path);
char *place_text(const char *path); /* malloc'ed; "" if there is none */

#endif
