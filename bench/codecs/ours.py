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

    types = stub(kind.service)
    # a document/literal message is its element's class; an rpc one has a class of its own
    name = kind.operation if hasattr(types, kind.operation) else f"{kind.operation}Request"
    typecode = getattr(types, name).typecode

    def read(document: bytes) -> Any:
        return ParsedSoap(document).Parse(typecode)

    def write(value: Any) -> bytes:
        return bytes(SoapWriter().serialize(value))

    return Codec(read, write)
