/* `dispute DB`: a contact whose telephone was changed on two machines before they heard of each other, as the station in DB then finds
 * it. */
#include "unit/two_machines.h"

static void start(struct station *station, const char *path)
{
  struct err err = ERR_INIT;
  snprintf(station->path, sizeof station->path, "%s", path);
  DONE(crypto_start(&err));
  DONE(config_load_usual(&station->config, NULL, &err));
  DONE(clock_set_zone("Asia/Shanghai", &err));
  station_open(station);
}

static void disagree(struct station *station, struct station *other)
{
  struct buf name = BUF_INIT;
  record_id contact = STATION_ADD(station, &contact_duty, "name", "公路养护站", "sort", "road", "phone", "00000000001");
  record_name(station->desk.store, contact, &name);
  tell(&station->desk, &other->desk);
  set_phone(&station->desk, contact, "00000000002");
  set_phone(&other->desk, record_from_name(other->desk.store, buf_text(&name)), "00000000003");
  tell(&other->desk, &station->desk);
  buf_free(&name);
}

int main(int count, char **words)
{
  static struct station station, other;
  struct err err = ERR_INIT;
  char area[13];
  if (count != 2) return 2;
  start(&station, words[1]);
  other.config = station.config;
  snprintf(other.path, sizeof other.path, "%.100s.other", words[1]);
  DONE(setup_init(other.path, area_text(store_area(station.desk.store), area), "测试镇", 'B', false, &err));
  station_open(&other);
  disagree(&station, &other);
  desk_close(&other.desk);
  desk_close(&station.desk);
  config_free(station.config);
  return 0;
}
