"""What both fronts do for all their connections: one clock tick, time limits, winding up.

A timer a connection would cost more than the request it guards. Instead each connection has a
``deadline``, and one tick a second looks at all of them: 10,000 connections take it a
millisecond. The tick also keeps the Date header, and stops when nobody is connected.
"""

from __future__ import annotations

from collections.abc import Callable
from email.utils import formatdate
from typing import Protocol

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IDelayedCall, IReactorTime

from ZSI.twisted.exchange import HeaderPairs, response_prefix

#: Seconds between two looks at the clock; all time limits are this coarse.
TICK = 1.0
#: Seconds in which a client that has gone has said so, if it is near.
SOON = 0.05
#: First lines remembered for a second: as many as there are kinds of answers.
_PREFIXES = 128
#: A deadline that never comes.
NEVER = float("inf")


class Connection(Protocol):
    """What a front's protocol must offer to be looked after."""

    deadline: float

    def expired(self) -> None:
        """The deadline has passed."""

    def wind_up(self) -> None:
        """Close now if idle, else after the answer that is being made."""

    def abort(self) -> None:
        """Close at once, whatever is unsent."""


class Connections:
    """The open connections of one factory.

    Args:
        reactor: the clock.
        on_tick: called at each look at the clock, for what a front renews once a second.
    """

    def __init__(self, reactor: IReactorTime, on_tick: Callable[[], object]) -> None:
        self._reactor = reactor
        self._on_tick = on_tick
        #: Those that are open.
        self.members: set[Connection] = set()
        self._tick: IDelayedCall | None = None
        self._drained: list[Deferred[None]] = []
        #: No connection is kept alive any more.
        self.stopping = False
        #: Seconds of the reactor's clock, as of the last tick.
        self.now = 0.0
        #: The value of the Date header, as of the last tick.
        self.date = b""
        #: Answers up to the value of Content-Length, made once a second; see `prefix`.
        self.prefixes: dict[tuple[int, HeaderPairs, bool, bytes], bytes] = {}

    def __len__(self) -> int:
        return len(self.members)

    def opened(self, connection: Connection) -> None:
        """A connection was made."""
        self.members.add(connection)
        if self._tick is None:
            self._look()

    def closed(self, connection: Connection) -> None:
        """A connection is gone."""
        self.members.discard(connection)
        if self.members:
            return
        if self._tick is not None:
            self._tick.cancel()
            self._tick = None
        waiting, self._drained = self._drained, []
        for deferred in waiting:
            deferred.callback(None)

    def prefix(self, status: int, headers: HeaderPairs, close: bool, version: bytes) -> bytes:
        """An answer up to the value of Content-Length, remembered until the next second."""
        prefix = self.prefixes.get((status, headers, close, version))
        if prefix is None:
            prefix = response_prefix(status, headers, close, version, self.date)
            if len(self.prefixes) < _PREFIXES:
                self.prefixes[status, headers, close, version] = prefix
        return prefix

    def drain(self, seconds: float) -> Deferred[None]:
        """Wind up: idle connections close now, the others after the answer they wait for.

        Args:
            seconds: after these, what is left is cut off.

        Returns:
            A Deferred that fires with None when no connection is left.
        """
        self.stopping = True
        for connection in list(self.members):
            connection.wind_up()
        if not self.members:
            return succeed(None)
        cut = self._reactor.callLater(seconds, self._cut)
        done: Deferred[None] = Deferred()
        done.addCallback(lambda _: cut.cancel() if cut.active() else None)
        self._drained.append(done)
        return done

    def hurry(self) -> None:
        """Look at the clock soon: somebody's deadline has come."""
        if self._tick is not None and self._tick.getTime() - self._reactor.seconds() > SOON:
            self._tick.reset(SOON)

    def _cut(self) -> None:
        for connection in list(self.members):
            connection.abort()

    def _look(self) -> None:
        """Read the clock and end what is overdue."""
        self.now = now = self._reactor.seconds()
        self.date = formatdate(now, usegmt=True).encode("ascii")
        self.prefixes.clear()
        self._tick = self._reactor.callLater(TICK, self._look)
        self._on_tick()
        for connection in [member for member in self.members if member.deadline <= now]:
            connection.expired()
