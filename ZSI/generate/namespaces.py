"""Which namespace's module each definition of a plan belongs into.

A class is imported where another derives from it, so modules follow from their bases; those that
would need each other are one.
"""

from __future__ import annotations

from collections.abc import Iterable

from ZSI.generate.plan import ClassPlan, Plan, SimplePlan
from ZSI.generate.types_printer import Piece


def groups_of(plan: Plan) -> dict[str, int]:
    """The number of the namespace of each name that the module defines.

    What has no namespace of its own belongs to the class that uses it, else to the first.
    """
    numbers = {uri: number for number, uri in enumerate(plan.namespaces)}
    found: dict[str, int] = {}
    for made in plan.classes:
        name = made.type or made.element or made.message
        found[made.python] = numbers.get(name.namespace or "", 0) if name is not None else 0
        for alias in _aliases(made):
            found[alias] = found[made.python]
    for simple in plan.simples:
        if simple.python is not None and simple.name is not None:
            found[simple.python] = numbers.get(simple.name.namespace or "", 0)
    for array in plan.arrays:
        if array.python is not None and array.name is not None:
            found[array.python] = numbers.get(array.name.namespace or "", 0)
            if isinstance(array.item, ClassPlan):
                found[array.item.python] = found[array.python]
    return found


def _aliases(plan: ClassPlan) -> Iterable[str]:
    """The aliases of anonymous types that a class uses."""
    for field in plan.fields:
        if isinstance(field.type, SimplePlan) and field.type.python is not None:
            yield field.type.python
    for nested in plan.nested:
        yield from _aliases(nested)


def arranged(pieces: Iterable[Piece], groups: dict[str, int]) -> dict[int, list[Piece]]:
    """The pieces by group, in an order in which every base comes before what derives from it."""
    pieces = list(pieces)
    needs = _needs(pieces, groups)
    merged = _merged(needs)
    parts: dict[int, list[Piece]] = {}
    for piece in pieces:
        parts.setdefault(merged[groups.get(piece.python, 0)], []).append(piece)
    bases: dict[int, set[int]] = {}
    for number, needed in needs.items():
        bases.setdefault(merged[number], set()).update(merged[other] for other in needed)
    order: list[int] = []

    def visit(group: int) -> None:
        if group in order or group not in parts:
            return
        for needed in sorted(bases[group] - {group}):
            visit(needed)
        order.append(group)

    for group in sorted(parts):
        visit(group)
    return {group: parts[group] for group in order}


def _needs(pieces: list[Piece], groups: dict[str, int]) -> dict[int, set[int]]:
    """By group the groups whose classes its own derive from."""
    needs: dict[int, set[int]] = {group: set() for group in (0, *groups.values())}
    for piece in pieces:
        if piece.python:
            needs[groups[piece.python]] |= {groups[base] for base in piece.bases}
    return needs


def _merged(needs: dict[int, set[int]]) -> dict[int, int]:
    """For each group the least of those that it needs and that need it."""
    reach = {group: _reached(group, needs) for group in needs}
    return {
        group: min({group, *(other for other in reach[group] if group in reach[other])})
        for group in needs
    }


def _reached(group: int, needs: dict[int, set[int]]) -> set[int]:
    found: set[int] = set()
    pending = list(needs[group])
    while pending:
        step = pending.pop()
        if step not in found:
            found.add(step)
            pending += needs[step]
    return found
