#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "paper/qr.h"

#include "base/err.h"
#include "base/i18n.h"
#include "base/lazy.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#ifdef HAVE_QRENCODE

#include <qrencode.h>

#ifndef LAZY_QRENCODE
#define LAZY_QRENCODE "libqrencode.so.4"
#endif

static struct {
  typeof(&QRcode_encodeString8bit) encode;
  typeof(&QRcode_free) free;
} qrencode;

static const struct lazy_symbol symbols[] = {
  { "QRcode_encodeString8bit", (void **)&qrencode.encode },
  { "QRcode_free", (void **)&qrencode.free },
  { NULL, NULL },
};
static struct lazy_library library = { LAZY_QRENCODE, "libqrencode4", symbols, NULL };

int qr_make(struct qr *qr, const char *text, struct err *err)
{
  QRcode *code;

  if (lazy_open(&library, err) != 0) return -1;
  code = qrencode.encode(text, 0, QR_ECLEVEL_M);
  if (!code) return err_set(err, _("No QR code can hold this text of %zu bytes; shorten it"), strlen(text));
  qr->size = code->width;
  qr->modules = mem_zero((size_t)code->width, (size_t)code->width);
  for (int i = 0; i < code->width * code->width; i++) qr->modules[i] = code->data[i] & 1;
  qrencode.free(code);
  return 0;
}

#else

int qr_make(struct qr *qr, const char *text, struct err *err)
{
  (void)qr;
  (void)text;
  return err_set(err, _("This dutydesk was built without QR codes (libqrencode)"));
}

#endif

void qr_free(struct qr *qr)
{
  free(qr->modules);
  *qr = (struct qr)QR_INIT;
}
