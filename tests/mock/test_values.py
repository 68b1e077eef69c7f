"""Tests of ZSI.mock.values."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.support import buy, refusal
from ZSI.mock.values import any_value, coerce, lenient, lexical, simple_value, text_of
from ZSI.names import XSD, QName
from ZSI.TC import NIL, UNSET, AnyXML, TypedValue
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.resolve import ANY_TYPE

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Colour(Enum):
    RED = "red"


class SimpleTests(SynchronousTestCase):
    def test_text_is_read_by_the_type(self) -> None:
        for name, text, value in [
            ("int", "42", 42), ("int", "010", 10), ("decimal", "10.00", Decimal("10.00")),
            ("string", "no", "no"), ("string", " a ", " a "), ("token", " a  b ", "a b"),
            ("boolean", "1", True), ("date", "2026-01-02", date(2026, 1, 2)),
            ("hexBinary", "0aFF", b"\x0a\xff"), ("double", "INF", float("inf")),
            ("QName", "o:x", QName("urn:test:other", "x")), ("NMTOKENS", "a b", ["a", "b"]),
        ]:  # fmt: skip
            self.assertEqual(value, coerce(text, BUILTIN[name], buy().scope), name)

    def test_python_values_are_taken_as_they_are(self) -> None:
        for name, given, value in [
            ("int", 42, 42), ("decimal", Decimal("1.0"), Decimal("1.0")),
            ("decimal", 3, Decimal(3)),
            ("dateTime", NOON, NOON), ("base64Binary", b"x", b"x"), ("boolean", False, False),
            ("duration", timedelta(hours=1), BUILTIN["duration"].coerce(timedelta(hours=1))),
            ("string", Colour.RED, "red"), ("NMTOKENS", ["a", "b"], ["a", "b"]),
            ("QName", ("urn:x", "y"), QName("urn:x", "y")), ("int", NIL, NIL), ("int", None, None),
        ]:  # fmt: skip
            self.assertEqual(value, coerce(given, BUILTIN[name], buy().scope), name)

    def test_a_whole_number_is_text_for_a_string(self) -> None:
        """JSON and Python say 42 where YAML's scalar is text."""
        self.assertEqual("42", coerce(42, BUILTIN["string"], buy().scope))
        self.assertEqual([1, 2], coerce(["1", 2], buy().scope.type("Codes"), buy().scope))

    def test_refusals_say_place_rule_and_what_is_right(self) -> None:
        for name, given, part in [
            ("int", "x", "'x' breaks xsd:int; expected an integer from"),
            ("int", True, "True breaks xsd:int"), ("int", 1.5, "1.5 breaks xsd:int"),
            ("string", True, "True breaks xsd:string"), ("string", 1.0, "breaks xsd:string"),
            ("date", NOON, "breaks xsd:date"), ("QName", "zz:x", "breaks xsd:QName"),
            ("boolean", "yes", "expected true, false, 1 or 0"), ("int", [], "breaks xsd:int"),
        ]:  # fmt: skip
            said = refusal(lambda n=name, g=given: coerce(g, BUILTIN[n], buy().scope.below("x")))  # type: ignore[misc]  # bound at once
            self.assertTrue(said.startswith("rules.yaml:7: x: "), said)
            self.assertIn(part, said)

    def test_facets_count(self) -> None:
        currency = BUILTIN["token"].restrict(enumeration=["EUR"])
        self.assertIn("breaks enumeration", refusal(lambda: coerce("CHF", currency, buy().scope)))

    def test_lenient_for_what_is_computed(self) -> None:
        for name, given, value in [
            ("date", NOON, NOON.date()), ("time", NOON, time(12, tzinfo=UTC)),
            ("string", Decimal("1.50"), "1.50"), ("string", NOON, "2026-11-23T12:00:00Z"),
            ("int", "7", 7), ("string", True, "true"), ("decimal", "1.0", Decimal("1.0")),
            ("gYear", "2026", BUILTIN["gYear"].parse("2026")),
        ]:  # fmt: skip
            self.assertEqual(value, lenient(given, BUILTIN[name], buy().scope), name)
        self.assertIn("breaks", refusal(lambda: lenient("x", BUILTIN["int"], buy().scope)))
        self.assertIn("breaks", refusal(lambda: lenient(NOON, BUILTIN["int"], buy().scope)))


class AnyTests(SynchronousTestCase):
    def test_plain_values_and_marked_ones(self) -> None:
        scope = buy().scope
        for given, value in [
            ("42", "42"), (42, 42), (Colour.RED, "red"),
            ({"$type": "xs:int", "$value": "42"}, 42),
            ({"$type": "xs:long", "$value": "42"}, TypedValue(42, QName(XSD, "long"))),
            ({"$type": "Codes", "$value": "1 2"},
             TypedValue([1, 2], QName("urn:test:shop", "Codes"))),
            ({"$xml": "<a>x</a>"}, AnyXML.xml("<a>x</a>")),
            (AnyXML.of_text("x"), AnyXML.of_text("x")),
        ]:  # fmt: skip
            self.assertEqual(value, any_value(given, scope))

    def test_an_object_of_a_named_type(self) -> None:
        made = any_value({"$type": "Human", "id": "1", "surname": "x"}, buy().scope)
        self.assertEqual(("Human", "1", "x"), (type(made).__name__, made.id, made.surname))
        self.assertIs(made, any_value(made, buy().scope))

    def test_refusals(self) -> None:
        for given, part in [
            ({"a": 1}, "expected $type or $xml"), (object(), "has no type of its own"),
            ({"$xml": "<a>"}, "no XML"), ({"$xml": 5}, "no XML"), ([1], "has no type"),
            ({"$type": "xs:int"}, "expected $type and $value"),
            ({"$type": "nothing", "$value": 1}, "no type 'nothing'"),
        ]:  # fmt: skip
            self.assertIn(part, refusal(lambda g=given: any_value(g, buy().scope)))  # type: ignore[misc]  # bound at once


class ComplexTests(SynchronousTestCase):
    def test_a_mapping_has_these_fields_alone(self) -> None:
        made = coerce(
            {"name": "a", "quantity": "2", "@no": 7, "part": [{"sku": "s"}], "price": "1.5"},
            buy().scope.type("Line"), buy().scope,
        )  # fmt: skip
        self.assertEqual(("a", 2, 7, "s"), (made.name, made.quantity, made.no, made.part[0].sku))
        self.assertEqual(Decimal("1.5"), made.price.value)

    def test_one_value_for_a_list(self) -> None:
        made = coerce({"sku": "s", "serial": "x"}, buy().scope.type("Part"), buy().scope)
        self.assertEqual(["x"], made.serial)

    def test_a_derived_type(self) -> None:
        party = buy().scope.type("Party")
        made = coerce({"$type": "Firm", "company": "A"}, party, buy().scope)
        self.assertEqual("Firm", type(made).__name__)
        self.assertIs(made, coerce(made, party, buy().scope))

    def test_refusals(self) -> None:
        scope = buy().scope
        line, part = scope.type("Line"), scope.type("Part").pyclass()
        for given, words in [
            ({"nam": 1}, "no field 'nam'; expected name, quantity"),
            ("x", "where fields are wanted"),
            (part, "a value of Part; expected Line or a type derived from it"),
            ({"quantity": "x"}, "quantity: 'x' breaks xsd:int"),
        ]:  # fmt: skip
            self.assertIn(words, refusal(lambda g=given: coerce(g, line, scope)))  # type: ignore[misc]  # bound at once


class TextTests(SynchronousTestCase):
    def test_lexical_forms(self) -> None:
        price = buy().scope.type("Price").pyclass(value=Decimal("1.50"), currency="EUR")
        cases: list[tuple[Any, str]] = [
            ("x", "x"), (True, "true"), (Decimal("1.50"), "1.50"), (1.5, "1.5"),
            (NOON, "2026-11-23T12:00:00Z"),
            (b"a", "YQ=="), (None, ""), (NIL, ""), (UNSET, ""), ([1, "a"], "1 a"),
            (Colour.RED, "red"),
            (timedelta(minutes=1), "PT60S"), (AnyXML.of_text("t"), "t"), (price, "1.50"),
            (TypedValue(1, QName(XSD, "long")), "1"), (QName("urn:x", "y"), "{urn:x}:y"),
        ]  # fmt: skip
        for value, text in cases:
            self.assertEqual(text, lexical(value), repr(value))

    def test_as_the_type_writes_it(self) -> None:
        self.assertEqual("0A", text_of(b"\n", BUILTIN["hexBinary"]))
        self.assertEqual("Cg==", text_of(b"\n", BUILTIN["base64Binary"]))
        self.assertEqual("1.5", text_of(1.5, BUILTIN["hexBinary"]))  # a value of another type
        self.assertEqual("x", text_of(AnyXML.of_text("x"), None))

    def test_any_type_by_coerce(self) -> None:
        self.assertEqual("42", coerce("42", ANY_TYPE, buy().scope))
        self.assertEqual(42, simple_value("42", BUILTIN["int"], buy().scope))
