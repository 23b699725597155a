/* What went wrong, why, and what to do about it: one line of text and an exit class. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

/* The value is the exit code of the command line. */
enum err_code {
  ERR_NONE = 0,
  ERR_FAILED = 1,    /* could not be done; nothing has changed */
  ERR_USAGE = 2,     /* asked for in a way that cannot be right */
  ERR_ATTENTION = 3, /* done, but somebody should look */
};

struct err {
  enum err_code code;
  char text[1024]; /* UTF-8, translated, one line, no full stop needed; cut at a character */
};

#define ERR_INIT                                                                                                                           \
  {                                                                                                                                        \
    ERR_NONE, ""                                                                                                                           \
  }

/* Each fills *err (which may be NULL) and returns -1, so that a caller can write `return err_set(...)`.
 * The text says what happened, why, and what to do. Control characters become visible ones. */
int err_set(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
int err_usage(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts "PREFIX: " before the text that *err has already. Returns -1. */
int err_prefix(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One line on stderr, behind the program's name, as every refusal ends a command. */
void err_print(const char *text);
/* What such a line of a child says, without the program's name. */
const char *err_printed(const char *line);

/* For a programmer's mistake only: says so on stderr and aborts. */
_Noreturn void err_bug(const char *file, int line, const char *what);
#define ERR_BUG(what) err_bug(__FILE__, __LINE__, what)

#endif
