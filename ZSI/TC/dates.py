"""dateTime, time, date as datetime, time, date; all else on the calendar by `ZSI.TC.times`.

A value of ours is made only where Python's cannot hold it: 24:00:00, more than six digits of a
second (beyond zeros at the end), years outside 1-9999, a date with a zone. Zones stay what they
are; a naive value stays naive. XSD 1.0 part 2, 3.2.6-3.2.14.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from ZSI.limits import Limits
from ZSI.TC.lexical import Kind, Namespaces, Parser, PrefixFor, make_kind, refused, unwrapped
from ZSI.TC.timeline import offset_minutes, zone_minutes, zone_text
from ZSI.TC.times import (
    Date,
    DateTime,
    Duration,
    GDay,
    GMonth,
    GMonthDay,
    GYear,
    GYearMonth,
    Moment,
    Time,
    moment_of,
)
from ZSI.TC.tuple_times import from_tuple

_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
_ZONE = r"(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
#: Exactly what the fromisoformat methods of Python 3.11 and later read the way XSD does.
_DATETIME = re.compile(rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{_CLOCK}{_ZONE}").fullmatch
_TIME = re.compile(_CLOCK + _ZONE).fullmatch
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch

_READ: dict[type, tuple[Callable[[str], object], Callable[[str], Any], type[Moment], str]] = {
    datetime: (_DATETIME, datetime.fromisoformat, DateTime, "a datetime"),
    time: (_TIME, time.fromisoformat, Time, "a time"),
    date: (_DATE, date.fromisoformat, Date, "a date, not a datetime"),
}


def iso_kind(python: Any, limits: Limits) -> Kind:
    """xsd:dateTime, xsd:time or xsd:date, for the Python class that holds most of its values."""
    matches, from_iso, ours, expected = _READ[python]
    name = ours.type_name()

    def parse(text: str, namespaces: Namespaces | None = None) -> Any:
        if matches(text):
            try:
                return from_iso(text)
            except ValueError:
                pass  # a year 0 or a 30 February: refused with our words below
        value = ours.parse(text, digits=limits.digits)
        plain = None if getattr(value, "hour", 0) == 24 else value.plain()
        return value if plain is None else plain

    def coerce(value: Any) -> Any:
        value = from_tuple(python, unwrapped(value))
        is_other = python is date and isinstance(value, datetime)
        if not isinstance(value, (python, ours)) or is_other:
            raise refused(name, expected, value)
        zone = None if python is date else value.tzinfo
        if zone is not None and zone is not UTC:
            zone_minutes(value)
        return value

    def format(value: Any, prefix_for: PrefixFor | None = None) -> str:
        return _write_moment(value if type(value) is python else coerce(value))

    def format_datetime(value: Any, prefix_for: PrefixFor | None = None) -> str:
        # at once for most there are: with a year of four digits, in whole seconds, without a zone
        if (
            type(value) is not datetime
            or value.tzinfo is not None
            or value.microsecond
            or (year := value.year) < 1000
        ):
            return format(value)
        clock = f"{_TWO[value.hour]}:{_TWO[value.minute]}:{_TWO[value.second]}"
        return f"{year}-{_TWO[value.month]}-{_TWO[value.day]}T{clock}"

    return make_kind(
        name, _SHORT[python](parse) if python in _SHORT else parse, coerce, _write_moment,
        (python, ours), canonical=_canonical, spellings=_spellings,
        format=format_datetime if python is datetime else format,
        ordered=True, column=_datetimes if python is datetime else None,
    )  # fmt: skip


def _datetime_parser(parse: Parser) -> Parser:
    """The same as ``parse``, sooner for most there are: whole seconds, in UTC or without a zone."""
    read = datetime.fromisoformat

    def parse_datetime(text: str, namespaces: Namespaces | None = None) -> Any:
        # what else fromisoformat takes has other lengths, other marks, a W of weeks, or makes the
        # next day of 24:00
        mark = text[10::3]
        if (mark == "T::" and len(text) == 19) or (mark == "T::Z" and len(text) == 20):
            try:
                value = read(text)
            except ValueError:
                return parse(text)
            if (value.hour or text[11] == "0") and text[5] != "W":
                return value
        return parse(text)

    return parse_datetime


def _datetimes(texts: Sequence[str]) -> list[datetime]:
    """Values in whole seconds without a zone, which is one of the forms of fromisoformat."""
    joined = "".join(texts)
    usual = set(map(len, texts)) == {19} and "T24" not in joined
    if not usual or joined.translate(_TO_ZEROS) != "0000-00-00T00:00:00" * len(texts):
        raise ValueError("not all of one form")
    return list(map(datetime.fromisoformat, texts))


_TO_ZEROS = str.maketrans("123456789", "000000000")


def _date_parser(parse: Parser) -> Parser:
    """The same as ``parse``, sooner for what has no zone."""
    read = date.fromisoformat

    def parse_date(text: str, namespaces: Namespaces | None = None) -> Any:
        if len(text) == 10 and text[4::3] == "--":  # no other form of fromisoformat has these
            try:
                return read(text)
            except ValueError:
                pass
        return parse(text)

    return parse_date


#: What is in front of the parser that takes everything.
_SHORT: dict[type, Callable[[Parser], Parser]] = {datetime: _datetime_parser, date: _date_parser}

#: Two digits by number: three times as fast as a format specification.
_TWO = tuple(f"{number:02d}" for number in range(60))


def _zone_of(value: datetime | time) -> str:
    zone = value.tzinfo
    if zone is None:
        return ""
    return "Z" if zone is UTC else _zone_by_offset(value.utcoffset())


@lru_cache(maxsize=256)
def _zone_by_offset(offset: timedelta | None) -> str:
    return zone_text(offset_minutes(offset))


def _clock(value: datetime | time) -> str:
    text = f"{_TWO[value.hour]}:{_TWO[value.minute]}:{_TWO[value.second]}"
    micros = value.microsecond
    return f"{text}.{micros:06d}".rstrip("0") if micros else text


def _write_moment(value: Any, prefix_for: PrefixFor | None = None) -> str:
    """A date, time or datetime, or one of ours, with the zone it has; no zeros that say nothing."""
    if isinstance(value, datetime):
        year = value.year if value.year > 999 else f"{value.year:04d}"
        clock = f"{_TWO[value.hour]}:{_TWO[value.minute]}:{_TWO[value.second]}"
        if value.microsecond:
            clock = _clock(value)
        zone = _zone_of(value) if value.tzinfo is not None else ""
        return f"{year}-{_TWO[value.month]}-{_TWO[value.day]}T{clock}{zone}"
    if isinstance(value, date):
        return date.isoformat(value)
    return _clock(value) + _zone_of(value) if isinstance(value, time) else str(value)


def _canonical(value: Any, prefix_for: PrefixFor | None = None) -> str:
    return value.canonical() if isinstance(value, Moment) else moment_of(value).canonical()


def _spellings(value: Any) -> Iterator[str]:
    """The same value with zeros after the point, the zone as offset, and in UTC."""
    texts = [_write_moment(value)]
    if not isinstance(value, (Date, date)) or isinstance(value, datetime):
        texts.append(_canonical(value))
    for text in texts:
        head, zone = _split_zone(text)
        zones = ("Z", "+00:00", "-00:00") if zone in ("Z", "+00:00") else (zone,)
        whole, point, fraction = head.partition(".")
        for ending in zones:
            yield head + ending
            if ":" in head:
                widths = range(max(1, len(fraction)), 10)
                yield from (f"{whole}.{fraction.ljust(width, '0')}{ending}" for width in widths)


def _split_zone(text: str) -> tuple[str, str]:
    """The text without its zone, and the zone."""
    match = _ZONE_END(text)
    return (text[: match.start()], match[0]) if match else (text, "")


_ZONE_END = re.compile(r"(?:Z|[+-][0-9]{2}:[0-9]{2})\Z").search


def calendar_kind(ours: type[Moment], limits: Limits) -> Kind:
    """xsd:gYearMonth, gYear, gMonthDay, gDay or gMonth, whose values are always of our types."""
    name = ours.type_name()

    def parse(text: str, namespaces: Namespaces | None = None) -> Moment:
        return ours.parse(text, digits=limits.digits)

    def coerce(value: Any) -> Any:
        value = unwrapped(value)
        made = value if isinstance(value, ours) else from_tuple(ours, value)
        if isinstance(made, ours):
            return made
        raise refused(name, f"a {ours.__name__}", value)

    return make_kind(
        name, parse, coerce, _write_moment, (ours,), canonical=_canonical, spellings=_spellings,
        ordered=True,
    )  # fmt: skip


def duration_kind(limits: Limits) -> Kind:
    """xsd:duration (3.2.6); writes a timedelta too."""

    def parse(text: str, namespaces: Namespaces | None = None) -> Duration:
        return Duration.parse(text, digits=limits.digits)

    def coerce(value: Any) -> Duration:
        value = unwrapped(value)
        if isinstance(value, timedelta):
            return Duration.from_timedelta(value)
        if isinstance(value, Duration):
            return value
        raise refused("duration", "a Duration or timedelta", value)

    def write(value: Any, prefix_for: PrefixFor | None = None) -> str:
        return str(value)

    return make_kind("duration", parse, coerce, write, (Duration,), ordered=True)


#: Our types that have no namesake in Python, in the order of the specification.
CALENDAR_TYPES: tuple[type[Moment], ...] = (GYearMonth, GYear, GMonthDay, GDay, GMonth)
