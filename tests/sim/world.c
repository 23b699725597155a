#include "sim/world.h"

#include <stdlib.h>

#include "base/file.h"

const struct seat tree[STATIONS] = {
  { "510722000000", 'A', -1 }, { "510722103000", 'A', 0 }, { "510722103201", 'A', 1 }, { "510722103201", 'F', 2 },
  { "510722103000", 'F', 1 },  { "510722104000", 'A', 0 }, { "510722103202", 'A', 1 }, { "510722104201", 'A', 5 },
};

const struct sort sorts[SORTS] = {
  { &entry_kind, "text", "k_entry", LANE_HERE },
  { &contact_kind, "name", "k_contact", LANE_UP },
  { &order_kind, "content", "k_order", LANE_DOWN },
};

void tell(const char *format, ...)
{
  va_list arguments;
  if (!getenv("DUTYDESK_TALK")) return;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
}

uint64_t chance(struct sim *sim, uint64_t below)
{
  sim->chance ^= sim->chance << 13;
  sim->chance ^= sim->chance >> 7;
  sim->chance ^= sim->chance << 17;
  return sim->chance % below;
}

void at(struct sim *sim, int station)
{
  clock_shift(sim->clocks[station]);
}

int64_t area_of(int station)
{
  return strtoll(tree[station].area, NULL, 10);
}

bool are_joined(int one, int other)
{
  return one != other && (area_of(one) == area_of(other) || tree[one].superior == other || tree[other].superior == one);
}

const char *token_text(int token, char text[24])
{
  snprintf(text, 24, "token-%d", token);
  return text;
}

bool holds(struct sim *sim, int station, int token)
{
  char text[24], *sql = mem_printf("SELECT EXISTS(SELECT * FROM op WHERE instr(CAST(body AS TEXT), '\"%s\"'))", token_text(token, text));
  bool found = query_single(sim->desks[station]->store, sql, 0, 0) == 1;
  free(sql);
  return found;
}

/* --- machines ------------------------------------------------------------------------------------------------------------------------- */

/* An earlier version of the program: orders and remarks at contacts did not exist yet. */
static struct field older_fields[32];
static struct kind older_contact;
static const struct kind *older_kinds[128];

void older_make(void)
{
  int count = 0;
  for (const struct field *field = contact_kind.fields; field->name; field++)
    if (strcmp(field->name, "note") != 0) older_fields[count++] = *field;
  older_contact = contact_kind;
  older_contact.fields = older_fields;
  count = 0;
  for (const struct kind *const *kind = desk_kinds(); *kind; kind++)
    if (*kind != &order_kind) older_kinds[count++] = *kind == &contact_kind ? &older_contact : *kind;
}

void opened(struct sim *sim, int station, const char *path)
{
  struct err err = ERR_INIT;
  struct desk *desk = sim->desks[station];
  *desk = (struct desk){ .config = sim->place->config };
  DONE(store_open(&desk->store, path, sim->is_older[station] ? older_kinds : desk_kinds(), &err));
}

void reopened(struct sim *sim, int station)
{
  char *path = mem_dup(store_path(sim->desks[station]->store));
  desk_close(sim->desks[station]);
  opened(sim, station, path);
  free(path);
}

void do_version(struct sim *sim, int station)
{
  sim->is_older[station] = !sim->is_older[station];
  tell("station %d: program %s\n", station, sim->is_older[station] ? "older" : "newer");
  reopened(sim, station);
}

void copy_over(const char *from, const char *to)
{
  struct buf bytes = BUF_INIT;
  struct err err = ERR_INIT;
  DONE(file_read(from, 1 << 26, &bytes, &err));
  FILE *file = fopen(to, "w"); /* the same inode */
  assert_non_null(file);
  assert_int_equal(fwrite(buf_text(&bytes), 1, bytes.length, file), bytes.length);
  fclose(file);
  buf_free(&bytes);
}

/* --- founding ------------------------------------------------------------------------------------------------------------------------- */

void found(struct founded *founded, int count)
{
  void *place = NULL;
  struct desk *desks[STATIONS];
  assert_int_equal(place_setup(&place), 0);
  founded->place = place;
  founded->count = count;
  for (int i = 0; i < count; i++) desks[i] = place_desk(founded->place, tree[i].area, tree[i].letter);
  for (int i = 1; i < count; i++) enrol(desks[tree[i].superior], desks[i]);
  for (int i = 0; i < count; i++) {
    founded->paths[i] = mem_dup(store_path(desks[i]->store));
    founded->images[i] = mem_printf("%s/founded%d", founded->place->directory, i);
    founded->files[i] = mem_printf("%s/file%d", founded->place->directory, i);
    char *key = mem_printf("%s.key", founded->paths[i]), *image_key = mem_printf("%s.key", founded->images[i]);
    desk_close(desks[i]);
    copy_over(founded->paths[i], founded->images[i]);
    copy_over(key, image_key);
    assert_int_equal(link(founded->paths[i], founded->files[i]), 0);
    free(key);
    free(image_key);
  }
  founded->place->count = 0; /* they are opened for each seed, and closed after it */
}

void begin_anew(struct founded *founded)
{
  DIR *directory = opendir(founded->place->directory);
  assert_non_null(directory);
  for (struct dirent *entry; (entry = readdir(directory));)
    if (strncmp(entry->d_name, "founded", 7) != 0 && strncmp(entry->d_name, "file", 4) != 0) unlinkat(dirfd(directory), entry->d_name, 0);
  closedir(directory);
  for (int i = 0; i < founded->count; i++) {
    char *key = mem_printf("%s.key", founded->paths[i]), *image_key = mem_printf("%s.key", founded->images[i]);
    assert_int_equal(link(founded->files[i], founded->paths[i]), 0);
    copy_over(founded->images[i], founded->paths[i]);
    copy_over(image_key, key);
    free(key);
    free(image_key);
  }
}

void founded_remove(struct founded *founded)
{
  void *place = founded->place;
  for (int i = 0; i < founded->count; i++) {
    free(founded->paths[i]);
    free(founded->images[i]);
    free(founded->files[i]);
  }
  if (place) assert_int_equal(place_teardown(&place), 0);
}
