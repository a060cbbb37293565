#include "venue/db.h"

#include <string.h>

enum vol_status vol_db_error(sqlite3 *db, const char *path, int code, struct vol_error *err)
{
    enum vol_status status;

    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        status = VOL_ETEMP;
        break;
    case SQLITE_CORRUPT:
        status = VOL_EDATA;
        break;
    case SQLITE_NOTADB:
        status = VOL_ECONFIG;
        break;
    case SQLITE_NOMEM:
        status = VOL_EOS;
        break;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
        status = VOL_EPERM;
        break;
    case SQLITE_CANTOPEN:
        status = VOL_ECREATE;
        break;
    case SQLITE_FULL:
    case SQLITE_IOERR:
        status = VOL_EIO;
        break;
    default: /* constraints and misuse: the program broke a rule of the journal */
        status = VOL_EINTERNAL;
        break;
    }
    return vol_error_set(err, status, "%s: %s", path, db != NULL ? sqlite3_errmsg(db) : sqlite3_errstr(code));
}

enum vol_status vol_db_exec(sqlite3 *db, const char *path, const char *sql, struct vol_error *err)
{
    int code = sqlite3_exec(db, sql, NULL, NULL, NULL);

    return code == SQLITE_OK ? VOL_OK : vol_db_error(db, path, code, err);
}

void vol_db_begin(struct vol_db_call *call, sqlite3 *db, const char *path, const char *sql)
{
    call->db = db;
    call->path = path;
    call->statement = NULL;
    call->next = 1;
    call->code = sqlite3_prepare_v2(db, sql, -1, &call->statement, NULL);
}

void vol_db_text(struct vol_db_call *call, const char *text)
{
    if (call->code == SQLITE_OK)
        call->code = sqlite3_bind_text(call->statement, call->next++, text, -1, SQLITE_TRANSIENT);
}

void vol_db_int(struct vol_db_call *call, int64_t x)
{
    if (call->code == SQLITE_OK)
        call->code = sqlite3_bind_int64(call->statement, call->next++, x);
}

void vol_db_int_or(struct vol_db_call *call, int64_t x, int64_t none)
{
    if (x != none)
        vol_db_int(call, x);
    else if (call->code == SQLITE_OK)
        call->code = sqlite3_bind_null(call->statement, call->next++);
}

enum vol_status vol_db_step(struct vol_db_call *call, struct vol_error *err)
{
    int code = call->code != SQLITE_OK ? call->code : sqlite3_step(call->statement);

    if (code == SQLITE_ROW)
        return VOL_OK;
    return code == SQLITE_DONE ? VOL_END : vol_db_error(call->db, call->path, code, err);
}

void vol_db_end(struct vol_db_call *call)
{
    sqlite3_finalize(call->statement);
    call->statement = NULL;
}

enum vol_status vol_db_run(struct vol_db_call *call, struct vol_error *err)
{
    enum vol_status status = vol_db_step(call, err);

    vol_db_end(call);
    return status == VOL_END ? VOL_OK : status == VOL_OK ? VOL_EINTERNAL : status;
}

enum vol_status vol_db_get_text(const struct vol_db_call *call, int i, char *out, size_t max)
{
    const unsigned char *text = sqlite3_column_text(call->statement, i);
    int n = sqlite3_column_bytes(call->statement, i);

    if (text == NULL || (size_t)n >= max || strlen((const char *)text) != (size_t)n)
        return VOL_EDATA;
    memcpy(out, text, (size_t)n + 1);
    return VOL_OK;
}

int64_t vol_db_get_int(const struct vol_db_call *call, int i, int64_t none)
{
    return sqlite3_column_type(call->statement, i) == SQLITE_NULL ? none
                                                                  : sqlite3_column_int64(call->statement, i);
}

enum vol_status vol_db_ask_int(sqlite3 *db, const char *path, const char *sql, int64_t none, int64_t *out,
                               struct vol_error *err)
{
    struct vol_db_call call;
    enum vol_status status;

    vol_db_begin(&call, db, path, sql);
    status = vol_db_step(&call, err);
    *out = none;
    if (status == VOL_OK)
        *out = vol_db_get_int(&call, 0, none);
    vol_db_end(&call);
    return status == VOL_END ? VOL_OK : status;
}

enum vol_status vol_db_ask_text(sqlite3 *db, const char *path, const char *sql, char *out, size_t max,
                                struct vol_error *err)
{
    struct vol_db_call call;
    enum vol_status status;

    vol_db_begin(&call, db, path, sql);
    status = vol_db_step(&call, err);
    if (status == VOL_END || (status == VOL_OK && vol_db_get_text(&call, 0, out, max) != VOL_OK))
        status = vol_error_set(err, VOL_EDATA, "%s: no answer to: %s", path, sql);
    vol_db_end(&call);
    return status;
}
