"""ZSI's typecodes for dates and times; values are those of `docs/values.md`, zone and all.

>>> gDateTime("when").text_to_data("2026-11-23T10:00:00.5Z", None, None)
datetime.datetime(2026, 11, 23, 10, 0, 0, 500000, tzinfo=datetime.timezone.utc)
"""

from __future__ import annotations

from ZSI.names import XSD
from ZSI.TC.handmade import SimpleType


class Duration(SimpleType):
    """A span of time; its value is a `ZSI.TC.duration.Duration`."""

    type = (XSD, "duration")


class Gregorian(SimpleType):
    """Base of the typecodes for points and recurring parts of the calendar."""


class gDateTime(Gregorian):
    """A date with a time: `datetime.datetime`, or `ZSI.TC.DateTime`."""

    type = (XSD, "dateTime")


class gDate(Gregorian):
    """A date: `datetime.date`, or `ZSI.TC.Date`."""

    type = (XSD, "date")


class gTime(Gregorian):
    """A time of day: `datetime.time`, or `ZSI.TC.Time`."""

    type = (XSD, "time")


class gYearMonth(Gregorian):
    """A month of a year."""

    type = (XSD, "gYearMonth")


class gYear(Gregorian):
    """A year."""

    type = (XSD, "gYear")


class gMonthDay(Gregorian):
    """A day of a month, every year."""

    type = (XSD, "gMonthDay")


class gDay(Gregorian):
    """A day, every month."""

    type = (XSD, "gDay")


class gMonth(Gregorian):
    """A month, every year."""

    type = (XSD, "gMonth")
