#!/usr/bin/env python3
"""A Deribit on loopback over TLS, for feed.py: frames made beforehand, sent at a rate or one by one.

    feed_peer.py DIR rate RATE SECONDS -- COMMAND…     prints: records, seconds, CPU seconds of COMMAND, the sender's lag at the end
    feed_peer.py DIR latency N -- COMMAND…             prints: median and 99th percentile in microseconds

DIR holds peer.pem (key and certificate). COMMAND is run with @PORT@ replaced; its standard output is read here.
"""
import base64
import hashlib
import json
import os
import resource
import socket
import ssl
import statistics
import struct
import subprocess
import sys
import threading
import time

CHANNEL = "ticker.BTC-25DEC26-100000-C.100ms"
BLOCK = 1000


def tick(i, ms):
    return json.dumps({"jsonrpc": "2.0", "method": "subscription", "params": {"channel": CHANNEL, "data": {
        "timestamp": ms, "state": "open",
        "stats": {"high": 0.0611, "low": 0.0472, "price_change": 2.3275, "volume": 118.2, "volume_usd": 1092371.54},
        "index_price": 92263.55, "instrument_name": "BTC-25DEC26-100000-C", "last_price": 0.0525, "settlement_price": 0.05134,
        "min_price": 0.0281, "max_price": 0.0863, "open_interest": i, "mark_price": 0.0531, "interest_rate": 0.0,
        "estimated_delivery_price": 92263.55, "best_ask_price": 0.0535, "best_bid_price": 0.0525, "best_ask_amount": 12.1,
        "best_bid_amount": 30.0, "mark_iv": 41.01, "bid_iv": 40.5, "ask_iv": 41.6, "underlying_index": "BTC-25DEC26",
        "underlying_price": 93100.5, "greeks": {"delta": 0.41234, "gamma": 0.00001, "theta": -30.12345, "vega": 150.54321,
                                                "rho": 80.2}}}}, separators=(",", ":")).encode()


def frame(payload):
    return b"\x81" + (bytes([len(payload)]) if len(payload) < 126 else b"\x7e" + struct.pack("!H", len(payload))) + payload


class Peer:
    def __init__(self, pem):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        self.context = context
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def receive(self):
        a, b = self.read(2)
        n = b & 0x7f
        n = struct.unpack("!H", self.read(2))[0] if n == 126 else n
        mask = self.read(4)
        return a & 15, bytes(c ^ mask[i & 3] for i, c in enumerate(self.read(n)))

    def read(self, n):
        out = b""
        while len(out) < n:
            got = self.sock.recv(n - len(out))
            if not got:
                raise EOFError
            out += got
        return out

    def accept(self):
        """Up to the subscription's answer."""
        sock, _ = self.listener.accept()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = self.context.wrap_socket(sock, server_side=True)
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.read(1)
        key = next(line.split(b":", 1)[1].strip() for line in head.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key:"))
        accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        self.sock.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                          + accept + b"\r\n\r\n")
        while True:
            _, text = self.receive()
            request = json.loads(text)
            us = time.time_ns() // 1000
            self.sock.sendall(frame(json.dumps({"jsonrpc": "2.0", "id": request["id"], "usOut": us,
                                                "result": request["params"].get("channels", "ok")}).encode()))
            if request["method"].endswith("/subscribe"):
                return


def start(peer, command):
    command = [word.replace("@PORT@", str(peer.port)) for word in command]
    return subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0)


def rate(peer, command, per_second, seconds):
    ms = time.time_ns() // 1000000
    block = b"".join(frame(tick(i, ms)) for i in range(BLOCK))
    n_blocks = per_second * seconds // BLOCK
    lag = 0.0

    def send():
        nonlocal lag
        peer.accept()
        begin = time.monotonic()
        for i in range(n_blocks):
            wait = begin + i * BLOCK / per_second - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            peer.sock.sendall(block)
        lag = max(0.0, time.monotonic() - begin - seconds)

    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    child = start(peer, command)
    want, n, begin, rest = n_blocks * BLOCK, 0, None, b""
    while n < want:
        data = os.read(child.stdout.fileno(), 1 << 20)
        if not data:
            break
        begin = begin or time.monotonic()
        data = rest + data
        end = data.rfind(b"\n") + 1
        rest = data[end:]
        n += data.count(b"\n", 0, end)
        last = data[data.rfind(b"\n", 0, end - 1) + 1:end] if end else b""
    elapsed = time.monotonic() - begin
    sender.join()
    if n != want or json.loads(last)["open_interest"] != BLOCK - 1:
        sys.exit(f"feed_peer.py: {n} records of {want} came out, the last one {last[:80]!r}")
    child.terminate()
    child.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(n, f"{elapsed:.3f} {used.ru_utime + used.ru_stime:.3f} {lag:.3f}")


def latency(peer, command, n):
    child = start(peer, command)
    peer.accept()
    taken = []
    for i in range(n + 100):
        data = frame(tick(i, time.time_ns() // 1000000))
        time.sleep(0.001)
        begin = time.perf_counter_ns()
        peer.sock.sendall(data)
        out = b""
        while not out.endswith(b"\n"):
            out += os.read(child.stdout.fileno(), 65536)
        taken.append((time.perf_counter_ns() - begin) / 1000)
    child.terminate()
    child.wait()
    taken = sorted(taken[100:])
    print(f"{statistics.median(taken):.1f} {taken[len(taken) * 99 // 100]:.1f}")


def main():
    split = sys.argv.index("--")
    directory, what, *numbers = sys.argv[1:split]
    peer = Peer(directory + "/peer.pem")
    {"rate": rate, "latency": latency}[what](peer, sys.argv[split + 1:], *map(int, numbers))


main()
