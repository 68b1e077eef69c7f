"""Which named types derive from a type.

A registry may know that before the classes of its types are made; then only those that are asked
for are made: NetSuite has 1,300 complex types, and 4 of them are references to records.
"""

from __future__ import annotations

from collections.abc import Iterator

from ZSI.schema import Registry
from ZSI.TC.complextype import ComplexType

_KEY = "samples: derived types"


def children(ctype: ComplexType) -> Iterator[ComplexType]:
    """The named complex types derived from this one in one step, in order of declaration.

    Each is made when it is its turn: from NetSuite's Record 300 types are derived, and the first
    may do.
    """
    registry = ctype.registry
    if registry.derived is None:
        known: dict[ComplexType, list[ComplexType]] | None = registry.built.get(_KEY)
        if known is None:
            known = registry.built[_KEY] = _all(registry)
        yield from known.get(ctype, ())
    elif ctype.name is not None:
        for name in registry.derived.get(ctype.name, ()):
            yield registry.types[name].complex_type()


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
