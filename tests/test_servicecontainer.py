"""Tests of ZSI's containers, over sockets where they serve, in memory elsewhere.

Covers: ZSI.twisted.reactors.
"""

from __future__ import annotations

import base64
import http.client
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, ClassVar

from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall
from twisted.trial.unittest import SynchronousTestCase

from tests.twisted_.services import ECHO, PING, Ping, envelope
from tests.twisted_.wire import Service
from ZSI import TC
from ZSI.errors import EvaluateException
from ZSI.parse import ParsedSoap
from ZSI.ServiceContainer import (
    AsServer,
    GetSOAPContext,
    NoSuchService,
    NotAuthorized,
    PostNotSpecified,
    ServiceAlreadyPresent,
    ServiceContainer,
    ServiceInterface,
    ServiceSOAPBinding,
    SimpleWSResource,
    UnknownRequestException,
)
from ZSI.twisted.reactors import close_reactor, new_reactor

ROOT = Path(__file__).parents[1]
WSDL = '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"/>'


class Pinging(ServiceSOAPBinding):
    """As wsdl2py of old printed it, and a method without keywords."""

    soapAction: ClassVar[dict[str, str]] = {"urn:ping": "soap_Ping", "urn:any": "soap_any"}
    root: ClassVar[dict[tuple[str | None, str], str]] = {("urn:ping", "Ping"): "soap_Ping"}
    _wsdl = WSDL
    seen: Any = None

    def __init__(self, post: str = "/ping") -> None:
        ServiceSOAPBinding.__init__(self, post)

    def soap_Ping(self, ps: Any) -> Any:
        self.seen = GetSOAPContext()
        request = ps.Parse(Ping.typecode)
        return request, Ping(text=request.text.upper())

    def soap_any(self, ps: Any) -> Any:
        return None, Ping(text=ps.body_root.tag)


class Served:
    """A container that serves in a thread."""

    def __init__(self, case: Any, *services: ServiceInterface) -> None:
        self.container = ServiceContainer(("127.0.0.1", 0), services)
        self.container.grace = 0.2
        self.thread = threading.Thread(target=self.container.serve_forever, daemon=True)
        self.thread.start()
        case.addCleanup(self.container.server_close)
        case.addCleanup(self.container.shutdown)

    def post(self, body: bytes, path: str = "/ping", **fields: str) -> Any:
        """Status, header fields and body of the answer."""
        fields = {"Content-Type": "text/xml", **fields}
        return self.ask("POST", path, body, fields)

    def ask(self, method: str, path: str, body: bytes = b"", fields: Any = None) -> Any:
        connection = http.client.HTTPConnection(*self.container.server_address, timeout=10)
        try:
            connection.request(method, path, body, fields or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()


class ServingTests(SynchronousTestCase):
    """A container and clients over sockets."""

    def test_message(self) -> None:
        service = Pinging()
        served = Served(self, service)
        status, headers, body = served.post(PING, SOAPAction='"urn:ping"', X_One="1")
        self.assertEqual((status, headers["content-type"]), (200, "text/xml; charset=utf-8"))
        self.assertEqual(ParsedSoap(body).Parse(Ping.typecode).text, "HELLO")
        context = service.seen
        self.assertIs(context.container, served.container)
        self.assertEqual(context.soapaction, "urn:ping")
        self.assertEqual(context.xmldata, PING)
        self.assertEqual(context.httpheaders["x_one"], "1")
        self.assertIsNotNone(context.parsedsoap.body_root)
        self.assertEqual(context.connection.method, b"POST")
        self.assertIsNone(GetSOAPContext())

    def test_by_action_alone(self) -> None:
        status, _, body = Served(self, Pinging()).post(ECHO, SOAPAction='"urn:any"')
        self.assertEqual(status, 200)
        self.assertEqual(ParsedSoap(body).Parse(Ping.typecode).text, "{urn:ZSI}Echo")

    def test_unknown(self) -> None:
        served = Served(self, Pinging())
        status, _, body = served.post(ECHO, SOAPAction='"urn:other"')
        self.assertEqual(status, 500)
        self.assertIn(b"Client", body)
        status, _, body = served.post(PING, "/nowhere")
        self.assertEqual(status, 404)
        self.assertIn(b"services here: /ping", body)
        self.assertEqual(served.ask("GET", "/nowhere")[0], 404)

    def test_wsdl(self) -> None:
        status, _, body = Served(self, Pinging("a/b")).ask("GET", "/a/b?wsdl")
        self.assertEqual(status, 200)
        self.assertIn(b"definitions", body)

    def test_authorize(self) -> None:
        class Closed(Pinging):
            asked: Any = None

            def authorize(self, auth_info: Any, post: str, action: Any) -> Any:
                self.asked = (auth_info, post, action)
                return auth_info is not None

        service = Closed()
        served = Served(self, service)
        status, headers, body = served.post(PING)
        self.assertEqual((status, headers["www-authenticate"]), (401, 'Basic realm="SOAP"'))
        self.assertIn(b"not authorized", body)
        word = "Basic " + base64.b64encode(b"a:b").decode()
        self.assertEqual(served.post(PING, Authorization=word)[0], 200)
        self.assertEqual(service.asked, (word, "/ping", None))

    def test_sign_and_verify(self) -> None:
        class Signing(Pinging):
            def verify(self, ps: Any) -> None:
                if not ps.header_elements:
                    raise EvaluateException("unsigned")

            def sign(self, sw: Any) -> None:
                sw.add_header("<signed/>")

        served = Served(self, Signing())
        self.assertEqual(served.post(PING)[0], 500)
        status, _, body = served.post(envelope("<p:Ping><text>a</text></p:Ping>", "<p:any/>"))
        self.assertEqual(status, 200)
        self.assertIn(b"<signed/>", body)

    def test_deferred_and_coroutine(self) -> None:
        class Later(Pinging):
            async def soap_Ping(self, ps: Any) -> Any:
                waiting: Deferred[None] = Deferred()
                container = GetSOAPContext().container  # type: ignore[union-attr]  # there is one
                container.reactor.callLater(0, waiting.callback, None)
                await waiting
                self.seen = GetSOAPContext()
                return None, Ping(text="later")

        service = Later()
        status, _, body = Served(self, service).post(PING)
        self.assertEqual(status, 200)
        self.assertIn(b"later", body)
        self.assertEqual(service.seen.parsedsoap.body_root.tag, "{urn:ping}Ping")

    def test_woken_while_it_stops(self) -> None:
        """The reactor, awake, is done before its waker has been used: that is still open then."""
        container = ServiceContainer(("127.0.0.1", 0), [])
        reactor = container.reactor
        ticking = LoopingCall(lambda: None)
        ticking.clock = reactor
        reactor.callWhenRunning(ticking.start, 0.01)
        thread = threading.Thread(target=container.serve_forever, daemon=True)
        thread.start()
        wake = reactor.wakeUp
        reactor.wakeUp = lambda: (time.sleep(0.2), wake())
        container.shutdown()
        thread.join(10)
        container.server_close()

    def test_stop_and_go(self) -> None:
        served = Served(self, Pinging())
        self.assertEqual(served.post(PING)[0], 200)
        served.container.shutdown()
        served.thread.join(10)
        self.assertFalse(served.thread.is_alive())
        served.thread = threading.Thread(target=served.container.serve_forever, daemon=True)
        served.thread.start()
        self.assertEqual(served.post(PING)[0], 200)

    def test_as_server_until_interrupted(self) -> None:
        script = (
            "from ZSI.ServiceContainer import *\n"
            "class S(ServiceSOAPBinding):\n"
            "    def soap_Ping(self, ps): return None, None\n"
            "    def authorize(self, *a): print('asked', flush=True); return True\n"
            "import socket; s = socket.create_server(('127.0.0.1', 0)); port = s.getsockname()[1]\n"
            "s.close(); print(port, flush=True)\n"
            "AsServer(port, (S('/ping'),), host='127.0.0.1'); print('over')\n"
        )
        process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE,
                                   cwd=ROOT, text=True)  # fmt: skip
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        assert process.stdout is not None
        port = int(process.stdout.readline())
        for _ in range(200):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                connection.request("POST", "/ping", PING, {"Content-Type": "text/xml"})
                break
            except ConnectionRefusedError:
                threading.Event().wait(0.05)
        self.assertEqual(connection.getresponse().status, 202)
        connection.close()
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)
        self.assertEqual((out, process.returncode), ("asked\nover\n", 0))


class NodeTests(SynchronousTestCase):
    """Services by path."""

    def container(self, *services: ServiceInterface) -> ServiceContainer:
        made = ServiceContainer(("127.0.0.1", 0), services)
        self.addCleanup(made.server_close)
        return made

    def test_nodes(self) -> None:
        first, second = Pinging("/a"), Pinging("http://server.example/b/")
        container = self.container(first)
        container.setNode(second)
        container.setNode(first, "c")
        self.assertIs(container.getNode("/b"), second)
        self.assertIs(container.getNode("/c/"), first)
        self.assertIn("/a, /b, /c", str(container))
        container.removeNode("/a")
        with self.assertRaisesRegex(NoSuchService, "services here: /b, /c"):
            container.getNode("/a")
        with self.assertRaises(ServiceAlreadyPresent):
            container.setNode(first, "/b")

    def test_no_path(self) -> None:
        class Bare(ServiceSOAPBinding):
            def __init__(self) -> None:
                pass

        with self.assertRaisesRegex(PostNotSpecified, "post="):
            self.container(Bare())

    def test_called(self) -> None:
        container = self.container(Pinging())
        self.assertEqual(container(ParsedSoap(PING), "/ping", None)[1].text, "HELLO")
        with self.assertRaises(UnknownRequestException):
            container(ParsedSoap(ECHO), "/ping", None)

        class Closed(Pinging):
            def authorize(self, *args: Any) -> Any:
                return False

        container.setNode(Closed("/closed"))
        with self.assertRaises(NotAuthorized):
            container(ParsedSoap(PING), "/closed", None)

    def test_handler_class(self) -> None:
        with self.assertRaisesRegex(TypeError, "override authorize"):
            ServiceContainer(("127.0.0.1", 0), (), Service)

    def test_operations(self) -> None:
        service = Pinging()
        self.assertEqual(service.getOperationName(ParsedSoap(PING), None), "soap_Ping")
        self.assertEqual(service.getOperation(ParsedSoap(PING), None), service.soap_Ping)
        self.assertEqual(str(service), "<Pinging at /ping>")

    def test_stopped_before_it_runs(self) -> None:
        container = self.container()
        container.shutdown()
        container.serve_forever()

    def test_ipv6(self) -> None:
        try:
            container = ServiceContainer(("::1", 0), ())
        except OSError:  # no IPv6 here
            return
        self.addCleanup(container.server_close)
        self.assertEqual(container.server_address[0], "::1")
        self.assertGreaterEqual(container.fileno(), 0)

    def test_names(self) -> None:
        self.assertTrue(callable(AsServer))
        self.assertIs(TC, __import__("ZSI.ServiceContainer", fromlist=["TC"]).TC)


class SimpleWSResourceTests(SynchronousTestCase):
    """A service that finds its own methods."""

    def test_call_back(self) -> None:
        class Mine(SimpleWSResource):
            def getCallBack(self, ps: Any, post: str, action: Any) -> Any:
                return self.anything

            def anything(self, ps: Any) -> Any:
                return None, Ping(text="mine")

        service = Mine("/ping")
        self.assertIs(service.getNode("/x"), service)
        with self.assertRaisesRegex(NotImplementedError, "ServiceContainer"):
            service.setNode(service, "/x")
        status, _, body = Served(self, service).post(ECHO)
        self.assertEqual(status, 200, body)
        self.assertIn(b"mine", body)

    def test_default(self) -> None:
        class Plain(SimpleWSResource):
            def soap_Ping(self, ps: Any) -> Any:
                return None, Ping(text="plain")

        service = Plain("/ping")
        self.assertEqual(service.getCallBack(ParsedSoap(PING), "/ping", None), service.soap_Ping)


class ReactorTests(SynchronousTestCase):
    """Private reactors."""

    def test_nothing_is_left_open(self) -> None:
        before = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc").exists() else 0
        for _ in range(5):
            close_reactor(new_reactor())
        after = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc").exists() else 0
        self.assertEqual(after, before)
