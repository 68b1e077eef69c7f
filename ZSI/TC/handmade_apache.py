"""Apache's types that ZSI spoke: references to attachments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ZSI.errors import StructureError, ValueRefused, where_of
from ZSI.names import APACHE
from ZSI.TC.handmade import HandMade
from ZSI.TC.resolve import ANY_TYPE
from ZSI.xmlio import escape_attribute

if TYPE_CHECKING:
    from lxml import etree

    from ZSI.TC.encode import EncodeContext, Out, Writer
    from ZSI.TC.fields import Field
    from ZSI.TC.leaf import DecodeContext
    from ZSI.TC.prefixes import Prefixes


class Apache:
    """ZSI's name for Apache's namespace."""

    NS = APACHE


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
