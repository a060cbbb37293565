#!/usr/bin/python3
"""garch_scipy.py FILE ROUNDS: the peer of garch_fit.c: GARCH(1,1) by scipy.optimize on the returns of FILE.

The recursion is a linear filter (scipy.signal.lfilter), so that no line of it is a loop in Python; SLSQP with the
constraints of the model, standard errors by the Hessian of finite differences, as ours has them. Printed: CPU
milliseconds of a fit, the median, and the log likelihood.
"""
import statistics
import sys
import time

import numpy as np
import scipy.optimize as so
import scipy.signal as ss

r = np.loadtxt(sys.argv[1])
sd = r.std()
x = r / sd
n = len(x)


def loss(p):
    mu, omega, alpha, beta = p
    e2 = (x - mu) ** 2
    s = e2.mean()
    news = np.concatenate([[omega + (alpha + beta) * s], omega + alpha * e2[:-1]])
    h = ss.lfilter([1.0], [1.0, -beta], news)
    return 0.5 * np.mean(np.log(h) + e2 / h) if np.all(h > 0) else 1e10


def hessian(p):
    k, step = len(p), 1e-4 * np.maximum(np.abs(p), 1e-2)
    unit, out = np.eye(k) * step, np.empty((k, k))
    for i in range(k):
        for j in range(i + 1):
            out[i, j] = out[j, i] = (loss(p + unit[i] + unit[j]) - loss(p + unit[i] - unit[j]) - loss(
                p - unit[i] + unit[j]) + loss(p - unit[i] - unit[j])) / (4 * step[i] * step[j])
    return out


taken = []
for _ in range(int(sys.argv[2])):
    start = time.process_time()
    fit = so.minimize(loss, [x.mean(), 0.03, 0.07, 0.9], method="SLSQP", bounds=[(-1, 1), (1e-8, 2), (0, 1), (0, 1)],
                      constraints={"type": "ineq", "fun": lambda p: 0.99999 - p[2] - p[3]}, options={"ftol": 1e-12, "maxiter": 500})
    errors = np.sqrt(np.diag(np.linalg.inv(hessian(fit.x) * n)))
    taken.append((time.process_time() - start) * 1e3)
print(f"{statistics.median(taken):.4f} {-n * (fit.fun + 0.5 * np.log(2 * np.pi)) - n * np.log(sd):.10f}")
