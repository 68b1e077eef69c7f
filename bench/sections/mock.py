"""The mock beside the typed echo, on the same front: samples, stubs, many operations.

And in this process, what each further stub costs that has to be asked.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from bench.chart import Bars
from bench.report import Section, Table
from bench.sections.servers import measure, started
from bench.settings import Settings, say
from bench.subjects import mock, ours
from bench.timing import in_turns
from bench.values import Row
from bench.workloads import ECHO

CONNECTIONS = 32
#: Stubs that do not match, of each kind.
ASKED = 200
LEAST = 0.1  # seconds of work in each round of each kind


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


def matchings() -> dict[str, Callable[[], Any]]:
    """A call held against stubs of one kind, none of which matches."""
    from ZSI.mock.contract import MockContract
    from ZSI.mock.facade import Mock
    from ZSI.mock.matchers import matching
    from ZSI.mock.stubs import Stub, When
    from ZSI.twisted.exchange import HttpRequest

    names = {"z": "urn:ZSI"}
    kinds: dict[str, Callable[[int], When]] = {
        "a field compared": lambda n: When({"value": f"value {n}"}),
        "a pattern": lambda n: When({"value": matching(f"^value {n}$")}),
        "an XPath": lambda n: When(xpath={"//z:Echo/z:value": f"value {n}"}, namespaces=names),
        "an XPath of its own": lambda n: When(
            xpath={f"//z:Echo/z:value[.='value {n}']": "x"}, namespaces=names
        ),
        "a function": lambda n: When(tests=(lambda request: False,)),
    }
    works = {}
    for name, when in kinds.items():
        made = Mock([MockContract.load(ECHO.wsdl)])
        fields = tuple((key.lower(), value) for key, value in ECHO.headers.items())
        call = made.engine.open(
            HttpRequest("POST", ECHO.path, ECHO.path, fields, ECHO.body), made.mounts[0]
        )
        for number in range(ASKED):
            made.engine.define(Stub("Echo", when(number)))
        assert call.operation is not None
        index = made.engine.rules.indexes[call.operation]
        works[name] = lambda index=index, call=call: index.match(call)
    return works


def slopes(settings: Settings) -> Table:
    """Microseconds of matching, for each stub."""
    times = in_turns(matchings(), LEAST, settings.rounds)
    return Table(
        f"a call that none of {ASKED} stubs matches",
        ("conditions", "µs", "µs a stub"),
        tuple((name, spent * 1e6, spent * 1e6 / ASKED) for name, spent in times.items()),
        ("fields compared with values are found by looking up; what else, asked one by one",),
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
    say("stubs that are asked one by one")
    return Section("mock", (made, slopes(settings)), (chart,), absent)
