"""Which named types derive from a type.

A registry may know that before the classes of its types are made; then only those that are asked
for are made: NetSuite has 1,300 complex types, and 4 of them are references to records.
"""

from __future__ import annotations

from ZSI.schema import Registry
from ZSI.TC.complextype import ComplexType

_KEY = "samples: derived types"


def children(ctype: ComplexType) -> list[ComplexType]:
    """The named complex types derived from this one in one step, in order of declaration."""
    registry = ctype.registry
    known: dict[ComplexType, list[ComplexType]] = registry.built.setdefault(_KEY, {})
    if registry.derived is None:
        if not known:
            known.update(_all(registry))
        return known.get(ctype, [])
    found = known.get(ctype)
    if found is None:
        names = registry.derived.get(ctype.name, ()) if ctype.name is not None else ()
        found = known[ctype] = [registry.types[name].complex_type() for name in names]
    return found


def _all(registry: Registry) -> dict[ComplexType, list[ComplexType]]:
    """The same for every type, by their classes."""
    made: dict[ComplexType, list[ComplexType]] = {}
    for name in list(registry.types):
        declared = registry.types[name]
        if hasattr(declared, "complex_type"):
            own: ComplexType = declared.complex_type()
            if own.base is not None:
                made.setdefault(own.base, []).append(own)
    return made
