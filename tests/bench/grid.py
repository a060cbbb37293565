#!/usr/bin/python3
"""grid.py FILE: options from the money to the smallest prices that a double holds, in the form of options.h.

Calls; |ln K/F| from 1e-8 to 5 on both sides, 1 day to 5 years, 1 % to 400 %. Each price is computed with 60 digits (mpmath) from
the doubles forward, strike, t and vol, and rounded once. Left out: prices below 1e-290, and those that do not say the vol to
1 %, because the time value (or what is left to the greatest price) is but a few units of the price's last place.
"""
import sys

import numpy as np
from mpmath import mp, mpf

mp.dps = 60
X = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, .003, .01, .02, .03, .05, .07, .1, .14, .2, .3, .4, .5, .7, 1, 1.4, 2, 3, 4, 5]
DAYS = [1, 2, 4, 7, 14, 21, 30, 45, 60, 91, 120, 182, 273, 365, 547, 730, 1095, 1460, 1825]
VOLS = [.01, .015, .02, .03, .04, .05, .06, .08, .1, .12, .14, .16, .18, .2, .22, .25, .28, .3, .35, .4, .45, .5, .6, .7, .8, .9,
        1, 1.2, 1.4, 1.6, 1.8, 2, 2.3, 2.6, 3, 3.5, 4]
FORWARD = 100.0

rows = []
half_root = mp.sqrt(mpf(1) / 2)
for x in X:
    for strike in (float(FORWARD * np.exp(x)), float(FORWARD * np.exp(-x))):
        log_ratio = mp.log(mpf(FORWARD) / mpf(strike))
        for days in DAYS:
            t = days / 365
            for vol in VOLS:
                s = mpf(vol) * mp.sqrt(mpf(t))
                d1 = log_ratio / s + s / 2
                if abs(d1) > 38:  # below 1e-300
                    continue
                otm = 1 if strike > FORWARD else -1
                value = otm * (FORWARD * mp.erfc(-otm * d1 * half_root) - mpf(strike) * mp.erfc(-otm * (d1 - s) * half_root)) / 2
                price = float(value + max(FORWARD - mpf(strike), 0))
                vega = float(FORWARD * mp.exp(-d1 * d1 / 2) / mp.sqrt(2 * mp.pi) * mp.sqrt(mpf(t)))
                if value > 1e-290 and vega > 0 and np.spacing(price) / 2 / vega < 0.01 * vol:
                    rows.append((1, price, FORWARD, strike, 1, t, vol))
np.array(rows).T.tofile(sys.argv[1])
