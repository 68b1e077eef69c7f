"""Every built-in type: round trips by hypothesis, refusals, and what other validators say."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.tc.checking import NAMESPACES, VALUES, SimpleTypeCase, few, prefix_for, quick
from ZSI.limits import Limits
from ZSI.TC.builtin import BUILTIN, builtin, builtins_for, natural_type
from ZSI.TC.compare import value_key
from ZSI.TC.simple import SimpleType
from ZSI.TC.times import Duration, GYear
from ZSI.wsdl.components import BUILTIN_TYPES

any_builtin = st.sampled_from(sorted(BUILTIN)).map(BUILTIN.__getitem__)


@st.composite
def typed_values(draw: st.DrawFn) -> tuple[SimpleType, Any]:
    """A built-in type and one of its values."""
    name = draw(st.sampled_from(sorted(VALUES)))
    return BUILTIN[name], draw(VALUES[name])


def for_values_of(name: str, check: Callable[[SimpleType, Any], None]) -> None:
    """Run a property on values of one built-in type."""

    @few
    @given(VALUES[name])
    def holds(value: Any) -> None:
        check(BUILTIN[name], value)

    holds()


class RoundTripTests(SimpleTypeCase):
    """value -> text -> value and text -> value -> canonical text, for each of the 45 types."""

    def each(self, check: Callable[[SimpleType, Any], None]) -> None:
        """Run a property for every type, so that none is left to chance."""
        for name in BUILTIN:
            for_values_of(name, check)

    def test_value_to_text_to_value(self) -> None:
        def check(simple: SimpleType, value: Any) -> None:
            text = simple.format(value, prefix_for)
            back = simple.parse(text, NAMESPACES)
            self.assertEqual(value_key(back), value_key(value), f"{simple} {text!r}")
            self.assertEqual(type(back), type(value))
            self.assertEqual(simple.format(back, prefix_for), text)
            self.assertEqual(value_key(simple.decode(text, NAMESPACES)), value_key(value))

        self.each(check)

    def test_white_space_around(self) -> None:
        def check(simple: SimpleType, value: Any) -> None:
            if simple.white_space == "collapse":
                text = f"\t {simple.format(value, prefix_for)}\r\n"
                self.assertEqual(value_key(simple.parse(text, NAMESPACES)), value_key(value))

        self.each(check)

    def test_text_to_value_to_canonical_text(self) -> None:
        def check(simple: SimpleType, value: Any) -> None:
            canonical = simple.canonical(value, prefix_for)
            back = simple.parse(canonical, NAMESPACES)
            if simple.builtin != "time":  # in UTC a time may be one of the day before
                self.assertEqual(value_key(back), value_key(value), canonical)
            self.assertEqual(simple.canonical(back, prefix_for), canonical)

        self.each(check)

    def test_every_spelling_is_the_same_value(self) -> None:
        def check(simple: SimpleType, value: Any) -> None:
            canonical = simple.canonical(value, prefix_for)
            for other in simple._kind.spellings(value):
                back = simple.parse(other, NAMESPACES)
                self.assertEqual(simple.canonical(back, prefix_for), canonical, other)

        self.each(check)

    def test_annotations_tell_the_classes(self) -> None:
        def check(simple: SimpleType, value: Any) -> None:
            self.assertIn(type(value), simple.python)

        self.each(check)


class TableTests(SimpleTypeCase):
    """The table is the specification's."""

    def test_all_are_there(self) -> None:
        self.assertEqual(set(BUILTIN), BUILTIN_TYPES - {"anyType"})
        self.assertEqual(len(BUILTIN), 45)
        self.assertEqual(set(VALUES), set(BUILTIN))

    def test_chain_of_bases(self) -> None:
        chains = {
            "unsignedByte": "unsignedShort unsignedInt unsignedLong nonNegativeInteger integer "
            "decimal anySimpleType",
            "byte": "short int long integer decimal anySimpleType",
            "negativeInteger": "nonPositiveInteger integer decimal anySimpleType",
            "ID": "NCName Name token normalizedString string anySimpleType",
            "NMTOKENS": "anySimpleType",
            "gYear": "anySimpleType",
        }
        for name, chain in chains.items():
            step, found = BUILTIN[name].base, []
            while step is not None:
                found.append(step.builtin)
                step = step.base
            self.assertEqual(found, chain.split())

    def test_primitives_and_facets(self) -> None:
        self.assertEqual(BUILTIN["short"].primitive, "decimal")
        self.assertEqual(BUILTIN["ENTITY"].primitive, "string")
        self.assertEqual(BUILTIN["IDREFS"].primitive, None)
        self.assertEqual(BUILTIN["IDREFS"].item, BUILTIN["IDREF"])
        self.assertEqual(BUILTIN["IDREFS"].facets.min_length, 1)
        byte = BUILTIN["unsignedByte"].facets
        self.assertEqual((byte.min_inclusive, byte.max_inclusive), (0, 255))
        spaces = {name: simple.white_space for name, simple in BUILTIN.items()}
        self.assertEqual(spaces.pop("string"), "preserve")
        self.assertEqual(spaces.pop("anySimpleType"), "preserve")
        self.assertEqual(spaces.pop("normalizedString"), "replace")
        self.assertEqual(set(spaces.values()), {"collapse"})

    def test_hints_and_imports(self) -> None:
        self.assertEqual(BUILTIN["long"].hint, "int")
        self.assertEqual(BUILTIN["decimal"].imports, (("decimal", "Decimal"),))
        self.assertEqual(BUILTIN["dateTime"].hint, "datetime | DateTime")
        self.assertEqual(
            BUILTIN["dateTime"].imports,
            (("datetime", "datetime"), ("ZSI.TC.times", "DateTime")),
        )
        self.assertEqual(BUILTIN["NMTOKENS"].hint, "list[str]")

    def test_pickled_by_reference(self) -> None:
        for simple in BUILTIN.values():
            self.assertIs(pickle.loads(pickle.dumps(simple)), simple)
            self.assertIs(copy.deepcopy(simple), simple)

    def test_limits_of_ones_own(self) -> None:
        small = Limits(digits=5)
        self.refused(builtins_for(small)["integer"].parse, "123456", rule="digits", says="5 digits")
        self.refused(builtin("decimal", small).parse, "1.23456", rule="digits")
        self.refused(builtin("dateTime", small).parse, "2024-01-01", rule="xsd:dateTime")
        self.assertIs(pickle.loads(pickle.dumps(builtin("int", small))), builtin("int", small))
        self.assertEqual(builtin("long", small).limits, small)


class NaturalTypeTests(SimpleTypeCase):
    """The type that a plain Python value is of (value model, anyType)."""

    def test_by_class(self) -> None:
        expected = {
            "boolean": True, "int": 42, "long": 2**31, "integer": 2**63, "decimal": Decimal(1),
            "double": 1.0, "string": "x", "base64Binary": b"", "dateTime": datetime(2024, 1, 1),
            "date": date(2024, 1, 1), "time": time(1), "gYear": GYear(1), "duration": Duration(),
        }  # fmt: skip
        for name, value in expected.items():
            self.assertIs(natural_type(value), BUILTIN[name])
        self.assertIs(natural_type(-(2**31)), BUILTIN["int"])
        self.assertIs(natural_type(-(2**31) - 1), BUILTIN["long"])
        self.assertIsNone(natural_type(object()))

    @quick
    @given(typed_values())
    def test_natural_type_writes_the_value(self, pair: tuple[SimpleType, Any]) -> None:
        simple, value = pair
        natural = natural_type(value)
        if natural is not None:
            text = natural.format(value, prefix_for)
            self.assertEqual(value_key(natural.parse(text, NAMESPACES)), value_key(value))
