"""ZSI's typecodes for text: strings, bytes, booleans, enumerations, lists and unions.

>>> String("greeting").text_to_data(" hello ", None, None)
' hello '
>>> Enumeration(["red", "green"], "colour").get_formatted_content("blue")
Traceback (most recent call last):
...
ZSI.errors.ValueRefused: 'blue' breaks enumeration: expected red or green
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from ZSI.names import XSD
from ZSI.TC.handmade import SimpleType, verbatim
from ZSI.TC.resolve import resolve
from ZSI.TC.simple import SimpleType as XsdSimpleType
from ZSI.TC.simple import list_of, union_of
from ZSI.xmlio import parse_document

if TYPE_CHECKING:
    from lxml import etree

    from ZSI.TC.encode import EncodeContext, Out
    from ZSI.TC.handmade import HandMade


class String(SimpleType):
    """A string.

    Args:
        pname: the element's name.
        strip: take white space off both ends on the way in. ZSI did so unless told not to; here
            the text is the value.
    """

    type = (XSD, "string")

    def __init__(self, pname: Any = None, strip: bool | int = False, **kw: Any) -> None:
        super().__init__(pname, **kw)
        self.strip = bool(strip)

    def own_methods(self) -> frozenset[str]:
        """Stripping is ours."""
        own = super().own_methods()
        return own | {"text_to_data"} if self.strip else own

    def text_to_data(self, text: str, elt: etree._Element | None, ps: Any) -> Any:
        """Text to value."""
        return super().text_to_data(text.strip() if self.strip else text, elt, ps)


class Token(String):
    """A token: white space is collapsed (XSD 1.0 part 2, 3.3.2)."""

    type = (XSD, "token")


class URI(String):
    """An anyURI, character by character as it came: nothing is percent-decoded."""

    type = (XSD, "anyURI")


class QName(String):
    """A QName; its value is the pair of namespace and local name."""

    type = (XSD, "QName")


class Base64String(String):
    """Bytes in base64 (SOAP 1.1 section 5.2.3)."""

    type = (XSD, "base64Binary")


class Base64Binary(Base64String):
    """Bytes in base64 (XSD 1.0 part 2, 3.2.16)."""


class HexBinaryString(String):
    """Bytes in hexadecimal (XSD 1.0 part 2, 3.2.15)."""

    type = (XSD, "hexBinary")


class XMLString(String):
    """A string that is an XML document; its value is the root, an lxml element.

    Args:
        pname: the element's name.
        readerclass: accepted as in ZSI; `ZSI.xmlio` reads.
    """

    def __init__(self, pname: Any = None, readerclass: Any = None, **kw: Any) -> None:
        super().__init__(pname, **kw)

    def own_methods(self) -> frozenset[str]:
        """Both ways are ours."""
        return super().own_methods() | {"text_to_data", "get_formatted_content"}

    def text_to_data(self, text: str, elt: etree._Element | None, ps: Any) -> Any:
        """Text to element.

        Raises:
            ParseException: it is no XML, or has a DTD.
        """
        return parse_document(text.strip())

    def get_formatted_content(self, pyobj: Any) -> str:
        """Element to text; errors of `ZSI.TC.handmade.verbatim`."""
        return verbatim(pyobj).outer()


class Enumeration(String):
    """A string that is one of several.

    Args:
        choices: the strings.
        pname: the element's name.
    """

    def __init__(self, choices: Iterable[Any], pname: Any = None, **kw: Any) -> None:
        super().__init__(pname, **kw)
        self.choices = list(choices)

    @cached_property
    def simple(self) -> XsdSimpleType:
        """The type with the choices as its facet."""
        return self.restricted(enumeration=self.choices)


class Boolean(SimpleType):
    """A boolean; 0 and 1 are written as well."""

    type = (XSD, "boolean")

    def own_methods(self) -> frozenset[str]:
        """Writing numbers is ours."""
        return super().own_methods() | {"get_formatted_content"}

    def get_formatted_content(self, pyobj: Any) -> str:
        """Value to text.

        Raises:
            ValueRefused: it is neither true nor false.
        """
        return self.simple.format(bool(pyobj) if pyobj in (0, 1) else pyobj)


class Union(SimpleType):
    """A value of the first member type that takes it, every time anew.

    The member types are named by the class attribute, or the keyword, ``memberTypes``.
    """

    type: ClassVar[tuple[str | None, str | None]] = (None, None)
    memberTypes: Any = None

    def __init__(
        self, pname: Any = None, minOccurs: int = 1, maxOccurs: int | str = 1, **kw: Any
    ) -> None:
        members = kw.pop("memberTypes", None)
        super().__init__(pname, minOccurs=minOccurs, maxOccurs=maxOccurs, **kw)
        if members is not None:
            self.memberTypes = members

    @cached_property
    def simple(self) -> XsdSimpleType:
        """The union.

        Raises:
            TypeError: no member types, or one that is not simple.
        """
        return union_of([simple_of(member, self) for member in self._members()])

    def _members(self) -> Iterable[Any]:
        if not self.memberTypes:
            raise TypeError(f"{type(self).__name__} needs memberTypes: [(namespace, name), …]")
        members: Iterable[Any] = self.memberTypes
        return members

    def write_root(self, value: Any, out: Out, context: EncodeContext) -> None:
        """Write a message; nil needs no member types. Errors as of the base."""
        if value is None and not self.memberTypes:
            self.varied(memberTypes=[(XSD, "string")]).write_root(value, out, context)
        else:
            super().write_root(value, out, context)

    @property
    def memberTypeCodes(self) -> list[Any]:
        """A typecode of each member type, in their order, which does not change."""
        made = [SimpleType(None) for _ in self._members()]
        for typecode, member in zip(made, self._members(), strict=True):
            typecode.__dict__["simple"] = simple_of(member, self)
        return made

    def setMemberTypeCodes(self) -> None:
        """Nothing is left to be done: the member types are looked up when they are needed."""


class List(SimpleType):
    """A list of values separated by white space.

    Args:
        pname: the element's name.
        itemType: ``(namespace, name)`` or a typecode; or the class attribute of that name.
            Strings, where nothing says another.
    """

    type: ClassVar[tuple[str | None, str | None]] = (None, None)
    itemType: Any = None

    def __init__(self, pname: Any = None, itemType: Any = None, **kw: Any) -> None:
        super().__init__(pname, **kw)
        if itemType is not None:
            self.itemType = itemType

    @cached_property
    def simple(self) -> XsdSimpleType:
        """The list type.

        Raises:
            TypeError: the item type is not simple.
        """
        return list_of(simple_of(self.itemType or (XSD, "string"), self))


def simple_of(what: Any, typecode: HandMade) -> XsdSimpleType:
    """The simple type that a name or typecode means.

    Raises:
        TypeError: it is not simple. UnknownType: nothing declares it.
    """
    if isinstance(what, type):
        what = what()
    found = resolve(what, typecode.registry)
    if not isinstance(found, XsdSimpleType):
        raise TypeError(f"{found} is not a simple type")
    return found
