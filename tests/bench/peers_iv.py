#!/usr/bin/python3
"""peers_iv.py OPTIONS METHOD VOLS [SAMPLE]: nanoseconds of CPU an option of a Python solver; its vols to VOLS.

numpy: Newton over the whole array; scipy: scipy.optimize.newton over the array; brentq: scipy.optimize.brentq, one option after the
other; seed: the algorithm of the first chapter's code, one option after the other, with scipy.stats; greeks: price and five greeks
by numpy at the true vols. SAMPLE: only every so-many-th option (the rest becomes NaN and is not counted).
"""
import sys
import time
import warnings

import numpy as np
from scipy import optimize, stats
from scipy.special import ndtr

warnings.filterwarnings("ignore")
np.seterr(all="ignore")
q, p, f, k, d, t, exact = np.fromfile(sys.argv[1]).reshape(7, -1)
method, step = sys.argv[2], int(sys.argv[4]) if len(sys.argv) > 4 else 1
chosen = np.arange(0, len(p), step)
q, p, f, k, d, t, exact = (a[chosen] for a in (q, p, f, k, d, t, exact))
root = np.sqrt(t)


def black(vol, q, f, k, d, root):
    s = vol * root
    d1 = np.log(f / k) / s + s / 2
    return d * q * (f * ndtr(q * d1) - k * ndtr(q * (d1 - s)))


def black_vega(vol, f, k, d, root):
    s = vol * root
    d1 = np.log(f / k) / s + s / 2
    return d * f * np.exp(-d1 * d1 / 2) / np.sqrt(2 * np.pi) * root


def numpy_newton():
    """As one writes it: the chapter's start, tolerance and number of rounds, over the array; those that arrived stand still."""
    vol = np.full(len(p), 0.2)
    for _ in range(100):
        gap = black(vol, q, f, k, d, root) - p
        on = ~(np.abs(gap) < 0.001)
        if not on.any():
            break
        vol = np.where(on, vol - gap / black_vega(vol, f, k, d, root), vol)
    return vol


def scipy_newton():
    try:
        return optimize.newton(lambda v: black(v, q, f, k, d, root) - p, np.full(len(p), 0.2),
                               lambda v: black_vega(v, f, k, d, root), maxiter=50, disp=False)
    except RuntimeError:
        return np.full(len(p), np.nan)


def each(solve):
    out = np.empty(len(p))
    for i in range(len(p)):
        try:
            out[i] = solve(i)
        except (ValueError, ZeroDivisionError):
            out[i] = np.nan
    return out


def brentq(i):
    return optimize.brentq(lambda v: black(v, q[i], f[i], k[i], d[i], root[i]) - p[i], 1e-4, 8, xtol=1e-12)


def seed(i):
    """Spot and rate from forward and discount; start at 20 %, stop when the price is right to a tenth of a cent."""
    spot, rate = f[i] * d[i], -np.log(d[i]) / t[i]
    vol = 0.2
    for _ in range(100):
        d1 = (np.log(spot / k[i]) + (rate + vol ** 2 / 2) * t[i]) / (vol * root[i])
        d2 = d1 - vol * root[i]
        if q[i] > 0:
            value = spot * stats.norm.cdf(d1) - k[i] * np.exp(-rate * t[i]) * stats.norm.cdf(d2)
        else:
            value = k[i] * np.exp(-rate * t[i]) * stats.norm.cdf(-d2) - spot * stats.norm.cdf(-d1)
        if abs(value - p[i]) < 0.001:
            break
        vol -= (value - p[i]) / (spot * stats.norm.pdf(d1) * root[i])
    return vol


def greeks():
    s = exact * root
    d1 = np.log(f / k) / s + s / 2
    cdf, density = ndtr(q * d1), np.exp(-d1 * d1 / 2) / np.sqrt(2 * np.pi)
    second = k * ndtr(q * (d1 - s))
    price = d * q * (f * cdf - second)
    rate = -np.log(d) / t
    theta = (rate * price - d * f * density * exact / (2 * root)) / 365
    return np.concatenate([price, d * q * cdf, d * density / (f * s), theta, d * f * density * root / 100,
                           d * q * second * t / 100])


start = time.process_time()
vol = {"numpy": numpy_newton, "scipy": scipy_newton, "brentq": lambda: each(brentq), "seed": lambda: each(seed), "greeks": greeks}[method]()
print("%.1f" % ((time.process_time() - start) * 1e9 / len(p)))
if method == "greeks":
    vol.tofile(sys.argv[3])
else:
    out = np.full(np.fromfile(sys.argv[1]).size // 7, np.nan)
    out[chosen] = vol
    out.tofile(sys.argv[3])
