#!/usr/bin/env python3
"""The recording of examples/data/deribit-stream: three seconds of Deribit's channels, invented in the vendor's shape.

    deribit_stream.py > examples/data/deribit-stream/stream-deribit-2026-11-20T20:00:00Z.ndjson

Marks are Black-76 prices in coin (forward 95000, no rate) of a smile that moves by a tenth of a point each second.
"""
import json
import math

BEGIN = 1795204800000  # 2026-11-20T20:00:00Z in ms
CHANNELS = ["markprice.options.btc_usd", "deribit_volatility_index.btc_usd"]
EXPIRIES = (("4DEC26", 13.5), ("25DEC26", 34.5))
STRIKES = (80000, 85000, 90000, 95000, 100000, 105000, 110000)
FORWARD = 95000.0


def normal(x):
    return 0.5 * math.erfc(-x / math.sqrt(2))


def price(kind, strike, t, vol):
    s = vol * math.sqrt(t)
    d = math.log(FORWARD / strike) / s + s / 2
    call = FORWARD * normal(d) - strike * normal(d - s)
    return (call if kind == "C" else call - FORWARD + strike) / FORWARD


def line(ms, event, message=None):
    record = {"received": ms * 1000000, "event": event}
    if message is not None:
        record["text"] = json.dumps(message, separators=(",", ":"))
    print(json.dumps(record, separators=(",", ":")))


def notify(ms, channel, data):
    line(ms + 4, "message", {"jsonrpc": "2.0", "method": "subscription", "params": {"channel": channel, "data": data}})


print(json.dumps({"stream": "deribit", "channels": CHANNELS}, separators=(",", ":")))
line(BEGIN, "open")
line(BEGIN + 20, "message", {"jsonrpc": "2.0", "id": 12, "result": "ok", "usIn": (BEGIN + 15) * 1000, "usOut": (BEGIN + 16) * 1000, "testnet": False})
line(BEGIN + 24, "message", {"jsonrpc": "2.0", "id": 23, "result": CHANNELS, "usIn": (BEGIN + 19) * 1000, "usOut": (BEGIN + 20) * 1000, "testnet": False})
for second in range(3):
    now = BEGIN + 1000 * second + 400
    marks = []
    for expiry, days in EXPIRIES:
        for strike in STRIKES:
            k = math.log(strike / FORWARD)
            vol = round(0.42 + 0.001 * second - 0.08 * k + 1.1 * k * k, 4)
            kind = "C" if strike >= FORWARD else "P"
            marks.append({"timestamp": now, "mark_price": round(price(kind, strike, days / 365, vol), 6), "iv": vol,
                          "instrument_name": f"BTC-{expiry}-{strike}-{kind}"})
    notify(now, CHANNELS[0], marks)
    notify(now + 100, CHANNELS[1], {"timestamp": now + 90, "volatility": round(43.1 + 0.1 * second, 2), "index_name": "btc_usd"})
line(BEGIN + 3500, "stop")
