"""The HTTP interface on a port of its own: JSON in and out, loopback, token, Host check."""

from __future__ import annotations

import hmac
import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall
from twisted.logger import Logger
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Request, Site

from ZSI.mock.api import Answer, call
from ZSI.mock.facade import Mock
from ZSI.mock.metrics import metrics_of
from ZSI.mock.openapi import PREFIX
from ZSI.mock.reading import ApiError, decoded_json, span

#: Bytes of a request to the interface; a thousand stubs are some 300 KB.
MOST_BYTES = 8 * 1024 * 1024
#: Seconds that a verification may wait, and between two looks at the journal.
LONGEST_WAIT = 300.0
_LOOK = 0.02
_LOCAL_HOSTS = re.compile(r"(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?", re.IGNORECASE)

_log = Logger("ZSI.mock")


class AdminRequest(Request):
    """A request of which no more is kept than is needed to refuse it."""

    def gotLength(self, length: int | None) -> None:
        """Twisted: the head has come; the length decides whether a file is opened."""
        super().gotLength(length if length is None else min(length, MOST_BYTES + 1))  # type: ignore[no-untyped-call]  # twisted's

    def handleContentChunk(self, data: bytes) -> None:
        """Twisted: a part of the body has come."""
        assert self.content is not None, "the head comes first"
        room = MOST_BYTES + 1 - self.content.tell()
        super().handleContentChunk(data[:room])  # type: ignore[no-untyped-call]  # twisted's


def admin_site(mock: Mock, reactor: Any, token: str | None = None) -> Site:
    """The interface, ready to listen."""
    site = Site(AdminResource(mock, reactor, token), reactor=reactor)
    site.requestFactory = AdminRequest
    return site


class AdminResource(Resource):
    """``/__admin``: the verbs of `ZSI.mock.api`.

    Without a token only requests addressed to this machine by a local name are served, which a
    page in somebody's browser cannot forge (DNS rebinding); writes from other origins never.

    Args:
        mock: the mock server.
        reactor: the clock for verifications that wait.
        token: asked for as ``Authorization: Bearer …``; None: none.
    """

    isLeaf = True

    def __init__(self, mock: Mock, reactor: IReactorTime, token: str | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # twisted's
        self.mock = mock
        self.reactor = reactor
        self.token = token
        metrics_of(mock.engine)

    def render(self, request: Any) -> int:
        """Twisted: answer a request, now or when what it waits for has come."""
        answer: Answer | Deferred[Answer] | None = self._refusal(request)
        if answer is None:
            try:
                answer = self._answer(request)
            except Exception:
                _log.failure("the admin interface failed")
                answer = Answer(500, {"error": "an unexpected error; the log says which"})
        if isinstance(answer, Deferred):
            request.notifyFinish().addErrback(lambda _: answer.cancel())
            answer.addCallbacks(lambda made: _send(request, made), lambda _: None)
        else:
            _send(request, answer)
        return NOT_DONE_YET

    def _refusal(self, request: Any) -> Answer | None:
        """Who may not ask."""
        host = (request.getHeader("host") or "").strip()
        origin = request.getHeader("origin")
        if self.token is not None:
            given = (request.getHeader("authorization") or "").removeprefix("Bearer ").strip()
            if not hmac.compare_digest(given.encode(), self.token.encode()):
                return Answer(401, {"error": "send the token: Authorization: Bearer …"})
        elif not _LOCAL_HOSTS.fullmatch(host):
            return Answer(403, {"error": f"Host {host!r}: ask by localhost, or start with a token"})
        if origin is not None and urlsplit(origin).netloc != host and request.method != b"GET":
            return Answer(403, {"error": "writes from other origins are refused"})
        return None

    def _answer(self, request: Any) -> Answer | Deferred[Answer]:
        path = request.path.decode("latin-1")
        if not path.startswith(PREFIX):
            return Answer(404, {"error": f"the interface lives under {PREFIX}"})
        body = request.content.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            return Answer(413, {"error": f"more than {MOST_BYTES} bytes"})
        if body and "json" not in (request.getHeader("content-type") or "json"):
            return Answer(415, {"error": "send application/json"})
        try:
            data = decoded_json(body)
        except ApiError as error:
            return Answer(error.status, {"error": error.message})
        method = request.method.decode("latin-1")
        method = "GET" if method == "HEAD" else method  # twisted leaves the body out
        query = dict(parse_qsl(request.uri.decode("latin-1").partition("?")[2]))
        below = path.removeprefix(PREFIX) or "/"
        within = data.get("within") if isinstance(data, dict) and below == "/verify" else None
        try:
            seconds = min(span(within).total_seconds(), LONGEST_WAIT) if within is not None else 0.0
        except ApiError as error:
            return Answer(error.status, {"error": f"within: {error}"})
        answer = call(self.mock, method, below, query, data)
        if answer.status == 409 and seconds > 0:
            return self._waiting(lambda: call(self.mock, method, below, query, data), seconds)
        return answer

    def _waiting(self, ask: Any, seconds: float) -> Deferred[Answer]:
        """Ask again until it holds or time is up."""
        end = self.reactor.seconds() + seconds
        done: Deferred[Answer] = Deferred(lambda _: looking.stop())

        def look() -> None:
            answer = ask()
            if answer.status != 409 or self.reactor.seconds() >= end:
                looking.stop()
                done.callback(answer)

        looking = LoopingCall(look)
        looking.clock = self.reactor
        looking.start(_LOOK)
        return done


def _send(request: Any, answer: Answer) -> None:
    text = answer.text
    if text is None:
        text = json.dumps(answer.data, ensure_ascii=False) + "\n" if answer.data is not None else ""
    data = text.encode(errors="backslashreplace")
    request.setResponseCode(answer.status)
    request.setHeader("Content-Type", answer.media_type)
    request.setHeader("Cache-Control", "no-store")
    if answer.status != 204:
        request.setHeader("Content-Length", str(len(data)))
    request.write(data)
    request.finish()
