"""Regimes: the fit of a Gaussian mixture against sklearn's on the same rows."""
import os
import sys

from common import WORK, Run, absolute, goal, in_turns, need_python, numbers, script

ROWS, COLUMNS = 5000, 8


def bench_gmm():
    """P20: 5,000 x 8, three full components, k-means++ start, the same tolerance; one thread for both."""
    if not need_python("numpy", "sklearn"):
        return
    rows = WORK + "/gmm.rows"
    numbers(["gmm_fit", "make", str(ROWS), str(COLUMNS), rows])
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    m = in_turns({"ours": ["gmm_fit", "fit", str(ROWS), str(COLUMNS), rows],
                  "sklearn": script("peers_gmm.py", str(ROWS), str(COLUMNS), rows)}, min(Run.rounds, 5))
    (ms, likelihood, steps, step), (peer, their_likelihood, their_steps) = m["ours"], m["sklearn"]
    if not likelihood >= their_likelihood - 1e-3:  # the tolerance of both
        sys.exit(f"bench: our mixture is less likely than sklearn's: {likelihood} against {their_likelihood}")
    goal("P20 Gaussian mixture / sklearn", peer / ms, 1.5, 6,
         f"{ms:.2f} ms, {steps:.0f} steps, against {peer:.2f} ms, {their_steps:.0f}; mean log-likelihood {likelihood:.6f} against {their_likelihood:.6f}")
    absolute("step of EM, 5,000 x 8 x 3, us", step, 150, step <= 150, "lower is better")
