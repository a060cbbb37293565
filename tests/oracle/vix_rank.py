#!/usr/bin/python3
"""Make vix_rank.inc: rank, percentile and z-score of the VIX closes of 2007 to 2009 by numpy and pandas.

    tests/oracle/vix_rank.py ../shared/data/history/vix-daily.csv.gz > tests/oracle/vix_rank.inc

Three ways that share nothing with lib/signal/rank.c: pandas' rolling minimum and maximum for the rank, a numpy
comparison for the percentile, numpy's mean and std (ddof 1) for the z-score. Closes are bundled (ODC-PDDL-1.0).
"""
import sys

import numpy as np
import pandas as pd

LOOKBACK = 252
vix = pd.read_csv(sys.argv[1], parse_dates=["DATE"])
vix = vix[(vix.DATE >= "2007-01-01") & (vix.DATE < "2010-01-01")]
close = vix.CLOSE.to_numpy()
low = pd.Series(close).rolling(LOOKBACK).min().to_numpy()
high = pd.Series(close).rolling(LOOKBACK).max().to_numpy()

print("/* VIX closes of %s to %s, then {index, rank, percentile, z-score, min, max} with a lookback of %d;"
      " made by vix_rank.py. */" % (vix.DATE.iloc[0].date(), vix.DATE.iloc[-1].date(), LOOKBACK))
print("static const double vix_close[] = {")
for i in range(0, len(close), 16):
    print("    " + " ".join("%g," % x for x in close[i:i + 16]))
print("};\nstatic const double vix_rank[][6] = {")
for i in range(LOOKBACK, len(close)):
    if i % 5 and abs(close[i] / close[i - 1] - 1) < 0.1:  # every fifth day, and every jump
        continue
    before = close[i - LOOKBACK:i]
    print("    {%d, %.12g, %.12g, %.12g, %g, %g}," % (
        i, 100 * (close[i] - low[i]) / (high[i] - low[i]), 100 * np.mean(before < close[i]),
        (close[i] - before.mean()) / before.std(ddof=1), low[i], high[i]))
print("};")
