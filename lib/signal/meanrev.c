#include "signal/meanrev.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"

enum vol_status vol_meanrev_parse(const char *text, struct vol_meanrev_config *config, struct vol_error *err)
{
    double x[4];
    const char *p = text;
    size_t i;

    for (i = 0; i < 4; i++) {
        size_t len = strcspn(p, ",");

        if (vol_num_parse_loose(p, len, &x[i]) != VOL_OK || (p[len] == ',') != (i < 3))
            return vol_error_set(err, VOL_ECONFIG, "expected four numbers such as 80,60,40,20, got \"%.80s\"",
                                 text);
        p += len + (p[len] == ',');
    }
    if (!(100 >= x[0] && x[0] >= x[1] && x[1] > x[2] && x[2] >= x[3] && x[3] >= 0))
        return vol_error_set(err, VOL_ECONFIG,
                             "expected 100 >= strong sell >= sell > buy >= strong buy >= 0, got \"%.80s\"",
                             text);
    config->sell_strong = x[0];
    config->sell = x[1];
    config->buy = x[2];
    config->buy_strong = x[3];
    return VOL_OK;
}

struct vol_meanrev vol_meanrev_of(const struct vol_meanrev_config *config, double percentile)
{
    const struct vol_meanrev verdicts[] = {
        {"sell_vol", "strong", -1, config->sell_strong},
        {"sell_vol", "moderate", -0.5, config->sell},
        {"buy_vol", "strong", 1, config->buy_strong},
        {"buy_vol", "moderate", 0.5, config->buy},
        {"neutral", "none", 0, NAN},
    };

    if (percentile > config->sell_strong)
        return verdicts[0];
    if (percentile > config->sell)
        return verdicts[1];
    if (percentile < config->buy_strong)
        return verdicts[2];
    if (percentile < config->buy)
        return verdicts[3];
    return verdicts[4];
}

void vol_meanrev_reason(const struct vol_meanrev_config *config, double percentile,
                        char out[VOL_MEANREV_REASON_MAX])
{
    struct vol_meanrev verdict = vol_meanrev_of(config, percentile);

    if (isnan(percentile))
        snprintf(out, VOL_MEANREV_REASON_MAX, "warmup");
    else if (isnan(verdict.threshold))
        snprintf(out, VOL_MEANREV_REASON_MAX, "iv_percentile from %g to %g", config->buy, config->sell);
    else
        snprintf(out, VOL_MEANREV_REASON_MAX, "iv_percentile %c %g", verdict.score < 0 ? '>' : '<',
                 verdict.threshold);
}
