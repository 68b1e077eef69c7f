"""XML Schema components as frozen, picklable values, free of any XML library.

What `ZSI.wsdl.schema_reader` makes of ``xs:schema`` documents, and the only thing that the
generator, the typecodes and the samples know of a schema. Names follow XSD 1.0 part 1.

Three promises spare every reader of these values a branch:

* A `QName` that stands for a type, element or attribute is always defined: either in the
  `Schema` that holds the value, or (types only) as a builtin ``(XSD, "string")``. Names that
  nothing defines have become ``xs:anyType`` / ``xs:anySimpleType``, with a finding.
* ``xs:group`` and ``xs:attributeGroup`` are expanded, defaults of the schema element
  (``elementFormDefault``, ``blockDefault`` …) applied, chameleon includes and redefinitions done.
* Values are equal when they mean the same: ``where`` and ``documentation`` do not count.

>>> count = ElementDecl(QName("urn:x", "count"), QName(XSD, "int"))
>>> count.name.clark, count.type.localname
('{urn:x}count', 'int')
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn, TypeAlias, TypeVar

from ZSI.errors import Where
from ZSI.names import XSD, QName
from ZSI.TC.identity import IdentityConstraint
from ZSI.TC.wildcard import Wildcard

K = TypeVar("K")
V = TypeVar("V")

#: A type by name (a builtin or one of `Schema.types`), or an anonymous definition in place.
TypeRef: TypeAlias = "QName | SimpleTypeDef | ComplexTypeDef"
SimpleRef: TypeAlias = "QName | SimpleTypeDef"

# fmt: off
#: Local names of the types that XSD 1.0 part 2 builds in, with the two ur-types.
BUILTIN_TYPES = frozenset({
    "anyType", "anySimpleType", "string", "boolean", "decimal", "float", "double", "duration",
    "dateTime", "time", "date", "gYearMonth", "gYear", "gMonthDay", "gDay", "gMonth",
    "hexBinary", "base64Binary", "anyURI", "QName", "NOTATION", "normalizedString", "token",
    "language", "NMTOKEN", "NMTOKENS", "Name", "NCName", "ID", "IDREF", "IDREFS", "ENTITY",
    "ENTITIES", "integer", "nonPositiveInteger", "negativeInteger", "long", "int", "short",
    "byte", "nonNegativeInteger", "unsignedLong", "unsignedInt", "unsignedShort",
    "unsignedByte", "positiveInteger",
})
# fmt: on

ANY_TYPE = QName(XSD, "anyType")
ANY_SIMPLE_TYPE = QName(XSD, "anySimpleType")


class Table(dict[K, V]):
    """A dict that refuses changes once made: lookups at C speed, picklable, in document order.

    >>> Table({"a": 1})["a"]
    1
    >>> Table({"a": 1}).update(b=2)
    Traceback (most recent call last):
    ...
    TypeError: a Table does not change
    """

    __slots__ = ()

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("a Table does not change")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[type[Table[K, V]], tuple[dict[K, V]]]:
        return type(self), (dict(self),)


@dataclass(frozen=True, slots=True)
class Facet:
    """One constraining facet by its XSD name (XSD 1.0 part 2, 4.3); ``value`` as written.

    ``namespaces`` is filled for enumerations of QName and NOTATION only: what the prefixes in
    ``value`` mean there.
    """

    name: str
    value: str
    fixed: bool = False
    namespaces: tuple[tuple[str | None, str], ...] = ()
    documentation: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class SimpleTypeDef:
    """A simple type (XSD 1.0 part 2, 3.4.1 atomic / list / union).

    Restrictions carry ``base`` and ``facets``; ``variety`` is that of the base. Lists made by
    ``xs:list`` carry ``item``, unions made by ``xs:union`` their ``members`` (in order).
    """

    name: QName | None
    variety: Literal["atomic", "list", "union"] = "atomic"
    base: SimpleRef | None = None
    item: SimpleRef | None = None
    members: tuple[SimpleRef, ...] = ()
    facets: tuple[Facet, ...] = ()
    final: frozenset[str] = frozenset()
    documentation: str | None = field(default=None, compare=False)
    where: Where | None = field(default=None, compare=False, repr=False)

    @property
    def enumeration(self) -> tuple[str, ...]:
        """The enumerated lexical values of this step of derivation, in order."""
        return tuple(facet.value for facet in self.facets if facet.name == "enumeration")


@dataclass(frozen=True, slots=True)
class AttributeDecl:
    """An attribute, global or local (XSD 1.0 part 1, 3.2); ``name`` has its form resolved."""

    name: QName
    type: SimpleRef = ANY_SIMPLE_TYPE
    default: str | None = None
    fixed: str | None = None
    documentation: str | None = field(default=None, compare=False)
    where: Where | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class AttributeUse:
    """An attribute in a complex type: its own ``decl``, or ``ref`` to a global one.

    ``default`` and ``fixed`` are those of the use if it has some, else of the declaration.
    A ``prohibited`` use only stands in restrictions, to take an attribute of the base away.
    """

    decl: AttributeDecl | None = None
    ref: QName | None = None
    required: bool = False
    prohibited: bool = False
    default: str | None = None
    fixed: str | None = None

    @property
    def name(self) -> QName:
        """The attribute's name, whichever way it is declared."""
        name = self.decl.name if self.decl is not None else self.ref
        assert name is not None
        return name


@dataclass(frozen=True, slots=True)
class ElementDecl:
    """An element, global or local (XSD 1.0 part 1, 3.3).

    ``name`` has the form resolved: the namespace is None for an unqualified local element.
    ``type`` is that of the substitution group's head where none was written.
    ``block`` and ``final`` hold words like ``"extension"``; ``#all`` is written out.
    ``media_types`` is ``xmime:expectedContentTypes`` where it stands on the element.
    """

    name: QName
    type: TypeRef = ANY_TYPE
    nillable: bool = False
    default: str | None = None
    fixed: str | None = None
    abstract: bool = False
    block: frozenset[str] = frozenset()
    final: frozenset[str] = frozenset()
    substitution_group: QName | None = None
    constraints: tuple[IdentityConstraint, ...] = ()
    media_types: str | None = None
    documentation: str | None = field(default=None, compare=False)
    where: Where | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ElementParticle:
    """An element in a content model: its own ``decl``, or ``ref`` to a global one.

    ``max`` None means unbounded, here and in the other particles.
    """

    decl: ElementDecl | None = None
    ref: QName | None = None
    min: int = 1
    max: int | None = 1

    @property
    def name(self) -> QName:
        """The element's name, whichever way it is declared."""
        name = self.decl.name if self.decl is not None else self.ref
        assert name is not None
        return name


@dataclass(frozen=True, slots=True)
class AnyParticle:
    """``xs:any`` in a content model."""

    wildcard: Wildcard = Wildcard()
    min: int = 1
    max: int | None = 1


@dataclass(frozen=True, slots=True)
class Group:
    """A sequence, choice or all with its occurrence (XSD 1.0 part 1, 3.8); never a reference."""

    kind: Literal["sequence", "choice", "all"]
    items: tuple[Particle, ...] = ()
    min: int = 1
    max: int | None = 1


Particle: TypeAlias = ElementParticle | AnyParticle | Group


@dataclass(frozen=True, slots=True)
class ArrayInfo:
    """A type derived from the SOAP encoding's Array (SOAP 1.1 section 5.4.2, WSDL 1.1 2.2).

    Attributes:
        item: the type of the innermost items; ``xs:anyType`` where nothing says more.
        dimensions: the ranks as ``wsdl:arrayType`` writes them, outermost last, sizes dropped:
            ``"[]"``, ``"[,]"`` (two dimensions), ``"[][]"`` (an array of arrays).
        item_name: the tag of the items where the schema declares one.
        array_type: ``wsdl:arrayType`` was written (else ``item`` comes from the content model).
        soap12: the base is the Array of the SOAP 1.2 encoding.
    """

    item: TypeRef = ANY_TYPE
    dimensions: str = "[]"
    item_name: QName | None = None
    array_type: bool = False
    soap12: bool = False


@dataclass(frozen=True, slots=True)
class ComplexTypeDef:
    """A complex type (XSD 1.0 part 1, 3.4).

    Attributes:
        base: the type derived from; ``xs:anyType`` (a restriction) if none was written.
        content: of the *effective* content: what the base's and its own make together.
        mixed: likewise effective.
        simple: the simple type of the text where ``content`` is ``"simple"``, already the
            effective one (of an extension: its base's); else None.
        particle: of an extension only what it adds, of a restriction the whole; None if nothing.
            `Schema.effective_particle` puts the two together.
        attributes: those written in this type (groups expanded), in order;
            `Schema.effective_attributes` adds the inherited ones.
        any_attribute: the wildcard written in this type.
        array: set on SOAP arrays, and on types derived from such.
    """

    name: QName | None
    base: QName = ANY_TYPE
    derivation: Literal["restriction", "extension"] = "restriction"
    content: Literal["empty", "simple", "elements"] = "empty"
    mixed: bool = False
    simple: SimpleRef | None = None
    particle: Group | None = None
    attributes: tuple[AttributeUse, ...] = ()
    any_attribute: Wildcard | None = None
    abstract: bool = False
    block: frozenset[str] = frozenset()
    final: frozenset[str] = frozenset()
    array: ArrayInfo | None = None
    documentation: str | None = field(default=None, compare=False)
    where: Where | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """All global components of all documents, by expanded name, in document order.

    Attributes:
        substitutions: the direct members of each substitution group, by head.
        namespaces: the target namespaces that have components here, in order of appearance.
        known: those of them that are well-known vocabularies (WS-Addressing, XML Signature …),
            of which only the components are here that something refers to.
    """

    elements: Table[QName, ElementDecl] = field(default_factory=Table)
    types: Table[QName, SimpleTypeDef | ComplexTypeDef] = field(default_factory=Table)
    attributes: Table[QName, AttributeDecl] = field(default_factory=Table)
    substitutions: Table[QName, tuple[QName, ...]] = field(default_factory=Table)
    namespaces: tuple[str | None, ...] = ()
    known: frozenset[str | None] = frozenset()

    def type_of(self, ref: TypeRef) -> QName | SimpleTypeDef | ComplexTypeDef:
        """The definition behind a reference; builtins stay the names they are."""
        return self.types.get(ref, ref) if isinstance(ref, QName) else ref

    def stand_ins(self, head: QName) -> tuple[QName, ...]:
        """The elements that may come in the place of one (part 1, 3.3.6): none that is abstract."""
        found: list[QName] = []
        for name in self.substitutions.get(head, ()):
            found += [] if self.elements[name].abstract else [name]
            found += self.stand_ins(name)
        return tuple(found)

    def element(self, particle: ElementParticle) -> ElementDecl:
        """The declaration that an element particle means."""
        if particle.decl is not None:
            return particle.decl
        return self.elements[particle.name]

    def attribute(self, use: AttributeUse) -> AttributeDecl:
        """The declaration that an attribute use means."""
        if use.decl is not None:
            return use.decl
        return self.attributes[use.name]

    def bases(self, definition: ComplexTypeDef) -> Iterator[ComplexTypeDef]:
        """The complex types that this one derives from, nearest first (itself not included).

        Ends at builtins; the reader has cut circular derivations.
        """
        base = self.types.get(definition.base)
        while isinstance(base, ComplexTypeDef):
            yield base
            base = self.types.get(base.base)

    def effective_particle(self, definition: ComplexTypeDef) -> Group | None:
        """The whole content model: the base's, then what extensions add (part 1, 3.4.2)."""
        parts = []
        for step in (definition, *self.bases(definition)):
            if step.particle is not None:
                parts.append(step.particle)
            if step.derivation == "restriction":
                break
        if len(parts) < 2:
            return parts[0] if parts else None
        return Group("sequence", tuple(reversed(parts)))

    def effective_attributes(self, definition: ComplexTypeDef) -> tuple[AttributeUse, ...]:
        """All attribute uses, the base's first, none prohibited (part 1, 3.4.2)."""
        uses: dict[QName, AttributeUse] = {}
        for step in (*reversed(list(self.bases(definition))), definition):
            for use in step.attributes:
                if use.prohibited:
                    uses.pop(use.name, None)
                else:
                    uses[use.name] = use
        return tuple(uses.values())

    def effective_any_attribute(self, definition: ComplexTypeDef) -> Wildcard | None:
        """The attribute wildcard that holds: extensions add, restrictions replace (3.4.2)."""
        wildcard = definition.any_attribute
        for step in self.bases(definition):
            if definition.derivation == "restriction":
                return wildcard
            wildcard = _united(wildcard, step.any_attribute)
            definition = step
        return wildcard


def _united(one: Wildcard | None, other: Wildcard | None) -> Wildcard | None:
    """The union of two wildcards (part 1, 3.10.6); the first's processing holds."""
    if one is None or other is None:
        return one or other
    if one.namespaces == other.namespaces and one.target_namespace == other.target_namespace:
        return one
    if isinstance(one.namespaces, tuple) and isinstance(other.namespaces, tuple):
        both = dict.fromkeys(one.namespaces + other.namespaces)
        return Wildcard(tuple(both), one.target_namespace, one.process)
    if isinstance(one.namespaces, tuple) and all(other.admits(n) for n in one.namespaces):
        return Wildcard(other.namespaces, other.target_namespace, one.process)
    if isinstance(other.namespaces, tuple) and all(one.admits(n) for n in other.namespaces):
        return one
    return Wildcard("##any", one.target_namespace, one.process)
