"""The same verbs against a server elsewhere, over its HTTP interface; plain HTTP, blocking.

    bank = RemoteMock("http://127.0.0.1:9090")
    bank.GetBalance.when(account="42").reply(balance="10.00")
    bank.GetBalance.assert_called_once_with(account="42")
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from ZSI.errors import ZSIException
from ZSI.mock.definitions import parse_stub
from ZSI.mock.dsl import OperationVerbs, verbs
from ZSI.mock.openapi import PREFIX
from ZSI.mock.stubs import Stub, When
from ZSI.mock.unparse import unparse_stub, unparse_when
from ZSI.mock.verify import Times


class RemoteError(ZSIException):
    """The server refused a verb; the message is its own. ``status`` is the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class RemoteOutcome:
    """What a verification found."""

    holds: bool
    calls: tuple[Any, ...]
    message: str = ""


class RemoteMock:
    """A mock server's verbs over HTTP; operations are attributes, as in process.

    Args:
        url: of the interface, with or without ``/__admin``.
        token: that the server asks for.
        session: keeps stubs, state and journal apart from other tests'.
        timeout: seconds for one request.
    """

    def __init__(
        self, url: str, *, token: str | None = None, session: str = "", timeout: float = 30.0
    ) -> None:
        self._url = url.removesuffix("/").removesuffix(PREFIX)
        self._token = token
        self._session = session
        self._timeout = timeout
        self._ids: dict[int, str] = {}

    def __getitem__(self, op: str) -> OperationVerbs:
        return verbs(self, op)

    def __getattr__(self, name: str) -> OperationVerbs:
        if name[:1] == "_":
            raise AttributeError(name)
        return self[name]

    def request(
        self, method: str, path: str, body: Any = None, *, wait: float = 0.0, **query: str
    ) -> Any:
        """One request to the interface; gives its data.

        Raises:
            RemoteError: the server refused it. OSError: there is no server.
        """
        parts = urlsplit(self._url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(parts.netloc, timeout=self._timeout + wait)
        if self._session:
            query["session"] = self._session
        target = f"{parts.path}{PREFIX}{path}" + (f"?{urlencode(query)}" if query else "")
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
        answer = json.loads(text) if text else None
        if response.status >= 400 and not (isinstance(answer, dict) and "holds" in answer):
            message = answer.get("error", "") if isinstance(answer, dict) else str(answer)
            raise RemoteError(response.status, message)
        return answer

    # ------------------------------------------------------------------ the target of verbs

    def define(self, stub: Stub) -> Stub:
        """Put a stub in force."""
        made = self.request("POST", "/stubs", unparse_stub(stub))
        self._ids[stub.number] = made["id"]
        return stub

    def redefine(self, old: Stub, new: Stub) -> Stub:
        """Replace a stub by a refined one."""
        self.request("PUT", f"/stubs/{quote(self._ids[old.number])}", unparse_stub(new))
        self._ids[new.number] = self._ids[old.number]
        return new

    def remove(self, stub: Stub) -> None:
        """Take a stub away."""
        self.request("DELETE", f"/stubs/{quote(self._ids.pop(stub.number))}")

    def calls(
        self, op: str, when: When, *, input: str | None = None, session: str | None = None
    ) -> list[Any]:
        """The calls of an operation, as plain data."""
        found: list[Any] = self.request("POST", "/journal/find", _question(op, when))
        return found

    def verify(
        self, op: str, when: When, times: Times, *, input: str | None = None,
        within: float = 0.0, session: str | None = None,
    ) -> RemoteOutcome:  # fmt: skip
        """Whether an operation was called so often."""
        asked = _question(op, when) | {"at_least": times.least}
        if times.most is not None:
            asked["at_most"] = times.most
        if within:
            asked["within"] = f"{within}s"
        answer = self.request("POST", "/verify", asked, wait=within)
        calls = tuple(self.calls(op, when)) if answer["holds"] else ()
        return RemoteOutcome(answer["holds"], calls, answer["message"])

    def sample(self, op: str, fields: Mapping[str, Any], *, input: str | None = None) -> Any:
        """The sample of a response, as plain data."""
        return self.request("GET", f"/operations/{quote(op)}/sample")

    # ------------------------------------------------------------------ everything else

    def define_entry(self, entry: Mapping[str, Any]) -> Any:
        """Add a stub in its dict form, checked here first; gives it as the server keeps it."""
        parse_stub(entry, origin="http")
        return self.request("POST", "/stubs", dict(entry))

    def reset(self) -> None:
        """Forget stubs added while running, state and journal."""
        self.request("POST", "/reset")

    def release(self, gate: str, count: int | None = None) -> None:
        """Let replies go that a gate holds."""
        body = {"count": count} if count is not None else None
        self.request("POST", f"/gates/{quote(gate)}/release", body)


def _question(op: str, when: When) -> dict[str, Any]:
    return {"op": op, **unparse_when(when)}
