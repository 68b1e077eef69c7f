"""Tests of ZSI.mock.expressions; what templates say with them is in test_templates."""

from __future__ import annotations

from datetime import date
from typing import Any

from jinja2 import Environment, nodes
from twisted.trial.unittest import SynchronousTestCase

from tests.mock.support import buy, call_of, refusal
from tests.mock.test_paths import BUY, ORDERS, REST
from ZSI.mock.errors import RenderError
from ZSI.mock.expressions import UNKNOWN, Compiler, Kind, item_of, part_of
from ZSI.mock.functions import Absent, Run
from ZSI.mock.lookup import Wanted
from ZSI.mock.paths import BoundStep
from ZSI.mock.world import Loop, World

CALL = call_of(buy(), BUY.format(ORDERS + REST))


def compiled(text: str, depth: int = 40) -> Any:
    output = Environment().parse("{{ " + text + " }}").body[0]
    assert isinstance(output, nodes.Output)
    return Compiler(buy().known, depth).compile(output.nodes[0])


def part(value: Any, name: str) -> Any:
    return part_of(value, name, BoundStep(Wanted(name), None, None) if name != "." else None)


class CompilerTests(SynchronousTestCase):
    def test_only_what_the_table_has(self) -> None:
        self.assertIn("a template has no dict here", refusal(lambda: compiled("{'a': 1}")))
        self.assertIn("a template has no slices", refusal(lambda: compiled("'abc'[1:]")))

    def test_depth(self) -> None:
        self.assertEqual(6, compiled("1 + 2 + 3", depth=3).run(Run(World())))
        self.assertIn("nested too deeply", refusal(lambda: compiled("1 + 2 + 3", depth=2)))

    def test_what_is_known_beforehand(self) -> None:
        order = buy().scope.type("Order")
        for text, kind in [
            ("request.order", Kind(order, True)), ("request.order[0]", Kind(order)),
            ("request.buyer.rank", UNKNOWN), ("request.anything.x", UNKNOWN), ("1 + 1", UNKNOWN),
        ]:  # fmt: skip
            self.assertEqual(kind, compiled(text).kind, text)

    def test_fields_of_derived_types(self) -> None:
        self.assertEqual("ACME", compiled("request.buyer.company").run(Run(World(CALL))))
        self.assertIn("did you mean company", refusal(lambda: compiled("request.buyer.compny")))


class PartTests(SynchronousTestCase):
    def test_parts(self) -> None:
        request = CALL.request
        for value, name, expected in [
            (request, "class", "c"), (request, "order", request.order),
            (request, "when", Absent("")),
            (date(2026, 1, 2), "month", 1), (date(2026, 1, 2), "hour_", Absent("")),
            ({"a": 1}, "a", 1), ({"a": 1}, "b", Absent("")), (Loop(1, 2), "length", 2),
            (Absent("x"), "y", Absent("x")), (request.order[0].line[0].price, ".", "1.50"),
        ]:  # fmt: skip
            found = part(value, name)
            self.assertEqual(expected, str(found) if name == "." else found, name)

    def test_what_has_no_parts(self) -> None:
        for value in ("x", 5, [1], b"x", object()):
            self.assertRaises(RenderError, part, value, "upper")

    def test_items(self) -> None:
        scope = buy().scope
        self.assertEqual(2, item_of([1, 2], -1, scope))
        self.assertEqual(Absent(""), item_of([1], 5, scope))
        self.assertEqual(Absent(""), item_of(Absent("x"), 0, scope))
        self.assertEqual("c", item_of(CALL.request, "class", scope))
        for value, key in [(5, 0), ({"a": 1}, 0), ([1], 1.5)]:
            self.assertRaises(RenderError, item_of, value, key, scope)
