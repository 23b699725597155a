/* QR symbols (ISO/IEC 18004) through libqrencode. */
#ifndef PAPER_QR_H
#define PAPER_QR_H

#include <stdbool.h>
#include <stddef.h>

struct err;

struct qr {
  int size;               /* modules on a side, without the quiet zone of 4 */
  unsigned char *modules; /* size*size, 1 = dark; qr_free it */
};

#define QR_INIT                                                                                                                            \
  {                                                                                                                                        \
    0, NULL                                                                                                                                \
  }

/* Makes the smallest symbol that holds the text with error correction M (15 %: paper that was folded and wetted).
 * -1: built without libqrencode, it is not installed, or the text is longer than a symbol holds. */
int qr_make(struct qr *qr, const char *text, struct err *err);
void qr_free(struct qr *qr);

#endif
