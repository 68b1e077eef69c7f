"""Answers that leave together at the end of a turn of the reactor.

A ``send`` that wakes a sleeping client costs three times one to a client that is awake. A client
with many connections sleeps until the first answer of a turn and handles it while we make the
second; so it goes to sleep again before that leaves, and each ``send`` wakes it. Collected, they
wake it once.

Nothing waits for longer than `MOST` seconds while requests are served quickly, and no more than
`MOST_BYTES`; an answer that took longer to make leaves at once.
"""

from __future__ import annotations

from time import monotonic
from typing import Protocol

from twisted.internet.interfaces import IReactorTime

#: Seconds from the beginning of the first answer's making until all must leave.
MOST = 0.002
#: Bytes that may wait; what a socket takes at once is of this order.
MOST_BYTES = 128 * 1024


class Pushing(Protocol):
    """A connection that can send."""

    def push(self, data: bytes) -> None:
        """Send now."""


class Outbox:
    """The answers of one factory's connections that are about to leave.

    Args:
        reactor: whose next turn sends them.
    """

    __slots__ = ("_reactor", "_scheduled", "_since", "_size", "_waiting", "began", "collecting")

    def __init__(self, reactor: IReactorTime) -> None:
        self._reactor = reactor
        self._waiting: list[tuple[Pushing, bytes]] = []
        self._since = 0.0
        self._size = 0
        self._scheduled = False
        #: Somebody will `flush` soon; no turn of the reactor is needed for it.
        self.collecting = False
        #: When the making of the answer that comes next began.
        self.began = 0.0

    def put(self, connection: Pushing, data: bytes) -> None:
        """Send soon, in the order of the calls."""
        waiting = self._waiting
        if not waiting:
            self._since = self.began
            self._size = 0
        waiting.append((connection, data))
        self._size += len(data)
        if self._size > MOST_BYTES or monotonic() - self._since > MOST:
            self.flush()
        elif not (self.collecting or self._scheduled):
            self._scheduled = True
            self._reactor.callLater(0, self._end_of_turn)

    def flush(self) -> None:
        """Send all that waits."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            for connection, data in waiting:
                connection.push(data)

    def _end_of_turn(self) -> None:
        self._scheduled = False
        self.flush()
