"""zeep's own element and type objects, made from the same contract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ZSI.wsdl
from bench.codecs import Codec
from bench.documents import NS, SOAPENC, Kind
from bench.values import Absent
from bench.workloads import SERVICES

NAME = "zeep"

#: What zeep would load from the network: the schema that we have in the package.
SCHEMAS = {SOAPENC: Path(ZSI.wsdl.__path__[0]) / "known" / "soap11-encoding.xsd"}


def codec(kind: Kind) -> Codec:
    try:
        import zeep
        from lxml import etree
        from zeep.wsdl.messages.multiref import process_multiref
    except ImportError as problem:
        raise Absent(f"not installed: {problem}") from problem

    class Local(zeep.Transport):
        """Reads files, and nothing from the network."""

        def load(self, url: str) -> bytes:
            known = SCHEMAS.get(url)
            if known is None and "://" in url:
                raise Absent(f"wants {url}")
            return known.read_bytes() if known is not None else Path(url).read_bytes()

    client = zeep.Client(str(SERVICES / f"{kind.service}.wsdl"), transport=Local())
    types = client.wsdl.types
    if kind.service == "encoded":
        binding = client.wsdl.bindings[f"{{{NS}}}Encoded"]
        element = binding.get(kind.operation).input.body
    else:
        element = types.get_element(f"{{{NS}}}{kind.operation}")

    def read(document: bytes) -> Any:
        body = etree.fromstring(document)[0]
        if kind.service == "encoded":
            process_multiref(body)  # as it does with what it receives
        return element.parse(body[0], types)

    def write(value: Any) -> bytes:
        parent = etree.Element("parent")
        element.render(parent, value)
        made: bytes = etree.tostring(parent)
        return made

    return Codec(read, write)
