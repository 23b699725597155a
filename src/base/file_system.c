/* file.h: what kind of file system a path lies on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/file.h"
#include "base/mem.h"

/* clang-format off */
static const char *const network_types[] = {
  "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "9p", "afs", "coda", "ceph", "lustre", "davfs",
  "fuse.sshfs", "fuse.davfs", "fuse.davfs2", "fuse.curlftpfs", "fuse.glusterfs", "fuse.rclone", "fuse.smbnetfs", "fuse.s3fs",
  "fuse.ceph-fuse", "fuse.mfs", "fuse.gvfsd-fuse",
};
/* clang-format on */

const char *file_network_type(FILE *mounts, dev_t device)
{
  char *line = NULL;
  size_t room = 0;
  const char *found = NULL;

  /* A line of proc(5)'s mountinfo: id parent major:minor root place options … - type source options. */
  while (found == NULL && getline(&line, &room, mounts) > 0) {
    unsigned int line_major, line_minor;
    char type[64];
    const char *dash = strstr(line, " - ");
    if (dash == NULL || sscanf(line, "%*d %*d %u:%u", &line_major, &line_minor) != 2 || sscanf(dash, " - %63s", type) != 1) continue;
    if (makedev(line_major, line_minor) != device) continue;
    for (size_t i = 0; i < sizeof network_types / sizeof *network_types && found == NULL; i++)
      if (strcmp(type, network_types[i]) == 0) found = network_types[i];
  }
  free(line);
  return found;
}

/* The device of path, or of the nearest directory above that exists. */
static bool device_of(const char *path, dev_t *device)
{
  struct stat status;
  char *at = mem_dup(path);
  bool found;

  while (!(found = stat(at, &status) == 0)) {
    char *above = file_directory(at);
    bool end = strcmp(above, at) == 0;
    free(at);
    at = above;
    if (end) break;
  }
  free(at);
  if (found) *device = status.st_dev;
  return found;
}

bool file_is_on_network(const char *path, const char **name)
{
  dev_t device;
  FILE *mounts = device_of(path, &device) ? fopen("/proc/self/mountinfo", "re") : NULL;

  if (mounts == NULL) return false;
  const char *type = file_network_type(mounts, device);
  fclose(mounts);
  if (name != NULL) *name = type;
  return type != NULL;
}
