"""Tests of ZSI.samples.derived."""

from __future__ import annotations

from typing import Any

from tests.generate.made import MadeTests
from tests.wsdl.small import TYPES
from ZSI.samples.derived import children
from ZSI.schema import Registry
from ZSI.TC import Compound

BODY = """
    <xs:complexType name="Far"><xs:complexContent><xs:extension base="t:Near"/>
    </xs:complexContent></xs:complexType>
    <xs:complexType name="Base" abstract="true"><xs:sequence>
      <xs:element name="a" type="xs:string" minOccurs="0"/></xs:sequence></xs:complexType>
    <xs:complexType name="Near"><xs:complexContent><xs:extension base="t:Base"><xs:sequence>
      <xs:element name="b" type="xs:string"/></xs:sequence></xs:extension></xs:complexContent>
    </xs:complexType>
    <xs:complexType name="Less"><xs:complexContent><xs:restriction base="t:Base"><xs:sequence/>
      </xs:restriction></xs:complexContent></xs:complexType>
    <xs:complexType name="Other"><xs:sequence/></xs:complexType>
    <xs:element name="E"><xs:complexType><xs:complexContent><xs:extension base="t:Near"/>
      </xs:complexContent></xs:complexType></xs:element>
"""


class DerivedTests(MadeTests):
    def names(self, registry: Any, name: str) -> list[str]:
        made = registry.types[("urn:x", name)].complex_type()
        return [child.name.localname for child in children(made)]

    def test_steps_of_both_kinds_in_order(self) -> None:
        registry = self.build(BODY + TYPES).registry
        self.assertEqual(self.names(registry, "Base"), ["Near", "Less"])
        self.assertEqual(self.names(registry, "Near"), ["Far"])
        self.assertEqual(self.names(registry, "Other"), [])

    def test_only_classes_asked_for_are_made(self) -> None:
        built = self.build(BODY + TYPES)
        self.names(built.registry, "Near")
        self.assertNotIn("Other", built._classes)
        base = built.registry.types["urn:x", "Base"].complex_type()
        self.assertEqual(str(next(children(base))), "{urn:x}Near")
        self.assertNotIn("Less", built._classes)

    def test_registries_that_only_have_classes(self) -> None:
        registry = Registry("by hand", public=False)

        class Base(Compound, registry=registry, type=("urn:x", "Base")):
            pass

        class Near(Base, registry=registry, type=("urn:x", "Near")):
            pass

        self.assertEqual(self.names(registry, "Base"), ["Near"])
        self.assertEqual(list(children(Near.complex_type())), [])
