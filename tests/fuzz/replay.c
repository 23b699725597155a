/* Runs a fuzzer's function on files, where there is no libFuzzer to do it. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
{
  FILE *file = fopen(path, "rb");
  uint8_t *bytes = NULL;
  size_t size = 0, room = 0;

  if (!file) {
    perror(path);
    return -1;
  }
  for (size_t got = 1; got; size += got) {
    if (size == room) bytes = realloc(bytes, room = room * 2 + 4096);
    if (!bytes) abort();
    got = fread(bytes + size, 1, room - size, file);
  }
  fclose(file);
  /* A copy of just its size, so that a sanitizer sees one byte read too far. */
  uint8_t *exact = malloc(size ? size : 1);
  if (!exact) abort();
  for (size_t at = 0; at < size; at++) exact[at] = bytes[at];
  free(bytes);
  LLVMFuzzerTestOneInput(exact, size);
  free(exact);
  return 0;
}

int main(int count, char *paths[])
{
  for (int at = 1; at < count; at++)
    if (replay(paths[at])) return 1;
  return 0;
}
