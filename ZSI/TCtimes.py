"""ZSI's typecodes for dates and times under ZSI's module name."""

from ZSI.TC.handmade_times import (
    Duration,
    Gregorian,
    gDate,
    gDateTime,
    gDay,
    gMonth,
    gMonthDay,
    gTime,
    gYear,
    gYearMonth,
)

__all__ = [
    "Duration", "Gregorian", "gDate", "gDateTime", "gDay", "gMonth", "gMonthDay", "gTime", "gYear",
    "gYearMonth",
]  # fmt: skip
