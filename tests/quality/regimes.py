#!/usr/bin/env python3
"""make quality: the regimes of 1990 to 2026 as of each day, as tables for tests/quality/regimes.md.

The closes of the S&P 500, VIX and VIX9D of the data folder go through build/bench/regime_walk, which calls
lib/signal/regime.h as vsignal does. Run from the root of the repository after make.
"""
import collections
import csv
import datetime
import gzip
import os
import subprocess
import sys

DATA = os.environ.get("VOLPIPE_DATA", "../shared/data")
WALK = os.environ.get("VOLPIPE_BENCH", "build/bench") + "/regime_walk"
CRISES = "2008-10", "2011-08", "2018-02", "2020-03"
MODELS = [
    ("mixture, full, monthly refit (the default)", ["gmm"]),
    ("the same, seven features only", ["gmm", "near=0"]),
    ("the same, seed 1", ["gmm", "seed=1"]),
    ("the same, seed 7", ["gmm", "seed=7"]),
    ("the same, quarterly refit", ["gmm", "refit=63"]),
    ("the same, without dwell", ["gmm", "dwell=0", "confirm=0"]),
    ("the same, rolling 10 years", ["gmm", "window=2520"]),
    ("mixture, diagonal", ["gmm", "diag=1"]),
    ("hidden Markov chain (its default)", ["hmm"]),
    ("k-means", ["kmeans"]),
]


def closes(name):
    with gzip.open(os.path.join(DATA, "history", name), "rt") as file:
        for row in csv.reader(file):
            if row[0][:1].isdigit():
                form = "%m/%d/%Y" if "/" in row[0] else "%Y-%m-%d"
                yield datetime.datetime.strptime(row[0], form).date(), float(row[4])


def history():
    """The days that have price and index, as lines for regime_walk."""
    spx, vix, near = (dict(closes(name)) for name in ("spx_ohlc_1927_2026.csv.gz", "vix-daily.csv.gz", "VIX9D_History.csv.gz"))
    epoch = datetime.date(1970, 1, 1)
    return "".join("%d %.10g %.10g %s\n" % ((day - epoch).days, spx[day], vix[day], near.get(day, "nan"))
                   for day in sorted(vix) if day in spx)


def walk(days, arguments):
    done = subprocess.run([WALK] + arguments, input=days, capture_output=True, text=True)
    if done.returncode not in (0, 77):
        sys.exit("quality: %s" % done.stderr)
    return [line.split() for line in done.stdout.splitlines()]


def table(head, rows):
    print("| " + " | ".join(head) + " |\n|" + " --- |" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def judge(rows):
    told = [(row[0], int(row[1])) for row in rows]

    def share(test, *spans):
        part = [regime for day, regime in told if day.startswith(spans)]
        return 100 * sum(map(test, part)) / len(part)
    known = [regime for _, regime in told if regime >= 0]
    shares = [100 * known.count(i) / len(known) for i in range(3)]
    changes = sum(a != b for a, b in zip(known, known[1:])) / (len(known) / 252)
    cells = [share(lambda r: r == 2, month) for month in CRISES]
    cells += [share(lambda r: r > 0, "2022"), share(lambda r: r == 2, "2017"), share(lambda r: r == 2, "2013", "2014")]
    bounds = [80] * 4 + [90, -5, -5]
    shown = ["%.1f%s" % (x, "" if (x >= b if b > 0 else x <= -b) else " (missed)") for x, b in zip(cells, bounds)]
    return shown + ["%.1f" % changes, " / ".join("%.0f" % s for s in shares)]


def forest(days):
    rows = walk(days, ["forest"])
    if not rows:
        print("This build has no random forests (libxgboost-dev).")
        return
    spans = collections.OrderedDict((name, []) for name in ("2000-2004", "2005-2009", "2010-2014", "2015-2019", "2020-2026", "all"))
    for day, guess, past, truth in rows:
        for name, part in spans.items():
            if name == "all" or name[:4] <= day[:4] <= name[5:]:
                part.append((guess, past, truth))
    shown = []
    for name, part in spans.items():
        truths = [truth for _, _, truth in part]
        n = len(part)
        shown.append([name, str(n), "%.1f" % (100 * sum(g == t for g, _, t in part) / n), "%.1f" % (100 * sum(p == t for _, p, t in part) / n),
                      "%.1f" % (100 * max(map(truths.count, "012")) / n), " / ".join("%.0f" % (100 * truths.count(c) / n) for c in "012")])
    table(["years", "days", "forest right on %", "past month's class right on %", "commonest class %", "low / normal / high came %"], shown)


def main():
    if not os.path.isdir(os.path.join(DATA, "history")):
        sys.exit("quality: %s is not there: the tables need the data folder" % DATA)
    days = history()
    lines = days.count("\n")
    print("# Quality of the regimes\n\nThe regime of volatility as of each day, %d days of S&P 500, VIX and VIX9D from 1990 to 2026, by lib/signal/regime.h." % lines)
    print("Made by `make quality` (tests/quality/regimes.py). Scaler and model are fitted to the days up to the day itself "
          "and never see a later one;\nVIX9D is one of the features from 504 days after its beginning (2011) on.\n")
    print("Wanted: High on at least 80 % of the days of 2008-10, 2011-08, 2018-02 and 2020-03; not Low on at least 90 % of 2022; "
          "High on at\nmost 5 % of 2017 and of 2013 and 2014; few changes a year.\n")
    head = ["model"] + ["%s High %%" % month for month in CRISES] + ["2022 not Low %", "2017 High %", "2013-14 High %",
                                                                      "changes a year", "low / normal / high % of all days"]
    table(head, [[name] + judge(walk(days, arguments)) for name, arguments in MODELS])
    print("## The forest\n\nA random forest of 100 trees, trained at the end of each year on all days whose coming month was known by then, "
          "foretells on each day\nof the next year in which tercile (of its training span) the realised vol of the coming 21 days will lie. "
          "Beside it: the tercile of\nthe realised vol of the past 20 days, and the class that came most often.\n")
    forest(days)


if __name__ == "__main__":
    main()
