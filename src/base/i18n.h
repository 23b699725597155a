/* gettext's usual marks. Constants are marked N_() where they stand and translated by _() where they are shown. */
#ifndef BASE_I18N_H
#define BASE_I18N_H

#include <libintl.h>

#define _(text) gettext(text)
#define N_(text) text

/* Binds the catalogue and sets the message language: `language` is ui.language (auto, zh_CN, en). Sets a UTF-8 locale: the user's if it is
 * installed and UTF-8, else C.UTF-8. Chinese works even where no zh_CN locale is installed, and uninstalled from the build tree
 * ($DUTYDESK_LOCALEDIR). Call once at start. */
void i18n_start(const char *language);

/* Translates even an empty or NULL text safely. */
const char *i18n_text(const char *msgid);

/* What the program itself writes into records stands there in English, so that every machine writes the same and each reader has it in
 * his own language: a msgid, "msgid: detail", or what i18n_fill() made; several of them as lines. That, translated. A person's own words
 * come back as they are. The caller frees. */
char *i18n_phrase(const char *stored);

/* A sentence for a record, from a msgid marked N_() whose directives are %s and %d. What is filled in stands between the characters that
 * Unicode has for that (isolates), so that i18n_phrase() finds the msgid again; it may be such a sentence itself. The caller frees. */
char *i18n_fill(const char *msgid, ...) __attribute__((format(printf, 1, 2)));

/* `list` (taken over; NULL: empty) with one more, by a msgid of two %s that joins them. The caller frees. */
char *i18n_fill_more(char *list, const char *msgid, const char *text);

/* The same as it stands in records, English, without those marks: for machines, and for what is no record. The caller frees. */
char *i18n_plain(const char *stored);

/* True when messages are Chinese: for layouts that differ, never for words. */
int i18n_is_chinese(void);

#endif
