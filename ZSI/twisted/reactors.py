"""Private reactors: for servers beside a test, and for ZSI's containers that serve for ever.

The global reactor is not touched. A reactor cannot run twice, so each start needs a new one.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.main import CONNECTION_LOST
from twisted.python.failure import Failure


def new_reactor() -> Any:
    """A reactor of the best kind that this platform has, not installed as the global one."""
    try:
        from twisted.internet.epollreactor import EPollReactor

        return EPollReactor()
    except ImportError:  # no epoll: macOS, Windows
        from twisted.internet.selectreactor import SelectReactor

        return SelectReactor()


def close_reactor(reactor: Any) -> None:
    """Close everything that a reactor which has stopped, or never ran, still holds.

    That is its connections, and the descriptors for itself, which it never gives back.
    """
    for reader in reactor.removeAll():
        closed = getattr(reader, "connectionLost", None)
        if closed is not None:
            closed(Failure(CONNECTION_LOST))
    for reader in tuple(getattr(reactor, "_internalReaders", ())):
        reader.connectionLost(None)
    poller = getattr(reactor, "_poller", None)
    if poller is not None:
        poller.close()
