"""Versions of SOAP and media types."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ZSI.errors import RequestRefused, ValueRefused
from ZSI.versions import (
    SOAP11,
    SOAP12,
    VERSIONS,
    SoapVersion,
    envelope_prefixes,
    envelope_tag,
    parse_media_type,
    refuse_media_type,
)


class SoapVersionTests(SynchronousTestCase):
    def test_status(self) -> None:
        """1.1 section 6.2; 1.2 part 2 table 20."""
        for code in ("Client", "Server", "VersionMismatch", "MustUnderstand", "Client.Auth"):
            self.assertEqual(SOAP11.status_for(code), 500)
        self.assertEqual(SOAP12.status_for("Sender"), 400)
        for code in ("Receiver", "VersionMismatch", "MustUnderstand", "DataEncodingUnknown"):
            self.assertEqual(SOAP12.status_for(code), 500)

    def test_content_type(self) -> None:
        self.assertEqual(SOAP11.content_type("urn:x"), "text/xml; charset=utf-8")
        self.assertEqual(SOAP12.content_type(), "application/soap+xml; charset=utf-8")
        self.assertEqual(
            SOAP12.content_type('u"\r\nX: y\\'),
            'application/soap+xml; charset=utf-8; action="uX: y"',
        )

    def test_usable_as_key(self) -> None:
        self.assertEqual({SOAP11: 1, SOAP12: 2}[VERSIONS["1.2"]], 2)

    def test_envelope_tag(self) -> None:
        for version in VERSIONS.values():
            for prefix in ("soapenv", "soap", "", "é"):
                tag = envelope_tag(version, prefix)
                end = f"</{prefix}{':' * bool(prefix)}Envelope>"
                root = etree.fromstring(tag + end)
                self.assertEqual(root.tag, f"{{{version.namespace}}}Envelope")
                declared = {name or "": uri for name, uri in root.nsmap.items()}
                self.assertEqual(declared, dict(envelope_prefixes(version, prefix)))
                self.assertEqual(list(declared)[:5], ["soapenv", "soapenc", "xsd", "xsi", "ZSI"])
                self.assertEqual(declared["soapenc"], version.encoding_style)

    def test_envelope_prefix_refused(self) -> None:
        for prefix in ("xsd", "soapenc", "ZSI", "xml", "xmlns", "a b", "1", "a:b", 'a"', "<"):
            self.assertRaises(ValueRefused, envelope_tag, SOAP11, prefix)


class MediaTypeTests(SynchronousTestCase):
    def test_usual(self) -> None:
        for header in (
            "text/xml; charset=utf-8",
            b"text/xml; charset=utf-8",
            'TEXT/XML;charset="UTF-8"',
            "text/xml ; Charset = 'utf-8' ;",
            "text/xml;;charset=utf-8;charset=latin-1",
            "text/xml; a=b; charset=utf-8, text/xml",
        ):
            read = parse_media_type(header)
            self.assertEqual(read.type, "text/xml", header)
            self.assertIn(read.charset, ("utf-8", "utf-8, text/xml"), header)
            self.assertIs(read.version, SOAP11)

    def test_soap12(self) -> None:
        read = parse_media_type('application/soap+xml; charset=utf-8; action="urn:x;y=\\"z\\""')
        self.assertEqual((read.charset, read.action), ("utf-8", 'urn:x;y="z"'))
        self.assertIs(read.version, SOAP12)
        self.assertEqual(parse_media_type("application/soap+xml;action=urn:x").action, "urn:x")

    def test_nothing(self) -> None:
        for header in (None, "", b"", " ", ";", ";charset", "; charset=", b"\xff\xfe;\x00"):
            read = parse_media_type(header)
            self.assertIsNone(read.charset, header)
            self.assertIs(read.version, SOAP11)
        self.assertEqual(parse_media_type(None).type, "")

    def test_multipart(self) -> None:
        self.assertIs(
            parse_media_type(
                'multipart/related; type="application/xop+xml"; start="<a>"; boundary="b;c";'
                ' start-info="application/soap+xml; action=x"'
            ).version,
            SOAP12,
        )
        swa = parse_media_type("multipart/related; type=text/xml; boundary=b")
        self.assertIs(swa.version, SOAP11)
        self.assertEqual(swa.parameters["boundary"], "b")

    def test_refused(self) -> None:
        for header in ("application/json", "application/problem+json", "multipart/related"):
            error = self.assertRaises(RequestRefused, refuse_media_type, parse_media_type(header))
            self.assertEqual(error.status, 415)
        for header in ("text/xml", "application/x-www-form-urlencoded", "", "text/plain"):
            refuse_media_type(parse_media_type(header))

    def test_hostile(self) -> None:
        started = time.process_time()
        for header in ("x" + ';a="' * 16_000, "x;" + "a" * 64_000, "x" + "; " * 32_000, '"' * 9999):
            parse_media_type(header)
        self.assertLess(time.process_time() - started, 1)

    @settings(deadline=None)
    @given(st.text(max_size=60) | st.binary(max_size=60))
    def test_anything(self, header: str | bytes) -> None:
        read = parse_media_type(header)
        self.assertIsInstance(read.type, str)
        self.assertIsInstance(read.version, SoapVersion)
