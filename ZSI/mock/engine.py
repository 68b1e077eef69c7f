"""The engine: what comes in as a value goes out as a value; nothing here does any I/O.

``open`` receives and chooses; where a stub's handler has to be called, the edge calls it (it may
wait for something) and hands what it gave to ``close``, which renders, checks and records.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any

from ZSI.mock.contract import MockContract
from ZSI.mock.exchange import Call, Sent
from ZSI.mock.matching import StubIndex
from ZSI.mock.operations import MockOperation, OperationTable
from ZSI.mock.receive import receive
from ZSI.mock.render import Renderer
from ZSI.mock.settings import Settings
from ZSI.mock.stubs import Stub
from ZSI.route import Router

if TYPE_CHECKING:
    from ZSI.twisted.exchange import HttpRequest


@dataclass(frozen=True, slots=True)
class Mount:
    """What answers at one path: the operations of one or several ports."""

    path: str
    router: Router[MockOperation]
    settings: Settings
    contract: MockContract


@dataclass(frozen=True, slots=True)
class Rules:
    """All stubs in force: replaced as a whole, so that one exchange never sees two sets."""

    dynamic: tuple[Stub, ...] = ()
    files: tuple[Stub, ...] = ()
    indexes: Mapping[MockOperation, StubIndex] = field(default_factory=dict)


@dataclass
class Counters:
    """What changes while the mock runs: how often each stub has answered, and what came."""

    used: dict[Stub, int] = field(default_factory=dict)
    turns: dict[Any, int] = field(default_factory=dict)


class Engine:
    """One mock server's heart.

    Args:
        mounts: what is served, by path.
        clock: gives the time; samples and templates stay near it.
        random: the source of chance; None: seeded by the settings.
        record: is given each finished call.
    """

    def __init__(
        self,
        mounts: Iterable[Mount],
        *,
        clock: Callable[[], datetime] | None = None,
        random: Random | None = None,
        record: Callable[[Call], None] | None = None,
    ) -> None:
        self.mounts = {mount.path: mount for mount in mounts}
        self.operations = OperationTable(
            operation for mount in self.mounts.values() for operation in mount.router.operations
        )
        self.clock = clock or (lambda: datetime.now(UTC))
        self.random = random or Random(0)  # noqa: S311  # chance in replies, not secrets
        self.records: list[Callable[[Call], None]] = [record] if record is not None else []
        self.rules = Rules()
        self.counters = Counters()
        self._numbers = itertools.count(1)
        self.renderer = Renderer(self)

    # ------------------------------------------------------------------ stubs

    def define(self, stubs: Iterable[Stub]) -> None:
        """Add stubs in front of those that are there, the last one first."""
        added = tuple(stubs)
        self._replace(tuple(reversed(added)) + self.rules.dynamic, self.rules.files)

    def load(self, stubs: Iterable[Stub]) -> None:
        """Replace the stubs that came from files."""
        self._replace(self.rules.dynamic, tuple(stubs))

    def remove(self, stub: Stub) -> None:
        """Take a stub away."""
        self._replace(
            tuple(known for known in self.rules.dynamic if known is not stub),
            tuple(known for known in self.rules.files if known is not stub),
        )

    def reset(self) -> None:
        """Forget the stubs added while running, and all counts."""
        self.counters = Counters()
        self._replace((), self.rules.files)

    def _replace(self, dynamic: tuple[Stub, ...], files: tuple[Stub, ...]) -> None:
        by_operation: dict[MockOperation, list[Stub]] = {}
        for stub in (*dynamic, *files):
            for operation in stub.operations:
                by_operation.setdefault(operation, []).append(stub)
        indexes = {operation: StubIndex(stubs) for operation, stubs in by_operation.items()}
        self.rules = Rules(dynamic, files, indexes)

    # ------------------------------------------------------------------ an exchange

    def open(self, http: HttpRequest, mount: Mount) -> Call:
        """Receive a request and choose what answers it."""
        started = time.perf_counter()
        call = Call(next(self._numbers), self.clock(), http)
        call = receive(call, mount.router, mount.settings)
        if call.error is None:
            call = self._choose(call)
        return call.with_(seconds=time.perf_counter() - started)

    def _choose(self, call: Call) -> Call:
        assert call.operation is not None
        index = self.rules.indexes.get(call.operation)
        if index is None:
            return call.with_(source="sample")
        match = index.match(call, self._available)
        if match.stub is None:
            return call.with_(source="fallback", misses=match.misses)
        stub = match.stub
        self.counters.used[stub] = self.counters.used.get(stub, 0) + 1
        return call.with_(
            stub=stub,
            source="handler" if stub.handler is not None else "stub",
            delay=stub.delay.seconds(self.random) if stub.delay is not None else 0.0,
        )

    def _available(self, stub: Stub) -> bool:
        return stub.times is None or self.counters.used.get(stub, 0) < stub.times

    def close(self, call: Call, mount: Mount, given: Any = None) -> Call:
        """Render, check and record the reply.

        Args:
            given: what the stub's handler gave: a typed object, a fault or a reply's definition;
                an exception becomes a fault.
        """
        started = time.perf_counter()
        call = self.renderer.render(call, mount, given)
        call = call.with_(seconds=call.seconds + time.perf_counter() - started)
        for record in self.records:
            record(call)
        return call

    def serve(self, http: HttpRequest, mount: Mount) -> Sent:
        """Answer at once, without handlers and delays; for tests and tools."""
        sent = self.close(self.open(http, mount), mount).sent
        assert sent is not None
        return sent
