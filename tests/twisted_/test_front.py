"""Tests for the fast front; what it shares with twisted.web is in suite.py.

The last class uses real sockets, for the front writes to a TCP socket itself.
"""

from __future__ import annotations

import socket
import ssl
import threading
import tracemalloc
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.ssl import CertificateOptions, KeyPair
from twisted.internet.task import deferLater
from twisted.internet.threads import deferToThreadPool
from twisted.protocols.tls import TLSMemoryBIOFactory
from twisted.trial.unittest import SynchronousTestCase, TestCase

from tests.twisted_.suite import HttpSuite
from tests.twisted_.wire import FRONTS, XML, Connected, Service, parse_answers, post, raw
from ZSI.limits import Limits
from ZSI.twisted.exchange import HttpLimits, HttpResponse


class FrontTests(HttpSuite, SynchronousTestCase):
    """The shared suite on the fast front."""

    kind = "front"


class HeadMemoryTests(SynchronousTestCase):
    """Heads that come again are not parsed again."""

    def test_one_head_for_equal_bytes(self) -> None:
        here = Connected("front")
        here.send(post(b"1"), post(b"2"), post(b"10"))
        first, second, third = (request.head for request in here.service.requests)
        self.assertIs(first, second)
        self.assertIsNot(second, third)

    def test_memory_is_bounded(self) -> None:
        here = Connected("front")
        for number in range(2_000):
            here.send(post(b"", b"X-Id: %d" % number))
        self.assertLessEqual(len(here.factory.heads), 512)
        here.send(post(b"", b"X-Long: " + b"x" * 5_000))
        self.assertNotIn(b"x" * 5_000, b"".join(here.factory.heads))
        self.assertEqual(len(here.answers()), 2_001)

    def test_small_chunks_cost_no_more_than_large_ones(self) -> None:
        here = Connected("front")
        here.send(raw(b"POST /echo HTTP/1.1", b"Host: h", b"Transfer-Encoding: chunked"))
        tracemalloc.start()
        try:
            for _ in range(50):
                here.send(b"2\r\nab\r\n" * 1_000)
            self.assertLess(tracemalloc.get_traced_memory()[0], 200_000)
        finally:
            tracemalloc.stop()
        here.send(b"0\r\n\r\n")
        self.assertTrue(here.answers()[0].body.endswith(b"ab" * 50_000))

    def test_malformed_heads_are_not_kept(self) -> None:
        here = Connected("front")
        here.send(b"nonsense\r\n\r\n")
        self.assertEqual(here.factory.heads, {})

    def test_prefixes_live_for_a_second(self) -> None:
        def reply(request: Any) -> HttpResponse:
            return HttpResponse(200, ((b"X-Id", request.body),), b"")

        here = Connected("front", Service(reply))
        here.send(*[post(b"%03d" % number) for number in range(300)])
        self.assertEqual(len(here.factory.connections.prefixes), 128)
        self.assertEqual([int(a.fields[b"x-id"]) for a in here.answers()], list(range(300)))
        here.advance(1)
        self.assertEqual(here.factory.connections.prefixes, {})


class SocketTests(TestCase):
    """Answers through real sockets: taken slowly, cut off, by TLS."""

    timeout = 20
    kind = "front"

    def serve(self, service: Any, tls: Any = None, **settings: Any) -> int:
        self.factory = FRONTS[self.kind](service, reactor, **settings)
        outer = self.factory if tls is None else TLSMemoryBIOFactory(tls, False, self.factory)
        port = reactor.listenTCP(0, outer, interface="127.0.0.1")  # type: ignore[attr-defined]  # the reactor's interfaces are not declared

        async def stop() -> None:
            await port.stopListening()
            await self.factory.drain(0.1)

        self.addCleanup(lambda: Deferred.fromCoroutine(stop()))
        number: int = port.getHost().port
        return number

    def in_thread(self, work: Any, *args: Any) -> Deferred[Any]:
        """A blocking client."""
        return deferToThreadPool(reactor, reactor.getThreadPool(), work, *args)  # type: ignore[attr-defined]  # as above

    @staticmethod
    def talk(port: int, data: bytes, size: int = 65536, pause: float = 0.0) -> bytes:
        """Send a request, read until the server closes."""
        import time

        with socket.create_connection(("127.0.0.1", port), timeout=15) as connection:
            connection.sendall(data)
            pieces = []
            while piece := connection.recv(size):
                pieces.append(piece)
                if pause:
                    time.sleep(pause)
            return b"".join(pieces)

    async def test_answers(self) -> None:
        port = self.serve(Service())
        data = post(b"1") + post(b"2") + post(b"3", b"Connection: close")
        answers = parse_answers(await self.in_thread(self.talk, port, data))
        self.assertEqual([a.body[-1:] for a in answers], [b"1", b"2", b"3"])

    async def test_many_clients_at_once(self) -> None:
        port = self.serve(Service())

        def client(number: int) -> bytes:
            requests = b"".join(post(b"%d.%d" % (number, n)) for n in range(20))
            return self.talk(port, requests + post(b"%d.20" % number, b"Connection: close"))

        texts = await gatherResults([self.in_thread(client, number) for number in range(10)])
        for number, text in enumerate(texts):
            self.assertEqual(
                [answer.body for answer in parse_answers(text)],
                [b"POST /echo %d.%d" % (number, n) for n in range(21)],
            )

    async def test_more_than_the_socket_takes(self) -> None:
        big = bytes(range(256)) * 40_000

        def reply(request: Any) -> HttpResponse:
            return HttpResponse(200, XML, big + request.content.read())

        port = self.serve(Service(reply))
        data = post(b"1") + post(b"2") + post(b"3", b"Connection: close")
        answers = parse_answers(await self.in_thread(self.talk, port, data, 2**20, 0.002))
        # no assertEqual, which would print thirty megabytes
        self.assertTrue([a.body for a in answers] == [big + b"1", big + b"2", big + b"3"])

    async def test_a_client_that_sends_far_ahead(self) -> None:
        """It reads only when it can send no more."""
        answer = b"#" * 5_000
        port = self.serve(Service(lambda request: HttpResponse(200, XML, answer)))
        data = post(b"y" * 500) * 3_000 + post(b"", b"Connection: close")

        def client() -> int:
            with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                sender = threading.Thread(target=connection.sendall, args=(data,))
                sender.start()
                sender.join(0.3)
                size = 0
                while piece := connection.recv(65536):
                    size += piece.count(b"#")
                sender.join()
                return size

        self.assertEqual(await self.in_thread(client), 3_001 * 5_000)

    async def test_a_client_that_never_reads(self) -> None:
        big = b"x" * 20_000_000
        service = Service(lambda request: HttpResponse(200, XML, big))
        port = self.serve(service, http_limits=HttpLimits(write_seconds=1.0))
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(post() * 10)
            await deferLater(reactor, 0.3, lambda: None)
            self.assertEqual(len(service.requests), 1)
            while len(self.factory.connections):
                await deferLater(reactor, 0.1, lambda: None)

    async def test_a_refusal_reaches_a_client_that_goes_on_sending(self) -> None:
        port = self.serve(Service(), limits=Limits(body_bytes=1_000))

        def client() -> bytes:
            with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                connection.sendall(raw(b"POST / HTTP/1.1", b"Host: h", b"Content-Length: 3000000"))
                for _ in range(30):
                    connection.sendall(b"x" * 100_000)
                pieces = []
                while piece := connection.recv(65536):
                    pieces.append(piece)
                return b"".join(pieces)

        (answer,) = parse_answers(await self.in_thread(client))
        self.assertEqual(answer.status, 413)

    async def test_a_client_that_lingers_is_cut(self) -> None:
        port = self.serve(Service(), http_limits=HttpLimits(linger_seconds=1.0))
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"nonsense\r\n\r\n")
            while len(self.factory.connections):
                await deferLater(reactor, 0.1, lambda: None)

    async def test_a_client_that_cuts(self) -> None:
        cancelled: list[Any] = []
        waiting: Deferred[Any] = Deferred(cancelled.append)
        port = self.serve(Service(lambda request: waiting))
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(post())
            await deferLater(reactor, 0.1, lambda: None)
        while not cancelled:
            await deferLater(reactor, 0.02, lambda: None)
        self.assertEqual(cancelled, [waiting])

    async def test_a_client_that_sends_no_more(self) -> None:
        """It has closed its half of the connection, and still gets its answers."""
        big = b"x" * 5_000_000
        port = self.serve(Service(lambda request: HttpResponse(200, XML, big)))

        def client(data: bytes) -> bytes:
            with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
                pieces = []
                while piece := connection.recv(65536):
                    pieces.append(piece)
                return b"".join(pieces)

        (answer,) = parse_answers(await self.in_thread(client, post()))
        self.assertEqual(answer.body, big)
        self.assertEqual(await self.in_thread(client, post()[:-1]), b"")
        (answer,) = parse_answers(await self.in_thread(client, b"nonsense\r\n\r\n"))
        self.assertEqual(answer.status, 400)
        while len(self.factory.connections):
            await deferLater(reactor, 0.02, lambda: None)

    async def test_a_client_that_sends_no_more_and_waits(self) -> None:
        def reply(request: Any) -> Any:
            return deferLater(reactor, 1.5, HttpResponse, 200, XML, b"at last")

        port = self.serve(Service(reply))

        def client() -> bytes:
            with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                connection.sendall(post())
                connection.shutdown(socket.SHUT_WR)
                pieces = []
                while piece := connection.recv(65536):
                    pieces.append(piece)
                return b"".join(pieces)

        answers = parse_answers(await self.in_thread(client))
        self.assertEqual([a.body for a in answers if a.status != 100], [b"at last"])

    async def test_tls(self) -> None:
        big = b"x" * 5_000_000
        seen: list[bool] = []

        def reply(request: Any) -> HttpResponse:
            seen.append(request.isSecure())
            return HttpResponse(200, XML, big + request.content.read())

        port = self.serve(Service(reply), tls=self.certificate())

        def client() -> bytes:
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            context.set_alpn_protocols(["h2", "http/1.1"])  # as curl and browsers do
            plain = socket.create_connection(("127.0.0.1", port), timeout=15)
            with plain, context.wrap_socket(plain) as connection:
                self.assertEqual(connection.selected_alpn_protocol(), "http/1.1")
                connection.sendall(post(b"1") + post(b"2") + post(b"3", b"Connection: close"))
                pieces = []
                while piece := connection.recv(65536):
                    pieces.append(piece)
                return b"".join(pieces)

        answers = parse_answers(await self.in_thread(client))
        self.assertEqual([a.body[-1:] for a in answers], [b"1", b"2", b"3"])
        self.assertEqual([len(a.body) for a in answers], [5_000_001] * 3)
        self.assertEqual(seen, [True] * 3)

    @staticmethod
    def certificate() -> CertificateOptions:
        """A certificate of our own, made on the spot."""
        key = KeyPair.generate(size=2048)
        return key.selfSignedCert(1, CN="localhost").options()

    async def test_stopping(self) -> None:
        waiting: Deferred[Any] = Deferred()
        port = self.serve(Service(lambda request: waiting))
        answer = self.in_thread(self.talk, port, post())
        with socket.create_connection(("127.0.0.1", port)):
            while len(self.factory.connections) < 2:
                await deferLater(reactor, 0.02, lambda: None)
            await deferLater(reactor, 0.1, lambda: None)
            drained = self.factory.drain(10)
            await deferLater(reactor, 0.1, lambda: None)
            self.assertEqual(len(self.factory.connections), 1)
            waiting.callback(HttpResponse(200, XML, b"last"))
            await drained
        (last,) = parse_answers(await answer)
        self.assertEqual((last.body, last.fields[b"connection"]), (b"last", b"close"))


class WebSocketTests(SocketTests):
    """The same on twisted.web."""

    kind = "web"
