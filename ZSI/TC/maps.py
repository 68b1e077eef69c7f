"""Apache's Map: a dict in an ``anyType``, as Axis, PHP, SOAP::Lite and zeep's users send it.

``<value xsi:type="apachesoap:Map"><item><key …/><value …/></item>…</value>``; keys and values are
anything, keys must be values that Python can hash.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from ZSI.errors import StructureError, ValueRefused, where_of
from ZSI.names import APACHE, QName
from ZSI.schema import HAND_WRITTEN
from ZSI.TC.complextype import ComplexType
from ZSI.TC.decode import Decoder, Reader, reader
from ZSI.TC.encode import EncodeContext, Out, write_any
from ZSI.TC.encoded import accessor_reader
from ZSI.TC.encoded_write import sharing_encoder
from ZSI.TC.fields import Field
from ZSI.TC.resolve import ANY_TYPE, CONTAINERS, WELL_KNOWN
from ZSI.TC.values import NIL

if TYPE_CHECKING:
    from lxml import etree

    from ZSI.TC.leaf import DecodeContext
    from ZSI.TC.multiref import Encode
    from ZSI.TC.prefixes import Prefixes

_ENTRY: Final = Field("element", (None, "item"), ANY_TYPE, nillable=True)


class MapType(ComplexType):
    """``apachesoap:Map``; its values are dicts."""

    def __init__(self) -> None:
        super().__init__(name=QName(APACHE, "Map"), pyclass=None, fields=(), registry=HAND_WRITTEN)

    @cached_property
    def decode(self) -> Decoder:
        """Reads a map in a literal message."""
        read = reader(_ENTRY, HAND_WRITTEN)

        def decode(
            elt: etree._Element, context: DecodeContext, cls: Any, bare: bool = False
        ) -> dict[Any, Any]:
            made: dict[Any, Any] = {}
            read_entries(made, elt, read, context)
            return made

        return decode

    @cached_property
    def node(self) -> MapNode:
        """Reads maps in encoded messages."""
        return MapNode(accessor_reader(_ENTRY, HAND_WRITTEN))

    def encoder(self, prefixes: Prefixes) -> Encode:
        """Writes a map in a literal message."""
        return write_map

    def encoded_encoder(self, prefixes: Prefixes) -> Encode:
        """Writes a map in an encoded message."""
        return sharing_encoder(write_map)


class MapNode:
    """Reads maps in encoded messages.

    Args:
        read: reads keys and values.
    """

    def __init__(self, read: Reader) -> None:
        self._read = read

    def new(self, elt: etree._Element, context: DecodeContext) -> dict[Any, Any]:
        """The empty dict."""
        return {}

    def fill(self, made: dict[Any, Any], elt: etree._Element, context: DecodeContext) -> None:
        """Read the entries."""
        read_entries(made, elt, self._read, context)


def read_entries(
    made: dict[Any, Any], elt: etree._Element, read: Reader, context: DecodeContext
) -> None:
    """Read ``item`` elements, each with a ``key`` and a ``value``, into a dict.

    Raises:
        StructureError: an entry without key, or a key that is a struct, list or map.
    """
    for entry in elt:
        if not isinstance(entry.tag, str):
            continue
        parts = {str(part.tag).rpartition("}")[2]: part for part in entry}
        if "key" not in parts:
            raise StructureError(
                f"element {entry.tag} has no key: expected key and value",
                rule="missing", expected=("key", "value"), where=where_of(entry),
            )  # fmt: skip
        key = read(parts["key"], context)
        try:
            hash(key)
        except TypeError:
            raise StructureError(
                "a map's key is a compound value: expected a simple one", rule="key",
                where=where_of(parts["key"]),
            ) from None  # fmt: skip
        made[key] = read(parts["value"], context) if "value" in parts else NIL


def write_map(value: Any, tag: str, attribute: str, out: Out, context: EncodeContext) -> None:
    """Write a dict as a map.

    Raises:
        ValueRefused: it is no dict, or a key or value cannot stand in an ``anyType``.
    """
    if not isinstance(value, Mapping):
        raise ValueRefused("apachesoap:Map", "a dict", value)
    out(f"<{tag}{attribute}>")
    for key, item in value.items():
        out("<item>")
        for name, part in (("key", key), ("value", item)):
            if part is None or part is NIL:
                out(f'<{name} xsi:nil="true"></{name}>')
            else:
                write_any(name, part, out, context)
        out("</item>")
    out(f"</{tag}>")


#: ``apachesoap:Map``.
MAP: Final = MapType()

WELL_KNOWN[QName(APACHE, "Map")] = MAP
CONTAINERS[dict] = MAP
