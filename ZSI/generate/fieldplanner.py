"""The fields of one complex type: keys, annotations, occurrence and content model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from ZSI.generate.annotations import wrap
from ZSI.generate.identifiers import Names, field_names, identifier
from ZSI.generate.plan import ClassPlan, FieldPlan, GroupPlan, TypeUse
from ZSI.names import QName
from ZSI.TC.wildcard import Wildcard
from ZSI.wsdl.components import (
    ANY_SIMPLE_TYPE,
    AnyParticle,
    AttributeUse,
    ComplexTypeDef,
    ElementDecl,
    ElementParticle,
    Group,
    Particle,
    Schema,
    TypeRef,
)

#: Resolves a type reference: (reference, wanted name of a nested class) -> (use, annotation).
TypeOf = Callable[[TypeRef, str], tuple[TypeUse, str]]


@dataclass
class _Drafts:
    """Fields of one class while its model is walked."""

    names: Names
    fields: dict[str, FieldPlan] = field(default_factory=dict)
    by_name: dict[QName, str] = field(default_factory=dict)


class FieldPlanner:
    """Plans the fields of one complex type.

    Args:
        schema: where references are looked up.
        type_of: see `TypeOf`.
        inherited: field keys of the base classes.
    """

    def __init__(
        self, schema: Schema, type_of: TypeOf, inherited: tuple[str, ...] = ()
    ) -> None:
        self.schema = schema
        self.type_of = type_of
        self.drafts = _Drafts(field_names(inherited))

    def plan(
        self, definition: ComplexTypeDef, whole: bool
    ) -> tuple[tuple[FieldPlan, ...], GroupPlan | None]:
        """The fields and, where they are not simply a sequence, the content model.

        Args:
            definition: the type.
            whole: take inherited parts in as well (the class will not inherit them).
        """
        schema = self.schema
        particle = schema.effective_particle(definition) if whole else definition.particle
        uses = schema.effective_attributes(definition) if whole else definition.attributes
        wild = schema.effective_any_attribute(definition) if whole else definition.any_attribute
        model = self._group(particle) if particle is not None else None
        attributes = [self._attribute(use) for use in uses if not use.prohibited]
        if definition.content == "simple" and (whole or definition.base not in schema.types
                                               or not self._inherits_text(definition)):
            self._text(definition)
        for draft in attributes:
            self.drafts.fields[draft.key] = draft
        if wild is not None:
            self._any_attributes(wild)
        counted = self._with_counts(model)
        return tuple(counted), _unless_plain(model, counted)

    def _inherits_text(self, definition: ComplexTypeDef) -> bool:
        base = self.schema.types.get(definition.base)
        extends = definition.derivation == "extension"
        return extends and isinstance(base, ComplexTypeDef) and base.content == "simple"

    def _text(self, definition: ComplexTypeDef) -> None:
        use, hint = self.type_of(definition.simple or ANY_SIMPLE_TYPE, "Value")
        key = self.drafts.names.give("value", "text")
        self.drafts.fields[key] = FieldPlan(key, "text", hint, type=use)

    def _any_attributes(self, wildcard: Wildcard) -> None:
        key = self.drafts.names.give("any_attributes")
        self.drafts.fields[key] = FieldPlan(
            key, "any_attribute", "dict[str, str] | None", wildcard=wildcard, min=0, optional=True
        )

    def _attribute(self, use: AttributeUse) -> FieldPlan:
        declared = self.schema.attribute(use)
        type_use, hint = self.type_of(declared.type, use.name.localname)
        key = self.drafts.names.give(identifier(use.name.localname), f"{identifier(use.name.localname)}_attribute")
        return FieldPlan(
            key, "attribute", wrap(hint, many=False, nillable=False, optional=not use.required),
            name=use.name, type=type_use, min=int(use.required), default=use.default,
            fixed=use.fixed, optional=not use.required, documentation=declared.documentation,
        )  # fmt: skip

    def _group(self, group: Group) -> GroupPlan:
        items: list[str | tuple[str, int, int | None] | GroupPlan] = []
        for item in self._flattened(group):
            if isinstance(item, Group):
                items.append(self._group(item))
                continue
            key = (
                self._wildcard(item) if isinstance(item, AnyParticle) else self._element(item)
            )
            draft = self.drafts.fields[key]
            same = (draft.min, draft.max) == (item.min, item.max)
            items.append(key if same else (key, item.min, item.max))
        return GroupPlan(group.kind, tuple(items), group.min, group.max)

    def _flattened(self, group: Group) -> Iterator[Particle]:
        """The items, sequences in sequences opened, what may not occur left out."""
        for item in group.items:
            if item.max == 0 or (isinstance(item, Group) and not item.items):
                continue
            nested = isinstance(item, Group) and (item.kind, item.min, item.max)
            if group.kind == "sequence" and nested == ("sequence", 1, 1):
                assert isinstance(item, Group)
                yield from self._flattened(item)
            else:
                yield item

    def _wildcard(self, item: AnyParticle) -> str:
        key = self.drafts.names.give("any")
        self.drafts.fields[key] = FieldPlan(
            key, "any", "Any", wildcard=item.wildcard, min=item.min, max=item.max
        )
        return key

    def _element(self, item: ElementParticle) -> str:
        known = self.drafts.by_name.get(item.name)
        if known is not None:
            return known
        declared: ElementDecl = self.schema.element(item)
        wanted = identifier(item.name.localname)
        key = self.drafts.names.give(wanted)
        use, hint = self.type_of(declared.type, item.name.localname)
        self.drafts.by_name[item.name] = key
        self.drafts.fields[key] = FieldPlan(
            key, "element", hint, name=item.name, type=use, min=item.min, max=item.max,
            nillable=declared.nillable, default=declared.default, fixed=declared.fixed,
            ref=item.ref is not None, documentation=declared.documentation,
        )  # fmt: skip
        return key

    def _with_counts(self, model: GroupPlan | None) -> list[FieldPlan]:
        """The fields with what the whole model says of their number."""
        done = []
        for draft in self.drafts.fields.values():
            if draft.kind not in ("element", "any"):
                done.append(draft)
                continue
            least, most = _count(model, draft.key, self.drafts.fields)
            many, optional = most is None or most > 1, least == 0
            annotation = wrap(
                draft.annotation, many=many, nillable=draft.nillable, optional=optional
            )
            done.append(replace(draft, many=many, optional=optional, annotation=annotation))
        return done


def _count(
    item: str | tuple[str, int, int | None] | GroupPlan | None,
    key: str,
    fields: dict[str, FieldPlan],
) -> tuple[int, int | None]:
    """How often a field occurs at least and at most."""
    if item is None:
        return 0, 0
    if isinstance(item, str):
        return (fields[key].min, fields[key].max) if item == key else (0, 0)
    if isinstance(item, tuple):
        return (item[1], item[2]) if item[0] == key else (0, 0)
    counts = [_count(part, key, fields) for part in item.items]
    leasts = [least for least, _ in counts]
    mosts = [most for _, most in counts]
    if item.kind == "choice":
        least = min(leasts, default=0)
        most = None if None in mosts else max((m for m in mosts if m is not None), default=0)
    else:
        least = sum(leasts)
        most = None if None in mosts else sum(m for m in mosts if m is not None)
    if most == 0 or item.max == 0:
        return 0, 0
    return least * item.min, None if most is None or item.max is None else most * item.max


def _unless_plain(model: GroupPlan | None, fields: list[FieldPlan]) -> GroupPlan | None:
    """The model, unless it is the element fields one after another."""
    if model is None:
        return None
    keys = [f.key for f in fields if f.kind in ("element", "any")]
    plain = (model.kind, model.min, model.max) == ("sequence", 1, 1) and list(model.items) == keys
    return None if plain else model


def nested_name(local: str) -> str:
    """The name of the class for an element's anonymous type.

    >>> nested_name("line-item")
    'Line_itemType'
    """
    made = identifier(local)
    return f"{made[:1].upper()}{made[1:]}Type"


__all__ = ["ClassPlan", "FieldPlanner", "nested_name"]
