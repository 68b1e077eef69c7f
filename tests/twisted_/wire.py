"""Both fronts in memory: bytes in, bytes out, time by a `Clock`; nothing of ours is replaced."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import repeat
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.web.resource import Resource

from ZSI.limits import Limits
from ZSI.twisted.connections import TICK
from ZSI.twisted.exchange import HttpLimits, HttpResponse
from ZSI.twisted.front import FrontFactory
from ZSI.twisted.site import SoapSite

FRONTS: dict[str, Callable[..., Any]] = {"front": FrontFactory, "web": SoapSite}
XML = ((b"Content-Type", b"text/xml; charset=utf-8"),)


class Service:
    """A resource that answers with what it is given, or with what ``reply`` makes of it."""

    isLeaf = True

    def __init__(self, reply: Callable[[Any], Any] | None = None) -> None:
        self.reply = reply
        self.requests: list[Any] = []

    def respond(self, request: Any) -> Any:
        self.requests.append(request)
        if self.reply is not None:
            return self.reply(request)
        text = b"%b %b %b" % (request.method, request.path, request.content.read())
        return HttpResponse(200, XML, text)

    def render(self, request: Any) -> Any:
        raise AssertionError("a front asks respond")


class Wire(StringTransport):
    """A transport that tells its protocol of its end as a reactor does: afterwards."""

    closed = False
    #: What the socket's SO_ERROR says.
    error = 0

    def getHandle(self) -> Any:
        return self

    def getsockopt(self, level: int, option: int) -> int:
        return self.error

    def loseConnection(self) -> None:
        self.closed = True

    def abortConnection(self) -> None:
        self.closed = True
        self.aborted = True

    aborted = False


class Connected:
    """A connection to a front.

    Args:
        kind: a key of `FRONTS`.
        resource: mounted at ``/echo``, unless it is a whole tree.
        limits, http_limits: of the front.
    """

    def __init__(
        self,
        kind: str,
        resource: Any = None,
        limits: Limits | None = None,
        http_limits: HttpLimits | None = None,
        log: Any = None,
    ) -> None:
        self.clock = Clock()
        self.clock.advance(1_000_000_000)
        self.service = resource if resource is not None else Service()
        root = self.service
        if not isinstance(root, Resource) or root.isLeaf:
            root = Resource()
            root.putChild(b"echo", self.service)
        self.factory = FRONTS[kind](
            root,
            self.clock,
            limits=limits or Limits(),
            http_limits=http_limits or HttpLimits(),
            log=log,
        )
        self.connect()

    def connect(self) -> None:
        """Another connection to the same front."""
        self.wire = Wire()
        self.protocol = self.factory.buildProtocol(None)
        self.protocol.makeConnection(self.wire)
        self.lost = False

    def send(self, *segments: bytes) -> bytes:
        """Deliver segments; return all that has been answered until now."""
        for segment in segments:
            if self.lost or self.wire.closed:
                break
            self.protocol.dataReceived(segment)
            self.settle()
        return self.answer

    def settle(self) -> None:
        """Tell the protocol that its connection is closed, if it has asked for that."""
        if self.wire.closed and not self.lost:
            self.lost = True
            self.protocol.connectionLost(Failure(ConnectionDone()))

    def half_close(self) -> None:
        """The client sends no more."""
        self.protocol.readConnectionLost()
        self.settle()

    def hang_up(self) -> None:
        """The client goes away."""
        if not self.lost:
            self.lost = True
            self.protocol.connectionLost(Failure(ConnectionLost()))

    def advance(self, seconds: float) -> None:
        """Let time pass, a tick at a time."""
        whole, part = divmod(seconds, TICK)
        for step in (*repeat(TICK, int(whole)), part):
            self.clock.advance(step)
            self.settle()

    @property
    def answer(self) -> bytes:
        return self.wire.value()

    def answers(self) -> list[Answer]:
        """What has been answered, taken apart."""
        return parse_answers(self.answer)


class Answer:
    """A response: status, fields by lower-case name, body; ``raw`` without Server and Date."""

    def __init__(self, head: bytes, body: bytes) -> None:
        lines = head.split(b"\r\n")
        self.version, status, _ = lines[0].split(b" ", 2)
        self.status = int(status)
        self.fields = {
            name.lower(): value.strip() for name, _, value in (x.partition(b":") for x in lines[1:])
        }
        self.body = body
        self.raw = without_time(head) + b"\r\n\r\n" + body


def without_time(data: bytes) -> bytes:
    """Answers without their Server and Date fields."""
    return re.sub(rb"\r\n(?:Server|Date): [^\r]*", b"", data)


def parse_answers(data: bytes, heads: Iterable[int] = ()) -> list[Answer]:
    """Take a stream of answers apart; all but 1xx must have a Content-Length that holds.

    Args:
        heads: the numbers of those that answer HEAD requests and so have no body.
    """
    bodiless = set(heads)
    found: list[Answer] = []
    while data:
        head, end, data = data.partition(b"\r\n\r\n")
        assert end, f"an answer without an end: {head!r}"
        answer = Answer(head, b"")
        if answer.status >= 200:
            length = int(answer.fields[b"content-length"])
            if len(found) in bodiless:
                length = 0
            assert len(data) >= length, f"the body is shorter than its length: {head!r} {data!r}"
            answer = Answer(head, data[:length])
            data = data[length:]
        found.append(answer)
    return found


def post(
    body: bytes = b"<a/>",
    *fields: bytes,
    path: bytes = b"/echo",
    version: bytes = b"HTTP/1.1",
    host: bytes | None = b"localhost",
) -> bytes:
    """A POST request with Content-Length."""
    lines = [b"POST %b %b" % (path, version)]
    if host is not None:
        lines.append(b"Host: " + host)
    lines += [b"Content-Type: text/xml", b"Content-Length: %d" % len(body), *fields]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def raw(*lines: bytes, body: bytes = b"") -> bytes:
    """A request of these lines."""
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def later() -> tuple[Deferred[Any], Service]:
    """A Deferred, and a service that answers with it."""
    waiting: Deferred[Any] = Deferred()
    return waiting, Service(lambda request: waiting)
