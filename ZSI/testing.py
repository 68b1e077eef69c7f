"""Helpers for tests under trial: a mock server without threads, on the test's own terms.

    class BalanceTests(SoapMockMixin, unittest.TestCase):
        def test_balance(self):
            bank = self.soap_mock("bank.wsdl")
            bank.GetBalance.when(account="42").reply(balance="10.00")
            agent = self.soap_agent(bank)
            port = BankLocator().getBankSoap(bank.url, agent=agent)
            d = port.GetBalance(GetBalanceRequest(account="42"))
            self.assertEqual(self.successResultOf(d).balance, Decimal("10.00"))
            bank.GetBalance.assert_called_once_with(account="42")

In memory, with a `Clock` for time, nothing touches a socket; `soap_listen` opens a real port and
closes it with everything on it when the test ends, so that the reactor is left clean.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, maybeDeferred, succeed
from twisted.internet.endpoints import serverFromString
from twisted.internet.interfaces import IReactorTime, IStreamClientEndpoint
from twisted.internet.task import Clock
from twisted.test.iosim import FakeTransport, connect
from twisted.web.client import Agent
from twisted.web.iweb import IAgent, IAgentEndpointFactory
from zope.interface import implementer

from ZSI.mock.contract import MockContract
from ZSI.mock.dsl import OperationVerbs
from ZSI.mock.exchange import Call
from ZSI.mock.facade import Mock
from ZSI.mock.journal import JournalLimits
from ZSI.mock.server import MockVerbs, beside, load, mock_root
from ZSI.mock.settings import settings_of
from ZSI.mock.verify import Times
from ZSI.twisted.endpoints import Front, make_factory


class SoapMockMixin:
    """Adds mock servers to a trial ``TestCase``."""

    addCleanup: Callable[..., Any]
    fail: Callable[..., Any]

    def soap_mock(
        self, *wsdls: str | Path | MockContract, check: bool = True, **settings: Any
    ) -> MockVerbs:
        """The verbs of a mock of these WSDLs; checked for what went unnoticed when the test ends.

        Args:
            wsdls: paths, or loaded contracts; a contract is read once in a process. Relative
                paths are looked for in the current folder, then beside the test.
            check: fail the test on calls that no stub matched, replies that broke the contract
                and handlers that raised.
            settings: see `ZSI.mock.settings.Settings`.
        """
        folder = Path(inspect.getfile(type(self))).parent  # trial works in another one
        contracts = [load(beside(wsdl, folder)) for wsdl in wsdls]
        mock = Mock(contracts, settings_of(settings), JournalLimits())
        mock.base_url = "http://mock.test"
        if check:
            self.addCleanup(self._check, mock)
        return MockVerbs(mock)

    def _check(self, mock: Mock) -> None:
        report = mock.report()
        if report.problems:
            self.fail(str(report))

    def soap_agent(self, mock: MockVerbs, clock: Clock | None = None) -> MemoryAgent:
        """An agent whose requests all reach the mock, in memory, until the test ends.

        Args:
            mock: of `soap_mock`.
            clock: what holds delayed replies, and times out; None: one of its own.
        """
        agent = MemoryAgent(mock.mock, clock or Clock())
        self.addCleanup(agent.close)
        return agent

    def soap_listen(
        self, mock: MockVerbs, reactor: Any, *, front: Front = "fast"
    ) -> Deferred[MockVerbs]:
        """Listen on a free loopback port until the test ends; gives the mock with its URL."""
        factory = make_factory(mock_root(mock.mock, reactor), reactor, front=front)
        endpoint = serverFromString(reactor, "tcp:0:interface=127.0.0.1")

        def listening(port: Any) -> MockVerbs:
            self.addCleanup(factory.drain, 0.0)
            self.addCleanup(maybeDeferred, port.stopListening)
            mock.mock.base_url = f"http://127.0.0.1:{port.getHost().port}"
            return mock

        made: Deferred[MockVerbs] = endpoint.listen(factory).addCallback(listening)
        return made

    def soap_called(
        self,
        verbs: OperationVerbs,
        times: Times | None = None,
        *,
        within: float = 5.0,
        reactor: IReactorTime,
    ) -> Deferred[list[Any]]:
        """Wait, without blocking the reactor, until an operation has been called.

        Args:
            verbs: of one of this test's mocks: ``bank.GetBalance.when(account="42")``.
            times: how often; None: at least once.
            within: seconds to wait. reactor: whose.

        Returns:
            A Deferred of the calls; it fails with the AssertionError of ``assert_called``.
        """
        return called(verbs, times or Times(), within, reactor)


def called(
    verbs: OperationVerbs, times: Times, within: float, reactor: IReactorTime
) -> Deferred[list[Any]]:
    """See `SoapMockMixin.soap_called`."""
    mock = verbs.target
    assert isinstance(mock, Mock), "only a mock of this process can be waited for so"
    done: Deferred[list[Any]] = Deferred(lambda _: finish())

    def finish() -> None:
        mock.engine.records.remove(look)
        if timeout.active():
            timeout.cancel()

    def look(call: Call | None = None) -> None:
        try:
            found = verbs.assert_called(times)
        except AssertionError:
            return
        finish()
        done.callback(found)

    def give_up() -> None:
        finish()
        try:
            done.callback(verbs.assert_called(times))
        except AssertionError:
            done.errback()

    timeout = reactor.callLater(within, give_up)
    mock.engine.records.append(look)
    look()
    return done


@implementer(IAgent, IAgentEndpointFactory, IStreamClientEndpoint)
class MemoryAgent:
    """Twisted's Agent and a real front of the mock, joined in memory.

    Whatever host a request names, the mock answers it. What the mock sends later, after a delay
    or behind a gate, arrives with `advance` or `flush`.

    Attributes:
        clock: its time.
    """

    def __init__(self, mock: Mock, clock: Clock, front: Front = "fast") -> None:
        self.clock = clock
        self._factory = make_factory(mock_root(mock, clock), clock, front=front)
        self._agent = Agent.usingEndpointFactory(clock, self)
        self._pumps: list[Any] = []

    def request(
        self, method: bytes, uri: bytes, headers: Any = None, bodyProducer: Any = None
    ) -> Deferred[Any]:
        """IAgent: send a request."""
        answer: Deferred[Any] = self._agent.request(method, uri, headers, bodyProducer)
        self.flush()
        return answer

    def advance(self, seconds: float) -> None:
        """Let time pass, and what it brings arrive."""
        self.clock.advance(seconds)
        self.flush()

    def flush(self) -> None:
        """Let everything that has been written arrive."""
        for pump in list(self._pumps):
            pump.flush()

    def endpointForURI(self, uri: Any) -> MemoryAgent:
        """IAgentEndpointFactory: every address leads here."""
        return self

    def connect(self, protocolFactory: Any) -> Deferred[Any]:
        """IStreamClientEndpoint: join a client with a new connection of the front."""
        server: Any = self._factory.buildProtocol(None)
        client = protocolFactory.buildProtocol(None)
        self._pumps.append(
            connect(
                server,
                FakeTransport(server, isServer=True),
                client,
                FakeTransport(client, isServer=False),
            )
        )
        return succeed(client)

    def close(self) -> None:
        """Cut all connections."""
        for pump in self._pumps:
            pump.client.transport.loseConnection()
        self.flush()
        for call in self.clock.getDelayedCalls():
            call.cancel()
