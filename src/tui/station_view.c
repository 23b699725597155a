#include "tui/station_view.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/stations.h"
#include "tui/doing.h"
#include "tui/rows.h"
#include "tui/unit_view.h"

enum {
  CELL_NAME,
  CELL_CONTACT,
  CELL_WAY,
  CELL_CLOCK,
  CELL_RECEIVED,
  CELL_ANSWERED,
  CELL_TOLD,
  CELL_FINISHED,
  CELL_GAPS,
  CELL_ORDERS,
  CELLS
};

static const struct {
  const char *heading;
  int columns; /* 0: what the others leave */
} columns[CELLS] = {
  [CELL_NAME] = { N_("Unit"), 0 },     [CELL_CONTACT] = { N_("Last contact"), 13 }, [CELL_WAY] = { N_("Lacks"), 6 }, /* L10N: 未收 */
  [CELL_CLOCK] = { N_("Clock ±"), 8 },                                                                               /* L10N: 时差 */
  [CELL_RECEIVED] = { N_("Recv"), 6 },                                                                               /* L10N: 收到 */
  [CELL_ANSWERED] = { N_("Answ"), 6 },                                                                               /* L10N: 叫应 */
  [CELL_TOLD] = { N_("Told"), 7 },                                                                                   /* L10N: 传达 */
  [CELL_FINISHED] = { N_("Done"), 6 },                                                                               /* L10N: 办结 */
  [CELL_GAPS] = { N_("Gaps"), 6 },                                                                                   /* L10N: 缺岗 */
  [CELL_ORDERS] = { N_("Orders"), 7 },                                                                               /* L10N: 督办 */
};

struct unit_line {
  int64_t area;
  enum style style;
  char *cells[CELLS];
};

struct station_view {
  struct view view;
  struct unit_line *units;
  int count;
  struct rows rows;
};

/* --- reading -------------------------------------------------------------------------------------------------------------- */

static char *clock_cell(int64_t skew)
{
  char length[CLOCK_TEXT];
  int64_t size = skew < 0 ? -skew : skew;

  if (size < CLOCK_MINUTE) return mem_dup("");
  return mem_printf("%c%s", skew > 0 ? '+' : '-', clock_length(length, size));
}

static char *orders_cell(const struct station_line *line)
{
  if (line->orders == 0) return mem_dup("");
  return mem_printf("%s%d/%d", line->late > 0 ? "!" : "", line->orders - line->unanswered, line->orders);
}

/* One that begins within a day wants to be asked about now. */
static char *gaps_cell(const struct station_line *line)
{
  if (line->gaps < 0) return mem_dup("-");
  return mem_printf("%s%" PRId64, line->gap_from > 0 && line->gap_from < clock_now() + CLOCK_DAY ? "!" : "", line->gaps);
}

static bool take_station(void *context, const struct station_line *line)
{
  struct station_view *view = context;
  char time[CLOCK_TEXT];

  view->units = mem_grow(view->units, (size_t)view->count + 1, sizeof *view->units);
  struct unit_line *unit = &view->units[view->count++];
  *unit = (struct unit_line){ .area = line->area };
  unit->style = line->late > 0 || line->received < line->warnings ? STYLE_LATE : STYLE_NORMAL;
  unit->cells[CELL_NAME] = mem_dup(line->name);
  unit->cells[CELL_CONTACT] = mem_dup(line->contact > 0   ? clock_text(time, line->contact, CLOCK_SHORT)
                                      : line->has_machine ? _("never")
                                                          : "-");
  unit->cells[CELL_WAY] = line->has_machine ? mem_printf("%" PRId64, line->undelivered) : mem_dup("-");
  unit->cells[CELL_CLOCK] = clock_cell(line->skew);
  unit->cells[CELL_RECEIVED] = mem_printf("%d/%d", line->received, line->warnings);
  unit->cells[CELL_ANSWERED] = mem_printf("%d/%d", line->answered, line->warnings);
  unit->cells[CELL_TOLD] = line->all > 0 ? mem_printf("%d/%d", line->told, line->all) : mem_dup("");
  unit->cells[CELL_FINISHED] = mem_printf("%d/%d", line->finished, line->warnings);
  unit->cells[CELL_GAPS] = gaps_cell(line);
  unit->cells[CELL_ORDERS] = orders_cell(line);
  return true;
}

static void drop_units(struct station_view *view)
{
  for (int i = 0; i < view->count; i++)
    for (int cell = 0; cell < CELLS; cell++) free(view->units[i].cells[cell]);
  view->count = 0;
}

static int refresh(struct view *base, struct shell *shell, struct err *err)
{
  struct station_view *view = (struct station_view *)base;

  drop_units(view);
  int status = station_each(&shell->desk, take_station, view, err);
  rows_set(&view->rows, view->count);
  return status;
}

/* --- doing ---------------------------------------------------------------------------------------------------------------- */

static const struct unit_line *chosen(const struct station_view *view)
{
  return view->rows.chosen >= 0 && view->rows.chosen < view->count ? &view->units[view->rows.chosen] : NULL;
}

static void open_unit(struct view *base, struct shell *shell)
{
  const struct unit_line *unit = chosen((struct station_view *)base);

  if (unit != NULL) shell_push(shell, unit_view_open(shell, unit->area, unit->cells[CELL_NAME]));
}

/* The area stands in the form already; NULL: all of them. */
static void ask(struct shell *shell, const struct unit_line *unit, const char *name)
{
  char code[13];
  const struct doing_given of_unit[] = { { "area", unit != NULL ? area_text(unit->area, code) : NULL }, { NULL, NULL } };

  doing_form(shell, name, 0, unit != NULL ? unit->cells[CELL_NAME] : _("every unit below"), unit != NULL ? of_unit : of_unit + 1);
}

static void ask_chosen(struct view *base, struct shell *shell, const char *name)
{
  const struct unit_line *unit = chosen((struct station_view *)base);
  if (unit != NULL) ask(shell, unit, name);
}

static void send_order(struct view *base, struct shell *shell)
{
  ask_chosen(base, shell, "station.order");
}

static void send_check(struct view *base, struct shell *shell)
{
  ask_chosen(base, shell, "station.check");
}

static void order_to_all(struct view *base, struct shell *shell)
{
  (void)base;
  ask(shell, NULL, "station.order");
}

static void check_all(struct view *base, struct shell *shell)
{
  (void)base;
  ask(shell, NULL, "station.check");
}

static void send_warning(struct view *base, struct shell *shell)
{
  (void)base;
  doing_named(shell, "warning.paste", 0);
}

static bool key(struct view *base, struct shell *shell, const struct key *key)
{
  return rows_key(&((struct station_view *)base)->rows, shell->terminal, key);
}

/* --- drawing -------------------------------------------------------------------------------------------------------------- */

static int width_of(int cell, struct area area)
{
  int rest = area.columns;

  if (columns[cell].columns > 0) return columns[cell].columns;
  for (int i = 0; i < CELLS; i++) rest -= columns[i].columns;
  return rest > 0 ? rest : 0;
}

static void draw_cells(struct terminal *terminal, struct area area, enum style style, char *const cells[CELLS])
{
  int column = area.left;

  for (int i = 0; i < CELLS; i++) {
    int width = width_of(i, area);
    if (width == 0) continue;
    draw_text(terminal, area.top, column, width - 1, style, cells != NULL ? cells[i] : _(columns[i].heading));
    draw_text(terminal, area.top, column + width - 1, 1, style, "");
    column += width;
  }
}

static void draw_unit(void *context, struct terminal *terminal, int row, struct area area, bool is_chosen)
{
  const struct station_view *view = context;
  draw_cells(terminal, area, is_chosen ? STYLE_SELECTED : view->units[row].style, view->units[row].cells);
}

static void draw(struct view *base, struct shell *shell, struct area area)
{
  struct station_view *view = (struct station_view *)base;
  struct area lines = { area.top + 1, area.left, area.rows - 1, area.columns };

  draw_cells(shell->terminal, area, STYLE_HEADING, NULL);
  rows_place(&view->rows, lines);
  rows_draw(&view->rows, shell->terminal, draw_unit, view);
  if (view->count == 0)
    draw_text(shell->terminal, lines.top, lines.left, lines.columns, STYLE_FAINT, _("No unit below this station is on record."));
}

static const char *title(struct view *base, struct shell *shell)
{
  (void)base, (void)shell;
  return _("Units below"); /* L10N: 下级值班点 */
}

static void close_view(struct view *base, struct shell *shell)
{
  struct station_view *view = (struct station_view *)base;

  (void)shell;
  drop_units(view);
  free(view->units);
  free(view);
}

static const struct binding bindings[] = {
  { KEY_CODE_ENTER, N_("open"), N_("What came from the chosen unit, and what was sent to it."), open_unit },
  { '1', N_("order"), N_("An order with a deadline to the chosen unit; its reply comes back."), send_order },
  { '2', N_("duty check"), N_("Asks the chosen unit whether its desk is manned."), send_check },
  { '3', N_("warning"), N_("A warning for all units in its area."), send_warning },
  { '4', N_("order to all"), N_("An order to every unit here; each answers for itself."), order_to_all },
  { '5', N_("check all"), N_("Asks every unit here whether its desk is manned."), check_all },
  { KEY_CODE_ESC, N_("back"), N_("Back to where you were."), NULL },
  { .code = 0 },
};

static const struct view_class class = {
  .name = N_("Units below"),
  .bindings = bindings,
  .title = title,
  .draw = draw,
  .key = key,
  .refresh = refresh,
  .close = close_view,
  .follows_clock = true,
};

struct view *station_view_open(struct shell *shell)
{
  struct station_view *view = mem_zero(1, sizeof *view);

  (void)shell;
  view->view.class = &class;
  view->view.is_stale = true;
  return &view->view;
}
