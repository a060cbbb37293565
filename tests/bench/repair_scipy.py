#!/usr/bin/env python3
"""Peer of vclean --repair: the same programs solved by scipy's HiGHS.

    repair_scipy.py REPAIRED      prints seconds, the cost of its solutions and of the repaired mids, and the expiries

The programs are those of tests/oracle/repair.py, sparse, with the discount that parity regression gives. Every eighth expiry is taken.
"""
import json
import sys
import time
from collections import defaultdict

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import lil_matrix

slices = defaultdict(list)
for line in open(sys.argv[1]):
    q = json.loads(line)
    if q.get("repair_status") in ("inside", "outside"):
        slices[q["expiration"], q["root"]].append(q)


def discount(quotes):
    """Of the repaired mids: C - P falls by D per unit of strike, to the last digits."""
    call = {q["strike"]: q["mid_repaired"] for q in quotes if q["option_type"] == "C"}
    put = {q["strike"]: q["mid_repaired"] for q in quotes if q["option_type"] == "P"}
    k = np.array(sorted(call.keys() & put.keys()))
    return -np.polyfit(k, [call[x] - put[x] for x in k], 1)[0]


def solve(quotes):
    d = discount(quotes)
    x = np.unique([q["strike"] for q in quotes])
    n, m = len(x), len(quotes)
    bid, ask = (np.array([q[side] for q in quotes], float) for side in ("bid", "ask"))
    half, mid = np.maximum((ask - bid) / 2, 1e-6 * x[-1]), (ask + bid) / 2
    eq, cost = lil_matrix((m, n + 1 + 4 * m)), np.zeros(n + 1 + 4 * m)
    rhs, bounds = mid.copy(), [(0, None)] * (n + 1)
    for i, q in enumerate(quotes):
        eq[i, np.searchsorted(x, q["strike"])] = 1
        if q["option_type"] == "P":
            eq[i, n] = -1
            rhs[i] -= d * q["strike"]
        for k, sign in enumerate((-1, 1, -1, 1)):
            eq[i, n + 1 + 4 * i + k] = sign
            cost[n + 1 + 4 * i + k] = (1, 1, 100, 100)[k] / half[i]
        bounds += [(0, half[i])] * 2 + [(0, None)] * 2
    a, b = lil_matrix((n + 1, n + 1 + 4 * m)), np.zeros(n + 1)
    for i in range(n - 2):
        lo, hi = 1 / (x[i + 1] - x[i]), 1 / (x[i + 2] - x[i + 1])
        a[i, i], a[i, i + 1], a[i, i + 2] = -lo, lo + hi, -hi
    a[n - 2, n - 2], a[n - 2, n - 1] = -1, 1
    a[n - 1, 0], a[n - 1, n], b[n - 1] = -1, 1, d * x[0]
    a[n, 0], a[n, 1], a[n, n] = 1 / (x[1] - x[0]) + 1 / x[0], -1 / (x[1] - x[0]), -1 / x[0]
    start = time.process_time()
    r = linprog(cost, A_ub=a.tocsr(), b_ub=b, A_eq=eq.tocsr(), b_eq=rhs, bounds=bounds, method="highs")
    taken = time.process_time() - start
    if r.status != 0:
        sys.exit(r.message)
    ours = np.array([q["mid_repaired"] for q in quotes])
    out = np.maximum(np.maximum(bid - ours, ours - ask), 0)
    return taken, r.fun, float(np.sum(np.minimum(abs(ours - mid), half) / half + 100 * out / half))


results = [solve(q) for _, q in sorted(slices.items())[::8]]
print(*(repr(float(sum(column))) for column in zip(*results)), len(results))
