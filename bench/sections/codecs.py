"""Megabytes a second of reading and writing, and what four times the document costs."""

from __future__ import annotations

from functools import partial
from typing import Any

from bench.chart import Bars
from bench.codecs import Codec, modules
from bench.documents import KINDS, Kind
from bench.report import Section, Table
from bench.settings import Settings, say
from bench.timing import in_turns
from bench.values import Absent

LEAST = 0.3  # seconds of work in each round of each figure


def codecs(kind: Kind, absent: dict[str, str]) -> dict[str, Codec]:
    """Those that take this kind; the others are noted."""
    found = {}
    for module in modules():
        try:
            found[module.NAME] = module.codec(kind)
            found[module.NAME].read(kind.make(3))
        except Exception as problem:
            # whatever a rival raises, the others still get their figures
            why = problem if isinstance(problem, Absent) else f"{type(problem).__name__}: {problem}"
            absent[f"{module.NAME} ({kind.name})"] = str(why)
            found.pop(module.NAME, None)
    return found


def speeds(found: dict[str, Codec], kind: Kind, count: int, rounds: int) -> tuple[Any, Any, int]:
    """Seconds to read and to write by name, and the size of the document."""
    document = kind.make(count)
    reading = {name: partial(codec.read, document) for name, codec in found.items()}
    writing = {
        name: partial(codec.write, codec.read(document))
        for name, codec in found.items()
        if codec.write is not None
    }
    return in_turns(reading, LEAST, rounds), in_turns(writing, LEAST, rounds), len(document)


def compare(kind: Kind, settings: Settings, absent: dict[str, str]) -> tuple[Table, list[Bars]]:
    """The table of one kind of document."""
    found = codecs(kind, absent)
    read, write, size = speeds(found, kind, kind.count, settings.rounds)
    read4, write4, size4 = speeds(found, kind, 4 * kind.count, settings.rounds)
    rows = []
    for name in found:
        row: list[object] = [name]
        for time, time4 in ((read, read4), (write, write4)):
            if name not in time:
                row += [None, None, None]
                continue
            times = time["zeep"] / time[name] if "zeep" in time else None
            row += [size / time[name] / 1e6, times, time4[name] / time[name]]
        rows.append(tuple(row))
    heads = ("library", "read MB/s", "x zeep", "4n costs x", "write MB/s", "x zeep ", "4n costs x ")
    table = Table(f"{kind.name}: {size / 1e6:.2f} MB, and {size4 / 1e6:.2f} MB", heads, tuple(rows))
    charts = []
    if kind.operation == "Records":
        for word, time in (("read", read), ("write", write)):
            values = {name: size / spent / 1e6 for name, spent in time.items()}
            charts.append(Bars(f"{kind.name}, {word}", "MB/s", values))
    return table, charts


def run(settings: Settings) -> Section:
    """Every kind of document."""
    tables: list[Table] = []
    charts: list[Bars] = []
    absent: dict[str, str] = {}
    for kind in KINDS:
        say(f"{kind.name}")
        table, bars = compare(kind, settings, absent)
        tables.append(table)
        charts += bars
    return Section("codecs", tuple(tables), tuple(charts), absent)
