"""anyType and wildcards, on the way in."""

from __future__ import annotations

import datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.tc.checking import few
from tests.tc.contracts import DECLARED, ContractCase, package
from ZSI.names import XSD, QName
from ZSI.TC.anytype import PLAIN, plain_or_typed, plain_type
from ZSI.TC.anyxml import AnyXML
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.values import TypedValue

SCHEMA = """
<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="v" maxOccurs="9"/>
</xs:sequence></xs:complexType></xs:element>
<xs:element name="known" type="xs:int"/>
<xs:attribute name="a" type="xs:int"/>
<xs:complexType name="T"><xs:sequence><xs:element name="x" type="xs:int"/></xs:sequence>
</xs:complexType>
"""


def doc(content: str) -> str:
    return f"<r {DECLARED}>{content}</r>"


class AnyTypeTests(ContractCase):
    """The value model's lines on anyType."""

    def setUp(self) -> None:
        self.made = package(SCHEMA)

    def value(self, text: str) -> object:
        (found,) = self.goes_round(self.made, doc(text)).v
        return found

    def test_plain_where_it_maps_back(self) -> None:
        for name, text, value in (
            ("boolean", "1", True), ("int", "42", 42), ("long", "2147483648", 2147483648),
            ("integer", str(2**63), 2**63), ("decimal", "1.0", Decimal("1.0")),
            ("double", "1.5", 1.5), ("string", " a ", " a "), ("base64Binary", "AAE=", b"\0\1"),
            ("dateTime", "2024-01-01T00:00:00", datetime.datetime(2024, 1, 1)),
            ("date", "2024-01-01", datetime.date(2024, 1, 1)),
            ("time", "01:02:03", datetime.time(1, 2, 3)),
        ):  # fmt: skip
            found = self.value(f'<v xsi:type="xs:{name}">{text}</v>')
            self.assertEqual((found, type(found)), (value, type(value)), name)

    def test_typed_where_it_does_not(self) -> None:
        for name, text, value in (
            ("long", "42", 42), ("integer", "42", 42), ("float", "1.5", 1.5), ("token", "a", "a"),
            ("hexBinary", "00", b"\0"), ("byte", "1", 1), ("anyURI", "u:x", "u:x"),
            ("NMTOKENS", "a b", ["a", "b"]),
        ):  # fmt: skip
            found = self.value(f'<v xsi:type="xs:{name}">{text}</v>')
            self.assertEqual(found, TypedValue(value, QName(XSD, name)))

    @few
    @given(
        st.one_of(
            st.booleans(),
            st.integers(),
            st.decimals(allow_nan=False, allow_infinity=False),
            st.floats(),
            st.text("ab <"),
            st.binary(),
            st.datetimes(),
            st.dates(),
            st.times(),
        )
    )
    def test_plain_values_come_back(self, value: object) -> None:
        made = self.made.element("r")(v=[value])
        again = self.made.read(self.made.text(made))
        self.assertEqual(again, made)
        self.assertIs(type(again.v[0]), type(value))

    def test_every_builtin_goes_round(self) -> None:
        texts = {"boolean": "true", "QName": "t:x", "NOTATION": "t:x", "duration": "P1D",
                 "language": "de", "time": "01:02:03", "gYear": "2024", "gYearMonth": "2024-01",
                 "gMonthDay": "--01-02", "gDay": "---03", "gMonth": "--04", "hexBinary": "00",
                 "dateTime": "2024-01-01T00:00:00Z", "date": "2024-01-01Z", "base64Binary": "AA==",
                 "negativeInteger": "-1", "nonPositiveInteger": "-1"}  # fmt: skip
        strings = ("string", "Name", "ID", "NM", "NC", "token", "anyS", "anyU", "normal")
        for name in BUILTIN:
            if name.startswith(("IDREF", "ENTIT")):
                continue  # they want something to refer to
            text = texts.get(name, "a" if name.startswith(strings) else "1")
            self.value(f'<v xsi:type="xs:{name}">{text}</v>')

    def test_objects(self) -> None:
        found = self.value('<v xsi:type="T"><x>1</x></v>')
        self.assertIsInstance(found, self.made.type("T"))
        self.refuses(self.made, doc('<v xsi:type="T"><x>a</x></v>'), rule="xsd:int", at="/r/v/x")

    def test_untyped(self) -> None:
        self.assertEqual(self.value("<v>plop</v>"), AnyXML.of_text("plop"))
        self.assertEqual(str(self.value("<v>a<b x='1'>c</b></v>")), "ac")
        self.assertEqual(str(self.value("<v/>")), "")
        self.assertEqual(str(self.value('<v xsi:type="xs:anyType">x</v>')), "x")

    def test_unknown_type(self) -> None:
        """Echoed as it is."""
        value = self.only_unusual(self.made, doc('<v xsi:type="t:Nobody"><b/></v>'), "xsi:type")
        self.assertEqual(value.v[0].type, QName("urn:t", "Nobody"))
        self.assertEqual(self.made.read(self.made.text(value)), value)

    def test_wrong_values(self) -> None:
        self.refuses(self.made, doc('<v xsi:type="xs:int">x</v>'), rule="xsd:int", at="/r/v")
        self.refuses(self.made, doc('<v xsi:type="zz:int">1</v>'), rule="xsd:QName")
        self.refuses(self.made, doc('<v xsi:type="xs:int"><b/></v>'), rule="simple-content")
        self.refuses(self.made, doc('<v xsi:type="xs:int" b="1">1</v>'), rule="attribute")

    def test_nil_with_attributes_is_kept(self) -> None:
        value = self.made.read(doc('<v xsi:nil="true" b="1"/>'))
        self.assertEqual(value.v[0]["b"], "1")
        self.assertIn('xsi:nil="true"', self.made.write(value))

    def test_lax_content(self) -> None:
        """What is declared inside is judged all the same: the ur-type's wildcards are lax."""
        self.value('<v t:a="1"><known>1</known><b><known>2</known></b></v>')
        self.refuses(self.made, doc("<v><b><known>x</known></b></v>"), rule="xsd:int",
                     at="/r/v/b/known")  # fmt: skip
        self.refuses(self.made, doc('<v t:a="x"/>'), rule="xsd:int", at="/r/v/@a")
        self.refuses(self.made, doc('<v><b t:a="x"/></v>'), rule="xsd:int", at="/r/v/b/@a")
        self.refuses(self.made, doc('<v><b xsi:type="xs:int">x</b></v>'), rule="xsd:int")

    def test_plain_type(self) -> None:
        class Text(str):
            pass

        self.assertEqual(plain_type(Text("x")), "string")
        self.assertEqual(plain_type(-(2**31)), "int")
        self.assertEqual(plain_type(2**63), "integer")
        self.assertIsNone(plain_type(object()))
        self.assertTrue(set(PLAIN.values()) < set(BUILTIN))
        self.assertEqual(plain_or_typed("x", QName("urn:t", "string")).type.namespace, "urn:t")


class WildcardTests(ContractCase):
    """xs:any: strict, lax and skip (cvc-wildcard)."""

    def setUp(self) -> None:
        self.made = package("""
            <xs:element name="r"><xs:complexType><xs:sequence>
              <xs:element name="strict" type="Strict" minOccurs="0"/>
              <xs:element name="lax" type="Lax" minOccurs="0"/>
              <xs:element name="skip" type="Skip" minOccurs="0"/>
              <xs:element name="other" type="Other" minOccurs="0"/>
            </xs:sequence></xs:complexType></xs:element>
            <xs:complexType name="Strict"><xs:sequence><xs:any/></xs:sequence></xs:complexType>
            <xs:complexType name="Lax"><xs:sequence>
              <xs:any processContents="lax" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
            </xs:complexType>
            <xs:complexType name="Skip"><xs:sequence><xs:any processContents="skip"/></xs:sequence>
            </xs:complexType>
            <xs:complexType name="Other"><xs:sequence>
              <xs:any namespace="##other" processContents="lax"/></xs:sequence></xs:complexType>
            <xs:element name="known" type="xs:int" nillable="true"/>
            <xs:element name="object"><xs:complexType><xs:sequence>
              <xs:element name="x" type="xs:int"/></xs:sequence></xs:complexType></xs:element>
            <xs:element name="base" type="Base" abstract="true"/>
            <xs:element name="typed" type="Base"/>
            <xs:complexType name="Base"><xs:sequence/></xs:complexType>
            <xs:complexType name="Ext"><xs:complexContent><xs:extension base="Base"><xs:sequence>
              <xs:element name="y" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent>
            </xs:complexType>""")

    def test_strict(self) -> None:
        value = self.goes_round(self.made, doc("<strict><known>1</known></strict>"))
        self.assertEqual(value.strict.any.value, 1)
        self.assertIsInstance(value.strict.any, self.made.element("known"))
        self.refuses(self.made, doc("<strict><nobody/></strict>"), rule="wildcard")
        self.refuses(self.made, doc("<strict><known>x</known></strict>"), rule="xsd:int")
        self.refuses(self.made, doc("<strict><base/></strict>"), rule="abstract")
        self.goes_round(self.made, doc('<strict><nobody xsi:type="xs:int">1</nobody></strict>'))
        self.refuses(self.made, doc('<strict><nobody xsi:type="xs:int">x</nobody></strict>'))

    def test_lax(self) -> None:
        text = doc("<lax><nobody a='1'>x</nobody><known>1</known></lax>")
        value = self.goes_round(self.made, text)
        self.assertEqual([type(item).__name__ for item in value.lax.any], ["AnyXML", "known"])
        self.refuses(self.made, doc("<lax><known>x</known></lax>"), rule="xsd:int")
        self.refuses(self.made, doc("<lax><b><known>x</known></b></lax>"), rule="xsd:int")

    def test_skip(self) -> None:
        value = self.goes_round(self.made, doc("<skip><known>x</known></skip>"))
        self.assertEqual(str(value.skip.any), "x")
        self.refuses(self.made, doc("<skip/>"), rule="missing", says="expected any element")

    def test_other(self) -> None:
        self.goes_round(self.made, doc('<other><x xmlns="urn:o"/></other>'))
        for bad in ("<x/>", '<x xmlns=""/>'):
            self.refuses(self.made, doc(f"<other>{bad}</other>"), rule="unexpected",
                         says="any element of a namespace other than urn:t")  # fmt: skip

    def test_names_are_kept(self) -> None:
        """Of nil elements, and of such whose xsi:type made an object of another class."""
        value = self.goes_round(self.made, doc('<lax><known xsi:nil="true"/></lax>'))
        self.assertIn(":known xsi:nil", self.made.write(value))
        text = doc('<lax><typed xsi:type="Ext"><y>1</y></typed></lax>')
        value = self.goes_round(self.made, text)
        self.assertIsInstance(value.lax.any[0], self.made.type("Ext"))
        self.assertIn(':typed xsi:type="ns1:Ext"', self.made.write(value))
