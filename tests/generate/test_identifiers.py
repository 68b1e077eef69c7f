"""Tests of names."""

from __future__ import annotations

import keyword

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ZSI.generate.identifiers import (
    LONGEST,
    Names,
    field_names,
    identifier,
    module_base,
    module_names,
)


class IdentifierTests(SynchronousTestCase):
    """XML names as Python names."""

    def test_close_to_the_name(self) -> None:
        for name, expected in (
            ("Echo", "Echo"), ("get-it.now", "get_it_now"), ("class", "class_"), ("None", "None_"),
            ("3D", "_3D"), ("", "_"), ("Größe", "Größe"), ("中文", "中文"), ("a b", "a_b"),
            ("ﬁle", "file"), ("__init__", "_init__"), ("__x", "_x"), ("match", "match"),
        ):  # fmt: skip
            self.assertEqual(identifier(name), expected, name)

    def test_a_mark_cannot_begin(self) -> None:
        self.assertTrue(identifier("\u0301a").isidentifier())

    def test_long_names_are_cut(self) -> None:
        self.assertEqual(len(identifier("x" * 5_000)), LONGEST)

    @given(st.text(max_size=40))
    def test_always_valid(self, name: str) -> None:
        made = identifier(name)
        self.assertTrue(made.isidentifier(), repr(made))
        self.assertFalse(keyword.iskeyword(made))
        self.assertFalse(made.startswith("__"))

    def test_module_base(self) -> None:
        for name, expected in (
            ("My-Service.v1/2", "My_Service_v1_2"), ("../../etc", "_etc"), ("import", "import_"),
            ("test_Choice.xsd", "test_Choice_xsd"),
        ):  # fmt: skip
            self.assertEqual(module_base(name), expected)


class NamesTests(SynchronousTestCase):
    """Distinct names in one scope."""

    def test_first_come(self) -> None:
        names = Names()
        self.assertEqual([names.give("a") for _ in range(4)], ["a", "a_", "a_2", "a_3"])

    def test_alternatives(self) -> None:
        names = Names(["a", "b"])
        self.assertEqual(names.give("a", "b", "c"), "c")
        self.assertIn("c", names)

    def test_names_of_the_generated_module_itself(self) -> None:
        names = Names()
        for ours in ("ns0", "ns12", "_NS0", "_XSD", "_registry", "_t", "_b", "_types"):
            self.assertEqual(names.give(ours), f"{ours}_")

    def test_fields_do_not_hide_the_class(self) -> None:
        for name in ("typecode", "complex_type", "TC", "self", "_content", "_registry"):
            self.assertNotEqual(field_names().give(name), name)
        self.assertEqual(field_names(["inherited"]).give("inherited"), "inherited_")
        self.assertEqual(field_names().give("list"), "list")

    def test_classes_do_not_hide_what_the_module_needs(self) -> None:
        for name in ("Any", "TC", "str", "Decimal", "datetime", "Registry"):
            self.assertEqual(module_names().give(name), f"{name}_")
