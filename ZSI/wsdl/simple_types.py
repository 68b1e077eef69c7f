"""Reads xs:simpleType (XSD 1.0 part 1, 3.14; facets: part 2, 4.3)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from ZSI.errors import Where, quote
from ZSI.names import XSD, QName
from ZSI.wsdl.components import (
    ANY_SIMPLE_TYPE,
    ANY_TYPE,
    ComplexTypeDef,
    Facet,
    SimpleRef,
    SimpleTypeDef,
)
from ZSI.wsdl.documents import SchemaSource
from ZSI.wsdl.nodes import Node, is_true, words, xsd_children, xsd_documentation

if TYPE_CHECKING:
    from ZSI.wsdl.schema_reader import SchemaReader

Variety = Literal["atomic", "list", "union"]

#: Facets whose value must be a non-negative integer.
_COUNTS = frozenset(
    {"length", "minLength", "maxLength", "totalDigits", "fractionDigits", "precision", "scale"}
)
_FACETS = _COUNTS | {
    "enumeration",
    "pattern",
    "whiteSpace",
    "minInclusive",
    "maxInclusive",
    "minExclusive",
    "maxExclusive",
    "encoding",
}
_OLD_FACETS = {"precision": "totalDigits", "scale": "fractionDigits"}
_LIST_BUILTINS = frozenset({"NMTOKENS", "IDREFS", "ENTITIES"})
_PREFIXED_BUILTINS = frozenset({"QName", "NOTATION"})
_NUMBER = re.compile(r"\+?[0-9]{1,9}\Z")
#: What a pattern has that may not be of XSD (part 2, appendix F): unusual escapes, and quantifiers
#: of another form or after nothing. Others are not asked about: who knows takes long to import.
_ODD_PATTERN = re.compile(
    r"\\[^nrt\\|.\-^?*+{}()\[\]sSiIcCdDwWpP]|\\[pP](?!\{(?:[LMNPZSC][a-z]?|Is[^}]+)\})"
    r"|\(\?|[*+?}][*+?{]|(?:\A|[(|])[*+?{]|\{(?!\d+(?:,\d*)?\})"
)
_COUNT = re.compile(r"\{(\d+),(\d+)\}")


def read_simple_type(
    reader: SchemaReader,
    node: Node,
    source: SchemaSource,
    name: QName | None,
    original: SimpleTypeDef | None = None,
) -> SimpleTypeDef:
    """A simple type from its xs:simpleType; ``original`` is what it redefines, if anything."""
    return replace(
        _derived(reader, node, source, original),
        name=name,
        final=reader.derivation_set(node, "final", source, ("restriction", "list", "union")),
        documentation=xsd_documentation(node),
        where=source.where(node),
    )


def _derived(
    reader: SchemaReader, node: Node, source: SchemaSource, original: SimpleTypeDef | None
) -> SimpleTypeDef:
    """The restriction, list or union inside an xs:simpleType."""
    if node.get("base"):  # the draft of 1999 has base and facets on the simpleType itself
        base = _written(reader, node, "base", source)
        facets = read_facets(reader, node, source, base)
        return SimpleTypeDef(None, variety_of(reader, base), base=base, facets=facets)
    for tag, child in xsd_children(node):
        if tag == "restriction":
            base = original or _written(reader, child, "base", source)
            facets = read_facets(reader, child, source, base)
            return SimpleTypeDef(None, variety_of(reader, base), base=base, facets=facets)
        if tag == "list":
            return SimpleTypeDef(None, "list", item=_written(reader, child, "itemType", source))
        if tag == "union":
            return SimpleTypeDef(None, "union", members=_members(reader, child, source))
    reader.notes.add("simple-type", "a simpleType that derives from nothing", source.where(node))
    return SimpleTypeDef(None, base=ANY_SIMPLE_TYPE)


def simple_reference(reader: SchemaReader, text: str, node: Node, source: SchemaSource) -> QName:
    """The simple type that a QName means; xs:anySimpleType, after a finding, if none does."""
    found = reader.reference("type", text, node, source)
    if found is None:
        return ANY_SIMPLE_TYPE
    where = source.where(node)
    if found == ANY_TYPE:
        return ANY_SIMPLE_TYPE
    if reader.is_open(found):
        text = f"type {found.clark} derives from itself; read as xsd:anySimpleType"
        reader.notes.add("circular", text, where)
        return ANY_SIMPLE_TYPE
    definition = reader.type_def(found)
    if isinstance(definition, ComplexTypeDef):
        if definition.content == "simple" and isinstance(definition.simple, QName):
            kept = definition.simple
        else:
            kept = ANY_SIMPLE_TYPE
        text = f"type {found.clark} is complex where a simple one must stand; read as {kept.clark}"
        reader.notes.add("not-simple", text, where)
        return kept
    return found


def variety_of(reader: SchemaReader, ref: SimpleRef | None) -> Variety:
    """The variety of a simple type."""
    if isinstance(ref, SimpleTypeDef):
        return ref.variety
    if ref is None:
        return "atomic"
    if ref.namespace == XSD:
        return "list" if ref.localname in _LIST_BUILTINS else "atomic"
    definition = reader.type_def(ref)
    return definition.variety if isinstance(definition, SimpleTypeDef) else "atomic"


def read_facets(
    reader: SchemaReader, node: Node, source: SchemaSource, base: SimpleRef
) -> tuple[Facet, ...]:
    """The facets among the children of a restriction, in order."""
    facets = []
    prefixed: bool | None = None
    for tag, child in xsd_children(node):
        if tag not in _FACETS or tag == "encoding":
            continue
        value = child.get("value")
        if value is None:
            reader.notes.add("facet", f"{tag} without value", source.where(child))
            continue
        if tag in _COUNTS and not _NUMBER.match(value.strip()):
            text = f"{tag} is {quote(value)}, not a small whole number: left out"
            reader.notes.add("facet", text, source.where(child))
            continue
        if tag == "pattern":
            _note_odd(reader, value, source.where(child))
        namespaces: tuple[tuple[str | None, str], ...] = ()
        if tag == "enumeration":
            prefixed = _is_prefixed(reader, base) if prefixed is None else prefixed
            namespaces = tuple(child.nsmap.items()) if prefixed else ()
        facets.append(
            Facet(
                _OLD_FACETS.get(tag, tag),
                value,
                is_true(child.get("fixed")),
                namespaces,
                xsd_documentation(child) if len(child) else None,
            )
        )
    return tuple(facets)


def _note_odd(reader: SchemaReader, pattern: str, where: Where) -> None:
    """Note a pattern that XSD does not know, or that means something else there."""
    odd = pattern.count("[") != pattern.count("]") or pattern.count("(") != pattern.count(")")
    odd = odd or any(int(least) > int(most) for least, most in _COUNT.findall(pattern))
    if odd or _ODD_PATTERN.search(pattern):
        from ZSI.TC.patterns import is_usable

        if not is_usable(pattern):
            text = f"pattern {quote(pattern)} is not of XML Schema 1.0: nothing is held against it"
            reader.notes.add("facet", text, where)
    elif pattern.startswith("^") and pattern.endswith("$"):
        text = (
            f"pattern {quote(pattern)} takes only text that begins with ^ and ends with $: "
            "in XML Schema both stand for themselves"
        )
        reader.notes.add("pattern-anchors", text, where, "notice")


def _written(reader: SchemaReader, node: Node, attribute: str, source: SchemaSource) -> SimpleRef:
    """The simple type that an attribute names, or that stands inside."""
    text = node.get(attribute)
    if text is not None and text.strip():
        return simple_reference(reader, text, node, source)
    for tag, child in xsd_children(node):
        if tag == "simpleType":
            return read_simple_type(reader, child, source, None)
    reader.notes.add("simple-type", f"neither {attribute} nor a simpleType", source.where(node))
    return ANY_SIMPLE_TYPE


def _members(reader: SchemaReader, node: Node, source: SchemaSource) -> tuple[SimpleRef, ...]:
    """The member types of a union: ``memberTypes`` first, then those inside (part 2, 4.1.2)."""
    members: list[SimpleRef] = [
        simple_reference(reader, text, node, source) for text in words(node.get("memberTypes"))
    ]
    members += [
        read_simple_type(reader, child, source, None)
        for tag, child in xsd_children(node)
        if tag == "simpleType"
    ]
    if not members:
        reader.notes.add("simple-type", "a union of nothing", source.where(node))
        members.append(ANY_SIMPLE_TYPE)
    return tuple(members)


def _is_prefixed(reader: SchemaReader, ref: SimpleRef | None) -> bool:
    """Whether values of a type are QNames or NOTATIONs, so that prefixes count."""
    while ref is not None:
        if isinstance(ref, QName):
            if ref.namespace == XSD:
                return ref.localname in _PREFIXED_BUILTINS
            definition = reader.type_def(ref)
            if not isinstance(definition, SimpleTypeDef):
                return False
            ref = definition
        if ref.variety == "list" and ref.item is not None:
            ref = ref.item
        elif ref.members:
            return any(_is_prefixed(reader, member) for member in ref.members)
        else:
            ref = ref.base
    return False
