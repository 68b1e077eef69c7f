"""Tests of ZSI.mock.nodes."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.support import buy, fill, refusal
from ZSI.mock.lookup import Wanted
from ZSI.mock.nodes import Computed, Constant, Entry, Level, Looped, Making, OwnText, Several, clone
from ZSI.mock.paths import BoundStep
from ZSI.mock.world import World
from ZSI.TC import NIL
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.resolve import ANY_TYPE

INT = BUILTIN["int"]


def making(**more: Any) -> Making:
    return Making(World(**more), fill)


def computed(value: Any, type_: Any = INT) -> Computed:
    return Computed(
        lambda world: value, type_, buy().scope, "function", lambda given: Constant(given["x"], "")
    )


class NodeTests(SynchronousTestCase):
    def test_constants(self) -> None:
        state = making()
        node = Constant(5, "stub r.yaml:1")
        self.assertEqual((5, [5]), (node.build(1, "a", state), node.items([1, 2], "b", state)))
        self.assertEqual({"a": "stub r.yaml:1", "b[1]": "stub r.yaml:1"}, state.world.notes)
        self.assertEqual([1, 2], Constant([1, 2], "").items([], "b", state))
        self.assertIs(None, Constant(None, "").items([1], "b", state))

    def test_computed_values_fit_their_type(self) -> None:
        for value, expected in [("7", 7), (None, None), (NIL, NIL), ({"x": 9}, 9)]:
            self.assertEqual(expected, computed(value).build(1, "a", making()))
        self.assertIn("breaks xsd:int", refusal(lambda: computed("x").build(1, "a", making())))
        self.assertEqual([1, 2], computed(["1", 2]).items([9], "a", making()))
        self.assertIs(None, computed(None).items([9], "a", making()))
        self.assertEqual("x", computed("x", ANY_TYPE).build(None, "a", making()))

    def test_a_dry_run_asks_nobody(self) -> None:
        node = Computed(_never, INT, buy().scope, "", _never)
        dry = making(dry=True)
        self.assertEqual((4, [4]), (node.build(4, "a", dry), node.items([4], "a", dry)))
        self.assertEqual(1, node.build(None, "a", dry))
        self.assertEqual([4], Looped(_never, "x", Constant(4, "")).items([1], "a", dry))

    def test_lists(self) -> None:
        loop = Looped(lambda world: ["x", "y"], "item", _Index())
        node = Several((Constant(1, ""), loop, Constant(None, "")))
        self.assertEqual([1, "1 of 2: x", "2 of 2: y", NIL], node.items([0], "a", making()))
        self.assertFalse(node.static)
        self.assertTrue(Several((Constant(1, ""),)).static)
        self.assertEqual([1], Several((Constant(1, ""),)).build(None, "a", making()))

    def test_own_text_keeps_attributes(self) -> None:
        type_ = buy().scope.type("Price")
        base = type_.pyclass(value=1, currency="USD")
        made = OwnText(Constant(2, ""), type_).build(base, "a", making())
        self.assertEqual((2, "USD", 1), (made.value, made.currency, base.value))
        self.assertEqual(
            "text", OwnText(Constant(2, ""), type_).build(None, "a", making()).currency
        )
        self.assertIs(NIL, OwnText(Constant(NIL, ""), type_).build(base, "a", making()))

    def test_levels_do_not_change_the_sample(self) -> None:
        type_ = buy().scope.type("Part")
        base = type_.pyclass(sku="a", serial=["x"])
        step = BoundStep(Wanted("sku"), None, None)
        level = Level((Entry(step, Constant("b", ""), True, None),), type_)
        made = level.build(base, "p", making())
        self.assertEqual(("b", "a"), (made.sku, base.sku))
        self.assertIs(base.serial, made.serial)
        self.assertTrue(level.static)
        fresh = Level(level.entries, type_, fresh=True).build(base, "p", making())
        self.assertEqual({"sku": "b"}, fresh.__dict__)

    def test_the_second_sample_takes_the_short_way(self) -> None:
        """To the same result, with the same notes; there is none where lists are set."""
        type_ = buy().scope.type("Part")
        base = type_.pyclass(sku="a", serial=["x"])
        for key, value, short in (
            ("sku", "b", True),
            ("sku", None, True),
            ("serial", ["y"], False),
        ):
            entry = Entry(BoundStep(Wanted(key), None, None), Constant(value, "rule"), True, None)
            level = Level((entry,), type_)
            makings = making(), making()
            first, second = (level.build(base, "p", each) for each in makings)
            self.assertEqual(first, second, key)
            self.assertEqual(makings[0].world.notes, makings[1].world.notes)
            self.assertEqual([plan is not None for plan in level.plans.values()], [short], key)
            self.assertEqual(base, type_.pyclass(sku="a", serial=["x"]))

    def test_a_clone(self) -> None:
        base = buy().scope.type("Part").pyclass(sku="a")
        made = clone(base)
        made.sku = "b"
        self.assertEqual("a", base.sku)

    def test_samples_of_anything(self) -> None:
        self.assertEqual("", making().sample(ANY_TYPE))


def _never(*given: Any) -> Any:
    raise AssertionError("a dry run asked")


class _Index(Constant):
    """Says where the loop stands."""

    def __init__(self) -> None:
        super().__init__(None, "")

    def build(self, base: Any, place: str, making: Making) -> Any:
        loop = making.world.variables["loop"]
        return f"{loop.index} of {loop.length}: {making.world.variables['item']}"
