"""Tests for what a service shows on GET; over HTTP: soap_suite.py."""

from __future__ import annotations

from typing import Any, ClassVar

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from tests.twisted_.services import PingServer, Typed
from tests.twisted_.wire import Connected, raw
from ZSI.twisted.pages import base_url, description, document_page, documents_of, turned

WSDL = b"""<?xml version="1.0" encoding="iso-8859-1"?>
<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:x="http://www.w3.org/2001/XMLSchema"
  xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:t="http://schemas.xmlsoap.org/wsdl/soap12/"
  xmlns:h="http://schemas.xmlsoap.org/wsdl/http/">
  <w:import namespace="urn:a" location="a b.wsdl"/>
  <w:import namespace="urn:b" location="http://elsewhere/b.wsdl"/>
  <w:types><x:schema><x:import namespace="urn:c" schemaLocation="c&amp;d.xsd"/>
    <x:include schemaLocation="c&amp;d.xsd"/><x:redefine schemaLocation="c&amp;d.xsd"/>
    <x:import namespace="urn:e"/></x:schema></w:types>
  <w:service name="caf\xe9"><w:port name="a"><s:address location="http://old/"/></w:port>
    <w:port name="b"><t:address location="http://old/"/></w:port>
    <w:port name="c"><h:address location="http://old/"/></w:port></w:service>
</w:definitions>"""
NAMES = ("root.wsdl", "a b.wsdl", "c&d.xsd")


class Held:
    """Documents in memory."""

    contents: ClassVar[dict[str, bytes]] = {"root.wsdl": WSDL, "a b.wsdl": WSDL, "c&d.xsd": b"<a/>"}


class Documented(PingServer):
    """A service with several documents."""

    documents: Any = Held()


class PagesTests(SynchronousTestCase):
    """Documents turned to where the request came."""

    def test_turned(self) -> None:
        root = etree.fromstring(turned(WSDL, "http://new/x&y", NAMES))
        locations = [e.get("location") or e.get("schemaLocation") for e in root.iter("{*}*")]
        self.assertEqual(
            [location for location in locations if location],
            [
                "http://new/x&y?wsdl=a%20b.wsdl",
                "http://elsewhere/b.wsdl",
                *["http://new/x&y?xsd=c%26d.xsd"] * 3,
                *["http://new/x&y"] * 2,
                "http://old/",
            ],
        )
        self.assertEqual(root[-1].get("name"), "café")

    def test_links_lead_back_here(self) -> None:
        here = Connected("front", Documented())
        for target in (b"/echo?wsdl=a%20b.wsdl", b"/echo?xsd=c%26d.xsd", b"/echo?WSDL=root.wsdl"):
            here.send(raw(b"GET " + target + b" HTTP/1.1", b"Host: h"))
        self.assertEqual([a.status for a in here.answers()], [200] * 3)

    def test_text_of_a_handwritten_class(self) -> None:
        class Service(PingServer):
            _wsdl = WSDL.decode("latin-1").replace("iso-8859-1", "utf-8")

        answer = document_page(Service(), "http://new", "")
        self.assertEqual(answer.status, 200)
        self.assertIn(b'location="http://new"', answer.body)
        self.assertIn("café".encode(), answer.body)
        self.assertEqual(documents_of(PingServer()), {})

    def test_description(self) -> None:
        text = description(PingServer(), "http://h/ping")
        self.assertIn("PingServer: a SOAP service", text)
        self.assertIn("  Ping\n  Poke\n  Tell\n", text)
        self.assertNotIn("WSDL:", text)
        self.assertIn("WSDL: http://h/echo?wsdl", description(Typed(), "http://h/echo"))


class BaseUrlTests(SynchronousTestCase):
    """Where the request came."""

    def url(self, *lines: bytes, trust_proxy: bool = True) -> str:
        here = Connected("front")
        here.send(raw(*lines))
        return base_url(here.service.requests[0], trust_proxy)

    def test_host(self) -> None:
        self.assertEqual(self.url(b"GET /echo HTTP/1.1", b"Host: [::1]:8"), "http://[::1]:8/echo")
        self.assertEqual(self.url(b"GET /echo HTTP/1.1", b"Host:"), "http://10.0.0.1:12345/echo")

    def test_proxies(self) -> None:
        start = (b"GET /echo HTTP/1.1", b"Host: inner")
        for fields, url in (
            ((b"X-Forwarded-Proto: HTTPS",), "https://inner/echo"),
            ((b"X-Forwarded-Proto: ftp",), "http://inner/echo"),
            ((b"X-Forwarded-Host: outer:9",), "http://outer:9/echo"),
            ((b"X-Forwarded-Host: a b",), "http://inner/echo"),
            ((b"X-Forwarded-Prefix: /a/b",), "http://inner/a/b/echo"),
            ((b'X-Forwarded-Prefix: /"><x',), "http://inner/echo"),
            ((b"X-Forwarded-Prefix: no-slash",), "http://inner/echo"),
        ):
            self.assertEqual(self.url(*start, *fields), url, fields)
            self.assertEqual(self.url(*start, *fields, trust_proxy=False), "http://inner/echo")
