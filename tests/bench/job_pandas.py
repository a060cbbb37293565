#!/usr/bin/python3
"""job_pandas.py IN.csv: the chapter's main job as its pandas code has it: read, clean, drop what is not monotone, implied vols by
Newton over arrays, a surface per snapshot by pivot and interpolation, CSV out. Prints the seconds, the peak of its memory in
KiB, and how many rows were left before and after the vols.

Its own choices are kept, since they are what is compared with: every option European on the spot at one rate, days of the
calendar, a start of 0.2, a hundred rounds, a tolerance of a tenth of a cent in price, a loop over the expiries.
"""
import resource
import sys
import time

import numpy as np
import pandas as pd
from scipy.special import ndtr

RATE = 0.02
start = time.monotonic()
np.seterr(all="ignore")
chain = pd.read_csv(sys.argv[1])
chain["ts"] = pd.to_datetime(chain["ts"])
chain["expiration"] = pd.to_datetime(chain["expiration"], utc=True)
chain["dte"] = (chain["expiration"] - chain["ts"].dt.normalize()).dt.days
chain["mid"] = (chain["bid"] + chain["ask"]) / 2
chain = chain[(chain["bid"] > 0) & (chain["ask"] > chain["bid"]) & (chain["dte"] >= 1) & (chain["dte"] <= 750)]

kept = [chain[chain["option_type"] == "P"]]
for _, expiry in chain[chain["option_type"] == "C"].groupby(["underlying", "ts", "root", "expiration"]):
    expiry = expiry.sort_values("strike")
    kept.append(expiry[~(expiry["mid"].diff() > 0.01)])
chain = pd.concat(kept)
n_clean = len(chain)

s, k, p = (chain[name].to_numpy(float) for name in ("underlying_price", "strike", "mid"))
t = chain["dte"].to_numpy() / 365.0
q = np.where(chain["option_type"] == "C", 1.0, -1.0)
discount = np.exp(-RATE * t)
forward, root, vol = s / discount, np.sqrt(t), np.full(len(p), 0.2)
for _ in range(100):
    total = vol * root
    d1 = np.log(forward / k) / total + total / 2
    off = discount * q * (forward * ndtr(q * d1) - k * ndtr(q * (d1 - total))) - p
    active = ~(np.abs(off) < 0.001)
    if not active.any():
        break
    vol = np.where(active, vol - off / (s * np.exp(-d1 * d1 / 2) / np.sqrt(2 * np.pi) * root), vol)
chain["implied_vol"] = vol
chain = chain[(chain["implied_vol"] > 0.01) & (chain["implied_vol"] < 5)]

for _, snapshot in chain.groupby(["underlying", "ts"]):
    snapshot.pivot_table(values="implied_vol", index="strike", columns="dte", aggfunc="mean").interpolate()
chain.to_csv("/dev/null", index=False)
print("%.3f %d %d %d" % (time.monotonic() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, n_clean, len(chain)))
