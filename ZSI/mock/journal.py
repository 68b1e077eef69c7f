"""The journal: every exchange, bounded by count and bytes, secrets masked, open to questions."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ZSI.errors import ZSIException
from ZSI.fault import fault_of_element
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


class Entry:
    """One exchange as the journal keeps it: secrets masked, bodies cut.

    One is made for each exchange and few are ever looked at, so masking waits until then: what
    is kept before is nothing that the typed objects would not hold as well.

    Args:
        call: the exchange, with its bodies, and with its typed objects as long as memory allows.
        size: bytes that its bodies count for.
        misses: near misses, if no stub matched.
        cut: one of the bodies is not whole; both are masked already.
        weight: bytes that its typed objects count for; 0: it has let them go.
    """

    __slots__ = ("_kept", "_masked", "cut", "misses", "size", "weight")

    def __init__(
        self, call: Call, size: int, misses: tuple[Miss, ...] = (), cut: bool = False,
        weight: int = 0,
    ) -> None:  # fmt: skip
        self._kept = call
        self._masked = cut
        self.size = size
        self.misses = misses
        self.cut = cut
        self.weight = weight

    def _shown(self) -> Call:
        """The exchange with masked bodies; they are masked when somebody first looks."""
        if not self._masked:
            self._kept = _with_bodies(self._kept, masked_bytes)
            self._masked = True
        return self._kept

    @property
    def call(self) -> Call:
        """The exchange without its bodies and typed objects."""
        kept = self._kept.with_(request=None, reply=None)
        return _with_bodies(kept, lambda body: b"")

    def let_go(self) -> None:
        """Drop the typed objects; they are read again when they are asked for."""
        self._kept = self._kept.with_(request=None, reply=None)
        self.weight = 0

    @property
    def request_body(self) -> bytes:
        """The bytes that came, masked and cut."""
        return self._shown().http.body

    @property
    def reply_body(self) -> bytes:
        """The bytes that went, masked and cut."""
        sent = self._shown().sent
        return sent.body if sent is not None else b""

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The header fields of the request, masked."""
        return masked_headers(self._kept.http.headers)

    @property
    def number(self) -> int:
        """Counts the exchanges of a server, from 1."""
        return self._kept.number

    @property
    def operation(self) -> str | None:
        """The operation's name."""
        operation = self._kept.operation
        return operation.name if operation is not None else None

    @property
    def time(self) -> datetime:
        """When it came."""
        return self._kept.time

    @property
    def session(self) -> str:
        """The session that it belongs to."""
        return self._kept.session

    @property
    def request(self) -> Any:
        """The typed request; of an old one with a large body read again from the kept bytes."""
        return self._kept.request if self.weight else self._read_again()

    @property
    def reply(self) -> Any:
        """The typed response or fault; of an old large one read again; None if it was raw."""
        return self._kept.reply if self.weight else self._reply_again()

    @property
    def unmatched(self) -> bool:
        """Whether the operation had stubs, none matched, and the mock said so with a fault."""
        return self._kept.source == "fallback" and self._kept.error is not None

    @property
    def refused(self) -> bool:
        """Whether the request was invalid or no message of a known operation."""
        return self._kept.source == "refused"

    def is_of(self, selector: str) -> bool:
        """Whether it is of an operation: ``Name`` or ``Port/Name``."""
        operation = self._kept.operation
        port, slash, name = selector.rpartition("/")
        return (
            operation is not None
            and operation.name == name
            and (not slash or operation.port == port)
        )

    def parsed(self) -> ParsedSoap | None:
        """The message parsed again from the kept bytes; None if they were cut or are none."""
        if not self.request_body or self.cut:
            return None
        try:
            media_type = self._kept.http.header("content-type")
            return ParsedSoap(self.request_body, media_type=media_type)
        except ZSIException:
            return None

    def again(self) -> Call:
        """The call with everything in it that conditions may ask for."""
        return self._shown().with_(ps=self.parsed(), request=self.request)

    def _reply_again(self) -> Any:
        """The typed response; a fault as the exception that clients get."""
        operation = self._kept.operation
        if not self.reply_body or self.cut:
            return None
        try:
            ps = ParsedSoap(self.reply_body)
            if ps.IsAFault():
                return fault_of_element(ps.body_root)
            known = operation is not None and operation.problem is None
            cls = operation.response_class if operation is not None and known else None
            return ps.Parse(cls.typecode) if cls is not None else None
        except ZSIException:
            return None

    def _read_again(self) -> Any:
        ps, operation = self.parsed(), self._kept.operation
        if ps is None or operation is None or operation.problem is not None:
            return None
        try:
            return ps.Parse(operation.request_class.typecode)
        except ZSIException:
            return None


def _with_bodies(call: Call, change: Callable[[bytes], bytes]) -> Call:
    """The call with something done to both bodies."""
    sent = call.sent
    if sent is not None:
        sent = Sent(sent.status, change(sent.body), sent.media_type, sent.headers)
    return call.with_(http=call.http.with_body(change(call.http.body)), sent=sent)


def make_entry(call: Call, limits: JournalLimits) -> Entry:
    """The entry of a finished call."""
    misses = call.misses() if call.misses is not None and call.stub is None else ()
    kept = call
    if call.ps is not None or call.misses is not None:  # both hold the message's tree
        kept = call.with_(ps=None, misses=None)
    most = limits.body_bytes
    came, went = len(call.http.body), len(call.sent.body) if call.sent is not None else 0
    weight = (came + went or 1) * _TYPED_WEIGHT
    if came <= most and went <= most:
        return Entry(kept, came + went, misses, False, weight)
    # masked before they are cut: half a secret would not be known for one
    kept = _with_bodies(kept, lambda body: masked_bytes(body)[:most])
    return Entry(kept, min(came, most) + min(went, most), misses, True, weight)


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
        #: Of the oldest entries, how many have let their typed objects go.
        self._bare = 0
        self._typed_bytes = 0
        # the lock itself where nobody has to be told: a Condition takes it in Python
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._waiting = 0

    def record(self, call: Call) -> None:
        """Keep a finished call."""
        entry = make_entry(call, self.limits)
        for sink in self.sinks:
            sink(entry)
        with self._lock:
            self._keep(entry)
            if self._waiting:
                self._changed.notify_all()

    def keep(self, entries: Iterable[Entry]) -> None:
        """Take entries in, the oldest first; those that are too many or too large make room."""
        with self._changed:
            for entry in entries:
                self._keep(entry)
            self._changed.notify_all()

    def _keep(self, entry: Entry) -> None:
        limits, entries = self.limits, self._entries
        entries.append(entry)
        self._bytes += entry.size
        self._typed_bytes += entry.weight
        while len(entries) > limits.count or (self._bytes > limits.bytes and len(entries) > 1):
            oldest = entries.popleft()
            self._bytes -= oldest.size
            self._typed_bytes -= oldest.weight
            if self._bare:
                self._bare -= 1
        # typed objects are kept for the newest exchanges, as long as memory allows
        while self._typed_bytes > limits.bytes and self._bare < len(entries) - 1:
            bare = entries[self._bare]
            self._typed_bytes -= bare.weight
            bare.let_go()
            self._bare += 1

    def entries(
        self,
        operation: str | None = None,
        *,
        session: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Entry]:
        """The entries, oldest first.

        Args:
            operation: ``Name`` or ``Port/Name``. session: only of this one.
            since, until: only from this time on, before that time.
        """
        with self._changed:
            found: Iterable[Entry] = list(self._entries)
        return [
            entry
            for entry in found
            if (operation is None or entry.is_of(operation))
            and (session is None or entry.session == session)
            and (since is None or entry.time >= since)
            and (until is None or entry.time < until)
        ]

    def wait(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Wait until something holds, looking after each new entry; whether it does in the end."""
        with self._changed:
            self._waiting += 1
            try:
                return self._changed.wait_for(holds, seconds)
            finally:
                self._waiting -= 1

    def clear(self, session: str | None = None) -> None:
        """Forget all entries, or those of a session."""
        with self._changed:
            kept = [e for e in self._entries if session is not None and e.session != session]
            self._entries = deque(kept)
            self._bytes = sum(entry.size for entry in kept)
            self._bare = next((n for n, entry in enumerate(kept) if entry.weight), len(kept))
            self._typed_bytes = sum(entry.weight for entry in kept)
        for clear in self.clears:
            clear(session)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries())

    def __len__(self) -> int:
        return len(self._entries)
