/* db.h: the few SQLite calls of the journal, with vol_status and words. Private to lib/venue. */
#ifndef VOL_VENUE_DB_H
#define VOL_VENUE_DB_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* The vol_status of an SQLite result, with its message behind PATH. */
enum vol_status vol_db_error(sqlite3 *db, const char *path, int code, struct vol_error *err);

enum vol_status vol_db_exec(sqlite3 *db, const char *path, const char *sql, struct vol_error *err);

/* A prepared statement whose parameters are bound one after the other. The first failure is kept and comes
 * out of vol_db_step. */
struct vol_db_call {
    sqlite3 *db;
    const char *path;
    sqlite3_stmt *statement;
    int code;
    int next; /* parameter that is bound next */
};

void vol_db_begin(struct vol_db_call *call, sqlite3 *db, const char *path, const char *sql);
void vol_db_text(struct vol_db_call *call, const char *text);
void vol_db_int(struct vol_db_call *call, int64_t x);
/* NULL when X is NONE. */
void vol_db_int_or(struct vol_db_call *call, int64_t x, int64_t none);

/* VOL_OK: a row; VOL_END: done. */
enum vol_status vol_db_step(struct vol_db_call *call, struct vol_error *err);
void vol_db_end(struct vol_db_call *call);

/* Step a statement that gives no row, and end it. */
enum vol_status vol_db_run(struct vol_db_call *call, struct vol_error *err);

/* Column I of the row: copied into OUT[MAX] (VOL_EDATA: it does not fit or is no text), a whole number (NONE
 * for NULL). */
enum vol_status vol_db_get_text(const struct vol_db_call *call, int i, char *out, size_t max);
int64_t vol_db_get_int(const struct vol_db_call *call, int i, int64_t none);

/* The first column of the only row of SQL. An absent or NULL number is NONE; an absent text is VOL_EDATA. */
enum vol_status vol_db_ask_int(sqlite3 *db, const char *path, const char *sql, int64_t none, int64_t *out,
                               struct vol_error *err);
enum vol_status vol_db_ask_text(sqlite3 *db, const char *path, const char *sql, char *out, size_t max,
                                struct vol_error *err);

#endif
