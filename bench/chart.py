"""Bars and lines as SVG, in a few dozen lines, so that a bench needs no plotting library."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH = 760
LEFT = 190  # room for the names of bars
ROW = 22
PLOT = 240  # height of a line chart
COLOURS = ("#1b6ca8", "#e07a1f", "#2e8b57", "#b03060", "#6a5acd", "#808000", "#555555", "#008b8b")


@dataclass(frozen=True, slots=True)
class Bars:
    """One bar for each name; what is ours is drawn darker."""

    title: str
    unit: str
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Lines:
    """Points for each name on two logarithmic axes; a straight diagonal is linear growth."""

    title: str
    across: str
    up: str
    series: Mapping[str, Sequence[tuple[float, float]]]


def _label(x: float, y: float, words: str, size: int = 12, anchor: str = "start") -> str:
    place = f'x="{x:.0f}" y="{y:.0f}" font-size="{size}" text-anchor="{anchor}"'
    return f"<text {place}>{escape(words)}</text>"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _bars(chart: Bars, top: float) -> tuple[list[str], float]:
    """SVG elements from ``top`` downwards, and where they end."""
    parts = [_label(10, top + 16, f"{chart.title} ({chart.unit})", 14)]
    most = max(chart.values.values(), default=0) or 1
    y = top + 28
    for name, value in chart.values.items():
        width = (WIDTH - LEFT - 90) * value / most
        fill = COLOURS[0] if name.startswith("ours") else "#a8b8c4"
        parts.append(_label(LEFT - 8, y + 14, name, anchor="end"))
        parts.append(
            f'<rect x="{LEFT}" y="{y:.0f}" width="{width:.1f}" height="16" fill="{fill}"/>'
        )
        parts.append(_label(LEFT + width + 6, y + 13, _number(value)))
        y += ROW
    return parts, y + 14


def _ticks(low: float, high: float) -> list[float]:
    """Powers of ten around the values."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    return [10.0**power for power in range(first, max(last, first + 1) + 1)]


def _lines(chart: Lines, top: float) -> tuple[list[str], float]:
    """SVG elements from ``top`` downwards, and where they end."""
    points = [point for series in chart.series.values() for point in series]
    parts = [_label(10, top + 16, chart.title, 14)]
    if not points:
        return parts, top + 30
    across, up = (_ticks(min(axis), max(axis)) for axis in zip(*points, strict=True))
    left, right, bottom = 70.0, WIDTH - 210.0, top + 30 + PLOT

    def x(value: float) -> float:
        return left + (right - left) * math.log(value / across[0]) / math.log(
            across[-1] / across[0]
        )

    def y(value: float) -> float:
        return bottom - PLOT * math.log(value / up[0]) / math.log(up[-1] / up[0])

    for tick in across:
        parts.append(_label(x(tick), bottom + 16, _number(tick), 11, "middle"))
        parts.append(f'<path d="M{x(tick):.0f} {bottom:.0f}v-{PLOT}" stroke="#ddd"/>')
    for tick in up:
        parts.append(_label(left - 6, y(tick) + 4, _number(tick), 11, "end"))
        parts.append(f'<path d="M{left:.0f} {y(tick):.0f}H{right:.0f}" stroke="#ddd"/>')
    parts.append(_label((left + right) / 2, bottom + 34, chart.across, 12, "middle"))
    parts.append(_label(10, top + 32, chart.up, 11))
    for number, (name, series) in enumerate(chart.series.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = "L".join(f"{x(a):.1f} {y(b):.1f}" for a, b in series)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{x(a):.1f}" cy="{y(b):.1f}" r="3" fill="{colour}"/>' for a, b in series
        ]
        key = f'x="{right + 14:.0f}" y="{top + 34 + 18 * number:.0f}" width="10" height="10"'
        parts.append(f'<rect {key} fill="{colour}"/>')
        parts.append(_label(right + 30, top + 43 + 18 * number, name, 11))
    return parts, bottom + 52


def picture(charts: Sequence[Bars | Lines]) -> str:
    """All charts below one another."""
    parts: list[str] = []
    top = 6.0
    for chart in charts:
        made, top = _bars(chart, top) if isinstance(chart, Bars) else _lines(chart, top)
        parts += made
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top:.0f}" '
        f'font-family="sans-serif">\n<rect width="100%" height="100%" fill="white"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )
