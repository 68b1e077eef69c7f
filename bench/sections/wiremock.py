"""The mock beside WireMock, doing the same: a field compared, a templated reply, a journal."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack

from bench.chart import Bars, Lines
from bench.process import Server, free_port
from bench.report import Section, Table
from bench.sections.servers import measure
from bench.settings import Settings, say
from bench.subjects import mock, wiremock
from bench.values import Absent, Command, Subject
from bench.workloads import ECHO

CONNECTIONS = 32
STARTS = 5
#: Seconds of load before WireMock's first figure: a JIT takes its time.
WARM_UP = 20.0
#: Looks at the memory while the requests of ``--requests`` come.
LOOKS = 10
OURS = mock.TEMPLATED
COLD = mock.HOME / "cold"


def first_answer(command: Callable[[int], Command]) -> float:
    """Seconds from starting the process to having read the first answer."""
    port = free_port()
    made = command(port)
    started = time.perf_counter()
    with Server(made, port, pause=0.001) as server:
        server.check(ECHO)
        return time.perf_counter() - started


def cold(port: int) -> Command:
    """Ours with nothing kept of contracts that were read before."""
    shutil.rmtree(COLD, ignore_errors=True)
    return mock.template_command(port, COLD)


def starts() -> Table:
    """First answers; all programs are in the memory of the machine, compiled Python on disk."""
    works: dict[str, Callable[[int], Command]] = {
        f"{OURS}, contract read anew": cold,
        f"{OURS}, contract kept": mock.template_command,
        "WireMock": wiremock.equal_command,
    }
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(STARTS):
        for name, command in works.items():
            times[name].append(first_answer(command))
    theirs = statistics.median(times["WireMock"])
    rows = tuple(
        (name, statistics.median(found), min(found), theirs / statistics.median(found))
        for name, found in times.items()
    )
    return Table("from start to the first answer", ("server", "s", "best", "times as fast"), rows)


def memory(
    subject: Subject, server: Server, settings: Settings, requests: int
) -> list[tuple[float, float]]:
    """Requests so far and megabytes, while about so many requests come."""
    done = 0
    samples: list[tuple[float, float]] = []
    slices = max(settings.seconds, 1.0)
    step = requests / LOOKS
    while done < requests:
        done += settings.generate(server.port, ECHO, CONNECTIONS, slices).requests
        if done >= step * (len(samples) + 1) or done >= requests:
            samples.append((float(done), server.memory()))
            say(f"{subject.name}: {done:,} requests, {samples[-1][1]:.0f} MB")
    server.check(ECHO)
    return samples


def rates(running: list[tuple[Subject, Server]], settings: Settings) -> tuple[Table, Bars]:
    """Requests a second, in turns."""
    rows = measure(ECHO, CONNECTIONS, running, settings.generate, settings)
    base = next(row.rate for row in rows if row.subject == wiremock.SUBJECT.name)
    made = Table(
        f"a match, a template, a journal: {CONNECTIONS} connections",
        ("server", "requests/s", "of WireMock", "p50 ms", "p99 ms", "CPU s/1,000", "errors"),
        tuple(
            (row.subject, row.rate, row.rate / base, row.p50, row.p99, row.cpu_per_1000, row.errors)
            for row in rows
        ),
        (f"WireMock after {WARM_UP:g} s of load; both journals keep 1,000 exchanges",),
    )
    return made, Bars(f"mocks: {made.title}", "requests/s", {row.subject: row.rate for row in rows})


def run(settings: Settings) -> Section:
    """Starts, rates, memory."""
    template = Subject(
        OURS, "", frozenset({ECHO.name}), lambda _, port: mock.template_command(port)
    )
    rival = Subject(
        wiremock.SUBJECT.name, "", frozenset({ECHO.name}),
        lambda _, port: wiremock.equal_command(port), WARM_UP,
    )  # fmt: skip
    try:
        say("starts")
        tables = [starts()]
        with ExitStack() as stack:
            running = []
            for subject in (template, rival):
                port = free_port()
                server = stack.enter_context(Server(subject.command(ECHO, port), port))
                server.check(ECHO)
                say(f"{subject.name}: warming up for {subject.warm_up:g} s")
                settings.generate(port, ECHO, CONNECTIONS, subject.warm_up)
                running.append((subject, server))
            made, bars = rates(running, settings)
            tables.append(made)
        return _with_memory(tables, bars, (template, rival), settings)
    except (Absent, RuntimeError) as problem:
        return Section("wiremock", absent={"WireMock": str(problem)})


def _with_memory(
    tables: list[Table], bars: Bars, subjects: tuple[Subject, Subject], settings: Settings
) -> Section:
    """Memory, each alone on the machine; WireMock gets 100,000 requests at most."""
    series = {}
    for subject, most in zip(subjects, (settings.requests, 100_000), strict=True):
        port = free_port()
        with Server(subject.command(ECHO, port), port) as server:
            requests = min(settings.requests, most)
            series[subject.name] = memory(subject, server, settings, requests)
    theirs = series[subjects[1].name][-1][1]
    rows: list[tuple[object, ...]] = []
    for name, samples in series.items():
        early, (done, late) = samples[0][1], samples[-1]
        rows.append((name, int(done), early, late, theirs / late))
    heads = ("server", "requests", "MB after a tenth", "MB in the end", "less than WireMock, times")
    made = Table("memory, both journals with 1,000 exchanges", heads, tuple(rows))
    chart = Lines("memory of mocks", "requests", "MB", series)
    return Section("wiremock", (*tables, made), (bars, chart))
