"""ZSI.wstools: what users of ZSI imported from there.

Covers: ZSI.wstools.Namespaces, ZSI.wstools.Utility, ZSI.wstools.c14n, ZSI.wstools.XMLname,
ZSI.wstools.UserTuple, ZSI.wstools.TimeoutSocket, ZSI.wstools.logging, ZSI.wstools.MIMEAttachment
"""

from __future__ import annotations

import email
import io
import logging as python_logging
import os
from pathlib import Path

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

import ZSI
from ZSI.errors import ParseException
from ZSI.wsdl.model import Contract
from ZSI.wstools import Namespaces, TimeoutSocket, Utility, XMLname, c14n, logging
from ZSI.wstools.MIMEAttachment import NL, MIMEMessage
from ZSI.wstools.UserTuple import UserTuple
from ZSI.wstools.WSDLTools import WSDL, WSDLError, WSDLReader
from ZSI.xmlio import parse_document

ROOT = Path(__file__).parents[2]
ECHO = ROOT / "echo.wsdl"


class PackageTests(SynchronousTestCase):
    """Modules when they are asked for."""

    def test_from_the_top(self) -> None:
        self.assertIs(ZSI.wstools.Namespaces, Namespaces)
        self.assertRaises(AttributeError, getattr, ZSI.wstools, "nothing")

    def test_uris(self) -> None:
        """Every public name of every class is a URI."""
        found = 0
        for kind in vars(Namespaces).values():
            for name, value in vars(kind).items() if isinstance(kind, type) else ():
                if name.isupper() and isinstance(value, str):
                    self.assertTrue(value.startswith("http://"), value)
                    found += 1
        self.assertGreater(found, 60)
        self.assertIs(Namespaces.WSA, Namespaces.WSA200408)


class WSDLReaderTests(SynchronousTestCase):
    """A WSDL by ZSI's names."""

    def check(self, wsdl: WSDL) -> None:
        service = wsdl.services["EchoServer"]
        port = service.ports[0]
        self.assertEqual((service.name, port.name), ("EchoServer", "EchoServer"))
        self.assertEqual(port.getAddressBinding().location, "http://localhost:8080/echo")
        operation = port.getBinding().operations["Echo"]
        self.assertEqual((operation.soapAction, operation.style), ("Echo", "document"))
        message = operation.getOperation().getInputMessage()
        assert message is not None
        self.assertEqual(message.parts["parameters"].element, ("urn:ZSI", "Echo"))
        self.assertIsNone(message.parts[0].type)

    def test_sources(self) -> None:
        reader = WSDLReader()
        text = ECHO.read_bytes()
        for wsdl in (
            reader.loadFromFile(str(ECHO)),
            reader.loadFromURL(ECHO.as_uri()),
            reader.loadFromString(text),
            reader.loadFromString(text.decode()),
            reader.loadFromStream(io.BytesIO(text)),
        ):
            self.check(wsdl)

    def test_views(self) -> None:
        wsdl = WSDLReader().loadFromFile(str(ECHO))
        self.assertIsInstance(wsdl.contract, Contract)
        self.assertEqual([port_type.name for port_type in wsdl.portTypes], ["EchoServer"])
        operation = wsdl.portTypes["EchoServer"].operations["Echo"]
        self.assertEqual(operation.output.message, ("urn:ZSI", "EchoResponse"))
        self.assertEqual(operation.getOutputMessage().name, "EchoResponse")
        self.assertEqual((len(operation.faults), operation.parameterOrder), (0, ()))
        self.assertIsNone(operation.input.action)
        self.assertEqual(wsdl.bindings[0].type, ("urn:ZSI", "EchoServer"))
        self.assertEqual(wsdl.bindings[0].style, "document")
        port = wsdl.services[0].ports[0]
        self.assertEqual(port.getPortType().getTargetNamespace(), "urn:ZSI")
        self.assertEqual(port.binding, ("urn:ZSI", "EchoServer"))
        self.assertIs(port.getWSDL(), wsdl)
        self.assertEqual((port.getTargetNamespace(), port.documentation), ("urn:ZSI", ""))
        self.assertEqual(len(wsdl.messages.list()), 2)
        self.assertEqual((repr(port), wsdl.types.elements and True), ("<Port EchoServer>", True))

    def test_refusals(self) -> None:
        self.assertRaises(WSDLError, WSDLReader().loadFromString, "<a/>")
        self.assertRaises(WSDLError, WSDLReader().loadFromFile, "nothing.wsdl")


class CanonicalizeTests(SynchronousTestCase):
    """Both canonical forms."""

    TEXT = '<a xmlns="urn:a" xmlns:u="urn:u" b="1" a="2"><u:c/></a>'

    def test_both(self) -> None:
        (inner,) = parse_document(self.TEXT)
        whole = '<u:c xmlns="urn:a" xmlns:u="urn:u"></u:c>'
        self.assertEqual(c14n.Canonicalize(inner), whole)
        exclusive = c14n.Canonicalize(inner, unsuppressedPrefixes=[])
        self.assertEqual(exclusive, '<u:c xmlns:u="urn:u"></u:c>')

    def test_output(self) -> None:
        out = io.StringIO()
        self.assertIsNone(c14n.Canonicalize(parse_document("<a>é</a>"), out))
        self.assertEqual(out.getvalue(), "<a>é</a>")
        data = io.BytesIO()
        self.assertIsNone(c14n.Canonicalize(parse_document("<a>é</a>"), data))
        self.assertEqual(data.getvalue().decode(), "<a>é</a>")

    def test_subset(self) -> None:
        elt = etree.Element("a")
        self.assertRaises(NotImplementedError, c14n.Canonicalize, elt, subset=[elt])


class NamesTests(SynchronousTestCase):
    """Names as XML has them."""

    def test_round_trip(self) -> None:
        for name in ("a b", "1a", "_x0020_", "xMl", "é", "\U0001f600", "a-b.c"):
            made = XMLname.toXMLname(name)
            self.assertEqual(XMLname.fromXMLname(made), name)
        self.assertEqual(XMLname.fromXMLname("_xFFFFFFFF_"), "_xFFFFFFFF_")


class SmallTests(SynchronousTestCase):
    """Loggers, tuples, time-outs, attachments."""

    def test_logging(self) -> None:
        root = python_logging.getLogger()
        self.addCleanup(root.setLevel, root.level)
        self.addCleanup(logging.setBasicLogger)
        logging.setBasicLoggerDEBUG()
        self.assertEqual(logging.getLevel(), logging.DEBUG)
        logging.setBasicLoggerWARN()
        with self.assertLogs("mine", "DEBUG") as caught:
            logger = logging.getLogger("mine")
            logger.warning("a %s", "b")
            logger.debug("c")
            logger.error("d")
        self.assertEqual([record.getMessage() for record in caught.records], ["a b", "c", "d"])

        class Quiet(logging.ILogger):
            pass

        logging.setLoggerClass(Quiet)
        quiet = logging.getLogger("x")
        quiet.error("nobody hears it")
        quiet.debug("nor this")
        quiet.warning("nor that")
        self.assertIsInstance(quiet, Quiet)
        self.assertRaises(TypeError, logging.setLoggerClass, object)

    def test_grid_log(self) -> None:
        self.patch(os, "environ", {})
        with self.assertLogs("gridlog", "INFO") as caught:
            logging.gridLog(event="not.asked.for")
            os.environ["GRIDLOG_ON"] = "1"
            logging.gridLog(event="an.event", prog="me")
        (record,) = caught.records
        self.assertEqual(record.getMessage(), "event=an.event prog=me")

    def test_tuple(self) -> None:
        self.assertEqual((UserTuple(), UserTuple([1]).data), ((), (1,)))

    def test_timeout(self) -> None:
        self.assertIs(TimeoutSocket.TimeoutError, TimeoutError)

    def test_attachments(self) -> None:
        message = MIMEMessage()
        message.addXMLMessage("<a>é</a>")
        cid = message.attachFile(io.BytesIO(b"\x00\x01"))
        head = f'Content-Type: multipart/related; boundary="{message.getBoundary()}"'
        parsed = email.message_from_string(f"{head}{NL * 2}{message.toString()}")
        envelope, attached = parsed.get_payload()
        assert not isinstance(envelope, str) and not isinstance(attached, str)
        self.assertEqual(envelope["Content-ID"], f"<{message.getStartCID()}>")
        self.assertEqual(envelope.get_payload(decode=True), "<a>é</a>".encode())
        self.assertEqual(attached["Content-ID"], f"<{cid}>")
        self.assertEqual(attached.get_payload(decode=True), b"\x00\x01")


class ElementProxyTests(SynchronousTestCase):
    """Elements built and read by ZSI's names."""

    def test_read(self) -> None:
        proxy = Utility.ElementProxy(None)
        proxy.loadFromString('<a xmlns="urn:a" b="1">x<c>y</c></a>')
        self.assertEqual((proxy.getLocalName(), proxy.getNamespaceURI()), ("a", "urn:a"))
        self.assertEqual(proxy.getAttributeValue(None, "b"), "1")
        child = proxy.getElement("urn:a", "c")
        assert child is not None
        self.assertEqual((child.getValue(), proxy.getValue()), ("y", "xy"))
        self.assertIsNone(proxy.getElement(None, "c"))
        found = proxy.evaluate("p:c", {"p": "urn:a"})
        self.assertEqual(found, [child.node])
        self.assertEqual(proxy.evaluate("count(*)"), [1.0])
        self.assertRaises(ParseException, proxy.loadFromString, "<!DOCTYPE a><a/>")

    def test_write(self) -> None:
        proxy = Utility.ElementProxy(None)
        proxy.createDocument(None, "a")
        child = proxy.createAppendElement("urn:b", "b", "p")
        self.assertIs(proxy.createAppendSetElement("urn:b", "b").node, child.node)
        proxy.createAppendSetElement(None, "c").setAttributeNS("urn:b", "p:d", 5)
        proxy.createAppendTextNode("t")
        self.assertEqual(
            proxy.canonicalize(),
            '<a><p:b xmlns:p="urn:b"></p:b><c xmlns:ns0="urn:b" ns0:d="5"></c>t</a>',
        )
        self.assertRaises(
            Utility.NamespaceError, proxy.setAttributeNS, Namespaces.XMLNS.BASE, "q", "urn:q"
        )
