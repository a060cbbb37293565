#!/usr/bin/env python3
"""make quality: how well vforecast forecasts the S&P 500, as tables for tests/quality/forecast.md.

Everything is what `vforecast --score` prints; only the squared returns of the last table are made here, since vforecast
refuses the log form on them. Run from the root of the repository after make.
"""
import json
import math
import os
import subprocess
import sys
import tempfile

DATA = os.environ.get("VOLPIPE_DATA", "../shared/data")
BIN = os.environ.get("VOLPIPE_BIN", "build/bin")
HISTORY = DATA + "/history/spx_ohlc_1927_2026.csv.gz"
ENV = dict(os.environ, PATH=os.path.abspath(BIN) + ":" + os.environ["PATH"])


def run(*command):
    return subprocess.run(command, env=ENV, check=True, stdout=subprocess.PIPE, text=True).stdout


def score(bars, models, *options):
    return run("vforecast", "-q", "--score", "--model", models, *options, bars)


def squared(bars, out):
    """The bars with their squared return in the field `r2`; a day that closed unchanged counts as one of 0.001 %."""
    before = None
    with open(bars) as lines, open(out, "w") as file:
        for line in lines:
            bar = json.loads(line)
            if before:
                bar["r2"] = max(math.log(bar["close"] / before) ** 2, 1e-10)
            before = bar["close"]
            file.write(json.dumps(bar, separators=(",", ":")) + "\n")


def main():
    if not os.path.exists(HISTORY):
        sys.exit("quality: %s is not there: the tables need the data folder" % HISTORY)
    with tempfile.TemporaryDirectory() as work:
        bars, network, squares = (os.path.join(work, name) for name in ("bars", "network.json", "squares"))
        with open(bars, "w") as file:
            for line in run("vfetch", "file", "-q", "--symbol", "SPX", HISTORY).splitlines(True):
                if json.loads(line)["ts"] >= "1989-12-29":
                    file.write(line)
        run("vforecast", "-q", "--train", network, "--until", "1999-12-31", bars)
        squared(bars, squares)
        print("# Quality of the forecasts\n\nHow well vforecast(1) forecasts the variance of the S&P 500, out of sample. Made by "
              "`make quality` (tests/quality/forecast.py):\nits tables are those of `vforecast --score`. Bars from 1989-12-29 on; HAR and "
              "GARCH are fitted anew every 22 days to all days so\nfar, from the 500th on. QLIKE = ln f + y / f; MSE and MAE of the daily variance; t (p) of Diebold and Mariano's test on the QLIKE\n"
              "with Newey-West errors of horizon - 1 lags: negative where the model of the row is better.\n")
        print("## The range: Garman-Klass and overnight return squared, feature and target\n\nThe network (16 units, 10 days, seed 1) "
              "was trained on 1990 to 1999 and never again.\n")
        print(score(bars, "naive,mean22,ewma,har,har_log,garch,gjr,egarch,lstm,combination", "--lstm", network, "--from", "2000-01-01"))
        print("## Parts of it\n\nThe opens before 2006 are the closes of the day before: the overnight part is not in them.\n")
        for first, last in (("2000-01-01", "2005-12-31"), ("2006-01-01", "2012-12-31"), ("2013-01-01", "2019-12-31"), ("2020-01-01", "2026-12-31")):
            print(score(bars, "mean22,ewma,har,har_log", "--from", first, "--until", last))
        print("## Refits and windows\n\nFitted to the last 1,000 days alone:\n")
        print(score(bars, "mean22,ewma,har,har_log", "--from", "2000-01-01", "--window", "1000"))
        print("## Squared returns, and why the log form is refused on them\n\nThe same on squared daily returns, given as a field of the "
              "bars, which is not checked (`--variance-field`); `--measure squared` refuses\nhar_log. A logarithm of them falls "
              "without bound on days that close unchanged: a day ahead its QLIKE is far above everyone's.\n")
        print(score(squares, "mean22,ewma,har,har_log,garch,gjr,egarch", "--variance-field", "r2", "--from", "2000-01-01").rstrip())


if __name__ == "__main__":
    main()
