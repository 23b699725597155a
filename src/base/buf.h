/* A growing run of bytes, always followed by a NUL that is not counted. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>

struct buf {
  char *data; /* NULL while empty and never grown: use buf_text() */
  size_t length, capacity;
};

#define BUF_INIT                                                                                                                           \
  {                                                                                                                                        \
    NULL, 0, 0                                                                                                                             \
  }

void buf_add(struct buf *buf, const void *bytes, size_t length);
void buf_adds(struct buf *buf, const char *text); /* NULL adds nothing */
void buf_addc(struct buf *buf, char byte);
void buf_addf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3), nonnull));
const char *buf_text(const struct buf *buf);     /* never NULL; valid until the next change */
char *buf_take(struct buf *buf, size_t *length); /* hands the bytes over (never NULL, caller frees); length may be NULL; empties buf */
void buf_clear(struct buf *buf);                 /* length 0, memory kept */
void buf_free(struct buf *buf);                  /* back to BUF_INIT */

#endif
