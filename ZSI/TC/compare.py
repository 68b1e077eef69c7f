"""Equality and order in the value space, for every value of the value model.

XSD asks for more than ``==``: NaN equals itself, True is not 1, a zoned time is incomparable
with a naive one that is less than 14 hours away. XSD 1.0 part 2, 4.2.1 and 4.2.2.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from ZSI.TC.timeline import Instant
from ZSI.TC.times import Duration, Moment, instant_of


def value_key(value: Any) -> Hashable:
    """A hashable that two values share if and only if XSD takes them for equal (4.2.1).

    Fixed values, enumerations and identity constraints compare by it.

    >>> value_key(float("nan")) == value_key(float("nan")), value_key(True) == value_key(1)
    (True, False)
    >>> from datetime import timezone, timedelta
    >>> noon = datetime(2024, 1, 1, 12, tzinfo=timezone.utc)
    >>> value_key(noon) == value_key(noon.astimezone(timezone(timedelta(hours=2))))
    True
    """
    kind = type(value)
    if kind is str or kind is int:
        return value  # type: ignore[no-any-return]  # one of the two, hashable
    if isinstance(value, (list, tuple)):
        return tuple(map(value_key, value))
    if isinstance(value, float):
        return ("float", "NaN" if value != value else value)
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, (int, Decimal)):
        return value
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    if isinstance(value, (datetime, date, time, Moment)):
        return (_family(value), instant_of(value))
    return value if isinstance(value, (str, Duration)) else ("other", value)


def _family(value: Any) -> str:
    """The primitive type of a date or time."""
    if isinstance(value, Moment):
        return value.type_name()
    if isinstance(value, datetime):
        return "dateTime"
    return "date" if isinstance(value, date) else "time"


def compare(left: Any, right: Any) -> int | None:
    """-1, 0 or 1 as ``left`` is less than, equal to, or greater than ``right``; else None.

    Both must be values of one primitive type. None where the order is indeterminate: NaN and a
    number, durations such as a month and 30 days (3.2.6.2), zoned and naive (3.2.7.3).

    >>> compare(Duration(months=1), Duration(days=30)), compare(1.5, 2.5)
    (None, -1)
    """
    if isinstance(left, Duration):
        return left.compare(right)
    if isinstance(left, (datetime, date, time, Moment)):
        first: Instant = instant_of(left)
        return first.compare(instant_of(right))
    if left != left or right != right:
        return 0 if left != left and right != right else None
    return int(left > right) - int(left < right)
