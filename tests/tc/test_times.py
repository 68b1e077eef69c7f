"""DateTime, Time, Date, GYear … GMonth: lexical form, order, kinship with Python's own."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.tc.checking import SimpleTypeCase, moments, quick, zones
from ZSI.TC.times import (
    Date,
    DateTime,
    GDay,
    GMonth,
    GMonthDay,
    GYear,
    GYearMonth,
    Moment,
    Time,
    instant_of,
    moment_of,
)

ALL = (DateTime, Time, Date, GYearMonth, GYear, GMonthDay, GDay, GMonth)


class LexicalTests(SimpleTypeCase):
    """What each type reads and writes (3.2.7-3.2.14)."""

    right: dict[type[Moment], str] = {
        DateTime: "2024-02-29T23:59:59.999999999999-14:00 -0001-12-31T00:00:00 "
        "12024-01-01T24:00:00Z -12024-01-01T00:00:00.0 0001-01-01T00:00:00+00:01 "
        "-0004-02-29T00:00:00",
        Time: "00:00:00 24:00:00 24:00:00.000Z 23:59:59.5+14:00 12:00:00.10",
        Date: "2024-02-29 -0001-01-01Z 12024-12-31+13:59 9999-12-31-00:01",
        GYearMonth: "2024-02 -0044-03Z 12024-12+14:00",
        GYear: "2024 -0044 12024Z 0001-14:00",
        GMonthDay: "--02-29 --12-31Z --04-30-05:00",
        GDay: "---01 ---31Z ---15+01:00",
        GMonth: "--01 --12Z --06-13:59",
    }
    wrong: dict[type[Moment], str] = {
        DateTime: "2024-02-30T00:00:00 2023-02-29T00:00:00 0000-01-01T00:00:00 2024-01-01T24:00:01 "
        "2024-01-01T24:01:00 2024-01-01T25:00:00 2024-01-01T00:60:00 2024-01-01T00:00:60 "
        "2024-01-01T00:00 2024-01-01t00:00:00 2024-01-01 02024-01-01T00:00:00 24-01-01T00:00:00 "
        "+2024-01-01T00:00:00 2024-13-01T00:00:00 2024-00-01T00:00:00 2024-01-00T00:00:00 "
        "2024-01-01T00:00:00. 2024-01-01T00:00:00+14:01 2024-01-01T00:00:00+15:00 "
        "2024-01-01T00:00:00+1:00 2024-01-01T00:00:00z 2024-01-01T00:00:00+0100 "
        "2024-01-01T00:00:00+00:60 ٢024-01-01T00:00:00 -0001-02-29T00:00:00 2024-1-01T00:00:00",
        Time: "24:00:00.1 24:00:01 1:00:00 00:00 00:60:00 00:00:60 00:00:00+14:30 T00:00:00",
        Date: "2024-02-30 2024-02-30Z 0000-01-01 2024-1-1 20240101 2024-01-01T 2024-01-01+24:00",
        GYearMonth: "2024-13 2024-00 0000-01 2024 2024-1 2024-01-01",
        GYear: "0000 -0000 24 02024 2024-01 +2024 2024+14:01",
        GMonthDay: "--02-30 --04-31 --13-01 --00-01 --01-00 -02-29 --2-29 02-29",
        GDay: "---32 ---00 ---1 --01 01",
        GMonth: "--13 --00 --1 --01-- ---01 01",
    }  # fmt: skip

    def test_right(self) -> None:
        for cls in ALL:
            for text in self.right[cls].split():
                value = cls.parse(f" {text}\n")
                self.assertEqual(str(value), text.replace("+00:00", "Z"))
                self.assertEqual(cls.parse(str(value)), value)

    def test_wrong(self) -> None:
        for cls in ALL:
            for text in self.wrong[cls].split():
                self.refused(
                    cls.parse, text, rule=f"xsd:{cls.type_name()}", says=f"'{text}' breaks"
                )
            self.refused(cls.parse, "", rule=f"xsd:{cls.type_name()}", says="such as")

    def test_length_is_capped(self) -> None:
        long = "2024-01-01T00:00:00." + "1" * 3980
        self.assertEqual(str(DateTime.parse(long)), long)
        self.refused(DateTime.parse, long + "1", rule="xsd:dateTime")
        self.refused(GYear.parse, "9" * 10**6, rule="xsd:gYear")
        self.assertEqual(DateTime.parse(long + "1", digits=5000).second.as_tuple().exponent, -3981)

    def test_fields_are_checked(self) -> None:
        makers: tuple[Callable[[], Any], ...] = (
            lambda: DateTime(2023, 2, 29), lambda: DateTime(0, 1, 1), lambda: Time(24, 1),
            lambda: Time(-1), lambda: Time(1, 60), lambda: Time(1, 1, Decimal(60)),
            lambda: Time(1, 1, Decimal("NaN")), lambda: Date(2024, 13, 1), lambda: GDay(0),
            lambda: GMonthDay(2, 30), lambda: GYear(0),
        )  # fmt: skip
        for make in makers:
            self.refused(make, rule=f"xsd:{self.name_of(make)}")
        far = timezone(timedelta(hours=15))
        self.refused(lambda: GYear(1, far), rule="zone", says="-14:00 to +14:00")

    def name_of(self, make: Callable[[], Any]) -> str:
        cls = next(name for name in make.__code__.co_names if name != "Decimal")
        return cls[0].lower() + cls[1:]

    def test_seconds_may_be_given_as_int(self) -> None:
        self.assertEqual(Time(1, 2, 3), Time(1, 2, Decimal(3)))  # type: ignore[arg-type]  # tolerated


class OrderTests(SimpleTypeCase):
    """Order and equality (3.2.7.3), hashes, and mixing with Python's classes."""

    def test_examples_of_the_specification(self) -> None:
        determinate = (
            ("2000-01-15T00:00:00", "2000-02-15T00:00:00"),
            ("2000-01-15T12:00:00", "2000-01-16T12:00:00Z"),
        )
        indeterminate = (
            ("2000-01-01T12:00:00", "1999-12-31T23:00:00Z"),
            ("2000-01-16T12:00:00", "2000-01-16T12:00:00Z"),
            ("2000-01-16T00:00:00", "2000-01-16T12:00:00Z"),
        )
        for early, late in determinate:
            left, right = DateTime.parse(early), DateTime.parse(late)
            self.assertTrue(left < right and left <= right and right > left and right >= left)
            self.assertFalse(left == right or left > right or right <= left)
        for one, other in indeterminate:
            left, right = DateTime.parse(one), DateTime.parse(other)
            self.assertFalse(left < right or left > right or left <= right or left >= right)
            self.assertNotEqual(left, right)

    def test_equal_instants(self) -> None:
        pairs = (
            (DateTime, "2024-01-01T24:00:00", "2024-01-02T00:00:00"),
            (DateTime, "2024-12-31T24:00:00+01:00", "2024-12-31T23:00:00.0Z"),
            (DateTime, "-0001-12-31T24:00:00", "0001-01-01T00:00:00"),
            (DateTime, "9999-12-31T24:00:00", "10000-01-01T00:00:00"),
            (DateTime, "10000-01-01T00:00:00+14:00", "9999-12-31T10:00:00Z"),
            (DateTime, "9999-12-31T23:00:00-02:00", "10000-01-01T01:00:00Z"),
            (DateTime, "-0001-12-31T23:00:00-02:00", "0001-01-01T01:00:00Z"),
            (DateTime, "2024-01-01T00:00:00.12345670", "2024-01-01T00:00:00.1234567"),
            (Time, "24:00:00", "00:00:00"),
            (Time, "00:00:00+01:00", "00:30:00+01:30"),
            (Date, "2002-10-10+13:00", "2002-10-09-11:00"),
            (GYear, "2024+00:00", "2024Z"),
        )
        for cls, one, other in pairs:
            left, right = cls.parse(one), cls.parse(other)
            self.assertEqual(left, right)
            self.assertEqual(hash(left), hash(right))
        self.assertNotEqual(GYear(2024), GYearMonth(2024, 1))
        self.assertNotEqual(GYear(2024), 2024)
        self.assertRaises(TypeError, lambda: GYear(2024) < GMonth(1))

    @quick
    @given(
        st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31)),
        st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=zones),
    )
    def test_as_python_orders_datetimes(self, left: datetime, right: datetime) -> None:
        for one, other in ((left, left + timedelta(0)), (right, right.astimezone(UTC))):
            ours = moment_of(one)
            self.assertEqual(ours, other)
            self.assertEqual(other, ours)
            self.assertEqual(hash(ours), hash(other))
        self.assertNotEqual(moment_of(left), right)

    @quick
    @given(st.datetimes(), st.datetimes())
    def test_mixed_order(self, left: datetime, right: datetime) -> None:
        ours = moment_of(right)
        self.assertEqual(left < ours, left < right)
        self.assertEqual(ours <= left, right <= left)
        self.assertEqual(ours > left, right > left)

    def test_at_the_edges_of_datetime(self) -> None:
        for ours, zone in (("10000-01-01T01:00:00Z", -2), ("-0001-12-31T23:00:00Z", 2)):
            theirs = datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=zone)))
            if zone > 0:
                theirs = datetime(1, 1, 1, 1, tzinfo=timezone(timedelta(hours=zone)))
            self.assertEqual(DateTime.parse(ours), theirs)
            self.assertEqual(hash(DateTime.parse(ours)), hash(theirs))

    def test_date_and_datetime_are_no_kin(self) -> None:
        self.assertNotEqual(Date(2024, 1, 1), datetime(2024, 1, 1))
        self.assertEqual(Date(2024, 1, 1), date(2024, 1, 1))
        self.assertNotEqual(Time(0), datetime(2024, 1, 1))

    @quick
    @given(moments(), moments())
    def test_order_is_antisymmetric(self, left: DateTime, right: DateTime) -> None:
        self.assertEqual(left < right, right > left)
        self.assertEqual(left == right, right == left)
        self.assertLessEqual((left < right) + (left == right) + (left > right), 1)
        if left.tzinfo and right.tzinfo:
            self.assertEqual((left < right) + (left == right) + (left > right), 1)


class KinshipTests(SimpleTypeCase):
    """To and from datetime, date and time."""

    def test_plain(self) -> None:
        self.assertEqual(DateTime(2024, 1, 1, 24).plain(), datetime(2024, 1, 2))
        self.assertEqual(Time.parse("12:00:00.250Z").plain(), time(12, 0, 0, 250000, UTC))
        self.assertEqual(Date(2024, 1, 1).plain(), date(2024, 1, 1))
        for beyond in (
            DateTime(10000, 1, 1), DateTime(-1, 1, 1), DateTime(9999, 12, 31, 24),
            Time(1, 1, Decimal("0.1234567")), Date(2024, 1, 1, UTC), Date(-1, 1, 1), GYear(2024),
        ):  # fmt: skip
            self.assertIsNone(beyond.plain())

    @quick
    @given(st.one_of(st.datetimes(timezones=zones), st.times(), st.dates(), st.datetimes()))
    def test_there_and_back(self, value: Any) -> None:
        ours = moment_of(value)
        self.assertEqual(ours.plain() or value, value)
        self.assertEqual(ours.instant(), instant_of(value))
        self.assertEqual(type(ours).parse(str(ours)), ours)

    def test_canonical(self) -> None:
        table = {
            DateTime: ("2024-01-01T01:00:00.500+02:00", "2023-12-31T23:00:00.5Z"),
            Time: ("12:00:00.000", "12:00:00"),
            Date: ("2002-10-10-12:00", "2002-10-11+12:00"),
            GYear: ("2024+01:00", "2024+01:00"),
        }
        for cls, (text, canonical) in table.items():
            self.assertEqual(cls.parse(text).canonical(), canonical)
        self.assertEqual(Date.parse("2002-10-10+12:00").canonical(), "2002-10-10+12:00")
        self.assertEqual(Date.parse("2002-10-10-11:59").canonical(), "2002-10-10-11:59")

    def test_immutable_and_picklable(self) -> None:
        for cls in LexicalTests.right:
            value = cls.parse(LexicalTests.right[cls].split()[0])
            self.assertEqual(pickle.loads(pickle.dumps(value)), value)
            self.assertEqual(copy.deepcopy(value), value)
            self.assertRaises(AttributeError, setattr, value, "tzinfo", UTC)
            self.assertIn(cls.__name__, repr(value))
