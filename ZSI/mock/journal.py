"""The journal: every exchange, bounded by count and bytes, secrets masked, open to questions."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ZSI.errors import ZSIException
from ZSI.fault import FaultFromFaultMessage
from ZSI.mock.exchange import Call, Sent
from ZSI.mock.secrets import masked_bytes, masked_headers
from ZSI.parse import ParsedSoap

if TYPE_CHECKING:
    from ZSI.mock.matching import Miss

#: Bytes of memory that typed objects take for each byte of their XML, measured on flat records.
_TYPED_WEIGHT = 8


@dataclass(frozen=True, slots=True)
class JournalLimits:
    """What a journal keeps; the oldest exchanges make room.

    WireMock's, unbounded by default, reached 1.1 GB after 12,000 requests.
    """

    #: Exchanges.
    count: int = 1_000
    #: Bytes of all bodies together; typed objects may take as much again.
    bytes: int = 64 * 1024 * 1024
    #: Bytes of one body; what is longer is cut.
    body_bytes: int = 1024 * 1024


class Typed:
    """The typed objects of an entry; they are let go when they take too much memory."""

    __slots__ = ("reply", "request", "weight")

    def __init__(self, request: Any, reply: Any, size: int) -> None:
        self.request = request
        self.reply = reply
        self.weight = size * _TYPED_WEIGHT


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One exchange as the journal keeps it: secrets masked, bodies cut.

    Attributes:
        call: the exchange, without its bodies and typed objects.
        typed: the request and the reply for assertions, as long as memory allows.
        request_body, reply_body: the bytes, masked and cut. cut: one of them was cut.
        headers: of the request, masked.
        misses: near misses, if no stub matched.
    """

    call: Call
    typed: Typed
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
        """The typed request; of an old one with a large body read again from the kept bytes."""
        return self.typed.request if self.typed.weight else self._read_again()

    @property
    def reply(self) -> Any:
        """The typed response or fault; of an old large one read again; None if it was raw."""
        return self.typed.reply if self.typed.weight else self._reply_again()

    @property
    def size(self) -> int:
        """Bytes that its bodies count for."""
        return len(self.request_body) + len(self.reply_body)

    @property
    def unmatched(self) -> bool:
        """Whether the operation had stubs, none matched, and the mock said so with a fault."""
        return self.call.source == "fallback" and self.call.error is not None

    @property
    def refused(self) -> bool:
        """Whether the request was invalid or no message of a known operation."""
        return self.call.source == "refused"

    def parsed(self) -> ParsedSoap | None:
        """The message parsed again from the kept bytes; None if they were cut or are none."""
        if not self.request_body or self.cut:
            return None
        try:
            media_type = self.call.http.header("content-type")
            return ParsedSoap(self.request_body, media_type=media_type)
        except ZSIException:
            return None

    def again(self) -> Call:
        """The call with everything in it that conditions may ask for."""
        http = self.call.http.with_body(self.request_body)
        return self.call.with_(http=http, ps=self.parsed(), request=self.request)

    def _reply_again(self) -> Any:
        """The typed response; a fault as the exception that clients get."""
        operation = self.call.operation
        if not self.reply_body or self.cut:
            return None
        try:
            ps = ParsedSoap(self.reply_body)
            if ps.IsAFault():
                return FaultFromFaultMessage(ps)
            known = operation is not None and operation.problem is None
            cls = operation.response_class if operation is not None and known else None
            return ps.Parse(cls.typecode) if cls is not None else None
        except ZSIException:
            return None

    def _read_again(self) -> Any:
        ps, operation = self.parsed(), self.call.operation
        if ps is None or operation is None or operation.problem is not None:
            return None
        try:
            return ps.Parse(operation.request_class.typecode)
        except ZSIException:
            return None


def _without_body(sent: Sent | None) -> Sent | None:
    return None if sent is None else Sent(sent.status, b"", sent.media_type, sent.headers)


def make_entry(call: Call, limits: JournalLimits) -> Entry:
    """The entry of a finished call."""
    body = call.http.body
    sent = call.sent.body if call.sent is not None else b""
    most = limits.body_bytes
    misses = call.misses() if call.misses is not None and call.stub is None else ()
    return Entry(
        call.with_(
            ps=None,
            misses=None,
            request=None,
            reply=None,
            http=call.http.with_body(b""),
            sent=_without_body(call.sent),
        ),
        Typed(call.request, call.reply, max(len(body) + len(sent), 1)),
        masked_bytes(body)[:most],
        masked_bytes(sent)[:most],
        masked_headers(call.http.headers),
        misses,
        len(body) > most or len(sent) > most,
    )


@dataclass
class Journal:
    """The exchanges of a server, in memory; safe to be asked from another thread.

    Args:
        limits: what is kept.
        sinks: are given each entry before anybody can see it, such as a SQLite file.
        clears: are told when entries are forgotten, of one session or (None) of all.
    """

    limits: JournalLimits = JournalLimits()
    sinks: list[Callable[[Entry], None]] = field(default_factory=list)
    clears: list[Callable[[str | None], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        self._typed: deque[Typed] = deque()
        self._typed_bytes = 0
        self._changed = threading.Condition()
        self.total = 0

    def record(self, call: Call) -> None:
        """Keep a finished call."""
        entry = make_entry(call, self.limits)
        for sink in self.sinks:
            sink(entry)
        self.keep((entry,))

    def keep(self, entries: Iterable[Entry]) -> None:
        """Take entries in, the oldest first; those that are too many or too large make room."""
        with self._changed:
            for entry in entries:
                self._entries.append(entry)
                self._bytes += entry.size
                self.total += 1
                self._keep_typed(entry.typed)
                while len(self._entries) > self.limits.count or (
                    self._bytes > self.limits.bytes and len(self._entries) > 1
                ):
                    self._bytes -= self._entries.popleft().size
            self._changed.notify_all()

    def _keep_typed(self, typed: Typed) -> None:
        """Typed objects are kept for the newest exchanges, as long as memory allows."""
        self._typed.append(typed)
        self._typed_bytes += typed.weight
        while self._typed_bytes > self.limits.bytes and len(self._typed) > 1:
            oldest = self._typed.popleft()
            self._typed_bytes -= oldest.weight
            oldest.request = oldest.reply = None
            oldest.weight = 0
        while len(self._typed) > self.limits.count:
            self._typed_bytes -= self._typed.popleft().weight

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
            self._typed = deque(entry.typed for entry in kept)
            self._typed_bytes = sum(entry.typed.weight for entry in kept)
        for clear in self.clears:
            clear(session)

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
