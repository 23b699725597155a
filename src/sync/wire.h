/* Bytes of the exchange: numbers, frames, and the two halves that bundles and connections share. doc/SYNC.md "Frames" fixes them. A
 * frame is one byte of type, a number of bytes, the bytes. Numbers are LEB128, signed ones zigzag. A type with WIRE_SKIP set may be
 * skipped by who does not know it; any other unknown type ends the exchange. */
#ifndef SYNC_WIRE_H
#define SYNC_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "desk/trust.h"
#include "store/exchange.h"

struct buf;
struct err;

#define WIRE_PROTOCOL 2
#define WIRE_FRAME_MOST (8u << 20) /* bytes of one frame: an operation has at most 1 MiB of body and 4 MiB of private part */
#define WIRE_SKIP 0x80
#define WIRE_SKIPPED_MOST (1u << 20) /* bytes of skipped frames in one exchange */

enum wire_type {
  WIRE_HELLO = 1,               /* protocol, flags, key, nonce, claimed area and letter */
  WIRE_PROOF,                   /* signature over the transcript, at enrolment a MAC with the code's secret; succession, clock */
  WIRE_WELCOME,                 /* enrolment: the superior's MAC, its name */
  WIRE_HAVE,                    /* the vector: log, seq held, seq staged, short hash of the head */
  WIRE_HEAD,                    /* a signed head: operations up to it follow, or it proves a fork */
  WIRE_OPERATIONS,              /* a run of one log */
  WIRE_RECEIPT,                 /* whom it is for, changes of the vector, number, clock, signature over the whole */
  WIRE_PROBE,                   /* asks for the hash of an operation of the asker's log */
  WIRE_PROBED,                  /* the answer */
  WIRE_EVEN,                    /* all is sent that there is now */
  WIRE_BYE,                     /* nothing follows */
  WIRE_TROUBLE,                 /* a sentence for people, then nothing follows */
  WIRE_DOUBT,                   /* a log of the asker's, of which the other side says it holds something else: it shall prove that */
  WIRE_RELAYED = WIRE_SKIP | 2, /* a superior's receipt for this station, passed on by another of its machines */
};

/* --- bytes ---------------------------------------------------------------------------------------------------------------------------- */

void wire_number(struct buf *out, uint64_t number);
void wire_signed(struct buf *out, int64_t number);
void wire_bytes(struct buf *out, const void *bytes, size_t length); /* with its length in front */
void wire_frame(struct buf *out, unsigned type, const struct buf *payload);

/* Reads from bytes that somebody else made: nothing is read beyond `end`, and the first thing that does not fit makes it `bad` for good;
 * what is read from then on is 0 or empty. */
struct wire_reader {
  const unsigned char *at, *end;
  bool bad;
};
uint64_t wire_take_number(struct wire_reader *reader);
int64_t wire_take_signed(struct wire_reader *reader);
/* `length` bytes in place; NULL if there are fewer. */
const unsigned char *wire_take(struct wire_reader *reader, size_t length);
/* A node's reach: how many areas, the areas. Takes no more than fit; with more the reader is bad. */
void wire_reach(struct buf *out, const struct reach *reach);
struct reach wire_take_reach(struct wire_reader *reader);
/* Bytes with their length in front, at most `most`. */
const unsigned char *wire_take_bytes(struct wire_reader *reader, size_t most, size_t *length);

/* --- logs and runs of operations: each direction has a dictionary that both ends fill alike ------------------------------------------- */

struct wire_dictionary;
struct wire_dictionary *wire_dictionary_open(struct store *store, const struct trust *trust); /* where origins' keys are looked up */
void wire_dictionary_close(struct wire_dictionary *dictionary);
/* Is the key of its origin known here? Of a log that cannot be named nothing is said. */
bool wire_can_name(const struct wire_dictionary *dictionary, const struct log_name *log);
/* A log's name; the first time an origin is named its key goes along. -1: its key is not known here. */
int wire_log(struct wire_dictionary *dictionary, struct buf *out, const struct log_name *log, struct err *err);
/* -1: bad. *public_key (may be NULL) points into the dictionary. */
int wire_take_log(struct wire_dictionary *dictionary, struct wire_reader *reader, struct log_name *log, const unsigned char **public_key);

/* Short texts that come again and again. wire_take_text: NULL if malformed; the caller frees. */
void wire_text(struct wire_dictionary *dictionary, struct buf *out, const char *text);
char *wire_take_text(struct wire_dictionary *dictionary, struct wire_reader *reader);

/* A run of operations of one log, packed by columns. Adds those given to wire_run_add, in order, and empties the run. */
struct wire_run;
struct wire_run *wire_run_open(void);
void wire_run_close(struct wire_run *run);
void wire_run_add(struct wire_run *run, const struct operation *operation);
size_t wire_run_size(const struct wire_run *run); /* bytes so far, about */
void wire_run_write(struct wire_run *run, struct wire_dictionary *dictionary, struct buf *out);
/* The rest of the reader is the run. Calls row() for each operation (what it points to is the callee's, whatever it returns); -1:
 * malformed, or row() said so. */
int wire_run_read(struct wire_reader *reader, struct wire_dictionary *dictionary, const struct log_name *log, int64_t first,
                  int (*row)(void *context, struct operation *operation, struct err *err), void *context, struct err *err);

/* --- the two halves ------------------------------------------------------------------------------------------------------------------- */

/* What goes to one peer: heads and operations that it does not hold, urgent lanes first. */
struct sender;
/* `held`: up to where the peer has each log (of a receipt or its HAVE, staged ones included); copied. `peer_node`: nothing of its own
 * logs goes to it but proof that it must renew its key; 0: a bundle for several. */
struct sender *sender_open(struct desk *desk, const struct trust *trust, const struct reach *peer, uint64_t peer_node,
                           const struct vector *held, struct wire_dictionary *dictionary);
void sender_close(struct sender *sender);
/* The peer holds another operation than we at some place of this log: nothing of it goes; of its own log the signed head does, as proof. */
void sender_doubt(struct sender *sender, const struct log_name *log);
void sender_ask(struct sender *sender, const struct log_name *log); /* its signed head goes there, though the peer holds what it covers */
/* The peer announces the log up to there, so it holds it: nothing of that goes back. */
void sender_holds(struct sender *sender, const struct log_name *log, int64_t seq);
bool sender_doubts(const struct sender *sender, const struct log_name *log); /* it was doubted, or cannot go for another reason */
/* Looks again for what has grown. */
int sender_refresh(struct sender *sender, struct err *err);
/* Appends whole frames (HEAD, OPERATIONS) until about `most` bytes are there. 1: there is more, 0: all is given, -1. */
int sender_give(struct sender *sender, struct buf *out, size_t most, struct err *err);
int64_t sender_count(const struct sender *sender); /* operations given */

/* What comes from one peer. */
struct taker;
struct taker *taker_open(struct desk *desk, struct trust *trust, struct wire_dictionary *dictionary);
void taker_close(struct taker *taker);
/* One frame of type HEAD or OPERATIONS. -1: the sender lies or is broken. Trouble with one log only is noted (taker_trouble), its
 * operations are passed over, as are those that are here already. */
int taker_frame(struct taker *taker, unsigned type, const void *bytes, size_t length, struct err *err);
/* The last that came, if it was taken; of seq 0 if not: it contradicts what is here, or may not be here. */
const struct signed_head *taker_head(const struct taker *taker);
/* The log of the last frame of type OPERATIONS, if it was dropped: the other side's line of it is not the one that is here. Else NULL. */
const struct log_name *taker_bad(const struct taker *taker);
/* Admits what may be, at most about 50 ms; what an unknown origin wrote follows as soon as its record is here. 1: there is more, 0:
 * nothing, -1: the database fails. */
int taker_work(struct taker *taker, struct err *err);
/* Operations were given up because an heir's log repeats them: what we had said to hold no longer holds. */
bool taker_yielded(const struct taker *taker);
bool taker_may_take_now(const struct taker *taker); /* by what has come since, something that it had refused is for us */
struct intake *taker_intake(struct taker *taker);
const char *taker_trouble(struct taker *taker); /* translated lines; "" if none */
/* Own logs of which the sender proved with our own signature that it holds another or a longer line: the node must renew. Returns how
 * many. */
int taker_forks(const struct taker *taker, const struct signed_head **forks);

/* --- compression (wire_stream.c): one zstd stream for each direction of a connection, flushed where a run of frames ends -------------- */

struct wire_stream;
struct wire_stream *wire_stream_open(bool packs, struct err *err); /* NULL: libzstd is missing */
void wire_stream_close(struct wire_stream *stream);
int wire_stream_pack(struct wire_stream *stream, const void *bytes, size_t length,
                     struct buf *out); /* flushed: the peer can read all of it */
/* Unpacks until about `most` bytes have come out; *used says how much was read. Memory: at most 8 MiB of window. 1: there may be more to
 * come out, even of no further input; 0: all is out; -1: damaged. */
int wire_stream_unpack(struct wire_stream *stream, const void *bytes, size_t length, size_t *used, struct buf *out, size_t most,
                       struct err *err);

#endif
