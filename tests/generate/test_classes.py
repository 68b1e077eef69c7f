"""Tests of ZSI.generate.classes."""

from __future__ import annotations

from tests.generate.made import MadeTests
from tests.wsdl.small import TYPES
from ZSI.generate.classes import Classes

BODY = """
    <xs:complexType name="Base"><xs:sequence/></xs:complexType>
    <xs:complexType name="Near"><xs:complexContent><xs:extension base="t:Base"/>
    </xs:complexContent></xs:complexType>
    <xs:complexType name="Less"><xs:complexContent><xs:restriction base="t:Base"><xs:sequence/>
    </xs:restriction></xs:complexContent></xs:complexType>
    <xs:element name="Head" type="xs:string"/>
    <xs:element name="Member" type="xs:string" substitutionGroup="t:Head"/>
    <xs:element name="Other" type="xs:string" substitutionGroup="t:Head"/>
"""


class ClassesTests(MadeTests):
    def setUp(self) -> None:
        super().setUp()
        self.classes = self.plan(BODY + TYPES).classes

    def test_in_order_and_by_name(self) -> None:
        names = [plan.python for plan in self.classes]
        self.assertEqual((names[:3], len(self.classes)), (["Base", "Near", "Less"], len(names)))
        self.assertIs(self.classes.named("Near"), self.classes[1])
        self.assertEqual([plan.python for plan in self.classes[1:3]], names[1:3])
        self.assertRaises(KeyError, self.classes.named, "Far")
        self.assertIn("Near, Less", repr(self.classes))

    def test_equal(self) -> None:
        again = self.plan(BODY + TYPES).classes
        self.assertEqual(again, self.classes)
        self.assertNotEqual(Classes(again[:1]), self.classes)
        other = self.plan(BODY.replace("Near", "Far") + TYPES).classes
        self.assertEqual(len(other), len(again))
        self.assertNotEqual(other, again)
        self.assertNotEqual(again, tuple(again))

    def test_relations(self) -> None:
        relations = self.classes.relations
        self.assertEqual(relations.types["urn:x", "Near"], "Near")
        self.assertEqual({*map(type, relations.types), *map(type, relations.elements)}, {tuple})
        self.assertEqual(relations.elements["urn:x", "Head"], "Head")
        self.assertEqual(
            relations.derived, {("urn:x", "Base"): [("urn:x", "Near"), ("urn:x", "Less")]}
        )
        self.assertEqual(
            relations.members, {("urn:x", "Head"): [("urn:x", "Member"), ("urn:x", "Other")]}
        )
