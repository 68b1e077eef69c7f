"""The markers and wrappers of the value model."""

from __future__ import annotations

import copy
import pickle

from twisted.trial.unittest import SynchronousTestCase

from ZSI.errors import ValueRefused
from ZSI.names import XSD, QName
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.simple import list_of, union_of
from ZSI.TC.values import NIL, UNSET, Text, TypedValue


class MarkerTests(SynchronousTestCase):
    """NIL and UNSET are themselves, and nothing else."""

    def test_false_and_themselves(self) -> None:
        for marker, name in ((NIL, "NIL"), (UNSET, "UNSET")):
            self.assertFalse(marker)
            self.assertEqual((repr(marker), str(marker)), (name, name))
            for twin in (
                copy.copy(marker),
                copy.deepcopy(marker),
                pickle.loads(pickle.dumps(marker)),
            ):
                self.assertIs(twin, marker)
        self.assertNotEqual(NIL, UNSET)

    def test_no_type_takes_them(self) -> None:
        """A nil string must not go out as the text NIL."""
        types = [*BUILTIN.values(), list_of(BUILTIN["string"]), union_of([BUILTIN["string"]])]
        for marker in (NIL, UNSET):
            for simple in types:
                self.assertRaises(ValueRefused, simple.format, marker)


class TypedValueTests(SynchronousTestCase):
    """A value with its type."""

    def test_text(self) -> None:
        self.assertEqual(str(TypedValue(42, QName(XSD, "long"))), "42")
        self.assertEqual(repr(TypedValue("x", QName("urn:t", "T"))), "TypedValue('x', {urn:t}T)")

    def test_equal_with_type(self) -> None:
        self.assertEqual(TypedValue(1, QName(XSD, "long")), TypedValue(1, QName(XSD, "long")))
        self.assertNotEqual(TypedValue(1, QName(XSD, "long")), TypedValue(1, QName(XSD, "byte")))
        self.assertNotEqual(TypedValue(1, QName(XSD, "long")), 1)

    def test_text_is_a_string(self) -> None:
        self.assertEqual(Text("a") + "b", "ab")
        self.assertIsInstance(Text("a"), str)
