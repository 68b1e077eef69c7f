"""xs:simpleType: restrictions, lists, unions, facets, and what is wrong with them."""

from __future__ import annotations

from tests.wsdl.small import SmallTests, name, xsd
from ZSI.wsdl.components import ANY_SIMPLE_TYPE, Facet, SimpleTypeDef


class SimpleTypesTests(SmallTests):
    def test_restriction(self) -> None:
        contract = self.schema("""
            <xs:simpleType name="A" final="list union">
              <xs:annotation><xs:documentation> What
                it is. </xs:documentation></xs:annotation>
              <xs:restriction base="xs:string">
                <xs:maxLength value="5" fixed="true"/>
                <xs:enumeration value=" b"><xs:annotation><xs:documentation>Bee</xs:documentation>
                  </xs:annotation></xs:enumeration>
                <xs:enumeration value="a"/>
              </xs:restriction></xs:simpleType>""")
        self.assertClean(contract)
        found = self.simple(contract, "A")
        self.assertEqual(
            found,
            SimpleTypeDef(
                name("A"),
                base=xsd("string"),
                facets=(
                    Facet("maxLength", "5", True),
                    Facet("enumeration", " b"),
                    Facet("enumeration", "a"),
                ),
                final=frozenset({"list", "union"}),
            ),
        )
        self.assertEqual(found.documentation, "What\nit is.")
        self.assertEqual(found.facets[1].documentation, "Bee")
        assert found.where is not None
        self.assertEqual(found.where.line, 3)

    def test_list_and_union(self) -> None:
        contract = self.schema("""
            <xs:simpleType name="L"><xs:list itemType="xs:int"/></xs:simpleType>
            <xs:simpleType name="M"><xs:list><xs:simpleType><xs:restriction base="xs:int">
              <xs:minInclusive value="0"/></xs:restriction></xs:simpleType></xs:list>
              </xs:simpleType>
            <xs:simpleType name="U"><xs:union memberTypes="xs:int t:L">
              <xs:simpleType><xs:restriction base="xs:string"/></xs:simpleType>
            </xs:union></xs:simpleType>
            <xs:simpleType name="S"><xs:restriction base="t:L"><xs:length value="2"/>
              </xs:restriction></xs:simpleType>
            <xs:simpleType name="N"><xs:restriction base="xs:NMTOKENS"/></xs:simpleType>
            <xs:simpleType name="V"><xs:restriction base="t:U"/></xs:simpleType>""")
        self.assertClean(contract)
        self.assertEqual(self.simple(contract, "L").item, xsd("int"))
        item = self.simple(contract, "M").item
        assert isinstance(item, SimpleTypeDef)
        self.assertEqual((item.name, item.facets), (None, (Facet("minInclusive", "0"),)))
        members = self.simple(contract, "U").members
        self.assertEqual(members[:2], (xsd("int"), name("L")))
        self.assertIsInstance(members[2], SimpleTypeDef)
        varieties = {local: self.simple(contract, local).variety for local in "LMUSNV"}
        self.assertEqual(
            varieties,
            {"L": "list", "M": "list", "U": "union", "S": "list", "N": "list", "V": "union"},
        )

    def test_qname_enumeration_keeps_prefixes(self) -> None:
        contract = self.schema("""
            <xs:simpleType name="Q"><xs:restriction base="xs:QName">
              <xs:enumeration value="t:a"/></xs:restriction></xs:simpleType>
            <xs:simpleType name="R"><xs:restriction base="t:Q">
              <xs:enumeration value="t:a"/></xs:restriction></xs:simpleType>
            <xs:simpleType name="S"><xs:restriction base="xs:string">
              <xs:enumeration value="t:a"/></xs:restriction></xs:simpleType>""")
        for local in "QR":
            facet = self.simple(contract, local).facets[0]
            self.assertEqual(dict(facet.namespaces)["t"], "urn:x")
        self.assertEqual(self.simple(contract, "S").facets[0].namespaces, ())

    def test_wrong_facets_are_left_out(self) -> None:
        contract = self.schema("""
            <xs:simpleType name="A"><xs:restriction base="xs:string">
              <xs:length value="many"/>
              <xs:maxLength/>
              <xs:minLength value="1"/></xs:restriction></xs:simpleType>""")
        self.assertEqual(self.simple(contract, "A").facets, (Facet("minLength", "1"),))
        rules = [finding.rule for finding in contract.findings]
        self.assertEqual(rules, ["facet", "facet"])
        self.assertLine(contract.findings[0], "many", "main.xsd")

    def test_patterns_that_mean_nothing(self) -> None:
        """They are kept, nothing is held against them, and that is said."""
        for pattern in ("[a-z", "(a", "a**", "a{1-5}", "a{2,1}", "(?:x)", r"\q", "{3}", r"\p{Zoo}"):
            contract = self.schema(self.pattern(pattern))
            finding = self.found(contract, "facet")
            self.assertLine(finding, "xs:pattern", "main.xsd")
            self.assertIn("is not of XML Schema 1.0", finding.message)
        for pattern in (r"[0-9]{2}\/[A-Z]{1,3}", r"[*+]?\p{L}+", r"\{?(a|b)+\}?", "a{2,}"):
            self.assertClean(self.schema(self.pattern(pattern)))

    def test_patterns_with_anchors(self) -> None:
        """XSD has none: they stand for themselves (part 2, appendix F)."""
        finding = self.found(self.schema(self.pattern("^[0-9]{5}$")), "pattern-anchors")
        self.assertEqual(finding.severity, "notice")

    def pattern(self, text: str) -> str:
        """A simple type with one pattern."""
        inside = f'\n<xs:restriction base="xs:string"><xs:pattern value="{text}"/></xs:restriction>'
        return f'<xs:simpleType name="A">{inside}</xs:simpleType>'

    def test_draft_of_1999(self) -> None:
        contract = self.schema("""<xs:schema xmlns:xs="http://www.w3.org/1999/XMLSchema"
              xmlns:t="urn:x" targetNamespace="urn:x">
            <xs:simpleType name="A" base="xs:timeInstant"/>
            <xs:simpleType name="B" base="xs:string"><xs:precision value="3"/></xs:simpleType>
            </xs:schema>""")
        self.assertEqual(self.simple(contract, "B").base, xsd("string"))
        self.assertEqual(self.simple(contract, "B").facets, (Facet("totalDigits", "3"),))
        self.assertEqual(self.simple(contract, "A").base, xsd("dateTime"))
        self.assertIn("old-xsd", [finding.rule for finding in contract.findings])

    def test_circles_are_cut(self) -> None:
        contract = self.schema("""
            <xs:simpleType name="A"><xs:restriction base="t:B"/></xs:simpleType>
            <xs:simpleType name="B"><xs:restriction base="t:A"/></xs:simpleType>
            <xs:simpleType name="U"><xs:union memberTypes="t:U xs:int"/></xs:simpleType>
            <xs:simpleType name="L"><xs:list itemType="t:L"/></xs:simpleType>""")
        self.assertEqual(self.simple(contract, "B").base, ANY_SIMPLE_TYPE)
        self.assertEqual(self.simple(contract, "U").members, (ANY_SIMPLE_TYPE, xsd("int")))
        self.assertEqual(self.simple(contract, "L").item, ANY_SIMPLE_TYPE)
        self.assertEqual({finding.rule for finding in contract.findings}, {"circular"})

    def test_complex_where_simple_must_stand(self) -> None:
        contract = self.schema("""
            <xs:complexType name="C"><xs:sequence/></xs:complexType>
            <xs:complexType name="T"><xs:simpleContent><xs:extension base="xs:int"/>
              </xs:simpleContent></xs:complexType>
            <xs:attribute name="a" type="t:C"/><xs:attribute name="b" type="t:T"/>""")
        self.assertEqual(contract.schema.attributes[name("a")].type, ANY_SIMPLE_TYPE)
        self.assertEqual(contract.schema.attributes[name("b")].type, xsd("int"))

    def test_nothing_to_derive_from(self) -> None:
        contract = self.schema("""<xs:simpleType name="A"/>
            <xs:simpleType name="B"><xs:union/></xs:simpleType>
            <xs:simpleType name="C"><xs:restriction/></xs:simpleType>""")
        self.assertEqual(self.simple(contract, "A").base, ANY_SIMPLE_TYPE)
        self.assertEqual(self.simple(contract, "B").members, (ANY_SIMPLE_TYPE,))
        self.assertEqual([finding.rule for finding in contract.findings], ["simple-type"] * 3)
