/* One model of a printed document. It is built once, then drawn as text for line printers (page_text) or as PDF (page_pdf);
 * whoever writes a document says what stands on the paper and never how wide, on which page, or with which library.
 *
 *   struct page_head head = { .title = _("Shift report"), .unit = unit, .report = "R-26-B031", .made_at = at };
 *   struct page *page = page_new(&head);
 *   page_pairs(page, 3);                                 head of the form: three label: value pairs on a row
 *   page_pair(page, _("Date"), "2026-07-01");
 *   page_pair(page, _("Leader"), NULL);                  empty: room to write by hand
 *   page_heading(page, 1, _("Events of the shift"));
 *   static const struct page_column columns[] = { { .label = N_("Time"), .width = 5 }, { .label = N_("What happened"), .weight = 1 } };
 *   page_table(page, columns, 2, _("Nothing was entered"));
 *   page_row(page, struck ? PAGE_STRUCK : 0, (const char *[]){ time, text });
 *   page_signatures(page, 2);
 *   page_signature(page, _("Outgoing A"), name, time);   NULL, NULL: a line to sign on
 *   page_digest(page, hash); page_set_hash(page, hash);
 *   page_pdf(page, &options, out, err);
 *   page_free(page);
 *
 * Every text is UTF-8, already translated (column labels excepted, see there), copied at once, and made visible by text_visible:
 * newlines stay where it is said. NULL is the empty text. A call that adds to a block (page_pair, page_row, page_signature) must
 * follow the call that began it; anything else is a programmer's mistake and aborts. */
#ifndef PAPER_PAGE_H
#define PAPER_PAGE_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;
struct page;

struct page_head {
  const char *title;  /* centred on page 1, small on the others */
  const char *unit;   /* line under the title: unit and what is covered; may be NULL */
  const char *report; /* the report's number, on each page and in the QR; NULL for a form without one */
  const char *hash;   /* hex digits, on each page and in the QR; NULL until page_set_hash */
  const char *footer; /* facts at the foot of each page, such as who printed it and when; may be NULL */
  int64_t made_at;    /* the PDF's date; the same document must give the same bytes, so never clock_now() when reprinting */
  int copy;           /* 0 = the original; n > 0 is stamped "copy n" on each page */
  bool exercise;      /* EXERCISE across each PDF page and as a banner line on each text page */
  bool landscape;     /* wide tables: A4 turned, unless the options say otherwise; does not concern text */
};

/* page_free(NULL) is harmless. */
struct page *page_new(const struct page_head *head);
void page_free(struct page *page);

/* What a document holds as 32 hex digits (BLAKE2b-128) into hex[33]: head and blocks, but not the hash, the copy number and the footer, so
 * that a reprint has the hash of the original. It depends on the message language, never on layout, paper or font. */
#define PAGE_DIGEST 33
void page_digest(const struct page *page, char hex[PAGE_DIGEST]);
void page_set_hash(struct page *page, const char *hash);

/* ---- Blocks, in the order in which they stand on the paper ---- */

/* level 1: a part of the document, 2: a smaller one. A heading never stands alone at the foot of a page. */
void page_heading(struct page *page, int level, const char *text);

enum page_mark {
  PAGE_STRUCK = 1, /* struck through and still readable: a line through it in PDF, a translated "[struck]" in front in text */
  PAGE_BOLD = 2,   /* heavier in PDF; nothing in text, so it must never carry the meaning alone */
  PAGE_BOX = 4,    /* rows: an empty tick box before the first cell */
  PAGE_TICKED = 8, /* rows: a ticked one */
  PAGE_TALL = 16,  /* rows: high enough to write in by hand */
  PAGE_SPAN = 32,  /* rows: only cells[0], across all columns, shaded: the name of a group of rows */
};

/* Running text; newlines begin new lines. marks: PAGE_STRUCK, PAGE_BOLD. */
void page_paragraph(struct page *page, unsigned marks, const char *text);

/* Something that must not be overlooked: a frame with its label in bold (may be NULL) and its text (newlines stay). Not split over pages
 * if it fits on one. */
void page_note(struct page *page, const char *label, const char *text);

/* A ruled grid of label: value pairs, `across` (1 to 4) on a row. A row with nothing but empty values is high
 * enough to write in by hand. Values wrap; newlines stay. */
void page_pairs(struct page *page, int across);
void page_pair(struct page *page, const char *label, const char *value);
void page_pair_wide(struct page *page, const char *label, const char *value); /* takes a row of its own */

enum page_align { PAGE_LEFT, PAGE_RIGHT, PAGE_CENTRE };

struct page_column {
  const char *label; /* msgid: translated by the engine, so that columns can stand in a static const table with N_() */
  int width;         /* fixed, in columns of text (a Chinese character takes 2), without borders; 0: shares what is left by weight */
  int weight;        /* share of what is left; 0 counts as 1 */
  enum page_align align;
  bool cut; /* one line ending in "…" instead of wrapping: for what is only a hint, never for a record */
};

/* A ruled table. Its head row stands again on each page; a row is split over pages only if it is taller than one. With no rows, it says
 * `empty` on a row of its own (NULL: no row). Fixed widths that do not fit are shrunk in proportion. At most PAGE_COLUMNS columns. */
#define PAGE_COLUMNS 40
void page_table(struct page *page, const struct page_column *columns, size_t count, const char *empty);
/* cells: as many texts as columns (one with PAGE_SPAN), each may be NULL; newlines stay. */
void page_row(struct page *page, unsigned marks, const char *const cells[]);
void page_blank_rows(struct page *page, int count); /* empty rows to write in */

/* Boxes to sign in, `across` (1 to 4) on a row, kept together. `name` and `time` are printed; when NULL, a line is there to write on.
 * `time` may say more, such as "signed late" (newlines stay). */
void page_signatures(struct page *page, int across);
void page_signature(struct page *page, const char *label, const char *name, const char *time);

/* `count` ruled lines to write on, after a label (may be NULL). */
void page_lines(struct page *page, const char *label, int count);

void page_space(struct page *page, int lines); /* empty lines of text; at the head of a page nothing */
void page_break(struct page *page);            /* what follows begins a new page; at the head of a page nothing */

/* Blocks between the two stay on one page if they fit on one. Not nested. */
void page_together(struct page *page);
void page_together_end(struct page *page);

/* ---- Drawing ---- */

enum page_paper { PAGE_AS_DOCUMENT, PAGE_PORTRAIT, PAGE_LANDSCAPE }; /* all A4 */

struct page_options {
  enum page_paper paper;         /* PDF */
  const char *font;              /* PDF: family to try first; NULL or "": WenQuanYi Micro Hei, then Noto Sans CJK SC */
  int columns;                   /* text: 40 to 250; 72 and 132 are the usual ones */
  int lines;                     /* text: lines on a page, at least 20, with a form feed between pages; 0: one endless page, no breaks */
  enum text_ambiguous ambiguous; /* text: Chinese line printers take TEXT_WIDE */
  bool line_drawing;             /* text: ┌─┐ instead of +-+ */
};

#define PAGE_OPTIONS_INIT                                                                                                                  \
  {                                                                                                                                        \
    PAGE_AS_DOCUMENT, NULL, 72, 60, TEXT_NARROW, false                                                                                     \
  }

/* UTF-8 text with "\n" line ends, no line wider than options->columns, no trailing blanks. -1: columns or lines out of range. */
int page_text(const struct page *page, const struct page_options *options, struct buf *out, struct err *err);

/* A PDF file of A4 pages with embedded, subset fonts and nothing nearer to an edge than 15 mm. The same document gives the same bytes
 * wherever the same libraries and fonts are installed. Without libqrencode the number and hash stand there as text only. -1: built
 * without PDF, a library is not installed, or no installed font has a character (the message names the package). */
int page_pdf(const struct page *page, const struct page_options *options, struct buf *out, struct err *err);
bool page_can_pdf(void); /* built with it: what a menu offers; says nothing about the libraries being installed */

#endif
