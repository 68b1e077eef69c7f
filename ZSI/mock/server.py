"""A mock server beside a synchronous test: in this process, on a reactor and thread of its own.

The global reactor is not touched: a private one runs in a daemon thread, and calls cross over by
``blockingCallFromThread``. A reactor cannot run twice, so each start makes a new one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, Self, get_args

from twisted.internet.threads import blockingCallFromThread

from ZSI.mock.cache import default_folder
from ZSI.mock.contract import MockContract
from ZSI.mock.dsl import ByName, OperationVerbs
from ZSI.mock.facade import Mock, at_once
from ZSI.mock.journal import JournalLimits
from ZSI.mock.pages import Pages
from ZSI.mock.resource import MockResource, MockRoot
from ZSI.mock.settings import one_of, settings_of
from ZSI.mock.sqlite_journal import SqliteJournal, keep_in
from ZSI.twisted.endpoints import Front, make_factory
from ZSI.twisted.reactors import close_reactor, new_reactor

#: Seconds that a start or stop may take before it counts as hung; both take milliseconds.
PATIENCE = 10.0
#: Connections that may wait to be accepted; with Twisted's 50, thousands at once wait for seconds.
BACKLOG = 4096


class ReactorThread:
    """A private reactor in a daemon thread."""

    def __init__(self) -> None:
        self.reactor = new_reactor()
        self._running = threading.Event()
        self._thread = threading.Thread(target=self._run, name="zsi-mock", daemon=True)

    def start(self) -> None:
        """Start it and wait until it runs.

        Raises:
            RuntimeError: it does not, in `PATIENCE` seconds.
        """
        self.reactor.callWhenRunning(self._running.set)
        self._thread.start()
        if not self._running.wait(PATIENCE):
            raise RuntimeError("the mock server's reactor did not start")

    def _run(self) -> None:
        self.reactor.run(installSignalHandlers=False)

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call a function in the reactor's thread and wait for what it gives."""
        if threading.current_thread() is self._thread:
            return function(*args)  # we are there: waiting would never end
        return blockingCallFromThread(self.reactor, function, *args)

    def stop(self) -> None:
        """Stop the reactor and close everything that it holds."""
        if self._thread.is_alive():
            self.reactor.callFromThread(self.reactor.stop)
            self._thread.join(PATIENCE)
        close_reactor(self.reactor)


class Listener(ReactorThread):
    """A root resource listening on an address, in a private reactor's thread.

    Args:
        root_of: makes the root resource, given the reactor.
        host, port: where to listen; port 0: any free one.
        front: ``"fast"`` or ``"web"``.

    Raises:
        CannotListenError: the address is taken, or not this machine's.
    """

    def __init__(
        self, root_of: Callable[[Any], Any], host: str, port: int, front: Front = "fast"
    ) -> None:
        super().__init__()
        self._ports: list[Any] = []
        self.start()
        try:
            self._factory = self.call(
                lambda: make_factory(root_of(self.reactor), self.reactor, front=front)
            )
            self.port = self.listen(self._factory, host, port)
        except BaseException:
            super().stop()
            raise

    def listen(self, factory: Any, host: str, port: int) -> int:
        """Listen for something as long as the thread runs; gives the port."""
        opened = self.call(self.reactor.listenTCP, port, factory, BACKLOG, host)
        self._ports.append(opened)
        number: int = opened.getHost().port
        return number

    def stop(self) -> None:
        """Close the ports and every connection, and end the thread."""
        for port in self._ports:
            self.call(port.stopListening)
        self.call(self._factory.drain, 0.2)
        super().stop()


class MockVerbs(ByName):
    """A mock in this process by the names of its operations; only ``url`` and ``mock`` are ours."""

    mock: Mock

    def __init__(self, mock: Mock) -> None:
        self.mock = mock

    @property
    def url(self) -> str:
        """The URL of the first service.

        Raises:
            RuntimeError: nobody listens yet.
        """
        if not self.mock.base_url:
            raise RuntimeError("not started: with MockServer(…) as bank, or MockServer(…).start()")
        return self.mock.url()

    def _verbs(self, op: str) -> OperationVerbs:
        return self.mock.op(op)


#: What a server is told besides settings of its services.
_OPTIONS = ("host", "port", "front", "cache", "journal", "admin")


class MockServer(MockVerbs):
    """A mock server for the time of a ``with`` block, or of a test.

    In this process, on a reactor and thread of its own; see `MockVerbs` for the verbs.

    Args:
        wsdls: paths of WSDLs, or loaded contracts.
        host, port: where to listen; port 0: any free one.
        front: ``"fast"`` or ``"web"``.
        cache: the folder of the contract cache; None: the user's; False: none.
        journal: what the journal keeps; or ``"sqlite:FILE"``, where it keeps it.
        admin: serve the HTTP interface as well, on a port of its own (True: any free one);
            for clients in other processes.
        settings: of all services, see `ZSI.mock.settings.Settings`.

    >>> from ZSI.mock.examples import example
    >>> with MockServer(example("bank"), cache=False) as bank:
    ...     bank.GetBalance.when(account="42").reply(balance="10.00")
    ...     bank.mock.contracts[0].name
    <GetBalance>
    'Bank'
    """

    def __init__(
        self,
        *wsdls: str | Path | MockContract,
        host: str = "127.0.0.1",
        port: int = 0,
        front: Front = "fast",
        cache: Path | None | Literal[False] = None,
        journal: JournalLimits | str = "memory",
        admin: bool | int = False,
        **settings: Any,
    ) -> None:
        one_of("front", front, get_args(Front))
        contracts = [load(wsdl, cache) for wsdl in wsdls]
        limits = journal if isinstance(journal, JournalLimits) else JournalLimits()
        super().__init__(Mock(contracts, settings_of(settings, _OPTIONS), limits))
        self._where = journal if isinstance(journal, str) else "memory"
        self._file: SqliteJournal | None = None
        self._host, self._port = host, port
        self._front: Front = front
        self._admin = admin
        self._listener: Listener | None = None

    def start(self) -> Self:
        """Listen; gives the server itself."""
        if self._listener is None:
            if self._file is None:
                self._file = keep_in(self.mock, self._where)
            listener = self._listener = Listener(
                lambda reactor: mock_root(self.mock, reactor), self._host, self._port, self._front
            )
            self.mock.run = listener.call
            host = f"[{self._host}]" if ":" in self._host else self._host
            self.mock.base_url = f"http://{host}:{listener.port}"
            if self._admin is not False:
                from ZSI.mock.admin import admin_site

                wanted = 0 if self._admin is True else int(self._admin)
                site = listener.call(admin_site, self.mock, listener.reactor)
                opened = listener.listen(site, "127.0.0.1", wanted)
                self.mock.admin_url = f"http://127.0.0.1:{opened}"
        return self

    def stop(self) -> None:
        """Stop listening; what was recorded can still be asked for."""
        listener, self._listener = self._listener, None
        if listener is not None:
            self.mock.run = at_once
            listener.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc_info: object) -> None:
        self.stop()


def mock_root(
    mock: Mock, reactor: Any, others: Mapping[str, Any] | None = None, endpoint: str = ""
) -> MockRoot:
    """The resource that serves a mock.

    Args:
        mock: what decides.
        reactor: what holds delayed replies.
        others: further resources by path, such as service classes.
        endpoint: the one whose services are served; ``""`` is the server's own.
    """
    resources: dict[str, Any] = {
        mount.path: MockResource(mock.engine, mount, reactor, Pages(mount.contract, mount.paths))
        for mount in mock.mounts
        if endpoint in mount.endpoints
    }
    return MockRoot({**resources, **(others or {})})


def beside(wsdl: Any, folder: Path) -> Any:
    """A WSDL as a test names it: a path that the current folder has not is one from a folder."""
    if isinstance(wsdl, str | Path) and "://" not in str(wsdl) and not Path(wsdl).exists():
        return folder / wsdl
    return wsdl


def load(
    wsdl: str | Path | MockContract, cache: Path | None | Literal[False] = None
) -> MockContract:
    """A contract, read once in a process as long as its documents do not change.

    Raises:
        ContractError: it cannot be read.
    """
    if isinstance(wsdl, MockContract):
        return wsdl
    folder = None if cache is False else cache or default_folder()
    return MockContract.load(wsdl, folder=folder)
