"""How far a value is from what was expected: 0 is equal, 1 has nothing in common."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from ZSI.errors import quote
from ZSI.mock.values import lexical
from ZSI.TC.values import NIL

#: Of a field that is not there.
ABSENT = 1.0
#: Of a value that fails a test which knows no degrees (a pattern, a range).
FAILED = 0.6
#: No value that fails is nearer than this: equal is equal.
_NEAREST = 0.02
#: Characters compared; similarity is quadratic.
_COMPARED = 200


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a condition says of a call: 0 if it holds, else how far off, and why in words."""

    distance: float
    reasons: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether there is nothing to say against it."""
        return not self.distance


HOLDS = Verdict(0.0)


def between_values(expected: Any, actual: Any) -> float:
    """The distance of two values that differ: by size for numbers, by spelling for the rest.

    >>> between_values(100, 99) < between_values(100, 5) < 1
    True
    >>> between_values("Berlin", "Berlim") < between_values("Berlin", "Rome")
    True
    """
    if _is_number(expected) and _is_number(actual):
        one, other = float(expected), float(actual)
        size = abs(one) + abs(other)
        apart = abs(one - other) / size if size and size < float("inf") else 1.0
        return min(max(apart if apart == apart else 1.0, _NEAREST), 1.0)
    one_text, other_text = lexical(expected)[:_COMPARED], lexical(actual)[:_COMPARED]
    ratio = SequenceMatcher(None, one_text.lower(), other_text.lower(), autojunk=False).ratio()
    return max(1.0 - ratio, _NEAREST)


def _is_number(value: Any) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and abs(value.adjusted()) < 300
    return isinstance(value, float) or (
        isinstance(value, int) and not isinstance(value, bool) and value.bit_length() < 1_000
    )


def shown(value: Any) -> str:
    """A value for a reason: its text in quotes, or what it is.

    >>> shown("a"), shown(Decimal("1.50")), shown(NIL)
    ("'a'", '1.50', 'nil')
    """
    if value is NIL:
        return "nil"
    if isinstance(value, str):
        return quote(str(value), 60)
    text = lexical(value)
    return quote(value, 60) if len(text) > 60 or text.startswith("<") else text
