"""SOAP resources, and any others, on twisted.web: `SoapSite` is a `Site` with limits.

    reactor.listenTCP(8080, SoapSite(root, reactor), backlog=4096)

What twisted.web lacks is added here: a limit for bodies that counts while they come, time limits
for slow clients, answers that say what was wrong and reach the client, checks of Host and header
syntax as strict as the fast front's, and winding up. Form posts are not parsed.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

from twisted.internet import tcp
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IHalfCloseableProtocol, IReactorTime
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web.http import NO_BODY_CODES, HTTPChannel
from twisted.web.resource import getChildForRequest
from twisted.web.server import Request, Site
from zope.interface import implementer

from ZSI.limits import DEFAULT_LIMITS, Limits
from ZSI.twisted.access import ExchangeLog
from ZSI.twisted.connections import NEVER, TICK, Connections
from ZSI.twisted.delivery import when_answered
from ZSI.twisted.exchange import (
    DEFAULT_HTTP_LIMITS,
    HttpLimits,
    HttpResponse,
    split_target,
    valid_host,
    wants_close,
    with_changes,
)
from ZSI.twisted.half_open import ask, is_there
from ZSI.twisted.http_parser import BadRequest, check_beginning, parse_request_line, too_large
from ZSI.twisted.refusals import caught, failure_response, refusal
from ZSI.twisted.routing import answer, answer_with, is_foreign

# Most methods of these are not annotated, so that a typed subclass could not call any of them.
_Request: Any = Request
_HTTPChannel: Any = HTTPChannel
_Site: Any = Site

#: What a connection is doing.
_IDLE, _HEAD, _BODY, _BUSY, _CLOSED = range(5)
# what llhttp refuses in a header line and twisted.web lets pass; a folded line among them
_BAD_LINE = re.compile(rb"\A[ \t]|[\x00-\x08\x0a-\x1f\x7f]")
# llhttp counts in 64 bits
_MAX_LENGTH = 2**64


class WebRequest(_Request):  # type: ignore[misc]  # see above
    """twisted.web's request with a body limit; large bodies stay in memory, as they are parsed."""

    exchange: Any = None
    code: int
    _received = 0

    def checked(self, version: bytes) -> str | None:
        """What is wrong with the header, or None."""
        fields = self.requestHeaders
        if not valid_host(fields.getRawHeaders(b"Host", ()), version):
            return "an HTTP/1.1 request has exactly one Host field, with a valid name"
        codings = fields.getRawHeaders(b"Transfer-Encoding", ())
        if any(coding.lower() != b"chunked" for coding in codings):
            return "the only Transfer-Encoding understood is chunked"
        return None

    def gotLength(self, length: int | None) -> None:
        """Twisted: the header is complete; refuse what is wrong or will be too long."""
        self.content = BytesIO()
        channel = self.channel
        limit = channel.site.limits.body_bytes
        if channel.problem is not None:
            channel.refuse(400, channel.problem)
        elif length is not None and length >= _MAX_LENGTH:
            channel.refuse(400, "the header is malformed: Content-Length overflow")
        elif length is not None and length > limit:
            self._too_long(limit)
        else:
            return
        # or a 100 Continue would follow
        self.requestHeaders.removeHeader(b"Expect")

    def handleContentChunk(self, data: bytes) -> None:
        """Twisted: a piece of the body."""
        self._received += len(data)
        limit = self.channel.site.limits.body_bytes
        if self._received <= limit:
            self.content.write(data)
        elif not self.channel.refused:
            self._too_long(limit)

    def _too_long(self, limit: int) -> None:
        self.channel.refuse(413, f"the body is over {limit} bytes", self.getHeader(b"content-type"))

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:
        """Twisted: the request is complete."""
        if self.channel.refused:
            return
        host, target = split_target(path)
        if host is not None:
            self.requestHeaders.setRawHeaders(b"Host", [host])
        super().requestReceived(command, target, version)

    def process(self) -> None:
        """Twisted: find the resource. What has ``respond`` is asked for its answer."""
        root = self.channel.site.resource
        self.prepath: list[bytes] = []
        self.postpath = list(map(unquote_to_bytes, self.path[1:].split(b"/")))
        if self.path == b"*":
            self.deliver(answer(root, self))
            return
        try:
            found = root if root.isLeaf else getChildForRequest(root, self)
        except Exception:
            self.deliver(failure_response(caught(), self))
            return
        if not is_foreign(found):
            self.deliver(answer_with(found, root, self))
            return
        if not self.channel.persistent:
            self.setHeader(b"Connection", b"close")
        super().process()

    def deliver(self, response: HttpResponse | Deferred[HttpResponse]) -> None:
        """Write an answer, now or when it is there."""
        if isinstance(response, HttpResponse):
            self.reply(response)
        else:
            when_answered(self, response, self.reply)

    def reply(self, response: HttpResponse) -> None:
        """Write an answer in one piece, past twisted.web's ways for streams of them."""
        if (
            self.code != 200
            or self.cookies
            or any(True for field in self.responseHeaders.getAllRawHeaders())
        ):
            response = with_changes(self, response)
        status, headers, body = response
        connections = self.channel.site.connections
        prefix = connections.prefix(status, headers, not self.channel.persistent, self.clientproto)
        bodiless = self.method == b"HEAD" or status in NO_BODY_CODES
        sent = b"" if bodiless else body
        self.channel.write(b"%b%d\r\n\r\n%b" % (prefix, len(body), sent))
        self.startedWriting = 1
        self.code = status
        self.sentLength = len(sent)
        self.finish()

    def processingFailed(self, reason: Failure) -> Any:
        """Twisted: a resource raised. A fault, where nothing has been written yet."""
        if self.startedWriting:
            return super().processingFailed(reason)
        self.deliver(failure_response(reason, self))
        return reason


@implementer(IHalfCloseableProtocol)
class WebChannel(_HTTPChannel):  # type: ignore[misc]  # see above
    """One connection of a `SoapSite`."""

    site: SoapSite
    transport: Any
    #: An answer has been given to what was no acceptable request; nothing more is read.
    refused = False
    #: What is wrong with the header that has just come.
    problem: str | None = None
    deadline = NEVER
    _phase = _IDLE
    _began = 0.0
    #: The first line of the request that is coming is there.
    _started = False
    #: The client sends no more.
    _ended = False
    _choked = False
    #: The request whose answer the client does not take.
    _untaken: Any = None

    def connectionMade(self) -> None:
        """Twisted: the connection is there."""
        limits = self.site.http_limits
        self.MAX_LENGTH = self.totalHeadersSize = limits.header_bytes
        self.maxHeaders = limits.header_count
        super().connectionMade()
        self.site.connections.opened(self)
        self._enter(_IDLE, limits.idle_seconds)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Twisted: the connection is gone."""
        self._phase = _CLOSED
        self.site.connections.closed(self)
        super().connectionLost(reason)

    def readConnectionLost(self) -> None:
        """Twisted: the client sends no more, or has gone; see `ZSI.twisted.half_open`.

        All whole requests that have come are answered.
        """
        self._ended = True
        connections, limits = self.site.connections, self.site.http_limits
        if self._phase == _BUSY:
            self.deadline = ask(self.requests[0], self.write, connections, limits)
            if not any(self._dataBuffer):
                self.wind_up()
        else:
            self._enter(_CLOSED, limits.write_seconds)
            self.loseConnection()

    def writeConnectionLost(self) -> None:
        """Twisted: what we have done in `refuse`."""

    def _enter(self, phase: int, seconds: float) -> None:
        self._phase = phase
        self.deadline = self.site.connections.now + seconds

    # ------------------------------------------------------------------ time limits, winding up

    def expired(self) -> None:
        """A time limit has passed."""
        self.deadline = NEVER
        if self._choked:
            self.abort()
        elif self._phase == _IDLE:
            self.wind_up()
        elif self._phase in (_HEAD, _BODY):
            self.refuse(408, "the request took too long to arrive")
        elif self._ended and self._phase == _BUSY and is_there(self.requests[0], self.transport):
            self.deadline = self.site.connections.now + TICK
        else:
            self.abort()

    def wind_up(self) -> None:
        """The server stops: close now, or after the answer that is being made."""
        if self._phase == _IDLE:
            self._phase = _CLOSED
            self.loseConnection()
            return
        self.persistent = False
        for request in self.requests:
            request.responseHeaders.setRawHeaders(b"Connection", [b"close"])

    def abort(self) -> None:
        """Close at once."""
        self.transport.abortConnection()

    def pauseProducing(self) -> None:
        """Twisted: the client does not take our answers."""
        super().pauseProducing()
        self._choked = True
        self.deadline = self.site.connections.now + self.site.http_limits.write_seconds

    def resumeProducing(self) -> None:
        """Twisted: it has taken them."""
        super().resumeProducing()
        self._choked = False
        self.deadline = (
            NEVER
            if self._phase == _BUSY
            else self.site.connections.now + self.site.http_limits.idle_seconds
        )
        untaken, self._untaken = self._untaken, None
        if untaken is not None:
            self.requestDone(untaken)

    # ------------------------------------------------------------------ what comes in

    def dataReceived(self, data: bytes) -> None:
        """Twisted: a segment."""
        if self.refused:
            return
        limits = self.site.http_limits
        if self._phase == _IDLE:
            self._enter(_HEAD, limits.header_seconds)
        super().dataReceived(data)
        self._check_beginning()
        if self._phase == _BODY:
            self.deadline = min(
                self.site.connections.now + limits.body_idle_seconds,
                self._began + limits.body_seconds,
            )

    def _check_beginning(self) -> None:
        """Refuse the part of a line that cannot become a line of a header."""
        rest: bytes = self._buffer
        if not rest or rest == b"\r" or self.refused or self._phase not in (_IDLE, _HEAD):
            return
        if self._busyReceiving:
            return  # called from within: there are whole lines in it
        try:
            check_beginning(rest, first=not self._started)
        except BadRequest as refused:
            self.refuse(refused.status, refused.reason)

    def lineReceived(self, line: bytes) -> None:
        """Twisted: a line of a header."""
        if self.refused:
            return
        try:
            if line and not self._started:
                parse_request_line(line)
            usual = line.isascii() and line.decode("ascii").isprintable() and line[:1] != b" "
            if not usual and _BAD_LINE.search(line):
                check_beginning(line, first=False)
                raise BadRequest(400, "the header is malformed")
        except BadRequest as refused:
            self.refuse(refused.status, refused.reason)
            return
        if self._phase == _IDLE:
            self._enter(_HEAD, self.site.http_limits.header_seconds)
        self._started = self._started or bool(line)
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:
        """Twisted: a line longer than the whole header may be."""
        self._too_large()

    def rawDataReceived(self, data: bytes) -> None:
        """Twisted: a piece of a body, or of what follows a request that waits for its answer."""
        if not self.refused:
            super().rawDataReceived(data)

    def checkPersistence(self, request: WebRequest, version: bytes) -> bool:
        """Twisted: whether the connection goes on after this request."""
        self.problem = request.checked(version)
        values = request.requestHeaders.getRawHeaders(b"Connection", ())
        return not (self.site.connections.stopping or wants_close(values, version))

    def allHeadersReceived(self) -> None:
        """Twisted: the header is complete."""
        self._started = False
        self._began = self.site.connections.now
        self._enter(_BODY, self.site.http_limits.body_idle_seconds)
        super().allHeadersReceived()

    def allContentReceived(self) -> None:
        """Twisted: the body is complete."""
        if not self.refused:
            self._phase = _BUSY
            self.deadline = NEVER
        super().allContentReceived()

    def requestDone(self, request: Any) -> None:
        """Twisted: the answer is written; the next waits until the client takes this one."""
        if self._choked and self.persistent:
            self._untaken = request
            self._networkProducer.pauseProducing()
            self.deadline = self.site.connections.now + self.site.http_limits.write_seconds
            return
        if self.persistent:
            self._enter(_IDLE, self.site.http_limits.idle_seconds)
        else:
            self._enter(_CLOSED, self.site.http_limits.write_seconds)
        super().requestDone(request)
        if self._ended and self._phase != _CLOSED:
            self.readConnectionLost()

    # ------------------------------------------------------------------ refusals

    def _respondToBadRequestAndDisconnect(self) -> None:
        """Twisted's own refusal: a bare status line, which we replace by an answer."""
        if (
            self._receivedHeaderSize > self.totalHeadersSize
            or self._receivedHeaderCount > self.maxHeaders
        ):
            self._too_large()
        else:
            self.refuse(400, "the request is malformed")

    def _too_large(self) -> None:
        refused = too_large(self.site.http_limits)
        self.refuse(refused.status, refused.reason)

    def refuse(self, status: int, reason: str, content_type: bytes | None = None) -> None:
        """Answer what is no request, or no acceptable one, and hang up.

        What still comes is thrown away for a while, or the client might see a reset connection
        in place of the answer.
        """
        if self.refused:
            return
        self.refused = True
        response = refusal(status, reason, content_type)
        connections = self.site.connections
        prefix = connections.prefix(response.status, response.headers, True, b"HTTP/1.1")
        body = response.body
        self.transport.write(b"%b%d\r\n\r\n%b" % (prefix, len(body), body))
        self.site.exchange_log.refused(self.transport.getPeer(), status, reason)
        if type(self.transport) is tcp.Server:
            self._networkProducer.unregisterProducer()
            self.transport.loseWriteConnection()
            self._enter(_CLOSED, self.site.http_limits.linger_seconds)
        else:
            self.loseConnection()
            self._enter(_CLOSED, self.site.http_limits.write_seconds)


class SoapSite(_Site):  # type: ignore[misc]  # see above
    """A twisted.web site for SOAP resources beside any others.

    Args:
        resource: the root of the resource tree.
        reactor: the clock for Date and time limits.
        limits: of messages; ``body_bytes`` is enforced here.
        http_limits: of connections.
        log: what is told of exchanges; None: an `ExchangeLog` of all.
    """

    noisy = False
    protocol = WebChannel

    def __init__(
        self,
        resource: Any,
        reactor: IReactorTime,
        *,
        limits: Limits = DEFAULT_LIMITS,
        http_limits: HttpLimits = DEFAULT_HTTP_LIMITS,
        log: ExchangeLog | None = None,
    ) -> None:
        super().__init__(
            resource,
            requestFactory=WebRequest,
            parsePOSTFormSubmission=False,
            reactor=reactor,
        )
        self.timeOut = None  # `Connections` looks after time
        self.limits = limits
        self.http_limits = http_limits
        self.exchange_log = ExchangeLog() if log is None else log
        self.connections = Connections(reactor, self.exchange_log.tick)

    def startFactory(self) -> None:
        """Twisted: listening begins; Site's own log file and its clock are not used."""

    def stopFactory(self) -> None:
        """Twisted: listening ends."""

    def acceptableProtocols(self) -> list[bytes]:
        """What TLS may agree on: no HTTP/2, which has no SOAP clients."""
        return [b"http/1.1"]

    def drain(self, seconds: float) -> Deferred[None]:
        """Close what is idle, let the rest be answered; see `Connections.drain`."""
        return self.connections.drain(seconds)

    def log(self, request: Any) -> None:
        """Twisted: an answer is written."""
        self.exchange_log(request, request.code, request.sentLength)
