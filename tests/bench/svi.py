"""Fits of smiles: SVI slices against scipy and GSL on the same quotes, and the smiles of a real day."""
import os
import sys

from common import ROOT, WORK, Run, absolute, goal, in_turns, need_python, note, numbers, script

SLICES, COUNT, STEP = WORK + "/slices.bin", 2000, 20


def judge(ours, theirs):
    """(slices where they are more than 1 % worse, where we are) of those that both fitted."""
    return [int(w) for w in numbers([sys.executable, "-c", "import array, sys\nx = []\nfor name in sys.argv[1:]:\n"
                                     "    a = array.array('d')\n    a.frombytes(open(name, 'rb').read())\n    x.append(a)\n"
                                     "both = [(a, b) for a, b in zip(*x) if b == b]\n"
                                     "print(sum(not b <= a * 1.01 for a, b in both), sum(not a <= b * 1.01 for a, b in both))", ours, theirs])]


def bench_svi():
    """P15: one core, 40 strikes, the same error; ours with its butterfly verdict, theirs without any."""
    if not need_python("numpy", "scipy"):
        return
    numbers(["svi_make", str(COUNT), SLICES])
    cost = {name: f"{WORK}/{name}.cost" for name in ("ours", "gsl", "scipy")}
    m = in_turns({"ours": ["svi_fit", SLICES, cost["ours"]], "gsl": ["svi_gsl", SLICES, cost["gsl"]],
                  "scipy": script("peers_svi.py", SLICES, cost["scipy"], str(STEP))}, min(Run.rounds, 5))
    ours, gsl, scipy = (m[name][0] for name in ("ours", "gsl", "scipy"))
    worse = {name: judge(cost["ours"], cost[name]) for name in ("gsl", "scipy")}
    if any(w[1] > 0 for w in worse.values()):
        sys.exit(f"bench: a fit of ours is worse than a peer's: {worse}")
    goal("P15 SVI slice / scipy least_squares", scipy / ours, 100, 350,
         f"{ours / 1e3:.1f} us against {scipy / 1e3:.0f} us, which is worse on {worse['scipy'][0]} of {COUNT // STEP}")
    goal("P15 SVI slice / GSL nlinear", gsl / ours, 2, 5, f"{gsl / 1e3:.1f} us, which is worse on {worse['gsl'][0]} of {COUNT}")
    absolute("SVI slice of 40 quotes, us", ours / 1e3, 20, ours <= 20e3, "with butterfly verdict; lower is better")


def bench_day():
    """The smiles of a real day."""
    path = ROOT + "/examples/data/SPX_20190426.csv.gz"
    if not os.path.exists(path):
        note("skipped: examples/data is not here")
        return
    n, quotes, svi, essvi = (float(w) for w in numbers(["surface_day", path]))
    detail = f"SPX 2019-04-26, {n:.0f} expiries, {quotes:.0f} quotes; lower is better"
    absolute("SVI of a day with verdicts, ms", svi, 10, svi <= 10, detail)
    absolute("eSSVI of a day, ms", essvi, 30, essvi <= 30, detail)
