"""From a reference to a type: names, classes and declarations become types that can be used."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from ZSI.errors import ZSIException
from ZSI.names import SOAP11_ENC, SOAP12_ENC, XSD, XSD_1999, XSD_2000, QName
from ZSI.schema import ElementType, Name, Registry, SimpleDeclaration
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.older import modern_name
from ZSI.TC.simple import SimpleType, list_of, union_of

if TYPE_CHECKING:
    from ZSI.TC.complextype import ComplexType


class AnyType:
    """The type ``xsd:anyType``: whatever comes (XSD 1.0 part 1, 3.4.7)."""

    name: Final = QName(XSD, "anyType")

    def __str__(self) -> str:
        return "xsd:anyType"

    def __repr__(self) -> str:
        return "<xsd:anyType>"


ANY_TYPE: Final = AnyType()

#: Types that every contract knows without declaring them (SOAP arrays, Apache's map), entered by
#: the modules that make them.
WELL_KNOWN: Final[dict[Name, Any]] = {}
#: What makes a type of a declaration, by the declaration's class; the same.
_MAKERS: Final[dict[type, Callable[[Any, Registry], Any]]] = {}
#: How values that are no plain ones, lists and dicts, are written as an ``anyType``; the same.
CONTAINERS: Final[dict[type, Any]] = {}


def make_with(kind: type, make: Callable[[Any, Registry], Any]) -> None:
    """Say how types are made of declarations of a class."""
    _MAKERS[kind] = make


def container_type(value: Any) -> Any:
    """The type as which a list or dict is written where anything may stand; None for others."""
    known = CONTAINERS.get(type(value))
    if known is not None:
        return known
    return next((made for base, made in CONTAINERS.items() if isinstance(value, base)), None)


class UnknownType(ZSIException):
    """A declaration names a type that nothing declares: the package is incomplete."""


def resolve(ref: Any, registry: Registry) -> SimpleType | AnyType | ComplexType:
    """The type that a field's or element's ``type`` means.

    Args:
        ref: a type already, a compound class, a name, or something with a ``datatype``
            (a hand-written typecode).
        registry: where names are looked up after the built-in ones.

    Raises:
        UnknownType: the name is not declared.
    """
    if isinstance(ref, tuple):
        found: ComplexType | None = registry.built.get(ref)
        if found is None:
            found = lookup(ref, registry)
        if found is None:
            raise UnknownType(f"type {QName(*ref).clark} is not declared in {registry.name}")
        return found
    if isinstance(ref, type) and hasattr(ref, "complex_type"):
        made: ComplexType = ref.complex_type()
        return made
    make = _MAKERS.get(type(ref))
    if make is not None:
        known = registry.built.get(id(ref))
        if known is None or known[0] is not ref:
            known = registry.built[id(ref)] = (ref, make(ref, registry))
        built: ComplexType = known[1]
        return built
    if isinstance(ref, ElementType):
        declared = registry.elements.get(ref.element)
        if declared is None:
            name = QName(*ref.element).clark
            raise UnknownType(f"element {name} is not declared in {registry.name}")
        return resolve(declared, registry)
    datatype = getattr(ref, "datatype", None)
    if datatype is not None:
        return resolve(datatype, registry)
    return ref  # type: ignore[no-any-return]  # what is left is a type


def lookup(name: tuple[str | None, str], registry: Registry) -> Any:
    """The type of this name, or None: built-in ones first, then the registry's.

    The SOAP encoding's own elements of the built-in types (``soapenc:string``, SOAP 1.1
    section 5) are those types.
    """
    built = registry.built.get(name)
    if built is not None:
        return built
    namespace, local = name
    if namespace == XSD:
        known = ANY_TYPE if local == "anyType" else BUILTIN.get(local)
        if known is not None:
            registry.built[name] = known
            return known
    if namespace in (XSD_1999, XSD_2000):
        return lookup(modern_name(name), registry)
    if namespace in (SOAP11_ENC, SOAP12_ENC):  # whether the contract imports its schema or not
        local = "base64Binary" if local == "base64" else local
        known = WELL_KNOWN.get(name) or BUILTIN.get(local)
        if known is not None:
            return known
    found = registry.find("types", name)
    if found is None:
        return WELL_KNOWN.get(name)
    made = resolve(*found)
    registry.built[name] = made
    return made


def build_simple(declared: SimpleDeclaration, registry: Registry) -> SimpleType:
    """A simple type from what generated code states of it."""
    facets = declared.facets
    if declared.item is not None:
        item = resolve(declared.item, registry)
        assert isinstance(item, SimpleType)
        return list_of(item, declared.name, **facets)
    if declared.members:
        members = [resolve(member, registry) for member in declared.members]
        return union_of([m for m in members if isinstance(m, SimpleType)], declared.name, **facets)
    base = resolve(declared.base, registry)
    assert isinstance(base, SimpleType)
    return base.restrict(declared.name, **facets)


make_with(SimpleDeclaration, build_simple)
