#!/usr/bin/python3
"""peers_svi.py SLICES COSTS STEP: nanoseconds of CPU a slice of scipy.optimize.least_squares on raw SVI, as one writes it: bounds,
one start, its defaults otherwise. Every STEP-th slice; the costs of the others become NaN.
"""
import sys
import time

import numpy as np
from scipy.optimize import least_squares

QUOTES = 40
slices = np.fromfile(sys.argv[1]).reshape(-1, QUOTES, 4)
costs, step = np.full(len(slices), np.nan), int(sys.argv[3])


def fit(rows):
    t, k, vol, half = rows[0, 0], rows[:, 1], rows[:, 2], rows[:, 3]
    s = vol[QUOTES // 2] * np.sqrt(t)

    def error(x):
        a, b, rho, m, sigma = x
        y = k - m
        w = a + b * (rho * y + np.sqrt(y * y + sigma * sigma))
        return (np.sqrt(np.maximum(w, 1e-12) / t) - vol) / half

    start = [0.5 * s * s, 0.5 * s, -0.3, 0.0, 0.6 * s]
    return 2 * least_squares(error, start, bounds=([-10 * s * s, 0, -0.999, -10 * s, 0.02 * s], [10 * s * s, 2, 0.999, 10 * s, 40 * s]),
                             x_scale=[s * s, s, 1, s, s]).cost


began = time.process_time()
for i in range(0, len(slices), step):
    costs[i] = fit(slices[i])
print((time.process_time() - began) / len(range(0, len(slices), step)) * 1e9)
costs.tofile(sys.argv[2])
