"""What a QName in a schema means: imports, wrong namespaces, names that nothing defines."""

from __future__ import annotations

from tests.wsdl.small import SmallTests, name, schema_text, wsdl_text, xsd
from ZSI.names import QName
from ZSI.wsdl.components import ANY_TYPE, ElementParticle, TypeRef
from ZSI.wsdl.model import Contract


class SymbolsTests(SmallTests):
    def type_read(self, type_: str, more: str = "") -> tuple[TypeRef, Contract]:
        contract = self.schema(f'<xs:element name="e" type="{type_}"/>{more}')
        return self.element(contract, "e").type, contract

    def test_builtin(self) -> None:
        found, contract = self.type_read("xs:int")
        self.assertEqual(found, xsd("int"))
        self.assertClean(contract)

    def test_draft_names(self) -> None:
        for text, expected in (("xs:timeInstant", "dateTime"), ("xs:any", "anyType")):
            found, contract = self.type_read(text)
            self.assertEqual(found, xsd(expected))
            self.assertLine(self.found(contract, "old-xsd"), text, "main.xsd")

    def test_builtin_in_the_wrong_namespace(self) -> None:
        for text in ("t:string", "string"):
            found, contract = self.type_read(text)
            self.assertEqual(found, xsd("string"))
            self.assertLine(self.found(contract, "wrong-namespace"), text, "main.xsd")

    def test_unprefixed_name_of_the_target_namespace(self) -> None:
        found, contract = self.type_read("T", '<xs:complexType name="T"/>')
        self.assertEqual(found, name("T"))
        self.found(contract, "wrong-namespace")

    def test_name_of_the_schema_namespace(self) -> None:
        found, contract = self.type_read("xs:T", '<xs:complexType name="T"/>')
        self.assertEqual(found, name("T"))
        self.found(contract, "wrong-namespace")

    def test_missing_is_said_once_with_a_hint(self) -> None:
        found, contract = self.type_read(
            "t:Adress", '<xs:element name="f" type="t:Adress"/><xs:complexType name="Address"/>'
        )
        self.assertEqual(found, ANY_TYPE)
        finding = self.found(contract, "missing-type")
        self.assertIn("{urn:x}Adress", finding.message)
        self.assertIn("(Address is)", finding.message)
        self.assertLine(finding, 'name="e"', "main.xsd")

    def test_missing_import(self) -> None:
        """Schemas of one WSDL see each other without xs:import; that is only a finding."""
        one = schema_text(
            '<xs:element name="Ask" type="o:T" xmlns:o="urn:o"/><xs:element name="Answer"/>'
        )
        other = schema_text('<xs:complexType name="T"/>', "urn:o")
        contract = self.contract(wsdl_text(types=one + other))
        self.assertEqual(self.element(contract, "Ask").type, QName("urn:o", "T"))
        finding = self.found(contract, "missing-import")
        self.assertLine(finding, 'name="Ask"')

    def test_import_without_location(self) -> None:
        one = schema_text(
            '<xs:import namespace="urn:o"/><xs:element name="Ask" type="o:T" xmlns:o="urn:o"/>'
            '<xs:element name="Answer"/>'
        )
        other = schema_text('<xs:complexType name="T"/>', "urn:o")
        self.assertClean(self.contract(wsdl_text(types=one + other)))

    def test_duplicates(self) -> None:
        same = '<xs:complexType name="T"><xs:sequence/></xs:complexType>'
        self.assertClean(self.schema(same + same))
        contract = self.schema(same + '<xs:complexType name="T" abstract="true"/>')
        finding = self.found(contract, "duplicate")
        self.assertLine(finding, "abstract", "main.xsd")
        self.assertFalse(self.complex(contract, "T").abstract)

    def test_names(self) -> None:
        self.found(self.schema("<xs:element/>"), "name")
        contract = self.schema(
            '<xs:element name="a:b"/><xs:attribute name="a b"/><xs:complexType name="T">'
            '<xs:sequence><xs:element name="1a"/></xs:sequence><xs:attribute name="é:"/>'
            "</xs:complexType>"
        )
        self.assertEqual([finding.rule for finding in contract.findings], ["name"] * 4)
        self.assertEqual(dict(contract.schema.elements), {})
        self.assertEqual(self.complex(contract, "T").content, "empty")

    def test_type_and_element_of_one_name(self) -> None:
        contract = self.schema(
            '<xs:element name="X" type="t:X"/><xs:complexType name="X"><xs:sequence>'
            '<xs:element ref="t:X" minOccurs="0"/></xs:sequence></xs:complexType>'
        )
        self.assertClean(contract)
        particle = self.complex(contract, "X").particle
        assert particle is not None
        self.assertEqual(particle.items, (ElementParticle(None, name("X"), 0, 1),))

    def test_schema_of_schemas(self) -> None:
        """A schema for the XML Schema namespace itself counts as far as others refer to it."""
        others = schema_text(
            '<xs:complexType name="ArrayOfInt"/><xs:simpleType name="int"><xs:restriction '
            'base="xs:string"/></xs:simpleType><xs:element name="unused"/>',
            "http://www.w3.org/2001/XMLSchema",
        )
        mine = schema_text(
            '<xs:element name="Ask" type="xs:ArrayOfInt"/><xs:element name="Answer" type="xs:int"/>'
        )
        contract = self.contract(wsdl_text(types=others + mine))
        self.assertClean(contract)
        self.assertEqual(list(contract.schema.types), [xsd("ArrayOfInt")])
        self.assertEqual(list(contract.schema.elements), [name("Ask"), name("Answer")])
