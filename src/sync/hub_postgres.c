#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "sync/hub_postgres.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/lazy.h"
#include "base/mem.h"

#ifdef HAVE_LIBPQ

#include <libpq-fe.h>

#ifndef LAZY_PQ
#define LAZY_PQ "libpq.so.5"
#endif

static struct {
  typeof(&PQconnectdbParams) connect;
  typeof(&PQfinish) finish;
  typeof(&PQstatus) status;
  typeof(&PQserverVersion) server_version;
  typeof(&PQsocket) socket;
  typeof(&PQerrorMessage) error;
  typeof(&PQexec) exec;
  typeof(&PQexecParams) exec_params;
  typeof(&PQsendQueryParams) send_params;
  typeof(&PQsetSingleRowMode) single_row;
  typeof(&PQgetResult) get_result;
  typeof(&PQresultStatus) result_status;
  typeof(&PQresultErrorField) result_field;
  typeof(&PQntuples) rows;
  typeof(&PQgetvalue) value;
  typeof(&PQgetlength) length;
  typeof(&PQgetisnull) is_null;
  typeof(&PQclear) clear;
  typeof(&PQconsumeInput) consume;
  typeof(&PQnotifies) notifies;
  typeof(&PQfreemem) free_memory;
  typeof(&PQencryptPasswordConn) encrypt_password;
  typeof(&PQescapeIdentifier) quote_name;
  typeof(&PQescapeLiteral) quote_text;
  typeof(&PQgetCancel) get_cancel;
  typeof(&PQcancel) cancel;
  typeof(&PQfreeCancel) free_cancel;
  typeof(&PQsetNoticeReceiver) notice_receiver;
} pq;

static const struct lazy_symbol symbols[] = {
  { "PQconnectdbParams", (void **)&pq.connect },
  { "PQfinish", (void **)&pq.finish },
  { "PQstatus", (void **)&pq.status },
  { "PQserverVersion", (void **)&pq.server_version },
  { "PQsocket", (void **)&pq.socket },
  { "PQerrorMessage", (void **)&pq.error },
  { "PQexec", (void **)&pq.exec },
  { "PQexecParams", (void **)&pq.exec_params },
  { "PQsendQueryParams", (void **)&pq.send_params },
  { "PQsetSingleRowMode", (void **)&pq.single_row },
  { "PQgetResult", (void **)&pq.get_result },
  { "PQresultStatus", (void **)&pq.result_status },
  { "PQresultErrorField", (void **)&pq.result_field },
  { "PQntuples", (void **)&pq.rows },
  { "PQgetvalue", (void **)&pq.value },
  { "PQgetlength", (void **)&pq.length },
  { "PQgetisnull", (void **)&pq.is_null },
  { "PQclear", (void **)&pq.clear },
  { "PQconsumeInput", (void **)&pq.consume },
  { "PQnotifies", (void **)&pq.notifies },
  { "PQfreemem", (void **)&pq.free_memory },
  { "PQencryptPasswordConn", (void **)&pq.encrypt_password },
  { "PQescapeIdentifier", (void **)&pq.quote_name },
  { "PQescapeLiteral", (void **)&pq.quote_text },
  { "PQgetCancel", (void **)&pq.get_cancel },
  { "PQcancel", (void **)&pq.cancel },
  { "PQfreeCancel", (void **)&pq.free_cancel },
  { "PQsetNoticeReceiver", (void **)&pq.notice_receiver },
  { NULL, NULL },
};
static struct lazy_library library = { LAZY_PQ, "libpq5", symbols, NULL };

struct postgres {
  PGconn *connection;
  char state[6];
};

enum { SERVER_LEAST = 150000, VALUES_MOST = 32 };

/* --- connection ----------------------------------------------------------------------------------------------------------------------- */

/* The first line of what libpq says: the rest are details and hints for administrators. */
static void say(struct err *err, const char *text)
{
  char *line = mem_dup_n(text, strcspn(text, "\n"));
  err_set(err, "%s", *line ? line : _("the hub does not answer"));
  free(line);
}

static void notice_ignore(void *context, const PGresult *result)
{
  (void)context, (void)result;
}

static PGconn *connect_to(const char *url)
{
  /* What stands before dbname is a default that the URL overrules. A dead line: noticed by keepalives when idle, by the timeout when
   * sending. */
  static const char *const names[] = { "connect_timeout",     "tcp_user_timeout", "keepalives_idle",
                                       "keepalives_interval", "keepalives_count", "dbname",
                                       "application_name",    "client_encoding",  NULL };
  const char *const values[] = { "15", "60000", "30", "10", "3", url, "dutydesk", "UTF8", NULL };
  return pq.connect(names, values, 1);
}

/* Refusals for which libpq gives no code. What is sought stands so in its text in whatever language: OpenSSL's words, a file's name. */
static const struct {
  const char *sign, *advice;
} refusals[] = {
  { "certificate verify failed",
    N_("nothing was sent: the hub's certificate does not come from the root that sslrootcert= names, or has expired, or this machine's "
       "clock is wrong; ask whoever runs the hub (%s)") },
  { "pg_hba.conf", N_("the hub lets nobody in this way: the address must have TLS (sslmode=verify-full) and this station's own role; else "
                      "ask whoever runs the hub (%s)") },
};

static void say_refused(PGconn *connection, struct err *err)
{
  say(err, pq.error(connection));
  for (size_t index = 0; index < sizeof(refusals) / sizeof(*refusals); index++)
    if (strstr(err->text, refusals[index].sign)) {
      char *why = mem_dup(err->text);
      err_set(err, _(refusals[index].advice), why);
      free(why);
      return;
    }
}

struct postgres *postgres_open(const char *url, struct err *err)
{
  if (lazy_open(&library, err) != 0) return NULL;
  struct postgres *postgres = mem_zero(1, sizeof(*postgres));
  postgres->connection = connect_to(url);
  int version = pq.status(postgres->connection) == CONNECTION_OK ? pq.server_version(postgres->connection) : 0;
  if (version >= SERVER_LEAST) {
    pq.notice_receiver(postgres->connection, notice_ignore, NULL);
    return postgres;
  }
  if (version == 0)
    say_refused(postgres->connection, err);
  else
    err_set(err, _("the hub's PostgreSQL is of version %d, and 15 is the oldest that will do: upgrade it"), version / 10000);
  postgres_close(postgres);
  return NULL;
}

void postgres_close(struct postgres *postgres)
{
  if (!postgres) return;
  pq.finish(postgres->connection);
  free(postgres);
}

int postgres_socket(const struct postgres *postgres)
{
  return pq.socket(postgres->connection);
}

const char *postgres_state(const struct postgres *postgres)
{
  return postgres->state;
}

/* --- questions ------------------------------------------------------------------------------------------------------------------------ */

static int failed(struct postgres *postgres, PGresult *result, struct err *err)
{
  const char *state = result ? pq.result_field(result, PG_DIAG_SQLSTATE) : NULL;
  const char *message = result ? pq.result_field(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
  memset(postgres->state, 0, sizeof(postgres->state));
  if (state) strncpy(postgres->state, state, sizeof(postgres->state) - 1);
  say(err, message ? message : pq.error(postgres->connection));
  pq.clear(result);
  return -1;
}

static unsigned array_type(enum postgres_type type)
{
  switch (type) {
  case POSTGRES_YES: return 1000;
  case POSTGRES_BYTES: return 1001;
  case POSTGRES_SHORT: return 1005;
  case POSTGRES_INT: return 1007;
  case POSTGRES_TEXT: return 1009;
  default: return 1016;
  }
}

struct parameters {
  int count;
  Oid types[VALUES_MOST];
  const char *bytes[VALUES_MOST];
  int lengths[VALUES_MOST], formats[VALUES_MOST];
  struct buf arrays[VALUES_MOST];
};

static void parameters_make(struct parameters *parameters, struct postgres_value *values, int count)
{
  memset(parameters, 0, sizeof(*parameters));
  parameters->count = count;
  if (count > VALUES_MOST) ERR_BUG("too many values");
  for (int index = 0; index < count; index++) {
    struct postgres_value *value = &values[index];
    parameters->formats[index] = 1;
    parameters->types[index] = value->is_single ? value->type : array_type(value->type);
    if (value->is_single) { /* its length stands in front, or says NULL */
      parameters->bytes[index] = value->has_null ? NULL : value->bytes.data + 4;
      parameters->lengths[index] = (int)value->bytes.length - 4;
      continue;
    }
    value_array(value, &parameters->arrays[index]);
    parameters->bytes[index] = parameters->arrays[index].data;
    parameters->lengths[index] = (int)parameters->arrays[index].length;
  }
}

static void parameters_drop(struct parameters *parameters)
{
  for (int index = 0; index < parameters->count; index++) buf_free(&parameters->arrays[index]);
}

int postgres_ask(struct postgres *postgres, const char *sql, struct postgres_value *values, int value_count, struct postgres_rows *rows,
                 struct err *err)
{
  struct parameters parameters;
  postgres->state[0] = '\0';
  parameters_make(&parameters, values, value_count);
  PGresult *result =
    pq.exec_params(postgres->connection, sql, value_count, parameters.types, parameters.bytes, parameters.lengths, parameters.formats, 1);
  parameters_drop(&parameters);
  ExecStatusType status = pq.result_status(result);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) return failed(postgres, result, err);
  if (rows)
    *rows = (struct postgres_rows){ result, pq.rows(result) };
  else
    pq.clear(result);
  return 0;
}

int postgres_run(struct postgres *postgres, const char *sql, struct err *err)
{
  postgres->state[0] = '\0';
  PGresult *result = pq.exec(postgres->connection, sql);
  ExecStatusType status = pq.result_status(result);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) return failed(postgres, result, err);
  pq.clear(result);
  return 0;
}

/* The rest of an answer that nobody wants is not waited for. */
static void stream_stop(struct postgres *postgres)
{
  char text[256];
  PGcancel *cancel = pq.get_cancel(postgres->connection);
  if (cancel) pq.cancel(cancel, text, sizeof(text));
  pq.free_cancel(cancel);
}

int postgres_stream(struct postgres *postgres, const char *sql, struct postgres_value *values, int value_count,
                    int (*row)(void *context, const struct postgres_rows *rows, struct err *err), void *context, struct err *err)
{
  struct parameters parameters;
  postgres->state[0] = '\0';
  parameters_make(&parameters, values, value_count);
  int sent =
    pq.send_params(postgres->connection, sql, value_count, parameters.types, parameters.bytes, parameters.lengths, parameters.formats, 1);
  parameters_drop(&parameters);
  if (!sent) return failed(postgres, NULL, err);
  pq.single_row(postgres->connection);
  int status = 0;
  for (PGresult *result; (result = pq.get_result(postgres->connection));) {
    ExecStatusType kind = pq.result_status(result);
    if (kind == PGRES_SINGLE_TUPLE && status == 0) {
      status = row(context, &(struct postgres_rows){ result, 1 }, err);
      if (status != 0) stream_stop(postgres);
    } else if (kind != PGRES_SINGLE_TUPLE && kind != PGRES_TUPLES_OK && kind != PGRES_COMMAND_OK && status == 0) {
      status = failed(postgres, result, err);
      continue;
    }
    pq.clear(result);
  }
  return status;
}

int postgres_listen(struct postgres *postgres, struct err *err)
{
  int heard = 0;
  if (!pq.consume(postgres->connection)) return failed(postgres, NULL, err);
  for (PGnotify *notify; (notify = pq.notifies(postgres->connection)); heard = 1) pq.free_memory(notify);
  return heard;
}

/* --- answers -------------------------------------------------------------------------------------------------------------------------- */

void rows_drop(struct postgres_rows *rows)
{
  if (rows->result) pq.clear(rows->result);
  *rows = (struct postgres_rows){ 0 };
}

bool rows_is_null(const struct postgres_rows *rows, int row, int column)
{
  return pq.is_null(rows->result, row, column);
}

const char *rows_bytes(const struct postgres_rows *rows, int row, int column, size_t *length)
{
  if (length) *length = (size_t)pq.length(rows->result, row, column);
  return rows_is_null(rows, row, column) ? NULL : pq.value(rows->result, row, column);
}

/* --- words for administrators --------------------------------------------------------------------------------------------------------- */

static char *taken(struct postgres *postgres, char *text, struct err *err)
{
  if (!text) {
    say(err, pq.error(postgres->connection));
    return NULL;
  }
  char *own = mem_dup(text);
  pq.free_memory(text);
  return own;
}

char *postgres_password(struct postgres *postgres, const char *role, const char *password, struct err *err)
{
  return taken(postgres, pq.encrypt_password(postgres->connection, password, role, "scram-sha-256"), err);
}

char *postgres_quote_name(struct postgres *postgres, const char *name)
{
  return taken(postgres, pq.quote_name(postgres->connection, name, strlen(name)), NULL);
}

char *postgres_quote_text(struct postgres *postgres, const char *text)
{
  return taken(postgres, pq.quote_text(postgres->connection, text, strlen(text)), NULL);
}

#else /* every other function needs a connection, and there is never one */

static int without(struct err *err)
{
  return err_set(err, _("This dutydesk was built without the PostgreSQL hub (libpq)"));
}

struct postgres *postgres_open(const char *url, struct err *err)
{
  (void)url;
  without(err);
  return NULL;
}

void postgres_close(struct postgres *postgres)
{
  (void)postgres;
}

int postgres_socket(const struct postgres *postgres)
{
  return (void)postgres, -1;
}

const char *postgres_state(const struct postgres *postgres)
{
  return (void)postgres, "";
}

int postgres_ask(struct postgres *postgres, const char *sql, struct postgres_value *values, int value_count, struct postgres_rows *rows,
                 struct err *err)
{
  (void)postgres, (void)sql, (void)values, (void)value_count, (void)rows;
  return without(err);
}

int postgres_run(struct postgres *postgres, const char *sql, struct err *err)
{
  (void)postgres, (void)sql;
  return without(err);
}

int postgres_stream(struct postgres *postgres, const char *sql, struct postgres_value *values, int value_count,
                    int (*row)(void *context, const struct postgres_rows *rows, struct err *err), void *context, struct err *err)
{
  (void)postgres, (void)sql, (void)values, (void)value_count, (void)row, (void)context;
  return without(err);
}

int postgres_listen(struct postgres *postgres, struct err *err)
{
  (void)postgres;
  return without(err);
}

void rows_drop(struct postgres_rows *rows)
{
  (void)rows;
}

bool rows_is_null(const struct postgres_rows *rows, int row, int column)
{
  return (void)rows, (void)row, (void)column, true;
}

const char *rows_bytes(const struct postgres_rows *rows, int row, int column, size_t *length)
{
  (void)rows, (void)row, (void)column;
  if (length) *length = 0;
  return NULL;
}

char *postgres_password(struct postgres *postgres, const char *role, const char *password, struct err *err)
{
  (void)postgres, (void)role, (void)password;
  without(err);
  return NULL;
}

char *postgres_quote_name(struct postgres *postgres, const char *name)
{
  return (void)postgres, mem_dup(name);
}

char *postgres_quote_text(struct postgres *postgres, const char *text)
{
  return (void)postgres, mem_dup(text);
}

#endif
