#!/usr/bin/env python3
"""make quality: how well the surfaces fit real chains, as tables for tests/quality/quality.md.

Every snapshot of the data folder (../shared/data) goes through vfetch, vclean and vgreeks once and through vsurface
once per model; what is counted are the slices of at least seven days and the quotes that vsurface fits (out of the
money, with a bid, within three standard deviations). Run from the root of the repository after make.
"""
import collections
import csv
import datetime
import glob
import gzip
import json
import math
import os
import re
import statistics
import subprocess
import sys
import tempfile

import attainable

DATA = os.environ.get("VOLPIPE_DATA", "../shared/data")
BIN = os.environ.get("VOLPIPE_BIN", "build/bin")
MODELS = ["svi", "essvi", "spline", "rbf"]
QUIET = subprocess.DEVNULL


def run(command, out):
    """A shell pipe of our tools into the file OUT."""
    env = dict(os.environ, PATH=os.path.abspath(BIN) + ":" + os.environ["PATH"])
    with open(out, "w") as file:
        subprocess.run(["bash", "-c", "set -o pipefail; " + command], stdout=file, check=False, env=env, stderr=QUIET)


def fetch(files, work, name):
    """The quotes of FILES with vols, in a file."""
    out = os.path.join(work, name)
    one = "; ".join("vfetch file -q '%s'" % f for f in files)
    run("{ %s; } | vclean -q | vgreeks -q" % one, out)
    return out


def surfaces(quotes, model, extra=""):
    """Snapshots in order: (metrics, slices fitted, slices refused with a forward and time)."""
    out = quotes + "." + model
    run("vsurface -q --only slice,metrics --model %s %s '%s'" % (model, extra, quotes), out)
    slices, result = [], []
    with open(out) as file:
        for line in file:
            record = json.loads(line)
            if record["kind"] == "slice":
                slices.append(record)
            else:
                if record["quotes"] > 0:  # a holiday's file has none left
                    result.append((record, slices))
                slices = []
    os.remove(out)
    return result


def chosen(file):
    """The quotes that vsurface fits, of each slice of FILE: {(ts, underlying, root, expiration): (t, [(k, bid, ask)])}."""
    slices = collections.OrderedDict()
    with open(file) as lines:
        for line in lines:
            q = json.loads(line)
            if q.get("kind") != "quote" or not all(q.get(x) for x in ("forward", "implied_vol", "iv_bid", "iv_ask")):
                continue
            if not q["bid"] or not q["iv_bid"] <= q["implied_vol"] <= q["iv_ask"] or \
                    (q["option_type"] == "C") != (q["strike"] >= q["forward"]):
                continue
            key = (q["ts"], q["underlying"], q.get("root", ""), q["expiration"])
            k = math.log(q["strike"] / q["forward"])
            slices.setdefault(key, (q.get("t_var", q["t"]), {}))[1].setdefault(k, (k, q["iv_bid"], q["iv_ask"], q["implied_vol"]))
    result = {}
    for key, (t, quotes) in slices.items():
        quotes = [quotes[k] for k in sorted(quotes)]
        i = next((i for i, q in enumerate(quotes) if q[0] >= 0), len(quotes))
        a, b = quotes[max(i - 1, 0)], quotes[min(i, len(quotes) - 1)]
        vol = a[3] if a is b else a[3] + (b[3] - a[3]) * a[0] / (a[0] - b[0])
        result[key] = (t, [q[:3] for q in quotes if abs(q[0]) <= 3 * vol * math.sqrt(t)])
    return result


def attain(days, *files):
    """Set `attainable` of the slices of DAYS, [(metrics, slices)] of the quotes in FILES."""
    quotes, library = {}, attainable.library()
    for file in files:
        quotes.update(chosen(file))
    for _, slices in days:
        for s in slices:
            if s["fit_status"] != "ok" or s["t"] < 7 / 365:
                continue
            t, of = quotes[(s["ts"], s["underlying"], s.get("root", ""), s["expiration"])]
            if len(of) != s["points"]:
                sys.exit("quality: %s has %d points, %d quotes were found" % (s["expiration"], s["points"], len(of)))
            s["attainable"] = attainable.attainable(library, of, t) / len(of)


def attain_table(days):
    """The spline beside what a linear program says is attainable, slice by slice."""
    slices = [s for _, day in days for s in day if "attainable" in s]
    points = sum(s["points"] for s in slices)
    easy = [s for s in slices if s["attainable"] >= 0.99]
    gap = [s["attainable"] - s["inside"] for s in slices]
    print("The spline beside a linear program over arbitrage-free prices (tests/quality/attainable.py), in % of the quotes:\n")
    table(["slices", "spline, pooled", "attainable, pooled", "least attainable", "99 % attainable in", "least of spline there",
           "more than 1 below", "furthest below", "more than 1 above"],
          [["%d" % len(slices), "%.2f" % (100 * sum(s["inside"] * s["points"] for s in slices) / points),
            "%.2f" % (100 * sum(s["attainable"] * s["points"] for s in slices) / points),
            "%.1f" % (100 * min(s["attainable"] for s in slices)), "%d" % len(easy),
            "%.1f" % (100 * min(s["inside"] for s in easy)) if easy else "-",
            "%d" % sum(x > 0.01 for x in gap), "%.1f" % (100 * max(gap)), "%d" % sum(x < -0.01 for x in gap)]])


Fit = collections.namedtuple("Fit", "n points inside median_inside tenth least rmse spread butterfly calendar poor")


def judge(slices):
    """The figures of one or more snapshots' slices; None without any."""
    good = [s for s in slices if s["fit_status"] == "ok" and s["t"] >= 7 / 365]
    if not good:
        return None
    points = sum(s["points"] for s in good)
    shares = sorted(s["inside"] for s in good)
    by_time = sorted(good, key=lambda s: s["rmse_vol"])
    return Fit(len(good), points, sum(s["inside"] * s["points"] for s in good) / points,
               statistics.median_low(shares), shares[len(shares) // 10], shares[0],
               by_time[(len(by_time) - 1) // 2]["rmse_vol"],
               (sum(s["rmse_spread"] ** 2 * s["points"] for s in good) / points) ** 0.5,
               sum(s["butterfly"] != "free" for s in good), sum(s["calendar"] == "crosses" for s in good),
               sum(s["fit_status"] in ("degenerate", "poor_fit") for s in slices if s["t"] >= 7 / 365))


def cells(fit):
    if fit is None:
        return ["-"] * 9
    return ["%d" % fit.n, "%.1f" % (100 * fit.median_inside), "%.1f" % (100 * fit.inside), "%.1f" % (100 * fit.tenth),
            "%.1f" % (100 * fit.least),
            "%.3f" % (100 * fit.rmse), "%.2f" % fit.spread, "%d + %d" % (fit.butterfly, fit.calendar),
            "%d" % fit.poor]


HEAD = ["slices", "median in %", "pooled in %", "tenth in %", "least in %", "RMSE", "in spreads", "violations", "refused"]


def table(head, rows):
    print("| " + " | ".join(head) + " |")
    print("|" + " --- |" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def by_day(title, days, note, *files):
    """DAYS: {model: [(metrics, slices)]} of the quotes in FILES. The pooled figures of each model, the spline beside what is
    attainable, then the days one by one."""
    print("### %s\n\n%s\n" % (title, note))
    table(["model"] + HEAD, [[m] + cells(judge([s for _, day in days[m] for s in day])) for m in MODELS])
    attain(days["spline"], *files)
    attain_table(days["spline"])
    rows = []
    for i, (metrics, _) in enumerate(days[MODELS[0]]):
        fits = [judge(days[model][i][1]) for model in MODELS]
        if any(fits):
            rows.append([metrics["ts"][:10], metrics["underlying"]] + [
                "%.1f, %.1f, %.2f, %.3f" % (100 * fit.median_inside, 100 * fit.inside, fit.spread, 100 * fit.rmse) if fit else "-"
                for fit in fits])
    print("Median and pooled share inside in %, RMSE in half-spreads, RMSE of the median slice in vol points:\n")
    table(["day", "of"] + MODELS, rows)


def published_vix():
    with gzip.open(os.path.join(DATA, "history/vix-daily.csv.gz"), "rt") as file:
        rows = {}
        for row in csv.DictReader(file):
            day = row["DATE"]
            if "/" in day:
                day = datetime.datetime.strptime(day, "%m/%d/%Y").date().isoformat()
            rows[day] = row
        return rows


def readme_index():
    """The index that the data folder's README computes for each SPX day."""
    with open(os.path.join(DATA, "README.md")) as file:
        found = re.findall(r"^\| (2019-\d\d-\d\d) \|[^|]*\|[^|]*\| *([0-9.]+)", file.read(), re.M)
    return {day: float(value) for day, value in found}


def index_table(days):
    vix, ours = published_vix(), readme_index()
    rows = []
    for metrics, _ in days:
        day = metrics["ts"][:10]
        close, low, high = ("%.2f" % float(vix[day][x]) for x in ("CLOSE", "LOW", "HIGH")) if day in vix else ("-", "-", "-")
        index = metrics["vix"]
        rows.append([day, "%.3f" % index if index else metrics["vix_status"], "%.2f" % ours[day] if day in ours else "-",
                     "%s to %s" % (low, high), close,
                     "%.2f" % metrics["var_swap"] if metrics["var_swap"] else "-",
                     "%.2f" % (100 * metrics["iv30"]) if metrics["iv30"] else "-"])
    table(["day", "index", "README", "published range", "close", "variance swap", "iv30"], rows)


def main():
    if not os.path.isdir(DATA):
        sys.exit("quality: %s is not there: the tables need the data folder" % DATA)
    print("# Quality of the surfaces\n\nHow well the smiles of each model of vsurface(1) fit real chains.")
    print("Made by `make quality` (tests/quality/quality.py). Counted are slices of at least seven days and the quotes "
          "that vsurface fits:\nout of the money, with a bid, within three standard deviations of the forward. "
          "Inside: the model's vol lies between bid and ask; tenth: a tenth of the\nslices have less. RMSE: of the median slice, model less mid, in vol "
          "points; in spreads: of all quotes, in half-spreads in vol.\nViolations: slices with butterfly arbitrage "
          "(g(k) < 0 or beyond Lee's slopes) + slices whose total variance falls below the one\nbefore by a "
          "thousandth somewhere in the range of both. Refused: degenerate or poor fits.\n")
    with tempfile.TemporaryDirectory() as work:
        rates = os.path.join(work, "rates")
        run("vfetch file -q %s/history/fred/DGS1MO.csv.gz" % DATA, rates)
        spx = fetch(sorted(glob.glob(DATA + "/cboe-spx-daily-2019/*.csv.gz")), work, "spx2019")
        days = {model: surfaces(spx, model, "--rates " + rates) for model in MODELS}
        by_day("SPX, %d trading days of 2019" % len(days["svi"]), days, "Cboe end-of-day chains, both roots.", spx)
        print("### The index\n\nModel-free index by Cboe's rules beside the value of the data folder's README, the "
              "published VIX, the fitted surface's 30-day\nvariance swap rate (SVI) and the 30-day vol at the "
              "forward, in vol points.\n")
        index_table(days["svi"])
        cboe = fetch([DATA + "/cboe-quotetable-20230914/spx_quotedata.csv.gz"], work, "spx2023")
        with open(os.path.join(work, "rates2023"), "w") as file:
            file.write('{"kind":"rate","ts":"2023-09-13T20:15:00Z","symbol":"DGS1MO","tenor_days":30,"rate":0.0551}\n')
        days = {model: surfaces(cboe, model, "--rates " + os.path.join(work, "rates2023")) for model in MODELS}
        print("2023-09-14, Cboe's delayed table, at a rate of 5.51 % (published close 12.82):\n")
        index_table(days["svi"])
        spy = fetch([DATA + "/cboe-quotetable-20230914/spy_quotedata.csv.gz"], work, "spy2023")
        both = {model: days[model] + surfaces(spy, model) for model in MODELS}
        by_day("SPX and SPY, 2023-09-14", both, "Cboe's delayed quote tables.", cboe, spy)
        spxw = fetch([DATA + "/spxw-2018-volmageddon/SPX_2018.csv.gz"], work, "spxw2018")
        by_day("SPXW, 40 days of 2018, through 5 February", {m: surfaces(spxw, m) for m in MODELS},
               "One expiry a day.", spxw)
        coins = fetch(sorted(glob.glob(DATA + "/deribit-btc-eth-daily-2026/2026-*.csv.gz")), work, "deribit")
        by_day("Deribit, 28 days of July 2026", {m: surfaces(coins, m) for m in MODELS}, "BTC and ETH, inverse options.", coins)
        etfs = fetch(sorted(glob.glob(DATA + "/yahoo-etf-chains-2026/*/*.csv.gz")), work, "etfs")
        by_day("SPY and QQQ, six days of August 2026", {m: surfaces(etfs, m) for m in MODELS},
               "American options: vgreeks takes the early exercise out of the vols.", etfs)


if __name__ == "__main__":
    main()
