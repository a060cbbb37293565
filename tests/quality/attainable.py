"""attainable.py: how many quotes of a slice any arbitrage-free smile can hold, by a linear program.

The prices of the call at the quotes' strikes, undiscounted and over the forward, convex, falling by no more than one per
unit, 1 at a strike of 0, not negative: what a single expiry's prices must be, and no more (no calendar, no smoothness).
Strictly convex, by a ten-thousandth of the density that the quotes' own vols have: quotes on a grid of cents touch the chord
of their neighbours' asks by the dozen, and only a smile with no density at all there goes through all three.
Sought are the prices with the least weighted sum of misses beyond bid and ask, in half-spreads. The least sum is not the
fewest misses; so the program is solved again with weights 1 / (miss + epsilon) (Candes, Wakin and Boyd, "Enhancing
sparsity by reweighted l1 minimization", 2008), and the best count of the rounds is what is called attainable. The fewest
misses are a problem without a quick answer: a little more may be possible than this says.

Solved with GLPK through its shared library, so that Python needs no package.
"""
import ctypes
import ctypes.util
import math

GLP_MIN, GLP_FR, GLP_LO, GLP_DB, GLP_OPT, GLP_DUALP, ROUNDS = 1, 1, 2, 4, 5, 2, 8
LEAST_DENSITY = 1e-4  # of the lognormal density of the mid's vol, as the spline's own


class Smcp(ctypes.Structure):
    _fields_ = [("msg_lev", ctypes.c_int), ("meth", ctypes.c_int), ("pricing", ctypes.c_int), ("r_test", ctypes.c_int),
                ("tol_bnd", ctypes.c_double), ("tol_dj", ctypes.c_double), ("tol_piv", ctypes.c_double),
                ("obj_ll", ctypes.c_double), ("obj_ul", ctypes.c_double), ("it_lim", ctypes.c_int), ("tm_lim", ctypes.c_int),
                ("rest", ctypes.c_double * 64)]


def library():
    lib = ctypes.CDLL(ctypes.util.find_library("glpk") or "libglpk.so.40")
    lib.glp_create_prob.restype = ctypes.c_void_p
    for name in ("glp_get_col_prim", "glp_get_obj_val"):
        getattr(lib, name).restype = ctypes.c_double
    lib.glp_term_out(0)
    return lib


def call(k, s):
    """The call over the forward at log-moneyness K and total vol S, less its intrinsic value: the option out of the money."""
    d1, z = -k / s + s / 2, math.sqrt(0.5)
    if k < 0:
        return math.exp(k) * 0.5 * math.erfc((d1 - s) * z) - 0.5 * math.erfc(d1 * z)
    return 0.5 * math.erfc(-d1 * z) - math.exp(k) * 0.5 * math.erfc(-(d1 - s) * z)


def attainable(lib, quotes, t):
    """QUOTES: [(k, vol_bid, vol_ask)], ascending in k. The most quotes that were put inside, of len(quotes)."""
    n, d, i = len(quotes), ctypes.c_double, ctypes.c_int
    root = math.sqrt(t)
    x = [math.exp(k) for k, _, _ in quotes]
    low = [call(k, b * root) for k, b, _ in quotes]
    high = [call(k, max(a, b + 2e-4 * 1e-3) * root) for k, b, a in quotes]
    base = [(a + b) / 2 for a, b in zip(low, high)]
    half = [max((b - a) / 2, 1e-14) for a, b in zip(low, high)]
    lp = ctypes.c_void_p(lib.glp_create_prob())
    lib.glp_set_obj_dir(lp, GLP_MIN)
    lib.glp_add_cols(lp, 3 * n)
    lib.glp_add_rows(lp, 2 * n + 1)

    def row(r, terms, kind, lb, ub):
        """A row over prices out of the money, sum of terms >= lb, in units of z: price = base + half z."""
        size = max(abs(a) * half[j] for j, a in terms)
        shift = sum(a * base[j] for j, a in terms)
        index = (i * (len(terms) + 1))(0, *[j + 1 for j, _ in terms])
        value = (d * (len(terms) + 1))(0, *[a * half[j] / size for j, a in terms])
        lib.glp_set_mat_row(lp, r, len(terms), index, value)
        lib.glp_set_row_bnds(lp, r, kind, d((lb - shift) / size), d(ub))

    def intrinsic(j):
        return max(1 - x[j], 0)

    for j in range(n):
        lib.glp_set_col_bnds(lp, j + 1, GLP_FR, d(0), d(0))
        for m in (1, 2):
            lib.glp_set_col_bnds(lp, j + 1 + m * n, GLP_LO, d(0), d(0))
        lib.glp_set_mat_row(lp, j + 1, 3, (i * 4)(0, j + 1, j + 1 + n, j + 1 + 2 * n), (d * 4)(0, 1, -1, 1))
        lib.glp_set_row_bnds(lp, j + 1, GLP_DB, d(-1), d(1))
    r = n
    for j in range(1, n - 1):
        r += 1
        a, b = 1 / (x[j] - x[j - 1]), 1 / (x[j + 1] - x[j])
        terms = [(j - 1, a), (j, -a - b), (j + 1, b)]
        same = x[j - 1] < 1 and x[j + 1] < 1 or x[j - 1] >= 1
        s = (quotes[j][1] + quotes[j][2]) / 2 * root
        d2 = -quotes[j][0] / s - s / 2
        least = LEAST_DENSITY * math.exp(-d2 * d2 / 2) / (math.sqrt(2 * math.pi) * x[j] * s) * (x[j + 1] - x[j - 1]) / 2
        row(r, terms, GLP_LO, least - (0 if same else sum(c * intrinsic(m) for m, c in terms)), 0)
    # the put against put(0) = 0 on the left; the call falls on the right; both are worth something
    row(r + 1, [(0, -1), (1, x[0] / x[1])], GLP_LO, 0, 0)
    row(r + 2, [(n - 2, 1), (n - 1, -1)], GLP_LO, 0, 0)
    row(r + 3, [(n - 1, 1)], GLP_LO, 0, 0)
    how, best, weight = Smcp(), 0, [1.0] * n
    lib.glp_init_smcp(ctypes.byref(how))
    how.msg_lev, how.meth = 0, GLP_DUALP
    for _ in range(ROUNDS):
        for j in range(n):
            for m in (1, 2):
                lib.glp_set_obj_coef(lp, j + 1 + m * n, d(weight[j]))
        if lib.glp_simplex(lp, ctypes.byref(how)) != 0 or lib.glp_get_status(lp) != GLP_OPT:
            break
        miss = [lib.glp_get_col_prim(lp, j + 1 + n) + lib.glp_get_col_prim(lp, j + 1 + 2 * n) for j in range(n)]
        inside = sum(m <= 1e-6 for m in miss)
        if inside <= best and _ > 2:
            break
        best = max(best, inside)
        weight = [1 / (m + 0.03) for m in miss]
    lib.glp_delete_prob(lp)
    return best
