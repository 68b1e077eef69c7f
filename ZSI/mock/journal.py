"""The journal: every exchange, bounded by count and bytes, secrets masked, open to questions."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ZSI.mock.exchange import Call
from ZSI.mock.secrets import MASK, is_secret, masked_bytes, masked_headers
from ZSI.TC import AnyXML, Compound
from ZSI.TC.values import NIL

if TYPE_CHECKING:
    from ZSI.mock.matching import Miss


@dataclass(frozen=True, slots=True)
class JournalLimits:
    """What a journal keeps; the oldest exchanges make room.

    WireMock's, unbounded by default, reached 1.1 GB after 12,000 requests.
    """

    #: Exchanges.
    count: int = 1_000
    #: Bytes of all bodies together.
    bytes: int = 64 * 1024 * 1024
    #: Bytes of one body; what is longer is cut.
    body_bytes: int = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """One exchange as the journal keeps it: secrets masked, bodies cut.

    Attributes:
        call: the exchange; ``request`` and ``reply`` in it are typed, for assertions.
        request_body, reply_body: the bytes, masked and cut. cut: one of them was cut.
        headers: of the request, masked.
        misses: near misses, if no stub matched.
    """

    call: Call
    request_body: bytes
    reply_body: bytes
    headers: tuple[tuple[str, str], ...]
    misses: tuple[Miss, ...] = ()
    cut: bool = False

    @property
    def number(self) -> int:
        """Counts the exchanges of a server, from 1."""
        return self.call.number

    @property
    def operation(self) -> str | None:
        """The operation's name."""
        return self.call.operation.name if self.call.operation is not None else None

    @property
    def time(self) -> datetime:
        """When it came."""
        return self.call.time

    @property
    def session(self) -> str:
        """The session that it belongs to."""
        return self.call.session

    @property
    def request(self) -> Any:
        """The typed request."""
        return self.call.request

    @property
    def reply(self) -> Any:
        """The typed response or fault."""
        return self.call.reply

    @property
    def size(self) -> int:
        """Bytes that it counts for."""
        return len(self.request_body) + len(self.reply_body)

    @property
    def unmatched(self) -> bool:
        """Whether the operation had stubs and none matched."""
        return self.call.source == "fallback" and self.call.stub is None

    @property
    def refused(self) -> bool:
        """Whether the request was invalid or no message of a known operation."""
        return self.call.source == "refused"


def make_entry(call: Call, limits: JournalLimits) -> Entry:
    """The entry of a finished call."""
    body = call.http.body
    sent = call.sent.body if call.sent is not None else b""
    most = limits.body_bytes
    misses = call.misses() if call.misses is not None and call.stub is None else ()
    return Entry(
        call.with_(ps=None, misses=None),
        masked_bytes(body[:most]),
        masked_bytes(sent[:most]),
        masked_headers(call.http.headers),
        misses,
        len(body) > most or len(sent) > most,
    )


@dataclass
class Journal:
    """The exchanges of a server, in memory; safe to be asked from another thread.

    Args:
        limits: what is kept.
        sinks: are given each entry, such as a SQLite file.
    """

    limits: JournalLimits = JournalLimits()
    sinks: list[Callable[[Entry], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        self._changed = threading.Condition()
        self.total = 0

    def record(self, call: Call) -> None:
        """Keep a finished call."""
        entry = make_entry(call, self.limits)
        for sink in self.sinks:
            sink(entry)
        with self._changed:
            self._entries.append(entry)
            self._bytes += entry.size
            self.total += 1
            while len(self._entries) > self.limits.count or (
                self._bytes > self.limits.bytes and len(self._entries) > 1
            ):
                self._bytes -= self._entries.popleft().size
            self._changed.notify_all()

    def entries(
        self,
        operation: str | None = None,
        *,
        session: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        test: Callable[[Entry], bool] | None = None,
    ) -> list[Entry]:
        """The entries, oldest first.

        Args:
            operation: ``Name`` or ``Port/Name``. session: only of this one.
            since, until: only from this time on, before that time.
            test: only those for which it is true.
        """
        with self._changed:
            found: Iterable[Entry] = list(self._entries)
        return [
            entry
            for entry in found
            if (operation is None or is_of(entry.call, operation))
            and (session is None or entry.session == session)
            and (since is None or entry.time >= since)
            and (until is None or entry.time < until)
            and (test is None or test(entry))
        ]

    def wait(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Wait until something holds, looking after each new entry; whether it does in the end."""
        with self._changed:
            return self._changed.wait_for(holds, seconds)

    def clear(self, session: str | None = None) -> None:
        """Forget all entries, or those of a session."""
        with self._changed:
            kept = [e for e in self._entries if session is not None and e.session != session]
            self._entries = deque(kept)
            self._bytes = sum(entry.size for entry in kept)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries())

    def __len__(self) -> int:
        return len(self._entries)


def is_of(call: Call, operation: str) -> bool:
    """Whether a call is of an operation by its selector."""
    if call.operation is None:
        return False
    port, slash, name = operation.rpartition("/")
    return call.operation.name == name and (not slash or call.operation.port == port)


def decoded(value: Any) -> Any:
    """A typed value as plain data for JSON, secrets masked.

    >>> from decimal import Decimal
    >>> decoded([Decimal("1.0"), None])
    ['1.0', None]
    """
    if isinstance(value, Compound):
        return {
            key: MASK if is_secret(key) else decoded(item) for key, item in value._items()
        }
    if isinstance(value, list | tuple):
        return [decoded(item) for item in value]
    if isinstance(value, dict):
        return {str(key): decoded(item) for key, item in value.items()}
    if value is None or isinstance(value, bool | int | str):
        return value
    if value is NIL:
        return {"$nil": True}
    if isinstance(value, bytes):
        return value.hex()
    return value.text if isinstance(value, AnyXML) else str(value)


def as_dict(entry: Entry, bodies: bool = False) -> dict[str, Any]:
    """An entry as plain data, as the HTTP interface and reports show it."""
    call = entry.call
    shown: dict[str, Any] = {
        "number": entry.number,
        "time": entry.time.isoformat(),
        "session": entry.session,
        "operation": entry.operation,
        "port": call.operation.port if call.operation is not None else None,
        "source": call.source,
        "stub": call.stub.shown if call.stub is not None else None,
        "status": call.sent.status if call.sent is not None else None,
        "request": decoded(entry.request),
        "reply": decoded(entry.reply) if isinstance(entry.reply, Compound) else None,
        "fault": str(entry.reply) if isinstance(entry.reply, BaseException) else None,
        "error": str(getattr(call.error, "str", call.error)) if call.error is not None else None,
        "provenance": dict(call.provenance),
        "findings": [str(finding) for finding in call.findings],
        "misses": [
            {"stub": m.stub.shown, "distance": round(m.distance, 4), "reasons": list(m.reasons)}
            for m in entry.misses
        ],
        "ms": round(call.seconds * 1000, 3),
        "delay_ms": round(call.delay * 1000, 3),
        "http": {"method": call.http.method, "uri": call.http.uri, "headers": dict(entry.headers),
                 "client": call.http.client},
    }  # fmt: skip
    if bodies:
        shown["request_body"] = entry.request_body.decode("utf-8", "replace")
        shown["reply_body"] = entry.reply_body.decode("utf-8", "replace")
        shown["cut"] = entry.cut
    return shown
