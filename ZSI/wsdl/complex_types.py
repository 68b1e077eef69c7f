"""Reads xs:complexType (XSD 1.0 part 1, 3.4), SOAP arrays among them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ZSI.names import QName
from ZSI.TC.wildcard import Wildcard
from ZSI.wsdl.arrays import array_of
from ZSI.wsdl.attributes import read_attribute_uses
from ZSI.wsdl.components import (
    ANY_SIMPLE_TYPE,
    ANY_TYPE,
    AnyParticle,
    ComplexTypeDef,
    Group,
    Particle,
    SimpleRef,
    SimpleTypeDef,
)
from ZSI.wsdl.documents import SchemaSource
from ZSI.wsdl.nodes import Node, xsd_children, xsd_documentation
from ZSI.wsdl.particles import read_particle
from ZSI.wsdl.simple_types import read_facets, read_simple_type

if TYPE_CHECKING:
    from ZSI.wsdl.schema_reader import SchemaReader

Derivation = Literal["restriction", "extension"]

_DERIVATIONS: dict[str, Derivation] = {"restriction": "restriction", "extension": "extension"}
_PARTICLES = frozenset({"sequence", "choice", "all", "group"})
#: Particles that the draft of 1999 allowed right inside a type.
_LOOSE_PARTICLES = frozenset({"element", "any"})
_SETS = ("extension", "restriction")


@dataclass(frozen=True, slots=True)
class _Base:
    """What a type derives from: its name, and its definition unless it is a builtin."""

    name: QName
    definition: SimpleTypeDef | ComplexTypeDef | None
    missing: bool = False

    @property
    def complex(self) -> ComplexTypeDef | None:
        return self.definition if isinstance(self.definition, ComplexTypeDef) else None

    @property
    def is_simple(self) -> bool:
        """Whether it is a simple type, or a complex one with simple content."""
        if self.complex is not None:
            return self.complex.content == "simple"
        return self.name != ANY_TYPE


def read_complex_type(
    reader: SchemaReader, node: Node, source: SchemaSource, name: QName | None
) -> ComplexTypeDef:
    """A complex type from its xs:complexType."""
    for tag, child in xsd_children(node):
        if tag in ("simpleContent", "complexContent"):
            for kind, step in xsd_children(child):
                if kind in _DERIVATIONS:
                    read = _simple_content if tag == "simpleContent" else _complex_content
                    says = node if child.get("mixed") is None else child
                    mixed = reader.flag(says, "mixed", source)
                    content = read(reader, step, source, _DERIVATIONS[kind], mixed)
                    return _finished(reader, node, source, name, content)
            text = f"{tag} with neither restriction nor extension: taken for empty"
            reader.notes.add("complex-type", text, source.where(child))
    particle = _own_particle(reader, node, source)
    mixed = reader.flag(node, "mixed", source)
    uses, wildcard = read_attribute_uses(reader, node, source)
    own = ComplexTypeDef(
        None,
        content="elements" if mixed or not _is_empty(particle) else "empty",
        mixed=mixed,
        particle=particle,
        attributes=uses,
        any_attribute=wildcard,
    )
    return _finished(reader, node, source, name, own)


def redefine_complex_type(
    reader: SchemaReader,
    node: Node,
    source: SchemaSource,
    name: QName,
    original: ComplexTypeDef,
) -> ComplexTypeDef:
    """An xs:complexType in xs:redefine, folded into what it redefines (part 1, 4.2.2).

    The result derives from what the original derives from, since the original has no name of
    its own any more.
    """
    for tag, child in xsd_children(node):
        if tag not in ("simpleContent", "complexContent"):
            continue
        for kind, step in xsd_children(child):
            if kind not in _DERIVATIONS:
                continue
            uses, wildcard = read_attribute_uses(reader, step, source)
            merged = {use.name: use for use in original.attributes}
            merged.update((use.name, use) for use in uses)
            folded = replace(
                original,
                attributes=tuple(merged.values()),
                any_attribute=wildcard or original.any_attribute,
            )
            if tag == "complexContent":
                particle = _own_particle(reader, step, source)
                folded = _refolded(folded, particle, _DERIVATIONS[kind])
            elif kind == "restriction":
                simple = _restricted(reader, step, source, original.simple)
                folded = replace(folded, simple=simple)
            return _finished(reader, node, source, name, folded)
    text = f"the redefinition of {name.clark} does not derive from it: it replaces it"
    reader.notes.add("redefine", text, source.where(node))
    return read_complex_type(reader, node, source, name)


def _refolded(
    original: ComplexTypeDef, particle: Group | None, derivation: Derivation
) -> ComplexTypeDef:
    """The original's content extended by, or restricted to, a particle."""
    if derivation == "restriction":
        content: Literal["elements", "empty"] = "empty" if _is_empty(particle) else "elements"
        content = "elements" if original.mixed else content
        return replace(original, derivation="restriction", particle=particle, content=content)
    if particle is None or _is_empty(particle):
        return original
    if original.particle is not None:
        particle = Group("sequence", (original.particle, particle))
    return replace(original, particle=particle, content="elements")


def _finished(
    reader: SchemaReader,
    node: Node,
    source: SchemaSource,
    name: QName | None,
    content: ComplexTypeDef,
) -> ComplexTypeDef:
    """The content with what stands on the xs:complexType itself."""
    return replace(
        content,
        name=name,
        abstract=reader.flag(node, "abstract", source),
        block=reader.derivation_set(node, "block", source, _SETS),
        final=reader.derivation_set(node, "final", source, _SETS),
        documentation=xsd_documentation(node) or content.documentation,
        where=source.where(node),
    )


def _base(reader: SchemaReader, node: Node, source: SchemaSource) -> _Base:
    """What a restriction or extension derives from."""
    text = node.get("base")
    if text is None or not text.strip():
        reader.notes.add("complex-type", "a derivation without base", source.where(node))
        return _Base(ANY_TYPE, None, missing=True)
    name = reader.reference("type", text, node, source)
    if name is None:
        return _Base(ANY_TYPE, None, missing=True)
    if reader.is_open(name):
        # An anonymous type inside its own base: so much of that is known that it has elements.
        # (Named types that derive from themselves are cut when all have been read.)
        return _Base(name, ComplexTypeDef(name, content="elements"))
    return _Base(name, reader.type_def(name))


# -- simple content --------------------------------------------------------------------------------


def _simple_content(
    reader: SchemaReader, node: Node, source: SchemaSource, derivation: Derivation, mixed: bool
) -> ComplexTypeDef:
    """xs:simpleContent (part 1, 3.4.2): the type of the text, and attributes."""
    base = _base(reader, node, source)
    uses, wildcard = read_attribute_uses(reader, node, source)
    simple = _simple_of(reader, base, node, source)
    if derivation == "restriction":
        simple = _restricted(reader, node, source, simple)
    elif simple is None:
        simple = ANY_SIMPLE_TYPE
    return ComplexTypeDef(
        None,
        base=base.name,
        derivation=derivation,
        content="simple",
        simple=simple,
        attributes=uses,
        any_attribute=wildcard,
    )


def _simple_of(
    reader: SchemaReader, base: _Base, node: Node, source: SchemaSource
) -> SimpleRef | None:
    """The simple type behind the base of a simple content; None where it has none."""
    if base.complex is None:
        return ANY_SIMPLE_TYPE if base.name == ANY_TYPE else base.name
    if base.complex.content == "simple":
        return base.complex.simple
    if not any(tag == "simpleType" for tag, _ in xsd_children(node)):
        text = f"simpleContent on {base.name.clark}, whose content is not simple"
        reader.notes.add("not-simple", text, source.where(node))
    return None


def _restricted(
    reader: SchemaReader, node: Node, source: SchemaSource, base: SimpleRef | None
) -> SimpleRef:
    """The base (or the simpleType inside) with the facets of a restriction."""
    for tag, child in xsd_children(node):
        if tag == "simpleType":
            base = read_simple_type(reader, child, source, None)
    if base is None:
        base = ANY_SIMPLE_TYPE
    facets = read_facets(reader, node, source, base)
    if not facets:
        return base
    definition = reader.type_def(base) if isinstance(base, QName) else base
    variety = definition.variety if isinstance(definition, SimpleTypeDef) else "atomic"
    return SimpleTypeDef(None, variety, base=base, facets=facets, where=source.where(node))


# -- complex content -------------------------------------------------------------------------------


def _complex_content(
    reader: SchemaReader, node: Node, source: SchemaSource, derivation: Derivation, mixed: bool
) -> ComplexTypeDef:
    """xs:complexContent (part 1, 3.4.2): effective content of base and own together."""
    base = _base(reader, node, source)
    if base.is_simple:
        text = (
            f"complexContent on {base.name.clark}, whose content is simple: read as simpleContent"
        )
        reader.notes.add("not-complex", text, source.where(node))
        return _simple_content(reader, node, source, derivation, mixed)
    particle = _own_particle(reader, node, source)
    uses, wildcard = read_attribute_uses(reader, node, source)
    array = array_of(reader, node, source, base.name, base.complex, particle)
    if derivation == "extension" and base.name == ANY_TYPE and not base.missing:
        particle, mixed = _after_anything(particle, source), True
        wildcard = wildcard or Wildcard("##any", source.target_namespace, "lax")
    if derivation == "extension" and base.complex is not None:
        mixed = mixed or base.complex.mixed
        empty = _is_empty(particle) and base.complex.content == "empty"
        particle = None if _is_empty(particle) else particle
    else:
        derivation = "restriction"  # xs:anyType is no type of ours to add to
        empty = _is_empty(particle)
    return ComplexTypeDef(
        None,
        base=base.name,
        derivation=derivation,
        content="elements" if mixed or array or not empty else "empty",
        mixed=mixed,
        particle=particle,
        attributes=uses,
        any_attribute=wildcard,
        array=array,
    )


def _after_anything(particle: Group | None, source: SchemaSource) -> Group:
    """What extends xs:anyType: first whatever that allows (part 1, 3.4.7), then its own."""
    anything = AnyParticle(Wildcard("##any", source.target_namespace, "lax"), 0, None)
    if particle is None or _is_empty(particle):
        return Group("sequence", (anything,))
    return Group("sequence", (anything, particle))


def _own_particle(reader: SchemaReader, node: Node, source: SchemaSource) -> Group | None:
    """The content model written in a type, restriction or extension, as a group."""
    loose: list[Particle] = []
    for tag, child in xsd_children(node):
        if tag in _PARTICLES:
            particle = read_particle(reader, tag, child, source)
            if isinstance(particle, Group):
                return particle
        elif tag in _LOOSE_PARTICLES:
            found = read_particle(reader, tag, child, source)
            if found is not None:
                loose.append(found)
    if not loose:
        return None
    text = "elements right inside a type are read as a sequence"
    reader.notes.add("loose-element", text, source.where(node))
    return Group("sequence", tuple(loose))


def _is_empty(particle: Group | None) -> bool:
    """Whether a particle allows no element at all (an empty choice is taken for empty too)."""
    if particle is None:
        return True
    stack = [particle]
    while stack:
        for item in stack.pop().items:
            if not isinstance(item, Group):
                return False
            stack.append(item)
    return True
