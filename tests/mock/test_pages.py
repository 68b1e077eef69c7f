"""What a mock shows of its contracts: the WSDL with addresses that lead to the mock."""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import unquote

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from tests.mock.serving import BANK, post, send
from ZSI.mock.server import MockServer

_WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
_SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
_XSD = "{http://www.w3.org/2001/XMLSchema}"

IMPORTING = """<definitions targetNamespace="urn:top" xmlns="http://schemas.xmlsoap.org/wsdl/"
 xmlns:t="urn:top" xmlns:b="urn:sub" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/">
<import namespace="urn:sub" location="sub/bindings.wsdl"/>
<service name="S"><port name="P" binding="b:B"><soap:address location="http://real/one"/></port>
</service></definitions>"""
BINDINGS = """<definitions targetNamespace="urn:sub" xmlns="http://schemas.xmlsoap.org/wsdl/"
 xmlns:b="urn:sub" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/">
<types><xs:schema targetNamespace="urn:sub"><xs:include schemaLocation="types.xsd"/></xs:schema>
</types>
<message name="M"><part name="p" element="b:Ping"/></message>
<portType name="T"><operation name="Ping"><input message="b:M"/><output message="b:M"/></operation>
</portType><binding name="B" type="b:T">
<soap:binding transport="http://schemas.xmlsoap.org/soap/http"/><operation name="Ping">
<soap:operation soapAction=""/><input><soap:body use="literal"/></input>
<output><soap:body use="literal"/></output></operation></binding></definitions>"""
TYPES = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:sub"
 elementFormDefault="qualified"><xs:element name="Ping"><xs:complexType><xs:sequence>
<xs:element name="text" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
</xs:schema>"""


class PagesTests(SynchronousTestCase):
    def test_addresses_lead_to_the_mock(self) -> None:
        with MockServer(BANK) as bank:
            root = etree.fromstring(send(bank.url + "?wsdl", "GET", None, {}).body)
            found = {a.get("location") for a in root.iter() if str(a.tag).endswith("}address")}
            self.assertEqual(found, {bank.url})
            by_name = send(bank.url.replace("127.0.0.1", "localhost") + "?WSDL", "GET", None, {})
            self.assertIn(b"http://localhost:", by_name.body)

    def test_imports_are_served_and_linked(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "sub").mkdir()
            (folder / "top.wsdl").write_text(IMPORTING)
            (folder / "sub" / "bindings.wsdl").write_text(BINDINGS)
            (folder / "sub" / "types.xsd").write_text(TYPES)
            with MockServer(folder / "top.wsdl") as mock:
                root = etree.fromstring(send(mock.url + "?wsdl", "GET", None, {}).body)
                link = root.find(f"{_WSDL}import").get("location")
                self.assertTrue(link.startswith(mock.url + "?wsdl="), unquote(link))
                below = etree.fromstring(send(link, "GET", None, {}).body)
                link = next(below.iter(f"{_XSD}include")).get("schemaLocation")
                schema = send(link, "GET", None, {})
                self.assertIn(b'name="Ping"', schema.body)
                answer = post(mock.url, body='<Ping xmlns="urn:sub"><text>x</text></Ping>')
                self.assertEqual(answer.text("text"), "x")

    def test_a_page_for_people_and_what_is_not_there(self) -> None:
        with MockServer(BANK) as bank:
            page = send(bank.url, "GET", None, {})
            self.assertIn(b"GetBalance", page.body)
            self.assertEqual(send(bank.url + "?wsdl=../x", "GET", None, {}).status, 404)
