/* journal.h: what an account has ordered and what was filled, in one SQLite file that survives a kill -9.
 *
 * The file is the truth: a process keeps a copy in memory, and dies when it cannot write. Every change of
 * state is one transaction, on the disk before the call returns (write-ahead log, synchronous=FULL: one fsync
 * a change, and readers hold up nobody; after a clean close the file stands alone, after a kill it does so
 * with FILE-wal, which the next open takes in). An id is accepted once; an order leaves the state pending
 * once, which a trigger of the schema holds as well; fills are only ever added, under unique trade ids.
 *
 * One process at a time may write: it holds a lock on FILE.lock (flock, which the kernel drops with the
 * process, so that there are no stale locks). Reading takes no lock of ours.
 */
#ifndef VOL_VENUE_JOURNAL_H
#define VOL_VENUE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "book/order.h"
#include "trade/paper.h"

struct vol_journal;

enum vol_journal_mode {
    VOL_JOURNAL_READ,  /* the file must exist */
    VOL_JOURNAL_WRITE, /* the file must exist; takes the lock */
    VOL_JOURNAL_CREATE /* makes it when it is absent; takes the lock */
};

/* Open PATH for ACCOUNT (null: whatever account it has).
 *   VOL_ENOINPUT  it is absent
 *   VOL_ECREATE   it cannot be made, or is a directory
 *   VOL_ETEMP     another process holds the lock or has it open for writing
 *   VOL_ECONFIG   it is no journal of volpipe, of another version, or of another account
 *   VOL_EDATA     it is damaged: nothing may be sent
 *   VOL_EIO, _EOS */
enum vol_status vol_journal_open(struct vol_journal **out, const char *path, const char *account,
                                 enum vol_journal_mode mode, struct vol_error *err);
void vol_journal_close(struct vol_journal *journal);

const char *vol_journal_account(const struct vol_journal *journal);

/* What is read in between is of one moment. Keep it short: it makes a writer wait. */
enum vol_status vol_journal_begin_read(struct vol_journal *journal, struct vol_error *err);
enum vol_status vol_journal_end_read(struct vol_journal *journal, struct vol_error *err);

/* The latest instant that the journal knows (of an order, a fill or a snapshot); VOL_TIME_NONE: empty. */
enum vol_status vol_journal_latest(struct vol_journal *journal, int64_t *ts, struct vol_error *err);

/* Keep an order, pending, or rejected or expired with REASON. VOL_NO: it is there already, with the same
 * terms; VOL_EDATA: it is there with other terms. Neither writes anything. VOL_EIO. */
enum vol_status vol_journal_add(struct vol_journal *journal, const struct vol_order *order,
                                enum vol_order_status status, const char *reason, struct vol_error *err);

/* Keep what a snapshot of UNDERLYING at TS brought, all or nothing, and that it has been worked. */
enum vol_status vol_journal_snapshot(struct vol_journal *journal, const char *underlying, int64_t ts,
                                     const struct vol_paper_events *events, struct vol_error *err);

/* The last snapshot of UNDERLYING that was worked; VOL_TIME_NONE. */
enum vol_status vol_journal_worked(struct vol_journal *journal, const char *underlying, int64_t *ts,
                                   struct vol_error *err);

/* Cancel a pending order at TS. VOL_NO: it is no longer pending (*STATUS tells); VOL_EDATA: no such order. */
enum vol_status vol_journal_cancel(struct vol_journal *journal, const char *id, int64_t ts,
                                   enum vol_order_status *status, struct vol_error *err);

/* An order as the journal has it. */
struct vol_journal_order {
    struct vol_working working;
    enum vol_order_status status;
    int64_t status_ts; /* when it left pending, VOL_TIME_NONE before */
};

/* Call EACH for every order, oldest entry first, or for the pending ones; it returns VOL_OK to go on. */
enum vol_status vol_journal_orders(struct vol_journal *journal, bool pending_only,
                                   enum vol_status (*each)(void *arg, const struct vol_journal_order *order),
                                   void *arg, struct vol_error *err);

/* Call EACH for every fill in the order in which they were kept. */
enum vol_status vol_journal_fills(struct vol_journal *journal,
                                  enum vol_status (*each)(void *arg, const struct vol_fill *fill), void *arg,
                                  struct vol_error *err);

#endif
