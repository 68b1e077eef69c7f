"""zeep's own element and type objects, made from the same contract."""

from __future__ import annotations

from typing import Any

from bench.codecs import Codec
from bench.documents import NS, Kind
from bench.values import Absent
from bench.workloads import SERVICES

NAME = "zeep"


def codec(kind: Kind) -> Codec:
    if kind.service == "encoded":
        raise Absent("loads the SOAP encoding schema from the network")
    try:
        import zeep
        from lxml import etree
    except ImportError as problem:
        raise Absent(f"not installed: {problem}") from problem
    client = zeep.Client(str(SERVICES / f"{kind.service}.wsdl"))
    types = client.wsdl.types
    element = types.get_element(f"{{{NS}}}{kind.operation}")

    def read(document: bytes) -> Any:
        return element.parse(etree.fromstring(document)[0][0], types)

    def write(value: Any) -> bytes:
        parent = etree.Element("parent")
        element.render(parent, value)
        made: bytes = etree.tostring(parent)
        return made

    return Codec(read, write)
