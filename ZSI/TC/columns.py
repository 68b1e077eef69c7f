"""Texts of one type by the hundred: read together where all look as most do, else one by one.

What a type's own ``parse`` makes sure of for each text is made sure of for all of them joined.

>>> from ZSI.TC.builtin import BUILTIN
>>> column_parser(BUILTIN["int"].parse)(["1", " +2 ", "3"])
[1, 2, 3]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, Final, TypeAlias

from ZSI.limits import DEFAULT_LIMITS
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.numeric import INTEGER_RANGES, digit_cap

#: Makes values of texts; raises any `ValueError`, `ArithmeticError` or `KeyError` if it cannot.
ColumnParser: TypeAlias = "Callable[[Sequence[str]], Sequence[Any]]"

_CAP: Final = digit_cap(DEFAULT_LIMITS)
_TO_ZEROS: Final = str.maketrans("123456789", "000000000")


def column_parser(parse: Callable[[str], Any]) -> ColumnParser:
    """What reads many texts of the type that ``parse`` reads one of.

    It raises `ValueRefused` if one of them breaks the type.
    """
    together = _TOGETHER.get(parse)

    def read(texts: Sequence[str]) -> Sequence[Any]:
        try:
            if together is not None:
                return together(texts)
        except (ValueError, ArithmeticError, KeyError):
            pass  # one of them is not as most are
        return list(map(parse, texts))

    return read


def _digits(texts: Sequence[str]) -> None:
    """Refuse anything but digits and points, and longer numbers than may be."""
    joined = "".join(texts).replace(".", "")
    if not (joined.isdigit() and joined.isascii()) or max(map(len, texts)) > _CAP:
        raise ValueError("not only digits")


def _integers(low: int | None, high: int | None, texts: Sequence[str]) -> list[int]:
    _digits(texts)
    values = list(map(int, texts))
    if (low is not None and min(values) < low) or (high is not None and max(values) > high):
        raise ValueError("out of range")
    return values


def _numbers(make: Callable[[str], Any], texts: Sequence[str]) -> list[Any]:
    _digits(texts)
    return list(map(make, texts))


def _moments(texts: Sequence[str]) -> list[datetime]:
    """Whole seconds without a zone; fromisoformat itself takes more forms than XSD."""
    joined = "".join(texts)
    usual = set(map(len, texts)) == {19} and "T24" not in joined
    if not usual or joined.translate(_TO_ZEROS) != "0000-00-00T00:00:00" * len(texts):
        raise ValueError("not all of one form")
    return list(map(datetime.fromisoformat, texts))


def _booleans(texts: Sequence[str]) -> list[bool]:
    return list(map(_BOOLEANS.__getitem__, texts))


_BOOLEANS: Final = {"true": True, "false": False, "1": True, "0": False}
_QUICK: Final[Mapping[str, ColumnParser]] = {
    "string": tuple, "boolean": _booleans, "dateTime": _moments,
    "decimal": partial(_numbers, Decimal), "double": partial(_numbers, float),
    **{name: partial(_integers, *bounds) for name, bounds in INTEGER_RANGES.items()},
}  # fmt: skip
_TOGETHER: Final[Mapping[Any, ColumnParser]] = {
    BUILTIN[name].parse: read for name, read in _QUICK.items()
}
