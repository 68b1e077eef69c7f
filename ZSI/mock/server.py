"""A mock server beside a synchronous test: in this process, on a reactor and thread of its own.

The global reactor is not touched: a private one runs in a daemon thread, and calls cross over by
``blockingCallFromThread``. A reactor cannot run twice, so each start makes a new one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any, Self, TypeVar

from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.endpoints import serverFromString
from twisted.internet.threads import blockingCallFromThread

from ZSI.mock.assembly import Served, mounts_of
from ZSI.mock.engine import Engine
from ZSI.mock.pages import Pages
from ZSI.mock.resource import MockResource, MockRoot
from ZSI.twisted.endpoints import make_factory

T = TypeVar("T")

#: Seconds that a start or stop may take before it counts as hung; both take milliseconds.
PATIENCE = 10.0


def new_reactor() -> Any:
    """A reactor of the best kind that this platform has, not installed as the global one."""
    try:
        from twisted.internet.epollreactor import EPollReactor

        return EPollReactor()
    except ImportError:  # no epoll: macOS, Windows
        from twisted.internet.selectreactor import SelectReactor

        return SelectReactor()


class ReactorThread:
    """A private reactor in a daemon thread."""

    def __init__(self) -> None:
        self.reactor = new_reactor()
        self._running = threading.Event()
        self._thread = threading.Thread(target=self._run, name="zsi-mock", daemon=True)

    def start(self) -> None:
        """Start it and wait until it runs."""
        self.reactor.callWhenRunning(self._running.set)
        self._thread.start()
        if not self._running.wait(PATIENCE):
            raise RuntimeError("the mock server's reactor did not start")

    def _run(self) -> None:
        self.reactor.run(installSignalHandlers=False)

    def call(self, function: Callable[..., T | Deferred[T]], *args: Any) -> T:
        """Call a function in the reactor's thread and wait for what it gives."""
        result: T = blockingCallFromThread(self.reactor, function, *args)
        return result

    def stop(self) -> None:
        """Stop the reactor and close everything that it holds."""
        if self._thread.is_alive():
            self.reactor.callFromThread(self.reactor.stop)
            self._thread.join(PATIENCE)
        for reader in self.reactor.removeAll():
            closed = getattr(reader, "connectionLost", None)
            if closed is not None:
                from twisted.internet.main import CONNECTION_LOST
                from twisted.python.failure import Failure

                closed(Failure(CONNECTION_LOST))
        _close_waker(self.reactor)


def _close_waker(reactor: Any) -> None:
    """The descriptors that a reactor keeps for itself, which it never gives back."""
    for reader in tuple(getattr(reactor, "_internalReaders", ())):
        reader.connectionLost(None)
    poller = getattr(reactor, "_poller", None)
    if poller is not None:
        poller.close()


def make_root(services: Iterable[Served], engine_of: Callable[..., Engine], reactor: Any,
              others: dict[str, Any] | None = None) -> tuple[Engine, MockRoot]:  # fmt: skip
    """The engine and the resource that serve these contracts.

    Args:
        services: what is served.
        engine_of: makes the engine from its mounts.
        reactor: what holds delayed replies.
        others: further resources by path, such as service classes.
    """
    made = mounts_of(services)
    engine = engine_of([mount for mount, _ in made])
    resources: dict[str, Any] = {
        mount.path: MockResource(engine, mount, reactor, Pages(mount.contract, paths))
        for mount, paths in made
    }
    return engine, MockRoot(resources | (others or {}))


class Listener:
    """A root resource listening on an endpoint of a private reactor.

    Args:
        root_of: makes the root resource, given the reactor.
        endpoint: a Twisted endpoint string.
        front: ``"fast"`` or ``"web"``.
    """

    def __init__(
        self, root_of: Callable[[Any], Any], endpoint: str, front: str = "fast"
    ) -> None:
        self._thread = ReactorThread()
        self._thread.start()
        try:
            self._port = self._thread.call(self._listen, root_of, endpoint, front)
        except BaseException:
            self._thread.stop()
            raise

    def _listen(self, root_of: Callable[[Any], Any], endpoint: str, front: Any) -> Deferred[Any]:
        reactor = self._thread.reactor
        self._factory = make_factory(root_of(reactor), reactor, front=front)
        return serverFromString(reactor, endpoint).listen(self._factory)

    @property
    def reactor(self) -> Any:
        """The private reactor."""
        return self._thread.reactor

    @property
    def port(self) -> int:
        """The TCP port that was given."""
        number: int = self._port.getHost().port
        return number

    def call(self, function: Callable[..., T | Deferred[T]], *args: Any) -> T:
        """Call a function in the reactor's thread."""
        return self._thread.call(function, *args)

    def stop(self) -> None:
        """Close the port and every connection, and end the thread."""
        self._thread.call(maybeDeferred, self._port.stopListening)
        self._thread.call(self._factory.drain, 0.2)
        self._thread.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()
