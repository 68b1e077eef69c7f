"""What a mock remembers between calls: turns, scenarios, store, gates, and its clock.

One `State` a session; dropping the session drops it. The clock can be moved: it moves dates and
lifetimes, never delays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from ZSI.mock.stubs import SAMPLE, Reply, Stub

#: The state of a scenario that nobody has moved yet.
START = "start"
#: Entries of one store, and keyed turns of one session: a client may send any number of keys.
MOST_ENTRIES = 100_000


class Clock:
    """The mock's time: the real one, moved by what tests say.

    >>> clock = Clock(lambda: datetime(2026, 1, 1, tzinfo=UTC))
    >>> clock.advance(timedelta(hours=1))
    >>> clock().hour
    1
    """

    def __init__(self, source: Callable[[], datetime] | None = None) -> None:
        self._source = source or (lambda: datetime.now(UTC))
        self._offset = timedelta()
        self._frozen: datetime | None = None

    def __call__(self) -> datetime:
        now = self._frozen or self._source()
        return now + self._offset if self._offset else now

    def advance(self, by: timedelta) -> None:
        """Move on (or back).

        Raises:
            OverflowError: beyond the years 1 to 9999; the clock stays where it was.
        """
        offset = self._offset + by
        (self._frozen or self._source()) + offset
        self._offset = offset

    def set(self, now: datetime) -> None:
        """Let it be this time now, and go on from there; a naive time is UTC.

        Raises:
            OverflowError: beyond the years 1 to 9999 of UTC; the clock stays where it was.
        """
        aware = now if now.tzinfo is not None else now.replace(tzinfo=UTC)
        offset = aware.astimezone(UTC) - self._source()
        self._frozen, self._offset = None, offset

    def freeze(self) -> None:
        """Stand still until reset; `advance` still moves it."""
        self._frozen, self._offset = self(), timedelta()

    def reset(self) -> None:
        """Go with the real time again."""
        self._frozen, self._offset = None, timedelta()


class Store(MutableMapping[str, Any]):
    """Values that handlers and templates keep, some of them for a while only.

    >>> store = Store(Clock())
    >>> store.put("sid", "1", lifetime=timedelta(seconds=-1))
    >>> store.get("sid") is None
    True
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._values: dict[str, tuple[Any, datetime | None]] = {}

    def put(self, key: str, value: Any, lifetime: timedelta | None = None) -> None:
        """Keep a value, for ever or for a lifetime by the mock's clock."""
        if key not in self._values and len(self._values) >= MOST_ENTRIES:
            self._values.pop(next(iter(self._values)))  # the oldest makes room
        try:
            until = None if lifetime is None else self._clock() + lifetime
        except OverflowError:  # longer than there are dates for
            until = None
        self._values[key] = (value, until)

    def __getitem__(self, key: str) -> Any:
        value, until = self._values[key]
        if until is not None and until <= self._clock():
            del self._values[key]
            raise KeyError(key)
        return value

    def __setitem__(self, key: str, value: Any) -> None:
        self.put(key, value)

    def __delitem__(self, key: str) -> None:
        del self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter([key for key in list(self._values) if key in self])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, key: object) -> bool:
        try:
            self[str(key)]
        except KeyError:
            return False
        return True


class State:
    """What one session remembers."""

    def __init__(self, clock: Clock) -> None:
        self.store = Store(clock)
        self.scenarios: dict[str, str] = {}
        self.used: dict[int, int] = {}
        self._turns: dict[tuple[int, Any], int] = {}

    def available(self, stub: Stub) -> bool:
        """Whether a stub may answer now: not used up, in the right state of its scenario."""
        if stub.times is not None and self.used.get(stub.number, 0) >= stub.times:
            return False
        scenario = stub.scenario
        if scenario is not None and scenario.when is not None:
            return self.scenarios.get(scenario.name, START) == scenario.when
        return not (
            stub.then == "pass" and stub.per is None and self.turn(stub) >= len(stub.replies) > 0
        )

    def use(self, stub: Stub) -> None:
        """Note that a stub answers: count it, move its scenario on."""
        self.used[stub.number] = self.used.get(stub.number, 0) + 1
        if stub.scenario is not None and stub.scenario.then is not None:
            self.scenarios[stub.scenario.name] = stub.scenario.then

    def turn(self, stub: Stub, key: Any = None) -> int:
        """How many replies a stub has given (for this value of its ``per`` field)."""
        return self._turns.get((stub.number, key), 0)

    def next_reply(self, stub: Stub, key: Any = None, random: Random | None = None) -> Reply:
        """The reply whose turn it is; the turn passes on. ``random`` is the source of chance."""
        if not stub.replies:
            return SAMPLE
        if stub.then == "random" and random is not None:
            return random.choice(stub.replies)
        turn = self.turn(stub, key)
        if len(self._turns) < MOST_ENTRIES or (stub.number, key) in self._turns:
            self._turns[(stub.number, key)] = turn + 1
        count = len(stub.replies)
        return stub.replies[turn % count if stub.then == "repeat" else min(turn, count - 1)]

    def carry(self, numbers: Mapping[int, int]) -> None:
        """Let stubs with other numbers go on where these stood.

        Args:
            numbers: the new number of each.
        """
        self.used = {numbers.get(number, number): used for number, used in self.used.items()}
        self._turns = {
            (numbers.get(number, number), key): turn for (number, key), turn in self._turns.items()
        }


def unchanged(before: Iterable[Stub], after: Iterable[Stub]) -> dict[int, int]:
    """The new numbers of stubs that are defined again as they were, wherever they stand now.

    Args:
        before, after: the stubs of rule files, as they were read one time and the next.

    >>> old = [Stub("A", times=1), Stub("B"), Stub("B")]
    >>> new = [Stub("B"), Stub("A", times=2), Stub("B")]
    >>> numbers = unchanged(old, new)
    >>> [numbers.get(stub.number) for stub in old] == [None, new[0].number, new[2].number]
    True
    """
    known: dict[str, list[int]] = {}
    for stub in before:
        known.setdefault(_content(stub), []).append(stub.number)
    found = {}
    for stub in after:
        numbers = known.get(_content(stub))
        if numbers:
            found[numbers.pop(0)] = stub.number
    return found


def _content(stub: Stub) -> str:
    """Everything that a stub says; its number and its place say nothing."""
    return repr(replace(stub, number=0, where=None))


class States:
    """The states of all sessions; ``""`` is that of calls without one."""

    #: Sessions that are kept; tests that share a server name some hundreds.
    MOST_SESSIONS = 10_000

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._states: dict[str, State] = {}

    def of(self, session: str) -> State:
        """The state of a session, made when first asked for."""
        state = self._states.get(session)
        if state is None:
            if len(self._states) >= self.MOST_SESSIONS:
                self._states.pop(next(name for name in self._states if name))
            state = self._states[session] = State(self.clock)
        return state

    def carry(self, numbers: Mapping[int, int]) -> None:
        """See `State.carry`; of all sessions."""
        for state in self._states.values():
            state.carry(numbers)

    def drop(self, session: str) -> None:
        """Forget a session."""
        self._states.pop(session, None)

    def reset(self) -> None:
        """Forget everything."""
        self._states.clear()

    def __iter__(self) -> Iterator[str]:
        return iter(self._states)
