"""What one HTTP exchange is, said without an HTTP library.

A front (``site`` on twisted.web, ``front`` on httptools) makes a *request face* for what came,
asks a resource ``respond(face)`` and sends the `HttpResponse` that comes back. `HttpRequest` is
the same request as a frozen value, for code that does no I/O, such as the mock engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, Protocol

from ZSI.envelope import MediaType, parse_media_type

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from ZSI.envelope import SoapVersion
    from ZSI.errors import Finding
    from ZSI.twisted.content import HttpFacts

HeaderPairs = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """What a connection may cost before it is refused; times in seconds.

    The size of a body is ``ZSI.limits.Limits.body_bytes``.
    """

    #: Bytes of a request line and its headers; Kerberos tokens need some 12 KB, llhttp stops at 80.
    header_bytes: int = 32 * 1024
    #: Header fields of one request; browsers send 20.
    header_count: int = 200
    #: From the first byte of a request to the end of its headers.
    header_seconds: float = 20.0
    #: Between two segments of a body.
    body_idle_seconds: float = 30.0
    #: From the first to the last byte of a body: 10 MB at 35 KB/s.
    body_seconds: float = 300.0
    #: Between two requests on one connection.
    idle_seconds: float = 60.0
    #: For the client to take a whole answer.
    write_seconds: float = 120.0
    #: To go on reading after a refusal, so that the client sees the answer and not a reset.
    linger_seconds: float = 5.0
    #: Bytes of later requests kept while one is being answered; then reading pauses.
    pipeline_bytes: int = 64 * 1024


DEFAULT_HTTP_LIMITS = HttpLimits()


class HttpResponse(NamedTuple):
    """An answer: status, header fields but for those of the front's own, and body.

    The front adds Server, Date, Content-Length and Connection.

    >>> HttpResponse(202).body
    b''
    """

    status: int = 200
    headers: HeaderPairs = ()
    body: bytes = b""


#: What the Server header says; no versions, which only help those who look for holes.
SERVER = b"ZSI"


def response_prefix(
    status: int, headers: HeaderPairs, close: bool, version: bytes, date: bytes
) -> bytes:
    """An answer up to the value of Content-Length; the order of the fields is twisted.web's.

    >>> response_prefix(202, (), True, b"HTTP/1.0", b"now").splitlines()[:2]
    [b'HTTP/1.0 202 Accepted', b'Connection: close']
    """
    lines = [b"%b %d %b" % (version, status, reason_phrase(status))]
    if close:
        lines.append(b"Connection: close")
    lines += [b"Server: " + SERVER, b"Date: " + date]
    lines += [b"%b: %b" % field for field in headers]
    return b"\r\n".join([*lines, b"Content-Length: "])


#: Fields that are the front's; a handler that sets them would contradict it.
_OWN_FIELDS = frozenset(
    (b"connection", b"content-length", b"date", b"server", b"transfer-encoding")
)


def with_changes(request: Any, response: HttpResponse) -> HttpResponse:
    """The answer with the status, header fields and cookies that handlers have set on a request.

    A handler's field replaces one of the same name; its status replaces 200.

    Args:
        request: a request face, with ``responseHeaders``.
        response: what the resource has answered.
    """
    mine = request.responseHeaders
    fields = [
        (name, value)
        for name, values in mine.getAllRawHeaders()
        for value in values
        if name.lower() not in _OWN_FIELDS
    ]
    fields += [(b"Set-Cookie", cookie) for cookie in getattr(request, "cookies", ())]
    fields += [field for field in response.headers if not mine.hasHeader(field[0])]
    status = request.code if response.status == 200 else response.status
    return HttpResponse(status, tuple(fields), response.body)


def reason_phrase(status: int) -> bytes:
    """The standard words for a status."""
    try:
        return HTTPStatus(status).phrase.encode("ascii")
    except ValueError:
        return b"Unknown Status"


class Exchange:
    """What a resource finds out about one exchange; on ``request.exchange``, for the log.

    The defaults are class attributes, since one is made for each request.

    Attributes:
        facts: what the header fields say.
        version: the SOAP version of the request, once known.
        parsed: its ParsedSoap.
        operation: the name of the operation.
        one_way: nobody waits for a response.
        response: the class of the response that the operation declares, where it is known.
        failure: the unexpected exception that became a Server fault, as a Failure.
        chain: the handler chain at work; ``plain`` if it does what was first written for it.
    """

    facts: HttpFacts | None = None
    version: SoapVersion | None = None
    parsed: Any = None
    operation: str | None = None
    one_way: bool = False
    response: Any = None
    failure: Any = None
    chain: Any = None
    plain: bool = False

    @property
    def findings(self) -> list[Finding]:
        """What was unusual about the message."""
        return self.parsed.findings if self.parsed is not None else []


class RequestFace(Protocol):
    """What handlers and resources may use of a request; both fronts' requests have it.

    These are the names and meanings of ``twisted.web.iweb.IRequest``.
    """

    code: int

    @property
    def method(self) -> bytes:
        """``b"POST"``."""

    @property
    def uri(self) -> bytes:
        """The request target, with its query."""

    @property
    def path(self) -> bytes:
        """The request target without its query, percent-encoded as it came."""

    @property
    def clientproto(self) -> bytes:
        """``b"HTTP/1.1"`` or ``b"HTTP/1.0"``."""

    @property
    def content(self) -> BinaryIO | Any:
        """The body as a file, at its start."""

    @property
    def prepath(self) -> list[bytes] | None:
        """The decoded path segments that led to the resource."""

    @property
    def postpath(self) -> list[bytes] | None:
        """The decoded path segments after the resource."""

    def getHeader(self, key: Any, /) -> Any:
        """The last value of a header field, as bytes for a bytes key, as str for a str; or None."""

    def setHeader(self, name: Any, value: Any, /) -> None:
        """Set a header field of the answer, in place of the resource's own of this name."""

    def setResponseCode(self, code: int, message: bytes | None = None, /) -> None:
        """Set the status of the answer; a fault still has its own."""

    def notifyFinish(self) -> Any:
        """A Deferred: None once answered, a failure if the client goes away before."""

    def getClientAddress(self) -> Any:
        """The peer, an ``IAddress``."""

    def isSecure(self) -> bool:
        """Whether the request came by TLS."""


class Responder(Protocol):
    """A resource that both fronts can serve."""

    isLeaf: Any

    def respond(self, request: Any, /) -> HttpResponse | Awaitable[HttpResponse]:
        """The answer, or a Deferred of it."""


@dataclass(frozen=True)  # without slots, since it is copied for each request
class HttpRequest:
    """One request as a value: text where HTTP means text, the body as it came (decoded of gzip).

    Header names are lower case; ``path`` is as in the request line, without the query.

    >>> request = HttpRequest("POST", "/echo?x=1", "/echo", (("soapaction", '"Echo"'),), b"<a/>")
    >>> request.header("SOAPAction"), request.query
    ('"Echo"', 'x=1')
    """

    method: str
    uri: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    client: str | None = None
    secure: bool = False
    version: str = "HTTP/1.1"

    @cached_property
    def media_type(self) -> MediaType:
        """The Content-Type."""
        return parse_media_type(self.header("content-type"))

    @cached_property
    def actions(self) -> tuple[str, ...]:
        """SOAPAction and the media type's action, as far as the request has them."""
        named = (self.header("soapaction") or "").strip().strip('"'), self.media_type.action
        return tuple(action for action in named if action)

    def with_body(self, body: bytes) -> HttpRequest:
        """The same request with another body; a tenth of what ``dataclasses.replace`` takes."""
        made = object.__new__(HttpRequest)
        made.__dict__.update(self.__dict__)
        made.__dict__["body"] = body
        return made

    def header(self, name: str) -> str | None:
        """The last value of a header field, whatever the case of its name; or None."""
        wanted = name.lower()
        for key, value in reversed(self.headers):
            if key == wanted:
                return value
        return None

    @property
    def query(self) -> str:
        """What follows the first question mark of the target."""
        return self.uri.partition("?")[2]


def request_value(face: Any, body: bytes) -> HttpRequest:
    """The frozen value of a request face, with the body that the resource has read.

    Works on both fronts' requests and on twisted.web's own.
    """
    head = getattr(face, "head", None)
    if head is None:
        return _request_value(face, body)
    # on the fast front nearly all of it is the same for all requests with this head
    client, secure = face.peer
    known: HttpRequest | None = head.derived.get(request_value)
    if known is None or known.client != client or known.secure != secure:
        known = head.derived[request_value] = _request_value(face, b"")
        assert known.actions is not None  # worked out now, and copied with the rest
    return known.with_body(body)


def _request_value(face: Any, body: bytes) -> HttpRequest:
    return HttpRequest(
        method=face.method.decode("latin-1"),
        uri=face.uri.decode("latin-1"),
        path=face.path.decode("latin-1"),
        headers=tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1"))
            for name, values in face.requestHeaders.getAllRawHeaders()
            for value in values
        ),
        body=body,
        client=getattr(face.getClientAddress(), "host", None),
        secure=bool(face.isSecure()),
        version=face.clientproto.decode("latin-1"),
    )


# RFC 9112, 3.2 and RFC 3986, 3.2.2: reg-name, IPv4 or [IPv6], and a port. Percent-escapes and
# sub-delims are left out: no client writes them, and the value goes into ?wsdl.
_HOST = re.compile(rb"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?")


def valid_host(values: Iterable[bytes], version: bytes) -> bool:
    """Whether the Host fields are what RFC 9112, 3.2 asks: one in HTTP/1.1, none or one in 1.0.

    An empty value is allowed, as there.

    >>> valid_host([b"localhost:8080"], b"HTTP/1.1"), valid_host([], b"HTTP/1.1")
    (True, False)
    >>> valid_host([b"a<b"], b"HTTP/1.1"), valid_host([b"[::1]:80"], b"HTTP/1.1")
    (False, True)
    """
    found = list(values)
    if len(found) > 1 or (not found and version == b"HTTP/1.1"):
        return False
    return all(not value or _HOST.fullmatch(value) is not None for value in found)


def wants_close(values: Iterable[bytes], version: bytes) -> bool:
    """Whether the connection ends after this exchange (RFC 9112, 9.3).

    HTTP/1.0 clients get one answer a connection.

    >>> wants_close([b"TE, close"], b"HTTP/1.1"), wants_close([], b"HTTP/1.1")
    (True, False)
    """
    if version != b"HTTP/1.1":
        return True
    return any(token.strip().lower() == b"close" for value in values for token in value.split(b","))


# an absolute URI (RFC 3986, 4.3) with an authority
_ABSOLUTE = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)(.*)")


def split_target(target: bytes) -> tuple[bytes | None, bytes]:
    """The host that a request target names, if any, and the path and query that it asks for.

    Where the target has a host, the Host field does not count (RFC 9112, 3.2.2).

    >>> split_target(b"http://localhost:8080/echo?wsdl"), split_target(b"/echo")
    ((b'localhost:8080', b'/echo?wsdl'), (None, b'/echo'))
    """
    match = None if target[:1] == b"/" else _ABSOLUTE.fullmatch(target)
    if match is None:
        return None, target
    return match[1], match[2] if match[2][:1] == b"/" else b"/" + match[2]
