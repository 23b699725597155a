/* Settings: one table declares every key; INI files in order of growing weight fill it. The only user of iniparser. */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;
struct config;

enum config_type { CONFIG_TEXT, CONFIG_NUMBER, CONFIG_YES, CONFIG_CHOICE };

struct config_option {
  const char *name; /* "section.key" */
  enum config_type type;
  const char *standard;       /* the default, as written in a file */
  int64_t least, most;        /* CONFIG_NUMBER */
  const char *const *choices; /* CONFIG_CHOICE, ended by NULL */
  const char *help;           /* msgid: what it does, its unit, and the basis of the default */
};

/* The table, ended by a NULL name, sections together. config_options.c holds it; `dutydesk config list`, the man page and the default
 * file are made from it. */
extern const struct config_option config_options[];

/* Defaults, then each existing file of `paths` (NULL-ended, least weight first). Refuses whole, with file, line, key and what is
 * allowed: an unknown key, a bad value, a value that iniparser would cut (unquoted ; or #), a line over 1,000 bytes, a duplicate key. */
int config_load(struct config **config, const char *const paths[], struct err *err);
/* The usual paths: /etc/dutydesk/dutydesk.ini, $XDG_CONFIG_HOME (~/.config)/dutydesk/dutydesk.ini, then `own` (-c; may be NULL, but
 * then must exist). */
int config_load_usual(struct config **config, const char *own, struct err *err);
void config_free(struct config *config);

/* A key that is not in the table is a programmer's mistake and aborts. Texts belong to config. */
const char *config_text(const struct config *config, const char *name);
/* Also of a choice that is written as a number (print.columns); 0 of words. */
int64_t config_number(const struct config *config, const char *name);
bool config_yes(const struct config *config, const char *name);

/* Appends what an option may be, for people: "a number from 1 to 240", "auto, zh_CN, en". */
void config_allowed(const struct config_option *option, struct buf *out);

/* A commented INI file, in the message language, with every key at its default: what data/dutydesk.ini holds in English. */
void config_write_default(struct buf *out);

/* Reads any other INI text (ladders, checklists, templates) with the same strictness; calls pair() in the file's order with the line
 * number, stopping with -1 when it does. `name` is for messages. */
int config_read_ini(const char *name, const char *text, size_t length,
                    int (*pair)(void *context, int line, const char *section, const char *key, const char *value, struct err *err),
                    void *context, struct err *err);

#endif
