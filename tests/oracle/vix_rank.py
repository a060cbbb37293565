#!/usr/bin/python3
"""Make vix_rank.inc: rank, percentile and z-score of the VIX closes of 2007 to 2009 by numpy and pandas.

    tests/oracle/vix_rank.py ../shared/data/history/vix-daily.csv.gz > tests/oracle/vix_rank.inc
    tests/oracle/vix_rank.py ../shared/data/history/vix-daily.csv.gz 2019-04-26 > tests/oracle/vix_20190426.json

Three ways that share nothing with lib/signal/rank.c: pandas' rolling minimum and maximum for the rank, a numpy
comparison for the percentile, numpy's mean and std (ddof 1) for the z-score. Closes are bundled (ODC-PDDL-1.0).
"""
import sys

import numpy as np
import pandas as pd

LOOKBACK = 252
vix = pd.read_csv(sys.argv[1], parse_dates=["DATE"])
if len(sys.argv) > 2:  # one day: value, percentile, rank, n and the signal by the thresholds of lib/signal/meanrev.h
    x = vix[vix.DATE <= sys.argv[2]].CLOSE.to_numpy()
    before, window = x[-LOOKBACK - 1:-1], x[-LOOKBACK:]
    p = 100 * np.mean(before < x[-1])
    signal = "sell_vol" if p > 60 else "buy_vol" if p < 40 else "neutral"
    strength = "strong" if p > 80 or p < 20 else "none" if signal == "neutral" else "moderate"
    print('[%.10g,%.10g,%.10g,%d,"%s","%s"]' % (
        x[-1], p, 100 * (x[-1] - window.min()) / (window.max() - window.min()), len(before), signal, strength))
    sys.exit()
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
