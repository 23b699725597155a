#include "base/lazy.h"

#ifdef HAVE_CONFIG_H
#include <config.h>
#endif
#include <dlfcn.h>
#include <stddef.h>

#include "base/err.h"
#include "base/i18n.h"

static void *find(const char *soname)
{
#ifdef DUTYDESK_NO_LAZY
  (void)soname;
  return dlopen(NULL, RTLD_NOW); /* the library is linked: the program itself has its symbols */
#else
  return dlopen(soname, RTLD_NOW | RTLD_LOCAL);
#endif
}

int lazy_open(struct lazy_library *library, struct err *err)
{
  if (library->handle != NULL) return 0;
  void *handle = find(library->soname);
  if (handle == NULL)
    return err_set(err, _("%s is missing, and this cannot be done without it; install the package %s"), library->soname, library->package);

  for (const struct lazy_symbol *symbol = library->symbols; symbol->name != NULL; symbol++) {
    *symbol->slot = dlsym(handle, symbol->name);
    if (*symbol->slot != NULL) continue;
    dlclose(handle);
    return err_set(err, _("%s is too old: it lacks %s; upgrade the package %s"), library->soname, symbol->name, library->package);
  }
  library->handle = handle;
  return 0;
}
