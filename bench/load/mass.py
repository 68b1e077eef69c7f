"""Thousands of connections at once from one thread, in a process of its own.

python -m bench.load.mass PORT CONNECTIONS SECONDS         each calls once; figures as JSON
python -m bench.load.mass PORT CONNECTIONS SECONDS hold    … then keeps its connection open
                                                           until standard input ends
"""

from __future__ import annotations

import json
import resource
import select
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field

from bench.documents import envelope
from bench.values import ROOT

#: Connections a second: as fast as they can be opened.
BURST = 1e6
#: As fast as a server in Python can take them.
STEADY = 10_000.0


def request(port: int, number: int) -> tuple[bytes, bytes]:
    """An echo whose value no other connection sends, and what its answer must contain."""
    body = envelope(
        f'<z:Echo xmlns:z="urn:ZSI"><z:value xsi:type="xsd:string">plop-{number}</z:value></z:Echo>'
    )
    head = (
        f"POST /echo HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: text/xml\r\n"
        f'SOAPAction: "Echo"\r\nContent-Length: {len(body)}\r\n\r\n'
    )
    return head.encode() + body, f">plop-{number}<".encode()


@dataclass(slots=True)
class Call:
    """One connection and what it waits for."""

    socket: socket.socket
    ask: bytes
    expected: bytes
    sent: bool = False
    received: bytes = b""


@dataclass(slots=True)
class Tally:
    """What came back."""

    answered: int = 0
    wrong: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)


class Mass:
    """All the connections on one epoll."""

    def __init__(self, port: int, count: int) -> None:
        self.port, self.count = port, count
        self.poll = select.epoll()
        self.calls: dict[int, Call] = {}
        self.open: list[socket.socket] = []
        self.tally = Tally()

    def connect(self, number: int) -> None:
        link = socket.socket()
        link.setblocking(False)
        link.connect_ex(("127.0.0.1", self.port))
        self.open.append(link)
        self.calls[link.fileno()] = Call(link, *request(self.port, number))
        self.poll.register(link, select.EPOLLOUT | select.EPOLLIN)

    def done(self, call: Call, problem: str = "") -> None:
        descriptor = call.socket.fileno()
        self.poll.unregister(descriptor)
        del self.calls[descriptor]
        if problem:
            self.tally.wrong += 1
            self.tally.problems.append(problem)
        else:
            self.tally.answered += 1

    def ready(self, call: Call) -> None:
        """Send, or take what has come."""
        try:
            if not call.sent:
                call.socket.sendall(call.ask)
                call.sent = True
                self.poll.modify(call.socket, select.EPOLLIN)
                return
            data = call.socket.recv(65536)
        except OSError as error:
            self.done(call, str(error))
            return
        call.received += data
        if call.expected in call.received and call.received.startswith(b"HTTP/1.1 200"):
            if call.received.rstrip().endswith(b"Envelope>"):
                self.done(call)
        elif not data or b"Envelope>" in call.received[-40:]:
            self.done(call, f"wrong answer {call.received[:60]!r}")

    def run(self, seconds: float, rate: float) -> Tally:
        """Call on all of them, and wait for the answers at most so long."""
        started = time.perf_counter()
        opened = 0
        while opened < self.count or self.calls:
            passed = time.perf_counter() - started
            if passed > seconds:
                break
            due = min(self.count, int(passed * rate) + 1, opened + 256)
            for number in range(opened, due):
                self.connect(number)
            opened = due
            for descriptor, _ in self.poll.poll(0.001 if opened < self.count else 0.05):
                self.ready(self.calls[descriptor])
        self.tally.seconds = time.perf_counter() - started
        self.tally.wrong += len(self.calls)
        return self.tally


def command(port: int, count: int, seconds: float, rate: float, *more: str) -> list[str]:
    """The command line for a process of its own."""
    numbers = (str(number) for number in (port, count, seconds, rate))
    return [sys.executable, "-m", "bench.load.mass", *numbers, *more]


def call_all(port: int, count: int, seconds: float, rate: float = BURST) -> Tally:
    """Every connection calls once; what came back within so many seconds."""
    argv = command(port, count, seconds, rate)
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, check=True)
    return Tally(**json.loads(done.stdout))


def main(port: str, count: str, seconds: str, rate: str, hold: str = "") -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    mass = Mass(int(port), int(count))
    tally = mass.run(float(seconds), float(rate))
    figures = {"answered": tally.answered, "wrong": tally.wrong, "seconds": tally.seconds}
    print(json.dumps({**figures, "problems": tally.problems[:5]}), flush=True)
    if hold:
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
