"""Tests of ZSI.mock.lookup."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.support import bank, buy, refusal
from ZSI.mock.lookup import Wanted, called, complex_type_of, find, names_in, simple_type_of
from ZSI.schema import Registry
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.complextype import ComplexType
from ZSI.TC.fields import Field, any_element
from ZSI.TC.resolve import ANY_TYPE


class WantedTests(SynchronousTestCase):
    def test_spellings(self) -> None:
        scope = buy().scope
        for text, local, space, attribute in [
            ("a", "a", None, False), ("@a", "a", None, True), ("o:a", "a", "urn:test:other", False),
            ("@o:a", "a", "urn:test:other", True), ("{}a", "a", "", False),
        ]:  # fmt: skip
            self.assertEqual(Wanted(local, space, attribute), Wanted.read(text, scope), text)

    def test_namespaces(self) -> None:
        self.assertTrue(Wanted("a").tagged("{urn:x}a"))
        self.assertTrue(Wanted("a", "").tagged("a"))
        self.assertFalse(Wanted("a", "").tagged("{urn:x}a"))
        self.assertFalse(Wanted("a", "urn:y").tagged("{urn:x}a"))
        self.assertEqual("@{urn:x}a", str(Wanted("a", "urn:x", True)))


class FindTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.request = buy().request_class.complex_type()
        self.reply = buy().response_class.complex_type()

    def key(self, text: str, ctype: ComplexType | None = None) -> str | None:
        hit = find(ctype or self.request, Wanted.read(text, buy().scope))
        return hit.field.key if hit is not None else None

    def test_names_in_the_contract(self) -> None:
        for text, key in [
            ("order", "order"), ("class", "class_"), ("class_", "class_"), ("@version", "version"),
            ("version", "version"), ("s:order", "order"), ("o:order", "any"), ("@order", None),
            ("nothing", None), ("any", "any"), ("any_attributes", None),
        ]:  # fmt: skip
            self.assertEqual(key, self.key(text), text)

    def test_members_of_a_substitution_group(self) -> None:
        hit = find(self.request, Wanted("circle"))
        assert hit is not None and hit.member is not None
        self.assertEqual(("shape", "circle"), (hit.field.key, hit.member.__name__))

    def test_a_wildcard_takes_prefixed_names_alone(self) -> None:
        known = find(self.request, Wanted.read("o:extra", buy().scope))
        unknown = find(self.request, Wanted.read("{urn:new}thing", buy().scope))
        assert known is not None and unknown is not None and known.member is not None
        self.assertEqual("extra", known.member.__name__)
        self.assertEqual((ANY_TYPE, True), (unknown.type, unknown.wild))
        self.assertIs(None, find(self.request, Wanted.read("s:thing", buy().scope)))

    def test_a_bare_name_where_all_is_wild(self) -> None:
        field = any_element("##any", min=0, max=None)
        field.key = "any"
        ctype = ComplexType(name=None, pyclass=None, fields=[field], registry=Registry("t"))
        hit = find(ctype, Wanted("whatever"))
        assert hit is not None
        self.assertTrue(hit.wild)

    def test_attributes_by_wildcard(self) -> None:
        hit = find(self.request, Wanted.read("@o:x", buy().scope))
        assert hit is not None
        self.assertEqual(("any_attribute", True), (hit.field.kind, hit.wild))
        self.assertIs(None, find(self.request, Wanted.read("@s:x", buy().scope)))
        self.assertIs(None, find(self.request, Wanted("x", None, True)))

    def test_two_fields_of_one_local_name(self) -> None:
        fields = [
            Field("element", (uri, "x"), BUILTIN["int"], key=key)
            for uri, key in (("urn:a", "x"), ("urn:b", "x_"))
        ]
        ctype = ComplexType(name=None, pyclass=None, fields=fields, registry=Registry("t"))
        self.assertIn("expected {urn:a}x or {urn:b}x", refusal(lambda: find(ctype, Wanted("x"))))
        hit = find(ctype, Wanted("x", "urn:b"))
        self.assertEqual("x_", hit.field.key if hit else None)

    def test_names_for_messages(self) -> None:
        price = buy().scope.type("Price")
        self.assertEqual([".", "@currency"], list(names_in(price)))


class TypeTests(SynchronousTestCase):
    def test_text_types(self) -> None:
        scope = buy().scope
        self.assertEqual("decimal", getattr(simple_type_of(scope.type("Price")), "builtin", None))
        self.assertIs(None, simple_type_of(scope.type("Order")))
        self.assertIs(None, simple_type_of(ANY_TYPE))

    def test_values(self) -> None:
        made = bank("Transfer").request_class()
        self.assertIs(type(made).complex_type(), complex_type_of(made))
        for value in (None, "x", 1, [], {}):
            self.assertIs(None, complex_type_of(value))

    def test_names_of_types(self) -> None:
        scope = buy().scope
        for type_, name in [
            (scope.type("Price"), "Price"), (scope.type("Codes"), "Codes"),
            (ANY_TYPE, "xsd:anyType"),
            (BUILTIN["int"], "xsd:int"), (buy().request_class.complex_type(), "Buy"),
        ]:  # fmt: skip
            self.assertEqual(name, called(type_))
