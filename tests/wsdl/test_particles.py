"""Elements, model groups, wildcards, occurrence."""

from __future__ import annotations

from tests.wsdl.small import SmallTests, name, schema_text, xsd
from ZSI.names import XSD, QName
from ZSI.TC.identity import IdentityConstraint
from ZSI.wsdl.components import (
    ANY_TYPE,
    AnyParticle,
    ComplexTypeDef,
    ElementDecl,
    ElementParticle,
    Group,
    Particle,
    SimpleTypeDef,
    Wildcard,
)
from ZSI.wsdl.model import Contract


class ParticleTests(SmallTests):
    def items(self, contract: Contract, local: str = "A") -> tuple[Particle, ...]:
        particle = self.complex(contract, local).particle
        assert particle is not None
        return particle.items

    def test_groups_nest(self) -> None:
        contract = self.schema("""<xs:complexType name="A"><xs:choice maxOccurs="unbounded">
            <xs:element name="a" type="xs:int" minOccurs="0"/>
            <xs:sequence minOccurs="2" maxOccurs="3"><xs:any namespace="##other"
              processContents="lax" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
            </xs:choice></xs:complexType>""")
        self.assertClean(contract)
        wildcard = Wildcard("##other", "urn:x", "lax")
        expected = Group(
            "choice",
            (
                ElementParticle(ElementDecl(name("a"), xsd("int")), None, 0, 1),
                Group("sequence", (AnyParticle(wildcard, 0, None),), 2, 3),
            ),
            1,
            None,
        )
        self.assertEqual(self.complex(contract, "A").particle, expected)

    def test_named_groups_are_expanded(self) -> None:
        contract = self.schema("""
            <xs:group name="G"><xs:sequence><xs:element name="a"/><xs:group ref="t:H"/>
              </xs:sequence></xs:group>
            <xs:group name="H"><xs:all><xs:element name="b"/></xs:all></xs:group>
            <xs:complexType name="A"><xs:group ref="t:G" minOccurs="0" maxOccurs="5"/>
            </xs:complexType>""")
        self.assertClean(contract)
        inner = Group("all", (ElementParticle(ElementDecl(name("b"))),))
        outer = Group("sequence", (ElementParticle(ElementDecl(name("a"))), inner), 0, 5)
        self.assertEqual(self.complex(contract, "A").particle, outer)

    def test_occurrence(self) -> None:
        contract = self.schema("""<xs:complexType name="A"><xs:sequence>
            <xs:element name="gone" minOccurs="0" maxOccurs="0"/>
            <xs:element name="b" minOccurs="3"/>
            <xs:element name="c" minOccurs="5" maxOccurs="2"/>
            <xs:element name="d" minOccurs="-1" maxOccurs="some"/>
            <xs:element name="e" maxOccurs="99999999999999999999"/>
            <xs:element name="f" minOccurs=" 1 " maxOccurs="*"/>
            </xs:sequence></xs:complexType>""")
        found = {item.name.localname: (item.min, item.max) for item in self.items(contract)}  # type: ignore[union-attr]  # elements only
        expected = {"b": (3, 3), "c": (2, 2), "d": (1, None), "e": (1, None), "f": (1, None)}
        self.assertEqual(found, expected)
        rules = [finding.rule for finding in contract.findings]
        self.assertEqual(rules, ["occurs", "occurs"])

    def test_element_properties(self) -> None:
        contract = self.schema("""
            <xs:element name="h" type="xs:string" abstract="true"/>
            <xs:element name="e" substitutionGroup="t:h" nillable="1" block="#all"
              final="extension odd" xmime:expectedContentTypes="image/png"
              xmlns:xmime="http://www.w3.org/2005/05/xmlmime">
              <xs:annotation><xs:documentation>An e.</xs:documentation></xs:annotation>
            </xs:element>
            <xs:element name="d" type="xs:int" default="1"/>
            <xs:element name="f" type="xs:int" fixed="2" default="1"/>""")
        self.assertClean(contract)
        self.assertTrue(self.element(contract, "h").abstract)
        self.assertEqual(
            self.element(contract, "e"),
            ElementDecl(
                name("e"),
                xsd("string"),
                nillable=True,
                block=frozenset({"extension", "restriction", "substitution"}),
                final=frozenset({"extension"}),
                substitution_group=name("h"),
                media_types="image/png",
            ),
        )
        self.assertEqual(self.element(contract, "e").documentation, "An e.")
        self.assertEqual(contract.schema.substitutions, {name("h"): (name("e"),)})
        self.assertEqual(self.element(contract, "d").default, "1")
        fixed = self.element(contract, "f")
        self.assertEqual((fixed.fixed, fixed.default), ("2", None))

    def test_defaults_of_the_schema(self) -> None:
        body = """<xs:element name="e"><xs:complexType><xs:sequence><xs:element name="a"/>
            <xs:element name="b" form="qualified"/></xs:sequence></xs:complexType></xs:element>"""
        attributes = 'blockDefault="extension substitution" finalDefault="restriction"'
        contract = self.schema(schema_text(body, attributes=attributes))
        element = self.element(contract, "e")
        self.assertEqual(element.block, {"extension", "substitution"})
        self.assertEqual(element.final, {"restriction"})
        assert isinstance(element.type, ComplexTypeDef) and element.type.particle is not None
        self.assertEqual(element.type.block, {"extension"})
        tags = [item.name for item in element.type.particle.items]  # type: ignore[union-attr]  # elements only
        self.assertEqual(tags, [QName(None, "a"), name("b")])

    def test_types_of_elements(self) -> None:
        contract = self.schema("""
            <xs:element name="a"/>
            <xs:element name="b"><xs:simpleType><xs:restriction base="xs:int"/></xs:simpleType>
              </xs:element>
            <xs:element name="c"><xs:complexType/></xs:element>
            <xs:element name="d" substitutionGroup="t:b"/>
            <xs:complexType name="R"><xs:sequence><xs:element ref="t:a"/></xs:sequence>
              </xs:complexType>""")
        self.assertClean(contract)
        self.assertEqual(self.element(contract, "a").type, ANY_TYPE)
        self.assertIsInstance(self.element(contract, "b").type, SimpleTypeDef)
        self.assertIsInstance(self.element(contract, "c").type, ComplexTypeDef)
        self.assertEqual(self.element(contract, "d").type, self.element(contract, "b").type)
        self.assertEqual(self.items(contract, "R"), (ElementParticle(None, name("a")),))

    def test_what_is_missing_becomes_any_type(self) -> None:
        contract = self.schema("""<xs:complexType name="A"><xs:sequence>
            <xs:element ref="t:no" minOccurs="0"/><xs:element name="b" type="t:No"/>
            <xs:element/><xs:group ref="t:g"/></xs:sequence></xs:complexType>""")
        self.assertEqual(
            self.items(contract),
            (
                ElementParticle(ElementDecl(name("no")), None, 0, 1),
                ElementParticle(ElementDecl(name("b"), ANY_TYPE)),
            ),
        )
        rules = [finding.rule for finding in contract.findings]
        self.assertEqual(rules, ["missing-element", "missing-type", "name", "missing-group"])

    def test_dataset(self) -> None:
        contract = self.schema("""<xs:complexType name="A"><xs:sequence>
            <xs:element ref="xs:schema"/><xs:any/></xs:sequence></xs:complexType>""")
        self.found(contract, "dataset")
        first = self.items(contract)[0]
        assert isinstance(first, AnyParticle)
        self.assertEqual((first.wildcard.namespaces, first.wildcard.process), ((XSD,), "skip"))

    def test_circles_are_cut(self) -> None:
        contract = self.schema("""
            <xs:group name="G"><xs:sequence><xs:element name="a"/><xs:group ref="t:G"/>
              </xs:sequence></xs:group>
            <xs:complexType name="A"><xs:group ref="t:G"/></xs:complexType>
            <xs:element name="e" substitutionGroup="t:f"/>
            <xs:element name="f" substitutionGroup="t:e"/>""")
        self.assertEqual(len(self.items(contract)), 1)
        self.assertEqual([finding.rule for finding in contract.findings], ["circular"] * 2)
        heads = [self.element(contract, local).substitution_group for local in "ef"]
        self.assertEqual(heads.count(None), 1)

    def test_identity_constraints(self) -> None:
        contract = self.schema("""<xs:element name="e"><xs:complexType/>
            <xs:key name="k"><xs:selector xpath="t:a"/><xs:field xpath="@b"/>
              <xs:field xpath="@c"/></xs:key>
            <xs:keyref name="r" refer="t:k"><xs:selector xpath=".//t:d"/>
              <xs:field xpath="."/></xs:keyref></xs:element>""")
        key, keyref = self.element(contract, "e").constraints
        spaces = key.namespaces
        self.assertEqual(
            key, IdentityConstraint("key", name("k"), "t:a", ("@b", "@c"), None, spaces)
        )
        self.assertEqual((keyref.kind, keyref.refer), ("keyref", name("k")))
        self.assertEqual(dict(spaces)["t"], "urn:x")

    def test_draft_of_1999(self) -> None:
        contract = self.schema("""<xs:schema xmlns:xs="http://www.w3.org/1999/XMLSchema"
            targetNamespace="urn:x"><xs:complexType name="A">
            <xs:element name="a" type="xs:string" nullable="1"/><xs:element name="b"/>
            </xs:complexType></xs:schema>""")
        items = self.items(contract)
        self.assertEqual(
            items[0],
            ElementParticle(ElementDecl(QName(None, "a"), xsd("string"), nillable=True)),
        )
        self.assertEqual(len(items), 2)
        self.assertIn("loose-element", [finding.rule for finding in contract.findings])
