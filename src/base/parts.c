#include <config.h>

#include "base/parts.h"

#include <stddef.h>

#include "base/i18n.h"

#ifdef HAVE_PANGO
#define WITH_PANGO true
#else
#define WITH_PANGO false
#endif
#ifdef HAVE_QRENCODE
#define WITH_QRENCODE true
#else
#define WITH_QRENCODE false
#endif
#ifdef HAVE_LIBNOTIFY
#define WITH_LIBNOTIFY true
#else
#define WITH_LIBNOTIFY false
#endif
#ifdef HAVE_LIBPQ
#define WITH_LIBPQ true
#else
#define WITH_LIBPQ false
#endif

const struct part parts[] = {
  { "pango", N_("PDF"), WITH_PANGO },
  { "qrencode", N_("QR codes on paper"), WITH_QRENCODE },
  { "libnotify", N_("notices on the desktop"), WITH_LIBNOTIFY },
  { "libpq", N_("the county's PostgreSQL hub"), WITH_LIBPQ },
  { NULL, NULL, false },
};
