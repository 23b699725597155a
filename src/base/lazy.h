/* Heavy libraries are opened when first used, so that the screen starts without them.
 * In the folder that owns the library: one table of symbols, each slot declared with typeof, so that headers still check the calls:
 *
 *   static struct { typeof(&cairo_create) create; … } cairo;
 *   static const struct lazy_symbol symbols[] = { { "cairo_create", (void **)&cairo.create }, … { NULL, NULL } };
 *   static struct lazy_library library = { LAZY_CAIRO, "libcairo2", symbols, NULL };
 *
 * With --disable-lazy (sanitizers, valgrind) the library is linked and dlsym(RTLD_DEFAULT) fills the same table. */
#ifndef BASE_LAZY_H
#define BASE_LAZY_H

struct err;

struct lazy_symbol {
  const char *name;
  void **slot;
};

struct lazy_library {
  const char *soname;  /* from configure, e.g. "libcairo.so.2" */
  const char *package; /* Debian package to name when it is not there */
  const struct lazy_symbol *symbols;
  void *handle; /* NULL until opened */
};

/* Opens once and fills every slot. -1 names the package to install. */
int lazy_open(struct lazy_library *library, struct err *err);

#endif
