"""What a connection costs that has called once and says nothing more."""

from __future__ import annotations

import json
import subprocess

from bench.chart import Lines
from bench.load import mass
from bench.process import Server, free_port
from bench.report import Section, Table
from bench.settings import Settings, say
from bench.subjects import bare_web, ours
from bench.values import ROOT, Absent
from bench.workloads import ECHO

COUNTS = (100, 1_000, 10_000)


def held(server: Server, count: int) -> float:
    """Megabytes that the server has grown by while so many connections stay open."""
    before = server.memory()
    holder = subprocess.Popen(
        mass.command(server.port, count, 60, mass.STEADY, "hold"),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    try:
        tally = json.loads(holder.stdout.readline())
        if tally["wrong"]:
            raise RuntimeError(f"{tally['wrong']} wrong answers: {tally['problems']}")
        return server.memory() - before
    finally:
        holder.communicate(b"", timeout=30)


def run(settings: Settings) -> Section:
    """Our fronts and the bare resource."""
    rows: list[tuple[object, ...]] = []
    absent: dict[str, str] = {}
    series: dict[str, list[tuple[float, float]]] = {}
    for subject in (ours.FRONT, ours.WEB, bare_web.SUBJECT):
        for count in COUNTS:
            port = free_port()
            try:
                with Server(subject.command(ECHO, port), port) as server:
                    for _ in range(20):
                        server.check(ECHO)
                    say(f"{subject.name}: {count} idle connections")
                    grown = held(server, count)
            except (Absent, RuntimeError) as problem:
                absent[f"{subject.name} ({count} idle)"] = str(problem)
                continue
            rows.append((f"{subject.name}, {count:,}", grown, grown * 1e6 / count / 1024))
            series.setdefault(subject.name, []).append((count, max(grown, 0.01)))
    heads = ("server, connections", "MB more", "KB a connection")
    table = Table("idle keep-alive connections, each after one call", heads, tuple(rows))
    chart = Lines("memory of idle connections", "connections", "MB", series)
    return Section("idle", (table,), (chart,), absent)
