#include "paper/page_flow.h"

struct flow {
  const struct flow_painter *painter;
  int page;
  double y, room;
  const struct flow_piece *open; /* the head of the table that y stands in */
};

/* Sums are of a few hundred numbers: they may differ by rounding from a room that they fill exactly. */
#define TINY 0.001

static void close_table(struct flow *flow)
{
  if (!flow->open) return;
  flow->painter->close(flow->painter->context, flow->open, flow->page, flow->y);
  flow->y += flow->open->after;
  flow->open = NULL;
}

static void next_page(struct flow *flow)
{
  close_table(flow);
  flow->page++;
  flow->y = 0;
  flow->room = flow->painter->room(flow->painter->context, flow->page);
}

/* What the piece takes at height y when the table `open` is open there, without what closes its own table. */
static double takes(const struct flow_piece *piece, double y, const struct flow_piece *open)
{
  double height = piece->height;

  if (piece->head == open) return height + (y > 0 ? piece->before : 0);
  if (open) height += open->after;
  if (!piece->head) return height + (y > 0 || open ? piece->before : 0);
  return height + piece->head->height + (y > 0 || open ? piece->head->before : 0);
}

static double run_takes(const struct flow_piece *first, const struct flow_piece *last, double y, const struct flow_piece *open)
{
  double start = y;

  for (const struct flow_piece *piece = first; piece <= last; piece++) {
    y += takes(piece, y, open);
    open = piece->head;
  }
  return y - start + (open ? open->after : 0);
}

static void place(struct flow *flow, const struct flow_piece *piece, int from, int lines)
{
  const struct flow_painter *painter = flow->painter;
  bool under_head = piece->head && piece->head != flow->open, lead;

  if (piece->head != flow->open) close_table(flow);
  if (under_head) {
    lead = flow->y > 0;
    flow->y += lead ? piece->head->before : 0;
    painter->place(painter->context, piece->head, flow->page, flow->y, 0, piece->head->lines, lead);
    flow->y += piece->head->height;
    flow->open = piece->head;
  }
  lead = flow->y > 0 && !under_head;
  flow->y += lead ? piece->before : 0;
  painter->place(painter->context, piece, flow->page, flow->y, from, lines, lead);
  flow->y += lines < piece->lines ? piece->padding + lines * piece->line : piece->height;
}

static double closing(const struct flow_piece *piece)
{
  return piece->head ? piece->head->after : 0;
}

static void place_split(struct flow *flow, const struct flow_piece *piece)
{
  for (int from = 0, lines; from < piece->lines; from += lines) {
    double others = takes(piece, flow->y, flow->open) - piece->height + piece->padding + closing(piece);

    lines = (int)((flow->room - flow->y - others + TINY) / piece->line);
    if (lines < 1) lines = 1;
    if (lines > piece->lines - from) lines = piece->lines - from;
    place(flow, piece, from, lines);
    if (from + lines < piece->lines) next_page(flow);
  }
}

/* It has to be split anyhow, and enough of it fits here to begin at once. */
static bool splits_here(const struct flow *flow, const struct flow_piece *piece)
{
  enum { WORTHWHILE = 5 }; /* lines */
  double whole = flow->painter->room(flow->painter->context, flow->page + 1);
  double others = takes(piece, flow->y, flow->open) - piece->height + piece->padding + closing(piece);

  return piece->line > 0 && takes(piece, 0, NULL) + closing(piece) > whole + TINY &&
         others + WORTHWHILE * piece->line <= flow->room - flow->y + TINY;
}

static void place_or_break(struct flow *flow, const struct flow_piece *piece)
{
  if (flow->y > 0 && takes(piece, flow->y, flow->open) + closing(piece) > flow->room - flow->y + TINY && !splits_here(flow, piece))
    next_page(flow);
  if (piece->line > 0 && takes(piece, flow->y, flow->open) + closing(piece) > flow->room - flow->y + TINY)
    place_split(flow, piece);
  else
    place(flow, piece, 0, piece->lines);
}

/* The last piece that must stand on the same page as `first`. */
static const struct flow_piece *last_kept(const struct flow_piece *first, const struct flow_piece *end)
{
  const struct flow_piece *last = first;

  while (last->keep && last + 1 < end && !last[1].breaks) last++;
  return last;
}

static const struct flow_piece *last_of_group(const struct flow_piece *first, const struct flow_piece *end)
{
  const struct flow_piece *last = first;

  while (last + 1 < end && last[1].group == first->group) last++;
  return last;
}

static bool fits(const struct flow *flow, const struct flow_piece *first, const struct flow_piece *last)
{
  return run_takes(first, last, flow->y, flow->open) <= flow->room - flow->y + TINY;
}

/* Begins a page if the run does not fit here but would there. */
static void make_room(struct flow *flow, const struct flow_piece *first, const struct flow_piece *last)
{
  double whole = flow->painter->room(flow->painter->context, flow->page + 1);

  if (flow->y > 0 && !fits(flow, first, last) && run_takes(first, last, 0, NULL) <= whole + TINY) next_page(flow);
}

int flow_run(const struct flow_piece *pieces, size_t count, const struct flow_painter *painter)
{
  struct flow flow = { painter, 0, 0, painter->room(painter->context, 0), NULL };
  const struct flow_piece *end = count ? pieces + count : pieces;

  for (const struct flow_piece *piece = pieces; piece < end; piece++) {
    if (piece->breaks) {
      if (flow.y > 0) next_page(&flow);
      continue;
    }
    if (piece->group && (piece == pieces || piece[-1].group != piece->group)) make_room(&flow, piece, last_of_group(piece, end));
    if (piece == pieces || !piece[-1].keep) make_room(&flow, piece, last_kept(piece, end));
    place_or_break(&flow, piece);
  }
  close_table(&flow);
  return flow.page + 1;
}
