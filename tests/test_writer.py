"""SoapWriter: envelopes around typed objects."""

from __future__ import annotations

from typing import Any

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ZSI.envelope import SOAP11, SOAP12, SoapVersion
from ZSI.errors import EvaluateException, ValueRefused
from ZSI.names import SOAP11_ENC, SOAP11_ENV, XSD, ZSI_SCHEMA_URI
from ZSI.parse import ParsedSoap
from ZSI.schema import Registry
from ZSI.TC.anyxml import AnyXML
from ZSI.TC.compound import Compound, SimpleElement
from ZSI.TC.fields import any_element, element
from ZSI.writer import SoapWriter

NS, LOCAL, OTHER = "urn:test-writer", "urn:local", "urn:other"
REGISTRY = Registry("tests.test_writer", namespaces=(NS,), public=False)
SECOND = Registry("tests.test_writer, another", namespaces=(OTHER,), public=False)


class Echo(Compound, element=(NS, "Echo"), registry=REGISTRY):
    """Qualified children."""

    value: Any = element("value", (XSD, "anyType"), ns=NS)


class Local(Compound, element=(NS, "Local"), registry=REGISTRY):
    """Unqualified children, and anything."""

    name: str | None = element("name", (XSD, "string"), default=None)
    ref: Any = element("ref", (XSD, "QName"), default=None)
    any: Any = any_element(process="lax", min=0)
    again: Any = element("again", (NS, "Again"), default=None)


class Again(Compound, type=(NS, "Again"), registry=REGISTRY):
    """A type that may hold itself."""

    again: Any = element("again", (NS, "Again"), default=None)


class Stamp(SimpleElement, element=(OTHER, "stamp"), simple=(XSD, "int"), registry=SECOND):
    """An element of another package."""


class MessageTests(SynchronousTestCase):
    """The text of messages."""

    def test_soap11(self) -> None:
        text = str(SoapWriter().serialize(Echo(value=1)))
        self.assertEqual(
            text,
            f'<soapenv:Envelope xmlns:soapenv="{SOAP11_ENV}" xmlns:soapenc="{SOAP11_ENC}" '
            f'xmlns:xsd="{XSD}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            f'xmlns:ZSI="{ZSI_SCHEMA_URI}"><soapenv:Header></soapenv:Header>'
            f'<soapenv:Body xmlns:ns1="{NS}"><ns1:Echo><ns1:value xsi:type="xsd:int">1</ns1:value>'
            "</ns1:Echo></soapenv:Body></soapenv:Envelope>",
        )

    def test_bytes(self) -> None:
        writer = SoapWriter().serialize(Echo(value="é"))
        self.assertEqual(bytes(writer), str(writer).encode())

    def test_canonical(self) -> None:
        """As ZSI's: no declaration, no white space, empty elements as pairs of tags."""
        text = str(SoapWriter().serialize(Echo(value="")))
        self.assertEqual(etree.tostring(etree.fromstring(text), method="c14n").decode().count("<"),
                         text.count("<"))  # fmt: skip
        self.assertNotIn("/>", text)

    def test_versions_and_prefixes(self) -> None:
        for version in (SOAP11, SOAP12):
            for prefix in ("soapenv", "soap", "S", ""):
                self.round_trip(version, prefix)

    def round_trip(self, version: SoapVersion, prefix: str) -> None:
        value = Local(name="x", ref=(LOCAL, "a"), any=AnyXML.xml("<plain><b/></plain>"))
        writer = SoapWriter(version=version, prefix=prefix)
        text = str(writer.serialize(value, header_pyobjs=[Stamp(5)]))  # type: ignore[misc]  # ZSI's
        ps = ParsedSoap(text)
        self.assertIs(ps.version, version)
        self.assertEqual(ps.Parse(Local.typecode), value, (version, prefix))
        self.assertEqual(ps.ParseHeaderElements([Stamp.typecode]), {(OTHER, "stamp"): 5})
        self.assertTrue(text.startswith(f"<{prefix + ':' if prefix else ''}Envelope"))

    def test_prefixes_that_are_taken(self) -> None:
        for prefix in ("xsd", "xsi", "a b", "xmlns"):
            writer = SoapWriter(prefix=prefix).serialize(Echo(value=1))
            self.assertRaises(ValueRefused, str, writer)

    def test_without_header(self) -> None:
        text = str(SoapWriter(header=False).serialize(Echo(value=1)))
        self.assertNotIn("Header", text)
        text = str(SoapWriter(header=False).serialize_header(Stamp(1)))  # type: ignore[misc]  # ZSI's
        self.assertIn("Header", text)

    def test_empty(self) -> None:
        self.assertIn("<soapenv:Body></soapenv:Body>", str(SoapWriter()))
        self.assertEqual(str(SoapWriter(envelope=False)), "")

    def test_without_envelope(self) -> None:
        writer = SoapWriter(envelope=False).serialize(Echo(value=1))
        root = etree.fromstring(str(writer))
        self.assertEqual(root.tag, f"{{{NS}}}Echo")
        self.assertEqual(ParsedSoap(str(writer), envelope=False).Parse(Echo), Echo(value=1))

    def test_encoding_style(self) -> None:
        """On the children of Body, where both versions have it (SOAP 1.1, 4.1.1; 1.2, 5.1.1)."""
        writer = SoapWriter(encodingStyle='u"x').serialize(Echo(value=1))
        root = ParsedSoap(str(writer)).body_root
        self.assertEqual(root.get(f"{{{SOAP11_ENV}}}encodingStyle"), 'u"x')

    def test_further_prefixes(self) -> None:
        writer = SoapWriter(nsdict={"a": "urn:a<"})
        writer.writeNSDict({"b": "urn:b"})
        envelope = ParsedSoap(str(writer.serialize(Echo(value=1)))).envelope
        assert envelope is not None
        self.assertEqual((envelope.nsmap["a"], envelope.nsmap["b"]), ("urn:a<", "urn:b"))

    def test_text_that_is_xml_already(self) -> None:
        writer = SoapWriter().add_body("<a xmlns='urn:a'/>").add_header("<b xmlns='urn:b'/>")
        ps = ParsedSoap(str(writer))
        self.assertEqual((ps.body_root.tag, ps.header_elements[0].tag), ("{urn:a}a", "{urn:b}b"))
        writer = SoapWriter(prefix="").add_body("<a/>").add_body("<b xmlns='urn:b'/>")
        tags = [elt.tag for elt in ParsedSoap(str(writer)).message.body_elements]
        self.assertEqual(tags, ["a", "{urn:b}b"])
        self.assertEqual(SoapWriter().add_body("<a/>").body, "<a/>")


class SeveralTests(SynchronousTestCase):
    """Objects of several packages, whose prefixes are all ns1."""

    def test_prefixes_do_not_mix(self) -> None:
        writer = SoapWriter().serialize(Echo(value=1)).serialize(Stamp(2)).serialize(Echo(value=3))  # type: ignore[misc]  # ZSI's
        elements = ParsedSoap(str(writer)).message.body_elements
        tags = [elt.tag for elt in elements]
        self.assertEqual(tags, [f"{{{NS}}}Echo", f"{{{OTHER}}}stamp", f"{{{NS}}}Echo"])

    def test_headers_do_not_mix(self) -> None:
        writer = SoapWriter().serialize_header(Echo(value=1)).serialize_header(Stamp(2))  # type: ignore[misc]  # ZSI's
        tags = [elt.tag for elt in ParsedSoap(str(writer)).header_elements]
        self.assertEqual(tags, [f"{{{NS}}}Echo", f"{{{OTHER}}}stamp"])

    def test_passing_namespaces(self) -> None:
        """Prefixes that live as long as a message: n1 for both, and not the same."""
        writer = SoapWriter()
        for uri in ("urn:p", "urn:q"):
            writer.serialize(Local(ref=(uri, "x")))
        for elt, uri in zip(
            ParsedSoap(str(writer)).message.body_elements, ("urn:p", "urn:q"), strict=True
        ):
            self.assertEqual(Local.typecode.parse(elt).ref, (uri, "x"))


class RefusalTests(SynchronousTestCase):
    """What cannot be written."""

    def test_without_typecode(self) -> None:
        with self.assertRaisesRegex(EvaluateException, "is a class: give an object of it"):
            SoapWriter().serialize(Again)
        with self.assertRaisesRegex(EvaluateException, "int has no typecode"):
            SoapWriter().serialize(5)

    def test_a_type_alone(self) -> None:
        with self.assertRaisesRegex(EvaluateException, "Again is a type, not an element"):
            SoapWriter().serialize(Again())

    def test_typecode_by_class(self) -> None:
        text = str(SoapWriter().serialize(Echo(value=1), Echo))
        self.assertEqual(text, str(SoapWriter().serialize(Echo(value=1), Echo.typecode)))

    def test_object_of_another_class(self) -> None:
        with self.assertRaises(EvaluateException) as caught:
            SoapWriter().serialize(Stamp(1), Echo)  # type: ignore[misc]  # ZSI's
        self.assertIn("'stamp'", str(caught.exception).lower())

    def test_object_that_holds_itself(self) -> None:
        value = Local(again=Again())
        value.again.again = value.again
        with self.assertRaisesRegex(EvaluateException, "Local holds itself, or objects nested"):
            SoapWriter().serialize(value)

    def test_nothing_is_left_of_what_failed(self) -> None:
        writer = SoapWriter()
        self.assertRaises(EvaluateException, writer.serialize, Echo())  # type: ignore[call-arg]  # that is it
        writer.serialize(Echo(value=1))
        self.assertEqual(str(writer), str(SoapWriter().serialize(Echo(value=1))))
        writer.close()
