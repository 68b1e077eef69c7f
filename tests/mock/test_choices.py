"""Tests of ZSI.mock.choices."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ZSI.mock.choices import companions, excludes, rivals
from ZSI.schema import Registry
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.complextype import ComplexType
from ZSI.TC.fields import Field, Particles, in_any_order, in_sequence, one_of


def made(particles: Particles) -> ComplexType:
    """A type with fields a to f and this content model."""
    fields = [Field("element", (None, key), BUILTIN["int"], key=key) for key in "abcdef"]
    registry = Registry("test", public=False)
    return ComplexType(
        name=None, pyclass=None, fields=fields, particles=particles, registry=registry
    )


class ChoiceTests(SynchronousTestCase):
    def test_branches_shut_one_another_out(self) -> None:
        ctype = made(in_sequence("a", one_of(in_sequence("b", "c"), "d"), "e"))
        for key, others in [("a", ""), ("b", "d"), ("c", "d"), ("d", "bc"), ("e", "")]:
            self.assertEqual(set(others), rivals(ctype, key), key)
        self.assertTrue(excludes(ctype, "b", "d"))
        self.assertFalse(excludes(ctype, "b", "c"))

    def test_a_repeated_choice_admits_both(self) -> None:
        ctype = made(one_of("a", "b", max=None))
        self.assertEqual({"b"}, rivals(ctype, "a"))
        self.assertFalse(excludes(ctype, "a", "b"))

    def test_a_field_in_several_branches(self) -> None:
        ctype = made(one_of(in_sequence("a", "b"), in_sequence("a", "c")))
        self.assertEqual(set(), rivals(ctype, "a"))
        self.assertEqual({"c"}, rivals(ctype, "b"))

    def test_choices_in_choices(self) -> None:
        ctype = made(one_of(in_sequence("a", one_of("b", "c")), in_sequence("d", "e")))
        self.assertEqual({"c", "d", "e"}, rivals(ctype, "b"))
        self.assertEqual({"a", "b", "c"}, rivals(ctype, "e"))

    def test_what_a_branch_needs(self) -> None:
        ctype = made(
            one_of(in_sequence("a", "b", ("c", 0, 1), one_of("d", "e")), in_any_order("f"))
        )
        self.assertEqual(("a", "b", "e"), companions(ctype, frozenset("e")))
        self.assertEqual(("a", "b", "d"), companions(ctype, frozenset("a")))
        self.assertEqual(("f",), companions(ctype, frozenset("f")))
        self.assertEqual((), companions(ctype, frozenset()))

    def test_an_optional_choice_with_a_key_in_it(self) -> None:
        ctype = made(one_of(in_sequence("a", one_of("b", "c", min=0)), "d"))
        self.assertEqual(("a", "c"), companions(ctype, frozenset("c")))
        self.assertEqual(("a",), companions(ctype, frozenset("a")))
