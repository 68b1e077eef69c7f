"""Reads elements, model groups and wildcards (XSD 1.0 part 1, 3.3, 3.7 to 3.10)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from ZSI.errors import quote
from ZSI.names import XMIME, XSD, QName
from ZSI.TC.identity import IdentityConstraint
from ZSI.TC.wildcard import Wildcard
from ZSI.wsdl.attributes import read_wildcard
from ZSI.wsdl.components import (
    ANY_TYPE,
    AnyParticle,
    ElementDecl,
    ElementParticle,
    Group,
    Particle,
    TypeRef,
)
from ZSI.wsdl.documents import SchemaSource
from ZSI.wsdl.nodes import Node, is_ncname, xsd_children, xsd_documentation
from ZSI.wsdl.simple_types import read_simple_type

if TYPE_CHECKING:
    from ZSI.wsdl.schema_reader import SchemaReader

_GROUPS: dict[str, Literal["sequence", "choice", "all"]] = {
    "sequence": "sequence",
    "choice": "choice",
    "all": "all",
}
_CONSTRAINTS: dict[str, Literal["key", "unique", "keyref"]] = {
    "key": "key",
    "unique": "unique",
    "keyref": "keyref",
}
_MEDIA_TYPES = f"{{{XMIME}}}expectedContentTypes"
_MEDIA_TYPES_OLD = "{http://www.w3.org/2004/11/xmlmime}expectedContentTypes"
_BLOCKS = ("extension", "restriction", "substitution")
_FINALS = ("extension", "restriction")
#: Digits of an occurrence beyond which it is as good as unbounded.
_OCCURRENCE_DIGITS = 9


def read_element(
    reader: SchemaReader, node: Node, source: SchemaSource, name: QName
) -> ElementDecl:
    """The declaration in an xs:element that has a name."""
    get = node.get
    head_text = get("substitutionGroup")
    head = reader.reference("element", head_text, node, source) if head_text else None
    fixed = get("fixed")
    inside = len(node) > 0
    return ElementDecl(
        name,
        _type(reader, node, source, head),
        nillable=any(reader.flag(node, n, source) for n in ("nillable", "nullable")),
        default=None if fixed is not None else get("default"),
        fixed=fixed,
        abstract=reader.flag(node, "abstract", source),
        block=reader.derivation_set(node, "block", source, _BLOCKS),
        final=reader.derivation_set(node, "final", source, _FINALS),
        substitution_group=head,
        constraints=_constraints(reader, node, source) if inside else (),
        media_types=get(_MEDIA_TYPES) or get(_MEDIA_TYPES_OLD),
        documentation=xsd_documentation(node) if inside else None,
        where=source.where(node),
    )


def read_particle(
    reader: SchemaReader, tag: str, node: Node, source: SchemaSource
) -> Particle | None:
    """The particle in an element, group, sequence, choice, all or any; None if it says nothing."""
    low, high = _occurs(reader, node, source)
    if high == 0:
        return None
    if tag == "element":
        return _element_particle(reader, node, source, low, high)
    if tag in _GROUPS:
        return read_group(reader, tag, node, source, low, high)
    if tag == "any":
        return AnyParticle(read_wildcard(node, source), low, high)
    return _group_reference(reader, node, source, low, high)


def read_group(
    reader: SchemaReader,
    tag: str,
    node: Node,
    source: SchemaSource,
    low: int = 1,
    high: int | None = 1,
) -> Group:
    """A sequence, choice or all, or anything that holds particles as if it were a sequence."""
    items = []
    for name, child in xsd_children(node):
        if name in _PARTICLES:
            particle = read_particle(reader, name, child, source)
            if particle is not None:
                items.append(particle)
    return Group(_GROUPS.get(tag, "sequence"), tuple(items), low, high)


def read_named_group(reader: SchemaReader, node: Node, source: SchemaSource) -> Group:
    """The content of a named xs:group, with an occurrence of once."""
    for tag, child in xsd_children(node):
        if tag in _GROUPS:
            return read_group(reader, tag, child, source)
    return Group("sequence")


_PARTICLES = frozenset({"element", "group", "any", *_GROUPS})


def _element_particle(
    reader: SchemaReader, node: Node, source: SchemaSource, low: int, high: int | None
) -> Particle | None:
    """A local element or a reference to a global one."""
    ref = node.get("ref")
    if ref is None:
        local = (node.get("name") or "").strip()
        if not is_ncname(local):
            text = f"an element without ref whose name is {quote(local)} is left out"
            reader.notes.add("name", text, source.where(node))
            return None
        name = QName(reader.form(node, source), local)
        return ElementParticle(read_element(reader, node, source, name), None, low, high)
    written = reader.qname(ref, node, source)
    if written == (XSD, "schema"):
        # .NET's DataSet: <xs:element ref="xs:schema"/> followed by <xs:any/>
        text = "a reference to xs:schema is read as any element of the XML Schema namespace"
        reader.notes.add("dataset", text, source.where(node))
        return AnyParticle(Wildcard((XSD,), source.target_namespace, "skip"), low, high)
    found = reader.reference("element", ref, node, source)
    if found is not None:
        return ElementParticle(None, found, low, high)
    decl = ElementDecl(written, where=source.where(node))
    return ElementParticle(decl, None, low, high)


def _group_reference(
    reader: SchemaReader, node: Node, source: SchemaSource, low: int, high: int | None
) -> Group | None:
    """The group that an xs:group refers to, with the occurrence of the reference."""
    ref = node.get("ref")
    if ref is None:
        reader.notes.add("name", "an xs:group without ref in a type", source.where(node))
        return read_named_group(reader, node, source)
    name = reader.reference("group", ref, node, source)
    group = reader.group_def(name, node, source) if name is not None else None
    return replace(group, min=low, max=high) if group is not None else None


def _occurs(reader: SchemaReader, node: Node, source: SchemaSource) -> tuple[int, int | None]:
    """minOccurs and maxOccurs (part 1, 3.9.2); what cannot be is a finding."""
    low_text, high_text = node.get("minOccurs"), node.get("maxOccurs")
    if low_text is None and high_text is None:
        return 1, 1
    low = _count(low_text, 1)
    high = None if (high_text or "").strip() in ("unbounded", "*") else _count(high_text, 1)
    if low is None or (high is None and _is_wrong(high_text)):
        text = f"minOccurs={quote(low_text)}, maxOccurs={quote(high_text)} make no sense"
        reader.notes.add("occurs", text, source.where(node))
    low = 1 if low is None else low
    if high is not None and high < low:
        if high_text is not None:
            text = f"minOccurs={low} is more than maxOccurs={high}; minOccurs is taken as {high}"
            reader.notes.add("occurs", text, source.where(node))
            return high, high
        high = low
    return low, high


def _count(text: str | None, default: int) -> int | None:
    """A non-negative integer; None if it is none, or far too large to count to."""
    if text is None:
        return default
    digits = text.strip()
    if digits.isascii() and digits.isdigit() and len(digits) <= _OCCURRENCE_DIGITS:
        return int(digits)
    return None


def _is_wrong(text: str | None) -> bool:
    """Whether a maxOccurs is neither a number nor unbounded."""
    stripped = (text or "1").strip()
    return stripped not in ("unbounded", "*") and not (stripped.isascii() and stripped.isdigit())


def _type(reader: SchemaReader, node: Node, source: SchemaSource, head: QName | None) -> TypeRef:
    """The type of an element: named, inside, its head's, or xs:anyType (part 1, 3.3.2)."""
    text = node.get("type")
    if text is not None and text.strip():
        return reader.type_reference(text, node, source)
    for tag, child in xsd_children(node):
        if tag == "simpleType":
            return read_simple_type(reader, child, source, None)
        if tag == "complexType":
            return reader.anonymous_type(child, source)
    if head is not None and (declaration := reader.element_def(head)) is not None:
        return declaration.type
    return ANY_TYPE


def _constraints(
    reader: SchemaReader, node: Node, source: SchemaSource
) -> tuple[IdentityConstraint, ...]:
    """The key, unique and keyref children as data."""
    found = []
    for tag, child in xsd_children(node):
        kind = _CONSTRAINTS.get(tag)
        if kind is None:
            continue
        paths: dict[str, list[str]] = {"selector": [], "field": []}
        for name, part in xsd_children(child):
            if name in paths:
                paths[name].append((part.get("xpath") or ".").strip())
        refer = child.get("refer")
        found.append(
            IdentityConstraint(
                kind,
                QName(source.target_namespace, child.get("name", "")),
                "|".join(paths["selector"]) or ".",
                tuple(paths["field"]),
                reader.qname(refer, child, source) if refer else None,
                tuple(child.nsmap.items()),
            )
        )
    return tuple(found)
