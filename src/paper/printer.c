#include "paper/printer.h"

#include "base/buf.h"
#include "base/child.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static int64_t patience(const struct printer_options *options)
{
  return options->patience > 0 ? options->patience : 30 * CLOCK_SECOND;
}

/* ---- Bytes ---- */

static int hex_digit(char character)
{
  static const char digits[] = "0123456789abcdef";
  const char *at = character ? strchr(digits, character | 0x20) : NULL;

  return at ? (int)(at - digits) : -1;
}

/* Two hex digits at *at, which moves behind them. -1: there are none. */
static int hex_byte(const char **at)
{
  int high = hex_digit(**at), low = high < 0 ? -1 : hex_digit((*at)[1]);

  if (low < 0) return -1;
  *at += 2;
  return high << 4 | low;
}

static bool add_hex(const char *at, struct buf *out)
{
  for (at += strspn(at, " "); *at; at += strspn(at, " ")) {
    int byte = hex_byte(&at);

    if (byte < 0) return false;
    buf_addc(out, (char)byte);
  }
  return true;
}

/* What follows a backslash at *at, which moves behind it. -1: nothing known. */
static int escaped_byte(const char **at)
{
  static const char names[] = "enrtf0\\", bytes[] = "\033\n\r\t\f\0\\";
  char name = *(*at)++;
  const char *found = name ? strchr(names, name) : NULL;

  if (name == 'x') return hex_byte(at);
  return found ? bytes[found - names] : -1;
}

static bool add_escaped(const char *at, struct buf *out)
{
  while (*at) {
    int byte = *at++;

    if (byte == '\\' && (byte = escaped_byte(&at)) < 0) return false;
    buf_addc(out, (char)byte);
  }
  return true;
}

int printer_bytes(const char *written, struct buf *out, struct err *err)
{
  static const char hex_mark[] = "hex:", text_mark[] = "text:";
  bool hex = strncmp(written, hex_mark, strlen(hex_mark)) == 0, text = strncmp(written, text_mark, strlen(text_mark)) == 0;
  const char *at = written + (hex ? strlen(hex_mark) : text ? strlen(text_mark) : 0);
  struct buf bytes = BUF_INIT;
  bool read = !text && add_hex(at, &bytes);

  if (!read && !hex) {
    buf_clear(&bytes);
    read = add_escaped(at, &bytes);
  }
  if (read) buf_add(out, bytes.data, bytes.length);
  buf_free(&bytes);
  return read ? 0
              : err_usage(err,
                          _("Printer bytes \"%s\" cannot be read: write text with \\xHH \\e \\n \\r \\t \\f \\0 \\\\, or pairs of "
                            "hex digits"),
                          written);
}

/* Nothing but line ends and form feeds may act on a printer or the terminal before it. */
static void add_harmless(struct buf *out, const char *text, size_t length)
{
  const char *end = text + length;

  while (text < end) {
    const char *feed = memchr(text, '\f', (size_t)(end - text));

    text_visible(out, text, (size_t)((feed ? feed : end) - text), true);
    if (feed) buf_addc(out, '\f');
    text = feed ? feed + 1 : end;
  }
}

static void add_carriage_returns(struct buf *out, const struct buf *text)
{
  for (size_t i = 0; i < text->length; i++) {
    if (text->data[i] == '\n') buf_addc(out, '\r');
    buf_addc(out, text->data[i]);
  }
}

int printer_encode(const char *text, size_t length, bool raw, const struct printer_options *options, struct buf *out, struct err *err)
{
  struct buf harmless = BUF_INIT, lines = BUF_INIT;
  int result = 0;

  if (options->start) result = printer_bytes(options->start, out, err);
  add_harmless(&harmless, text, length);
  if (raw)
    add_carriage_returns(&lines, &harmless);
  else
    buf_add(&lines, harmless.data, harmless.length);
  if (result == 0) result = text_encode(options->encoding ? options->encoding : "UTF-8", buf_text(&lines), out, err);
  if (result == 0 && options->end) result = printer_bytes(options->end, out, err);
  buf_free(&harmless);
  buf_free(&lines);
  return result;
}

/* ---- Folder ---- */

char *printer_file_name(const char *name, bool pdf)
{
  enum { LONGEST = 80 };
  struct buf file = BUF_INIT;
  char *result;

  for (; name && *name && file.length < LONGEST; name++) {
    bool plain = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z') || (*name >= '0' && *name <= '9') || *name == '_';
    char last = file.length ? file.data[file.length - 1] : '-';

    if (plain)
      buf_addc(&file, *name);
    else if (last != '-' && last != '.')
      buf_addc(&file, *name == '.' ? '.' : '-');
  }
  while (file.length && (file.data[file.length - 1] == '-' || file.data[file.length - 1] == '.')) file.length--;
  result = mem_printf("%.*s%s", (int)file.length, buf_text(&file), pdf ? ".pdf" : ".txt");
  buf_free(&file);
  if (*result != '.') return result;
  free(result);
  return mem_dup(pdf ? "paper.pdf" : "paper.txt");
}

/* Makes an empty file of a name that nobody has yet, so that two jobs at once cannot take the same one. NULL: it cannot be made. */
static char *reserve(const char *folder, const struct printer_job *job, struct err *err)
{
  enum { TRIES = 10000 };
  char *name = printer_file_name(job->name, job->pdf), *dot = strrchr(name, '.'), *path = NULL;

  for (int i = 1; i < TRIES && !path; i++) {
    char *numbered = i == 1 ? mem_dup(name) : mem_printf("%.*s-%d%s", (int)(dot - name), name, i, dot);
    int file;

    path = file_join(folder, numbered);
    file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    free(numbered);
    if (file >= 0) {
      close(file);
      break;
    }
    if (errno != EEXIST) {
      err_set(err, _("%s cannot be made: %s; choose another folder"), path, strerror(errno));
      i = TRIES;
    } else if (i == TRIES - 1) {
      err_set(err, _("%s holds too many files of this name; clear it out"), folder);
    }
    free(path);
    path = NULL;
  }
  free(name);
  return path;
}

static int keep(const struct printer_job *job, const char *folder, const char *bytes, size_t length, char **path, struct err *err)
{
  char *file;

  if (file_make_directories(folder, 0750, err) != 0) return -1;
  file = reserve(folder, job, err);
  if (!file) return -1;
  if (file_replace(file, bytes, length, 0640, err) != 0) {
    unlink(file);
    free(file);
    return -1;
  }
  if (path)
    *path = file;
  else
    free(file);
  return 0;
}

int printer_folder(const struct printer_job *job, const char *folder, const struct printer_options *options, char **path, struct err *err)
{
  struct printer_options plain = { .encoding = options->encoding };
  struct buf text = BUF_INIT;
  int result;

  if (job->pdf) return keep(job, folder, job->bytes, job->length, path, err);
  result = printer_encode(job->bytes, job->length, false, &plain, &text, err);
  if (result == 0) result = keep(job, folder, buf_text(&text), text.length, path, err);
  buf_free(&text);
  return result;
}

/* ---- lp ---- */

static bool goes_raw(const struct printer_job *job, const struct printer_options *options)
{
  bool utf8 = !options->encoding || strcasecmp(options->encoding, "UTF-8") == 0;

  return !job->pdf && (!utf8 || (options->start && *options->start) || (options->end && *options->end));
}

static int run_lp(const struct printer_job *job, const char *printer, const struct printer_options *options, struct err *err)
{
  enum { MOST_ERRORS = 4096 };
  const char *argv[] = { "lp", "-t", job->name ? job->name : "dutydesk", NULL, NULL, NULL, NULL, NULL };
  struct buf text = BUF_INIT, errors = BUF_INIT;
  int used = 3, status = 0;

  if (printer && *printer) {
    argv[used++] = "-d";
    argv[used++] = printer;
  }
  if (goes_raw(job, options)) {
    argv[used++] = "-o";
    argv[used++] = "raw";
  }
  if (!job->pdf) status = printer_encode(job->bytes, job->length, goes_raw(job, options), options, &text, err);
  if (status == 0)
    status = child_run(argv, job->pdf ? job->bytes : buf_text(&text), job->pdf ? job->length : text.length, patience(options), NULL,
                       &errors, MOST_ERRORS, err);
  if (status > 0) {
    char *said = errors.length ? text_trim(errors.data) : NULL;

    err_set(err, _("lp did not take the job: %s"), said && *said ? said : _("it gave no reason"));
  }
  buf_free(&text);
  buf_free(&errors);
  return status == 0 ? 0 : -1;
}

int printer_lp(const struct printer_job *job, const char *printer, const struct printer_options *options, char **kept, struct err *err)
{
  struct err refused = ERR_INIT, lost = ERR_INIT;
  char *path = NULL;

  if (run_lp(job, printer, options, &refused) == 0) return 0;
  if (!options->spool || printer_folder(job, options->spool, options, &path, &lost) != 0)
    return err_set(err, _("Not printed, and not kept either: %s; %s"), refused.text,
                   options->spool ? lost.text : _("no folder to keep it in"));
  err_set(err, _("Not printed: %s; the job is kept as %s, print it from there or try again"), refused.text, path);
  if (err) err->code = ERR_ATTENTION;
  if (kept)
    *kept = path;
  else
    free(path);
  return -1;
}

/* ---- Terminal ---- */

static int write_within(int fd, const char *bytes, size_t length, int64_t milliseconds)
{
  int64_t end = clock_monotonic() + milliseconds;

  while (length > 0) {
    int64_t left = end - clock_monotonic();
    struct pollfd ready = { .fd = fd, .events = POLLOUT };
    ssize_t written;

    if (left <= 0 || (poll(&ready, 1, (int)left) < 0 && errno != EINTR)) {
      errno = left <= 0 ? ETIMEDOUT : errno;
      return -1;
    }
    if (!(ready.revents & (POLLOUT | POLLERR | POLLHUP | POLLNVAL))) continue;
    written = write(fd, bytes, length);
    if (written < 0 && errno != EAGAIN && errno != EINTR) return -1;
    if (written > 0) {
      bytes += written;
      length -= (size_t)written;
    }
  }
  return 0;
}

static int write_between(int fd, const char *on, const struct buf *text, const char *off, int64_t milliseconds, struct err *err)
{
  enum { SECOND_TRY = 2000 };
  int flags = fcntl(fd, F_GETFL), result, why;

  if (flags >= 0) fcntl(fd, F_SETFL, flags | O_NONBLOCK); /* a terminal stopped by Ctrl-S must not hold us past our time */
  result = write_within(fd, on, strlen(on), milliseconds);
  if (result == 0) result = write_within(fd, buf_text(text), text->length, milliseconds);
  why = errno;
  if (write_within(fd, off, strlen(off), SECOND_TRY) != 0 && result == 0) {
    result = -1;
    why = errno;
  }
  if (flags >= 0) fcntl(fd, F_SETFL, flags);
  if (result != 0)
    return err_set(err, _("The terminal's printer did not take the job: %s; check the printer and print again"), strerror(why));
  return 0;
}

int printer_terminal(const struct printer_job *job, int fd, const char *on, const char *off, const struct printer_options *options,
                     struct err *err)
{
  struct buf text = BUF_INIT;
  int result;

  if (job->pdf)
    return err_usage(err, _("The printer beside the terminal takes text only; print as text, or send the PDF to lp or a folder"));
  if (!on || !*on || !off || !*off)
    return err_set(err, _("This terminal type cannot pass paper on to a printer (it has no mc5 and mc4); print to lp or a folder"));
  result = printer_encode(job->bytes, job->length, true, options, &text, err);
  if (result == 0) result = write_between(fd, on, &text, off, patience(options), err);
  buf_free(&text);
  return result;
}
