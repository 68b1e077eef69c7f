"""Our own date, time and duration types: what datetime, date and time cannot hold.

`DateTime`, `Time` and `Date` are for more than six digits of a second, years outside 1-9999,
24:00:00 and dates with a zone; `GYear`, `GYearMonth`, `GMonthDay`, `GDay`, `GMonth` and
`Duration` have no namesake in Python. All are frozen, hashable, never rounded; ``str()`` gives
the lexical form and ``parse()`` reads it. XSD 1.0 part 2, 3.2.6-3.2.14.

Equality and order are those of XSD: two zoned values compare as instants, a zoned and a naive
one only if 14 hours apart or more (3.2.7.3), durations only if all four reference dates agree
(3.2.6.2). Where the order is indeterminate, ``<``, ``<=``, ``>`` and ``>=`` are all False.
24:00:00 is the first instant of the next day (3.2.7.1). There is no year 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Self

from ZSI.errors import ValueRefused
from ZSI.limits import DEFAULT_LIMITS
from ZSI.TC.duration import Duration
from ZSI.TC.timeline import (
    ZONE_REACH,
    Instant,
    calendar_day,
    civil_day,
    days_in_month,
    zone_from,
    zone_minutes,
    zone_text,
)

__all__ = [
    "Date", "DateTime", "Duration", "GDay", "GMonth", "GMonthDay", "GYear", "GYearMonth",
    "Moment", "Time", "instant_of",
]  # fmt: skip

ZERO = Decimal(0)
#: Fields that a type lacks, for its place on the time line; a leap year with a 31-day month.
_FILL: dict[str, Any] = {
    "year": 1972, "month": 1, "day": 1, "hour": 0, "minute": 0, "second": ZERO
}  # fmt: skip
#: Lexical form of every field; seconds stop at 59 (leap seconds do not exist in XSD).
_FIELD = {
    "year": r"(?P<year>-?(?:[1-9][0-9]{4,}|[0-9]{4}))",
    "month": r"(?P<month>0[1-9]|1[0-2])",
    "day": r"(?P<day>0[1-9]|[12][0-9]|3[01])",
    "time": r"(?P<hour>[01][0-9]|2[0-4]):(?P<minute>[0-5][0-9])"
    r":(?P<second>[0-5][0-9](?:\.[0-9]+)?)",
}
_ZONE = r"(?P<tzinfo>Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"


_READERS: dict[str, Any] = {"second": Decimal, "tzinfo": zone_from}


def instant_of(value: Any) -> Instant:
    """The place on the time line of a datetime, date, time or one of the types below."""
    return moment_of(value).instant()


class Moment:
    """Base of the eight date and time types; each is a frozen dataclass with some of the fields."""

    __slots__ = ()
    _name: ClassVar[str]
    _shape: ClassVar[str]
    _expected: ClassVar[str]
    _lexical: ClassVar[Any]
    _namesake: ClassVar[type | None] = None
    tzinfo: timezone | None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        shape = re.sub("[a-z]+", lambda field: _FIELD[field[0]], cls._shape)
        cls._lexical = re.compile(shape + _ZONE).fullmatch

    @classmethod
    def parse(cls, text: str, *, digits: int = DEFAULT_LIMITS.digits) -> Self:
        """Read the lexical form, white space at its ends allowed.

        Args:
            text: the lexical form.
            digits: characters it may have at most (`ZSI.limits.Limits.digits`).

        Raises:
            ValueRefused: if the text is no value of the type.
        """
        bare = text.strip(" \t\r\n")
        match = cls._lexical(bare) if len(bare) <= digits else None
        if match is None:
            raise ValueRefused(f"xsd:{cls._name}", cls._expected, text)
        found = {name: part for name, part in match.groupdict().items() if part is not None}
        try:
            return cls(**{name: _READERS.get(name, int)(part) for name, part in found.items()})
        except ValueRefused:  # a 30 February, a year 0: show what was read
            raise ValueRefused(f"xsd:{cls._name}", cls._expected, text) from None

    def __post_init__(self) -> None:
        get = self._field
        second = get("second")
        if type(second) is not Decimal:
            second = Decimal(second)
            object.__setattr__(self, "second", second)
        year, month, hour, minute = get("year"), get("month"), get("hour"), get("minute")
        if not (
            year
            and 1 <= month <= 12
            and 1 <= get("day") <= days_in_month(year, month)
            and (0 <= hour < 24 or (hour == 24 and not (minute or second)))
            and 0 <= minute < 60
            and second.is_finite()
            and 0 <= second < 60
            and (self.tzinfo is None or isinstance(self.tzinfo, timezone))
        ):
            raise ValueRefused(f"xsd:{self._name}", self._expected, self)
        zone_minutes(self)

    def _field(self, name: str) -> Any:
        return getattr(self, name, _FILL[name])

    def utcoffset(self) -> timedelta | None:
        """The zone's distance from UTC, None if naive; as datetime's."""
        return None if self.tzinfo is None else self.tzinfo.utcoffset(None)

    def instant(self) -> Instant:
        """The place on the time line, missing fields filled in (3.2.7.3, 3.2.8-3.2.14)."""
        get = self._field
        hour = 0 if get("hour") == 24 and self._name == "time" else get("hour")
        offset = zone_minutes(self)
        day = calendar_day(get("year"), get("month"), get("day"))
        minutes = day * 1440 + hour * 60 + get("minute") - (offset or 0)
        return Instant(minutes, get("second"), offset is not None)

    @classmethod
    def type_name(cls) -> str:
        """The local name of the XSD type, ``"gYear"`` for one."""
        return cls._name

    def canonical(self) -> str:
        """The canonical form: in UTC if zoned, no zeros at the end (3.2.7.2, 3.2.8.2, 3.2.9.2).

        The types without namesake in Python have no other form than ``str()``.
        """
        return str(self)

    def plain(self) -> Any:
        """The datetime, date or time of equal value, or None if there is none."""
        return None

    def _written(self, piece: str) -> str:
        if piece == "time":
            second = f"{self._field('second'):f}"
            pad = "0" if len(second.partition(".")[0]) < 2 else ""
            return f"{self._field('hour'):02d}:{self._field('minute'):02d}:{pad}{second}"
        number = self._field(piece)
        return f"{'-' if number < 0 else ''}{abs(number):0{4 if piece == 'year' else 2}d}"

    def __str__(self) -> str:
        text = re.sub("[a-z]+", lambda field: self._written(field[0]), self._shape)
        return text + zone_text(zone_minutes(self))

    def __hash__(self) -> int:
        twin = self._twin()
        return hash((self._name, self.instant()) if twin is None else twin)

    def _twin(self) -> Any:
        """The same for all values equal to this one: one of Python's if any is, else None."""
        return self.plain()

    def __eq__(self, other: object) -> bool:
        order = self._order(other)
        return NotImplemented if order is NotImplemented else order == 0

    def __lt__(self, other: object) -> bool:
        order = self._order(other)
        return NotImplemented if order is NotImplemented else order == -1

    def __le__(self, other: object) -> bool:
        order = self._order(other)
        return NotImplemented if order is NotImplemented else order in (-1, 0)

    def __gt__(self, other: object) -> bool:
        order = self._order(other)
        return NotImplemented if order is NotImplemented else order == 1

    def __ge__(self, other: object) -> bool:
        order = self._order(other)
        return NotImplemented if order is NotImplemented else order in (1, 0)

    def _order(self, other: object) -> Any:
        namesake = self._namesake
        kin = namesake is not None and isinstance(other, namesake)
        if namesake is date and isinstance(other, datetime):
            kin = False  # Python makes it a date, XSD does not
        if kin or type(other) is type(self):
            return self.instant().compare(instant_of(other))
        return NotImplemented


@dataclass(frozen=True, slots=True, eq=False)
class DateTime(Moment):
    """A dateTime that datetime cannot hold (3.2.7).

    >>> str(DateTime.parse("-0044-03-15T12:00:00.1234567Z"))
    '-0044-03-15T12:00:00.1234567Z'
    >>> DateTime.parse("2002-10-10T24:00:00") == datetime(2002, 10, 11)
    True
    """

    year: int
    month: int
    day: int
    hour: int = 0
    minute: int = 0
    second: Decimal = ZERO
    tzinfo: timezone | None = None

    _name = "dateTime"
    _shape = "year-month-dayTtime"
    _expected = "a date and time such as 2002-10-10T12:00:00Z"
    _namesake = datetime

    def canonical(self) -> str:
        """In UTC if zoned, midnight as 00:00:00, no zeros after the last digit (3.2.7.2).

        >>> DateTime.parse("1999-12-31T24:00:00.0-03:00").canonical()
        '2000-01-01T03:00:00Z'
        """
        minutes, second, zoned = self.instant()
        day, clock = divmod(minutes, 1440)
        hour, minute = divmod(clock, 60)
        zone = UTC if zoned else None
        return str(DateTime(*civil_day(day), hour, minute, _trimmed(second), zone))

    def plain(self) -> datetime | None:
        """The datetime of equal value and zone, or None if there is none."""
        return self._in_zone(zone_minutes(self))

    def _in_zone(self, zone: int | None) -> datetime | None:
        minutes, second, _ = self.instant()
        days, clock = divmod(minutes + (zone or 0), 1440)
        day, short = civil_day(days), _plain_second(second)
        if short is None or not 1 <= day[0] <= 9999:
            return None
        tzinfo = None if zone is None else zone_from(zone_text(zone))
        return datetime(*day, *divmod(clock, 60), *short, tzinfo)

    def _twin(self) -> datetime | None:
        zones = (None,) if self.tzinfo is None else (0, -ZONE_REACH, ZONE_REACH)
        return next(filter(None, map(self._in_zone, zones)), None)


@dataclass(frozen=True, slots=True, eq=False)
class Time(Moment):
    """A time of day that time cannot hold (3.2.8); 24:00:00 equals 00:00:00.

    >>> str(Time.parse("24:00:00Z")), Time.parse("24:00:00") == time(0, 0)
    ('24:00:00Z', True)
    """

    hour: int
    minute: int = 0
    second: Decimal = ZERO
    tzinfo: timezone | None = None

    _name = "time"
    _shape = "time"
    _expected = "a time such as 12:00:00 or 12:00:00.5Z"
    _namesake = time

    def canonical(self) -> str:
        """In UTC if zoned, no zeros after the last digit (3.2.8.2).

        >>> Time.parse("24:00:00").canonical(), Time.parse("01:00:00.50+02:00").canonical()
        ('00:00:00', '23:00:00.5Z')
        """
        minutes, second, zoned = self.instant()
        hour, minute = divmod(minutes % 1440, 60)
        return str(Time(hour, minute, _trimmed(second), UTC if zoned else None))

    def plain(self) -> time | None:
        """The time of equal value, 24:00:00 as 00:00:00; None if there is none."""
        short = _plain_second(self.second)
        return None if short is None else time(self.hour % 24, self.minute, *short, self.tzinfo)


@dataclass(frozen=True, slots=True, eq=False)
class Date(Moment):
    """A date that date cannot hold: with a zone, or outside the years 1-9999 (3.2.9).

    >>> Date.parse("2002-10-10+13:00") == Date.parse("2002-10-09-11:00")
    True
    """

    year: int
    month: int
    day: int
    tzinfo: timezone | None = None

    _name = "date"
    _shape = "year-month-day"
    _expected = "a date such as 2002-10-10"
    _namesake = date

    def canonical(self) -> str:
        """With the zone between -11:59 and +12:00 that gives the same day (3.2.9.2).

        >>> Date.parse("2002-10-10+13:00").canonical()
        '2002-10-09-11:00'
        """
        zone = zone_minutes(self)
        if zone is None or -720 < zone <= 720:
            return str(self)
        turn = -1 if zone > 0 else 1
        day = civil_day(calendar_day(self.year, self.month, self.day) + turn)
        return str(Date(*day, timezone(timedelta(minutes=zone + turn * 1440))))

    def plain(self) -> date | None:
        """The date of equal value, or None if there is none."""
        fits = self.tzinfo is None and 1 <= self.year <= 9999
        return date(self.year, self.month, self.day) if fits else None


@dataclass(frozen=True, slots=True, eq=False)
class GYearMonth(Moment):
    """A month of one year (3.2.10).

    >>> str(GYearMonth(1999, 5)), GYearMonth.parse("1999-05") < GYearMonth(1999, 6)
    ('1999-05', True)
    """

    year: int
    month: int
    tzinfo: timezone | None = None

    _name = "gYearMonth"
    _shape = "year-month"
    _expected = "a year and month such as 1999-05"


@dataclass(frozen=True, slots=True, eq=False)
class GYear(Moment):
    """A year (3.2.11).

    >>> str(GYear(-44)), str(GYear.parse("12000+02:00"))
    ('-0044', '12000+02:00')
    """

    year: int
    tzinfo: timezone | None = None

    _name = "gYear"
    _shape = "year"
    _expected = "a year of four digits or more such as 1999"


@dataclass(frozen=True, slots=True, eq=False)
class GMonthDay(Moment):
    """A day that recurs every year, 29 February among them (3.2.12).

    >>> str(GMonthDay(2, 29)), GMonthDay.parse("--12-24").day
    ('--02-29', 24)
    """

    month: int
    day: int
    tzinfo: timezone | None = None

    _name = "gMonthDay"
    _shape = "--month-day"
    _expected = "a month and day such as --12-24"


@dataclass(frozen=True, slots=True, eq=False)
class GDay(Moment):
    """A day that recurs every month (3.2.13).

    >>> str(GDay.parse("---31")), GDay(3) > GDay(2)
    ('---31', True)
    """

    day: int
    tzinfo: timezone | None = None

    _name = "gDay"
    _shape = "---day"
    _expected = "a day such as ---15"


@dataclass(frozen=True, slots=True, eq=False)
class GMonth(Moment):
    """A month that recurs every year (3.2.14).

    >>> str(GMonth(5)), GMonth.parse("--05Z") == GMonth(5)
    ('--05', False)
    """

    month: int
    tzinfo: timezone | None = None

    _name = "gMonth"
    _shape = "--month"
    _expected = "a month such as --05"


def moment_of(value: Moment | datetime | date | time) -> Moment:
    """A datetime, date or time as one of ours.

    >>> moment_of(time(12, 30))
    Time(hour=12, minute=30, second=Decimal('0'), tzinfo=None)
    """
    if isinstance(value, Moment):
        return value
    if not isinstance(value, (datetime, time)):
        return Date(value.year, value.month, value.day)
    zone = zone_minutes(value)
    tzinfo = None if zone is None else timezone(timedelta(minutes=zone))
    second = Decimal(value.second)
    if value.microsecond:
        second += Decimal(value.microsecond).scaleb(-6)
    clock = (value.hour, value.minute, second, tzinfo)
    if isinstance(value, time):
        return Time(*clock)
    return DateTime(value.year, value.month, value.day, *clock)


def _trimmed(second: Decimal | int) -> Decimal:
    """The same seconds without zeros at the end, exactly."""
    text = f"{second:f}" if isinstance(second, Decimal) else str(second)
    return Decimal(text.rstrip("0").rstrip(".") or "0") if "." in text else Decimal(text)


def _plain_second(second: Decimal | int) -> tuple[int, int] | None:
    """Second and microsecond; None if there are more digits than that."""
    micros = Fraction(second) * 1_000_000
    return divmod(int(micros), 1_000_000) if micros.denominator == 1 else None
