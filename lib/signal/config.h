/* config.h: thresholds, weights and windows of the signals from a JSON file (share/signals/NAME.json).
 *
 *     {"comment": …,
 *      "models": {"NAME": {"sell_strong": x, "sell": x, "buy": x, "buy_strong": x,
 *                          "hysteresis": x, "min_hold": days, "needs_premium": bool, "needs_term": bool}, …},
 *      "weights": {"NAME": x, …},     all weights of the composite: those not named are 0
 *      "min_weight": x,
 *      "windows": {"realized": days, "momentum": days, "deviation": days, "skew": days, "max_age": days,
 *                  "per_year": days, "flat_band": x},
 *      "dealer": "calls_long_puts_short"}
 *
 * What is not there keeps its default (models.h).
 */
#ifndef VOL_SIGNAL_CONFIG_H
#define VOL_SIGNAL_CONFIG_H

#include "base/error.h"
#include "signal/models.h"

/* Read PATH over CONFIG. VOL_ECONFIG with file, place and reason, CONFIG as it was; VOL_EOS. */
enum vol_status vol_signal_config_load(const char *path, struct vol_models_config *config,
                                       struct vol_error *err);

#endif
