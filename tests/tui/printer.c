/* The printer beside the terminal: what comes between "printer on" and "printer off" (ECMA-48 media copy) goes to it and not to the
 * screen. */
#include <stdlib.h>
#include <string.h>

#include "parts.h"

static const char printer_on[] = "\033[5i", printer_off[] = "\033[4i";

static void print(struct driver *driver, const char *bytes, size_t length)
{
  struct printer *printer = &driver->printer;
  printer->bytes = realloc(printer->bytes, printer->length + length + 1);
  if (!printer->bytes) abort();
  memcpy(printer->bytes + printer->length, bytes, length);
  printer->length += length;
  printer->bytes[printer->length] = 0;
}

static void pass_on(struct driver *driver, const char *bytes, size_t length)
{
  if (driver->printer.is_on)
    print(driver, bytes, length);
  else
    screen_feed(driver, bytes, length);
}

/* How many bytes at the end of those may be the beginning of the sequence. */
static size_t begun(const char *bytes, size_t length, const char *sequence)
{
  size_t most = strlen(sequence) - 1;
  for (size_t tail = length < most ? length : most; tail > 0; tail--)
    if (memcmp(bytes + length - tail, sequence, tail) == 0) return tail;
  return 0;
}

void printer_feed(struct driver *driver, const char *bytes, size_t length)
{
  struct printer *printer = &driver->printer;
  size_t whole = printer->held_length + length;
  char *all = malloc(whole + 1), *at = all, *end = all + whole;
  if (!all) abort();
  memcpy(all, printer->held, printer->held_length);
  memcpy(all + printer->held_length, bytes, length);
  for (;;) {
    const char *sequence = printer->is_on ? printer_off : printer_on;
    char *found = memmem(at, (size_t)(end - at), sequence, strlen(sequence));
    if (!found) break;
    pass_on(driver, at, (size_t)(found - at));
    at = found + strlen(sequence);
    printer->papers += printer->is_on;
    printer->is_on = !printer->is_on;
  }
  printer->held_length = begun(at, (size_t)(end - at), printer->is_on ? printer_off : printer_on);
  pass_on(driver, at, (size_t)(end - at) - printer->held_length);
  memcpy(printer->held, end - printer->held_length, printer->held_length);
  free(all);
}

const char *driver_printed(const struct driver *driver)
{
  return driver->printer.bytes ? driver->printer.bytes : "";
}

int driver_papers(const struct driver *driver)
{
  return driver->printer.papers;
}
