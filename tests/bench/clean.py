"""vclean on whole snapshots: all checks, executable arbitrage, repair."""
import json
import subprocess
import sys

from common import ROOT, WORK, Run, absolute, cpu_seconds, goal, limit, medians, need_python, numbers, script, speed

DAY = ROOT + "/examples/data/SPX_20190426.csv.gz"


def records(command, kind):
    out = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout
    return [r for r in map(json.loads, out.splitlines()) if r["kind"] == kind]


def bench_clean():
    """Quotes as vfetch writes them, snapshots of 13,464: every check of the profiles, executable arbitrage included."""
    q, few = WORK + "/q.ndjson", WORK + "/few.ndjson"
    for r in records(f"vclean -q --quality --only quality < {few}", "quality"):
        if r["verticals"] + r["butterflies"] + r["boxes"] + r["calendars"] > 0:
            sys.exit(f"bench: arbitrage in prices of Black's formula: {r}")
    for profile in "desk", "strict":
        seconds = cpu_seconds(f"vclean -q --profile {profile} < {q}", Run.rounds)
        rate = Run.rows / seconds / 1e6
        absolute(f"vclean --profile {profile}, all checks, M rows/s of CPU", rate, 1.5, rate >= 1.5, f"{seconds:.2f} s CPU for {Run.rows} rows")
    m = medians({"ours": f"vclean -q < {q}", "jansson": f"jansson_loop set < {few}"}, 3)
    goal("vclean --profile desk, all checks / Jansson load+set+dump", m["jansson"] * 10 / m["ours"], 6, 10,
         f"{speed(m['ours'])} against {speed(m['jansson'], Run.rows // 10)}")


def bench_repair():
    """The linear programs of one day against scipy's HiGHS on the same ones; the optimum must be as good."""
    chain = WORK + "/day.ndjson"
    subprocess.run(f"vfetch -q file {DAY} > {chain}", shell=True, check=True)
    plain, repaired = f"vclean -q < {chain}", f"vclean -q --repair < {chain}"
    n = records(repaired + " --quality --only quality", "quality")[0]["expiries"]
    taken = cpu_seconds(repaired, Run.rounds) - cpu_seconds(plain, Run.rounds)
    limit("--repair, CPU ms of an SPX expiry (its quotes read and written included)", 1e3 * taken / n, 100, 20, f"{n} expiries in {taken:.2f} s")
    if not need_python("numpy", "scipy.optimize"):
        return
    subprocess.run(f"{repaired} --only quote > {WORK}/repaired.ndjson", shell=True, check=True)
    seconds, theirs, ours, expiries = map(float, numbers(script("repair_scipy.py", f"{WORK}/repaired.ndjson")))
    # HiGHS solves each expiry alone: what is bounded by the expiries before it costs more, never less
    if not theirs * (1 - 1e-6) <= ours <= 1.5 * theirs:
        sys.exit(f"bench: repair: cost {ours} against {theirs} of HiGHS")
    goal("--repair of an expiry / scipy's linprog (HiGHS)", seconds / expiries / (taken / n), 0.5, 2,
         f"{1e3 * taken / n:.1f} ms against {1e3 * seconds / expiries:.1f} ms; costs {ours:.6g} and {theirs:.6g}")
