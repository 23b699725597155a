/* Where paper goes: lp, the printer beside the user's own terminal, a folder. Nothing here uses a shell. Each may wait on something
 * slow, so it runs in a child (an ordinary CLI verb), never in the screen. */
#ifndef PAPER_PRINTER_H
#define PAPER_PRINTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;

struct printer_job {
  const char *name;  /* report number or title: lp's job name, and the file's name where one is made */
  const char *bytes; /* a PDF, or UTF-8 text from page_text */
  size_t length;
  bool pdf;
};

struct printer_options {
  const char *encoding; /* of text: "UTF-8" or "GB18030" (anything iconv knows); NULL: UTF-8 */
  const char *start;    /* bytes before text, written as printer_bytes reads them; NULL: none */
  const char *end;      /* bytes after it, likewise */
  const char *spool;    /* folder that keeps what could not be printed */
  int64_t patience;     /* milliseconds to wait for lp or the terminal; 0: 30 s */
};

/* Reads bytes as people write them in the config: text with \x1b \e \n \r \t \f \0 \\ escapes (\x1b@), or hex pairs alone (1B 40, 1b40).
 * What begins with "hex:" is hex only, "text:" text only. -1 says what cannot be read. */
int printer_bytes(const char *written, struct buf *out, struct err *err);

/* Start-up bytes, text in the printer's encoding, end bytes. Line ends become CR LF, as a printer in its own mode needs, if `raw`. */
int printer_encode(const char *text, size_t length, bool raw, const struct printer_options *options, struct buf *out, struct err *err);

/* Hands the job to `lp` on its stdin. `printer` NULL or "": the default one. Text with start-up bytes or another encoding goes raw. If
 * lp is missing, refuses or does not answer, the job is kept in options->spool: -1 with ERR_ATTENTION, the message names the file, and
 * *kept (may be NULL; caller frees) is its path. -1 with ERR_FAILED: it could not even be kept. */
int printer_lp(const struct printer_job *job, const char *printer, const struct printer_options *options, char **kept, struct err *err);

/* Writes the text between the terminal's "printer on" and "printer off" strings (terminfo mc5 and mc4, from the caller) to fd; PuTTY and
 * real terminals pass it to the printer beside them. The printer is turned off again even when writing fails. A PDF is refused. */
int printer_terminal(const struct printer_job *job, int fd, const char *on, const char *off, const struct printer_options *options,
                     struct err *err);

/* Keeps the job as a file of `folder` (made if it is not there) under printer_file_name; an existing file is never replaced: -2, -3 … is
 * added. Text is in options->encoding, without start and end bytes. *path (may be NULL; caller frees) gets the file's path. */
int printer_folder(const struct printer_job *job, const char *folder, const struct printer_options *options, char **path, struct err *err);

/* A file name that any file system takes: ASCII letters, digits, - _ . (others become -, never first or twice in a row), at most 80
 * bytes, and ".pdf" or ".txt". A name with nothing left is "paper". The caller frees. */
char *printer_file_name(const char *name, bool pdf);

#endif
