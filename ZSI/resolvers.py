"""What is outside of a message: parts of its MIME package, and documents of the network.

::

    parts = MIMEResolver(content_type, stream)
    ps = ParsedSoap(parts.GetSOAPPart(), resolver=parts.Resolve)

Then a child ``<picture href="cid:1"/>`` of a hand-written struct is what that part holds. The
network is asked only by those who name `NetworkResolver`, `Opaque` or `XML` as their resolver:
senders choose the addresses, so say which ones may be asked for.
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterable
from email.message import EmailMessage
from io import BytesIO
from typing import Any
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from lxml import etree

from ZSI import TC
from ZSI.errors import EvaluateException, ParseException, quote
from ZSI.limits import DEFAULT_LIMITS
from ZSI.wsdl.sources import LoadPolicy, Source, Unreadable
from ZSI.xmlio import parse_document

_SCHEMES = ("http", "https")


class NetworkResolver:
    """Fetches documents, by http and https alone.

    Args:
        prefix: what may be fetched: ``["http:"]``, ``["https://schemas.example.com/v1/"]``; None:
            anything, which lets senders of messages ask our network for whatever they like.

    >>> NetworkResolver(["https://good.example/a/"]).allows("https://good.example.evil/a/b")
    False
    """

    def __init__(self, prefix: Iterable[str] | None = None) -> None:
        self.allowed = None if prefix is None else [urlsplit(one) for one in prefix]

    def allows(self, uri: str) -> bool:
        """Whether an address may be fetched."""
        where = urlsplit(uri)
        if where.scheme not in _SCHEMES or not where.hostname:
            return False
        return self.allowed is None or any(_below(where, one) for one in self.allowed)

    def Opaque(self, uri: str, tc: Any, ps: Any, **keywords: Any) -> Any:
        """A document's content: text for typecodes of text, else bytes.

        Raises:
            EvaluateException: it may not be fetched, or cannot be.
        """
        data, charset = self._fetch(uri)
        return _opaque(data, charset, tc)

    def XML(self, uri: str, tc: Any, ps: Any, **keywords: Any) -> etree._Element:
        """The root of a document.

        Raises:
            EvaluateException: it may not be fetched, or cannot be. ParseException: it is no XML.
        """
        data, charset = self._fetch(uri)
        return parse_document(data, charset=charset)

    def Resolve(self, uri: str, tc: Any, ps: Any, **keywords: Any) -> Any:
        """`XML` for ``TC.XML``, `Opaque` for others."""
        return (self.XML if isinstance(tc, TC.XML) else self.Opaque)(uri, tc, ps, **keywords)

    def _fetch(self, uri: str) -> tuple[bytes, str | None]:
        if not self.allows(uri):
            raise EvaluateException(f"{quote(uri)} is not among the addresses that are fetched")
        try:
            found = Source(LoadPolicy(allow_network=True)).open_root(uri)
        except (Unreadable, OSError) as error:
            raise EvaluateException(f"{quote(uri)} cannot be fetched") from error
        if not self.allows(found.url):
            raise EvaluateException(f"{quote(uri)} leads to an address that is not fetched")
        return found.content, found.charset


def _below(where: SplitResult, allowed: SplitResult) -> bool:
    """Whether an address is below an allowed one."""
    return (
        where.scheme == allowed.scheme
        and allowed.netloc in ("", where.netloc)
        and where.path.startswith(allowed.path)
        and "/../" not in f"{unquote(where.path)}/"
    )


#: ZSI's functions: whatever is asked for by http or https is fetched.
Opaque = NetworkResolver().Opaque
XML = NetworkResolver().XML


def _opaque(data: bytes, charset: str | None, tc: Any) -> Any:
    """Content as a typecode's value: text for those of text."""
    is_binary = isinstance(tc, (TC.Base64String, TC.HexBinaryString))
    if is_binary or not isinstance(tc, (TC.String, TC.SimpleType)):
        return data
    try:
        return data.decode(charset or "utf-8")
    except (UnicodeError, LookupError):
        raise EvaluateException(f"what is referred to is no text in {charset or 'utf-8'}") from None


class MIMEResolver:
    """The parts of a multipart message (RFC 2387, SOAP Messages with Attachments).

    Args:
        ct: its Content-Type: multipart/related, or another kind of multipart.
        f: its body, an open file.
        next: a resolver for what is not among the parts.
        uribase: what relative Content-Locations are relative to.
        seekable: accepted as in ZSI.

    Raises:
        ParseException: it is no such message, or too large.

    >>> body = (b"--b\\r\\nContent-ID: <1>\\r\\n\\r\\n<a/>\\r\\n"
    ...         b"--b\\r\\nContent-ID: <2>\\r\\n\\r\\nhi\\r\\n--b--")
    >>> parts = MIMEResolver("multipart/related; boundary=b", BytesIO(body))
    >>> parts.GetSOAPPart().read(), parts.get("cid:2").read()
    (b'<a/>', b'hi')
    """

    def __init__(
        self,
        ct: str,
        f: Any,
        next: Any = None,
        uribase: str = "thismessage:/",
        seekable: int = 0,
        **kw: Any,
    ) -> None:
        self.next = next
        self.uribase = uribase
        limit = DEFAULT_LIMITS.body_bytes
        data = f.read(limit + 1)
        if isinstance(data, str):
            data = data.encode("utf-8", "surrogateescape")
        if len(data) > limit:
            raise ParseException(f"the message has more than {limit} bytes")
        head = f"Content-Type: {' '.join(ct.split())}\r\n\r\n".encode()
        whole = email.message_from_bytes(head + data, policy=email.policy.HTTP)
        parts = whole.get_payload()
        if not isinstance(parts, list):
            raise ParseException(f"{quote(ct)}: expected the parts of a multipart message")
        self._all: list[Any] = parts
        self._parts: dict[str, Any] = {}
        for part in parts:
            for name in self._names(part):
                self._parts.setdefault(name, part)
        start = whole.get_param("start")
        named = self._parts.get(f"cid:{str(start).strip('<> ')}") if start else None
        self._soap: Any = named if named is not None else parts[0]

    def _names(self, part: Any) -> Iterable[str]:
        """The URIs that a part is known by."""
        if (cid := part.get("Content-ID")) is not None:
            yield f"cid:{str(cid).strip().strip('<>')}"
        if (location := part.get("Content-Location")) is not None:
            yield urljoin(self.uribase, str(location).strip())

    @property
    def parts(self) -> list[tuple[Any, BytesIO]]:
        """The headers and the content, decoded, of each part."""
        return [(part, BytesIO(_content(part))) for part in self._all]

    @property
    def id_dict(self) -> dict[str, tuple[Any, BytesIO]]:
        """The `parts` that have a Content-ID, by it, without its brackets."""
        return {
            str(part[0]["Content-ID"]).strip().strip("<>"): part
            for part in self.parts if part[0]["Content-ID"] is not None
        }  # fmt: skip

    @property
    def loc_dict(self) -> dict[str, tuple[Any, BytesIO]]:
        """The `parts` that have a Content-Location, by it."""
        return {
            str(part[0]["Content-Location"]).strip(): part
            for part in self.parts if part[0]["Content-Location"] is not None
        }  # fmt: skip

    def __getitem__(self, cid: str) -> BytesIO:
        """The content of the part with a Content-ID.

        Raises:
            KeyError: there is none.
        """
        return BytesIO(_content(self._parts[f"cid:{cid}"]))

    def GetSOAPPart(self) -> BytesIO:
        """The envelope, for `ParsedSoap`."""
        return BytesIO(_content(self._soap))

    def get(self, uri: str) -> BytesIO:
        """The content of a part, decoded.

        Raises:
            EvaluateException: there is no such part.
        """
        return BytesIO(_content(self._part(uri)))

    def _part(self, uri: str) -> Any:
        found = self._parts.get(unquote(uri)) or self._parts.get(urljoin(self.uribase, uri))
        if found is None:
            raise EvaluateException(f"the message has no part {quote(uri)}")
        return found

    def _has(self, uri: str) -> bool:
        return unquote(uri) in self._parts or urljoin(self.uribase, uri) in self._parts

    def Opaque(self, uri: str, tc: Any, ps: Any, **keywords: Any) -> Any:
        """The content of a part: text for typecodes of text, else bytes.

        Raises:
            EvaluateException: there is no such part, or it is no text.
        """
        if self.next is not None and not self._has(uri):
            return self.next(uri, tc, ps, **keywords)
        part = self._part(uri)
        return _opaque(_content(part), part.get_content_charset(), tc)

    def XML(self, uri: str, tc: Any, ps: Any, **keywords: Any) -> Any:
        """The root of a part that is a document.

        Raises:
            EvaluateException: there is no such part. ParseException: it is no XML.
        """
        if self.next is not None and not self._has(uri):
            return self.next(uri, tc, ps, **keywords)
        part = self._part(uri)
        return parse_document(_content(part), charset=part.get_content_charset())

    def Resolve(self, uri: str, tc: Any, ps: Any, **keywords: Any) -> Any:
        """`XML` for ``TC.XML``, `Opaque` for others."""
        return (self.XML if isinstance(tc, TC.XML) else self.Opaque)(uri, tc, ps, **keywords)


def _content(part: EmailMessage) -> bytes:
    """The bytes of a part, decoded."""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""
