"""ParsedSoap: messages, their parts, ZSI's questions about them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ZSI.errors import EvaluateException, LimitExceeded, ParseException
from ZSI.limits import Limits
from ZSI.names import SOAP11_ACTOR_NEXT, SOAP11_ENV, SOAP12_ENV, XSD, XSI
from ZSI.parse import DefaultReader, ParsedSoap
from ZSI.schema import Registry
from ZSI.TC.compound import Compound, SimpleElement
from ZSI.TC.fields import element

NS = "urn:test-parse"
REGISTRY = Registry("tests.test_parse", namespaces=(NS,), public=False)


class Echo(Compound, element=(NS, "Echo"), registry=REGISTRY):
    """The body."""

    value: Any = element("value", (XSD, "anyType"), ns=NS)


class Stamp(SimpleElement, element=(NS, "stamp"), simple=(XSD, "int"), registry=REGISTRY):
    """A header block."""


def message(body: str, header: str = "", env: str = SOAP11_ENV, after: str = "") -> str:
    """An envelope."""
    head = f"<e:Header>{header}</e:Header>" if header else ""
    return (
        f'<e:Envelope xmlns:e="{env}" xmlns:xsi="{XSI}" xmlns:xsd="{XSD}" xmlns:t="{NS}">'
        f"{head}<e:Body>{body}</e:Body>{after}</e:Envelope>"
    )


ECHO = "<t:Echo><t:value xsi:type='xsd:string'>plop</t:value></t:Echo>"


class MessageTests(SynchronousTestCase):
    """Whole messages."""

    def test_parse(self) -> None:
        for given in (message(ECHO), message(ECHO).encode(), message(ECHO).encode("utf-16")):
            ps = ParsedSoap(given)
            self.assertEqual(ps.Parse(Echo.typecode), Echo(value="plop"))
            self.assertEqual(ps.Parse(Echo), Echo(value="plop"), "a class with a typecode")
            self.assertEqual((ps.version.number, ps.findings), ("1.1", []))

    def test_soap12(self) -> None:
        ps = ParsedSoap(message(ECHO, env=SOAP12_ENV), media_type="application/soap+xml")
        self.assertEqual((ps.version.number, ps.findings), ("1.2", []))
        self.assertEqual(ps.Parse(Echo.typecode).value, "plop")

    def test_charset_of_the_media_type_counts(self) -> None:
        text = message(ECHO.replace("plop", "é")).encode("latin-1")
        ps = ParsedSoap(text, media_type='text/xml; charset="ISO-8859-1"')
        self.assertEqual(ps.Parse(Echo.typecode).value, "é")

    def test_parts(self) -> None:
        ps = ParsedSoap(message(ECHO + "<t:more/>", "<t:stamp>1</t:stamp>", after="<t:end/>"),
                        trailers=True)  # fmt: skip
        self.assertEqual(ps.body_root.tag, f"{{{NS}}}Echo")
        self.assertEqual([e.tag for e in ps.header_elements], [f"{{{NS}}}stamp"])
        self.assertEqual([e.tag for e in ps.data_elements], [f"{{{NS}}}more"])
        self.assertEqual([e.tag for e in ps.trailer_elements], [f"{{{NS}}}end"])
        assert ps.envelope is not None and ps.header is not None and ps.body is not None
        tags = [str(e.tag).rpartition("}")[2] for e in (ps.envelope, ps.header, ps.body)]
        self.assertEqual(tags, ["Envelope", "Header", "Body"])

    def test_one_element_in_the_body(self) -> None:
        """What stands beside it would be ignored without a word."""
        with self.assertRaisesRegex(ParseException, "one element here, 'Echo'.*'{urn:.*}more'"):
            ParsedSoap(message(ECHO + "<t:more/>")).Parse(Echo)

    def test_without_envelope(self) -> None:
        ps = ParsedSoap(f'<Echo xmlns="{NS}"><value/></Echo>', envelope=False)
        self.assertEqual(str(ps.Parse(Echo.typecode).value), "")
        self.assertEqual(
            (ps.envelope, ps.header, ps.body, ps.header_elements), (None, None, None, [])
        )
        self.assertEqual((ps.data_elements, ps.trailer_elements, ps.IsAFault()), ([], [], False))
        self.assertRaises(ParseException, ps.WhatMustIUnderstand)

    def test_refusals(self) -> None:
        self.assertRaises(ParseException, ParsedSoap, "<a>")
        self.assertRaises(ParseException, ParsedSoap, "<a/>")
        self.assertRaises(ParseException, ParsedSoap(message("")).Parse, Echo.typecode)
        with self.assertRaises(EvaluateException) as caught:
            ParsedSoap(message("<t:Other/>")).Parse(Echo.typecode)
        self.assertEqual(caught.exception.trace, "/Envelope/Body/Other")
        self.assertIn(f"expected {{{NS}}}Echo", str(caught.exception))

    def test_reader(self) -> None:
        """ZSI's reader class, and one of the user's is taken."""
        for root in (
            DefaultReader.fromString("<a/>"), DefaultReader.fromStream(BytesIO(b"<a/>")),
        ):  # fmt: skip
            self.assertEqual(root.tag, "a")
            DefaultReader.releaseNode(root)

    def test_limits(self) -> None:
        self.assertRaises(LimitExceeded, ParsedSoap, message(ECHO), limits=Limits(depth=3))

    def test_findings_and_pedantry(self) -> None:
        unqualified = message("<t:Echo><value/></t:Echo>")
        ps = ParsedSoap(unqualified)
        ps.Parse(Echo.typecode)
        self.assertEqual([finding.rule for finding in ps.findings], ["unqualified"])
        self.assertRaises(EvaluateException, ParsedSoap(unqualified, pedantic=True).Parse, Echo)
        text = message(ECHO)
        self.assertEqual(len(ParsedSoap(text, media_type="text/plain").findings), 1)
        with self.assertRaisesRegex(ParseException, "pedantic"):
            ParsedSoap(text, media_type="text/plain", pedantic=True)

    def test_findings_are_kept_when_parsing_fails(self) -> None:
        ps = ParsedSoap(message("<t:Echo><value/><t:more/></t:Echo>"))
        self.assertRaises(EvaluateException, ps.Parse, Echo)
        self.assertEqual(len(ps.findings), 1)

    def test_faults(self) -> None:
        fault = "<e:Fault><faultcode>e:Client</faultcode><faultstring>x</faultstring></e:Fault>"
        self.assertTrue(ParsedSoap(message(fault)).IsAFault())
        self.assertFalse(ParsedSoap(message(ECHO)).IsAFault())


class HeaderTests(SynchronousTestCase):
    """Header blocks: actors, mustUnderstand, typed."""

    def setUp(self) -> None:
        blocks = (
            '<t:stamp e:mustUnderstand="1">1</t:stamp>'
            f'<t:next e:actor="{SOAP11_ACTOR_NEXT}"/>'
            '<t:far e:actor="urn:far" e:mustUnderstand="1"/>'
        )
        self.ps = ParsedSoap(message(ECHO, blocks))

    def names(self, found: list[Any]) -> list[str]:
        return [str(e.tag).rpartition("}")[2] for e in found]

    def test_actors(self) -> None:
        self.assertEqual(self.names(self.ps.GetMyHeaderElements()), ["stamp", "next"])
        self.assertEqual(
            self.names(self.ps.GetMyHeaderElements(["urn:far"])), ["stamp", "next", "far"]
        )
        self.assertEqual(self.ps.WhatActorsArePresent(), [SOAP11_ACTOR_NEXT, "urn:far"])

    def test_must_understand(self) -> None:
        self.assertEqual(self.ps.WhatMustIUnderstand(), [(NS, "stamp"), (NS, "far")])

    def test_typed(self) -> None:
        found = self.ps.ParseHeaderElements([Stamp.typecode, Echo.typecode])
        self.assertEqual(found, {(NS, "stamp"): 1, (NS, "Echo"): None})
        elsewhere = message('<t:stamp e:mustUnderstand="1">1</t:stamp>')
        self.assertRaises(EvaluateException, ParsedSoap(elsewhere).Parse, Stamp)
        twice = ParsedSoap(message(ECHO, "<t:stamp>1</t:stamp><t:stamp>2</t:stamp>"))
        self.assertEqual(twice.ParseHeaderElements([Stamp.typecode]), {(NS, "stamp"): [1, 2]})


class ReferenceTests(SynchronousTestCase):
    """Local references and prefixes."""

    def test_hrefs(self) -> None:
        ps = ParsedSoap(message("<t:a href='#i'/><t:b id='i'/>"))
        found = ps.FindLocalHREF("#i", ps.body_root)
        self.assertEqual(found.tag, f"{{{NS}}}b")
        with self.assertRaisesRegex(EvaluateException, "dangles"):
            ps.FindLocalHREF("#j", ps.body_root)
        with self.assertRaisesRegex(EvaluateException, "not local"):
            ps.FindLocalHREF("http://x/#i", ps.body_root)

    def test_prefixes(self) -> None:
        ps = ParsedSoap('<a xmlns="urn:d" xmlns:p="urn:p"/>', envelope=False)
        self.assertEqual(ps.GetElementNSdict(ps.body_root), {"": "urn:d", "p": "urn:p"})

    def test_backtrace(self) -> None:
        ps = ParsedSoap(message(ECHO))
        self.assertEqual(ps.Backtrace(ps.body_root[0]), "/Envelope/Body/Echo/value")
