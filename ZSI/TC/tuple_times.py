"""Points of time as the module time has them, and as ZSI had them: tuples."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone
from datetime import time as datetime_time
from typing import Any

from ZSI.TC.times import GDay, GMonth, GMonthDay, GYear, GYearMonth

#: Items of ZSI's tuples, and of those of the module time.
LENGTH = 9
#: Makes the value of a point in UTC, and of its year, month and day, by the type's Python class.
_MAKERS: dict[type, Any] = {
    datetime: lambda moment, day: moment,
    date: lambda moment, day: date(*day),
    datetime_time: lambda moment, day: moment.timetz(),
    GYearMonth: lambda moment, day: GYearMonth(*day[:2]),
    GYear: lambda moment, day: GYear(day[0]),
    GMonthDay: lambda moment, day: GMonthDay(*day[1:]),
    GDay: lambda moment, day: GDay(day[2]),
    GMonth: lambda moment, day: GMonth(day[1]),
}


def from_tuple(python: type, value: Any) -> Any:
    """A tuple as a value of a class; the value itself where it is no tuple, or wrong.

    >>> from_tuple(datetime, time.gmtime(0)), from_tuple(date, "no tuple")
    (datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), 'no tuple')
    """
    if not isinstance(value, tuple) or len(value) != LENGTH:
        return value
    try:
        return _MAKERS[python](*point_of(value))
    except (ValueError, TypeError, OverflowError):
        return value


def point_of(value: Any) -> tuple[datetime, tuple[int, int, int]]:
    """A point of time in UTC, and its year, month and day as they were given.

    Args:
        value: what `time.gmtime` or `time.localtime` give, in its own zone; ZSI's tuple (year,
            month, day, hour, minute, second, millisecond …), in this machine's; seconds since 1970.

    Raises:
        ValueError, TypeError, OverflowError: it is no point of time.
    """
    if isinstance(value, (int, float)):
        moment = datetime.fromtimestamp(value, UTC)
        return moment, (moment.year, moment.month, moment.day)
    year, month, day, hour, minute, second, *rest = [*value, *[0] * 6][: max(len(value), 6)]
    shift = getattr(value, "tm_gmtoff", None)
    zone = timezone(timedelta(seconds=shift)) if shift is not None else None
    has_thousandths = rest and not isinstance(value, time.struct_time)
    thousandths = max(int(rest[0] or 0), 0) if has_thousandths else 0  # ZSI: below 0 is none
    if thousandths > 999:
        raise ValueError("milliseconds are 0 to 999")
    today = date.today()  # for times: the zone of this machine may be another in summer
    dated = (int(year) or today.year, int(month) or today.month, int(day) or today.day)
    moment = datetime(*dated, hour, minute, second, thousandths * 1000, tzinfo=zone)
    return moment.astimezone(UTC), (int(year), int(month), int(day))
