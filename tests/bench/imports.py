"""Vendors' files as records: the SPX chains of examples/data, uncompressed."""
import glob
import gzip
import os

from common import PYTHON, ROOT, WORK, absolute, cpu_seconds, goal, need, need_python, speed

TIMES = 8  # each day so many times, so that a run is long enough to time


def make_days():
    """The bundled days as plain CSV in WORK; their paths, in order of time, and the number of their rows."""
    paths, rows = [], 0
    for packed in sorted(glob.glob(ROOT + "/examples/data/SPX_*.csv.gz")):
        plain = f"{WORK}/{os.path.basename(packed)[:-3]}"
        with gzip.open(packed, "rb") as source:
            head, *lines = source.read().splitlines(keepends=True)
        with open(plain, "wb") as out:
            out.write(head + b"".join(lines) * TIMES)
        paths.append(plain)
        rows += len(lines) * TIMES
    return " ".join(paths), rows


def bench_import():
    """vfetch file on the layout of SPX, against mlr and pandas on the same files; mlr runs on several cores, so CPU time counts."""
    files, rows = make_days()
    ours = f"vfetch -q file {files}"
    commands = {"ours": ours}
    if need("mlr"):
        commands["mlr"] = f"mlr --icsv --ojsonl cat {files}"
    if need_python("pandas"):
        commands["pandas"] = f"{PYTHON} -c 'import sys, pandas\nfor f in sys.argv[1:]: pandas.read_csv(f)' {files}"
        start = cpu_seconds(f"{PYTHON} -c 'import pandas'", 3)
    m = {name: cpu_seconds(command, 3) for name, command in commands.items()}
    rate = rows / m["ours"] / 1e6
    absolute("vfetch file, SPX layout from plain CSV, M rows/s of CPU", rate, 1.5, rate >= 1.5, f"{rows} rows")
    if "mlr" in m:
        goal("vfetch file / mlr --icsv --ojsonl cat, CPU", m["mlr"] / m["ours"], 20, 40, f"against {speed(m['mlr'], rows)}")
    if "pandas" in m:
        seconds = m["pandas"] - start  # without the time that Python takes to start
        goal("vfetch file / pandas.read_csv, CPU", seconds / m["ours"], 2, 4, f"against {speed(seconds, rows)}")
    for path in files.split():
        os.unlink(path)
