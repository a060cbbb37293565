#!/usr/bin/python3
"""Make tests/data/trade-chain.ndjson: three days of a small invented chain with greeks, for the tests of vstrat,
vrisk and vorder. Black-Scholes at a flat vol without rates; the third day is after the settlement of the first
expiry. Numbers are rounded, so that the file does not depend on the libm of the machine that made it."""
import json
import math
from datetime import datetime, timezone


def cdf(x):
    return 0.5 * (1 + math.erf(x / math.sqrt(2)))


def pdf(x):
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


DAYS = [("2019-04-25T20:15:00Z", 2920.0, 0.13), ("2019-04-26T20:15:00Z", 2940.0, 0.125),
        ("2019-05-24T20:15:00Z", 2801.0, 0.16)]
EXPIRIES = [("2019-05-24", "2019-05-24T20:00:00Z"), ("2019-06-21", "2019-06-21T20:00:00Z")]

for ts, spot, vol in DAYS:
    now = datetime.fromisoformat(ts.replace("Z", "+00:00"))
    quotes = []
    for expiration, expires in EXPIRIES:
        end = datetime.fromisoformat(expires.replace("Z", "+00:00"))
        t = (end - now).total_seconds() / (365 * 86400)
        if t <= 0:
            continue
        for strike in range(2700, 3125, 25):
            for kind in "CP":
                s = vol * math.sqrt(t)
                d1 = math.log(spot / strike) / s + s / 2
                sign = 1 if kind == "C" else -1
                price = sign * (spot * cdf(sign * d1) - strike * cdf(sign * (d1 - s)))
                half = max(0.05, round(price * 0.01, 2))
                mid = round(price, 1)
                day = expiration.replace("-", "")[2:]
                quotes.append({
                    "kind": "quote", "ts": ts, "underlying": "SPX",
                    "symbol": f"SPXW{day}{kind}{strike * 1000:08d}", "root": "SPXW", "expiration": expiration,
                    "expires": expires, "strike": strike, "option_type": kind, "multiplier": 100,
                    "bid": round(max(0, mid - half), 2), "ask": round(mid + half, 2), "underlying_price": spot,
                    "forward": spot, "delta": round(sign * cdf(sign * d1), 6),
                    "gamma": round(pdf(d1) / (spot * s), 8),
                    "theta": round(-spot * pdf(d1) * vol / (2 * math.sqrt(t)) / 365, 6),
                    "vega": round(spot * pdf(d1) * math.sqrt(t) / 100, 6)})
    for quote in quotes:
        print(json.dumps(quote, separators=(",", ":")))
    print(json.dumps({"kind": "snap", "ts": ts, "underlying": "SPX", "quotes": len(quotes)}, separators=(",", ":")))
