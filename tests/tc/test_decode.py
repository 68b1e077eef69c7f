"""Decoding complex types: cvc-elt and cvc-complex-type of XSD 1.0 part 1, clause by clause."""

from __future__ import annotations

from decimal import Decimal

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from tests.tc.contracts import DECLARED, ContractCase, Package, package
from ZSI.errors import StructureError, ValueRefused
from ZSI.TC.decode import build, refuse_text, stray_text
from ZSI.TC.values import NIL, Text, TypedValue


def doc(content: str, tag: str = "r", attributes: str = "") -> str:
    """A document whose root is of the schema's namespace."""
    return f"<{tag} {DECLARED} {attributes}>{content}</{tag}>"


RECORD = """
<xs:element name="r" type="Record"/>
<xs:complexType name="Record"><xs:sequence>
  <xs:element name="id" type="xs:int"/>
  <xs:element name="name" type="xs:string" minOccurs="0"/>
  <xs:element name="line" type="Line" minOccurs="0" maxOccurs="3"/>
  <xs:element name="tag" type="xs:token" minOccurs="0" maxOccurs="unbounded"/>
</xs:sequence><xs:attribute name="kind" type="xs:token"/></xs:complexType>
<xs:complexType name="Line"><xs:sequence>
  <xs:element name="price" type="xs:decimal"/>
</xs:sequence><xs:attribute name="no" type="xs:int" use="required"/></xs:complexType>
"""


class SequenceTests(ContractCase):
    """The ordinary case, and everything that can be wrong with it."""

    def setUp(self) -> None:
        self.made = package(RECORD)

    def test_values(self) -> None:
        line = '<line no="1"><price>1.50</price></line>'
        content = f"<id> 7 </id><name> a b </name>{line}<tag> x </tag>"
        value = self.made.read(doc(content, attributes='kind=" k "'))
        self.assertEqual((value.id, value.name, value.kind, value.tag), (7, " a b ", "k", ["x"]))
        self.assertEqual((value.line[0].no, value.line[0].price), (1, Decimal("1.50")))
        self.assertEqual(type(value.line[0]).__name__, "Line")

    def test_absent(self) -> None:
        value = self.made.read(doc("<id>1</id>"))
        self.assertEqual((value.name, value.line, value.tag, value.kind), (None, [], [], None))

    def test_empty_string_is_not_absent(self) -> None:
        self.assertEqual(self.made.read(doc("<id>1</id><name/>")).name, "")

    def test_refusals_say_where_and_what(self) -> None:
        """Path with positions, line, rule, and what would be right."""
        line = '<line no="1"><price>1</price></line>'
        bad = '<line no="x"><price>1</price></line>'
        for content, rule, at, says in (
            ("", "missing", "/r", "expected {urn:t}id"),
            ("<name>x</name>", "unexpected", "/r/name", "unexpected element {urn:t}name"),
            ("<id>1</id><id>2</id>", "unexpected", "/r/id[2]", "expected {urn:t}name or"),
            ("<id>1</id><tag>x</tag><name/>", "unexpected", "/r/name", "{urn:t}name"),
            (f"<id>1</id>{line * 4}", "unexpected", "/r/line[4]", "expected {urn:t}tag"),
            ("<id>x</id>", "xsd:int", "/r/id", "expected an integer from -2147483648"),
            ("<id/>", "xsd:int", "/r/id", "''"),
            (f"<id>1</id>{line}<line><price>1</price></line>", "missing", "/r/line[2]", "@no"),
            (f"<id>1</id>{line}{bad}", "xsd:int", "/r/line[2]/@no", "'x'"),
            (f'<id>1</id>{line}<line no="1"><price>-</price></line>', "xsd:decimal",
             "/r/line[2]/price", "'-'"),
            ("<id>1</id><extra/>", "unexpected", "/r/extra", "unexpected element {urn:t}extra"),
            ('<id>1</id><name xmlns="urn:o"/>', "unexpected", "/r/name", "{urn:o}name"),
            ("<id>1</id>text", "text", "/r", "'text' stands where only elements may"),
            ("<id>1</id>\u00a0", "text", "/r", "stands where only elements may"),
            ("<id><b/>1</id>", "simple-content", "/r/id/b", "stands where only text may"),
            ('<id a="1">1</id>', "attribute", "/r/id", "unexpected attribute a: expected no"),
        ):  # fmt: skip
            self.refuses(self.made, doc(content), rule=rule, at=at, says=says)

    def test_refusal_tells_line(self) -> None:
        error = self.refuses(self.made, doc("<id>1</id>\n\n<line>\n</line>"))
        self.assertEqual(error.where and error.where.line, 3)

    def test_unknown_attribute(self) -> None:
        self.refuses(
            self.made, doc("<id>1</id>", attributes='kinds="x"'), rule="attribute",
            says="unexpected attribute kinds: expected kind", at="/r",
        )  # fmt: skip
        self.refuses(self.made, doc("<id>1</id>", attributes='t:kind="x"'), rule="attribute")

    def test_xsi_attributes_are_always_there(self) -> None:
        value = self.made.read(doc("<id>1</id>", attributes='xsi:schemaLocation="urn:t x.xsd"'))
        self.assertEqual((value.id, self.made.findings), (1, []))

    def test_unqualified_child(self) -> None:
        """SOAP::Lite and others leave children unqualified: read with a finding."""
        value = self.only_unusual(self.made, doc('<id xmlns="">1</id>'), "unqualified")
        self.assertEqual(value.id, 1)

    def test_encoding_style(self) -> None:
        envelope = 'xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" e:encodingStyle=""'
        self.only_unusual(self.made, doc("<id>1</id>", attributes=envelope), "encodingStyle")

    def test_findings_are_bounded(self) -> None:
        """Each costs a look at its siblings; a message may hold a million of them."""
        self.made.read(doc("<id>1</id>" + '<tag xmlns="">x</tag>' * 200))
        self.assertEqual(len(self.made.findings), 20)

    def test_comments_and_instructions_do_not_count(self) -> None:
        text = doc(
            "<?a b?><id>1<?x?>2<!-- c --></id><!-- d --><name>a<?y?>b<!-- e -->c</name><?z?>"
        )
        value = self.made.read(text)
        self.assertEqual((value.id, value.name), (12, "abc"))
        self.refuses(self.made, doc("<id>1</id><?x?>text"), rule="text")
        self.refuses(
            self.made, doc("<id>1</id><line no='1'><?x?>y<price>1</price></line>"), rule="text"
        )

    def test_trees_that_others_parsed(self) -> None:
        """Comments are nodes there."""
        elt = etree.fromstring(doc("<!--a--><id>1</id><!--b--><name>x<!--c-->y</name>"))
        value = self.made.element("r").typecode.parse(elt)
        self.assertEqual((value.id, value.name), (1, "xy"))

    def test_deep(self) -> None:
        made = package("""<xs:element name="r" type="N"/><xs:complexType name="N"><xs:sequence>
            <xs:element name="r" type="N" minOccurs="0"/></xs:sequence></xs:complexType>""")
        value = self.goes_round(made, "<r xmlns='urn:t'>" * 190 + "</r>" * 190)
        depth = 0
        while value is not None:
            value, depth = value.r, depth + 1
        self.assertEqual(depth, 190)


class GroupTests(ContractCase):
    """Choices, all, nested and repeated groups."""

    def test_choice(self) -> None:
        made = package("""<xs:element name="r"><xs:complexType><xs:choice>
            <xs:element name="a" type="xs:int"/>
            <xs:sequence><xs:element name="b" type="xs:int"/><xs:element name="c" type="xs:int"/>
            </xs:sequence></xs:choice></xs:complexType></xs:element>""")
        self.assertEqual(made.read(doc("<a>1</a>")).a, 1)
        value = self.goes_round(made, doc("<b>1</b><c>2</c>"))
        self.assertEqual((value.a, value.b, value.c), (None, 1, 2))
        self.refuses(made, doc(""), rule="missing", says="expected {urn:t}a or {urn:t}b")
        self.refuses(made, doc("<a>1</a><b>1</b>"), rule="unexpected", says="no further element")
        self.refuses(made, doc("<b>1</b>"), rule="missing", says="expected {urn:t}c")

    def test_repeated_choice_keeps_order(self) -> None:
        made = package("""<xs:element name="r"><xs:complexType><xs:choice maxOccurs="unbounded">
            <xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:string"/>
            </xs:choice></xs:complexType></xs:element>""")
        text = doc("<b>x</b><a>1</a><a>2</a><b>y</b>")
        value = self.goes_round(made, text)
        self.assertEqual((value.a, value.b), ([1, 2], ["x", "y"]))
        self.assertEqual(value._content, ("b", "a", "a", "b"))
        self.assertNotEqual(value, made.read(doc("<a>1</a><a>2</a><b>x</b><b>y</b>")))

    def test_all(self) -> None:
        made = package("""<xs:element name="r"><xs:complexType><xs:all>
            <xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int" minOccurs="0"/>
            </xs:all></xs:complexType></xs:element>""")
        for content in ("<a>1</a><b>2</b>", "<b>2</b><a>1</a>"):
            value = self.goes_round(made, doc(content))
            self.assertEqual((value.a, value.b), (1, 2))
        self.refuses(made, doc("<b>1</b>"), rule="missing", says="expected {urn:t}a")
        self.refuses(made, doc("<a>1</a><a>1</a>"), rule="unexpected")

    def test_same_element_twice(self) -> None:
        """One field that is a list, counted over all places."""
        made = package("""<xs:element name="r"><xs:complexType><xs:sequence>
            <xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int"/>
            <xs:element name="a" type="xs:int" minOccurs="0"/></xs:sequence>
            </xs:complexType></xs:element>""")
        self.assertEqual(self.goes_round(made, doc("<a>1</a><b>2</b><a>3</a>")).a, [1, 3])
        self.refuses(made, doc("<a>1</a><a>3</a><b>2</b>"), rule="unexpected")

    def test_large_bounds(self) -> None:
        """Above 64 the items are counted."""
        made = package("""<xs:element name="r"><xs:complexType><xs:sequence>
            <xs:element name="a" type="xs:int" minOccurs="70" maxOccurs="100"/>
            <xs:element name="b" type="xs:int" minOccurs="0"/></xs:sequence>
            </xs:complexType></xs:element>""")
        for count, rule in ((0, "missing"), (69, "minOccurs"), (101, "maxOccurs")):
            self.refuses(made, doc("<a>1</a>" * count), rule=rule, at="/r")
        self.assertEqual(len(self.goes_round(made, doc("<a>1</a>" * 100)).a), 100)

    def test_groups_and_recursion(self) -> None:
        made = package("""<xs:element name="r" type="Tree"/>
            <xs:group name="G"><xs:choice><xs:element name="leaf" type="xs:int"/>
            <xs:element name="branch" type="Tree"/></xs:choice></xs:group>
            <xs:complexType name="Tree"><xs:group ref="G" minOccurs="0" maxOccurs="2"/>
            </xs:complexType>""")
        value = self.goes_round(made, doc("<branch><leaf>1</leaf><branch/></branch><leaf>2</leaf>"))
        self.assertEqual(value.branch[0].leaf, [1])
        self.refuses(made, doc("<leaf>1</leaf>" * 3), rule="unexpected")


class ContentTests(ContractCase):
    """Simple, mixed and empty content."""

    def test_simple_content(self) -> None:
        made = package("""<xs:element name="r"><xs:complexType><xs:simpleContent>
            <xs:extension base="xs:decimal"><xs:attribute name="unit" type="xs:token"/>
            </xs:extension></xs:simpleContent></xs:complexType></xs:element>""")
        value = self.goes_round(made, doc("1.50", attributes='unit="EUR"'))
        self.assertEqual((value.value, value.unit), (Decimal("1.50"), "EUR"))
        self.refuses(made, doc("<a/>"), rule="simple-content")
        self.refuses(made, doc("x"), rule="xsd:decimal", at="/r")

    def test_restricted_simple_content(self) -> None:
        made = package("""<xs:element name="r" type="Small"/>
            <xs:complexType name="Amount"><xs:simpleContent><xs:extension base="xs:int">
            <xs:attribute name="unit" type="xs:token"/></xs:extension></xs:simpleContent>
            </xs:complexType>
            <xs:complexType name="Small"><xs:simpleContent><xs:restriction base="Amount">
            <xs:maxInclusive value="9"/><xs:attribute name="unit" use="required"/>
            </xs:restriction></xs:simpleContent></xs:complexType>""")
        self.assertEqual(self.goes_round(made, doc("9", attributes='unit="x"')).value, 9)
        self.refuses(made, doc("10", attributes='unit="x"'), rule="maxInclusive")
        self.refuses(made, doc("9"), rule="missing", says="@unit")

    def test_mixed(self) -> None:
        made = package("""<xs:element name="r"><xs:complexType mixed="true"><xs:sequence>
            <xs:element name="b" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>
            </xs:sequence></xs:complexType></xs:element>""")
        value = self.goes_round(made, doc("one <b>two</b> three<b>four</b>"))
        self.assertEqual(value._content, ("one ", "b", " three", "b"))
        self.assertEqual([isinstance(e, Text) for e in value._content], [True, False, True, False])
        self.assertEqual((value.b, value._text), (["two", "four"], "one  three"))
        self.assertNotEqual(value, made.read(doc("one <b>two</b><b>four</b> three")))
        self.assertEqual(made.read(doc("a<?x?>b"))._content, ("ab",))
        self.assertEqual(made.read(doc(""))._content, ())

    def test_empty(self) -> None:
        """cvc-complex-type.2.1: not even white space; that is only unusual."""
        made = package('<xs:element name="r"><xs:complexType/></xs:element>')
        self.goes_round(made, doc(""))
        self.goes_round(made, doc("<!-- c --><?x y?>"))
        self.only_unusual(made, doc(" \n "), "text")
        self.refuses(made, doc("x"), rule="text", says="expected nothing")
        self.refuses(made, doc("<a/>"), rule="unexpected", says="expected no further element")

    def test_helpers(self) -> None:
        made = package(RECORD)
        stray = etree.fromstring("<r> <a/>\u00a0</r>")
        self.assertTrue(stray_text(stray))
        self.assertFalse(stray_text(etree.fromstring("<r>\n<a/>\t</r>")))
        self.assertRaises(StructureError, refuse_text, stray, made.type("Record").complex_type())


class DerivationTests(ContractCase):
    """Extension, restriction, abstract types, xsi:type with block."""

    SCHEMA = """
    <xs:element name="r" type="Base"/>
    <xs:element name="blocked" type="Base" block="extension"/>
    <xs:element name="any"/>
    <xs:element name="number" type="xs:decimal"/>
    <xs:element name="unrestricted" type="xs:decimal" block="restriction"/>
    <xs:element name="abstract" type="Abstract"/>
    <xs:element name="ur" type="xs:anySimpleType"/>
    <xs:complexType name="Base"><xs:sequence>
      <xs:element name="a" type="xs:int" minOccurs="0"/></xs:sequence></xs:complexType>
    <xs:complexType name="Extended"><xs:complexContent><xs:extension base="Base"><xs:sequence>
      <xs:element name="b" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent>
    </xs:complexType>
    <xs:complexType name="Twice"><xs:complexContent><xs:extension base="Extended"><xs:sequence>
      <xs:element name="c" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent>
    </xs:complexType>
    <xs:complexType name="Restricted"><xs:complexContent><xs:restriction base="Base"><xs:sequence>
      <xs:element name="a" type="xs:int"/></xs:sequence></xs:restriction></xs:complexContent>
    </xs:complexType>
    <xs:complexType name="Other"><xs:sequence/></xs:complexType>
    <xs:complexType name="Abstract" abstract="true"><xs:complexContent>
      <xs:extension base="Base"/></xs:complexContent></xs:complexType>
    <xs:complexType name="Concrete"><xs:complexContent><xs:extension base="Abstract"/>
    </xs:complexContent></xs:complexType>
    <xs:complexType name="NoExtension" block="extension"><xs:sequence>
      <xs:element name="a" type="xs:int" minOccurs="0"/></xs:sequence></xs:complexType>
    <xs:complexType name="OfNoExtension"><xs:complexContent><xs:extension base="NoExtension"/>
    </xs:complexContent></xs:complexType>
    <xs:element name="typeblocked" type="NoExtension"/>
    <xs:complexType name="Price"><xs:simpleContent><xs:extension base="xs:decimal">
      <xs:attribute name="unit" type="xs:token"/></xs:extension></xs:simpleContent>
    </xs:complexType>
    <xs:simpleType name="Small"><xs:restriction base="xs:int"><xs:maxInclusive value="9"/>
    </xs:restriction></xs:simpleType>
    """

    def setUp(self) -> None:
        self.made = package(self.SCHEMA)

    def xsi(self, tag: str, type_: str, content: str = "") -> str:
        return doc(content, tag, f'xsi:type="{type_}"')

    def test_extension(self) -> None:
        value = self.goes_round(self.made, self.xsi("r", "t:Twice", "<a>1</a><b>2</b><c>3</c>"))
        self.assertIsInstance(value, self.made.type("Twice"))
        self.assertEqual((value.a, value.b, value.c), (1, 2, 3))
        self.refuses(self.made, self.xsi("r", "Extended", "<b>2</b><a>1</a>"), rule="unexpected")

    def test_restriction(self) -> None:
        self.goes_round(self.made, self.xsi("r", "Restricted", "<a>1</a>"))
        self.refuses(self.made, self.xsi("r", "Restricted"), rule="missing")

    def test_same_type_named(self) -> None:
        self.assertEqual(self.goes_round(self.made, self.xsi("r", " t:Base ")).a, None)

    def test_not_derived_unknown_undeclared(self) -> None:
        self.refuses(self.made, self.xsi("r", "Other"), rule="xsi:type", says="may not stand here")
        self.refuses(self.made, self.xsi("r", "Nobody"), rule="xsi:type", says="is not known")
        self.refuses(self.made, self.xsi("r", "zz:Base"), rule="xsd:QName", says="declared prefix")
        self.refuses(self.made, self.xsi("r", ""), rule="xsd:QName")
        self.refuses(self.made, self.xsi("r", "xs:string"), rule="xsi:type")
        self.refuses(self.made, self.xsi("r", "xs:anyType"), rule="xsi:type")

    def test_blocked_by_element(self) -> None:
        self.refuses(self.made, self.xsi("blocked", "Extended", "<b>1</b>"), rule="xsi:type")
        self.goes_round(self.made, self.xsi("blocked", "Restricted", "<a>1</a>"))
        self.goes_round(self.made, doc("", "blocked"))

    def test_blocked_any_type(self) -> None:
        """Every type is derived from anyType by restriction, or by extension besides."""
        made = package("""<xs:element name="open" block="extension"/>
            <xs:element name="shut" block="restriction"/>""")
        self.goes_round(made, self.xsi("open", "xs:int", "1"))
        self.refuses(made, self.xsi("shut", "xs:int", "1"), rule="xsi:type")

    def test_blocked_by_type(self) -> None:
        self.refuses(self.made, self.xsi("typeblocked", "OfNoExtension"), rule="xsi:type")

    def test_abstract(self) -> None:
        self.refuses(self.made, doc("", "abstract"), rule="abstract", says="xsi:type")
        self.refuses(self.made, self.xsi("r", "Abstract"), rule="abstract")
        self.goes_round(self.made, self.xsi("abstract", "Concrete", "<a>1</a>"))
        self.refuses(self.made, self.xsi("any", "Abstract"), rule="abstract")

    def test_simple_by_xsi_type(self) -> None:
        self.assertEqual(self.goes_round(self.made, self.xsi("number", "xs:int", "7")).value, 7)
        self.refuses(self.made, self.xsi("number", "xs:int", "1.5"), rule="xsd:int")
        self.refuses(self.made, self.xsi("number", "Small", "10"), rule="maxInclusive")
        self.refuses(self.made, self.xsi("number", "xs:string", "1"), rule="xsi:type")
        self.refuses(self.made, self.xsi("unrestricted", "xs:int", "1"), rule="xsi:type")

    def test_type_is_kept_where_it_matters(self) -> None:
        """anySimpleType would read 7 as text."""
        value = self.goes_round(self.made, self.xsi("ur", "xs:int", "7"))
        self.assertIsInstance(value.value, TypedValue)
        self.assertEqual(value.value.value, 7)
        self.assertEqual(self.goes_round(self.made, doc("7", "ur")).value, "7")

    def test_simple_content_for_simple_type(self) -> None:
        """A complex type that extends the declared simple one may stand for it (3.4.6)."""
        text = doc("1.5", "number", 'xsi:type="Price" unit="EUR"')
        value = self.goes_round(self.made, text)
        self.assertEqual((value.value, value.unit), (Decimal("1.5"), "EUR"))


class NilTests(ContractCase):
    """xsi:nil, cvc-elt.3."""

    SCHEMA = """
    <xs:element name="r"><xs:complexType><xs:sequence>
      <xs:element name="n" type="xs:int" nillable="true" minOccurs="0" maxOccurs="9"/>
      <xs:element name="c" type="C" nillable="true" minOccurs="0"/>
      <xs:element name="q" type="Q" nillable="true" minOccurs="0"/>
      <xs:element name="f" type="xs:int" nillable="true" minOccurs="0" fixed="1"/>
      <xs:element name="no" type="xs:int" minOccurs="0"/>
      <xs:element name="any" minOccurs="0"/>
    </xs:sequence></xs:complexType></xs:element>
    <xs:complexType name="C"><xs:sequence><xs:element name="x" type="xs:int"/></xs:sequence>
      <xs:attribute name="a" type="xs:int"/><xs:attribute name="d" default="dd"/></xs:complexType>
    <xs:complexType name="Q"><xs:attribute name="a" type="xs:int" use="required"/></xs:complexType>
    <xs:element name="root" type="C" nillable="true"/>
    """

    def setUp(self) -> None:
        self.made = package(self.SCHEMA)

    def test_nil(self) -> None:
        value = self.goes_round(self.made, doc('<n xsi:nil="true"/><n>1</n><n xsi:nil=" 1 "/>'))
        self.assertEqual(value.n, [NIL, 1, NIL])
        self.assertIs(self.goes_round(self.made, doc('<c xsi:nil="true"/>')).c, NIL)

    def test_not_nil(self) -> None:
        self.assertEqual(self.goes_round(self.made, doc('<n xsi:nil="false">3</n>')).n, [3])
        self.refuses(self.made, doc('<n xsi:nil="0"/>'), rule="xsd:int")

    def test_no_boolean(self) -> None:
        self.refuses(self.made, doc('<n xsi:nil="yes"/>'), rule="xsi:nil", at="/r/n")

    def test_not_nillable(self) -> None:
        self.refuses(self.made, doc('<no xsi:nil="true"/>'), rule="nil", says="not nillable")
        self.only_unusual(self.made, doc('<no xsi:nil="false">1</no>'), "nil")

    def test_not_empty(self) -> None:
        for tag, content in (("n", "1"), ("n", " "), ("c", "<x>1</x>"), ("c", "<?x?> ")):
            text = doc(f'<{tag} xsi:nil="true">{content}</{tag}>')
            self.refuses(self.made, text, rule="nil", says="is not empty")
        self.assertIs(self.made.read(doc('<c xsi:nil="true"><!-- --><?x?></c>')).c, NIL)

    def test_fixed(self) -> None:
        self.refuses(self.made, doc('<f xsi:nil="true"/>'), rule="nil", says="fixed")

    def test_attributes_are_judged_and_kept(self) -> None:
        """An element that is nil has its attributes all the same (3.4.4)."""
        value = self.goes_round(self.made, doc('<c xsi:nil="true" a="1"/>'))
        self.assertEqual((value.c._nil, value.c.a, value.c.d), (True, 1, "dd"))
        self.assertNotEqual(value.c, self.made.read(doc('<c a="1"><x>1</x></c>')).c)
        self.refuses(self.made, doc('<c xsi:nil="true" a="x"/>'), rule="xsd:int", at="/r/c/@a")
        self.refuses(self.made, doc('<c xsi:nil="true" z="x"/>'), rule="attribute")
        self.refuses(self.made, doc('<n xsi:nil="true" z="x"/>'), rule="attribute")
        self.refuses(self.made, doc('<q xsi:nil="true"/>'), rule="missing", says="@a")
        self.assertEqual(self.goes_round(self.made, doc('<q xsi:nil="true" a="2"/>')).q.a, 2)

    def test_root_knows_its_class(self) -> None:
        value = self.goes_round(self.made, doc("", "root", 'xsi:nil="true"'))
        self.assertIsInstance(value, self.made.element("root"))
        self.assertTrue(value._nil)

    def test_any_type(self) -> None:
        """Not nillable either, but an echo of nil is nil."""
        self.assertIs(self.only_unusual(self.made, doc('<any xsi:nil="true"/>'), "nil").any, NIL)


class DefaultTests(ContractCase):
    """Default and fixed values of elements, cvc-elt.5."""

    SCHEMA = """
    <xs:element name="r"><xs:complexType><xs:sequence>
      <xs:element name="d" type="xs:int" default="5" minOccurs="0"/>
      <xs:element name="s" type="xs:string" default="x" minOccurs="0"/>
      <xs:element name="f" type="xs:decimal" fixed="1.0" minOccurs="0"/>
      <xs:element name="c" type="Price" default="7" minOccurs="0"/>
      <xs:element name="g" type="Price" fixed="8" minOccurs="0"/>
      <xs:element name="m" type="M" default="text" minOccurs="0"/>
      <xs:element name="n" type="M" fixed="text" minOccurs="0"/>
      <xs:element name="nan" type="xs:double" fixed="NaN" minOccurs="0"/>
    </xs:sequence></xs:complexType></xs:element>
    <xs:complexType name="Price"><xs:simpleContent><xs:extension base="xs:decimal">
      <xs:attribute name="unit" type="xs:token"/></xs:extension></xs:simpleContent></xs:complexType>
    <xs:complexType name="M" mixed="true"><xs:sequence>
      <xs:element name="b" minOccurs="0" type="xs:string"/></xs:sequence></xs:complexType>
    <xs:element name="global" type="xs:int" default="3"/>
    """

    def setUp(self) -> None:
        self.made = package(self.SCHEMA)

    def test_default(self) -> None:
        """An empty element has the default; an absent one is absent."""
        value = self.made.read(doc("<d/><s></s>"))
        self.assertEqual((value.d, value.s), (5, "x"))
        self.assertIsNone(self.made.read(doc("")).d)
        self.assertEqual(self.made.read(doc("<d>6</d>")).d, 6)
        self.assertEqual(self.made.read(doc("<s> </s>")).s, " ", "white space is content")
        self.assertEqual(self.made.read(doc("<s><!-- c --></s>")).s, "x")
        self.assertEqual(self.made.read(doc("", "global")).value, 3)

    def test_fixed(self) -> None:
        for content in ("<f/>", "<f>1</f>", "<f>+1.00</f>"):
            self.assertEqual(self.goes_round(self.made, doc(content)).f, 1)
        self.refuses(self.made, doc("<f>2</f>"), rule="fixed", at="/r/f", says="'1.0'")
        self.goes_round(self.made, doc("<nan>NaN</nan>"))

    def test_simple_content(self) -> None:
        value = self.made.read(doc('<c unit="x"/>'))
        self.assertEqual((value.c.value, value.c.unit), (7, "x"))
        self.assertEqual(self.made.read(doc("<c/><g/>")).g.value, 8)
        self.refuses(self.made, doc("<g>9</g>"), rule="fixed", at="/r/g")

    def test_message_is_not_changed(self) -> None:
        elt = etree.fromstring(doc("<c/>"))
        self.made.element("r").typecode.parse(elt)
        self.assertIsNone(elt[0].text)

    def test_mixed(self) -> None:
        self.assertEqual(self.made.read(doc("<m/>")).m._text, "text")
        self.assertEqual(self.made.read(doc("<m>own</m>")).m._text, "own")
        self.assertEqual(self.goes_round(self.made, doc("<n>text</n>")).n._text, "text")
        self.refuses(self.made, doc("<n>other</n>"), rule="fixed")
        self.refuses(self.made, doc("<n><b/></n>"), rule="fixed")


class SubstitutionTests(ContractCase):
    """Substitution groups through any number of steps, with block and abstract heads (3.3.6)."""

    SCHEMA = """
    <xs:element name="r"><xs:complexType><xs:sequence>
      <xs:element ref="head" maxOccurs="9"/></xs:sequence></xs:complexType></xs:element>
    <xs:element name="single"><xs:complexType><xs:sequence><xs:element ref="head"/>
      </xs:sequence></xs:complexType></xs:element>
    <xs:element name="head" type="T" abstract="true"/>
    <xs:element name="one" type="T" substitutionGroup="head" nillable="true"/>
    <xs:element name="two" type="U" substitutionGroup="one"/>
    <xs:element name="between" type="T" substitutionGroup="head" abstract="true"/>
    <xs:element name="three" substitutionGroup="between"/>
    <xs:complexType name="T"><xs:sequence><xs:element name="x" type="xs:int" minOccurs="0"/>
      </xs:sequence></xs:complexType>
    <xs:complexType name="U"><xs:complexContent><xs:extension base="T"><xs:sequence>
      <xs:element name="y" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent>
      </xs:complexType>
    """

    def setUp(self) -> None:
        self.made = package(self.SCHEMA)

    def test_members(self) -> None:
        text = doc("<one><x>1</x></one><two><y>2</y></two><three/><one/>")
        value = self.goes_round(self.made, text)
        self.assertEqual(
            [type(item).__name__ for item in value.head], ["one", "two", "three", "one"]
        )
        self.assertEqual(value.head[1].y, 2)

    def test_members_differ_though_their_type_is_one(self) -> None:
        self.assertNotEqual(
            self.made.read(doc("<one/>", "single")), self.made.read(doc("<three/>", "single"))
        )

    def test_abstract(self) -> None:
        self.refuses(self.made, doc("<head/>"), rule="abstract", at="/r/head")
        self.refuses(
            self.made, doc("<between/>"), rule="abstract", says="member of its substitution"
        )

    def test_not_a_member(self) -> None:
        self.refuses(self.made, doc("<r/>"), rule="unexpected", says="expected {urn:t}head")

    def test_nil_member_keeps_its_name(self) -> None:
        value = self.goes_round(self.made, doc('<one xsi:nil="true"/>', "single"))
        self.assertTrue(value.head._nil)
        self.assertIn("one", self.made.write(value))

    def test_xsi_type_on_a_member_keeps_its_name(self) -> None:
        value = self.goes_round(self.made, doc('<one xsi:type="U"><y>1</y></one>', "single"))
        self.assertIsInstance(value.head, self.made.type("U"))
        self.assertIn(":one xsi:type=", self.made.write(value))

    def blocked(self, head: str, type_: str = "") -> Package:
        return package(f"""
            <xs:element name="r"><xs:complexType><xs:sequence><xs:element ref="head"/>
            </xs:sequence></xs:complexType></xs:element>
            <xs:element name="head" type="T" {head}/>
            <xs:element name="same" type="T" substitutionGroup="head"/>
            <xs:element name="extended" type="U" substitutionGroup="head"/>
            <xs:element name="restricted" type="V" substitutionGroup="head"/>
            <xs:complexType name="T" {type_}><xs:sequence>
              <xs:element name="x" type="xs:int" minOccurs="0"/></xs:sequence></xs:complexType>
            <xs:complexType name="U"><xs:complexContent><xs:extension base="T"/>
              </xs:complexContent></xs:complexType>
            <xs:complexType name="V"><xs:complexContent><xs:restriction base="T"/>
              </xs:complexContent></xs:complexType>""")

    def test_block(self) -> None:
        for head, type_, admitted in (
            ("", "", {"head", "same", "extended", "restricted"}),
            ('block="substitution"', "", {"head"}),
            ('block="extension"', "", {"head", "same", "restricted"}),
            ('block="restriction"', "", {"head", "same", "extended"}),
            ('block="#all"', "", {"head"}),
            ("", 'block="extension"', {"head", "same", "restricted"}),
        ):
            made = self.blocked(head, type_)
            for name in ("head", "same", "extended", "restricted"):
                if name in admitted:
                    self.goes_round(made, doc(f"<{name}/>"))
                else:
                    self.refuses(made, doc(f"<{name}/>"), rule="unexpected")

    def test_intermediate_type_blocks(self) -> None:
        made = package("""
            <xs:element name="r"><xs:complexType><xs:sequence><xs:element ref="head"/>
            </xs:sequence></xs:complexType></xs:element>
            <xs:element name="head" type="T"/>
            <xs:element name="far" type="V" substitutionGroup="head"/>
            <xs:complexType name="T"><xs:sequence/></xs:complexType>
            <xs:complexType name="U" block="extension"><xs:complexContent>
              <xs:restriction base="T"/></xs:complexContent></xs:complexType>
            <xs:complexType name="V"><xs:complexContent><xs:extension base="U"/>
              </xs:complexContent></xs:complexType>""")
        self.refuses(made, doc("<far/>"), rule="unexpected")


class BuildTests(SynchronousTestCase):
    """Values of classes that are not ours."""

    def test_users_class_and_dict(self) -> None:
        class Own:
            pass

        made = build(None, {"a": 1}, Own)  # type: ignore[arg-type]  # the type does not matter
        self.assertIsInstance(made, Own)
        self.assertEqual(made.a, 1)
        self.assertEqual(build(None, {"a": 1}, None), {"a": 1})  # type: ignore[arg-type]  # nor here

    def test_errors_are_ours(self) -> None:
        self.assertTrue(issubclass(ValueRefused, Exception))
