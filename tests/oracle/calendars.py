#!/usr/bin/python3
"""Write share/calendars/us-options.csv and us-fed.csv from the rules of the exchanges and of the law.

    tests/oracle/calendars.py share/calendars

Columns: date, kind (`holiday`, or the hour in New York at which a market that closes at 16:00 closes that day), note.
Sources of what no rule gives: the exchanges' notices of special closings.
"""
import sys
from datetime import date, timedelta

FIRST, LAST = 1990, 2040
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


def nth(year, month, weekday, n):
    d = date(year, month, 1)
    return d + timedelta((weekday - d.weekday()) % 7 + 7 * (n - 1))


def last(year, month, weekday):
    d = date(year + month // 12, month % 12 + 1, 1) - timedelta(1)
    return d - timedelta((d.weekday() - weekday) % 7)


def easter(year):
    """Gregorian Easter Sunday (the Anonymous algorithm as Meeus gives it)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    n = h + k - 7 * m + 114
    return date(year, n // 31, n % 31 + 1)


def observed(d, saturday=True):
    """A Sunday moves to Monday; a Saturday to Friday, or to nowhere."""
    if d.weekday() == SUN:
        return d + timedelta(1)
    if d.weekday() == SAT:
        return d - timedelta(1) if saturday else None
    return d


def exchange(y):
    out = {}

    def put(d, kind, note):
        if d is not None and d.year == y and d.weekday() < SAT and d not in out:
            out[d] = (kind, note)

    put(observed(date(y, 1, 1), saturday=False), "holiday", "New Year's Day")
    if y >= 1998:
        put(nth(y, 1, MON, 3), "holiday", "Martin Luther King Jr. Day")
    put(nth(y, 2, MON, 3), "holiday", "Washington's Birthday")
    put(easter(y) - timedelta(2), "holiday", "Good Friday")
    put(last(y, 5, MON), "holiday", "Memorial Day")
    if y >= 2022:
        put(observed(date(y, 6, 19)), "holiday", "Juneteenth")
    fourth = date(y, 7, 4)
    put(observed(fourth), "holiday", "Independence Day")
    put(nth(y, 9, MON, 1), "holiday", "Labor Day")
    thanks = nth(y, 11, THU, 4)
    put(thanks, "holiday", "Thanksgiving")
    christmas = date(y, 12, 25)
    put(observed(christmas), "holiday", "Christmas")

    if y == 1992:
        put(thanks + timedelta(1), "14:00", "day after Thanksgiving")
    elif y >= 1993:
        put(thanks + timedelta(1), "13:00", "day after Thanksgiving")
    if 1990 <= y <= 1992:
        put(date(y, 12, 24), "14:00", "Christmas Eve")
    elif y >= 1996:
        put(date(y, 12, 24), "13:00", "Christmas Eve")
    if y in (1997, 2003):
        put(date(y, 12, 26), "13:00", "day after Christmas")
    if y >= 1995 and fourth.weekday() in (TUE, WED, FRI) or y >= 2013 and fourth.weekday() == THU:
        put(date(y, 7, 3), "13:00", "day before Independence Day")
    elif y >= 1996 and fourth.weekday() == THU:
        put(date(y, 7, 5), "13:00", "day after Independence Day")
    return out


SPECIAL = {
    date(1994, 2, 11): ("14:30", "snow"),
    date(1994, 4, 27): ("holiday", "funeral of R. M. Nixon"),
    date(1996, 1, 8): ("14:00", "snow"),
    date(1997, 10, 27): ("15:30", "circuit breaker"),
    date(2001, 9, 11): ("holiday", "attack on New York"),
    date(2001, 9, 12): ("holiday", "attack on New York"),
    date(2001, 9, 13): ("holiday", "attack on New York"),
    date(2001, 9, 14): ("holiday", "attack on New York"),
    date(2004, 6, 11): ("holiday", "mourning for R. W. Reagan"),
    date(2007, 1, 2): ("holiday", "mourning for G. R. Ford"),
    date(2012, 10, 29): ("holiday", "hurricane Sandy"),
    date(2012, 10, 30): ("holiday", "hurricane Sandy"),
    date(2018, 12, 5): ("holiday", "mourning for G. H. W. Bush"),
    date(2025, 1, 9): ("holiday", "mourning for J. E. Carter"),
}


def federal(y):
    """The days on which the Federal Reserve publishes no H.15: a holiday on a Saturday is not moved."""
    days = [
        (date(y, 1, 1), "New Year's Day"),
        (nth(y, 1, MON, 3), "Martin Luther King Jr. Day"),
        (nth(y, 2, MON, 3), "Washington's Birthday"),
        (last(y, 5, MON), "Memorial Day"),
        (date(y, 7, 4), "Independence Day"),
        (nth(y, 9, MON, 1), "Labor Day"),
        (nth(y, 10, MON, 2), "Columbus Day"),
        (date(y, 11, 11), "Veterans Day"),
        (nth(y, 11, THU, 4), "Thanksgiving"),
        (date(y, 12, 25), "Christmas"),
    ]
    if y >= 2021:
        days.append((date(y, 6, 19), "Juneteenth"))
    return {observed(d, saturday=False): ("holiday", note) for d, note in days if d.weekday() != SAT}


def write(path, table):
    with open(path, "w") as f:
        f.write("date,kind,note\n")
        for d in sorted(table):
            f.write("%s,%s,%s\n" % (d, *table[d]))


def main(folder):
    us, fed = {}, {}
    for y in range(FIRST, LAST + 1):
        us.update(exchange(y))
        fed.update(federal(y))
    us.update(SPECIAL)
    write(folder + "/us-options.csv", us)
    write(folder + "/us-fed.csv", fed)


main(sys.argv[1])
