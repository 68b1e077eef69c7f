"""Tests for answers on sites that are not ours; the rest is in suite.py and test_resource."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionLost
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Site

from tests.twisted_.wire import XML, Wire, parse_answers, post
from ZSI.twisted.delivery import when_answered, write_response
from ZSI.twisted.exchange import HttpResponse


class Plain(Resource):
    """Hands its requests out."""

    isLeaf = True

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[Any] = []

    def render(self, request: Any) -> int:
        request.exchange = None
        self.requests.append(request)
        return NOT_DONE_YET


class DeliveryTests(SynchronousTestCase):
    """Writing through twisted.web's own methods."""

    def setUp(self) -> None:
        self.resource = Plain()
        self.wire = Wire()
        self.protocol = Site(self.resource, reactor=Clock()).buildProtocol(None)
        self.protocol.makeConnection(self.wire)
        self.protocol.dataReceived(post())
        self.request = self.resource.requests[0]

    def test_write(self) -> None:
        self.request.setHeader(b"content-type", b"text/plain")
        self.request.setHeader(b"x-one", b"1")
        write_response(self.request, HttpResponse(413, (*XML, (b"X-Two", b"2")), b"no"))
        (answer,) = parse_answers(self.wire.value())
        self.assertEqual((answer.status, answer.body), (413, b"no"))
        self.assertEqual(answer.fields[b"content-type"], b"text/plain")
        self.assertEqual((answer.fields[b"x-one"], answer.fields[b"x-two"]), (b"1", b"2"))

    def test_several_fields_of_one_name(self) -> None:
        write_response(self.request, HttpResponse(200, ((b"X", b"1"), (b"X", b"2")), b""))
        self.assertIn(b"X: 1\r\nX: 2\r\n", self.wire.value())

    def test_later(self) -> None:
        waiting: Deferred[HttpResponse] = Deferred()
        replies: list[HttpResponse] = []
        when_answered(self.request, waiting, replies.append)
        waiting.callback(HttpResponse(202))
        self.assertEqual(replies, [HttpResponse(202)])

    def test_gone(self) -> None:
        cancelled: list[Any] = []
        waiting: Deferred[HttpResponse] = Deferred(cancelled.append)
        replies: list[HttpResponse] = []
        when_answered(self.request, waiting, replies.append)
        self.protocol.connectionLost(Failure(ConnectionLost()))
        self.assertEqual((cancelled, replies), ([waiting], []))

    def test_the_fast_front_does_without_the_server_of_twisted_web(self) -> None:
        code = (
            "import sys, ZSI.twisted.endpoints, ZSI.twisted.WSresource;"
            "print('twisted.web.server' in sys.modules)"
        )
        found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        self.assertEqual(found.stdout.strip(), b"False")
