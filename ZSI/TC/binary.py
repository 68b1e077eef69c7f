"""hexBinary and base64Binary, both bytes (XSD 1.0 part 2, 3.2.15 and 3.2.16)."""

from __future__ import annotations

from base64 import b64encode
from binascii import Error, a2b_base64, unhexlify
from collections.abc import Iterator
from typing import Any

from ZSI.limits import Limits
from ZSI.TC.lexical import (
    XML_SPACE,
    Coercer,
    Kind,
    Namespaces,
    PrefixFor,
    make_kind,
    refused,
    unwrapped,
)

_WITHOUT_SPACE = dict.fromkeys(map(ord, XML_SPACE))
#: The last letter before "=" and before "==", by the number of bits that must be zero.
_LAST_LETTERS = {1: frozenset("AEIMQUYcgkosw048"), 2: frozenset("AQgw")}


def _coerce_to_bytes(name: str) -> Coercer:
    def coerce(value: Any) -> bytes:
        value = unwrapped(value)
        if isinstance(value, (bytes, bytearray, memoryview)):
            return bytes(value)
        raise refused(name, "bytes", value)

    return coerce


def hex_kind(limits: Limits) -> Kind:
    """xsd:hexBinary: pairs of hexadecimal digits, nothing between them; written in capitals."""

    def parse(text: str, namespaces: Namespaces | None = None) -> bytes:
        try:
            return unhexlify(text.strip(XML_SPACE))
        except ValueError:
            raise refused("hexBinary", "an even number of hexadecimal digits", text) from None

    def write(value: Any, prefix_for: PrefixFor | None = None) -> str:
        return str(value.hex().upper())

    def spellings(value: bytes) -> Iterator[str]:
        yield value.hex()

    return make_kind(
        "hexBinary", parse, _coerce_to_bytes("hexBinary"), write, (bytes,),
        spellings=spellings, unit="octet",
    )  # fmt: skip


def base64_kind(limits: Limits) -> Kind:
    """xsd:base64Binary: RFC 2045's alphabet, white space between letters, exact padding.

    Bits beyond the last octet must be zero (3.2.16.1, productions B04 and B16).
    """

    def parse(text: str, namespaces: Namespaces | None = None) -> bytes:
        try:
            return read(text)
        except ValueError:
            packed = text.translate(_WITHOUT_SPACE)
            try:
                return read(packed)
            except ValueError:
                raise refused("base64Binary", "base64 text", text) from None

    def write(value: Any, prefix_for: PrefixFor | None = None) -> str:
        return b64encode(value).decode("ascii")

    return make_kind(
        "base64Binary", parse, _coerce_to_bytes("base64Binary"), write, (bytes,), unit="octet"
    )


def read(packed: str) -> bytes:
    """Base64 without white space to bytes; raises ValueError."""
    value = a2b_base64(packed, strict_mode=True)
    padding = -len(value) % 3
    if (len(value) + padding) * 4 != len(packed) * 3:
        raise Error("more padding than there is to pad")
    if padding and packed[-padding - 1] not in _LAST_LETTERS[padding]:
        raise Error("bits set beyond the last octet")
    return value
