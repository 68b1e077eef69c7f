"""Requests a second of every server that can be had, in turns, the median of the rounds."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from contextlib import ExitStack

from bench.chart import Bars
from bench.load import Generator
from bench.process import Server, free_port
from bench.report import Section, Table
from bench.settings import Settings, say
from bench.subjects import SUBJECTS
from bench.values import Absent, Load, Row, Subject, Workload
from bench.workloads import WORKLOADS

BASE = "bare twisted.web"


def started(
    workload: Workload, wanted: Iterable[Subject], stack: ExitStack, absent: dict[str, str]
) -> list[tuple[Subject, Server]]:
    """Servers that run and answer right; why the others do not is noted in ``absent``."""
    running = []
    for subject in wanted:
        if workload.name not in subject.workloads:
            continue
        try:
            port = free_port()
            server = stack.enter_context(Server(subject.command(workload, port), port))
            server.check(workload)
        except (Absent, RuntimeError, OSError) as problem:
            absent[f"{subject.name} ({workload.name})"] = str(problem)
            say(f"  {subject.name}: left out: {str(problem)[:300]}")
            continue
        running.append((subject, server))
    return running


def measure(
    workload: Workload,
    connections: int,
    running: Sequence[tuple[Subject, Server]],
    generate: Generator,
    settings: Settings,
) -> list[Row]:
    """Rounds in turns, so that a busy moment of the machine hits all alike."""
    seen: dict[str, list[tuple[Load, float]]] = {subject.name: [] for subject, _ in running}
    for _ in range(settings.rounds):
        for subject, server in running:
            before = server.cpu()
            load = generate(server.port, workload, connections, settings.seconds)
            seen[subject.name].append((load, server.cpu() - before))
    rows = []
    for subject, server in running:
        loads = [load for load, _ in seen[subject.name]]
        cpu = [spent / max(load.requests, 1) * 1000 for load, spent in seen[subject.name]]
        rows.append(
            Row(
                workload=workload.name,
                connections=connections,
                subject=subject.name,
                rate=statistics.median(load.rate for load in loads),
                p50=statistics.median(load.p50 for load in loads),
                p99=statistics.median(load.p99 for load in loads),
                p999=statistics.median(load.p999 for load in loads),
                cpu_per_1000=statistics.median(cpu),
                memory_mb=server.memory(),
                errors=sum(load.errors for load in loads),
            )
        )
        server.check(workload)
    return rows


def table(workload: Workload, connections: int, rows: Sequence[Row]) -> Table:
    """The rows with their ratios to the bare resource and to the ceiling."""
    rates = {row.subject: row.rate for row in rows}

    def ratio(row: Row, base: str) -> float | None:
        return row.rate / rates[base] if rates.get(base) else None

    return Table(
        f"{workload.name}, {connections} connection{'s' * (connections != 1)}",
        ("server", "requests/s", "of ceiling", "of bare web", "p50 ms", "p99 ms", "p99.9 ms")
        + ("CPU s/1,000", "MB", "errors"),
        tuple(
            (row.subject, row.rate, ratio(row, "ceiling"), ratio(row, BASE), row.p50, row.p99)
            + (row.p999, row.cpu_per_1000, row.memory_mb, row.errors)
            for row in rows
        ),
    )


def run(settings: Settings) -> Section:
    """Every workload on every server that takes it."""
    tables: list[Table] = []
    charts: list[Bars] = []
    absent: dict[str, str] = {}
    wanted = [s for s in SUBJECTS if not settings.only or s.name in settings.only]
    for name, workload in WORKLOADS.items():
        if settings.workloads and name not in settings.workloads:
            continue
        say(f"{workload.name}: starting servers")
        with ExitStack() as stack:
            running = started(workload, wanted, stack, absent)
            if not running:
                continue
            middle = workload.connections[len(workload.connections) // 2]
            for subject, server in running:
                settings.generate(server.port, workload, middle, subject.warm_up)
            for connections in workload.connections:
                say(f"{workload.name}: {connections} connections")
                rows = measure(workload, connections, running, settings.generate, settings)
                tables.append(table(workload, connections, rows))
                rates = {row.subject: row.rate for row in rows}
                charts.append(Bars(tables[-1].title, "requests/s", rates))
    return Section("servers", tuple(tables), tuple(charts), absent)
