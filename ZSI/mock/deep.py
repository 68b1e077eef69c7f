"""``//name``: every place in a type where a field of this name can stand."""

from __future__ import annotations

from collections.abc import Iterator

from ZSI.mock.errors import DefinitionError
from ZSI.mock.lookup import Hit, Wanted, fields_of, find
from ZSI.mock.subtypes import subtypes
from ZSI.TC.complextype import ComplexType
from ZSI.TC.resolve import resolve

#: Ways found before the search ends: an error message shows a dozen.
MOST_PLACES = 50
#: Steps before it ends: no contract known takes a tenth of them.
MOST_STEPS = 200_000

#: The names of fields that lead to a place.
Way = tuple[Wanted, ...]


def search(ctype: ComplexType, wanted: Wanted) -> tuple[Way, ...]:
    """The ways from a type to fields of this name, shallow ones first, each as names of fields.

    What the declared types hold is looked at first; where they have no such field, the types
    derived from them too. No way leads through one type twice.
    """
    for derived in (False, True):
        found = _Search(wanted, derived).run(ctype)
        if found:
            return tuple(sorted(dict.fromkeys(found), key=len))
    return ()


class _Search:
    """One search; ``derived`` says whether derived types are entered."""

    def __init__(self, wanted: Wanted, derived: bool) -> None:
        self.wanted = wanted
        self.derived = derived
        self.steps = 0
        self._edges: dict[ComplexType, tuple[tuple[Wanted, ComplexType], ...]] = {}
        self._hits: dict[ComplexType, Hit | None] = {}

    def run(self, ctype: ComplexType) -> list[Way]:
        """Breadth first through what leads to a hit, up to so many places and steps."""
        leading = self._leading(ctype)
        found: list[Way] = []
        level: list[tuple[ComplexType, Way, tuple[ComplexType, ...]]] = [(ctype, (), (ctype,))]
        while level:
            following: list[tuple[ComplexType, Way, tuple[ComplexType, ...]]] = []
            for here, place, trail in level:
                self.steps += 1
                if self._hit(here) is not None:
                    found.append((*place, self.wanted))
                if len(found) >= MOST_PLACES or self.steps >= MOST_STEPS:
                    return found
                following.extend(
                    (inner, (*place, step), (*trail, inner))
                    for step, inner in self._next(here)
                    if inner in leading and inner not in trail
                )
            level = following
        return found

    def _hit(self, ctype: ComplexType) -> Hit | None:
        if ctype not in self._hits:
            try:
                hit = find(ctype, self.wanted)
            except DefinitionError:  # ambiguous there: binding the place will say so
                hit = Hit(next(iter(ctype.fields.values())), ctype)
            self._hits[ctype] = hit if hit is None or not hit.wild else None
        return self._hits[ctype]

    def _next(self, ctype: ComplexType) -> tuple[tuple[Wanted, ComplexType], ...]:
        """The fields of complex type, and what their types are or may turn out to be."""
        made = self._edges.get(ctype)
        if made is None:
            made = self._edges[ctype] = tuple(self._steps_from(ctype))
        return made

    def _steps_from(self, ctype: ComplexType) -> Iterator[tuple[Wanted, ComplexType]]:
        for field in fields_of(ctype):
            if field.name is None:
                continue
            inner = resolve(field.type, ctype.registry)
            if not isinstance(inner, ComplexType):
                continue
            twins = [f for f in ctype.children if f.name and f.name[1] == field.name[1]]
            space = (field.name.namespace or "") if len(twins) > 1 else None
            step = Wanted(field.name.localname, space)
            yield step, inner
            if self.derived:
                for sub in subtypes(inner):
                    yield step, sub

    def _leading(self, root: ComplexType) -> set[ComplexType]:
        """The types from which a hit can be reached."""
        into: dict[ComplexType, set[ComplexType]] = {}
        seen, pending = {root}, [root]
        while pending:
            ctype = pending.pop()
            for _, inner in self._next(ctype):
                into.setdefault(inner, set()).add(ctype)
                if inner not in seen:
                    seen.add(inner)
                    pending.append(inner)
        leading = {ctype for ctype in seen if self._hit(ctype) is not None}
        pending = list(leading)
        while pending:
            for before in into.get(pending.pop(), ()):
                if before not in leading:
                    leading.add(before)
                    pending.append(before)
        return leading
