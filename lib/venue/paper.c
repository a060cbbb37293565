#include "venue/paper.h"

#include <string.h>

struct rebuild {
    struct vol_paper *exchange;
    struct vol_error *err;
};

static enum vol_status restore_fill(void *arg, const struct vol_fill *fill)
{
    struct rebuild *r = arg;

    return vol_paper_restore(r->exchange, fill, r->err);
}

static enum vol_status restore_order(void *arg, const struct vol_journal_order *order)
{
    struct rebuild *r = arg;
    enum vol_status status = vol_paper_work(r->exchange, &order->working);

    return status == VOL_OK ? VOL_OK : vol_error_set(r->err, status, "out of memory for orders");
}

enum vol_status vol_venue_paper_open(struct vol_venue_paper *venue, const char *path, const char *account,
                                     const struct vol_cost *cost, enum vol_journal_mode mode,
                                     struct vol_error *err)
{
    struct rebuild r = {&venue->exchange, err};
    enum vol_status status;

    memset(venue, 0, sizeof *venue);
    status = vol_journal_open(&venue->journal, path, account, mode, err);
    if (status != VOL_OK)
        return status;
    vol_paper_init(&venue->exchange, vol_journal_account(venue->journal), cost);
    status = vol_journal_begin_read(venue->journal, err);
    if (status == VOL_OK)
        status = vol_journal_fills(venue->journal, restore_fill, &r, err);
    if (status == VOL_OK)
        status = vol_journal_orders(venue->journal, true, restore_order, &r, err);
    if (status == VOL_OK)
        status = vol_journal_end_read(venue->journal, err);
    if (status != VOL_OK) {
        vol_venue_paper_close(venue);
        vol_error_prefix(err, "%s", path);
    }
    return status;
}

void vol_venue_paper_close(struct vol_venue_paper *venue)
{
    vol_paper_free(&venue->exchange);
    vol_journal_close(venue->journal);
    venue->journal = NULL;
}

enum vol_status vol_venue_paper_send(struct vol_venue_paper *venue, const struct vol_order *order,
                                     enum vol_order_status *kept, char why[VOL_ORDER_REASON_MAX],
                                     struct vol_error *err)
{
    struct vol_working working;
    int64_t worked;
    enum vol_status status = vol_journal_worked(venue->journal, order->underlying, &worked, err);

    if (status != VOL_OK)
        return status;
    why[0] = '\0';
    *kept = vol_paper_admit(order, why) != VOL_OK    ? VOL_ORDER_REJECTED
            : vol_paper_is_stale(order, worked, why) ? VOL_ORDER_EXPIRED
                                                     : VOL_ORDER_PENDING;
    status = vol_journal_add(venue->journal, order, *kept, why, err);
    if (status != VOL_OK || *kept != VOL_ORDER_PENDING)
        return status;
    memset(&working, 0, sizeof working);
    working.order = *order;
    working.first_date = VOL_NEVER;
    status = vol_paper_work(&venue->exchange, &working);
    return status == VOL_OK ? VOL_OK : vol_error_set(err, status, "out of memory for orders");
}

enum vol_status vol_venue_paper_snapshot(struct vol_venue_paper *venue, const struct vol_chain *chain,
                                         struct vol_paper_events *events, struct vol_error *err)
{
    int64_t worked;
    enum vol_status status = vol_journal_worked(venue->journal, chain->underlying, &worked, err);

    if (status != VOL_OK)
        return status;
    if (worked != VOL_TIME_NONE && chain->ts <= worked)
        return VOL_NO;
    status = vol_paper_snapshot(&venue->exchange, chain, worked, events, err);
    if (status == VOL_OK)
        status = vol_journal_snapshot(venue->journal, chain->underlying, chain->ts, events, err);
    return status;
}
