#!/usr/bin/python3
"""vgreeks_pandas.py < quotes.ndjson > valued.ndjson: the job of vgreeks as one writes it with pandas and numpy.

Forward and discount of each snapshot and expiration by a line through call minus put over the strike, weighted by the spreads;
implied vols of bid, mid and ask by Newton's method over the whole array, kept between 1e-4 and 8; five greeks; one line each out.
"""
import json
import sys

import numpy as np
import pandas as pd
from scipy.special import ndtr

np.seterr(all="ignore")
quotes = pd.DataFrame([r for r in map(json.loads, sys.stdin) if r["kind"] == "quote"])
quotes["mid"] = (quotes["bid"] + quotes["ask"]) / 2
quotes["t"] = (pd.to_datetime(quotes["expires"]) - pd.to_datetime(quotes["ts"])).dt.total_seconds() / (365 * 86400)
KEY = ["ts", "underlying", "root", "expiration"]


def parity(group):
    """call - put = discount (forward - strike)"""
    weight = 1 / (group["spread_C"] + group["spread_P"])
    line = np.polyfit(group["strike"], group["mid_C"] - group["mid_P"], 1, w=weight)
    return pd.Series({"forward": -line[1] / line[0], "discount": -line[0]})


quotes["spread"] = (quotes["ask"] - quotes["bid"]).clip(lower=0.01)
sides = [quotes.loc[(quotes["option_type"] == c) & (quotes["bid"] > 0), KEY + ["strike", "mid", "spread"]] for c in "CP"]
pairs = sides[0].merge(sides[1], on=KEY + ["strike"], suffixes=("_C", "_P"))
quotes = quotes.merge(pairs.groupby(KEY).apply(parity).reset_index(), on=KEY, how="left", sort=False)

f, k, d, t = (quotes[c].to_numpy(float) for c in ("forward", "strike", "discount", "t"))
q = np.where(quotes["option_type"] == "C", 1.0, -1.0)
root, ratio = np.sqrt(t), np.log(f / k)


def implied(price):
    """Newton on the price of the out-of-the-money side, from the vol at which vega is greatest (Manaster and Koehler)."""
    intrinsic = np.maximum(q * (f - k), 0)
    otm, side = price / d - intrinsic, np.where(k >= f, 1.0, -1.0)
    good = (otm > 0) & (price / d < np.where(q > 0, f, k)) & (price > 0)
    s = np.sqrt(2 * np.abs(ratio)).clip(1e-3)
    for _ in range(60):
        d1 = ratio / s + s / 2
        gap = side * (f * ndtr(side * d1) - k * ndtr(side * (d1 - s))) - otm
        step = gap / (f * np.exp(-d1 * d1 / 2) / np.sqrt(2 * np.pi))
        step = np.clip(np.where(np.isfinite(step), step, 0), -s, s / 2)
        s = np.clip(s - step, 1e-4 * root, 8 * root)
        if np.max(np.abs(step[good]), initial=0) < 1e-10:
            break
    return np.where(good, s / root, np.nan)


quotes["implied_vol"] = vol = implied(quotes["mid"].to_numpy())
quotes["iv_bid"], quotes["iv_ask"] = implied(quotes["bid"].to_numpy()), implied(quotes["ask"].to_numpy())
quotes["iv_status"] = np.where(np.isfinite(vol), "ok", "no_vol")
s = vol * root
d1 = ratio / s + s / 2
density = np.exp(-d1 * d1 / 2) / np.sqrt(2 * np.pi)
spot = quotes["underlying_price"].to_numpy(float)
delta, second = q * ndtr(q * d1), q * ndtr(q * (d1 - s))
price = d * (f * delta - k * second)
rate, carry = -np.log(d) / t, np.log(f / spot) / t
quotes["delta"] = d * f / spot * delta
quotes["gamma"] = d * f * density / (spot * spot * s)
quotes["theta"] = (rate * price - carry * d * f * delta - d * f * density * vol / (2 * root)) / 365
quotes["vega"] = d * f * density * root / 100
quotes["rho"] = d * k * second * t / 100
quotes.drop(columns="spread").to_json(sys.stdout, orient="records", lines=True)
