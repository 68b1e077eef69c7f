"""What a run was asked for, and the one place where it talks while it works."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from bench.load import Generator


@dataclass(frozen=True, slots=True)
class Settings:
    """Options of a run.

    Args:
        seconds: of load for each figure and round.
        rounds: how often; figures are medians.
        only: names of servers; empty for all.
        workloads: first words of workloads; empty for all.
        minutes: how long a soak takes.
        requests: while a mock's memory is watched.
        generate: the load generator.
    """

    seconds: float
    rounds: int
    only: frozenset[str]
    workloads: frozenset[str]
    minutes: float
    requests: int
    generate: Generator


def say(words: str) -> None:
    """A line of progress, not part of the result."""
    print(words, file=sys.stderr, flush=True)
