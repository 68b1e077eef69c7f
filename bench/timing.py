"""Times of small pieces of code, several of them in turns."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from typing import Any


def once(work: Callable[[], Any], least: float) -> float:
    """Seconds of one call, the mean over as many as fill ``least`` seconds."""
    gc.collect()
    calls = 0
    started = time.perf_counter()
    while True:
        work()
        calls += 1
        spent = time.perf_counter() - started
        if spent >= least:
            return spent / calls


def in_turns(works: Mapping[str, Callable[[], Any]], least: float, rounds: int) -> dict[str, float]:
    """The best time of each over the rounds: what is above it is the machine's other work."""
    best: dict[str, float] = {}
    for _ in range(rounds):
        for name, work in works.items():
            best[name] = min(best.get(name, float("inf")), once(work, least))
    return best
