"""Derivation between types, for xsi:type and substitution groups; see test_decode for messages."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.tc.contracts import package
from tests.tc.test_decode import DerivationTests, SubstitutionTests
from ZSI.names import QName
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.resolve import ANY_TYPE
from ZSI.TC.simple import union_of
from ZSI.TC.substitution import may_replace, steps_between, substitutes


class StepsTests(SynchronousTestCase):
    """The kinds of derivation between two types."""

    def setUp(self) -> None:
        self.made = package(DerivationTests.SCHEMA)

    def type(self, name: str) -> Any:
        return self.made.type(name).complex_type()

    def test_complex(self) -> None:
        for actual, declared, steps in (
            ("Base", "Base", set()), ("Extended", "Base", {"extension"}),
            ("Twice", "Base", {"extension"}), ("Restricted", "Base", {"restriction"}),
            ("Base", "Extended", None), ("Other", "Base", None), ("Restricted", "Extended", None),
        ):  # fmt: skip
            found = steps_between(self.type(actual), self.type(declared))
            self.assertEqual(found, steps, (actual, declared))

    def test_any_type(self) -> None:
        self.assertEqual(steps_between(self.type("Base"), ANY_TYPE), {"restriction"})
        both = {"extension", "restriction"}
        self.assertEqual(steps_between(self.type("Extended"), ANY_TYPE), both)
        self.assertEqual(steps_between(BUILTIN["int"], ANY_TYPE), {"restriction"})
        self.assertEqual(steps_between(ANY_TYPE, ANY_TYPE), set())
        self.assertIsNone(steps_between(ANY_TYPE, self.type("Base")))

    def test_simple(self) -> None:
        self.assertEqual(steps_between(BUILTIN["int"], BUILTIN["decimal"]), {"restriction"})
        self.assertIsNone(steps_between(BUILTIN["decimal"], BUILTIN["int"]))
        union = union_of([BUILTIN["int"], BUILTIN["token"]])
        self.assertEqual(steps_between(BUILTIN["byte"], union), {"restriction"})
        self.assertIsNone(steps_between(BUILTIN["int"], self.type("Base")))

    def test_simple_content(self) -> None:
        price = self.type("Price")
        self.assertEqual(steps_between(price, BUILTIN["decimal"]), {"extension"})
        both = {"extension", "restriction"}
        self.assertEqual(steps_between(price, BUILTIN["anySimpleType"]), both)
        self.assertIsNone(steps_between(price, BUILTIN["int"]))
        self.assertEqual(steps_between(price, ANY_TYPE), {"extension"})

    def test_block(self) -> None:
        extended, base = self.type("Extended"), self.type("Base")
        self.assertTrue(may_replace(extended, base))
        self.assertTrue(may_replace(extended, base, frozenset(["restriction"])))
        self.assertFalse(may_replace(extended, base, frozenset(["extension"])))
        self.assertTrue(may_replace(base, base, frozenset(["extension", "restriction"])))
        self.assertFalse(may_replace(self.type("OfNoExtension"), self.type("NoExtension")))


class SubstitutesTests(SynchronousTestCase):
    """Substitution groups."""

    def test_members(self) -> None:
        made = package(SubstitutionTests.SCHEMA)
        found = substitutes(QName("urn:t", "head"), made.registry)
        names = {f"{{urn:t}}{name}" for name in ("one", "two", "three", "between")}
        self.assertEqual(set(found), names)
        self.assertIs(found["{urn:t}two"], made.element("two"))
        self.assertIs(substitutes(QName("urn:t", "head"), made.registry), found, "worked out once")
        self.assertEqual(substitutes(QName("urn:t", "two"), made.registry), {})
        self.assertEqual(substitutes(QName("urn:t", "nobody"), made.registry), {})
