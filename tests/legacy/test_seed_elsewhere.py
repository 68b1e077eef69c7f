"""The post's way to write a service on another contract: other names, structs, arrays, 1.2."""

from __future__ import annotations

import importlib
import sys
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from tests.twisted_.wire import Connected
from ZSI.generate.commands import wsdl2py
from ZSI.twisted.WSresource import DataHandler, DefaultCallbackHandler, DeferHandlerChain

WSDL = Path(__file__).with_name("parts.wsdl")
ENVELOPES = {
    "text/xml": "http://schemas.xmlsoap.org/soap/envelope/",
    "application/soap+xml": "http://www.w3.org/2003/05/soap-envelope",
}
FIND = '<t:find-part xmlns:t="urn:parts"><number>1</number><number>2</number></t:find-part>'
FOUND = (
    '<part colour="red"><number>1</number><name>a</name><price>1.50</price></part>'
    '<part colour="red"><number>2</number><name>a</name><price xsi:nil="true"></price>'
    "<sub><number>20</number><price>2</price></sub></part>"
)


class Factory:
    """As the post prints it."""

    protocol = DeferHandlerChain

    def newInstance(cls) -> Any:
        return cls.protocol(DefaultCallbackHandler, DataHandler)


class ElsewhereTests(SynchronousTestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        wsdl2py(["-w", "-q", "-o", folder.name, str(WSDL)])
        sys.path.insert(0, folder.name)
        self.addCleanup(sys.path.remove, folder.name)
        for name in ("client", "server", "types"):
            self.addCleanup(sys.modules.pop, f"parts_catalog_{name}", None)
        self.stubs: Any = importlib.import_module("parts_catalog_server")
        self.types: Any = importlib.import_module("parts_catalog_types")
        self.waiting: list[Callable[[], None]] = []

    def later(self, value: Any) -> Deferred[Any]:
        """The value, once the wire has been looked at."""
        answer: Deferred[Any] = Deferred()
        self.waiting.append(lambda: answer.callback(value))
        return answer

    def answer(self, service: Any, body: str, media_type: str = "text/xml") -> str:
        """What the service answers, on both fronts; not before it is time."""
        text = f'<e:Envelope xmlns:e="{ENVELOPES[media_type]}"><e:Body>{body}</e:Body></e:Envelope>'
        head = (
            f"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: {media_type}\r\n"
            f"Connection: close\r\nContent-Length: {len(text)}\r\n\r\n"
        )
        found = []
        for kind in ("front", "web"):
            connected = Connected(kind, service)
            connected.send((head + text).encode())
            self.assertEqual(connected.answer, b"")
            self.waiting.pop()()
            found.append(connected.answer.decode().partition("\r\n\r\n")[2])
        self.assertEqual(found[0], found[1])
        return found[0]

    def test_structs_in_both_versions(self) -> None:
        PartsService, later = self.stubs.PartsService, self.later

        class Parts(PartsService):  # type: ignore[misc,valid-type]  # imported when the test runs
            def __init__(self) -> None:
                PartsService.factory = Factory

            def soap_FindPart(self, ps: Any, **kw: Any) -> Any:
                request, response = PartsService.soap_FindPart(self, ps, **kw)
                for number in request._number:
                    part = response.new_part()
                    part._number, part.Name = number, "a"
                    part.set_attribute_colour("red")
                    if number % 2:
                        part.set_element_price(Decimal("1.50"))
                    else:
                        part._price, inner = None, part.new_sub()
                        inner._number, inner._price = number * 10, 2
                        part._sub = [inner]
                    response._part.append(part)
                return request, later(response)

        for media_type, namespace in ENVELOPES.items():
            answer = self.answer(Parts(), FIND, media_type)
            self.assertIn(FOUND, answer)
            self.assertIn(namespace, answer)

    def test_arrays(self) -> None:
        RpcService, later, Part = self.stubs.RpcService, self.later, self.types.Part

        class Rpc(RpcService):  # type: ignore[misc,valid-type]  # imported when the test runs
            factory = Factory()

            def soap_List(self, ps: Any, **kw: Any) -> Any:
                request, response = RpcService.soap_List(self, ps, **kw)
                response._parts = []
                for number in request._numbers:
                    response._parts.append(Part(number=number, price=None))
                return request, later(response)

        answer = self.answer(
            Rpc(),
            '<r:List xmlns:r="urn:rpc"><numbers xmlns:c="http://schemas.xmlsoap.org/soap/encoding/"'
            ' xmlns:d="http://www.w3.org/2001/XMLSchema" c:arrayType="d:int[2]">'
            "<i>7</i><i>8</i></numbers></r:List>",
        )
        self.assertIn('soapenc:arrayType="ns1:Part[2]"', answer)
        self.assertIn('<number xsi:type="xsd:int">8</number>', answer)
