"""A recording (vfetch --replay) of a small chain in Deribit's shape, with invented numbers: examples/data/deribit-chain.

Four expiries whose vols are SVI slices (w = a + b (rho (k - m) + sqrt((k - m)^2 + s^2)), total variance over
log-moneyness) without calendar or butterfly arbitrage, quoted around Black-76's mark by the vendor's ticks.

    python3 tests/oracle/deribit_smile.py examples/data/deribit-chain
"""
import hashlib
import json
import math
import os
import sys

from deribit_answers import NOW, envelope, expiry, instrument, summary, value

DROPPED = ("high", "low", "interest_rate", "estimated_delivery_price", "price_change", "underlying_index", "volume_usd")
KEPT = ("instrument_name", "kind", "strike", "expiration_timestamp", "quote_currency", "base_currency")

# Expiry, forward, and a, b, rho, m, s of its slice.
SMILE = [("27NOV26", 91055.0, (0.0005, 0.0155, -0.12, 0.0, 0.035)),
         ("25DEC26", 91640.0, (0.0045, 0.036, -0.10, 0.005, 0.11)),
         ("26MAR27", 93105.0, (0.0200, 0.072, -0.08, 0.02, 0.24)),
         ("25JUN27", 94680.0, (0.0400, 0.105, -0.05, 0.03, 0.33))]


def smile_vol(slice_, forward, strike, t):
    a, b, rho, m, s = slice_
    k = math.log(strike / forward)
    return math.sqrt((a + b * (rho * (k - m) + math.sqrt((k - m) ** 2 + s ** 2))) / t)


def smile():
    """Rows of the summary: strikes that are worth a tick at least, a spread of some per cent, an ask alone below."""
    rows = []
    for date, forward, slice_ in SMILE:
        t = (expiry(date) - NOW) / 1000 / 86400 / 365
        width = math.sqrt(t) * 0.9
        step = 1000 if t < 0.05 else 2000 if t < 0.15 else 5000
        lo, hi = forward * math.exp(-width), forward * math.exp(width)
        for strike in range(int(lo / step) * step, int(hi / step + 1) * step, step):
            vol = smile_vol(slice_, forward, strike, t)
            for kind in "CP":
                name = f"BTC-{date}-{strike}-{kind}"
                mark = value(name, forward, vol)
                tick = 0.0001 if mark < 0.005 else 0.0005
                half = max(tick * 0.7, 0.01 * mark)
                bid, ask = math.floor((mark - half) / tick) * tick, math.ceil((mark + half) / tick) * tick
                rows.append(summary(name, forward, vol, round(bid, 4) if bid > 0 else None, round(ask, 4),
                                    open_interest=float(strike % 7000) / 10, volume=float(strike % 3000) / 100))
    return rows


def tape(path, method, answer):
    """A file as lib/net/tape.c writes it."""
    body = json.dumps(answer, separators=(",", ":")).encode()
    head = ("volpipe-answer 1\n"
            f"url: https://www.deribit.com/api/v2/public/{method}?currency=BTC&kind=option\n"
            "received: 2026-11-20T20:00:00.321Z\nstatus: 200\nfinal: yes\ntype: application/json\n"
            f"length: {len(body)}\nsha256: {hashlib.sha256(body).hexdigest()}\n\n")
    with open(path, "wb") as out:
        out.write(head.encode() + body)


def main():
    rows = [{key: row[key] for key in row if key not in DROPPED} for row in smile()]
    listed = [{key: item[key] for key in KEPT} for item in (instrument(row["instrument_name"]) for row in rows)]
    with open(os.path.join(sys.argv[1], "run"), "w", encoding="ascii") as out:
        out.write("begun: 2026-11-20T20:00:00Z\nkeyed: no\ncommand: deribit chain BTC\n")
    tape(os.path.join(sys.argv[1], "000001.http"), "get_instruments", envelope(listed))
    tape(os.path.join(sys.argv[1], "000002.http"), "get_book_summary_by_currency", envelope(rows))


main()
