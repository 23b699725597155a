/* A warning as it was received, whatever its dialect: CAP 1.0, 1.1, 1.2 or the mainland profile, read into one shape.
 *
 * Sources: OASIS Common Alerting Protocol 1.2 (CAP-v1.2-os, 1 July 2010), section 3.2 for the elements and their words; CAP 1.1 and 1.0
 * where they differ (1.0 writes name=value as text); GB/T 35965.1-2018 for the mainland profile, of which only what was seen in real
 * messages is relied on.
 *
 * Nothing odd is passed over in silence: what can be read is read, with a line in `notes`; what cannot is refused with a reason. */
#ifndef FORMATS_ALERT_H
#define FORMATS_ALERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

#define ALERT_LIMIT ((size_t)4 << 20) /* bytes of one alert; real ones stay under 100 kB */

enum alert_profile { ALERT_CAP_1_0, ALERT_CAP_1_1, ALERT_CAP_1_2, ALERT_MAINLAND };

/* Only ALERT_ACTUAL may be shown as real. UNKNOWN: the element is missing or holds another word; there is a note. */
enum alert_status { ALERT_STATUS_UNKNOWN, ALERT_ACTUAL, ALERT_EXERCISE, ALERT_SYSTEM, ALERT_TEST, ALERT_DRAFT };

/* A missing or strange msgType counts as ALERT_ALERT, with a note. */
enum alert_type { ALERT_ALERT, ALERT_UPDATE, ALERT_CANCEL, ALERT_ACK, ALERT_ERROR };

/* In rising order of severity, so that colours compare. NONE: says nothing of a level (no info block, or green). */
enum alert_colour { ALERT_NONE, ALERT_UNKNOWN, ALERT_BLUE, ALERT_YELLOW, ALERT_ORANGE, ALERT_RED };

/* Where a colour was found, weakest first. */
enum alert_colour_source {
  ALERT_BY_NOTHING,
  ALERT_BY_FILE_NAME,
  ALERT_BY_SEVERITY,
  ALERT_BY_HEADLINE,
  ALERT_BY_PARAMETER,
  ALERT_BY_COLOUR
};

/* What the desk has to do with it: patrols of hazard points follow rain and geology. */
enum alert_kind { ALERT_KIND_OTHER, ALERT_KIND_WEATHER, ALERT_KIND_RAIN, ALERT_KIND_FLOOD, ALERT_KIND_GEOLOGY, ALERT_KIND_FIRE };

/* Every char * below is valid UTF-8, trimmed, and never NULL: "" when absent. Times are milliseconds (base/clock.h), -1 when unknown. */
struct alert_texts {
  char **items;
  size_t count;
};

struct alert_named {
  char *name, *value;
};

struct alert_names {
  struct alert_named *items;
  size_t count;
};

struct alert_reference {
  char *sender; /* "" in the mainland profile, which gives the bare identifier */
  char *identifier;
  int64_t sent;
};

struct alert_references {
  struct alert_reference *items;
  size_t count;
};

struct alert_shape {
  bool circle;                        /* else a polygon */
  bool valid;                         /* false: kept as text, not to be drawn; there is a note */
  bool longitude_first;               /* the pairs were written the wrong way round; `text` still has them so */
  char *text;                         /* as received */
  double latitude, longitude, radius; /* of a valid circle; radius in metres whatever the profile's unit */
};

struct alert_area {
  char *description;
  struct alert_texts codes;    /* statistical area codes of 12 digits, each once, ascending */
  struct alert_names geocodes; /* everything else: CAP's name and value, and what is no area code */
  struct alert_shape *shapes;
  size_t shape_count;
};

struct alert_info {
  char *language; /* RFC 3066, e.g. "zh-CN"; filled when absent */
  struct alert_texts categories;
  char *event;                    /* words; for the mainland the Chinese name of event_code unless the message has its own */
  char *event_code;               /* "11B03" …; "" when there is none that we know or that looks like one */
  struct alert_names event_codes; /* CAP's own */
  struct alert_texts responses;
  char *urgency, *severity, *certainty; /* CAP's words in CAP's spelling, "Unknown" when missing or strange */
  enum alert_colour colour;
  enum alert_colour_source colour_source;
  bool lifted; /* this block calls the danger off: 解除 in the headline, or response AllClear */
  int64_t effective, onset, expires;
  char *sender_name, *headline, *description, *instruction, *web, *contact, *audience;
  struct alert_names parameters;
  struct alert_area *areas;
  size_t area_count;
};

/* Mainland `code/method`: the text to be spread by one channel. */
struct alert_method {
  char *name; /* SMS LED SPEAKER TV BROADCAST WEB PHONE FAX */
  char *message, *audience_group, *audience_part;
};

struct alert {
  enum alert_profile profile;
  char *identifier;  /* never empty */
  char *sender;      /* CAP: an address or name; mainland: the unit's name */
  char *sender_code; /* mainland: 14 digits */
  char *sender_name; /* of the block alert_info_for() prefers, else sender */
  int64_t sent;
  char *sent_text; /* as received */
  enum alert_status status;
  enum alert_type type;
  char *scope; /* Public, Restricted, Private, or as received */
  char *source, *restriction, *addresses, *note, *incidents, *classification;
  struct alert_texts codes;     /* CAP */
  struct alert_method *methods; /* mainland */
  size_t method_count;
  struct alert_references references;
  struct alert_info *infos;
  size_t info_count;
  bool lifted;              /* a Cancel, or every block in the preferred language calls the danger off */
  bool is_signed;           /* carries an XML signature, which nobody has checked */
  int line;                 /* where it begins in the file */
  struct alert_texts notes; /* lines about what was odd and how it was taken, for i18n_phrase() */
};

struct alert_refusal {
  int line;         /* where it begins in the file */
  char *identifier; /* "" if it has none */
  char *reason;     /* translated */
};

struct alert_list {
  struct alert *items;
  size_t count;
  struct alert_refusal *refused; /* alerts of a wrapper that could not be taken, while others could */
  size_t refused_count;
};

/* clang-format off */
#define ALERT_LIST_INIT { NULL, 0, NULL, 0 }
/* clang-format on */

/* What becomes of each alert, and of each that could not be taken while others could: in the order of the file. The alert is freed
 * afterwards (take() may keep it by zeroing it), a refusal's texts are borrowed. 0 to go on; -1 with err stops the reading. */
struct alert_taker {
  int (*take)(void *context, struct alert *alert, struct err *err);
  int (*refuse)(void *context, const struct alert_refusal *refusal, struct err *err);
  void *context;
};

struct source;

/* Reads all alerts of a file of any size, in the memory of its largest alert: a single one, or any number inside a wrapper (alerts,
 * Atom, RSS, EDXL), found by the local name `alert`, also where a feed carries them as text. `file_name` (may be NULL, may have
 * directories) is compared with the contents when it is a mainland one (senderCode_time_eventType_LEVEL_STATUS.XML) and fills what they
 * lack. Handles UTF-8, UTF-16 with BOM, GB18030/GBK/GB2312 and what else the XML declaration names, also when the declaration is wrong.
 * Opens no file and no connection: no DTD, entity, stylesheet, schema or XInclude is followed, and a file with a DOCTYPE or an XInclude
 * is refused before anything is taken. An alert over ALERT_LIMIT is refused by itself. Where a file is damaged, what came whole before
 * stands, and the rest is one refusal. Returns 0, or -1 with the reason when nothing could be taken or the taker stopped. */
int alert_read_each(const struct source *source, const char *file_name, const struct alert_taker *taker, struct err *err);

/* The same from memory into a list: 0 with at least one alert in *alerts (which is overwritten; free it with alert_list_free), or -1
 * with the reason and *alerts empty. */
int alert_read(const char *bytes, size_t length, const char *file_name, struct alert_list *alerts, struct err *err);

void alert_list_free(struct alert_list *alerts);

/* The block to show to a reader of `language` (NULL means zh-CN): the same tag, else the same language, else zh-CN, any Chinese, en, the
 * first. NULL only if there is no block. Borrowed. */
const struct alert_info *alert_info_for(const struct alert *alert, const char *language);

/* Machine names, lower case, never translated: "blue"; "actual"; "update"; "cap-1.2"; "rain". "" for a value out of range. */
const char *alert_colour_name(enum alert_colour colour);
const char *alert_colour_label(enum alert_colour colour); /* msgid for people: "Red" */
const char *alert_status_name(enum alert_status status);
const char *alert_type_name(enum alert_type type);
const char *alert_profile_name(enum alert_profile profile);
const char *alert_kind_name(enum alert_kind kind);

/* A colour word standing alone: red, Red, 红, 红色, 紅色, amber …; ALERT_NONE if it is none. */
enum alert_colour alert_colour_of(const char *word);

/* The event codes of the mainland profile. Name: English msgid, for _(); Chinese: the term of the field. NULL if not in the table. */
const char *alert_event_name(const char *code);
const char *alert_event_chinese(const char *code);
enum alert_kind alert_kind_of(const char *code);
/* The table in order of codes, for choosers: NULL past its end. */
const char *alert_event_code_at(size_t index);

/* The event named in `length` bytes of Chinese prose, by its longest name or a usual other name (暴雨, 地质灾害气象风险, 山洪灾害 …). Gives
 * "" when there is none or when several different ones stand there. *where (may be NULL) gets the offset. */
const char *alert_event_in(const char *text, size_t length, size_t *where);

/* The colour of "…色预警" in a headline or in prose, that after 升级为/变更为/… if the level changes; ALERT_NONE if there is none. English
 * only where it stands directly before warning, alert, watch …, since Orange County and Red River are no colours. */
enum alert_colour alert_colour_in(const char *text);

/* True if the text calls a warning off: 解除, but not 未解除, 解除前, 解除时间. */
bool alert_lifts(const char *text);

#endif
