#include "signal/explain.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"

/* The first failure is kept by whoever looks at `status`. */
struct page {
    struct vol_buf *out;
    enum vol_status status;
};

static void say(struct page *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct page *p, const char *format, ...)
{
    char line[512];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (p->status == VOL_OK)
        p->status = vol_buf_add_str(p->out, line);
}

/* A number with its name, or that it is unknown. */
static void number(struct page *p, const char *name, double x, double scale, const char *unit)
{
    if (isnan(x))
        say(p, "    %s: unknown\n", name);
    else
        say(p, "    %s: %.4g%s\n", name, x * scale, unit);
}

static void thresholds(struct page *p, const struct vol_levels *l, const char *name)
{
    const char *more = l->sell > l->buy ? "above" : "below", *less = l->sell > l->buy ? "below" : "above";

    say(p, "    %s %s %g sells vol, %s %g strongly; %s %g buys it, %s %g strongly\n", name, more, l->sell,
        more, l->sell_strong, less, l->buy, less, l->buy_strong);
}

static void explain_rank(struct page *p, const struct vol_signal_about *about, const struct vol_judgement *j)
{
    if (isnan(about->value)) {
        say(p, "    %s has no value now\n", about->field);
        return;
    }
    say(p, "    %s is %.6g; it was between %.6g and %.6g over the last %zu days, today included\n",
        about->field, about->value, j->rank.min, j->rank.max,
        j->rank.n < (size_t)about->lookback ? j->rank.n + 1 : j->rank.n);
    if (isnan(j->rank.percentile))
        say(p, "    %zu days before today are there, too few for an opinion\n", j->rank.n);
    else
        say(p, "    %.1f %% of the %zu days before lie below it (percentile); rank %.1f, z-score %.2f\n",
            j->rank.percentile, j->rank.n, j->rank.rank, j->rank.zscore);
}

static void explain_regime(struct page *p, const struct vol_judgement *j)
{
    const struct vol_regime_day *day = &j->regime;
    char fitted[VOL_DATE_MAX];
    size_t i;

    if (day->regime == VOL_REGIME_NONE) {
        say(p, "    no regime: %s\n", day->reason);
        return;
    }
    vol_date_print(fitted, day->fitted);
    say(p, "    regime %s for %zu days, by a model of %zu days up to %s; probabilities:",
        vol_regime_name((size_t)day->regime, day->k), day->held, day->n, fitted);
    for (i = 0; i < day->k; i++)
        say(p, " %s %.3f", vol_regime_name(i, day->k), day->p[i]);
    say(p, "\n    score: + the confidence in low, - that in high\n");
}

static void explain_momentum(struct page *p, const struct vol_signal_about *about,
                             const struct vol_judgement *j)
{
    say(p,
        "    over %zu days, in deviations of %zu days: vol %+.2f, price %+.2f; momentum is half their "
        "difference\n",
        about->config->panel.momentum_days, j->measures.momentum_n, j->measures.x[VOL_M_VOL_MOMENTUM],
        j->measures.x[VOL_M_PRICE_MOMENTUM]);
}

static void explain_term(struct page *p, const struct vol_judgement *j)
{
    const struct vol_measures *m = &j->measures;

    if (m->term_state == VOL_TERM_UNKNOWN) {
        say(p, "    no two maturities of this day\n");
        return;
    }
    say(p, "    %s, by the %s\n", vol_term_state_name(m->term_state), m->term_source);
    number(p, "9 days / 30 days", m->x[VOL_M_TERM_FRONT], 1, "");
    number(p, "30 days / 3 months", m->x[VOL_M_TERM_MID], 1, "");
    number(p, "3 months / 6 months", m->x[VOL_M_TERM_BACK], 1, "");
    if (!isnan(m->x[VOL_M_BASIS])) {
        number(p, "nearest future over the index", m->x[VOL_M_BASIS], 100, " %");
        number(p, "futures at 30 days over the index", m->x[VOL_M_BASIS_30D], 100, " %");
        number(p, "second future over the nearest, a month", m->x[VOL_M_FUTURES_SLOPE], 100, " %");
    }
}

static void explain_premium(struct page *p, const struct vol_judgement *j)
{
    const struct vol_measures *m = &j->measures;
    char flags[VOL_REALIZED_FLAGS_MAX];

    number(p, "implied vol of 30 days", m->implied, 100, " %");
    if (m->forecast_model[0] != '\0')
        say(p, "    expected realised vol of 30 days: %.4g %%, by %s\n", 100 * m->x[VOL_M_FORECAST_VOL],
            m->forecast_model);
    number(p, "premium in variance", m->x[VOL_M_VRP], 1e4, " points squared");
    number(p, "what the seller of 30 days ago earned", m->x[VOL_M_VRP_EXPOST], 1e4, " points squared");
    vol_realized_flags(m->rv_flags, flags);
    if (flags[0] != '\0')
        say(p, "    the bars of the last %zu days: %s\n", m->rv_n, flags);
}

static void explain_skew(struct page *p, const struct vol_judgement *j)
{
    const struct vol_measures *m = &j->measures;

    if (m->skew_source == NULL)
        say(p, "    no skew now\n");
    else
        say(p, "    skew %.4g, from %s; %.1f %% of the %zu days before had less\n", m->x[VOL_M_SKEW],
            m->skew_source, m->x[VOL_M_SKEW_PERCENTILE], m->skew_n);
}

static void explain_gamma(struct page *p, const struct vol_judgement *j)
{
    const struct vol_measures *m = &j->measures;

    say(p,
        "    assumed: dealers hold %s; nobody publishes who holds what, and open interest is of the evening "
        "before\n",
        m->dealer == VOL_DEALER_CALLS_LONG  ? "all calls long and all puts short"
        : m->dealer == VOL_DEALER_SHORT_ALL ? "every option short"
                                            : "every option long");
    if (m->gex_n == 0) {
        say(p, "    no quotes with gamma and open interest in this chain\n");
        return;
    }
    say(p, "    %zu quotes: %.4g to trade on a move of 1 %%, of a gross of %.4g; dollar delta %.4g\n",
        m->gex_n, m->x[VOL_M_GEX], m->x[VOL_M_GEX] / m->x[VOL_M_GEX_RATIO], m->x[VOL_M_DEX]);
}

static void explain_composite(struct page *p, const struct vol_signal_about *about,
                              const struct vol_judgement *j)
{
    size_t i;

    for (i = 0; i < VOL_MODEL_PARTS; i++) {
        const struct vol_opinion *part = &j->opinion[i];

        if (!(about->config->weight[i] > 0))
            continue;
        if (part->known)
            say(p, "    %-18s weight %.3g  score %+.1f  %s\n", vol_model_name((enum vol_model)i),
                about->config->weight[i], vol_level_score(part->level), part->reason);
        else
            say(p, "    %-18s weight %.3g  left out: %s\n", vol_model_name((enum vol_model)i),
                about->config->weight[i], part->reason);
    }
    if (j->missing[0] != '\0')
        say(p, "    %.3g of the weights have an opinion; the score is their mean\n", j->weight);
}

static void explain_numbers(struct page *p, const struct vol_signal_about *about,
                            const struct vol_judgement *j, enum vol_model model)
{
    switch (model) {
    case VOL_MODEL_IV_MEAN_REVERSION:
        explain_rank(p, about, j);
        break;
    case VOL_MODEL_REGIME:
        explain_regime(p, j);
        break;
    case VOL_MODEL_MOMENTUM:
        explain_momentum(p, about, j);
        break;
    case VOL_MODEL_TERM_STRUCTURE:
        explain_term(p, j);
        break;
    case VOL_MODEL_VRP:
        explain_premium(p, j);
        break;
    case VOL_MODEL_SKEW:
        explain_skew(p, j);
        break;
    case VOL_MODEL_GAMMA:
        explain_gamma(p, j);
        break;
    default:
        explain_composite(p, about, j);
        break;
    }
}

static void explain_model(struct page *p, const struct vol_signal_about *about, const struct vol_judgement *j,
                          enum vol_model model)
{
    const struct vol_model_config *config = &about->config->model[model];
    const struct vol_opinion *o = &j->opinion[model];

    say(p, "  %s: %s", vol_model_name(model), vol_level_signal(o->level));
    if (o->level != 0)
        say(p, " %s", vol_level_strength(o->level));
    say(p, ", because %s\n", o->reason);
    explain_numbers(p, about, j, model);
    thresholds(p, &config->levels, o->field);
    if (config->needs_premium || config->needs_term)
        say(p, "    vol is sold only with %s%s%s\n", config->needs_premium ? "a premium above 0" : "",
            config->needs_premium && config->needs_term ? " and " : "",
            config->needs_term ? "30-day below three-month vol" : "");
    if (o->known && (config->steady.hysteresis > 0 || config->steady.min_hold > 1))
        say(p, "    stands for %lld days; left only %g behind a threshold and after %lld days\n",
            (long long)o->held, config->steady.hysteresis, (long long)config->steady.min_hold);
}

enum vol_status vol_signal_explain(struct vol_buf *out, const struct vol_signal_about *about,
                                   const struct vol_judgement *j, unsigned mask)
{
    struct page page = {out, VOL_OK};
    char ts[VOL_TIME_MAX];
    size_t i;

    vol_time_print(ts, about->ts);
    say(&page, "%.*s, as of %s\n", (int)about->underlying_len, about->underlying, ts);
    for (i = VOL_MODELS; i-- > 0;)
        if (mask >> i & 1)
            explain_model(&page, about, j, (enum vol_model)i);
    return page.status;
}
