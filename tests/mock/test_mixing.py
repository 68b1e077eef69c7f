"""Service classes beside mocked services: who answers what, and what they may ask of the mock."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, ensureDeferred
from twisted.internet.task import Clock, deferLater
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import provider

from generated.EchoServer_server import EchoRequest, EchoResponse, EchoServer
from tests.mock.serving import BANK, Said, envelope
from tests.twisted_.wire import FRONTS, Wire
from ZSI.errors import FaultException
from ZSI.fault import Fault
from ZSI.mock.assembly import Served
from ZSI.mock.contract import MockContract
from ZSI.mock.exchange import Call
from ZSI.mock.facade import Mock
from ZSI.mock.mixing import ServiceMock, writes
from ZSI.mock.server import mock_root
from ZSI.twisted.WSresource import (
    DataHandler,
    DefaultCallbackHandler,
    DefaultHandlerChain,
    HandlerChainInterface,
    WSResource,
)


class Untouched(EchoServer):
    """Writes nothing itself."""


class Typed(EchoServer):
    """The typed way."""

    def Echo(self, request: EchoRequest) -> Any:
        if str(request.value) == "fault":
            raise Fault("Client", "refused by the class")
        if str(request.value) == "bug":
            raise RuntimeError("secret words")
        return EchoResponse(value=f"typed {request.value}")


class Paired(EchoServer):
    """ZSI's way, with a Deferred."""

    reactor: Any = None

    def soap_Echo(self, ps: Any, **kw: Any) -> Any:
        request, _ = EchoServer.soap_Echo(self, ps, **kw)
        return request, deferLater(self.reactor, 5, lambda: EchoResponse(value="paired"))


class Asking(EchoServer):
    """Asks the mock."""

    async def Echo(self, request: EchoRequest) -> EchoResponse:
        if str(request.value).startswith("sample"):
            made: EchoResponse = self.mock.sample("Echo", value="from the sample")
            return made
        response: EchoResponse = await self.mock.answer(EchoRequest(value="asked"))
        return EchoResponse(value=f"{type(response).__module__}: {response.value}")


class Chained(EchoServer):
    """Has a handler chain of its own."""

    class factory:
        """Makes it."""

        seen: list[Any] = []

        @classmethod
        def newInstance(cls) -> Any:
            return DefaultHandlerChain(DefaultCallbackHandler, cls.Handler)

        @provider(HandlerChainInterface)
        class Handler(DataHandler):
            """Reads and notes."""

            @classmethod
            def processRequest(cls, data: Any, **kw: Any) -> Any:
                Chained.factory.seen.append(kw["resource"])
                return DataHandler.processRequest(data, **kw)

    def Echo(self, request: EchoRequest) -> Any:
        return EchoResponse(value="chained")


class Mixed(SynchronousTestCase):
    """A class over the echo's stub, mounted in a mock, on either front."""

    kind = "front"

    def mount(self, own: Any) -> Mock:
        self.clock = Clock()
        own.reactor = self.clock
        contract = MockContract.load(EchoServer.documents.path)
        mock = Mock(services=[Served(contract, own=own)])
        own.mock = ServiceMock(mock, own, self.clock)
        self.calls: list[Call] = []
        mock.engine.records.append(self.calls.append)
        self.factory = FRONTS[self.kind](mock_root(mock, self.clock), self.clock)
        return mock

    def begin(self, value: str, body: str | None = None) -> Wire:
        protocol, wire = self.factory.buildProtocol(None), Wire()
        protocol.makeConnection(wire)
        xml = envelope(body or f'<Echo xmlns="urn:ZSI"><value>{value}</value></Echo>')
        head = b'POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: text/xml\r\nSOAPAction: "Echo"\r\n'
        protocol.dataReceived(head + b"Content-Length: %d\r\n\r\n" % len(xml) + xml)
        self.clock.advance(0)
        return wire

    def ask(self, value: str = "x", body: str | None = None) -> Said:
        head, _, content = self.begin(value, body).value().partition(b"\r\n\r\n")
        return Said(int(head.split(b" ")[1]), content)

    def sources(self) -> list[str]:
        return [call.source for call in self.calls]


class AnsweringTests(Mixed):
    """Stubs, then the class, then the sample."""

    def test_what_it_does_not_write_is_mocked(self) -> None:
        self.mount(Untouched())
        self.assertEqual(self.ask("x").text("value"), "x")
        self.assertEqual(self.sources(), ["sample"])

    def test_what_it_writes(self) -> None:
        self.mount(Typed())
        self.assertEqual(self.ask("x").text("value"), "typed x")
        (call,) = self.calls
        self.assertEqual((call.source, str(call.request.value)), ("class", "x"))
        assert call.sent is not None
        self.assertEqual((str(call.reply.value), call.sent.status), ("typed x", 200))
        self.assertIn("text/xml", call.sent.media_type or "")

    def test_stubs_come_first(self) -> None:
        mock = self.mount(Typed())
        mock.op("Echo").when(value="stubbed").fault(string="on purpose")
        mock.op("Echo").when(value="twice").times(1).reply(value="once")
        self.assertEqual(self.ask("stubbed").text("faultstring"), "on purpose")
        self.assertEqual(self.ask("twice").text("value"), "once")
        self.assertEqual(self.ask("twice").text("value"), "typed twice")
        self.assertEqual(self.ask("else").text("value"), "typed else")
        self.assertEqual(self.sources(), ["stub", "stub", "class", "class"])

    def test_its_faults(self) -> None:
        self.mount(Typed())
        answer = self.ask("fault")
        self.assertEqual((answer.status, answer.text("faultstring")), (500, "refused by the class"))
        self.assertIn("refused by the class", str(self.calls[0].reply))
        answer = self.ask("bug")
        self.assertEqual(answer.status, 500)
        self.assertNotIn(b"secret", answer.body)
        self.flushLoggedErrors(RuntimeError)

    def test_its_deferreds(self) -> None:
        self.mount(Paired())
        wire = self.begin("x")
        self.assertEqual((wire.value(), self.calls), (b"", []))
        self.clock.advance(5)
        self.assertIn(b"paired", wire.value())
        self.assertEqual(self.sources(), ["class"])

    def test_its_chain(self) -> None:
        own = Chained()
        Chained.factory.seen = []
        self.mount(own)
        self.assertEqual(self.ask("x").text("value"), "chained")
        self.assertEqual(Chained.factory.seen, [own])

    def test_what_nobody_knows(self) -> None:
        self.mount(Typed())
        answer = self.ask(body='<Nope xmlns="urn:ZSI"/>')
        self.assertEqual(answer.status, 500)
        self.assertEqual(self.sources(), ["refused"])

    def test_invalid_requests_are_the_class_s_own_business(self) -> None:
        self.mount(Typed())
        self.assertEqual(self.ask(body='<Echo xmlns="urn:ZSI"/>').status, 500)
        self.assertEqual(self.sources(), ["class"])

    def test_invalid_replies_are_noted(self) -> None:
        class Wrong(EchoServer):
            def soap_Echo(self, ps: Any, **kw: Any) -> Any:
                request, _ = EchoServer.soap_Echo(self, ps, **kw)
                return request, MockContract.load(BANK).built.cls("AccountNotFound")(code=1)

        self.mount(Wrong())
        self.ask("x")
        self.assertEqual([f.rule for f in self.calls[0].findings], ["invalid-reply"])

    def test_pages(self) -> None:
        self.mount(Typed())
        protocol, wire = self.factory.buildProtocol(None), Wire()
        protocol.makeConnection(wire)
        protocol.dataReceived(b"GET /echo?wsdl HTTP/1.1\r\nHost: h:1\r\n\r\n")
        self.clock.advance(0)
        self.assertIn(b"http://h:1/echo", wire.value())


class WebAnsweringTests(AnsweringTests):
    """The same on twisted.web."""

    kind = "web"


class AskingTests(Mixed):
    """``self.mock``."""

    def setUp(self) -> None:
        self.own = Asking()
        self.mock = self.mount(self.own)

    def answer(self, request: Any = None, session: str = "") -> Deferred[Any]:
        made = self.own.mock.answer(request or EchoRequest(value="q"), session)
        return ensureDeferred(made)

    def test_sample(self) -> None:
        self.assertEqual(self.ask("sample").text("value"), "from the sample")
        made = self.own.mock.sample("Echo", {"value": "by path"})
        self.assertIsInstance(made, EchoResponse)

    def test_answer(self) -> None:
        """Responses are of the class's own types."""
        self.mock.op("Echo").when(value="asked").reply(value="stubbed")
        self.assertEqual(self.ask("x").text("value"), "generated.EchoServer_types: stubbed")
        self.assertEqual(self.sources(), ["stub", "class"])

    def test_answer_is_a_fault(self) -> None:
        self.mock.op("Echo").fault(string="no")
        failure = self.failureResultOf(self.answer(), FaultException)
        self.assertIn("no", str(failure.value))

    def test_answer_takes_its_time(self) -> None:
        self.mock.op("Echo").reply(value="late").delay("2s")
        waiting = self.answer()
        self.assertNoResult(waiting)
        self.clock.advance(2)
        self.assertEqual(self.successResultOf(waiting).value, "late")

    def test_answer_by_a_handler(self) -> None:
        @self.mock.op("Echo").handler
        async def echo(request: Any) -> Any:
            return {"value": f"handled {request.value}"}

        self.assertEqual(self.successResultOf(self.answer()).value, "handled q")

        @self.mock.op("Echo").handler
        def fail(request: Any) -> Any:
            raise Fault("Client", "from the handler")

        self.failureResultOf(self.answer(), FaultException)

    def test_sessions(self) -> None:
        self.mock.op("Echo").session("t1").reply(value="one's own")
        self.assertEqual(self.successResultOf(self.answer(session="t1")).value, "one's own")
        self.assertEqual(self.successResultOf(self.answer()).value, "q")

    def test_what_is_no_request(self) -> None:
        self.failureResultOf(self.answer(EchoResponse), TypeError)

    def test_the_rest(self) -> None:
        self.own.mock.store["a"] = 1
        self.assertEqual(self.mock.store["a"], 1)
        self.assertEqual(self.own.mock.url("EchoServer"), "/echo")
        self.assertIsNotNone(self.own.mock.now.tzinfo)
        self.assertRaises(LookupError, self.own.mock._mount, "Nope")


class WritesTests(SynchronousTestCase):
    """Which operations a class has written."""

    def test_writes(self) -> None:
        operation = MockContract.load(EchoServer.documents.path).operations.all[0]
        for own, expected in ((Untouched(), False), (Typed(), True), (Paired(), True)):
            self.assertIs(writes(own, operation), expected, own)

    def test_handwritten(self) -> None:
        class Hand(WSResource):
            def soap_Echo(self, ps: Any) -> Any: ...

        operation = MockContract.load(EchoServer.documents.path).operations.all[0]
        self.assertTrue(writes(Hand(), operation))
        self.assertFalse(writes(WSResource(), operation))
