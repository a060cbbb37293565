#!/usr/bin/python3
"""The daily quotes of ../shared/data/lean-aapl-2014 as one CSV for `vfetch file --layout tests/data/lean-daily.json`.

    tests/oracle/lean_aapl.py ../shared/data/lean-aapl-2014/daily/aapl_2014_quote_american.zip > aapl.csv

A member of the archive is a contract (aapl_quote_american_put_923600_20140719.csv: strike x 10,000); its lines are days,
with open, high, low and close of bid and ask, x 10,000. The last bid and ask of a day are taken, at the close of the
shares; a blank bid is none. Monthly series bear a Saturday. The price of the share is not in the archive: AAPL closed at
645.57 on 2014-06-06 and, split 7 for 1, at 93.70 on 2014-06-09.
"""
import sys
import zipfile

SPOT = {"20140606": "645.57", "20140609": "93.70"}


def price(text):
    return "%.4f" % (int(text) / 10000) if text else ""


def lines(path):
    out = []
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            right, strike, expiry = name[: -len(".csv")].split("_")[3:]
            symbol = "AAPL%s%s%08d" % (expiry[2:], right[0].upper(), int(strike) // 10)
            for line in archive.read(name).decode("ascii").splitlines():
                cell = line.split(",")
                day = cell[0][:8]
                out.append((day, expiry, int(strike), right, symbol, price(cell[4]), price(cell[9])))
    return sorted(out)


print("quotedate,optionsymbol,bid,ask,spot")
for day, _, _, _, symbol, bid, ask in lines(sys.argv[1]):
    print(",".join((day, symbol, bid, ask, SPOT[day])))
