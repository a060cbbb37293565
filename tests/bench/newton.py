#!/usr/bin/python3
"""newton.py N: nanoseconds an option of a vectorised numpy Newton on the quotes that kernel.c has, and how many fail."""
import sys
import time

import numpy as np
from scipy.special import ndtr

n = int(sys.argv[1])
rng = np.random.default_rng(1)
f = 2900.0
t = np.floor(1 + 700 * rng.random(n)) / 365
exact = 0.1 + 0.4 * rng.random(n)
k = np.floor(f * np.exp((6 * rng.random(n) - 3.5) * exact * np.sqrt(t)) / 5) * 5
d = np.exp(-0.02 * t)
q = np.where(k > f, 1.0, -1.0)
root = np.sqrt(t)


def price(vol):
    s = vol * root
    d1 = np.log(f / k) / s + s / 2
    return d * q * (f * ndtr(q * d1) - k * ndtr(q * (d1 - s))), d * f * np.exp(-d1 * d1 / 2) / np.sqrt(2 * np.pi) * root


p = price(exact)[0]
start = time.process_time()
with np.errstate(all="ignore"):
    vol = np.full(n, 0.2)
    for _ in range(20):  # more would not save those that have run away
        value, vega = price(vol)
        step = (value - p) / vega
        vol = vol - step
        if np.nanmax(np.abs(step)) < 1e-10:
            break
print("%.1f %d" % ((time.process_time() - start) * 1e9 / n, np.sum(~(np.abs(vol / exact - 1) < 1e-6))))
