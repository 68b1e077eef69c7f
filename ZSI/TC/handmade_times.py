"""ZSI's typecodes for dates and times; values are those of `docs/values.md`, zone and all.

On the way out ZSI's tuples are taken as well, and what the module time makes:

>>> gDateTime("when").text_to_data("2026-11-23T10:00:00.5Z", None, None)
datetime.datetime(2026, 11, 23, 10, 0, 0, 500000, tzinfo=datetime.timezone.utc)
>>> import time
>>> gDateTime("when").get_formatted_content(time.gmtime(0))
'1970-01-01T00:00:00Z'
>>> Duration("long").get_formatted_content((1, 0, 0, 12, 0, 0))
'P1YT12H'
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from ZSI.errors import ValueRefused
from ZSI.names import XSD
from ZSI.TC import times
from ZSI.TC.duration import Duration as DurationValue
from ZSI.TC.handmade import SimpleType
from ZSI.TC.tuple_times import point_of


class Duration(SimpleType):
    """A span of time; its value is a `ZSI.TC.duration.Duration`, ZSI's tuple is written too."""

    type = (XSD, "duration")

    def own_methods(self) -> frozenset[str]:
        """Writing tuples is ours."""
        return super().own_methods() | {"get_formatted_content"}

    def get_formatted_content(self, pyobj: Any) -> str:
        """Value to text.

        Args:
            pyobj: a Duration, a timedelta, or years, months, days, hours, minutes and seconds;
                any of them below 0 makes the whole negative.

        Raises:
            ValueRefused: it is none of these.
        """
        return super().get_formatted_content(
            _span(pyobj) if isinstance(pyobj, (tuple, list)) else pyobj
        )


def _span(parts: Sequence[Any]) -> DurationValue:
    given = [part or 0 for part in (*parts, *[0] * 6)[:6]]
    try:
        years, months, days, hours, minutes = (int(abs(part)) for part in given[:5])
        return DurationValue(
            years, months, days, hours, minutes,
            seconds=Decimal(str(abs(given[5]))), negative=min(given) < 0,
        )  # fmt: skip
    except (TypeError, ArithmeticError):
        expected = "years, months, days, hours, minutes and seconds"
        raise ValueRefused("xsd:duration", expected, parts) from None


class Gregorian(SimpleType):
    """Base of the typecodes for points and recurring parts of the calendar.

    What `time.gmtime` and `time.localtime` give is written in its own zone, ZSI's tuple (year,
    month, day, hour, minute, second, millisecond …) in this machine's, a number as seconds since
    1970; dateTime and time in UTC, the others without a zone.
    """

    #: Makes the value of a point in local time, and of the year, month and day.
    _of: ClassVar[Any] = None

    def own_methods(self) -> frozenset[str]:
        """Writing tuples is ours."""
        return super().own_methods() | {"get_formatted_content"}

    def get_formatted_content(self, pyobj: Any) -> str:
        """Value to text.

        Raises:
            ValueRefused: the value, or what its parts make, is not of the type.
        """
        make = type(self)._of
        given = isinstance(pyobj, (tuple, list, int, float)) and not isinstance(pyobj, bool)
        if make is not None and given:
            try:
                pyobj = make(*point_of(pyobj))
            except (ValueError, TypeError, OverflowError, OSError):
                expected = "a point of time as the module time has it"
                raise ValueRefused(self.type[1] or "", expected, pyobj) from None
        return super().get_formatted_content(pyobj)


class gDateTime(Gregorian):
    """A date with a time: `datetime.datetime`, or `ZSI.TC.DateTime`."""

    type = (XSD, "dateTime")
    _of = staticmethod(lambda moment, day: moment)


class gDate(Gregorian):
    """A date: `datetime.date`, or `ZSI.TC.Date`."""

    type = (XSD, "date")
    _of = staticmethod(lambda moment, day: date(*day))


class gTime(Gregorian):
    """A time of day: `datetime.time`, or `ZSI.TC.Time`."""

    type = (XSD, "time")
    _of = staticmethod(lambda moment, day: moment.timetz())


class gYearMonth(Gregorian):
    """A month of a year."""

    type = (XSD, "gYearMonth")
    _of = staticmethod(lambda moment, day: times.GYearMonth(*day[:2]))


class gYear(Gregorian):
    """A year."""

    type = (XSD, "gYear")
    _of = staticmethod(lambda moment, day: times.GYear(day[0]))


class gMonthDay(Gregorian):
    """A day of a month, every year."""

    type = (XSD, "gMonthDay")
    _of = staticmethod(lambda moment, day: times.GMonthDay(*day[1:]))


class gDay(Gregorian):
    """A day, every month."""

    type = (XSD, "gDay")
    _of = staticmethod(lambda moment, day: times.GDay(day[2]))


class gMonth(Gregorian):
    """A month, every year."""

    type = (XSD, "gMonth")
    _of = staticmethod(lambda moment, day: times.GMonth(day[1]))
