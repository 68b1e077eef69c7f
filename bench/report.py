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


def write(sections: Sequence[Section], load: str, folder: Path) -> tuple[Path, Path]:
    """Write results.json and results.svg, and say where."""
    folder.mkdir(parents=True, exist_ok=True)
    data, image = folder / "results.json", folder / "results.svg"
    data.write_text(json.dumps(as_json(sections, load), indent=1), "utf-8")
    charts = [chart for section in sections for chart in section.charts]
    image.write_text(picture(charts), "utf-8")
    return data, image
