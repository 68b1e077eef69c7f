"""Values that Python has no word for: nil, not set, a value with its type.

The value model: absent is ``None``, nil is ``NIL``, a required field that nobody has set is
``UNSET``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Literal

from ZSI.names import QName


class _Marker(Enum):
    """The two markers, as an Enum so that type checkers can tell them apart.

    Typecodes take an Enum's member for its value; a frozenset is no value of any type, so that
    no typecode can take a marker for text.
    """

    NIL = frozenset(("NIL",))
    UNSET = frozenset(("UNSET",))

    def __repr__(self) -> str:
        return self.name

    def __str__(self) -> str:
        return self.name

    def __bool__(self) -> bool:
        return False


#: An element sent with ``xsi:nil="true"`` (XSD 1.0 part 1, 2.6.2). False in a condition.
NIL: Final = _Marker.NIL
#: A required field that has not been given a value; writing it is an error that names the field.
UNSET: Final = _Marker.UNSET

Nil = Literal[_Marker.NIL]


@dataclass(frozen=True, slots=True)
class TypedValue:
    """A value of an ``anyType`` with the type that it was sent as, where Python would lose it.

    Args:
        value: the Python value.
        type: the ``xsi:type``.

    >>> from ZSI.names import XSD
    >>> TypedValue(42, QName(XSD, "long"))
    TypedValue(42, xsd:long)
    """

    value: Any
    type: QName

    def __str__(self) -> str:
        return str(self.value)

    def __repr__(self) -> str:
        from ZSI.names import RESERVED_PREFIXES

        prefix = next((p for p, uri in RESERVED_PREFIXES.items() if uri == self.type[0]), None)
        shown = f"{prefix}:{self.type[1]}" if prefix else QName(*self.type).clark
        return f"TypedValue({self.value!r}, {shown})"


class Text(str):
    """A stretch of text between the children of mixed content."""

    __slots__ = ()
