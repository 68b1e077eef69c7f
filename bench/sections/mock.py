"""The mock beside the typed echo, on the same front: samples, stubs, many operations."""

from __future__ import annotations

from contextlib import ExitStack

from bench.chart import Bars
from bench.report import Section, Table
from bench.sections.servers import measure, started
from bench.settings import Settings, say
from bench.subjects import mock, ours
from bench.values import Row
from bench.workloads import ECHO

CONNECTIONS = 32


def table(rows: list[Row]) -> Table:
    """The rows with what the issue of the mock asks of them."""
    rates = {row.subject: row.rate for row in rows}
    typed, sample = rates.get(ours.FRONT.name), rates.get(mock.SAMPLE)
    one = rates.get(mock.ONE_STUB)

    def ratio(rate: float | None, base: float | None) -> float | None:
        return rate / base if rate and base else None

    def time_of_one(row: Row) -> float | None:
        """How many times as long as one stub, or one operation."""
        base = one if "stub" in row.subject else sample
        return ratio(base, row.rate) if row.subject.startswith(mock.PREFIX) else None

    return Table(
        f"echo, {CONNECTIONS} connections, the fast front",
        ("server", "requests/s", "of typed echo", "time of one", "p50 ms", "p99 ms")
        + ("CPU s/1,000", "MB", "errors"),
        tuple(
            (row.subject, row.rate, ratio(row.rate, typed), time_of_one(row), row.p50, row.p99)
            + (row.cpu_per_1000, row.memory_mb, row.errors)
            for row in rows
        ),
        (
            "time of one: that of one stub, or of one operation; requests and replies are checked,",
            "journal, figures and console as they come",
        ),
    )


def run(settings: Settings) -> Section:
    """All of them in turns."""
    absent: dict[str, str] = {}
    with ExitStack() as stack:
        say("echo and mocks: starting servers")
        running = started(ECHO, [ours.FRONT, *mock.subjects()], stack, absent)
        for subject, server in running:
            settings.generate(server.port, ECHO, CONNECTIONS, subject.warm_up)
        say(f"echo and mocks: {CONNECTIONS} connections")
        rows = measure(ECHO, CONNECTIONS, running, settings.generate, settings)
    made = table(rows)
    chart = Bars(f"mocks: {made.title}", "requests/s", {row.subject: row.rate for row in rows})
    return Section("mock", (made,), (chart,), absent)
