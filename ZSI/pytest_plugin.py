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

import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, overload

import pytest

if TYPE_CHECKING:
    from ZSI.mock.contract import MockContract
    from ZSI.mock.server import MockServer
    from ZSI.mock.typed import TypedMock

    M = TypeVar("M", bound=TypedMock)

#: The servers that a test uses, and whether they are checked at its end.
_SERVERS = pytest.StashKey["list[tuple[MockServer, bool]]"]()
#: Exchanges that the report of a failing test shows; the last ones say most.
SHOWN_EXCHANGES = 50
#: Errors of who wrote the test, whose words say it all: shown at the test's line, not at ours.
_MISTAKES = (
    ("ZSI.mock.errors", "DefinitionError"),
    ("ZSI.mock.client", "RemoteError"),
    ("ZSI.wsdl.model", "ContractError"),
)
_HOME = str(Path(__file__).parent)


class SoapMock(Protocol):
    """What the fixture ``soap_mock`` is: it starts a mock server, or takes one that is free.

    Args:
        wsdls: paths of WSDLs, or one typed mock class (``wsdl2py --mock``); relative ones are
            looked for in the current folder, then beside the test.
        check: fail the test at its end on calls that no stub matched, replies that broke
            the contract, and handlers that raised.
        options: as for `ZSI.mock.server.MockServer`.
    """

    @overload
    def __call__(self, typed: type[M], /, *, check: bool = True, **options: Any) -> M: ...

    @overload
    def __call__(
        self, *wsdls: str | Path | MockContract, check: bool = True, **options: Any
    ) -> MockServer: ...


class _Pool:
    """The servers that are running, by what they serve."""

    def __init__(self) -> None:
        self.servers: dict[Any, list[MockServer]] = {}

    def take(
        self, wsdls: tuple[Any, ...], options: dict[str, Any], busy: list[MockServer]
    ) -> MockServer:
        """A server of these WSDLs that nobody uses; a contract that has changed is another one."""
        from ZSI.mock.server import MockServer, load

        cache = options.get("cache")
        contracts = tuple(load(wsdl, cache) for wsdl in wsdls)
        key = (tuple(map(id, contracts)), repr(sorted(options.items())))
        running = self.servers.setdefault(key, [])
        for server in running:
            if not any(server is one for one in busy):
                return server
        server = MockServer(*contracts, **options).start()
        running.append(server)
        return server

    def stop(self) -> None:
        """Stop them all."""
        for servers in self.servers.values():
            for server in servers:
                server.stop()


@pytest.fixture(scope="session")
def _soap_mock_pool() -> Iterator[_Pool]:
    """Servers for the whole run."""
    pool = _Pool()
    yield pool
    pool.stop()


@pytest.fixture
def soap_mock(request: pytest.FixtureRequest, _soap_mock_pool: _Pool) -> Iterator[SoapMock]:
    """Serve WSDLs to the code under test: see ``ZSI.pytest_plugin.SoapMock``."""
    used: list[tuple[MockServer, bool]] = []
    request.node.stash[_SERVERS] = used

    def start(*wsdls: Any, check: bool = True, **options: Any) -> Any:
        from ZSI.mock.errors import DefinitionError
        from ZSI.mock.server import beside
        from ZSI.mock.typed import TypedMock

        typed = wsdls[0] if len(wsdls) == 1 and isinstance(wsdls[0], type) else None
        if typed is not None and not issubclass(typed, TypedMock):
            raise DefinitionError(f"{typed.__name__} is no typed mock", expected="wsdl2py --mock's")
        if not wsdls:
            expected = "the path of a WSDL, or a typed mock class"
            raise DefinitionError("nothing to serve", expected=expected)
        given = wsdls if typed is None else (typed.wsdl(),)
        paths = tuple(beside(wsdl, request.path.parent) for wsdl in given)
        server = _soap_mock_pool.take(paths, options, [one for one, _ in used])
        used.append((server, check))
        return typed(server) if typed is not None else server

    yield start
    try:
        failing = [str(found) for found in _reports(used) if found.problems]
    finally:
        for server, _ in used:
            server.mock.reset()
    if failing:
        pytest.fail("\n".join(failing), pytrace=False)


def _reports(used: list[tuple[MockServer, bool]]) -> list[Any]:
    """What went unnoticed, of the servers that are checked."""
    return [server.mock.report() for server, check in used if check]


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Show mistakes at the line that makes them (``--full-trace`` shows everything)."""
    try:
        return (yield)
    except Exception as error:
        # what has not been imported has raised nothing
        kinds = tuple(getattr(sys.modules.get(module), name, ()) for module, name in _MISTAKES)
        if not isinstance(error, kinds) or pyfuncitem.config.getoption("fulltrace"):
            raise
        raise error.with_traceback(_theirs(error.__traceback__)) from error.__cause__


def _theirs(found: TracebackType | None) -> TracebackType | None:
    """A traceback without the frames of this package at its end."""
    steps = []
    step = found.tb_next if found is not None else None  # the first is the hook's
    while step is not None and not step.tb_frame.f_code.co_filename.startswith(_HOME):
        steps.append(step)
        step = step.tb_next
    made: TracebackType | None = None
    for each in reversed(steps):
        made = TracebackType(made, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return made


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attach the journals to the report of a test that failed."""
    report = yield
    if call.when == "call":
        servers = [server for server, _ in item.stash.get(_SERVERS, [])]
        item.stash[_JOURNALS] = [(server.mock.base_url, _journal(server)) for server in servers]
    if report.failed:
        for url, text in item.stash.get(_JOURNALS, []):
            report.sections.append((f"soap mock {url}", text))
    return report


_JOURNALS = pytest.StashKey["list[tuple[str, str]]"]()


def _journal(server: MockServer) -> str:
    """A line for each exchange, and beneath it what was asked and answered in short."""
    from ZSI.mock.console import line

    entries = list(server.mock.journal)
    lines = [line(entry.again()) for entry in entries[-SHOWN_EXCHANGES:]]
    if len(entries) > SHOWN_EXCHANGES:
        lines.insert(0, f"… {len(entries) - SHOWN_EXCHANGES} earlier ones")
    return "\n".join(lines) or "no calls"
