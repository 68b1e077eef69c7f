"""Tests of ZSI.mock.operators."""

from __future__ import annotations

import contextlib
import time
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from twisted.trial.unittest import SynchronousTestCase

from tests.mock.support import ANY_FIELDS, bank, buy, call_of, refusal
from tests.mock.test_paths import BUY, ORDERS, REST
from ZSI.mock import matchers as m
from ZSI.mock.errors import DefinitionError
from ZSI.mock.operators import OPERATORS, bind_fields
from ZSI.names import XSD, QName
from ZSI.TC import NIL, AnyXML, TypedValue

REQUEST = BUY.format(ORDERS + REST)


def verdicts(fields: dict[str, Any], body: str = REQUEST) -> list[Any]:
    operation = buy()
    request = call_of(operation, body).request
    bound = bind_fields(fields, operation.request_class.complex_type(), operation.scope)
    found = []
    for path, test in bound:
        values = path.values(request)
        verdict = test.verdict(path.path.text, values)
        assert verdict.holds == test.holds(values), fields
        assert 0 <= verdict.distance <= 1
        found.append(verdict)
    return found


def holds(fields: dict[str, Any], body: str = REQUEST) -> bool:
    return all(verdict.holds for verdict in verdicts(fields, body))


#: fields, and whether the request above has them
CASES: list[tuple[dict[str, Any], bool]] = [
    # equality, by typed value
    ({"class": "c"}, True), ({"class": "d"}, False), ({"class_": "c"}, True),
    ({"order/number": "1"}, True), ({"order/number": "01"}, True), ({"order/number": 2}, True),
    ({"order/number": 3}, False), ({"order[1]/number": 2}, False),
    ({"//price": "1.5"}, True), ({"//price/.": "1.500"}, True),
    ({"//price": Decimal("1.51")}, False),
    ({"codes": "1 2"}, True), ({"codes": [1, 2]}, True), ({"codes": "2 1"}, False),
    ({"order/line/@no": "10"}, True), ({"remark": NIL}, True), ({"remark": "x"}, False),
    ({"class": NIL}, False), ({"when": None}, True), ({"class": None}, False),
    # nested fields: one item has them all
    ({"order/line": {"name": "a", "quantity": "2"}}, True),
    ({"order/line": {"name": "a", "quantity": "3"}}, False),
    ({"order": {"number": 1, "line": {"part": {"sku": "s2"}}}}, True),
    ({"order": {"number": 2, "line": {"part": {"sku": "s2"}}}}, False),
    ({"order": {}}, True), ({"when": {"$absent": True}}, True),
    ({"buyer": {"$type": "Firm", "company": "ACME"}}, True),
    ({"buyer": {"$type": "Human"}}, False), ({"buyer": {"$type": "s:Party"}}, True),
    ({"circle": {"@colour": "red"}}, True), ({"circle/radius": "1.0"}, True),
    ({"order[1]/line[1]/part[2]": {"sku": "s2"}}, True),
    # a list is the whole list
    ({"order": [{"number": 1}, {"number": 2}]}, True), ({"order": [{"number": 1}]}, False),
    ({"//serial": ["x", "y"]}, True), ({"//serial": ["y", "x"]}, False), ({"//serial": "y"}, True),
    ({"order": [{}, {"number": m.not_(1)}]}, True),
    # operators
    ({"class": {"$re": "^[a-c]$"}}, True), ({"class": {"$re": "^x"}}, False),
    ({"order/number": {"$re": "^2$"}}, True), ({"remark": {"$re": ""}}, False),
    ({"class": {"$in": ["x", "c"]}}, True), ({"class": {"$in": ["x"]}}, False),
    ({"order/number": m.one_of(7, "2")}, True),
    ({"class": {"$not": "d"}}, True), ({"class": {"$not": "c"}}, False),
    ({"when": {"$not": "2026-01-01T00:00:00Z"}}, True), ({"order/number": {"$not": 2}}, False),
    ({"class": {"$not": {"$re": "c"}}}, False),
    ({"class": {"$any": ["x", {"$re": "c"}]}}, True), ({"class": {"$any": ["x", "y"]}}, False),
    ({"when": m.any_of(m.absent, "2026-01-01T00:00:00Z")}, True),
    ({"class": m.any_of(m.absent, "c")}, True), ({"class": m.any_of(m.absent, "d")}, False),
    ({"class": {"$all": [{"$re": "c"}, {"$not": "d"}]}}, True),
    ({"order/line/name": m.all_of(m.matching("a"), m.matching("b"))}, False),
    ({"order/line/name": m.all_of(m.matching("a"), m.not_("b"))}, False),
    ({"order/line/name": m.all_of(m.matching("a"), m.not_("x"))}, True),
    ({"order/line": m.all_of({"name": "a"}, {"quantity": 3})}, False),
    ({"order": m.all_of(m.count(2), {"number": 2})}, True),
    ({"order": m.all_of(m.count(3), {"number": 2})}, False),
    ({"order": {"$count": 2, "number": 2}}, True), ({"order": {"$count": 2, "number": 9}}, False),
    ({"class": m.present}, True), ({"when": m.present}, False), ({"remark": m.present}, True),
    ({"when": m.absent}, True), ({"class": m.absent}, False),
    ({"class": {"$absent": "false"}}, True),
    ({"class": {"$present": "true"}}, True), ({"class": {"$present": False}}, False),
    ({"remark": m.nil}, True), ({"class": m.nil}, False), ({"class": {"$nil": False}}, True),
    ({"remark": {"$nil": "false"}}, False), ({"when": {"$nil": False}}, False),
    ({"order": m.count(2)}, True), ({"order": m.count(m.between(1, 2))}, True),
    ({"order": {"$count": "3"}}, False), ({"when": m.count(0)}, True),
    ({"class": m.contains("c")}, True), ({"class": m.contains("d")}, False),
    ({"codes": m.contains(2)}, True), ({"codes": m.contains("3")}, False),
    ({"remark": m.contains("")}, False), ({"order/number": m.contains(2)}, True),
    ({"order/number": m.between(2, 5)}, True), ({"order/number": m.between(3, None)}, False),
    ({"order/number": {"$range": ["", 1]}}, True), ({"//price": m.between("1.5", "1.5")}, True),
    ({"class": m.valid}, True), ({"class": {"$valid": False}}, False), ({".": m.valid}, True),
    ({"class": m.valid_as("xsd:date")}, False), ({"class": m.valid_as("NCName")}, True),
    ({"class": {"$value": "c"}}, True), ({"class": {"$re": "c", "$not": "d"}}, True),
    # content that nobody declared
    ({"anything/deep": "t"}, True), ({"anything/deep": m.matching("u")}, True),
    ({"anything/deep/@at": "1"}, True), ({"anything": {"deep": "u"}}, True),
    ({"anything": {"deep": "z"}}, False), ({"{urn:z}z/w": 1}, True), ({"o:note": "hi"}, True),
    ({"anything": "tu"}, True), ({"o:extra": {"depth": 5}}, True),
    # functions
    ({"class": str.islower}, True), ({"class": str.isupper}, False),
    ({"order/number": lambda number: number > 1}, True),
    ({".": lambda request: request.class_ == "c"}, True),
    ({"//price": lambda price: price == Decimal("1.5")}, True),
]  # fmt: skip


class OperatorTests(SynchronousTestCase):
    def test_every_case(self) -> None:
        for fields, expected in CASES:
            self.assertEqual(expected, holds(fields), repr(fields))

    def test_every_operator_has_a_case(self) -> None:
        seen: set[str] = set()

        def look(spec: Any) -> None:
            if isinstance(spec, m.Operator):
                seen.add(spec.name)
                look(spec.argument)
            elif isinstance(spec, dict):
                for key, inner in spec.items():
                    seen.add(str(key))
                    look(inner)
            elif isinstance(spec, list | tuple):
                for inner in spec:
                    look(inner)

        for fields, _ in CASES:
            look(fields)
        self.assertEqual(set(), set(OPERATORS) - seen)

    def test_refused_when_it_is_said(self) -> None:
        for fields, part in [
            ({"order/number": "x"}, "'x' breaks xsd:long"),
            ({"class": {"$rex": "x"}}, "did you mean $re"),
            ({"class": {"$re": "("}}, "no regular expression"),
            ({"class": {"$re": 5}}, "no regular"),
            ({"class": {"$in": "x"}}, "expected a list of values"),
            ({"class": {"$in": []}}, "a list"),
            ({"class": {"$any": []}}, "a list"),
            ({"order/number": {"$in": [1, "x"]}}, "$in: [2]: 'x'"),
            ({"order": {"$count": "many"}}, "breaks xsd:nonNegativeInteger"),
            ({"order": {"$count": -1}}, "breaks xsd:nonNegativeInteger"),
            ({"class": {"$range": [1, 2]}}, "$range of xsd:string, which has no order"),
            ({"order/number": {"$range": [1]}}, "expected [low, high]"),
            ({"order/number": {"$range": [2, 1]}}, "low before high"),
            ({"order/number": {"$range": ["a", "b"]}}, "'a' breaks xsd:long"),
            ({"class": {"$absent": "perhaps"}}, "breaks xsd:boolean"),
            ({"class": {"$valid": "s:Order"}}, "expected a simple type"),
            ({"class": {"$valid": "nothing"}}, "no type 'nothing'"),
            ({"class": {"name": "x"}}, "fields name of a value of xsd:string"),
            ({"order": "x"}, "where fields are wanted"),
            ({"order": {"nmber": 1}}, "did you mean number"),
            ({"buyer": {"$type": "Line"}}, "$type 'Line' is not Party or derived from it"),
            ({"codes": "a b"}, "breaks"), ({"codes": m.contains("x")}, "breaks xsd:int"),
            ({"order": [{"number": "x"}]}, "order: [1]: number: 'x'"),
            ({"anything": object()}, "has no type of its own"),
        ]:  # fmt: skip
            said = refusal(lambda f=fields: verdicts(f))  # type: ignore[misc]  # bound at once
            self.assertIn(part, said, repr(fields))
            self.assertTrue(said.startswith("rules.yaml:7: "), said)

    def test_reasons_and_distances(self) -> None:
        for fields, reason in [
            ({"class": "d"}, "class: expected = 'd', was 'c'"),
            ({"order/number": 5}, "order/number: expected = 5, was 1, 2"),
            ({"when": m.present}, "when: expected to be present, but it is absent"),
            ({"class": m.absent}, "class: expected to be absent, was 'c'"),
            ({"class": m.one_of("x", "y")}, "class: expected one of 'x', 'y', was 'c'"),
            ({"class": m.not_("c")}, "class: expected not = 'c', was 'c'"),
            ({"remark": "x"}, "remark: expected = 'x', was nil"),
            ({"class": m.matching("^x")}, "class: expected to match '^x', was 'c'"),
            ({"order": m.count(3)}, "expected a count = 3, was"),
            ({"//price": m.between(2, None)}, "//price: expected from 2 to …, was 1.50"),
            ({"class": str.isupper}, "expected isupper(value) to be true, was 'c'"),
            ({"class": m.all_of("d", m.matching("e"))}, "expected = 'd' and to match 'e'"),
            ({"order": [{}]}, "expected exactly [{}]"),
        ]:  # fmt: skip
            (verdict,) = verdicts(fields)
            self.assertIn(reason, verdict.reasons[0])
        near, far = (verdicts({"order/number": number})[0].distance for number in (3, 900))
        self.assertLess(near, far)
        half = verdicts({"order/line": {"name": "a", "quantity": 99}})[0].distance
        none = verdicts({"order/line": {"name": "zz", "quantity": 99}})[0].distance
        self.assertLess(half, none)
        self.assertEqual(1.0, verdicts({"when": "2026-01-01T00:00:00Z"})[0].distance)

    def test_dates_and_enumerations(self) -> None:
        operation = bank("Transfer")
        body = """<Transfer xmlns="urn:example:bank"><from>1</from><to>2</to>
                  <amount currency="USD">5</amount><due>2026-11-23</due></Transfer>"""
        request = call_of(operation, body).request
        for fields, expected in [
            ({"due": "2026-11-23"}, True), ({"due": date(2026, 11, 23)}, True),
            ({"due": {"$range": ["2026-11-01", "2026-11-30"]}}, True),
            ({"due": "2026-11-24"}, False),
            ({"amount": {".": "5.00", "@currency": "USD"}}, True), ({"from_": "1"}, True),
        ]:  # fmt: skip
            bound = bind_fields(fields, operation.request_class.complex_type(), operation.scope)
            self.assertEqual(
                expected, all(t.holds(p.values(request)) for p, t in bound), repr(fields)
            )
        said = refusal(
            lambda: bind_fields(
                {"amount/@currency": "CHF"}, operation.request_class.complex_type(), operation.scope
            )
        )
        self.assertIn("breaks enumeration", said)

    def test_a_pattern_without_end_matches_nothing(self) -> None:
        body = BUY.format(f"<class>{'a' * 60}</class>")
        started = time.process_time()
        self.assertFalse(holds({"class": m.matching("^(a|aa)+$b")}, body))
        self.assertFalse(holds({"class": m.matching(r"^(a+)+!$")}, body))
        self.assertLess(time.process_time() - started, 5)

    @settings(max_examples=100, deadline=None)
    @given(ANY_FIELDS)
    def test_anything_is_a_condition_or_refused(self, fields: dict[str, Any]) -> None:
        with contextlib.suppress(DefinitionError):
            verdicts(fields)

    def test_a_value_with_its_own_type(self) -> None:
        ((_, test),) = bind_fields(
            {"anything": "42"}, buy().request_class.complex_type(), buy().scope
        )
        for value, expected in [
            (42, True), ("42", True), (TypedValue(42, QName(XSD, "long")), True),
            (AnyXML.of_text(" 42 "), True), (43, False), (NIL, False), (True, False),
        ]:  # fmt: skip
            self.assertEqual(expected, test.holds([value]), repr(value))
        ((_, test),) = bind_fields({"anything": 1}, buy().request_class.complex_type(), buy().scope)
        self.assertFalse(test.holds([True]))
