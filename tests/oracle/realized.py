#!/usr/bin/python3
"""Make realized.inc: SPY's bars of the autumn of 2008 and the realised vols of their windows, by numpy and pandas.

    tests/oracle/realized.py ../shared/data/history/lean_spy_daily_1998_2021.zip > tests/oracle/realized.inc

Nothing is shared with lib/signal: whole columns with pandas' rolling windows, the formulas as in the papers that
lib/signal/realized.h names. SPY is not adjusted in the file; a dividend of 0.69101 a share on 2008-09-19 is
put in as one. Bars are of QuantConnect/Lean (Apache-2.0).
"""
import io
import sys
import zipfile

import numpy as np
import pandas as pd

z = zipfile.ZipFile(sys.argv[1])
d = pd.read_csv(io.BytesIO(z.read(z.namelist()[0])), names=["ts", "O", "H", "L", "C", "V"])
d["date"] = pd.to_datetime(d.ts.str[:8])
d = d[(d.date >= "2008-08-01") & (d.date <= "2009-01-30")].reset_index(drop=True)
for x in "OHLC":
    d[x] /= 10000
days = (d.date - pd.Timestamp("1970-01-01")).dt.days
dividend = np.where(d.date == "2008-09-19", 0.69101, 0.0)

o = np.log((d.O + dividend) / d.C.shift())
u, w, c = np.log(d.H / d.O), np.log(d.L / d.O), np.log(d.C / d.O)
r = o + c


def annual(x):
    return np.sqrt(252 * x)


print("/* {date, open, high, low, close} of SPY; then windows: {last row, days, close-close, Parkinson, Garman-Klass,")
print(" * Rogers-Satchell, Yang-Zhang, overnight}; then cones of the whole: {horizon, n, now, percentile, min, 10 %, 25 %, 50 %,")
print(" * 75 %, 90 %, max}; made by realized.py. */")
print("static const double realized_bars[][5] = {")
for i in range(len(d)):
    print("    {%d, %.4f, %.4f, %.4f, %.4f}," % (days[i], d.O[i], d.H[i], d.L[i], d.C[i]))
print("};\nstatic const double realized_oracle[][8] = {")
for n in 5, 21, 63:
    roll = {k: v.rolling(n) for k, v in dict(
        r=r, o=o, c=c, o2=o * o, pk=(u - w) ** 2 / (4 * np.log(2)), gk=(u - w) ** 2 / 2 - (2 * np.log(2) - 1) * c * c,
        rs=u * (u - c) + w * (w - c)).items()}
    k = 0.34 / (1.34 + (n + 1) / (n - 1))
    rows = pd.DataFrame(dict(
        cc=annual(roll["r"].var()), pk=annual(roll["pk"].mean() + roll["o2"].mean()),
        gk=annual(roll["gk"].mean() + roll["o2"].mean()), rs=annual(roll["rs"].mean() + roll["o2"].mean()),
        yz=annual(roll["o"].var() + k * roll["c"].var() + (1 - k) * roll["rs"].mean()), on=annual(roll["o2"].mean())))
    for i in range(n, len(d), 7):
        print("    {%d, %d, %s}," % (i, n, ", ".join("%.13g" % x for x in rows.iloc[i])))
print("};\nstatic const double realized_cones[][11] = {")
for n in 5, 21:
    x = annual(r.rolling(n).var()).dropna().to_numpy()
    print("    {%d, %d, %.13g, %.13g, %s}," % (
        n, len(x), x[-1], 100 * np.mean(x[:-1] < x[-1]),
        ", ".join("%.13g" % q for q in np.quantile(x, [0, .1, .25, .5, .75, .9, 1]))))
print("};")
