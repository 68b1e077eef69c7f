"""Plan -> live classes: the same that the generator prints, made in memory, one when it is needed.

The mock serves contracts with these. A class is made when something first names it; building
the classes of one operation of a contract with a thousand types costs what they cost alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ZSI.generate.plan import (
    ArrayPlan,
    ClassPlan,
    ElementUse,
    FieldPlan,
    GroupPlan,
    MessagePlan,
    Plan,
    SimplePlan,
    TypeUse,
)
from ZSI.names import QName
from ZSI.schema import ArrayDeclaration, ElementType, Registry, SimpleDeclaration
from ZSI.TC import Compound, SimpleElement
from ZSI.TC.fields import Field, Item, Particles


class LazyTable(dict[Any, Any]):
    """A table of declarations whose classes are made when looked up."""

    def __init__(self, build: Any, names: Mapping[Any, str]) -> None:
        super().__init__()
        self._build = build
        self._names = names

    def __missing__(self, key: Any) -> Any:
        return self._build(self._names[key])

    def get(self, key: Any, default: Any = None) -> Any:
        """The declaration, made if need be; ``default`` for names that nothing declares."""
        try:
            return self[key]
        except KeyError:
            if key in self:  # it is declared, but something that it needs is not
                raise
            return default

    def __contains__(self, key: object) -> bool:
        return dict.__contains__(self, key) or key in self._names

    def __iter__(self) -> Iterator[Any]:
        """All names, whether their classes have been made or not."""
        return iter(dict.fromkeys((*dict.__iter__(self), *self._names)))


class Built:
    """The classes of a plan.

    Args:
        plan: what to build.
        name: of the registry, for error messages.
    """

    def __init__(self, plan: Plan, name: str | None = None) -> None:
        self.plan = plan
        self.registry = Registry(name or plan.source, namespaces=plan.namespaces, public=False)
        self._classes: dict[str, type[Compound]] = {}
        relations = plan.classes.relations
        self.registry.types = LazyTable(self.cls, relations.types)
        self.registry.elements = LazyTable(self.cls, relations.elements)
        for simple in plan.simples:
            if simple.name is not None:
                self.registry.types[simple.name] = simple_declaration(simple)
        for array in plan.arrays:
            assert array.name is not None
            self.registry.types[array.name] = self._array(array)
        for name_of, use in plan.attributes:
            self.registry.attribute(name_of, self._type(use, {}))
        self.registry.derived = relations.derived
        self.registry.members = {head: list(names) for head, names in relations.members.items()}

    def cls(self, python: str) -> type[Compound]:
        """The class of this Python name.

        Raises:
            KeyError: the plan has none.
        """
        made = self._classes.get(python)
        if made is None:
            made = self._classes[python] = self._make(self.plan.classes.named(python))
        return made

    def message(self, message: MessagePlan) -> type[Compound]:
        """The class of a message."""
        return self.cls(message.cls)

    def _make(self, plan: ClassPlan) -> type[Compound]:
        base: type[Compound] = Compound
        if plan.base is not None:
            base = self.cls(plan.base)
        elif plan.simple is not None:
            base = SimpleElement
        nested = {child.python: self._make(child) for child in plan.nested}
        body: dict[str, Any] = dict(nested)
        for field in plan.fields:
            body[field.key] = self._field(field, nested)
        body["__doc__"] = plan.documentation
        body["__module__"] = self.registry.name
        options: dict[str, Any] = dict(plan.options)
        for key in ("type", "element", "message", "restricts"):
            if getattr(plan, key) is not None:
                options[key] = getattr(plan, key)
        if plan.simple is not None:
            options["simple"] = self._type(plan.simple, nested)
        if plan.constraints:
            options["constraints"] = plan.constraints
        if plan.particles is not None:
            options["particles"] = _group(plan.particles)
        members = self.registry.members
        head = options.get("head")
        before = list(members.get(head, ())) if head is not None else []
        metaclass: Any = type(base)
        made: type[Compound] = metaclass(
            plan.python, (base,), body, registry=self.registry, **options
        )
        if head is not None:
            members[head] = before  # members have been entered for all classes at once
        return made

    def _field(self, plan: FieldPlan, nested: dict[str, type[Compound]]) -> Field:
        kind: Any = plan.kind
        return Field(
            kind,
            plan.name,
            self._type(plan.type, nested) if plan.type is not None else None,
            least=plan.min,
            most=plan.max,
            nillable=plan.nillable,
            xsd_default=plan.default,
            fixed=plan.fixed,
            ref=plan.ref,
            block=plan.block,
            constraints=plan.constraints,
            wildcard=plan.wildcard,
            optional=plan.optional,
        )

    def _type(self, use: TypeUse, nested: dict[str, type[Compound]]) -> Any:
        if isinstance(use, QName):
            return use
        if isinstance(use, ElementUse):
            return ElementType(use.name)
        if isinstance(use, ClassPlan):
            return nested[use.python] if use.python in nested else self.cls(use.python)
        if isinstance(use, ArrayPlan):
            return self._array(use)
        return simple_declaration(use)

    def _array(self, plan: ArrayPlan) -> ArrayDeclaration:
        item = self._type(plan.item, {})
        return ArrayDeclaration(plan.name, item, plan.dimensions, plan.item_name, plan.soap12)


def simple_declaration(plan: SimplePlan) -> SimpleDeclaration:
    """A simple type as generated code would state it."""

    def inner(use: TypeUse | None) -> Any:
        return simple_declaration(use) if isinstance(use, SimplePlan) else use

    return SimpleDeclaration(
        plan.name,
        inner(plan.base),
        inner(plan.item),
        tuple(map(inner, plan.members)),
        dict(plan.facets),
        frozenset(plan.final),
    )


def _group(plan: GroupPlan) -> Particles:
    items: tuple[Item, ...] = tuple(
        _group(item) if isinstance(item, GroupPlan) else item for item in plan.items
    )
    return Particles(plan.kind, items, plan.min, plan.max)
