#include "signal/meanrev.h"

#include <math.h>

enum vol_status vol_meanrev_check(const struct vol_meanrev_config *config, struct vol_error *err)
{
    if (100 >= config->sell_strong && config->sell_strong >= config->sell && config->sell > config->buy &&
        config->buy >= config->buy_strong && config->buy_strong >= 0)
        return VOL_OK;
    return vol_error_set(
        err, VOL_ECONFIG,
        "thresholds %g,%g,%g,%g: expected 100 >= strong sell >= sell > buy >= strong buy >= 0",
        config->sell_strong, config->sell, config->buy, config->buy_strong);
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
