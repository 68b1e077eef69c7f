"""One log event an exchange, through twisted.logger.

The events have the fields ``client method path status size operation findings seconds``, so that
an observer can select by them. What a client sent goes into the text escaped. Under load not
every success is told: beyond ``per_second`` they are counted, and the count is one event.
"""

from __future__ import annotations

from typing import Any

from twisted.logger import Logger, LogLevel
from twisted.python.failure import Failure

#: Characters of what a client has sent, and findings, that go into the line of an exchange.
_MOST_CHARS = 500
_MOST_FINDINGS = 5
_FORMAT = "{client} {method} {path} {status} {size}{extra}"


class ExchangeLog:
    """Where a front tells of its exchanges.

    Args:
        successes: tell of exchanges that went well, too; failures are always told.
        per_second: events a second, before they are only counted; None for all.
        log: the logger to use.
    """

    def __init__(
        self, successes: bool = True, per_second: int | None = 100, log: Logger | None = None
    ) -> None:
        self._log = log or Logger("ZSI.twisted")
        self._successes = successes
        self._per_second = per_second
        self._told = 0
        self._counted: dict[int, int] = {}

    def __call__(self, request: Any, status: int, size: int) -> None:
        """An exchange is over; what its resource noted is on ``request.exchange``."""
        if status < 400 and not self._successes:
            return
        # `_over` here as well: every request comes this way
        if self._per_second is not None and self._told >= self._per_second:
            self._counted[status] = self._counted.get(status, 0) + 1
            return
        self._told += 1
        exchange = request.exchange
        failure = exchange.failure if exchange is not None else None
        findings = exchange.findings if exchange is not None else ()
        operation = exchange.operation if exchange is not None else None
        notes = [operation] if operation else []
        notes += [short(str(finding)) for finding in findings[:_MOST_FINDINGS]]
        if len(findings) > _MOST_FINDINGS:
            notes.append(f"and {len(findings) - _MOST_FINDINGS} more")
        self._emit(
            LogLevel.info if status < 500 or failure is None else LogLevel.error,
            failure,
            client=client_of(request.getClientAddress()),
            method=short(request.method),
            path=short(request.uri),
            status=status,
            size=size,
            operation=operation,
            findings=findings,
            extra=" " + "; ".join(notes) if notes else "",
        )

    def refused(self, client: Any, status: int, reason: str) -> None:
        """What came was no request, or too long a one."""
        if self._over(status):
            return
        self._emit(
            LogLevel.info,
            None,
            client=client_of(client),
            method="-",
            path="-",
            status=status,
            size=0,
            operation=None,
            findings=(),
            extra=" " + escaped(reason),
        )

    def tick(self) -> None:
        """A second has passed: tell how many were only counted."""
        self._told = 0
        if self._counted:
            counted, self._counted = self._counted, {}
            kinds = ", ".join(f"{n} with status {status}" for status, n in sorted(counted.items()))
            self._log.info(
                "and {count} more exchanges: {kinds}",
                count=sum(counted.values()),
                kinds=kinds,
                counted=counted,
            )

    def _over(self, status: int) -> bool:
        """Whether this one is only counted."""
        if self._per_second is None:
            return False
        if self._told < self._per_second:
            self._told += 1
            return False
        self._counted[status] = self._counted.get(status, 0) + 1
        return True

    def _emit(self, level: Any, failure: Failure | None, **fields: Any) -> None:
        if failure is None:
            self._log.emit(level, _FORMAT, **fields)
        else:
            self._log.failure(_FORMAT, failure, level, **fields)


def client_of(address: Any) -> str:
    """An address for the log.

    >>> client_of(None)
    '-'
    """
    host = getattr(address, "host", None)
    return "-" if host is None else f"{host}:{address.port}"


def short(text: str | bytes) -> str:
    """`escaped`, cut: a log that one client can fill is no log.

    >>> short("x" * 1000)[-8:], len(short("x" * 1000))
    ('xxxxx...', 503)
    """
    return escaped(text) if len(text) <= _MOST_CHARS else escaped(text[:_MOST_CHARS]) + "..."


def escaped(text: str | bytes) -> str:
    r"""Text for one line of a log: control and non-ASCII characters as escapes.

    >>> escaped("a\r\nroot logged in")
    'a\\r\\nroot logged in'
    """
    if isinstance(text, bytes):
        text = text.decode("latin-1")
    return text.encode("unicode_escape").decode("ascii")
