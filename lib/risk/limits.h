/* limits.h: a limits file: what a book may not exceed, with the units written out.
 *
 * The file is JSON, read strictly, and it must be whole: every limit of every scope is there, with its unit,
 * or the file is refused (VOL_ECONFIG). A limit that nobody wrote is not infinite, it is a mistake. Scopes
 * and limits:
 *
 *     order       max_quantity (contracts of the largest leg), max_notional
 *     underlying  max_delta, max_gamma, max_theta, max_vega, max_notional, max_quantity
 *     portfolio   max_dollar_delta, max_dollar_gamma, max_theta, max_vega, max_notional, max_quantity
 *     run         max_orders (orders that one run may let pass)
 *
 * each as {"value": 1000, "unit": "money per vol point"}; the units are those of book/exposure.h, "orders"
 * for max_orders. Limits are on absolute values. delta and gamma have no sense across underlyings, so that a
 * portfolio limits them in money.
 */
#ifndef VOL_RISK_LIMITS_H
#define VOL_RISK_LIMITS_H

#include <stdint.h>

#include "base/error.h"
#include "book/exposure.h"

enum vol_scope { VOL_SCOPE_ORDER, VOL_SCOPE_UNDERLYING, VOL_SCOPE_PORTFOLIO, VOL_SCOPES };

struct vol_limits {
    double max[VOL_SCOPES][VOL_MEASURES]; /* NaN where the scope has no such limit */
    int64_t max_orders;
};

/* *OUT is untouched unless VOL_OK. */
enum vol_status vol_limits_load(const char *path, struct vol_limits *out, struct vol_error *err);

/* Whether SCOPE limits MEASURE. */
bool vol_limits_has(enum vol_scope scope, enum vol_measure measure);

/* "max_vega" */
const char *vol_limits_name(enum vol_measure measure);

#endif
