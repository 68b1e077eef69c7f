"""SOAP arrays: wsdl:arrayType in any namespace, or none at all."""

from __future__ import annotations

from tests.wsdl.small import SmallTests, name, xsd
from ZSI.names import SOAP11_ENC, SOAP12_ENC, QName
from ZSI.wsdl.components import ANY_TYPE, ArrayInfo, TypeRef

IMPORT = '<xs:import namespace="http://schemas.xmlsoap.org/soap/encoding/"/>'


def array(inside: str, local: str = "A", base: str = "soapenc:Array") -> str:
    """A complex type that restricts an array."""
    return (
        f'<xs:complexType name="{local}"><xs:complexContent><xs:restriction base="{base}">'
        f"{inside}</xs:restriction></xs:complexContent></xs:complexType>"
    )


def typed(array_type: str, namespace: str = "http://schemas.xmlsoap.org/wsdl/") -> str:
    """The attribute that says what an array holds."""
    return (
        f'<xs:attribute ref="soapenc:arrayType" w:arrayType="{array_type}" xmlns:w="{namespace}"/>'
    )


class ArraysTests(SmallTests):
    def array(self, inside: str, *, findings: tuple[str, ...] = ()) -> ArrayInfo:
        contract = self.schema(IMPORT + array(inside))
        self.assertEqual(tuple(finding.rule for finding in contract.findings), findings)
        found = self.complex(contract, "A")
        self.assertEqual((found.base, found.content), (QName(SOAP11_ENC, "Array"), "elements"))
        assert found.array is not None
        return found.array

    def test_array_type(self) -> None:
        cases: dict[str, tuple[TypeRef, str]] = {
            "xs:int[]": (xsd("int"), "[]"),
            "xs:string[,]": (xsd("string"), "[,]"),
            "xs:string[][]": (xsd("string"), "[][]"),
            "t:A[ 3 , 4 ]": (name("A"), "[,]"),
        }
        for text, (item, dimensions) in cases.items():
            self.assertEqual(self.array(typed(text)), ArrayInfo(item, dimensions, None, True), text)

    def test_any_namespace(self) -> None:
        for namespace in ("http://schemas.xmlsoap.org/wsdl", SOAP11_ENC, "urn:whatever"):
            found = self.array(typed("xs:int[]", namespace))
            self.assertEqual(found.item, xsd("int"))

    def test_content_model(self) -> None:
        sequence = (
            '<xs:sequence><xs:element name="item" type="xs:long" minOccurs="0" '
            'maxOccurs="unbounded"/></xs:sequence>'
        )
        self.assertEqual(self.array(sequence), ArrayInfo(xsd("long"), "[]", name("item")))
        both = self.array(sequence + typed("xs:int[]"))
        self.assertEqual(both, ArrayInfo(xsd("int"), "[]", name("item"), True))

    def test_nothing_said(self) -> None:
        self.assertEqual(self.array(""), ArrayInfo(ANY_TYPE))

    def test_wrong(self) -> None:
        found = self.array(typed("xs:int"), findings=("array-type",))
        self.assertEqual((found.item, found.dimensions), (xsd("int"), "[]"))
        self.assertEqual(self.array(typed("[]"), findings=("array-type",)).item, ANY_TYPE)
        found = self.array(typed("t:No[]"), findings=("missing-type",))
        self.assertEqual(found.item, ANY_TYPE)

    def test_derived_from_array(self) -> None:
        contract = self.schema(
            IMPORT
            + array(typed("xs:int[]"))
            + array("", "B", "t:A")
            + '<xs:complexType name="C"><xs:sequence/></xs:complexType>'
        )
        self.assertEqual(self.complex(contract, "B").array, self.complex(contract, "A").array)
        self.assertIsNone(self.complex(contract, "C").array)

    def test_soap12(self) -> None:
        contract = self.schema(
            f'<xs:import namespace="{SOAP12_ENC}"/><xs:complexType name="A"><xs:complexContent>'
            f'<xs:restriction base="e:Array" xmlns:e="{SOAP12_ENC}"><xs:sequence>'
            '<xs:element name="x" type="xs:int" maxOccurs="unbounded"/></xs:sequence>'
            "</xs:restriction></xs:complexContent></xs:complexType>"
        )
        self.assertClean(contract)
        found = self.complex(contract, "A").array
        self.assertEqual(found, ArrayInfo(xsd("int"), "[]", name("x"), soap12=True))

    def test_encoding_is_shipped_and_read_as_far_as_used(self) -> None:
        contract = self.schema(IMPORT + array(typed("xs:int[]")))
        schema = contract.schema
        self.assertEqual(schema.known, {SOAP11_ENC})
        self.assertIn(QName(SOAP11_ENC, "Array"), schema.types)
        self.assertIn(QName(SOAP11_ENC, "arrayType"), schema.attributes)
        self.assertNotIn(QName(SOAP11_ENC, "duration"), schema.types)
