"""A real Agent and a real front, joined in memory: calls without sockets, time by a `Clock`."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.internet.task import Clock
from twisted.test.iosim import FakeTransport, IOPump, connect
from twisted.web.client import Agent
from twisted.web.iweb import IAgentEndpointFactory
from zope.interface import implementer

from tests.twisted_.wire import FRONTS


@implementer(IAgentEndpointFactory, IStreamClientEndpoint)
class Network:
    """Every address leads to one front.

    Args:
        kind: a key of `FRONTS`.
        root: the resource that it serves.
    """

    def __init__(self, kind: str, root: Any) -> None:
        self.clock = Clock()
        self.factory = FRONTS[kind](root, self.clock)
        self.agent = Agent.usingEndpointFactory(self.clock, self)
        self.pumps: list[IOPump] = []

    def endpointForURI(self, uri: Any) -> Network:
        return self

    def connect(self, protocolFactory: Any) -> Deferred[Any]:
        server, client = self.factory.buildProtocol(None), protocolFactory.buildProtocol(None)
        pump = connect(
            server,
            FakeTransport(server, isServer=True),
            client,
            FakeTransport(client, isServer=False),
        )
        self.pumps.append(pump)
        return succeed(client)

    def flush(self) -> None:
        """Let everything that was written arrive."""
        for pump in self.pumps:
            pump.flush()

    def advance(self, seconds: int) -> None:
        """Let time pass."""
        for _ in range(seconds):
            self.clock.advance(1)
            self.flush()

    def close(self) -> None:
        """Cut all connections."""
        for pump in self.pumps:
            pump.client.transport.loseConnection()
        self.flush()
