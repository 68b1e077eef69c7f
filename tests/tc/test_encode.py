"""Encoding: what values become, and what is refused on the way out, with the path of fields."""

from __future__ import annotations

from typing import Any

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from tests.tc.contracts import DECLARED, ContractCase, package
from ZSI.errors import ValueRefused
from ZSI.names import SOAP11_ENV, XSD, QName
from ZSI.TC.anyxml import AnyXML
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.complextype import ComplexType
from ZSI.TC.encode import EncodeContext, text_writer, write_any
from ZSI.TC.leaves import is_safe
from ZSI.TC.prefixes import RESERVED, Prefixes
from ZSI.TC.simple import list_of
from ZSI.TC.values import NIL, TypedValue

LINE = """
<xs:complexType name="Line"><xs:sequence>
  <xs:element name="price" type="xs:decimal"/>
</xs:sequence><xs:attribute name="no" type="xs:int" use="required"/></xs:complexType>
"""


class DerivedTests(ContractCase):
    """Values of derived types say so; what may not stand there is refused."""

    SCHEMA = """
    <xs:element name="r"><xs:complexType><xs:sequence>
      <xs:element name="b" type="Base" minOccurs="0"/>
      <xs:element name="blocked" type="Base" block="extension" minOccurs="0"/>
      <xs:element name="number" type="xs:decimal" minOccurs="0"/>
      <xs:element name="fixed" type="xs:int" fixed="1" minOccurs="0"/>
      <xs:element name="nil" type="Attributed" nillable="true" minOccurs="0"/>
      <xs:element name="many" type="xs:int" minOccurs="70" maxOccurs="100"/>
    </xs:sequence></xs:complexType></xs:element>
    <xs:complexType name="Base" abstract="true"><xs:sequence/></xs:complexType>
    <xs:complexType name="Ext"><xs:complexContent><xs:extension base="Base"><xs:sequence>
      <xs:element name="x" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent>
    </xs:complexType>
    <xs:complexType name="Other"><xs:sequence/></xs:complexType>
    <xs:complexType name="Attributed"><xs:attribute name="a" type="xs:int" use="required"/>
    </xs:complexType>
    <xs:complexType name="Price"><xs:simpleContent><xs:extension base="xs:decimal">
      <xs:attribute name="unit" type="xs:token"/></xs:extension></xs:simpleContent></xs:complexType>
    """

    def setUp(self) -> None:
        self.made = package(self.SCHEMA)
        self.many = [1] * 70

    def refused(self, rule: str, at: str, **fields: Any) -> None:
        value = self.made.element("r")(**{"many": self.many, **fields})
        self.refuses_to_write(self.made, value, rule=rule, at=at)

    def written(self, **fields: Any) -> str:
        value = self.made.element("r")(many=self.many, **fields)
        self.assertEqual(self.made.read(self.made.text(value)), value)
        return self.made.write(value).partition("<ns1:many>")[0].partition(">")[2]

    def test_extension(self) -> None:
        self.assertEqual(
            self.written(b=self.made.type("Ext")(x=1)),
            '<ns1:b xsi:type="ns1:Ext"><ns1:x>1</ns1:x></ns1:b>',
        )

    def test_refused(self) -> None:
        self.refused("type", "/r/b", b=self.made.type("Other")())
        self.refused("abstract", "/r/b", b=self.made.type("Base")())
        self.refused("type", "/r/blocked", blocked=self.made.type("Ext")(x=1))
        self.refused("missing", "/r/b/x", b=self.made.type("Ext")())

    def test_typed_values(self) -> None:
        text = self.written(number=self.made.type("Price")(1, unit="x"))
        self.assertEqual(text, '<ns1:number xsi:type="ns1:Price" unit="x">1</ns1:number>')
        value = self.made.element("r")(many=self.many, number=TypedValue(7, QName(XSD, "int")))
        self.assertIn('<ns1:number xsi:type="xsd:int">7</ns1:number>', self.made.write(value))
        self.refused("xsi:type", "/r/number", number=TypedValue("7", QName(XSD, "string")))
        self.refused("xsi:type", "/r/number", number=TypedValue(7, QName("urn:t", "Nobody")))
        self.refused("xsd:int", "/r/number", number=TypedValue(2**40, QName(XSD, "int")))

    def test_fixed(self) -> None:
        self.assertEqual(self.written(fixed=1), "<ns1:fixed>1</ns1:fixed>")
        self.refused("fixed", "/r/fixed", fixed=2)

    def test_nil_with_attributes(self) -> None:
        """NIL alone where the type requires an attribute would not be valid."""
        self.refused("missing", "/r/nil/@a", nil=NIL)
        value = self.made.type("Attributed")(a=1, _nil=True)
        self.assertEqual(self.written(nil=value), '<ns1:nil xsi:nil="true" a="1"></ns1:nil>')
        self.refused("nil", "/r/b", b=self.made.type("Ext")(_nil=True))

    def test_large_bounds(self) -> None:
        self.refused("minOccurs", "/r/many", many=[1] * 69)
        self.refused("maxOccurs", "/r/many", many=[1] * 101)


class AbstractElementTests(ContractCase):
    """An abstract element is written by a member of its substitution group alone (cvc-elt.2)."""

    SCHEMA = """
    <xs:element name="all"><xs:complexType><xs:sequence>
      <xs:element ref="head"/><xs:element ref="lonely" minOccurs="0"/>
    </xs:sequence></xs:complexType></xs:element>
    <xs:element name="head" type="R" abstract="true"/>
    <xs:element name="member" type="R" substitutionGroup="head"/>
    <xs:element name="lonely" type="R" abstract="true"/>
    <xs:complexType name="R"><xs:sequence><xs:element name="a" type="xs:int"/></xs:sequence>
    </xs:complexType>"""

    def test_written(self) -> None:
        made = package(self.SCHEMA)
        every, head, member = map(made.element, ("all", "head", "member"))
        self.assertIn("<ns1:member><ns1:a>1<", made.write(every(head=member(a=1))))
        for value in (head(a=1), made.type("R")(a=1)):
            for whole, at in ((every(head=value), "/all/head"), (head(a=1), "")):
                self.refuses_to_write(
                    made, whole, rule="abstract", says="expected {urn:t}member", at=at
                )
        lonely = every(head=member(a=1), lonely=made.type("R")(a=1))
        self.refuses_to_write(made, lonely, rule="abstract", says="no element stands for it")


class AnyTypeTests(ContractCase):
    """Values of an anyType say their type."""

    def setUp(self) -> None:
        self.made = package("""<xs:element name="r"><xs:complexType><xs:sequence>
            <xs:element name="v"/></xs:sequence></xs:complexType></xs:element>
            <xs:complexType name="T"><xs:sequence><xs:element name="x" type="xs:int"/>
            </xs:sequence></xs:complexType>""")

    def written(self, value: Any) -> str:
        made = self.made.element("r")(v=value)
        self.assertEqual(self.made.read(self.made.text(made)), made)
        return self.made.write(made).partition(">")[2].removesuffix("</ns1:r>")

    def test_plain_values(self) -> None:
        for value, text in (
            (1, '<ns1:v xsi:type="xsd:int">1</ns1:v>'),
            (True, '<ns1:v xsi:type="xsd:boolean">true</ns1:v>'),
            ("a<b", '<ns1:v xsi:type="xsd:string">a&lt;b</ns1:v>'),
            (2**40, '<ns1:v xsi:type="xsd:long">1099511627776</ns1:v>'),
            (TypedValue(1, QName(XSD, "byte")), '<ns1:v xsi:type="xsd:byte">1</ns1:v>'),
            (AnyXML.of_text("a"), "<ns1:v>a</ns1:v>"),
        ):
            self.assertEqual(self.written(value), text)

    def test_typed_objects(self) -> None:
        value = self.made.type("T")(x=1)
        text = '<ns1:v xsi:type="ns1:T"><ns1:x>1</ns1:x></ns1:v>'
        self.assertEqual(self.written(value), text)

    def test_others(self) -> None:
        made = self.made.element("r")
        self.refuses_to_write(self.made, made(v=object()), rule="xsd:anyType", at="/r/v")
        bad = TypedValue(1, QName("urn:t", "Nobody"))
        self.refuses_to_write(self.made, made(v=bad), rule="xsi:type", at="/r/v")
        self.refuses_to_write(self.made, made(), rule="missing", at="/r/v")

    def test_prefixes_of_the_sender(self) -> None:
        """Text that may hold QNames keeps the prefixes, whatever ours mean there."""
        text = (
            f'<r {DECLARED}><v xmlns:ns1="urn:far" xmlns:xsd="urn:x" a="ns1:b" xsi:type="t:U">'
            "xsd:c</v></r>"
        )
        value = self.made.read(text)
        again = etree.fromstring(self.made.text(value))[0]
        self.assertEqual(again.tag, "{urn:t}v")
        self.assertEqual((again.nsmap["ns1"], again.nsmap["xsd"]), ("urn:far", "urn:x"))
        self.assertEqual(self.made.read(self.made.text(value)), value)


class WildcardTests(ContractCase):
    """What a wildcard admits goes out under its own name."""

    def setUp(self) -> None:
        self.made = package("""<xs:element name="r"><xs:complexType><xs:sequence>
            <xs:any namespace="##other" processContents="lax" maxOccurs="3"/></xs:sequence>
            <xs:anyAttribute namespace="##other"/></xs:complexType></xs:element>
            <xs:element name="own" type="xs:int"/>""")

    def test_any(self) -> None:
        value = self.made.element("r")(any=[AnyXML.xml("<o:a xmlns:o='urn:o'>x</o:a>")])
        self.assertIn('><o:a xmlns:o="urn:o">x</o:a></ns1:r>', self.made.write(value))
        own = self.made.element("own")(1)
        for bad in (AnyXML.xml("<a/>"), AnyXML.of_text("x"), own, "x", None):
            self.refuses_to_write(
                self.made, self.made.element("r")(any=[bad]), rule="wildcard",
                says="any element of a namespace other than urn:t",
            )  # fmt: skip

    def test_attributes(self) -> None:
        any_xml = [AnyXML.xml("<o:a xmlns:o='urn:o'/>")]
        value = self.made.element("r")(any=any_xml, any_attributes={"{urn:o}k": 'a"b'})
        self.assertIn('k="a&quot;b"', self.made.write(value))
        value.any_attributes = {"k": "x"}
        self.refuses_to_write(self.made, value, rule="attribute", at="/r/@k", says="attribute of a")
        value.any_attributes = "x"
        self.refuses_to_write(self.made, value, rule="attribute")


class ContextTests(SynchronousTestCase):
    """Prefixes of one message."""

    def setUp(self) -> None:
        self.table = Prefixes(RESERVED, ["urn:a", "urn:b"])
        self.context = EncodeContext(self.table, None, {SOAP11_ENV: "soap"})  # type: ignore[arg-type]  # unused

    def test_declares_what_is_used(self) -> None:
        self.assertEqual(self.context.declarations(), "")
        self.assertEqual(self.context.qname(("urn:b", "x")), "ns2:x")
        self.assertEqual(self.context.qname((None, "x")), "x")
        self.assertEqual(self.context.qname((SOAP11_ENV, "x")), "soap:x")
        self.assertEqual(self.context.qname((XSD, "int")), "xsd:int")
        self.assertEqual(self.context.qname(("urn:<", "x")), "n1:x")
        self.assertEqual(self.context.qname(("urn:<", "y")), "n1:y")
        self.assertEqual(self.context.declarations(), ' xmlns:ns2="urn:b" xmlns:n1="urn:&lt;"')

    def test_namespace_of(self) -> None:
        self.context.prefix_for("urn:far")
        for prefix, uri in (("soap", SOAP11_ENV), ("ns1", "urn:a"), ("n1", "urn:far"), ("x", None)):
            self.assertEqual(self.context.namespace_of(prefix), uri)

    def test_text(self) -> None:
        self.assertTrue(is_safe(BUILTIN["dateTime"]))
        self.assertTrue(is_safe(list_of(BUILTIN["int"])))
        self.assertFalse(is_safe(BUILTIN["anyURI"]))
        self.assertFalse(is_safe(list_of(BUILTIN["token"])))
        self.assertEqual(text_writer(BUILTIN["string"])("<"), "&lt;")
        self.assertEqual(text_writer(BUILTIN["int"])(5), "5")

    def test_any_alone(self) -> None:
        pieces: list[str] = []
        write_any("ns1:v", 5, pieces.append, self.context)
        self.assertEqual("".join(pieces), '<ns1:v xsi:type="xsd:int">5</ns1:v>')

    def test_values_of_other_classes(self) -> None:
        ctype = package(LINE).type("Line").complex_type()

        class Slotted:
            __slots__ = ("no",)

        slotted = Slotted()
        slotted.no = 1
        self.assertRaises(ValueRefused, ctype.values_of, slotted)
        own = ComplexType(name=None, pyclass=Slotted, fields=ctype.own, registry=ctype.registry)
        self.assertEqual(own.values_of(slotted), {"no": 1})
        self.assertRaises(ValueRefused, own.values_of, 5)
