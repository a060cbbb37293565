#include "surface/collect.h"

#include <math.h>
#include <string.h>

#include "base/time.h"

void vol_collect_init(struct vol_collect *c, const struct vol_calendar *calendar)
{
    memset(c, 0, sizeof *c);
    c->calendar = calendar;
    c->spot = NAN;
    c->underlying = c->clock = (struct vol_buf)VOL_BUF_INIT;
    vol_smiles_init(&c->smiles);
}

void vol_collect_free(struct vol_collect *c)
{
    vol_buf_free(&c->underlying);
    vol_buf_free(&c->clock);
    vol_smiles_free(&c->smiles);
}

enum vol_status vol_collect_begin(struct vol_collect *c, int64_t ts, const char *underlying, size_t len)
{
    vol_smiles_clear(&c->smiles);
    vol_buf_clear(&c->underlying);
    vol_buf_clear(&c->clock);
    c->names_clock = false;
    c->ts = ts;
    c->spot = NAN;
    return vol_buf_add(&c->underlying, underlying, len);
}

/* A Friday, or the trading day before a Friday on which the exchange is closed. */
static bool is_weekly(const struct vol_calendar *calendar, int32_t date)
{
    int32_t friday = date + (5 - vol_date_weekday(date) + 7) % 7;

    return vol_calendar_on_or_before(calendar, friday) == date;
}

/* What a price of 1 is worth in the currency of the strikes: an inverse option is paid in the coin, whose
 * price is the discounted forward, or, where that is unknown, the quote's underlying price. */
static double unit_of(const struct vol_collect_quote *q)
{
    double coin = q->forward * q->discount;

    if (!q->inverse)
        return 1.0;
    return isfinite(coin) ? coin : q->underlying_price;
}

/* Whether the vol of a quote counts in the clock of the first one that had any. VOL_NO: it does not. */
static enum vol_status same_clock(struct vol_collect *c, const struct vol_collect_quote *q)
{
    static const char calendar[] = "calendar";
    const char *name = q->clock != NULL ? q->clock : calendar;
    size_t len = q->clock != NULL ? q->clock_len : sizeof calendar - 1;

    if (!isfinite(q->option.vol))
        return VOL_OK;
    if (c->clock.len > 0)
        return len == c->clock.len && memcmp(name, c->clock.data, len) == 0 ? VOL_OK : VOL_NO;
    c->names_clock = q->clock != NULL;
    return vol_buf_add(&c->clock, name, len);
}

/* The first of two numbers that is known. */
static double known(double x, double y)
{
    return isfinite(x) ? x : y;
}

enum vol_status vol_collect_add(struct vol_collect *c, const struct vol_collect_quote *q)
{
    struct vol_smiles_quote option = q->option;
    struct vol_smiles_expiry *e;
    enum vol_status status = same_clock(c, q);
    size_t at;
    bool fresh;

    if (status != VOL_OK)
        return status;
    if (vol_smiles_find(&c->smiles, q->root, q->root_len, q->expires, &at, &fresh) != VOL_OK)
        return VOL_EOS;
    e = &c->smiles.expiry[at];
    if (fresh) {
        e->date = q->expiration;
        vol_date_print(e->expiration, e->date);
        e->years = VOL_YEARS(c->ts, e->expires);
        e->weekly = is_weekly(c->calendar, e->date);
    }
    e->t = known(e->t, q->t);
    if (q->clock != NULL) /* a time that names no clock is no one's */
        e->t_var = known(e->t_var, q->t_var);
    e->forward = known(e->forward, q->forward);
    e->discount = known(e->discount, q->discount);
    option.bid *= unit_of(q);
    option.ask *= unit_of(q);
    status = vol_smiles_add(&c->smiles, at, &option);
    return status == VOL_EDATA ? VOL_NO : status;
}
