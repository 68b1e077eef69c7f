"""From a name in a path to the field of a complex type that it means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from ZSI.mock.errors import DefinitionError
from ZSI.mock.scope import Scope
from ZSI.names import QName
from ZSI.TC.arrays import ArrayType
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.complextype import ComplexType
from ZSI.TC.compound import Compound, SimpleElement
from ZSI.TC.fields import Field
from ZSI.TC.resolve import ANY_TYPE, AnyType, resolve
from ZSI.TC.simple import SimpleType

_LEAVES = ("attribute", "text")
Type: TypeAlias = "SimpleType | AnyType | ComplexType"
ElementClass: TypeAlias = "type[Compound]"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A name that a path asks for; ``space`` is None where any namespace will do.

    ``space`` is "" for names that must be in no namespace.
    """

    local: str
    space: str | None = None
    attribute: bool = False

    @classmethod
    def read(cls, text: str, scope: Scope) -> Wanted:
        """From a step's text: ``name``, ``p:name``, ``{uri}name``, with or without ``@``.

        Raises:
            DefinitionError: its prefix is not declared.
        """
        attribute = text[:1] == "@"
        name = scope.name(text[1:] if attribute else text)
        if name is None:
            return cls(text[1:] if attribute else text, None, attribute)
        return cls(name.localname, name.namespace or "", attribute)

    def is_(self, name: QName | None) -> bool:
        """Whether this is the name."""
        return (
            name is not None
            and name.localname == self.local
            and (self.space is None or self.space == (name.namespace or ""))
        )

    def tagged(self, tag: str) -> bool:
        """The same for a name in Clark notation."""
        return self.is_(QName.from_clark(tag))

    def __str__(self) -> str:
        name = f"{{{self.space}}}{self.local}" if self.space else self.local
        return f"@{name}" if self.attribute else name


@dataclass(frozen=True, slots=True)
class Hit:
    """The field that a name means in a type.

    Attributes:
        type: of what stands there; of the member where ``member`` is set.
        member: the class of the global element that the name means, where the field is open to
            others (a substitution group, a wildcard).
        wild: the name is not declared; what a wildcard took is looked through for it.
    """

    field: Field
    type: Type
    member: ElementClass | None = None
    wild: bool = False


def items_field(array: ArrayType) -> Field:
    """The items of a SOAP array as a field that repeats; made once."""
    table: dict[ArrayType, Field] = array.registry.built.setdefault("mock: arrays", {})
    made = table.get(array)
    if made is None:
        assert array.item.name is not None
        made = table[array] = array.item.copy(many=True, key=array.item.name.localname)
    return made


def fields_of(ctype: ComplexType) -> tuple[Field, ...]:
    """The fields that become child elements; of an array: its items."""
    return (items_field(ctype),) if isinstance(ctype, ArrayType) else ctype.children


def find(ctype: ComplexType, wanted: Wanted) -> Hit | None:
    """The field of this name: an element, a member of a substitution group, a Python name.

    The items of a SOAP array are called ``item``, or as the contract calls them.

    Raises:
        DefinitionError: two fields have it, in different namespaces.
    """
    if isinstance(ctype, ArrayType):
        field = items_field(ctype)
        if not wanted.is_(field.name) and wanted != Wanted("item"):
            return None
        return Hit(field, ctype.item_type if ctype.rank == 1 else ANY_TYPE)
    if wanted.attribute:
        return _attribute(ctype, wanted)
    named = [f for f in ctype.children if wanted.is_(f.name)]
    if len(named) > 1:
        raise DefinitionError(
            f"{wanted} names several fields",
            expected=" or ".join(f.name.clark for f in named if f.name),
        )
    if named:
        return Hit(named[0], resolve(named[0].type, ctype.registry))
    return _member(ctype, wanted) or _by_key(ctype, wanted) or _wild(ctype, wanted)


def _attribute(ctype: ComplexType, wanted: Wanted) -> Hit | None:
    for field in ctype.attributes.values():
        if wanted.is_(field.name):
            return Hit(field, resolve(field.type, ctype.registry))
    wild = ctype.any_attribute
    if wild is None or wanted.space is None or wild.wildcard is None:
        return None
    if not wild.wildcard.admits(wanted.space or None):
        return None
    return Hit(wild, BUILTIN["string"], wild=True)


def _member(ctype: ComplexType, wanted: Wanted) -> Hit | None:
    registry = ctype.registry
    for field in ctype.children:
        if field.ref and field.name is not None:
            for name in registry.substitutes(field.name).values():
                if wanted.is_(QName(*name)):
                    return _of_element(field, registry.elements[name])
    return None


def _of_element(field: Field, cls: Any) -> Hit:
    declaration = cls.element_declaration()
    return Hit(field, resolve(declaration.use.type, cls._registry), cls)


def _by_key(ctype: ComplexType, wanted: Wanted) -> Hit | None:
    """By the Python name: ``return_``, ``value`` of simple content, an attribute's."""
    field = ctype.fields.get(wanted.local)
    if field is None or wanted.space is not None:
        return None
    if field.kind == "any_attribute":
        return None
    return Hit(field, resolve(field.type, ctype.registry) if field.type is not None else ANY_TYPE)


def _wild(ctype: ComplexType, wanted: Wanted) -> Hit | None:
    """What a wildcard may have taken; a bare name only where the type has nothing but wildcards.

    Otherwise any misspelt field would be taken for an extension.
    """
    fields = [field for field in ctype.children if field.wildcard is not None]
    if wanted.space is None and len(fields) < len(ctype.children):
        return None
    for field in fields:
        assert field.wildcard is not None
        if wanted.space is not None and not field.wildcard.admits(wanted.space or None):
            continue
        for name in ctype.registry.elements:
            if wanted.is_(QName(*name)) and field.wildcard.admits(name[0]):
                return _of_element(field, ctype.registry.elements[name])
        return Hit(field, ANY_TYPE, wild=True)
    return None


def names_in(ctype: ComplexType) -> Iterator[str]:
    """The names that a path may go on with, for error messages."""
    for field in (*fields_of(ctype), *(f for f in ctype.fields.values() if f.kind in _LEAVES)):
        if field.name is not None:
            yield field.shown
        elif field.kind == "text":
            yield "."


def simple_type_of(type: Type) -> SimpleType | None:
    """The type of the text that stands for a value: a simple type, or that of simple content."""
    if isinstance(type, SimpleType):
        return type
    if isinstance(type, ComplexType) and type.text is not None:
        found = resolve(type.text.type, type.registry)
        return found if isinstance(found, SimpleType) else None
    return None


def complex_type_of(value: Any) -> ComplexType | None:
    """The complex type that a typed object is of; None for other values."""
    kind = type(value)
    if kind is str:  # most values are
        return None
    made = getattr(kind, "complex_type", None)
    if made is None or isinstance(value, SimpleElement):
        return None
    found: ComplexType = made()
    return found


def called(type: Type) -> str:
    """A type's name for an error message, without its namespace."""
    if isinstance(type, SimpleType):
        return str(type) if type.is_builtin or type.name is None else type.name.localname
    if isinstance(type, AnyType):
        return "xsd:anyType"
    declaration = getattr(type.pyclass, "element_declaration", lambda: None)()
    name = type.name or (declaration.use.name if declaration is not None else None)
    return name.localname if name is not None else getattr(type.pyclass, "__name__", "the type")
