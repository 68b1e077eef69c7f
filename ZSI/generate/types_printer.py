"""Prints simple types, arrays and classes of a plan, each with the names that it needs."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ZSI.generate.annotations import hint_expr, names_in, renamed
from ZSI.generate.notes import array_notes, class_notes, field_notes, simple_notes
from ZSI.generate.plan import (
    ArrayPlan,
    ClassPlan,
    ElementUse,
    FieldPlan,
    GroupPlan,
    Plan,
    SimplePlan,
    TypeUse,
)
from ZSI.generate.source import Bracket, Expr, Spaces, call, docstring, literal, text_of, values
from ZSI.names import QName
from ZSI.TC.identity import IdentityConstraint

_BUILTINS = frozenset(dir(builtins))
#: What annotations import, and what a class calls it whose fields hide it.
_IMPORTED = {name: f"_{name}" for name in ("Any", "Decimal", "Literal", "datetime")}
_IN_GROUPS = {"sequence": "TC.in_sequence", "choice": "TC.one_of", "all": "TC.in_any_order"}


@dataclass(frozen=True, slots=True)
class Piece:
    """One printed definition.

    Attributes:
        python: the name that it defines; empty where it only declares.
        text: the source, empty lines in front.
        words: the names in annotations, those of modules (``_t``, ``_b``) among them.
        bases: the classes that it, and what is nested in it, derive from.
    """

    python: str
    text: str
    words: frozenset[str]
    bases: frozenset[str] = frozenset()


class TypesPrinter:
    """Prints the definitions of one plan.

    Args:
        plan: what to print.
        spaces: gives namespaces as expressions.
    """

    def __init__(self, plan: Plan, spaces: Spaces) -> None:
        self.plan = plan
        self.spaces = spaces
        self._words: set[str] = set()
        self._ours = {simple.python for simple in plan.simples}
        self._ours |= {array.python for array in plan.arrays}
        self._ours |= {made.python for made in plan.classes}

    def simple(self, plan: SimplePlan) -> Piece:
        """A simple type: the alias that annotations use, and its registration if it has a name."""
        return self._piece(plan.python or "", lambda: self._simple(plan))

    def array(self, plan: ArrayPlan) -> Piece:
        """A named SOAP array."""
        return self._piece(plan.python or "", lambda: self._array(plan))

    def attribute(self, name: QName, use: TypeUse) -> Piece:
        """A global attribute."""
        declared = call("_registry.attribute", [self.spaces.name(name), self._type(use)])
        return self._piece("", lambda: text_of(declared, "") + "\n")

    def cls(self, plan: ClassPlan) -> Piece:
        """A class."""
        bases = frozenset(_bases(plan))
        return self._piece(plan.python, lambda: f"\n\n{self._class(plan, '')}", bases)

    def _piece(
        self, python: str, make: Callable[[], str], bases: frozenset[str] = frozenset()
    ) -> Piece:
        self._words = set()
        text = make()
        return Piece(python, text, frozenset(self._words), bases)

    # -- simple types and arrays ----------------------------------------------------------------

    def _simple(self, plan: SimplePlan) -> str:
        text = "\n"
        if plan.python is not None:
            text += self._alias(plan.python, plan.hint) + docstring(simple_notes(plan), "")
        if plan.name is not None:
            arguments = [self.spaces.name(plan.name), *self._simple_arguments(plan)]
            text += text_of(call("_registry.simple", arguments), "") + "\n"
        return text

    def _alias(self, python: str, hint: str) -> str:
        """The alias; quoted where it names what may be defined further down."""
        self._words |= {"TypeAlias", *names_in(hint)}
        quoted = bool(names_in(hint) & self._ours)
        expr = literal(hint) if quoted else hint_expr(hint)
        return text_of(expr, "", f"{python}: TypeAlias = ") + "\n"

    def _array(self, plan: ArrayPlan) -> str:
        assert plan.name is not None and plan.python is not None
        text = "\n" + self._alias(plan.python, plan.hint) + docstring(array_notes(plan), "")
        arguments = [self.spaces.name(plan.name), *self._array_arguments(plan)]
        return text + text_of(call("_registry.array", arguments), "") + "\n"

    def _array_arguments(self, plan: ArrayPlan) -> Iterator[Expr]:
        yield _keyword("item", self._type(plan.item))
        if plan.dimensions != "[]":
            yield f"dimensions={literal(plan.dimensions)}"
        if plan.item_name is not None:
            yield f"item_name={self.spaces.name(plan.item_name)}"
        if plan.soap12:
            yield "soap12=True"

    def _simple_arguments(self, plan: SimplePlan) -> Iterator[Expr]:
        if plan.item is not None:
            yield _keyword("item", self._type(plan.item))
        elif plan.members:
            yield Bracket("members=(", tuple(map(self._type, plan.members)), ")")
        elif plan.base is not None:
            yield _keyword("base", self._type(plan.base))
        if plan.final:
            yield f"final={literal(plan.final)}"
        for name, value in plan.facets:
            if name == "enumeration" and plan.literal and plan.python is not None:
                yield f"enumeration={plan.python}"
            elif isinstance(value, list):
                yield values(f"{name}=[", value)
            else:
                yield f"{name}={literal(value)}"

    def _type(self, use: TypeUse) -> Expr:
        """A type reference as an expression."""
        if isinstance(use, QName):
            return self.spaces.name(use)
        if isinstance(use, ElementUse):
            return f"TC.type_of_element({self.spaces.name(use.name)})"
        if isinstance(use, ClassPlan):
            return use.python
        if isinstance(use, ArrayPlan):
            return call("TC.array_type", self._array_arguments(use))
        return call("TC.simple_type", self._simple_arguments(use))

    # -- classes --------------------------------------------------------------------------------

    def _class(self, plan: ClassPlan, indent: str) -> str:
        base = plan.base or ("TC.SimpleElement" if plan.simple is not None else "TC.Compound")
        head = call(f"class {plan.python}", [base, *self._keywords(plan)])
        inner = indent + "    "
        text = text_of(head, indent, trail=":") + "\n" + docstring(class_notes(plan), inner)
        for nested in plan.nested:
            text += f"\n{self._class(nested, inner)}"
        keys = {field.key for field in plan.fields}
        if plan.fields:
            text += "\n"
        for field in plan.fields:
            text += self._field(field, keys, inner)
        return text

    def _keywords(self, plan: ClassPlan) -> Iterator[Expr]:
        """The class keywords."""
        for key in ("type", "element", "message", "restricts"):
            name = getattr(plan, key)
            if name is not None:
                yield f"{key}={self.spaces.name(name)}"
        if plan.simple is not None:
            yield _keyword("simple", self._type(plan.simple))
        for key, value in plan.options:
            yield f"{key}={self.spaces.name(value) if key == 'head' else literal(value)}"
        if plan.constraints:
            yield self._constraints(plan.constraints)
        if plan.particles is not None:
            own = tuple(field.key for field in plan.fields if field.kind in ("element", "any"))
            yield _keyword("particles", _group(plan.particles, own))
        yield "registry=_registry"

    def _constraints(self, stated: tuple[IdentityConstraint, ...]) -> Bracket:
        """Identity constraints: ``TC.key(...)`` and its like."""
        made = []
        for one in stated:
            arguments = [self.spaces.name(one.name)]
            if one.refer is not None:
                arguments.append(self.spaces.name(one.refer))
            arguments += map(literal, (one.selector, *one.fields))
            if one.namespaces:
                arguments.append(f"namespaces={literal(one.namespaces)}")
            made.append(call(f"TC.{one.kind}", arguments))
        return Bracket("constraints=(", tuple(made), ")")

    def _field(self, field: FieldPlan, keys: set[str], indent: str) -> str:
        specifiers = {"any": "any_element", "any_attribute": "any_attributes"}
        specifier = f"TC.{specifiers.get(field.kind, field.kind)}"
        annotation = self._annotation(field.annotation, keys)
        expr = call(specifier, self._field_arguments(field, keys))
        text = text_of(expr, indent, f"{field.key}: {annotation} = ") + "\n"
        return text + docstring(field_notes(field), indent)

    def _annotation(self, hint: str, keys: set[str]) -> str:
        """The annotation, with names that fields of the class hide reached in another way."""

        def visible(name: str) -> str:
            if name in keys:
                return self._reached(name)
            self._words.add(name)
            return name

        return renamed(hint, visible)

    def _reached(self, name: str) -> str:
        """A name that a field hides, by another way."""
        if name in _IMPORTED:
            self._words.add(_IMPORTED[name])
            return _IMPORTED[name]
        module = "_t" if name in self._ours or name not in _BUILTINS else "_b"
        self._words.add(module)
        return f"{module}.{name}"

    def _field_arguments(self, field: FieldPlan, keys: set[str]) -> Iterator[Expr]:
        if field.wildcard is not None:
            yield from _wildcard_arguments(field)
        elif field.kind == "text":
            assert field.type is not None
            yield self._type(field.type)
            return
        else:
            assert field.name is not None and field.type is not None
            yield literal(field.name.localname)
            yield self._type(field.type)
            if field.name.namespace is not None:
                yield f"ns={self.spaces.space(field.name.namespace)}"
        yield from _occurrence(field)
        for key, value in (
            ("nillable", field.nillable), ("xsd_default", field.default), ("fixed", field.fixed),
            ("ref", field.ref), ("block", field.block),
        ):  # fmt: skip
            if value or isinstance(value, str):
                yield f"{key}={literal(value)}"
        if field.constraints:
            yield self._constraints(field.constraints)
        container = "list" if field.many else "dict" if field.kind == "any_attribute" else None
        if container is not None:
            reached = self._reached(container) if container in keys else container
            yield f"default_factory={reached}"
        elif field.optional:
            yield "default=None"


def _bases(plan: ClassPlan) -> Iterator[str]:
    if plan.base is not None:
        yield plan.base
    for nested in plan.nested:
        yield from _bases(nested)


def _occurrence(field: FieldPlan) -> Iterator[str]:
    if field.kind in ("element", "any"):
        implied = 0 if field.many or field.optional else 1
        if field.min != implied:
            yield f"min={field.min}"
        if field.max != 1:
            yield f"max={field.max}"
    elif field.kind == "attribute" and field.min:
        yield "required=True"


def _wildcard_arguments(field: FieldPlan) -> Iterator[str]:
    wildcard = field.wildcard
    assert wildcard is not None
    if wildcard.namespaces != "##any":
        yield literal(wildcard.namespaces)
        if wildcard.namespaces == "##other":
            yield f"target={literal(wildcard.target_namespace)}"
    if wildcard.process != "strict":
        yield f"process={literal(wildcard.process)}"


def _group(group: GroupPlan, own: tuple[str, ...]) -> Bracket:
    """A group; ``...`` stands for all of the class's own fields in their order."""
    items: list[Expr] = [
        _group(item, own) if isinstance(item, GroupPlan) else literal(item) for item in group.items
    ]
    if len(own) > 1 and group.items == own:
        items = ["..."]
    if group.min != 1:
        items.append(f"min={group.min}")
    if group.max != 1:
        items.append(f"max={group.max}")
    return call(_IN_GROUPS[group.kind], items)


def _keyword(name: str, value: Expr) -> Expr:
    if isinstance(value, str):
        return f"{name}={value}"
    return Bracket(f"{name}={value.open}", value.items, value.close, value.fill)
