"""Results as text tables, JSON and one picture."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.chart import Bars, Lines, picture

#: Between these lines of docs/performance.md stand the figures of the last ``--doc`` run.
MARKS = ("<!-- figures -->", "<!-- end of figures -->")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one kind.

    Args:
        title: above it.
        columns: heads; the first is text, the others numbers or text.
        rows: as many cells each.
        notes: lines below it.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """What one part of a run found."""

    name: str
    tables: tuple[Table, ...] = ()
    charts: tuple[Bars | Lines, ...] = ()
    absent: Mapping[str, str] = field(default_factory=dict)


def cell(value: object) -> str:
    """A number with as many digits as it deserves."""
    if value is None:
        return "-"
    if isinstance(value, float):
        if abs(value) >= 1000:
            return f"{value:,.0f}"
        return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def text(table: Table) -> str:
    """The table in fixed-width letters."""
    rows = [table.columns, *(tuple(cell(value) for value in row) for row in table.rows)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(table.columns))]
    lines = [table.title, ""]
    for number, row in enumerate(rows):
        first, *others = zip(row, widths, strict=True)
        line = first[0].ljust(first[1]) + "".join(f"  {c.rjust(w)}" for c, w in others)
        lines.append(line.rstrip())
        if number == 0:
            lines.append("-" * len(line))
    return "\n".join([*lines, *table.notes, ""])


def machine() -> dict[str, str]:
    """What the figures were taken on."""
    model = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0].partition(":")[2].strip() if names else ""
    return {
        "date": time.strftime("%Y-%m-%d"),
        "processor": f"{os.cpu_count()} x {model}",
        "system": platform.system() + " " + platform.release(),
        "python": platform.python_version(),
    }


def as_json(sections: Sequence[Section], load: str) -> dict[str, Any]:
    """The whole run as plain data."""
    return {
        "machine": machine(),
        "load": load,
        "sections": {
            section.name: {
                "tables": [
                    {
                        "title": table.title,
                        "rows": [dict(zip(table.columns, row, strict=True)) for row in table.rows],
                        "notes": list(table.notes),
                    }
                    for table in section.tables
                ],
                "absent": dict(section.absent),
            }
            for section in sections
        },
    }


def with_figures(page: str, sections: Sequence[Section], load: str, picture: str) -> str:
    """A Markdown text with what stands between its two marks replaced by these figures.

    Raises:
        ValueError: the marks are not there.
    """
    before, first, rest = page.partition(MARKS[0])
    _, second, after = rest.partition(MARKS[1])
    if not first or not second:
        raise ValueError(f"expected {MARKS[0]} and {MARKS[1]} in the text")
    said = [f"{key}: {value}" for key, value in machine().items()]
    lines = [MARKS[0], "", f"Taken with {load}; {'; '.join(said)}.", ""]
    lines += [f"![the same as bars and lines]({picture})", ""]
    for section in sections:
        for table in section.tables:
            lines += ["```text", *text(table).rstrip().splitlines(), "```", ""]
        if section.absent:
            why = sorted(section.absent.items())
            lines += [f"- left out: {who}: {reason.splitlines()[0]}" for who, reason in why]
            lines.append("")
    return before + "\n".join(lines) + MARKS[1] + after


def write(sections: Sequence[Section], load: str, folder: Path) -> tuple[Path, Path]:
    """Write results.json and results.svg, and say where."""
    folder.mkdir(parents=True, exist_ok=True)
    data, image = folder / "results.json", folder / "results.svg"
    data.write_text(json.dumps(as_json(sections, load), indent=1), "utf-8")
    charts = [chart for section in sections for chart in section.charts]
    image.write_text(picture(charts), "utf-8")
    return data, image
