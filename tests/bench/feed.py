"""Live feeds: from the socket to the record, over TLS on loopback."""
import os
import subprocess

from common import PYTHON, WORK, absolute, goal, need, need_python, numbers, script


def certificates():
    directory = WORK + "/feed"
    os.makedirs(directory, exist_ok=True)
    if not os.path.exists(directory + "/peer.pem"):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "ca.pem", "-days", "3650",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], cwd=directory, check=True, stderr=subprocess.DEVNULL)
        with open(directory + "/peer.pem", "w") as out:
            out.write(open(directory + "/key.pem").read() + open(directory + "/ca.pem").read())
    return directory


def ours(directory):
    return ["vfetch", "deribit", "stream", "--only", "quote", "--base-url", "wss://localhost:@PORT@/", "--ca", directory + "/ca.pem",
            "ticker.BTC-25DEC26-100000-C.100ms"]


def peer(*arguments):
    return [float(word) for word in numbers(script("feed_peer.py", *arguments))]


def bench_feed():
    """100,000 messages a second for ten seconds, nothing lost; the CPU time of a message against Python's; the way of one tick."""
    if not need("openssl"):
        return
    directory = certificates()
    n, seconds, cpu, lag = peer(directory, "rate", "100000", "10", "--", *ours(directory))
    absolute("stream, 100,000 messages/s for 10 s over TLS: records/s, nothing lost", n / seconds, 99000, n / seconds >= 99000,
             f"{n:.0f} records in {seconds:.2f} s, {cpu / n * 1e6:.1f} us of CPU each, the sender {lag:.2f} s behind at the end")
    median, worst = peer(directory, "latency", "2000", "--", *ours(directory))
    absolute("stream, tick in to record out, us at the median", median, 200, median <= 200, f"99 %: {worst:.0f} us, the peer's Python in it")
    if need_python("websockets"):
        theirs = [PYTHON, os.path.dirname(os.path.abspath(__file__)) + "/feed_websockets.py", "wss://localhost:@PORT@/", directory + "/ca.pem"]
        m, _, cpu_theirs, _ = peer(directory, "rate", "100000", "1", "--", *theirs)
        goal("stream, CPU of a message / python3-websockets + json", cpu_theirs / m / (cpu / n), 3, 6,
             f"{cpu / n * 1e6:.1f} us against {cpu_theirs / m * 1e6:.1f} us")
