#include "venue/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "venue/db.h"
#include "venue/journal_file.h"

enum { VERSION = 1, APPLICATION = 0x766F6C70 /* "volp" */, BUSY_READ_MS = 800, BUSY_WRITE_MS = 5000 };

/* Amounts are whole numbers of 1e-8, instants nanoseconds since 1970, dates days since 1970. */
static const char schema[] =
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;"
    "CREATE TABLE orders (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, ts INTEGER NOT NULL,"
    " strategy TEXT NOT NULL, underlying TEXT NOT NULL, quantity INTEGER NOT NULL CHECK (quantity > 0),"
    " limit_price INTEGER, tif TEXT NOT NULL CHECK (tif IN ('day', 'gtc')),"
    " intent TEXT NOT NULL CHECK (intent IN ('open', 'close', 'hedge')), reason TEXT NOT NULL, terms TEXT "
    "NOT NULL,"
    " status TEXT NOT NULL CHECK (status IN ('pending', 'filled', 'cancelled', 'rejected', 'expired')),"
    " status_ts INTEGER, status_reason TEXT NOT NULL, first_date INTEGER,"
    " CHECK ((status = 'pending') = (status_ts IS NULL))) STRICT;"
    "CREATE INDEX orders_pending ON orders (seq) WHERE status = 'pending';"
    "CREATE TABLE legs (order_seq INTEGER NOT NULL REFERENCES orders (seq), leg INTEGER NOT NULL,"
    " symbol TEXT NOT NULL, side INTEGER NOT NULL CHECK (side IN (-1, 1)), ratio INTEGER NOT NULL CHECK "
    "(ratio > 0),"
    " root TEXT NOT NULL, expiration INTEGER NOT NULL, expires INTEGER NOT NULL,"
    " strike INTEGER NOT NULL CHECK (strike > 0), option_type TEXT NOT NULL CHECK (option_type IN ('C', "
    "'P')),"
    " multiplier INTEGER NOT NULL CHECK (multiplier > 0), PRIMARY KEY (order_seq, leg)) STRICT;"
    "CREATE TABLE fills (seq INTEGER PRIMARY KEY, trade_id TEXT NOT NULL UNIQUE, ts INTEGER NOT NULL,"
    " order_id TEXT NOT NULL, strategy TEXT NOT NULL, underlying TEXT NOT NULL, symbol TEXT NOT NULL,"
    " root TEXT NOT NULL, expiration INTEGER NOT NULL, expires INTEGER NOT NULL,"
    " strike INTEGER NOT NULL CHECK (strike > 0), option_type TEXT NOT NULL CHECK (option_type IN ('C', "
    "'P')),"
    " multiplier INTEGER NOT NULL CHECK (multiplier > 0), side INTEGER NOT NULL CHECK (side IN (-1, 1)),"
    " quantity INTEGER NOT NULL CHECK (quantity > 0), price INTEGER NOT NULL CHECK (price >= 0),"
    " commission INTEGER NOT NULL CHECK (commission >= 0), fees INTEGER NOT NULL CHECK (fees >= 0),"
    " cash INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;"
    "CREATE TABLE snapshots (underlying TEXT PRIMARY KEY, ts INTEGER NOT NULL) STRICT;"
    "CREATE TRIGGER order_ends_once BEFORE UPDATE OF status ON orders"
    " WHEN old.status <> 'pending' BEGIN SELECT raise(ABORT, 'the order has ended already'); END;"
    "CREATE TRIGGER terms_are_fixed BEFORE UPDATE OF id, ts, terms ON orders"
    " BEGIN SELECT raise(ABORT, 'the terms of an order cannot change'); END;"
    "CREATE TRIGGER orders_stay BEFORE DELETE ON orders BEGIN SELECT raise(ABORT, 'orders are kept'); END;"
    "CREATE TRIGGER fills_are_fixed BEFORE UPDATE ON fills BEGIN SELECT raise(ABORT, 'fills cannot change'); "
    "END;"
    "CREATE TRIGGER fills_stay BEFORE DELETE ON fills BEGIN SELECT raise(ABORT, 'fills are kept'); END;"
    "CREATE TRIGGER snapshots_ascend BEFORE UPDATE ON snapshots WHEN new.ts <= old.ts"
    " BEGIN SELECT raise(ABORT, 'the snapshot was worked already'); END;";

/* ---- opening ---- */

static enum vol_status take_lock(struct vol_journal *j, struct vol_error *err)
{
    struct vol_buf name = VOL_BUF_INIT;
    enum vol_status status = vol_buf_addf(&name, "%s.lock", j->path);

    if (status != VOL_OK)
        return vol_error_set(err, VOL_EOS, "out of memory");
    j->lock = open(name.data, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (j->lock < 0)
        status = vol_error_set(err, VOL_ECREATE, "%s: cannot create: %s", name.data, strerror(errno));
    else if (flock(j->lock, LOCK_EX | LOCK_NB) != 0)
        status = errno == EWOULDBLOCK
                     ? vol_error_set(err, VOL_ETEMP, "%s: another process holds the journal", j->path)
                     : vol_error_set(err, VOL_EOS, "%s: cannot lock: %s", name.data, strerror(errno));
    vol_buf_free(&name);
    return status;
}

static enum vol_status set_up(sqlite3 *db, const char *path, int busy_ms, struct vol_error *err)
{
    sqlite3_busy_timeout(db, busy_ms);
    return vol_db_exec(db, path,
                       "PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON;"
                       "PRAGMA synchronous = FULL",
                       err);
}

/* A log without its database must not be played into a new one: that account's state is lost. */
static enum vol_status no_remains(const struct vol_journal *j, struct vol_error *err)
{
    static const char *const tails[] = {"-wal", "-journal"};
    struct vol_buf name = VOL_BUF_INIT;
    enum vol_status status = VOL_OK;
    size_t i;

    for (i = 0; i < sizeof tails / sizeof tails[0] && status == VOL_OK; i++) {
        vol_buf_clear(&name);
        if (vol_buf_addf(&name, "%s%s", j->path, tails[i]) != VOL_OK)
            status = vol_error_set(err, VOL_EOS, "out of memory");
        else if (access(name.data, F_OK) == 0)
            status =
                vol_error_set(err, VOL_EDATA, "%s: the journal is gone, but %s is here", j->path, name.data);
    }
    vol_buf_free(&name);
    return status;
}

/* The directory entry of a new file is not safe before the directory is synced. */
static enum vol_status sync_directory(const char *path, struct vol_error *err)
{
    const char *slash = strrchr(path, '/');
    struct vol_buf name = VOL_BUF_INIT;
    enum vol_status status = VOL_OK;
    int fd;

    if (slash == NULL)
        status = vol_buf_add_str(&name, ".");
    else
        status = vol_buf_add(&name, path, slash == path ? 1 : (size_t)(slash - path));
    if (status != VOL_OK)
        return vol_error_set(err, VOL_EOS, "out of memory");
    fd = open(name.data, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0)
        status = vol_error_set(err, VOL_EIO, "%s: cannot sync: %s", name.data, strerror(errno));
    if (fd >= 0)
        close(fd);
    vol_buf_free(&name);
    return status;
}

/* Make the journal under another name and move it into place, so that FILE is whole or absent at any moment
 * and an empty file is damage, not a beginning. */
static enum vol_status create(const struct vol_journal *j, struct vol_error *err)
{
    struct vol_buf name = VOL_BUF_INIT, pragma = VOL_BUF_INIT;
    struct vol_db_call call;
    sqlite3 *db = NULL;
    enum vol_status status;
    int code;

    if (vol_buf_addf(&name, "%s.new", j->path) != VOL_OK ||
        vol_buf_addf(&pragma, "PRAGMA application_id = %d; PRAGMA user_version = %d", APPLICATION, VERSION) !=
            VOL_OK) {
        status = vol_error_set(err, VOL_EOS, "out of memory");
        goto done;
    }
    if ((status = no_remains(j, err)) != VOL_OK)
        goto done;
    unlink(name.data); /* what a kill may have left */
    if (vol_buf_add_str(&name, "-journal") != VOL_OK) {
        status = vol_error_set(err, VOL_EOS, "out of memory");
        goto done;
    }
    unlink(name.data);
    name.data[name.len -= strlen("-journal")] = '\0';
    code = sqlite3_open_v2(name.data, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    if (code != SQLITE_OK) {
        status = vol_db_error(db, name.data, code, err);
        goto done;
    }
    status = set_up(db, name.data, BUSY_WRITE_MS, err);
    if (status == VOL_OK)
        status = vol_db_exec(db, name.data, pragma.data, err);
    if (status == VOL_OK)
        status = vol_db_exec(db, name.data, "BEGIN IMMEDIATE", err);
    if (status == VOL_OK)
        status = vol_db_exec(db, name.data, schema, err);
    if (status == VOL_OK) {
        vol_db_begin(&call, db, name.data, "INSERT INTO meta VALUES ('account', ?)");
        vol_db_text(&call, j->account);
        status = vol_db_run(&call, err);
    }
    if (status == VOL_OK)
        status = vol_db_exec(db, name.data, "COMMIT", err);
    sqlite3_close(db);
    db = NULL;
    if (status == VOL_OK && rename(name.data, j->path) != 0)
        status = vol_error_set(err, VOL_ECREATE, "%s: cannot create: %s", j->path, strerror(errno));
    if (status == VOL_OK)
        status = sync_directory(j->path, err);
done:
    sqlite3_close(db);
    vol_buf_free(&name);
    vol_buf_free(&pragma);
    return status;
}

/* Is it a journal of ours, whole, and of the right account? */
static enum vol_status inspect(struct vol_journal *j, const char *account, struct vol_error *err)
{
    int64_t application, version, strays;
    char text[256];
    enum vol_status status;

    if ((status = vol_db_ask_int(j->db, j->path, "PRAGMA application_id", 0, &application, err)) != VOL_OK ||
        (status = vol_db_ask_int(j->db, j->path, "PRAGMA user_version", 0, &version, err)) != VOL_OK)
        return status;
    if (application != APPLICATION)
        return vol_error_set(err, VOL_ECONFIG, "%s: is no volpipe journal", j->path);
    if (version != VERSION)
        return vol_error_set(err, VOL_ECONFIG, "%s: journal version %lld, this program knows %d", j->path,
                             (long long)version, VERSION);
    if ((status = vol_db_ask_text(j->db, j->path, "PRAGMA integrity_check(1)", text, sizeof text, err)) !=
        VOL_OK)
        return status;
    if (strcmp(text, "ok") != 0)
        return vol_error_set(err, VOL_EDATA, "%s: the journal is damaged: %s", j->path, text);
    /* A filled order has a fill per leg, every other order none; a fill that is no settlement has its order.
     */
    status = vol_db_ask_int(
        j->db, j->path,
        "SELECT (SELECT count(*) FROM orders o WHERE"
        " (SELECT count(*) FROM fills f WHERE f.order_id = o.id) <>"
        " CASE o.status WHEN 'filled' THEN (SELECT count(*) FROM legs l WHERE l.order_seq = o.seq) ELSE 0 "
        "END)"
        " + (SELECT count(*) FROM fills f WHERE f.trade_id NOT LIKE 'settlement-%/0' AND NOT EXISTS"
        " (SELECT 1 FROM orders o WHERE o.id = f.order_id))",
        -1, &strays, err);
    if (status == VOL_OK && strays != 0)
        return vol_error_set(err, VOL_EDATA, "%s: the journal is damaged: orders and fills do not agree",
                             j->path);
    if (status == VOL_OK)
        status = vol_db_ask_text(j->db, j->path, "SELECT value FROM meta WHERE key = 'account'", j->account,
                                 sizeof j->account, err);
    if (status == VOL_OK && account != NULL && strcmp(account, j->account) != 0)
        return vol_error_set(err, VOL_ECONFIG, "%s: is the journal of account %s, not of %s", j->path,
                             j->account, account);
    return status;
}

/* What shows without opening it as a database, so that no lock is left beside a file that is not ours. */
static enum vol_status look_at(const char *path, struct vol_error *err)
{
    char head[16] = "";
    struct stat st;
    ssize_t n;
    int fd;

    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return vol_error_set(err, VOL_ECREATE, "%s: is a directory, not a journal", path);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return VOL_OK; /* SQLite has the words */
    n = read(fd, head, sizeof head);
    close(fd);
    if (n >= 0 && (n < (ssize_t)sizeof head || memcmp(head, "SQLite format 3", sizeof head) != 0))
        return vol_error_set(err, VOL_ECONFIG, "%s: is no volpipe journal", path);
    return VOL_OK;
}

enum vol_status vol_journal_open(struct vol_journal **out, const char *path, const char *account,
                                 enum vol_journal_mode mode, struct vol_error *err)
{
    struct vol_journal *j = calloc(1, sizeof *j);
    bool absent = access(path, F_OK) != 0;
    enum vol_status status;
    int code;

    if (j == NULL || (j->path = malloc(strlen(path) + 1)) == NULL) {
        free(j);
        return vol_error_set(err, VOL_EOS, "out of memory");
    }
    strcpy(j->path, path);
    j->lock = -1;
    status = absent && mode != VOL_JOURNAL_CREATE
                 ? vol_error_set(err, VOL_ENOINPUT, "%s: there is no such journal", path)
                 : VOL_OK;
    if (status == VOL_OK && !absent)
        status = look_at(path, err);
    if (status == VOL_OK && mode != VOL_JOURNAL_READ)
        status = take_lock(j, err);
    if (status == VOL_OK && mode == VOL_JOURNAL_CREATE && access(path, F_OK) != 0) {
        status = vol_contract_name(j->account, sizeof j->account, account, strlen(account), "account", err);
        if (status == VOL_OK)
            status = create(j, err);
    }
    if (status == VOL_OK) {
        code = sqlite3_open_v2(path, &j->db, SQLITE_OPEN_READWRITE, NULL);
        status = code == SQLITE_OK
                     ? set_up(j->db, path, mode == VOL_JOURNAL_READ ? BUSY_READ_MS : BUSY_WRITE_MS, err)
                     : vol_db_error(j->db, path, code, err);
    }
    if (status == VOL_OK)
        status = inspect(j, account, err);
    if (status == VOL_OK && mode != VOL_JOURNAL_READ) /* not before it is known to be ours: it writes */
        status = vol_db_exec(j->db, path, "PRAGMA journal_mode = WAL", err);
    if (status == VOL_OK)
        *out = j;
    else
        vol_journal_close(j);
    return status;
}

void vol_journal_close(struct vol_journal *journal)
{
    if (journal == NULL)
        return;
    sqlite3_close(journal->db);
    if (journal->lock >= 0)
        close(journal->lock);
    free(journal->path);
    free(journal);
}

enum vol_status vol_journal_begin_read(struct vol_journal *journal, struct vol_error *err)
{
    return vol_db_exec(journal->db, journal->path, "BEGIN", err);
}

enum vol_status vol_journal_end_read(struct vol_journal *journal, struct vol_error *err)
{
    return vol_db_exec(journal->db, journal->path, "COMMIT", err);
}

const char *vol_journal_account(const struct vol_journal *journal)
{
    return journal->account;
}

/* ---- writing ---- */

static enum vol_status end_transaction(struct vol_journal *j, enum vol_status status, struct vol_error *err)
{
    if (status == VOL_OK)
        status = vol_db_exec(j->db, j->path, "COMMIT", err);
    if (status != VOL_OK)
        sqlite3_exec(j->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

static void bind_contract(struct vol_db_call *call, const struct vol_contract *c)
{
    vol_db_text(call, c->root);
    vol_db_int(call, c->expiration);
    vol_db_int(call, c->expires);
    vol_db_int(call, c->strike);
    vol_db_text(call, c->option_type == 'C' ? "C" : "P");
    vol_db_int(call, c->multiplier);
}

static enum vol_status insert_order(struct vol_journal *j, const struct vol_order *order, const char *terms,
                                    enum vol_order_status status, const char *reason, struct vol_error *err)
{
    struct vol_db_call call;
    enum vol_status result;
    sqlite3_int64 seq;
    size_t i;

    vol_db_begin(
        &call, j->db, j->path,
        "INSERT INTO orders (id, ts, strategy, underlying, quantity, limit_price, tif, intent, reason, terms,"
        " status, status_ts, status_reason) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)");
    vol_db_text(&call, order->id);
    vol_db_int(&call, order->ts);
    vol_db_text(&call, order->strategy);
    vol_db_text(&call, order->underlying);
    vol_db_int(&call, order->quantity);
    vol_db_int_or(&call, order->limit_price, VOL_FIXED_NONE);
    vol_db_text(&call, vol_tif_name(order->tif));
    vol_db_text(&call, vol_intent_name(order->intent));
    vol_db_text(&call, order->reason);
    vol_db_text(&call, terms);
    vol_db_text(&call, vol_order_status_name(status));
    vol_db_int_or(&call, status == VOL_ORDER_PENDING ? VOL_TIME_NONE : order->ts, VOL_TIME_NONE);
    vol_db_text(&call, reason);
    result = vol_db_run(&call, err);
    seq = sqlite3_last_insert_rowid(j->db);
    for (i = 0; i < order->n_legs && result == VOL_OK; i++) {
        const struct vol_leg *leg = &order->legs[i];

        vol_db_begin(
            &call, j->db, j->path,
            "INSERT INTO legs (order_seq, leg, symbol, side, ratio, root, expiration, expires, strike,"
            " option_type, multiplier) VALUES (?,?,?,?,?,?,?,?,?,?,?)");
        vol_db_int(&call, seq);
        vol_db_int(&call, (int64_t)i + 1);
        vol_db_text(&call, leg->contract.symbol);
        vol_db_int(&call, leg->side);
        vol_db_int(&call, leg->ratio);
        bind_contract(&call, &leg->contract);
        result = vol_db_run(&call, err);
    }
    return result;
}

enum vol_status vol_journal_add(struct vol_journal *j, const struct vol_order *order,
                                enum vol_order_status status, const char *reason, struct vol_error *err)
{
    struct vol_buf terms = VOL_BUF_INIT;
    struct vol_db_call call;
    enum vol_status result = vol_order_check(order, err);
    bool same;

    if (result != VOL_OK)
        return result;
    if (vol_order_terms(order, &terms) != VOL_OK) {
        vol_buf_free(&terms);
        return vol_error_set(err, VOL_EOS, "out of memory");
    }
    vol_db_begin(&call, j->db, j->path, "SELECT terms = ?2 FROM orders WHERE id = ?1");
    vol_db_text(&call, order->id);
    vol_db_text(&call, terms.data);
    result = vol_db_step(&call, err);
    same = result == VOL_OK && vol_db_get_int(&call, 0, 0) == 1;
    vol_db_end(&call);
    if (result == VOL_OK)
        result =
            same ? VOL_NO
                 : vol_error_set(err, VOL_EDATA, "order %s: is in the journal with other terms", order->id);
    else if (result == VOL_END) {
        result = vol_db_exec(j->db, j->path, "BEGIN IMMEDIATE", err);
        if (result == VOL_OK)
            result = end_transaction(j, insert_order(j, order, terms.data, status, reason, err), err);
    }
    vol_buf_free(&terms);
    return result;
}

static enum vol_status insert_fill(struct vol_journal *j, const struct vol_fill *fill, struct vol_error *err)
{
    struct vol_db_call call;

    vol_db_begin(
        &call, j->db, j->path,
        "INSERT INTO fills (trade_id, ts, order_id, strategy, underlying, symbol, root, expiration, expires,"
        " strike, option_type, multiplier, side, quantity, price, commission, fees, cash, reason)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    vol_db_text(&call, fill->trade_id);
    vol_db_int(&call, fill->ts);
    vol_db_text(&call, fill->order_id);
    vol_db_text(&call, fill->strategy);
    vol_db_text(&call, fill->contract.underlying);
    vol_db_text(&call, fill->contract.symbol);
    bind_contract(&call, &fill->contract);
    vol_db_int(&call, fill->side);
    vol_db_int(&call, fill->quantity);
    vol_db_int(&call, fill->price);
    vol_db_int(&call, fill->commission);
    vol_db_int(&call, fill->fees);
    vol_db_int(&call, fill->cash);
    vol_db_text(&call, fill->reason);
    return vol_db_run(&call, err);
}

/* Move a pending order on; exactly one row must change. */
static enum vol_status update_order(struct vol_journal *j, const char *id, enum vol_order_status status,
                                    int64_t ts, int32_t first_date, const char *reason, struct vol_error *err)
{
    struct vol_db_call call;
    enum vol_status result;

    if (status == VOL_ORDER_PENDING)
        vol_db_begin(
            &call, j->db, j->path,
            "UPDATE orders SET status_reason = ?2, first_date = ?3 WHERE id = ?1 AND status = 'pending'");
    else
        vol_db_begin(&call, j->db, j->path,
                     "UPDATE orders SET status_reason = ?2, first_date = ?3, status = ?4, status_ts = ?5"
                     " WHERE id = ?1 AND status = 'pending'");
    vol_db_text(&call, id);
    vol_db_text(&call, reason);
    vol_db_int_or(&call, first_date, VOL_NEVER);
    if (status != VOL_ORDER_PENDING) {
        vol_db_text(&call, vol_order_status_name(status));
        vol_db_int(&call, ts);
    }
    result = vol_db_run(&call, err);
    if (result == VOL_OK && sqlite3_changes(j->db) != 1)
        return vol_error_set(err, VOL_EINTERNAL, "order %s: is not pending in the journal", id);
    return result;
}

enum vol_status vol_journal_snapshot(struct vol_journal *j, const char *underlying, int64_t ts,
                                     const struct vol_paper_events *events, struct vol_error *err)
{
    struct vol_db_call call;
    enum vol_status status = vol_db_exec(j->db, j->path, "BEGIN IMMEDIATE", err);
    size_t i;

    if (status != VOL_OK)
        return status;
    for (i = 0; i < events->n_fills && status == VOL_OK; i++)
        status = insert_fill(j, &events->fills[i], err);
    for (i = 0; i < events->n_changes && status == VOL_OK; i++) {
        const struct vol_order_change *c = &events->changes[i];

        status = update_order(j, c->id, c->status, ts, c->first_date, c->reason, err);
    }
    if (status == VOL_OK) {
        vol_db_begin(&call, j->db, j->path,
                     "INSERT INTO snapshots VALUES (?1, ?2) ON CONFLICT (underlying) DO UPDATE SET ts = ?2");
        vol_db_text(&call, underlying);
        vol_db_int(&call, ts);
        status = vol_db_run(&call, err);
    }
    return end_transaction(j, status, err);
}

enum vol_status vol_journal_cancel(struct vol_journal *j, const char *id, int64_t ts,
                                   enum vol_order_status *status, struct vol_error *err)
{
    struct vol_db_call call;
    enum vol_status result;
    char word[16];
    int i;

    vol_db_begin(&call, j->db, j->path, "SELECT status, first_date FROM orders WHERE id = ?");
    vol_db_text(&call, id);
    result = vol_db_step(&call, err);
    if (result == VOL_OK)
        result = vol_db_get_text(&call, 0, word, sizeof word);
    vol_db_end(&call);
    if (result == VOL_END)
        return vol_error_set(err, VOL_EDATA, "%s: no order %s", j->path, id);
    if (result != VOL_OK)
        return result;
    for (i = VOL_ORDER_PENDING;
         i < VOL_ORDER_EXPIRED && strcmp(word, vol_order_status_name((enum vol_order_status)i));)
        i++;
    *status = (enum vol_order_status)i;
    if (*status != VOL_ORDER_PENDING)
        return VOL_NO;
    result = vol_db_exec(j->db, j->path, "BEGIN IMMEDIATE", err);
    if (result == VOL_OK)
        result = end_transaction(
            j, update_order(j, id, VOL_ORDER_CANCELLED, ts, VOL_NEVER, "cancelled by vorder cancel", err),
            err);
    return result;
}
