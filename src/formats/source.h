/* Where the bytes of a file are, for readers that go through it several times without holding it. */
#ifndef FORMATS_SOURCE_H
#define FORMATS_SOURCE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct err;

struct source {
  /* Fills up to `size` bytes from `offset` on; returns how many, 0 at the end, -1 with errno. */
  ssize_t (*read)(void *context, uint64_t offset, void *bytes, size_t size);
  void *context;
};

/* Bytes in memory; they and *memory must outlive the source. */
struct source_memory {
  const char *bytes;
  size_t length;
};
struct source source_of_memory(const struct source_memory *memory);

/* An open regular file; *file must outlive the source and stay open. */
struct source source_of_file(const int *file);

/* Opens a regular file for source_of_file(); "-" is standard input, which is copied to a file without a name first. Refuses what is no
 * regular file, what another could change the kind of while it is opened (it never waits for a pipe), and more than `limit` bytes.
 * Returns the descriptor, or -1. */
int source_open(const char *path, uint64_t limit, struct err *err);

#endif
