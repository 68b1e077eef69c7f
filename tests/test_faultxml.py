"""The text of faults: codes in either version, details, the complete message byte by byte."""

from __future__ import annotations

from typing import Any

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ZSI.envelope import SOAP11, SOAP12, VERSIONS, SoapVersion, envelope_tag, parse_envelope
from ZSI.errors import ValueRefused
from ZSI.fault import Fault
from ZSI.faultxml import (
    ActorFaultDetail,
    Code,
    Detail,
    URIFaultDetail,
    ZSIFaultDetail,
    ZSIHeaderDetail,
    code_name,
    codes_in,
    fault_envelope,
)
from ZSI.names import SOAP11_ENV, SOAP12_ENV, SOAP12_RPC, XSD, QName
from ZSI.xmlio import canonicalize, parse_document


class Typed:
    """A stand-in for a generated message class."""

    typecode = object()


def fault_text(fault: Fault, version: SoapVersion, prefix: str = "soapenv") -> str:
    """The Fault element as written."""
    text = fault_envelope(fault, version, prefix=prefix).decode()
    name = f"{prefix}:Body>" if prefix else "Body>"
    return text[text.index(f"<{name}") + len(name) + 1 : text.index(f"</{name}")]


class CodeTests(SynchronousTestCase):
    def test_names(self) -> None:
        for code, expected in (
            (Fault.Client, (SOAP11_ENV, "Client")),
            ("SOAP-ENV:Server", (SOAP11_ENV, "Server")),
            ("env:Sender", (SOAP11_ENV, "Sender")),
            ("Client.Auth", (SOAP11_ENV, "Client.Auth")),
            ("Overdrawn", (None, "Overdrawn")),
            ("{urn:x}Code", ("urn:x", "Code")),
            (("urn:x", "Code"), ("urn:x", "Code")),
            (QName(None, "Code"), (None, "Code")),
        ):
            self.assertEqual(code_name(code), expected)

    def test_no_names(self) -> None:
        for code in ("", "a b", "x:", "1", "app:Code", "<a>", ("urn:x", "a:b"), ("u\x00", "a")):
            self.assertRaises(ValueRefused, code_name, code)
        number: Any = 911
        self.assertRaises(ValueRefused, Fault, number, "no name")

    def test_in_each_version(self) -> None:
        table: tuple[tuple[Code, str, tuple[str, ...]], ...] = (
            ("Client", "Client", ("Sender",)),
            ("Sender", "Client", ("Sender",)),
            ("Server", "Server", ("Receiver",)),
            ("Receiver", "Server", ("Receiver",)),
            ((SOAP12_ENV, "Sender"), "Client", ("Sender",)),
            (Fault.MU, "MustUnderstand", ("MustUnderstand",)),
            ("VersionMismatch", "VersionMismatch", ("VersionMismatch",)),
            ("DataEncodingUnknown", "Client.DataEncodingUnknown", ("DataEncodingUnknown",)),
            ("Client.Auth.Old", "Client.Auth.Old", ("Sender", "Client.Auth.Old")),
            ("Sender.Auth", "Client.Auth", ("Sender", "Sender.Auth")),
            ("Overdrawn", "Overdrawn", ("Receiver", "Overdrawn")),
            (("urn:x", "Code"), "Code", ("Receiver", "Code")),
        )
        for code, old, new in table:
            fault = Fault(code, "x")
            self.assertEqual([n.localname for n in codes_in(fault, SOAP11)], [old])
            self.assertEqual(tuple(n.localname for n in codes_in(fault, SOAP12)), new)
            self.assertEqual(codes_in(fault, SOAP12)[0].namespace, SOAP12_ENV)

    def test_subcodes(self) -> None:
        fault = Fault("Sender", "x", subcodes=[(SOAP12_RPC, "BadArguments"), ("urn:x", "Deep")])
        self.assertEqual(codes_in(fault, SOAP11), ((SOAP12_RPC, "BadArguments"),))
        self.assertEqual(
            [n.localname for n in codes_in(fault, SOAP12)][1:], ["BadArguments", "Deep"]
        )


class ElementTests(SynchronousTestCase):
    def test_soap11(self) -> None:
        fault = Fault(Fault.Client, "a < b", "urn:actor", "<d/>")
        self.assertEqual(
            fault_text(fault, SOAP11),
            "<soapenv:Fault><faultcode>soapenv:Client</faultcode>"
            "<faultstring>a &lt; b</faultstring><faultactor>urn:actor</faultactor>"
            "<detail><d/></detail></soapenv:Fault>",
        )

    def test_soap12(self) -> None:
        fault = Fault(
            ("urn:x", "Code"),
            "a < b",
            "urn:role",
            "<d/>",
            subcodes=["Sub"],
            node="urn:n",
            lang="de",
        )
        self.assertEqual(
            fault_text(fault, SOAP12),
            "<soapenv:Fault><soapenv:Code><soapenv:Value>soapenv:Receiver</soapenv:Value>"
            '<soapenv:Subcode><soapenv:Value xmlns:ns1="urn:x">ns1:Code</soapenv:Value>'
            "<soapenv:Subcode><soapenv:Value>Sub</soapenv:Value></soapenv:Subcode>"
            "</soapenv:Subcode></soapenv:Code>"
            '<soapenv:Reason><soapenv:Text xml:lang="de">a &lt; b</soapenv:Text></soapenv:Reason>'
            "<soapenv:Node>urn:n</soapenv:Node><soapenv:Role>urn:role</soapenv:Role>"
            "<soapenv:Detail><d/></soapenv:Detail></soapenv:Fault>",
        )

    def test_prefixes(self) -> None:
        fault = Fault("Client", "x")
        self.assertTrue(
            fault_text(fault, SOAP11, "soap").startswith("<soap:Fault><faultcode>soap:")
        )
        default = fault_text(fault, SOAP11, "")
        self.assertTrue(default.startswith('<Fault><faultcode xmlns="">soapenv:Client</faultcode>'))

    def test_every_prefix_says_the_same(self) -> None:
        fault = Fault(("urn:x", "C"), "x", "urn:a", ["<d a='1'><e/></d>", "text"], subcodes=["Sub"])
        for version in VERSIONS.values():
            seen = set()
            for prefix in ("soapenv", "soap", ""):
                envelope = parse_envelope(fault_envelope(fault, version, prefix=prefix))
                assert envelope.root is not None
                names = [
                    (element.tag, (element.text or "").rpartition(":")[2], dict(element.attrib))
                    for element in envelope.root.iter()
                ]
                seen.add(repr(names))
            self.assertEqual(len(seen), 1, seen)

    def test_fault_children_of_soap11_have_no_namespace(self) -> None:
        for prefix in ("soapenv", "soap", ""):
            data = fault_envelope(Fault("Client", "x", "a", "<d/>"), SOAP11, prefix=prefix)
            root = parse_envelope(data).root
            assert root is not None
            tags = [child.tag for child in root]
            self.assertEqual(tags, ["faultcode", "faultstring", "faultactor", "detail"])

    def test_text_that_xml_cannot_hold(self) -> None:
        for version in VERSIONS.values():
            text = fault_text(Fault("Client", "a\x00b\ud800", "\x01"), version)
            self.assertIn("a\ufffdb\ufffd", text)
            parse_document(fault_envelope(Fault("Client", "a\x00", "\x01", "\x02"), version))


class DetailTests(SynchronousTestCase):
    def detail(self, *items: object, version: SoapVersion = SOAP11) -> str:
        text = fault_text(Fault("Client", "x", detail=list(items)), version)
        name = "detail>" if version is SOAP11 else "soapenv:Detail>"
        return text[text.index(f"<{name}") + len(name) + 1 : text.index(f"</{name}")]

    def test_elements(self) -> None:
        element = etree.fromstring(f'<a xmlns:q="urn:q" xmlns:xsd="{XSD}" t="q:n"/>')
        for version in VERSIONS.values():
            self.assertEqual(self.detail(element, version=version), '<a xmlns:q="urn:q" t="q:n"/>')

    def test_foreign_binding_of_a_reserved_prefix_stays(self) -> None:
        element = etree.fromstring('<xsd:a xmlns:xsd="urn:mine"/>')
        self.assertEqual(self.detail(element), '<xsd:a xmlns:xsd="urn:mine"/>')

    def test_element_inside_a_document(self) -> None:
        """Without its tail, with the prefixes that its values may need."""
        root = etree.fromstring('<r xmlns:p="urn:p"><a t="p:x"/>tail</r>')
        self.assertEqual(self.detail(root[0]), '<a xmlns:p="urn:p" t="p:x"/>')

    def test_markup(self) -> None:
        self.assertEqual(self.detail("<a>1</a>", b"<b/>"), "<a>1</a><b/>")
        self.assertEqual(self.detail('<?xml version="1.0"?><a/>'), "<a/>")

    def test_text_is_never_markup(self) -> None:
        for text in ("no user <b/>", "<a>", "<a/><b/>", "</detail>", "<!DOCTYPE a><a/>", "", "a&b"):
            detail = self.detail(text)
            self.assertTrue(detail.startswith("<ZSI:FaultDetail><ZSI:string>"), detail)
            message = fault_envelope(Fault("Client", "x", detail=text), SOAP11)
            entry = parse_document(message).find(".//detail")
            assert entry is not None
            self.assertEqual((len(entry), entry[0][0].text or ""), (1, text))

    def test_zsi_details(self) -> None:
        self.assertEqual(
            self.detail(ZSIFaultDetail("a<", "/b"), URIFaultDetail("urn:x", "n")),
            "<ZSI:FaultDetail><ZSI:string>a&lt;</ZSI:string><ZSI:trace>/b</ZSI:trace>"
            "</ZSI:FaultDetail><ZSI:URIFaultDetail><ZSI:URI>urn:x</ZSI:URI>"
            "<ZSI:localname>n</ZSI:localname></ZSI:URIFaultDetail>",
        )
        self.assertEqual(
            self.detail(ActorFaultDetail("urn:a")),
            "<ZSI:ActorFaultDetail><ZSI:URI>urn:a</ZSI:URI></ZSI:ActorFaultDetail>",
        )
        self.assertEqual(str(ZSIFaultDetail("a", "b")), "a\nb")

    def test_wrapped(self) -> None:
        fault = Fault(
            "Client", "x", None, Detail(["<a/>"]), ZSIHeaderDetail(["<h:b xmlns:h='u:h'/>"])
        )
        self.assertIn("<detail><a/></detail>", fault_text(fault, SOAP11))
        message = fault_envelope(fault, SOAP11)
        self.assertEqual(parse_envelope(message).headers[0].name, ("u:h", "b"))

    def test_typed(self) -> None:
        typed = Typed()
        fault = Fault("Client", "x", detail=[typed, "<a/>"])
        for answer in ("<t/>", b"<t/>"):
            message = fault_envelope(
                fault, SOAP11, serialize_detail=lambda item, answer=answer: answer
            )
            self.assertIn(b"<detail><t/><a/></detail>", message)

    def test_refused_where_it_is_made(self) -> None:
        for detail in (object(), 3, {"a": 1}, [b"<a/>", None]):
            error = self.assertRaises(ValueRefused, Fault, "Client", "x", None, detail)
            self.assertEqual(error.blame, "server")


class MessageTests(SynchronousTestCase):
    def test_bytes(self) -> None:
        expected = (
            f"{envelope_tag(SOAP11)}<soapenv:Header></soapenv:Header><soapenv:Body>"
            "<soapenv:Fault><faultcode>soapenv:Server</faultcode><faultstring>é</faultstring>"
            "</soapenv:Fault></soapenv:Body></soapenv:Envelope>"
        )
        self.assertEqual(fault_envelope(Fault(Fault.Server, "é"), SOAP11), expected.encode())

    def test_same_bytes_twice(self) -> None:
        for version in VERSIONS.values():
            made = {
                fault_envelope(Fault(("urn:x", "C"), "x", detail=["<a/>", "t"]), version)
                for _ in range(3)
            }
            self.assertEqual(len(made), 1)

    def test_headers(self) -> None:
        block = '<w:RelatesTo xmlns:w="urn:w">1</w:RelatesTo>'
        for version in VERSIONS.values():
            message = fault_envelope(Fault("Client", "x"), version, headers=[block])
            self.assertEqual(parse_envelope(message).headers[0].name, ("urn:w", "RelatesTo"))

    def test_not_understood(self) -> None:
        """SOAP 1.2 part 1 section 5.4.8; 1.1 has no such header."""
        fault = Fault(Fault.MU, "x", not_understood=[QName("urn:h&", "A"), QName("urn:h", "B")])
        for prefix in ("soapenv", "soap", ""):
            envelope = parse_envelope(fault_envelope(fault, SOAP12, prefix=prefix))
            blocks = [block.element for block in envelope.headers]
            self.assertEqual({b.tag for b in blocks}, {f"{{{SOAP12_ENV}}}NotUnderstood"})
            names = []
            for element in blocks:
                at, _, local = (element.get("qname") or "").partition(":")
                names.append((element.nsmap[at], local))
            self.assertEqual(names, [("urn:h&", "A"), ("urn:h", "B")])
        self.assertEqual(parse_envelope(fault_envelope(fault, SOAP11)).headers, ())

    def test_upgrade(self) -> None:
        """SOAP 1.2 part 1 section 5.4.7."""
        fault = Fault("VersionMismatch", "x")
        for prefix in ("soapenv", "soap", ""):
            envelope = parse_envelope(fault_envelope(fault, SOAP12, prefix=prefix))
            upgrade = envelope.headers[0]
            self.assertEqual(upgrade.name, (SOAP12_ENV, "Upgrade"))
            names = []
            for element in upgrade.element:
                at, _, local = (element.get("qname") or "").partition(":")
                names.append((element.nsmap[at], local))
            self.assertEqual(names, [(SOAP12_ENV, "Envelope"), (SOAP11_ENV, "Envelope")])
        self.assertEqual(parse_envelope(fault_envelope(fault, SOAP11)).headers, ())

    def test_canonical_equality_across_runs(self) -> None:
        message = fault_envelope(Fault("Client", "x\ry"), SOAP12)
        self.assertIn(b"x&#xD;y", canonicalize(parse_document(message)))
