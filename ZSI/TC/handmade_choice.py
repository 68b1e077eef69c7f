"""ZSI 1.x's choice of elements, written by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ZSI.errors import StructureError, ValueRefused, where_of
from ZSI.names import QName
from ZSI.TC.fields import Field
from ZSI.TC.handmade import HandMade
from ZSI.TC.typecode import UNBOUNDED, TypeCode
from ZSI.TC.wildcard import Wildcard

if TYPE_CHECKING:
    from lxml import etree

    from ZSI.TC.encode import EncodeContext, Out
    from ZSI.TC.leaf import DecodeContext


class Choice(HandMade):
    """One of several elements (ZSI 1.x): a value is the pair of the chosen name and its value.

    Args:
        ofwhat: the typecodes to choose from.
        pname: kept for ZSI's signature; the chosen element has its own name.
        aname: the attribute that holds the pair in a struct.
    """

    def __init__(self, ofwhat: Iterable[TypeCode], pname: Any = None, **kw: Any) -> None:
        super().__init__(pname, **kw)
        self.ofwhat = tuple(ofwhat)

    @property
    def datatype(self) -> Any:
        """None: a choice is no element."""
        return None

    def use(self) -> Field:
        """The choice as a wildcard that admits the elements to choose from."""
        most = None if self.maxOccurs == UNBOUNDED else int(self.maxOccurs)
        return Field(
            "any", None, None, least=int(self.minOccurs), most=most, key=self.aname or "choice",
            wildcard=Alternatives.of(self),
        )  # fmt: skip

    def name_match(self, elt: etree._Element) -> bool:
        """Whether one of the typecodes has the element's name."""
        return any(_has_name(what, str(elt.tag)) for what in self.ofwhat)

    def read_root(self, elt: etree._Element, context: DecodeContext) -> Any:
        """Read an element by the typecode that has its name: (name, value).

        Raises:
            StructureError: none has.
        """
        for what in self.ofwhat:
            if _has_name(what, str(elt.tag)):
                return what.aname, what.read_root(elt, context)
        raise self._refusal(elt)

    def _refusal(self, elt: etree._Element) -> StructureError:
        expected = tuple(str(what.pname) for what in self.ofwhat)
        return StructureError(
            f"unexpected element {elt.tag!s}: expected {' or '.join(expected)}",
            rule="unexpected", expected=expected, where=where_of(elt),
        )  # fmt: skip

    def parse(self, elt: etree._Element, ps: Any = None) -> Any:
        """Read an element by the typecode that has its name: (name, value)."""
        for what in self.ofwhat:
            if _has_name(what, str(elt.tag)):
                return what.aname, what.parse(elt, ps)
        raise self._refusal(elt)

    def write_root(self, value: Any, out: Out, context: EncodeContext) -> None:
        """Write a pair of name and value.

        Raises:
            ValueRefused: it is no pair, or the name is not among the typecodes'.
        """
        names = [what.aname for what in self.ofwhat]
        if not isinstance(value, tuple) or len(value) != 2 or value[0] not in names:
            raise ValueRefused("choice", f"a pair (name, value), the name one of {names}", value)
        self.ofwhat[names.index(value[0])].write_root(value[1], out, context)


def _has_name(what: TypeCode, tag: str) -> bool:
    """Whether a typecode has the name of an element; without namespace it takes any."""
    name = QName.from_clark(tag)
    return what.pname == name.localname and what.nspname in (None, name.namespace)


class Alternatives(Wildcard):
    """What a `Choice` in a struct admits, and how that is read and written."""

    __slots__ = ("choice",)
    choice: Choice

    @classmethod
    def of(cls, choice: Choice) -> Alternatives:
        """The elements of a choice."""
        made = cls()
        object.__setattr__(made, "choice", choice)
        return made

    def admits_tag(self, tag: str) -> bool:
        """Whether an element of this name is one to choose."""
        return any(_has_name(what, tag) for what in self.choice.ofwhat)

    def read(self, elt: etree._Element, context: DecodeContext) -> Any:
        """Read one of the elements."""
        return self.choice.read_root(elt, context)

    def write(self, value: Any, out: Out, context: EncodeContext) -> None:
        """Write one of the elements."""
        self.choice.write_root(value, out, context)

    def __str__(self) -> str:
        return " or ".join(str(what.pname) for what in self.choice.ofwhat)
