/* Printing: a document is built from the records, numbered, hashed, kept whole as a printout, drawn, and sent where paper goes. */
#ifndef PAPER_DOCUMENT_H
#define PAPER_DOCUMENT_H

#include "desk/action.h"
#include "paper/page.h"

struct document {
  const char *name;    /* "shift": on the command line `print shift` */
  const char *label;   /* msgid: the paper's title */
  const char *subject; /* kind of the record that it is about; NULL: a date */
  bool landscape;
  /* The record it is about when none is named; 0: none such, which a document may allow. NULL: one must be named. */
  record_id (*usual)(struct desk *desk);
  /* Line under the title: what it covers. The caller frees. */
  char *(*unit)(struct desk *desk, record_id subject, int64_t date);
  /* `date`: an instant of the day it is about, for those without a subject. */
  int (*build)(struct desk *desk, record_id subject, int64_t date, struct page *page, struct err *err);
};

extern const struct document shift_report, handover_record, roster_month, day_log, warning_sheet, call_list, relay_list, warning_month;

/* For documents of a month: its first instant (of the one `months` later), and "2026-07" as their unit. */
int64_t document_month_start(int64_t date, int months);
char *document_month_unit(struct desk *desk, record_id subject, int64_t date);

/* The actions `print NAME`, `print --again` and `print --blank`. */
extern const struct action *const paper_action_tables[];
extern const struct action document_actions[];
extern const struct action blank_actions[];

/* How a paper goes out, as `print`'s arguments name it: at most one of pdf, text, lp, folder; none: as print.to says. */
#define DOCUMENT_WAYS                                                                                                                      \
  { .name = "text", .type = FIELD_YES, .label = N_("As text"), .help = N_("Written to standard output") },                                 \
    { .name = "pdf",                                                                                                                       \
      .type = FIELD_TEXT,                                                                                                                  \
      .label = N_("PDF file"),                                                                                                             \
      .flags = FIELD_NAMED,                                                                                                                \
      .help = N_("Name of the file; - for standard output") },                                                                             \
    { .name = "lp",                                                                                                                        \
      .type = FIELD_TEXT,                                                                                                                  \
      .label = N_("Printer"),                                                                                                              \
      .flags = FIELD_NAMED,                                                                                                                \
      .help = N_("Name of the printer as lpstat -p shows it") },                                                                           \
  {                                                                                                                                        \
    .name = "folder", .type = FIELD_TEXT, .label = N_("Folder"), .flags = FIELD_NAMED, .help = N_("Where the file is put")                 \
  }

/* Draws `page` and sends it. What happened goes to outcome; a printer that is missing keeps the job, says so and sets attention. */
int document_send(struct desk *desk, const struct page *page, const struct values *ways, struct outcome *outcome, struct err *err);
/* The same with a look beforehand whether it can be drawn: nothing is recorded for a paper that cannot exist. */
int document_can_draw(struct desk *desk, const struct page *page, const struct values *ways, struct err *err);

/* Prints a document: the number, content and hash are kept as a printout before anything leaves. */
int document_print(struct desk *desk, const struct document *document, record_id subject, const struct values *arguments,
                   struct outcome *outcome, struct err *err);

/* Is the paper with this number and hash one of ours, unaltered? Prints what it finds. 0: yes; 1 (an exit code): no, or from an
 * exercise; -1: err. */
int document_verify(struct desk *desk, const char *number, const char *hash, struct err *err);

/* "name post" pairs and other small texts shared by documents; the callers free. */
char *document_officer(struct desk *desk, record_id officer);

#endif
