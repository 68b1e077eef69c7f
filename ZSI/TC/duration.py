"""xsd:duration as a frozen value: months and seconds, exactly (XSD 1.0 part 2, 3.2.6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

from ZSI.errors import ValueRefused
from ZSI.limits import DEFAULT_LIMITS
from ZSI.TC.timeline import day_number

ZERO = Decimal(0)
_EXPECTED = "a duration such as P1Y2M3DT4H5M6.7S"
_READERS: dict[str, Any] = {"seconds": Decimal, "negative": bool}
#: Starts of months to which durations are added to compare them (3.2.6.2).
_REFERENCES = ((1696, 9), (1697, 2), (1903, 3), (1903, 7))
_DURATION = re.compile(
    r"(?P<negative>-)?P(?:(?P<years>[0-9]+)Y)?(?:(?P<months>[0-9]+)M)?(?:(?P<days>[0-9]+)D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]+)H)?(?:(?P<minutes>[0-9]+)M)?"
    r"(?:(?P<seconds>[0-9]+(?:\.[0-9]+)?)S)?)?"
).fullmatch


@dataclass(frozen=True, slots=True, eq=False)
class Duration:
    """A span of time (3.2.6): years to seconds as written, and a sign for the whole.

    Equality and order are those of 3.2.6.2: a year is twelve months, a day 24 hours, but a month
    is no fixed number of days.

    >>> str(Duration(years=1, months=2, hours=10, seconds=Decimal("30.50")))
    'P1Y2MT10H30.50S'
    >>> Duration.parse("P1Y") == Duration.parse("P12M"), Duration.parse("-PT0.1S") < Duration()
    (True, True)
    >>> month, days = Duration(months=1), Duration(days=30)
    >>> month < days, month > days, month == days
    (False, False, False)
    """

    years: int = 0
    months: int = 0
    days: int = 0
    hours: int = 0
    minutes: int = 0
    seconds: Decimal = ZERO
    negative: bool = False

    @classmethod
    def parse(cls, text: str, *, digits: int = DEFAULT_LIMITS.digits) -> Self:
        """Read the lexical form; arguments and errors as for `ZSI.TC.times.Moment.parse`."""
        bare = text.strip(" \t\r\n")
        match = _DURATION(bare) if len(bare) <= digits and bare[-1:] != "P" else None
        if match is None:
            raise ValueRefused("xsd:duration", _EXPECTED, text)
        found = {name: part for name, part in match.groupdict().items() if part is not None}
        return cls(**{name: _READERS.get(name, int)(part) for name, part in found.items()})

    @classmethod
    def from_timedelta(cls, value: timedelta) -> Self:
        """The duration of equal length, in days and seconds.

        >>> str(Duration.from_timedelta(timedelta(hours=-36)))
        '-P1DT43200S'
        """
        size = abs(value)
        seconds = Decimal(size.seconds * 1_000_000 + size.microseconds).scaleb(-6)
        if not size.microseconds:
            seconds = Decimal(size.seconds)
        return cls(days=size.days, seconds=seconds, negative=value < timedelta(0))

    def __post_init__(self) -> None:
        if type(self.seconds) is not Decimal:
            object.__setattr__(self, "seconds", Decimal(self.seconds))
        whole = (self.years, self.months, self.days, self.hours, self.minutes)
        if min(whole) < 0 or not self.seconds.is_finite() or self.seconds < 0:
            raise ValueRefused("xsd:duration", "fields of 0 or more, and negative=True", self)

    def total(self) -> tuple[int, Fraction]:
        """Months and seconds, both with the sign: what equality and order are made of."""
        sign = -1 if self.negative else 1
        minutes = (self.days * 24 + self.hours) * 60 + self.minutes
        seconds = Fraction(self.seconds) + minutes * 60
        return sign * (self.years * 12 + self.months), sign * seconds

    def to_timedelta(self) -> timedelta | None:
        """The timedelta of equal length; None if there are months, or more than microseconds."""
        months, seconds = self.total()
        micros = seconds * 1_000_000
        if months or micros.denominator != 1:
            return None
        try:
            return timedelta(microseconds=int(micros))
        except OverflowError:
            return None

    def compare(self, other: Duration) -> int | None:
        """-1, 0, 1, or None where the four reference dates disagree (3.2.6.2)."""
        mine, theirs = self.total(), other.total()
        orders = set()
        for year, month in _REFERENCES:
            left = day_number(year, month + mine[0], 1) * 86400 + mine[1]
            right = day_number(year, month + theirs[0], 1) * 86400 + theirs[1]
            orders.add((left > right) - (left < right))
        return orders.pop() if len(orders) == 1 else None

    def __str__(self) -> str:
        day = "".join(
            f"{number}{letter}"
            for number, letter in ((self.years, "Y"), (self.months, "M"), (self.days, "D"))
            if number
        )
        clock = "".join(
            f"{number:f}{letter}" if letter == "S" else f"{number}{letter}"
            for number, letter in ((self.hours, "H"), (self.minutes, "M"), (self.seconds, "S"))
            if number
        )
        if not day and not clock:
            clock = "0S"
        return f"{'-' if self.negative else ''}P{day}{'T' if clock else ''}{clock}"

    def __hash__(self) -> int:
        return hash(self.total())

    def __eq__(self, other: object) -> bool:
        return self.total() == other.total() if isinstance(other, Duration) else NotImplemented

    def __lt__(self, other: Duration) -> bool:
        return self.compare(other) == -1

    def __le__(self, other: Duration) -> bool:
        return self.compare(other) in (-1, 0)

    def __gt__(self, other: Duration) -> bool:
        return self.compare(other) == 1

    def __ge__(self, other: Duration) -> bool:
        return self.compare(other) in (0, 1)
