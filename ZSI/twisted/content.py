"""What the header fields of a request say of its body, and the coding of bodies.

Worked out once for each head, not for each request: see `http_facts`.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ZSI.envelope import SOAP11, MediaType, SoapVersion, parse_media_type, refuse_media_type
from ZSI.errors import Finding, LimitExceeded, RequestRefused, quote
from ZSI.twisted.exchange import Exchange

#: gzip makes XML 10 to 50 times smaller; beyond this ratio, past the first megabyte, it is a bomb.
MAX_RATIO = 250
_FREE_BYTES = 1_000_000
_CHUNK = 64 * 1024
_STEP = 4 * 1024
#: Members of one gzip body; one is usual, bgzip makes one for each 64 KB.
_MOST_MEMBERS = 1_000
_KEY = "ZSI.twisted.content"


@dataclass(frozen=True, slots=True)
class HttpFacts:
    """What header fields say.

    Attributes:
        media_type: of the body; ``version`` is the SOAP version that it announces.
        action: from SOAPAction, or the action parameter of the media type; None if neither.
        coding: how the body is compressed: ``gzip``, ``deflate``, or None.
        takes_gzip: the answer may be.
        findings: what was unusual.
        refused: the body cannot be read at all, and why.
    """

    media_type: MediaType
    version: SoapVersion
    action: str | None
    coding: str | None
    takes_gzip: bool
    findings: tuple[Finding, ...]
    refused: tuple[str, int] | None = None


def http_facts(request: Any) -> HttpFacts:
    """The facts of a request; remembered with its head on the fast front."""
    head = getattr(request, "head", None)
    if head is None:
        return _facts(*_fields(request))
    facts: HttpFacts | None = head.derived.get(_KEY)
    if facts is None:
        facts = head.derived[_KEY] = _facts(*_fields(request))
    return facts


def exchange_of(request: Any) -> Exchange:
    """The exchange of a request, begun if the resource has not."""
    exchange: Exchange | None = getattr(request, "exchange", None)
    if exchange is None:
        request.exchange = exchange = Exchange()
    if exchange.facts is None:
        exchange.facts = http_facts(request)
    return exchange


def body_of(request: Any) -> bytes:
    """The body of a request as it came."""
    body: bytes | None = getattr(request, "body", None)
    if body is None:
        request.content.seek(0)
        body = request.content.read()
        request.content.seek(0)
    return body


def _fields(request: Any) -> tuple[bytes | None, ...]:
    return tuple(
        request.getHeader(name)
        for name in (b"content-type", b"soapaction", b"content-encoding", b"accept-encoding")
    )


@lru_cache(maxsize=256)
def _facts(
    content_type: bytes | None,
    soap_action: bytes | None,
    encoding: bytes | None,
    accepted: bytes | None,
) -> HttpFacts:
    media_type = parse_media_type(content_type)
    action, findings = _action(media_type, soap_action)
    coding = (encoding or b"identity").strip().lower()
    refused = None
    if coding not in _CODINGS:
        said = quote(coding.decode("latin-1"))
        refused = (f"the Content-Encoding {said} is not read here: send gzip, deflate or none", 415)
    try:
        refuse_media_type(media_type)
    except RequestRefused as error:
        refused = (error.str, error.status)
    return HttpFacts(
        media_type,
        media_type.version,
        action,
        _CODINGS.get(coding),
        takes_gzip(accepted),
        findings,
        refused,
    )


#: Content codings that are read (RFC 9110, 8.4.1). PHP's SoapClient has a switch for deflate.
_CODINGS = {
    b"identity": None,
    b"": None,
    b"gzip": "gzip",
    b"x-gzip": "gzip",
    b"deflate": "deflate",
}


def _action(media_type: MediaType, field: bytes | None) -> tuple[str | None, tuple[Finding, ...]]:
    """The action that the header names (SOAP 1.1, 6.1.1; SOAP 1.2 part 2, 6.5.3)."""
    if media_type.version is not SOAP11 and media_type.action is not None:
        return media_type.action, ()
    if field is None:
        if media_type.version is not SOAP11:
            return None, ()
        return None, (Finding("soapaction-missing", "there is no SOAPAction header"),)
    text = field.decode("latin-1").strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return text[1:-1], ()
    finding = Finding("soapaction-unquoted", f"SOAPAction {quote(text)} is not in quotes")
    return text, (finding,)


def takes_gzip(accepted: bytes | None) -> bool:
    """Whether an Accept-Encoding field allows gzip (RFC 9110, 12.5.3).

    >>> takes_gzip(b"deflate,gzip;q=0.3"), takes_gzip(b"gzip;q=0, *"), takes_gzip(None)
    (True, False, False)
    """
    for item in (accepted or b"").split(b","):
        coding, _, weight = item.partition(b";")
        if coding.strip().lower() in (b"gzip", b"x-gzip"):
            return weight.replace(b" ", b"").lower() not in (
                b"q=0",
                b"q=0.0",
                b"q=0.00",
                b"q=0.000",
            )
    return False


def gunzip(data: bytes, limit: int) -> bytes:
    """`decompressed` for gzip."""
    return decompressed(data, limit, "gzip")


def decompressed(data: bytes, limit: int, coding: str) -> bytes:
    """Decompress a body: gzip (RFC 1952) with all its members, or deflate.

    The coding of that name is zlib's format (RFC 1950); some send bare DEFLATE (RFC 1951).

    Args:
        limit: bytes that may come out.
        coding: ``gzip`` or ``deflate``.

    Raises:
        LimitExceeded: more come out, or suspiciously many for so few.
        RequestRefused: it is not in this coding, cut off, or in more pieces than anybody sends;
            status 400.
    """
    bits, members = _window(data, coding)
    pieces: list[bytes] = []
    size = 0
    most = min(limit, max(_FREE_BYTES, len(data) * MAX_RATIO))
    rest = memoryview(data)
    for _ in range(members):
        if not rest:
            return b"".join(pieces)
        member = zlib.decompressobj(bits)
        try:
            while not member.eof:
                step, rest = rest[:_STEP], rest[_STEP:]
                # what a call leaves over is copied each time, so it gets little at once
                piece = member.decompress(step, _CHUNK)
                left = member.unused_data if member.eof else member.unconsumed_tail
                rest = memoryview(data)[len(data) - len(rest) - len(left) :]
                size += len(piece)
                if size > most:
                    raise LimitExceeded("body_bytes", most)
                if not (piece or step or member.eof):
                    raise RequestRefused(f"the {coding} body is cut off", 400)
                pieces.append(piece)
        except zlib.error:
            raise RequestRefused(
                f"the body is not {coding}, as Content-Encoding says", 400
            ) from None
    if rest:
        raise RequestRefused(f"the {coding} body goes on after {members} members", 400)
    return b"".join(pieces)


def _window(data: bytes, coding: str) -> tuple[int, int]:
    """What zlib calls the format of a body, and how many members it may have."""
    if coding == "gzip":
        return 16 + zlib.MAX_WBITS, _MOST_MEMBERS
    # RFC 1950, 2.2: the method is 8, and the first two bytes are a multiple of 31
    is_zlib = data[:1] and data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
    return (zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS), 1


def gzip(data: bytes) -> bytes:
    """Compress an answer, fast rather than small.

    >>> gunzip(gzip(b"plop"), 100)
    b'plop'
    """
    packer = zlib.compressobj(1, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()
