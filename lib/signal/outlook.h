/* outlook.h: bars of many symbols in, what each of them is forecast to do: days.h, realvar.h, forecast.h and
 * contest.h of each symbol kept together.
 *
 * A date is one day of a symbol: a second bar of it comes too late, since forecasts were made on the first,
 * and brings nothing. Symbols do not touch each other, and one that appears late begins late.
 */
#ifndef VOL_SIGNAL_OUTLOOK_H
#define VOL_SIGNAL_OUTLOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/map.h"
#include "signal/contest.h"
#include "signal/days.h"
#include "signal/forecast.h"
#include "signal/realvar.h"

struct vol_outlook_config {
    struct vol_forecast_config forecast;
    enum vol_realvar measure;
    bool given;          /* each bar brings its variance; `measure` is not looked at */
    bool keep;           /* keep days and forecasts in `contest` */
    int32_t from, until; /* take days of these dates alone, both included */
};

/* One symbol. */
struct vol_outlook_price {
    struct vol_days days;
    struct vol_forecast forecast;
    struct vol_contest contest;
    int64_t ts;         /* of the latest bar */
    int32_t date;       /* of the latest day; INT32_MIN: none */
    double realised;    /* variance of the latest bar's day; NaN: none */
    const char *reason; /* why that bar brought no day: repeated_date, bad_price, no_variance_given,
                         * out_of_span or a word of realvar.h; null: it did */
};

enum { VOL_OUTLOOK_REASONS = 16 };

struct vol_outlook {
    struct vol_outlook_config config;
    struct vol_map names;
    struct vol_outlook_price *prices; /* by index in `names` */
    size_t cap;
    const char *reason[VOL_OUTLOOK_REASONS]; /* bars that brought no day, by reason; null ends the list */
    uint64_t n_reason[VOL_OUTLOOK_REASONS];
};

void vol_outlook_init(struct vol_outlook *outlook, const struct vol_outlook_config *config);
void vol_outlook_free(struct vol_outlook *outlook);

/* Take a bar of SYMBOL, of DATE, known at TS; VARIANCE is looked at where config.given. *INDEX: the symbol's
 * place in `prices`. VOL_EOS. */
enum vol_status vol_outlook_bar(struct vol_outlook *outlook, const char *symbol, size_t len, int32_t date,
                                int64_t ts, const struct vol_bar *bar, double variance, size_t *index);

/* From EX_DATE on a unit of SYMBOL is X new ones (SPLIT), or X of cash has left it. VOL_EDATA as days.h says;
 * VOL_EOS. */
enum vol_status vol_outlook_action(struct vol_outlook *outlook, const char *symbol, size_t len, bool split,
                                   int32_t ex_date, double x);

#endif
