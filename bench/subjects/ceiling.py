"""Twisted protocol + httptools + lxml parse, constant reply: nothing on Twisted can be faster."""

from __future__ import annotations

import sys

from bench.values import OUT, Command, Subject, Workload


def command(workload: Workload, port: int) -> Command:
    body = OUT / f"ceiling-{workload.operation}.xml"
    body.write_bytes(workload.body)
    return Command((sys.executable, "-m", "bench.servers.ceiling", str(port), str(body)))


SUBJECT = Subject(
    "ceiling",
    "bare Twisted protocol, httptools, lxml parse, constant reply",
    frozenset({"echo", "typed, 20 fields", "rpc/encoded, 20 structs", "document, 0.9 MB"}),
    command,
)
