"""The pytest plugin: a fixture that serves a WSDL for the time of a test.

    def test_balance(soap_mock):
        bank = soap_mock("bank.wsdl")
        bank.GetBalance.when(account="42").reply(balance="10.00")
        assert my_client(bank.url).balance("42") == Decimal("10.00")
        bank.GetBalance.when(account="42").assert_called_once()

Nothing of Twisted is imported before the fixture is used; servers are kept for the whole run,
each on a private reactor in a thread, and reset between tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from ZSI.mock.server import MockServer

_SERVERS = pytest.StashKey["list[tuple[MockServer, bool]]"]()


class SoapMock(Protocol):
    """What the fixture gives: starts a mock server, or takes one that is free."""

    def __call__(self, *wsdls: Any, check: bool = True, **options: Any) -> Any:
        """A mock server, fresh for this test.

        Args:
            wsdls: paths of WSDLs, or one typed mock class.
            check: fail the test at its end on calls that no stub matched, replies that broke
                the contract, and handlers that raised.
            options: as for `ZSI.mock.server.MockServer`.
        """


@pytest.fixture(scope="session")
def _soap_mock_pool() -> Iterator[dict[Any, list[MockServer]]]:
    """Servers that are running, by what they serve; stopped when the run ends."""
    pool: dict[Any, list[MockServer]] = {}
    yield pool
    for servers in pool.values():
        for server in servers:
            server.stop()


@pytest.fixture
def soap_mock(
    request: pytest.FixtureRequest, _soap_mock_pool: dict[Any, list[MockServer]]
) -> Iterator[SoapMock]:
    """Serve WSDLs to the code under test; see `SoapMock`."""
    used: list[tuple[MockServer, bool]] = []
    request.node.stash[_SERVERS] = used

    def start(*wsdls: Any, check: bool = True, **options: Any) -> Any:
        from ZSI.mock.server import MockServer

        typed = wsdls[0] if len(wsdls) == 1 and isinstance(wsdls[0], type) else None
        paths = (typed.wsdl(),) if typed is not None else wsdls  # type: ignore[attr-defined]  # a typed mock class
        key = (tuple(map(str, paths)), repr(sorted(options.items(), key=lambda item: item[0])))
        running = _soap_mock_pool.setdefault(key, [])
        busy = [server for server, _ in used]
        server = next((one for one in running if one not in busy), None)
        if server is None:
            server = MockServer(*paths, **options).start()
            running.append(server)
        used.append((server, check))
        return typed(server) if typed is not None else server

    yield start
    problems = [server.mock.report() for server, check in used if check]
    for server, _ in used:
        server.mock.reset()
    failing = [str(report) for report in problems if report.problems]
    if failing:
        pytest.fail("\n".join(failing), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Iterator[Any]:
    """Attach the journals to the report of a test that failed."""
    report = yield
    if call.when == "call" and report.failed:
        for server, _ in item.stash.get(_SERVERS, []):
            from ZSI.mock.console import line

            lines = [line(entry.call) for entry in server.mock.journal]
            report.sections.append((f"soap mock {server.url}", "\n".join(lines) or "no calls"))
    return report
