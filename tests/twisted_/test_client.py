"""Tests for the client: a real Agent, against both fronts, in memory."""

from __future__ import annotations

import io
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, TimeoutError
from twisted.trial.unittest import SynchronousTestCase

from generated.EchoServer_client import EchoRequest, EchoResponse, EchoServerLocator
from generated.EchoServer_server import EchoServer
from tests.twisted_.agents import Network
from tests.twisted_.services import Delayed, Ping, PingServer, Tell, Ticket, Typed, never
from tests.twisted_.wire import FRONTS, Service
from ZSI.errors import EvaluateException, FaultException, LimitExceeded, WSActionException
from ZSI.fault import Fault
from ZSI.limits import Limits
from ZSI.names import WSA
from ZSI.twisted.client import Binding, HttpError, collect, turn_until
from ZSI.twisted.exchange import HttpResponse
from ZSI.twisted.WSresource import WSAddressHandlerChainFactory

URL = "http://server.example/echo"


class BindingTests(SynchronousTestCase):
    """Calls and what comes of them."""

    def network(self, root: Any, kind: str = "front") -> Network:
        made = Network(kind, root)
        self.addCleanup(made.close)
        return made

    def binding(self, root: Any, **kw: Any) -> Binding:
        self.net = self.network(root)
        return Binding(URL, agent=self.net.agent, reactor=self.net.clock, **kw)

    def result(self, deferred: Deferred[Any]) -> Any:
        self.net.flush()
        return self.successResultOf(deferred)

    def test_generated_client(self) -> None:
        for kind in FRONTS:
            self.net = self.network(Typed(), kind)
            port = EchoServerLocator().getEchoServer(
                URL, agent=self.net.agent, reactor=self.net.clock
            )
            response = self.result(port.Echo(EchoRequest(value="plop")))
            self.assertIsInstance(response, EchoResponse)
            self.assertEqual(response.value, "plop")

    def test_calls_overlap(self) -> None:
        self.net = self.network(None)
        self.net.factory.resource = Delayed(self.net.clock)
        binding = Binding(URL, agent=self.net.agent, reactor=self.net.clock)
        calls = [
            binding.call(EchoRequest(value=n), EchoResponse.typecode, soapaction="Echo")
            for n in range(20)
        ]
        self.net.flush()
        for call in calls:
            self.assertNoResult(call)
        self.net.advance(5)
        self.assertEqual([self.result(call).value for call in calls], list(range(20)))

    def test_version_1_2(self) -> None:
        seen: list[Any] = []

        class Service12(Typed):
            async def Echo(self, request: Any) -> Any:
                return request

            def respond(self, request: Any) -> Any:
                seen.append(request.getHeader(b"content-type"))
                return super().respond(request)

        binding = self.binding(Service12(), version="1.2")
        call = binding.call(EchoRequest(value=1), EchoResponse.typecode, soapaction="Echo")
        self.assertEqual(self.result(call).value, 1)
        self.assertEqual(seen, [b'application/soap+xml; charset=utf-8; action="Echo"'])

    def test_fault(self) -> None:
        class Service11(EchoServer):
            def Echo(self, request: Any) -> Any:
                raise Fault(Fault.Client, "no such account")

        for version in ("1.1", "1.2"):
            binding = self.binding(Service11(), version=version)
            call = binding.call(EchoRequest(value=1), EchoResponse.typecode)
            self.net.flush()
            error = self.failureResultOf(call, FaultException).value
            self.assertEqual(str(error), "no such account")

    def test_one_way(self) -> None:
        binding = self.binding(PingServer())
        self.assertIsNone(self.result(binding.call(Tell(text="x"), None)))

    def test_headers(self) -> None:
        class Answering(PingServer):
            def soap_Ping(self, ps: Any, **kw: Any) -> Any:
                (ticket,) = ps.ParseHeaderElements([Ticket.typecode]).values()
                return None, Ping(text=str(ticket.number))

        binding = self.binding(Answering())
        call = binding.call(Ping(text="x"), Ping.typecode, soapheaders=[Ticket(number=7)])
        self.assertEqual(self.result(call).text, "7")

    def test_reply_headers(self) -> None:
        text = (
            b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:p="urn:ping">'
            b"<e:Header><p:Ticket><number>3</number></p:Ticket></e:Header>"
            b"<e:Body><p:Ping><text>x</text></p:Ping></e:Body></e:Envelope>"
        )
        binding = self.binding(Service(lambda request: HttpResponse(200, (), text)))
        call = binding.call(Ping(text="x"), Ping.typecode, replyheaders=[Ticket.typecode])
        self.assertEqual(self.result(call).text, "x")
        self.assertEqual(binding.soapheaders["urn:ping", "Ticket"].number, 3)

    def test_http_headers(self) -> None:
        service = Service(lambda request: HttpResponse(202))
        binding = self.binding(service, headers={"X-One": "1"})
        binding.addHTTPHeader("X-Two", "2")
        self.result(binding.call(Tell(text="x"), None, soapaction='a"\r\nb'))
        request = service.requests[0]
        self.assertEqual((request.getHeader("x-one"), request.getHeader("x-two")), ("1", "2"))
        self.assertEqual(request.getHeader("soapaction"), '"ab"')
        self.assertEqual(binding.getHTTPHeaders(), [("X-One", "1"), ("X-Two", "2")])

    def test_not_soap(self) -> None:
        for status, body in ((200, b"<html>no</html>"), (404, b"not here"), (503, b"")):
            binding = self.binding(Service(lambda r, s=status, b=body: HttpResponse(s, (), b)))
            call = binding.call(EchoRequest(value=1), EchoResponse.typecode)
            self.net.flush()
            error = self.failureResultOf(call, HttpError).value
            self.assertEqual((error.status, error.body), (status, body))
            self.assertIn(str(status), str(error))

    def test_wrong_response(self) -> None:
        binding = self.binding(PingServer())
        call = binding.call(Ping(text="x"), EchoResponse.typecode)
        self.net.flush()
        self.failureResultOf(call, EvaluateException)

    def test_gzip(self) -> None:
        service = Typed()
        service.gzip_bytes = 10
        binding = self.binding(service)
        call = binding.call(EchoRequest(value="x" * 1000), EchoResponse.typecode)
        self.assertEqual(self.result(call).value, "x" * 1000)

    def test_limit(self) -> None:
        binding = self.binding(Typed(), limits=Limits(body_bytes=500))
        call = binding.call(EchoRequest(value="x" * 1000), EchoResponse.typecode)
        self.net.flush()
        self.failureResultOf(call, LimitExceeded)

    def test_timeout(self) -> None:
        waiting = never()

        class Slow(EchoServer):
            def Echo(self, request: Any) -> Any:
                return waiting

        binding = self.binding(Slow(), timeout=10)
        call = binding.call(EchoRequest(value=1), EchoResponse.typecode)
        self.net.flush()
        self.net.advance(9)
        self.assertNoResult(call)
        self.net.advance(2)
        self.failureResultOf(call, TimeoutError)
        self.assertTrue(waiting.cancelled)  # type: ignore[attr-defined]  # set by never()

    def test_cancel(self) -> None:
        waiting = never()

        class Slow(EchoServer):
            def Echo(self, request: Any) -> Any:
                return waiting

        binding = self.binding(Slow())
        call = binding.call(EchoRequest(value=1), EchoResponse.typecode)
        self.net.flush()
        call.cancel()
        self.failureResultOf(call, CancelledError)
        self.net.flush()
        self.assertTrue(waiting.cancelled)  # type: ignore[attr-defined]  # set by never()
        self.net.advance(1)
        self.assertEqual([c for c in self.net.clock.getDelayedCalls() if c.getTime() > 100], [])

    def test_trace(self) -> None:
        trace = io.StringIO()
        binding = self.binding(Typed(), tracefile=trace)
        self.result(binding.call(EchoRequest(value="plop"), EchoResponse.typecode))
        self.assertEqual(trace.getvalue().count("plop"), 2)
        self.assertIn(f"POST {URL}", trace.getvalue())

    def test_no_address(self) -> None:
        with self.assertRaisesRegex(TypeError, "url="):
            Binding(agent=object()).call(EchoRequest(value=1), None)

    # ------------------------------------------------------------------ ZSI's two steps

    def test_send_and_receive(self) -> None:
        binding = self.binding(Typed(), nsdict={"x": "urn:x"})
        binding.defer = True
        first = binding.Send(None, None, EchoRequest(value=1), soapaction="Echo")
        binding.Send(URL, None, EchoRequest(value=2), nsdict={"y": "urn:y"})
        self.assertEqual(self.result(binding.Receive(EchoResponse.typecode, first)).value, 1)
        self.assertEqual(self.result(binding.Receive(EchoResponse.typecode)).value, 2)
        self.assertFalse(binding.IsSOAP())

    def test_receive_before_send(self) -> None:
        with self.assertRaisesRegex(TypeError, "Send first"):
            self.binding(Typed()).Receive(None)

    def test_receive_turns_the_reactor(self) -> None:
        waiting: Deferred[Any] = Deferred()

        class Turning:
            running = True

            def runUntilCurrent(self) -> None:
                self.turned = True

            def timeout(self) -> float:
                return 0.0

            def doIteration(self, delay: float) -> None:
                waiting.callback("there")

        self.assertEqual(turn_until(Turning(), waiting), "there")
        still = Turning()
        still.running = False
        with self.assertRaisesRegex(RuntimeError, "defer = True"):
            turn_until(still, Deferred())

    def test_failures_are_raised(self) -> None:
        failed: Deferred[Any] = Deferred()
        failed.errback(KeyError("x"))
        with self.assertRaises(KeyError):
            turn_until(None, failed)

    def test_collect_tells_once(self) -> None:
        class Response:
            def deliverBody(self, protocol: Any) -> None:
                self.protocol = protocol

        response = Response()
        got = collect(response, 3)
        response.protocol.dataReceived(b"1234")
        response.protocol.dataReceived(b"5")
        response.protocol.connectionLost()
        self.failureResultOf(got, LimitExceeded)


class AddressingTests(SynchronousTestCase):
    """WS-Addressing, where it is asked for."""

    def setUp(self) -> None:
        class Addressed(Typed):
            factory = WSAddressHandlerChainFactory

        self.net = Network("front", Addressed())
        self.addCleanup(self.net.close)

    def binding(self, **kw: Any) -> Binding:
        return Binding(URL, agent=self.net.agent, reactor=self.net.clock, **kw)

    def outcome(self, deferred: Deferred[Any], *failures: type[Exception]) -> Any:
        self.net.flush()
        if failures:
            return self.failureResultOf(deferred, *failures)
        return self.successResultOf(deferred)

    def test_call(self) -> None:
        actions = {"wsaction": "Echo", "replyaction": "urn:ZSI:EchoServer:EchoResponse"}
        request = EchoRequest(value="x")
        for kw in ({"wsAddressURI": WSA}, {"endPointReference": URL}):
            binding = self.binding(**kw)
            done = binding.call(request, EchoResponse.typecode, **actions)
            self.assertEqual(self.outcome(done).value, "x")
            done = binding.call(
                request, EchoResponse.typecode, wsaction="Echo", replyaction="urn:other"
            )
            self.outcome(done, WSActionException)
        silent = self.binding().call(request, EchoResponse.typecode, **actions)
        self.outcome(silent, FaultException)

    def test_send_and_receive(self) -> None:
        binding = self.binding()
        binding.defer = True
        binding.Send(None, None, EchoRequest(value="x"), wsaction="Echo")
        done = binding.Receive(EchoResponse.typecode, wsaction="urn:ZSI:EchoServer:EchoResponse")
        self.assertEqual(self.outcome(done).value, "x")
        binding.Send(None, None, EchoRequest(value="x"), wsaction="Echo", endPointReference=URL)
        done = binding.Receive(EchoResponse.typecode, wsaction="urn:other")
        self.outcome(done, WSActionException)
