"""Load generators: wrk where it is installed, else one of our own; the report says which."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from bench.load import bundled, wrk
from bench.values import Load, Workload

#: Arguments: port, workload, connections, seconds.
Generator = Callable[[int, Workload, int, float], Load]


def choose() -> tuple[str, Generator]:
    """Name and function of the generator to use."""
    if shutil.which("wrk"):
        return "wrk, 1 thread", wrk.load
    return (
        "the bundled generator (wrk is not installed; it costs more processor time)",
        bundled.load,
    )
