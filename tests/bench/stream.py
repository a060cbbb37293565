"""The record path: scanner, filters, CSV, pipes, start, memory, latency."""
import csv
import json
import math
import os
import shutil
import statistics
import subprocess
import sys

from common import BIN, PYTHON, WORK, Run, goal, limit, medians, need, need_python, note, numbers, peer, speed


def lines_of(command):
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout.splitlines()


def is_close(a, b):
    return a == b or (isinstance(a, float) and isinstance(b, (int, float)) and math.isclose(a, b, rel_tol=1e-9))


def check_same(ours, theirs, what):
    """Records, as dictionaries, are equal; numbers to the ten digits that are written."""
    if len(ours) != len(theirs) or not ours:
        sys.exit(f"bench: {what}: {len(ours)} records against {len(theirs)}")
    for a, b in zip(ours, theirs):
        if a.keys() != b.keys() or not all(is_close(a[k], b[k]) for k in a):
            sys.exit(f"bench: {what}: other values: {a} against {b}")


def check_fast_path():
    """The generated quotes are usual ones: none may take the slow path."""
    out = subprocess.run(f"vclean -q --stats < {WORK}/few.ndjson", shell=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
    slow = json.loads(out.stderr)["slow_lines"]
    if slow != 0:
        sys.exit(f"bench: {slow} lines took the slow path of the reader")


def bench_pass():
    check_fast_path()
    check_same(*([json.loads(line) for line in lines_of(f"head -20000 {WORK}/few.ndjson | {job}")] for job in ("pass ndjson", "jansson_loop set")),
               "NDJSON filter")
    q = WORK + "/q.ndjson"
    few = WORK + "/few.ndjson"  # the slow peers get a part of the rows
    part = Run.rows // 10
    m = medians({"ours": f"pass ndjson < {q}", "jansson": f"jansson_loop set < {few}"})
    goal("P6 filter, three numbers read, one field appended / Jansson load+set+dump", m["jansson"] * 10 / m["ours"], 20, 40,
         f"{speed(m['ours'])} against {speed(m['jansson'], part)}")
    if need("jq"):
        m = medians({"ours": f"pass ndjson < {q}", "jq": f"jq -c . < {few}"}, 3)
        goal("P7 the same / jq -c .", m["jq"] * 10 / m["ours"], 25, 60, f"{speed(m['ours'])} against {speed(m['jq'], part)}")
    if need("mlr"):
        m = medians({"ours": f"pass ndjson < {q}", "mlr": f"mlr --ijsonl --ojsonl cat < {few}"}, 3)
        goal("P7 the same / mlr --ijsonl --ojsonl cat", m["mlr"] * 10 / m["ours"], 35, 85,
             f"{speed(m['ours'])} against {speed(m['mlr'], part)}")
    alone = "--off duplicate,vertical,butterfly,parity,calendar,stale"  # what needs whole snapshots is measured in clean.py
    m = medians({"ours": f"vclean -q {alone} < {q}", "jansson": f"jansson_loop set < {few}"}, 3)
    goal("vclean --profile desk, single-quote checks / Jansson load+set+dump", m["jansson"] * 10 / m["ours"], 10, 30,
         f"{speed(m['ours'])} against {speed(m['jansson'], part)}")


def bench_iv():
    q, few = WORK + "/q.ndjson", WORK + "/few.ndjson"
    m = medians({"ours": f"pass ndjson iv < {q}", "jansson": f"jansson_loop set < {few}"})
    goal("P6 with an implied vol per row / Jansson load+set+dump", m["jansson"] * 10 / m["ours"], 20, 40, speed(m["ours"]))


def bench_csv():
    q = WORK + "/q.csv"
    check_same(*([{k: number(v) for k, v in row.items()} for row in csv.DictReader(lines_of(f"head -20000 {q} | {job}"))]
                 for job in ("pass csv", "libcsv_loop")), "CSV filter")
    commands = {"ours": f"pass csv < {q}", "libcsv": f"libcsv_loop < {q}"}
    if need("mlr"):
        commands["mlr"] = f"mlr --icsv --ocsv cat < {q}"
    m = medians(commands)
    goal("P9 CSV filter / libcsv callbacks + strtod", m["libcsv"] / m["ours"], 3, 4, f"{speed(m['ours'])} against {speed(m['libcsv'])}")
    if "mlr" in m:
        goal("P9 CSV filter / mlr --icsv --ocsv cat", m["mlr"] / m["ours"], 15, 30, speed(m["mlr"]))
    pandas = f"{PYTHON} -c \"import pandas; pandas.read_csv('{q}').to_csv('/dev/null', index=False)\""
    if need_python("pandas"):
        m = medians({"ours": f"pass csv < {q}", "pandas": pandas}, 3)
        goal("P9 CSV filter / pandas read_csv + to_csv", m["pandas"] / m["ours"], 20, 40, speed(m["pandas"]))


def number(text):
    try:
        return float(text)
    except ValueError:
        return text


def bench_scan():
    n, times = 5000, 100
    with open(WORK + "/few.ndjson") as few, open(WORK + "/cached.ndjson", "w") as cached:
        cached.writelines(line for _, line in zip(range(n), few))
    ondemand = peer("simdjson_ondemand.cc", "simdjson")
    if ondemand is None:
        return
    ours, theirs, sums = [], [], set()
    for _ in range(Run.rounds):
        for program, to in (("scan_only", ours), (ondemand, theirs)):
            seconds, checksum = numbers([program, WORK + "/cached.ndjson", str(times)])
            to.append(float(seconds))
            sums.add(f"{float(checksum):.10g}")
    if len(sums) != 1:
        sys.exit(f"bench: the scanners read different numbers: {sums}")
    a, b = statistics.median(ours), statistics.median(theirs)
    goal("P8 scanner, twelve members / simdjson on-demand", b / a, 1.5, 3, f"{speed(a, n * times)} against {speed(b, n * times)}, same checksum")


def bench_pipe():
    q = WORK + "/q.ndjson"
    size = os.path.getsize(q)
    m = medians({"pipe": f"pipe_rate {size} | cat > /dev/null", "ours": f"cat {q} | pass ndjson | cat > /dev/null",
                 "cat": f"cat {q} | cat | cat > /dev/null", "lines": f"pipe_rate lines < {q}"})
    note(f"this machine: pipe {size / m['pipe'] / 1e9:.2f} GB/s, cat through two pipes {size / m['cat'] / 1e9:.2f} GB/s, "
         f"memchr over the line feeds {size / m['lines'] / 1e9:.2f} GB/s, one stage {size / m['ours'] / 1e9:.2f} GB/s")
    goal("P12 one stage between two pipes, percent of the pipe's own rate", 100 * m["pipe"] / m["ours"], 25, 60,
         f"{speed(m['ours'])}; two pipes of cat alone: {speed(m['cat'])}")


def bench_start():
    one = WORK + "/one.ndjson"
    modules = "numpy", "pandas", "scipy.optimize", "scipy.stats"
    if not need_python(*modules):
        return
    python = f"{PYTHON} -c 'import sys, json, {', '.join(modules)}; print(json.loads(sys.stdin.readline()))' < {one}"
    tools = sorted(t for t in os.listdir(BIN) if os.access(BIN + "/" + t, os.X_OK))
    m = medians({"vclean": f"vclean -q {one}", "peer": python}, max(Run.rounds, 5))
    goal("P21 start to last record, vclean / python with pandas and scipy", m["peer"] / m["vclean"], 40, 80,
         f"{m['vclean'] * 1e3:.1f} ms against {m['peer'] * 1e3:.0f} ms, sh included")
    starts = ", ".join(f"{t} {medians({t: f'{t} --version'}, 5)[t] * 1e3:.1f}" for t in tools)
    note(f"start of each tool with --version in ms, sh included: {starts}")


def bench_memory():
    small, large = (int(subprocess.run(["rss", "vclean", "-q", f"{WORK}/{name}.ndjson"], capture_output=True, text=True,
                                       check=True).stdout) for name in ("q", "long"))
    n = sum(1 for _ in open(WORK + "/long.ndjson", "rb"))
    grown = large > small + 1024
    limit("P22 vclean, peak resident, MiB", float("inf") if grown else large / 1024, 16, 4,
          f"{small} KiB at {Run.rows / 1e6:.1f} M rows, {large} KiB at {n / 1e6:.1f} M rows; lower is better")


def bench_latency():
    stages = "vclean -q | vgreeks -q | vsurface -q | vsignal -q | vstrat -q --strategy short_strangle | vrisk -q --limits default | " \
             f"vorder send -q --venue paper --journal {WORK}/journal.db | valert -q --rules chapter --state {WORK}/state"
    shutil.rmtree(WORK + "/state", ignore_errors=True)
    for name in os.listdir(WORK):
        if name.startswith("journal.db"):
            os.unlink(WORK + "/" + name)
    with open(WORK + "/bar.ndjson", "w") as f:
        f.write('{"kind":"bar","ts":"@TS@","symbol":"VIX","close":12.73}\n')
    for label, file, expect, n in (("a bar", "bar.ndjson", '"kind":"bar"', 1000), ("snap to its signal", "snap.ndjson", '"kind":"signal"', 60)):
        out = subprocess.run(["latency", str(n), f"{WORK}/{file}", expect, "--", stages], capture_output=True, text=True)
        if out.returncode != 0:
            sys.exit("bench: latency: " + out.stderr)
        p50, p99, p999 = map(float, out.stdout.split())
        note(f"latency through eight stages, {label}: p50 {p50:.3f} ms{', aim 1 ms' if file == 'bar.ndjson' else ''}, p99 {p99:.3f} ms, p99.9 {p999:.3f} ms, {n} rounds")
