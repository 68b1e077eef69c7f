"""Tests of ZSI.mock.distance."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ZSI.mock.distance import HOLDS, Verdict, between_values, shown
from ZSI.TC import NIL, AnyXML

VALUES = st.one_of(
    st.text(), st.integers(), st.decimals(), st.floats(), st.booleans(), st.binary(), st.datetimes()
)


class DistanceTests(SynchronousTestCase):
    def test_nearer_is_less(self) -> None:
        for wanted, near, far in [
            (100, 99, 1), (Decimal("10"), Decimal("10.01"), Decimal("99")), ("4242", "4243", "x"),
            (1.0, 1.1, -5.0), ("Berlin", "berlin", "Rome"),
        ]:  # fmt: skip
            self.assertLess(between_values(wanted, near), between_values(wanted, far))

    @settings(max_examples=80, deadline=None)
    @given(VALUES, VALUES)
    def test_always_within_bounds(self, one: object, other: object) -> None:
        self.assertTrue(0 < between_values(one, other) <= 1)

    def test_huge_numbers(self) -> None:
        self.assertTrue(0 < between_values(10**400, Decimal("1e999")) <= 1)
        self.assertTrue(0 < between_values(float("nan"), float("inf")) <= 1)
        self.assertTrue(0 < between_values(1e308, 1.7e308) <= 1)

    def test_verdicts(self) -> None:
        self.assertTrue(HOLDS.holds)
        self.assertFalse(Verdict(0.5, ("x",)).holds)

    def test_values_in_words(self) -> None:
        for value, words in [
            ("a'b", '"a\'b"'), (5, "5"), (NIL, "nil"), ("x" * 99, "'" + "x" * 60 + "…'"),
            (AnyXML.xml("<a><b/></a>"), ""), ([1, 2], "1 2"),
        ]:  # fmt: skip
            self.assertEqual(words, shown(value))
