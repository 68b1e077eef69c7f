"""The same verbs against a server elsewhere, over its HTTP interface; plain HTTP, blocking.

bank = RemoteMock("http://127.0.0.1:9090")
bank.GetBalance.when(account="42").reply(balance="10.00")
bank.GetBalance.assert_called_once_with(account="42")
bank.mock.reset()
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPSConnection
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from ZSI.errors import ZSIException
from ZSI.mock.dsl import ByName, OperationVerbs, PortVerbs
from ZSI.mock.errors import DefinitionError
from ZSI.mock.openapi import PREFIX
from ZSI.mock.stubs import CallableReply, DeclaredFault, FreeFault, Stub, TypedReply, When
from ZSI.mock.unparse import unparse_stub, unparse_when
from ZSI.mock.verify import Times
from ZSI.TC import Compound


class RemoteError(ZSIException):
    """The server refused a verb; the message is its own. ``status`` is the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


class Record(dict[str, Any]):
    """An object of JSON whose members are attributes too.

    >>> Record({"request": {"account": "42"}}).request.account
    '42'
    """

    def __getattr__(self, name: str) -> Any:
        try:
            return _record(self[name])
        except KeyError:
            raise AttributeError(f"no {name}; there is {', '.join(self)}") from None


def _record(value: Any) -> Any:
    if isinstance(value, dict):
        return Record(value)
    return [_record(item) for item in value] if isinstance(value, list) else value


@dataclass(frozen=True, slots=True)
class RemoteOutcome:
    """What a verification found."""

    holds: bool
    calls: tuple[Record, ...]
    message: str = ""


class Remote:
    """A server's verbs over HTTP, beside those of its operations: ``bank.mock`` as in process.

    Args:
        url: of the interface, with or without ``/__admin``.
        token: that the server asks for.
        session: keeps stubs, state and journal apart from other tests'.
        timeout: seconds for one request.

    Raises:
        ValueError: the URL is none.
    """

    def __init__(
        self, url: str, *, token: str | None = None, session: str = "", timeout: float = 30.0
    ) -> None:
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
            raise ValueError(f"{url!r}: expected the URL of the HTTP interface: http://host:port")
        self.admin_url = url.removesuffix("/").removesuffix(PREFIX)
        self.session_name = session
        self._token = token
        self._timeout = timeout
        self._ids: dict[int, str] = {}

    def request(
        self, method: str, path: str, body: Any = None, *, wait: float = 0.0, session: str = ""
    ) -> Any:
        """One request to the interface; gives its data.

        Args:
            path: below ``/__admin``.
            body: plain data. session: in place of the face's own.
            wait: seconds that the answer may take beyond the timeout.

        Raises:
            RemoteError: the server refused it, or is something else.
            OSError: there is no server.
        """
        parts = urlsplit(self.admin_url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(parts.netloc, timeout=self._timeout + wait)
        target = f"{parts.path}{PREFIX}{path}"
        if session or self.session_name:
            target += f"?session={_part(session or self.session_name)}"
        headers = {"Content-Type": "application/json"}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            data = json.dumps(body) if body is not None else None
            connection.request(method, target, data, headers)
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        try:
            answer = json.loads(text) if text else None
        except ValueError:
            raise RemoteError(
                response.status,
                f"{self.admin_url} is not the HTTP interface of a mock server: its ready file and "
                f"its console say where that is (as {PREFIX})",
            ) from None
        if response.status >= 400 and not (isinstance(answer, dict) and "holds" in answer):
            message = answer.get("error", "") if isinstance(answer, dict) else str(answer)
            raise RemoteError(response.status, message)
        return answer

    # ------------------------------------------------------------------ the target of verbs

    def define(self, stub: Stub) -> Stub:
        """Put a stub in force.

        Raises:
            DefinitionError: it holds what only a program can say: a function, a typed object.
        """
        made = self.request("POST", "/stubs", entry_of(stub))
        self._ids[stub.number] = made["id"]
        return stub

    def redefine(self, old: Stub, new: Stub) -> Stub:
        """Replace a stub by a refined one."""
        made = self.request("PUT", f"/stubs/{_part(self._ids[old.number])}", entry_of(new))
        self._ids[new.number] = made["id"]
        return new

    def remove(self, stub: Stub) -> None:
        """Take a stub away; nothing happens if it is gone already."""
        known = self._ids.pop(stub.number, None)
        if known is not None:
            try:
                self.request("DELETE", f"/stubs/{_part(known)}")
            except RemoteError as error:
                if error.status != 404:  # after a reset
                    raise

    def calls(
        self, op: str, when: When, *, input: str | None = None, session: str | None = None
    ) -> list[Record]:
        """The calls of an operation, as plain data."""
        asked = _question(op, when, input)
        found = self.request("POST", "/journal/find", asked, session=session or "")
        return [Record(one) for one in found]

    def verify(
        self, op: str, when: When, times: Times, *, input: str | None = None,
        within: float = 0.0, session: str | None = None,
    ) -> RemoteOutcome:  # fmt: skip
        """Whether an operation was called so often."""
        asked = _question(op, when, input) | {"at_least": times.least}
        if times.most is not None:
            asked["at_most"] = times.most
        if within:
            asked["within"] = f"{within}s"
        answer = self.request("POST", "/verify", asked, wait=within, session=session or "")
        if not answer["holds"]:
            return RemoteOutcome(False, (), answer["message"])
        return RemoteOutcome(True, tuple(self.calls(op, when, input=input, session=session)))

    def sample(self, op: str, fields: Mapping[str, Any], *, input: str | None = None) -> Any:
        """The sample of a response with fields over it, as plain data."""
        asked: dict[str, Any] = {"fields": unparse_when(When(fields)).get("when", {})}
        if input is not None:
            asked["input"] = input
        return _record(self.request("POST", f"/operations/{_part(op)}/sample", asked))

    # ------------------------------------------------------------------ operations and services

    def op(self, name: str, *, input: str | None = None) -> OperationVerbs:
        """The verbs of an operation: ``Name``, ``Port/Name``, or one of several overloads."""
        return OperationVerbs(self, Stub(name, input=input))

    def port(self, name: str) -> PortVerbs:
        """The operations of one port alone."""
        return PortVerbs(self.op, name)

    def session(self, name: str) -> Remote:
        """The same server for one session."""
        return Remote(self.admin_url, token=self._token, session=name, timeout=self._timeout)

    def url(self, name: str = "") -> str:
        """The URL of a port by its name, or of a path; without one, of the first port.

        Raises:
            LookupError: there is no such port.
        """
        for service in self.request("GET", "/services"):
            if name in ("", service["path"], *service["ports"]):
                return str(service["url"])
        raise LookupError(f"no port {name}")

    # ------------------------------------------------------------------ stubs as data

    def define_entry(self, entry: Mapping[str, Any]) -> Any:
        """Add a stub in its dict form; gives it as the server keeps it."""
        return self.request("POST", "/stubs", dict(entry))

    def stubs(self) -> list[Any]:
        """All stubs in their dict form, to be kept and imported again."""
        found: list[Any] = self.request("GET", "/stubs/export")
        return found

    def load(self, entries: list[Any]) -> list[Any]:
        """Add stubs in their dict form, all or none."""
        made: list[Any] = self.request("POST", "/stubs/import", entries)
        return made

    # ------------------------------------------------------------------ state and journal

    def reset(self) -> None:
        """Forget stubs added while running, state and journal; of the session if this is one."""
        self.request("POST", "/reset")

    def gate(self, name: str) -> RemoteGate:
        """A gate by its name."""
        return RemoteGate(self, name)

    @property
    def clock(self) -> RemoteClock:
        """The mock's clock."""
        return RemoteClock(self)

    @property
    def store(self) -> RemoteTable:
        """What handlers and templates keep."""
        return RemoteTable(self, "/store", "value")

    @property
    def scenarios(self) -> RemoteTable:
        """The states of scenarios, to be read and set."""
        return RemoteTable(self, "/scenarios", "state")

    @property
    def journal(self) -> list[Record]:
        """All exchanges, as plain data."""
        return [Record(entry) for entry in self.request("GET", "/journal")]

    def report(self) -> Record:
        """What went unnoticed so far; ``text`` says it."""
        return Record(self.request("GET", "/report"))


class RemoteMock(ByName):
    """A mock server elsewhere; operations are attributes, as in process.

    Args: as for `Remote`, which is its ``mock``.
    """

    mock: Remote

    def __init__(
        self, url: str, *, token: str | None = None, session: str = "", timeout: float = 30.0
    ) -> None:
        self.mock = Remote(url, token=token, session=session, timeout=timeout)

    @property
    def url(self) -> str:
        """The URL of the first service."""
        return self.mock.url()

    def _verbs(self, op: str) -> OperationVerbs:
        return self.mock.op(op)


class _Asker(Protocol):
    """What sends requests."""

    def request(self, method: str, path: str, body: Any = None) -> Any:
        """One request."""


class RemoteGate:
    """One gate."""

    def __init__(self, remote: _Asker, name: str) -> None:
        self._remote = remote
        self._name = name

    @property
    def waiting(self) -> int:
        """How many replies are held."""
        found: int = self._remote.request("GET", "/gates").get(self._name, {}).get("waiting", 0)
        return found

    def release(self, count: int | None = None) -> None:
        """Let all replies go, or only the first few that wait."""
        body = {"count": count} if count is not None else None
        self._remote.request("POST", f"/gates/{_part(self._name)}/release", body)

    def shut(self) -> None:
        """Hold replies again."""
        self._remote.request("POST", f"/gates/{_part(self._name)}/shut")


class RemoteClock:
    """The clock of a server."""

    def __init__(self, remote: _Asker) -> None:
        self._remote = remote

    def __call__(self) -> datetime:
        return datetime.fromisoformat(self._remote.request("GET", "/clock")["now"])

    def advance(self, by: timedelta) -> None:
        """Move on (or back)."""
        self._remote.request("POST", "/clock", {"advance": f"{by.total_seconds()}s"})

    def set(self, now: datetime) -> None:
        """Let it be this time now, and go on from there."""
        self._remote.request("POST", "/clock", {"set": now.isoformat()})

    def freeze(self) -> None:
        """Stand still until reset."""
        self._remote.request("POST", "/clock", {"freeze": True})

    def reset(self) -> None:
        """Go with the real time again."""
        self._remote.request("POST", "/clock", {"reset": True})


class RemoteTable(MutableMapping[str, Any]):
    """The store, or the scenarios, of a server."""

    def __init__(self, remote: _Asker, path: str, member: str) -> None:
        self._remote = remote
        self._path = path
        self._member = member

    def put(self, key: str, value: Any, lifetime: timedelta | None = None) -> None:
        """Keep a value, for ever or for a lifetime by the mock's clock."""
        body = {self._member: value}
        if lifetime is not None:
            body["lifetime"] = f"{lifetime.total_seconds()}s"
        self._remote.request("PUT", f"{self._path}/{_part(key)}", body)

    def __getitem__(self, key: str) -> Any:
        return self._all()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.put(key, value)

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        self._remote.request("DELETE", f"{self._path}/{_part(key)}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> dict[str, Any]:
        found: dict[str, Any] = self._remote.request("GET", self._path)
        return found


def _part(text: str) -> str:
    """One segment of a path."""
    return quote(text, safe="")


def entry_of(stub: Stub) -> dict[str, Any]:
    """The dict form of a stub that is to cross HTTP.

    Raises:
        DefinitionError: it holds what only a program can say.
    """
    fallback = () if isinstance(stub.fallback, str) or stub.fallback is None else (stub.fallback,)
    if stub.when.tests or stub.when.calls:
        raise _not_over_http("a function as a condition")
    for reply in (*stub.replies, *fallback):
        if isinstance(reply, CallableReply):
            raise _not_over_http("a function as a reply")
        if isinstance(reply, TypedReply):
            raise _not_over_http("a typed object as a reply")
        parts = [reply.header, getattr(reply, "fields", None)]
        if isinstance(reply, DeclaredFault | FreeFault):
            parts.append(getattr(reply, "detail", None))
        _refuse_python(parts)
    _refuse_python([stub.when.fields, stub.when.header, stub.when.http])
    return unparse_stub(stub)


def _refuse_python(value: Any) -> None:
    if isinstance(value, Mapping):
        for item in value.values():
            _refuse_python(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_python(item)
    elif isinstance(value, Compound):
        raise _not_over_http("a typed object")
    elif callable(value):
        raise _not_over_http("a function")


def _not_over_http(what: str) -> DefinitionError:
    return DefinitionError(
        f"{what} cannot be sent to another process",
        expected="fields, templates or XML; or the mock in this process",
    )


def _question(op: str, when: When, input: str | None) -> dict[str, Any]:
    if when.tests or when.calls:
        raise _not_over_http("a function as a condition")
    _refuse_python([when.fields, when.header, when.http])
    asked = {"op": op, **unparse_when(when)}
    return asked if input is None else asked | {"input": input}
