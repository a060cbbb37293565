#include "signal/features.h"

#include <math.h>

enum { SHORT = 20, LONG = 60, DAYS_A_YEAR = 252 };

static const char *const names[VOL_FEATURES] = {"vix_level",        "realized_vol_20d",  "realized_vol_60d",
                                                "vix_ma_ratio",     "vol_of_vol",        "returns_20d",
                                                "max_drawdown_60d", "vol_term_structure"};

const char *vol_feature_name(enum vol_feature feature)
{
    return names[feature];
}

void vol_features_init(struct vol_features *features)
{
    features->n = 0;
    features->any = false;
}

/* Mean and sample deviation of V[0..N). */
static double deviation(const double *v, size_t n, double *mean)
{
    double sum = 0, squares = 0;
    size_t i;

    for (i = 0; i < n; i++)
        sum += v[i];
    sum /= (double)n;
    for (i = 0; i < n; i++)
        squares += (v[i] - sum) * (v[i] - sum);
    *mean = sum;
    return sqrt(squares / (double)(n - 1));
}

static double deepest(const double *price, size_t n)
{
    double peak = price[0], worst = 0;
    size_t i;

    for (i = 1; i < n; i++) {
        if (price[i] > peak)
            peak = price[i];
        if (price[i] / peak - 1 < worst)
            worst = price[i] / peak - 1;
    }
    return worst;
}

/* PRICE and VIX hold the last values, the newest last; N counts the days up to it. */
static void compute(const double *price, const double *vix, size_t n, double near, double *out)
{
    double returns[LONG], mean;
    size_t i;

    for (i = 0; i < VOL_FEATURES; i++)
        out[i] = NAN;
    out[VOL_FEATURE_VIX] = vix[SHORT - 1];
    if (isfinite(near) && near > 0)
        out[VOL_FEATURE_TERM] = near - vix[SHORT - 1];
    for (i = 0; i < LONG; i++)
        returns[i] = i + n > LONG ? log(price[i + 1] / price[i]) : 0;
    if (n >= SHORT) {
        out[VOL_FEATURE_VOL_OF_VOL] = deviation(vix, SHORT, &mean);
        out[VOL_FEATURE_VIX_RATIO] = vix[SHORT - 1] / mean;
    }
    if (n > SHORT) {
        out[VOL_FEATURE_RV20] = deviation(returns + LONG - SHORT, SHORT, &mean) * sqrt(DAYS_A_YEAR);
        out[VOL_FEATURE_RETURN20] = price[LONG] / price[LONG - SHORT] - 1;
    }
    if (n >= LONG)
        out[VOL_FEATURE_DRAWDOWN60] = deepest(price + 1, LONG);
    if (n > LONG)
        out[VOL_FEATURE_RV60] = deviation(returns, LONG, &mean) * sqrt(DAYS_A_YEAR);
}

static bool is_price(double x)
{
    return isfinite(x) && x > 0;
}

enum vol_status vol_features_take(struct vol_features *features, const struct vol_features_day *day,
                                  double out[VOL_FEATURES], struct vol_error *err)
{
    double price[VOL_FEATURES_WARMUP], vix[SHORT];
    size_t i;

    if (!is_price(day->price))
        return vol_error_set(err, VOL_EDATA, "the price is not positive: %g", day->price);
    if (!is_price(day->vix))
        return vol_error_set(err, VOL_EDATA, "the index is not positive: %g", day->vix);
    if (features->any && day->date < features->latest.date)
        return vol_error_set(err, VOL_EDATA, "a day before the latest one");
    if (features->any && day->date > features->latest.date) { /* that day is over */
        features->price[features->n % VOL_FEATURES_WARMUP] = features->latest.price;
        features->vix[features->n % SHORT] = features->latest.vix;
        features->n++;
    }
    features->latest = *day;
    features->any = true;
    for (i = 0; i < VOL_FEATURES_WARMUP;
         i++) /* place n - LONG + i; what is before the first day is not used */
        price[i] =
            i + features->n >= LONG ? features->price[(i + features->n - LONG) % VOL_FEATURES_WARMUP] : NAN;
    for (i = 0; i < SHORT; i++)
        vix[i] = i + features->n >= SHORT - 1 ? features->vix[(i + features->n + 1 - SHORT) % SHORT] : NAN;
    price[LONG] = day->price;
    vix[SHORT - 1] = day->vix;
    compute(price, vix, features->n + 1, day->near, out);
    return VOL_OK;
}
