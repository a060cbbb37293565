"""Peers of surface.py: scipy's RBFInterpolator, and the correction of the source chapter.

    peers_surface.py make DIR            the data: DIR/rbfN.txt, DIR/grid.txt
    peers_surface.py rbf FILE OUT        milliseconds, least of some: built, evaluated; values to OUT
    peers_surface.py correct FILE        milliseconds; calendar violations before, after (vols that fall in total variance)
"""
import sys
import time

import numpy as np

SIZES = 200, 1000, 3000


def make(folder):
    for n in SIZES:
        g, m = np.random.default_rng(n), 1000
        x = np.column_stack([g.uniform(-.4, .2, n), np.log(g.uniform(7, 730, n) / 365)])
        v = .2 - .3 * x[:, 0] + .4 * x[:, 0]**2 + .02 * x[:, 1] + g.normal(0, .003, n)
        q = np.column_stack([g.uniform(-.4, .2, m), np.log(g.uniform(7, 730, m) / 365)])
        with open(f"{folder}/rbf{n}.txt", "w") as f:
            f.write(f"{n} {m} 0.1\n")
            np.savetxt(f, np.column_stack([x, v]), fmt="%.17g")
            np.savetxt(f, q, fmt="%.17g")
    g, k = np.random.default_rng(14), np.log(np.linspace(.8, 1.2, 20))
    days = np.array([7, 14, 30, 45, 60, 91, 120, 182, 270, 365.0])
    vol = .2 - .25 * k[None, :] / (days[:, None] / 30)**.25 + .6 * k[None, :]**2 + .01 * np.log(days[:, None] / 30)
    vol += g.normal(0, .03, vol.shape)
    with open(folder + "/grid.txt", "w") as f:
        f.write("10 20\n")
        for a in days / 365, k, vol:
            np.savetxt(f, a.ravel(), fmt="%.17g")


def rbf(path, out):
    from scipy.interpolate import RBFInterpolator
    with open(path) as f:
        a = [float(w) for w in f.read().split()]
    n, m = int(a[0]), int(a[1])
    points, places = np.array(a[3:3 + 3 * n]).reshape(n, 3), np.array(a[3 + 3 * n:]).reshape(m, 2)
    build = evaluate = np.inf
    for _ in range(1 + 5000 // n):
        start = time.process_time()
        r = RBFInterpolator(points[:, :2], points[:, 2], smoothing=a[2], kernel="thin_plate_spline")
        built = time.process_time()
        values = r(places)
        build, evaluate = min(build, built - start), min(evaluate, time.process_time() - built)
    print(build * 1e3, evaluate * 1e3)
    np.savetxt(out, values, fmt="%.17g")


def violations(vol, t):
    w = vol**2 * t[:, None]
    return int((w[1:] < w[:-1] * (1 - 1e-12)).sum())


def correct(path):
    """The chapter's: vols nearest to the given ones, falling total variance fined with 1000 times its square, L-BFGS-B."""
    from scipy.optimize import minimize
    a = np.loadtxt(path, skiprows=1)
    t, vol = a[:10], a[30:].reshape(10, 20)
    calls = 0

    def objective(flat):
        nonlocal calls
        calls += 1
        v = flat.reshape(vol.shape)
        fine = 0.0
        for j in range(vol.shape[1]):
            w = v[:, j]**2 * t
            for i in range(t.size - 1):
                if w[i] >= w[i + 1]:
                    fine += 1000 * (w[i] - w[i + 1])**2
        return np.sum((v - vol)**2) + fine

    start = time.process_time()
    x = minimize(objective, vol.ravel(), method="L-BFGS-B", bounds=[(.01, 2.0)] * vol.size).x
    print((time.process_time() - start) * 1e3, violations(vol, t), violations(x.reshape(vol.shape), t))


if __name__ == "__main__":
    {"make": make, "rbf": rbf, "correct": correct}[sys.argv[1]](*sys.argv[2:])
