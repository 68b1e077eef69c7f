"""From references to types."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from tests.tc.contracts import package
from ZSI.names import SOAP11_ENC, SOAP12_ENC, XSD
from ZSI.schema import Registry, simple_type, type_of_element
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.resolve import ANY_TYPE, UnknownType, lookup, resolve
from ZSI.TC.typecode import TypeCode

NS = "urn:t"


class ResolveTests(SynchronousTestCase):
    """Everything that a field's type may be."""

    def setUp(self) -> None:
        self.registry = Registry("resolve", public=False)
        self.registry.simple((NS, "Code"), base=(XSD, "token"), maxLength=3)
        self.registry.simple((NS, "Codes"), item=(NS, "Code"))
        self.registry.simple((NS, "Either"), members=((XSD, "int"), (NS, "Code")))

    def test_names(self) -> None:
        self.assertIs(resolve((XSD, "int"), self.registry), BUILTIN["int"])
        self.assertIs(resolve((XSD, "anyType"), self.registry), ANY_TYPE)
        code = resolve((NS, "Code"), self.registry)
        self.assertIs(code, resolve((NS, "Code"), self.registry), "one type for a name")
        self.assertEqual(str(code), "{urn:t}Code")
        codes = resolve((NS, "Codes"), self.registry)
        self.assertIs(getattr(codes, "item", None), code)
        either = resolve((NS, "Either"), self.registry)
        self.assertEqual(getattr(either, "members", None), (BUILTIN["int"], code))

    def test_unknown(self) -> None:
        with self.assertRaisesRegex(UnknownType, "type {urn:t}Nobody is not declared in resolve"):
            resolve((NS, "Nobody"), self.registry)
        self.assertIsNone(lookup((NS, "Nobody"), self.registry))
        self.assertIsNone(lookup((XSD, "Nobody"), self.registry))
        self.assertRaises(UnknownType, resolve, type_of_element((NS, "nobody")), self.registry)

    def test_anonymous(self) -> None:
        declared = simple_type(base=(NS, "Code"), minLength=2)
        made = resolve(declared, self.registry)
        self.assertIs(made, resolve(declared, self.registry))
        self.assertIsNot(made, resolve(simple_type(base=(NS, "Code")), self.registry))

    def test_classes_and_typecodes(self) -> None:
        made = package('<xs:element name="r"><xs:complexType/></xs:element>')
        r = made.element("r")
        self.assertIs(resolve(r, made.registry), r.complex_type())
        self.assertIs(resolve(type_of_element((NS, "r")), made.registry), r.complex_type())
        typecode = TypeCode("a")
        typecode.datatype = (XSD, "int")
        self.assertIs(resolve(typecode, made.registry), BUILTIN["int"])
        self.assertIs(resolve(BUILTIN["int"], made.registry), BUILTIN["int"])

    def test_soap_encoding(self) -> None:
        """soapenc:string is the string that may have an id (SOAP 1.1 section 5)."""
        for uri in (SOAP11_ENC, SOAP12_ENC):
            self.assertIs(lookup((uri, "string"), self.registry), BUILTIN["string"])
        self.assertIs(lookup((SOAP11_ENC, "base64"), self.registry), BUILTIN["base64Binary"])
