#!/usr/bin/python3
"""Write svifit.inc: quotes of a few slices and the least squares cost that scipy reaches on them.

    tests/oracle/svifit.py > tests/oracle/svifit.inc

The quotes are SPX options of shared/data/cboe-spx-daily-2019 (lambdaclass/options_backtester, MIT), out of the money,
within three standard deviations, as vols of bid, mid and ask: Black-76 on a forward from put-call parity, discounted
at DGS1MO. The cost is the sum of ((model vol - mid vol) / half-spread)^2, the least of scipy's least_squares (trf,
bounds as in svisearch.h) from 40 starts, beside it the share of quotes that this smile has inside their spread. Nothing of
volpipe takes part.
"""
import math
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from scipy.optimize import least_squares
from scipy.special import ndtr

DATA = "/work/shared/data/cboe-spx-daily-2019/SPX_%s.csv.gz"
RATE = 0.0241
NY = ZoneInfo("America/New_York")
SLICES = [("20190426", "SPXW", "05/24/2019"), ("20190426", "SPX", "06/21/2019"), ("20190426", "SPXW", "05/01/2019"),
          ("20190426", "SPX", "12/18/2020"), ("20190502", "SPXW", "05/24/2019"), ("20190529", "SPXW", "07/31/2019")]


def black(f, k, s, side):
    d1 = np.log(f / k) / s + s / 2
    return side * (f * ndtr(side * d1) - k * ndtr(side * (d1 - s)))


def implied(price, f, k, t, side):
    lo, hi = np.full(len(k), 1e-6), np.full(len(k), 8.0)
    for _ in range(80):
        mid = (lo + hi) / 2
        under = black(f, k, mid, side) < price
        lo, hi = np.where(under, mid, lo), np.where(under, hi, mid)
    return (lo + hi) / 2 / math.sqrt(t)


def chain(day, root, expiration):
    df = pd.read_csv(DATA % day)
    df = df[(df.optionroot.str.extract(r"^([A-Z]+)\d")[0] == root) & (df.expiration == expiration)]
    q = datetime.strptime(day, "%Y%m%d").replace(hour=16, minute=15, tzinfo=NY)
    hour, minute = (9, 30) if root == "SPX" else (16, 0)
    e = datetime.strptime(expiration, "%m/%d/%Y").replace(hour=hour, minute=minute, tzinfo=NY)
    t = (e - q).total_seconds() / 86400 / 365
    disc = math.exp(-RATE * t)
    both = df[df.type == "call"].merge(df[df.type == "put"], on="strike", suffixes=("c", "p"))
    both = both[(both.bidc > 0) & (both.bidp > 0)]
    gap = (both.bidc + both.askc - both.bidp - both.askp) / 2
    near = np.argsort(np.abs(gap.values))[:12]
    f = float(np.median(both.strike.values[near] + gap.values[near] / disc))
    df = df[(df.bid > 0) & (df.ask >= df.bid)]
    otm = df[((df.type == "put") & (df.strike < f)) | ((df.type == "call") & (df.strike >= f))].sort_values("strike")
    k, side = otm.strike.values, np.where(otm.type == "call", 1.0, -1.0)
    vols = [implied(p / disc, f, k, t, side) for p in (otm.bid.values, (otm.bid + otm.ask).values / 2, otm.ask.values)]
    x = np.log(k / f)
    atm = float(np.interp(0.0, x, vols[1]))
    keep = (np.abs(x) <= 3 * atm * math.sqrt(t)) & (vols[0] > 1e-3)
    return t, atm, x[keep], [v[keep] for v in vols]


def best_cost(t, atm, k, bid, mid, ask):
    half = np.maximum((ask - bid) / 2, 1e-4)
    s = atm * math.sqrt(t)

    def error(p):
        a, right, left, m, sigma = p
        x = k - m
        root = np.sqrt(x * x + sigma * sigma)
        w = a + 0.5 * right * (root + x) + 0.5 * left * (root - x)
        return (np.sqrt(np.maximum(w, 1e-12) / t) - mid) / half

    low = [-10 * s * s, 1e-9, 1e-9, -20 * s, 0.02 * s]
    high = [10 * s * s, 2.0, 2.0, 20 * s, 40 * s]
    best, share = math.inf, 0.0
    for m in (-1.0, 0.0, 0.5, 1.0, 2.0):
        for sigma in (0.1, 0.4, 1.0, 3.0):
            for b in (0.5, 2.0):
                start = [0.3 * s * s, b * s, b * s, m * s, sigma * s]
                fit = least_squares(error, start, bounds=(low, high), x_scale=[s * s, s, s, s, s], xtol=1e-12,
                                    ftol=1e-12, gtol=1e-12, max_nfev=400)
                if 2 * fit.cost < best:
                    vol = error(fit.x) * half + mid
                    best, share = 2 * fit.cost, float(np.mean((vol >= bid) & (vol <= ask)))
    return best, share


print("/* {slice, t, best cost, its share inside, points, {k, vol, bid, ask} of each}; made by svifit.py. */")
for day, root, expiration in SLICES:
    t, atm, k, (bid, mid, ask) = chain(day, root, expiration)
    print('{"%s %s %s", %.12g, %.10g, %.6f, %d, {' % (day, root, expiration, t, *best_cost(t, atm, k, bid, mid, ask), len(k)))
    for row in zip(k, mid, bid, ask):
        print("{%.10f, %.9f, %.9f, %.9f}," % row)
    print("}},")
