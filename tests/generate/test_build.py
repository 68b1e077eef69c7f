"""Tests of classes made in memory: the same as the printed ones, made one by one.

Covers: ZSI.generate.build, ZSI.generate.defaults
"""

from __future__ import annotations

from typing import Any

from tests.generate.made import MadeTests
from tests.generate.test_types_module import ORDER
from tests.wsdl.small import TYPES, schema_text
from ZSI.generate.build import Built
from ZSI.generate.planner import make_plan

EVERYTHING = (
    ORDER
    + TYPES
    + """
<xs:complexType name="Pair"><xs:choice maxOccurs="2"><xs:element name="a" type="xs:int"/>
  <xs:any processContents="lax" minOccurs="0"/></xs:choice><xs:anyAttribute/></xs:complexType>
<xs:complexType name="Money"><xs:simpleContent><xs:extension base="xs:decimal">
  <xs:attribute name="currency" default="EUR"/></xs:extension></xs:simpleContent></xs:complexType>
<xs:complexType name="Less"><xs:complexContent><xs:restriction base="t:Item"><xs:sequence>
  <xs:element name="size" type="t:Size"/></xs:sequence></xs:restriction></xs:complexContent>
  </xs:complexType>
<xs:complexType name="Ints"><xs:complexContent><xs:restriction base="soapenc:Array">
  <xs:attribute ref="soapenc:arrayType" wsdl:arrayType="xs:int[]"/></xs:restriction>
  </xs:complexContent></xs:complexType>
<xs:element name="Tree"><xs:complexType mixed="true"><xs:sequence><xs:element ref="t:Tree"
  minOccurs="0" maxOccurs="unbounded"/><xs:element name="leaf"><xs:complexType><xs:attribute
  name="n" type="xs:int"/></xs:complexType></xs:element><xs:element name="ints" type="t:Ints"
  minOccurs="0"/></xs:sequence></xs:complexType><xs:unique name="u"><xs:selector
  xpath="t:Tree"/><xs:field xpath="t:leaf/@n"/></xs:unique></xs:element>
<xs:element name="Head" type="t:Item" abstract="true"/>
<xs:element name="Member" type="t:Gift" substitutionGroup="t:Head" nillable="true"/>
"""
)


def shape(field: Any) -> tuple[Any, ...]:
    """What a field says, as far as it can be compared between two registries."""
    kind = field.type.__name__ if isinstance(field.type, type) else field.type
    return (
        field.kind, field.key, field.name, kind, field.least, field.most, field.many,
        field.nillable, field.optional or field.many, field.xsd_default, field.fixed, field.ref,
        str(field.wildcard), field.block, field.constraints,
    )  # fmt: skip


class BuiltTests(MadeTests):
    """`Built` gives what the generator prints."""

    def test_same_classes(self) -> None:
        printed = self.make(EVERYTHING).types._registry
        built = self.build(EVERYTHING).registry
        self.assertEqual(set(printed.types), set(built.types))
        self.assertEqual(set(printed.elements), set(built.elements))
        for table in ("types", "elements"):
            for name, cls in getattr(printed, table).items():
                other = getattr(built, table)[name]
                if not hasattr(cls, "complex_type"):
                    self.assertEqual(other, cls)
                    continue
                self.assertEqual(other.__name__, cls.__name__)
                one, two = cls.complex_type(), other.complex_type()
                for first, second in zip(one.fields.values(), two.fields.values(), strict=True):
                    self.assertEqual(shape(second), shape(first))
                for what in ("mixed", "abstract", "derivation", "ordered"):
                    self.assertEqual(getattr(two, what), getattr(one, what))
                for made in (one, two):
                    self.assertEqual(made.automaton.start.expected, one.automaton.start.expected)
        self.assertEqual(printed.members, built.members)

    def test_made_when_needed(self) -> None:
        built = self.build(EVERYTHING)
        built.cls("Gift")
        self.assertEqual(sorted(built._classes), ["Gift", "Item"])
        self.assertIn(("urn:x", "Pair"), built.registry.types)
        self.assertIsNone(built.registry.types.get(("urn:x", "Nobody")))
        self.assertRaises(KeyError, built.cls, "Nobody")

    def test_members_are_known_before_their_classes(self) -> None:
        built = self.build(EVERYTHING)
        self.assertEqual(built.registry.members, {("urn:x", "Head"): [("urn:x", "Member")]})
        built.cls("Member")
        self.assertEqual(built.registry.members, {("urn:x", "Head"): [("urn:x", "Member")]})

    def test_messages_travel(self) -> None:
        built = self.build(EVERYTHING)
        tree = built.cls("Tree")
        leaf = tree.__dict__["LeafType"]
        value = tree(Tree=[tree(leaf=leaf(n=1))], leaf=leaf(n=2), ints=[1, 2])
        self.assertEqual(self.travelled(value), value)


class DefaultsTests(MadeTests):
    """Defaults that their own types refuse."""

    def test_left_out_with_a_notice(self) -> None:
        plan = make_plan(self.schema(schema_text("""
          <xs:simpleType name="Small"><xs:restriction base="xs:int"><xs:maxInclusive value="9"/>
          </xs:restriction></xs:simpleType><xs:complexType name="T"><xs:sequence>
          <xs:element name="e" type="xs:int" default="x"/>
          <xs:element name="n"><xs:complexType><xs:attribute name="b" type="xs:hexBinary"
          default="0xFF"/></xs:complexType></xs:element></xs:sequence>
          <xs:attribute name="a" type="t:Small" fixed="10"/>
          <xs:attribute name="good" type="t:Small" default="7"/></xs:complexType>
          <xs:element name="E" type="xs:int" default="no"/>""")))  # fmt: skip
        made = {cls.python: cls for cls in plan.classes}
        fields = {field.key: field for field in made["T"].fields}
        self.assertIsNone(fields["e"].default)
        self.assertIsNone(fields["a"].fixed)
        self.assertEqual(fields["good"].default, "7")
        self.assertIsNone(made["T"].nested[0].fields[0].default)
        self.assertIs(fields["n"].type, made["T"].nested[0])
        self.assertEqual(dict(made["E"].options), {})
        self.assertEqual(len(plan.notices), 4)
        self.assertIn("T.e: its default 'x' is left out", plan.notices[0])
        Built(plan).cls("T")()
