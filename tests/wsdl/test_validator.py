"""The second judge: libxml2 over all schemas of a contract."""

from __future__ import annotations

from tests.wsdl.small import (
    BINDING,
    MESSAGES,
    SmallTests,
    schema_text,
    wsdl_text,
)
from ZSI.wsdl.model import Contract
from ZSI.wsdl.validator import Judge, compile_schema
from ZSI.xmlio import parse_document

RPC = BINDING.replace("<soap:binding ", '<soap:binding style="rpc" ').replace(
    'use="literal"', 'use="literal" namespace="urn:w"'
)


class JudgeTests(SmallTests):
    def judge(self, contract: Contract) -> Judge:
        judge = compile_schema(contract)
        self.assertIsNone(judge.reason)
        return judge

    def complaint(self, judge: Judge, text: str) -> str | None:
        return judge.complaint(parse_document(text))

    def test_inline_schema_with_prefixes_of_the_wsdl(self) -> None:
        judge = self.judge(self.contract(wsdl_text()))
        self.assertIsNone(self.complaint(judge, '<Answer xmlns="urn:x">1</Answer>'))
        complaint = self.complaint(judge, '<Answer xmlns="urn:x">one</Answer>')
        self.assertIn("xs:int", complaint or "")

    def test_several_schemas_of_one_namespace_without_imports(self) -> None:
        one = schema_text(
            '<xs:element name="Ask" type="t:T"/><xs:element name="Answer" type="o:U" '
            'xmlns:o="urn:o"/>'
        )
        two = schema_text(
            '<xs:complexType name="T"><xs:sequence><xs:element name="a"/></xs:sequence>'
            "</xs:complexType>",
            attributes="",
        )
        other = schema_text(
            '<xs:simpleType name="U"><xs:restriction base="xs:token"><xs:enumeration value="u"/>'
            "</xs:restriction></xs:simpleType>",
            "urn:o",
        )
        judge = self.judge(self.contract(wsdl_text(types=one + two + other)))
        good = '<x:Ask xmlns:x="urn:x"><a/></x:Ask>'
        self.assertIsNone(self.complaint(judge, good))
        self.assertIsNotNone(self.complaint(judge, good.replace("<a/>", "<x:a/>")))
        self.assertIsNone(self.complaint(judge, '<Answer xmlns="urn:x">u</Answer>'))
        self.assertIsNotNone(self.complaint(judge, '<Answer xmlns="urn:x">v</Answer>'))

    def test_chameleon_and_redefine(self) -> None:
        contract = self.contract(
            wsdl_text(
                types=schema_text(
                    '<xs:redefine schemaLocation="c.xsd"><xs:simpleType name="S">'
                    '<xs:restriction base="t:S"><xs:maxLength value="2"/></xs:restriction>'
                    '</xs:simpleType></xs:redefine><xs:element name="Ask" type="t:T"/>'
                    '<xs:element name="Answer"/>'
                )
            ),
            c__xsd=schema_text(
                '<xs:simpleType name="S"><xs:restriction base="xs:string"/></xs:simpleType>'
                '<xs:complexType name="T"><xs:sequence><xs:element name="s" type="S"/>'
                "</xs:sequence></xs:complexType>",
                None,
            ),
        )
        judge = self.judge(contract)
        text = '<Ask xmlns="urn:x"><s>{}</s></Ask>'
        self.assertIsNone(self.complaint(judge, text.format("ab")))
        self.assertIsNotNone(self.complaint(judge, text.format("abc")))

    def test_rpc_wrappers(self) -> None:
        messages = MESSAGES.replace('element="t:Ask"', 'type="xs:int"').replace(
            'element="t:Answer"', 'type="t:T"'
        )
        types = '<xs:simpleType name="T"><xs:restriction base="xs:int"/></xs:simpleType>'
        judge = self.judge(self.contract(wsdl_text(types=types, messages=messages, binding=RPC)))
        good = '<w:Ask xmlns:w="urn:w"><parameters>1</parameters></w:Ask>'
        self.assertIsNone(self.complaint(judge, good))
        self.assertIsNotNone(self.complaint(judge, good.replace(">1<", ">x<")))
        self.assertIsNone(self.complaint(judge, good.replace("Ask", "AskResponse")))
        self.assertIsNotNone(self.complaint(judge, good.replace("<parameters>1</parameters>", "")))

    def test_parts_by_type(self) -> None:
        """In document style too: the element is named by the part."""
        messages = MESSAGES.replace('element="t:Ask"', 'type="xs:int"')
        second = '<wsdl:part name="second" type="xs:date"/></wsdl:message>'
        messages = messages.replace("</wsdl:message>", second, 1)
        judge = self.judge(self.contract(wsdl_text(messages=messages)))
        self.assertIsNone(self.complaint(judge, "<second>2020-02-29</second>"))
        self.assertIsNone(self.complaint(judge, "<parameters>1</parameters>"))
        self.assertIsNotNone(self.complaint(judge, "<parameters>x</parameters>"))

    def test_clashing_wrappers_are_left_out(self) -> None:
        """The wrapper {urn:x}Ask would stand beside the element of that name."""
        binding = RPC.replace("urn:w", "urn:x")
        judge = self.judge(self.contract(wsdl_text(binding=binding)))
        self.assertEqual(judge.left_out, ("{urn:x}Ask",))

    def test_what_is_wrong_is_put_right(self) -> None:
        types = """
            <xs:element name="Ask"><xs:complexType><xs:sequence>
              <xs:element ref="t:no" minOccurs="0"/><xs:element name="a" type="t:No"/>
              <xs:element name="b" type="string"/><xs:element ref="xs:schema" minOccurs="0"/>
              <xs:group ref="t:none"/></xs:sequence><xs:attribute ref="t:none"/>
              <xs:attribute name="c" type="t:No"/></xs:complexType></xs:element>
            <xs:element name="Answer" type="t:D" substitutionGroup="t:none" maxOccurs="1"/>
            <xs:complexType name="D" base="x"><xs:complexContent><xs:extension base="t:No">
              <xs:sequence><xs:element name="d"/></xs:sequence></xs:extension>
              </xs:complexContent></xs:complexType>
            <xs:simpleType name="S"><xs:restriction base="t:No"><xs:maxLength/></xs:restriction>
              </xs:simpleType>
            <xs:complexType name="E"><x xmlns=""/>text</xs:complexType>
            <xs:complexType name="E"/>"""
        judge = self.judge(self.contract(wsdl_text(types=types)))
        good = '<Ask xmlns="urn:x" c="1"><a><x/></a><b/></Ask>'
        self.assertIsNone(self.complaint(judge, good))
        self.assertIsNotNone(self.complaint(judge, good.replace("<b/>", "")))
        self.assertIsNone(self.complaint(judge, '<Answer xmlns="urn:x"><d/></Answer>'))

    def test_spellings_that_the_reader_takes(self) -> None:
        """The second judge reads them as the first does."""
        types = """<xs:element name="Ask" nillable="True"><xs:complexType mixed="TRUE">
            <xs:sequence><xs:element name="a" nillable=" 1 " form="Unqualified"/></xs:sequence>
            </xs:complexType></xs:element><xs:element name="Answer" nillable="yes"/>"""
        form = 'elementFormDefault=" Qualified "'
        judge = self.judge(self.contract(wsdl_text(types=schema_text(types, attributes=form))))
        nil = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"'
        self.assertIsNone(self.complaint(judge, f'<Ask xmlns="urn:x" {nil}/>'))
        self.assertIsNone(
            self.complaint(judge, f'<Ask xmlns="urn:x">text<a xmlns="" {nil}/></Ask>')
        )
        self.assertIsNotNone(self.complaint(judge, '<Ask xmlns="urn:x"><a/></Ask>'))
        self.assertIsNotNone(self.complaint(judge, f'<Answer xmlns="urn:x" {nil}/>'))

    def test_drafts(self) -> None:
        body = (
            '<schema xmlns="http://www.w3.org/1999/XMLSchema" targetNamespace="urn:x">'
            '<element name="Ask" type="timeInstant"/><element name="Answer"/></schema>'
        )
        judge = self.judge(self.contract(wsdl_text(types=body + schema_text("", "urn:o"))))
        self.assertIsNotNone(self.complaint(judge, '<Ask xmlns="urn:x">now</Ask>'))

    def test_shipped_schemas(self) -> None:
        types = (
            '<xs:import namespace="http://schemas.xmlsoap.org/soap/encoding/"/>'
            '<xs:element name="Ask"><xs:complexType><xs:complexContent><xs:restriction '
            'base="soapenc:Array"><xs:attribute ref="soapenc:arrayType" '
            'wsdl:arrayType="xs:int[]"/></xs:restriction></xs:complexContent></xs:complexType>'
            '</xs:element><xs:element name="Answer"/>'
        )
        self.judge(self.contract(wsdl_text(types=types)))

    def test_no_verdict(self) -> None:
        """An ambiguous content model: libxml2 refuses the schema, and that is said."""
        types = """<xs:element name="Ask"><xs:complexType><xs:sequence>
            <xs:element name="a" minOccurs="0"/><xs:any minOccurs="0"/>
            </xs:sequence></xs:complexType></xs:element><xs:element name="Answer"/>"""
        judge = compile_schema(self.contract(wsdl_text(types=types)))
        self.assertIsNone(judge.schema)
        self.assertIn("not determinist", judge.reason or "")
        self.assertRaises(ValueError, self.complaint, judge, "<a/>")

    def test_shipped_schema_that_only_an_unused_group_needs(self) -> None:
        types = (
            '<xs:import namespace="http://www.w3.org/1999/xlink"/><xs:attributeGroup name="G">'
            '<xs:attribute ref="l:href" xmlns:l="http://www.w3.org/1999/xlink"/>'
            '</xs:attributeGroup><xs:element name="Ask"/><xs:element name="Answer"/>'
        )
        contract = self.contract(wsdl_text(types=types))
        self.assertEqual(len(contract.documents), 1)
        self.judge(contract)

    def test_namespace_that_is_no_uri(self) -> None:
        judge = compile_schema(self.contract(wsdl_text().replace("urn:x", "ñ %")))
        self.assertIn("namespace", judge.reason or "")

    def test_nothing_else_is_read(self) -> None:
        """No location of the contract reaches libxml2's own loader."""
        types = (
            '<xs:import namespace="urn:o" schemaLocation="file:///etc/passwd"/>'
            '<xs:element name="Ask"/><xs:element name="Answer"/>'
        )
        self.judge(self.contract(wsdl_text(types=types)))
