/* A station to work at: the real program, a database of its own, officers with PINs, a roster. The clock stands in the night shift of
 * 2026-06-30 20:00 to 2026-07-01 08:00, at 02:20. */
#ifndef TESTS_TUI_STATION_H
#define TESTS_TUI_STATION_H

#include "driver.h"

struct station {
  char *home;
  char database[256];
  const char *language; /* "en", "zh_CN" */
};

/* Exits the test program with 77 and the reason if the clock cannot be set. First thing in main(). */
void station_need_clock(void);

void station_start(struct station *station, const char *language); /* a home without a database */
/* With 测试镇 (110105001000), 值班员甲 乙 丙 丁 戊 (PINs 1111 2222 3333 4444 5555) and shifts until 07-05. Now: 甲 A, 戊 B, 丙 leads. */
void station_make(struct station *station, const char *language);

void station_copy(const char *from, const char *to); /* one file */

/* Writes the station's settings, a whole file. */
void station_configure(const struct station *station, const char *ini);
/* Writes a red rainstorm alert for the station's area, sent five minutes ago, into its home. */
void station_alert(const struct station *station, char path[300]);

/* Starts the screen; options may be NULL, home and clock are filled in. `more` (may be NULL): further words behind -d DB. */
struct driver *station_open(const struct station *station, const struct driver_options *options, const char *const more[]);
/* The same, signed in as that officer, the overview on the screen. */
struct driver *station_sit(const struct station *station, const struct driver_options *options, const char *officer, const char *pin);
void station_sign_in(struct driver *driver, const char *officer, const char *pin);

/* Runs a command in the station: station_do(&station, "log", "text"). The result is to be freed. */
#define station_do(station, ...) station_run(station, (const char *const[]){ __VA_ARGS__, NULL }, NULL)
struct driver_run station_run(const struct station *station, const char *const words[], const char *input);
/* The same, must exit with 0: what it printed, to be freed. */
#define station_tell(station, ...) station_told(station, (const char *const[]){ __VA_ARGS__, NULL })
char *station_told(const struct station *station, const char *const words[]);
/* Asserts that what the command prints contains the text. */
#define station_expect(station, text, ...) station_expected(station, text, (const char *const[]){ __VA_ARGS__, NULL })
void station_expected(const struct station *station, const char *text, const char *const words[]);
void station_verify(const struct station *station); /* `verify` finds nothing */

#endif
