#include "price/american_iv.h"

#include <math.h>

#include "price/american_search.h"

struct option {
    enum vol_option_type type;
    double spot, strike, r, q, t;
};

static double price_at(void *context, double vol)
{
    const struct option *o = context;

    return vol_american_price(VOL_AMERICAN_FAST, o->type, o->spot, o->strike, o->r, o->q, o->t, vol);
}

enum vol_iv_status vol_american_iv(enum vol_option_type type, double price, double forward, double strike,
                                   double discount, double t, double spot, double *vol, double *distance,
                                   int *prices)
{
    double sign = type, answer = NAN, inside = NAN, guess, least, most;
    struct option o = {type, spot, strike, 0, 0, t};
    struct vol_american_search search = {price_at, &o, type, price, strike, forward, discount, t, 0, 1e-11};
    enum vol_iv_status status = vol_iv(type, price, forward, strike, discount, t, &guess, &inside);
    int took = 0;

    if (status != VOL_IV_OK && status != VOL_IV_BELOW_INTRINSIC && status != VOL_IV_ABOVE_MAX)
        goto out;
    if (!(spot > 0 && spot < INFINITY))
        o.spot = forward * discount;
    o.r = -log(discount) / t;
    o.q = o.r - vol_black_log_ratio(forward, o.spot) / t;
    switch (vol_american_exercise(type, o.r, o.q, t)) {
    case VOL_AMERICAN_AT_EXPIRY:
        answer = guess;
        goto out;
    case VOL_AMERICAN_TWO_BOUNDARIES:
        status = VOL_IV_NO_FORWARD;
        inside = NAN;
        goto out;
    case VOL_AMERICAN_EARLY:
        break;
    }
    search.intrinsic = fmax(sign * (o.spot - strike), 0);
    least = price_at(&o, 0);
    most = type == VOL_CALL ? o.spot : strike;
    inside = fmin(price - least, most - price);
    if (!(price > least)) {
        status = VOL_IV_BELOW_INTRINSIC;
    } else if (!(price < most)) {
        status = VOL_IV_ABOVE_MAX;
    } else {
        answer = vol_american_search_vol(&search, guess, &took);
        status = answer > 0 ? VOL_IV_OK : VOL_IV_BELOW_INTRINSIC;
    }
out:
    if (vol != NULL)
        *vol = answer;
    if (distance != NULL)
        *distance = inside;
    if (prices != NULL)
        *prices = took;
    return status;
}

void vol_american_iv_solve(const struct vol_american_iv_batch *b)
{
    size_t i;

    for (i = 0; i < b->n; i++)
        b->status[i] = (unsigned char)vol_american_iv(b->type[i] > 0 ? VOL_CALL : VOL_PUT, b->price[i],
                                                      b->forward[i], b->strike[i], b->discount[i], b->t[i],
                                                      b->spot != NULL ? b->spot[i] : NAN, &b->vol[i],
                                                      b->distance != NULL ? &b->distance[i] : NULL, NULL);
}
