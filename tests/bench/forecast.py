"""Parts of the bench: models of variance fitted to returns."""
import sys

from common import BENCH, WORK, absolute, goal, need_python, note, numbers, script


def bench_garch():
    """A fit of GARCH(1,1) with standard errors to 2,500 returns: ours, and scipy's optimiser over a filter in C."""
    returns, n, rounds = WORK + "/returns", 2500, 15
    ours = [float(w) for w in numbers([BENCH + "/garch_fit", returns, str(n), str(rounds)])]
    detail = f"GARCH {ours[0]:.2f} ms, GJR {ours[2]:.2f}, EGARCH {ours[4]:.2f} (CPU, medians of {rounds})"
    absolute("GARCH fit of 2,500 returns, ms", ours[0], 10, ours[0] <= 10, detail)
    if not need_python("numpy", "scipy"):
        return
    theirs = [float(w) for w in numbers(script("garch_scipy.py", returns, "5"))]
    again = [float(w) for w in numbers([BENCH + "/garch_fit", returns, str(n), str(rounds)])]
    if not ours[1] >= theirs[1] - 1e-6:
        sys.exit(f"bench: log likelihood {ours[1]} of our fit, {theirs[1]} of scipy's")
    goal("GARCH fit vs scipy SLSQP + lfilter", theirs[0] / max(ours[0], again[0]), 2, 4,
         f"{theirs[0]:.1f} ms and {max(ours[0], again[0]):.2f} ms, log likelihood {ours[1] - theirs[1]:+.1e} of theirs")
    note("scipy: bounds, one constraint, numerical gradients; ours: analytic gradients, classical and robust errors")
