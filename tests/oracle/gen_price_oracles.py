#!/usr/bin/python3
"""Make the tables of tests/oracle that the tests of lib/price read (run from the repository root).

black_iv.txt       prices in 60-digit decimal arithmetic on the exact doubles of F, K, t and vol, rounded once.
The others are taken from ../shared: reference-values.md R1 and data/worked-examples (lets-be-rational: Jaeckel's
TestValues, free to use, "keep the notice"; black-scholes: py_vollib, MIT).
"""
from decimal import Decimal as D, getcontext
import gzip
import json
import sys

SHARED = sys.argv[1] if len(sys.argv) > 1 else "../shared"
getcontext().prec = 60
NUMBERS = {}


def arctan_inverse(n):
    term = total = D(1) / n
    k = 1
    while abs(term) > D(10) ** -62:
        term = -term / (n * n)
        k += 2
        total += term / k
    return total


def pi():
    if "pi" not in NUMBERS:
        NUMBERS["pi"] = 4 * (4 * arctan_inverse(5) - arctan_inverse(239))
    return NUMBERS["pi"]


def cdf_tail(z):
    """N(-z) for z >= 0."""
    if z > 9:  # continued fraction of Mills' ratio
        tail = D(0)
        for j in range(1500, 0, -1):
            tail = j / (z + tail)
        return (-z * z / 2).exp() / (2 * pi()).sqrt() / (z + tail)
    getcontext().prec = 110
    term = total = z
    n = 0
    while term > D(10) ** -100 * total:
        n += 1
        term = term * z * z / (2 * n + 1)
        total += term
    density = (-z * z / 2).exp() / (2 * PI_LONG).sqrt()
    value = D(1) / 2 - density * total
    getcontext().prec = 60
    return +value


def cdf(z):
    return cdf_tail(-z) if z < 0 else 1 - cdf_tail(z)


getcontext().prec = 120
_t = D(10) ** -119


def _atan(n):
    term = total = D(1) / n
    k = 1
    while abs(term) > _t:
        term = -term / (n * n)
        k += 2
        total += term / k
    return total


PI_LONG = 4 * (4 * _atan(5) - _atan(239))
getcontext().prec = 60


def otm_price(f, k, t, v):
    """The out-of-the-money option: a call for K >= F, else a put."""
    getcontext().prec = 90
    f, k, t, v = D(f), D(k), D(t), D(v)
    s = v * t.sqrt()
    d1 = (f / k).ln() / s + s / 2
    d2 = d1 - s
    getcontext().prec = 60
    # enough digits are kept: the tails are accurate to 50 digits relative
    if k >= f:
        return f * cdf(d1) - k * cdf(d2)
    return k * cdf(-d2) - f * cdf(-d1)


def black_iv():
    rows = []
    f = 100.0
    years = [1 / 525600, 1 / 365, 7 / 365, 0.25, 1.0, 5.0, 30.0]
    vols = [0.001, 0.01, 0.05, 0.15, 0.4, 1.0, 2.5, 10.0]
    moneyness = [0, 1e-9, 1e-5, 0.01, 0.3, 1, 2.5, 5, 7.5, 10, 16, 24, 32, 36, 38]
    for t in years:
        for v in vols:
            for m in moneyness:
                for side in (1, -1):
                    if m == 0 and side < 0:
                        continue
                    k = float(D(f) * (side * D(m) * D(v) * D(t).sqrt()).exp())
                    if k > 1e12 or k < 1e-8:
                        continue
                    p = float(otm_price(f, k, t, v))
                    if p == 0 or p >= min(f, k) * (1 - 1e-13):  # down to the smallest double, 5e-324
                        continue
                    rows.append("%s %.17g %.17g %.17g %.17g %.17g" % ("C" if k >= f else "P", f, k, t, v, p))
    with open("tests/oracle/black_iv.txt", "w") as out:
        out.write("# type F K t vol price (undiscounted), by gen_price_oracles.py in 60-digit arithmetic\n")
        out.write("\n".join(dict.fromkeys(rows)) + "\n")


def lets_be_rational():
    data = json.load(gzip.open(SHARED + "/data/worked-examples/lets-be-rational/TestValues.json.gz"))
    with open("tests/oracle/lets_be_rational.txt", "w") as out:
        out.write("# Values of the reference implementation of Peter Jaeckel's \"Let's Be Rational\", by way of\n"
                  "# vollib/py_lets_be_rational, tests/TestValues.json (1,000 random inputs). Notice kept from the source:\n"
                  "# Copyright (c) 2013-2014 Peter Jaeckel. Permission to use, copy, modify, and distribute this software is\n"
                  "# freely granted, provided that this notice is preserved. WARRANTY DISCLAIMER: The Software is provided\n"
                  "# \"as is\" without warranty of any kind, either express or implied, including without limitation any implied\n"
                  "# warranties of condition, uninterrupted use, merchantability, fitness for a particular purpose, or\n"
                  "# non-infringement.\n"
                  "# q F K T sigma black implied_volatility x s normalised_black normalised_implied_volatility\n")
        for i, o in zip(data["input"], data["output"]):
            out.write("%d %d %d %.17g %.17g %.17g %.17g %.17g %.17g %.17g %.17g\n" % (
                i["q"], i["F"], i["K"], i["T"], i["sigma"], o["black"],
                o["implied_volatility_from_a_transformed_rational_guess"], i["x"], i["s"], o["normalised_black"],
                o["normalised_implied_volatility_from_a_transformed_rational_guess"]))


def european():
    take, rows = False, []
    for line in open(SHARED + "/reference-values.md"):
        if line.startswith("## R1"):
            take = True
        elif line.startswith("## R2"):
            break
        elif take and line[:2] in ("C ", "P "):
            rows.append(line.strip())
    with open("tests/oracle/european.txt", "w") as out:
        out.write("# type S K r q T v | price delta gamma vega theta rho vanna volga | Haug (4 decimals)\n"
                  "# 12 digits from 40-digit arithmetic; Haug, Option Pricing Formulas (1998) pp. 2-8, 24, 27\n")
        out.write("\n".join(rows) + "\n")


def py_vollib():
    data = json.load(open(SHARED + "/data/worked-examples/black-scholes/py_vollib_test_data.json"))
    with open("tests/oracle/py_vollib.txt", "w") as out:
        out.write("# vollib/py_vollib tests/test_data.json (MIT): " + " ".join(data["columns"]) + "\n")
        for row in data["data"]:
            out.write(" ".join("%.17g" % x for x in row) + "\n")


black_iv()
lets_be_rational()
european()
py_vollib()
