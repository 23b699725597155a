#include "shift.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define ITEM "北沟水位每半小时一报"
#define FOUNDER "值班员甲"
#define FOUNDER_PIN "1111"

/* ---- the acts ---- */

static void set_up(struct shift *shift, const struct shift_act *act)
{
  struct driver *driver = shift->driver;
  (void)act;
  driver_wait_for(driver, shift->words->set_up);
  driver_wait_for(driver, " 000000"); /* how a county's code ends */
  script_fill(driver, (const char *const[]){ "110105001000", "测试镇", "", FOUNDER, FOUNDER_PIN, FOUNDER_PIN, NULL });
  script_save(driver, shift->words->printer_test);
  script_press(driver, "Down Enter"); /* not now */
}

static void open_officers(struct driver *driver)
{
  script_press(driver, "F9");
  script_press(driver, "2");
}

static void add_officer(struct shift *shift, const struct shift_act *act)
{
  open_officers(shift->driver);
  script_form(shift->driver, shift->words, "Insert");
  script_fill(shift->driver, act->with);
  script_save(shift->driver, shift->words->saved);
  script_press(shift->driver, "F2");
}

static void set_pin(struct shift *shift, const struct shift_act *act)
{
  open_officers(shift->driver);
  script_choose(shift->driver, shift->words->name, act->with[0]);
  script_press(shift->driver, "p");
  script_fill(shift->driver, (const char *const[]){ act->with[1], act->with[1], NULL });
  script_save(shift->driver, shift->words->pin_is_set);
  script_press(shift->driver, "F2");
}

/* The first day that stands there is only proposed: typing replaces it. */
static void fill_roster(struct shift *shift, const struct shift_act *act)
{
  script_do(shift->driver, shift->words, shift->words->fill_roster);
  script_fill(shift->driver, act->with);
  script_save(shift->driver, shift->words->shifts_made);
  script_press(shift->driver, "F2");
}

static void add_entry(struct shift *shift, const struct shift_act *act)
{
  script_form(shift->driver, shift->words, "1");
  script_type(shift->driver, act->with[0]);
  script_save(shift->driver, shift->words->saved);
}

/* The first entry of the list becomes an open item that the next shift has to read back. */
static void open_item(struct shift *shift, const struct shift_act *act)
{
  script_press(shift->driver, "F3");
  script_form(shift->driver, shift->words, "i");
  script_press(shift->driver, "Ctrl-U");
  script_fill(shift->driver, act->with);
  script_save(shift->driver, shift->words->saved);
  script_press(shift->driver, "F2");
  driver_wait_for(shift->driver, ITEM);
}

static void import_red_alert(struct shift *shift, const struct shift_act *act)
{
  char path[300];
  (void)act;
  station_alert(&shift->station, path);
  script_do(shift->driver, shift->words, shift->words->import_warning);
  script_type(shift->driver, path);
  script_save(shift->driver, "暴雨红色预警");
  script_press(shift->driver, "F2");
  driver_wait_row(shift->driver, 0, shift->words->red);
}

static void acknowledge(struct shift *shift, const struct shift_act *act)
{
  (void)act;
  script_press(shift->driver, "F4");
  script_press(shift->driver, "k");
  script_save(shift->driver, shift->words->in_force);
  script_press(shift->driver, "F2");
}

static void add_point(struct shift *shift, const struct shift_act *act)
{
  script_press(shift->driver, "F5");
  script_form(shift->driver, shift->words, "Insert");
  script_fill(shift->driver, act->with);
  script_save(shift->driver, shift->words->saved);
  script_press(shift->driver, "F2");
}

static void visit(struct shift *shift, const struct shift_act *act)
{
  script_form(shift->driver, shift->words, "4");
  script_fill(shift->driver, act->with);
  script_save(shift->driver, shift->words->saved);
}

/* As PDF, where paper goes without being asked. */
static void print_report(struct shift *shift, const struct shift_act *act)
{
  (void)act;
  script_press(shift->driver, "7 Enter");
  driver_wait_for(shift->driver, "/print/"); /* a child does it and says where it lies */
}

static void open_handover(struct shift *shift)
{
  script_press(shift->driver, "6");
  driver_wait_for(shift->driver, shift->words->handover);
}

static void offer(struct shift *shift, const struct shift_act *act)
{
  open_handover(shift);
  script_press(shift->driver, "6");
  script_fill(shift->driver, act->with);
  script_save(shift->driver, shift->words->offered);
  script_press(shift->driver, "F2");
}

/* Item by item, as it is read aloud. */
static void read_back(struct shift *shift, const struct shift_act *act)
{
  struct driver *driver = shift->driver;
  (void)act;
  open_handover(shift);
  driver_wait_for(driver, shift->words->signatures);
  driver_settle(driver);
  script_go(driver, ITEM);
  driver_key(driver, "Enter");
  driver_wait_for(driver, shift->words->read_back);
  script_press(driver, "F2");
}

static void accept_handover(struct shift *shift, const struct shift_act *act)
{
  open_handover(shift);
  script_press(shift->driver, "a");
  script_fill(shift->driver, act->with);
  script_save(shift->driver, shift->words->accepted);
  script_press(shift->driver, "F2");
}

/* rank: 1 officer, 2 leader; post: 1 A, 2 B, 3 leader */
#define WITH(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define ENTRY(text)                                                                                                                        \
  {                                                                                                                                        \
    "entry", add_entry, WITH(text), { "entry", "list", "--csv" }, text                                                                     \
  }
#define OFFICER(name, rank, post)                                                                                                          \
  {                                                                                                                                        \
    "officer", add_officer, WITH(name, rank, post), { "officer", "list", "--csv" }, name                                                   \
  }
#define PIN(name, pin)                                                                                                                     \
  {                                                                                                                                        \
    "PIN", set_pin, WITH(name, pin), { "officer", "show", name, "--history" }, "officer.pin"                                               \
  }
const struct shift_act shift_acts[] = {
  { "set-up", set_up, NULL, { "officer", "list", "--csv" }, FOUNDER },
  OFFICER("值班员乙", "1", "2"),
  PIN("值班员乙", "2222"),
  OFFICER("值班员丙", "2", "3"),
  PIN("值班员丙", "3333"),
  OFFICER("值班员丁", "1", "1"),
  PIN("值班员丁", "4444"),
  OFFICER("值班员戊", "1", "2"),
  PIN("值班员戊", "5555"),
  { "roster", fill_roster, WITH("2026-06-30"), { "shift", "list", "--csv" }, "2026-07-01" },
  ENTRY("北沟雨量一小时32毫米"),
  ENTRY("村道巡查完毕，未见异常"),
  ENTRY("通知各村加强值守"),
  { "item", open_item, WITH(ITEM, "", "0600", "打电话给北沟村", "1"), { "item", "list", "--csv" }, ITEM },
  { "alert", import_red_alert, NULL, { "warning", "list", "--csv" }, "暴雨红色预警" },
  { "acknowledge", acknowledge, NULL, { "warning", "list", "--json" }, "\"state\": \"in_force\"" },
  { "point", add_point, WITH("北沟滑坡", "1", "2"), { "point", "list", "--csv" }, "北沟滑坡" },
  { "visit", visit, WITH("北沟滑坡"), { "visit", "list" }, "北沟滑坡" },
  { "report", print_report, NULL, { "printout", "list", "--csv" }, "Z-26-A001" },
  { "offer", offer, WITH("1111", "5555", "", "两班换人"), { "handover", "list", "--json" }, "\"out_b_at\": \"2026-07-01" },
  { "read back", read_back, NULL, { "readback", "list" }, ITEM },
  { "accept", accept_handover, WITH("4444", "2222"), { "handover", "list", "--json" }, "\"in_b_at\": \"2026-07-01" },
  { NULL, NULL, NULL, { NULL }, NULL },
};

bool shift_is_done(const struct shift *shift, const struct shift_act *act)
{
  if (access(shift->station.database, F_OK) != 0) return false;
  char *told = station_told(&shift->station, act->list);
  bool is_done = strstr(told, act->shows) != NULL;
  free(told);
  return is_done;
}

void shift_open(struct shift *shift)
{
  shift->driver = station_open(&shift->station, NULL, NULL);
}

void shift_sign_in(struct shift *shift)
{
  if (driver_wait_any(shift->driver, (const char *const[]){ shift->words->set_up, FOUNDER, NULL }) == 0) return;
  station_sign_in(shift->driver, FOUNDER, FOUNDER_PIN);
}
