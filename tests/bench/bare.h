/* The reference for the store: SQLite alone, with the pragmas that the store has, writing rows that are there already. */
#ifndef TESTS_BENCH_BARE_H
#define TESTS_BENCH_BARE_H

#include <stdbool.h>

#include <sqlite3.h>

sqlite3 *bare_open(const char *path); /* made if it is not there; WAL, synchronous=FULL, cache and temporary files as in store/sql.c */
void bare_run(sqlite3 *database, const char *sql);
sqlite3_stmt *bare_prepare(sqlite3 *database, const char *sql);

/* Writes the rows of some tables of `from` into tables of the same make in `to`, one transaction. `where` picks them by SQL on
 * sqlite_schema, e.g. "name = 'k_entry'"; indexes: these tables' own indexes too. Returns the seconds spent on writing: reading `from`
 * does not count. */
double bare_copy(const char *from, sqlite3 *to, const char *where, bool indexes);
/* The same in several transactions, each with its share of every table. */
double bare_copy_in(const char *from, sqlite3 *to, const char *where, bool indexes, int transactions);

#endif
