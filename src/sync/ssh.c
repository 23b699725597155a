/* ssh://user@host[:port]/path: the system's ssh with the user's own keys and settings, and `dutydesk sync --serve` at the other end.
 * Where the key is bound to a forced command, what is asked for here is ignored there. exec:COMMAND runs any program in ssh's place, for
 * tests. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "sync/line.h"
#include "sync/ssh.h"

static const char scheme[] = "ssh://";

void ssh_target_free(struct ssh_target *target)
{
  free(target->host);
  free(target->port);
  free(target->path);
  *target = (struct ssh_target){ 0 };
}

int ssh_target_read(const char *remote, struct ssh_target *target, struct err *err)
{
  static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_@";
  *target = (struct ssh_target){ 0 };
  if (strncmp(remote, scheme, strlen(scheme)) != 0)
    return err_usage(err, _("'%s' is no address of the form ssh://user@host/path/to/desk.db"), remote);
  const char *host = remote + strlen(scheme), *end = host;
  const char *at = strchr(host, '@');
  bool is_six = (at && at < host + strcspn(host, "/") ? at[1] : *host) == '['; /* [::1] */
  end = is_six ? strchr(host, ']') : host + strcspn(host, ":/");
  if (!end || end == host || *host == '-' || *host == '@')
    return err_usage(err, _("'%s' is no address of the form ssh://user@host/path/to/desk.db"), remote);
  end += is_six;
  target->host = mem_dup_n(host, (size_t)(end - host));
  if (is_six) { /* ssh takes the address without brackets */
    char *open = strchr(target->host, '[');
    memmove(open, open + 1, strlen(open));
    target->host[strlen(target->host) - 1] = '\0';
  }
  if (*end == ':') {
    size_t digits = strspn(end + 1, "0123456789");
    target->port = mem_dup_n(end + 1, digits);
    end += 1 + digits;
  }
  bool good = strspn(target->host, is_six ? "0123456789abcdefABCDEF:.%@-_ghijklmnopqrstuvwxyz" : plain) == strlen(target->host) &&
              (!target->port || *target->port) && (*end == '/' || *end == '\0') && !strstr(target->host, "@-");
  target->path = mem_dup(end);
  if (good) return 0;
  ssh_target_free(target);
  return err_usage(err, _("'%s' is no address of the form ssh://user@host/path/to/desk.db"), remote);
}

/* For the shell at the other end. */
static void quote(const char *text, struct buf *out)
{
  buf_addc(out, '\'');
  for (; *text; text++)
    if (*text == '\'')
      buf_adds(out, "'\\''");
    else
      buf_addc(out, *text);
  buf_addc(out, '\'');
}

static void command_make(const struct ssh_target *target, struct buf *out)
{
  buf_adds(out, "dutydesk ");
  if (strlen(target->path) > 1) {
    buf_adds(out, "-d ");
    quote(target->path, out);
    buf_addc(out, ' ');
  }
  buf_adds(out, "sync --serve");
}

static int ssh_line(struct desk *desk, const char *remote, const struct line *line, const struct exchange_options *options,
                    struct sync_report *report, struct err *err)
{
  struct ssh_target target;
  struct buf command = BUF_INIT;
  const char *argv[24] = { "ssh", "-T",
                           "-o",  "BatchMode=yes",
                           "-o",  "ConnectTimeout=15",
                           "-o",  "ServerAliveInterval=15",
                           "-o",  "ServerAliveCountMax=3",
                           "-o",  "ClearAllForwardings=yes" };
  int count = 12;
  if (ssh_target_read(remote, &target, err) != 0) return -1;
  if (target.port) {
    argv[count++] = "-p";
    argv[count++] = target.port;
  }
  command_make(&target, &command);
  argv[count++] = "--";
  argv[count++] = target.host;
  argv[count++] = buf_text(&command);
  int status = line_run_child(desk, argv, line, options, report, err);
  buf_free(&command);
  ssh_target_free(&target);
  return status;
}

static int ssh_run(struct desk *desk, const char *remote, const char *code, struct sync_report *report, struct err *err)
{
  struct line line = { .heed = NULL };
  return ssh_line(desk, remote, &line, &(struct exchange_options){ .code = code }, report, err);
}

static int ssh_stay(struct desk *desk, const char *remote, const struct sync_heed *heed, struct sync_report *report, struct err *err)
{
  struct line line = { .heed = heed, .stays = true, .even = sync_contact_even, .context = &(struct sync_even){ desk, remote } };
  return ssh_line(desk, remote, &line, &(struct exchange_options){ .stays = true }, report, err);
}

static int exec_line(struct desk *desk, const char *remote, const struct line *line, const struct exchange_options *options,
                     struct sync_report *report, struct err *err)
{
  const char *argv[] = { "sh", "-c", remote + strlen("exec:"), NULL };
  return line_run_child(desk, argv, line, options, report, err);
}

static int exec_run(struct desk *desk, const char *remote, const char *code, struct sync_report *report, struct err *err)
{
  struct line line = { .heed = NULL };
  return exec_line(desk, remote, &line, &(struct exchange_options){ .code = code }, report, err);
}

static int exec_stay(struct desk *desk, const char *remote, const struct sync_heed *heed, struct sync_report *report, struct err *err)
{
  struct line line = { .heed = heed, .stays = true, .even = sync_contact_even, .context = &(struct sync_even){ desk, remote } };
  return exec_line(desk, remote, &line, &(struct exchange_options){ .stays = true }, report, err);
}

const struct transport ssh_transport = { .scheme = "ssh:", .run = ssh_run, .stay = ssh_stay, .is_line = true };
const struct transport exec_transport = { .scheme = "exec:", .run = exec_run, .stay = exec_stay, .is_line = true };
