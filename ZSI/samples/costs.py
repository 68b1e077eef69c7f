"""How few elements an instance of a type must have, and whether it can be finite at all.

A type whose required content leads back to itself has no finite instance, unless a choice, nil
or a substitute offers a way out. The costs are the least fixpoint of the content models.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Any

from ZSI.samples.derived import children
from ZSI.schema import Registry
from ZSI.TC.arrays import ArrayType
from ZSI.TC.complextype import ComplexType
from ZSI.TC.fields import Field
from ZSI.TC.model import AllOf, Choice, Leaf, Model, Repeat, Sequence, nullable
from ZSI.TC.resolve import resolve

_KEY = "samples: costs"


class Costs:
    """The costs of one registry's types, worked out as they are asked for."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._known: dict[ComplexType, float] = {}
        self._open: dict[ComplexType, float] = {}
        self._uses: dict[Field, float] = {}

    @classmethod
    def of(cls, registry: Registry) -> Costs:
        """The costs of a registry, kept with it."""
        made: Costs | None = registry.built.get(_KEY)
        if made is None:
            made = registry.built[_KEY] = cls(registry)
        return made

    def type(self, ctype: ComplexType) -> float:
        """Elements that a value of the type must have at least; ``inf``: it has no finite one."""
        if ctype in self._known:
            return self._known[ctype]
        if not ctype.abstract and nullable(ctype.model):
            self._known[ctype] = 0
            return 0
        if self._open:  # a type met while others are worked out
            return self._open.setdefault(ctype, inf)
        self._open[ctype] = inf
        changed = True
        while changed:
            before = dict(self._open)
            for step in before:
                self._open[step] = self._evaluated(step)
            changed = before != self._open
        self._known |= self._open
        self._open = {}
        return self._known[ctype]

    def _evaluated(self, ctype: ComplexType) -> float:
        if isinstance(ctype, ArrayType) or ctype.text is not None:
            return 0
        if ctype.abstract:
            found = self.cheapest(ctype)
            return self.type(found) if found is not None else inf
        return self.model(ctype.model, ctype)

    def model(self, model: Model, ctype: ComplexType) -> float:
        """Elements that a part of a content model must have at least."""
        match model:
            case Leaf():
                use = ctype.fields[model.key]
                known = self._uses.get(use)
                if known is None:
                    known = self.use(use, ctype.registry)
                    if not self._open:  # else it may become less
                        self._uses[use] = known
                return known
            case Repeat():
                return model.least * self.model(model.item, ctype) if model.least else 0
            case Choice():
                return min((self.model(item, ctype) for item in model.items), default=inf)
            case Sequence() | AllOf():
                return sum(self.model(item, ctype) for item in model.items)

    def use(self, use: Field, registry: Registry) -> float:
        """Elements of one occurrence of a field, itself included."""
        if use.nillable and self.may_be_nil(use, registry):
            return 1
        if use.kind == "any":
            if use.wildcard is None or use.wildcard.process != "strict":
                return 1
            return min((1 + self.element(cls) for cls in self.admitted(use)), default=inf)
        if use.ref and (members := self.substitutes(use)):
            return min(1 + self.element(cls) for cls in members)
        if use.ref and self._is_abstract(use):
            return inf
        actual = resolve(use.type, registry)
        return 1 + (self.type(actual) if isinstance(actual, ComplexType) else 0)

    @staticmethod
    def may_be_nil(use: Field, registry: Registry) -> bool:
        """Whether `NIL` is all that is needed: a nil element may have to carry attributes."""
        actual = resolve(use.type, registry)
        attributes = actual.attributes.values() if isinstance(actual, ComplexType) else ()
        return use.nillable and use.fixed is None and not any(a.least for a in attributes)

    def element(self, cls: Any) -> float:
        """Elements below a global element of a class."""
        return 0 if "simple" in cls._options else self.type(cls.complex_type())

    # -- what may stand for an abstract or wild thing -------------------------------------------

    def concrete(self, ctype: ComplexType) -> Iterator[ComplexType]:
        """The types derived from an abstract one that are not abstract, the nearest first."""
        pending = [ctype]
        for step in pending:
            for child in children(step):
                pending.append(child)
                if not child.abstract and not self._is_blocked(child, ctype):
                    yield child

    def cheapest(self, ctype: ComplexType) -> ComplexType | None:
        """The cheapest type derived from an abstract one; None without a finite one.

        After one that costs nothing no other is made.
        """
        found, least = None, inf
        for step in self.concrete(ctype):
            cost = self.type(step)
            if cost < least:
                found, least = step, cost
            if not least:
                break
        return found

    @staticmethod
    def _is_blocked(child: ComplexType, ctype: ComplexType) -> bool:
        steps = child.steps_from(ctype)
        return steps is None or bool(steps & ctype.block)

    def substitutes(self, use: Field) -> list[Any]:
        """The classes that must stand for an abstract element; none where it may stand itself."""
        if not use.ref or not self._is_abstract(use):
            return []
        names = self.registry.substitutes(use.name or ("", "")).values()
        members = [self.registry.elements[name] for name in names if name in self.registry.elements]
        return [cls for cls in members if not cls.element_declaration().abstract]

    def _is_abstract(self, use: Field) -> bool:
        head = self.registry.elements.get(use.name or ("", ""))
        return head is not None and bool(head.element_declaration().abstract)

    def admitted(self, use: Field) -> list[Any]:
        """The classes of global elements that a strict wildcard admits."""
        wildcard = use.wildcard
        assert wildcard is not None
        return [
            cls
            for name in list(self.registry.elements)
            if wildcard.admits(name[0])
            and not (cls := self.registry.elements[name]).element_declaration().abstract
        ]
