"""Tests of SOAP arrays in the mock's language: their items are a field called ``item``."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.support import RULES, Call, buy, refusal
from ZSI.mock import matchers as m
from ZSI.mock.merge import compile_merge
from ZSI.mock.operators import bind_fields
from ZSI.mock.paths import parse_path
from ZSI.mock.scope import Scope
from ZSI.mock.templates import Known, compile_template
from ZSI.mock.values import coerce
from ZSI.mock.world import World
from ZSI.names import XSD
from ZSI.schema import Registry
from ZSI.TC import NIL, Compound, element
from ZSI.TC.arrays import ArrayType

REGISTRY = Registry("arrays", public=False)


class Point(Compound, type=("urn:arrays", "Point"), registry=REGISTRY):
    x: int = element("x", (XSD, "int"))
    label: str | None = element("label", (XSD, "string"), default=None)


NUMBERS = ArrayType(None, (XSD, "int"), registry=REGISTRY)
POINTS = ArrayType(None, Point, item_name="point", registry=REGISTRY)
GRID = ArrayType(None, (XSD, "int"), "[,]", registry=REGISTRY)


class Plot(Compound, type=("urn:arrays", "Plot"), registry=REGISTRY):
    numbers: list[int] = element("numbers", NUMBERS)
    points: list[Point] = element("points", POINTS)
    grid: Any = element("grid", GRID, default=None)


TYPE = Plot.complex_type()
SCOPE = Scope(REGISTRY, {}, RULES)
KNOWN = Known(SCOPE, TYPE)
PLOT = Plot(
    numbers=[3, 4], points=[Point(x=1, label="a"), Point(x=2)], grid=[[1, 2], [3, 4]]
)  # fmt: skip


def fill(kind: Any) -> Any:
    return [] if isinstance(kind, ArrayType) else Point(x=0) if kind is not None else None


def reply(fields: dict[str, Any], base: Any = PLOT) -> Any:
    merge = compile_merge(fields, TYPE, KNOWN, fill)
    merge.try_(base)
    return merge.build(base, World(Call(PLOT)))


class ArrayTests(SynchronousTestCase):
    def test_paths(self) -> None:
        for text, expected in [
            ("numbers", [("numbers", [3, 4])]),
            ("numbers/item", [("numbers/item[1]", 3), ("numbers/item[2]", 4)]),
            ("numbers/item[2]", [("numbers/item[2]", 4)]),
            ("points/point/x", [("points/point[1]/x", 1), ("points/point[2]/x", 2)]),
            ("points/item[2]/x", [("points/item[2]/x", 2)]),
            ("//label", [("points/point[1]/label", "a")]),
            ("grid/item[2]", [("grid/item[2]", [3, 4])]),
        ]:
            path = parse_path(text).bind(TYPE, SCOPE)
            self.assertEqual(expected, path.select(PLOT), text)
        said = refusal(lambda: parse_path("points/x").bind(TYPE, SCOPE))
        self.assertIn("expected point", said)
        path = parse_path("numbers/item").bind(TYPE, SCOPE)
        self.assertEqual([1, NIL], path.values(Plot(numbers=[1, None], points=[])))

    def test_conditions(self) -> None:
        for fields, expected in [
            ({"numbers": [3, "4"]}, True), ({"numbers": [3]}, False),
            ({"numbers": ["4", "3"]}, False),
            ({"numbers/item": 4}, True), ({"numbers/item": m.between(5, None)}, False),
            ({"numbers": m.count(2)}, True), ({"numbers": {"$count": 3}}, False),
            ({"numbers": m.contains("3")}, True), ({"numbers": m.contains(5)}, False),
            ({"points": [{"x": 1}, {"x": m.present}]}, True), ({"points": [{"x": 1}]}, False),
            ({"points": {"point": {"x": 2}}}, True),
            ({"points": m.contains({"x": 2, "label": m.absent})}, True),
            ({"points/point": {"x": 2, "label": "a"}}, False), ({"grid": m.count(2)}, True),
        ]:  # fmt: skip
            bound = bind_fields(fields, TYPE, SCOPE)
            self.assertEqual(expected, all(t.holds(p.values(PLOT)) for p, t in bound), repr(fields))
        self.assertIn(
            "'x' breaks xsd:int", refusal(lambda: bind_fields({"numbers": ["x"]}, TYPE, SCOPE))
        )

    def test_values(self) -> None:
        self.assertEqual([1, 2], coerce(["1", 2], NUMBERS, SCOPE))
        self.assertEqual([[1], [2]], coerce([[1], [2]], GRID, SCOPE))
        self.assertIn("a list of its items", refusal(lambda: coerce("1", NUMBERS, SCOPE)))
        self.assertIn("[2]: 'x' breaks", refusal(lambda: coerce([1, "x"], NUMBERS, SCOPE)))

    def test_replies(self) -> None:
        for fields, numbers, points in [
            ({"numbers": ["7", 8, 9]}, [7, 8, 9], [(1, "a"), (2, None)]),
            ({"numbers": []}, [], [(1, "a"), (2, None)]),
            ({"numbers/item[2]": 5, "numbers/item[3]": 6}, [3, 5, 6], [(1, "a"), (2, None)]),
            ({"numbers": {"item": [1]}}, [1], [(1, "a"), (2, None)]),
            ({"numbers": "{{ range(3) }}"}, [0, 1, 2], [(1, "a"), (2, None)]),
            ({"numbers": lambda request: [9]}, [9], [(1, "a"), (2, None)]),
            ({"points": [{"x": 7}, {}]}, [3, 4], [(7, "a"), (2, None)]),
            ({"points/point[*]/label": "z"}, [3, 4], [(1, "z"), (2, "z")]),
            ({"points": {"$for": "numbers", "x": "{{ item * 10 }}"}}, [3, 4],
             [(30, "a"), (40, "a")]),
            ({"points": {"$for": "points/point", "label": "{{ item.x }}"}}, [3, 4],
             [(1, "1"), (1, "2")]),
            ({"points/point": {"$for": 1, "x": 5}}, [3, 4], [(5, "a")]),
        ]:  # fmt: skip
            made = reply(fields)
            self.assertEqual(numbers, made.numbers, repr(fields))
            self.assertEqual(
                points, [(point.x, point.label) for point in made.points], repr(fields)
            )
        self.assertEqual([3, 4], PLOT.numbers)

    def test_where_the_sample_has_none(self) -> None:
        empty = Plot(numbers=[], points=[])
        self.assertEqual([5], reply({"numbers/item[1]": 5}, empty).numbers)
        self.assertEqual([4], [point.x for point in reply({"points": [{"x": 4}]}, empty).points])

    def test_templates(self) -> None:
        for source, expected in [
            ("{{ request.numbers|sum }}", "7"), ("{{ request.points[1].x }}", "2"),
            ("{% for p in request.points %}{{ p.x }};{% endfor %}", "1;2;"),
            ("{{ request.points.point[0].label }}", "a"),
            ("{{ request.numbers|join('-') }}", "3-4"),
        ]:  # fmt: skip
            self.assertEqual(
                expected, compile_template(source, KNOWN).text(World(Call(PLOT))), source
            )

    def test_the_other_contracts_have_none(self) -> None:
        self.assertIn("item", refusal(lambda: parse_path("order/item").bind(
            buy().request_class.complex_type(), buy().scope)))  # fmt: skip
