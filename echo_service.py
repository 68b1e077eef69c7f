"""The echo service: the generated stub, made concrete the Deferred way.

Settings come from the environment: ``ECHO_DELAY`` (seconds, 5 by default), ``ECHO_ENDPOINT`` (a
Twisted server endpoint string, loopback port 8080 by default) and ``ECHO_FRONT`` (``fast`` or
``web``). ``server.tac`` mounts the service at ``/echo``.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

from twisted.internet.task import deferLater

from generated.EchoServer_server import EchoRequest, EchoServer
from ZSI.twisted.endpoints import DEFAULT_ENDPOINT, Front
from ZSI.twisted.interfaces import DataHandler
from ZSI.twisted.WSresource import DefaultCallbackHandler, DeferHandlerChain

if TYPE_CHECKING:
    from twisted.internet.interfaces import IReactorTime

DEFAULT_DELAY = 5.0


class EchoDeferHandlerChainFactory:
    """Makes a chain that waits for the Deferred that ``soap_Echo`` returns."""

    protocol = DeferHandlerChain

    @classmethod
    def newInstance(cls) -> DeferHandlerChain:
        """One chain for one request."""
        return cls.protocol(DefaultCallbackHandler, DataHandler)


class EchoService(EchoServer):
    """Answers each request with itself, some seconds later; calls do not wait for one another.

    Args:
        delay: seconds; None: ``ECHO_DELAY``.
        reactor: what waits; None: the global reactor.
    """

    factory = EchoDeferHandlerChainFactory

    def __init__(self, delay: float | None = None, reactor: IReactorTime | None = None) -> None:
        super().__init__()
        self.delay = delay_from(os.environ.get("ECHO_DELAY")) if delay is None else delay
        if reactor is None:
            from twisted.internet import reactor as global_reactor

            reactor = cast("IReactorTime", global_reactor)
        self.reactor = reactor

    def soap_Echo(self, ps: Any, **kw: Any) -> Any:
        """The request and, after the delay, the same as the response."""
        request, _ = EchoServer.soap_Echo(self, ps, **kw)
        if not self.delay:
            return request, request

        def answer() -> EchoRequest:
            return cast("EchoRequest", request)

        return request, deferLater(self.reactor, self.delay, answer)


def delay_from(text: str | None) -> float:
    """The delay in seconds that a setting says.

    Raises:
        ValueError: it is not a number of seconds; says what was expected.

    >>> delay_from("0.5"), delay_from(None)
    (0.5, 5.0)
    """
    if not text:
        return DEFAULT_DELAY
    try:
        delay = float(text)
    except ValueError:
        delay = -1.0
    if not 0 <= delay <= 3_600:
        raise ValueError(f"ECHO_DELAY={text!r}: expected seconds from 0 to 3600")
    return delay


def endpoint_from(environ: dict[str, str]) -> str:
    """The endpoint to listen on."""
    return environ.get("ECHO_ENDPOINT") or DEFAULT_ENDPOINT


def front_from(environ: dict[str, str]) -> Front:
    """Which front serves: ``fast`` (httptools) or ``web`` (twisted.web).

    Raises:
        ValueError: it is neither.
    """
    front = environ.get("ECHO_FRONT") or "fast"
    if front not in ("fast", "web"):
        raise ValueError(f"ECHO_FRONT={front!r}: expected fast or web")
    return cast("Front", front)
