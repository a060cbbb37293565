"""The peer of feed.py: a Deribit ticker as a record by python3-websockets and json, as a Python user would write it.

    feed_websockets.py URL CA
"""
import asyncio
import json
import ssl
import sys

import websockets


async def main():
    context = ssl.create_default_context(cafile=sys.argv[2])
    async with websockets.connect(sys.argv[1], ssl=context, compression=None, max_size=None) as ws:
        await ws.send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "public/subscribe",
                                  "params": {"channels": ["ticker.BTC-25DEC26-100000-C.100ms"]}}))
        await ws.recv()
        write = sys.stdout.write
        async for text in ws:
            data = json.loads(text)["params"]["data"]
            greeks = data["greeks"]
            write(json.dumps({"kind": "quote", "ts": data["timestamp"], "symbol": data["instrument_name"],
                              "bid": data["best_bid_price"], "ask": data["best_ask_price"], "bid_size": data["best_bid_amount"],
                              "ask_size": data["best_ask_amount"], "last": data["last_price"], "mark": data["mark_price"],
                              "volume": data["stats"]["volume"], "open_interest": data["open_interest"],
                              "underlying_price": data["underlying_price"], "vendor_iv": data["mark_iv"] / 100,
                              "vendor_iv_bid": data["bid_iv"] / 100, "vendor_iv_ask": data["ask_iv"] / 100,
                              "vendor_delta": greeks["delta"], "vendor_gamma": greeks["gamma"], "vendor_theta": greeks["theta"],
                              "vendor_vega": greeks["vega"], "vendor_rho": greeks["rho"], "source": "deribit"},
                             separators=(",", ":")) + "\n")

try:
    asyncio.run(main())
except websockets.ConnectionClosed:
    sys.stdout.flush()
