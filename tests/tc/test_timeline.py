"""Days, zones and instants on one line."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.tc.checking import SimpleTypeCase, quick
from ZSI.TC.timeline import (
    Instant,
    calendar_day,
    civil_day,
    day_number,
    days_in_month,
    offset_minutes,
    zone_from,
    zone_minutes,
    zone_text,
)

years = st.integers(-30_000, 30_000).filter(bool)


class DayTests(SimpleTypeCase):
    """The calendar: Gregorian, no year 0 (3.2.7.1, appendix E)."""

    @quick
    @given(st.dates(), st.dates())
    def test_as_in_python(self, left: date, right: date) -> None:
        apart = day_number(*left.timetuple()[:3]) - day_number(*right.timetuple()[:3])
        self.assertEqual(apart, (left - right).days)

    @quick
    @given(years, st.integers(1, 12))
    def test_every_month_ends_where_the_next_begins(self, year: int, month: int) -> None:
        last = calendar_day(year, month, days_in_month(year, month))
        following = civil_day(last + 1)
        if month < 12:
            self.assertEqual(following, (year, month + 1, 1))
        else:
            self.assertEqual(following, (year + 1 or 1, 1, 1))

    @quick
    @given(st.integers(-(10**7), 10**7))
    def test_there_and_back(self, number: int) -> None:
        self.assertEqual(calendar_day(*civil_day(number)), number)

    def test_february(self) -> None:
        lengths = {2000: 29, 1900: 28, 2024: 29, 2023: 28, -4: 29, -1: 28, -100: 28, -400: 29}
        self.assertEqual({year: days_in_month(year, 2) for year in lengths}, lengths)


class ZoneTests(SimpleTypeCase):
    """Zones are whole minutes up to 14 hours."""

    def test_texts(self) -> None:
        for text in ("Z", "+14:00", "-14:00", "+00:01", "-09:30", "+05:45"):
            zone = zone_from(text)
            minutes = offset_minutes(zone.utcoffset(None))
            self.assertEqual(zone_text(minutes), text)
        self.assertIs(zone_from("Z"), UTC)
        self.assertEqual(zone_text(offset_minutes(zone_from("-00:00").utcoffset(None))), "Z")
        self.assertEqual(zone_text(None), "")

    def test_what_cannot_be_written(self) -> None:
        for offset in (
            timedelta(hours=14, minutes=1),
            timedelta(hours=-15),
            timedelta(minutes=19, seconds=32),
        ):
            when = datetime(2024, 1, 1, tzinfo=timezone(offset))
            self.refused(zone_minutes, when, rule="zone", says="-14:00 to +14:00")
        self.assertIsNone(zone_minutes(datetime(2024, 1, 1)))


class InstantTests(SimpleTypeCase):
    """The order of 3.2.7.3."""

    def test_order(self) -> None:
        zoned, naive = Instant(1000, 0, True), Instant(1000, 0, False)
        self.assertEqual(zoned.compare(zoned), 0)
        self.assertIsNone(zoned.compare(naive))
        self.assertIsNone(naive.compare(zoned))
        for apart, order in ((840, -1), (839, None), (-840, 1), (-839, None)):
            self.assertEqual(zoned.compare(Instant(1000 + apart, 0, False)), order)
            self.assertEqual(naive.compare(Instant(1000 + apart, 0, True)), order)

    def test_seconds_decide_last(self) -> None:
        early, late = Instant(5, Decimal("0.1"), False), Instant(5, Decimal("0.11"), False)
        self.assertEqual((early.compare(late), late.compare(early)), (-1, 1))
        self.assertEqual(Instant(5, 1, True).compare(Instant(845, Decimal("0.5"), False)), None)
