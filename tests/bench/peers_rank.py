#!/usr/bin/python3
"""Rolling rank and percentile by pandas, on the series of rank_roll.c.

    peers_rank.py SERIES DAYS LOOKBACK FILE    prints ns a point: both, rank alone, minimum and maximum alone
    peers_rank.py compare OURS THEIRS          how many figures of the first series differ

The percentile counts the days before; rolling.rank counts today too, so that it is turned: with method "min" the rank less 1 is
the number of values of the window of LOOKBACK + 1 that are below today's.
"""
import sys
import time

import numpy as np
import pandas as pd

if sys.argv[1] == "compare":
    a, b = (np.fromfile(name) for name in sys.argv[2:])
    print(len(a) if len(a) != len(b) else int(np.sum(~(np.isnan(a) & np.isnan(b)) & ~(np.abs(a - b) <= 1e-9))))
    sys.exit()

n_series, days, lookback = (int(x) for x in sys.argv[1:4])


def make(seed):
    x, level = np.empty(days), 0.0
    for i in range(days):
        seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
        level = 0.98 * level + ((seed >> 33) / 2147483648.0 - 0.5)
        x[i] = 20 + level
    return pd.Series(x)


series = [make(i + 1) for i in range(n_series)]
start = time.process_time()
percentile = [(s.rolling(lookback + 1).rank(method="min") - 1) * (100 / lookback) for s in series]
ranked = time.process_time()
rank = []
for s in series:
    low = s.rolling(lookback).min()
    rank.append(100 * (s - low) / (s.rolling(lookback).max() - low))
done = time.process_time()
r = rank[0].to_numpy().copy()
r[:lookback] = np.nan  # as many days before as the percentile wants
np.concatenate([r, percentile[0].to_numpy()]).tofile(sys.argv[4])
points = n_series * days / 1e9
print((done - start) / points, (ranked - start) / points, (done - ranked) / points)
