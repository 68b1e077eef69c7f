"""SOAP arrays in schemas: restrictions of the encoding's Array (WSDL 1.1 section 2.2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ZSI.errors import quote
from ZSI.names import SOAP11_ENC, SOAP12_ENC, QName
from ZSI.wsdl.components import (
    ANY_TYPE,
    ArrayInfo,
    ComplexTypeDef,
    ElementParticle,
    Group,
    TypeRef,
)
from ZSI.wsdl.documents import SchemaSource
from ZSI.wsdl.nodes import Node, xsd_name

if TYPE_CHECKING:
    from ZSI.wsdl.schema_reader import SchemaReader

_ARRAYS = {QName(SOAP11_ENC, "Array"): False, QName(SOAP12_ENC, "Array"): True}
#: ``atype`` and ``asize`` of SOAP 1.1 section 5.4.2, sizes and all.
_ARRAY_TYPE = re.compile(r"\s*([^\s\[\]]+)\s*((?:\[[\s\d,]*\]\s*)*)\Z")


def array_of(
    reader: SchemaReader,
    node: Node,
    source: SchemaSource,
    base: QName,
    definition: ComplexTypeDef | None,
    particle: Group | None,
) -> ArrayInfo | None:
    """The array that a restriction or extension makes of its base; None if it is no array.

    ``wsdl:arrayType`` counts in whatever namespace it stands, as authors write it in several.
    """
    inherited = definition.array if definition is not None else None
    if base not in _ARRAYS and inherited is None:
        return None
    item_name, item_type = _sole_item(reader, particle)
    written = _array_type(node)
    soap12 = _ARRAYS.get(base, inherited.soap12 if inherited else False)
    if written is None:
        if inherited is not None and item_type is None:
            return inherited
        return ArrayInfo(item_type or ANY_TYPE, "[]", item_name, False, soap12)
    text, holder = written
    match = _ARRAY_TYPE.match(text)
    if match is None:
        message = f"arrayType {quote(text)} is not a type with brackets"
        reader.notes.add("array-type", message, source.where(holder))
        return ArrayInfo(item_type or ANY_TYPE, "[]", item_name, False, soap12)
    item = reader.type_reference(match[1], holder, source)
    ranks = re.sub(r"[\s\d]", "", match[2])
    if not ranks:
        message = f"arrayType {quote(text)} has no brackets: read as a simple array"
        reader.notes.add("array-type", message, source.where(holder))
    return ArrayInfo(item, ranks or "[]", item_name, True, soap12)


def _array_type(node: Node) -> tuple[str, Node] | None:
    """The text of an arrayType attribute on one of the xs:attribute children, and where."""
    for child in node:
        if xsd_name(child) == "attribute":
            for key, value in child.items():
                if str(key).endswith("}arrayType"):
                    return str(value), child
    return None


def _sole_item(reader: SchemaReader, particle: Group | None) -> tuple[QName | None, TypeRef | None]:
    """Name and type of the only element of a content model."""
    found: list[ElementParticle] = []
    stack = [particle] if particle is not None else []
    while stack:
        for item in stack.pop().items:
            if isinstance(item, Group):
                stack.append(item)
            elif isinstance(item, ElementParticle):
                found.append(item)
    if len(found) != 1:
        return None, None
    if found[0].decl is not None:
        return found[0].name, found[0].decl.type
    declaration = reader.element_def(found[0].name)
    return found[0].name, declaration.type if declaration is not None else None
