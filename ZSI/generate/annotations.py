"""Annotations: the Python type of each XSD type, as text, and the imports that it needs."""

from __future__ import annotations

import re

from ZSI.names import SOAP11_ENC, SOAP12_ENC, XSD, QName
from ZSI.TC.builtin import BUILTIN
from ZSI.wsdl.components import ComplexTypeDef, Schema, SimpleTypeDef, TypeRef

#: Enumerations beyond this many values are annotated by their base: editors stop showing more.
LITERAL_VALUES = 250

_IDENTIFIER = re.compile(r"(?<![\w.])[^\W\d]\w*")
#: Annotations as `SimpleType.hint` has them, and as a generated module can refer to them.
_QUALIFIED = {
    "datetime | DateTime": "datetime.datetime | TC.DateTime",
    "date | Date": "datetime.date | TC.Date",
    "time | Time": "datetime.time | TC.Time",
    **{name: f"TC.{name}" for name in (
        "Duration", "GDay", "GMonth", "GMonthDay", "GYear", "GYearMonth", "QName",
    )},
}  # fmt: skip


def simple_hint(ref: TypeRef, schema: Schema, depth: int = 0) -> str:
    """The annotation of a simple type, aliases written out.

    >>> simple_hint(QName(XSD, "int"), Schema())
    'int'
    """
    if isinstance(ref, QName):
        if ref.namespace in (XSD, SOAP11_ENC, SOAP12_ENC) and ref not in schema.types:
            known = BUILTIN.get(ref.localname)
            return _QUALIFIED.get(known.hint, known.hint) if known is not None else "Any"
        found = schema.types.get(ref)
        if found is None:
            return "Any"
        ref = found
    if not isinstance(ref, SimpleTypeDef) or depth > 50:  # a chain of 50 aliases is a circle
        return "Any"
    if ref.members:
        return _union(simple_hint(member, schema, depth + 1) for member in ref.members)
    if ref.item is not None:
        return f"list[{simple_hint(ref.item, schema, depth + 1)}]"
    base = simple_hint(ref.base, schema, depth + 1) if ref.base is not None else "Any"
    return _literal(ref, base) or base


def _literal(definition: SimpleTypeDef, base: str) -> str | None:
    """The annotation of an enumeration of strings or integers; None for others."""
    values = definition.enumeration
    if not 0 < len(values) <= LITERAL_VALUES:
        return None
    if base == "str" or base.startswith("Literal["):
        return f"Literal[{', '.join(repr(value) for value in dict.fromkeys(values))}]"
    if base == "int":
        try:
            numbers = dict.fromkeys(int(value) for value in values)
        except ValueError:
            return None
        return f"Literal[{', '.join(map(repr, numbers))}]"
    return None


def _union(hints: object) -> str:
    parts: dict[str, None] = {}
    for hint in hints:  # type: ignore[attr-defined]  # an iterable of text
        parts.update(dict.fromkeys(hint.split(" | ") if "[" not in hint else [hint]))
    return "Any" if "Any" in parts else " | ".join(parts)


def is_complex(ref: TypeRef, schema: Schema) -> bool:
    """Whether a reference means a complex type other than anyType."""
    return isinstance(schema.type_of(ref), ComplexTypeDef)


def wrap(hint: str, *, many: bool, nillable: bool, optional: bool) -> str:
    """A field's annotation from its type's: lists, nil and absence.

    >>> wrap("int", many=True, nillable=True, optional=True)
    'list[int | TC.Nil]'
    >>> wrap("str", many=False, nillable=False, optional=True)
    'str | None'
    """
    if many:
        return f"list[{hint if not nillable or hint == 'Any' else hint + ' | TC.Nil'}]"
    if hint == "Any":
        return hint
    nil = " | TC.Nil" if nillable else ""
    return f"{hint}{nil}{' | None' if optional or nillable else ''}"


def names_in(hint: str) -> set[str]:
    """The identifiers in an annotation, without those inside quotes."""
    bare = re.sub(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", "", hint)
    return set(_IDENTIFIER.findall(bare))
