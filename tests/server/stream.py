#!/usr/bin/env python3
"""A WebSocket vendor on loopback for the tests: it follows a script, and speaks frames by itself so that it can break them.

    stream.py PORT SCRIPT [--pem FILE]

PORT is a file that gets the port when the server is ready; what the clients said goes to PORT.log, one line each. With
--pem (key and certificate in one file) it speaks TLS. A line of SCRIPT is one of these; lines before the first
`connection` are done on each:

    connection              what follows is done on the next connection; the last one's part is repeated
    clock MS                what time Deribit says it is (usOut); without it the real time
    refuse METHOD CODE WORDS  answer a request so
    lacks CHANNEL           a channel that is not there
    testrequest             ask for a sign of life, and wait for public/test
    deny STATUS             no upgrade but this HTTP status
    until METHOD [N]        answer requests until METHOD (public/subscribe, auth, subscribe) was answered N times
    send JSON               a text message; @NOW@ is the time in ms, @NOW-500@ half a second before
    fragments N JSON        in frames of N bytes, with a ping between them
    bytes JSON              one byte at a time
    frame OPCODE FIN RSV TEXT   any frame
    partial N JSON          the first N bytes of its frame
    ping TEXT               and wait for the pong
    flood N JSON            N times, with @I@ counted up, as fast as it goes
    wait SECONDS
    cut                     no goodbye: the connection is reset
    close CODE WORDS        and wait for the answer
    serve                   answer requests until the client goes
"""
import base64
import hashlib
import json
import os
import re
import socket
import ssl
import struct
import sys
import threading
import time

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
lock = threading.Lock()


class Gone(Exception):
    """The client went away."""


def frame(payload, opcode=1, fin=1, rsv=0):
    n = len(payload)
    head = bytes([fin << 7 | rsv << 4 | opcode])
    return head + (bytes([n]) if n < 126 else b"\x7e" + struct.pack("!H", n) if n < 65536 else b"\x7f" + struct.pack("!Q", n)) + payload


def fill(text):
    return re.sub(r"@NOW([+-]\d+)?@", lambda m: str(int(time.time() * 1000) + int(m.group(1) or 0)), text)


class Peer:
    def __init__(self, sock, log):
        self.sock, self.log = sock, log
        self.rest = b""
        self.clock, self.refused, self.lacking, self.answered = None, {}, set(), []

    def say(self, line):
        with lock:
            self.log.write(line + "\n")
            self.log.flush()

    def read(self, n):
        while len(self.rest) < n:
            try:
                got = self.sock.recv(65536)
            except OSError:
                got = b""
            if not got:
                raise Gone
            self.rest += got
        out, self.rest = self.rest[:n], self.rest[n:]
        return out

    def send(self, data):
        try:
            self.sock.sendall(data)
        except OSError:
            raise Gone from None

    def handshake(self, deny):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.read(1)
        lines = head.decode("latin-1").split("\r\n")
        fields = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
        self.say("connect " + lines[0].split()[1] + (" offers " + fields["sec-websocket-extensions"] if "sec-websocket-extensions" in fields else ""))
        if deny:
            self.send(f"HTTP/1.1 {deny} No\r\nContent-Length: 0\r\nLocation: https://localhost:1/\r\nConnection: close\r\n\r\n".encode())
            raise Gone
        accept = base64.b64encode(hashlib.sha1(fields["sec-websocket-key"].encode() + GUID).digest()).decode()
        self.send(f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n".encode())

    def receive(self):
        """A frame of the client: opcode and payload. Clients must mask."""
        a, b = self.read(2)
        assert b & 0x80, "a frame that is not masked"
        n = b & 0x7f
        n = n if n < 126 else struct.unpack("!H", self.read(2))[0] if n == 126 else struct.unpack("!Q", self.read(8))[0]
        mask = self.read(4)
        payload = bytes(c ^ mask[i & 3] for i, c in enumerate(self.read(n)))
        return a & 15, payload

    def step(self):
        """Take one frame and answer it; the opcode."""
        opcode, payload = self.receive()
        if opcode == 8:
            self.say(f"close {struct.unpack('!H', payload[:2])[0] if payload else 1005} {payload[2:].decode()}".rstrip())
            self.send(frame(payload, 8))
            raise Gone
        if opcode == 9:
            self.send(frame(payload, 10))
        elif opcode == 10:
            self.say("pong " + payload.decode())
        elif opcode == 1:
            self.say(payload.decode())
            self.answer(json.loads(payload))
        return opcode

    def answer(self, request):
        if "action" in request:
            self.answered.append(request["action"])
            self.polygon(request)
            return
        method = request["method"]
        us = int(time.time() * 1e6) if self.clock is None else self.clock * 1000
        reply = {"jsonrpc": "2.0", "id": request["id"], "usIn": us, "usOut": us, "usDiff": 0, "testnet": False}
        if method in self.refused:
            code, words = self.refused[method]
            reply["error"] = {"code": code, "message": words, "data": None}
        elif method.endswith("/subscribe"):
            reply["result"] = [c for c in request["params"]["channels"] if c not in self.lacking]
        elif method.endswith("/unsubscribe"):
            reply["result"] = request["params"]["channels"]
        elif method == "public/auth":
            reply["result"] = {"access_token": "t", "expires_in": 900, "scope": "connection", "token_type": "bearer"}
        elif method == "public/test":
            reply["result"] = {"version": "1.2.26"}
        else:
            reply["result"] = "ok"
        self.send(frame(json.dumps(reply).encode()))
        self.answered.append(method)

    def polygon(self, request):
        action = request["action"]
        events = []
        if action in self.refused:
            events.append({"ev": "status", "status": self.refused[action][1], "message": "refused by the script"})
        elif action == "auth":
            events.append({"ev": "status", "status": "auth_success", "message": "authenticated"})
        else:
            events = [{"ev": "status", "status": "success", "message": "subscribed to: " + c}
                      for c in request["params"].split(",") if c not in self.lacking]
        self.send(frame(json.dumps(events).encode()))

    def do(self, line):
        word, _, rest = line.partition(" ")
        if word == "clock":
            self.clock = int(rest)
        elif word == "refuse":
            method, code, words = rest.split(" ", 2)
            self.refused[method] = int(code), words
        elif word == "lacks":
            self.lacking.add(rest)
        elif word == "until":
            method, _, n = rest.partition(" ")
            while self.answered.count(method) < int(n or 1):
                self.step()
        elif word == "testrequest":
            self.send(frame(b'{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}}'))
            while "public/test" not in self.answered:
                self.step()
        elif word == "send":
            self.send(frame(fill(rest).encode()))
        elif word == "fragments":
            n, text = rest.split(" ", 1)
            data, n = fill(text).encode(), int(n)
            parts = [data[i:i + n] for i in range(0, len(data), n)]
            for i, part in enumerate(parts):
                self.send(frame(part, 0 if i else 1, int(i == len(parts) - 1)) + frame(b"between", 9))
        elif word == "bytes":
            for byte in frame(fill(rest).encode()):
                self.send(bytes([byte]))
        elif word == "frame":
            opcode, fin, rsv, text = rest.split(" ", 3)
            self.send(frame(fill(text).encode("latin-1"), int(opcode), int(fin), int(rsv)))
        elif word == "partial":
            n, text = rest.split(" ", 1)
            self.send(frame(fill(text).encode())[:int(n)])
        elif word == "ping":
            self.send(frame(rest.encode(), 9))
            while self.step() != 10:
                pass
        elif word == "flood":
            n, text = rest.split(" ", 1)
            text, block = fill(text), []
            for i in range(int(n)):
                block.append(frame(text.replace("@I@", str(i)).encode()))
                if len(block) == 1000:
                    self.send(b"".join(block))
                    block = []
            self.send(b"".join(block))
        elif word == "wait":
            time.sleep(float(rest))
        elif word == "cut":
            time.sleep(0.05)  # what was sent before is on its way
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise Gone
        elif word == "close":
            code, _, words = rest.partition(" ")
            self.send(frame(struct.pack("!H", int(code)) + words.encode(), 8))
            while True:
                self.step()
        elif word == "serve":
            while True:
                self.step()
        else:
            raise SystemExit("stream.py: no such line: " + line)


def parts_of(path):
    parts = [[]]
    for line in open(path, encoding="utf-8"):
        line = line.rstrip("\n")
        if line == "connection":
            parts.append([])
        elif line.strip() and not line.startswith("#"):
            parts[-1].append(line)
    return parts


def serve(sock, lines, log, context):
    peer = Peer(sock, log)
    try:
        if context:
            sock.settimeout(20)
            peer.sock = context.wrap_socket(sock, server_side=True)
        deny = next((line.split()[1] for line in lines if line.startswith("deny ")), None)
        peer.handshake(deny)
        for line in lines:
            peer.do(line)
    except Gone:
        pass
    except (OSError, AssertionError) as trouble:
        peer.say(f"trouble {trouble}")
    finally:
        try:
            peer.sock.close()
        except OSError:
            pass
        peer.say("gone")


def main():
    port_file, script = sys.argv[1:3]
    context = None
    if "--pem" in sys.argv:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[sys.argv.index("--pem") + 1])
    parts = parts_of(script)
    log = open(port_file + ".log", "w", encoding="utf-8")
    listener = socket.create_server(("127.0.0.1", 0), backlog=16)
    with open(port_file + ".new", "w", encoding="utf-8") as f:
        f.write(str(listener.getsockname()[1]))
    os.rename(port_file + ".new", port_file)
    n = 0
    while True:
        sock, _ = listener.accept()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        n += 1
        lines = parts[0] + (parts[min(n, len(parts) - 1)] if len(parts) > 1 else [])
        threading.Thread(target=serve, args=(sock, lines, log, context), daemon=True).start()


main()
