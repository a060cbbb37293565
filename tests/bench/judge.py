#!/usr/bin/python3
"""judge.py OPTIONS VOLS...: one line for each file of vols: how many of how many failed, the greatest error of the out-of-the-money
ones, the greatest error over what is attainable.

Attainable is half a unit in the last place of the price over vega, and one rounding of the vol. A failure is no number, or a vol
that is wrong in its third digit although the price says it to ten times that. A file may hold the vols of every so-many-th option:
the others are NaN and all of them are left out when the file is named FILE:SAMPLE.
"""
import sys

import numpy as np

np.seterr(all="ignore")
q, p, f, k, d, t, exact = np.fromfile(sys.argv[1]).reshape(7, -1)
n = len(p)
s = exact * np.sqrt(t)
d1 = np.log1p((f - k) / k) / s + s / 2
vega = d * f * np.exp(-d1 * d1 / 2) / np.sqrt(2 * np.pi) * np.sqrt(t)
attainable = np.spacing(p) / 2 / vega + np.finfo(float).eps * exact
otm = q * (f - k) <= 0
for name in sys.argv[2:]:
    name, _, step = name.partition(":")
    asked = np.arange(n) % int(step or 1) == 0
    vol = np.fromfile(name, count=n)
    error = np.abs(vol - exact)
    failed = asked & ~(error <= np.maximum(1e-3 * exact, 100 * attainable))
    good = asked & ~failed
    print(failed.sum(), asked.sum(), "%.2g" % np.max(error[good & otm]), "%.4g" % np.max((error / attainable)[good]))
