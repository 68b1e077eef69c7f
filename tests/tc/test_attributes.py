"""Attributes, both ways (cvc-complex-type 3 and 4, cvc-au)."""

from __future__ import annotations

from lxml import etree

from tests.tc.contracts import DECLARED, ContractCase, package
from ZSI.TC.attributes import attributes_writer, default_value, place_of
from ZSI.TC.prefixes import prefixes_of

SCHEMA = """
<xs:element name="r"><xs:complexType>
  <xs:attribute name="req" type="xs:int" use="required"/>
  <xs:attribute name="opt" type="xs:token"/>
  <xs:attribute name="def" type="xs:decimal" default="1.5"/>
  <xs:attribute name="fix" type="xs:decimal" fixed="2.0"/>
  <xs:attribute name="both" type="xs:int" fixed="3" use="required"/>
  <xs:attribute name="q" type="xs:QName"/>
  <xs:attribute ref="global"/>
  <xs:attribute name="list" type="L"/>
</xs:complexType></xs:element>
<xs:attribute name="global" type="xs:int"/>
<xs:simpleType name="L"><xs:list itemType="xs:int"/></xs:simpleType>
"""


def doc(attributes: str) -> str:
    return f"<r {DECLARED} {attributes}/>"


class AttributesTests(ContractCase):
    """Named attributes."""

    def setUp(self) -> None:
        self.made = package(SCHEMA)
        self.r = self.made.element("r")

    def test_read(self) -> None:
        text = doc('req="1" both="3" opt=" a  b " q="t:x" t:global="5" list="1 2" def="7"')
        value = self.goes_round(self.made, text)
        self.assertEqual((value.req, value.opt, value.q), (1, "a b", ("urn:t", "x")))
        self.assertEqual((value.global_, value.list, value.def_, value.fix), (5, [1, 2], 7, 2))

    def test_defaults(self) -> None:
        value = self.made.read(doc('req="1" both="3"'))
        self.assertEqual((value.def_, value.fix, value.opt), (1.5, 2, None))

    def test_refusals(self) -> None:
        for attributes, rule, at, says in (
            ("", "missing", "/r", "attribute @req is missing"),
            ('req="1"', "missing", "/r", "@both"),
            ('req="x" both="3"', "xsd:int", "/r/@req", "'x'"),
            ('req="1" both="4"', "fixed", "/r/@both", "expected the fixed value '3'"),
            ('req="1" both="3" fix="2.1"', "fixed", "/r/@fix", "'2.0'"),
            ('req="1" both="3" q="zz:x"', "xsd:QName", "/r/@q", "zz"),
            ('req="1" both="3" global="5"', "attribute", "/r", "unexpected attribute global"),
            ('req="1" both="3" t:opt="5"', "attribute", "/r", "{urn:t}opt: expected req, opt"),
        ):
            self.refuses(self.made, doc(attributes), rule=rule, at=at, says=says)

    def test_equal_to_fixed(self) -> None:
        self.goes_round(self.made, doc('req="1" both=" 03 " fix="+2"'))

    def test_write(self) -> None:
        text = self.made.write(self.r(req=1, both=3, opt='a"b', global_=5, q=("urn:far", "x")))
        for part in (' req="1"', ' opt="a&quot;b"', ' def="1.5"', ' fix="2.0"', ' both="3"',
                     ' ns1:global="5"', ' q="n1:x"', ' xmlns:n1="urn:far"'):  # fmt: skip
            self.assertIn(part, text)

    def test_fixed_and_required_need_not_be_given(self) -> None:
        value = self.r(req=1)
        del value.__dict__["both"]
        self.assertIn(' both="3"', self.made.write(value))

    def test_refused_on_the_way_out(self) -> None:
        for fields, rule, at in (
            ({}, "missing", "/r/@req"), ({"req": "x"}, "xsd:int", "/r/@req"),
            ({"req": 1, "both": 4}, "fixed", "/r/@both"),
            ({"req": 1, "list": 5}, "list", "/r/@list"),
            ({"req": 1, "opt": "\0"}, "XML 1.0 Char", "/r/@opt"),
        ):  # fmt: skip
            self.refuses_to_write(self.made, self.r(**fields), rule=rule, at=at)

    def test_many_expected_are_cut(self) -> None:
        many = "".join(f'<xs:attribute name="a{n}"/>' for n in range(100))
        made = package(f'<xs:element name="r"><xs:complexType>{many}</xs:complexType></xs:element>')
        error = self.refuses(made, doc('b="1"'), rule="attribute", says="or 92 others")
        self.assertLess(len(str(error)), 200)

    def test_helpers(self) -> None:
        ctype = self.r.complex_type()
        self.assertIsNone(default_value(ctype.fields["opt"], self.made.registry))
        self.assertEqual(default_value(ctype.fields["fix"], self.made.registry), 2)
        self.assertEqual(place_of(etree.fromstring("<a><b/></a>")[0], "@x").path, "/a/b/@x")
        none = package('<xs:element name="r"><xs:complexType/></xs:element>')
        table = prefixes_of(none.registry)
        self.assertIsNone(attributes_writer(none.element("r").complex_type(), table))


class WildcardTests(ContractCase):
    """xs:anyAttribute, strict, lax and skip, with namespaces."""

    def wild(self, process: str, namespace: str = "##any") -> str:
        return f"""<xs:element name="r"><xs:complexType><xs:attribute name="own" type="xs:int"/>
            <xs:anyAttribute processContents="{process}" namespace="{namespace}"/>
            </xs:complexType></xs:element><xs:attribute name="known" type="xs:int"/>
            <xs:attribute name="id" type="xs:ID"/>"""

    def test_skip(self) -> None:
        made = package(self.wild("skip"))
        value = self.goes_round(made, doc('own="1" x="2" t:known="x" xml:lang="de"'))
        self.assertEqual(value.own, 1)
        self.assertEqual(
            value.any_attributes,
            {"x": "2", "{urn:t}known": "x", "{http://www.w3.org/XML/1998/namespace}lang": "de"},
        )

    def test_lax(self) -> None:
        made = package(self.wild("lax"))
        self.goes_round(made, doc('x="2" t:known="1"'))
        self.refuses(made, doc('t:known="x"'), rule="xsd:int", at="/r/@known")
        self.refuses(made, doc('own="x"'), rule="xsd:int")

    def test_strict(self) -> None:
        made = package(self.wild("strict"))
        self.goes_round(made, doc('t:known="1"'))
        self.refuses(made, doc('x="1"'), rule="wildcard", says="x is not declared")
        self.refuses(made, doc('t:unknown="1"'), rule="wildcard")

    def test_namespaces(self) -> None:
        for namespace, admitted, refused in (
            ("##other", 'o:x="1"', 't:known="1"'), ("##other", 'o:x="1"', 'x="1"'),
            ("##local", 'x="1"', 'o:x="1"'), ("##targetNamespace", 't:known="1"', 'x="1"'),
            ("urn:o ##local", 'o:x="1" y="2"', 't:known="1"'),
        ):  # fmt: skip
            made = package(self.wild("lax", namespace))
            self.goes_round(made, doc(f'xmlns:o="urn:o" {admitted}'))
            self.refuses(made, doc(f'xmlns:o="urn:o" {refused}'), rule="attribute")

    def test_ids(self) -> None:
        made = package(self.wild("lax"))
        self.goes_round(made, doc('t:id="a"'))
