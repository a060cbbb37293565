"""The kernels of lib/price over arrays, against QuantLib, GSL, numpy and scipy: speed and accuracy on the same options."""
import hashlib
import os
import sys

from common import HERE, PYTHON, WORK, Run, absolute, goal, in_turns, limit, need_python, note, numbers, peer, script

OPTIONS, LEVELS = 200000, {"avx512": "AVX-512", "avx2": "AVX2", "generic": "no SIMD beyond the architecture's"}
MARKET, GRID = WORK + "/market.bin", WORK + "/grid.bin"


def levels():
    """Those that this CPU has, the widest first: a level that it lacks is answered by another's name."""
    return [isa for isa in LEVELS if numbers(["kernel", WORK + "/small.bin", isa, "/dev/null"])[5] == isa]


def make_options():
    numbers(["market", str(OPTIONS), MARKET])
    numbers(["market", "1000", WORK + "/small.bin"])


def make_grid():
    """Some seconds of high precision, kept while the script is the same."""
    stamp = hashlib.sha256(open(HERE + "/grid.py", "rb").read()).hexdigest()
    if not os.path.exists(GRID) or not os.path.exists(GRID + ".stamp") or open(GRID + ".stamp").read() != stamp:
        numbers(script("grid.py", GRID))
        with open(GRID + ".stamp", "w") as f:
            f.write(stamp)


def judge(options, *files):
    """(failures, options asked, greatest error out of the money, greatest error over attainable) of each file of vols."""
    words = [float(w) for w in numbers(script("judge.py", options, *files))]
    return [words[i:i + 4] for i in range(0, len(words), 4)]


def same_bits(isas):
    """The levels must give the same bytes: vols and greeks."""
    if len({hashlib.sha256(open(f"{WORK}/{isa}.bin", "rb").read()).digest() for isa in isas}) != 1:
        sys.exit("bench: the levels of instructions give different bits")


def kernels(isas):
    return {isa: ["kernel", MARKET, isa, f"{WORK}/{isa}.bin"] for isa in isas}


def bench_kernel():
    """P1, P2, P5: one core, the same options, rounds in turns."""
    if not need_python("numpy", "scipy"):
        return
    make_options()
    isas, quantlib = levels(), peer("quantlib_black.cc", "QuantLib")
    commands = {**kernels(isas), "gsl": ["gsl_brent", MARKET, WORK + "/gsl.bin"]}
    if quantlib is not None:
        commands["ql"] = [quantlib, MARKET, "1e-6", WORK + "/ql.bin"]
        commands["ql12"] = [quantlib, MARKET, "1e-12", WORK + "/ql12.bin"]
    m = in_turns(commands)
    same_bits(isas)
    best, iv = isas[0], {isa: m[isa][0] for isa in isas}
    note("implied vol, ns an option: " + ", ".join(f"{isa} {iv[isa]:.0f}" for isa in isas) +
         f", one by one {m[best][2]:.0f}; price and five greeks: " + ", ".join(f"{isa} {m[isa][1]:.1f}" for isa in isas) +
         f", one by one {m[best][3]:.0f}; the levels give the same bits")
    if quantlib is not None:
        against_quantlib(m, isas)
    against_python(m, best)
    note("P4 without SIMD beyond SSE2 against Jaeckel's own source: that is in no package of Debian and is not measured here")


def against_quantlib(m, isas):
    ql, best = m["ql"][0], isas[0]
    for isa, must in (("avx512", 15), ("avx2", 8)):
        if isa in isas:
            goal(f"P1 implied vol, {LEVELS[isa]} / QuantLib blackFormulaImpliedStdDev, default", ql / m[isa][0], must, 30,
                 f"{m[isa][0]:.0f} ns against {ql:.0f} ns ({m['ql12'][0]:.0f} ns at 1e-12)")
    absolute("implied vol, ns an option", m[best][0], 90, m[best][0] <= 90, f"{LEVELS[best]}; lower is better")
    rows = judge(MARKET, *(f"{WORK}/{name}.bin" for name in (best, "ql", "ql12", "gsl")))
    note("wrong of the options, greatest error out of the money: " +
         ", ".join(f"{name} {row[0]:.0f}, {row[2]:.1e}" for name, row in zip(("ours", "QuantLib", "QuantLib 1e-12", "GSL Brent"), rows)))
    if rows[0][0] > 0:
        sys.exit("bench: an implied vol of ours is wrong")
    goal("P5 price and five greeks / QuantLib BlackCalculator", m["ql"][1] / m[best][1], 10, 20,
         f"{m[best][1]:.1f} ns against {m['ql'][1]:.0f} ns; {differ(best, 'ql')}")


def differ(ours, theirs, skip=1):
    """The greatest difference of each greek, relative to its greatest size; wrong ones stop the bench."""
    words = numbers([PYTHON, "-c", "import numpy as n, sys\n"
                     f"a, b = (n.fromfile(w) for w in sys.argv[1:3])\nb = b[len(b) % {6 * OPTIONS}:]\na = a[{OPTIONS}:]\n"
                     f"a, b = a.reshape(6, -1), b.reshape(6, -1)\n"
                     "print(*n.max(n.abs(a - b), 1) / n.max(n.abs(b), 1))", f"{WORK}/{ours}.bin", f"{WORK}/{theirs}.bin"])
    worst = max(map(float, words))
    if not worst < 1e-9:
        sys.exit(f"bench: greeks differ from those of {theirs}: {words}")
    return f"greatest relative difference {worst:.0e}"


def against_python(m, best):
    ns = m[best][0]
    p = in_turns({"numpy": script("peers_iv.py", MARKET, "numpy", WORK + "/numpy.bin"),
                  "scipy": script("peers_iv.py", MARKET, "scipy", WORK + "/scipy.bin"),
                  "greeks": script("peers_iv.py", MARKET, "greeks", WORK + "/greeks.bin"),
                  "brentq": script("peers_iv.py", MARKET, "brentq", WORK + "/brentq.bin", "400"),
                  "seed": script("peers_iv.py", MARKET, "seed", WORK + "/seed.bin", "1000")}, min(Run.rounds, 3))
    rows = judge(MARKET, WORK + "/numpy.bin", WORK + "/scipy.bin", WORK + "/seed.bin:1000")
    wrong = [f"{100 * row[0] / row[1]:.0f} % wrong" for row in rows]
    goal("P2 implied vol / GSL Brent and the C library's erfc", m["gsl"][0] / ns, 10, 30, f"{m['gsl'][0]:.0f} ns")
    goal("P2 implied vol / numpy Newton over the array", p["numpy"][0] / ns, 60, 150, f"{p['numpy'][0]:.0f} ns, {wrong[0]}")
    goal("P2 implied vol / scipy.optimize.newton over the array", p["scipy"][0] / ns, 50, 150, f"{p['scipy'][0]:.0f} ns, {wrong[1]}")
    goal("P2 implied vol / the chapter's scalar Newton", p["seed"][0] / ns, 15000, 40000, f"{p['seed'][0]:.0f} ns, {wrong[2]}")
    note(f"scipy brentq, one by one: {p['brentq'][0]:.0f} ns, {p['brentq'][0] / ns:.0f} x")
    goal("P5 price and five greeks / numpy", p["greeks"][0] / m[best][1], 10, 20,
         f"{m[best][1]:.1f} ns against {p['greeks'][0]:.0f} ns; {differ(best, 'greeks')}")


def bench_ivgrid():
    """P3: accuracy where others fail."""
    if not need_python("numpy", "scipy", "mpmath"):
        return
    make_options()
    make_grid()
    isas, quantlib = levels(), peer("quantlib_black.cc", "QuantLib")
    runs = {isa: (["kernel", GRID, isa], f"{WORK}/{isa}.bin") for isa in isas}
    runs["GSL Brent"] = ["gsl_brent", GRID], WORK + "/gsl.bin"
    if quantlib is not None:
        runs["QuantLib"] = [quantlib, GRID, "1e-6"], WORK + "/ql.bin"
        runs["QuantLib 1e-12"] = [quantlib, GRID, "1e-12"], WORK + "/ql12.bin"
    runs["numpy Newton"] = script("peers_iv.py", GRID, "numpy"), WORK + "/numpy.bin"
    runs["scipy newton"] = script("peers_iv.py", GRID, "scipy"), WORK + "/scipy.bin"
    for command, vols in runs.values():
        numbers(command + [vols])
    numbers(script("peers_iv.py", GRID, "seed", WORK + "/seed.bin", "100"))
    runs["the chapter's"] = None, WORK + "/seed.bin:100"
    same_bits(isas)
    rows = dict(zip(runs, judge(GRID, *(vols for _, vols in runs.values()))))
    failed, asked, otm, attainable = rows[isas[0]]
    limit("P3 grid: failures", failed, 0, 0, f"of {asked:.0f} options, K/F e^-5 to e^5, 1 day to 5 years, 1 to 400 %; lower is better")
    limit("P3 grid: greatest error over attainable", attainable, 936, 10,
          f"greatest error out of the money {otm:.1e}; the levels give the same bits; lower is better")
    note("P3 the same of the peers (failures of options; error over attainable of the rest): " +
         ", ".join(f"{name} {r[0]:.0f} of {r[1]:.0f}; {r[3]:.1e}" for name, r in rows.items() if name not in LEVELS))


def prices(name):
    return f"{WORK}/american-{name}.bin"


def apart(ours, theirs):
    """rms and greatest difference of two files of prices, where both are numbers, and how many those are."""
    return [float(w) for w in numbers([PYTHON, "-c", "import numpy as n, sys\na, b = (n.fromfile(w) for w in sys.argv[1:])\n"
                                       "d = (a - b)[n.isfinite(a - b)]\nprint(n.sqrt(n.mean(d * d)), n.max(n.abs(d)), len(d))",
                                       prices(ours), prices(theirs)])]


def bench_american():
    """P17, P18: American prices against QuantLib's engine of the same representation, and our own vols in prices."""
    if not need_python("numpy"):
        return
    options, every = WORK + "/american.bin", "100"
    numbers(["american", "make", "2000", options])
    quantlib = peer("quantlib_american.cc", "QuantLib")
    commands = {name: ["american", name, options, prices(name)] for name in ("fast", "reference", "iv", "cash")}
    if quantlib is not None:
        commands["ql-fast"] = [quantlib, "fast", options, prices("ql-fast")]
        commands["ql-accurate"] = [quantlib, "accurate", options, prices("ql-accurate")]
        commands["ql-high"] = [quantlib, "high", options, prices("ql-high"), every]
    m = {name: [x / 1e3 for x in row[:2]] + row[2:] for name, row in in_turns(commands, min(Run.rounds, 5)).items()}
    rms, worst, n = apart("fast", "reference")
    limit("P17 American, fast preset: rms error at a spot of 100", rms, 5e-6, 1e-6, f"{n:.0f} options, against our reference; lower is better")
    limit("P17 American, fast preset: greatest error", worst, 1e-4, 1e-5, "lower is better")
    if quantlib is not None:
        others = {name: apart(name, "reference") for name in ("ql-fast", "ql-accurate", "ql-high")}
        goal("P17 American price / QuantLib QdFp accurate", m["ql-accurate"][0] / m["fast"][0], 5, 25,
             f"{m['fast'][0]:.1f} us against {m['ql-accurate'][0]:.0f} us (rms {others['ql-accurate'][0]:.1e}, max {others['ql-accurate'][1]:.1e}); "
             f"QdFp fast {m['ql-fast'][0]:.1f} us (rms {others['ql-fast'][0]:.1e}, max {others['ql-fast'][1]:.1e})")
        goal("P18 American reference price / QuantLib QdFp highPrecision", m["ql-high"][0] / m["reference"][0], 20, 200,
             f"{m['reference'][0]:.0f} us against {m['ql-high'][0]:.0f} us, apart by {others['ql-high'][1]:.1e}; which is closer to R2: its tests")
    if m["iv"][4] > 0:
        sys.exit("bench: an American vol was not found")
    limit("American implied vol, in prices' time", m["iv"][0] / m["iv"][1], 5, 3,
          f"{m['iv'][0]:.1f} us, {m['iv'][2]:.2f} prices each, at most {m['iv'][3]:.0f}, {m['iv'][5]:.0f} vols; lower is better")
    note(f"American price with a cash dividend, finite differences, fast grid: {m['cash'][0]:.0f} us")
