/* A township and a village that a fuzzer of an exchange works on: in a directory of their own, gone when it ends. */
#ifndef TESTS_FUZZ_TWO_DESKS_H
#define TESTS_FUZZ_TWO_DESKS_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/mem.h"
#include "desk/setup.h"
#include "desk/trust.h"

static char directory[64];
static struct desk town, village;

static void stop(const char *why)
{
  fprintf(stderr, "%s\n", why);
  abort();
}

static void two_desks_end(void)
{
  desk_close(&town);
  desk_close(&village);
  DIR *opened = opendir(directory);
  for (struct dirent *entry; opened && (entry = readdir(opened));) unlinkat(dirfd(opened), entry->d_name, 0);
  if (opened) closedir(opened);
  rmdir(directory);
}

static void station(struct desk *desk, const char *area)
{
  struct err err = ERR_INIT;
  char *path = mem_printf("%s/%s.db", directory, area);
  if (setup_init(path, area, "站", 'A', false, &err) != 0 || desk_open(desk, path, NULL, &err) != 0) stop(err.text);
  free(path);
}

/* Both, trusting each other. */
static void two_desks_start(struct identity *above, struct identity *below)
{
  struct err err = ERR_INIT;
  snprintf(directory, sizeof(directory), "%s/dutydesk-fuzz-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
  if (crypto_start(&err) != 0 || clock_set_zone("Asia/Shanghai", &err) != 0 || !mkdtemp(directory)) stop(err.text);
  atexit(two_desks_end);
  station(&town, "510722103000");
  station(&village, "510722103201");
  if (identity_read(town.store, above, &err) != 0 || identity_read(village.store, below, &err) != 0 ||
      node_issue(&town, "node.enrol", below->public_key, store_area(village.store), 'A', "村", &err) != 0 ||
      trust_pin(&village, above->public_key, store_area(town.store), 'A', "镇", &err) != 0)
    stop(err.text);
}

#endif
