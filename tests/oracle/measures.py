#!/usr/bin/python3
"""Make measures.csv: the measures of vsignal on some days of 1991 to 2026, by pandas from the whole history at once.

    tests/oracle/measures.py ../shared/data/history > tests/oracle/measures.csv

Nothing is shared with lib/signal: columns with rolling windows over all days, looked up by date. Days: every 97th VIX close
that has an S&P 500 close, and those of the crashes.
"""
import sys

import numpy as np
import pandas as pd

DIR = sys.argv[1]


def read(name, column="CLOSE"):
    d = pd.read_csv(f"{DIR}/{name}.csv.gz")
    d.columns = [c.upper() for c in d.columns]
    d["DATE"] = pd.to_datetime(d.DATE)
    return d[d.DATE >= "1989-01-01"].set_index("DATE")


vix, vix9d, vix3m, vix6m = (read(n).CLOSE for n in ("vix-daily", "VIX9D_History", "VIX3M_History", "VIX6M_History"))
vvix, skew, spx = read("VVIX_History").VVIX, read("SKEW_History").SKEW - 100, read("spx_ohlc_1927_2026")

ret = np.log(spx.CLOSE).diff()
o, u, d, c = np.log(spx.OPEN / spx.CLOSE.shift()), np.log(spx.HIGH / spx.OPEN), np.log(spx.LOW / spx.OPEN), np.log(spx.CLOSE / spx.OPEN)
gk = (u - d) ** 2 / 2 - (2 * np.log(2) - 1) * c**2 + o**2
dv = np.log(vix).diff()
t = pd.DataFrame(index=vix.index)
t["rv_cc"] = np.sqrt(252 * ret.rolling(21).var()).reindex(t.index)
t["rv_gk"] = np.sqrt(252 * gk.rolling(21).mean()).reindex(t.index)
t["vrp"] = (vix / 100) ** 2 - t.rv_gk**2
t["vrp_ratio"] = vix / 100 / t.rv_gk
t["vol_of_vol"] = np.sqrt(252) * dv.rolling(20).std()
t["vol_momentum"] = np.log(vix / vix.shift(20)) / (np.sqrt(20) * dv.rolling(252).std())
t["price_momentum"] = (ret.rolling(20).sum() / (np.sqrt(20) * ret.rolling(252).std())).reindex(t.index)
t["momentum"] = (t.vol_momentum - t.price_momentum) / 2
t["term_front"] = vix9d / vix
t["term_mid"] = vix / vix3m
t["term_back"] = vix3m / vix6m
t["vvix"] = vvix
t["skew"] = skew
below = (skew.rolling(253).rank(method="min") - 1) / 252 * 100  # of the 252 days before
t["skew_percentile"] = below.reindex(t.index)


def expost(day):
    then = vix.index[vix.index <= day - pd.Timedelta(days=30)][-1]
    if (day - then).days > 35:
        return np.nan
    r = ret[(ret.index > then) & (ret.index <= day)]
    return (vix[then] / 100) ** 2 - (r**2).sum() * 365 / (day - then).days


days = [x for i, x in enumerate(t.index) if x in spx.index and x >= pd.Timestamp("1991-03-01") and (
    i % 97 == 0 or str(x.date()) in ("2008-10-10", "2010-05-06", "2011-08-08", "2018-02-05", "2020-03-16", "2025-04-08"))]
t = t.loc[days]
t["vrp_expost"] = [expost(x) for x in days]
# Without a price or an index of 30 days the ratio of 3 and 6 months alone is none of ours.
t.loc[t.term_mid.isna(), "term_back"] = np.nan
t.to_csv(sys.stdout, float_format="%.12g", date_format="%Y-%m-%d", na_rep="")
