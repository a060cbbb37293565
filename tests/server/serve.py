#!/usr/bin/env python3
"""A vendor on loopback for the tests: it plays recorded answers, and breaks down in every way that a network knows.

    serve.py PORTS [--tls DIR]

PORTS is a file that is written when the server is ready: a line `plain PORT`, and with --tls a line for each
certificate of DIR (NAME.pem holds key and certificate): `NAME PORT`; `tls10` speaks TLS 1.0 alone, with good.pem.

The address tells what is wanted:  /FAULT/ROUTES-FILE-ESCAPED/PATH?QUERY
FAULT is a name of FAULTS below, `good`, or NAME*N: the first N requests to the same FAULT and ROUTES fail so, the later
ones are good (a `~TAG` behind it keeps counts apart). ROUTES is the path of a routes file, escaped as one segment, or NAME for NAME/routes beside this program:

    # REGEX<TAB>FILE[<TAB>TYPE]     the first REGEX that is found in PATH?QUERY decides; FILE lies beside the routes
    # REGEX<TAB>!STATUS<TAB>BODY    an answer with another status
    # drift<TAB>REGEX<TAB>TEXT      what the faults `drift…` change in a body: a field renamed
    # set<TAB>REGEX<TAB>HEADER      a line for the head of the answers to matching PATH?QUERYs
    # need<TAB>REGEX<TAB>NAME<TAB>VALUE<TAB>STATUS<TAB>BODY   those whose header NAME (lower case) has no match
    #                               of VALUE are answered with STATUS

@BASE@ in a body becomes the address of the server with FAULT and ROUTES (for links to the next page). A line
`METHOD PATH` for each request goes to PORTS.log.
"""
import gzip
import os
import re
import socket
import socketserver
import ssl
import struct
import sys
import threading
import time
import urllib.parse
import zlib

counts = {}
lock = threading.Lock()
log_file = None


class Request:
    def __init__(self, handler, line, headers):
        self.sock = handler.request
        self.headers = headers
        self.method, target, _ = line.split(" ", 2)
        _, self.fault, routes, rest = (target.split("/", 3) + ["", "", ""])[:4]
        self.routes = urllib.parse.unquote(routes)
        if not self.routes.startswith("/"):
            self.routes = os.path.join(os.path.dirname(os.path.abspath(__file__)), self.routes, "routes")
        self.path = "/" + rest
        self.extra = []
        self.tls = isinstance(self.sock, ssl.SSLSocket)
        self.base = "%s://%s/%s/%s" % ("https" if self.tls else "http", headers.get("host", ""), self.fault, routes)

    def answer(self):
        """Status, content type, body; what the good vendor says."""
        drift = []
        self.extra = []
        for line in open(self.routes, encoding="utf-8"):
            part = line.rstrip("\n").split("\t")
            if not line.strip() or line.startswith("#"):
                continue
            if part[0] == "drift":
                drift.append(part[1:3])
            if part[0] == "set" and re.search(part[1], self.path):
                self.extra.append(part[2])
            if part[0] == "need" and re.search(part[1], self.path) and \
                    not re.search(part[3], self.headers.get(part[2], "")):
                return int(part[4]), "application/json", part[5].encode(), drift
        for line in open(self.routes, encoding="utf-8"):
            part = line.rstrip("\n").split("\t")
            if not line.strip() or line.startswith("#") or part[0] in ("drift", "set", "need") or \
                    not re.search(part[0], self.path):
                continue
            if part[1].startswith("!"):
                return int(part[1][1:]), "application/json", part[2].encode(), drift
            name = os.path.join(os.path.dirname(self.routes), os.path.expandvars(part[1]))
            body = open(name, "rb").read()
            if name.endswith(".gz"):
                body = gzip.decompress(body)
            kind = part[2] if len(part) > 2 else "text/csv" if ".csv" in name else "application/json"
            return 200, kind, body.replace(b"@BASE@", self.base.encode()), drift
        return 404, "application/json", b'{"error":"no such path"}', drift

    def send(self, data):
        self.sock.sendall(data)

    def reply(self, status, kind, body, headers=(), length=None):
        head = ["HTTP/1.1 %d X" % status, "Content-Type: " + kind, "Connection: close"] + list(headers) + self.extra
        if length is not False:
            head.append("Content-Length: %d" % (len(body) if length is None else length))
        self.send(("\r\n".join(head) + "\r\n\r\n").encode("latin-1") + body)

    def reset(self):
        """End with RST."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


def good(r):
    status, kind, body, _ = r.answer()
    if status == 200 and "gzip" in r.headers.get("accept-encoding", ""):
        r.reply(status, kind, gzip.compress(body, 1), ["Content-Encoding: gzip"])
    else:
        r.reply(status, kind, body)


in_flight = {}


def slow(r):
    """The good answer after a while; the log tells how many were asked for at once."""
    with lock:
        in_flight[r.fault] = in_flight.get(r.fault, 0) + 1
        log_file.write("IN FLIGHT /%s %d\n" % (r.fault, in_flight[r.fault]))
        log_file.flush()
    time.sleep(0.3)
    with lock:
        in_flight[r.fault] -= 1
    good(r)


def changed(change):
    """The good answer with another body."""
    def play(r):
        status, kind, body, drift = r.answer()
        r.reply(status, kind, change(body, drift) if status == 200 else body)
    return play


def status(code, *headers, body=b'{"error":"told to say no"}'):
    return lambda r: r.reply(code, "application/json", body, headers)


def rename(body, drift):
    for what, to in drift:
        body, n = re.subn(what.encode(), to.encode(), body)
        if n:
            return body
    return body


def first_number(body, text):
    """Another number in the place of the last value that is a bare one (of a CSV: the last cell)."""
    found = list(re.finditer(rb'(?<=[:,\[ "])-?\d+(\.\d+)?(?=[,}\]"\r\n]|$)', body.rstrip()))
    if not found:
        return body
    at = found[-1]
    return body[:at.start()] + text + body[at.end():]


def malformed(body, drift):
    if body.lstrip()[:1] in (b"{", b"["):
        return body[:len(body) * 2 // 3]
    return first_number(body, b"n/a?")


def etag(r):
    """304 to a question that knows the tag or the date, else the answer with both."""
    code, kind, body, _ = r.answer()
    if r.headers.get("if-none-match") == '"v1"':
        r.send(b"HTTP/1.1 304 X\r\nETag: \"v1\"\r\nConnection: close\r\n\r\n")
    else:
        r.reply(code, kind, body, ['ETag: "v1"', "Last-Modified: Fri, 26 Apr 2019 20:15:00 GMT"])


def rst_head(r):
    r.send(b"HTTP/1.1 200 OK\r\nContent-Ty")
    time.sleep(0.05)
    r.reset()


def rst_body(r):
    _, kind, body, _ = r.answer()
    r.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body[:len(body) // 2])
    time.sleep(0.05)
    r.reset()


def stall(r):
    time.sleep(30)


def stall_body(r):
    _, kind, body, _ = r.answer()
    r.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body[:len(body) // 2])
    time.sleep(30)


def drip(r):
    _, kind, body, _ = r.answer()
    r.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body))
    for i in range(min(len(body), 60)):
        r.send(body[i:i + 1])
        time.sleep(0.5)


def cut(r):
    _, kind, body, _ = r.answer()
    r.reply(200, kind, body[:len(body) // 2], length=len(body))


def cut_chunk(r):
    _, kind, body, _ = r.answer()
    half = body[:len(body) // 2]
    r.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % len(body) + half)


def bad_chunk(r):
    r.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")


def short_length(r):
    _, kind, body, _ = r.answer()
    r.reply(200, kind, body, length=len(body.rstrip()) * 2 // 3)


def no_length(r):
    _, kind, body, _ = r.answer()
    r.reply(200, kind, body, length=False)


def no_length_cut(r):
    _, kind, body, _ = r.answer()
    r.reply(200, kind, body[:len(body) * 2 // 3], length=False)


# 1 MB of blanks as deflate data that can stand behind themselves (the flush forgets what came before).
_z = zlib.compressobj(9, zlib.DEFLATED, -15)
BLANKS = _z.compress(b" " * (1 << 20)) + _z.flush(zlib.Z_FULL_FLUSH)
BLANKS_CRC = zlib.crc32(b" " * (1 << 20))
GZIP_HEAD, DEFLATE_END = b"\x1f\x8b\x08\0\0\0\0\0\0\x03", b"\x03\0"


def gzip_bomb(r):
    """Many members of 1 MB, 320 MB in all."""
    member = GZIP_HEAD + BLANKS + DEFLATE_END + struct.pack("<II", BLANKS_CRC, 1 << 20)
    r.reply(200, "application/json", member * 320, ["Content-Encoding: gzip"])


def gzip_flat(r):
    """One gzip member of 300 MB; nobody should get as far as its checksum."""
    r.reply(200, "application/json", GZIP_HEAD + BLANKS * 300 + DEFLATE_END + bytes(8), ["Content-Encoding: gzip"])


def gzip_cut(r):
    _, kind, body, _ = r.answer()
    packed = gzip.compress(body)
    r.reply(200, kind, packed[:len(packed) * 2 // 3], ["Content-Encoding: gzip"])


def gzip_bad(r):
    _, kind, body, _ = r.answer()
    packed = bytearray(gzip.compress(body))
    packed[len(packed) // 2] ^= 0xff
    packed[-6] ^= 0xff
    r.reply(200, kind, bytes(packed), ["Content-Encoding: gzip"])


def big_head(r):
    r.send(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (i, b"x" * 1000) for i in range(400)) + b"\r\n{}")


def redirect_host(r):
    r.reply(302, "text/plain", b"", ["Location: http://127.0.0.2:1/" + r.path])


def redirect_loop(r):
    n = int(re.search(r"hop=(\d+)", r.path).group(1)) + 1 if "hop=" in r.path else 0
    r.reply(302, "text/plain", b"", ["Location: %s/x?hop=%d" % (r.base, n)])


def redirect_down(r):
    r.reply(301, "text/plain", b"", ["Location: ftp://127.0.0.1/x"])


def redirect_same(r):
    """One hop on the same host, then the answer."""
    if "hopped" in r.path:
        good(r)
    else:
        r.reply(307, "text/plain", b"", ["Location: %s%s%shopped=1" % (r.base, r.path, "&" if "?" in r.path else "?")])


def html(r):
    r.reply(200, "text/html", b"<!DOCTYPE html><html><body>Please log in</body></html>")


def garbage(r):
    r.send(b"\x16\x03\x01\x00\xee\x01 not http at all\r\n\r\n")


def http09(r):
    r.send(r.answer()[2])


def nothing(r):
    pass


def echo_key(r):
    """Refuses, and repeats the whole request, keys included."""
    seen = (r.path + " " + " ".join(r.headers.values())).replace('"', "")
    r.reply(403, "application/json", ('{"error":"not for you: %s"}' % seen).encode())


def echo_gzip(r):
    """Fails for now, and repeats the request inside of a compressed body."""
    seen = (r.path + " " + " ".join(r.headers.values())).replace('"', "")
    r.reply(500, "application/json", gzip.compress(('{"error":"%s"}' % seen).encode()), ["Content-Encoding: gzip"])


FAULTS = {
    "good": good, "slow": slow, "etag": etag, "redirect_same": redirect_same, "echo_key": echo_key, "echo_gzip": echo_gzip,
    "rst_head": rst_head, "rst_body": rst_body, "stall": stall, "stall_body": stall_body, "drip": drip,
    "cut": cut, "cut_chunk": cut_chunk, "bad_chunk": bad_chunk, "short_length": short_length,
    "no_length_cut": no_length_cut, "no_length": no_length, "gzip_bomb": gzip_bomb, "gzip_flat": gzip_flat, "gzip_cut": gzip_cut,
    "gzip_bad": gzip_bad, "big_head": big_head, "redirect_host": redirect_host, "redirect_loop": redirect_loop,
    "redirect_down": redirect_down, "html": html, "garbage": garbage, "http09": http09, "nothing": nothing,
    "empty": changed(lambda body, drift: b""), "null": changed(lambda body, drift: b"null\n"),
    "array": changed(lambda body, drift: b"[1,2,3]\n"),
    "malformed": changed(malformed),
    "twice": changed(lambda body, drift: body + body),
    "nul": changed(lambda body, drift: body[:len(body) // 2] + b"\0" + body[len(body) // 2:]),
    "bad_utf8": changed(lambda body, drift: body.replace(b":", b":\xff\xfe", 1).replace(b",", b",\xff", 1)),
    "drift": changed(rename), "huge": changed(lambda body, drift: first_number(body, b"1e999")),
    "s301": status(301), "s401": status(401), "s403": status(403), "s404": status(404), "s418": status(418),
    "s429": status(429, "Retry-After: 3600"),
    "s429date": status(429, "Retry-After: Fri, 31 Dec 2100 23:59:59 GMT"),
    "s429bare": status(429), "s429soon": status(429, "Retry-After: 1"), "s500": status(500), "s502": status(502),
    "s503": status(503), "s503later": status(503, "Retry-After: 7200"),
    "s304": lambda r: r.send(b"HTTP/1.1 304 X\r\nConnection: close\r\n\r\n"),
    "s999": status(999),
}


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        head = b""
        while b"\r\n\r\n" not in head:
            more = self.request.recv(65536)
            if not more:
                return
            head += more
        lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        request = Request(self, lines[0], headers)
        fault, _, tag = request.fault.partition("~")
        name, _, times = fault.partition("*")
        with lock:
            log_file.write("%s /%s%s\n" % (request.method, request.fault, request.path))
            log_file.flush()
            key = (request.fault, request.routes)
            counts[key] = counts.get(key, 0) + 1
            if times and counts[key] > int(times):
                name = "good"
        try:
            FAULTS[name](request)
        except (BrokenPipeError, ConnectionResetError, OSError):
            pass


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128
    context = None

    def finish_request(self, request, client_address):
        if self.context:
            try:
                request = self.context.wrap_socket(request, server_side=True)
            except (ssl.SSLError, OSError):
                return
        super().finish_request(request, client_address)
        if self.context:
            try:
                request.unwrap()
            except (ssl.SSLError, OSError, ValueError):
                pass

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (ConnectionError, BrokenPipeError)):
            super().handle_error(request, client_address)


def serve(context=None):
    server = Server(("127.0.0.1", 0), Handler)
    server.context = context
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server.server_address[1]


def tls_context(path, old=False):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if old:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1
    context.load_cert_chain(path)
    return context


def main():
    global log_file
    ports = sys.argv[1]
    log_file = open(ports + ".log", "a", encoding="utf-8")
    lines = ["plain %d" % serve()]
    if len(sys.argv) > 3 and sys.argv[2] == "--tls":
        for name in sorted(os.listdir(sys.argv[3])):
            if name.endswith(".pem"):
                lines.append("%s %d" % (name[:-4], serve(tls_context(os.path.join(sys.argv[3], name)))))
        lines.append("tls10 %d" % serve(tls_context(os.path.join(sys.argv[3], "good.pem"), old=True)))
    with open(ports + ".new", "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")
    os.rename(ports + ".new", ports)
    threading.Event().wait()


main()
