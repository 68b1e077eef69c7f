"""The fast front: SOAP resources over HTTP/1.0 and 1.1 by httptools, without twisted.web's Request.

    reactor.listenTCP(8080, FrontFactory(root, reactor), backlog=4096)

``root`` is a tree of twisted.web resources of which those that are reached have ``respond``
(`ZSI.twisted.exchange.Responder`); anything else belongs on ``ZSI.twisted.site``.

Where the time goes, and what is done about it: a head that has come before, byte by byte, is not
parsed again; an answer is one string, its first lines made once a second; it is handed to the
socket directly, where Twisted's ``write`` would ask epoll first and so needs three system calls;
there is a Deferred only where a handler made one.

Requests of one connection are answered one after the other (RFC 9112, 9.3.2: POST is not safe);
what a client sends ahead waits, and beyond ``HttpLimits.pipeline_bytes`` is not read.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from twisted.internet import tcp
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import (
    IAddress,
    IHalfCloseableProtocol,
    IProtocol,
    IProtocolNegotiationFactory,
    IPushProducer,
    IReactorFDSet,
    IReactorTime,
)
from twisted.internet.protocol import Factory
from twisted.python.failure import Failure
from twisted.web.http import NO_BODY_CODES
from zope.interface import implementer

from ZSI.limits import DEFAULT_LIMITS, Limits
from ZSI.twisted.access import ExchangeLog
from ZSI.twisted.connections import NEVER, TICK, Connections
from ZSI.twisted.exchange import (
    DEFAULT_HTTP_LIMITS,
    HttpLimits,
    HttpResponse,
    with_changes,
)
from ZSI.twisted.front_request import FrontRequest
from ZSI.twisted.half_open import ask, is_there
from ZSI.twisted.http_parser import (
    CHUNKED,
    BadRequest,
    ChunkedDecoder,
    Head,
    check_beginning,
    parse_head,
    too_large,
)
from ZSI.twisted.intake import AVAILABLE, Intake
from ZSI.twisted.outbox import Outbox
from ZSI.twisted.refusals import refusal
from ZSI.twisted.routing import answer, settled

#: What a connection is doing: nothing; taking a request in; waiting for the answer, or for the
#: client to take it; throwing away what comes, since the last answer is out.
_IDLE, _READING, _BUSY, _CLOSED = range(4)
#: Heads remembered by their bytes, and how long one may be; 0.5 KB each in the mean.
_HEADS = 512
_HEAD_BYTES = 4096


@implementer(IProtocol, IHalfCloseableProtocol, IPushProducer)
class FrontProtocol:
    """One connection."""

    __slots__ = (
        "_body",
        "_choked",
        "_chunks",
        "_descriptor",
        "_ended",
        "_factory",
        "_head",
        "_heads",
        "_missing",
        "_paused",
        "_pending",
        "_request",
        "_send",
        "_skipped",
        "_started",
        "_state",
        "_waiting",
        "deadline",
        "transport",
    )

    transport: Any

    def __init__(self, factory: FrontFactory) -> None:
        self._factory = factory
        self._heads = factory.heads
        self._state = _IDLE
        self._pending = b""  # bytes not yet looked at
        self._skipped = False  # an empty line before the request line has been dropped
        self._head: Head | None = None  # of the request whose body is coming
        self._body: list[bytes] = []
        self._missing = 0  # bytes of the body still to come; of a chunked one, that may come
        self._chunks: ChunkedDecoder | None = None
        self._started = 0.0  # when the request that is coming began
        self._request: FrontRequest | None = None  # the one that waits for its answer
        self._waiting: Deferred[Any] | None = None
        self._send: Callable[[bytes], int] | None = None
        self._ended = False  # the client sends no more
        self._choked = False  # the client does not take what we have for it
        self._paused = False  # we do not read
        self._descriptor = -1  # of the socket, where the factory's intake reads from it
        self.deadline = NEVER

    # ------------------------------------------------------------------ the connection

    def makeConnection(self, transport: Any) -> None:
        """Twisted: the connection is there."""
        self.transport = transport
        if type(transport) is tcp.Server:
            transport.setTcpNoDelay(True)
            self._send = transport.getHandle().send
            self._read_on()
        else:
            transport.registerProducer(self, True)
        self._factory.connections.opened(self)
        self._rest()

    @property
    def is_plain(self) -> bool:
        """Whether the transport is a TCP socket, without TLS."""
        return type(self.transport) is tcp.Server

    def connectionMade(self) -> None:
        """Twisted's hook for subclasses of Protocol; everything is in makeConnection."""

    def connectionLost(self, reason: Failure) -> None:
        """Twisted: the client has gone, or we have closed. An answer that waits is cancelled."""
        self._state = _CLOSED
        self._pending = b""
        self._send = None
        self._read_no_more()
        self._factory.connections.closed(self)
        request, self._request = self._request, None
        waiting, self._waiting = self._waiting, None
        if request is not None:
            request.connectionLost(reason)
        if waiting is not None:
            waiting.cancel()

    def readConnectionLost(self) -> None:
        """Twisted: the client sends no more, or has gone; see `ZSI.twisted.half_open`.

        All whole requests that have come are answered.
        """
        self._ended = True
        connections, limits = self._factory.connections, self._factory.http_limits
        if self._request is not None:
            self.deadline = ask(self._request, self._write, connections, limits)
        elif self._state != _READING or not self._choked:  # else `_go_on` comes back
            if self._choked and self._send is not None:
                self.transport.unregisterProducer()
            self._state = _CLOSED
            self.deadline = connections.now + limits.write_seconds
            self._close()

    def writeConnectionLost(self) -> None:
        """Twisted: what we have done in `_refuse`."""

    def wind_up(self) -> None:
        """The server stops: close now, or after the answer that is being made."""
        if self._state == _IDLE or self._between():
            self._state = _CLOSED
            self._close()

    def _close(self) -> None:
        """Close once all is sent. A producer would be waited for, and we are one no more."""
        self._factory.outbox.flush()
        if self._send is None:
            self.transport.unregisterProducer()
        self._read_no_more()
        self.transport.loseConnection()

    def _read_on(self) -> None:
        """Have the socket read from: by all connections' intake, where there can be one."""
        intake, transport = self._factory.intake, self.transport
        if intake is None or self._send is None:
            transport.resumeProducing()
        elif transport.connected and not transport.disconnecting:
            self._descriptor = transport.fileno()
            intake.add(self)

    def _read_no_more(self) -> None:
        """End what `_read_on` began."""
        intake = self._factory.intake
        if intake is not None and self._descriptor >= 0:
            intake.remove(self, self._descriptor)
            self._descriptor = -1

    def _between(self) -> bool:
        """Whether nothing of a request has come, but perhaps an empty line."""
        return self._state == _READING and not (self._pending or self._head or self._choked)

    def abort(self) -> None:
        """Close at once."""
        self._read_no_more()
        self.transport.abortConnection()

    def expired(self) -> None:
        """A time limit has passed."""
        self.deadline = NEVER
        if self._state == _IDLE or self._between():
            self.wind_up()
        elif self._state == _READING and not self._choked:
            self._refuse(BadRequest(408, "the request took too long to arrive"))
        elif self._ended and self._request and is_there(self._request, self.transport):
            self.deadline = self._factory.connections.now + TICK
        else:
            self.abort()

    # ------------------------------------------------------------------ bytes in

    def dataReceived(self, data: bytes) -> None:
        """Twisted: a segment. A known head with its whole body is served without further ado."""
        if self._state == _IDLE:
            end = data.find(b"\r\n\r\n") + 4
            head = self._heads.get(data[:end])
            if head is not None and head.whole == len(data) - end:
                self._serve(head, data[end:])
                return
            self._started = self._factory.connections.now
            self._state = _READING
            self._pending = data
            self._advance()
        elif self._state != _CLOSED:
            self._pending += data
            if self._state == _READING and not self._choked:
                self._advance()
            elif len(self._pending) > self._factory.http_limits.pipeline_bytes:
                self._pause()

    def _advance(self) -> None:
        """Go through what has come until more is needed or a request waits for its answer."""
        try:
            while self._state == _READING and not self._choked:
                if self._head is None:
                    if not self._take_head():
                        break
                elif not self._take_body(self._head):
                    break
        except BadRequest as refused:
            self._refuse(refused)
        if self._between():
            self._rest()
            if not self._skipped:
                self._state = _IDLE
        if self._ended and self._state != _CLOSED:
            self.readConnectionLost()

    def _take_head(self) -> bool:
        """Read a request line with its header, if it is whole."""
        pending = self._pending
        if not self._skipped and pending[:1] == b"\r":
            if len(pending) == 1:
                return False
            if pending[1:2] == b"\n":  # RFC 9112, 2.2: one empty line is forgiven
                self._skipped = True
                self._pending = pending = pending[2:]
        if not pending:
            return False
        limits = self._factory.http_limits
        end = pending.find(b"\r\n\r\n") + 4
        if not 4 <= end <= limits.header_bytes:
            check_beginning(pending[: limits.header_bytes])
            if end >= 4 or len(pending) > limits.header_bytes:
                raise too_large(limits)
            self.deadline = self._started + limits.header_seconds
            return False
        self._head = head = self._factory.head(pending[:end])
        self._pending = pending[end:]
        self._skipped = False
        self._expect_body(head)
        return True

    def _expect_body(self, head: Head) -> None:
        """Prepare for the body; refuse one that is too long before it is sent."""
        limit = self._factory.limits.body_bytes
        if head.length > limit:
            raise BadRequest(413, f"the body is over {limit} bytes")
        if head.length == CHUNKED:
            self._chunks = ChunkedDecoder()
            self._missing = limit
        else:
            self._missing = head.length
        self._started = self._factory.connections.now
        if head.expects:
            self._write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _take_body(self, head: Head) -> bool:
        """Read on in the body; serve the request once it is whole."""
        pending, self._pending = self._pending, b""
        if self._chunks is not None:
            # in one piece: chunks of two bytes would each cost an object of fifty
            piece = b"".join(self._chunks.feed(pending))
            self._missing -= len(piece)
            if self._missing < 0:
                raise BadRequest(413, f"the body is over {self._factory.limits.body_bytes} bytes")
            self._body.append(piece)
            if self._chunks.rest is not None:
                self._pending = self._chunks.rest
                self._chunks = None
                self._missing = 0
        else:
            self._body.append(pending[: self._missing])
            self._pending = pending[self._missing :]
            self._missing -= len(self._body[-1])
        if self._missing or self._chunks is not None:
            limits = self._factory.http_limits
            self.deadline = min(
                self._factory.connections.now + limits.body_idle_seconds,
                self._started + limits.body_seconds,
            )
            return False
        body = b"".join(self._body)
        self._body = []
        self._head = None
        self._serve(head, body)
        return True

    # ------------------------------------------------------------------ answers out

    def _serve(self, head: Head, body: bytes) -> None:
        """Have a request answered; the answer may come later."""
        self._factory.outbox.began = monotonic()
        request = FrontRequest(self, head, body)
        response = answer(self._factory.resource, request)
        if isinstance(response, HttpResponse):
            self._reply(request, response)
            return
        self._state = _BUSY
        self._request = request
        self.deadline = NEVER
        response.addBoth(self._answered, request)
        if self._request is request:
            self._waiting = response

    def _answered(self, outcome: Any, request: FrontRequest) -> None:
        """The Deferred of an answer has fired, perhaps at once."""
        if self._request is not request:
            return  # the client has gone
        late = self._waiting is not None
        if late:
            self._factory.outbox.began = monotonic()
        self._request = self._waiting = None
        self._reply(request, settled(outcome, request))
        if late:
            self._go_on()

    def _reply(self, request: FrontRequest, response: HttpResponse) -> None:
        """Write an answer and turn to what comes next."""
        factory = self._factory
        if request.changed:
            response = with_changes(request, response)
        status, headers, body = response
        head = request.head
        connections = factory.connections
        close = head.close or connections.stopping or (self._ended and not self._pending)
        prefix = connections.prefixes.get((status, headers, close, head.version))
        if prefix is None:
            prefix = connections.prefix(status, headers, close, head.version)
        bodiless = request.method == b"HEAD" or status in NO_BODY_CODES
        body_sent = b"" if bodiless else body
        self._write(b"%b%d\r\n\r\n%b" % (prefix, len(body), body_sent))
        factory.log(request, status, len(body_sent))
        if request.notified:
            request.finished()
        if close:
            self._state = _CLOSED
            self._pending = b""
            self._close()
            self.deadline = connections.now + factory.http_limits.write_seconds
        elif self._pending or self._choked:
            self._state = _READING
            self._started = connections.now
            self.deadline = self._started + factory.http_limits.write_seconds
        else:
            self._state = _IDLE
            self.deadline = connections.now + factory.http_limits.idle_seconds

    def _refuse(self, refused: BadRequest) -> None:
        """Answer bytes that are no request, or no acceptable one, and hang up.

        The connection is closed in one direction only, and what still comes is thrown away for a
        while: a full close would reset it, and the client might never see the answer.
        """
        factory = self._factory
        head, self._head = self._head, None
        self._state = _CLOSED
        self._pending = b""
        self._body = []
        self._chunks = None
        content_type = head.fields.get(b"content-type") if head is not None else None
        status, headers, body = refusal(refused.status, refused.reason, content_type)
        prefix = factory.connections.prefix(status, headers, True, b"HTTP/1.1")
        self._write(b"%b%d\r\n\r\n%b" % (prefix, len(body), body))
        factory.log.refused(self.transport.getPeer(), status, refused.reason)
        factory.outbox.flush()
        if self._send is not None:
            self.transport.loseWriteConnection()
            self.deadline = factory.connections.now + factory.http_limits.linger_seconds
        else:
            self._close()
            self.deadline = factory.connections.now + factory.http_limits.write_seconds

    def _write(self, data: bytes) -> None:
        """Send bytes: at once where this is the only connection, else with those of others."""
        if self._send is None or len(self._factory.connections.members) == 1:
            self.push(data)
        else:
            self._factory.outbox.put(self, data)

    def push(self, data: bytes) -> None:
        """Hand bytes to the socket; what it does not take, to Twisted, and wait till it is gone."""
        if self._send is not None and not self._choked:
            try:
                sent = self._send(data)
            except OSError:  # full, or broken: then Twisted's write finds out and tells us
                sent = 0
            if sent == len(data):
                return
            data = data[sent:]
            self.transport.registerProducer(self, False)
            self.pauseProducing()
        self.transport.write(data)

    # ------------------------------------------------------------------ back-pressure

    def pauseProducing(self) -> None:
        """Twisted: the client does not take our answers."""
        self._choked = True
        connections = self._factory.connections
        self.deadline = connections.now + self._factory.http_limits.write_seconds

    def resumeProducing(self) -> None:
        """Twisted: the client has taken all that was written."""
        if not self._choked:
            return  # registering a pull producer asks at once
        self._choked = False
        if self._send is not None:
            self.transport.unregisterProducer()
        self._go_on()

    def stopProducing(self) -> None:
        """Twisted: the connection is lost; connectionLost does what is to be done."""

    def _pause(self) -> None:
        if not self._paused:
            self._paused = True
            self._read_no_more()
            self.transport.pauseProducing()

    def _go_on(self) -> None:
        """Turn to what has come meanwhile."""
        if self._state != _READING or self._choked:
            return
        if self._paused:
            self._paused = False
            self._read_on()
        self._advance()

    def _rest(self) -> None:
        """Nothing to do until the client sends more."""
        connections = self._factory.connections
        self.deadline = connections.now + self._factory.http_limits.idle_seconds


def _can_share(reactor: Any) -> bool:
    """Whether an `Intake` can read for all connections."""
    return AVAILABLE and IReactorFDSet.providedBy(reactor)


@implementer(IProtocolNegotiationFactory)
class FrontFactory(Factory):
    """Makes the connections of the fast front.

    Args:
        resource: the root: a twisted.web resource tree, or one SOAP resource (``isLeaf``).
        reactor: the clock for Date and time limits.
        limits: of messages; ``body_bytes`` is enforced here.
        http_limits: of connections.
        log: what is told of exchanges; None: an `ExchangeLog` of all.
    """

    noisy = False

    def __init__(
        self,
        resource: Any,
        reactor: IReactorTime,
        *,
        limits: Limits = DEFAULT_LIMITS,
        http_limits: HttpLimits = DEFAULT_HTTP_LIMITS,
        log: ExchangeLog | None = None,
    ) -> None:
        self.resource = resource
        self.limits = limits
        self.http_limits = http_limits
        self.log = ExchangeLog() if log is None else log
        self.connections = Connections(reactor, self.log.tick)
        self.outbox = Outbox(reactor)
        self.intake = Intake(reactor, self.outbox) if _can_share(reactor) else None
        self.heads: dict[bytes, Head] = {}

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """Twisted: a connection for a client."""
        return FrontProtocol(self)

    def acceptableProtocols(self) -> list[bytes]:
        """Twisted: what TLS may agree on; without it clients that offer HTTP/2 are cut off."""
        return [b"http/1.1"]

    def drain(self, seconds: float) -> Deferred[None]:
        """Close what is idle, let the rest be answered; see `Connections.drain`."""
        return self.connections.drain(seconds)

    def head(self, data: bytes) -> Head:
        """The parsed head, remembered if it is of usual size.

        Raises:
            BadRequest: it is none.
        """
        head = self.heads.get(data)
        if head is None:
            head = parse_head(data, self.http_limits)
            if len(data) <= _HEAD_BYTES:
                if len(self.heads) >= _HEADS:
                    self.heads.clear()
                self.heads[data] = head
        return head
