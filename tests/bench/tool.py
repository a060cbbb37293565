"""vgreeks as a whole: quotes in, three vols with status and five greeks out."""
import hashlib
import os
import statistics
import sys

from common import PYTHON, WORK, Run, absolute, cpu_seconds, goal, medians, need_python, note, numbers, once, script, speed
from price import LEVELS, levels, make_options


def bench_vgreeks():
    q, few = WORK + "/q.ndjson", WORK + "/few.ndjson"
    n = sum(1 for _ in open(few))
    m = medians({"ours": f"vgreeks -q < {q}", "jansson": f"jansson_loop set < {few}"})
    one_core = Run.rows / cpu_seconds(f"vgreeks -q < {q}", Run.rounds) / 1e6
    absolute("vgreeks, M rows/s on one core", one_core, 1, one_core >= 1, "CPU time, the system's included, best of the rounds")
    goal("vgreeks / Jansson load+set+dump of one field", m["jansson"] * 10 / m["ours"], 2.5, 6,
         f"{speed(m['ours'])} against {speed(m['jansson'], n)}")
    if need_python("numpy", "pandas", "scipy"):
        theirs, ours = WORK + "/pandas.ndjson", WORK + "/few.valued.ndjson"
        job = " ".join(script("vgreeks_pandas.py"))
        p = statistics.median(once(f"{job} < {few} > {theirs}") for _ in range(min(Run.rounds, 3)))
        once(f"vgreeks -q < {few} > {ours}")
        one, worst = numbers(script("agree.py", ours, theirs))
        goal("vgreeks / the same job in pandas and numpy", p / n * Run.rows / m["ours"], 8, 60,
             f"{speed(m['ours'])} against {speed(p, n)}; vols where only one has one: {float(one):.1%}, the rest agrees")


def bench_levels():
    """The tool at every level of instructions: the same bytes."""
    make_options()
    few, sums, seconds = WORK + "/few.ndjson", set(), {}
    n = sum(1 for _ in open(few))
    for isa in levels():
        out = f"{WORK}/valued.{isa}"
        seconds[isa] = min(once(f"VOLPIPE_ISA={isa} vgreeks -q < {few} > {out}") for _ in range(3))
        sums.add(hashlib.sha256(open(out, "rb").read()).digest())
        os.unlink(out)
    if len(sums) != 1:
        sys.exit("bench: vgreeks writes other bytes at another level of instructions")
    note("vgreeks with VOLPIPE_ISA: " + ", ".join(f"{isa} ({LEVELS[isa]}) {speed(s, n)}" for isa, s in seconds.items()) + "; the same bytes")


def bench_kept():
    """P11: no quote that has a vol goes without one."""
    if not need_python("numpy", "pandas"):
        return
    once(f"vgreeks -q --precision 17 --to csv --kind quote < {WORK}/q.ndjson > {WORK}/valued.csv")
    kept, invertible, n = map(int, numbers(["sh", "-c", f"{PYTHON} {' '.join(script('kept.py')[1:])} < {WORK}/valued.csv"]))
    os.unlink(WORK + "/valued.csv")
    goal("P11 invertible mid quotes given an implied vol, percent", 100 * kept / invertible, 100, 100.1, f"{kept} of {invertible}, of {n} quotes")
