"""Answers in the shape of Deribit's public methods, with invented numbers (tests/data/sources/deribit/).

Prices are Black-76 on the forward of the expiry at the vol that the answer names, in the unit of the book: in
coin over the forward for the inverse books, in USDC for the linear ones. The traps of the vendor are laid on purpose: vols in
percent, absent sides as null (summary) or as 0 with an amount of 0 (ticker), days without a leading zero, `d`
for the decimal point of a strike, a contract size that is no multiplier of the prices, 1.13e-06 notation.

    python3 tests/oracle/deribit_answers.py tests/data/sources/deribit
"""
import datetime
import json
import math
import os
import sys

NOW = 1795204800123  # 2026-11-20T20:00:00.123Z
MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()


def cdf(x):
    return 0.5 * math.erfc(-x / math.sqrt(2))


def black(kind, forward, strike, t, vol):
    s = vol * math.sqrt(t)
    d1 = math.log(forward / strike) / s + s / 2
    d2 = d1 - s
    if kind == "C":
        return forward * cdf(d1) - strike * cdf(d2)
    return strike * cdf(-d2) - forward * cdf(-d1)


def expiry(name):
    """`4DEC26` as milliseconds: 08:00 UTC."""
    day, month, year = int(name[:-5]), MONTHS.index(name[-5:-2]) + 1, 2000 + int(name[-2:])
    at = datetime.datetime(year, month, day, 8, tzinfo=datetime.timezone.utc)
    return int(at.timestamp() * 1000)


def envelope(result, **more):
    return {"jsonrpc": "2.0", "result": result, "usIn": NOW * 1000 + 456, "usOut": NOW * 1000 + 789,
            "usDiff": 333, "testnet": False, **more}


def parts(name):
    root, date, strike, kind = name.rsplit("-", 3)
    return root, date, float(strike.replace("d", ".")), kind


def value(name, forward, vol):
    root, date, strike, kind = parts(name)
    t = (expiry(date) - NOW) / 1000 / 86400 / 365
    price = black(kind, forward, strike, t, vol)
    return price if "_" in root else price / forward


def summary(name, forward, vol, bid, ask, **more):
    root = parts(name)[0]
    base = root.split("_")[0]
    quote = "USDC" if "_" in root else base
    row = {"high": None, "low": None, "last": None, "instrument_name": name, "bid_price": bid, "ask_price": ask,
           "open_interest": 0.0, "mark_price": round(value(name, forward, vol), 8), "interest_rate": 0.0,
           "creation_timestamp": NOW, "estimated_delivery_price": 91010.55, "price_change": None,
           "volume": 0.0, "mark_iv": round(vol * 100, 2), "underlying_price": forward,
           "underlying_index": f"{root}-{parts(name)[1]}", "base_currency": base, "quote_currency": quote,
           "volume_usd": 0.0, "mid_price": None if bid is None or ask is None else (bid + ask) / 2}
    row.update(more)
    return row


def instrument(name, contract_size=1.0, **more):
    root, date, strike, kind = parts(name)
    base = root.split("_")[0]
    linear = "_" in root
    settle = "USDC" if linear else base
    row = {"price_index": f"{base.lower()}_{'usdc' if linear else 'usd'}", "kind": "option",
           "instrument_name": name, "option_type": "call" if kind == "C" else "put", "strike": strike,
           "maker_commission": 0.0003, "taker_commission": 0.0003,
           "instrument_type": "linear" if linear else "reversed", "expiration_timestamp": expiry(date),
           "creation_timestamp": NOW - 86400000, "is_active": True, "tick_size": 0.0001,
           "tick_size_steps": [{"above_price": 0.005, "tick_size": 0.0005}], "contract_size": contract_size,
           "instrument_id": 345678, "min_trade_amount": 0.1, "settlement_currency": settle,
           "settlement_period": "month", "base_currency": base, "counter_currency": "USDC" if linear else "USD",
           "quote_currency": settle}
    row.update(more)
    return row


BTC = [
    summary("BTC-4DEC26-90000-C", 91120.5, 0.4101, 0.0375, 0.038, last=0.0375, high=0.041, low=0.036,
            open_interest=310.4, volume=12.3, volume_usd=31000.5, price_change=-3.5),
    summary("BTC-4DEC26-90000-P", 91120.5, 0.4101, 0.025, 0.026, last=0.0255, open_interest=120.0, volume=1.1),
    summary("BTC-25DEC26-100000-C", 91633.25, 0.4388, 0.0215, 0.0225, last=0.022, open_interest=1538.2, volume=5.2),
    summary("BTC-25DEC26-100000-P", 91633.25, 0.4388, None, None),
    summary("BTC-25DEC26-250000-C", 91633.25, 0.77, None, 0.0001),
    summary("BTC-25DEC26-60000-P", 91633.25, 0.6204, 0.0005, None, mark_price=1.13e-06),
]
USDC = [
    summary("BTC_USDC-25DEC26-100000-C", 91633.25, 0.4388, 1990.0, 2030.0, open_interest=4.2),
    summary("XRP_USDC-4DEC26-0d625-C", 1.9105, 0.9231, 1.28, 1.29, open_interest=250000.0),
    summary("XRP_USDC-4DEC26-2-P", 1.9105, 0.7515, 0.1625, 0.1635, open_interest=1000.0),
]


def ticker(name, forward, vol, **more):
    row = {"timestamp": NOW, "state": "open", "stats": {"high": 0.0235, "low": 0.0205, "price_change": 4.7619,
                                                        "volume": 5.2, "volume_usd": 5010.33},
           "greeks": {"delta": 0.21934, "gamma": 0.00002, "vega": 83.41551, "theta": -52.21001, "rho": 18.03211},
           "index_price": 91010.55, "instrument_name": name, "last_price": 0.022, "settlement_price": 0.0104,
           "min_price": 0.0001, "max_price": 0.0765, "open_interest": 1538.2,
           "mark_price": round(value(name, forward, vol), 8), "best_ask_price": 0.0225, "best_bid_price": 0.0215,
           "interest_rate": 0.0, "mark_iv": round(vol * 100, 2), "bid_iv": 42.91, "ask_iv": 44.11,
           "underlying_price": forward, "underlying_index": "BTC-25DEC26", "estimated_delivery_price": 91010.55,
           "best_ask_amount": 12.4, "best_bid_amount": 38.0}
    row.update(more)
    return row


def perpetual(**more):
    row = {"timestamp": NOW, "state": "open", "stats": {"high": 93612.0, "low": 89277.5, "price_change": 2.3275,
                                                        "volume": 11897.27640428, "volume_usd": 1092371540.0,
                                                        "volume_notional": 1092371540.0},
           "index_price": 91010.55, "instrument_name": "BTC-PERPETUAL", "last_price": 91022.5,
           "settlement_price": 92464.66, "min_price": 90897.5, "max_price": 93666.5, "open_interest": 1132329370,
           "mark_price": 91020.78, "interest_value": 0.0028213400122472977, "best_ask_price": 91023.0,
           "best_bid_price": 91022.5, "estimated_delivery_price": 91010.55, "best_ask_amount": 186520.0,
           "best_bid_amount": 117660.0, "current_funding": 0.0, "funding_8h": 1.742e-05}
    row.update(more)
    return row


DAY = 86400000
MIDNIGHT = 1795132800000  # 2026-11-20T00:00:00Z


def dvol(first, last, through=None):
    """Daily DVOL candles that begin FIRST to LAST days before MIDNIGHT, percent."""
    rows = []
    for back in range(first, last - 1, -1):
        close = 45 + 5 * math.sin(back / 3)
        rows.append([MIDNIGHT - back * DAY, round(close - 0.4, 2), round(close + 1.2, 2), round(close - 1.1, 2),
                     round(close, 2)])
    return envelope({"data": rows, "continuation": through})


def trade(seq, ms, price, **more):
    row = {"trade_seq": seq, "trade_id": str(244365000 + seq), "timestamp": ms, "tick_direction": 1, "price": price,
           "mark_price": round(price - 0.0001, 6), "instrument_name": "BTC-25DEC26-100000-C", "index_price": 91010.55,
           "iv": round(43.5 + seq / 100, 2), "direction": "buy" if seq % 2 else "sell", "amount": round(0.1 * seq, 1),
           "contracts": round(0.1 * seq, 1)}
    row.update(more)
    return row


# Pages of three: the second begins with the last trade of the first, and two trades share a millisecond.
TRADES_1 = [trade(1, NOW - 9000, 0.0215), trade(2, NOW - 5000, 0.0216), trade(3, NOW - 5000, 0.0217)]
TRADES_2 = [trade(3, NOW - 5000, 0.0217), trade(4, NOW - 5000, 0.0218, combo_id="BTC-CS-25DEC26-100000_110000",
                                                combo_trade_id="244365999", block_trade_id="BLOCK-17"),
            trade(5, NOW - 1000, 0.022, liquidation="T")]


def combo_trade():
    legs = [trade(8, NOW - 400, 0.0174, combo_id="BTC-CS-25DEC26-100000_110000", combo_trade_id="244366000"),
            trade(20, NOW - 400, 0.0813, instrument_name="BTC-25DEC26-110000-C",
                  combo_id="BTC-CS-25DEC26-100000_110000", combo_trade_id="244366000")]
    row = trade(1, NOW - 401, 0.0639, instrument_name="BTC-CS-25DEC26-100000_110000", legs=legs)
    del row["iv"]
    return row


CHART = {"ticks": [MIDNIGHT - 3 * 3600000 + i * 3600000 for i in range(3)], "status": "ok",
         "open": [90500.0, 90720.5, 90720.5], "high": [90800.0, 90720.5, 91100.0],
         "low": [90400.5, 90720.5, 90700.0], "close": [90720.5, 90720.5, 91005.0],
         "volume": [151.29318, 0.0, 203.0021], "cost": [13702830.0, 0.0, 18450020.0]}

BOOK = ticker("BTC-25DEC26-100000-C", 91633.25, 0.4388, change_id=133112427566,
              bids=[[0.0215, 38.0], [0.021, 61.5], [0.0205, 12.0]], asks=[[0.0225, 12.4], [0.023, 40.0]])

ANSWERS = {
    "book_summary_btc": envelope(BTC),
    "book_summary_usdc": envelope(USDC),
    "instruments_btc": envelope([instrument(row["instrument_name"]) for row in BTC]),
    "instruments_usdc": envelope([instrument(row["instrument_name"], 1000.0 if row["base_currency"] == "XRP" else 0.01)
                                  for row in USDC]),
    "ticker_option": envelope(ticker("BTC-25DEC26-100000-C", 91633.25, 0.4388)),
    "ticker_no_bid": envelope(ticker("BTC-25DEC26-250000-C", 91633.25, 0.77, best_bid_price=0.0, best_bid_amount=0.0,
                                     bid_iv=0.0, ask_iv=70.88, best_ask_price=0.0001, best_ask_amount=25.0,
                                     last_price=None, stats={"high": None, "low": None, "price_change": None,
                                                             "volume": 0.0, "volume_usd": 0.0})),
    "ticker_perpetual": envelope(perpetual()),
    "order_book": envelope(BOOK),
    "index_price": envelope({"index_price": 91010.55, "estimated_delivery_price": 91010.55}),
    "dvol_1": dvol(3, 0, MIDNIGHT - 3 * DAY),
    "dvol_2": dvol(6, 3, None),
    "chart": envelope(CHART),
    "chart_no_data": envelope({"ticks": [], "status": "no_data", "open": [], "high": [], "low": [], "close": [],
                               "volume": [], "cost": []}),
    "trades_1": envelope({"trades": TRADES_1, "has_more": True}),
    "trades_2": envelope({"trades": TRADES_2, "has_more": False}),
    "trades_combo": envelope({"trades": [combo_trade()], "has_more": False}),
    "empty": envelope([]),
}


def main():
    for name, answer in ANSWERS.items():
        with open(os.path.join(sys.argv[1], name + ".json"), "w", encoding="ascii") as out:
            out.write(json.dumps(answer, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
