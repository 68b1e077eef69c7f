"""ZSI: ParsedSoap and SoapWriter over the classes that wsdl2py writes."""

from __future__ import annotations

from typing import Any

from bench.codecs import Codec
from bench.documents import Kind
from bench.stubs import stub

NAME = "ours"


def codec(kind: Kind) -> Codec:
    from ZSI.parse import ParsedSoap
    from ZSI.writer import SoapWriter

    typecode = getattr(stub(kind.service), kind.operation).typecode

    def read(document: bytes) -> Any:
        return ParsedSoap(document).Parse(typecode)

    def write(value: Any) -> bytes:
        return bytes(SoapWriter().serialize(value))

    return Codec(read, write)
