"""Secrets: what is masked wherever an exchange is shown or kept."""

from __future__ import annotations

import re
from typing import Any

MASK = "***"

#: Names of fields whose values are secrets, whatever the contract.
_SECRET_NAME = re.compile(
    r"(^|[_.-])pass$|password|passwd|passphrase|pwd$|secret|^pin$|token$|api_?key", re.IGNORECASE
)
_SECRET_HEADERS = frozenset(
    ("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key")
)
#: The content of elements with a secret's name, in raw bytes; wsse's Password is one of them.
_SECRET_ELEMENT = re.compile(
    rb"(<(?:[\w.\-]+:)?(?:pass|pin|nonce|[\w.\-]*(?:password|passwd|passphrase|pwd|secret|token"
    rb"|api_?key))(?:\s[^>]*)?>)([^<]+)(</)",
    re.IGNORECASE,
)


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


def masked(name: str, value: Any) -> Any:
    """The value, or a mask if it is a secret by its name."""
    return MASK if value is not None and is_secret(name) else value


def masked_headers(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Header fields with Authorization and its like masked."""
    return tuple(
        (name, MASK if is_secret_header(name) else value) for name, value in headers
    )


def masked_bytes(body: bytes) -> bytes:
    """An envelope's bytes with the text of secret elements masked."""
    return _SECRET_ELEMENT.sub(rb"\1" + MASK.encode() + rb"\3", body)
