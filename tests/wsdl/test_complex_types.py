"""xs:complexType: simple and complex content, derivation, mixed, redefinition."""

from __future__ import annotations

from tests.wsdl.small import SmallTests, name, schema_text, xsd
from ZSI.TC.wildcard import Wildcard
from ZSI.wsdl.components import (
    ANY_SIMPLE_TYPE,
    ANY_TYPE,
    AnyParticle,
    ComplexTypeDef,
    ElementParticle,
    Facet,
    Group,
    Particle,
    SimpleTypeDef,
)


def tags(particle: Particle | None) -> list[object]:
    """The local names in a particle, nested as it is."""
    assert isinstance(particle, Group)
    return [
        item.name.localname if isinstance(item, ElementParticle) else tags(item)
        for item in particle.items
    ]


class ComplexTypesTests(SmallTests):
    def test_content(self) -> None:
        contract = self.schema("""
            <xs:complexType name="A"/>
            <xs:complexType name="B"><xs:sequence/></xs:complexType>
            <xs:complexType name="C"><xs:sequence><xs:element name="a"/></xs:sequence>
              </xs:complexType>
            <xs:complexType name="D" mixed="true"/>
            <xs:complexType name="E" abstract="true" block="extension" final="#all"/>
            <xs:complexType name="F"><xs:attribute name="x"/></xs:complexType>""")
        self.assertClean(contract)
        kinds = [self.complex(contract, local).content for local in "ABCDEF"]
        self.assertEqual(kinds, ["empty", "empty", "elements", "elements", "empty", "empty"])
        self.assertTrue(self.complex(contract, "D").mixed)
        found = self.complex(contract, "E")
        self.assertEqual(
            (found.abstract, found.block, found.final),
            (True, {"extension"}, {"extension", "restriction"}),
        )
        self.assertEqual((found.base, found.derivation), (ANY_TYPE, "restriction"))

    def test_simple_content(self) -> None:
        contract = self.schema("""
            <xs:complexType name="A"><xs:simpleContent><xs:extension base="xs:string">
              <xs:attribute name="x"/></xs:extension></xs:simpleContent></xs:complexType>
            <xs:complexType name="B"><xs:simpleContent><xs:restriction base="t:A">
              <xs:maxLength value="3"/></xs:restriction></xs:simpleContent></xs:complexType>
            <xs:complexType name="C"><xs:simpleContent><xs:extension base="t:B"/>
              </xs:simpleContent></xs:complexType>
            <xs:complexType name="D"><xs:simpleContent><xs:restriction base="t:A"/>
              </xs:simpleContent></xs:complexType>
            <xs:complexType name="E"><xs:simpleContent><xs:restriction base="t:A"><xs:simpleType>
              <xs:restriction base="xs:token"/></xs:simpleType></xs:restriction>
              </xs:simpleContent></xs:complexType>""")
        self.assertClean(contract)
        restricted = SimpleTypeDef(None, base=xsd("string"), facets=(Facet("maxLength", "3"),))
        expected = {
            "A": (xsd("string"), xsd("string"), "extension"),
            "B": (restricted, name("A"), "restriction"),
            "C": (restricted, name("B"), "extension"),
            "D": (xsd("string"), name("A"), "restriction"),
            "E": (SimpleTypeDef(None, base=xsd("token")), name("A"), "restriction"),
        }
        for local, (simple, base, derivation) in expected.items():
            found = self.complex(contract, local)
            self.assertEqual(
                (found.content, found.simple, found.base, found.derivation),
                ("simple", simple, base, derivation),
            )

    def test_complex_content(self) -> None:
        contract = self.schema("""
            <xs:complexType name="A"><xs:sequence><xs:element name="a"/></xs:sequence>
              </xs:complexType>
            <xs:complexType name="B"><xs:complexContent><xs:extension base="t:A">
              <xs:sequence><xs:element name="b"/></xs:sequence></xs:extension>
              </xs:complexContent></xs:complexType>
            <xs:complexType name="C"><xs:complexContent><xs:extension base="t:A">
              <xs:attribute name="x"/></xs:extension></xs:complexContent></xs:complexType>
            <xs:complexType name="D"><xs:complexContent><xs:restriction base="t:A">
              <xs:sequence/></xs:restriction></xs:complexContent></xs:complexType>
            <xs:complexType name="M" mixed="true"><xs:sequence/></xs:complexType>
            <xs:complexType name="N"><xs:complexContent><xs:extension base="t:M"/>
              </xs:complexContent></xs:complexType>
            <xs:complexType name="O"><xs:complexContent mixed="true">
              <xs:restriction base="xs:anyType"/></xs:complexContent></xs:complexType>""")
        self.assertClean(contract)
        b, c, d = (self.complex(contract, local) for local in "BCD")
        self.assertEqual(
            (b.derivation, b.content, tags(b.particle)), ("extension", "elements", ["b"])
        )
        self.assertEqual((c.content, c.particle), ("elements", None))
        self.assertEqual((d.derivation, d.content), ("restriction", "empty"))
        self.assertTrue(self.complex(contract, "N").mixed)
        self.assertTrue(self.complex(contract, "O").mixed)

    def test_wrong_kinds_of_content(self) -> None:
        contract = self.schema("""
            <xs:complexType name="S"><xs:simpleContent><xs:extension base="xs:int"/>
              </xs:simpleContent></xs:complexType>
            <xs:complexType name="E"><xs:sequence><xs:element name="a"/></xs:sequence>
              </xs:complexType>
            <xs:complexType name="A"><xs:complexContent><xs:extension base="t:S">
              <xs:attribute name="x"/></xs:extension></xs:complexContent></xs:complexType>
            <xs:complexType name="B"><xs:complexContent><xs:extension base="xs:string"/>
              </xs:complexContent></xs:complexType>
            <xs:complexType name="C"><xs:simpleContent><xs:extension base="t:E"/>
              </xs:simpleContent></xs:complexType>
            <xs:complexType name="D"><xs:complexContent/></xs:complexType>""")
        a, b, c, d = (self.complex(contract, local) for local in "ABCD")
        self.assertEqual((a.content, a.simple, len(a.attributes)), ("simple", xsd("int"), 1))
        self.assertEqual((b.content, b.simple), ("simple", xsd("string")))
        self.assertEqual((c.content, c.simple), ("simple", ANY_SIMPLE_TYPE))
        self.assertEqual(d.content, "empty")
        self.assertEqual(
            [finding.rule for finding in contract.findings],
            ["not-complex", "not-complex", "not-simple", "complex-type"],
        )

    def test_extension_of_any_type(self) -> None:
        """Whatever xs:anyType allows, text between and any attribute; then what is added."""
        contract = self.schema("""
            <xs:complexType name="A"><xs:complexContent><xs:extension base="xs:anyType"/>
              </xs:complexContent></xs:complexType>
            <xs:complexType name="B"><xs:complexContent><xs:extension base="xs:anyType">
              <xs:sequence><xs:element name="b"/></xs:sequence><xs:anyAttribute namespace="u:y"/>
              </xs:extension></xs:complexContent></xs:complexType>""")
        self.assertClean(contract)
        a, b = self.complex(contract, "A"), self.complex(contract, "B")
        anything = AnyParticle(Wildcard("##any", "urn:x", "lax"), 0, None)
        self.assertEqual(a.particle, Group("sequence", (anything,)))
        self.assertEqual((a.content, a.mixed, a.derivation), ("elements", True, "restriction"))
        self.assertEqual(a.any_attribute, anything.wildcard)
        assert b.particle is not None
        self.assertEqual(b.particle.items[0], anything)
        self.assertEqual(tags(b.particle.items[1]), ["b"])
        self.assertEqual(b.any_attribute, Wildcard(("u:y",), "urn:x", "strict"))

    def test_missing_base(self) -> None:
        contract = self.schema("""<xs:complexType name="A"><xs:complexContent>
            <xs:extension base="t:No"><xs:sequence><xs:element name="a"/></xs:sequence>
            </xs:extension></xs:complexContent></xs:complexType>""")
        found = self.complex(contract, "A")
        self.assertEqual((found.base, found.derivation), (ANY_TYPE, "restriction"))
        self.assertEqual(tags(found.particle), ["a"])
        self.found(contract, "missing-type")

    def test_circular_derivation_is_cut(self) -> None:
        contract = self.schema("""
            <xs:complexType name="A"><xs:complexContent><xs:extension base="t:B">
              <xs:sequence><xs:element name="a"/></xs:sequence></xs:extension>
              </xs:complexContent></xs:complexType>
            <xs:complexType name="B"><xs:complexContent><xs:extension base="t:A"/>
              </xs:complexContent></xs:complexType>""")
        self.found(contract, "circular")
        self.assertEqual(self.complex(contract, "B").base, ANY_TYPE)
        self.assertEqual(len(list(contract.schema.bases(self.complex(contract, "A")))), 1)

    def test_anonymous_type_inside_its_own_base(self) -> None:
        """Legal, and recursive: a node whose children are nodes with something more."""
        contract = self.schema("""<xs:complexType name="Node"><xs:sequence>
            <xs:element name="child" minOccurs="0"><xs:complexType><xs:complexContent>
              <xs:extension base="t:Node"><xs:sequence><xs:element name="more"/></xs:sequence>
              </xs:extension></xs:complexContent></xs:complexType></xs:element>
            </xs:sequence></xs:complexType>""")
        self.assertClean(contract)
        particle = self.complex(contract, "Node").particle
        assert particle is not None
        (child,) = particle.items
        assert isinstance(child, ElementParticle) and child.decl is not None
        inner = child.decl.type
        assert isinstance(inner, ComplexTypeDef)
        self.assertEqual((inner.base, inner.derivation), (name("Node"), "extension"))
        self.assertEqual(tags(contract.schema.effective_particle(inner)), [["child"], ["more"]])


class RedefineTests(SmallTests):
    BASE = """
        <xs:simpleType name="S"><xs:restriction base="xs:string"/></xs:simpleType>
        <xs:complexType name="A"><xs:sequence><xs:element name="a" type="t:S"/></xs:sequence>
          <xs:attribute name="x"/></xs:complexType>
        <xs:complexType name="T"><xs:simpleContent><xs:extension base="xs:string"/>
          </xs:simpleContent></xs:complexType>
        <xs:group name="G"><xs:sequence><xs:element name="g"/></xs:sequence></xs:group>
        <xs:attributeGroup name="H"><xs:attribute name="h"/></xs:attributeGroup>
        <xs:complexType name="User"><xs:group ref="t:G"/><xs:attributeGroup ref="t:H"/>
          </xs:complexType>"""

    def test_redefine(self) -> None:
        contract = self.schema(
            """<xs:redefine schemaLocation="base.xsd">
            <xs:simpleType name="S"><xs:restriction base="t:S"><xs:maxLength value="3"/>
              </xs:restriction></xs:simpleType>
            <xs:complexType name="A"><xs:complexContent><xs:extension base="t:A">
              <xs:sequence><xs:element name="b"/></xs:sequence><xs:attribute name="y"/>
              </xs:extension></xs:complexContent></xs:complexType>
            <xs:complexType name="T"><xs:simpleContent><xs:restriction base="t:T">
              <xs:length value="1"/></xs:restriction></xs:simpleContent></xs:complexType>
            <xs:group name="G"><xs:sequence><xs:group ref="t:G"/><xs:element name="more"/>
              </xs:sequence></xs:group>
            <xs:attributeGroup name="H"><xs:attributeGroup ref="t:H"/><xs:attribute name="i"/>
              </xs:attributeGroup>
            </xs:redefine>""",
            base__xsd=schema_text(self.BASE),
        )
        self.assertClean(contract)
        base = self.simple(contract, "S").base
        self.assertEqual(base, SimpleTypeDef(None, base=xsd("string")))
        found = self.complex(contract, "A")
        self.assertEqual((found.base, tags(found.particle)), (ANY_TYPE, [["a"], ["b"]]))
        self.assertEqual([use.name.localname for use in found.attributes], ["x", "y"])
        simple = self.complex(contract, "T").simple
        assert isinstance(simple, SimpleTypeDef)
        self.assertEqual(simple.facets, (Facet("length", "1"),))
        user = self.complex(contract, "User")
        self.assertEqual(tags(user.particle), [["g"], "more"])
        self.assertEqual([use.name.localname for use in user.attributes], ["i", "h"])

    def test_restriction(self) -> None:
        contract = self.schema(
            """<xs:redefine schemaLocation="base.xsd"><xs:complexType name="A">
            <xs:complexContent><xs:restriction base="t:A"><xs:sequence>
            <xs:element name="a" type="t:S" minOccurs="0" maxOccurs="0"/></xs:sequence>
            </xs:restriction></xs:complexContent></xs:complexType></xs:redefine>""",
            base__xsd=schema_text(self.BASE),
        )
        found = self.complex(contract, "A")
        self.assertEqual((found.content, found.derivation), ("empty", "restriction"))

    def test_redefining_nothing(self) -> None:
        contract = self.schema(
            """<xs:redefine schemaLocation="base.xsd"><xs:simpleType name="New">
            <xs:restriction base="xs:int"/></xs:simpleType>
            <xs:complexType name="A"><xs:sequence/></xs:complexType></xs:redefine>""",
            base__xsd=schema_text(self.BASE),
        )
        rules = [finding.rule for finding in contract.findings]
        self.assertEqual(rules, ["redefine", "redefine"])
        self.assertEqual(self.complex(contract, "A").content, "empty")
