"""Services as WSGI applications."""

from __future__ import annotations

import gzip
import io
import threading
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.validate import validator

from twisted.internet.defer import succeed
from twisted.trial.unittest import SynchronousTestCase

from generated.EchoServer_types import Echo
from ZSI import TC
from ZSI.client import Binding, FaultException
from ZSI.fault import Fault
from ZSI.limits import Limits
from ZSI.parse import ParsedSoap
from ZSI.twisted import wsgi
from ZSI.twisted.wsgi import SOAPApplication, SOAPHandlerChainFactory, WSGIApplication, soapmethod

ASK = TC.Struct(None, [TC.String("q")], ("urn:wsgi", "Ask"))
ANSWER = TC.Struct(None, [TC.String("a")], ("urn:wsgi", "Answer"))


class EchoService(SOAPApplication):
    """As ZSI's sample has it."""

    factory = SOAPHandlerChainFactory
    limits = Limits(body_bytes=100_000)

    @soapmethod(Echo.typecode, Echo, operation="Echo", soapaction="Echo")
    def soap_Echo(self, request: Any, response: Any, **kw: Any) -> Any:
        response.Value = request.Value
        return request, response

    @soapmethod(ASK, ANSWER)
    def asked(self, request: Any, response: Any, **kw: Any) -> Any:
        if request["q"] == "fault":
            raise Fault(Fault.Client, "no such question")
        if request["q"] == "broken":
            raise ValueError("a secret")
        if request["q"] == "later":
            return request, succeed(response)
        response["a"] = request["q"].upper()
        return request, response


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Nobody wants to know."""


ENVELOPE = (
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
    "{}</e:Body></e:Envelope>"
)


class ApplicationTests(SynchronousTestCase):
    """What is answered, by the specification's own validator."""

    def ask(self, body: bytes | str, path: str = "/echo", **env: Any) -> tuple[str, Any, bytes]:
        application = WSGIApplication()
        application["echo"] = EchoService()
        application.putChild("deep", WSGIApplication(echo=EchoService()))
        data = body.encode() if isinstance(body, str) else body
        self.errors = io.StringIO()
        found: list[Any] = []

        def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
            found.extend((status, dict(headers)))
            return lambda data: None

        environment = {
            "REQUEST_METHOD": "POST", "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": "",
            "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_TYPE": "text/xml", "CONTENT_LENGTH": str(len(data)), "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(data), "wsgi.errors": self.errors,
            "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False, **env,
        }  # fmt: skip
        result = validator(application)(environment, start_response)
        text = b"".join(result)
        result.close()  # type: ignore[attr-defined]  # the validator's has it
        return found[0], found[1], text

    def test_answers(self) -> None:
        ask = ENVELOPE.format('<w:Ask xmlns:w="urn:wsgi"><q>hi</q></w:Ask>')
        for path, body, env in (
            ("/echo", ask, {}),
            ("/echo/", ask, {}),
            ("/deep/echo", ask, {}),
            ("/echo", gzip.compress(ask.encode()), {"HTTP_CONTENT_ENCODING": "gzip"}),
        ):
            status, fields, text = self.ask(body, path, **env)
            self.assertEqual(status, "200 OK")
            self.assertEqual(fields["Content-Length"], str(len(text)))
            self.assertEqual(ParsedSoap(text).Parse(ANSWER), {"a": "HI"})

    def test_refusals(self) -> None:
        """Faults of the message's version, each with its status."""
        ask = ENVELOPE.format('<w:Ask xmlns:w="urn:wsgi"><q>{}</q></w:Ask>')
        twelve = ask.replace(
            "schemas.xmlsoap.org/soap/envelope/", "www.w3.org/2003/05/soap-envelope"
        )
        for body, env, status in (
            (ask.format("fault"), {}, "500"),
            (twelve.format("fault"), {"CONTENT_TYPE": "application/soap+xml"}, "400"),
            (ask.format("broken"), {}, "500"),
            (ask.format("later"), {}, "500"),
            (ENVELOPE.format("<nothing/>"), {}, "500"),
            ("nonsense", {}, "500"),
            ("", {"REQUEST_METHOD": "GET"}, "405"),
            ("{}", {"CONTENT_TYPE": "application/json"}, "415"),
            ("x" * 100_001, {}, "413"),
        ):
            found, _, text = self.ask(body, **env)
            self.assertEqual(found[:3], status, body[:200])
            self.assertTrue(ParsedSoap(text).IsAFault())
            self.assertNotIn(b"secret", text)
        self.assertEqual(self.ask("", "/nobody")[0], "404 Not Found")

    def test_log(self) -> None:
        """What the client is not told is in the server's log."""
        self.ask(ENVELOPE.format('<w:Ask xmlns:w="urn:wsgi"><q>broken</q></w:Ask>'))
        self.assertIn("a secret", self.errors.getvalue())

    def test_server(self) -> None:
        """Over a socket, with Python's server and our client."""
        application = WSGIApplication(echo=EchoService())
        server = make_server("127.0.0.1", 0, application, handler_class=_Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        with Binding(f"http://127.0.0.1:{server.server_port}/echo") as binding:
            binding.Send(None, None, Echo(value="plop"), soapaction="Echo")
            self.assertEqual(binding.Receive(Echo.typecode).value, "plop")
            binding.SendSOAPData(ENVELOPE.format("<nothing/>"))
            self.assertRaises(FaultException, binding.Receive, None)

    def test_first_try(self) -> None:
        """``test`` serves until it is interrupted."""
        calls: list[Any] = []

        class Server:
            def __init__(self, *args: Any) -> None:
                calls.append(args)

            def __enter__(self) -> Any:
                return self

            def __exit__(self, *args: Any) -> None:
                pass

            def serve_forever(self) -> None:
                calls.append("served")

        self.patch(__import__("wsgiref.simple_server").simple_server, "make_server", Server)
        wsgi.test("app", 1)
        self.assertEqual(calls, [("localhost", 1, "app"), "served"])
