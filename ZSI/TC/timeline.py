"""The time line under all date and time types: days, zones, instants (XSD 1.0 part 2, 3.2.7.3)."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone
from decimal import Decimal
from typing import Any, NamedTuple

from ZSI.errors import ValueRefused

#: How far apart a zone can put two values that look alike, in minutes (3.2.7.3).
ZONE_REACH = 14 * 60


class Instant(NamedTuple):
    """A place on the time line: minutes since some day (in UTC if zoned), then seconds."""

    minutes: int
    second: Decimal | int
    zoned: bool

    def compare(self, other: Instant) -> int | None:
        """-1, 0, 1, or None where the order is indeterminate (3.2.7.3).

        Of a zoned and a naive value that is if they are less than 14 hours apart (clause C.3).
        """
        mine, theirs = self[:2], other[:2]
        if self.zoned == other.zoned:
            return (mine > theirs) - (mine < theirs)
        if not self.zoned:
            order = other.compare(self)
            return order if order is None else -order
        if mine <= (other.minutes - ZONE_REACH, other.second):
            return -1
        return 1 if mine >= (other.minutes + ZONE_REACH, other.second) else None


def day_number(year: int, month: int, day: int) -> int:
    """Days since some day, by the Gregorian calendar with a year 0; month may be any int."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    shifted = year - (month < 3)
    days = 365 * shifted + shifted // 4 - shifted // 100 + shifted // 400
    return days + (153 * ((month + 9) % 12) + 2) // 5 + day


_FIRST_DAY = day_number(1, 1, 1)
_YEAR_ZERO = 366


def calendar_day(year: int, month: int, day: int) -> int:
    """The same in the calendar of XSD 1.0, in which year 1 follows year -1 (3.2.7.1).

    Leap years before 1 are told by their number, -4 is one (appendix E, maximumDayInMonthFor).
    """
    return day_number(year, month, day) + (_YEAR_ZERO if year < 0 else 0)


def civil_day(number: int) -> tuple[int, int, int]:
    """Year, month and day of a `calendar_day`.

    >>> civil_day(calendar_day(-1, 12, 31) + 1), civil_day(calendar_day(-4, 3, 1) - 1)
    ((1, 1, 1), (-4, 2, 29))
    """
    if number < _FIRST_DAY:
        number -= _YEAR_ZERO
    era, day_of_era = divmod(number - 1, 146097)
    years = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * years + years // 4 - years // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    year = years + era * 400 + (month <= 2)
    return year, month, day_of_year - (153 * shifted + 2) // 5 + 1


def days_in_month(year: int, month: int) -> int:
    """Length of a month (appendix E, maximumDayInMonthFor).

    >>> days_in_month(2024, 2), days_in_month(1900, 2), days_in_month(-4, 2)
    (29, 28, 29)
    """
    return day_number(year, month + 1, 1) - day_number(year, month, 1)


def zone_minutes(value: Any) -> int | None:
    """Minutes east of UTC of anything with ``utcoffset()``, None if naive.

    Raises:
        ValueRefused: for a zone that XSD cannot write: beyond 14 hours, or with seconds.
    """
    return offset_minutes(value.utcoffset())


def offset_minutes(offset: timedelta | None) -> int | None:
    """Minutes of a UTC offset; errors as for `zone_minutes`."""
    if offset is None:
        return None
    minutes, rest = divmod(offset, timedelta(minutes=1))
    if rest or abs(minutes) > ZONE_REACH:
        raise ValueRefused("zone", "a zone of whole minutes from -14:00 to +14:00", str(offset))
    return int(minutes)


def zone_text(minutes: int | None) -> str:
    """The lexical form of a zone.

    >>> zone_text(None), zone_text(0), zone_text(-90)
    ('', 'Z', '-01:30')
    """
    if not minutes:
        return "" if minutes is None else "Z"
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"


def zone_from(text: str) -> timezone:
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[4:6])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
