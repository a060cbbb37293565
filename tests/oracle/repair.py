#!/usr/bin/env python3
"""The table of tests/unit/test_chain_repair.c: repair.py > repair.inc

The programs of lib/chain/repair.h, written down anew over all strikes and solved by scipy's HiGHS: what the cheapest move of
the mids costs, and the least sum of what must be moved beyond bids and asks.
"""
import numpy as np
from scipy.optimize import linprog
from scipy.stats import norm

rng = np.random.default_rng(8)


def black(put, f, k, d, s):
    d1 = np.log(f / k) / s + s / 2
    q = -1 if put else 1
    return d * q * (f * norm.cdf(q * d1) - k * norm.cdf(q * (d1 - s)))


def shape(x, steepest, forward):
    """Rows a with a @ (prices, D F) >= b."""
    n, rows, bounds = len(x), [], []

    def row(pairs, bound):
        a = np.zeros(n + 1)
        for i, v in pairs:
            a[i] += v
        rows.append(a)
        bounds.append(bound)

    for i in range(n - 2):
        lo, hi = x[i + 1] - x[i], x[i + 2] - x[i + 1]
        row([(i, hi), (i + 1, -lo - hi), (i + 2, lo)], 0)
    row([(n - 2, 1), (n - 1, -1)], 0)
    row([(n - 1, 1)], 0)
    if forward:
        row([(0, 1), (n, -1)], -steepest * x[0])
        row([(n, x[1] - x[0]), (0, -x[1]), (1, x[0])], 0)
    else:
        row([(0, -1), (1, 1)], -steepest * (x[1] - x[0]))
    return np.array(rows), np.array(bounds)


def solve(quotes, steepest, forward, second):
    x = np.unique([q["x"] for q in quotes])
    n, m = len(x), len(quotes)
    a, b = shape(x, steepest, forward)
    a = np.hstack([a, np.zeros((len(a), 4 * m))])
    eq, rhs, cost = np.zeros((m, n + 1 + 4 * m)), np.zeros(m), np.zeros(n + 1 + 4 * m)
    bounds = [(0, None)] * (n + 1)
    for i, q in enumerate(quotes):
        half = (q["ask"] - q["bid"]) / 2
        eq[i, np.searchsorted(x, q["x"])] = 1
        rhs[i] = (q["ask"] + q["bid"]) / 2
        if forward and q["put"]:
            eq[i, n] = -1
            rhs[i] -= steepest * q["x"]
        eq[i, n + 1 + 4 * i:n + 5 + 4 * i] = -1, 1, -1, 1
        cost[n + 1 + 4 * i:n + 5 + 4 * i] = (0, 0, 1, 1) if second else (1 / half, 1 / half, 100 / half, 100 / half)
        bounds += [(0, half)] * 2 + [(0, None)] * 2
    r = linprog(cost, A_ub=-a, b_ub=-b, A_eq=eq, b_eq=rhs, bounds=bounds, method="highs")
    assert r.status == 0, r.message
    return r.fun


def case(american, noise, n=12):
    t, vol, f = 0.25, 0.25, 100.0
    d = 1.0 if american else 0.985
    strikes = np.sort(rng.choice(np.arange(70, 135, 2.5), n, replace=False))
    quotes = []
    for k in strikes:
        for put in (False, True):
            p = black(put, f, k, d, (vol - 0.1 * np.log(k / f)) * np.sqrt(t))
            half = 0.03 + 0.01 * p
            p += noise * half * rng.uniform(-1, 1)
            bid = round(max(p - half, 0), 2)
            quotes.append({"strike": k, "put": put, "bid": bid, "ask": round(max(p + half, bid + 0.02), 2)})
    if american:
        costs = [0, 0]
        for put in (False, True):
            side = [dict(q, x=-q["strike"] if put else q["strike"]) for q in quotes if q["put"] == put]
            costs = [c + solve(side, 1.0, False, second) for second, c in enumerate(costs)]
    else:
        side = [dict(q, x=q["strike"]) for q in quotes]
        costs = [solve(side, d, True, second) for second in (0, 1)]
    print(f"    {{{int(american)}, {d!r}, {costs[0]:.10g}, {costs[1]:.10g}, {{")
    for q in quotes:
        print(f"        {{{q['strike']:g}, {int(q['put'])}, {q['bid']:g}, {q['ask']:g}}},")
    print("    }},")


print("/* american, discount, cost of the moves, least sum beyond bid and ask, quotes {strike, put, bid, ask}: by repair.py */")
for american in (False, True):
    for noise in (0.5, 1.5, 4.0):
        case(american, noise)
