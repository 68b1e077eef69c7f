"""What a reply is made from: the call, the time, chance, the store, and where notes go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ZSI.mock.exchange import Call


def _no_url(name: str) -> str:
    raise LookupError(f"no port {name}: nothing is being served")


@dataclass(frozen=True)  # without slots, since one is made for each reply
class World:
    """The surroundings of one reply.

    Attributes:
        call: the call; None while a definition is being tried.
        now: the mock's time, with its zone.
        random: the source of chance, seeded by whoever makes the reply.
        url: the address of a port by name, as the client would reach it.
        store: what earlier calls have left.
        number: counts the exchanges.
        variables: of the loops around (``$for``), by name.
        notes: gets the origin of each value that is set, by its concrete path.
        dry: only try: what depends on a call is left as the sample has it.
    """

    call: Call | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    random: Random = field(default_factory=lambda: Random(0))
    url: Callable[[str], str] = _no_url
    store: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0
    variables: Mapping[str, Any] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    dry: bool = False

    @classmethod
    def of(
        cls, call: Call, now: datetime, random: Random, url: Callable[[str], str],
        store: Mapping[str, Any], number: int,
    ) -> World:  # fmt: skip
        """The surroundings of a reply to a call: the constructor, in a quarter of its time."""
        made = object.__new__(cls)
        made.__dict__.update(
            call=call, now=now, random=random, url=url, store=store, number=number,
            variables={}, notes={},
        )  # fmt: skip
        return made

    @property
    def request(self) -> Any:
        """The typed request, or None."""
        return self.call.request if self.call is not None else None

    def with_variables(self, **variables: Any) -> World:
        """The same inside a loop."""
        return replace(self, variables={**self.variables, **variables})

    def note(self, place: str, origin: str) -> None:
        """Record where the value at a path came from."""
        self.notes[place] = origin


@dataclass(frozen=True, slots=True)
class Loop:
    """Where a loop stands: ``loop.index`` (from 1), ``index0``, ``first``, ``last``, ``length``."""

    index: int
    length: int

    @property
    def values(self) -> dict[str, Any]:
        """Its attributes by name."""
        return {
            "index": self.index,
            "index0": self.index - 1,
            "first": self.index == 1,
            "last": self.index == self.length,
            "length": self.length,
        }
