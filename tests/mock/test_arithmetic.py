"""Tests of ZSI.mock.arithmetic."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from jinja2 import nodes
from twisted.trial.unittest import SynchronousTestCase

from tests.mock.support import buy
from ZSI.mock.arithmetic import ARITHMETIC, COMPARISONS, number, plain
from ZSI.mock.errors import RenderError
from ZSI.mock.functions import Absent, Run
from ZSI.mock.world import World
from ZSI.names import XSD, QName
from ZSI.TC import AnyXML, TypedValue


def work(kind: type[nodes.BinExpr], left: Any, right: Any) -> Any:
    return ARITHMETIC[kind](Run(World()), left, right)


class ArithmeticTests(SynchronousTestCase):
    def test_results(self) -> None:
        day = date(2026, 11, 23)
        for kind, left, right, expected in [
            (nodes.Add, 1, 2, 3), (nodes.Add, "a", "b", "ab"), (nodes.Add, [1], [2], [1, 2]),
            (nodes.Add, day, timedelta(days=1), date(2026, 11, 24)),
            (nodes.Add, Decimal("0.1"), 0.2, Decimal("0.3")),
            (nodes.Sub, 0.5, Decimal("0.25"), Decimal("0.25")),
            (nodes.Mul, 2, Decimal("1.5"), Decimal("3.0")),
            (nodes.Mul, timedelta(hours=1), 2, timedelta(hours=2)),
            (nodes.Div, 1, 4, Decimal("0.25")), (nodes.Div, 1.0, 4, 0.25),
            (nodes.FloorDiv, 7, 2, 3),
            (nodes.Mod, 7, 4, 3), (nodes.Pow, 2, 10, 1024), (nodes.Pow, 2, -1, 0.5),
            (nodes.Sub, day, day, timedelta(0)),
        ]:  # fmt: skip
            self.assertEqual(expected, work(kind, left, right), (kind, left, right))

    def test_refusals(self) -> None:
        for kind, left, right in [
            (nodes.Mul, "a", 10**9), (nodes.Mul, [1], 5), (nodes.Mod, "%d", 5), (nodes.Add, "a", 1),
            (nodes.Pow, 10, 10**9), (nodes.Pow, 10**100, 10**5),
            (nodes.Mul, 1 << 16_000, 1 << 16_000),
            (nodes.Add, Absent("x"), 1), (nodes.Sub, "a", "b"), (nodes.Pow, "a", 2),
        ]:  # fmt: skip
            self.assertRaises(RenderError, work, kind, left, right)

    def test_plain_values(self) -> None:
        price = buy().scope.type("Price").pyclass(value=Decimal("1.5"), currency="EUR")
        for value, expected in [
            (price, Decimal("1.5")), (TypedValue(4, QName(XSD, "long")), 4),
            (AnyXML.of_text("x"), "x"),
            ("y", "y"),
        ]:  # fmt: skip
            self.assertEqual(expected, plain(value))
        self.assertEqual(Decimal("1.5"), number(price))

    def test_comparisons(self) -> None:
        for name, left, right, expected in [
            ("eq", 1, Decimal(1), True), ("ne", 1, 2, True), ("lt", 1, 2, True),
            ("lteq", 2, 2, True),
            ("gt", 1, 2, False), ("gteq", 2, 2, True), ("in", "a", "ab", True),
            ("notin", 1, [1], False),
        ]:  # fmt: skip
            self.assertEqual(expected, COMPARISONS[name](left, right), name)
