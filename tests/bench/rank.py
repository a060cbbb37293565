"""Rolling rank and percentile: the kernel against pandas on the same series, and which structure wins at which lookback."""
import os
import sys

from common import WORK, Run, absolute, goal, in_turns, limit, need_python, note, numbers, script

SERIES, DAYS, LOOKBACK, PEER = 5000, 2500, 252, 50


def bench_rank():
    """P19: 5,000 symbols of 2,500 days, lookback 252, both figures, one core."""
    if not need_python("numpy", "pandas"):
        return
    ours, theirs = WORK + "/rank.ours", WORK + "/rank.theirs"
    m = in_turns({"ours": ["rank_roll", "roll", str(SERIES), str(DAYS), str(LOOKBACK), ours],
                  "pandas": script("peers_rank.py", str(PEER), str(DAYS), str(LOOKBACK), theirs)}, min(Run.rounds, 5))
    wrong = numbers(script("peers_rank.py", "compare", ours, theirs))
    if wrong != ["0"]:
        sys.exit(f"bench: {wrong[0]} ranks or percentiles differ from those of pandas")
    us, both, rank, edges = m["ours"][0], m["pandas"][0], m["pandas"][1], m["pandas"][2]
    goal("P19 rolling rank and percentile / pandas", both / us, 10, 20,
         f"{us:.1f} ns a point, both, against {rank:.0f} (rolling.rank) + {edges:.0f} (min, max)")
    absolute("rank and percentile of 5,000 x 2,500, s", us * SERIES * DAYS / 1e9, 0.4, us * SERIES * DAYS / 1e9 <= 0.4, "lower is better")


def bench_lookbacks():
    """Which structure counts fastest on either side of the switch of rank.h."""
    header = open(os.path.dirname(os.path.abspath(__file__)) + "/../../lib/signal/rank.h").read()
    switch = int(header.split("VOL_RANK_COUNT_MAX = ")[1].split()[0])
    best = {}
    for lookback in 252, 1000, switch, 5000, 10000:
        taken = in_turns({"x": ["rank_roll", "structures", str(lookback)]}, min(Run.rounds, 5))["x"]
        best[lookback] = dict(zip(("counting", "sorted array", "sorted blocks"), taken))
        note(f"lookback {lookback}, ns a point: " + ", ".join(f"{name} {t:.0f}" for name, t in best[lookback].items()))
    limit("rank: counting / best at 252", best[252]["counting"] / min(best[252].values()), 1.1, 1, "lower is better")
    limit("rank: sorted blocks / best at 10,000", best[10000]["sorted blocks"] / min(best[10000].values()), 1.1, 1, "lower is better")
