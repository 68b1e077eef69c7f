"""Tests of ZSI.mock.subtypes."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.support import buy
from ZSI.mock.subtypes import every_type, subtypes
from ZSI.TC.complextype import ComplexType


class SubtypesTests(SynchronousTestCase):
    def type(self, name: str) -> ComplexType:
        found: ComplexType = buy().scope.type(name)
        return found

    def test_what_derives_and_nothing_else(self) -> None:
        party, human, firm = map(self.type, ("Party", "Human", "Firm"))
        self.assertEqual({human, firm}, set(subtypes(party)))
        self.assertEqual((), subtypes(firm))

    def test_elements_of_anonymous_types_are_no_named_types(self) -> None:
        self.assertEqual((), subtypes(self.type("Shape")))

    def test_every_named_complex_type(self) -> None:
        names = {name[1] for name in every_type(buy().scope.registry)}
        self.assertTrue({"Party", "Order", "Line", "Node"} <= names)
        self.assertNotIn("Codes", names)
