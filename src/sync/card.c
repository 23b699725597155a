#include "sync/card.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/lookup.h"
#include "desk/trust.h"
#include "store/exchange.h"

enum { CARD_MOST = 4096 /* bytes */, CARDS_MOST = 256 /* looked at in one folder */ };

static const char magic[] = "dutydesk card 1", prefix[] = "card-", ending[] = ".txt";

/* --- the text: one fact a line, the signature over all lines before its own ----------------------------------------------------------- */

int card_write(struct desk *desk, struct buf *out, struct err *err)
{
  struct identity identity;
  unsigned char signature[CRYPTO_SIGNATURE];
  char key[2 * CRYPTO_PUBLIC + 1], hex[2 * CRYPTO_SIGNATURE + 1], code[13];
  if (identity_read(desk->store, &identity, err) != 0) return -1;
  char *name = lookup_unit(desk, store_area(desk->store));
  crypto_hex(identity.public_key, CRYPTO_PUBLIC, key);
  size_t start = out->length;
  buf_addf(out, "%s\nkey %s\narea %s\nletter %c\nexercise %d\nname %s\n", magic, key, area_text(store_area(desk->store), code),
           store_letter(desk->store), store_is_exercise(desk->store), name);
  crypto_make_signature(identity.secret_key, out->data + start, out->length - start, signature);
  crypto_hex(signature, CRYPTO_SIGNATURE, hex);
  buf_addf(out, "signature %s\n", hex);
  explicit_bzero(&identity, sizeof(identity));
  free(name);
  return 0;
}

struct card {
  unsigned char public_key[CRYPTO_PUBLIC];
  int64_t area;
  char letter, name[200];
  int exercise;
};

/* The value of the line that begins with the word, in place; NULL: the next line is another. */
static char *value_of(char **rest, const char *word)
{
  size_t length = strlen(word);
  char *line = strsep(rest, "\n");
  return line && strncmp(line, word, length) == 0 && line[length] == ' ' ? line + length + 1 : NULL;
}

static bool card_read(char *text, size_t length, struct card *card)
{
  unsigned char signature[CRYPTO_SIGNATURE];
  char *last = strstr(text, "\nsignature ");
  struct buf said = BUF_INIT;
  if (strlen(text) != length || text_invalid_at(text, length) >= 0 || !last) return false;
  buf_add(&said, text, (size_t)(last + 1 - text));
  char *rest = text, *first = strsep(&rest, "\n"), *key = value_of(&rest, "key"), *area = value_of(&rest, "area"),
       *letter = value_of(&rest, "letter"), *exercise = value_of(&rest, "exercise"), *name = value_of(&rest, "name"),
       *sign = value_of(&rest, "signature");
  bool good = strcmp(first, magic) == 0 && key && area && letter && exercise && name && sign &&
              crypto_unhex(key, card->public_key, CRYPTO_PUBLIC) && crypto_unhex(sign, signature, CRYPTO_SIGNATURE) &&
              (card->area = area_from_text(area, NULL)) >= 0 && *letter >= 'A' && *letter <= 'Z' && strlen(name) < sizeof(card->name) &&
              crypto_check_signature(card->public_key, said.data, said.length, signature);
  if (good) {
    card->letter = *letter;
    card->exercise = atoi(exercise);
    strcpy(card->name, name);
  }
  buf_free(&said);
  return good;
}

/* --- taking --------------------------------------------------------------------------------------------------------------------------- */

static int wait_for_yes(struct desk *desk, const struct card *card, struct err *err)
{
  struct peer peer = { .node = node_of_key(card->public_key) };
  int64_t own = store_area(desk->store);
  if (!area_contains(own, card->area) && !area_contains(card->area, own))
    return err_set(err, _("this card is of a station that stands neither above nor below ours: nothing is exchanged with it"));
  struct trust *trust = trust_read(desk, err);
  if (!trust) return -1;
  const struct node *node = trust_find(trust, peer.node);
  enum node_state state = node ? node->state : NODE_WAITING;
  trust_close(trust);
  if (state != NODE_WAITING) return 0;
  peer = (struct peer){ .node = peer.node, .state = PEER_WAITING, .area = card->area, .letter = card->letter, .contact = clock_now() };
  memcpy(peer.public_key, card->public_key, CRYPTO_PUBLIC);
  return peer_keep(desk->store, &peer, err) == 0 && trust_note_name(desk, peer.node, card->name, err) == 0 ? 1 : -1;
}

int card_take(struct desk *desk, const void *bytes, size_t length, struct err *err)
{
  struct card card = { .exercise = 0 };
  char *text = mem_dup_n(bytes, length);
  bool good = card_read(text, length, &card);
  free(text);
  if (!good) return err_set(err, _("this is no card of a desk, or it was altered: have it written anew"));
  if (card.exercise != store_is_exercise(desk->store))
    return err_set(err, "%s",
                   card.exercise ? _("this card is of an EXERCISE: nothing was taken")
                                 : _("this card is real and this is an EXERCISE: nothing was taken"));
  if (node_of_key(card.public_key) == store_node(desk->store))
    return err_set(err, _("this is this machine's own card: take it to the other station"));
  return wait_for_yes(desk, &card, err);
}

/* --- a folder ------------------------------------------------------------------------------------------------------------------------- */

static int leave_own(struct desk *desk, const char *folder, struct err *err)
{
  struct buf text = BUF_INIT, there = BUF_INIT;
  char *name = mem_printf("%s%016" PRIx64 "%s", prefix, store_node(desk->store), ending), *path = file_join(folder, name);
  int status = card_write(desk, &text, err);
  bool same = status == 0 && file_read(path, CARD_MOST, &there, NULL) == 0 && there.length == text.length &&
              memcmp(there.data, text.data, text.length) == 0;
  if (status == 0 && !same) status = file_replace(path, text.data, text.length, 0666, err);
  buf_free(&text);
  buf_free(&there);
  free(path);
  free(name);
  return status;
}

static bool is_card(const struct dirent *entry, uint64_t own)
{
  uint64_t node;
  int length = 0;
  return sscanf(entry->d_name, "card-%16" SCNx64 ".txt%n", &node, &length) == 1 && length > 0 && entry->d_name[length] == '\0' &&
         node != own;
}

int card_exchange(struct desk *desk, const char *folder, struct err *err)
{
  struct dirent **names;
  int waiting = 0, looked = 0, count = scandir(folder, &names, NULL, alphasort);
  if (count < 0) return err_set(err, _("%s cannot be read: %s"), folder, strerror(errno));
  for (int i = 0; i < count; i++) {
    struct buf text = BUF_INIT;
    char *path = file_join(folder, names[i]->d_name);
    if (is_card(names[i], store_node(desk->store)) && ++looked <= CARDS_MOST && file_read(path, CARD_MOST, &text, NULL) == 0)
      waiting += card_take(desk, text.data, text.length, NULL) == 1; /* what is none is left alone */
    buf_free(&text);
    free(path);
    free(names[i]);
  }
  free(names);
  return leave_own(desk, folder, err) == 0 ? waiting : -1;
}
