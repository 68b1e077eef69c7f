"""lxml to a tree and back, with no values made: what nothing built on it can beat."""

from __future__ import annotations

from lxml import etree

from bench.codecs import Codec
from bench.documents import Kind

NAME = "lxml, to a tree and back"


def codec(kind: Kind) -> Codec:
    return Codec(etree.fromstring, etree.tostring)
