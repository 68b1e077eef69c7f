"""Tests of ZSI.mock.scope."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.support import bank, buy, refusal
from ZSI.mock.scope import Scope
from ZSI.names import WSSE, XSD, QName


class NameTests(SynchronousTestCase):
    def test_prefixes_of_the_contract_of_the_definition_and_well_known_ones(self) -> None:
        scope = buy().scope.with_namespaces({"mine": "urn:mine"})
        self.assertEqual(QName("urn:test:other", "x"), scope.name("o:x"))
        self.assertEqual(QName("urn:mine", "x"), scope.name("mine:x"))
        self.assertEqual(QName(WSSE, "x"), scope.name("wsse:x"))
        self.assertEqual(QName("urn:any", "x"), scope.name("{urn:any}x"))
        self.assertIs(None, scope.name("x"))
        self.assertIs(scope, scope.with_namespaces({}))

    def test_an_unknown_prefix(self) -> None:
        said = refusal(lambda: buy().scope.name("soapp:x"))
        self.assertIn("rules.yaml:7: prefix 'soapp' is not declared", said)
        self.assertIn("did you mean soap", said)

    def test_the_definition_comes_before_well_known_ones(self) -> None:
        self.assertEqual(
            QName("urn:own", "x"), buy().scope.with_namespaces({"wsse": "urn:own"}).name("wsse:x")
        )

    def test_below(self) -> None:
        self.assertEqual("a: b", buy().scope.below("a").below("b").where.path)  # type: ignore[union-attr]  # it is set


class TypeTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.scope = buy().scope
        self.party = self.scope.type("Party")

    def test_by_local_name_prefix_and_uri(self) -> None:
        firm = self.scope.type("Firm", self.party)
        for text in ("s:Firm", "{urn:test:shop}Firm", "Firm"):
            self.assertIs(firm, self.scope.type(text))

    def test_built_in_types(self) -> None:
        self.assertEqual((XSD, "int"), self.scope.type("xsd:int").name)
        self.assertEqual((XSD, "int"), self.scope.type("int").name)

    def test_an_unknown_one_lists_what_may_stand_there(self) -> None:
        said = refusal(lambda: self.scope.type("Firma", self.party))
        self.assertIn("no type 'Firma' in the contract; expected Firm, Human", said)
        self.assertIn("did you mean Firm?", said)
        self.assertIn("no type 's:Firma'", refusal(lambda: self.scope.type("s:Firma")))

    def test_two_of_one_name(self) -> None:
        registry = self.scope.registry
        registry.types[("urn:twin", "Order")] = registry.types[("urn:test:shop", "Order")]
        self.addCleanup(registry.types.pop, ("urn:twin", "Order"))
        said = refusal(lambda: self.scope.type("Order"))
        self.assertIn("not the only one", said)
        self.assertIn("{urn:twin}Order", said)


class ElementTests(SynchronousTestCase):
    def test_with_and_without_prefix(self) -> None:
        scope = buy().scope
        self.assertIs(scope.element("extra"), scope.element("o:extra"))
        self.assertIn("no element 'extr'", refusal(lambda: scope.element("extr")))
        self.assertIn("did you mean extra?", refusal(lambda: scope.element("extr")))
        self.assertIn("no element 's:extra'", refusal(lambda: scope.element("s:extra")))

    def test_a_contract_without_any(self) -> None:
        empty = replace(bank("Transfer").scope, registry=type(bank("Transfer").scope.registry)("x"))
        self.assertIn(
            "expected one that the contract declares", refusal(lambda: empty.element("x"))
        )
        self.assertIsInstance(empty, Scope)
