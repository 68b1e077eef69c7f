"""Simple types and SOAP arrays of a plan: what annotations call them and what declares them."""

from __future__ import annotations

from typing import Any

from ZSI.generate.annotations import Hints, builtin_name
from ZSI.generate.identifiers import Names
from ZSI.generate.plan import ArrayPlan, SimplePlan, TypeUse
from ZSI.names import XSD, QName
from ZSI.wsdl.components import (
    ArrayInfo,
    ComplexTypeDef,
    Facet,
    Schema,
    SimpleRef,
    SimpleTypeDef,
)

#: Longer annotations of anonymous types get an alias.
LONGEST_INLINE = 45


class SimplePlanner:
    """Plans simple types and arrays; one use each.

    Args:
        schema: where references are looked up.
        aliases: the Python names of named simple types and arrays.
        names: the module's scope, for aliases of anonymous types.

    Attributes:
        hoisted: the anonymous types that have got an alias, in order.
    """

    def __init__(self, schema: Schema, aliases: dict[QName, str], names: Names) -> None:
        self.schema = schema
        self.aliases = aliases
        self.names = names
        self.hints = Hints(schema, aliases)
        self.hoisted: list[SimplePlan] = []

    def named(self, name: QName, definition: SimpleTypeDef) -> SimplePlan:
        """A global simple type."""
        return self._plan(name, definition, self.hints.spelled_out(name), self.aliases[name])

    def use(self, ref: SimpleRef, wanted: str | None = None) -> tuple[TypeUse, str]:
        """A reference as the plan has it, and its annotation.

        Args:
            ref: a name or an anonymous type.
            wanted: the alias for a long anonymous enumeration; None: it gets none.
        """
        if isinstance(ref, QName):
            local = builtin_name(ref)
            return (QName(XSD, local) if local is not None else ref), self.hints.of(ref)
        hint = self.hints.spelled_out(ref)
        plan = self._plan(None, ref, hint, None)
        if wanted is None or len(hint) <= LONGEST_INLINE or "Literal[" not in hint:
            return plan, hint
        alias = self.names.give(wanted)
        hoisted = self._plan(None, ref, hint, alias)
        self.hoisted.append(hoisted)
        return hoisted, alias

    def _plan(
        self, name: QName | None, definition: SimpleTypeDef, hint: str, python: str | None
    ) -> SimplePlan:
        def inner(ref: SimpleRef | None) -> TypeUse | None:
            return self.use(ref)[0] if ref is not None else None

        return SimplePlan(
            name,
            hint,
            python=python,
            literal=self._is_literal(definition),
            base=inner(definition.base),
            item=inner(definition.item),
            members=tuple(self.use(member)[0] for member in definition.members),
            facets=_facets(definition.facets),
            final=tuple(sorted(definition.final)),
            documentation=definition.documentation,
        )

    def _is_literal(self, definition: SimpleTypeDef) -> bool:
        """Whether the annotation is a Literal of just the values as the schema writes them."""
        if definition.base is None or any(facet.namespaces for facet in definition.facets):
            return False
        base = self.hints.spelled_out(definition.base)
        values = self.hints.literal_values(definition, base)
        return bool(values) and tuple(map(str, values)) == definition.enumeration

    # -- arrays ---------------------------------------------------------------------------------

    def array(
        self,
        name: QName | None,
        info: ArrayInfo,
        item: tuple[TypeUse, str],
        documentation: str | None = None,
    ) -> ArrayPlan:
        """A SOAP array, given the plan and annotation of its items."""
        use, hint = item
        for _ in range(info.dimensions.count("[") + info.dimensions.count(",")):
            hint = f"list[{hint}]"
        python = self.aliases[name] if name is not None else None
        return ArrayPlan(
            name, hint, use, python, info.dimensions, info.item_name, info.soap12, documentation
        )


def _facets(facets: tuple[Facet, ...]) -> tuple[tuple[str, Any], ...]:
    """Facets by name, patterns and enumerated values gathered, sorted by name."""
    found: dict[str, Any] = {}
    for facet in facets:
        if facet.name in ("enumeration", "pattern"):
            found.setdefault(facet.name, []).append(facet.value)
        else:
            found[facet.name] = facet.value
        if facet.namespaces:
            known = found.get("namespaces", ())
            found["namespaces"] = tuple(dict.fromkeys((*known, *facet.namespaces)))
    return tuple(sorted(found.items()))


def array_of(definition: object) -> ArrayInfo | None:
    """What a type says of being a SOAP array, if it is one."""
    return definition.array if isinstance(definition, ComplexTypeDef) else None
