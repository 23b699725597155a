/* UTF-8 text as people see it: characters, columns on a terminal, and what a keyboard with an input method sends. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;

/* Widths of East Asian Ambiguous characters (UAX #11): 1 in most terminals, 2 in some set up for Chinese. */
enum text_ambiguous { TEXT_NARROW = 1, TEXT_WIDE = 2 };

#define TEXT_REPLACEMENT 0xFFFDu

/* Decodes one character at *at (before end), advances *at by at least one byte, returns the code point;
 * a malformed byte gives TEXT_REPLACEMENT and advances one. At end returns 0 and does not move. */
uint32_t text_next(const char **at, const char *end);
void text_put(struct buf *out, uint32_t code_point);

/* Offset of the first byte that is not valid UTF-8 (NUL counts as invalid), or -1 if all is well. */
ptrdiff_t text_invalid_at(const char *text, size_t length);

/* Columns of one code point: 0 (combining), 1 or 2; control characters count as they are shown (see text_visible: 1 or 8). */
int text_char_columns(uint32_t code_point, enum text_ambiguous ambiguous);
bool text_is_ambiguous(uint32_t code_point); /* East Asian Width class A */
int text_columns(const char *text, enum text_ambiguous ambiguous);
size_t text_characters(const char *text); /* code points */

/* Bytes of the longest prefix of text that takes at most `columns` columns, never splitting a grapheme cluster (UAX #29).
 * *taken (may be NULL) gets the columns it takes. */
size_t text_cut(const char *text, int columns, enum text_ambiguous ambiguous, int *taken);

/* Appends text, made visible, cut to `columns`, ended with "…" if something was lost, then padded with spaces to exactly `columns`. */
void text_fit(struct buf *out, const char *text, int columns, enum text_ambiguous ambiguous);
/* Like text_fit but appends the spaces in front. */
void text_fit_right(struct buf *out, const char *text, int columns, enum text_ambiguous ambiguous);

/* Next / previous grapheme cluster boundary from byte offset `at` of a text of `length` bytes. */
size_t text_after(const char *text, size_t length, size_t at);
size_t text_before(const char *text, size_t length, size_t at);

/* Breaks text into lines of at most `columns`: between Chinese characters, at spaces in Latin text, at newlines;
 * closing punctuation does not begin a line (UAX #14). Calls line() for each, without its newline and the spaces before the break; stops
 * when it returns false. An empty text is one empty line; a newline at the very end begins no further one. */
void text_wrap(const char *text, int columns, enum text_ambiguous ambiguous, bool (*line)(const char *bytes, size_t length, void *context),
               void *context);

/* Appends text with control characters (C0, DEL, C1, bidi controls) made visible: ␛, ␀, <U+202E> ….
 * Newlines stay only if keep_newlines. Invalid bytes become U+FFFD. What may go to a terminal passes through here. */
void text_visible(struct buf *out, const char *text, size_t length, bool keep_newlines);

/* Full-width ASCII (！ to ～, ideographic space) and Chinese punctuation used as such (：。，) to ASCII: ２：１５ gives 2:15.
 * For fields that hold numbers, times, codes; never for prose. The caller frees. */
char *text_fold_width(const char *text);

/* Takes off white space (ASCII and ideographic) at both ends, in place; returns text. */
char *text_trim(char *text);

#define TEXT_DECODE_MOST (128 << 20) /* bytes that are decoded at once; more is refused */

/* Decodes bytes of a file people gave us to UTF-8: UTF-8 with or without BOM, UTF-16 with BOM, else GB18030 strictly.
 * *encoding (may be NULL) gets a static name. A NUL is no text. Returns 0 and appends, or -1 with the offset of what fits none. */
int text_decode(const char *bytes, size_t length, struct buf *utf8, const char **encoding, struct err *err);
/* Decodes from a named encoding ("GB18030", "ISO-8859-1" …) by iconv, strictly. */
int text_decode_from(const char *encoding, const char *bytes, size_t length, struct buf *utf8, struct err *err);
/* Encodes UTF-8 as `encoding`; a character it lacks becomes '?'. */
int text_encode(const char *encoding, const char *utf8, struct buf *out, struct err *err);

/* True if every code point of `part` occurs in `whole` in a row, ASCII letters compared without case. */
bool text_contains(const char *whole, const char *part);

#endif
