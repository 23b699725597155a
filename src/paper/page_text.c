#include "paper/page.h"

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "paper/page_flow.h"
#include "paper/page_strip.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct body {
  struct buf text;
  int lines;
};

struct sheet {
  const struct page *page;
  const struct page_options *options;
  struct flow_piece *pieces; /* content: struct strip */
  size_t count, room;
  struct flow_piece **heads; /* of tables; pieces point at them, so each stays where it is */
  size_t head_count;
  struct strip top, later_top; /* above the body of page 1, of the others */
  int foot_lines;
  struct body *bodies;
  int body_count;
  const struct strip *last; /* placed */
};

/* ---- Pieces ---- */

static struct flow_piece *add_piece(struct sheet *sheet, struct strip strip, int group)
{
  struct flow_piece *piece;

  if (sheet->count == sheet->room) {
    sheet->room = sheet->room ? sheet->room * 2 : 64;
    sheet->pieces = mem_grow(sheet->pieces, sheet->room, sizeof *sheet->pieces);
  }
  piece = &sheet->pieces[sheet->count++];
  *piece = (struct flow_piece){ .height = strip.count, .line = 1, .lines = strip.count, .group = group };
  piece->content = mem_zero(1, sizeof strip);
  *(struct strip *)piece->content = strip;
  return piece;
}

static void free_piece(struct flow_piece *piece)
{
  page_strip_free(piece->content);
  free(piece->content);
}

/* Blank lines above a block, by what stands above it. */
static int gap(const struct page_block *block, const struct page *page)
{
  enum page_kind above = block > page->blocks ? block[-1].kind : PAGE_BREAK;

  if (above == PAGE_SPACE || above == PAGE_BREAK) return 0;
  if (block->kind == PAGE_HEADING) return 1;
  return above != PAGE_HEADING && (above != PAGE_PARAGRAPH || block->kind != PAGE_PARAGRAPH);
}

static void add_heading(struct sheet *sheet, const struct page_block *block)
{
  struct strip strip = STRIP_INIT;
  char *text = mem_printf(block->number == 1 ? "== %s ==" : "-- %s --", block->text);
  struct flow_piece *piece;

  page_strip_wrap(&strip, text, sheet->options);
  free(text);
  piece = add_piece(sheet, strip, block->group);
  piece->before = gap(block, sheet->page);
  piece->keep = true;
}

/* Each line is a piece, so that a paragraph may go on on the next page; its first two and last two lines stay together. */
static void add_paragraph(struct sheet *sheet, const struct page_block *block)
{
  char *text = mem_printf("%s%s", block->marks & PAGE_STRUCK ? _("[struck] ") : "", block->text);
  struct strip all = STRIP_INIT;
  const char *at;

  page_strip_wrap(&all, text, sheet->options);
  free(text);
  at = buf_text(&all.lines);
  for (int i = 0; i < all.count; i++) {
    const char *end = strchr(at, '\n') + 1;
    struct strip line = { .count = 1 };
    struct flow_piece *piece;

    buf_add(&line.lines, at, (size_t)(end - at));
    piece = add_piece(sheet, line, block->group);
    piece->before = i ? 0 : gap(block, sheet->page);
    piece->keep = (i == 0 || i == all.count - 2) && i < all.count - 1;
    at = end;
  }
  page_strip_free(&all);
}

static void add_ruled_lines(struct sheet *sheet, const struct page_block *block)
{
  struct strip label = STRIP_INIT;

  if (*block->label) {
    struct flow_piece *piece;

    page_strip_wrap(&label, block->label, sheet->options);
    piece = add_piece(sheet, label, block->group);
    piece->before = gap(block, sheet->page);
    piece->keep = true;
  }
  for (int i = 0; i < block->number; i++) {
    struct strip line = STRIP_INIT;

    page_strip_fill(&line, "_", sheet->options);
    add_piece(sheet, line, block->group)->before = 1;
  }
}

static const struct flow_piece *add_head(struct sheet *sheet, const struct strip *strip, int before)
{
  struct flow_piece *head = mem_zero(1, sizeof *head);

  sheet->heads = mem_grow(sheet->heads, sheet->head_count + 1, sizeof *sheet->heads);
  sheet->heads[sheet->head_count++] = head;
  *head = (struct flow_piece){ .before = before, .height = strip->count, .after = 1, .lines = strip->count };
  head->content = mem_zero(1, sizeof *strip);
  *(struct strip *)head->content = *strip;
  return head;
}

static bool names_a_group(const struct grid *grid, const struct grid_row *row)
{
  return grid->columns > 1 && row->count == 1 && row->cells[0].shaded;
}

static int add_grid(struct sheet *sheet, const struct page_block *block, struct err *err)
{
  struct text_grid drawn = { .count = 0 };
  struct grid grid;
  int result = 0;

  if (!grid_make(&grid, block, sheet->options->ambiguous)) ERR_BUG("a block of a document that text cannot draw");
  if (grid.count) result = text_grid_draw(&drawn, &grid, sheet->options, err);
  if (grid.count && result == 0) {
    const struct flow_piece *head = add_head(sheet, &drawn.head, gap(block, sheet->page));

    for (size_t i = 0; i < drawn.count; i++) {
      struct flow_piece *piece = add_piece(sheet, drawn.rows[i], block->group);

      piece->head = head;
      piece->before = drawn.apart[i];
      piece->keep = i + 1 < drawn.count && (names_a_group(&grid, &grid.rows[i + grid.has_head]) || block->kind == PAGE_SIGNATURES);
    }
    if (!drawn.count) add_piece(sheet, (struct strip)STRIP_INIT, block->group)->head = head;
  }
  free(drawn.rows);
  free(drawn.apart);
  grid_free(&grid);
  return result;
}

static int add_block(struct sheet *sheet, const struct page_block *block, struct err *err)
{
  switch (block->kind) {
  case PAGE_HEADING: add_heading(sheet, block); return 0;
  case PAGE_PARAGRAPH: add_paragraph(sheet, block); return 0;
  case PAGE_LINES: add_ruled_lines(sheet, block); return 0;
  case PAGE_SPACE: add_piece(sheet, (struct strip)STRIP_INIT, block->group)->before = block->number; return 0;
  case PAGE_BREAK: add_piece(sheet, (struct strip)STRIP_INIT, 0)->breaks = sheet->options->lines > 0; return 0;
  default: return add_grid(sheet, block, err);
  }
}

/* ---- Around the body ---- */

static char *copy_text(const struct page_head *head)
{
  /* L10N: stamp on a reprint; the first print is the original */
  return head->copy > 0 ? mem_printf(_("copy %d"), head->copy) : mem_dup("");
}

static void draw_banner(struct strip *top, const struct sheet *sheet)
{
  if (sheet->page->head.exercise) page_strip_wrap_centred(top, _("*** EXERCISE *** not a real event *** EXERCISE ***"), sheet->options);
}

static void draw_tops(struct sheet *sheet)
{
  const struct page_head *head = &sheet->page->head;
  const struct page_options *options = sheet->options;
  char *running = mem_printf("%s%s%s", head->title, *head->unit ? "  " : "", head->unit);

  draw_banner(&sheet->top, sheet);
  page_strip_wrap_centred(&sheet->top, head->title, options);
  if (*head->unit) page_strip_wrap_centred(&sheet->top, head->unit, options);
  page_strip_fill(&sheet->top, "=", options);
  draw_banner(&sheet->later_top, sheet);
  text_fit(&sheet->later_top.lines, running, options->columns, options->ambiguous);
  page_strip_end_line(&sheet->later_top);
  page_strip_fill(&sheet->later_top, "-", options);
  free(running);
}

static struct strip draw_foot(const struct sheet *sheet, int page, int pages)
{
  const struct page_head *head = &sheet->page->head;
  char *copy = copy_text(head), *place = mem_printf(_("Page %d of %d"), page, pages);
  struct strip foot = STRIP_INIT;
  struct buf left = BUF_INIT;

  buf_adds(&left, head->report);
  buf_addf(&left, "%s%s", left.length && *head->hash ? "  " : "", head->hash);
  buf_addf(&left, "%s%s", left.length && *copy ? "  " : "", copy);
  page_strip_fill(&foot, "-", sheet->options);
  page_strip_both_ends(&foot, buf_text(&left), place, sheet->options);
  if (*head->footer) page_strip_wrap(&foot, head->footer, sheet->options);
  buf_free(&left);
  free(copy);
  free(place);
  return foot;
}

static int most_foot_lines(const struct sheet *sheet)
{
  struct strip foot = draw_foot(sheet, 9999, 9999);
  int lines = foot.count;

  page_strip_free(&foot);
  return lines;
}

/* ---- Flow ---- */

static double room(void *context, int page)
{
  const struct sheet *sheet = context;
  int top = page ? sheet->later_top.count : sheet->top.count;
  int lines = sheet->options->lines - top - sheet->foot_lines;

  if (!sheet->options->lines) return HUGE_VAL;
  return lines > 5 ? lines : 5;
}

static struct body *body_of(struct sheet *sheet, int page)
{
  while (sheet->body_count <= page) {
    sheet->bodies = mem_grow(sheet->bodies, (size_t)sheet->body_count + 1, sizeof *sheet->bodies);
    sheet->bodies[sheet->body_count++] = (struct body){ BUF_INIT, 0 };
  }
  return &sheet->bodies[page];
}

static void blank_lines_to(struct body *body, int line)
{
  for (; body->lines < line; body->lines++) buf_addc(&body->text, '\n');
}

static void add_rule_line(struct body *body, const char *line)
{
  buf_adds(&body->text, line);
  buf_addc(&body->text, '\n');
  body->lines++;
}

static void place(void *context, const struct flow_piece *piece, int page, double y, int from, int lines, bool lead)
{
  struct sheet *sheet = context;
  struct body *body = body_of(sheet, page);
  const struct strip *strip = piece->content;
  const char *at = buf_text(&strip->lines);

  blank_lines_to(body, (int)y - (lead ? (int)piece->before : 0));
  if (lead && piece->before > 0 && strip->lead) add_rule_line(body, strip->lead);
  blank_lines_to(body, (int)y);
  for (int line = 0; line < from + lines; line++) {
    const char *end = strchr(at, '\n') + 1;

    if (line >= from) buf_add(&body->text, at, (size_t)(end - at));
    at = end;
  }
  body->lines += lines;
  if (strip->close) sheet->last = strip;
}

static void close_table(void *context, const struct flow_piece *head, int page, double y)
{
  struct sheet *sheet = context;

  (void)head;
  (void)y;
  add_rule_line(body_of(sheet, page), sheet->last->close);
}

static void write_pages(struct sheet *sheet, int pages, struct buf *out)
{
  for (int page = 0; page < pages; page++) {
    struct strip foot = draw_foot(sheet, page + 1, pages);
    struct body *body = body_of(sheet, page);

    if (page) buf_addc(out, '\f');
    if (sheet->options->lines) blank_lines_to(body, (int)room(sheet, page) + sheet->foot_lines - foot.count);
    buf_adds(out, buf_text(page ? &sheet->later_top.lines : &sheet->top.lines));
    buf_add(out, buf_text(&body->text), body->text.length);
    buf_adds(out, buf_text(&foot.lines));
    page_strip_free(&foot);
  }
}

static void free_sheet(struct sheet *sheet)
{
  for (size_t i = 0; i < sheet->count; i++) free_piece(&sheet->pieces[i]);
  for (size_t i = 0; i < sheet->head_count; i++) {
    free_piece(sheet->heads[i]);
    free(sheet->heads[i]);
  }
  for (int i = 0; i < sheet->body_count; i++) buf_free(&sheet->bodies[i].text);
  free(sheet->pieces);
  free(sheet->heads);
  free(sheet->bodies);
  page_strip_free(&sheet->top);
  page_strip_free(&sheet->later_top);
}

int page_text(const struct page *page, const struct page_options *options, struct buf *out, struct err *err)
{
  enum { LEAST_COLUMNS = 40, MOST_COLUMNS = 250, LEAST_LINES = 20 };
  struct sheet sheet = { .page = page, .options = options };
  struct flow_painter painter = { &sheet, room, place, close_table };
  int result = 0;

  if (options->columns < LEAST_COLUMNS || options->columns > MOST_COLUMNS)
    return err_usage(err, _("Text %d columns wide cannot be printed: it takes %d to %d"), options->columns, LEAST_COLUMNS, MOST_COLUMNS);
  if (options->lines && options->lines < LEAST_LINES)
    return err_usage(err, _("Pages of %d lines are too short to print on: at least %d, or 0 for no pages"), options->lines, LEAST_LINES);
  draw_tops(&sheet);
  sheet.foot_lines = most_foot_lines(&sheet);
  for (size_t i = 0; i < page->count && result == 0; i++) result = add_block(&sheet, &page->blocks[i], err);
  if (result == 0) write_pages(&sheet, flow_run(sheet.pieces, sheet.count, &painter), out);
  free_sheet(&sheet);
  return result;
}
