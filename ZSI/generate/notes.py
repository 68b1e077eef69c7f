"""Docstrings of generated types: what a thing stands for, the schema's words, its facets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ZSI.generate.plan import ArrayPlan, ClassPlan, FieldPlan, SimplePlan
from ZSI.generate.source import literal, readable

#: Facets that nobody has to know in order to write a value.
_SILENT = frozenset(("namespaces", "whiteSpace"))
#: Values of a facet that a docstring lists.
_LISTED = 20


def class_notes(plan: ClassPlan) -> str:
    """The docstring of a class."""
    for kind, name in (("Element", plan.element), ("Type", plan.type), ("Message", plan.message)):
        if name is not None:
            space = f" of {name.namespace}" if name.namespace else ""
            return f"{kind} {name.localname}{space}.\n\n{readable(plan.documentation)}"
    if dict(plan.options).get("body"):
        return "The parts of a message, side by side in the Body."
    return readable(plan.documentation) or "An anonymous type."


def simple_notes(plan: SimplePlan) -> str:
    """The docstring of a simple type's alias."""
    return _joined((readable(plan.documentation), _facets(plan.facets, not plan.literal)))


def array_notes(plan: ArrayPlan) -> str:
    """The docstring of an array's alias."""
    return readable(plan.documentation)


def field_notes(field: FieldPlan) -> str:
    """The docstring of a field."""
    return _joined(_field_notes(field))


def _field_notes(field: FieldPlan) -> Iterator[str]:
    yield readable(field.documentation)
    if isinstance(field.type, SimplePlan) and field.type.python is None:
        yield _facets(field.type.facets, "Literal[" not in field.type.hint)
    if field.fixed is not None:
        yield f"Always {literal(field.fixed)}."
    elif field.default is not None:
        yield f"Default {literal(field.default)}."


def _joined(paragraphs: Iterable[str]) -> str:
    return "\n\n".join(filter(None, paragraphs))


def _facets(facets: tuple[tuple[str, Any], ...], enumerated: bool) -> str:
    """The facets on one line; enumerations only where the annotation does not have them."""
    parts = []
    for name, value in facets:
        if name in _SILENT or (name == "enumeration" and not enumerated):
            continue
        if isinstance(value, list):
            more = " …" if len(value) > _LISTED else ""
            value = ", ".join(value[:_LISTED]) + more
        parts.append(f"{name} {value}")
    return "; ".join(parts)
