"""What the sections of a bench hand to one another: frozen values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: Everything that a run makes: rivals' installs, generated stubs, results. Not in the repository.
OUT = ROOT / "bench" / "out"


class Absent(Exception):
    """A subject cannot run here; the text says why. It is named in the report and left out."""


@dataclass(frozen=True, slots=True)
class Workload:
    """One request sent again and again.

    Args:
        name: as in the tables.
        wsdl: the contract that the request follows.
        operation: its local name; the body element has the same one.
        path: where the service lives.
        body: the envelope.
        expected: bytes that a right answer contains.
        connections: how many, a table for each.
    """

    name: str
    wsdl: Path
    operation: str
    path: str
    body: bytes
    expected: bytes
    connections: tuple[int, ...] = (32,)

    @property
    def headers(self) -> dict[str, str]:
        """What a SOAP 1.1 client sends."""
        return {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{self.operation}"'}


@dataclass(frozen=True, slots=True)
class Command:
    """How a server is started."""

    argv: tuple[str, ...]
    cwd: Path = ROOT
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    """A server under test.

    Args:
        name: as in the tables.
        about: one line for the report.
        workloads: the names of those that it can answer.
        command: makes the command for a workload and a port, installing what it needs into
            ``bench/out``; raises `Absent`.
        warm_up: seconds of load before its first figure (a JIT needs more).
    """

    name: str
    about: str
    workloads: frozenset[str]
    command: Callable[[Workload, int], Command]
    warm_up: float = 1.0


@dataclass(frozen=True, slots=True)
class Load:
    """What a load generator saw: times in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float
    p999: float
    errors: int

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table of servers; the median of its rounds."""

    workload: str
    connections: int
    subject: str
    rate: float
    p50: float
    p99: float
    p999: float
    cpu_per_1000: float
    memory_mb: float
    errors: int
