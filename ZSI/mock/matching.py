"""Which stub answers a call: stubs in their order of choice, indexed by what they compare.

Most stubs compare some field with a value. They are found by looking the call's value up, so that
a thousand of them cost what one costs; those without such a comparison (patterns, XPath,
functions) are asked one after another.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ZSI.mock.distance import Verdict
from ZSI.mock.facts import Facts
from ZSI.mock.operators import key_of, marks_of
from ZSI.mock.paths import BoundPath
from ZSI.mock.predicates import AllOf, ValueCondition, compile_when
from ZSI.mock.scope import Scope
from ZSI.mock.stubs import Stub, order_of_choice
from ZSI.TC.resolve import AnyType

if TYPE_CHECKING:
    from ZSI.mock.exchange import Call
    from ZSI.mock.operations import MockOperation

#: Says whether a stub may answer now: not used up, in the right state of its scenario.
Available = Callable[[Stub], bool]
#: Stubs looked at for near misses: each costs a comparison of texts.
MOST_JUDGED = 1_000
#: Near misses that are kept.
MOST_MISSES = 10


@dataclass(frozen=True, slots=True, eq=False)
class ReadyStub:
    """A stub with its conditions compiled for one operation."""

    stub: Stub
    condition: AllOf

    @classmethod
    def of(cls, stub: Stub, operation: MockOperation, scope: Scope) -> ReadyStub:
        """Check a stub against an operation.

        Raises:
            DefinitionError: it cannot mean anything there.
        """
        return cls(stub, compile_when(stub.when, operation, scope))

    def equalities(self) -> Iterator[tuple[BoundPath, frozenset[Hashable]]]:
        """The fields that must have one of a few values, with the keys of these."""
        for part in self.condition.parts:
            if isinstance(part, ValueCondition) and part.path is not None:
                keys = part.test.keys or part.test.marks
                if keys is not None and part.test.every is None:
                    yield part.path, keys


@dataclass(frozen=True, slots=True)
class Miss:
    """A stub that did not match: how far off the call was, and why."""

    stub: Stub
    distance: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """What was chosen for a call.

    Attributes:
        ready: the stub, or None.
        errors: what went wrong in conditions while it was searched, each with its words.
    """

    ready: ReadyStub | None
    errors: tuple[tuple[str, Exception], ...] = ()
    _judge: Callable[[], tuple[Miss, ...]] = field(default=tuple, repr=False)

    @property
    def stub(self) -> Stub | None:
        """The stub as it was defined, or None."""
        return self.ready.stub if self.ready is not None else None

    def misses(self) -> tuple[Miss, ...]:
        """The stubs that came nearest but did not match, nearest first; worked out when asked."""
        return self._judge()


class StubIndex:
    """The stubs of one operation. Never changes; a changed set of stubs is a new index.

    They are filed when the first call comes, so that a thousand definitions in a row are not
    filed a thousand times.

    Args:
        stubs: in any order.
    """

    def __init__(self, stubs: Iterable[ReadyStub] = ()) -> None:
        self._given = tuple(stubs)
        self._filed = False
        self._stubs: tuple[ReadyStub, ...] = ()
        self._paths: tuple[tuple[BoundPath, dict[Hashable, list[int]]], ...] = ()
        self._linear: tuple[int, ...] = ()
        self._sessions: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self._given)

    def changed(self, gone: Stub | None, fresh: ReadyStub | None) -> StubIndex:
        """The index without one stub, or with another one, or both."""
        kept = self._given
        if gone is not None:
            kept = tuple(ready for ready in kept if ready.stub.number != gone.number)
        return StubIndex(kept if fresh is None else (*kept, fresh))

    @property
    def stubs(self) -> tuple[ReadyStub, ...]:
        """The stubs in their order of choice."""
        if not self._filed:
            self._file()
        return self._stubs

    def concerns(self, session: str) -> bool:
        """Whether there are stubs for calls of a session, or for all."""
        if not self._filed:
            self._file()
        return "" in self._sessions or session in self._sessions

    def _file(self) -> None:
        """File each stub under the field that most stubs compare, the rest for asking in turn."""
        self._stubs = tuple(sorted(self._given, key=lambda ready: order_of_choice(ready.stub)))
        self._sessions = frozenset(ready.stub.session for ready in self._stubs)
        self._filed = True
        equalities = [list(ready.equalities()) for ready in self._stubs]
        popular: Counter[str] = Counter(path.key for found in equalities for path, _ in found)
        tables: dict[str, tuple[BoundPath, dict[Hashable, list[int]]]] = {}
        linear: list[int] = []
        for number, found in enumerate(equalities):
            if not found:
                linear.append(number)
                continue
            path, keys = max(found, key=lambda pair: popular[pair[0].key])
            table = tables.setdefault(path.key, (path, {}))[1]
            for key in keys:
                table.setdefault(key, []).append(number)
        self._paths = tuple(tables.values())
        self._linear = tuple(linear)

    def match(self, call: Call, available: Available | None = None) -> Match:
        """The first stub that matches.

        Args:
            call: the call.
            available: whether a stub may answer now; None: all may.
        """
        facts = Facts(call)
        session = call.session
        for number in self._candidates(facts):
            ready = self._stubs[number]
            if ready.stub.fallback is not None or ready.stub.session not in ("", session):
                continue
            if not ready.condition.holds(facts):
                continue
            if available is None or available(ready.stub):
                return self._match(ready, facts, available)
        return self._match(None, facts, available)

    def _match(self, chosen: ReadyStub | None, facts: Facts, available: Available | None) -> Match:
        call = facts.call
        return Match(chosen, tuple(facts.errors), lambda: self._misses(call, available, chosen))

    def _candidates(self, facts: Facts) -> Iterable[int]:
        """The stubs that may match, in the order of choice, each once."""
        if not self._filed:
            self._file()
        lists: list[Sequence[int]] = []
        for path, table in self._paths:
            values = facts.selected(path)
            open_ = isinstance(path.type, AnyType)
            for value in values:
                for key in marks_of(value) if open_ else (key_of(value),):
                    found = table.get(key)
                    if found is not None and found not in lists:  # the same under another key
                        lists.append(found)
        if not lists:
            return self._linear
        if len(lists) == 1 and not self._linear:
            return lists[0]
        return _each_once(heapq.merge(*lists, self._linear))

    def _misses(
        self, call: Call, available: Available | None, chosen: ReadyStub | None
    ) -> tuple[Miss, ...]:
        facts = Facts(call)
        found: list[Miss] = []
        for ready in self.stubs[:MOST_JUDGED]:
            if ready.stub.fallback is not None or ready is chosen:
                continue
            verdict = self._verdict(ready, call, facts)
            if not verdict.holds:
                found.append(Miss(ready.stub, verdict.distance, verdict.reasons))
            elif available is not None and not available(ready.stub):
                found.append(Miss(ready.stub, 0.0, ("it matches, but may not answer now",)))
        found.sort(key=lambda miss: miss.distance)
        return tuple(found[:MOST_MISSES])

    @staticmethod
    def _verdict(ready: ReadyStub, call: Call, facts: Facts) -> Verdict:
        if ready.stub.session not in ("", call.session):
            return Verdict(1.0, (f"it is for session {ready.stub.session}",))
        return ready.condition.verdict(facts)


def _each_once(numbers: Iterable[int]) -> Iterator[int]:
    last = -1
    for number in numbers:
        if number != last:
            yield number
            last = number
