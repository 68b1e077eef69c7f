"""Declarations written by hand, as ZSI 2.1's generator wrote them: element and type classes.

``class Echo_Dec(ZSI.TCcompound.ComplexType, ElementDeclaration)`` with ``schema`` and ``literal``
is known to `GED` from its class statement on, ``class T_Def(…, TypeDefinition)`` with ``type`` to
`GTD`, to ``xsi:type`` and to others that derive from it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from ZSI.errors import StructureError, where_of
from ZSI.names import QName
from ZSI.schema import (
    GED,
    ElementDeclaration,
    Registry,
    TypeDefinition,
    declare_with,
    hand_written,
)
from ZSI.TC import compound
from ZSI.TC.encoded import read_graph
from ZSI.TC.leaf import XSI_TYPE, expand
from ZSI.TC.resolve import lookup, make_with

if TYPE_CHECKING:
    from lxml import etree

    from ZSI.TC.encode import EncodeContext, Out
    from ZSI.TC.handmade import HandMade
    from ZSI.TC.leaf import DecodeContext


class DeclaredElement:
    """A class of the user's that declares a global element, as the registries hold it."""

    def __init__(self, cls: Any) -> None:
        self.cls = cls

    @cached_property
    def typecode(self) -> HandMade:
        """The one instance that `GED` gives."""
        made: HandMade = self.cls()
        return made

    @property
    def datatype(self) -> Any:
        """The element's type."""
        return self.typecode.datatype

    def read_element(self, elt: etree._Element, context: DecodeContext) -> Any:
        """Read such an element."""
        typecode = self.typecode
        return read_graph(lambda: typecode.read_value(elt, context), elt, context)

    def write_element(self, value: Any, out: Out, context: EncodeContext) -> None:
        """Write such an element."""
        self.typecode.write_root(value, out, context)

    def element_declaration(self) -> compound.ElementDeclaration:
        """The declaration as generated classes have it."""
        head = self.cls.substitutionGroup
        return compound.ElementDeclaration(
            self.typecode.use(), head=QName(*head) if head is not None else None
        )


class DeclaredType:
    """A class of the user's that defines a named type, as the registries hold it."""

    def __init__(self, cls: Any) -> None:
        self.cls = cls

    def definition(self, registry: Registry) -> Any:
        """What `GTD` gives: the class."""
        return self.cls

    @cached_property
    def typecode(self) -> HandMade:
        """An instance without a name, for what ``xsi:type`` announces."""
        made: HandMade = self.cls(None)
        return made


class HandWrittenDeclarations:
    """What `ZSI.schema` leaves to this room."""

    def declare(self, cls: Any, classdict: dict[str, Any]) -> None:
        """Enter a class that has just been made, if it declares something."""
        registry = hand_written(cls.__module__)
        if issubclass(cls, ElementDeclaration) and "literal" in classdict:
            cls.registry = registry
            name = (classdict.get("schema", cls.schema) or None, classdict["literal"])
            head = classdict.get("substitutionGroup")
            registry.define_element(name, DeclaredElement(cls), tuple(head) if head else None)
        elif issubclass(cls, TypeDefinition) and isinstance(classdict.get("type"), tuple):
            cls.registry = registry
            registry.define_type(classdict["type"], DeclaredType(cls))

    def substitution_element(self, declared: Any, elt: etree._Element, ps: Any) -> Any:
        """The typecode of an element that stands for another (ZSI's getSubstitutionElement).

        Raises:
            StructureError: it is not in the declared element's substitution group.
        """
        name = QName.from_clark(str(elt.tag))
        typecode = GED(*name)
        if typecode is not None and not self.check_substitute(declared, typecode):
            raise StructureError(
                f"element {elt.tag!s} may not stand for {declared.literal}", rule="substitution",
                where=where_of(elt),
            )  # fmt: skip
        return typecode

    def check_substitute(self, declared: Any, typecode: Any) -> bool:
        """Whether a typecode's element is in the substitution group of a declared one."""
        wanted = (declared.schema, declared.literal)
        seen: set[Any] = set()
        step: Any = getattr(typecode, "substitutionGroup", None)
        while step is not None and step not in seen:
            if tuple(step) == wanted:
                return True
            seen.add(step)
            step = getattr(GED(*step), "substitutionGroup", None)
        return False

    def substitute_type(self, definition: Any, elt: etree._Element, ps: Any) -> Any:
        """The typecode that ``xsi:type`` names, if it derives from this one (getSubstituteType).

        Raises:
            StructureError: it is another type.
        """
        said = elt.get(XSI_TYPE)
        if said is None:
            return definition
        actual = lookup(expand(elt, said), definition.registry)
        typecode = getattr(actual, "typecode", None)
        if typecode is None or actual.steps_from(definition.datatype) is None:
            raise StructureError(
                f"xsi:type {said} may not stand here: expected {definition.datatype}",
                rule="xsi:type", where=where_of(elt),
            )  # fmt: skip
        return typecode


def _type_of(declared: DeclaredType, registry: Registry) -> Any:
    return declared.typecode.datatype


declare_with(HandWrittenDeclarations())
make_with(DeclaredType, _type_of)
