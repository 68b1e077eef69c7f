"""The engine: what comes in as a value goes out as a value; nothing here does any I/O.

``open`` receives and chooses; where a stub's handler has to be called, the edge calls it (it may
wait for something) and hands what it gave to ``close``, which renders, checks and records.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any

from ZSI.errors import Finding
from ZSI.mock.contract import MockContract
from ZSI.mock.errors import DefinitionError
from ZSI.mock.exchange import Call, Sent
from ZSI.mock.gates import Gates
from ZSI.mock.matching import ReadyStub, StubIndex
from ZSI.mock.operations import MockOperation, OperationTable
from ZSI.mock.receive import receive
from ZSI.mock.render import Renderer
from ZSI.mock.settings import Settings
from ZSI.mock.state import Clock, States, unchanged
from ZSI.mock.stubs import CallableReply, Stub, order_of_choice
from ZSI.mock.trouble import IN_CONNECTION, Chance, check_trouble, spoiled
from ZSI.route import Router

if TYPE_CHECKING:
    from ZSI.twisted.exchange import HttpRequest


#: Stubs taken away before what was compiled for them is dropped: looking for it costs the more,
#: the more stubs there are.
MOST_SPENT = 200


@dataclass(frozen=True, slots=True)
class Mount:
    """What answers at one path: the operations of one or several ports.

    Attributes:
        paths: the path of each of the contract's ports.
        endpoints: where it listens; ``""`` is the server's own.
        owns: by contract's name, instances of service classes, which answer before samples do.
    """

    path: str
    router: Router[MockOperation]
    settings: Settings
    contract: MockContract
    paths: Mapping[str, str]
    endpoints: tuple[str, ...] = ("",)
    owns: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rules:
    """All stubs in force: replaced as a whole, so that one exchange never sees two sets."""

    dynamic: tuple[Stub, ...] = ()
    files: tuple[Stub, ...] = ()
    indexes: Mapping[MockOperation, StubIndex] = field(default_factory=dict)
    #: By operation and session; those of no session hold for all that have none of their own.
    fallbacks: Mapping[tuple[MockOperation, str], Any] = field(default_factory=dict)

    @property
    def all(self) -> tuple[Stub, ...]:
        """Every stub, those from files last."""
        return self.dynamic + self.files


class Engine:
    """One mock server's heart.

    Args:
        mounts: what is served, by path.
        clock: the real time; the mock's own can be moved, see `ZSI.mock.state.Clock`.
        random: the source of chance.
        url: gives the URL of a port (or path), for templates.
    """

    def __init__(
        self,
        mounts: Iterable[Mount],
        *,
        clock: Callable[[], datetime] | None = None,
        random: Random | None = None,
        url: Callable[[str], str] | None = None,
    ) -> None:
        self._mount(mounts)
        self.clock = Clock(clock)
        self.states = States(self.clock)
        self.random = random or Random(0)  # chance in replies, not secrets
        self.url = url or (lambda name: name)
        self.gates = Gates()
        self.chance = Chance(self.random)
        self.records: list[Callable[[Call], None]] = []
        self.rules = Rules()
        self._ready: dict[tuple[int, MockOperation], ReadyStub] = {}
        #: Stubs that were found right, by number, each with the operations that it is for.
        self._checked: dict[int, tuple[Stub, tuple[MockOperation, ...]]] = {}
        #: Stubs taken away, or refused, of which something may be left in the two.
        self._spent = 0
        self._numbers = itertools.count(1)
        self._last = 0
        #: Calls up to this number came before all was reset.
        self.forgotten = 0
        self.renderer = Renderer(self)

    def _mount(self, mounts: Iterable[Mount]) -> None:
        self.mounts = tuple(mounts)
        self.operations = OperationTable(
            dict.fromkeys(o for mount in self.mounts for o in mount.router.operations)
        )
        self.seed = next((mount.settings.seed for mount in self.mounts), 0)

    def remount(self, mounts: Iterable[Mount], stubs: Iterable[Stub]) -> None:
        """Serve other mounts with other stubs from files: both at once, or neither.

        Stubs that say what one of before said go on counting where that stood.

        Raises:
            DefinitionError, UnknownName: a stub does not fit; everything is as it was.
        """
        before, files = self.mounts, self.rules.files
        self._mount(mounts)
        try:
            self._replace(self.rules.dynamic, tuple(stubs))
        except BaseException:
            self._mount(before)
            raise
        numbers = unchanged(files, self.rules.files)
        self.states.carry(numbers)
        self.chance.carry(numbers)

    # ------------------------------------------------------------------ stubs

    def define(self, stub: Stub) -> Stub:
        """Put a stub in force, in front of those that are there.

        Raises:
            DefinitionError, UnknownName: the contract does not know what it speaks of.
        """
        self._change((*self.rules.dynamic, stub), self.rules.files, fresh=stub)
        return stub

    def redefine(self, old: Stub, new: Stub) -> Stub:
        """Replace a stub by a refined one, which keeps its place.

        Raises:
            DefinitionError: it has been taken away; or as `define`.
        """
        new = replace(new, number=old.number)
        known = next((stub for stub in self.rules.all if stub.number == old.number), None)
        if known is None:
            raise DefinitionError(
                f"the stub {old.shown} is gone: it was removed, or all were reset",
                expected="a stub that is said anew",
            )
        self._change(
            tuple(new if stub is known else stub for stub in self.rules.dynamic),
            tuple(new if stub is known else stub for stub in self.rules.files),
            gone=known,
            fresh=new,
        )
        return new

    def load(self, stubs: Iterable[Stub]) -> None:
        """Replace the stubs that came from files, all at once."""
        self._replace(self.rules.dynamic, tuple(stubs))

    def remove(self, stub: Stub) -> None:
        """Take a stub away."""
        self._change(
            tuple(known for known in self.rules.dynamic if known.number != stub.number),
            tuple(known for known in self.rules.files if known.number != stub.number),
            gone=stub,
        )

    def reset(self, session: str | None = None) -> None:
        """Forget stubs added while running, and all that was remembered; of a session or of all."""
        if session is None:
            self.forgotten = self._last
            self.states.reset()
            self.clock.reset()
            self.gates.reset()
            self._replace((), self.rules.files)
            return
        self.states.drop(session)
        kept = tuple(stub for stub in self.rules.dynamic if stub.session != session)
        self._replace(kept, self.rules.files)

    def check(self, stub: Stub) -> tuple[MockOperation, ...]:
        """The operations that a stub is for, after checking it against each.

        Raises:
            DefinitionError, UnknownName: see `define`.
        """
        operations = self.operations_of(stub)
        check_trouble(stub)
        twins: dict[Any, MockOperation] = {}
        for operation in operations:
            # the ports of both SOAP versions mostly have the same messages
            twin = twins.setdefault((id(operation.built), operation.plan), operation)
            ready = self._made_ready(stub, twin)
            if twin is operation:
                self.renderer.check(stub, operation)
            else:
                self._ready[(stub.number, operation)] = ready
                self.renderer.maker.share(stub, twin, operation)
        self._checked[stub.number] = (stub, operations)
        return operations

    def operations_of(self, stub: Stub) -> tuple[MockOperation, ...]:
        """The operations that a stub names: those that can be served, if any can.

        Raises:
            UnknownName: there is none.
        """
        try:
            found = self.operations.find(stub.op, input=stub.input, service=stub.service)
        except DefinitionError as error:
            raise error.at(stub.where) from None
        return tuple(each for each in found if each.problem is None) or found

    def _made_ready(self, stub: Stub, operation: MockOperation) -> ReadyStub:
        key = (stub.number, operation)
        ready = self._ready.get(key)
        if ready is None or ready.stub is not stub:
            scope = operation.scope.of(stub)
            ready = self._ready[key] = ReadyStub.of(stub, operation, scope)
        return ready

    def _change(
        self,
        dynamic: tuple[Stub, ...],
        files: tuple[Stub, ...],
        *,
        gone: Stub | None = None,
        fresh: Stub | None = None,
    ) -> None:
        """As `_replace` where one stub has gone, or come, or both: the others are not looked at."""
        if any(stub is not None and stub.fallback is not None for stub in (gone, fresh)):
            self._replace(dynamic, files)
            return
        before = self.operations_of(gone) if gone is not None else ()
        self._spent += 1  # a definition that is refused leaves something behind as well
        after = self.check(fresh) if fresh is not None else ()
        indexes = dict(self.rules.indexes)
        for operation in dict.fromkeys((*before, *after)):
            ready = (
                self._made_ready(fresh, operation)
                if fresh is not None and operation in after
                else None
            )
            index = indexes.get(operation, StubIndex()).changed(gone, ready)
            if len(index):
                indexes[operation] = index
            else:
                indexes.pop(operation, None)
        if gone is None:
            self._spent -= 1
        self.rules = Rules(dynamic, files, indexes, self.rules.fallbacks)
        if self._spent > MOST_SPENT:
            self._clean()

    def _clean(self) -> None:
        """Drop what was compiled for stubs that are in force no more."""
        stubs = self.rules.all
        self.renderer.maker.keep(stubs)
        numbers = {stub.number for stub in stubs}
        self._ready = {key: ready for key, ready in self._ready.items() if key[0] in numbers}
        self._checked = {key: known for key, known in self._checked.items() if key in numbers}
        self._spent = 0

    def _replace(self, dynamic: tuple[Stub, ...], files: tuple[Stub, ...]) -> None:
        by_operation: dict[MockOperation, list[ReadyStub]] = {}
        fallbacks: dict[tuple[MockOperation, str], Any] = {}
        for stub in sorted((*dynamic, *files), key=order_of_choice):
            operations = self.operations_of(stub)
            if self._checked.get(stub.number) != (stub, operations):
                self.check(stub)
            for operation in operations:
                if stub.fallback is not None:
                    fallbacks.setdefault((operation, stub.session), stub.fallback)
                else:
                    ready = self._made_ready(stub, operation)
                    by_operation.setdefault(operation, []).append(ready)
        indexes = {operation: StubIndex(stubs) for operation, stubs in by_operation.items()}
        self.rules = Rules(dynamic, files, indexes, fallbacks)
        self._clean()

    def fallback(self, operation: MockOperation, settings: Settings, session: str = "") -> Any:
        """What answers calls that none of the operation's stubs matches."""
        own = self._own_fallback(operation, session)
        return own if own is not None else settings.fallback

    def _own_fallback(self, operation: MockOperation, session: str) -> Any:
        fallbacks = self.rules.fallbacks
        return fallbacks.get((operation, session), fallbacks.get((operation, "")))

    # ------------------------------------------------------------------ an exchange

    def open(self, http: HttpRequest, mount: Mount, session: str = "") -> Call:
        """Receive a request and choose what answers it."""
        started = time.perf_counter()
        self._last = next(self._numbers)
        found: dict[str, Any] = {
            "number": self._last, "time": self.clock(), "http": http, "session": session
        }  # fmt: skip
        receive(http, mount.router, mount.settings, found)
        if "error" not in found:
            rules, operation = self.rules, found["operation"]
            index = rules.indexes.get(operation)
            if index is not None and index.concerns(session):
                found |= self._chosen(Call.of(found), index)
            else:
                own = self._own_fallback(operation, session) if rules.fallbacks else None
                found["source"] = "sample" if own is None else "fallback"
        found["seconds"] = time.perf_counter() - started
        return Call.of(found)

    def _chosen(self, call: Call, index: StubIndex) -> dict[str, Any]:
        """What answers a call, as attributes of it."""
        state = self.states.of(call.session)
        match = index.match(call, state.available)
        made: dict[str, Any] = {"source": "fallback", "misses": match.misses}
        if match.errors:
            broken = (_broken_condition(words, error) for words, error in match.errors)
            made["findings"] = (*call.findings, *broken)
        stub = match.stub
        if stub is None:
            return made
        state.use(stub)
        reply = state.next_reply(stub, self._turn_key(stub, call), self.random)
        delay = 0.0 if stub.delay is None else stub.delay.seconds(self.random)
        if reply.delay is not None:
            delay += reply.delay.seconds(self.random)
        made["stub"] = stub
        made["chosen"] = reply
        made["source"] = "handler" if isinstance(reply, CallableReply) else "stub"
        made["delay"] = delay
        return made

    def _turn_key(self, stub: Stub, call: Call) -> Any:
        """The value of the field that a stub counts its turns by."""
        if stub.per is None or call.operation is None:
            return None
        return self.renderer.turn_key(stub, call)

    def handler(self, call: Call) -> Callable[[Any], Any] | None:
        """The function that has to be called with the request before `close`, if there is one."""
        return call.chosen.function if isinstance(call.chosen, CallableReply) else None

    def close(self, call: Call, mount: Mount, given: Any = None) -> Call:
        """Render, check and record the reply.

        Args:
            given: what the stub's handler gave: a typed object, a fault or a reply's definition;
                an exception becomes a fault.

        Returns:
            The call with its reply, and without ``ps``.
        """
        started = time.perf_counter()
        made = self.renderer.render(call, mount, given)
        if call.stub is not None and call.stub.trouble:
            troubles = self.chance.happening(call.stub)
            made["trouble"] = next((t for t, _ in troubles if t.kind in IN_CONNECTION), None)
            made["sent"] = spoiled(made["sent"], troubles)
        # what is told of an exchange needs its message no more; a tree takes much memory
        made["ps"] = None
        made["seconds"] = call.seconds + time.perf_counter() - started
        call = call.with_all(made)
        self.record(call)
        return call

    def record(self, call: Call) -> None:
        """Tell journal and console of an exchange that is over."""
        for record in self.records:
            record(call)

    def count_from(self, number: int) -> None:
        """Give the next exchange this number: earlier ones are in a journal that was kept."""
        self._numbers = itertools.count(number)

    def serve(self, http: HttpRequest, mount: Mount, session: str = "") -> Sent:
        """Answer at once, without handlers and delays; for tests and tools."""
        sent = self.close(self.open(http, mount, session), mount).sent
        assert sent is not None
        return sent


def _broken_condition(words: str, error: Exception) -> Finding:
    return Finding("condition", f"{words}: {type(error).__name__}: {error}", severity="error")
