"""Tests for WSResource on both fronts; the tests themselves are in soap_suite.py."""

from __future__ import annotations

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.resource import Resource
from twisted.web.server import Site

from tests.twisted_.services import ECHO, Delayed, Typed
from tests.twisted_.soap_suite import SoapSuite
from tests.twisted_.wire import FRONTS, Connected, Wire, parse_answers, post, raw, without_time


class FrontTests(SoapSuite, SynchronousTestCase):
    """A service on the fast front."""

    kind = "front"


class WebTests(SoapSuite, SynchronousTestCase):
    """A service on twisted.web."""

    kind = "web"


class SameBytesTests(SynchronousTestCase):
    """Answers do not tell which front gave them, apart from Date."""

    def test_same_bytes(self) -> None:
        for request in (
            post(ECHO),
            post(b"not XML"),
            post(ECHO, b"Connection: close"),
            raw(b"GET /echo?wsdl HTTP/1.1", b"Host: h"),
            raw(b"GET /echo HTTP/1.1", b"Host: h"),
            raw(b"HEAD /echo HTTP/1.1", b"Host: h"),
            raw(b"PUT /echo HTTP/1.1", b"Host: h"),
            raw(b"OPTIONS /echo HTTP/1.1", b"Host: h"),
            post(ECHO, b"Content-Encoding: br"),
        ):
            found = {without_time(Connected(kind, Typed()).send(request)) for kind in FRONTS}
            self.assertEqual(len(found), 1, found)


class PlainSiteTests(SynchronousTestCase):
    """A service on a Site that is not ours."""

    def answer(self, service: Resource, request: bytes, clock: Clock) -> Wire:
        root = Resource()
        root.putChild(b"echo", service)
        site = Site(root, parsePOSTFormSubmission=False, reactor=clock)
        wire = Wire()
        protocol = site.buildProtocol(None)
        protocol.makeConnection(wire)
        protocol.dataReceived(request)
        return wire

    def test_echo(self) -> None:
        wire = self.answer(Typed(), post(ECHO), Clock())
        self.assertIn(b"plop", parse_answers(wire.value())[0].body)

    def test_later(self) -> None:
        clock = Clock()
        wire = self.answer(Delayed(clock), post(ECHO), clock)
        self.assertEqual(wire.value(), b"")
        clock.advance(5)
        self.assertIn(b"plop", parse_answers(wire.value())[0].body)

    def test_head(self) -> None:
        wire = self.answer(Typed(), raw(b"HEAD /echo HTTP/1.1", b"Host: h"), Clock())
        self.assertTrue(wire.value().endswith(b"\r\n\r\n"))
