"""Request heads and chunked bodies, sans-I/O.

A head is parsed by httptools (llhttp, Node's parser) with a new parser each time, so that no
state goes from one request to the next, and is a frozen value afterwards: the front keeps the
last few hundred by their bytes, for clients send the same head again and again. Only the request
line is read here, since llhttp knows no methods but its own.

The rules are RFC 9112's, on the strict side where a lenient reading is known to let one message
pass for two: no folded lines, no Content-Length beside Transfer-Encoding, nothing but ``chunked``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

import httptools

from ZSI.twisted.exchange import HeaderPairs, HttpLimits, split_target, valid_host, wants_close

#: `Head.length` of a chunked body.
CHUNKED = -1

_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_TARGET = re.compile(rb"[\x21-\x7e]+")
# what a request line may be while it comes
_LINE_BEGINNING = re.compile(
    rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?: (?:[\x21-\x7e]+(?: [\x21-\x7e]*\r?)?)?)?"
)
_VERSIONS = frozenset((b"HTTP/1.1", b"HTTP/1.0"))
# white space after a value; not a line of nothing else, which would then end the header
_SPACE_AFTER = re.compile(rb"(?<=[^ \t\r\n])[ \t]+(?=\r\n)")
# what llhttp is shown in place of the request line, which has been read already
_ANY_REQUEST = b"POST / HTTP/1.1"
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]+)(?:;[\t\x20-\x7e\x80-\xff]*)?")
# a size line with extensions, and all trailers together; both are thrown away
_MAX_SIZE_LINE = 1024
_MAX_TRAILERS = 64 * 1024


class BadRequest(Exception):
    """Bytes that are no request; the connection cannot go on.

    Args:
        status: the HTTP status to answer with.
        reason: one line for the client; never holds what it sent.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def too_large(limits: HttpLimits) -> BadRequest:
    """The refusal of a header over the limits."""
    return BadRequest(
        431, f"the header is over {limits.header_bytes} bytes or {limits.header_count} fields"
    )


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """A request line and its header fields, with all that follows from them alone.

    ``derived`` is where resources keep what they have worked out from this head, by a key of
    their own; it lives as long as the front remembers the head.
    """

    method: bytes
    uri: bytes
    path: bytes
    version: bytes
    headers: HeaderPairs
    #: Bytes of the body, or `CHUNKED`.
    length: int
    #: The same if a request can be served as soon as so many bytes follow, else `CHUNKED`.
    whole: int
    #: The connection ends after the answer.
    close: bool
    #: The client waits for ``100 Continue`` before it sends the body.
    expects: bool
    #: Decoded path segments, as twisted.web's ``postpath``.
    segments: tuple[bytes, ...]
    #: Last value of each field by its lower-case name.
    fields: dict[bytes, bytes]
    derived: dict[Any, Any] = field(default_factory=dict)


class _Fields:
    """Collects what llhttp finds."""

    __slots__ = ("complete", "pairs")

    def __init__(self) -> None:
        self.pairs: list[tuple[bytes, bytes]] = []
        self.complete = False

    def on_header(self, name: bytes, value: bytes) -> None:
        self.pairs.append((name, value.strip(b" \t")))

    def on_headers_complete(self) -> None:
        self.complete = True


def parse_head(data: bytes, limits: HttpLimits) -> Head:
    r"""Read a head: everything up to and with the empty line.

    Raises:
        BadRequest: it is not one (RFC 9112, 3 to 6), or is over a limit.

    >>> head = parse_head(b"POST /a%20b?x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n",
    ...                   HttpLimits())
    >>> head.method, head.path, head.segments, head.length, head.close
    (b'POST', b'/a%20b', (b'a b',), 3, False)
    """
    line, _, rest = data.partition(b"\r\n")
    method, target, version = parse_request_line(line)
    pairs = parse_fields(rest)
    if len(pairs) > limits.header_count:
        raise too_large(limits)
    named: dict[bytes, list[bytes]] = {}
    for name, value in pairs:
        named.setdefault(name.lower(), []).append(value)
    if not valid_host(named.get(b"host", ()), version):
        raise BadRequest(400, "an HTTP/1.1 request has exactly one Host field, with a valid name")
    host, uri = split_target(target)
    if host is not None:
        pairs = ((b"Host", host), *(pair for pair in pairs if pair[0].lower() != b"host"))
        named[b"host"] = [host]
    path = uri.partition(b"?")[0]
    length = _body_length(named)
    expects = version == b"HTTP/1.1" and named.get(b"expect", [b""])[0].lower() == b"100-continue"
    return Head(
        method=method,
        uri=uri,
        path=path,
        version=version,
        headers=pairs,
        length=length,
        whole=CHUNKED if expects else length,
        close=wants_close(named.get(b"connection", ()), version),
        expects=expects,
        segments=tuple(map(unquote_to_bytes, path[1:].split(b"/"))),
        fields={name: values[-1] for name, values in named.items()},
    )


def parse_request_line(line: bytes) -> tuple[bytes, bytes, bytes]:
    """Split a request line (RFC 9112, 3): any method token, a printable target, HTTP/1.0 or 1.1.

    A target with a host has a valid one (RFC 9110, 4.2.1).

    Raises:
        BadRequest: it is none.
    """
    parts = line.split(b" ")
    if (
        len(parts) != 3
        or not _TOKEN.fullmatch(parts[0])
        or not _TARGET.fullmatch(parts[1])
        or parts[2] not in _VERSIONS
    ):
        raise BadRequest(400, "the first line is not that of an HTTP/1.0 or HTTP/1.1 request")
    host = split_target(parts[1])[0]
    if host is not None and not (host and valid_host([host], parts[2])):
        raise BadRequest(400, "the request target names no valid host")
    return parts[0], parts[1], parts[2]


def check_beginning(data: bytes, *, first: bool = True) -> None:
    r"""Refuse what cannot become a head, before whoever sends it waits for an answer in vain.

    Such are a TLS handshake, another protocol's greeting, and lines that end with LF alone.

    Args:
        first: it begins with the request line.

    Raises:
        BadRequest: the first line is none of a request, or some line ends with LF alone.

    >>> check_beginning(b"POST /echo HTT")
    >>> check_beginning(b"POST /echo HTTP/1.1\nHost: h\n\n")
    Traceback (most recent call last):
    ...
    ZSI.twisted.http_parser.BadRequest: ...
    """
    line, whole, _ = data.partition(b"\r\n")
    if first and (whole or not _LINE_BEGINNING.fullmatch(line)):
        parse_request_line(line)
    if data.count(b"\n") != data.count(b"\r\n"):
        raise BadRequest(400, "the header is malformed: a line ends with LF alone")


def parse_fields(rest: bytes) -> HeaderPairs:
    """Header fields by llhttp; ``rest`` starts after the request line."""
    if b"\t" in rest:  # llhttp takes one after it for a part of Transfer-Encoding's value
        rest = _SPACE_AFTER.sub(b"", rest)
    fields = _Fields()
    parser = httptools.HttpRequestParser(fields)
    try:
        parser.feed_data(b"%b\r\n%b" % (_ANY_REQUEST, rest))
    except httptools.HttpParserUpgrade:
        pass  # an Upgrade is an offer that we do not take (RFC 9110, 7.8)
    except httptools.HttpParserError as error:
        check_beginning(rest, first=False)  # the same words in whatever segments it came
        raise BadRequest(400, f"the header is malformed: {error}") from None
    if not fields.complete:
        raise BadRequest(400, "the header is malformed")
    return tuple(fields.pairs)


def _body_length(named: dict[bytes, list[bytes]]) -> int:
    """How long the body is (RFC 9112, 6.3); llhttp has refused contradictions already."""
    coding = named.get(b"transfer-encoding")
    if coding is not None:
        if [value.lower() for value in coding] != [b"chunked"]:
            raise BadRequest(400, "the only Transfer-Encoding understood is chunked")
        return CHUNKED
    return int(named.get(b"content-length", [b"0"])[0])


class ChunkedDecoder:
    r"""Takes a chunked body apart (RFC 9112, 7.1); extensions and trailers are thrown away.

    >>> decoder = ChunkedDecoder()
    >>> decoder.feed(b"3\r\nabc\r\n2;x=1\r\nde\r\n0\r\nT: x\r\n\r\nPOST"), decoder.rest
    ([b'abc', b'de'], b'POST')
    """

    __slots__ = ("_buffer", "_missing", "_trailers", "rest")

    #: ``_missing`` when a size line, the CRLF after a chunk, or trailers are next.
    _SIZE, _END, _TRAILER = -1, -2, -3

    def __init__(self) -> None:
        self._buffer = b""
        self._missing = self._SIZE
        self._trailers = 0
        #: None until the body is complete; then the bytes that follow it.
        self.rest: bytes | None = None

    def feed(self, data: bytes) -> list[bytes]:
        """Take a segment; return the pieces of the body in it.

        Raises:
            BadRequest: this is no chunked body.
        """
        pieces: list[bytes] = []
        buffer = self._buffer + data if self._buffer else data
        at = 0
        while at < len(buffer):
            if self._missing > 0:
                piece = buffer[at : at + self._missing]
                at += len(piece)
                pieces.append(piece)
                self._missing = self._missing - len(piece) or self._END
                continue
            end = buffer.find(b"\r\n", at)
            if end < 0:
                self._check_partial(buffer[at:])
                break
            complete = self._line(buffer[at:end])
            at = end + 2
            if complete:
                self.rest = buffer[at:]
                self._buffer = b""
                return pieces
        self._buffer = buffer[at:]
        return pieces

    def _check_partial(self, buffer: bytes) -> None:
        """Refuse a line that cannot end well, before its end is there."""
        if self._missing == self._END:
            if buffer[:2] not in (b"", b"\r"):
                raise BadRequest(400, "a chunk is longer than its size says")
        elif self._missing == self._SIZE and len(buffer) > _MAX_SIZE_LINE:
            raise BadRequest(400, "a chunk size line is too long")
        elif len(buffer) + self._trailers > _MAX_TRAILERS:
            raise BadRequest(400, "the trailers are too long")

    def _line(self, line: bytes) -> bool:
        """One whole line: a chunk's size, the end of a chunk, or a trailer; true if the last."""
        if self._missing == self._END:
            if line:
                raise BadRequest(400, "a chunk is longer than its size says")
            self._missing = self._SIZE
        elif self._missing == self._SIZE:
            match = _CHUNK_SIZE.fullmatch(line)
            if match is None or len(line) >= _MAX_SIZE_LINE:
                raise BadRequest(400, "a chunk does not start with its size")
            self._missing = int(match[1], 16) or self._TRAILER
        elif not line:
            return True
        else:
            self._trailers += len(line) + 2
            if self._trailers > _MAX_TRAILERS:
                raise BadRequest(400, "the trailers are too long")
        return False
