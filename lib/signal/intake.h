/* intake.h: the records of a stream, given to a desk.
 *
 * Taken are: metrics (the surface's figures), bars (prices, volatility indices, futures: roles.h), forecasts,
 * splits and dividends, and quotes with greeks and open interest. A number out of its domain is passed over
 * and counted: a zero or negative price is no price.
 */
#ifndef VOL_SIGNAL_INTAKE_H
#define VOL_SIGNAL_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "record/rec.h"
#include "signal/desk.h"
#include "signal/roles.h"

/* The fields, in the order of VOL_INTAKE_WANTS; the first few suffice without panels, all but the last few
 * without the gamma model. */
enum vol_intake_field {
    VOL_INTAKE_UNDERLYING = VOL_W_OWN,
    VOL_INTAKE_SYMBOL,
    VOL_INTAKE_CLOSE,
    VOL_INTAKE_FIELD, /* what iv_mean_reversion ranks; the tool names it */
    VOL_INTAKE_PLAIN, /* here it ends without panels */
    VOL_INTAKE_OPEN = VOL_INTAKE_PLAIN,
    VOL_INTAKE_HIGH,
    VOL_INTAKE_LOW,
    VOL_INTAKE_EXPIRATION,
    VOL_INTAKE_MODEL,
    VOL_INTAKE_HORIZON,
    VOL_INTAKE_FORECAST_VOL,
    VOL_INTAKE_RATIO,
    VOL_INTAKE_AMOUNT,
    VOL_INTAKE_EX_DATE,
    VOL_INTAKE_METRICS, /* from here on figures of metrics records, in the order of vol_input but for SKEW */
    VOL_INTAKE_METRICS_END = VOL_INTAKE_METRICS + 10,
    VOL_INTAKE_OPTION_TYPE = VOL_INTAKE_METRICS_END, /* here it ends without gamma */
    VOL_INTAKE_DELTA,
    VOL_INTAKE_GAMMA,
    VOL_INTAKE_OPEN_INTEREST,
    VOL_INTAKE_MULTIPLIER,
    VOL_INTAKE_UNDERLYING_PRICE,
    VOL_INTAKE_END
};

#define VOL_INTAKE_WANTS                                                                                  \
    {"underlying", false}, {"symbol", false}, {"close", false}, {"vix", false}, {"open", false},          \
        {"high", false}, {"low", false}, {"expiration", false}, {"model", false}, {"horizon", false},     \
        {"forecast_vol", false}, {"ratio", false}, {"amount", false}, {"ex_date", false}, {"vix", false}, \
        {"vix9d", false}, {"vix3m", false}, {"vix6m", false}, {"vvix", false}, {"rr25", false},           \
        {"iv7", false}, {"iv30", false}, {"iv91", false}, {"iv182", false}, {"option_type", false},       \
        {"delta", false}, {"gamma", false}, {"open_interest", false}, {"multiplier", false},              \
    {                                                                                                     \
        "underlying_price", false                                                                         \
    }

struct vol_intake {
    struct vol_desk *desk;
    const struct vol_roles *roles;
    int field; /* index of the value that iv_mean_reversion ranks, or of one that is never there */
    /* Bars whose close stands for that value: of which underlying; null: of none. */
    const char *(*field_of)(void *data, const char *symbol, size_t len);
    void *data;
    const char *forecast; /* model whose forecasts are taken; null: any, the latest counts */
    uint64_t n_refused;   /* numbers that were passed over */
};

/* What a record was good for. */
struct vol_intake_got {
    bool any;     /* it said something of `index` */
    bool sampled; /* the value that is ranked, among it */
    size_t index;
    int32_t date;
};

/* Take REC. VOL_EOS and VOL_ECONFIG with words. */
enum vol_status vol_intake_take(struct vol_intake *intake, const struct vol_rec *rec,
                                struct vol_intake_got *got, struct vol_error *err);

#endif
