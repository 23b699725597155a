/* Any text as a pasted warning. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "formats/pasted.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void check_text(const char *text)
{
  if (text == NULL || text_invalid_at(text, strlen(text)) >= 0) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  struct pasted pasted;

  if (text_invalid_at((const char *)bytes, length) >= 0) return 0;
  char *text = mem_dup_n((const char *)bytes, length);
  clock_set_zone("Asia/Shanghai", NULL);
  int found = pasted_read(text, INT64_C(1782887400000), &pasted);
  if (found < 0 || found > 4) abort();
  check_text(pasted.issuer);
  check_text(pasted.event);
  check_text(pasted.event_code);
  check_text(pasted.body);
  pasted_free(&pasted);
  free(text);
  return 0;
}
