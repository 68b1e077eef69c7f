"""Registries of declarations: global elements and types by name, one registry a package.

Every generated package, and every contract that a mock loads, owns its `Registry`; two versions
of one contract live side by side in one process. ZSI's global look-ups ``GED`` and ``GTD`` see
through all public registries that have been imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, ClassVar, Literal, Protocol
from weakref import WeakSet

from ZSI.errors import AmbiguousDeclaration, ZSIException
from ZSI.names import QName

Name = tuple[str | None, str]


@dataclass(slots=True)
class SimpleDeclaration:
    """A named simple type as generated code states it; built into a type when first needed."""

    name: QName | None
    base: Any = None
    item: Any = None
    members: tuple[Any, ...] = ()
    facets: dict[str, Any] = field(default_factory=dict)
    final: frozenset[str] = frozenset()


@dataclass(slots=True)
class ArrayDeclaration:
    """A SOAP array type as generated code states it (SOAP 1.1 section 5.4.2).

    Attributes:
        name: of the type; None for an anonymous one.
        item: the type of the innermost items.
        dimensions: the ranks as ``wsdl:arrayType`` writes them, without sizes: ``"[,]"``.
        item_name: the tag of the items where the schema says one.
        soap12: an array of the SOAP 1.2 encoding.
    """

    name: QName | None
    item: Any
    dimensions: str = "[]"
    item_name: QName | None = None
    soap12: bool = False


@dataclass(frozen=True, slots=True)
class ElementType:
    """The type of a global element that has no name of its own; looked up when first needed."""

    element: Name


#: Of the layout of generated modules; this one is accepted, and the one before.
FORMAT = 1


class Registry:
    """The declarations of one package or contract.

    Args:
        name: the module or contract that owns it; named in error messages.
        namespaces: its target namespaces; messages get the prefixes ns1, ns2 … in this order.
        public: visible to `GED` and `GTD`.
        format: that of the generated module.
        open: what is not declared here is looked for in all public registries, as hand-written
            typecodes do.

    Raises:
        ZSIException: the module was generated for another release.

    >>> registry = Registry("example", public=False)
    >>> registry.simple(("urn:x", "Zip"), base=("http://www.w3.org/2001/XMLSchema", "string"),
    ...                 maxLength=5)
    >>> ("urn:x", "Zip") in registry.types
    True
    """

    def __init__(
        self,
        name: str,
        *,
        namespaces: tuple[str, ...] = (),
        public: bool = True,
        format: int = FORMAT,
        open: bool = False,
    ) -> None:
        if format not in (FORMAT, FORMAT - 1):
            raise ZSIException(
                f"{name} was generated in format {format}, this release reads {FORMAT}: "
                "run wsdl2py again"
            )
        self.name = name
        self.namespaces = namespaces
        self.open = open
        #: Compound classes and `SimpleDeclaration`s by type name.
        self.types: dict[Name, Any] = {}
        #: Classes of global elements by element name.
        self.elements: dict[Name, Any] = {}
        #: Types of global attributes by attribute name (for wildcards).
        self.attributes: dict[Name, Any] = {}
        #: Direct members of substitution groups by head.
        self.members: dict[Name, list[Name]] = {}
        #: Types derived directly from a type, by names, where that is known without the classes.
        self.derived: Mapping[Name, Sequence[Name]] | None = None
        #: What has been built from the declarations, by type name.
        self.built: dict[Any, Any] = {}
        self._closures: dict[Name, dict[str, Name]] = {}
        if public:
            _public.add(self)

    def simple(
        self,
        name: Name,
        *,
        base: Any = None,
        item: Any = None,
        members: tuple[Any, ...] = (),
        final: tuple[str, ...] = (),
        **facets: Any,
    ) -> None:
        """Declare a named simple type: a restriction of ``base``, a list or a union."""
        self.types[name] = SimpleDeclaration(
            QName(*name), base, item, members, _stated_facets(facets), frozenset(final)
        )

    def array(self, name: Name, **declared: Any) -> None:
        """Declare a named SOAP array; keywords as the attributes of `ArrayDeclaration`."""
        made = array_type(**declared)
        made.name = QName(*name)
        self.types[name] = made

    def attribute(self, name: Name, type: Any) -> None:
        """Declare a global attribute."""
        self.attributes[name] = type

    def define_type(self, name: Name, cls: Any) -> None:
        """Enter a compound class under its type's name."""
        self.types[name] = cls

    def define_element(self, name: Name, cls: Any, head: Name | None = None) -> None:
        """Enter an element's class, and the element into the substitution group of ``head``."""
        self.elements[name] = cls
        if head is not None:
            self.members.setdefault(head, []).append(name)
            self._closures.clear()

    def find(self, kind: Literal["types", "elements"], name: Name) -> tuple[Any, Registry] | None:
        """A declaration, and the registry that has it: this one, or another if it is open.

        Raises:
            AmbiguousDeclaration: two others declare the name differently.
        """
        declared = (self.types if kind == "types" else self.elements).get(name)
        if declared is not None:
            return declared, self
        return _named(kind, name) if self.open else None

    def substitutes(self, head: Name) -> dict[str, Name]:
        """All elements that may stand for the head, through any number of steps, by tag.

        Without the head itself; XSD 1.0 part 1, 3.3.6 (Substitution Group OK (Transitive)).
        What ``block`` and ``final`` forbid is left to the caller, who knows the types.
        """
        known = self._closures.get(head)
        if known is None:
            known = {}
            pending = list(self.members.get(head, ()))
            while pending:
                name = pending.pop()
                tag = QName(*name).clark
                if tag not in known and name != head:
                    known[tag] = name
                    pending.extend(self.members.get(name, ()))
            self._closures[head] = known
        return known

    def __repr__(self) -> str:
        return f"<Registry {self.name}: {len(self.types)} types, {len(self.elements)} elements>"


_public: WeakSet[Registry] = WeakSet()


def simple_type(**declared: Any) -> SimpleDeclaration:
    """An anonymous simple type as generated code states it; keywords as `Registry.simple`."""
    members, final = declared.pop("members", ()), declared.pop("final", ())
    base, item = declared.pop("base", None), declared.pop("item", None)
    facets = _stated_facets(declared)
    return SimpleDeclaration(None, base, item, members, facets, frozenset(final))


def array_type(
    item: Any, dimensions: str = "[]", item_name: Name | None = None, soap12: bool = False
) -> ArrayDeclaration:
    """An anonymous SOAP array as generated code states it."""
    return ArrayDeclaration(
        None, item, dimensions, QName(*item_name) if item_name is not None else None, soap12
    )


def type_of_element(element: Name) -> ElementType:
    """The anonymous type of a global element, perhaps one declared further down."""
    return ElementType(element)


def _stated_facets(facets: dict[str, Any]) -> dict[str, Any]:
    """The facets; an enumeration may be stated by the ``Literal`` that annotations use."""
    values = facets.get("enumeration")
    if values is not None and hasattr(values, "__args__"):
        facets["enumeration"] = list(values.__args__)
    return facets


#: Declarations that hand-written typecodes and user classes make by themselves.
HAND_WRITTEN = Registry("hand-written typecodes", open=True)
_by_module: dict[str, Registry] = {}


def hand_written(module: str) -> Registry:
    """The registry of the declarations that the classes of a module make."""
    known = _by_module.get(module)
    if known is None:
        known = _by_module[module] = Registry(module, open=True)
    return known


def _named(kind: str, name: Name) -> tuple[Any, Registry] | None:
    """The one declaration of a name among the public registries, and where it stands.

    Raises:
        AmbiguousDeclaration: two registries declare it differently.
    """
    found = [registry for registry in registries() if name in getattr(registry, kind)]
    for other in found[1:]:
        if not _declare_the_same(kind, name, found[0], other):
            raise AmbiguousDeclaration(
                f"{QName(*name).clark} is declared by {found[0].name} and, differently, by "
                f"{other.name}: use the registry or the classes of the one that you mean"
            )
    return (getattr(found[0], kind)[name], found[0]) if found else None


def _declare_the_same(kind: str, name: Name, one: Registry, other: Registry) -> bool:
    """Whether a name, and whatever it refers to, is declared alike in two registries."""
    pending: list[tuple[str, Name]] = [(kind, name)]
    seen = set(pending)
    while pending:
        table, named = pending.pop()
        declared = [getattr(registry, table).get(named) for registry in (one, other)]
        if declared[0] is declared[1]:
            continue
        names: dict[Name, None] = {}
        if _stated(declared[0], names, whole=True) != _stated(declared[1], {}, whole=True):
            return False
        for found in names:
            for table in ("types", "elements"):
                if (table, found) not in seen:
                    seen.add((table, found))
                    pending.append((table, found))
    return True


def _stated(value: Any, names: dict[Name, None], *, whole: bool = False) -> Any:
    """What a declaration says, to be compared with another; the names in it are collected.

    Args:
        whole: for a class with a name, what it says and not its name alone.
    """
    stated = getattr(value, "_stated", None)
    if stated is not None and isinstance(value, type):
        name: Name | None = getattr(value, "_stated_name")()  # noqa: B009 -- no type of its own
        if name is None or whole:
            return _stated(stated(), names)
        names[name] = None
        return name
    match value:
        case (str() | None as namespace, str() as local):
            names[namespace, local] = None
    if is_dataclass(value):
        return [type(value).__name__] + [
            _stated(getattr(value, part.name), names) for part in fields(value)
        ]
    if isinstance(value, dict):
        return {key: _stated(part, names) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_stated(part, names) for part in value]
    return value


def GED(namespace: str | None, name: str, lazy: bool = False, isref: bool = False) -> Any:
    """The typecode of a global element, or None (ZSI's global element declarations).

    Args:
        namespace, name: the element's name.
        lazy: accepted as in ZSI; every typecode is built when first used.
        isref: give what makes references to it instead, to be called with an occurrence.

    Raises:
        AmbiguousDeclaration: two imported packages declare the element differently.
    """
    found = _named("elements", (namespace, name))
    if found is None:
        return None
    typecode = found[0].typecode
    return typecode.reference if isref else typecode


def GTD(namespace: str | None, name: str, lazy: bool = False) -> Any:
    """The typecode class of a global type, or None; call it with ``pname`` (ZSI's GTD).

    Raises:
        AmbiguousDeclaration: two imported packages declare the type differently.
    """
    found = _named("types", (namespace, name))
    return type_definition(*found) if found is not None else None


def type_definition(declared: Any, registry: Registry) -> Any:
    """The typecode class of a declared type (ZSI's ``X_Def``), to be called with ``pname``."""
    own = getattr(declared, "definition", None)
    return own(registry) if own is not None else _definer[0](declared, registry)


#: Makes the typecode class of a declaration: entered by `ZSI.TC.typecode`, the room above.
_definer: list[Callable[[Any, Registry], Any]] = []


def define_with(definer: Callable[[Any, Registry], Any]) -> None:
    """Say how a typecode class is made of a type's declaration."""
    _definer[:] = [definer]


# --------------------------------------------------------------------------- declarations by hand


class RoomsAbove(Protocol):
    """What the room above, `ZSI.TC.handmade_declarations`, does for these classes."""

    def declare(self, cls: Any, classdict: dict[str, Any]) -> None:
        """Enter a class that has just been made, if it declares something."""

    def check_substitute(self, declared: Any, typecode: Any) -> bool:
        """Whether a typecode's element may stand for a declared one."""

    def substitution_element(self, declared: Any, elt: Any, ps: Any) -> Any:
        """The typecode of an element that stands for a declared one."""

    def substitute_type(self, definition: Any, elt: Any, ps: Any) -> Any:
        """The typecode of the type that ``xsi:type`` names."""


_rooms_above: list[RoomsAbove] = []


def declare_with(rooms: RoomsAbove) -> None:
    """Say what is to be done with declarations by hand."""
    _rooms_above[:] = [rooms]


class SchemaInstanceType(type):
    """Metaclass of declarations: they enter their module's registry when their class is made."""

    def __init__(cls, classname: str, bases: tuple[type, ...], classdict: dict[str, Any]) -> None:
        super().__init__(classname, bases, classdict)
        for rooms in _rooms_above:
            rooms.declare(cls, classdict)

    @staticmethod
    def getElementDeclaration(
        namespaceURI: str | None, name: str, isref: bool = False, lazy: bool = False
    ) -> Any:
        """`GED`."""
        return GED(namespaceURI, name, lazy, isref)

    @staticmethod
    def getTypeDefinition(namespaceURI: str | None, name: str, lazy: bool = False) -> Any:
        """`GTD`."""
        return GTD(namespaceURI, name, lazy)


class ElementDeclaration(metaclass=SchemaInstanceType):
    """Base of typecode classes that declare a global element: ``schema`` and ``literal``.

    Attributes:
        schema, literal: the element's namespace and name.
        substitutionGroup: the head that it may stand for, as a pair.
    """

    schema: ClassVar[str | None] = None
    literal: ClassVar[str | None] = None
    substitutionGroup: ClassVar[Any] = None

    def checkSubstitute(self, typecode: Any) -> bool:
        """Whether a typecode's element may stand for this one, through any number of steps."""
        return bool(_rooms_above[0].check_substitute(self, typecode))

    def getSubstitutionElement(self, elt: Any, ps: Any) -> Any:
        """The typecode of an element that stands for this one; None if nothing declares it.

        Raises:
            StructureError: it may not stand for this one.
        """
        return _rooms_above[0].substitution_element(self, elt, ps)


class LocalElementDeclaration(metaclass=SchemaInstanceType):
    """Base of typecode classes for local elements of an anonymous type."""


class TypeDefinition(metaclass=SchemaInstanceType):
    """Base of typecode classes that define a named type: ``type = (namespace, name)``."""

    def getSubstituteType(self, elt: Any, ps: Any) -> Any:
        """The typecode of the type that ``xsi:type`` names; this one if nothing is named.

        Raises:
            StructureError: it does not derive from this one.
        """
        return _rooms_above[0].substitute_type(self, elt, ps)


def Wrap(pyobj: Any, what: Any) -> Any:
    """An object that carries a typecode, so that a writer needs no other.

    >>> one = Wrap(1, "a typecode")
    >>> one + 1, one.typecode
    (2, 'a typecode')
    """
    if hasattr(pyobj, "__dict__"):
        pyobj.typecode = what
        return pyobj
    return WrapImmutable(pyobj, what)


def WrapImmutable(pyobj: Any, what: Any) -> Any:
    """The same value as an instance of a subclass that carries a typecode.

    Raises:
        TypeError: the value's class has no subclasses (bool, None).
    """
    kind = type(pyobj)
    return type(kind.__name__, (kind,), {"typecode": what})(pyobj)


def registries() -> Iterator[Registry]:
    """The public registries, by name."""
    return iter(sorted(_public, key=lambda registry: registry.name))


#: ZSI's names for the two look-ups.
_get_global_element_declaration = GED
_get_type_definition = GTD
