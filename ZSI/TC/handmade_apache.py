"""Apache's types that ZSI spoke: maps, and references to attachments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ZSI.errors import StructureError, ValueRefused, where_of
from ZSI.names import APACHE
from ZSI.TC.encode import element_writer
from ZSI.TC.handmade import HandMade
from ZSI.TC.handmade_any import Any as Any_
from ZSI.TC.maps import MAP, read_entries
from ZSI.TC.resolve import ANY_TYPE
from ZSI.xmlio import escape_attribute

if TYPE_CHECKING:
    from lxml import etree

    from ZSI.TC.encode import EncodeContext, Out, Writer
    from ZSI.TC.fields import Field
    from ZSI.TC.leaf import DecodeContext
    from ZSI.TC.prefixes import Prefixes


class Map(HandMade):
    """Apache's map: its value is a dict.

    Args:
        pname: the element's name.
        aslist: a list of pairs instead.

    >>> from lxml import etree
    >>> typecode = Apache.Map("m", aslist=True)
    >>> typecode.parse(typecode.serialize(None, None, [("a", 1)]))
    [('a', 1)]
    """

    type = (APACHE, "Map")
    datatype = MAP

    def __init__(self, pname: Any = None, aslist: bool | int = False, **kw: Any) -> None:
        super().__init__(pname, **kw)
        self.aslist = aslist

    def as_type(self, whole: bool = True) -> Any:
        """Reading and writing are ours."""
        return super().as_type(whole) if whole and self.own_methods() else Entries(self)


class Entries:
    """Reads and writes for `Map`."""

    datatype = MAP

    def __init__(self, typecode: Map) -> None:
        self.typecode = typecode

    def read(self, elt: etree._Element, context: DecodeContext) -> Any:
        """The entries; what says no type is read as `TC.Any` reads it.

        Raises:
            StructureError: an entry without key, or a key that is no simple value.
        """
        made: dict[Any, Any] = {}
        read_entries(made, elt, Any_().read_value, context)
        return list(made.items()) if self.typecode.aslist else made

    def write(self, use: Field, prefixes: Prefixes) -> Writer:
        """The writer of the entries."""
        inner = element_writer(use.copy(type=MAP), self.typecode.registry, prefixes)

        def write(value: Any, out: Out, context: EncodeContext) -> None:
            try:
                entries = dict(value)
            except (TypeError, ValueError):
                raise ValueRefused("apachesoap:Map", "a dict or pairs", value) from None
            inner(entries, out, context)

        return write


class Apache:
    """ZSI's name for Apache's namespace, and for the typecode of its map."""

    NS = APACHE
    Map = Map


class AttachmentRef(HandMade):
    """A reference to an attachment (SOAP Messages with Attachments); its value is the URI.

    Args:
        pname: the element's name.
        format: accepted as in ZSI.
    """

    type = (APACHE, "DataHandler")
    datatype = ANY_TYPE

    def __init__(self, pname: Any = None, format: str = "%s", **kw: Any) -> None:
        super().__init__(pname, **kw)

    def as_type(self, whole: bool = True) -> Any:
        """Reading and writing are ours."""
        return super().as_type(whole) if whole and self.own_methods() else Href()


class Href:
    """Reads and writes for `AttachmentRef`."""

    datatype = ANY_TYPE
    #: ``href`` is the value here, not a reference within the message.
    takes_references = True

    def read(self, elt: etree._Element, context: DecodeContext) -> str:
        """The URI.

        Raises:
            StructureError: there is none.
        """
        href = elt.get("href")
        if href is None:
            raise StructureError(
                f"element {elt.tag!s} has no href: expected the URI of an attachment",
                rule="href", where=where_of(elt),
            )  # fmt: skip
        return href.strip()

    def write(self, use: Field, prefixes: Prefixes) -> Writer:
        """The writer of the reference."""
        assert use.name is not None
        tag, bit = prefixes.tag(*use.name), prefixes.bit(use.name.namespace)

        def write(value: Any, out: Out, context: EncodeContext) -> None:
            if not isinstance(value, str):
                raise ValueRefused("href", "the URI of an attachment as text", value)
            context.mask |= bit
            out(f'<{tag} href="{escape_attribute(value)}"></{tag}>')

        return write
