"""What the parts of the bench share: places, timing, the table, peers that are compiled here."""
import hashlib
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HERE, BIN, BENCH, WORK = ROOT + "/tests/bench", ROOT + "/build/bin", ROOT + "/build/bench", ROOT + "/build/bench/data"
os.environ["PATH"] = BIN + ":" + BENCH + ":" + os.environ["PATH"]
PYTHON = "/usr/bin/python3"  # Debian's, which has the packages of the peers


class Run:
    """What the command line asked for, and what came of it."""
    rows = rounds = missed = 0
    report = []


def say(text):
    print(text, flush=True)
    Run.report.append(text)


def once(command):
    """Wall seconds of a shell command."""
    start = time.monotonic()
    if subprocess.run(["sh", "-c", command], stdout=subprocess.DEVNULL).returncode != 0:
        sys.exit("bench: failed: " + command)
    return time.monotonic() - start


def medians(commands, times=None):
    """The median of each command, taken in turns."""
    taken = {name: [] for name in commands}
    for _ in range(times or Run.rounds):
        for name, command in commands.items():
            taken[name].append(once(command))
    return {name: statistics.median(t) for name, t in taken.items()}


def cpu_seconds(command, times):
    """The least CPU seconds, of the user and the system, of a shell command: what another process on this core does not change."""
    taken = []
    for _ in range(times):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        once(command)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(taken)


def note(text):
    """A line of the table without a goal."""
    say(f"| ({text}) | | | | | |")


def verdict(name, shown, must, moonshot, met, best, detail):
    word = "moonshot" if best else "met" if met else "MISSED"
    Run.missed += word == "MISSED"
    say(f"| {name} | {shown} | {must:g} | {moonshot:g} | {word} | {detail} |")


def goal(name, ratio, must, moonshot, detail):
    verdict(name, f"{ratio:.{1 if ratio >= 10 else 2}f}", must, moonshot, ratio >= must, ratio >= moonshot, detail)


def absolute(name, value, aim, reached, detail):
    """A figure of this machine and this minute: shown with the aim that it has, not judged."""
    say(f"| {name} | {value:.2f} | | {aim:g} | {'reached' if reached else 'not reached'} | {detail} |")


def limit(name, value, must, moonshot, detail):
    """A goal where less is better."""
    verdict(name, f"{value:.4g}", must, moonshot, value <= must, value <= moonshot, detail)


def speed(seconds, n=None):
    return f"{(n or Run.rows) / seconds / 1e6:.2f} M rows/s"


def need(*programs):
    absent = [p for p in programs if shutil.which(p) is None]
    if absent:
        note(f"skipped: {', '.join(absent)} not installed")
    return not absent


def need_python(*modules):
    absent = subprocess.run([PYTHON, "-c", "import " + ", ".join(modules)], stderr=subprocess.DEVNULL).returncode != 0
    if absent:
        note(f"skipped: one of {', '.join(modules)} not installed for {PYTHON}")
    return not absent


def numbers(command):
    """The words that a program prints, split at blanks; it must succeed."""
    out = subprocess.run(command, capture_output=True, text=True)
    if out.returncode != 0:
        sys.exit(f"bench: failed: {' '.join(command)}: {out.stderr.strip()}")
    return out.stdout.split()


def script(name, *arguments):
    return [PYTHON, f"{HERE}/{name}", *arguments]


def in_turns(commands, times=None):
    """The numbers that each command printed, each the median of the rounds, the commands taken in turns."""
    printed = {name: [] for name in commands}
    for _ in range(times or Run.rounds):
        for name, command in commands.items():
            printed[name].append([float(w) for w in numbers(command) if not w.isalnum() or w.isdigit()])
    return {name: [statistics.median(column) for column in zip(*runs)] for name, runs in printed.items()}


def peer(source, *libraries):
    """A peer of tests/bench, compiled when its source or that of options.h changed; null when a library is not there."""
    program = f"{BENCH}/{source.split('.')[0]}"
    command = ["g++", "-O2", "-std=c++17", "-I" + HERE, "-o", program, f"{HERE}/{source}"] + [f"-l{name}" for name in libraries]
    text = b"".join(open(f"{HERE}/{name}", "rb").read() for name in (source, "options.h"))
    stamp = hashlib.sha256(text + " ".join(command).encode()).hexdigest()
    if os.path.exists(program) and os.path.exists(program + ".stamp") and open(program + ".stamp").read() == stamp:
        return program
    os.makedirs(BENCH, exist_ok=True)
    if shutil.which("g++") is None or subprocess.run(command, stderr=subprocess.DEVNULL).returncode != 0:
        note(f"skipped: g++ or {', '.join(libraries)} not installed")
        return None
    with open(program + ".stamp", "w") as f:
        f.write(stamp)
    return program
