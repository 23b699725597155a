/* Disaster reports. The indicators are those of 《自然灾害情况统计调查制度》 as domain.md lists them; unknown is not zero, so an empty
 * figure stays empty. A report that was sent is frozen with its recipient, time, channel and exact text. */
#include "desk/sitrep.h"

#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/figures.h"
#include "store/query.h"

/* clang-format off */
static const struct choice sorts[] = {
  { "first", N_("First report") },
  { "followup", N_("Follow-up report") },
  { "zero", N_("Zero report") },
  { "verified", N_("Verified report") },
  { NULL, NULL },
};

static const struct choice states[] = {
  { "draft", N_("Draft") },
  { "sent", N_("Sent") },
  { NULL, NULL },
};

const struct choice sitrep_channels[] = {
  { "phone", N_("Phone") },
  { "system", N_("National reporting system") },
  { "fax", N_("Fax") },
  { "sms", N_("Short message") },
  { "wechat", N_("WeChat") },
  { "satellite", N_("Satellite") },
  { "paper", N_("On paper") },
  { NULL, NULL },
};

#define COUNT_MOST 100000000
#define AMOUNT_MOST INT64_C(1000000000000)

static const struct field fields[] = {
  { .name = "incident", .type = FIELD_REFERENCE, .label = N_("Incident"), .flags = FIELD_REQUIRED | FIELD_ONCE | FIELD_INDEXED,
    .reference = "incident", .columns = 13 },
  { .name = "sort", .type = FIELD_CHOICE, .label = N_("Sort"), .flags = FIELD_REQUIRED | FIELD_ONCE, .choices = sorts, .columns = 8 },
  { .name = "as_of", .type = FIELD_TIME, .label = N_("As of"), .flags = FIELD_REQUIRED | FIGURES_PAST, .columns = 11,
    .help = N_("The figures are those known at this time") },
  { .name = "affected", .type = FIELD_INTEGER, .label = N_("Affected people"), .unit = N_("people"), .most = COUNT_MOST, .columns = 7 },
  { .name = "dead", .type = FIELD_INTEGER, .label = N_("Dead"), .unit = N_("people"), .most = COUNT_MOST, .columns = 4 },
  { .name = "missing", .type = FIELD_INTEGER, .label = N_("Missing"), .unit = N_("people"), .most = COUNT_MOST, .columns = 4 },
  { .name = "injured", .type = FIELD_INTEGER, .label = N_("Injured"), .unit = N_("people"), .most = COUNT_MOST },
  { .name = "badly_injured", .type = FIELD_INTEGER, .label = N_("of them badly injured"), .unit = N_("people"), .most = COUNT_MOST },
  { .name = "trapped", .type = FIELD_INTEGER, .label = N_("Trapped"), .unit = N_("people"), .most = COUNT_MOST },
  { .name = "evaded", .type = FIELD_INTEGER, .label = N_("Moved in urgent evasion"), .unit = N_("people"), .most = COUNT_MOST,
    .help = N_("紧急避险转移") },
  { .name = "moved_total", .type = FIELD_INTEGER, .label = N_("Resettled, cumulative"), .unit = N_("people"), .most = COUNT_MOST,
    .help = N_("紧急转移安置") },
  { .name = "moved_now", .type = FIELD_INTEGER, .label = N_("Resettled, at present"), .unit = N_("people"), .most = COUNT_MOST,
    .columns = 7 },
  { .name = "moved_together", .type = FIELD_INTEGER, .label = N_("of them in shelters"), .unit = N_("people"), .most = COUNT_MOST },
  { .name = "moved_apart", .type = FIELD_INTEGER, .label = N_("of them scattered"), .unit = N_("people"), .most = COUNT_MOST },
  { .name = "moved_sites", .type = FIELD_INTEGER, .label = N_("Resettlement sites"), .most = COUNT_MOST },
  { .name = "relief_total", .type = FIELD_INTEGER, .label = N_("In need of relief, cumulative"), .unit = N_("people"), .most = COUNT_MOST },
  { .name = "relief_now", .type = FIELD_INTEGER, .label = N_("In need of relief, at present"), .unit = N_("people"), .most = COUNT_MOST },
  { .name = "transition", .type = FIELD_INTEGER, .label = N_("In need of transitional relief"), .unit = N_("people"), .most = COUNT_MOST },
  { .name = "drought_relief", .type = FIELD_INTEGER, .label = N_("In need of relief because of drought"), .unit = N_("people"),
    .most = COUNT_MOST },
  { .name = "drought_water", .type = FIELD_INTEGER, .label = N_("of them for drinking water"), .unit = N_("people"), .most = COUNT_MOST },
  { .name = "collapsed_rooms", .type = FIELD_INTEGER, .label = N_("Collapsed houses"), .unit = N_("rooms"), .most = COUNT_MOST },
  { .name = "collapsed_dwellings", .type = FIELD_INTEGER, .label = N_("Collapsed dwellings"), .unit = N_("rooms"), .most = COUNT_MOST },
  { .name = "collapsed_households", .type = FIELD_INTEGER, .label = N_("Households whose dwellings collapsed"), .unit = N_("households"),
    .most = COUNT_MOST },
  { .name = "severe_rooms", .type = FIELD_INTEGER, .label = N_("Severely damaged houses"), .unit = N_("rooms"), .most = COUNT_MOST },
  { .name = "severe_dwellings", .type = FIELD_INTEGER, .label = N_("Severely damaged dwellings"), .unit = N_("rooms"), .most = COUNT_MOST },
  { .name = "severe_households", .type = FIELD_INTEGER, .label = N_("Households whose dwellings are severely damaged"),
    .unit = N_("households"), .most = COUNT_MOST },
  { .name = "slight_rooms", .type = FIELD_INTEGER, .label = N_("Slightly damaged houses"), .unit = N_("rooms"), .most = COUNT_MOST },
  { .name = "slight_dwellings", .type = FIELD_INTEGER, .label = N_("Slightly damaged dwellings"), .unit = N_("rooms"), .most = COUNT_MOST },
  { .name = "slight_households", .type = FIELD_INTEGER, .label = N_("Households whose dwellings are slightly damaged"),
    .unit = N_("households"), .most = COUNT_MOST },
  { .name = "crops_affected", .type = FIELD_DECIMAL, .label = N_("Crops affected"), .unit = N_("hectares"), .most = AMOUNT_MOST,
    .places = 2, .help = N_("15 mu are one hectare") },
  { .name = "crops_damaged", .type = FIELD_DECIMAL, .label = N_("Crops damaged (over 30 %)"), .unit = N_("hectares"), .most = AMOUNT_MOST,
    .places = 2 },
  { .name = "crops_lost", .type = FIELD_DECIMAL, .label = N_("Crops lost (over 80 %)"), .unit = N_("hectares"), .most = AMOUNT_MOST,
    .places = 2 },
  { .name = "grain_affected", .type = FIELD_DECIMAL, .label = N_("Grain affected"), .unit = N_("hectares"), .most = AMOUNT_MOST,
    .places = 2 },
  { .name = "grain_lost", .type = FIELD_DECIMAL, .label = N_("Grain lost"), .unit = N_("hectares"), .most = AMOUNT_MOST, .places = 2 },
  { .name = "grassland", .type = FIELD_DECIMAL, .label = N_("Grassland affected"), .unit = N_("hectares"), .most = AMOUNT_MOST,
    .places = 2 },
  { .name = "woodland", .type = FIELD_DECIMAL, .label = N_("Woodland affected"), .unit = N_("hectares"), .most = AMOUNT_MOST, .places = 2 },
  { .name = "aquaculture", .type = FIELD_DECIMAL, .label = N_("Fish farms affected"), .unit = N_("hectares"), .most = AMOUNT_MOST,
    .places = 2 },
  { .name = "large_livestock", .type = FIELD_INTEGER, .label = N_("Large livestock dead"), .unit = N_("head"), .most = COUNT_MOST },
  { .name = "small_livestock", .type = FIELD_INTEGER, .label = N_("Small livestock dead"), .unit = N_("head"), .most = COUNT_MOST },
  { .name = "roads", .type = FIELD_DECIMAL, .label = N_("Roads damaged"), .unit = N_("km"), .most = AMOUNT_MOST, .places = 2 },
  { .name = "lines", .type = FIELD_DECIMAL, .label = N_("Communication lines damaged"), .unit = N_("km"), .most = AMOUNT_MOST,
    .places = 2 },
  { .name = "base_stations", .type = FIELD_INTEGER, .label = N_("Base stations out of service"), .most = COUNT_MOST },
  { .name = "power_lines", .type = FIELD_DECIMAL, .label = N_("Power lines damaged"), .unit = N_("km"), .most = AMOUNT_MOST, .places = 2 },
  { .name = "reservoirs", .type = FIELD_INTEGER, .label = N_("Reservoirs damaged"), .most = COUNT_MOST },
  { .name = "dikes", .type = FIELD_DECIMAL, .label = N_("Dikes damaged"), .unit = N_("km"), .most = AMOUNT_MOST, .places = 2 },
  { .name = "schools", .type = FIELD_INTEGER, .label = N_("Schools damaged"), .most = COUNT_MOST },
  { .name = "hospitals", .type = FIELD_INTEGER, .label = N_("Clinics and hospitals damaged"), .most = COUNT_MOST },
  { .name = "loss_total", .type = FIELD_DECIMAL, .label = N_("Direct economic loss"), .unit = N_("10,000 yuan"), .most = AMOUNT_MOST,
    .places = 2 },
  { .name = "loss_homes", .type = FIELD_DECIMAL, .label = N_("of it homes and property"), .unit = N_("10,000 yuan"), .most = AMOUNT_MOST,
    .places = 2 },
  { .name = "loss_farming", .type = FIELD_DECIMAL, .label = N_("of it farming, forestry, herding, fishing"), .unit = N_("10,000 yuan"),
    .most = AMOUNT_MOST, .places = 2 },
  { .name = "loss_industry", .type = FIELD_DECIMAL, .label = N_("of it industry and trade"), .unit = N_("10,000 yuan"), .most = AMOUNT_MOST,
    .places = 2 },
  { .name = "loss_infrastructure", .type = FIELD_DECIMAL, .label = N_("of it infrastructure"), .unit = N_("10,000 yuan"),
    .most = AMOUNT_MOST, .places = 2 },
  { .name = "loss_services", .type = FIELD_DECIMAL, .label = N_("of it public services"), .unit = N_("10,000 yuan"), .most = AMOUNT_MOST,
    .places = 2 },
  { .name = "loss_other", .type = FIELD_DECIMAL, .label = N_("of it other"), .unit = N_("10,000 yuan"), .most = AMOUNT_MOST, .places = 2 },
  { .name = "why", .type = FIELD_NOTE, .label = N_("Why figures fall or jump") },
  { .name = "course", .type = FIELD_NOTE, .label = N_("Course and measures") },
  { .name = "needs", .type = FIELD_NOTE, .label = N_("Needs") },
  { .name = "state", .type = FIELD_CHOICE, .label = N_("State"), .flags = FIELD_AUTOMATIC, .choices = states, .group = 1, .columns = 4 },
  { .name = "sent_at", .type = FIELD_TIME, .label = N_("Sent at"), .flags = FIELD_AUTOMATIC, .group = 1 },
  { .name = "sent_to", .type = FIELD_TEXT, .label = N_("Sent to"), .flags = FIELD_AUTOMATIC, .most = 120, .group = 1 },
  { .name = "channel", .type = FIELD_CHOICE, .label = N_("Channel"), .flags = FIELD_AUTOMATIC, .choices = sitrep_channels, .group = 1 },
  { .name = "text", .type = FIELD_NOTE, .label = N_("Text as sent"), .flags = FIELD_AUTOMATIC, .group = 1 },
  { 0 },
};

const struct kind sitrep_kind = {
  .name = "sitrep",
  .label = N_("Disaster report"),
  .letter = "S",
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP_URGENT),
  .order = "as_of",
  .newest_first = true,
};
/* clang-format on */

static void defaults(struct desk *desk, struct values *values)
{
  (void)desk;
  values_set_number(values, "as_of", clock_now());
}

static void derive(struct desk *desk, const struct record *before, struct values *values)
{
  (void)desk;
  if (!before) values_set_text(values, "state", "draft");
}

/* --- one first, one verified, in their order ------------------------------------------------------------------------------------------ */

static int64_t count_sort(struct desk *desk, record_id incident, const char *sort, record_id except, struct err *err)
{
  struct query *query =
    query_open(desk->store, "SELECT count(*) FROM k_sitrep WHERE incident = ?1 AND sort = ?2 AND id <> ?3 AND voided IS NULL");
  query_bind_number(query, 1, incident);
  query_bind_text(query, 2, sort);
  query_bind_number(query, 3, except);
  int64_t count = query_next(query, err) == 1 ? query_number(query, 0) : -1;
  query_close(query);
  return count;
}

static int check_sort(struct desk *desk, record_id incident, const char *sort, struct err *err)
{
  int64_t first = count_sort(desk, incident, "first", 0, err), verified = first < 0 ? -1 : count_sort(desk, incident, "verified", 0, err);
  if (verified < 0) return -1;
  bool is_first = strcmp(sort, "first") == 0;
  if (is_first && first > 0) return err_set(err, _("This incident has its first report already: make a follow-up report"));
  if (!is_first && first == 0) return err_set(err, _("This incident has no first report yet: make that one first"));
  if (verified > 0)
    return err_set(
      err, _("The verified report of this incident is made: nothing follows it; strike it if it was too early and has not been sent"));
  return 0;
}

int sitrep_earlier(struct desk *desk, record_id incident, int64_t as_of, record_id except, struct record *earlier, struct err *err)
{
  struct query *query =
    query_open(desk->store, "SELECT id FROM k_sitrep WHERE incident = ?1 AND as_of <= ?2 AND id <> ?3 AND state = 'sent' AND voided IS NULL"
                            " ORDER BY as_of DESC, sent_at DESC LIMIT 1");
  query_bind_number(query, 1, incident);
  query_bind_number(query, 2, as_of);
  query_bind_number(query, 3, except);
  int row = query_next(query, err);
  record_id id = row == 1 ? query_number(query, 0) : 0;
  query_close(query);
  return row == 1 ? record_read(desk->store, &sitrep_kind, id, earlier, err) : row;
}

static int check(struct desk *desk, const struct record *before, const struct values *values, struct err *err)
{
  struct record earlier = { 0 };
  record_id incident = values_number(values, "incident", 0);
  if (before && strcmp(record_text(before, "state"), "sent") == 0)
    return err_set(err, _("A report that was sent is frozen: make a follow-up report"));
  if (!before && check_sort(desk, incident, values_text(values, "sort"), err) < 0) return -1;
  if (figures_past(values, "as_of", err) < 0) return -1;
  int found = sitrep_earlier(desk, incident, values_number(values, "as_of", 0), before ? before->id : 0, &earlier, err);
  int status = found < 0 ? -1 : sitrep_check_figures(values, found ? &earlier : NULL, err);
  record_free(&earlier);
  return status;
}

/* What went out was read by somebody. */
static int may_strike(struct desk *desk, const struct record *report, struct err *err)
{
  (void)desk;
  if (strcmp(record_text(report, "state"), "sent") != 0) return 0;
  return err_set(err, _("A report that was sent is frozen: make a follow-up report"));
}

const struct duty sitrep_duty = {
  .kind = &sitrep_kind,
  .room = ROOM_INCIDENTS,
  .defaults = defaults,
  .derive = derive,
  .check = check,
  .scope = "incident",
  .strike = WHO_LEADER,
  .may_strike = may_strike,
};
