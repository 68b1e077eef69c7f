"""xsdata's parser and serializer over dataclasses, with its lxml handler and writer."""

from __future__ import annotations

from dataclasses import dataclass, field, make_dataclass
from decimal import Decimal
from typing import Any

from bench.codecs import Codec
from bench.documents import NS, WIDTH, Kind, bare
from bench.values import Absent

NAME = "xsdata"


def _child(name: str, **more: Any) -> Any:
    return {"name": name, "type": "Element", "namespace": NS, **more}


def _classes() -> dict[str, type]:
    """What xsdata's generator makes of services/documents.wsdl, without the comments."""
    from xsdata.models.datatype import XmlDateTime

    @dataclass
    class Record:
        id: int = field(metadata=_child("id"))
        name: str = field(metadata=_child("name"))
        price: Decimal = field(metadata=_child("price"))
        made: XmlDateTime = field(metadata=_child("made"))
        ok: bool = field(metadata=_child("ok"))

    Record.__annotations__["made"] = XmlDateTime
    records = make_dataclass(
        "Records", [("r", list[Record], field(default_factory=list, metadata=_child("r")))]
    )
    wide = make_dataclass(
        "Wide",
        [
            (f"a{i}", int | None, field(default=None, metadata={"type": "Attribute"}))
            for i in range(WIDTH)
        ],
    )
    wides = make_dataclass(
        "Wides", [("w", list[wide], field(default_factory=list, metadata=_child("w")))]
    )
    for made in (records, wides):
        made.Meta = type("Meta", (), {"namespace": NS})
    return {"Records": records, "Wides": wides}


def codec(kind: Kind) -> Codec:
    try:
        from xsdata.formats.dataclass.parsers import XmlParser
        from xsdata.formats.dataclass.parsers.handlers import LxmlEventHandler
        from xsdata.formats.dataclass.serializers import XmlSerializer
    except ImportError as problem:
        raise Absent(f"not installed: {problem}") from problem
    made = _classes().get(kind.operation)
    if made is None:
        raise Absent("no classes written for it")
    parser, serializer = XmlParser(handler=LxmlEventHandler), XmlSerializer()
    return Codec(lambda document: parser.from_bytes(bare(document), made), serializer.render)
