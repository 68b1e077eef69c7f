"""Tests for answers that no service makes."""

from __future__ import annotations

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from tests.twisted_.services import Ping
from tests.twisted_.wire import Connected, post
from ZSI.envelope import SOAP11, SOAP12
from ZSI.errors import ValueRefused
from ZSI.fault import Fault
from ZSI.twisted.refusals import (
    announced_version,
    caught,
    failure_response,
    fault_response,
    refusal,
    text_response,
)


class RefusalsTests(SynchronousTestCase):
    """Statuses, versions, texts."""

    def test_refusal(self) -> None:
        for status in (400, 404, 405, 408, 413, 415, 431):
            answer = refusal(status, "why")
            self.assertEqual(answer.status, status)
            self.assertEqual(etree.fromstring(answer.body).findtext(".//faultstring"), "why")
        answer = refusal(413, "why", b"application/soap+xml")
        self.assertIn(SOAP12.namespace.encode(), answer.body)
        self.assertEqual(answer.headers[0][1], b"application/soap+xml; charset=utf-8")

    def test_fault(self) -> None:
        answer = fault_response(Fault(Fault.Client, "x"), SOAP12, prefix="s")
        self.assertEqual(answer.status, 400)
        self.assertIn(b"<s:Fault>", answer.body)
        answer = fault_response(Fault(Fault.Client, "x"), SOAP11)
        self.assertEqual(answer.status, 500)

    def test_typed_detail(self) -> None:
        for version in (SOAP11, SOAP12):
            answer = fault_response(Fault(Fault.Server, "x", detail=Ping(text="d")), version)
            (found,) = etree.fromstring(answer.body).iter("{urn:ping}Ping")
            self.assertEqual(found.findtext("text"), "d")

    def test_blame(self) -> None:
        error = ValueRefused("maxLength", "less", "more")
        self.assertIn(b"maxLength", fault_response(error, SOAP11).body)
        self.assertNotIn(b"maxLength", fault_response(error, SOAP11, blame="server").body)

    def test_failure(self) -> None:
        here = Connected("front")
        here.send(post(b"").replace(b"text/xml", b"application/soap+xml"))
        request = here.service.requests[0]
        try:
            raise KeyError("secret")
        except KeyError:
            answer = failure_response(caught(), request)
        self.assertEqual((answer.status, announced_version(request)), (500, SOAP12))
        self.assertNotIn(b"secret", answer.body)
        self.assertIs(request.exchange.failure.type, KeyError)

    def test_text(self) -> None:
        answer = text_response(404, "né", ((b"X", b"y"),))
        self.assertEqual(answer.body, "né".encode())
        self.assertEqual(answer.headers[1], (b"X", b"y"))
