#!/usr/bin/python3
"""Make forecast.inc: what tests/unit/test_signal_{garch,har,diebold,lstm}.c compare with.

    tests/oracle/forecast.py > tests/oracle/forecast.inc

Nothing here shares code with lib/signal: the likelihoods are loops of their own over returns, maximised by
scipy.optimize (Nelder-Mead, then BFGS and Powell from there) without gradients; standard errors come from second
differences of those likelihoods; HAR from statsmodels' OLS with HAC covariance; Diebold-Mariano from numpy; EGARCH's
multi-step expectation also by simulation; the LSTM's forward pass in numpy, gate by gate.
"""
import numpy as np
import scipy.optimize as so
import statsmodels.api as sm

rng = np.random.default_rng(20261122)


def simulate(n):
    """GJR returns with leverage and Student's t, in percent, four decimals."""
    r, h = [], 1.0
    for _ in range(n + 200):
        z = rng.standard_t(7) * np.sqrt(5 / 7)
        e = np.sqrt(h) * z
        r.append(0.03 + e)
        h = 0.02 + (0.03 + 0.1 * (e < 0)) * e * e + 0.9 * h
    return np.round(np.array(r[200:]), 4)


r = simulate(1500)
EZ = np.sqrt(2 / np.pi)


def path(kind, p, r):
    """Variances by the definitions of garch.h, one more than returns."""
    mu, omega, alpha, gamma, beta = p
    e = r - mu
    s = np.mean(e * e)
    h = np.empty(len(r) + 1)
    h[0] = np.exp(omega + beta * np.log(s)) if kind == "egarch" else omega + (alpha + gamma / 2 + beta) * s
    for t in range(len(r)):
        if kind == "egarch":
            z = e[t] / np.sqrt(h[t])
            h[t + 1] = np.exp(omega + alpha * (abs(z) - EZ) + gamma * z + beta * np.log(h[t]))
        else:
            h[t + 1] = omega + alpha * e[t] ** 2 + (gamma * e[t] ** 2 if e[t] < 0 else 0) + beta * h[t]
    return h


def terms(kind, p, r):
    h = path(kind, p, r)[:-1]
    return -0.5 * (np.log(2 * np.pi) + np.log(h) + (r - p[0]) ** 2 / h)


def full(kind, x):
    return np.array([x[0], x[1], x[2], 0.0, x[3]]) if kind == "garch" else np.asarray(x, float)


def loglik(kind, x, r):
    p = full(kind, x)
    if kind == "egarch":
        if abs(p[4]) >= 1:
            return -1e10
    elif p[1] <= 0 or p[2] < 0 or p[2] + p[3] < 0 or p[4] < 0 or p[2] + p[3] / 2 + p[4] >= 1:
        return -1e10
    with np.errstate(all="ignore"):
        value = terms(kind, p, r).sum()
    return value if np.isfinite(value) else -1e10


def fit(kind, x):
    f = lambda x: -loglik(kind, x, r)
    best = None
    for _ in range(6):
        for method, options in (("Nelder-Mead", dict(xatol=1e-10, fatol=1e-11, maxiter=20000, maxfev=20000, adaptive=True)),
                                ("Powell", dict(xtol=1e-10, ftol=1e-14, maxiter=20000))):
            out = so.minimize(f, x, method=method, options=options)
            if best is None or out.fun < best.fun:
                best = out
            x = best.x
    return best.x, -best.fun


def errors(kind, x):
    """Classical and robust standard errors by differences of the likelihood and of its terms."""
    k = len(x)
    step = 1e-4 * np.maximum(np.abs(x), 0.05)
    if kind == "egarch":
        step[0] = 0.02
    f = lambda d: loglik(kind, x + d * step, r)
    hess = np.empty((k, k))
    unit = np.eye(k)
    for i in range(k):
        for j in range(k):
            hess[i, j] = (f(unit[i] + unit[j]) - f(unit[i] - unit[j]) - f(unit[j] - unit[i]) + f(-unit[i] - unit[j])) / (
                4 * step[i] * step[j])
    scores = np.array([(terms(kind, full(kind, x + unit[i] * step), r) - terms(kind, full(kind, x - unit[i] * step), r)) / (
        2 * step[i]) for i in range(k)])
    inverse = np.linalg.inv(-hess)
    return np.sqrt(np.diag(inverse)), np.sqrt(np.diag(inverse @ (scores @ scores.T) @ inverse))


def ahead(kind, p, h1, n):
    """E h of day n by simulation for EGARCH, by recursion else."""
    mu, omega, alpha, gamma, beta = p
    if kind != "egarch":
        h = h1
        for _ in range(n - 1):
            h = omega + (alpha + gamma / 2 + beta) * h
        return h
    g = np.random.default_rng(5)
    log_h = np.full(4000000, np.log(h1))
    for _ in range(n - 1):
        z = g.standard_normal(len(log_h) // 2)
        z = np.concatenate([z, -z])
        log_h = omega + alpha * (np.abs(z) - EZ) + gamma * z + beta * log_h
    return np.exp(log_h).mean()


def numbers(x, per=6):
    x = [f"{v:.17g}" for v in np.ravel(x)]
    return ",\n    ".join(", ".join(x[i:i + per]) for i in range(0, len(x), per))


print("/* Made by forecast.py. */")
print(f"static const double returns[] = {{\n    {numbers(r, 12)}}};\n")
print("/* mu, omega, alpha, gamma, beta; their standard errors; robust ones (NaN: no gamma); log likelihood, next variance, "
      "variance 10 days ahead */")
print("static const double garch_fits[3][18] = {")
for kind, start in (("garch", [0.03, 0.05, 0.08, 0.88]), ("gjr", [0.03, 0.05, 0.05, 0.08, 0.88]),
                    ("egarch", [0.03, 0.0, 0.15, -0.05, 0.97])):
    x, value = fit(kind, np.array(start))
    se, robust = errors(kind, x)
    p = full(kind, x)
    h1 = path(kind, p, r)[-1]
    if kind == "garch":
        se, robust = (np.insert(v, 3, np.nan) for v in (se, robust))
    row = np.concatenate([p, se, robust, [value, h1, ahead(kind, p, h1, 10)]])
    print("    {" + numbers(row).replace("nan", "NAN") + "},")
print("};\n")

# HAR of squared returns, both forms (the log form on a smoother variance), HAC standard errors.
y = r * r
smooth = np.convolve(y, np.ones(5) / 5, "valid") + 0.01


def har(y, h, log):
    rows = range(21, len(y) - h)
    x = np.array([[y[t], y[t - 4:t + 1].mean(), y[t - 21:t + 1].mean()] for t in rows])
    target = np.array([y[t + 1:t + 1 + h].mean() for t in rows])
    if log:
        x, target = np.log(x), np.log(target)
    x = sm.add_constant(x)
    plain = sm.OLS(target, x).fit()
    lags = max(h - 1, int(4 * (len(target) / 100) ** (2 / 9)))
    hac = plain.get_robustcov_results(cov_type="HAC", maxlags=lags, use_correction=False)
    last = np.array([1, y[-1], y[-5:].mean(), y[-22:].mean()])
    if log:
        last[1:] = np.log(last[1:])
    forecast = plain.params @ last
    s2 = plain.ssr / (len(target) - 4)
    forecast = np.exp(forecast + s2 / 2) if log else max(forecast, target.min())
    return np.concatenate([plain.params, plain.bse, hac.bse, [plain.rsquared, np.sqrt(s2), len(target), forecast]])


print("/* horizon, log; then b, se, HAC se, R2, sigma, rows, forecast: of the squared returns, and in logs of their five-day "
      "means and 0.01 */")
print("static const double har_fits[][18] = {")
for h in (1, 5, 22):
    for log in (0, 1):
        print("    {" + numbers(np.concatenate([[h, log], har(smooth if log else y, h, log)])) + "},")
print("};\n")

# Losses of two forecasts and Diebold-Mariano with Bartlett's weights.
a = np.convolve(y, np.ones(22) / 22, "valid")[:-1]
b = np.convolve(y, np.ones(5) / 5, "valid")[17:-1] + 0.05
v = y[22:]
print("/* horizon; mean QLIKE, MSE and MAE of the mean of 22 days, of that of 5 and 0.05; mean difference of QLIKE, t, p */")
print("static const double contests[][10] = {")
for h in (1, 5, 22):
    n = len(v) - h + 1
    target = np.array([v[i:i + h].mean() for i in range(n)])
    losses = []
    for f in (a[:n], b[:n]):
        losses.append((np.log(f) + target / f, (f - target) ** 2, np.abs(f - target)))
    d = losses[0][0] - losses[1][0]
    c = d - d.mean()
    var = c @ c / n + 2 * sum((1 - k / h) * (c[k:] @ c[:-k]) / n for k in range(1, h))
    t = d.mean() / np.sqrt(var / n)
    from scipy.stats import norm
    print("    {" + numbers([h] + [x.mean() for f in losses for x in f] + [d.mean(), t, 2 * norm.sf(abs(t))]) + "},")
print("};\n")

# LSTM: three hidden units, four days, two windows, two outputs.
H, L, B, K, F = 3, 4, 2, 2, 4
W, U, bias, V, c0 = (np.round(rng.normal(size=s) * 0.5, 4) for s in ((F, 4 * H), (H, 4 * H), 4 * H, (H, K), K))
X = np.round(rng.normal(size=(L, B, F)), 4)
base = np.array([-1.25, 0.5])
target = np.array([[0.3, 0.5], [2.0, 1.5]])
out_mean, out_sd = np.array([0.1, -0.2]), np.array([0.8, 0.6])
sig = lambda x: 1 / (1 + np.exp(-x))
h, c = np.zeros((B, H)), np.zeros((B, H))
for t in range(L):
    z = X[t] @ W + h @ U + bias
    i, f, g, o = sig(z[:, :H]), sig(z[:, H:2 * H]), np.tanh(z[:, 2 * H:3 * H]), sig(z[:, 3 * H:])
    c = f * c + i * g
    h = o * np.tanh(c)
out = base[:, None] + out_mean + out_sd * (h @ V + c0)
loss = (out + target * np.exp(-out) - 1 - np.log(target)).mean()
print(f"static const double lstm_weights[] = {{\n    {numbers(np.concatenate([np.ravel(q) for q in (W, U, bias, V, c0)]))}}};")
print(f"static const double lstm_x[] = {{\n    {numbers(X)}}};")
print(f"static const double lstm_out[] = {{{numbers(out)}}}; /* window by window */")
print(f"static const double lstm_loss = {loss:.17g};")
