"""Surfaces: thin-plate splines, correction of a grid, arbitrage-free spline slices (P13, P14, P16)."""
import os
import subprocess
import sys

from common import WORK, absolute, goal, in_turns, limit, need_python, note, numbers, script

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core against one core


def make_surfaces():
    os.makedirs(WORK, exist_ok=True)
    subprocess.run(script("peers_surface.py", "make", WORK), check=True)


def same_values(ours, theirs):
    """The largest difference of two files of numbers."""
    with open(ours) as a, open(theirs) as b:
        return max(abs(float(x) - float(y)) for x, y in zip(a, b, strict=True))


def bench_rbf():
    """P16, and the same at 200 and 3,000 points."""
    if not need_python("numpy", "scipy"):
        return
    make_surfaces()
    for n, must, aim in (200, 1, 3), (1000, 3, 5), (3000, 1, 2):
        data, ours, theirs = f"{WORK}/rbf{n}.txt", f"{WORK}/rbf.ours", f"{WORK}/rbf.scipy"
        m = in_turns({"ours": ["surface", "rbf", data, ours], "scipy": script("peers_surface.py", "rbf", data, theirs)})
        off = same_values(ours, theirs)
        if not off <= 1e-8:
            sys.exit(f"bench: rbf of {n} points differs from scipy by {off:g}")
        words = "; ".join(f"{name} {b:.2f} + {e:.2f} ms" for name, (b, e) in m.items())
        goal(f"{'P16 ' if n == 1000 else ''}RBF of {n} points, build and 1,000 values / scipy", sum(m["scipy"]) / sum(m["ours"]), must, aim,
             f"{words}; apart by {off:.1e}")
        if n == 1000:
            lu = in_turns({"lu": ["surface", "lu", data]})["lu"][0]
            goal("P16 RBF of 1000 points, build / GSL LU", lu / m["ours"][0], 5, 9, f"{m['ours'][0]:.2f} against {lu:.1f} ms")
            goal("RBF of 1000 points, values alone / scipy", m["scipy"][1] / m["ours"][1], 1, 10, "")


def bench_correct():
    """P13 and P14 on a grid of 10 expiries and 20 strikes."""
    if not need_python("numpy", "scipy"):
        return
    make_surfaces()
    grid = WORK + "/grid.txt"
    m = in_turns({"pava": ["surface", "calendar", grid], "all": ["surface", "correct", grid],
                  "chapter": script("peers_surface.py", "correct", grid)})
    (us, before, after), (ms, start, left) = m["pava"], m["chapter"]
    goal("P13 calendar projection / the chapter's L-BFGS-B", ms * 1e3 / us, 10000, 300000,
         f"{us:.2f} us against {ms:.0f} ms; the chapter leaves {left:.0f} of {start:.0f} violations")
    limit("P13 calendar violations left", after, 0, 0, f"of {before:.0f}")
    us, before, after = m["all"]
    goal("P14 repair of all violations / the chapter's L-BFGS-B", ms * 1e3 / us, 50, 500, f"{us / 1e3:.3f} ms against {ms:.0f} ms")
    limit("P14 violations left, butterfly and calendar", after, 0, 0, f"of {before:.0f}")
    absolute("P14 repair of a 10 x 20 grid, ms", us / 1e3, 1, us <= 1e3, "")


def bench_spline():
    us, inside = (float(w) for w in numbers(["surface", "spline"]))
    absolute("arbitrage-free spline, ms a market slice", us / 1e3, 2, us <= 2e3, "fit and verdicts")
    goal("quotes of the market slices inside bid and ask, percent", inside, 99, 100, "")
    note("SPX of 2019-04-26, 05-02 and 05-29, six slices of 31 to 119 quotes")
