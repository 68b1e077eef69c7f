"""Identity constraints, and ID and IDREF: findings, refused if pedantic (3.11 and 3.15.4)."""

from __future__ import annotations

from tests.tc.contracts import DECLARED, ContractCase, package
from ZSI.names import QName
from ZSI.TC.identity import IdentityConstraint, _path, key, keyref, unique

ORDER = """
<xs:element name="order"><xs:complexType><xs:sequence>
  <xs:element name="item" maxOccurs="unbounded"><xs:complexType><xs:sequence>
    <xs:element name="price" type="xs:decimal" minOccurs="0" nillable="true"/></xs:sequence>
    <xs:attribute name="no" type="xs:decimal"/>
    <xs:attribute name="kind" type="xs:token" default="k"/>
  </xs:complexType></xs:element>
  <xs:element name="part" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
    <xs:attribute name="of" type="xs:int"/></xs:complexType></xs:element>
</xs:sequence></xs:complexType>
%s
</xs:element>
"""
KEY = '<xs:key name="k"><xs:selector xpath="t:item"/><xs:field xpath="@no"/></xs:key>'
UNIQUE = '<xs:unique name="u"><xs:selector xpath="t:item"/><xs:field xpath="%s"/></xs:unique>'
KEYREF = """<xs:keyref name="ref" refer="t:k"><xs:selector xpath=".//t:part"/>
    <xs:field xpath="@of"/></xs:keyref>"""


class ConstraintTests(ContractCase):
    """key, unique and keyref."""

    def judge(self, constraints: str, content: str, rule: str | None) -> None:
        made = package(ORDER % constraints)
        text = f"<order {DECLARED}>{content}</order>"
        if rule is None:
            self.goes_round(made, text)
        else:
            self.only_unusual(made, text, rule)

    def test_key(self) -> None:
        self.judge(KEY, '<item no="1"/><item no="2"/>', None)
        self.judge(KEY, '<item no="1"/><item no="1"/>', "key")
        self.judge(KEY, '<item no="1"/><item/>', "key")

    def test_values_are_compared_not_texts(self) -> None:
        self.judge(KEY, '<item no="1"/><item no="+1.00"/>', "key")

    def test_unique(self) -> None:
        """What lacks a field is not looked at."""
        self.judge(UNIQUE % "t:price", "<item/><item/><item><price>1</price></item>", None)
        twice = "<item><price>1</price></item><item><price>1.0</price></item>"
        self.judge(UNIQUE % "t:price", twice, "unique")
        nil = '<item><price xsi:nil="true"/></item>'
        self.judge(UNIQUE % "t:price", nil + nil, None)

    def test_several_fields(self) -> None:
        both = UNIQUE.replace("/></xs:unique>", '/><xs:field xpath="@kind"/></xs:unique>') % "@no"
        self.judge(both, '<item no="1" kind="a"/><item no="1" kind="b"/>', None)
        self.judge(both, '<item no="1" kind="a"/><item no="1" kind="a"/>', "unique")
        self.judge(both, '<item no="1"/><item no="1" kind="k"/>', "unique")

    def test_nillable_element_is_no_key(self) -> None:
        """4.2.3."""
        key = KEY.replace("@no", "t:price")
        self.judge(key, "<item><price>1</price></item>", "key")

    def test_keyref(self) -> None:
        self.judge(KEY + KEYREF, '<item no="1"/><part of="1"/><part of="01"/>', None)
        self.judge(KEY + KEYREF, '<item no="1"/><part of="2"/>', "keyref")
        self.judge(KEY + KEYREF, '<item no="1"/><part/>', None)

    def test_messages(self) -> None:
        made = package(ORDER % (KEY + KEYREF))
        made.read(f'<order {DECLARED}><item no="1"/><item no="1"/><part of="5"/></order>')
        shown = [str(finding) for finding in made.findings]
        self.assertEqual(len(shown), 2)
        self.assertIn("/order/item[2]", shown[0])
        self.assertIn("'1' breaks key k: expected a value that is not there already", shown[0])
        self.assertIn("'5' breaks keyref ref: expected a value of k", shown[1])

    def test_wildcards_and_alternatives(self) -> None:
        twice = '<item no="1"/><item no="1"/>'
        self.judge(UNIQUE.replace("t:item", "*|t:none") % "@no", twice, "unique")
        self.judge(UNIQUE.replace("t:item", ".//t:item") % "@*", '<item no="1"/>', None)

    def test_field_with_several_nodes(self) -> None:
        whole = UNIQUE.replace("t:item", ".") % "t:item/@no"
        self.judge(whole, '<item no="1"/><item no="2"/>', "field")

    def test_inherited_by_ancestors(self) -> None:
        """A keyref sees the keys of elements inside (3.11.5); one that is twice there is none."""
        made = package("""
            <xs:element name="r"><xs:complexType><xs:sequence>
              <xs:element name="group" maxOccurs="9"><xs:complexType><xs:sequence>
                <xs:element name="item" type="xs:int" maxOccurs="9"/></xs:sequence></xs:complexType>
                <xs:key name="k"><xs:selector xpath="t:item"/><xs:field xpath="."/></xs:key>
              </xs:element>
              <xs:element name="part" type="xs:int" minOccurs="0" maxOccurs="9"/>
            </xs:sequence></xs:complexType>
            <xs:keyref name="ref" refer="t:k"><xs:selector xpath="t:part"/><xs:field xpath="."/>
            </xs:keyref></xs:element>""")
        group = "<group><item>%d</item><item>%d</item></group>"
        text = f"<r {DECLARED}>{group % (1, 2)}{group % (2, 3)}<part>%d</part></r>"
        for part in (1, 3):
            self.goes_round(made, text % part)
        for part in (2, 4):
            self.only_unusual(made, text % part, "keyref")

    def test_derived_types(self) -> None:
        """A node's type is that of its xsi:type, of a substitute, of a global element."""
        made = package("""
            <xs:element name="r"><xs:complexType><xs:sequence>
              <xs:element name="v" type="T" maxOccurs="9"/>
              <xs:any minOccurs="0" maxOccurs="9"/></xs:sequence></xs:complexType>
            <xs:unique name="u"><xs:selector xpath="*"/><xs:field xpath="@n"/></xs:unique>
            <xs:unique name="w"><xs:selector xpath="t:g"/><xs:field xpath="."/></xs:unique>
            </xs:element>
            <xs:element name="g" type="xs:decimal"/>
            <xs:complexType name="T"/>
            <xs:complexType name="U"><xs:complexContent><xs:extension base="T">
              <xs:attribute name="n" type="xs:decimal"/></xs:extension></xs:complexContent>
            </xs:complexType>""")
        typed = '<v xsi:type="U" n="1"/><v xsi:type="U" n="1.0"/>'
        self.only_unusual(made, f"<r {DECLARED}>{typed}</r>", "unique")
        self.only_unusual(made, f"<r {DECLARED}><v/><g>1</g><g>1.0</g></r>", "unique")

    def test_paths_outside_the_subset(self) -> None:
        """Nothing but 3.11.6 is given to libxml2; what we do not read judges nothing."""
        for path in ("t:a", ".", ".//t:a/t:b", "child::t:a | attribute::x", "@t:*", "t:a/@b"):
            self.assertIsNotNone(_path(path, (("t", "urn:t"),)), path)
        for path in ("t:a[1]", "//t:a", "../t:a", "id('x')", "u:a", "t:a/", "string(.)"):
            self.assertIsNone(_path(path, (("t", "urn:t"),)), path)
        self.judge(UNIQUE % "@no[1]", '<item no="1"/><item no="1"/>', None)

    def test_stated(self) -> None:
        made = keyref(("urn:t", "r"), ("urn:t", "k"), "a", "b", "c")
        wanted = IdentityConstraint(
            "keyref", QName("urn:t", "r"), "a", ("b", "c"), QName("urn:t", "k")
        )
        self.assertEqual(made, wanted)
        self.assertEqual(unique((None, "u"), "a", "b").kind, "unique")
        self.assertEqual(key((None, "u"), "a", "b").kind, "key")


class IdTests(ContractCase):
    """xsd:ID and xsd:IDREF."""

    SCHEMA = """<xs:element name="r"><xs:complexType><xs:sequence>
      <xs:element name="a" minOccurs="0" maxOccurs="9"><xs:complexType><xs:simpleContent>
        <xs:extension base="xs:string"><xs:attribute name="id" type="xs:ID"/>
        <xs:attribute name="ref" type="xs:IDREF"/><xs:attribute name="refs" type="xs:IDREFS"/>
        </xs:extension></xs:simpleContent></xs:complexType></xs:element>
      <xs:element name="e" type="MyID" minOccurs="0" maxOccurs="9"/>
      <xs:element name="l" type="Refs" minOccurs="0"/>
    </xs:sequence></xs:complexType></xs:element>
    <xs:simpleType name="MyID"><xs:restriction base="xs:ID"/></xs:simpleType>
    <xs:simpleType name="Refs"><xs:list itemType="xs:IDREF"/></xs:simpleType>"""

    def judge(self, content: str, rule: str | None) -> None:
        made = package(self.SCHEMA)
        text = f"<r {DECLARED}>{content}</r>"
        if rule is None:
            self.goes_round(made, text)
        else:
            self.only_unusual(made, text, rule)

    def test_unique(self) -> None:
        self.judge('<a id="x"/><a id="y"/><e>z</e>', None)
        self.judge('<a id="x"/><a id=" x "/>', "ID")
        self.judge('<a id="x"/><e>x</e>', "ID")

    def test_references(self) -> None:
        """Forwards too; the whole message is looked at."""
        self.judge('<a ref="z" refs="x z"/><a id="x"/><e>z</e><l>x z</l>', None)
        self.judge('<a ref="z"/>', "IDREF")
        self.judge('<a id="x" refs="x y"/>', "IDREF")
        self.judge("<l>x</l>", "IDREF")

    def test_entities(self) -> None:
        """3.14.4: an ENTITY is declared in a DTD, and none is read."""
        made = package('<xs:element name="r" type="xs:ENTITY"/>')
        self.only_unusual(made, f"<r {DECLARED}>logo</r>", "ENTITY")

    def test_messages_do_not_mix(self) -> None:
        made = package(self.SCHEMA)
        for _ in range(2):
            made.read(f'<r {DECLARED}><a id="x"/></r>')
            self.assertEqual(made.findings, [])
