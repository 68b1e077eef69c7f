"""Equality and order in the value space."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.tc.checking import SimpleTypeCase, finite, quick
from ZSI.names import QName
from ZSI.TC.compare import compare, value_key
from ZSI.TC.times import Date, DateTime, Duration, GDay, GMonth, GYear, Time

TWO = timezone(timedelta(hours=2))


class KeyTests(SimpleTypeCase):
    """`value_key`: one key for equal values, another for all others."""

    def test_equal_values(self) -> None:
        pairs: tuple[tuple[Any, Any], ...] = (
            (Decimal("1.0"), Decimal("1.00")), (Decimal(1), 1), (math.nan, -math.nan), (0.0, -0.0),
            ([1, Decimal("2.0")], (1, 2)), (b"a", bytearray(b"a")), (QName("u", "a"), ("u", "a")),
            (datetime(2024, 1, 1, 2, tzinfo=TWO), datetime(2024, 1, 1, tzinfo=UTC)),
            (DateTime(2024, 1, 1, 24), datetime(2024, 1, 2)), (Time(24), time(0)),
            (Duration(years=1), Duration(months=12)), (Date(2024, 1, 1), date(2024, 1, 1)),
        )  # fmt: skip
        for left, right in pairs:
            self.assertEqual(value_key(left), value_key(right))
            self.assertEqual(hash(value_key(left)), hash(value_key(right)))

    def test_values_of_different_types_differ(self) -> None:
        values: tuple[Any, ...] = (
            1, True, 1.0, "1", b"1", [1], datetime(2024, 1, 1), date(2024, 1, 1), time(0),
            GYear(1), GMonth(1), GDay(1), Duration(years=1), math.nan, None,
            datetime(2024, 1, 1, tzinfo=UTC), Date(2024, 1, 1, UTC), (None, "a"),
        )  # fmt: skip
        for left, right in combinations(values, 2):
            self.assertNotEqual(value_key(left), value_key(right), f"{left!r} {right!r}")


class OrderTests(SimpleTypeCase):
    """`compare`: the order relations of section 3.2."""

    @quick
    @given(st.one_of(finite, st.integers()), st.one_of(finite, st.integers()))
    def test_numbers(self, left: Any, right: Any) -> None:
        self.assertEqual(compare(left, right), (left > right) - (left < right))

    def test_nan_compares_with_itself_only(self) -> None:
        self.assertEqual(compare(math.nan, math.nan), 0)
        self.assertIsNone(compare(math.nan, 1.0))
        self.assertIsNone(compare(1.0, math.nan))
        self.assertEqual(compare(math.inf, 1e308), 1)

    def test_indeterminate(self) -> None:
        self.assertIsNone(compare(Duration(months=1), Duration(days=30)))
        noon = datetime(2024, 1, 1, 12)
        self.assertIsNone(compare(noon, noon.replace(tzinfo=UTC)))
        self.assertEqual(compare(noon, noon.replace(day=3, tzinfo=UTC)), -1)
        self.assertEqual(compare(DateTime(10000, 1, 1), noon), 1)
        self.assertEqual(compare(date(2024, 1, 1), Date(2024, 1, 3, UTC)), -1)
        self.assertEqual(compare(time(1, tzinfo=UTC), Time(1, tzinfo=UTC)), 0)
