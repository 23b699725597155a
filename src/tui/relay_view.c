#include "tui/relay_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/choices.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/relay.h"
#include "desk/warning.h"
#include "tui/detail_view.h"
#include "tui/doing.h"
#include "tui/sheet.h"

enum { CELL_TOLD, CELL_NAME, CELL_SPECIAL, CELL_HEAD, CELL_PHONE, CELL_GROUP };
enum { HEAD_ROWS = 3 /* whom and how many, the channel, headings */ };

static const struct sheet_column columns[] = {
  [CELL_TOLD] = { N_("Told"), 16 },        [CELL_NAME] = { N_("Household"), 18 }, [CELL_SPECIAL] = { N_("Special"), 0 },
  [CELL_HEAD] = { N_("Householder"), 12 }, [CELL_PHONE] = { N_("Phone"), 13 },    { NULL, 0 }
};

struct relay_view {
  struct view view;
  record_id relay;
  char *audience;
  struct relay_count count;
  bool unreached_only;
  int channel; /* index into warning_channels: how those are told who are marked now */
  struct sheet sheet;
};

/* --- reading -------------------------------------------------------------------------------------------------------------- */

static char *told_cell(const struct relay_line *line)
{
  char time[CLOCK_TEXT];

  if (!line->is_told) return mem_dup(_("not told"));
  return mem_printf("%s %s", clock_text(time, line->told_at, CLOCK_TIME),
                    line->channel != NULL ? choice_label(warning_channels, line->channel) : "");
}

static char *special_cell(const struct relay_line *line)
{
  struct buf text = BUF_INIT;

  if (line->at_risk) buf_adds(&text, _("at risk"));
  choice_labels(choice_special, line->special, &text);
  return buf_take(&text, NULL);
}

static bool take_line(void *context, const struct relay_line *line)
{
  struct relay_position position = { 0 };

  relay_position_of(line, &position);
  struct page_row *row = page_take(context, line->household, &position);
  row->mark = line->is_told ? '+' : line->is_special ? '!' : ' ';
  row->style = line->is_told ? STYLE_FAINT : line->is_special ? STYLE_LATE : STYLE_NORMAL;
  row->cells[CELL_TOLD] = told_cell(line);
  row->cells[CELL_NAME] = mem_dup(line->name != NULL ? line->name : "");
  row->cells[CELL_SPECIAL] = special_cell(line);
  row->cells[CELL_HEAD] = mem_dup(line->head != NULL ? line->head : line->guardian != NULL ? line->guardian : "");
  row->cells[CELL_PHONE] = mem_dup(line->phone != NULL ? line->phone : line->guardian_phone != NULL ? line->guardian_phone : "");
  row->cells[CELL_GROUP] = mem_dup(line->group != NULL ? line->group : "");
  return true;
}

static int read_lines(struct page *page, struct desk *desk, const void *after, bool backwards, int limit, struct page_reading *reading,
                      struct err *err)
{
  const struct relay_view *view = page->context;
  return relay_next(desk, view->relay, view->unreached_only, after, backwards, limit, take_line, reading, err);
}

_Static_assert(sizeof(struct relay_position) <= PAGE_POSITION, "a place in the list of a relay fits into a row");
static const struct page_source source = { sizeof(struct relay_position), read_lines };

static int refresh(struct view *base, struct shell *shell, struct err *err)
{
  struct relay_view *view = (struct relay_view *)base;

  if (relay_count(&shell->desk, view->relay, &view->count, err) < 0) return -1;
  return sheet_refresh(&view->sheet, shell, err);
}

/* --- doing ---------------------------------------------------------------------------------------------------------------- */

static const struct page_row *chosen(struct relay_view *view)
{
  return sheet_chosen(&view->sheet);
}

/* The one chosen, by its household's code or its name. Those told sink below the unreached, so the choice stays where it is: the next
 * one is there. */
static void tell_one(struct view *base, struct shell *shell)
{
  struct relay_view *view = (struct relay_view *)base;
  const struct page_row *row = chosen(view);

  if (row == NULL) return;
  int at = view->sheet.rows.chosen;
  char *name = mem_dup(row->cells[CELL_NAME]);
  const struct doing_given given[] = { { row->id != 0 ? "household" : "name", name },
                                       { "channel", warning_channels[view->channel].name },
                                       { NULL, NULL } };
  doing_given(shell, "relay.tell", view->relay, given);
  free(name);
  sheet_read(&view->sheet, shell);
  rows_choose(&view->sheet.rows, shell->terminal, at);
}

static void tell_group(struct view *base, struct shell *shell)
{
  struct relay_view *view = (struct relay_view *)base;
  const struct page_row *row = chosen(view);

  if (row == NULL) return;
  char *group = mem_dup(row->cells[CELL_GROUP]);
  const struct doing_given given[] = { { "group", group }, { "channel", warning_channels[view->channel].name }, { NULL, NULL } };
  if (*group == '\0')
    shell_say(shell, _("This one belongs to no group: mark it alone, or a range."));
  else
    doing_given(shell, "relay.tell", view->relay, given);
  free(group);
}

static void tell_range(struct view *base, struct shell *shell)
{
  const struct relay_view *view = (struct relay_view *)base;
  const struct doing_given given[] = { { "channel", warning_channels[view->channel].name }, { NULL, NULL } };

  doing_form(shell, "relay.tell", view->relay, NULL, given);
}

static void take_back(struct view *base, struct shell *shell)
{
  static const struct doing_given nothing[] = { { NULL, NULL } };
  doing_form(shell, "relay.untell", ((struct relay_view *)base)->relay, NULL, nothing);
}

static void next_channel(struct view *base, struct shell *shell)
{
  struct relay_view *view = (struct relay_view *)base;

  view->channel++;
  if (warning_channels[view->channel].name == NULL) view->channel = 0;
  shell_redraw(shell);
}

static void toggle_told(struct view *base, struct shell *shell)
{
  struct relay_view *view = (struct relay_view *)base;

  view->unreached_only = !view->unreached_only;
  sheet_first(&view->sheet, shell);
}

static void open_household(struct view *base, struct shell *shell)
{
  const struct page_row *row = chosen((struct relay_view *)base);
  if (row != NULL && row->id != 0) shell_push(shell, detail_view_open(shell, &household_kind, row->id));
}

static bool key(struct view *base, struct shell *shell, const struct key *key)
{
  return sheet_key(&((struct relay_view *)base)->sheet, shell, key);
}

/* --- drawing -------------------------------------------------------------------------------------------------------------- */

static void draw_head(const struct relay_view *view, struct terminal *terminal, struct area area)
{
  const struct relay_count *count = &view->count;
  char *counts = mem_printf(_("%s: unreached %d of %d (special %d), reached %d %%"), view->audience, count->unreached, count->all,
                            count->special_unreached, count->percent);
  char *channel = mem_printf(_("Marked as told by: %s"), _(warning_channels[view->channel].label));

  draw_text(terminal, area.top, area.left, area.columns, count->unreached > 0 ? STYLE_LATE : STYLE_STRONG, counts);
  draw_text(terminal, area.top + 1, area.left, area.columns, STYLE_LABEL, channel);
  free(counts);
  free(channel);
}

static void draw(struct view *base, struct shell *shell, struct area area)
{
  struct relay_view *view = (struct relay_view *)base;

  if (sheet_place(&view->sheet, (struct area){ area.top + HEAD_ROWS, area.left, area.rows - HEAD_ROWS, area.columns }))
    sheet_read(&view->sheet, shell);
  draw_head(view, shell->terminal, area);
  sheet_draw_table(&view->sheet, shell->terminal, columns);
  if (view->sheet.page.count == 0)
    draw_text(shell->terminal, area.top + HEAD_ROWS, area.left, area.columns, STYLE_FAINT,
              view->count.all > 0 ? _("Nobody is unreached.")
                                  : _("There is nobody on this list yet: enter the households of this village."));
}

static int64_t subject(struct view *base, struct shell *shell, const struct kind **kind)
{
  (void)shell;
  *kind = &relay_kind;
  return ((struct relay_view *)base)->relay;
}

static const char *title(struct view *base, struct shell *shell)
{
  (void)base, (void)shell;
  return _("Relay");
}

static void close_view(struct view *base, struct shell *shell)
{
  struct relay_view *view = (struct relay_view *)base;

  (void)shell;
  sheet_stop(&view->sheet);
  free(view->audience);
  free(view);
}

static const struct binding bindings[] = {
  { '1', N_("told"), N_("The chosen household was told just now."), tell_one },
  { '2', N_("its whole group"), N_("Everybody unreached of the chosen one's village group was told just now."), tell_group },
  { '3', N_("a range"), N_("Households from one number to another, a group, or at another time."), tell_range },
  { '4', N_("take back"), N_("Somebody was marked by mistake: says why."), take_back },
  { '5', N_("channel"), N_("How those are told whom you mark: WeChat, loudspeaker, door to door …"), next_channel },
  { '6', N_("all/unreached"), N_("Shows all or only the unreached."), toggle_told },
  { KEY_CODE_ENTER, N_("open"), N_("Opens the household."), open_household },
  { KEY_CODE_ESC, N_("back"), N_("Back to where you were."), NULL },
  { .code = 0 },
};

static const struct view_class class = {
  .name = N_("Relay"),
  .bindings = bindings,
  .title = title,
  .draw = draw,
  .key = key,
  .subject = subject,
  .refresh = refresh,
  .close = close_view,
};

/* Telling goes from door to door when it goes by list. */
static int usual_channel(void)
{
  int channel = 0;
  while (warning_channels[channel].name != NULL && strcmp(warning_channels[channel].name, "door") != 0) channel++;
  return warning_channels[channel].name != NULL ? channel : 0;
}

struct view *relay_view_open(struct shell *shell, record_id relay)
{
  struct relay_view *view = mem_zero(1, sizeof *view);
  char *audience = lookup_title(&shell->desk, relay, NULL);

  view->view.class = &class;
  view->view.is_stale = true;
  view->relay = relay;
  view->audience = audience != NULL ? audience : mem_dup("");
  view->channel = usual_channel();
  sheet_start(&view->sheet, &source, view);
  return &view->view;
}
