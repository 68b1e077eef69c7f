"""Helpers for tests under trial: a mock server without threads, on the test's own terms.

    class BalanceTests(SoapMockMixin, unittest.TestCase):
        def test_balance(self):
            bank = self.soap_mock("bank.wsdl")
            bank.GetBalance.when(account="42").reply(balance="10.00")
            d = balance(self.soap_agent(bank), bank.url, "42")
            ...

In memory, with a `Clock` for time, nothing touches a socket; `soap_listen` opens a real port and
closes it with everything on it when the test ends, so that the reactor is left clean.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.endpoints import serverFromString
from twisted.internet.task import Clock

from ZSI.mock.contract import MockContract
from ZSI.mock.facade import Mock
from ZSI.mock.journal import JournalLimits
from ZSI.mock.server import MockVerbs, mock_root
from ZSI.mock.settings import Settings
from ZSI.twisted.endpoints import Front, make_factory

_contracts: dict[tuple[str, int, int], MockContract] = {}


def load_once(wsdl: str | Path | MockContract) -> MockContract:
    """A contract, read once in a process as long as its file does not change.

    Raises:
        ContractError: it cannot be read.
    """
    if isinstance(wsdl, MockContract):
        return wsdl
    path = Path(wsdl)
    stamp = path.stat() if path.exists() else None
    key = (str(path.absolute()), stamp.st_mtime_ns if stamp else 0, stamp.st_size if stamp else 0)
    known = _contracts.get(key)
    if known is None:
        known = _contracts[key] = MockContract.load(wsdl)
    return known


class SoapMockMixin:
    """Adds mock servers to a trial ``TestCase``."""

    addCleanup: Callable[..., Any]
    fail: Callable[..., Any]

    def soap_mock(
        self, *wsdls: str | Path | MockContract, check: bool = True, **settings: Any
    ) -> MockVerbs:
        """The verbs of a mock of these WSDLs; checked for what went unnoticed when the test ends.

        Args:
            wsdls: paths, or loaded contracts.
            check: fail the test on calls that no stub matched, replies that broke the contract
                and handlers that raised.
            settings: see `ZSI.mock.settings.Settings`.
        """
        mock = Mock([load_once(wsdl) for wsdl in wsdls], Settings(**settings), JournalLimits())
        if check:
            self.addCleanup(self._check, mock)
        return MockVerbs(mock)

    def _check(self, mock: Mock) -> None:
        report = mock.report()
        if report.problems:
            self.fail(str(report))

    def soap_root(self, mock: MockVerbs, reactor: Any = None) -> Any:
        """The mock as a resource, for a Site or Agent in memory.

        Args:
            mock: of `soap_mock`.
            reactor: what holds delayed replies; None: a `Clock` of its own, as ``root.clock``.
        """
        clock = reactor if reactor is not None else Clock()
        root = mock_root(mock.mock, clock)
        root.clock = clock
        return root

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
