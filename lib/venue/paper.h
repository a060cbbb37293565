/* paper.h: the paper venue: the exchange of trade/paper.h with a journal under it.
 *
 * What is in the journal has happened; the exchange in memory is a copy that is made anew from it at every
 * start, which is also the recovery after a kill. After an error the venue must be closed.
 */
#ifndef VOL_VENUE_PAPER_H
#define VOL_VENUE_PAPER_H

#include "base/error.h"
#include "trade/paper.h"
#include "venue/journal.h"

struct vol_venue_paper {
    struct vol_journal *journal;
    struct vol_paper exchange;
};

/* Open the journal (see vol_journal_open for what can go wrong) and rebuild the exchange. */
enum vol_status vol_venue_paper_open(struct vol_venue_paper *venue, const char *path, const char *account,
                                     const struct vol_cost *cost, enum vol_journal_mode mode,
                                     struct vol_error *err);
void vol_venue_paper_close(struct vol_venue_paper *venue);

/* Accept an order: kept, pending, before this returns. VOL_NO: it was there already; VOL_EDATA: with other
 * terms, or not fit. *KEPT tells as what it was kept: pending, or for the reason in WHY rejected or
 * (a snapshot after its ts was worked) expired. */
enum vol_status vol_venue_paper_send(struct vol_venue_paper *venue, const struct vol_order *order,
                                     enum vol_order_status *kept, char why[VOL_ORDER_REASON_MAX],
                                     struct vol_error *err);

/* Work a complete chain and keep what happened in one transaction. VOL_NO: this snapshot or a later one of
 * its underlying has been worked already; nothing happened. */
enum vol_status vol_venue_paper_snapshot(struct vol_venue_paper *venue, const struct vol_chain *chain,
                                         struct vol_paper_events *events, struct vol_error *err);

#endif
