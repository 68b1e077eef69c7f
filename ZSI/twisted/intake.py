"""Reading for all connections of a factory in one call from the reactor.

For each connection that has something to read Twisted goes through five calls and a log context
before it asks the socket: 3 µs, a tenth of an echo. Here the connections of a factory are watched
by an epoll of their own, and the reactor watches that one descriptor. Everything but a plain read
is left to Twisted: a connection that has ended, or failed, is handed back to the reactor, which
finds out again and deals with it.
"""

from __future__ import annotations

import select
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from twisted.internet.interfaces import IReadDescriptor
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from ZSI.twisted.outbox import Outbox

_log = Logger("ZSI.twisted")

#: Bytes of one read, as in Twisted.
_CHUNK = 64 * 1024
#: Connections that are read from until the reactor looks after others, such as timers.
_MOST = 256
#: Whether this platform has what it takes.
AVAILABLE = hasattr(select, "epoll")


class Reading(Protocol):
    """A connection that takes bytes."""

    transport: Any

    def dataReceived(self, data: bytes) -> None:
        """Twisted's name for it."""


@implementer(IReadDescriptor)
class Intake:
    """Reads for connections whose transports are plain sockets; there while some are.

    Args:
        reactor: an ``IReactorFDSet``.
        outbox: sends what has been answered when all have been read.
    """

    def __init__(self, reactor: Any, outbox: Outbox) -> None:
        self._reactor = reactor
        self._outbox = outbox
        self._poll: Any = None
        self._members: dict[int, tuple[Callable[[int], bytes], Reading]] = {}

    def add(self, connection: Reading) -> None:
        """Read for a connection from now on, in the place of the reactor."""
        transport = connection.transport
        transport.stopReading()
        descriptor = transport.fileno()
        if self._poll is None:
            self._poll = select.epoll()
            self._reactor.addReader(self)
        self._members[descriptor] = (transport.getHandle().recv, connection)
        self._poll.register(descriptor, select.EPOLLIN)

    def remove(self, connection: Reading, descriptor: int) -> None:
        """Read no more for a connection; the descriptor may be closed already."""
        if self._members.get(descriptor, (None, None))[1] is not connection:
            return
        del self._members[descriptor]
        with suppress(OSError):  # closed, and so forgotten by the kernel
            self._poll.unregister(descriptor)
        if not self._members:
            self._reactor.removeReader(self)
            self._close()

    def _close(self) -> None:
        poll, self._poll = self._poll, None
        if poll is not None:
            poll.close()

    def doRead(self) -> None:
        """Twisted: read from all connections that have something."""
        outbox, members = self._outbox, self._members
        outbox.collecting = True
        try:
            for descriptor, _ in self._poll.poll(0, _MOST):
                member = members.get(descriptor)
                if member is None:
                    continue  # one before has closed it
                receive, connection = member
                try:
                    data = receive(_CHUNK)
                except BlockingIOError:
                    continue
                except OSError:
                    data = b""
                if data:
                    try:
                        connection.dataReceived(data)
                    except Exception:
                        self._failed(descriptor, connection)
                else:
                    self.remove(connection, descriptor)
                    connection.transport.startReading()
        finally:
            outbox.collecting = False
            outbox.flush()

    def _failed(self, descriptor: int, connection: Reading) -> None:
        """A connection's own error: it is logged, and closes the connection."""
        failure = Failure()
        _log.failure("a connection failed", failure)
        self.remove(connection, descriptor)
        connection.transport.connectionLost(failure)

    # ------------------------------------------------------------------ what the reactor asks

    def fileno(self) -> int:
        """The descriptor that is readable when one of the connections is."""
        return -1 if self._poll is None else int(self._poll.fileno())

    def logPrefix(self) -> str:
        """Twisted's old log puts it before lines."""
        return "ZSI.twisted"

    def connectionLost(self, reason: Failure) -> None:
        """Twisted: the reactor closes everything."""
        members = list(self._members.values())
        self._members.clear()
        self._close()
        for _, connection in members:
            connection.transport.connectionLost(reason)
