#!/usr/bin/env python3
"""table.py PORT SECONDS: every source of `adapters` against every fault of `faults`, beside this file.

SECONDS is the deadline of the faults that only a deadline ends; the others have a minute, so that a busy machine changes
no outcome. Says what is wrong, a cell a paragraph; the last lines count the cells, and tell how far beyond its deadline
the latest one ended. Status 1 when a cell is wrong: the exit status or the words are not those of the table, a record
left, the place is not named, a key is shown, or it ended more than 20 seconds late.
"""
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PORT, SECONDS = sys.argv[1], float(sys.argv[2])
ENDLESS = {"stall", "stall_body", "drip"}
# What an adapter's parser must see itself: further rows of a source that has one are held to these alone.
CONTENT = {"short_length", "empty", "null", "array", "malformed", "twice", "nul", "bad_utf8", "drift", "huge", "html"}


def rows(name, parts):
    for line in open(os.path.join(HERE, name), encoding="utf-8"):
        if line.strip() and not line.startswith("#"):
            yield [part.strip() for part in line.split("|", parts - 1)]


def cell(fault, statuses, words, routes, variables, args):
    base, place = "http://127.0.0.1:%s/%s/%s" % (PORT, fault, routes), "127.0.0.1:%s/%s/" % (PORT, fault)
    if fault == "port":
        base, place = "http://127.0.0.1:1", "127.0.0.1:1/"
    elif fault == "dns":
        base, place = "https://no-such-host.invalid", "no-such-host.invalid/"
    deadline = SECONDS if fault in ENDLESS else 60
    with tempfile.TemporaryDirectory() as state:
        env = dict(os.environ, XDG_STATE_HOME=state, **dict(v.split("=", 1) for v in variables.split()))
        began = time.monotonic()
        run = subprocess.run(["vfetch", *args.split(), "--base-url", base, "--timeout", str(deadline), "--retries", "1",
                              "--rate", "100", "--max-answer", "16M"], env=env, capture_output=True, check=False)
        took = time.monotonic() - began
    said = run.stderr.decode(errors="replace")
    last = said.strip().split("\n")[-1]
    wrong = []
    if str(run.returncode) not in statuses.split():
        wrong.append("status %d, not %s" % (run.returncode, statuses))
    if run.stdout:
        wrong.append("%d records left" % run.stdout.count(b"\n"))
    if took > deadline + 20:
        wrong.append("took %.1f s" % took)
    if "vfetch: " + place not in last:
        wrong.append("does not name the place %s" % place)
    if not re.search(words, last):
        wrong.append("does not say %s" % words)
    if "canary" in said:
        wrong.append("the key is in the message")
    return took - deadline, "%s, %s" % (args, fault), wrong, said


def main():
    sources = list(rows("adapters", 3))
    first = {a[2].split()[0]: a for a in reversed(sources)}
    cells = [(*f, *a) for f in rows("faults", 3) for a in sources if a in first.values() or f[0] in CONTENT]
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        done = list(pool.map(lambda c: cell(*c), cells))
    bad = [d for d in done if d[2]]
    for _, name, wrong, said in bad:
        print("%s: %s\n    %s" % (name, "; ".join(wrong), said.strip().replace("\n", "\n    ")))
    took, name = max(done, key=lambda d: d[0])[:2]
    print("%d cells, %d wrong; the latest ended %+.2f s of its deadline (%s)" % (len(done), len(bad), took, name))
    return 1 if bad else 0


sys.exit(main())
