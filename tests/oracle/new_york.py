#!/usr/bin/python3
"""Write new_york.inc: every change of the clock of New York from 1918 to 2100, from the tz database by zoneinfo.

    tests/oracle/new_york.py > tests/oracle/new_york.inc
"""
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

zone = ZoneInfo("America/New_York")


def offset(t):
    return int(datetime.fromtimestamp(t, timezone.utc).astimezone(zone).utcoffset().total_seconds())


print("/* {UTC second of the change, offset from UTC before, after}; made by new_york.py. */")
t = int(datetime(1917, 1, 1, tzinfo=timezone.utc).timestamp())
stop = int(datetime(2101, 1, 1, tzinfo=timezone.utc).timestamp())
step = 86400
while t < stop:
    a, b = offset(t), offset(t + step)
    if a != b:
        lo, hi = t, t + step
        while hi - lo > 1:
            mid = (lo + hi) // 2
            lo, hi = (mid, hi) if offset(mid) == a else (lo, mid)
        print("{%d, %d, %d}," % (hi, a, b))
    t += step
