#!/usr/bin/python3
"""Make regime.inc: features, scaler, k-means, mixtures and Markov chain by pandas, sklearn and numpy.

    tests/oracle/regime.py ../shared/data/history > tests/oracle/regime.inc

Closes of VIX (ODC-PDDL-1.0) and of SPY (Lean's sample, Apache-2.0) of 2007 to 2009. Nothing is shared with
lib/signal: pandas makes the features; sklearn's KMeans and GaussianMixture fit from the same start, with the same
regularisation and tolerance; the chain is filtered in logarithms and estimated by sums over pairs of days, both
written down from the definitions; the mixture with missing values imputes with conditional Gaussians.
"""
import io
import sys
import warnings
import zipfile

import numpy as np
import pandas as pd
from scipy.special import logsumexp
from scipy.stats import multivariate_normal
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
ROOT = sys.argv[1]
TOL, REG, K = 1e-10, 1e-6, 3


def closes():
    vix = pd.read_csv(ROOT + "/vix-daily.csv.gz", parse_dates=["DATE"]).set_index("DATE").CLOSE
    with zipfile.ZipFile(ROOT + "/lean_spy_daily_1998_2021.zip") as z:
        spy = pd.read_csv(io.BytesIO(z.read(z.namelist()[0])), header=None)
    spy = pd.Series(spy[4].to_numpy() / 1e4, pd.to_datetime(spy[0].str[:8]))
    both = pd.DataFrame({"vix": vix, "spy": spy}).dropna()
    return both["2007-01-01":"2009-12-31"].reset_index(drop=True)


def drawdown(window):
    return (window / np.maximum.accumulate(window) - 1).min()


def features(d):
    r = np.log(d.spy).diff()
    f = pd.DataFrame({
        "vix_level": d.vix, "realized_vol_20d": r.rolling(20).std() * 252 ** 0.5, "realized_vol_60d": r.rolling(60).std() * 252 ** 0.5,
        "vix_ma_ratio": d.vix / d.vix.rolling(20).mean(), "vol_of_vol": d.vix.rolling(20).std(),
        "returns_20d": d.spy.pct_change(20), "max_drawdown_60d": d.spy.rolling(60).apply(drawdown, raw=True)})
    return f.dropna()


def array(name, x, per=8):
    x = np.asarray(x, float).ravel()
    print("static const double %s[] = {" % name)
    for i in range(0, len(x), per):
        print("    " + " ".join("%.17g," % v for v in x[i:i + per]))
    print("};")


def matrices(cov):
    return np.array([np.diag(c) if c.ndim == 1 else c for c in cov])


def mixture(x, start, kind):
    one = np.ones(x.shape[1])
    g = GaussianMixture(K, covariance_type=kind, tol=TOL, reg_covar=REG, max_iter=10000, weights_init=np.full(K, 1 / K),
                        means_init=start, precisions_init=np.array([np.diag(one) if kind == "full" else one] * K)).fit(x)
    assert g.converged_
    return g


def log_normal(x, means, covs):
    return np.array([multivariate_normal(m, c).logpdf(x) for m, c in zip(means, covs)]).T


def log_forward(b, start, turn):
    a = np.empty_like(b)
    a[0] = np.log(start) + b[0]
    for t in range(1, len(b)):
        a[t] = b[t] + logsumexp(a[t - 1][:, None] + np.log(turn), axis=0)
    return a


def baum_welch(x, means, covs, start, turn, steps):
    """STEPS of EM in logarithms; the log-likelihood before the last."""
    for _ in range(steps):
        b = log_normal(x, means, covs)
        a = log_forward(b, start, turn)
        total = logsumexp(a[-1])
        beta = np.zeros_like(b)
        for t in range(len(b) - 2, -1, -1):
            beta[t] = logsumexp(np.log(turn) + (b[t + 1] + beta[t + 1])[None, :], axis=1)
        gamma = np.exp(a + beta - total)
        pairs = sum(np.exp(a[t][:, None] + np.log(turn) + (b[t + 1] + beta[t + 1])[None, :] - total) for t in range(len(b) - 1))
        start, turn = gamma[0], pairs / pairs.sum(1, keepdims=True)
        means = np.array([np.average(x, axis=0, weights=g) for g in gamma.T])
        covs = np.array([np.cov(x.T, aweights=g, ddof=0) + REG * np.eye(x.shape[1]) for g in gamma.T])
    return means, covs, start, turn, total


def missing_em(x, means, steps):
    """STEPS of EM where the last column may be NaN; the log-likelihood before the last."""
    n, d = x.shape
    covs, weights, gone = np.array([np.eye(d)] * K), np.full(K, 1 / K), np.isnan(x[:, -1])
    for _ in range(steps):
        log_p = np.empty((n, K))
        filled, left = [], []
        for j in range(K):
            m, c = means[j], covs[j]
            log_p[~gone, j] = multivariate_normal(m, c).logpdf(x[~gone])
            log_p[gone, j] = multivariate_normal(m[:-1], c[:-1, :-1]).logpdf(x[gone, :-1])
            slope = np.linalg.solve(c[:-1, :-1], c[:-1, -1])
            y = x.copy()
            y[gone, -1] = m[-1] + (x[gone, :-1] - m[:-1]) @ slope
            filled.append(y)
            left.append(c[-1, -1] - c[-1, :-1] @ slope)
        log_p += np.log(weights)
        norm = logsumexp(log_p, axis=1)
        p = np.exp(log_p - norm[:, None])
        for j in range(K):
            y, w = filled[j], p[:, j]
            means[j] = np.average(y, axis=0, weights=w)
            covs[j] = np.cov(y.T, aweights=w, ddof=0) + REG * np.eye(d)
            covs[j][-1, -1] += left[j] * w[gone].sum() / w.sum()
            weights[j] = w.sum() / n
    return weights, means, covs, norm.mean()


def main():
    d = closes()
    f = features(d)
    print("/* Closes of VIX and SPY of 2007 to 2009 and what regime.py made of them; indices count days from 0. */")
    array("vix_close", d.vix, 16)
    array("spy_close", d.spy, 16)
    print("/* {index, the seven features} */")
    array("feature_rows", f.iloc[::25].reset_index().to_numpy())
    scaler = StandardScaler().fit(f)
    array("scaler_mean", scaler.mean_)
    array("scaler_sd", scaler.scale_)
    x = scaler.transform(f)
    rows = [30, 400, 600]
    print("enum { FIRST_ROW = %d, N_ROWS = %d, STARTS = %d };" % (f.index[0], len(x), len(rows)))
    print("static const int start_row[] = {%s};" % ", ".join(map(str, rows)))
    km = KMeans(K, init=x[rows], n_init=1, tol=1e-4, algorithm="lloyd").fit(x)
    array("kmeans_centre", km.cluster_centers_)
    print("/* inertia, steps, rows of each centre */")
    array("kmeans_fit", [km.inertia_, km.n_iter_, *np.bincount(km.labels_)])
    for kind in "full", "diag":
        g = mixture(x, x[rows], kind)
        array("gmm_%s_weight" % kind, g.weights_)
        array("gmm_%s_mean" % kind, g.means_)
        array("gmm_%s_cov" % kind, matrices(g.covariances_))
        print("/* lower bound, score, BIC */")
        array("gmm_%s_fit" % kind, [g.lower_bound_, g.score(x), g.bic(x)])
        print("/* {row, probabilities} */")
        array("gmm_%s_p" % kind, np.column_stack([np.arange(0, len(x), 20), g.predict_proba(x)[::20]]))
        if kind == "full":
            means, covs = g.means_, g.covariances_
    start, turn = np.array([0.5, 0.3, 0.2]), np.array([[0.9, 0.07, 0.03], [0.05, 0.9, 0.05], [0.02, 0.08, 0.9]])
    array("hmm_start", start)
    array("hmm_turn", turn)
    a = log_forward(log_normal(x, means, covs), start, turn)
    print("/* {row, forward probabilities}; then the log-likelihood of all rows */")
    array("hmm_p", np.column_stack([np.arange(0, len(x), 20), np.exp(a - logsumexp(a, axis=1)[:, None])[::20]]))
    array("hmm_log_likelihood", [logsumexp(a[-1])])
    means2, covs2, start2, turn2, total = baum_welch(x, means, covs, start, turn, 12)
    print("/* After 12 steps of Baum and Welch */")
    array("bw_start", start2)
    array("bw_turn", turn2)
    array("bw_mean", means2)
    array("bw_cov", covs2)
    array("bw_log_likelihood", [total])
    print("/* The last column of the first 300 rows missing: 15 steps of EM from the same start */")
    y = x.copy()
    y[:300, -1] = np.nan
    weights, means3, covs3, mean_ll = missing_em(y, x[rows].copy(), 15)
    array("missing_weight", weights)
    array("missing_mean", means3)
    array("missing_cov", covs3)
    array("missing_log_likelihood", [mean_ll])


main()
