"""Tests of the blocking client, against real services and a server that says what it is told.

Covers: ZSI.auth, ZSI.blocking, ZSI.call.
"""

from __future__ import annotations

import gzip
import http.client
import importlib
import io
import socket
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from generated.EchoServer_client import EchoRequest, EchoResponse
from tests.test_servicecontainer import Pinging, Served
from tests.twisted_.services import ECHO, Ping, Tell, Ticket, envelope
from ZSI import TC
from ZSI.auth import AUTH
from ZSI.client import Binding, HttpError, NamedParamBinding
from ZSI.errors import EvaluateException, FaultException, LimitExceeded
from ZSI.fault import Fault
from ZSI.generate.commands import wsdl2py
from ZSI.limits import Limits
from ZSI.parse import ParsedSoap
from ZSI.ServiceContainer import ServiceSOAPBinding

ROOT = Path(__file__).parents[1]
PONG = envelope("<p:Ping><text>pong</text></p:Ping>")


def answer(body: bytes = PONG, status: str = "200 OK", *fields: str) -> bytes:
    """A whole HTTP answer."""
    head = ["HTTP/1.1 " + status, f"Content-Length: {len(body)}", *fields]
    if not any(field.startswith("Content-Type") for field in fields):
        head.append("Content-Type: text/xml")
    return "\r\n".join([*head, "", ""]).encode() + body


class Scripted:
    """A server that gives these answers, and keeps what it was asked; None hangs up."""

    def __init__(self, case: Any, *answers: bytes | None) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, Any, bytes]] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/ping"
        case.addCleanup(self.socket.close)
        threading.Thread(target=self.run, daemon=True).start()

    def run(self) -> None:
        while self.answers:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as lines:
                while self.answers and (first := lines.readline()):
                    headers = http.client.parse_headers(lines)
                    body = lines.read(int(headers["Content-Length"]))
                    self.asked.append((first.decode().split()[1], headers, body))
                    given = self.answers.pop(0)
                    if given is None:
                        break
                    connection.sendall(given)


class ScriptedTests(SynchronousTestCase):
    """What HTTP may bring."""

    def binding(self, *answers: bytes | None, **kw: Any) -> Binding:
        self.server = Scripted(self, *answers)
        made = Binding(self.server.url, **kw)
        self.addCleanup(made.close)
        return made

    def test_call(self) -> None:
        binding = self.binding(answer(), headers={"X-One": "1"})
        response = binding.call(Ping(text="ping"), Ping.typecode, soapaction='urn:"\r\nping')
        self.assertEqual(response.text, "pong")
        path, headers, body = self.server.asked[0]
        self.assertEqual(path, "/ping")
        self.assertEqual((headers["SOAPAction"], headers["X-One"]), ('"urn:ping"', "1"))
        self.assertEqual(headers["Content-Type"], "text/xml; charset=utf-8")
        self.assertIn(b"ping</text>", body)
        self.assertEqual((binding.reply_code, binding.reply_msg), (200, "OK"))
        self.assertEqual((binding.data, binding.reply_headers["content-type"]), (PONG, "text/xml"))

    def test_version_1_2(self) -> None:
        text = envelope("<p:Ping><text>12</text></p:Ping>", version="1.2")
        binding = self.binding(answer(text), version="1.2")
        self.assertEqual(binding.call(Ping(text="x"), Ping.typecode, soapaction="a").text, "12")
        headers = self.server.asked[0][1]
        self.assertEqual(headers["Content-Type"], 'application/soap+xml; charset=utf-8; action="a"')
        self.assertIsNone(headers["SOAPAction"])

    def test_kept_connection_that_was_closed(self) -> None:
        binding = self.binding(answer(), None, answer())
        for _ in range(2):
            self.assertEqual(binding.call(Ping(text="x"), Ping.typecode).text, "pong")
        self.assertEqual(len(self.server.asked), 3)

    def test_no_answer_at_all(self) -> None:
        binding = self.binding(None)
        with self.assertRaises(http.client.RemoteDisconnected):
            binding.call(Ping(text="x"), Ping.typecode)

    def test_cut_off(self) -> None:
        binding = self.binding(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")
        with self.assertRaises(http.client.IncompleteRead):
            binding.call(Ping(text="x"), Ping.typecode)

    def test_redirect(self) -> None:
        binding = self.binding(answer(b"", "307 Temporary Redirect", "Location: /there"), answer())
        self.assertEqual(binding.call(Ping(text="x"), Ping.typecode).text, "pong")
        self.assertEqual([asked[0] for asked in self.server.asked], ["/ping", "/there"])

    def test_redirect_to_another_host(self) -> None:
        other = Scripted(self, answer())
        binding = self.binding(
            answer(b"", "308 Moved", f"Location: {other.url}", "Set-Cookie: a=b"),
            auth=(AUTH.httpbasic, "me", "secret"),
        )
        self.assertEqual(binding.call(Ping(text="x"), Ping.typecode).text, "pong")
        self.assertIn("Basic ", self.server.asked[0][1]["Authorization"])
        self.assertIsNone(other.asked[0][1]["Authorization"])

    def test_redirects_end(self) -> None:
        again = answer(b"", "307 Again", "Location: /ping")
        with self.assertRaisesRegex(HttpError, "more than 2 times"):
            self.binding(*[again] * 5).call(Ping(text="x"), Ping.typecode)
        with self.assertRaisesRegex(ValueError, "no address of http"):
            self.binding(answer(b"", "307 x", "Location: file:///etc/passwd")).call(
                Ping(text="x"), Ping.typecode
            )

    def test_other_redirects_are_not_followed(self) -> None:
        with self.assertRaisesRegex(HttpError, "302"):
            self.binding(answer(b"", "302 Found", "Location: /x")).call(
                Ping(text="x"), Ping.typecode
            )

    def test_limits(self) -> None:
        bomb = gzip.compress(b"x" * 3000)
        for given in (
            answer(b"x" * 2000),
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" + b"x" * 2000,
            answer(bomb, "200 OK", "Content-Encoding: gzip"),
        ):
            with self.assertRaises(LimitExceeded):
                self.binding(given, limits=Limits(body_bytes=1000)).call(Ping(text="x"), None)

    def test_gzip(self) -> None:
        given = answer(gzip.compress(PONG), "200 OK", "Content-Encoding: gzip")
        self.assertEqual(self.binding(given).call(Ping(text="x"), Ping.typecode).text, "pong")

    def test_timeout(self) -> None:
        for given in (b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"):
            start = time.monotonic()
            with self.assertRaises(TimeoutError):
                self.binding(given, answer(), timeout=0.2).call(Ping(text="x"), Ping.typecode)
            self.assertLess(time.monotonic() - start, 5)

    def test_not_soap(self) -> None:
        binding = self.binding(answer(b"<html/>", "404 Not Found", "Content-Type: text/html"))
        with self.assertRaises(HttpError) as caught:
            binding.call(Ping(text="x"), Ping.typecode)
        self.assertEqual((caught.exception.status, caught.exception.body), (404, b"<html/>"))
        self.assertFalse(binding.IsSOAP())

    def test_one_way(self) -> None:
        binding = self.binding(answer(b"", "202 Accepted"), answer(b"", "202 Accepted"))
        self.assertIsNone(binding.call(Tell(text="x"), None))
        binding.Send(None, None, Tell(text="x"))
        self.assertFalse(binding.IsSOAP())
        self.assertIsNone(binding.Receive(None))

    def test_cookies(self) -> None:
        cookies = ("Set-Cookie: a=1; Path=/", "Set-Cookie: b=2; Secure", 'Set-Cookie: "')
        binding = self.binding(answer(PONG, "200 OK", *cookies), answer(), answer())
        for _ in range(2):
            binding.call(Ping(text="x"), Ping.typecode)
        binding.ResetCookies()
        binding.call(Ping(text="x"), Ping.typecode)
        sent = [asked[1]["Cookie"] for asked in self.server.asked]
        self.assertEqual(sent, [None, "a=1", None])

    def test_headers_and_auth(self) -> None:
        binding = self.binding(answer(), answer(), auth=(AUTH.httpbasic, "me", "secret"))
        binding.AddHeader("X-Two", "2\r\nX-Three: 3")
        binding.call(Ping(text="x"), Ping.typecode)
        binding.ResetHeaders()
        binding.call(Ping(text="x"), Ping.typecode)
        first, second = (asked[1] for asked in self.server.asked)
        self.assertEqual(first["Authorization"], "Basic bWU6c2VjcmV0")
        self.assertEqual(first["X-Two"], "2X-Three: 3")
        self.assertIsNone(second["Authorization"])
        with self.assertRaisesRegex(NotImplementedError, "httpdigest"):
            binding.SetAuth(AUTH.httpdigest, "me", "x")

    def test_trace(self) -> None:
        trace = io.StringIO()
        self.binding(answer(), tracefile=trace).call(Ping(text="x"), Ping.typecode)
        self.assertIn("POST http://127.0.0.1", trace.getvalue())
        self.assertIn("pong", trace.getvalue())

    def test_reply_headers(self) -> None:
        text = envelope(
            "<p:Ping><text>x</text></p:Ping>", "<p:Ticket><number>3</number></p:Ticket>"
        )
        binding = self.binding(answer(text))
        binding.call(Ping(text="x"), Ping.typecode, replyheaders=[Ticket.typecode])
        self.assertEqual(binding.soapheaders["urn:ping", "Ticket"].number, 3)

    def test_sig_handler(self) -> None:
        class Handler:
            def sign(self, sw: Any) -> None:
                sw.add_header("<signed/>")

            def verify(self, ps: Any) -> None:
                raise EvaluateException("unsigned")

        binding = self.binding(answer(), sig_handler=Handler())
        with self.assertRaisesRegex(EvaluateException, "unsigned"):
            binding.call(Ping(text="x"), Ping.typecode)
        self.assertIn(b"<signed/>", self.server.asked[0][2])

    def test_addresses(self) -> None:
        for url, error in (
            (None, TypeError),
            ("ftp://x/", ValueError),
            ("http://x/a b", ValueError),
        ):
            with self.assertRaises(error):
                Binding(url).call(Ping(text="x"), None)
        with self.assertRaisesRegex(TypeError, "Send first"):
            Binding("http://x/").Receive(None)
        binding = Binding()
        server = Scripted(self, answer())
        binding.SetURL(server.url)
        self.assertEqual(binding.call(Ping(text="x"), Ping.typecode).text, "pong")

    def test_transport(self) -> None:
        made: list[Any] = []

        def transport(host: Any, port: Any, **kw: Any) -> Any:
            made.append(kw)
            return http.client.HTTPConnection(host, port)

        binding = self.binding(answer(), transport=transport, transdict={"key": 1})
        self.assertEqual(binding.call(Ping(text="x"), Ping.typecode).text, "pong")
        self.assertEqual(made, [{"key": 1}])


class HeaderTests(SynchronousTestCase):
    """Header blocks that are text already."""

    def test_auth_header(self) -> None:
        sent: list[bytes] = []
        binding = Binding("http://localhost/x")
        self.patch(binding, "SendSOAPData", lambda data, *rest, **kw: sent.append(data))
        binding.Send(None, None, Ping(text="x"), auth_header='<a:who xmlns:a="urn:a">me</a:who>')
        ps = ParsedSoap(sent[0])
        self.assertEqual([e.text for e in ps.header_elements], ["me"])

    def test_one_after_another(self) -> None:
        """What changes a Binding gives it, as ZSI's guide has it."""
        binding = Binding("http://localhost/x")
        same = binding.AddHeader("X-A", "b").SetURL("http://localhost/y").ResetHeaders()
        same = same.SetAuth(AUTH.httpbasic, "u", "p").ResetCookies()
        self.assertIs(same, binding)
        self.assertEqual(binding.url, "http://localhost/y")
        self.assertEqual([name for name, _ in binding._headers], ["Authorization"])


class CalledByName(ServiceSOAPBinding):
    """Operations for calls by name."""

    def __init__(self, post: str = "/ping") -> None:
        ServiceSOAPBinding.__init__(self, post)

    def soap_add(self, ps: Any) -> Any:
        values = ps.Parse(TC.Any(aslist=True))
        return values, SimpleNamespace(
            sum=sum(values),
            typecode=TC.Struct(None, [TC.Integer("sum")], ("urn:calc", "addResponse")),
        )

    def soap_names(self, ps: Any) -> Any:
        values = ps.Parse(TC.Any())
        return values, SimpleNamespace(
            first=sorted(values)[0],
            count=len(values),
            typecode=TC.Struct(None, [TC.String("first"), TC.Integer("count")], "namesResponse"),
        )

    def soap_nothing(self, ps: Any) -> Any:
        return None, SimpleNamespace(typecode=TC.Struct(None, [], "nothingResponse"))

    def soap_fail(self, ps: Any) -> Any:
        raise Fault(Fault.Client, "as you like it")

    def soap_Ping(self, ps: Any) -> Any:
        return None, ps.Parse(Ping.typecode)


class ByNameTests(SynchronousTestCase):
    """``binding.hello("x")``."""

    def setUp(self) -> None:
        address = Served(self, CalledByName()).container.server_address
        self.url = "http://{}:{}/ping".format(*address)

    def binding(self, kind: type[Binding] = Binding, **kw: Any) -> Binding:
        made = kind(self.url, "urn:calc", **kw)
        self.addCleanup(made.close)
        return made

    def test_positions(self) -> None:
        binding = self.binding()
        self.assertEqual(binding.add(1, 2, 3), 6)
        self.assertIsNone(binding.nothing())
        with self.assertRaisesRegex(TypeError, "NamedParamBinding"):
            binding.add(a=1)
        with self.assertRaises(AttributeError):
            _ = binding._private

    def test_names(self) -> None:
        binding = self.binding(NamedParamBinding)
        self.assertEqual(binding.names(a=1, b=2), {"first": "a", "count": 2})
        self.assertIsNone(binding.nothing())
        with self.assertRaisesRegex(TypeError, "use Binding"):
            binding.add(1)

    def test_object(self) -> None:
        types = SimpleNamespace(Ping=Ping)
        self.assertEqual(self.binding(typesmodule=types).Ping(Ping(text="x")).text, "x")

    def test_fault(self) -> None:
        binding = self.binding()
        with self.assertRaisesRegex(FaultException, "as you like it"):
            binding.fail(1)
        self.assertTrue(binding.IsAFault())
        self.assertEqual(binding.ReceiveFault().string, "as you like it")
        binding.Send(None, None, Ping(text="x"))
        with self.assertRaisesRegex(TypeError, "no fault"):
            binding.ReceiveFault()

    def test_two_steps(self) -> None:
        binding = self.binding(nsdict={"x": "urn:x"})
        binding.Send(self.url, None, Ping(text="one"), soapaction="a", nsdict={"y": "urn:y"})
        self.assertTrue(binding.IsSOAP())
        self.assertEqual(binding.Receive(Ping.typecode).text, "one")
        self.assertIn(b"one", binding.ReceiveRaw())
        self.assertEqual(binding.RPC(None, None, Ping(text="x"), replytype=Ping.typecode).text, "x")
        self.assertEqual(binding.RPC(None, None, Ping(text="x")), {"text": "x"})


class GeneratedTests(SynchronousTestCase):
    """What wsdl2py prints without -w: server in a container, blocking client against it."""

    def test_echo(self) -> None:
        folder = Path(self.mktemp()) / "plain_echo"
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
        wsdl2py(["-q", "-o", str(folder), str(ROOT / "echo.wsdl")])
        sys.path.insert(0, str(folder.parent))
        self.addCleanup(sys.path.remove, str(folder.parent))
        server = importlib.import_module("plain_echo.EchoServer_server")
        client = importlib.import_module("plain_echo.EchoServer_client")

        class Service(server.EchoServer):  # type: ignore[misc,name-defined]  # made just now
            def soap_Echo(self, ps: Any, **kw: Any) -> Any:
                request, response = server.EchoServer.soap_Echo(self, ps, **kw)
                response.value = request.value
                return request, response

        served = Served(self, Service())
        url = "http://{}:{}/echo".format(*served.container.server_address)
        port = client.EchoServerLocator().getEchoServer(url)
        self.addCleanup(port.binding.close)
        for value in ("plop", 3, [1, "two"]):
            request = client.EchoRequest(value=value)
            self.assertEqual(port.Echo(request).value, value)
        with self.assertRaises(TypeError):
            port.Echo("plop")
        status, _, body = served.ask("GET", "/echo?wsdl")
        self.assertEqual((status, url.encode() in body), (200, True))
        self.assertEqual(served.post(ECHO, "/echo")[0], 200)

    def test_twisted_messages_too(self) -> None:
        """The classes of ``-w`` output go through the blocking client as well."""
        server = Scripted(self, answer(ECHO))
        with Binding(server.url) as binding:
            response = binding.call(EchoRequest(value=1), EchoResponse.typecode)
            self.assertEqual(str(response.value), "plop")

    def test_container_and_two_steps(self) -> None:
        served = Served(self, Pinging())
        with Binding("http://{}:{}/ping".format(*served.container.server_address)) as binding:
            self.assertEqual(binding.call(Ping(text="up"), Ping.typecode).text, "UP")
