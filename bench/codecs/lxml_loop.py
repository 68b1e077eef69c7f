"""What a careful person would write by hand for the flat document, checking nothing."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from bench.codecs import Codec
from bench.documents import NS, Kind
from bench.values import Absent

NAME = "hand-written loop on lxml"


class Record:
    """One record."""

    __slots__ = ("id", "made", "name", "ok", "price")

    def __init__(self, id: int, name: str, price: Decimal, made: datetime, ok: bool) -> None:
        self.id, self.name, self.price, self.made, self.ok = id, name, price, made, ok


def read(document: bytes) -> list[Record]:
    records = etree.fromstring(document)[0][0]
    return [
        Record(
            int(id.text),
            name.text or "",
            Decimal(price.text),
            datetime.fromisoformat(made.text),
            ok.text == "true",
        )
        for id, name, price, made, ok in records
    ]


def write(records: list[Any]) -> str:
    parts = [
        f"<r><id>{r.id}</id><name>{escape(r.name)}</name><price>{r.price}</price>"
        f"<made>{r.made.isoformat()}</made><ok>{'true' if r.ok else 'false'}</ok></r>"
        for r in records
    ]
    return f'<Records xmlns="{NS}">{"".join(parts)}</Records>'


def codec(kind: Kind) -> Codec:
    if kind.operation != "Records":
        raise Absent("written for the flat document only")
    return Codec(read, write)
