#!/usr/bin/python3
"""Make tests/oracle/greeks.txt, the greeks that test_price_greeks.c checks (run from the repository root).

Black's formula and its derivatives in 50-digit arithmetic (python3-mpmath) on the exact doubles of the row's
inputs: the normal distribution by erfc, the derivatives by the chain rule from d1 and d2 as functions of (S, vol,
t), and one row in eleven once more by numerical differentiation of the price alone, so that a slip in the formulas
would show here. Times from a minute to 30 years, vols from 0.1 % to 1000 %, strikes to 8 standard deviations.
"""
from mpmath import mp, mpf, erfc, exp, log, sqrt, pi, diff

mp.dps = 50
YEARS = [1 / 525600, 1 / 365, 0.25, 2.0, 30.0]
VOLS = [0.001, 0.05, 0.25, 1.0, 10.0]
MONEYNESS = [-8, -3, 0, "d2", "d1", 0.7, 3, 8]  # ln(K/F) / (vol sqrt(t_var)); where d2 or d1 is 0
RATES = [(0.05, 0.02), (-0.01, 0.01), (0.0, 0.0), (0.03, 0.03)]  # r and yield
CLOCKS = [(1.0, 1.0), (0.6, 0.25), (1.0, 1.0), (1.5, 3.0)]  # t_var / t, speed
SPOT = 100.0


def cdf(x):
    return erfc(-x / sqrt(mpf(2))) / 2


def price(q, s, k, r, b, t, tv, v):
    total = v * sqrt(tv)
    d1 = (log(s / k) + b * t) / total + total / 2
    return q * exp(-r * t) * (s * exp(b * t) * cdf(q * d1) - k * cdf(q * (d1 - total)))


def greeks(q, s, f, k, d, t, tv, speed, v):
    r, b = -log(d) / t, log(f / s) / t
    total = v * sqrt(tv)
    d1 = log(f / k) / total + total / 2
    d2 = d1 - total
    density = exp(-d1 * d1 / 2) / sqrt(2 * pi)
    n1, n2 = cdf(q * d1), cdf(q * d2)
    # d(total)/dt = speed v / (2 sqrt(tv)); d d1/dt from ln(F/K) = ln(S/K) + b t
    slope = speed * v / (2 * sqrt(tv))
    d1_t = b / total - log(f / k) / total ** 2 * slope + slope / 2
    value = q * d * (f * n1 - k * n2)
    grows = q * (b - r) * d * f * n1 + q * r * d * k * n2 + d * f * density * slope  # dV/dt, t left
    return {
        "price": value,
        "delta": q * d * f / s * n1,
        "theta": -grows / 365,
        "rho": q * t * d * k * n2 / 100,
        "charm": -(q * (b - r) * n1 + density * d1_t) * d * f / s / 365,
        "dual": -q * d * n2,
        "forward": q * n1,
        "gamma": d * f / s * density / (s * total),
        "vega": d * f * density * sqrt(tv) / 100,
        "vanna": -d * f / s * density * d2 / v / 100,
        "volga": d * f * density * sqrt(tv) * d1 * d2 / v / 10000,
    }


def check(q, s, f, k, d, t, tv, speed, v):
    """The same by differentiating the price."""
    mp.dps = 700  # a gamma of 1e-266 beside a price of 100
    r, b = -log(d) / t, log(f / s) / t
    g = greeks(q, s, f, k, d, t, tv, speed, v)

    def p(x, w, dt):
        return price(q, x, k, r, b, t - dt, tv - speed * dt, w)
    h = {"h": mpf(10) ** -100 * t}
    want = {
        "delta": diff(lambda x: p(x, v, 0), s),
        "gamma": diff(lambda x: p(x, v, 0), s, 2),
        "theta": diff(lambda dt: p(s, v, dt), mpf(0), **h) / 365,
        "vega": diff(lambda w: p(s, w, 0), v) / 100,
        "volga": diff(lambda w: p(s, w, 0), v, 2) / 10000,
        "vanna": diff(lambda x, w: p(x, w, 0), (s, v), (1, 1)) / 100,
        "charm": diff(lambda x, dt: p(x, v, dt), (s, mpf(0)), (1, 1), **h) / 365,
        "rho": diff(lambda x: price(q, s, k, r + x, b + x, t, tv, v), mpf(0)) / 100,
        "dual": diff(lambda x: price(q, s, x, r, b, t, tv, v), k),
    }
    for name, x in want.items():
        assert abs(x - g[name]) <= mpf(10) ** -8 * abs(g[name]), (name, x, g[name])
    mp.dps = 50


SHARED = ["gamma", "vega", "vanna", "volga"]
OWN = ["price", "delta", "theta", "rho", "charm", "dual", "forward"]


def main():
    rows, n = [], 0
    for t in YEARS:
        for v in VOLS:
            (r, y), (weight, speed) = RATES[n % 4], CLOCKS[n // 2 % 4]
            n += 1
            tv = t * weight
            f, d = float(SPOT * exp((mpf(r) - y) * t)), float(exp(-mpf(r) * t))
            rows.append("# t %.6g, vol %g" % (t, v))
            for m in MONEYNESS:
                total = mpf(v) * sqrt(mpf(tv))
                k = float(f * exp(total * {"d1": total / 2, "d2": -total / 2}.get(m, m)))
                if not 1e-280 < k < 1e280:
                    continue
                exact = [mpf(x) for x in (SPOT, f, k, d, t, tv, speed, v)]
                g = {q: greeks(q, *exact) for q in (1, -1)}
                if len(rows) % 11 == 0:
                    check(1, *exact)
                    check(-1, *exact)
                text = " ".join("%.17g" % x for x in (SPOT, f, k, d, t, tv, speed, v))
                for names, q in ((SHARED, 1), (OWN, 1), (OWN, -1)):
                    text += " | " + " ".join(mp.nstr(g[q][x], 14, min_fixed=0, max_fixed=0) for x in names)
                rows.append(text)
    with open("tests/oracle/greeks.txt", "w") as out:
        out.write("# S F K D t t_var speed vol | gamma vega vanna volga | of the call, then of the put: price delta\n"
                  "# theta rho charm dual_delta delta_forward; units of lib/price/greeks.h, by gen_price_greeks.py\n")
        out.write("\n".join(rows) + "\n")


main()
