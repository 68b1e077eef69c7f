"""Messages and faults by the names of ZSI's guide, as its users' code and tests call them."""

from __future__ import annotations

import io
import sys
from typing import Any

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ZSI import (
    TC,
    ZSI_SCHEMA_URI,
    EvaluateException,
    Fault,
    FaultFromActor,
    FaultFromException,
    FaultFromFaultMessage,
    FaultFromNotUnderstood,
    FaultFromZSIException,
    ParsedSoap,
    ParseException,
    SoapWriter,
    _children,
    _find_attr,
    _get_element_nsuri_name,
)
from ZSI.fault import (
    ActorFaultDetail,
    Detail,
    URIFaultDetail,
    ZSIFaultDetail,
    ZSIFaultDetailTypeCode,
)
from ZSI.parse import DefaultReader
from ZSI.schema import GED

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
MESSAGE = (
    f'<s:Envelope xmlns:s="{ENVELOPE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:m="urn:m"><s:Header>'
    '<m:one s:mustUnderstand="1" s:actor="urn:me">x</m:one><m:two>3</m:two></s:Header>'
    '<s:Body id="b"><m:call id="c"><a href="#x"/></m:call>'
    '<i id="x" xsi:type="xsd:string">hi</i></s:Body></s:Envelope>'
)


class ParsedSoapTests(SynchronousTestCase):
    """Questions that are asked of a message."""

    def test_sources(self) -> None:
        for source in (MESSAGE, MESSAGE.encode(), io.StringIO(MESSAGE), io.BytesIO(b"<a/>")):
            is_bare = isinstance(source, io.BytesIO)
            ps = ParsedSoap(source, envelope=not is_bare)
            self.assertEqual(_get_element_nsuri_name(ps.body_root)[1], "a" if is_bare else "call")

    def test_headers(self) -> None:
        ps = ParsedSoap(MESSAGE)
        self.assertEqual(ps.WhatMustIUnderstand(), [("urn:m", "one")])
        self.assertEqual(ps.WhatActorsArePresent(), ["urn:me"])
        mine = [_get_element_nsuri_name(elt) for elt in ps.GetMyHeaderElements()]
        self.assertEqual(mine, [("urn:m", "two")])
        self.assertEqual(len(ps.GetMyHeaderElements(["urn:me"])), 2)
        found = ps.ParseHeaderElements([TC.Iint(("urn:m", "two")), TC.String(("urn:m", "no"))])
        self.assertEqual(found, {("urn:m", "two"): 3, ("urn:m", "no"): None})

    def test_parts(self) -> None:
        ps = ParsedSoap(MESSAGE)
        self.assertFalse(ps.IsAFault())
        self.assertEqual(_find_attr(ps.body_root, "id"), "c")
        self.assertEqual(len(_children(ps.body_root)), 1)
        self.assertEqual(len(ps.data_elements), 1)
        self.assertEqual(ps.Parse(TC.Any()), {"a": "hi"})
        self.assertEqual(ps.Parse(TC.Struct(None, [TC.String("a")], "call")), {"a": "hi"})
        self.assertEqual(ps.GetElementNSdict(ps.body_root)["m"], "urn:m")

    def test_references(self) -> None:
        ps = ParsedSoap(MESSAGE)
        self.assertEqual(ps.FindLocalHREF("#x", ps.body_root).text, "hi")
        self.assertEqual(sorted(ps.id_cache), ["b", "c", "x"])
        self.assertEqual(ps.Backtrace(ps.body_root), "/Envelope/Body/call")

    def test_dom(self) -> None:
        ps = ParsedSoap(MESSAGE)
        dom, reader = ps.GetDomAndReader()
        self.assertEqual(dom.getroot().tag, f"{{{ENVELOPE}}}Envelope")
        self.assertIs(reader, DefaultReader)
        self.assertIsNone(ParsedSoap("<a/>", envelope=False).dom)
        self.assertEqual(DefaultReader.fromString("<a/>").tag, "a")
        self.assertEqual(DefaultReader.fromStream(io.BytesIO(b"<a/>")).tag, "a")

    def test_resolver(self) -> None:
        ps = ParsedSoap(MESSAGE, resolver=lambda uri, tc, ps, **kw: (uri, tc, kw))
        self.assertEqual(ps.ResolveHREF("cid:1", None, a=1), ("cid:1", None, {"a": 1}))

        class Own:
            resolver = staticmethod(lambda uri, tc, ps: "own")

        self.assertEqual(ps.ResolveHREF("cid:1", Own), "own")
        error = self.assertRaises(EvaluateException, ParsedSoap(MESSAGE).ResolveHREF, "cid:1", None)
        self.assertIn("nothing resolves 'cid:1'", str(error))

        def broken(uri: str, tc: Any, ps: Any) -> None:
            raise OSError("a path that is nobody's business")

        ps = ParsedSoap(MESSAGE, resolver=broken)
        error = self.assertRaises(EvaluateException, ps.ResolveHREF, "cid:1", None)
        self.assertNotIn("business", str(error))


class SoapWriterTests(SynchronousTestCase):
    """What is said to a writer."""

    def test_usual(self) -> None:
        sw = SoapWriter(nsdict={"p": "urn:p"})
        self.assertIs(sw.serialize("a", TC.String("x"), typed=False), sw)
        sw.serialize_header(3, TC.Iint(("urn:m", "two")))
        sw.close()
        text = str(sw)
        self.assertEqual(bytes(sw), text.encode())
        self.assertIn('xmlns:p="urn:p"', text)
        self.assertIn("<x>a</x>", text)
        self.assertEqual(ParsedSoap(text).ParseHeaderElements([TC.Iint(("urn:m", "two"))]),
                         {("urn:m", "two"): 3})  # fmt: skip
        header = sw.getSOAPHeader()
        self.assertEqual([child.tag for child in header], ["{urn:m}two"])
        self.assertIsNone(SoapWriter(header=False).serialize("a", TC.String("x")).getSOAPHeader())

    def test_callbacks(self) -> None:
        """They are called once, when the writer is closed or its message taken."""
        for finish in (str, SoapWriter.close):
            calls: list[Any] = []
            sw = SoapWriter().serialize("a", TC.String("x"))
            sw.AddCallback(lambda writer, *args, to=calls: to.append((writer, args)), 1, 2)
            finish(sw)
            str(sw)
            self.assertEqual(calls, [(sw, (1, 2))])

    def test_known(self) -> None:
        sw, one = SoapWriter(), [1]
        self.assertEqual((sw.Known(one), sw.Known([1]), sw.Known(one)), (False, False, True))
        sw.Forget(one)
        self.assertFalse(sw.Known(one))

    def test_reserved(self) -> None:
        sw = SoapWriter(nsdict={"p": "urn:p"})
        found = [sw.ReservedNS(*pair) for pair in (("xsd", "urn:x"), ("p", "urn:p"), ("q", "u"))]
        self.assertEqual(found, [True, False, False])
        self.assertEqual(sw.Backtrace(etree.Element("a")), "/a")


class MyDetail:
    """A detail of the user's."""


MyDetail.typecode = TC.Struct(MyDetail, [TC.String("reason")], ("urn:m", "MyDetail"))


class FaultTests(SynchronousTestCase):
    """Faults made, sent and read."""

    def again(self, fault: Fault) -> Fault:
        ps = ParsedSoap(fault.AsSOAP())
        self.assertTrue(ps.IsAFault())
        return FaultFromFaultMessage(ps)

    def test_codes(self) -> None:
        self.assertEqual(Fault.Client, "soapenv:Client")
        found = self.again(Fault(Fault.Client, "why", actor="urn:me"))
        self.assertEqual((found.code, found.string, found.actor, found.detail),
                         ((ENVELOPE, "Client"), "why", "urn:me", None))  # fmt: skip
        self.assertEqual(str(found), "why")

    def test_from_exceptions(self) -> None:
        try:
            raise ValueError("a secret")
        except ValueError as error:
            fault = FaultFromException(error, 0, sys.exc_info()[2])
        self.assertNotIn("secret", fault.AsSOAP())
        error = self.assertRaises(ParseException, ParsedSoap, "<a/>")
        self.assertIn("Client", FaultFromZSIException(error).AsSoap())

    def test_details(self) -> None:
        """ZSI's own come back as what they were; so does what a typecode declares."""
        found = self.again(FaultFromNotUnderstood("urn:m", "one", actor="urn:me"))
        self.assertEqual((found.detail[0].URI, found.detail[0].localname), ("urn:m", "one"))
        self.assertIsInstance(found.detail[0], URIFaultDetail)
        found = self.again(FaultFromActor("urn:other"))
        self.assertIsInstance(found.detail[0], ActorFaultDetail)
        self.assertEqual(found.detail[0].URI, "urn:other")
        found = self.again(Fault(Fault.Server, "x", detail=[ZSIFaultDetail("a", "b")]))
        self.assertEqual((found.detail[0].string, found.detail[0].trace), ("a", "b"))
        self.assertEqual(str(found.detail[0]), "a\nb")

    def test_detail_of_the_users(self) -> None:
        detail = MyDetail()
        detail.reason = "because"  # type: ignore[attr-defined]  # as users of ZSI do
        for given in (detail, [detail], Detail(any=[detail])):
            found = self.again(Fault(Fault.Server, "x", detail=given))
            entry = found.detail[0]
            self.assertEqual(MyDetail.typecode.parse(entry).reason, "because")

    def test_serialize(self) -> None:
        sw = SoapWriter()
        Fault(Fault.Server, "x", detail=ZSIFaultDetail("a")).serialize(sw)
        found = FaultFromFaultMessage(ParsedSoap(str(sw)))
        self.assertEqual((found.string, found.detail[0].string), ("x", "a"))

    def test_typecodes(self) -> None:
        self.assertIsInstance(ZSIFaultDetail.typecode, ZSIFaultDetailTypeCode)
        self.assertIs(GED(ZSI_SCHEMA_URI, "FaultDetail"), GED(ZSI_SCHEMA_URI, "FaultDetail"))
        text = SoapWriter().serialize(ZSIFaultDetail("a", "b")).body
        self.assertIn("<ZSI:FaultDetail>", text)
