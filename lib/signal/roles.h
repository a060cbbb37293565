/* roles.h: which bar is what of which underlying.
 *
 * A bar's symbol names an instrument; a role says that it is a volatility index of some underlying, a future
 * on one, or the underlying's price. Known without being told: Cboe's indices of SPX (VIX, VIX9D, VIX3M,
 * VIX6M, VVIX, SKEW; VX/… are the futures) and the thirty-day ones of NDX, RUT and DJX. Any other symbol is
 * the price of the underlying of its name.
 */
#ifndef VOL_SIGNAL_ROLES_H
#define VOL_SIGNAL_ROLES_H

#include <stddef.h>

#include "base/error.h"
#include "signal/panel.h"

enum { VOL_ROLE_PRICE = VOL_INPUTS, VOL_ROLE_FUTURE, VOL_ROLES_MAX = 32, VOL_ROLE_NAME_MAX = 32 };

struct vol_role {
    char symbol[VOL_ROLE_NAME_MAX]; /* one that ends in `*`: any that begins so */
    char underlying[VOL_ROLE_NAME_MAX];
    int what; /* enum vol_input, VOL_ROLE_PRICE or VOL_ROLE_FUTURE */
};

struct vol_roles {
    struct vol_role role[VOL_ROLES_MAX]; /* of the user; they come before those that are known */
    size_t n;
};

/* Add "SYMBOL=UNDERLYING.WHAT" (VXN=NDX.vix, SPY=SPX.price, VX*=SPX.future): what is vix, vix9d, vix3m,
 * vix6m, vvix, skew, price or future, price when it is left out. VOL_EUSAGE with words. */
enum vol_status vol_roles_add(struct vol_roles *roles, const char *text, struct vol_error *err);

/* The role of SYMBOL: its underlying (static, of ROLES, or SYMBOL itself) and what it is. */
int vol_roles_find(const struct vol_roles *roles, const char *symbol, size_t len, const char **underlying,
                   size_t *underlying_len);

#endif
