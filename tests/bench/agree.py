#!/usr/bin/python3
"""agree.py OURS THEIRS: two streams of valued quotes, row by row: the share of rows where just one has a vol, and for some fields
the difference that 99 of 100 rows do not exceed, divided by what may be expected of two estimates of the forward. The status is
that of the comparison."""
import json
import sys

import numpy as np

ALLOWED = {"forward": 0.01, "discount": 1e-4, "implied_vol": 5e-3, "iv_ask": 1e-3, "delta": 1e-3, "gamma": 1e-5, "theta": 1e-3, "vega": 1e-2,
           "rho": 1e-2}


def column(rows, name):
    return np.array([np.nan if r[name] is None else r[name] for r in rows], float)


ours, theirs = ([r for r in map(json.loads, open(name)) if r["kind"] == "quote"] for name in sys.argv[1:3])
if [r["symbol"] for r in ours] != [r["symbol"] for r in theirs]:
    sys.exit("the rows are not the same")
worst = 0
for name, allowed in ALLOWED.items():
    a, b = column(ours, name), column(theirs, name)
    both = np.isfinite(a) & np.isfinite(b)
    worst = max(worst, np.quantile(np.abs(a - b)[both], 0.99) / allowed)
one = np.mean(np.isfinite(column(ours, "implied_vol")) != np.isfinite(column(theirs, "implied_vol")))
print("%.2g %.2g" % (one, worst))
sys.exit(0 if one < 0.01 and worst < 1 else 1)
