/* A document as JSON: what a printout keeps, so that a reprint is the same to the letter. */
#ifndef PAPER_PAGE_JSON_H
#define PAPER_PAGE_JSON_H

struct buf;
struct err;
struct page;

/* Head (without hash, copy number and footer) and blocks. Appends. */
void page_write(const struct page *page, struct buf *out);
/* The same document again: page_digest of it equals that of the one written. NULL: not such a text. The caller frees. */
struct page *page_read(const char *text, struct err *err);
/* What a reprint is stamped with. */
void page_set_copy(struct page *page, int copy, const char *footer);

#endif
