"""dateTime, time, date and the rest of the calendar as built-in types."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from tests.tc.checking import SimpleTypeCase, quick, zones
from ZSI.errors import ValueRefused
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.dates import CALENDAR_TYPES
from ZSI.TC.times import Date, DateTime, GYear, Moment, Time

TWO = timezone(timedelta(hours=2))


class ReadingTests(SimpleTypeCase):
    """Python's class where it holds the value, ours where it does not."""

    def test_classes(self) -> None:
        table: dict[str, dict[str, Any]] = {
            "dateTime": {
                "2024-05-06T07:08:09": datetime(2024, 5, 6, 7, 8, 9),
                "2024-05-06T07:08:09Z": datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC),
                " 2024-05-06T07:08:09.5+02:00\n": datetime(2024, 5, 6, 7, 8, 9, 500000, TWO),
                "2024-05-06T07:08:09.123456": datetime(2024, 5, 6, 7, 8, 9, 123456),
                "2024-05-06T07:08:09.12345600000": datetime(2024, 5, 6, 7, 8, 9, 123456),
                "0001-01-01T00:00:00+14:00": datetime(
                    1, 1, 1, tzinfo=timezone(timedelta(hours=14))
                ),
                "9999-12-31T23:59:59": datetime(9999, 12, 31, 23, 59, 59),
                "2024-05-06T07:08:09.1234567": DateTime(2024, 5, 6, 7, 8, Decimal("9.1234567")),
                "2024-05-06T24:00:00": DateTime(2024, 5, 6, 24),
                "2024-05-06T24:00:00Z": DateTime(2024, 5, 6, 24, tzinfo=UTC),
                "10000-01-01T00:00:00": DateTime(10000, 1, 1),
                "-0001-01-01T00:00:00": DateTime(-1, 1, 1),
            },
            "time": {
                "07:08:09": time(7, 8, 9),
                "07:08:09.25Z": time(7, 8, 9, 250000, UTC),
                "07:08:09+02:00": time(7, 8, 9, tzinfo=TWO),
                "24:00:00": Time(24),
                "07:08:09.0000001": Time(7, 8, Decimal("9.0000001")),
            },
            "date": {
                "2024-02-29": date(2024, 2, 29),
                " 0001-01-01 ": date(1, 1, 1),
                "2024-02-29Z": Date(2024, 2, 29, UTC),
                "2024-02-29+02:00": Date(2024, 2, 29, TWO),
                "10000-02-29": Date(10000, 2, 29),
                "-0001-01-01": Date(-1, 1, 1),
            },
        }
        for name, cases in table.items():
            for text, value in cases.items():
                found = BUILTIN[name].parse(text)
                self.assertEqual(found, value)
                self.assertIs(type(found), type(value), text)
                self.assertEqual(getattr(found, "tzinfo", None), getattr(value, "tzinfo", None))

    def test_refusals_show_the_text(self) -> None:
        wrong = {
            "dateTime": "2023-02-29T00:00:00 0000-01-01T00:00:00 2024-01-01T00:00 2024-01-01 "
            "2024-W01-1T00:00:00 2024-01-01T00 20240101T000000 2024-01-01T00:00:00,5 "
            "2024-01-01T25:00:00 2024-01-01T24:00:01 2024-01-01T00:00:60 2024-01-01T00:60:00 "
            "2024-01-01T00:00:00+14:01 2024-01-01T00:00:00+02 2024-01-01T00:00:00+02:00:30 "
            "2024-01-01T00:00:00z ２024-01-01T00:00:00",
            "time": "24:00:01 7:08:09 07:08 070809 T07:08:09 07:08:09+25:00 07:08:09.",
            "date": "2023-02-29 2024-W01-1 20240101 2024-1-1 0000-01-01 24-01-01",
        }
        for name, forms in wrong.items():
            for text in forms.split():
                self.refused(BUILTIN[name].parse, text, rule=f"xsd:{name}", says=f"'{text}' breaks")
        self.refused(BUILTIN["dateTime"].parse, "2024-01-01 00:00:00", rule="xsd:dateTime")

    @quick
    @given(st.one_of(st.datetimes(), st.datetimes(timezones=zones)))
    def test_both_ways_to_read_agree(self, value: datetime) -> None:
        text = BUILTIN["dateTime"].format(value)
        self.assertEqual(DateTime.parse(text), value)
        self.assertEqual(str(DateTime.parse(text)), text)
        fast, slow = BUILTIN["dateTime"].parse(text), BUILTIN["dateTime"].parse(f" {text} ")
        self.assertEqual((fast, fast.tzinfo), (slow, slow.tzinfo))
        self.assertEqual((fast, fast.utcoffset()), (value, value.utcoffset()))


class WritingTests(SimpleTypeCase):
    """The zone as it is, no zeros that say nothing; what may be written."""

    def test_forms(self) -> None:
        paris = ZoneInfo("Europe/Paris")
        table: dict[str, dict[str, Any]] = {
            "dateTime": {
                "2024-07-01T12:00:00+02:00": datetime(2024, 7, 1, 12, tzinfo=paris),
                "2024-01-01T12:00:00+01:00": datetime(2024, 1, 1, 12, tzinfo=paris),
                "2024-01-01T12:00:00Z": datetime(2024, 1, 1, 12, tzinfo=timezone(timedelta(0))),
                "0999-01-01T12:00:00": datetime(999, 1, 1, 12),
                "0044-01-01T12:00:00.05": datetime(44, 1, 1, 12, microsecond=50000),
                "2024-01-01T24:00:00": DateTime(2024, 1, 1, 24),
            },
            "time": {"12:00:00.000001-14:00": time(12, 0, 0, 1, timezone(timedelta(hours=-14)))},
            "date": {"0044-01-01": date(44, 1, 1), "2024-01-01Z": Date(2024, 1, 1, UTC)},
            "gYear": {"-0044": GYear(-44)},
            "duration": {"P1DT1S": timedelta(days=1, seconds=1)},
        }
        for name, cases in table.items():
            for text, value in cases.items():
                self.assertEqual(BUILTIN[name].format(value), text)

    def test_what_may_not_be_written(self) -> None:
        day, clock, both = date(2024, 1, 1), time(1), datetime(2024, 1, 1)
        wrong: dict[str, tuple[Any, ...]] = {
            "dateTime": (day, clock, "2024-01-01T00:00:00", None, Date(2024, 1, 1)),
            "time": (both, day, Date(2024, 1, 1), "01:00:00"),
            "date": (both, clock, DateTime(2024, 1, 1), "2024-01-01"),
            "gYear": (2024, day, Date(2024, 1, 1), "2024"),
            "duration": (1.5, clock, "P1D"),
        }
        for name, values in wrong.items():
            for value in values:
                self.refused(BUILTIN[name].format, value, rule=f"xsd:{name}", says="expected a")

    def test_zones_that_xsd_cannot_write(self) -> None:
        class Odd(tzinfo):
            def utcoffset(self, when: datetime | None) -> timedelta:
                return timedelta(seconds=30)

        for zone in (Odd(), timezone(timedelta(hours=15)), ZoneInfo("Europe/Paris")):
            when = datetime(1890, 1, 1, tzinfo=zone)  # Paris was 9:21 ahead of Greenwich
            for call in (BUILTIN["dateTime"].format, BUILTIN["dateTime"].coerce):
                self.refused(call, when, rule="zone", says="whole minutes")

    def test_subclasses_are_written_as_what_they_are(self) -> None:
        class Stamp(datetime):
            def isoformat(self, sep: str = "T", timespec: str = "auto") -> str:
                return "stamp"

        class Day(date):
            def isoformat(self) -> str:
                return "day"

        self.assertEqual(BUILTIN["dateTime"].format(Stamp(2024, 1, 1)), "2024-01-01T00:00:00")
        self.assertEqual(BUILTIN["date"].format(Day(2024, 1, 1)), "2024-01-01")

    def test_pattern_chooses_the_spelling(self) -> None:
        millis = BUILTIN["dateTime"].restrict(pattern=r".*\.\d{3}Z")
        east = datetime(2024, 1, 1, 1, tzinfo=TWO)
        self.assertEqual(
            millis.format(datetime(2024, 1, 1, tzinfo=UTC)), "2024-01-01T00:00:00.000Z"
        )
        self.assertEqual(millis.format(east), "2023-12-31T23:00:00.000Z")
        self.refused(millis.format, datetime(2024, 1, 1), rule="pattern")
        offset = BUILTIN["time"].restrict(pattern=r".*[+\-]\d\d:\d\d")
        self.assertEqual(offset.format(time(1, tzinfo=UTC)), "01:00:00+00:00")
        self.assertEqual(
            BUILTIN["gYear"].restrict(pattern=r".*\+00:00").format(GYear(1, UTC)), "0001+00:00"
        )


class CalendarTests(SimpleTypeCase):
    """Types that Python has no word for."""

    def test_they_are_all_there(self) -> None:
        names = [cls.type_name() for cls in CALENDAR_TYPES]
        self.assertEqual(names, ["gYearMonth", "gYear", "gMonthDay", "gDay", "gMonth"])
        for cls in CALENDAR_TYPES:
            self.assertEqual(BUILTIN[cls.type_name()].python, (cls,))

    def test_white_space_at_the_ends(self) -> None:
        for name, text in (("gMonthDay", "--04-30"), ("gDay", "---30"), ("gYear", "2024Z")):
            self.assertEqual(str(BUILTIN[name].parse(f" {text}\n")), text)


_LIKELY = st.sampled_from("0123456789" * 3 + "-:WTZ+,. \u0660")


@st.composite
def _nearly(draw: Any, form: str) -> str:
    """A text of that form with any characters for its digits, and some for its marks."""
    keep = draw(st.lists(st.integers(0, len(form) - 1), min_size=2))
    return "".join(
        draw(_LIKELY) if mark == "0" or (mark == "-" and i not in keep) else mark
        for i, mark in enumerate(form)
    )


class ShortcutTests(SynchronousTestCase):
    """What Python's own readers take beyond XSD is not taken by us."""

    def holds(self, ours: type[Moment], text: str) -> None:
        """What is read has the lexical form of the type."""
        try:
            BUILTIN[ours.type_name()].parse(text)
        except ValueRefused:
            return
        self.assertTrue(ours._lexical(text.strip(" \t\r\n")), text)

    @settings(deadline=None, max_examples=500)
    @given(st.one_of(_nearly("0000-00-00"), _nearly("0000000000")))
    @example("20261010:7")
    @example("2026W011,1")
    @example("2026-W01-1")
    @example("2026-1018-")
    def test_date(self, text: str) -> None:
        """Dates without dashes, and days of weeks."""
        self.holds(Date, text)

    @settings(deadline=None, max_examples=500)
    @given(st.one_of(_nearly("0000-00-00T00:00:00"), _nearly("0000-00-00T00:00:00Z")))
    @example("2026-W01-1T10:10:10")
    @example("20261010T10:10:10Z")
    @example("2026-10-10T24:00:00")
    def test_datetime(self, text: str) -> None:
        """The same before a time."""
        self.holds(DateTime, text)

    def test_midnight_at_the_end_of_a_day(self) -> None:
        """It stays what it is, in whichever Python."""
        value = BUILTIN["dateTime"].parse("2026-10-10T24:00:00")
        self.assertEqual(str(value), "2026-10-10T24:00:00")
