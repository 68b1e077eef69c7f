"""Which types derive from a type: what an abstract or extended type may turn out to be."""

from __future__ import annotations

from typing import Any

from ZSI.samples.derived import children
from ZSI.schema import Registry
from ZSI.TC.complextype import ComplexType


def subtypes(ctype: ComplexType) -> tuple[ComplexType, ...]:
    """The named types derived from this one, through any number of steps, itself left out."""
    found: list[ComplexType] = []
    pending = [ctype]
    while pending:
        derived = sorted(children(pending.pop()), key=_order)
        found += derived
        pending += derived
    return tuple(found)


def _order(ctype: ComplexType) -> tuple[str, str]:
    assert ctype.name is not None, "only named types are looked up"
    return ctype.name.localname, ctype.name.namespace or ""


def every_type(registry: Registry) -> dict[Any, Any]:
    """The classes of a registry's named complex types, by name, in the order of the names."""
    names = sorted(registry.types, key=lambda name: (name[1], name[0] or ""))
    declared = {name: registry.types[name] for name in names}
    return {name: each for name, each in declared.items() if hasattr(each, "complex_type")}
