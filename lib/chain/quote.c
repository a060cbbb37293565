#include "chain/quote.h"

#include <math.h>
#include <string.h>

static enum vol_status read_expires(const struct vol_value *v, struct vol_quote_memo *memo,
                                    int32_t expiration, int64_t *expires, struct vol_error *err)
{
    if (v->type != VOL_STRING) {
        *expires = vol_time_new_york(expiration, 16 * 3600);
        return VOL_OK;
    }
    if (v->len != memo->len || memcmp(v->text, memo->text, v->len) != 0) {
        memo->len = 0;
        if (vol_time_parse(v->text, v->len, &memo->expires) != VOL_OK)
            return vol_error_set(err, VOL_EDATA, "expires: not an instant: \"%.*s\"", (int)v->len, v->text);
        if (v->len <= sizeof memo->text) {
            memo->len = v->len;
            memcpy(memo->text, v->text, v->len);
        }
    }
    *expires = memo->expires;
    return VOL_OK;
}

enum vol_status vol_quote_read(const struct vol_value *v, struct vol_quote_memo *memo,
                               struct vol_valued *quote, int32_t *expiration, struct vol_error *err)
{
    const struct vol_value *date = &v[VOL_Q_EXPIRATION], *type = &v[VOL_Q_OPTION_TYPE],
                           *exercise = &v[VOL_Q_EXERCISE];

    if (v[VOL_Q_UNDERLYING].type != VOL_STRING || v[VOL_Q_UNDERLYING].len == 0)
        return vol_error_set(err, VOL_EDATA, "underlying: missing: expected a name");
    if (v[VOL_Q_STRIKE].type != VOL_NUMBER)
        return vol_error_set(err, VOL_EDATA, "strike: missing: expected a number");
    if (!vol_value_is(type, "C") && !vol_value_is(type, "P"))
        return vol_error_set(err, VOL_EDATA, "option_type: not C or P: \"%.*s\"",
                             type->type == VOL_STRING ? (int)type->len : 0, type->text);
    if (exercise->type != VOL_ABSENT && exercise->type != VOL_NULL && !vol_value_is(exercise, "A") &&
        !vol_value_is(exercise, "E"))
        return vol_error_set(err, VOL_EDATA, "exercise: not E or A: \"%.*s\"",
                             exercise->type == VOL_STRING ? (int)exercise->len : 0, exercise->text);
    if (date->type != VOL_STRING || vol_date_parse(date->text, date->len, expiration) != VOL_OK)
        return vol_error_set(err, VOL_EDATA, "expiration: not a date (2019-04-26): \"%.*s\"",
                             date->type == VOL_STRING ? (int)date->len : 0, date->text);
    if (!vol_date_has_instants(*expiration))
        return vol_error_set(err, VOL_EDATA, "expiration: out of range (1678 to 2261): \"%.*s\"",
                             (int)date->len, date->text);
    quote->strike = v[VOL_Q_STRIKE].num;
    quote->type = type->text[0] == 'C' ? VOL_CALL : VOL_PUT;
    quote->given_vol = NAN;
    quote->bid = v[VOL_Q_BID].num;
    quote->ask = v[VOL_Q_ASK].num;
    quote->underlying_price = v[VOL_Q_UNDERLYING_PRICE].num;
    quote->inverse = v[VOL_Q_INVERSE].type == VOL_TRUE;
    quote->american = vol_value_is(exercise, "A");
    return read_expires(&v[VOL_Q_EXPIRES], memo, *expiration, &quote->expires, err);
}
