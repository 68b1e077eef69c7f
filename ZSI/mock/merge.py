"""From what a definition says of a reply to a typed object: fields merged over a sample.

Setting a field of a choice drops the other branches, and brings what its own branch needs. A list
replaces the list, each item merged over the sample's item; ``item[2]`` and ``item[*]`` change
items of it. ``$type`` says the type of a value whose declared type others derive from, ``$for``
makes an item for each value of a list, ``$sample: none`` starts from nothing, ``$nil`` and
``$absent`` say what they say, ``$value`` is a value beside other words, ``$xml`` and ``$element``
fill what is declared as anything. Any text may be a template, and in Python any value a function
of the request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ZSI.errors import quote
from ZSI.mock.errors import DefinitionError, PathError, listed, nearest
from ZSI.mock.expressions import Kind, Known
from ZSI.mock.functions import Absent
from ZSI.mock.lookup import Type, Wanted, called, complex_type_of, simple_type_of
from ZSI.mock.matchers import Operator
from ZSI.mock.nodes import (
    Announced,
    Computed,
    Constant,
    Entry,
    Fill,
    InArray,
    InElement,
    Level,
    Looped,
    Making,
    Node,
    OwnText,
    Several,
)
from ZSI.mock.operators import truth
from ZSI.mock.paths import BoundPath, BoundStep, FieldPath, parse_path
from ZSI.mock.scope import Scope
from ZSI.mock.templates import compile_template, is_template
from ZSI.mock.values import coerce, simple_value, xml_value
from ZSI.mock.world import World
from ZSI.TC.arrays import ArrayType
from ZSI.TC.complextype import ComplexType
from ZSI.TC.resolve import AnyType, resolve
from ZSI.TC.simple import SimpleType
from ZSI.TC.values import NIL

_CONTROLS = (
    "$type", "$for", "$as", "$sample", "$nil", "$absent", "$value", "$xml", "$element",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Merge:
    """Fields to set over a sample.

    Attributes:
        level: the fields, compiled.
        fill: samples for what the sample lacks.
    """

    level: Level
    fill: Fill

    @property
    def static(self) -> bool:
        """Whether every call gets the same."""
        return self.level.static

    def build(self, sample: Any, world: World) -> Any:
        """The sample with the fields set; the sample itself is not changed.

        Args:
            sample: a typed object of the type that the fields were compiled for.
            world: the surroundings; its ``notes`` get the origin of each value set.

        Raises:
            DefinitionError: the fields do not fit the sample, or a value its type.
            RenderError: a template fails.
        """
        return self.level.build(sample, "", Making(world, self.fill))

    def try_(self, sample: Any) -> Any:
        """The same without a call: what depends on one stays as the sample has it.

        Raises:
            DefinitionError: the fields do not fit the sample.
        """
        return self.build(sample, World(dry=True))


def compile_merge(fields: Mapping[str, Any], type: ComplexType, known: Known, fill: Fill) -> Merge:
    """Compile the fields of a reply, fault detail or header block.

    Args:
        fields: value specs by field path; ``$type`` and ``$sample`` beside them.
        type: of the object.
        known: what templates may speak of; its scope is the place of the definition.
        fill: gives samples: of a complex or simple type, or of a global element's class.

    Raises:
        DefinitionError: a path or value does not fit the contract.
    """
    node = _Merger(known).mapping(fields, type, False)
    if not isinstance(node, Level):
        raise DefinitionError(
            f"{listed(fields)} for {called(type)}", where=known.scope.where, expected="fields"
        )
    return Merge(node, fill)


class _Merger:
    """Compiles specs; ``known`` says what names mean at this place of the definition.

    ``literal``: text is never a template (it came from a function, perhaps from a request).
    """

    def __init__(self, known: Known, literal: bool = False) -> None:
        self.known = known
        self.literal = literal

    @property
    def scope(self) -> Scope:
        return self.known.scope

    def below(self, key: str) -> _Merger:
        return _Merger(self.known.at(self.scope.below(key)), self.literal)

    def origin(self, kind: str) -> str:
        where = self.scope.where
        place = f"{where.file}:{where.line}" if where is not None and where.file else ""
        return f"{kind} {place}".rstrip()

    def error(self, message: str, expected: str = "", **more: Any) -> DefinitionError:
        return DefinitionError(message, where=self.scope.where, expected=expected, **more)

    # ------------------------------------------------------------------ values

    def spec(self, spec: Any, type: Type, many: bool) -> Node:
        """The node of a value spec, for a field of this type that may repeat or not."""
        if isinstance(spec, Operator):
            spec = {spec.name: spec.argument}
        if spec is NIL or spec is None:
            return Constant(spec, self.origin("stub"))
        if isinstance(type, ArrayType) and _is_list(spec):
            return InArray(self.spec(spec, type.item_type, True))
        if isinstance(spec, Mapping):
            return self.mapping(spec, type, many)
        if isinstance(spec, list | tuple) and not hasattr(spec, "_fields"):
            if many:
                parts = (self.below(f"[{n}]").spec(s, type, True) for n, s in enumerate(spec, 1))
                return Several(tuple(parts))
            if not isinstance(type, SimpleType) or type.variety == "atomic":
                raise self.error("a list for a field that does not repeat", "one value")
        if is_template(spec) and not self.literal:
            template = compile_template(spec, self.known)
            return self.computed(template.value, type, "template")
        if callable(spec) and not isinstance(spec, _CLASSES) and complex_type_of(spec) is None:
            return self.computed(_calling(spec), type, "function")
        return self.constant(spec, type)

    def constant(self, value: Any, type: Type) -> Node:
        """A value that is known now; over simple content it leaves the attributes alone."""
        simple = simple_type_of(type)
        if isinstance(type, ComplexType) and simple is not None and complex_type_of(value) is None:
            inner = Constant(simple_value(value, simple, self.scope), self.origin("stub"))
            return OwnText(inner, type)
        return Constant(coerce(value, type, self.scope), self.origin("stub"))

    def computed(self, compute: Callable[[World], Any], type: Type, kind: str) -> Node:
        """A value that each call gets anew."""
        literal = _Merger(self.known, literal=True)

        def further(given: Any) -> Node:
            return literal.spec(given, type, False)

        node = Computed(compute, type, self.scope, self.origin(kind), further)
        if isinstance(type, ComplexType) and simple_type_of(type) is not None:
            return OwnText(node, type)
        return node

    def mapping(self, spec: Mapping[str, Any], type: Type, many: bool) -> Node:
        """A mapping: fields to set, with ``$`` words that say of what."""
        controls = {str(key): value for key, value in spec.items() if str(key)[:1] == "$"}
        fields = {str(key): value for key, value in spec.items() if str(key)[:1] != "$"}
        for key in controls:
            if key not in _CONTROLS:
                raise self.error(
                    f"{key} makes no value",
                    listed(_CONTROLS),
                    nearest=nearest(key, _CONTROLS),
                )
        if "$for" in controls:
            return self.loop(spec, controls, type, many)
        for key, value in (("$nil", NIL), ("$absent", None)):
            if key in controls and truth(controls[key], self.scope):
                return Constant(value, self.origin("stub"))
        if "$xml" in controls:
            return self.xml(controls["$xml"], type)
        if "$element" in controls:
            return self.element(str(controls["$element"]), fields, controls)
        if "$type" in controls:
            return self.typed(str(controls["$type"]), fields, controls, type)
        if "$value" in controls:
            return self.spec(controls["$value"], type, many)
        return self.level(fields, controls, type)

    def level(
        self,
        fields: Mapping[str, Any],
        controls: Mapping[str, Any],
        type: Type,
        exact: bool = False,
    ) -> Node:
        """The fields of an object of complex type."""
        if not isinstance(type, ComplexType):
            expected = "a value" if isinstance(type, SimpleType) else "a value, $type or $xml"
            raise self.error(f"fields {listed(fields)} of a value of {called(type)}", expected)
        return Level(
            self.entries(fields, type),
            type,
            exact=exact,
            fresh=self.fresh(controls),
            where=self.scope.where,
        )

    def fresh(self, controls: Mapping[str, Any]) -> bool:
        """What ``$sample`` says."""
        given = controls.get("$sample", "full")
        if given in ("none", None):
            return True
        if given == "full":
            return False
        raise self.error(f"$sample: {quote(given)}", "none or full")

    def typed(
        self, name: str, fields: Mapping[str, Any], controls: Mapping[str, Any], type: Type
    ) -> Node:
        """``$type``: a type derived from the declared one, or of a value of any type."""
        inner = self.below("$type")
        declared = type if isinstance(type, ComplexType) else None
        found: Type = inner.scope.type(name, declared)
        if isinstance(found, SimpleType) and "$value" in controls and found.name is not None:
            node = self.spec(controls["$value"], found, False)
            return Announced(node, found.name)
        if not isinstance(found, ComplexType):
            raise inner.error(f"$type {quote(name)} of a simple type", "$value beside it")
        if declared is not None and found.steps_from(declared) is None:
            raise inner.error(f"$type {quote(name)} is not derived from {called(declared)}")
        if declared is None and not isinstance(type, AnyType):
            raise inner.error(f"$type {quote(name)} for a value of {called(type)}")
        if found.abstract:
            raise inner.error(f"$type {quote(name)} is abstract", "a type derived from it")
        return self.level(fields, controls, found, exact=True)

    def element(self, name: str, fields: Mapping[str, Any], controls: Mapping[str, Any]) -> Node:
        """``$element``: a global element where the contract admits anything."""
        cls = self.below("$element").scope.element(name)
        simple = cls._options.get("simple")
        if simple is not None:
            given = controls.get("$value", fields.get("."))
            return InElement(self.spec(given, resolve(simple, self.scope.registry), False), cls)
        return Level(
            self.entries(fields, cls.complex_type()),
            cls,
            exact=True,
            fresh=self.fresh(controls),
            where=self.scope.where,
        )

    def xml(self, text: Any, type: Type) -> Node:
        """``$xml``: content for what is declared as anything; a template like any text."""
        if not isinstance(type, AnyType):
            raise self.error(f"$xml for a value of {called(type)}", "fields or a value")
        scope = self.scope
        if is_template(text) and not self.literal:
            template = compile_template(text, self.known, xml=True)
            return self.computed(
                lambda world: xml_value(template.text(world), scope), type, "template"
            )
        return Constant(xml_value(text, scope), self.origin("stub"))

    # ------------------------------------------------------------------ levels

    def entries(self, fields: Mapping[str, Any], type: ComplexType) -> tuple[Entry, ...]:
        """The fields of one level; paths with several steps become levels inside."""
        made: list[Entry] = []
        for text, spec in fields.items():
            inner = self.below(text)
            path = parse_path(text, inner.scope.where).bind(type, inner.scope)
            self._refuse_undeclared(path)
            last = path.steps[-1] if path.steps else None
            single = last is not None and last.index is not None
            repeats = path.field is not None and path.field.many and not single
            node = inner.spec(spec, path.type, repeats and not path.path.own)
            if isinstance(node, Level) and not node.exact and last is not None:
                member = last.declared.member if last.declared is not None else None
                node = replace(node, wanted=member or node.wanted)
            if path.path.own:
                node = inner.own_text(node, path, type)
            inner.insert(made, path.steps, node, type)
        return tuple(made)

    def own_text(self, node: Node, path: BoundPath, type: ComplexType) -> Node:
        """``a/.``: the text of an element; what it is set to keeps the attributes."""
        holder: Any = type
        if path.steps:
            declared = path.steps[-1].declared
            holder = declared.type if declared is not None else None
        if isinstance(holder, ComplexType) and isinstance(path.type, SimpleType):
            return OwnText(node, holder)
        return node

    def insert(
        self, made: list[Entry], steps: tuple[BoundStep, ...], node: Node, type: ComplexType
    ) -> None:
        """Put a node at the end of some steps below a level."""
        where = self.scope.where
        if not steps:
            if not isinstance(node, OwnText) or type.text is None:
                raise self.error(f"{called(type)} has no text of its own", "its fields")
            made.append(Entry(_text_step(type.text.key), node.inner, True, where))
            return
        step, rest = steps[0], steps[1:]
        if not rest:
            self.add(made, Entry(step, node, True, where))
            return
        declared = step.declared
        assert declared is not None  # undeclared content was refused
        inner: list[Entry] = []
        level = Level((), declared.member or declared.type, where=where)
        self.insert(inner, rest, node, level.type)
        self.add(made, Entry(step, replace(level, entries=tuple(inner)), False, where))

    def add(self, made: list[Entry], entry: Entry) -> None:
        """Add an entry to a level; two for one field are joined, or contradict one another."""
        place = next((n for n, known in enumerate(made) if _same(known.step, entry.step)), None)
        if place is None:
            made.append(entry)
            return
        before = made[place]
        one, other = _as_level(before.node), _as_level(entry.node)
        if one is None or other is None:
            raise self.error(f"{entry.step.wanted} is set twice", "one value for it")
        if one.exact and not other.exact:
            other = replace(other, wanted=one.wanted, exact=True)
        joined = list(one.entries)
        for inner in other.entries:
            self.add(joined, inner)
        node = replace(other, entries=tuple(joined), fresh=one.fresh or other.fresh)
        made[place] = replace(before, node=node, whole=before.whole or entry.whole)

    def _refuse_undeclared(self, path: BoundPath) -> None:
        if any(step.declared is None for step in path.steps):
            raise PathError(
                f"{path} leads into content that no type describes", path.path.text,
                where=self.scope.where, expected="the whole of it, by $type or $xml",
            )  # fmt: skip

    # ------------------------------------------------------------------ loops

    def loop(
        self, spec: Mapping[str, Any], controls: Mapping[str, Any], type: Type, many: bool
    ) -> Node:
        """``$for``: one item for each of some values; ``$as`` names the value in templates."""
        if not many:
            raise self.error("$for for a field that does not repeat", "fields alone")
        name = str(controls.get("$as", "item"))
        if not name.isidentifier() or name in ("request", "loop", "now", "store"):
            raise self.error(f"$as: {quote(name)}", "a name of your own")
        source, kind = self.below("$for").source(controls["$for"])
        rest = {key: value for key, value in spec.items() if key not in ("$for", "$as")}
        known = self.known.with_variables(**{name: kind, "loop": Kind()})
        inner = _Merger(known, self.literal)
        return Looped(source, name, inner.mapping(rest, type, False))

    def source(self, given: Any) -> tuple[Callable[[World], list[Any]], Kind]:
        """What ``$for`` goes through: a path, a number, a template, a list or a function."""
        if isinstance(given, list | tuple):
            values = list(given)
            return (lambda world: values), Kind()
        if isinstance(given, int) or (isinstance(given, str) and given.strip().isdigit()):
            numbers = list(range(1, min(int(given), _MOST_ITEMS) + 1))
            return (lambda world: numbers), Kind()
        if callable(given):
            return _listing(_calling(given)), Kind()
        if is_template(given) and not self.literal:
            template = compile_template(given, self.known)
            return _listing(template.value), template.kind.item
        return self.path_source(parse_path(str(given), self.scope.where))

    def path_source(self, path: FieldPath) -> tuple[Callable[[World], list[Any]], Kind]:
        """A path, looked for in the innermost loop's value first, in the request last.

        A path may begin with the name of a loop's value: ``order/line``.
        """
        variables = {k: v for k, v in self.known.variables.items() if k != "loop"}
        first = path.steps[0] if path.steps and not path.deep else None
        if first is not None and first.name in variables and len(path.steps) > 1:
            rest = replace(path, steps=path.steps[1:])
            return self._values_of(first.name, rest.bind(_typed(variables[first.name]), self.scope))
        refused: PathError | None = None
        for name, kind in reversed(variables.items()):
            if isinstance(kind.type, ComplexType):
                try:
                    return self._values_of(name, path.bind(kind.type, self.scope))
                except PathError as error:
                    refused = refused or error
        if self.known.request is None:
            raise refused or self.error("$for without a request", "a number or a list")
        try:
            bound = path.bind(self.known.request, self.scope)
        except PathError as error:
            raise refused or error from None
        return (
            lambda world: (
                _inside(bound, bound.values(world.request)) if world.request is not None else []
            )
        ), _kind_of(bound)

    @staticmethod
    def _values_of(name: str, bound: BoundPath) -> tuple[Callable[[World], list[Any]], Kind]:
        def values(world: World) -> list[Any]:
            value = world.variables.get(name)
            return _inside(bound, bound.values(value)) if value is not None else []

        return values, _kind_of(bound)


#: Items that ``$for`` with a number makes at most; samples stop at 2,000 elements.
_MOST_ITEMS = 100_000
#: Classes are no functions that give a value.
_CLASSES = type


def _typed(kind: Kind) -> Type:
    return kind.type if kind.type is not None else AnyType()


def _calling(function: Callable[..., Any]) -> Callable[[World], Any]:
    """A function of the user's: it is given the typed request."""
    return lambda world: function(world.request)


def _listing(compute: Callable[[World], Any]) -> Callable[[World], list[Any]]:
    def values(world: World) -> list[Any]:
        found = compute(world)
        if found is None or isinstance(found, Absent):
            return []
        many = isinstance(found, list | tuple | range) and not hasattr(found, "_fields")
        return list(found) if many else [found]

    return values


def _is_list(spec: Any) -> bool:
    """Whether a spec says all the items of an array."""
    return isinstance(spec, list | tuple) or (isinstance(spec, Mapping) and "$for" in spec)


def _inside(bound: BoundPath, values: list[Any]) -> list[Any]:
    """What was selected; of SOAP arrays their items."""
    if not isinstance(bound.type, ArrayType):
        return values
    return [item for value in values for item in (value if isinstance(value, list) else [value])]


def _kind_of(bound: BoundPath) -> Kind:
    return Kind(bound.type.item_type if isinstance(bound.type, ArrayType) else bound.type)


def _same(one: BoundStep, other: BoundStep) -> bool:
    if one.index != other.index:
        return False
    if one.declared is not None and other.declared is not None:
        same_field = one.declared.field is other.declared.field
        return same_field and one.declared.member is other.declared.member
    return one.wanted == other.wanted


def _as_level(node: Node) -> Level | None:
    """A node that sets parts of an object, as a level; None for whole values."""
    if isinstance(node, OwnText) and node.type.text is not None:
        text = Entry(_text_step(node.type.text.key), node.inner, True, None)
        return Level((text,), node.type)
    return node if isinstance(node, Level) else None


def _text_step(key: str) -> BoundStep:
    return BoundStep(Wanted(key), None, None)
