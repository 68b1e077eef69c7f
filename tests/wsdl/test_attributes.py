"""xs:attribute, xs:attributeGroup, xs:anyAttribute."""

from __future__ import annotations

from tests.wsdl.small import SmallTests, name, schema_text, xsd
from ZSI.names import XML, QName
from ZSI.wsdl.components import (
    ANY_SIMPLE_TYPE,
    AttributeDecl,
    AttributeUse,
    SimpleTypeDef,
    Wildcard,
)


class AttributesTests(SmallTests):
    def test_uses(self) -> None:
        contract = self.schema("""
            <xs:attribute name="g" type="xs:int" default="7"/>
            <xs:complexType name="A">
              <xs:attribute name="a" type="xs:int" use="required"/>
              <xs:attribute name="b" default="x"/>
              <xs:attribute name="c" fixed="y" form="qualified"/>
              <xs:attribute ref="t:g"/>
              <xs:attribute name="p" use="prohibited"/>
            </xs:complexType>""")
        self.assertClean(contract)
        a, b, c = (QName(None, "a"), QName(None, "b"), name("c"))
        self.assertEqual(
            self.complex(contract, "A").attributes,
            (
                AttributeUse(AttributeDecl(a, xsd("int")), required=True),
                AttributeUse(AttributeDecl(b, default="x"), default="x"),
                AttributeUse(AttributeDecl(c, fixed="y"), fixed="y"),
                AttributeUse(ref=name("g"), default="7"),
                AttributeUse(AttributeDecl(QName(None, "p")), prohibited=True),
            ),
        )

    def test_form_default_and_inner_type(self) -> None:
        body = """<xs:complexType name="A"><xs:attribute name="a"><xs:simpleType>
            <xs:restriction base="xs:int"/></xs:simpleType></xs:attribute></xs:complexType>"""
        contract = self.schema(schema_text(body, attributes='attributeFormDefault="qualified"'))
        (use,) = self.complex(contract, "A").attributes
        self.assertEqual(use.name, name("a"))
        assert use.decl is not None
        self.assertIsInstance(use.decl.type, SimpleTypeDef)

    def test_form_as_it_may_be_written(self) -> None:
        """Whitespace around it means nothing (XSD 1.0 part 2, 4.3.6); other cases are named."""
        body = '<xs:complexType name="A"><xs:attribute name="a"/></xs:complexType>'
        for text, rules in ((" qualified ", []), ("Qualified", ["form"])):
            written = schema_text(body, attributes=f'attributeFormDefault="{text}"')
            contract = self.schema(written)
            (use,) = self.complex(contract, "A").attributes
            self.assertEqual(use.name, name("a"))
            self.assertEqual([finding.rule for finding in contract.findings], rules)
        contract = self.schema(body.replace('name="a"', 'name="a" form="nowhere"'))
        message = self.found(contract, "form").message
        self.assertEqual(message, "form='nowhere' is read as unqualified")

    def test_groups(self) -> None:
        contract = self.schema("""
            <xs:attributeGroup name="G"><xs:attribute name="a"/><xs:attributeGroup ref="t:H"/>
              <xs:anyAttribute namespace="##other" processContents="lax"/></xs:attributeGroup>
            <xs:attributeGroup name="H"><xs:attribute name="b" use="required"/>
              <xs:attribute name="a" type="xs:int"/></xs:attributeGroup>
            <xs:complexType name="A"><xs:attributeGroup ref="t:G"/><xs:attribute name="c"/>
              </xs:complexType>""")
        self.assertClean(contract)
        found = self.complex(contract, "A")
        self.assertEqual([use.name.localname for use in found.attributes], ["c", "a", "b"])
        self.assertEqual(found.any_attribute, Wildcard("##other", "urn:x", "lax"))
        assert found.attributes[1].decl is not None
        self.assertEqual(found.attributes[1].decl.type, ANY_SIMPLE_TYPE)  # G's own a, not H's

    def test_xml_attributes_are_shipped(self) -> None:
        contract = self.schema("""<xs:import namespace="http://www.w3.org/XML/1998/namespace"/>
            <xs:complexType name="A"><xs:attribute ref="xml:lang" use="required"/>
            </xs:complexType>""")
        self.assertClean(contract)
        self.assertEqual(list(contract.schema.attributes), [QName(XML, "lang")])
        self.assertEqual(contract.schema.known, {XML})

    def test_missing(self) -> None:
        contract = self.schema("""<xs:complexType name="A"><xs:attribute ref="t:no"/>
            <xs:attribute name="b" type="t:neither"/><xs:attribute/>
            <xs:attributeGroup ref="t:none"/></xs:complexType>""")
        decls = [use.decl for use in self.complex(contract, "A").attributes]
        self.assertEqual(
            decls, [AttributeDecl(name("no")), AttributeDecl(QName(None, "b"), ANY_SIMPLE_TYPE)]
        )
        self.assertEqual(
            [finding.rule for finding in contract.findings],
            ["missing-attribute", "missing-type", "name", "missing-attributegroup"],
        )

    def test_circular_group(self) -> None:
        contract = self.schema("""
            <xs:attributeGroup name="G"><xs:attribute name="a"/><xs:attributeGroup ref="t:G"/>
            </xs:attributeGroup>
            <xs:complexType name="A"><xs:attributeGroup ref="t:G"/></xs:complexType>""")
        self.assertEqual(len(self.complex(contract, "A").attributes), 1)
        self.found(contract, "circular")

    def test_wildcard_namespaces(self) -> None:
        contract = self.schema("""
            <xs:complexType name="A"><xs:anyAttribute/></xs:complexType>
            <xs:complexType name="B"><xs:anyAttribute namespace="##targetNamespace ##local u:y"
              processContents="skip"/></xs:complexType>
            <xs:complexType name="C"><xs:anyAttribute namespace="" processContents="odd"/>
            </xs:complexType>""")
        found = [self.complex(contract, local).any_attribute for local in "ABC"]
        self.assertEqual(
            found,
            [
                Wildcard("##any", "urn:x", "strict"),
                Wildcard(("urn:x", None, "u:y"), "urn:x", "skip"),
                Wildcard((), "urn:x", "strict"),
            ],
        )

    def test_draft_defaults(self) -> None:
        contract = self.schema("""<xs:schema xmlns:xs="http://www.w3.org/2000/10/XMLSchema"
            xmlns:t="urn:x" targetNamespace="urn:x"><xs:complexType name="A">
            <xs:attribute name="a" use="default" value="1"/>
            <xs:attribute name="b" use="fixed" value="2"/></xs:complexType></xs:schema>""")
        uses = self.complex(contract, "A").attributes
        self.assertEqual([(use.default, use.fixed) for use in uses], [("1", None), (None, "2")])
