/* Reading an operation's body without a tree: a rebuild reads a million of them, and nearly all have exactly the form that act_write.c
 * gives them. This reader knows that form alone, with the usual escapes; whatever differs in a single byte is left to body.c and the
 * JSON library, which also say what is wrong with it. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "store/inside.h"

enum { NAME_MOST = 128 };

struct reading {
  struct store *store;
  op_id op;
  const char *at, *end;
};

static bool take(struct reading *reading, const char *literal)
{
  size_t length = strlen(literal);
  if ((size_t)(reading->end - reading->at) < length || memcmp(reading->at, literal, length) != 0) return false;
  reading->at += length;
  return true;
}

struct piece { /* of the body, between quotation marks */
  const char *at;
  size_t length;
  bool is_escaped;
};

/* UTF-8 is checked for the whole body. */
static bool take_text(struct reading *reading, struct piece *piece)
{
  if (!take(reading, "\"")) return false;
  *piece = (struct piece){ .at = reading->at };
  const char *at = reading->at;
  for (; at < reading->end && *at != '"' && (unsigned char)*at >= ' '; at++)
    if (*at == '\\') {
      piece->is_escaped = true;
      at++;
    }
  if (at >= reading->end || *at != '"') return false;
  piece->length = (size_t)(at - piece->at);
  reading->at = at + 1;
  return true;
}

static bool piece_is(const struct piece *piece, const char *name)
{
  return strlen(name) == piece->length && memcmp(name, piece->at, piece->length) == 0;
}

/* NULL: an escape other than those of line breaks, tabs, quotation marks and backslashes. */
static char *piece_text(const struct piece *piece)
{
  static const char letters[] = "nt\"\\", meant[] = "\n\t\"\\";
  char *text = mem_dup_n(piece->at, piece->length), *to = text;
  for (const char *from = text; piece->is_escaped && *from; from++) {
    const char *letter = *from == '\\' ? strchr(letters, *++from) : from;
    if (!letter) {
      free(text);
      return NULL;
    }
    *to++ = letter == from ? *from : meant[letter - letters];
  }
  if (piece->is_escaped) *to = 0;
  return text;
}

/* A whole number as it is written shortest. */
static bool take_number(struct reading *reading, int64_t *number)
{
  enum { DIGITS_MOST = 18 };
  const char *at = reading->at;
  bool negative = at < reading->end && *at == '-';
  at += negative;
  const char *first = at;
  for (*number = 0; at < reading->end && *at >= '0' && *at <= '9' && at - first < DIGITS_MOST; at++) *number = *number * 10 + *at - '0';
  bool good =
    at > first && at < reading->end && (*at == ',' || *at == '}' || *at == ']') && (*first != '0' || (at == first + 1 && !negative));
  reading->at = at;
  if (negative) *number = -*number;
  return good;
}

/* Names end where the body's quotation mark stands, so they are copied. */
static bool take_reference(struct reading *reading, record_id *id, char name[NAME_MOST])
{
  struct piece piece;
  int64_t place;
  name[0] = 0;
  if (!take_text(reading, &piece)) return take_number(reading, &place) && (*id = reference_of_place(reading->op, place)) != 0;
  if (piece.length >= NAME_MOST) return false;
  memcpy(name, piece.at, piece.length);
  name[piece.length] = 0;
  return (*id = reference_of_text(reading->store, reading->op, name, NULL)) != 0;
}

static bool take_value(struct reading *reading, const struct field *field, struct value *value)
{
  struct piece piece;
  char name[NAME_MOST];
  if (take(reading, "null")) return true;
  value->known = true;
  if (field->type == FIELD_REFERENCE) return take_reference(reading, &value->number, name);
  if (!field_is_text(field)) return take_number(reading, &value->number);
  return take_text(reading, &piece) && (value->text = piece_text(&piece));
}

/* A field of the kind that is not set yet. act_write.c keeps their order, so the search begins at the one before; a kind of another
 * version may have had another. */
static int take_field(struct reading *reading, const struct body_change *change, int from)
{
  struct piece name;
  int count = change->values.count;
  if (!take_text(reading, &name) || !take(reading, ":")) return -1;
  for (int step = 0; step < count; step++) {
    int index = (from + step) % count;
    if (piece_is(&name, change->values.fields[index]->name)) return change->sets[index] ? -1 : index;
  }
  return -1;
}

/* Behind the opening brace, to the closing one. */
static bool take_set(struct reading *reading, struct body_change *change, bool is_private)
{
  int field = 0;
  do {
    field = take_field(reading, change, field);
    if (field < 0 || (is_private && !(change->values.fields[field]->flags & FIELD_PERSONAL))) return false;
    if (!take_value(reading, change->values.fields[field], &change->values.list[field])) return false;
    change->sets[field] = true;
  } while (take(reading, ","));
  return take(reading, "}");
}

/* Only operations of the same log, as numbers. */
static bool take_saws(struct reading *reading, struct body_change *change)
{
  int64_t seq;
  do {
    if (!take_number(reading, &seq) || seq < 1 || seq > SEQ_MAX) return false;
    change->saw = mem_grow(change->saw, (size_t)change->saw_count + 1, sizeof(*change->saw));
    change->saw[change->saw_count++] = log_operation(reading->store, op_log(reading->op), seq);
  } while (take(reading, ","));
  return take(reading, "]");
}

static const struct kind *take_kind(struct reading *reading)
{
  struct piece name;
  if (!take(reading, "{\"kind\":") || !take_text(reading, &name)) return NULL;
  for (int index = 0; reading->store->kinds[index]; index++)
    if (piece_is(&name, reading->store->kinds[index]->name)) return reading->store->kinds[index];
  return NULL;
}

static bool take_change(struct reading *reading, struct body_change *change)
{
  char record[NAME_MOST];
  change->kind = take_kind(reading);
  if (!change->kind || !take(reading, ",\"record\":") || !take_reference(reading, &change->record, record)) return false;
  values_start_kind(&change->values, change->kind);
  change->sets = mem_zero((size_t)change->values.count, sizeof(*change->sets));
  if (take(reading, ",\"set\":{") && !take_set(reading, change, false)) return false;
  if (body_change_place(reading->store, change, record, NULL) != 0) return false;
  if (take(reading, ",\"saw\":[") && !take_saws(reading, change)) return false;
  change->erases = take(reading, ",\"erase\":true");
  return take(reading, "}");
}

static struct body_change *body_add(struct body_changes *body, op_id op, int64_t stamp, uint64_t node)
{
  body->list = mem_grow(body->list, (size_t)body->count + 1, sizeof(*body->list));
  body->list[body->count] = (struct body_change){ .op = op, .place = body->count, .stamp = stamp, .node = node };
  return &body->list[body->count++];
}

bool body_read_quickly(struct store *store, op_id op, int64_t stamp, const char *bytes, size_t length, struct body_changes *body)
{
  struct reading reading = { store, op, bytes, bytes + length };
  uint64_t node = log_by_id(store, op_log(op))->name.node;
  *body = (struct body_changes){ 0 };
  bool good = text_invalid_at(bytes, length) < 0 && take(&reading, "[");
  do good = good && body->count < PLACE_MAX && take_change(&reading, body_add(body, op, stamp, node));
  while (good && take(&reading, ","));
  good = good && take(&reading, "]") && reading.at == reading.end;
  if (!good) body_changes_free(body);
  return good;
}

bool body_read_private_quickly(struct store *store, struct body_changes *body, int place, const char *bytes, size_t length)
{
  if (place < 0 || place >= body->count || text_invalid_at(bytes, length) >= 0) return false;
  struct reading reading = { store, body->list[place].op, bytes, bytes + length };
  return take(&reading, "{") && take_set(&reading, &body->list[place], true) && reading.at == reading.end;
}

void body_changes_free(struct body_changes *body)
{
  for (int index = 0; index < body->count; index++) body_change_free(&body->list[index]);
  free(body->list);
  *body = (struct body_changes){ 0 };
}
