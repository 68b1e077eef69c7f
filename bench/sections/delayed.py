"""10,000 calls at once, each answered 5 s late: the promise that calls do not wait for others."""

from __future__ import annotations

from bench.load import mass
from bench.process import Server, free_port
from bench.report import Section, Table
from bench.settings import Settings, say
from bench.subjects import ours
from bench.values import Absent
from bench.workloads import ECHO

DELAY = 5.0
#: How many calls, and how many connections a second are opened.
CALLS = (
    (50, mass.BURST, "at once"),
    (1_000, mass.BURST, "at once"),
    (10_000, mass.STEADY, "opened within a second"),
    (10_000, mass.BURST, "at once"),
)


def run(settings: Settings) -> Section:
    """Both fronts, from few calls to many."""
    rows: list[tuple[object, ...]] = []
    absent: dict[str, str] = {}
    for subject in (ours.FRONT, ours.WEB):
        for count, rate, how in CALLS:
            port = free_port()
            try:
                command = ours.delayed(subject, port, DELAY)
                with Server(command, port) as server:
                    server.check(ECHO)
                    say(f"{subject.name}: {count} calls {how}")
                    tally = mass.call_all(port, count, 60, rate)
                    peak = server.peak()
            except (Absent, RuntimeError) as problem:
                absent[f"{subject.name} ({count} calls)"] = str(problem)
                continue
            late = tally.seconds - DELAY
            rows.append(
                (f"{subject.name}, {count:,} {how}", tally.answered, tally.wrong, tally.seconds)
                + (late, peak)
            )
    heads = ("server", "right", "wrong", "all after s", "beyond the delay", "peak MB")
    table = Table(f"parallel calls, each delayed {DELAY:.0f} s", heads, tuple(rows))
    return Section("delayed", (table,), (), absent)
