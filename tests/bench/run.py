#!/usr/bin/env python3
"""Measured work, each against a peer in the same run; the table is kept in build/bench/report.md.

    run.py [--rows N] [--rounds N] [NAME...]      NAME: parts to run, those of `run.py --help`

Times are wall times of programs and CPU times of kernels, peer and ours alternated, medians of the rounds; what counts is their
ratio. A goal that is missed is marked and makes the exit status 1; where results differ the bench stops.

A part is a function bench_NAME in one of the modules PARTS of this folder, run in the order that they stand in.
"""
import argparse
import importlib
import os
import subprocess
import sys

sys.dont_write_bytecode = True  # the tree stays as it is

from common import BENCH, WORK, Run, say  # noqa: E402

PARTS = "stream", "imports", "clean", "price", "tool", "job", "svi", "surface", "rank", "regime", "forecast", "feed"


def make_data():
    """The generated quotes, kept while the number of rows and the generator stay."""
    rows = Run.rows
    os.makedirs(WORK, exist_ok=True)
    stamp = f"{rows} {os.path.getmtime(BENCH + '/gen'):.0f}"
    if os.path.exists(WORK + "/stamp") and open(WORK + "/stamp").read() == stamp:
        return
    subprocess.run(["gen", str(rows), WORK + "/q.ndjson", WORK + "/q.csv"], check=True)
    subprocess.run(["gen", str(5 * rows), WORK + "/long.ndjson", "/dev/null"], check=True)
    with open(WORK + "/q.ndjson") as q, open(WORK + "/few.ndjson", "w") as few, open(WORK + "/one.ndjson", "w") as one:
        for i, line in enumerate(q):
            if i == rows // 10:
                break
            few.write(line)
            if i == 0:
                one.write(line)
    with open(WORK + "/q.ndjson") as q, open(WORK + "/snap.ndjson", "w") as snap:
        for line in q:
            snap.write(line.replace("2019-04-26T20:15:00Z", "@TS@", 1))
            if '"kind":"snap"' in line:
                break
    with open(WORK + "/stamp", "w") as f:
        f.write(stamp)


def main():
    parts = {name[6:]: f for module in PARTS for name, f in vars(importlib.import_module(module)).items() if name.startswith("bench_")}
    parser = argparse.ArgumentParser(epilog="parts: " + ", ".join(parts))
    parser.add_argument("--rows", type=int, default=1000000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("names", nargs="*", metavar="NAME")
    args = parser.parse_args()
    for name in args.names:
        if name not in parts:
            parser.error(f"no such part: {name} ({', '.join(parts)})")
    Run.rows, Run.rounds = args.rows, args.rounds
    make_data()
    with open("/proc/cpuinfo") as f:
        cpu = next((line.split(":")[1].strip() for line in f if line.startswith("model name")), "?")
    say(f"{cpu}, {os.cpu_count()} cores, {Run.rows} rows, medians of {Run.rounds} rounds\n")
    say("| goal | ours | must | aim | verdict | figures |\n|--|--|--|--|--|--|")
    for name in args.names or parts:
        parts[name]()
    with open(BENCH + "/report.md", "w") as f:
        f.write("\n".join(Run.report) + "\n")
    say(f"\n{Run.missed} missed" if Run.missed else "\nevery goal is met")
    return 1 if Run.missed else 0


if __name__ == "__main__":
    sys.exit(main())
