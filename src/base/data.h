/* The files of data/ that are compiled in. */
#ifndef BASE_DATA_H
#define BASE_DATA_H

#include <stddef.h>

struct data_file {
  const char *name;  /* relative to data/, e.g. "dutydesk.ini" */
  const char *bytes; /* a NUL follows, which length does not count */
  size_t length;
};

/* Ended by a NULL name. Made by data/embed from the list in data/local.mk. */
extern const struct data_file data_files[];

#endif
