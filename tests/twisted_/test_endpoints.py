"""Tests for opening sockets and ending."""

from __future__ import annotations

import resource as unix
from typing import Any
from unittest.mock import patch

from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.resource import Resource
from twisted.web.static import Data

from tests.twisted_.services import ECHO, Typed
from tests.twisted_.wire import Wire, post
from ZSI.twisted.endpoints import (
    DEFAULT_ENDPOINT,
    ServerService,
    foreign_resource,
    make_factory,
    raise_descriptor_limit,
    serve,
)
from ZSI.twisted.front import FrontFactory
from ZSI.twisted.site import SoapSite


class MakeFactoryTests(SynchronousTestCase):
    """Which front serves."""

    def tree(self, **children: Any) -> Resource:
        root = Resource()
        for name, child in children.items():
            root.putChild(name.encode(), child)
        return root

    def test_fronts(self) -> None:
        reactor = MemoryReactorClock()
        root = self.tree(echo=Typed())
        self.assertIsInstance(make_factory(root, reactor), FrontFactory)
        self.assertIsInstance(make_factory(root, reactor, front="web"), SoapSite)
        self.assertIsInstance(make_factory(Typed(), reactor), FrontFactory)

    def test_other_resources_go_to_twisted_web(self) -> None:
        root = self.tree(echo=Typed(), inner=self.tree(page=Data(b"", "text/plain")))
        self.assertEqual(foreign_resource(root), "/inner/page")
        self.assertIsInstance(make_factory(root, MemoryReactorClock()), SoapSite)
        self.assertIsNone(foreign_resource(self.tree(echo=Typed(), inner=self.tree())))
        self.assertEqual(foreign_resource(Data(b"", "text/plain")), "/")


class DescriptorLimitTests(SynchronousTestCase):
    """The limit of open files."""

    def test_raised(self) -> None:
        asked: list[Any] = []
        with (
            patch.object(unix, "getrlimit", lambda which: (1024, 4096)),
            patch.object(unix, "setrlimit", lambda which, limits: asked.append(limits)),
        ):
            self.assertEqual(raise_descriptor_limit(), 4096)
        self.assertEqual(asked, [(4096, 4096)])

    def test_refused_or_not_needed(self) -> None:
        def refuse(which: int, limits: tuple[int, int]) -> None:
            raise ValueError("not so many")

        with patch.object(unix, "setrlimit", refuse):
            with patch.object(unix, "getrlimit", lambda which: (1024, 4096)):
                self.assertEqual(raise_descriptor_limit(), 1024)
            with patch.object(unix, "getrlimit", lambda which: (4096, 4096)):
                self.assertEqual(raise_descriptor_limit(), 4096)


class ServeTests(SynchronousTestCase):
    """The service for twistd."""

    def started(self, **settings: Any) -> tuple[ServerService, MemoryReactorClock]:
        reactor = MemoryReactorClock()
        service = serve(Typed(), reactor, **settings)
        with patch.object(unix, "setrlimit", lambda which, limits: None):
            service.privilegedStartService()
            service.startService()
        return service, reactor

    def test_default_endpoint(self) -> None:
        _, reactor = self.started()
        ((port, _, backlog, interface),) = reactor.tcpServers
        self.assertEqual((port, backlog, interface), (8080, 4096, "127.0.0.1"))
        self.assertTrue(DEFAULT_ENDPOINT.startswith("tcp:8080:"))

    def test_other_endpoint_and_front(self) -> None:
        service, reactor = self.started(endpoint="tcp:9", front="web")
        self.assertEqual(reactor.tcpServers[0][0], 9)
        self.assertIsInstance(service.factory, SoapSite)

    def test_stopping_waits_for_running_exchanges(self) -> None:
        service, reactor = self.started(grace=5)
        protocol = service.factory.buildProtocol(None)
        wire = Wire()
        protocol.makeConnection(wire)
        protocol.dataReceived(post(ECHO)[:-1])
        stopped = service.stopService()
        self.assertNoResult(stopped)
        protocol.dataReceived(post(ECHO)[-1:])
        self.assertIn(b"Connection: close", wire.value())
        self.assertTrue(wire.closed)
        protocol.connectionLost(None)
        self.successResultOf(stopped)
        self.assertEqual(reactor.getDelayedCalls(), [])
