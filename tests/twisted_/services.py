"""Services for the tests: written as users would, on generated and on handwritten stubs."""

from __future__ import annotations

from typing import Any, ClassVar

from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater
from zope.interface import implementer

from generated.EchoServer_server import EchoServer
from ZSI.names import XSD
from ZSI.TC import Compound, element
from ZSI.twisted.operations import Operation, Reply
from ZSI.twisted.WSresource import (
    DataHandler,
    DefaultCallbackHandler,
    DeferHandlerChain,
    HandlerChainInterface,
    WSResource,
)

__all__ = ["HandlerChainInterface", "implementer"]

NS = "urn:ping"


class Ping(Compound, element=(NS, "Ping")):
    """A request with one text."""

    text: str = element("text", (XSD, "string"))


class Tell(Compound, element=(NS, "Tell")):
    """A one-way message."""

    text: str = element("text", (XSD, "string"))


class Ticket(Compound, element=(NS, "Ticket")):
    """A header block."""

    number: int = element("number", (XSD, "int"))


class PingServer(WSResource):
    """What wsdl2py would make: a request-response operation, a one-way one, a declared header."""

    soapAction: ClassVar[dict[str, str]] = {
        "urn:ping#Ping": "soap_Ping",
        "urn:ping#Poke": "soap_Poke",
    }
    root: ClassVar[dict[tuple[str | None, str], str]] = {
        (NS, "Ping"): "soap_Ping",
        (NS, "Tell"): "soap_Tell",
    }
    operations: ClassVar[dict[str, Operation]] = {
        "soap_Ping": Operation("Ping", "Ping", Ping, Ping, headers=(Ticket,)),
        "soap_Poke": Operation("Poke", "Poke", Ping, Ping),
        "soap_Tell": Operation("Tell", "Tell", Tell),
    }

    def soap_Ping(self, ps: Any, **kw: Any) -> Any:
        return ps.Parse(Ping.typecode), Ping(text="stub")

    def Ping(self, request: Ping) -> Reply[Ping]:
        raise NotImplementedError

    def soap_Poke(self, ps: Any, **kw: Any) -> Any:
        return ps.Parse(Ping.typecode), Ping(text="poked")

    def Poke(self, request: Ping) -> Reply[Ping]:
        raise NotImplementedError

    def soap_Tell(self, ps: Any, **kw: Any) -> Any:
        return ps.Parse(Tell.typecode), None

    def Tell(self, request: Tell) -> Reply[None]:
        raise NotImplementedError


class Synchronous(EchoServer):
    """The seed's first way."""

    def __init__(self) -> None:
        """Calls no base."""

    def soap_Echo(self, ps: Any, **kw: Any) -> Any:
        request, _ = EchoServer.soap_Echo(self, ps, **kw)
        return request, request


class EchoDeferHandlerChainFactory:
    """The seed's factory, with the line put back that was lost in it."""

    protocol = DeferHandlerChain

    @classmethod
    def newInstance(cls) -> Any:
        return cls.protocol(DefaultCallbackHandler, DataHandler)


class FactoryWithoutClassmethod:
    """The seed's factory as it was printed."""

    protocol = DeferHandlerChain

    def newInstance(cls) -> Any:  # as the seed has it
        return cls.protocol(DefaultCallbackHandler, DataHandler)


class Delayed(EchoServer):
    """The seed's second way."""

    def __init__(self, reactor: Any, factory: Any = EchoDeferHandlerChainFactory) -> None:
        self.factory = factory
        self.reactor = reactor

    def soap_Echo(self, ps: Any, **kw: Any) -> Any:
        request, _ = EchoServer.soap_Echo(self, ps, **kw)

        def _answer() -> Any:
            return request

        return request, deferLater(self.reactor, 5, _answer)


class Typed(EchoServer):
    """The typed way."""

    async def Echo(self, request: Any) -> Any:
        return request


def envelope(body: str, header: str = "", version: str = "1.1") -> bytes:
    """A message; ``e`` is the envelope's prefix, ``p`` that of the ping namespace."""
    namespace = {
        "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
        "1.2": "http://www.w3.org/2003/05/soap-envelope",
    }[version]
    head = f"<e:Header>{header}</e:Header>" if header else ""
    return (
        f'<e:Envelope xmlns:e="{namespace}" xmlns:p="{NS}">{head}'
        f"<e:Body>{body}</e:Body></e:Envelope>"
    ).encode()


ECHO = envelope('<Echo xmlns="urn:ZSI"><value>plop</value></Echo>')
ECHO12 = envelope('<Echo xmlns="urn:ZSI"><value>plop</value></Echo>', version="1.2")
PING = envelope("<p:Ping><text>hello</text></p:Ping>")
TELL = envelope("<p:Tell><text>hello</text></p:Tell>")


def never(request: Any = None) -> Deferred[Any]:
    """A Deferred that keeps whether it was cancelled in ``cancelled``."""
    waiting: Deferred[Any] = Deferred(lambda deferred: setattr(deferred, "cancelled", True))
    waiting.cancelled = False  # type: ignore[attr-defined]  # for the test only
    return waiting
