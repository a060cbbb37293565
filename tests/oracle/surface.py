#!/usr/bin/python3
"""Write surface_grid.inc and surface_rbf.inc: isotonic regressions and a repaired grid of vols; thin-plate splines; by scipy 1.10.

    tests/oracle/surface.py grid > tests/oracle/surface_grid.inc
    tests/oracle/surface.py rbf > tests/oracle/surface_rbf.inc

- isotonic: bounded least squares (scipy.optimize.lsq_linear, BVLS) over the increments.
- grid: least distance programming (Lawson and Hanson, "Solving Least Squares Problems", chapter 23) by scipy's nnls, on
  undiscounted call prices over the forward, whose conditions are written down here once more. Prices are measured in what a vol
  point up or down is worth at the node, no more than the price out of the money, no less than further out or earlier.
- rbf: scipy.interpolate.RBFInterpolator, thin_plate_spline, smoothing 0.1 as in the source chapter, and 0.
Nothing of volpipe takes part.
"""
import sys

import numpy as np
from scipy.interpolate import RBFInterpolator
from scipy.optimize import lsq_linear, nnls
from scipy.special import ndtr


def show(name, a, columns=6):
    a = np.asarray(a, float)
    print(f"static const double {name}[] = {{")
    for i in range(0, a.size, columns):
        print("    " + " ".join(f"{v:.17g}," for v in a.ravel()[i:i + columns]))
    print("};")


def call(k, s):
    d1 = -k / s + s / 2
    return ndtr(d1) - np.exp(k) * ndtr(d1 - s)


def isotonic(g, n):
    y, w = g.normal(size=n).cumsum() * .3 + np.arange(n) * .05, g.uniform(.2, 3, n)
    lower = np.tri(n)
    bound = np.full(n, 0.0)
    bound[0] = -np.inf
    z = lower @ lsq_linear(np.sqrt(w)[:, None] * lower, np.sqrt(w) * y, (bound, np.inf), method="bvls", tol=1e-15).x
    return y, w, z


def grid(g, days, k):
    t = days / 365.0
    vol = .2 - .35 * k[None, :] + .8 * k[None, :]**2 / np.sqrt(t[:, None] * 4) + .01 * np.log(t[:, None]) + g.normal(0, .02, (t.size, k.size))
    root, half, x = np.sqrt(t)[:, None], .01, np.exp(k)
    kk = np.broadcast_to(k, vol.shape)
    c0 = call(kk, vol * root)
    unit = np.minimum((call(kk, (vol + half) * root) - call(kk, (vol - half) * root)) / 2, c0 - np.maximum(1 - np.exp(kk), 0))
    for i in range(t.size):  # no less than what is earlier, or further out
        if i > 0:
            unit[i] = np.maximum(unit[i], unit[i - 1])
        unit[i, x < 1] = np.maximum.accumulate(unit[i, x < 1])
        unit[i, x >= 1] = np.maximum.accumulate(unit[i, x >= 1][::-1])[::-1]
    rows, low, n = [], [], k.size

    def at_least(pairs, bound):
        row = np.zeros(vol.size)
        for (i, j), a in pairs:
            row[i * n + j] += a
        rows.append(row)
        low.append(bound)

    for i in range(t.size):
        at_least([((i, 0), -1), ((i, 1), x[0] / x[1])], -(x[1] - x[0]) / x[1])
        for j in range(1, n - 1):
            width = x[j + 1] - x[j - 1]
            at_least([((i, j - 1), (x[j + 1] - x[j]) / width), ((i, j), -1), ((i, j + 1), (x[j] - x[j - 1]) / width)], 0)
        at_least([((i, n - 2), 1), ((i, n - 1), -1)], 0)
        if i > 0:
            for j in range(n):
                at_least([((i - 1, j), -1), ((i, j), 1)], 0)
    rows, low = np.array(rows), np.array(low)
    broken = rows @ c0.ravel() < low - 1e-13
    g_matrix, h = rows * unit.ravel(), low - rows @ c0.ravel()
    size = np.abs(g_matrix).max(1)
    g_matrix, h = g_matrix / size[:, None], h / size
    e = np.vstack([g_matrix.T, h])
    u, _ = nnls(e, np.append(np.zeros(vol.size), 1), maxiter=100000)
    r = e @ u - np.append(np.zeros(vol.size), 1)
    z = -r[:-1] / r[-1]
    assert (g_matrix @ z - h).min() > -1e-9
    kinds = [0, 0, 0]
    for row, bad in zip(rows, broken):
        kinds[2 if (row != 0).sum() == 2 and len({i // n for i in np.flatnonzero(row)}) == 2 else 0] += bad
    return t, vol, unit, z, kinds


def write_grid(g):
    for i, n in enumerate((12, 60)):
        y, w, z = isotonic(g, n)
        show(f"isotonic_y{i}", y), show(f"isotonic_w{i}", w), show(f"isotonic_z{i}", z)
    k = np.linspace(-.2, .2, 9)
    t, vol, unit, z, kinds = grid(g, np.array([30, 32, 35, 60, 63, 182.0]), k)
    show("grid_t", t), show("grid_k", k), show("grid_vol", vol), show("grid_unit", unit)
    print(f"static const double grid_distance = {np.sqrt((z**2).sum()):.17g};")
    print(f"static const int grid_butterfly = {kinds[0]}, grid_calendar = {kinds[2]};")


def write_rbf(g):
    n, m = 60, 25
    x = np.column_stack([g.uniform(-.4, .2, n), np.log(g.uniform(7, 730, n) / 365)])
    v = .2 - .3 * x[:, 0] + .4 * x[:, 0]**2 + .02 * x[:, 1] + g.normal(0, .003, n)
    q = np.column_stack([g.uniform(-.5, .3, m), np.log(g.uniform(5, 900, m) / 365)])
    show("rbf_x", x[:, 0]), show("rbf_y", x[:, 1]), show("rbf_v", v), show("rbf_qx", q[:, 0]), show("rbf_qy", q[:, 1])
    for name, s in ("rough", 0.0), ("smooth", 0.1):
        show(f"rbf_{name}", RBFInterpolator(x, v, smoothing=s, kernel="thin_plate_spline")(q))
    weight = g.uniform(.01, 2, n)
    show("rbf_weight", weight)
    show("rbf_weighted", RBFInterpolator(x, v, smoothing=.1 * weight, kernel="thin_plate_spline")(q))


print("/* Made by surface.py. */")
{"grid": write_grid, "rbf": write_rbf}[sys.argv[1]](np.random.default_rng(20190426))
