#!/usr/bin/python3
"""Variance times for tests/unit/test_chain_clock.c, in exact fractions and by brute force over the days.

    tests/oracle/clock.py > tests/oracle/clock.inc

Reads share/calendars/us-options.csv and share/clocks/*.json as volpipe-clocks(5) describes them; hours in New York are
those of the tz database.
"""
import csv
import json
import random
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction as F
from functools import lru_cache
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
DAYS = {date.fromisoformat(r["date"]): r["kind"] for r in csv.DictReader(open("share/calendars/us-options.csv"))}


def seconds(text):
    return int(text[:2]) * 3600 + int(text[3:]) * 60


def instant(d, s):
    """Nanoseconds of second S past midnight of D in New York; S may lie on the next day."""
    local = datetime(d.year, d.month, d.day) + timedelta(days=s // 86400, seconds=s % 86400)
    return (local.replace(tzinfo=NEW_YORK) - EPOCH) // timedelta(seconds=1) * 10**9


class Clock:
    def __init__(self, path):
        self.conf = json.load(open(path), parse_float=F, parse_int=F)
        self.session = self.conf.get("session")
        self.year = lru_cache(None)(self.year)

    def weight(self, d):
        """Weight of a day, close and share of its session."""
        c, s = self.conf, self.session
        kind = DAYS.get(d) if "calendar" in c else None
        if d.weekday() > 4:
            return F(c["weekend"]), 0, F(0)
        if kind == "holiday":
            return F(c.get("holiday", c["weekend"])), 0, F(0)
        if s is None:
            return (F(c.get("early_close", 1)) if kind else F(1)), 0, F(0)
        opens, closes = seconds(s["open"]), seconds(s["close"])
        close = closes - (57600 - seconds(kind) if kind else 0)
        inside = F(s["share"]) * F(close - opens, closes - opens)
        whole = 1 - F(s["share"]) + inside
        return (F(c.get("early_close", whole)) if kind else whole), close, inside / whole

    def year(self, y):
        d, total = date(y, 1, 1), F(0)
        while d.year == y:
            total += self.weight(d)[0]
            d += timedelta(1)
        return total, instant(date(y + 1, 1, 1), 0) - instant(date(y, 1, 1), 0)

    def worth(self, d, begin, end):
        """Variance nanoseconds of day D between two instants."""
        total, length = self.year(d.year)
        w, close, share = self.weight(d)
        midnight, last = instant(d, 0), instant(d, 86400)
        begin, end = max(begin, midnight), min(end, last)
        inside = F(0)
        outside = F(max(0, end - begin))
        width = last - midnight
        if close:
            a, b = instant(d, seconds(self.session["open"])), instant(d, close)
            overlap = max(0, min(end, b) - max(begin, a))
            inside = F(overlap, b - a)
            outside -= overlap
            width -= b - a
        return w * F(length) / total * (share * inside + (1 - share) * outside / width)

    def events(self, underlying, begin, end):
        sum = F(0)
        for e in self.conf.get("events", []):
            if e.get("underlying", underlying) != underlying:
                continue
            d = date.fromisoformat(e["date"])
            if "time" in e:
                a = instant(d, seconds(e["time"]))
                b = instant(d, seconds(e["time"]) + int(e.get("minutes", 60)) * 60)
            elif self.session:
                a, b = instant(d, seconds(self.session["open"])), instant(d, seconds(self.session["close"]))
            else:
                a, b = instant(d, 0), instant(d, 86400)
            total, length = self.year(d.year)
            sum += F(e["weight"]) * length / total * F(max(0, min(end, b) - max(begin, a)), b - a)
        return sum

    def years(self, underlying, begin, end):
        d = datetime.fromtimestamp(begin // 10**9, NEW_YORK).date()
        sum = self.events(underlying, begin, end)
        while instant(d, 0) < end:
            sum += self.worth(d, begin, end)
            d += timedelta(1)
        return sum / (365 * 86400 * 10**9)


def main():
    random.seed(20261122)
    ny = lambda text, s: instant(date.fromisoformat(text), seconds(s))
    spans = [  # what hands can check
        (ny("2026-01-09", "16:00"), ny("2026-01-12", "16:00")),  # a weekend
        (ny("2026-01-16", "16:00"), ny("2026-01-20", "16:00")),  # with a Monday that is a holiday
        (ny("2026-03-06", "16:00"), ny("2026-03-09", "16:00")),  # daylight saving begins
        (ny("2026-10-30", "16:00"), ny("2026-11-02", "16:00")),  # and ends
        (ny("2026-11-25", "16:00"), ny("2026-11-27", "13:00")),  # Thanksgiving, then an early close
        (ny("2026-11-27", "12:00"), ny("2026-11-27", "13:00")),
        (ny("2026-01-09", "15:55"), ny("2026-01-09", "16:00")),  # the last five minutes
        (ny("2026-01-08", "16:00"), ny("2026-01-09", "09:30")),  # a night
        (ny("2026-01-01", "00:00"), ny("2027-01-01", "00:00")),
        (ny("2028-01-01", "00:00"), ny("2029-01-01", "00:00")),
        (ny("2026-04-28", "16:00"), ny("2026-04-29", "15:00")),  # into the Committee's two hours
        (ny("2001-09-10", "16:00"), ny("2001-09-17", "16:00")),
    ]
    for _ in range(60):
        begin = random.randrange(instant(date(1990, 1, 2), 0), instant(date(2040, 6, 1), 0))
        spans.append((begin, begin + int(10 ** random.uniform(9, 16.7))))
    print("/* Written by tests/oracle/clock.py: clock, underlying, from, to, years. */")
    for path, underlying in [
        ("share/clocks/business.json", "SPX"),
        ("share/clocks/session.json", "SPX"),
        ("share/clocks/french-roll.json", "SPX"),
        ("share/clocks/fomc.json", "SPX"),
        ("tests/oracle/clock-events.json", "AAPL"),
        ("tests/oracle/clock-events.json", "SPX"),
    ]:
        clock = Clock(path)
        for begin, end in spans:
            print('{"%s", "%s", INT64_C(%d), INT64_C(%d), %.17g},'
                  % (path, underlying, begin, end, clock.years(underlying, begin, end)))


main()
