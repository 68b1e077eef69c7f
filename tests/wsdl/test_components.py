"""Schema components as values: equality, pickling, what base and derived type make together."""

from __future__ import annotations

import pickle
from typing import Any, cast

from twisted.trial.unittest import SynchronousTestCase

from tests.wsdl.small import SmallTests, name, xsd
from ZSI.errors import Where
from ZSI.names import QName
from ZSI.wsdl.components import (
    BUILTIN_TYPES,
    AttributeUse,
    ElementDecl,
    ElementParticle,
    Facet,
    Group,
    SimpleTypeDef,
    Table,
    Wildcard,
)


class TableTests(SynchronousTestCase):
    def test_frozen(self) -> None:
        table = cast(Any, Table({"a": 1}))
        for change in (
            lambda: table.__setitem__("b", 2),
            lambda: table.__delitem__("a"),
            lambda: table.update(b=2),
            lambda: table.pop("a"),
            lambda: table.popitem(),
            lambda: table.clear(),
            lambda: table.setdefault("b", 2),
            lambda: table.__ior__({"b": 2}),
        ):
            self.assertRaises(TypeError, change)
        self.assertEqual(table, {"a": 1})

    def test_pickled(self) -> None:
        table = Table({name("a"): 1, name("b"): 2})
        again = pickle.loads(pickle.dumps(table))
        self.assertEqual((again, list(again)), (table, list(table)))
        self.assertIsInstance(again, Table)


class ValuesTests(SynchronousTestCase):
    def test_equal_without_place(self) -> None:
        one = ElementDecl(name("a"), xsd("int"), documentation="x", where=Where("a.xsd", 1))
        other = ElementDecl(name("a"), xsd("int"), documentation="y", where=Where("b.xsd", 9))
        self.assertEqual(one, other)
        self.assertEqual(hash(one), hash(other))
        self.assertNotEqual(one, ElementDecl(name("a"), xsd("long")))

    def test_names_of_references(self) -> None:
        self.assertEqual(ElementParticle(ref=name("a")).name, name("a"))
        self.assertEqual(AttributeUse(ref=name("a")).name, name("a"))

    def test_enumeration(self) -> None:
        facets = (Facet("enumeration", "b"), Facet("length", "1"), Facet("enumeration", "a"))
        self.assertEqual(SimpleTypeDef(None, facets=facets).enumeration, ("b", "a"))

    def test_builtins(self) -> None:
        self.assertEqual(len(BUILTIN_TYPES), 46)


class EffectiveTests(SmallTests):
    """`Schema.effective_particle`, `effective_attributes`, `effective_any_attribute`."""

    def test_extension(self) -> None:
        contract = self.schema("""
            <xs:complexType name="A"><xs:sequence><xs:element name="a"/></xs:sequence>
              <xs:attribute name="x"/><xs:attribute name="y"/></xs:complexType>
            <xs:complexType name="B"><xs:complexContent><xs:extension base="t:A">
              <xs:sequence><xs:element name="b"/></xs:sequence><xs:attribute name="z"/>
            </xs:extension></xs:complexContent></xs:complexType>
            <xs:complexType name="C"><xs:complexContent><xs:extension base="t:B">
              <xs:choice><xs:element name="c"/></xs:choice>
            </xs:extension></xs:complexContent></xs:complexType>""")
        schema = contract.schema
        particle = schema.effective_particle(self.complex(contract, "C"))
        assert particle is not None
        tags = [[item.name.localname for item in part.items] for part in particle.items]  # type: ignore[union-attr]  # groups of elements
        self.assertEqual((particle.kind, tags), ("sequence", [["a"], ["b"], ["c"]]))
        uses = schema.effective_attributes(self.complex(contract, "C"))
        self.assertEqual([use.name.localname for use in uses], ["x", "y", "z"])
        self.assertEqual(
            [base.name for base in schema.bases(self.complex(contract, "C"))],
            [name("B"), name("A")],
        )

    def test_restriction(self) -> None:
        contract = self.schema("""
            <xs:complexType name="A"><xs:sequence><xs:element name="a" minOccurs="0"/>
              <xs:element name="b"/></xs:sequence>
              <xs:attribute name="x"/><xs:attribute name="y"/><xs:anyAttribute/></xs:complexType>
            <xs:complexType name="B"><xs:complexContent><xs:restriction base="t:A">
              <xs:sequence><xs:element name="b"/></xs:sequence>
              <xs:attribute name="x" use="prohibited"/><xs:attribute name="y" use="required"/>
            </xs:restriction></xs:complexContent></xs:complexType>""")
        schema, restricted = contract.schema, self.complex(contract, "B")
        particle = schema.effective_particle(restricted)
        assert particle is not None
        self.assertEqual(len(particle.items), 1)
        uses = schema.effective_attributes(restricted)
        self.assertEqual([(use.name.localname, use.required) for use in uses], [("y", True)])
        self.assertIsNone(schema.effective_any_attribute(restricted))

    def test_wildcards_unite(self) -> None:
        contract = self.schema("""
            <xs:complexType name="A"><xs:anyAttribute namespace="urn:a"/></xs:complexType>
            <xs:complexType name="B"><xs:complexContent><xs:extension base="t:A">
              <xs:anyAttribute namespace="urn:b ##local" processContents="lax"/>
            </xs:extension></xs:complexContent></xs:complexType>
            <xs:complexType name="C"><xs:complexContent><xs:extension base="t:B">
              <xs:anyAttribute namespace="##other"/>
            </xs:extension></xs:complexContent></xs:complexType>
            <xs:complexType name="D"><xs:complexContent><xs:extension base="t:A"/>
            </xs:complexContent></xs:complexType>""")
        schema = contract.schema
        found = {
            local: schema.effective_any_attribute(self.complex(contract, local)) for local in "ABCD"
        }
        self.assertEqual(found["B"], Wildcard(("urn:b", None, "urn:a"), "urn:x", "lax"))
        # not every name of B's is in ##other (no namespace is not): the union admits all
        self.assertEqual(found["C"], Wildcard("##any", "urn:x", "strict"))
        self.assertEqual(found["D"], found["A"])

    def test_lookups(self) -> None:
        contract = self.schema("""
            <xs:attribute name="x" type="xs:int"/><xs:element name="e" type="xs:int"/>
            <xs:complexType name="A"><xs:sequence><xs:element ref="t:e"/></xs:sequence>
              <xs:attribute ref="t:x"/></xs:complexType>""")
        schema, found = contract.schema, self.complex(contract, "A")
        assert isinstance(found.particle, Group)
        particle = found.particle.items[0]
        assert isinstance(particle, ElementParticle)
        self.assertIs(schema.element(particle), schema.elements[name("e")])
        self.assertIs(schema.attribute(found.attributes[0]), schema.attributes[name("x")])
        self.assertIs(schema.type_of(name("A")), found)
        self.assertEqual(schema.type_of(xsd("int")), xsd("int"))
        self.assertEqual(schema.namespaces, ("urn:x",))
        self.assertEqual(QName("urn:x", "A").clark, "{urn:x}A")
