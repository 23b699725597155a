#include <errno.h>
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "parts.h"

/* What a clock writes: times, dates, lengths of time, in both languages. */
static const char *const clock_patterns[] = {
  "[0-9]{1,4}-[0-9]{1,2}(-[0-9]{1,2})?",
  "[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?",
  "[0-9]{4}年",
  "[0-9]{1,2}月[0-9]{1,2}日",
  "[0-9]+ ?(min|h|d)\\b",
  "[0-9]+ ?(分钟|小时|天)",
  "[0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4}",
};

static void mask_pattern(char *text, const char *pattern)
{
  regex_t regex;
  regmatch_t match;
  if (regcomp(&regex, pattern, REG_EXTENDED)) fail_msg("bad pattern %s", pattern);
  while (regexec(&regex, text, 1, &match, 0) == 0) {
    for (regoff_t i = match.rm_so; i < match.rm_eo; i++)
      if (text[i] >= '0' && text[i] <= '9') text[i] = '#';
    text += match.rm_eo;
  }
  regfree(&regex);
}

char *driver_mask(const char *screen)
{
  char *text = strdup(screen);
  if (!text) abort();
  for (size_t i = 0; i < sizeof clock_patterns / sizeof *clock_patterns; i++) mask_pattern(text, clock_patterns[i]);
  return text;
}

static char *golden_path(const struct driver *driver, const char *name)
{
  const char *top = getenv("abs_top_srcdir");
  char *path;
  if (asprintf(&path, "%s/tests/tui/golden/%s.%s.txt", top ? top : ".", name, driver->language) < 0) abort();
  return path;
}

static char *read_whole(const char *path)
{
  char *text = NULL;
  size_t room = 0;
  FILE *file = fopen(path, "r");
  if (!file) return NULL;
  ssize_t length = getdelim(&text, &room, 0, file);
  fclose(file);
  if (length < 0) {
    free(text);
    return strdup("");
  }
  return text;
}

/* The first row that differs, both ways, on standard error. */
static void show_difference(const char *expected, const char *seen)
{
  for (int row = 0; *expected || *seen; row++) {
    size_t a = strcspn(expected, "\n"), b = strcspn(seen, "\n");
    if (a != b || memcmp(expected, seen, a))
      fprintf(stderr, "row %2d expected: %.*s\n       and seen: %.*s\n", row, (int)a, expected, (int)b, seen);
    expected += a + (expected[a] == '\n');
    seen += b + (seen[b] == '\n');
  }
}

void driver_expect_golden(struct driver *driver, const char *name)
{
  const char *wish = getenv("DUTYDESK_GOLDEN");
  char *path = golden_path(driver, name), *seen = driver_mask(driver_screen(driver));
  if (wish && strcmp(wish, "write") == 0) {
    FILE *file = fopen(path, "w");
    if (!file || fputs(seen, file) == EOF || fclose(file)) fail_msg("%s: %s", path, strerror(errno));
  } else {
    char *expected = read_whole(path);
    if (!expected) fail_msg("%s is missing: run the test once with DUTYDESK_GOLDEN=write and read what it wrote", path);
    if (strcmp(expected, seen) != 0) {
      show_difference(expected, seen);
      driver_dump(driver);
      fail_msg("the screen is not as in %s (DUTYDESK_GOLDEN=write renews it)", path);
    }
    free(expected);
  }
  free(path);
  free(seen);
}
