"""What stands between the tags: sequences, choices and groups, with the path of what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.tc.contracts import DECLARED, XS, ContractCase, Package, package, schema_text
from ZSI.names import SOAP11_ENV, XSD
from ZSI.TC.anyxml import AnyXML
from ZSI.TC.values import NIL, UNSET, Text

RECORD = """
<xs:element name="r" type="Record"/>
<xs:complexType name="Record"><xs:sequence>
  <xs:element name="id" type="xs:int"/>
  <xs:element name="name" type="xs:string" minOccurs="0"/>
  <xs:element name="nil" type="xs:string" nillable="true"/>
  <xs:element name="line" type="Line" minOccurs="0" maxOccurs="3"/>
  <xs:element name="tag" type="xs:token" minOccurs="0" maxOccurs="unbounded"/>
  <xs:element name="q" type="xs:QName" minOccurs="0"/>
  <xs:element name="some" type="xs:int" minOccurs="0" maxOccurs="2" nillable="true"/>
</xs:sequence><xs:attribute name="kind" type="xs:token"/></xs:complexType>
<xs:complexType name="Line"><xs:sequence>
  <xs:element name="price" type="xs:decimal"/>
</xs:sequence><xs:attribute name="no" type="xs:int" use="required"/></xs:complexType>
"""


class SequenceTests(ContractCase):
    """The ordinary case."""

    def setUp(self) -> None:
        self.made = package(RECORD)
        self.r, self.line = self.made.element("r"), self.made.type("Line")

    def test_text(self) -> None:
        value = self.r(
            id=1, name="a < b & c\r", nil="x", kind='"k"', tag=["x"],
            line=[self.line(no=1, price=Decimal("1.50"))],
        )  # fmt: skip
        self.assertEqual(
            self.made.write(value),
            '<ns1:r xmlns:ns1="urn:t" kind="&quot;k&quot;"><ns1:id>1</ns1:id>'
            "<ns1:name>a &lt; b &amp; c&#xD;</ns1:name><ns1:nil>x</ns1:nil>"
            '<ns1:line no="1"><ns1:price>1.50</ns1:price></ns1:line><ns1:tag>x</ns1:tag></ns1:r>',
        )
        self.assertEqual(self.made.read(self.made.text(value)), value)

    def test_empty_elements_are_pairs_of_tags(self) -> None:
        self.assertIn("<ns1:nil></ns1:nil>", self.made.write(self.r(id=1, nil="")))

    def test_none_unset_nil(self) -> None:
        """None writes nil only for a required nillable field; UNSET is as absent."""
        nil = '<ns1:nil xsi:nil="true"></ns1:nil>'
        for given in (None, NIL, UNSET):
            self.assertIn(nil, self.made.write(self.r(id=1, nil=given)))
        self.assertIn(nil, self.made.write(self.r(id=1)))
        self.assertNotIn("name", self.made.write(self.r(id=1, name=None)))
        self.assertNotIn("name", self.made.write(self.r(id=1, name=UNSET)))
        text = self.made.write(
            self.r(
                id=1,
                some=[
                    1,
                    None,
                ][:2],
            )
        )
        self.assertIn('<ns1:some>1</ns1:some><ns1:some xsi:nil="true"></ns1:some>', text)

    def test_required_and_not_set(self) -> None:
        for given in ({}, {"id": None}, {"id": UNSET}):
            self.refuses_to_write(
                self.made, self.r(**given), rule="missing", at="/r/id", says="id is not set"
            )
        self.refuses_to_write(self.made, self.r(id=NIL), rule="nil", at="/r/id")
        self.refuses_to_write(self.made, self.r(id=1, name=NIL), rule="nil", at="/r/name")
        value = self.r(id=1, line=[self.line(price=1)])
        self.refuses_to_write(self.made, value, rule="missing", at="/r/line[1]/@no")

    def test_values_of_no_type(self) -> None:
        for given, rule, at in (
            ({"id": "x"}, "xsd:int", "/r/id"), ({"id": 2**31}, "xsd:int", "/r/id"),
            ({"id": 1.5}, "xsd:int", "/r/id"), ({"id": 1, "name": 7}, "xsd:string", "/r/name"),
            ({"id": 1, "name": "\0"}, "XML 1.0 Char", "/r/name"),
            ({"id": 1, "name": ["x"]}, "xsd:string", "/r/name"),
            ({"id": 1, "tag": ["x", 1]}, "xsd:token", "/r/tag[2]"),
            ({"id": 1, "tag": "x"}, "maxOccurs", "/r/tag"),
            ({"id": 1, "tag": {"x": 1}}, "maxOccurs", "/r/tag"),
            ({"id": 1, "tag": 5}, "maxOccurs", "/r/tag"),
            ({"id": 1, "tag": [NIL]}, "nil", "/r/tag[1]"),
            ({"id": 1, "kind": 1}, "xsd:token", "/r/@kind"),
            ({"id": 1, "q": "q"}, "xsd:QName", "/r/q"),
        ):  # fmt: skip
            self.refuses_to_write(self.made, self.r(**given), rule=rule, at=at)

    def test_wrong_classes(self) -> None:
        for item in (self.r(id=1), "x", 5, object(), AnyXML.of_text("x")):
            self.refuses_to_write(
                self.made, self.r(id=1, line=[item]), rule="type", at="/r/line[1]", says="Line"
            )
        second = [self.line(no=1, price=1), self.line(no=2, price="x")]
        self.refuses_to_write(
            self.made, self.r(id=1, line=second), rule="xsd:decimal", at="/r/line[2]/price"
        )

    def test_dicts(self) -> None:
        """A dict stands for an object; a key that is no field is an error, not lost."""
        text = self.made.write(self.r(id=1, line=[{"no": 1, "price": 2}]))
        self.assertIn('<ns1:line no="1"><ns1:price>2</ns1:price></ns1:line>', text)
        self.refuses_to_write(
            self.made, self.r(id=1, line=[{"no": 1, "prize": 2}]), rule="type", at="/r/line[1]",
            says="'prize'",
        )  # fmt: skip

    def test_too_many(self) -> None:
        line = self.line(no=1, price=1)
        self.refuses_to_write(
            self.made, self.r(id=1, line=[line] * 4), rule="maxOccurs", at="/r/line",
            says="line has 4 items: expected at most 3",
        )  # fmt: skip

    def test_any_iterable_is_a_list(self) -> None:
        text = self.made.write(self.r(id=1, tag=["x", "y"]))
        for items in (("x", "y"), {"x": 1, "y": 2}.keys(), iter("xy")):
            self.assertEqual(self.made.write(self.r(id=1, tag=items)), text)

    def test_qnames(self) -> None:
        """Their namespaces are declared, those that the package does not know as well."""
        for namespace in ("urn:t", "urn:far", XSD, None, SOAP11_ENV):
            value = self.r(id=1, q=(namespace, "a"))
            self.assertEqual(self.made.read(self.made.text(value)).q, (namespace, "a"))


#: Everything inside the elements of ``urn:t`` is in another namespace.
OTHER = f"""<xs:schema {XS} targetNamespace="urn:o" xmlns:o="urn:o" elementFormDefault="qualified">
<xs:complexType name="Leaves"><xs:sequence>
  <xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:string"/>
</xs:sequence></xs:complexType>
<xs:complexType name="Mixed"><xs:sequence>
  <xs:element name="a" type="xs:int"/><xs:element name="l" type="o:Leaves"/>
</xs:sequence></xs:complexType>
<xs:complexType name="Chosen"><xs:choice maxOccurs="unbounded">
  <xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int"/>
</xs:choice></xs:complexType>
<xs:complexType name="Marked"><xs:attribute name="no" type="xs:int"/></xs:complexType>
<xs:complexType name="Base"><xs:sequence>
  <xs:element name="a" type="xs:int" minOccurs="0"/><xs:element name="b" minOccurs="0"/>
  <xs:element name="m" type="o:Marked" minOccurs="0" maxOccurs="unbounded"/>
</xs:sequence></xs:complexType>
<xs:element name="leaf" type="xs:int"/><xs:element name="any" type="xs:anyType"/>
<xs:element name="item" type="o:Leaves"/>
</xs:schema>"""


class NamespaceTests(ContractCase):
    """Each namespace is declared, by whatever its elements are written."""

    def test_another_namespace(self) -> None:
        made = Package(
            main=schema_text(
                """<xs:import namespace="urn:o" schemaLocation="other.xsd"/>
<xs:element name="leaves" type="o:Leaves"/><xs:element name="mixed" type="o:Mixed"/>
<xs:element name="chosen" type="o:Chosen"/>
<xs:element name="holder"><xs:complexType><xs:sequence>
  <xs:element name="l" type="o:Leaves" maxOccurs="unbounded"/></xs:sequence></xs:complexType>
</xs:element>
<xs:element name="extended"><xs:complexType><xs:complexContent><xs:extension base="o:Base">
  <xs:sequence><xs:element name="w" type="xs:int"/><xs:element name="x" type="xs:int"/>
    <xs:element name="y" type="xs:int"/><xs:element name="z" type="xs:int"/></xs:sequence>
</xs:extension></xs:complexContent></xs:complexType></xs:element>
<xs:element name="one"><xs:complexType><xs:sequence>
  <xs:element name="x" type="xs:int"/><xs:element name="y" type="xs:int"/>
  <xs:element ref="o:leaf" minOccurs="0"/><xs:element ref="o:any" minOccurs="0"/>
  <xs:element ref="o:item" minOccurs="0" maxOccurs="unbounded"/>
</xs:sequence></xs:complexType></xs:element>""",
                'elementFormDefault="qualified" xmlns:o="urn:o"',
            ),
            other=OTHER,
        )
        leaves = "<o:a>1</o:a><o:b>x</o:b>"
        more = "".join(f"<{name}>1</{name}>" for name in "wxyz")
        for name, body in (
            ("leaves", leaves), ("mixed", f"<o:a>1</o:a><o:l>{leaves}</o:l>"),
            ("chosen", "<o:a>1</o:a><o:b>1</o:b><o:a>2</o:a>"), ("one", "<x>1</x><y>1</y>"),
            ("holder", f"<l>{leaves}</l>"), ("extended", f"<o:a>1</o:a>{more}"),
            ("extended", f'<o:b xsi:type="xs:string">x</o:b>{more}'),
            ("extended", f'<o:m no="1"/><o:m/>{more}'),
            ("one", "<x>1</x><y>1</y><o:leaf>1</o:leaf>"),
            ("one", "<x>1</x><y>1</y><o:any>x</o:any>"),
            ("one", f"<x>1</x><y>1</y><o:item>{leaves}</o:item>"),
        ):  # fmt: skip
            self.goes_round(made, f'<{name} {DECLARED} xmlns:o="urn:o">{body}</{name}>')


class LeavesTests(ContractCase):
    """Types that are nothing but leaves, those that are nearly so, and what is passed for them."""

    def setUp(self) -> None:
        leaves = '<xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int"/>'
        self.made = package(f"""<xs:element name="r"><xs:complexType><xs:sequence>
  <xs:element name="leaves" type="Leaves" minOccurs="0" maxOccurs="unbounded"/>
  <xs:element name="marked" type="Marked" minOccurs="0" maxOccurs="unbounded" nillable="true"/>
  <xs:element name="more" type="More" minOccurs="0" maxOccurs="unbounded"/>
  <xs:element name="none" type="None" minOccurs="0" maxOccurs="unbounded"/>
  <xs:element name="text" type="Text" minOccurs="0"/>
  <xs:element ref="head" minOccurs="0" maxOccurs="unbounded"/>
  <xs:element ref="never" minOccurs="0"/>
</xs:sequence></xs:complexType></xs:element>
<xs:element name="lists"><xs:complexType><xs:sequence>
  <xs:element name="several" type="xs:int" maxOccurs="2" nillable="true"/>
</xs:sequence></xs:complexType></xs:element>
<xs:element name="head" type="Leaves"/><xs:element name="member" substitutionGroup="head"/>
<xs:element name="never" type="xs:int" abstract="true"/>
<xs:complexType name="Leaves"><xs:sequence>{leaves}</xs:sequence></xs:complexType>
<xs:complexType name="Marked"><xs:sequence>{leaves}</xs:sequence>
  <xs:attribute name="no" type="xs:int"/></xs:complexType>
<xs:complexType name="More"><xs:sequence>{leaves}
  <xs:element name="l" type="Leaves" maxOccurs="2"/>
  <xs:element name="c" type="xs:int"/><xs:element name="d" type="xs:int"/>
</xs:sequence></xs:complexType>
<xs:complexType name="None" abstract="true"><xs:sequence>{leaves}</xs:sequence></xs:complexType>
<xs:complexType name="Text"><xs:simpleContent><xs:extension base="xs:string"/></xs:simpleContent>
</xs:complexType>""")

    def written(self, **fields: Any) -> str:
        return self.made.write(self.made.element("r")(**fields)).partition(">")[2][
            : -len("</ns1:r>")
        ]

    def test_nearly(self) -> None:
        """Attributes and other children of types whose leaves are written in one go."""
        leaves = "<leaves><a>1</a><b>2</b></leaves>"
        for body in (
            leaves * 2, '<marked no="1"><a>1</a><b>2</b></marked>' * 2,
            '<marked no="1" xsi:nil="true"/>', "<text>a &lt; b</text>",
            f"<more><a>1</a><b>2</b>{leaves.replace('leaves', 'l')}<c>3</c><d>4</d></more>",
            f"{leaves.replace('leaves', 'head')}{leaves.replace('leaves', 'member')}",
        ):  # fmt: skip
            self.goes_round(self.made, f"<r {DECLARED}>{body}</r>")

    def test_passed(self) -> None:
        """Dicts, objects of a class derived in Python, and what may not be written."""
        leaves = self.made.type("Leaves")
        derived = type("Derived", (leaves,), {})
        for item in (leaves(a=1, b=2), derived(a=1, b=2), {"a": 1, "b": 2}):
            self.assertEqual(
                self.written(leaves=[item]),
                "<ns1:leaves><ns1:a>1</ns1:a><ns1:b>2</ns1:b></ns1:leaves>",
            )
        for fields, rule in (
            ({"none": [self.made.type("None")(a=1, b=2)]}, "abstract"), ({"never": 1}, "abstract"),
        ):  # fmt: skip
            self.refuses_to_write(self.made, self.made.element("r")(**fields), rule=rule)
        for given in (None, UNSET):
            value = self.made.element("lists")(several=given)
            self.refuses_to_write(self.made, value, rule="missing", says="several is not set")


class GroupTests(ContractCase):
    """Choices and other models where the order has to be found."""

    def test_choice(self) -> None:
        made = package("""<xs:element name="r"><xs:complexType><xs:sequence><xs:choice>
            <xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int"/></xs:choice>
            <xs:element name="c" type="xs:int" minOccurs="0"/></xs:sequence>
            </xs:complexType></xs:element>""")
        r = made.element("r")
        self.assertEqual(made.read(made.text(r(b=1, c=2))), r(b=1, c=2))
        self.refuses_to_write(
            made, r(a=1, b=2), rule="content", at="/r", says="a and b do not fit together"
        )
        self.refuses_to_write(made, r(c=1), rule="content", at="/r", says="expected {urn:t}a or")
        self.refuses_to_write(made, r(), rule="missing", at="/r", says="expected {urn:t}a or")
        self.refuses_to_write(made, r(a="x"), rule="xsd:int", at="/r/a")

    def test_repeated_choice_made_by_hand(self) -> None:
        made = package("""<xs:element name="r"><xs:complexType><xs:choice maxOccurs="unbounded">
            <xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:string"/>
            </xs:choice></xs:complexType></xs:element>""")
        r = made.element("r")
        value = r(a=[1, 2], b=["x"])
        self.assertIn("</ns1:a><ns1:b>", made.write(value))
        value._content = ("b", "a", "a")
        self.assertIn("</ns1:b><ns1:a>", made.write(value))
        value._content = ("b", Text("x"), "a", "a")
        self.assertIn("</ns1:b><ns1:a>", made.write(value))
        value.a.append(3)  # the recorded order no longer fits: one that does is found
        self.assertEqual(made.read(made.text(value)).a, [1, 2, 3])

    def test_mixed(self) -> None:
        made = package("""<xs:element name="r"><xs:complexType mixed="true"><xs:sequence>
            <xs:element name="b" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>
            </xs:sequence></xs:complexType></xs:element>""")
        value = made.element("r")(b=["two"], _content=(Text("1 < "), "b", Text(" > 3")))
        self.assertIn(">1 &lt; <ns1:b>two</ns1:b> &gt; 3</ns1:r>", made.write(value))
        value = made.element("r")(b=["two"])
        value._text = "one"
        self.assertIn(">one<ns1:b>two</ns1:b></ns1:r>", made.write(value))
