"""Operators on values, for Python: ``when(account=one_of("42", "43"))``.

Each is the same as its spelling in rule files: ``matching("x")`` and ``{"$re": "x"}``.

>>> matching("^4"), between(1, 10), not_(absent)
(Operator('$re', '^4'), Operator('$range', (1, 10)), Operator('$not', Operator('$absent', True)))
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Operator:
    """A test of a field's value: its name as rule files spell it, and what it compares with."""

    name: str
    argument: Any = True

    def __repr__(self) -> str:
        return f"Operator({self.name!r}, {self.argument!r})"


#: The field is there, nil or not.
present: Final = Operator("$present")
#: The field is not there; in a reply: leave it out.
absent: Final = Operator("$absent")
#: The field is there with ``xsi:nil``; in a reply: send it so.
nil: Final = Operator("$nil")
#: The value (``"."``: the whole request) is what its declared type says.
valid: Final = Operator("$valid")


def matching(pattern: str) -> Operator:
    """The text of the value contains a match of this regular expression (anchor it with ^ $)."""
    return Operator("$re", pattern)


def one_of(*values: Any) -> Operator:
    """The value is one of these."""
    return Operator("$in", values)


def not_(spec: Any) -> Operator:
    """No value of the field is so; true as well where the field is absent."""
    return Operator("$not", spec)


def any_of(*specs: Any) -> Operator:
    """At least one of these holds."""
    return Operator("$any", specs)


def all_of(*specs: Any) -> Operator:
    """All of these hold; of a repeated field, for one and the same item.

    `not_`, `absent` and `count` are about the whole field here too.
    """
    return Operator("$all", specs)


def count(number: Any) -> Operator:
    """The field occurs so many times; a number, or an operator on it: ``count(between(1, 3))``."""
    return Operator("$count", number)


def contains(part: Any) -> Operator:
    """The text of the value contains this; a list type: has this item."""
    return Operator("$contains", part)


def between(low: Any, high: Any) -> Operator:
    """The value is not less than ``low`` and not greater than ``high``; None leaves a side open."""
    return Operator("$range", (low, high))


def valid_as(type: str) -> Operator:
    """The text of the value is valid for this simple type: ``valid_as("xsd:date")``."""
    return Operator("$valid", type)


def operators_in(spec: Mapping[Any, Any]) -> tuple[list[Operator], dict[str, Any]]:
    """A mapping taken apart: its ``$`` keys as operators, and the rest, which are fields.

    >>> operators_in({"$re": "x", "name": "y"})
    ([Operator('$re', 'x')], {'name': 'y'})
    """
    found = [Operator(str(key), value) for key, value in spec.items() if str(key)[:1] == "$"]
    rest = {str(key): value for key, value in spec.items() if str(key)[:1] != "$"}
    return found, rest
