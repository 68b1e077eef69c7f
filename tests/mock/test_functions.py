"""Tests of ZSI.mock.functions."""

from __future__ import annotations

import datetime
from decimal import Decimal
from random import Random
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.support import bank_call
from ZSI.errors import ZSIException
from ZSI.mock.errors import RenderError
from ZSI.mock.functions import FILTERS, FUNCTIONS, MODULES, TESTS, Absent, Run, TemplateLimits
from ZSI.mock.world import World
from ZSI.TC import NIL

NOON = datetime.datetime(2026, 11, 23, 12, 5, tzinfo=datetime.UTC)
GONE = Absent("x")


def run(**limits: Any) -> Run:
    return Run(World(bank_call("GetBalance", account=1), NOON, Random(1)), TemplateLimits(**limits))


#: filter, value, arguments, result
FILTERED: list[tuple[str, Any, tuple[Any, ...], Any]] = [
    ("upper", "aß", (), "ASS"), ("lower", "AB", (), "ab"), ("title", "a b", (), "A B"),
    ("capitalize", "ab", (), "Ab"), ("trim", " a ", (), "a"), ("string", 5, (), "5"),
    ("string", Decimal("1.50"), (), "1.50"), ("string", True, (), "true"), ("string", GONE, (), ""),
    ("replace", "aXb", ("X", "-"), "a-b"), ("split", "a,b", (",",), ["a", "b"]),
    ("split", " a  b ", (), ["a", "b"]), ("join", ["a", 1, True], ("-",), "a-1-true"),
    ("join", GONE, (), ""), ("default", GONE, ("x",), "x"), ("default", "", ("x",), ""),
    ("default", "", ("x", True), "x"), ("d", NIL, ("x",), "x"), ("default", 0, (1,), 0),
    ("int", "42.9", (), 42), ("int", Decimal("7.9"), (), 7),
    ("decimal", "1.50", (), Decimal("1.50")),
    ("round", "2.345", (2,), Decimal("2.34")), ("round", 2.5, (), Decimal("2")), ("abs", -3, (), 3),
    ("pad", 7, (3,), "007"), ("pad", "x", (3, " "), "  x"), ("cut", "abcdef", (3,), "abc"),
    ("strftime", NOON, ("%d.%m.%Y %H:%M",), "23.11.2026 12:05"), ("date", NOON, (), NOON.date()),
    ("date", "2026-01-02", (), datetime.date(2026, 1, 2)), ("date", NOON.date(), (), NOON.date()),
    ("length", "abc", (), 3), ("length", [1, 2], (), 2), ("count", GONE, (), 0),
    ("first", [1, 2], (), 1), ("last", [1, 2], (), 2), ("first", [], (), GONE),
    ("first", "ab", (), "a"),
    ("list", 5, (), [5]), ("reverse", [1, 2], (), [2, 1]), ("sort", [2, 1], (), [1, 2]),
    ("sort", [1, 2], (True,), [2, 1]), ("unique", [1, 2, 1], (), [1, 2]),
    ("sum", [1, Decimal("0.5"), 0.25], (), Decimal("1.75")),
    ("min", [2, 1], (), 1), ("max", [2, 1], (), 2),
]  # fmt: skip


class FilterTests(SynchronousTestCase):
    def test_every_case(self) -> None:
        for name, value, arguments, expected in FILTERED:
            self.assertEqual(expected, FILTERS[name](run(), value, *arguments), (name, value))

    def test_every_filter_has_a_case(self) -> None:
        self.assertEqual(set(FILTERS), {name for name, *_ in FILTERED})

    def test_strftime_takes_plain_directives(self) -> None:
        for form in ["%1000000000d", "%-d", "%E", "%", "%s", "x" * 101, "%Y%"]:
            self.assertRaises(RenderError, FILTERS["strftime"], run(), NOON, form)
        self.assertRaises(RenderError, FILTERS["strftime"], run(), "2026", "%Y")

    def test_bounded(self) -> None:
        small = {"items": 10, "chars": 100, "steps": 50, "bits": 64}
        for name, value, arguments in [
            ("replace", "a" * 50, ("a", "b" * 50)), ("split", "a " * 40, ()),
            ("pad", "x", (10**9,)),
            ("list", list(range(11)), ()), ("int", Decimal("1e999"), ()),
            ("join", ["x" * 60] * 2, ()),
            ("string", ["x" * 60] * 2, ()), ("sort", list(range(11)), ()),
        ]:  # fmt: skip
            self.assertRaises(RenderError, FILTERS[name], run(**small), value, *arguments)
        self.assertRaises(RenderError, FILTERS["unique"], run(steps=9), list(range(8)))


class FunctionTests(SynchronousTestCase):
    def test_times(self) -> None:
        for name, seconds in [("seconds", 1), ("minutes", 60), ("hours", 3600), ("days", 86400)]:
            self.assertEqual(seconds, FUNCTIONS[name](run(), 1).total_seconds())
        self.assertEqual(datetime.timedelta(days=14), FUNCTIONS["weeks"](run(), Decimal(2)))
        self.assertRaises(OverflowError, FUNCTIONS["days"], run(), 10**12)

    def test_range(self) -> None:
        self.assertEqual([1, 3], FUNCTIONS["range"](run(), 1, 5, 2))
        self.assertRaises(RenderError, FUNCTIONS["range"], run(), 10**9)

    def test_random_is_seeded(self) -> None:
        random = MODULES["random"]
        for name, arguments in [
            ("int", (1, 6)), ("decimal", ("0.50", 2)), ("choice", ("a", "b")), ("uuid", ()),
            ("hex", (8,)), ("digits", (4,)), ("letters", (3,)), ("choice", (["x", "y"],)),
        ]:  # fmt: skip
            self.assertEqual(random[name](run(), *arguments), random[name](run(), *arguments), name)
        self.assertTrue(1 <= random["int"](run(), 1, 6) <= 6)
        made = random["decimal"](run(), "0.50", "0.60")
        self.assertTrue(Decimal("0.50") <= made <= Decimal("0.60"))
        self.assertEqual(-2, made.as_tuple().exponent)
        self.assertRegex(random["uuid"](run()), "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]")
        self.assertRegex(random["digits"](run(), 4), "^[0-9]{4}$")
        self.assertRaises(RenderError, random["choice"], run(), [])
        self.assertRaises(RenderError, random["hex"], run(), 10**9)

    def test_the_call(self) -> None:
        self.assertEqual("POST", MODULES["http"]["method"](run()))
        self.assertEqual("/bank", MODULES["http"]["path"](run()))
        self.assertEqual("/bank", MODULES["http"]["uri"](run()))
        self.assertEqual(GONE, MODULES["http"]["header"](run(), "X"))
        self.assertRaises(RenderError, MODULES["http"]["method"], Run(World()))
        self.assertEqual(
            (0, ""), (MODULES["mock"]["number"](run()), MODULES["mock"]["session"](run()))
        )
        served = Run(World(url=lambda port: f"http://h/{port}"))
        self.assertEqual("http://h/Soap", MODULES["mock"]["url"](served, "Soap"))


class TestTests(SynchronousTestCase):
    def test_every_test(self) -> None:
        for name, value, arguments, expected in [
            ("defined", 1, (), True), ("defined", GONE, (), False), ("defined", NIL, (), True),
            ("undefined", GONE, (), True), ("none", None, (), True), ("nil", NIL, (), True),
            ("string", "x", (), True), ("number", Decimal(1), (), True), ("number", "1", (), False),
            ("odd", 3, (), True), ("even", 3, (), False), ("divisibleby", 6, (3,), True),
            ("in", 1, ([1],), True),
        ]:  # fmt: skip
            self.assertEqual(expected, TESTS[name](run(), value, *arguments), name)


class RunTests(SynchronousTestCase):
    def test_time_is_bounded(self) -> None:
        slow = run(seconds=-1.0)
        self.assertIn("more than -1 s", str(self.assertRaises(RenderError, slow.step)))

    def test_text_of_values(self) -> None:
        for value, text in [
            (None, ""), (NIL, ""), (GONE, ""), (True, "true"), ([1, "a"], "1 a"),
            (NOON, "2026-11-23T12:05:00Z"),
        ]:  # fmt: skip
            self.assertEqual(text, run().text(value))
        self.assertRaises(RenderError, run().text, {"a": 1})

    def test_what_is_absent(self) -> None:
        self.assertFalse(GONE)
        self.assertEqual(GONE, None)
        self.assertNotEqual(GONE, "")
        self.assertEqual("x (absent)", repr(GONE))
        self.assertRaises(TypeError, hash, GONE)
        self.assertTrue(issubclass(RenderError, ZSIException))
