/* `dutydesk now`: the top line and the overview, for people and for scripts. */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cli/show.h"
#include "desk/alarm.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/overview.h"
#include "desk/roster.h"

static const char *or_vacant(const char *name)
{
  return name ? name : _("vacant");
}

static void status_put(struct desk *desk, const struct status *status)
{
  char at[CLOCK_TEXT];
  if (status->exercise) puts(_("*** EXERCISE ***"));
  printf("%s  %s\n", status->unit, clock_text(at, status->at, CLOCK_LONG));
  printf("A %s  ", or_vacant(status->post_a));
  if (status->post_b || roster_needs(desk, POST_B)) printf("B %s  ", or_vacant(status->post_b));
  printf("%s %s", _("Leader"), or_vacant(status->leader));
  if (status->relief) printf("  %s %s", _("Relief"), clock_text(at, status->relief, CLOCK_SHORT));
  putchar('\n');
  if (status->response) printf("%s %s\n", _("Response level"), status->response);
  if (status->colour) printf("%s %s\n", _("Warning in force"), lookup_choice(&warning_kind, "colour", status->colour));
  if (status->undelivered)
    printf(_("Not delivered upwards: %d, since %s\n"), status->undelivered, clock_text(at, status->undelivered_since, CLOCK_SHORT));
  if (alarm_reach_text(status->reach)) puts(alarm_reach_text(status->reach));
}

static bool is_overdue(const struct overview *overview, const struct overview_line *line)
{
  return line->due && line->due <= overview->at;
}

static void line_put(const struct overview *overview, const struct overview_line *line)
{
  struct buf text = BUF_INIT;
  char due[CLOCK_TEXT] = "";
  if (line->due) clock_text(due, line->due, CLOCK_SHORT);
  buf_adds(&text, is_overdue(overview, line) ? "! " : "  ");
  text_fit(&text, due, 16, TEXT_NARROW);
  buf_addc(&text, ' ');
  text_fit(&text, overview_sort_label(line->sort), 10, TEXT_NARROW);
  buf_addf(&text, " %s", line->text);
  if (line->who) buf_addf(&text, "  (%s)", line->who);
  struct buf visible = BUF_INIT;
  text_visible(&visible, buf_text(&text), text.length, false);
  puts(buf_text(&visible));
  buf_free(&visible);
  buf_free(&text);
}

static json *text_or_null(const char *text)
{
  return text ? json_make_text(text) : json_make_null();
}

static json *time_or_null(int64_t at)
{
  char text[CLOCK_TEXT];
  return at ? json_make_text(clock_text(text, at, CLOCK_ISO)) : json_make_null();
}

static json *line_json(struct cli *cli, const struct overview *overview, const struct overview_line *line)
{
  struct buf name = BUF_INIT;
  json *object = json_make_object();
  if (line->record) record_name(cli->desk.store, line->record, &name);
  json_put(object, "due", time_or_null(line->due));
  json_put(object, "overdue", json_make_bool(is_overdue(overview, line)));
  json_put(object, "kind", line->kind ? json_make_text(line->kind->name) : json_make_null());
  json_put(object, "id", line->record ? json_make_text(buf_text(&name)) : json_make_null());
  json_put(object, "action", text_or_null(line->action));
  json_put(object, "text", text_or_null(line->text));
  json_put(object, "who", text_or_null(line->who));
  buf_free(&name);
  return object;
}

static void now_json(struct cli *cli, const struct status *status, const struct overview *overview)
{
  json *object = json_make_object(), *lines = json_make_array();
  json_put(object, "unit", text_or_null(status->unit));
  json_put(object, "at", time_or_null(status->at));
  json_put(object, "post_a", text_or_null(status->post_a));
  json_put(object, "post_b", text_or_null(status->post_b));
  json_put(object, "leader", text_or_null(status->leader));
  json_put(object, "relief", time_or_null(status->relief));
  json_put(object, "response", text_or_null(status->response));
  json_put(object, "colour", text_or_null(status->colour));
  json_put(object, "undelivered", json_make_number(status->undelivered));
  json_put(object, "undelivered_since", time_or_null(status->undelivered ? status->undelivered_since : 0));
  json_put(object, "alarms", json_make_number(status->alarms));
  json_put(object, "reach", json_make_text(alarm_reach_name(status->reach)));
  json_put(object, "exercise", json_make_bool(status->exercise));
  for (int index = 0; index < overview->count; index++) json_append(lines, line_json(cli, overview, &overview->lines[index]));
  json_put(object, "overview", lines);
  show_json(object);
}

static bool is_round(const struct overview *overview, const struct overview_line *line)
{
  (void)overview;
  return line->sort == DUE_ROUND;
}

/* The lines of the overview that `wanted` picks. Exit 3 if there are any that somebody should look at. */
static int show_lines(struct cli *cli, struct words *words,
                      bool (*wanted)(const struct overview *overview, const struct overview_line *line), struct err *err)
{
  bool as_json = show_style_take(words) == SHOW_JSON;
  struct overview overview = { 0 };
  json *list = as_json ? json_make_array() : NULL;
  int overdue = 0, result = words_end(words, err);
  if (result == 0) result = overview_read(&cli->desk, &overview, err);
  for (int index = 0; result == 0 && index < overview.count; index++) {
    const struct overview_line *line = &overview.lines[index];
    if (!wanted(&overview, line)) continue;
    overdue += is_overdue(&overview, line);
    if (as_json)
      json_append(list, line_json(cli, &overview, line));
    else
      line_put(&overview, line);
  }
  if (result == 0 && as_json) show_json(json_keep(list));
  json_drop(list);
  overview_free(&overview);
  return result == 0 && overdue > 0 ? ERR_ATTENTION : result;
}

int show_rounds(struct cli *cli, struct words *words, struct err *err)
{
  return show_lines(cli, words, is_round, err);
}

int show_now(struct cli *cli, struct words *words, struct err *err)
{
  bool as_json = show_style_take(words) == SHOW_JSON;
  struct status status = { 0 };
  struct overview overview = { 0 };
  if (words_end(words, err) != 0 || status_read(&cli->desk, &status, err) != 0) return -1;
  int result = overview_read(&cli->desk, &overview, err);
  if (result == 0 && as_json)
    now_json(cli, &status, &overview);
  else if (result == 0) {
    status_put(&cli->desk, &status);
    printf(_("%d waiting, %d overdue, %d alarms open\n"), overview.count, overview.overdue, status.alarms);
    for (int index = 0; index < overview.count; index++) line_put(&overview, &overview.lines[index]);
  }
  overview_free(&overview);
  status_free(&status);
  return result;
}
