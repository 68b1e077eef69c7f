"""The journal in a SQLite file: it survives restarts and ``kill -9``.

Each exchange is committed before anybody can see it, in the HTTP interface or in its answer.
The file holds what the journal in memory holds, in the same bounds, secrets masked.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ZSI.errors import Finding, ZSIException
from ZSI.mock.exchange import Call, Sent
from ZSI.mock.journal import Entry, JournalLimits
from ZSI.mock.matching import Miss
from ZSI.mock.operations import MockOperation
from ZSI.mock.shown import as_dict
from ZSI.mock.stubs import Stub, Trouble
from ZSI.twisted.exchange import HttpRequest

if TYPE_CHECKING:
    from ZSI.mock.facade import Mock

#: Of the table; a file of another one is not read.
FORMAT = 1
#: Seconds to wait for somebody else who writes, such as a reader that takes a backup.
_PATIENCE = 5.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS exchange (
    id INTEGER PRIMARY KEY,
    number INTEGER NOT NULL,
    time TEXT NOT NULL,
    session TEXT NOT NULL,
    port TEXT,
    operation TEXT,
    data TEXT NOT NULL,
    request BLOB NOT NULL,
    reply BLOB NOT NULL,
    cut INTEGER NOT NULL
)
"""
_INSERT = (
    "INSERT INTO exchange (number, time, session, port, operation, data, request, reply, cut) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class JournalFileError(ZSIException):
    """The file is no journal, or cannot be opened; says which file and why."""


class Restored(Exception):
    """What went wrong in an exchange of an earlier run; its text is all that was kept."""


class SqliteJournal:
    """One file; safe to be used from several threads.

    Args:
        path: it is made if there is none, readable by its owner only.
        limits: what it keeps; the oldest exchanges make room.

    Raises:
        JournalFileError: it is no journal.
    """

    def __init__(self, path: Path, limits: JournalLimits | None = None) -> None:
        self.path = path
        self.limits = limits or JournalLimits()
        self._lock = threading.Lock()
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._connection = sqlite3.connect(
                path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
            )
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            reason = getattr(error, "strerror", None) or error
            raise JournalFileError(f"journal {path}: {reason}") from None
        self._measure()
        self._trim()

    def _prepare(self) -> None:
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        tables = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if version != FORMAT and tables:
            raise JournalFileError(f"journal {self.path}: a SQLite file of something else")
        # with a write-ahead log a commit needs no fsync to outlive the process (NORMAL)
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", _SCHEMA,
                          f"PRAGMA user_version={FORMAT}"):  # fmt: skip
            self._connection.execute(statement)

    def _measure(self) -> None:
        """Look what the file holds: each exchange with the bytes of its bodies."""
        self._kept: deque[tuple[int, int]] = deque(
            self._connection.execute(
                "SELECT id, length(request) + length(reply) FROM exchange ORDER BY id"
            )
        )
        self._bytes = sum(size for _, size in self._kept)

    def write(self, entry: Entry) -> None:
        """Keep an exchange: when this returns, it has been committed."""
        operation = entry.call.operation
        request, reply = entry.request_body, entry.reply_body
        row = (
            entry.number,
            entry.time.isoformat(),
            entry.session,
            operation.port if operation is not None else None,
            entry.operation,
            json.dumps(as_dict(entry), ensure_ascii=False),
            request,
            reply,
            entry.cut,
        )
        with self._lock:
            made = self._connection.execute(_INSERT, row)
            assert made.lastrowid is not None
            self._kept.append((made.lastrowid, len(request) + len(reply)))
            self._bytes += len(request) + len(reply)
            self._trim()

    def _trim(self) -> None:
        """Delete what is too much, some at a time."""
        last = None
        while len(self._kept) > self.limits.count or (
            self._bytes > self.limits.bytes and len(self._kept) > 1
        ):
            last, size = self._kept.popleft()
            self._bytes -= size
        if last is not None:
            self._connection.execute("DELETE FROM exchange WHERE id <= ?", (last,))

    def clear(self, session: str | None = None) -> None:
        """Forget all exchanges, or those of a session."""
        with self._lock:
            if session is None:
                self._connection.execute("DELETE FROM exchange")
            else:
                self._connection.execute("DELETE FROM exchange WHERE session = ?", (session,))
            self._measure()

    def entries(self, operations: Iterable[MockOperation] = ()) -> Iterator[Entry]:
        """What the file holds, oldest first.

        Args:
            operations: those that are served now; typed requests are read with their classes.
        """
        known = {(o.port, o.name): o for o in operations}
        with self._lock:
            rows = self._connection.execute(
                "SELECT data, port, operation, request, reply, cut FROM exchange ORDER BY id"
            ).fetchall()
        for data, port, operation, request, reply, cut in rows:
            shown = json.loads(data)
            yield _entry(shown, known.get((port, operation)), request, reply, bool(cut))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


def _entry(
    shown: dict[str, Any], operation: MockOperation | None, request: bytes, reply: bytes, cut: bool
) -> Entry:
    """An exchange as it was; typed objects are read from the bytes when they are asked for."""
    http = shown["http"]
    headers = tuple(http["headers"].items())
    uri = http["uri"]
    stub = shown["stub"]
    error = shown["error"]
    trouble = shown.get("trouble")
    call = Call(
        shown["number"],
        datetime.fromisoformat(shown["time"]),
        HttpRequest(http["method"], uri, uri.partition("?")[0], headers, request, http["client"]),
        shown["session"],
        operation=operation,
        findings=tuple(map(_finding, shown["findings"])),
        error=Restored(error) if error is not None else None,
        stub=Stub(shown["operation"] or "", label=stub) if stub is not None else None,
        source=shown["source"],
        sent=Sent(shown["status"], reply) if shown["status"] is not None else None,
        provenance=shown["provenance"],
        seconds=shown["ms"] / 1000,
        delay=shown["delay_ms"] / 1000,
        trouble=Trouble(trouble) if trouble is not None else None,
    )
    misses = tuple(
        Miss(Stub(call.stub.op if call.stub else "", label=miss["stub"]), miss["distance"],
             tuple(miss["reasons"]))
        for miss in shown["misses"]
    )  # fmt: skip
    return Entry(call, len(request) + len(reply), misses, cut)


def _finding(text: str) -> Finding:
    severity, _, rest = text.partition(": ")
    rule, _, message = rest.partition(": ")
    return Finding(rule, message, severity=severity)


def keep_in(mock: Mock, where: str) -> SqliteJournal | None:
    """Keep a mock's journal where an option says, with what is there already.

    Args:
        mock: the mock server, before it serves.
        where: ``memory``, or ``sqlite:FILE``.

    Returns:
        The file, to be closed in the end; None for ``memory``.

    Raises:
        JournalFileError: it cannot be opened, or ``where`` is neither.
    """
    kind, colon, path = where.partition(":")
    if where in ("", "memory"):
        return None
    if kind != "sqlite" or not path:
        raise JournalFileError(f"journal {where}: expected memory, or sqlite:FILE")
    made = SqliteJournal(Path(path), mock.journal.limits)
    found = list(made.entries(mock.operations))
    mock.journal.keep(found)
    mock.journal.sinks.append(made.write)
    mock.journal.clears.append(made.clear)
    if found:
        mock.engine.count_from(max(entry.number for entry in found) + 1)
    return made
