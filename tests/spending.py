"""Seconds of the processor that a few lines took, for bounds that hostile input must keep."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class Spent:
    """Filled when the lines have run."""

    seconds: float = 0.0


@contextmanager
def spending() -> Iterator[Spent]:
    """Measure the lines inside; a collection in the midst would count all that is in memory."""
    spent = Spent()
    gc.collect()
    gc.disable()
    began = time.process_time()
    try:
        yield spent
    finally:
        spent.seconds = time.process_time() - began
        gc.enable()
