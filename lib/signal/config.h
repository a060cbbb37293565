/* config.h: thresholds, weights and windows of the signals from a JSON file (share/signals/NAME.json).
 *
 *     {"comment": …,
 *      "models": {"NAME": {"sell_strong": x, "sell": x, "buy": x, "buy_strong": x,
 *                          "hysteresis": x, "min_hold": days, "needs_premium": bool, "needs_term": bool}, …},
 *      "weights": {"NAME": x, …},     all weights of the composite: those not named are 0
 *      "min_weight": x,
 *      "windows": {"realized": days, "momentum": days, "deviation": days, "skew": days, "max_age": days,
 *                  "per_year": days, "flat_band": x},
 *      "regime": {"regimes": n, "min_days": days, "near_days": days, "refit": days, "window": days,
 *                 "dwell": days, "confirm": days},      regime.h
 *      "dealer": "calls_long_puts_short"}
 *
 * What is not there keeps its default (models.h; regime.h, whose dwell depends on the model).
 */
#ifndef VOL_SIGNAL_CONFIG_H
#define VOL_SIGNAL_CONFIG_H

#include "base/error.h"
#include "signal/models.h"
#include "signal/regime.h"

/* Read PATH over CONFIG and REGIME. VOL_ECONFIG with file, place and reason, both as they were; VOL_EOS. */
enum vol_status vol_signal_config_load(const char *path, struct vol_models_config *config,
                                       struct vol_regime_config *regime, struct vol_error *err);

#endif
