"""Secrets: what is masked wherever an exchange is shown or kept."""

from __future__ import annotations

import re

MASK = "***"

#: Names of fields whose values are secrets, whatever the contract.
_SECRET_NAME = re.compile(
    r"(^|[_.-])pass$|password|passwd|passphrase|pwd$|secret|^pin$|token$|api_?key", re.IGNORECASE
)
_SECRET_HEADERS = frozenset(
    ("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key")
)
_NAMES = rb"(?:pass|pin|nonce|[\w.\-]*(?:password|passwd|passphrase|pwd|secret|token|api_?key))"
#: The start tags of elements with a secret's name; wsse's Password is one of them.
_SECRET_TAG = re.compile(rb"<(?:[\w.\-]+:)?" + _NAMES + rb"(?:\s[^<>]*)?>", re.IGNORECASE)
#: What may hold "<" inside of text, and how it ends.
_SECTIONS = ((b"<![CDATA[", b"]]>"), (b"<!--", b"-->"))
_SECRET_ATTRIBUTE = re.compile(
    rb"(\s(?:[\w.\-]+:)?" + _NAMES + rb"\s*=\s*)(\"[^\"<]*\"|'[^'<]*')", re.IGNORECASE
)
#: UTF-16 as XML 1.0 appendix F tells it: by a byte order mark, or by the form of "<".
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"<\0": "utf-16-le",
          b"\0<": "utf-16-be"}  # fmt: skip


def is_secret(name: str) -> bool:
    """Whether a field of this name holds a secret.

    >>> is_secret("password"), is_secret("userPassword"), is_secret("compass"), is_secret("pinned")
    (True, True, False, False)
    """
    return _SECRET_NAME.search(name) is not None


def is_secret_header(name: str) -> bool:
    """Whether an HTTP header field of this name holds a secret.

    >>> is_secret_header("Authorization")
    True
    """
    return name.lower() in _SECRET_HEADERS


def masked_headers(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Header fields with Authorization and its like masked."""
    return tuple((name, MASK if is_secret_header(name) else value) for name, value in headers)


def masked_bytes(body: bytes) -> bytes:
    """An envelope's bytes with the text of secret elements and attributes masked.

    >>> masked_bytes(b"<a pin='1'><Token><![CDATA[x]]></Token></a>")
    b"<a pin='***'><Token>***</Token></a>"
    """
    coding = _UTF16.get(body[:2])
    if coding is not None:
        text = body.decode(coding, "replace").encode("utf-8", "replace")
        return _masked(text).decode("utf-8").encode(coding)
    return _masked(body)


def _is_suspect(text: bytes) -> bool:
    """Whether part of a name that `_NAMES` knows is in it; a tenth of the work of the pattern."""
    lower = text.lower()
    return (
        b"pass" in lower
        or b"key" in lower
        or b"pin" in lower
        or b"token" in lower
        or b"secret" in lower
        or b"nonce" in lower
        or b"pwd" in lower
    )


def _masked(text: bytes) -> bytes:
    if not _is_suspect(text):
        return text
    pieces, last = [], 0
    for tag in _SECRET_TAG.finditer(text):
        if tag.start() >= last:
            end = _text_end(text, tag.end())
            if end > tag.end():
                pieces += [text[last : tag.end()], MASK.encode()]
                last = end
    text = b"".join(pieces) + text[last:]
    return _SECRET_ATTRIBUTE.sub(
        lambda found: found[1] + found[2][:1] + MASK.encode() + found[2][:1], text
    )


def _text_end(text: bytes, start: int) -> int:
    """Where the text of an element ends that has no children; ``start`` if it has some.

    Each byte is looked at once: a pattern for the same would be a trap for long bodies.
    """
    position = start
    while True:
        position = text.find(b"<", position)
        if position < 0:
            return len(text)
        end = next((end for begin, end in _SECTIONS if text.startswith(begin, position)), None)
        if end is None:
            return position if text.startswith(b"</", position) else start
        position = text.find(end, position)
        if position < 0:
            return len(text)
