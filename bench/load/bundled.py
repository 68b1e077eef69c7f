"""A load generator on asyncio, run in a process of its own: raw requests, answers only counted.

python -m bench.load.bundled PORT PATH OPERATION CONNECTIONS SECONDS < BODY
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import asdict

from bench.values import ROOT, Load, Workload


def load(port: int, workload: Workload, connections: int, seconds: float) -> Load:
    """Drive a server with keep-alive connections from one process."""
    command = [sys.executable, "-m", "bench.load.bundled", str(port), workload.path]
    command += [workload.operation, str(connections), str(seconds)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        input=workload.body,
        capture_output=True,
        check=True,
        timeout=seconds + 60,
    )
    return Load(**json.loads(done.stdout))


class Caller(asyncio.Protocol):
    """One connection: sends, counts the answer's bytes, sends again."""

    def __init__(self, request: bytes, times: list[float], errors: list[str]) -> None:
        self.request, self.times, self.errors = request, times, errors
        self.received = b""
        self.expected = 0  # bytes of the whole answer, once its head is there
        self.sent = 0.0
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.send()

    def send(self) -> None:
        assert self.transport is not None
        self.received, self.expected = b"", 0
        self.sent = time.perf_counter()
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.received += data
        if not self.expected:
            head, found, _ = self.received.partition(b"\r\n\r\n")
            if not found:
                return
            lowered = head.lower()
            length = lowered.partition(b"content-length:")[2].partition(b"\r\n")[0]
            if not lowered.startswith(b"http/1.1 200") or not length:
                self.errors.append(head.partition(b"\r\n")[0].decode("latin-1"))
            self.expected = len(head) + 4 + int(length or 0)
        if len(self.received) >= self.expected:
            self.times.append(time.perf_counter() - self.sent)
            self.send()

    def connection_lost(self, error: Exception | None) -> None:
        if error is not None:
            self.errors.append(str(error))


def summary(times: list[float], seconds: float, errors: int) -> Load:
    """The figures of a run."""
    ordered = sorted(times) or [0.0]

    def at(share: float) -> float:
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1e3

    return Load(len(times), seconds, at(0.5), at(0.99), at(0.999), errors)


async def drive(port: int, request: bytes, connections: int, seconds: float) -> Load:
    """Open the connections, let them run, close them."""
    times: list[float] = []
    errors: list[str] = []
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    opened = [
        await loop.create_connection(lambda: Caller(request, times, errors), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.sleep(seconds)
    result = summary(list(times), time.perf_counter() - started, len(errors))
    for transport, _ in opened:
        transport.abort()
    return result


def main(argv: list[str]) -> None:
    port, path, operation, connections, seconds = argv
    body = sys.stdin.buffer.read()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f'Content-Type: text/xml; charset=utf-8\r\nSOAPAction: "{operation}"\r\n'
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    made = asyncio.run(drive(int(port), head.encode() + body, int(connections), float(seconds)))
    print(json.dumps(asdict(made)))


if __name__ == "__main__":
    main(sys.argv[1:])
