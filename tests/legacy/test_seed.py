"""The code that this project starts from: an echo service on stubs in the current folder.

The stubs are generated anew by ``wsdl2py -w echo.wsdl`` and imported as siblings, as in
the post.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from twisted.internet.task import Clock, deferLater
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.server import NOT_DONE_YET
from twisted.web.test.requesthelper import DummyRequest

from tests.twisted_.wire import Connected
from ZSI.generate.commands import wsdl2py

ROOT = Path(__file__).parents[2]
REQUEST = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
    '<soapenv:Body xmlns:ns1="urn:ZSI"><ns1:Echo>'
    '<ns1:value xsi:type="xsd:string">plop</ns1:value>'
    "</ns1:Echo></soapenv:Body></soapenv:Envelope>"
)
ANSWER = (
    '<soapenv:Header></soapenv:Header><soapenv:Body xmlns:ns1="urn:ZSI"><ns1:Echo>'
    '<ns1:value xsi:type="xsd:string">plop</ns1:value></ns1:Echo></soapenv:Body>'
)


class SeedTests(SynchronousTestCase):
    """Every way to write the service down."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        (Path(folder.name) / "echo.wsdl").write_bytes((ROOT / "echo.wsdl").read_bytes())
        names = wsdl2py(["-w", "-q", "-o", folder.name, f"{folder.name}/echo.wsdl"])
        self.assertEqual(
            sorted(Path(name).name for name in names),
            ["EchoServer_client.py", "EchoServer_server.py", "EchoServer_types.py"],
        )
        sys.path.insert(0, folder.name)
        self.addCleanup(sys.path.remove, folder.name)
        for name in ("EchoServer_client", "EchoServer_server", "EchoServer_types"):
            self.addCleanup(sys.modules.pop, name, None)
        self.stubs: Any = importlib.import_module("EchoServer_server")
        self.clock = Clock()

    def answer(self, service: Any, *, wait: float = 0) -> str:
        """What the service answers, on both fronts."""
        found = []
        for kind in ("front", "web"):
            connected = Connected(kind, service)
            connected.send(post(REQUEST))
            if wait:
                self.assertEqual(connected.answer, b"")
                self.clock.advance(wait)
            found.append(connected.answer.decode().partition("\r\n\r\n")[2])
        self.assertEqual(found[0], found[1])
        return found[0]

    def test_first_attempt(self) -> None:
        """Synchronous, with and without the base's constructor."""
        EchoServer = self.stubs.EchoServer

        class EchoService(EchoServer):  # type: ignore[misc,valid-type]  # imported when the test runs
            def __init__(self) -> None:
                EchoServer.__init__(self)

            def soap_Echo(self, ps: Any, **kw: Any) -> Any:
                request, _ = EchoServer.soap_Echo(self, ps, **kw)
                return request, request

        class Forgetful(EchoService):
            def __init__(self) -> None:
                """Nothing of the base's."""

        for service in (EchoService(), Forgetful()):
            self.assertIn(ANSWER, self.answer(service))

    def test_accessors(self) -> None:
        """The stub's own response filled, by each spelling."""
        EchoServer, EchoResponse = self.stubs.EchoServer, self.stubs.EchoResponse

        def by_aname(request: Any, response: Any) -> Any:
            response._value = request._value

        def by_property(request: Any, response: Any) -> Any:
            response.Value = request.Value

        def by_methods(request: Any, response: Any) -> Any:
            response.set_element_value(request.get_element_value())

        def by_name(request: Any, response: Any) -> Any:
            response.value = request.value

        for fill in (by_aname, by_property, by_methods, by_name):

            class EchoService(EchoServer):  # type: ignore[misc,valid-type]  # imported when the test runs
                def soap_Echo(self, ps: Any, fill: Any = fill, **kw: Any) -> Any:
                    request, response = EchoServer.soap_Echo(self, ps, **kw)
                    fill(request, response)
                    assert isinstance(response, EchoResponse)
                    return request, response

            self.assertIn(ANSWER, self.answer(EchoService()))

    def test_deferred(self) -> None:
        """Five seconds later, whatever kind of factory makes the chain, wherever it is set."""
        for by_instance in (False, True):
            for make_factory in factories():
                EchoServer = type("EchoServer", (self.stubs.EchoServer,), {})
                factory = make_factory()

                class EchoService(EchoServer):  # type: ignore[misc,valid-type]  # made a line ago
                    waits_with = self.clock

                    def __init__(
                        self, factory: Any = factory, base: Any = EchoServer,
                        by_instance: bool = by_instance,
                    ) -> None:  # fmt: skip
                        if by_instance:
                            self.factory = factory
                        else:
                            base.factory = factory
                            base.__init__(self)

                    def soap_Echo(self, ps: Any, base: Any = EchoServer, **kw: Any) -> Any:
                        request, _ = base.soap_Echo(self, ps, **kw)

                        def _answer() -> Any:
                            return request

                        # yeah, we have a very busy echo service... 5 seconds delay !
                        return request, deferLater(self.waits_with, 5, _answer)

                self.assertIn(ANSWER, self.answer(EchoService(), wait=5))

    def test_in_parallel(self) -> None:
        """Several calls do not wait for one another."""
        EchoServer, clock = self.stubs.EchoServer, self.clock

        class EchoService(EchoServer):  # type: ignore[misc,valid-type]  # imported when the test runs
            def soap_Echo(self, ps: Any, **kw: Any) -> Any:
                request, _ = EchoServer.soap_Echo(self, ps, **kw)
                return request, deferLater(clock, 5, lambda: request)

        service = EchoService()
        calls = [Connected("front", service) for _ in range(3)]
        for call in calls:
            call.send(post(REQUEST))
        clock.advance(5)
        for call in calls:
            self.assertIn(ANSWER.encode(), call.answer)

    def test_by_hand(self) -> None:
        """A test of the user's calls the resource, and the steps of its chain, itself."""
        EchoServer = self.stubs.EchoServer

        class EchoService(EchoServer):  # type: ignore[misc,valid-type]  # imported when the test runs
            def soap_Echo(self, ps: Any, **kw: Any) -> Any:
                request, _ = EchoServer.soap_Echo(self, ps, **kw)
                return request, request

        service = EchoService()
        request: Any = DummyRequest([b"echo"])
        request.method, request.content = b"POST", BytesIO(REQUEST.encode())
        self.assertEqual(service.render_POST(request), NOT_DONE_YET)
        self.assertIn(ANSWER, b"".join(request.written).decode())
        chain = service.factory.newInstance()
        response = chain.processRequest(REQUEST.encode(), request=None, resource=service)
        self.assertEqual(response._value, "plop")
        data = chain.processResponse(response, request=None, resource=service)
        self.assertIn(ANSWER, data.decode())

    def test_client(self) -> None:
        """The client's module beside it has the names of the post's WSDL."""
        client = importlib.import_module("EchoServer_client")
        locator = client.EchoServerLocator()
        self.assertEqual(locator.getEchoServerAddress(), "http://localhost:8080/echo")
        port = locator.getEchoServer(url="http://127.0.0.1:1/", tracefile=None)
        self.assertRaises(TypeError, port.Echo, "no request")
        self.assertIs(client.EchoRequest, self.stubs.EchoRequest)


def post(text: str) -> bytes:
    """The request that the post sends."""
    head = (
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\n"
        f"Connection: close\r\nContent-Length: {len(text)}\r\n\r\n"
    )
    return (head + text).encode()


def factories() -> list[Any]:
    """Ways to write a factory: each gives a class or an object with ``newInstance``."""
    from ZSI.twisted.WSresource import (
        DataHandler,
        DefaultCallbackHandler,
        DefaultHandlerChainFactory,
        DeferHandlerChain,
    )

    class AsPrinted:
        protocol = DeferHandlerChain

        def newInstance(cls) -> Any:
            return cls.protocol(DefaultCallbackHandler, DataHandler)

    class ByClass:
        protocol = DeferHandlerChain

        @classmethod
        def newInstance(cls) -> Any:
            return cls.protocol(DefaultCallbackHandler, DataHandler)

    class Derived(DefaultHandlerChainFactory):
        protocol = DeferHandlerChain

    class ItsOwnFactory(DeferHandlerChain):
        @classmethod
        def newInstance(cls) -> Any:
            return cls(DefaultCallbackHandler, DataHandler)

    return [
        lambda: AsPrinted, AsPrinted, lambda: ByClass, ByClass, lambda: Derived,
        lambda: ItsOwnFactory,
    ]  # fmt: skip
