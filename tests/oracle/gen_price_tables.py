#!/usr/bin/python3
"""Make lib/price/mills_table.inc and lib/price/bachelier_table.inc (run from the repository root; needs numpy, scipy).

mills:     erfcx(a) = u P(u) and m(a) = 1/sqrt(pi) - a erfcx(a) = u^2 Q(u) with u = 2/(2 + a). P and Q are
           interpolated in 80-digit decimal arithmetic at the 8 Chebyshev nodes of each of 64 equal cells of u in
           (0, 1]; the polynomials are in z = 2 (64 u - cell) - 1. The largest relative errors are printed.
bachelier: with psi(h) = phi(h) - h Phi(-h), v = h / psi(h) and q = sqrt(log1p(v)): h = q^2 R(q), and the two numbers
           E1, E2 of s = s0 (1 + s0^2 (E1 + E2 s0^2)), where s0 solves Bachelier's formula for a price and s Black's.
           Double precision is enough: it is the start of an iteration.
"""
from decimal import Decimal as D, getcontext
import math

import numpy as np
from scipy.optimize import brentq
from scipy.special import erfcx as erfcx_double

C, CELLS, DEG = 2, 64, 7


def make_pi():
    def arctan_inverse(n):
        term = total = D(1) / n
        k = 1
        while abs(term) > D(10) ** -118:
            term = -term / (n * n)
            k += 2
            total += term / k
        return total
    return 4 * (4 * arctan_inverse(5) - arctan_inverse(239))


getcontext().prec = 120
SQRT_PI = make_pi().sqrt()
getcontext().prec = 80


def erfcx(a):
    """exp(a^2) erfc(a): the series of erf below 6 (with 30 guard digits), the continued fraction above."""
    a = D(a)
    if a < 6:
        getcontext().prec = 110
        term = total = a
        n = 0
        while term > D(10) ** -105 * total:
            n += 1
            term = term * 2 * a * a / (2 * n + 1)
            total += term
        value = (a * a).exp() - 2 * total / SQRT_PI
        getcontext().prec = 80
        return +value
    tail = D(0)
    for j in range(1500, 0, -1):
        tail = (D(j) / 2) / (a + tail)
    return 1 / (SQRT_PI * (a + tail))


def moments(a):
    """erfcx(a) and 1/sqrt(pi) - a erfcx(a)."""
    if a > 400:
        total = term = D(1)
        for n in range(1, 30):
            term = -term * (2 * n - 1) / (2 * a * a)
            total += term
        return total / (a * SQRT_PI), (1 - total) / SQRT_PI
    e = erfcx(a)
    return e, 1 / SQRT_PI - a * e


def mills_cell(cell):
    nodes = [D(math.cos(math.pi * (k + 0.5) / (DEG + 1))) for k in range(DEG + 1)]

    def exact(z):
        u = (cell + (z + 1) / 2) / D(CELLS)
        e, m = moments(C * (1 - u) / u)
        return e / u, m / (u * u)
    values = [exact(z) for z in nodes]
    out, worst = [], []
    for which in (0, 1):
        d = [v[which] for v in values]
        for j in range(1, len(d)):
            for k in range(len(d) - 1, j - 1, -1):
                d[k] = (d[k] - d[k - 1]) / (nodes[k] - nodes[k - j])
        poly = [d[-1]]
        for k in range(len(d) - 2, -1, -1):
            grown = [D(0)] * (len(poly) + 1)
            for j, x in enumerate(poly):
                grown[j + 1] += x
                grown[j] -= x * nodes[k]
            grown[0] += d[k]
            poly = grown
        out.append(poly)
        error = 0.0
        for i in range(-7, 9):
            z = D(i) / 8
            got = sum(x * (z ** j if j else 1) for j, x in enumerate(poly))
            error = max(error, abs(float(got / exact(z)[which] - 1)))
        worst.append(error)
    return out, worst


def m1(a):
    return float(moments(D(float(a)))[1])


def log_psi(h):
    return math.log(m1(h / math.sqrt(2)) / math.sqrt(2)) - h * h / 2


def h_of_q(q):
    z = q * q
    log_v = z + math.log(-math.expm1(-z))
    return brentq(lambda h: math.log(h) - log_psi(h) - log_v, 1e-12, 60, xtol=1e-15, rtol=1e-14)


def log_black(x, s):
    a, d = x / (s * math.sqrt(2)), s / (2 * math.sqrt(2))
    if a * d < 0.3 and d < 0.5:
        m = [erfcx_double(a), m1(a)]
        for j in range(1, 30):
            m.append(j / 2 * m[j - 1] - a * m[j])
        factor, total = 2 * d, 0.0
        for k in range(12):
            total += factor * m[2 * k + 1]
            factor *= 4 * d * d / ((2 * k + 2) * (2 * k + 3))
        difference = 2 * total
    elif a > d:
        difference = erfcx_double(a - d) - erfcx_double(a + d)
    else:
        difference = 2 * math.exp((a - d) ** 2) - erfcx_double(d - a) - erfcx_double(a + d)
    return math.log(difference / 2) - a * a - d * d


def correction(q, y):
    """(s / s0 - 1) / s0^2 at s0^2 = y."""
    h, s0 = h_of_q(q), math.sqrt(y)
    x, target = h * s0, math.log(s0) + log_psi(h)
    return (brentq(lambda s: log_black(x, s) - target, s0 * 0.9, s0 * 1.6, xtol=1e-15, rtol=1e-13) / s0 - 1) / y


def local_fit(f, lo, width, deg):
    z = np.cos(np.pi * (np.arange(deg + 3) + 0.5) / (deg + 3))
    y = [f(max(lo + (t + 1) / 2 * width, 1e-4)) for t in z]
    return np.polynomial.chebyshev.cheb2poly(np.polynomial.chebyshev.chebfit(z, y, deg))


def rows(name, size, table):
    text = "_Alignas(64) const double %s[%d][%d] = {\n" % (name, len(table), size)
    for row in table:
        numbers = ["%.17g" % float(x) for x in row]
        text += "    {" + ",\n     ".join(", ".join(numbers[i:i + 4]) for i in range(0, len(numbers), 4)) + "},\n"
    return text + "};\n"


def main():
    cells = [mills_cell(i) for i in range(CELLS)]
    print("largest relative error: erfcx %.1e, m %.1e" % tuple(max(c[1][w] for c in cells) for w in (0, 1)))
    note = "\n * made by tests/oracle/gen_price_tables.py, which says what it is. */\n/* clang-format off */\n"
    with open("lib/price/mills_table.inc", "w") as out:
        out.write("/* mills_table.inc: erfcx and its first moment, cell by cell;" + note)
        out.write("#ifndef VOL_PRICE_MILLS_TABLE_H\n#define VOL_PRICE_MILLS_TABLE_H\n\n")
        out.write(rows("vol_mills_erfcx_cells", DEG + 1, [c[0][0] for c in cells]) + "\n")
        out.write(rows("vol_mills_moment_cells", DEG + 1, [c[0][1] for c in cells]) + "\n#endif\n")
    table = []
    for i in range(54):
        lo = i * 0.5
        r = local_fit(lambda q: h_of_q(q) / (q * q), lo, 0.5, 5)
        two = lambda q: np.polyfit([0.05, 0.35], [correction(q, 0.05), correction(q, 0.35)], 1)
        e2 = local_fit(lambda q: two(q)[0], lo, 0.5, 1)
        e1 = local_fit(lambda q: two(q)[1], lo, 0.5, 3)
        table.append(list(r) + list(e1) + list(e2))
    with open("lib/price/bachelier_table.inc", "w") as out:
        out.write("/* bachelier_table.inc: Bachelier's formula solved for s, and the way to Black's;" + note)
        out.write("#ifndef VOL_PRICE_BACHELIER_TABLE_H\n#define VOL_PRICE_BACHELIER_TABLE_H\n\n")
        out.write("/* cells of q, 0.5 wide: 6 coefficients of R, 4 of E1, 2 of E2, in z = 2 (2 q - cell) - 1,\n"
                  " * and four zeros that fill two lines of the cache */\n")
        out.write(rows("vol_iv_bachelier_cells", 16, table) + "\n#endif\n")


main()
