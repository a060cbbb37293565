"""The chapter's main job, from a vendor's CSV to surfaces, as a pipe and as its pandas code."""
import json
import os
import statistics

from common import WORK, Run, goal, need_python, note, once, numbers, script, speed

STAGES = ("vfetch", f"vfetch -q file --layout {WORK}/job.json {WORK}/q.csv"), ("vclean", "vclean -q"), ("vgreeks", "vgreeks -q"), \
    ("vsurface", "vsurface -q")
LAYOUT = {"comment": "what gen.c writes, as if a vendor had", "summary": "quotes of the bench", "kind": "quote",
          "detect": {"columns": ["ts", "symbol", "bid", "ask", "underlying_price"]},
          "ts": {"column": "ts", "format": "%Y-%m-%dT%H:%M:%SZ", "zone": "utc"},
          "symbol": {"rule": "osi", "venue": "us", "column": "symbol"},
          "fields": {name: name for name in ("bid", "ask", "volume", "open_interest", "underlying_price")}}


def bench_job():
    if not need_python("numpy", "pandas", "scipy"):
        return
    with open(WORK + "/job.json", "w") as f:
        json.dump(LAYOUT, f)
    # GNU time, for the peak of each stage's memory
    pipe = " | ".join(f"/usr/bin/time -f %M -o {WORK}/rss.{name} {command}" for name, command in STAGES)
    times = min(Run.rounds, 3)
    ours, theirs = [], []
    for _ in range(times):
        ours.append(once(f"{pipe} > /dev/null"))
        theirs.append(numbers(script("job_pandas.py", WORK + "/q.csv")))
    seconds, memory, clean, solved = (statistics.median(float(run[i]) for run in theirs) for i in range(4))
    peak = sum(int(open(f"{WORK}/rss.{name}").read().split()[-1]) for name, _ in STAGES)
    goal("P10 vfetch | vclean | vgreeks | vsurface / the chapter's pandas code", seconds / statistics.median(ours), 10, 20,
         f"{speed(statistics.median(ours))} against {speed(seconds)}")
    goal("P10 peak memory of the pandas code / of the four stages together", memory / peak, 10, 40,
         f"{peak / 1024:.0f} MiB against {memory / 1024:.0f}")
    counts = WORK + "/job.status"
    once(" | ".join(command for _, command in STAGES[:3]) +
         f" | grep -o '\"iv_status\":\"[a-z_]*\"' | sort | uniq -c > {counts}")
    with open(counts) as f:
        found = {line.split('"')[3]: int(line.split()[0]) for line in f}
    os.unlink(counts)
    note(f"the pandas code solves {solved / clean:.1%} of the {clean:.0f} rows that it keeps; ours, statuses: "
         + ", ".join(f"{name} {n}" for name, n in sorted(found.items(), key=lambda x: -x[1])))
