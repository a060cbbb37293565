#!/usr/bin/python3
"""Makes lib/price/american_table.inc: quadrature, nodes and the normal tail of american_boundary.c, in 50 digits.

    /usr/bin/python3 tests/oracle/gen_american_tables.py > lib/price/american_table.inc     (needs python3-mpmath)
"""
import mpmath as mp

mp.mp.dps = 50
CENTRE, DEGREE = mp.mpf(6), 19


def tail(t):
    """(6 + a) N(-a) exp(a^2 / 2) at a = 6 (1 + t) / (1 - t)."""
    a = CENTRE * (1 + t) / (1 - t)
    return (CENTRE + a) * mp.e ** (a * a / 2) * mp.erfc(a / mp.sqrt(2)) / 2


def polynomial(f, degree, samples=80):
    """Monomial coefficients of the Chebyshev interpolant of f on [-1, 1], cut at the degree."""
    angle = [mp.pi * (k + mp.mpf(1) / 2) / samples for k in range(samples)]
    value = [f(mp.cos(a)) for a in angle]
    chebyshev = [(2 if j else 1) * sum(v * mp.cos(j * a) for v, a in zip(value, angle)) / samples
                 for j in range(degree + 1)]
    t = [[mp.mpf(1)], [mp.mpf(0), mp.mpf(1)]]
    for k in range(2, degree + 1):
        row = [mp.mpf(0)] + [2 * x for x in t[-1]]
        for i, x in enumerate(t[-2]):
            row[i] -= x
        t.append(row)
    return [sum(chebyshev[j] * t[j][i] for j in range(i, degree + 1)) for i in range(degree + 1)]


def legendre(n, x):
    before, now = mp.mpf(1), x
    for k in range(2, n + 1):
        before, now = now, ((2 * k - 1) * x * now - (k - 1) * before) / k
    return now, n * (x * now - before) / (x * x - 1)


def gauss(n):
    for i in range(n):
        x = mp.cos(mp.pi * (i + mp.mpf(3) / 4) / (n + mp.mpf(1) / 2))
        for _ in range(8):
            value, slope = legendre(n, x)
            x -= value / slope
        yield x, 2 / ((1 - x * x) * legendre(n, x)[1] ** 2)


def show(name, shape, rows):
    print("static const double %s%s = {\n    %s};" % (name, shape, ",\n    ".join(rows)))


def text(x):
    return mp.nstr(x, 20) if abs(x) > mp.mpf(10) ** -40 else "0"


print("/* Made by tests/oracle/gen_american_tables.py: do not edit. */")
show("tail_polynomial", "[%d]" % (DEGREE + 1), [text(x) for x in polynomial(tail, DEGREE)])
for n, power in ((8, 1), (32, mp.mpf(3) / 2)):
    show("cosines_%d" % n, "[%d]" % (2 * n), [text(mp.cos(i * mp.pi / n)) for i in range(2 * n)])
    places = [(1 + mp.cos((n - 1 - i) * mp.pi / n)) / 2 for i in range(n)]
    show("nodes_%d" % n, "[%d][2]" % n, ["{%s, %s}" % (text(w), text(w ** power)) for w in places])
for n, power in ((8, 1), (24, 1), (40, mp.mpf(3) / 2), (96, mp.mpf(3) / 2)):
    show("points_%d" % n, "[%d][4]" % n, ["{%s, %s, %s, %s}" % (
        text(mp.cos(mp.pi / 4 * (1 + x))), text(mp.sin(mp.pi / 4 * (1 + x))), text(w * mp.pi / 4),
        text(mp.cos(mp.pi / 4 * (1 + x)) ** (1 / power))) for x, w in gauss(n)])
