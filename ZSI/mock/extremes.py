"""The extremes of a simple type: values at the bounds of its facets, by name."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

from ZSI.errors import ZSIException
from ZSI.TC.simple import SimpleType

#: Characters of a text whose type sets no bound.
LONG = 1_000
#: Characters of a text whose type sets one.
LONGEST = 100_000
#: Values of an enumeration that are tried, each by itself.
MOST_VALUES = 60


def extremes(simple: SimpleType) -> Iterator[tuple[str, Any]]:
    """Values of a type that are legal and rare, each with its name.

    >>> from ZSI.TC.builtin import BUILTIN
    >>> dict(extremes(BUILTIN["int"].restrict(minInclusive=3, maxExclusive=9)))
    {'smallest': 3, 'largest': 8}
    >>> list(dict(extremes(BUILTIN["string"].restrict(maxLength=2))).items())[:2]
    [('shortest', ''), ('longest', 'xx')]
    """
    seen: list[Any] = []
    for name, value in _candidates(simple):
        try:
            text = simple.format(value)
        except (ZSIException, TypeError, ValueError, OverflowError):
            continue
        if text not in seen:
            seen.append(text)
            yield name, value


def _candidates(simple: SimpleType) -> Iterator[tuple[str, Any]]:
    values = simple.facets.enumeration_values
    if values is not None:
        lexical = simple.facets.enumeration or ()
        pairs = zip(lexical, values, strict=False)
        yield from ((f"is {text}", value) for text, value in islice(pairs, MOST_VALUES))
        return
    if simple.variety == "union":
        for member in simple.members:
            yield from _candidates(member)
    elif simple.variety == "list":
        yield from _lists(simple)
    else:
        make = _BY_PRIMITIVE.get(simple.primitive or "")
        if make is not None:
            yield from make(simple)


def _lists(simple: SimpleType) -> Iterator[tuple[str, Any]]:
    least, most = _lengths(simple)
    item = next(_candidates(simple.item), None) if simple.item is not None else None
    if item is not None:
        yield "shortest", [item[1]] * least
        yield "longest", [item[1]] * min(most if most is not None else 50, LONG)


def _lengths(simple: SimpleType) -> tuple[int, int | None]:
    facets = simple.facets
    if facets.length is not None:
        return facets.length, facets.length
    return facets.min_length or 0, facets.max_length


def _strings(simple: SimpleType) -> Iterator[tuple[str, Any]]:
    least, most = _lengths(simple)
    yield "shortest", "x" * least
    yield "longest", "x" * min(most if most is not None else LONG, LONGEST)
    for name, text in (
        ("with markup", "<a>&amp;\"']]>"),
        ("not ASCII", "Žluťoučký 漢字 😀"),
        ("with line ends", "one\ntwo\tthree"),
        ("with spaces around", "  x  "),
    ):
        fitted = text[: most if most is not None else len(text)]
        yield name, fitted + "x" * (least - len(fitted))


def _numbers(simple: SimpleType) -> Iterator[tuple[str, Any]]:
    facets = simple.facets
    whole = int in simple.python
    digits = facets.total_digits
    step = Decimal(1) if whole else Decimal(1).scaleb(-min(facets.fraction_digits or 2, 20))
    far = Decimal(10) ** (digits if digits is not None else 18)
    if not whole and digits is not None:
        far = far.scaleb(-(facets.fraction_digits or 0))
    low, high = -far + step, far - step
    if facets.min_inclusive is not None:
        low = Decimal(facets.min_inclusive)
    elif facets.min_exclusive is not None:
        low = Decimal(facets.min_exclusive) + step
    if facets.max_inclusive is not None:
        high = Decimal(facets.max_inclusive)
    elif facets.max_exclusive is not None:
        high = Decimal(facets.max_exclusive) - step
    for name, value in (
        ("smallest", low), ("largest", high), ("zero", Decimal(0)), ("negative", Decimal(-1)),
        ("with all decimals", step),
    ):  # fmt: skip
        if whole and name == "with all decimals":
            continue
        yield name, int(value) if whole else value


def _floats(simple: SimpleType) -> Iterator[tuple[str, Any]]:
    facets = simple.facets
    single = simple.primitive == "float"
    yield "smallest", facets.min_inclusive if facets.min_inclusive is not None else -1e30
    yield "largest", facets.max_inclusive if facets.max_inclusive is not None else 1e30
    yield from (("zero", 0.0), ("tiny", 1e-30 if single else 1e-300))
    yield from (("infinite", math.inf), ("minus infinity", -math.inf), ("not a number", math.nan))


def _booleans(simple: SimpleType) -> Iterator[tuple[str, Any]]:
    yield from (("true", True), ("false", False))


def _texts(*texts: tuple[str, str]) -> Callable[[SimpleType], Iterator[tuple[str, Any]]]:
    """Values by their lexical forms, and the type's own bounds."""

    def make(simple: SimpleType) -> Iterator[tuple[str, Any]]:
        facets = simple.facets
        for name, bound in (("smallest", facets.min_inclusive), ("largest", facets.max_inclusive)):
            if bound is not None:
                yield name, bound
        for name, text in texts:
            try:
                yield name, simple.parse(text)
            except ZSIException:
                continue

    return make


def _bytes(simple: SimpleType) -> Iterator[tuple[str, Any]]:
    least, most = _lengths(simple)
    yield "shortest", b"\x00" * least
    yield "longest", bytes(range(256)) * 4 if most is None else b"\xff" * min(most, LONGEST)


_YEARS = (("earliest", datetime.MINYEAR), ("latest", datetime.MAXYEAR))
_DATES = tuple((name, f"{year:04}-{'01-01' if year == 1 else '12-31'}") for name, year in _YEARS)
_BY_PRIMITIVE: dict[str, Callable[[SimpleType], Iterator[tuple[str, Any]]]] = {
    "string": _strings,
    "anyURI": _texts(("empty", ""), ("not ASCII", "http://example.com/ž"), ("relative", "../a#b")),
    "decimal": _numbers,
    "float": _floats,
    "double": _floats,
    "boolean": _booleans,
    "dateTime": _texts(
        *((name, f"{text}T00:00:00Z") for name, text in _DATES),
        ("without a zone", "2026-06-15T12:00:00"),
        ("in a far zone", "2026-06-15T12:00:00+14:00"),
        ("with fractions", "2026-06-15T12:00:00.123456Z"),
        ("with nanoseconds", "2026-06-15T12:00:00.123456789Z"),
        ("at the end of a day", "2026-06-15T24:00:00Z"),
        ("on a leap day", "2024-02-29T12:00:00Z"),
    ),
    "date": _texts(
        *_DATES, ("with a zone", "2026-06-15+14:00"), ("on a leap day", "2024-02-29")
    ),
    "time": _texts(
        ("at midnight", "00:00:00"), ("with a zone", "12:00:00Z"),
        ("with fractions", "12:00:00.123456"),
    ),
    "duration": _texts(
        ("of nothing", "P0D"), ("negative", "-P1D"), ("with every part", "P1Y2M3DT4H5M6.789S")
    ),
    "base64Binary": _bytes,
    "hexBinary": _bytes,
    "gYear": _texts(("early", "0001"), ("with a zone", "2026Z")),
}  # fmt: skip
