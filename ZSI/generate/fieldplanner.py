"""The fields of one complex type: keys, annotations, occurrence and content model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from ZSI.generate.annotations import wrap
from ZSI.generate.identifiers import Names, identifier
from ZSI.generate.plan import ElementUse, FieldPlan, GroupItem, GroupPlan, TypeUse
from ZSI.names import QName
from ZSI.TC.identity import IdentityConstraint
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

#: Resolves a type reference: (reference, wanted name of a class or alias) -> (use, annotation).
TypeOf: TypeAlias = "Callable[[TypeRef | ElementUse, str], tuple[TypeUse, str]]"
#: How often at least and at most; None: unbounded.
Count: TypeAlias = "tuple[int, int | None]"


@dataclass
class _Drafts:
    """Fields of one class while its model is walked; types are looked up once all have keys."""

    names: Names
    fields: dict[str, FieldPlan] = field(default_factory=dict)
    types: dict[str, TypeRef | ElementUse] = field(default_factory=dict)
    known: dict[tuple[QName, bool], list[tuple[ElementDecl, str]]] = field(default_factory=dict)


class FieldPlanner:
    """Plans the fields of one complex type; one use each.

    Args:
        schema: where references are looked up.
        type_of: see `TypeOf`.
        names: the scope of the class; what it inherits is taken already.
    """

    def __init__(self, schema: Schema, type_of: TypeOf, names: Names) -> None:
        self.schema = schema
        self.type_of = type_of
        self.drafts = _Drafts(names)

    def plan(
        self, definition: ComplexTypeDef, whole: bool
    ) -> tuple[tuple[FieldPlan, ...], GroupPlan | None]:
        """The fields and, where they are not simply a sequence, the content model.

        Args:
            definition: the type.
            whole: take inherited parts in as well (the class will not inherit them).
        """
        schema, drafts = self.schema, self.drafts
        particle = schema.effective_particle(definition) if whole else definition.particle
        uses = schema.effective_attributes(definition) if whole else definition.attributes
        wild = schema.effective_any_attribute(definition) if whole else definition.any_attribute
        model = self._group(particle) if particle is not None else None
        if definition.content == "simple" and (whole or not self._inherits_text(definition)):
            self._text(definition)
        for use in uses:
            if not use.prohibited:
                self._attribute(use)
        if wild is not None:
            self._any_attributes(wild)
        counts = _counts(model, drafts.fields) if model is not None else {}
        fields = [self._finished(draft, counts) for draft in drafts.fields.values()]
        return tuple(fields), _unless_plain(model, fields)

    def _inherits_text(self, definition: ComplexTypeDef) -> bool:
        base = self.schema.types.get(definition.base)
        extends = definition.derivation == "extension"
        return extends and isinstance(base, ComplexTypeDef) and base.content == "simple"

    # -- drafts: everything but the type --------------------------------------------------------

    def _add(self, draft: FieldPlan, ref: TypeRef | ElementUse | None = None) -> str:
        self.drafts.fields[draft.key] = draft
        if ref is not None:
            self.drafts.types[draft.key] = ref
        return draft.key

    def _text(self, definition: ComplexTypeDef) -> None:
        key = self.drafts.names.give("value", "text")
        self._add(FieldPlan(key, "text", ""), definition.simple or ANY_SIMPLE_TYPE)

    def _any_attributes(self, wildcard: Wildcard) -> None:
        key = self.drafts.names.give("any_attributes")
        self._add(FieldPlan(key, "any_attribute", "", wildcard=wildcard, min=0, optional=True))

    def _attribute(self, use: AttributeUse) -> None:
        declared = self.schema.attribute(use)
        local = identifier(use.name.localname)
        key = self.drafts.names.give(local, f"{local}_attribute")
        draft = FieldPlan(
            key, "attribute", "", name=use.name, min=int(use.required), default=use.default,
            fixed=use.fixed, optional=not use.required, documentation=declared.documentation,
        )  # fmt: skip
        self._add(draft, declared.type)

    def _wildcard(self, item: AnyParticle) -> str:
        key = self.drafts.names.give("any")
        return self._add(
            FieldPlan(key, "any", "", wildcard=item.wildcard, min=item.min, max=item.max)
        )

    def _element(self, item: ElementParticle) -> str:
        """The field of an element; a further use of the same declaration has the same."""
        declared, is_ref = self.schema.element(item), item.ref is not None
        namesakes = self.drafts.known.setdefault((item.name, is_ref), [])
        for other, key in namesakes:
            if other == declared:
                return key
        key = self.drafts.names.give(identifier(item.name.localname))
        namesakes.append((declared, key))
        draft = FieldPlan(
            key, "element", "", name=item.name, min=item.min, max=item.max,
            nillable=declared.nillable, default=declared.default, fixed=declared.fixed,
            ref=is_ref, block=() if is_ref else tuple(sorted(declared.block)),
            constraints=() if is_ref else constraints_of(declared),
            documentation=declared.documentation,
        )  # fmt: skip
        return self._add(draft, type_use(declared) if is_ref else declared.type)

    # -- the content model ----------------------------------------------------------------------

    def _group(self, group: Group) -> GroupPlan:
        items: list[GroupItem] = []
        for item in self._flattened(group):
            if isinstance(item, Group):
                items.append(self._group(item))
                continue
            key = self._wildcard(item) if isinstance(item, AnyParticle) else self._element(item)
            draft = self.drafts.fields[key]
            same = (draft.min, draft.max) == (item.min, item.max)
            items.append(key if same else (key, item.min, item.max))
        return GroupPlan(group.kind, tuple(items), group.min, group.max)

    def _flattened(self, group: Group) -> Iterator[Particle]:
        """The items, sequences in sequences opened, what may not occur left out."""
        for item in group.items:
            if item.max == 0 or (isinstance(item, Group) and not item.items):
                continue
            plain = isinstance(item, Group) and (item.kind, item.min, item.max)
            if isinstance(item, Group) and group.kind == "sequence" and plain == ("sequence", 1, 1):
                yield from self._flattened(item)
            else:
                yield item

    # -- finished fields ------------------------------------------------------------------------

    def _finished(self, draft: FieldPlan, counts: dict[str, Count]) -> FieldPlan:
        """The field with its type, and with what the whole model says of its number."""
        if draft.kind == "any_attribute":
            return replace(draft, annotation="dict[str, str]")
        ref = self.drafts.types.get(draft.key)
        wanted = draft.name.localname if draft.name is not None else draft.key
        use, hint = self.type_of(ref, wanted) if ref is not None else (None, "Any")
        many, optional = False, draft.optional
        if draft.kind in ("element", "any"):
            least, most = counts.get(draft.key, (0, 0))
            many, optional = most is None or most > 1, least == 0
        annotation = wrap(hint, many=many, nillable=draft.nillable, optional=optional)
        return replace(draft, type=use, many=many, optional=optional, annotation=annotation)


def constraints_of(declared: ElementDecl) -> tuple[IdentityConstraint, ...]:
    """The identity constraints of an element, with the prefixes that their paths use."""
    made = []
    for one in declared.constraints:
        paths = " ".join((one.selector, *one.fields))
        used = tuple(pair for pair in one.namespaces if pair[0] and f"{pair[0]}:" in paths)
        made.append(replace(one, namespaces=used))
    return tuple(made)


def type_use(declared: ElementDecl) -> TypeRef | ElementUse:
    """The type of a global element: by the element where it is an anonymous complex one."""
    if isinstance(declared.type, ComplexTypeDef) and declared.type.array is None:
        return ElementUse(declared.name)
    return declared.type


def _counts(item: GroupItem, fields: dict[str, FieldPlan]) -> dict[str, Count]:
    """How often each field occurs at least and at most."""
    if isinstance(item, str):
        return {item: (fields[item].min, fields[item].max)}
    if isinstance(item, tuple):
        return {item[0]: (item[1], item[2])}
    found: dict[str, Count] = {}
    branches: Counter[str] = Counter()
    combine = _either if item.kind == "choice" else _both
    for part in item.items:
        for key, count in _counts(part, fields).items():
            found[key] = combine(found[key], count) if key in found else count
            branches[key] += 1
    if item.kind == "choice":  # what one branch does not have may be missing
        for key, (least, most) in found.items():
            found[key] = (least if branches[key] == len(item.items) else 0, most)
    return {key: _times(count, item.min, item.max) for key, count in found.items()}


def _either(one: Count, other: Count) -> Count:
    most = None if one[1] is None or other[1] is None else max(one[1], other[1])
    return min(one[0], other[0]), most


def _both(one: Count, other: Count) -> Count:
    most = None if one[1] is None or other[1] is None else one[1] + other[1]
    return one[0] + other[0], most


def _times(count: Count, least: int, most: int | None) -> Count:
    if count[1] == 0 or most == 0:
        return 0, 0
    return count[0] * least, None if count[1] is None or most is None else count[1] * most


def _unless_plain(model: GroupPlan | None, fields: list[FieldPlan]) -> GroupPlan | None:
    """The model, unless it is the element fields one after another."""
    if model is None:
        return None
    keys = [f.key for f in fields if f.kind in ("element", "any")]
    plain = (model.kind, model.min, model.max) == ("sequence", 1, 1) and list(model.items) == keys
    return None if plain else model
