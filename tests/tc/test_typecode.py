"""Typecodes: ZSI's face of elements."""

from __future__ import annotations

from typing import cast

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from tests.tc.contracts import DECLARED, package
from tests.tc.test_decode import SubstitutionTests
from ZSI.errors import StructureError
from ZSI.names import XSD, QName
from ZSI.parse import ParsedSoap
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.typecode import UNBOUNDED, TypeCode, TypeDefinition
from ZSI.writer import SoapWriter

SCHEMA = """
<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="x" type="xs:int"/>
</xs:sequence></xs:complexType></xs:element>
<xs:element name="n" type="xs:int"/>
<xs:complexType name="T"><xs:sequence><xs:element name="x" type="xs:int"/></xs:sequence>
</xs:complexType>
"""


class TypeCodeTests(SynchronousTestCase):
    """What all typecodes have."""

    def test_names(self) -> None:
        for pname, namespace, local in (
            ("a", None, "a"), (("urn:x", "a"), "urn:x", "a"), ("p:a", None, "a"),
            (None, None, None), ((None, "a"), None, "a"),
        ):  # fmt: skip
            made = TypeCode(pname)
            self.assertEqual((made.nspname, made.pname), (namespace, local), pname)
        self.assertEqual(TypeCode("a").aname, "a")
        self.assertEqual(TypeCode("a", aname="_a").aname, "_a")
        self.assertEqual(TypeCode(("urn:x", "a")).name, QName("urn:x", "a"))
        self.assertIsNone(TypeCode().name)
        self.assertEqual(repr(TypeCode("a")), "<TypeCode a>")
        self.assertEqual(TypeCode("a").get_parse_and_errorlist(), (None, "a"))

    def test_use(self) -> None:
        made = TypeCode("a", minOccurs=0, maxOccurs=UNBOUNDED, nillable=True)
        use = made.use()
        self.assertEqual((use.least, use.most, use.nillable, use.typed), (0, None, True, True))
        self.assertEqual(TypeCode("a", maxOccurs="3").use().most, 3)

    def test_read_and_write(self) -> None:
        made = TypeCode("a", typed=False)
        made.datatype = BUILTIN["int"]
        self.assertEqual(made.parse(etree.fromstring("<a>5</a>")), 5)
        text = str(SoapWriter(envelope=False).serialize(5, made))
        self.assertTrue(text.endswith(">5</a>"))
        made.typed = True
        text = str(SoapWriter(envelope=False).serialize(5, made))
        self.assertIn(' xsi:type="xsd:int"', text)

    def test_name_is_checked(self) -> None:
        made = TypeCode(("urn:x", "a"))
        made.datatype = BUILTIN["int"]
        with self.assertRaises(StructureError) as caught:
            made.parse(etree.fromstring("<a>5</a>"))
        self.assertEqual(caught.exception.expected, ("{urn:x}a",))
        nameless = TypeCode()
        nameless.datatype = BUILTIN["int"]
        self.assertEqual(nameless.parse(etree.fromstring("<anything>5</anything>")), 5)


class CompoundTypeCodeTests(SynchronousTestCase):
    """Those of generated classes."""

    def test_substitution_group(self) -> None:
        """A member stands for the element at the root too; each is written as itself."""
        made = package(SubstitutionTests.SCHEMA)
        head, two = made.element("head").typecode, made.element("two")
        value = head.parse(etree.fromstring('<two xmlns="urn:t"><y>2</y></two>'))
        self.assertEqual((type(value), value.y), (two, 2))
        written = etree.fromstring(str(SoapWriter(envelope=False).serialize(value, head)))
        self.assertEqual(written.tag, "{urn:t}two")
        for other in ("between", "head", "r"):
            with self.assertRaises(StructureError):
                head.parse(etree.fromstring(f'<{other} xmlns="urn:t"/>'))
        for abstract in (made.element("head")(), made.type("U")(y=1)):
            with self.assertRaises(StructureError) as caught:
                SoapWriter(envelope=False).serialize(abstract, head)
            self.assertIn(
                "expected {urn:t}one or {urn:t}three or {urn:t}two", str(caught.exception)
            )

    def setUp(self) -> None:
        self.made = package(SCHEMA)

    def test_one_for_each_class(self) -> None:
        r = self.made.element("r")
        self.assertIs(r.typecode, r.typecode)
        self.assertIs(r(x=1).typecode, r.typecode)
        self.assertIsNot(r.typecode, self.made.element("n").typecode)
        self.assertIs(r.typecode.pyclass, r)
        self.assertEqual((r.typecode.nspname, r.typecode.pname), ("urn:t", "r"))

    def test_findings_go_to_the_message(self) -> None:
        ps = ParsedSoap(f'<r {DECLARED}><x xmlns="">1</x></r>', envelope=False)
        value = self.made.element("r").typecode.parse(ps.body_root, ps)
        self.assertEqual((value.x, len(ps.findings)), (1, 1))

    def test_another_root(self) -> None:
        ps = ParsedSoap(f"<n {DECLARED}>1</n>", envelope=False)
        self.assertRaises(StructureError, ps.Parse, self.made.element("r").typecode)

    def test_definition(self) -> None:
        definition = TypeDefinition(self.made.type("T"), self.made.registry)
        self.assertIs(definition.pyclass, self.made.type("T"))
        first, second = definition("a"), definition(("urn:x", "b"), minOccurs=0)
        self.assertEqual(first.parse(etree.fromstring('<a xmlns:t="urn:t"><t:x>1</t:x></a>')).x, 1)
        self.assertEqual((first.minOccurs, second.minOccurs, second.nspname), (1, 0, "urn:x"))
        kind = cast(type, definition)
        for one in (first, first.parse(etree.fromstring("<a><x xmlns='urn:t'>1</x></a>"))):
            self.assertIsInstance(one, kind)
        self.assertNotIsInstance("x", kind)
        simple = TypeDefinition((XSD, "int"), self.made.registry)("n")
        self.assertEqual(simple.parse(etree.fromstring("<n>7</n>")), 7)
