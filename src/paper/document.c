#include "paper/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "paper/page_json.h"
#include "paper/printer.h"
#include "store/act.h"

/* --- small texts ---------------------------------------------------------------------------------------------------------------------- */

char *document_officer(struct desk *desk, record_id officer)
{
  char *name = lookup_name(desk, officer);
  return name ? name : mem_dup(_("vacant"));
}

int64_t document_month_start(int64_t date, int months)
{
  struct tm parts;
  clock_parts(date, &parts);
  parts.tm_mday = 1;
  parts.tm_mon += months;
  parts.tm_hour = parts.tm_min = parts.tm_sec = 0;
  parts.tm_isdst = -1;
  return clock_instant(&parts);
}

char *document_month_unit(struct desk *desk, record_id subject, int64_t date)
{
  (void)desk;
  (void)subject;
  char text[CLOCK_TEXT];
  clock_text(text, date, CLOCK_DATE);
  text[7] = 0; /* YYYY-MM */
  return mem_dup(text);
}

/* --- ways out ------------------------------------------------------------------------------------------------------------------------- */

enum way { WAY_TEXT, WAY_PDF, WAY_LP, WAY_FOLDER };

static enum way way_of(struct desk *desk, const struct values *ways)
{
  if (values_number(ways, "text", 0)) return WAY_TEXT;
  if (values_known(ways, "pdf")) return WAY_PDF;
  if (values_known(ways, "lp")) return WAY_LP;
  if (values_known(ways, "folder")) return WAY_FOLDER;
  return strcmp(config_text(desk->config, "print.to"), "lp") == 0 ? WAY_LP : WAY_FOLDER;
}

/* Line printers take text, everything else takes PDF when this program can make it. */
static bool wants_pdf(struct desk *desk, enum way way)
{
  if (way == WAY_TEXT || !page_can_pdf()) return way == WAY_PDF; /* asked for by name it fails with the reason, otherwise text goes */
  return way != WAY_LP || *config_text(desk->config, "print.start") == 0;
}

static int draw(struct desk *desk, const struct page *page, bool pdf, struct buf *out, struct err *err)
{
  struct page_options options = PAGE_OPTIONS_INIT;
  options.font = config_text(desk->config, "print.font");
  options.columns = (int)config_number(desk->config, "print.columns");
  options.ambiguous = strcmp(config_text(desk->config, "print.encoding"), "GB18030") == 0 ? TEXT_WIDE : TEXT_NARROW;
  return pdf ? page_pdf(page, &options, out, err) : page_text(page, &options, out, err);
}

int document_can_draw(struct desk *desk, const struct page *page, const struct values *ways, struct err *err)
{
  struct buf bytes = BUF_INIT;
  int result = draw(desk, page, wants_pdf(desk, way_of(desk, ways)), &bytes, err);
  buf_free(&bytes);
  return result;
}

static char *beside_database(struct desk *desk, const char *name)
{
  char *directory = file_directory(store_path(desk->store)), *path = file_join(directory, name);
  free(directory);
  return path;
}

static int send_folder(struct desk *desk, const struct printer_job *job, const char *folder, const struct printer_options *options,
                       struct outcome *outcome, struct err *err)
{
  const char *configured = config_text(desk->config, "print.folder");
  char *own = folder ? mem_dup(folder) : *configured ? mem_dup(configured) : beside_database(desk, "print"), *path = NULL;
  int result = printer_folder(job, own, options, &path, err);
  if (result == 0) outcome_say(outcome, "%s", path);
  free(path);
  free(own);
  return result;
}

static int send_lp(struct desk *desk, const struct printer_job *job, const char *printer, const struct printer_options *options,
                   struct outcome *outcome, struct err *err)
{
  struct err why = ERR_INIT;
  if (printer_lp(job, printer ? printer : config_text(desk->config, "print.printer"), options, NULL, &why) == 0) {
    outcome_say(outcome, _("%s is with the printer"), job->name);
    return 0;
  }
  if (why.code != ERR_ATTENTION) {
    *err = why;
    return -1;
  }
  outcome_say(outcome, "%s", why.text); /* recorded and kept: somebody has to fetch it */
  outcome->attention = true;
  return 0;
}

static int send_file(const struct printer_job *job, const char *path, struct outcome *outcome, struct err *err)
{
  if (strcmp(path, "-") == 0) {
    outcome->record = 0; /* the paper itself is what it has to say */
    return fwrite(job->bytes, 1, job->length, stdout) == job->length
             ? 0
             : err_set(err, _("the output could not be written: the disk may be full"));
  }
  if (file_replace(path, job->bytes, job->length, 0640, err) != 0) return -1;
  outcome_say(outcome, "%s", path);
  return 0;
}

static int deliver(struct desk *desk, enum way way, const struct printer_job *job, const struct values *ways, struct outcome *outcome,
                   struct err *err)
{
  char *spool = beside_database(desk, "spool");
  struct printer_options options = { .encoding = config_text(desk->config, "print.encoding"),
                                     .start = config_text(desk->config, "print.start"),
                                     .spool = spool };
  int result;
  if (way == WAY_TEXT)
    result = send_file(job, "-", outcome, err);
  else if (way == WAY_PDF)
    result = send_file(job, values_text(ways, "pdf"), outcome, err);
  else if (way == WAY_LP)
    result = send_lp(desk, job, values_text(ways, "lp"), &options, outcome, err);
  else
    result = send_folder(desk, job, values_text(ways, "folder"), &options, outcome, err);
  free(spool);
  return result;
}

static int send_named(struct desk *desk, const struct page *page, const char *name, const struct values *ways, struct outcome *outcome,
                      struct err *err)
{
  enum way way = way_of(desk, ways);
  struct buf bytes = BUF_INIT;
  struct printer_job job = { .name = name, .pdf = wants_pdf(desk, way) };
  int result = draw(desk, page, job.pdf, &bytes, err);
  job.bytes = buf_text(&bytes);
  job.length = bytes.length;
  if (result == 0) result = deliver(desk, way, &job, ways, outcome, err);
  buf_free(&bytes);
  return result;
}

int document_send(struct desk *desk, const struct page *page, const struct values *ways, struct outcome *outcome, struct err *err)
{
  return send_named(desk, page, "form", ways, outcome, err);
}

/* --- printing ------------------------------------------------------------------------------------------------------------------------- */

struct printing {
  struct desk *desk;
  const struct document *document;
  record_id subject;
  int64_t date;
  const struct values *arguments;
};

/* Footer facts are not part of the hash: who printed it and when differs from copy to copy. */
static char *footer_text(struct desk *desk, int64_t at)
{
  char time[CLOCK_TEXT], *name = lookup_name(desk, desk->officer);
  char *text = mem_printf(_("Printed %s by %s"), clock_text(time, at, CLOCK_DATE_TIME), name ? name : _("unattributed"));
  free(name);
  return text;
}

static struct page *page_make(const struct printing *printing, const char *number, int64_t at, struct err *err)
{
  struct desk *desk = printing->desk;
  char *station = lookup_unit(desk, store_area(desk->store)), *covers = printing->document->unit(desk, printing->subject, printing->date);
  char *unit = mem_printf("%s  %s", station, covers), *footer = footer_text(desk, at), hash[PAGE_DIGEST];
  struct page_head head = { .title = i18n_text(printing->document->label),
                            .unit = unit,
                            .report = number,
                            .footer = footer,
                            .made_at = at,
                            .exercise = store_is_exercise(desk->store),
                            .landscape = printing->document->landscape };
  struct page *page = page_new(&head);
  if (printing->document->build(desk, printing->subject, printing->date, page, err) != 0) {
    page_free(page);
    page = NULL;
  } else {
    page_digest(page, hash);
    page_set_hash(page, hash);
  }
  free(footer);
  free(unit);
  free(covers);
  free(station);
  return page;
}

static void printout_fill(struct change *change, const struct printing *printing, const struct page *page, int64_t at)
{
  struct buf content = BUF_INIT;
  char hash[PAGE_DIGEST], *covers = printing->document->unit(printing->desk, printing->subject, printing->date);
  char *title = mem_printf("%s %s", i18n_text(printing->document->label), covers);
  page_digest(page, hash);
  page_write(page, &content);
  change_set_text(change, "title", title);
  change_set_text(change, "document", printing->document->name);
  if (printing->subject) change_set_number(change, "about", printing->subject);
  change_set_number(change, "printed", at);
  if (printing->desk->officer) change_set_number(change, "officer", printing->desk->officer);
  change_set_number(change, "copies", 0);
  change_set_text(change, "hash", hash);
  change_set_text(change, "content", buf_text(&content));
  buf_free(&content);
  free(title);
  free(covers);
}

static int print_new(const struct printing *printing, struct outcome *outcome, struct err *err)
{
  struct desk *desk = printing->desk;
  struct act *act = act_begin(desk->store, "printout.make", desk->officer, err);
  if (!act) return -1;
  struct change *change = act_new(act, &printout_kind, 0, LANE_HERE);
  change_number(change);
  int64_t at = act_at(act);
  char *number = mem_dup(change_text(change, "no"));
  outcome->kind = &printout_kind;
  outcome->record = change_record(change);
  struct page *page = page_make(printing, number, at, err);
  int result = page ? document_can_draw(desk, page, printing->arguments, err) : -1;
  if (result == 0) {
    printout_fill(change, printing, page, at);
    result = act_commit(act, err);
  } else
    act_cancel(act);
  if (result == 0) result = send_named(desk, page, number, printing->arguments, outcome, err);
  page_free(page);
  free(number);
  return result;
}

int document_print(struct desk *desk, const struct document *document, record_id subject, const struct values *arguments,
                   struct outcome *outcome, struct err *err)
{
  struct printing printing = { desk, document, subject, clock_now(), arguments };
  if (!subject && document->subject && document->usual)
    printing.subject = document->usual(desk);
  else if (!subject && document->subject)
    return err_usage(err, _("print which %s? Give its number or name"), i18n_text(store_kind(desk->store, document->subject)->label));
  if (!document->subject && values_known(arguments, "date")) printing.date = clock_date_start(values_text(arguments, "date"));
  return print_new(&printing, outcome, err);
}

/* --- again, and is it true? ----------------------------------------------------------------------------------------------------------- */

static int printout_read(struct desk *desk, const char *number, struct record *printout, struct page **page, struct err *err)
{
  *page = NULL;
  record_id id = record_find(desk->store, &printout_kind, number, err);
  if (!id || record_read(desk->store, &printout_kind, id, printout, err) != 1) return -1;
  *page = page_read(record_text(printout, "content") ? record_text(printout, "content") : "", err);
  if (*page) return 0;
  record_free(printout);
  return -1;
}

static int copy_count(struct desk *desk, const struct record *printout, int *copy, struct err *err)
{
  struct act *act = act_begin(desk->store, "printout.again", desk->officer, err);
  if (!act) return -1;
  *copy = (int)record_number(printout, "copies", 0) + 1;
  change_set_number(act_edit(act, &printout_kind, printout->id), "copies", *copy);
  return act_commit(act, err);
}

static int print_again(struct desk *desk, const char *number, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record printout;
  struct page *page;
  int copy = 0;
  if (printout_read(desk, number, &printout, &page, err) != 0) return -1;
  int result = document_can_draw(desk, page, arguments, err);
  if (result == 0) result = copy_count(desk, &printout, &copy, err);
  if (result == 0) {
    char *footer = footer_text(desk, clock_now());
    page_set_copy(page, copy, footer);
    page_set_hash(page, record_text(&printout, "hash"));
    result = send_named(desk, page, record_text(&printout, "no"), arguments, outcome, err);
    free(footer);
  }
  page_free(page);
  record_free(&printout);
  return result;
}

int document_verify(struct desk *desk, const char *number, const char *hash, struct err *err)
{
  struct record printout;
  struct page *page;
  char digest[PAGE_DIGEST], at[CLOCK_TEXT];
  if (printout_read(desk, number, &printout, &page, err) != 0) return -1;
  page_digest(page, digest);
  bool sound = strcmp(digest, record_text(&printout, "hash")) == 0, same = strcasecmp(digest, hash) == 0;
  if (!sound)
    printf(_("%s: what is kept of it was altered; run 'dutydesk verify'\n"), record_text(&printout, "no"));
  else if (!same)
    printf(_("%s: FALSE. The paper's hash is not that of the report printed here under this number\n"), record_text(&printout, "no"));
  else if (store_is_exercise(desk->store))
    printf(_("%s: printed here, but in an EXERCISE: nothing in it is real\n"), record_text(&printout, "no"));
  else
    printf(_("%s: true. %s, printed %s\n"), record_text(&printout, "no"), record_text(&printout, "title"),
           clock_text(at, record_number(&printout, "printed", 0), CLOCK_DATE_TIME));
  page_free(page);
  record_free(&printout);
  return sound && same && !store_is_exercise(desk->store) ? 0 : ERR_FAILED;
}

/* --- the actions ---------------------------------------------------------------------------------------------------------------------- */

static const struct field print_arguments[] = { DOCUMENT_WAYS, { 0 } };
static const struct field print_dated_arguments[] = {
  { .name = "date", .type = FIELD_DATE, .label = N_("Date"), .help = N_("A day of what is to be printed; empty: today") },
  DOCUMENT_WAYS,
  { 0 },
};
static const struct field again_arguments[] = {
  { .name = "again",
    .type = FIELD_TEXT,
    .label = N_("Printout"),
    .flags = FIELD_REQUIRED,
    .help = N_("Number of the paper to print again") },
  DOCUMENT_WAYS,
  { 0 },
};

#define PRINTS(document)                                                                                                                   \
  static int run_##document(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome,                 \
                            struct err *err)                                                                                               \
  {                                                                                                                                        \
    return document_print(desk, &document, subject, arguments, outcome, err);                                                              \
  }
PRINTS(shift_report)
PRINTS(handover_record)
PRINTS(roster_month)
PRINTS(day_log)
PRINTS(warning_sheet)
PRINTS(call_list)
PRINTS(relay_list)
PRINTS(warning_month)

static int run_again(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  (void)subject;
  return print_again(desk, values_text(arguments, "again"), arguments, outcome, err);
}

const struct action document_actions[] = {
  { .name = "shift.print",
    .label = N_("Print the shift report"),
    .button = N_("Print"),
    .key = "p",
    .command = "print shift",
    .subject = "shift",
    .arguments = print_arguments,
    .run = run_shift_report,
    .help = N_("What happened in the shift, what is open, who was on duty. Without a shift: the current one.") },
  { .name = "handover.print",
    .label = N_("Print the handover record"),
    .button = N_("Print"),
    .key = "p",
    .command = "print handover",
    .subject = "handover",
    .arguments = print_arguments,
    .run = run_handover_record,
    .help = N_("The handover with its signatures. Without one: the one that is open.") },
  { .name = "roster.print",
    .label = N_("Print the roster of a month"),
    .button = N_("Print"),
    .command = "print roster",
    .arguments = print_dated_arguments,
    .run = run_roster_month },
  { .name = "log.print",
    .label = N_("Print the log of a day"),
    .button = N_("Print"),
    .command = "print log",
    .arguments = print_dated_arguments,
    .run = run_day_log },
  { .name = "warning.print",
    .label = N_("Print the warning sheet"),
    .button = N_("Print"),
    .key = "p",
    .command = "print warning",
    .subject = "warning",
    .arguments = print_arguments,
    .run = run_warning_sheet,
    .help = N_(
      "What came, the calls with their minutes, the unreached, the checklist, and what was missed. Without one: the highest in force.") },
  { .name = "calls.print",
    .label = N_("Print a call list to fill in"),
    .button = N_("Print"),
    .key = "o",
    .command = "print calls",
    .subject = "warning",
    .arguments = print_arguments,
    .run = run_call_list,
    .help = N_("Whom to call now, with numbers and room to write, for when the screen is dark.") },
  { .name = "relays.print",
    .label = N_("Print a relay list to fill in"),
    .button = N_("Print"),
    .key = "u",
    .command = "print relays",
    .subject = "warning",
    .arguments = print_arguments,
    .run = run_relay_list,
    .help = N_("Whom to tell, the unreached with special groups on top, with room to sign.") },
  { .name = "warnings.print",
    .label = N_("Print the warnings of a month"),
    .button = N_("Print"),
    .command = "print warnings",
    .arguments = print_dated_arguments,
    .run = run_warning_month,
    .help = N_("Minutes to receipt, to answer and until all were told, and what was missed.") },
  { .name = "printout.again",
    .label = N_("Print a paper again"),
    .command = "print again",
    .arguments = again_arguments,
    .run = run_again,
    .help = N_("The same paper to the letter, stamped as a copy.") },
  { .name = NULL },
};

const struct action *const paper_action_tables[] = { document_actions, blank_actions, NULL };
