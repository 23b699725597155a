/* Memory that cannot fail to come: lack of it aborts with a message, as design.md's rules for errors say. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

void *mem_zero(size_t count, size_t size);                                       /* zeroed; the caller frees */
void *mem_grow(void *old, size_t count, size_t size);                            /* realloc of count*size, checked for overflow */
char *mem_dup(const char *text);                                                 /* NULL stays NULL; the caller frees */
char *mem_dup_n(const char *bytes, size_t length);                               /* adds the final NUL; the caller frees */
char *mem_printf(const char *format, ...) __attribute__((format(printf, 1, 2))); /* the caller frees */

#endif
