"""Reads xs:attribute, xs:attributeGroup and xs:anyAttribute (XSD 1.0 part 1, 3.2, 3.6, 3.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ZSI.errors import quote
from ZSI.names import QName
from ZSI.TC.wildcard import ProcessContents, Wildcard, wildcard
from ZSI.wsdl.components import ANY_SIMPLE_TYPE, AttributeDecl, AttributeUse, SimpleRef
from ZSI.wsdl.documents import SchemaSource
from ZSI.wsdl.nodes import Node, is_ncname, words, xsd_children, xsd_documentation
from ZSI.wsdl.simple_types import read_simple_type, simple_reference

if TYPE_CHECKING:
    from ZSI.wsdl.schema_reader import SchemaReader

_PROCESS: dict[str, ProcessContents] = {
    "strict": "strict",
    "lax": "lax",
    "skip": "skip",
}


def read_attribute(
    reader: SchemaReader, node: Node, source: SchemaSource, name: QName
) -> AttributeDecl:
    """The declaration in an xs:attribute that has a name."""
    default, fixed = _value(node)
    return AttributeDecl(
        name,
        _type(reader, node, source),
        default,
        fixed,
        xsd_documentation(node) if len(node) else None,
        source.where(node),
    )


def read_attribute_uses(
    reader: SchemaReader, node: Node, source: SchemaSource
) -> tuple[tuple[AttributeUse, ...], Wildcard | None]:
    """The attribute uses and the wildcard among the children of a type or attribute group.

    A name used twice counts once: the use written here, else the first group's.
    """
    own: dict[QName, AttributeUse] = {}
    grouped: dict[QName, AttributeUse] = {}
    found: Wildcard | None = None
    for tag, child in xsd_children(node):
        if tag == "attribute":
            use = _use(reader, child, source)
            if use is not None:
                own.setdefault(use.name, use)
        elif tag == "attributeGroup" and child.get("ref") is not None:
            name = reader.reference("attributeGroup", child.get("ref", ""), child, source)
            if name is not None:
                uses, inner = reader.attribute_group_def(name, child, source)
                found = found or inner
                for use in uses:
                    grouped.setdefault(use.name, use)
        elif tag == "anyAttribute":
            found = read_wildcard(child, source)
    for name, use in grouped.items():
        own.setdefault(name, use)
    return tuple(own.values()), found


def read_attribute_group(
    reader: SchemaReader, node: Node, source: SchemaSource
) -> tuple[tuple[AttributeUse, ...], Wildcard | None]:
    """The content of a named attribute group."""
    return read_attribute_uses(reader, node, source)


def read_wildcard(node: Node, source: SchemaSource) -> Wildcard:
    """The wildcard in an xs:any or xs:anyAttribute (part 1, 3.10.2)."""
    process = _PROCESS.get((node.get("processContents") or "strict").strip(), "strict")
    namespaces = node.get("namespace", "##any")
    for alone in ("##any", "##other"):  # written beside others they cover them all the same
        namespaces = alone if alone in words(namespaces) else namespaces
    return wildcard(namespaces, target=source.target_namespace, process=process)


def _use(reader: SchemaReader, node: Node, source: SchemaSource) -> AttributeUse | None:
    """One xs:attribute of a type."""
    use = (node.get("use") or "optional").strip()
    required, prohibited = use == "required", use == "prohibited"
    default, fixed = _value(node)
    ref = node.get("ref")
    if ref is not None:
        name = reader.reference("attribute", ref, node, source)
        if name is None:
            decl = AttributeDecl(reader.qname(ref, node, source), where=source.where(node))
            return AttributeUse(decl, None, required, prohibited, default, fixed)
        found = reader.attribute_def(name)
        if found is not None and default is None and fixed is None:
            default, fixed = found.default, found.fixed
        return AttributeUse(None, name, required, prohibited, default, fixed)
    local = (node.get("name") or "").strip()
    if not is_ncname(local):
        text = f"an attribute without ref whose name is {quote(local)} is left out"
        reader.notes.add("name", text, source.where(node))
        return None
    decl = read_attribute(reader, node, source, QName(reader.form(node, source), local))
    return AttributeUse(decl, None, required, prohibited, default, fixed)


def _type(reader: SchemaReader, node: Node, source: SchemaSource) -> SimpleRef:
    """The simple type of an attribute."""
    text = node.get("type")
    if text is not None and text.strip():
        return simple_reference(reader, text, node, source)
    for tag, child in xsd_children(node):
        if tag == "simpleType":
            return read_simple_type(reader, child, source, None)
    return ANY_SIMPLE_TYPE


def _value(node: Node) -> tuple[str | None, str | None]:
    """Default and fixed value; the drafts wrote ``use="default" value="…"``."""
    use = node.get("use")
    if use in ("default", "fixed") and node.get("value") is not None:
        value = node.get("value")
        return (value, None) if use == "default" else (None, value)
    fixed = node.get("fixed")
    return (None if fixed is not None else node.get("default")), fixed
