"""The request face of the fast front: twisted.web's names over an already parsed head."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, AnyStr

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress, ISSLTransport
from twisted.python.failure import Failure
from twisted.web.http import RESPONSES, parse_qs
from twisted.web.http_headers import Headers

if TYPE_CHECKING:
    from ZSI.twisted.front import FrontProtocol
    from ZSI.twisted.http_parser import Head


class FrontRequest:
    """One request on the fast front; made for each, so everything rare is made when asked for.

    Handlers see the same attributes and methods as on twisted.web, but for writing: the answer
    is what the handler chain returns. ``setHeader`` and ``setResponseCode`` add to it.
    """

    # what most requests never touch is in the class
    code = 200
    code_message: bytes
    exchange: Any = None
    #: A handler has set a status or a header field.
    changed = False
    #: Something of the answer has been written past the front.
    startedWriting = 0
    #: Somebody waits for the end.
    notified = False
    _response_headers: Headers | None = None

    def __init__(self, channel: FrontProtocol, head: Head, body: bytes) -> None:
        self.channel = channel
        self.head = head
        self.body = body
        self.method = head.method
        self.path = head.path
        self.prepath: list[bytes] = []
        self.postpath = list(head.segments)

    @property
    def uri(self) -> bytes:
        """The target as it came, in origin form."""
        return self.head.uri

    @property
    def clientproto(self) -> bytes:
        """``b"HTTP/1.1"`` or ``b"HTTP/1.0"``."""
        return self.head.version

    @property
    def args(self) -> dict[bytes, list[bytes]]:
        """The decoded query arguments."""
        found: dict[bytes, list[bytes]] = parse_qs(self.head.uri.partition(b"?")[2], 1)
        return found

    @property
    def content(self) -> BytesIO:
        """The body as a file."""
        try:
            return self._content
        except AttributeError:
            self._content: BytesIO = BytesIO(self.body)
            return self._content

    @property
    def requestHeaders(self) -> Headers:
        """All header fields that came."""
        try:
            return self._request_headers
        except AttributeError:
            self._request_headers: Headers = Headers()
            for name, value in self.head.headers:
                self._request_headers.addRawHeader(name, value)
            return self._request_headers

    @property
    def responseHeaders(self) -> Headers:
        """The header fields that handlers have set."""
        if self._response_headers is None:
            self._response_headers = Headers()
            self.changed = True
        return self._response_headers

    def getHeader(self, key: AnyStr) -> AnyStr | None:
        """The last value of a header field, in the type of its name; None where there is none."""
        if isinstance(key, bytes):
            return self.head.fields.get(key.lower())
        value = self.head.fields.get(key.lower().encode("latin-1", "replace"))
        return None if value is None else value.decode("latin-1")

    def getAllHeaders(self) -> dict[bytes, bytes]:
        """The last value of each field by its lower-case name."""
        return dict(self.head.fields)

    def setHeader(self, name: str | bytes, value: str | bytes) -> None:
        """Set a header field of the answer."""
        raw_name = name.encode("latin-1") if isinstance(name, str) else name
        raw_value = value.encode("latin-1") if isinstance(value, str) else value
        self.responseHeaders.setRawHeaders(raw_name, [raw_value])

    def setResponseCode(self, code: int, message: bytes | None = None) -> None:
        """Set the status of the answer, and its reason phrase."""
        self.code = code
        self.changed = True
        self.code_message = message or RESPONSES.get(code, b"Unknown Status")

    def notifyFinish(self) -> Deferred[None]:
        """A Deferred that fires when the answer is written, or fails if the client goes away."""
        if not self.notified:
            self.notified = True
            self._notifications: list[Deferred[None]] = []
        waiting: Deferred[None] = Deferred()
        self._notifications.append(waiting)
        return waiting

    def finished(self) -> None:
        """The front has written the answer."""
        if self.notified:
            self.notified = False
            for deferred in self._notifications:
                deferred.callback(None)

    def connectionLost(self, reason: Failure) -> None:
        """The client has gone away before the answer."""
        if self.notified:
            self.notified = False
            for deferred in self._notifications:
                deferred.errback(reason)

    @property
    def client(self) -> IAddress:
        """The peer's address."""
        address: IAddress = self.channel.transport.getPeer()
        return address

    @property
    def host(self) -> IAddress:
        """Our address on this connection."""
        address: IAddress = self.channel.transport.getHost()
        return address

    @property
    def peer(self) -> tuple[str | None, bool]:
        """The peer's IP address as text (None on a Unix socket), and whether it came by TLS."""
        channel = self.channel
        if channel.is_plain:  # the address is here without an object made for it
            return channel.transport.client[0], False
        return getattr(self.client, "host", None), self.isSecure()

    def getClientAddress(self) -> IAddress:
        """The peer's address."""
        return self.client

    def getHost(self) -> IAddress:
        """Our address on this connection."""
        return self.host

    def getRequestHostname(self) -> bytes:
        """The name in the Host field, without the port."""
        host = self.head.fields.get(b"host", b"")
        return host if host[:1] == b"[" and host[-1:] == b"]" else host.rpartition(b":")[0] or host

    def isSecure(self) -> bool:
        """Whether the connection is TLS."""
        if self.channel.is_plain:
            return False
        return bool(ISSLTransport.providedBy(self.channel.transport))
