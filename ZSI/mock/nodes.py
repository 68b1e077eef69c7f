"""The parts of a reply's definition, compiled: each makes a value over what the sample has.

Nothing is changed in place: what a node changes it copies first, what it does not change the
made value shares with the sample.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from ZSI.errors import Where
from ZSI.mock.choices import choices_of, companions, excludes, rivals
from ZSI.mock.errors import DefinitionError
from ZSI.mock.functions import Absent
from ZSI.mock.lookup import (
    Hit,
    Type,
    called,
    complex_type_of,
    items_field,
    simple_type_of,
)
from ZSI.mock.paths import BoundStep
from ZSI.mock.scope import Scope
from ZSI.mock.values import coerce, lenient
from ZSI.mock.world import Loop, World
from ZSI.names import QName
from ZSI.TC.arrays import ArrayType
from ZSI.TC.complextype import ComplexType
from ZSI.TC.compound import SimpleElement
from ZSI.TC.fields import Field
from ZSI.TC.resolve import AnyType, resolve
from ZSI.TC.simple import SimpleType
from ZSI.TC.values import NIL, UNSET, TypedValue

#: Gives the sample of a type, or of a global element's class, where the sample has no value.
Fill: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Making:
    """What making one reply needs: its surroundings, and samples for what the sample lacks."""

    world: World
    fill: Fill

    def sample(self, kind: Any) -> Any:
        """The sample of a type or class; of what may be anything: text."""
        return "" if isinstance(kind, AnyType) else self.fill(kind)

    def inside(self, **variables: Any) -> Making:
        """The same inside a loop."""
        return replace(self, world=self.world.with_variables(**variables))


class Node(ABC):
    """Makes the value of a field."""

    __slots__ = ()

    def parts(self) -> Iterable[Node]:
        """The nodes inside."""
        return ()

    @property
    def static(self) -> bool:
        """Whether it makes the same for every call."""
        return all(part.static for part in self.parts())

    @abstractmethod
    def build(self, base: Any, place: str, making: Making) -> Any:
        """The value, over the sample's (None if it has none); None leaves the field out."""

    def items(self, bases: list[Any], place: str, making: Making) -> list[Any] | None:
        """The values of a field that repeats, over the sample's: one, unless the node says more."""
        made = self.build(bases[0] if bases else None, f"{place}[1]", making)
        return None if made is None else [made]


@dataclass(frozen=True, slots=True)
class Constant(Node):
    """A value that is known beforehand; None: the field is absent."""

    value: Any
    origin: str

    def build(self, base: Any, place: str, making: Making) -> Any:
        making.world.note(place, self.origin)
        return self.value

    def items(self, bases: list[Any], place: str, making: Making) -> list[Any] | None:
        if isinstance(self.value, list):
            making.world.note(place, self.origin)
            return self.value
        return Node.items(self, bases, place, making)


@dataclass(frozen=True, slots=True)
class Around(Node):
    """A node that does something with the value of another one."""

    inner: Node

    def parts(self) -> Iterable[Node]:
        return (self.inner,)


@dataclass(frozen=True, slots=True)
class OwnText(Around):
    """The text of simple content; the sample's attributes stay."""

    type: ComplexType

    def build(self, base: Any, place: str, making: Making) -> Any:
        if complex_type_of(base) is None:
            base = making.sample(self.type)
        made, field = clone(base), self.type.text
        assert field is not None
        value = self.inner.build(base.__dict__.get(field.key), place, making)
        if value is NIL or value is None or complex_type_of(value) is not None:
            return value
        made.__dict__[field.key] = value
        return made


@dataclass(frozen=True, slots=True)
class Computed(Node):
    """A value that a template or a function gives for each call, made to fit the type."""

    compute: Callable[[World], Any]
    type: Type
    scope: Scope
    origin: str
    #: Makes a node of a mapping that a function gave.
    further: Callable[[Any], Node]
    static = False

    def build(self, base: Any, place: str, making: Making) -> Any:
        if making.world.dry:
            simple = base is None and isinstance(self.type, SimpleType)
            return making.sample(self.type) if simple else base
        return self._fitting(self.compute(making.world), base, place, making)

    def items(self, bases: list[Any], place: str, making: Making) -> list[Any] | None:
        if making.world.dry:
            return Node.items(self, bases, place, making)
        found = self.compute(making.world)
        if found is None or isinstance(found, Absent):
            return None
        many = isinstance(found, list | tuple) and not hasattr(found, "_fields")
        base = bases[0] if bases else None
        return [
            self._fitting(each, base, f"{place}[{number}]", making)
            for number, each in enumerate(found if many else [found], 1)
        ]

    def _fitting(self, value: Any, base: Any, place: str, making: Making) -> Any:
        if isinstance(value, dict):
            return self.further(value).build(base, place, making)
        making.world.note(place, self.origin)
        if type(value) is str and isinstance(self.type, AnyType):
            return value  # what most templates are
        if value is None or isinstance(value, Absent):
            return None
        if isinstance(value, SimpleElement):
            value = value.value
        if value is NIL:
            return value
        if isinstance(self.type, SimpleType):
            actual = complex_type_of(value)
            if actual is not None and actual.text is not None:
                value = value.__dict__.get(actual.text.key)
            return lenient(value, self.type, self.scope)
        simple = simple_type_of(self.type)
        if simple is not None and complex_type_of(value) is None:
            return lenient(value, simple, self.scope)  # `OwnText` puts it in its place
        return coerce(value, self.type, self.scope)


@dataclass(frozen=True, slots=True)
class Announced(Around):
    """A value of a simple type that the message has to announce (``$type`` and ``$value``)."""

    name: QName

    def build(self, base: Any, place: str, making: Making) -> Any:
        return TypedValue(self.inner.build(None, place, making), self.name)


@dataclass(frozen=True, slots=True)
class InArray(Around):
    """A list as the one value that a SOAP array is; its items over the sample's."""

    def build(self, base: Any, place: str, making: Making) -> Any:
        bases = base if isinstance(base, list) else []
        return self.inner.items(bases, f"{place}/item", making) or []


@dataclass(frozen=True, slots=True)
class InElement(Around):
    """A value of simple type in a global element of its own (``$element``)."""

    cls: Any

    def build(self, base: Any, place: str, making: Making) -> Any:
        return _in_element(self.cls, self.inner.build(None, place, making))


@dataclass(frozen=True, slots=True)
class Several(Node):
    """A list: each node over the sample's item at its place, or else over its last one."""

    nodes: tuple[Node, ...]

    def parts(self) -> Iterable[Node]:
        return self.nodes

    def build(self, base: Any, place: str, making: Making) -> Any:
        return self.items([] if base is None else [base], place, making)

    def items(self, bases: list[Any], place: str, making: Making) -> list[Any] | None:
        made: list[Any] = []
        for number, node in enumerate(self.nodes):
            base = bases[min(number, len(bases) - 1)] if bases else None
            if isinstance(node, Looped):
                made.extend(node.each(base, place, len(made), making))
            else:
                made.append(_or_nil(node.build(base, f"{place}[{len(made) + 1}]", making)))
        return made


@dataclass(frozen=True, slots=True)
class Looped(Node):
    """One item for each of some values (``$for``), all over the sample's first item."""

    source: Callable[[World], list[Any]]
    name: str
    node: Node
    static = False

    def build(self, base: Any, place: str, making: Making) -> Any:
        return self.items([] if base is None else [base], place, making)

    def items(self, bases: list[Any], place: str, making: Making) -> list[Any] | None:
        return list(self.each(bases[0] if bases else None, place, 0, making))

    def each(self, base: Any, place: str, before: int, making: Making) -> Iterable[Any]:
        """The items, numbered on from those before."""
        values = [None] if making.world.dry else self.source(making.world)
        for index, value in enumerate(values, 1):
            inside = making.inside(**{self.name: value, "loop": Loop(index, len(values))})
            yield _or_nil(self.node.build(base, f"{place}[{before + index}]", inside))


def _or_nil(item: Any) -> Any:
    """An item that is left out of a list would move the others: it is nil."""
    return NIL if item is None else item


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of a level. ``whole``: the path ends here; else the node goes on inside."""

    step: BoundStep
    node: Node
    whole: bool
    where: Where | None


#: Of each field that is set: its key, its name in places, and what makes its value.
Plan: TypeAlias = tuple[tuple[str, str, Node], ...]


@dataclass(frozen=True, slots=True)
class Level(Node):
    """A typed object: the sample's, with fields set.

    Attributes:
        entries: the fields, in the order of their definition.
        wanted: what to fill in where the sample has none, or one of another type: a complex type
            or the class of a global element.
        exact: the sample's must be of ``wanted`` (``$type``), not just of a type derived from it.
        fresh: start from nothing instead of the sample (``$sample: none``).
        where: the place of the definition.
    """

    entries: tuple[Entry, ...]
    wanted: Any
    exact: bool = False
    fresh: bool = False
    where: Where | None = None
    #: What `_plan` has found for the types that samples have had.
    plans: dict[ComplexType, Plan | None] = field(default_factory=dict, compare=False, repr=False)

    def parts(self) -> Iterable[Node]:
        return (entry.node for entry in self.entries)

    def build(self, base: Any, place: str, making: Making) -> Any:
        if isinstance(self.wanted, ArrayType):
            return self._array(self.wanted, base, place, making)
        found = complex_type_of(base)
        plan = self.plans.get(found) if found is not None else None
        if plan is not None:
            return _planned(plan, base, place, making)
        base = self._base(base, making)
        ctype = complex_type_of(base)
        assert ctype is not None
        if ctype is found and ctype not in self.plans:
            self.plans[ctype] = self._plan(ctype)
        made = clone(base)
        touched: dict[str, str] = {}
        for entry in self.entries:
            hit = entry.step.hit(ctype)
            if hit is None:
                raise DefinitionError(
                    f"the sample here is a {called(ctype)}, which has no field {entry.step.wanted}",
                    where=entry.where,
                    expected="$type beside it, which says of what type the value is",
                )
            _set(made.__dict__, hit, entry, place, making)
            if _is_set(made.__dict__.get(hit.field.key)):
                touched[hit.field.key] = str(entry.step.wanted)
        if touched and choices_of(ctype):
            self._settle(made.__dict__, ctype, touched, making)
        return made

    def _plan(self, ctype: ComplexType) -> Plan | None:
        """The short way for samples of a type: single fields set, nothing else to look at."""
        if self.fresh or ctype is not self.wanted or choices_of(ctype):
            return None
        plan = []
        for entry in self.entries:
            hit = entry.step.hit(ctype)
            if hit is None or hit.wild or hit.member or hit.field.many:
                return None
            if hit.field.kind == "any_attribute":
                return None
            plan.append((hit.field.key, _name_of(hit, entry.step), entry.node))
        return tuple(plan)

    def _array(self, array: ArrayType, base: Any, place: str, making: Making) -> list[Any]:
        """A SOAP array: a list whose items are set as those of a repeated field are."""
        key = items_field(array).key
        values: dict[str, Any] = {key: [] if self.fresh else list(base or making.sample(array))}
        for entry in self.entries:
            hit = entry.step.hit(array)
            assert hit is not None  # it has but one field, which the path was bound to
            _set(values, hit, entry, place, making)
        made: list[Any] = values.get(key, [])
        return made

    @property
    def type(self) -> ComplexType:
        """The complex type of what is made, or a base of it."""
        wanted: ComplexType = (
            self.wanted if isinstance(self.wanted, ComplexType) else self.wanted.complex_type()
        )
        return wanted

    def _base(self, base: Any, making: Making) -> Any:
        if self._fits(base):
            return type(base)() if self.fresh else base
        if self.fresh:
            return self.type.pyclass() if self.type is self.wanted else self.wanted()
        try:
            filled = making.sample(self.wanted)
        except DefinitionError as error:
            raise error.at(self.where) from None
        if complex_type_of(filled) is None:
            raise DefinitionError(
                f"there is no sample of {called(self.type)}",
                where=self.where,
                expected="$type with a type that is not abstract",
            )
        return filled

    def _fits(self, base: Any) -> bool:
        if self.type is not self.wanted:
            return isinstance(base, self.wanted)
        ctype = complex_type_of(base)
        if ctype is None or ctype is self.wanted:
            return ctype is not None
        return not self.exact and ctype.steps_from(self.type) is not None

    def _settle(
        self, values: dict[str, Any], ctype: ComplexType, touched: dict[str, str], making: Making
    ) -> None:
        """Let go what choices shut out, and take in what the chosen branches need."""
        keys = frozenset(touched)
        for key in keys:
            other = next((k for k in keys if excludes(ctype, key, k)), None)
            if other is not None:
                names = sorted((touched[key], touched[other]))
                raise DefinitionError(
                    f"{names[0]} and {names[1]} exclude one another in {called(ctype)}",
                    where=self.where,
                    expected="one of them",
                )
            for rival in rivals(ctype, key) - keys:
                values.pop(rival, None)
        for key in companions(ctype, keys):
            if not _is_set(values.get(key)):
                field = ctype.fields[key]
                if field.type is not None:
                    value = making.sample(resolve(field.type, ctype.registry))
                    values[key] = [value] if field.many else value


def _planned(plan: Plan, base: Any, outer: str, making: Making) -> Any:
    made = clone(base)
    values = made.__dict__
    for key, name, node in plan:
        current = values.get(key)
        place = f"{outer}/{name}" if outer else name
        value = node.build(None if current is UNSET else current, place, making)
        if value is None:
            values.pop(key, None)
        else:
            values[key] = value
    return made


def _is_set(value: Any) -> bool:
    return value is not None and value is not UNSET


def clone(value: Any) -> Any:
    """A typed object with the same fields, which may be set without changing the first."""
    made = object.__new__(type(value))
    made.__dict__.update(value.__dict__)
    return made


def _set(values: dict[str, Any], hit: Hit, entry: Entry, outer: str, making: Making) -> None:
    """Set one field of an object's values."""
    field, node, index = hit.field, entry.node, entry.step.index
    name = _name_of(hit, entry.step)
    place = f"{outer}/{name}" if outer else name
    current = values.get(field.key)
    if current is UNSET:
        current = None
    if field.kind == "any_attribute":
        made = node.build(None, place, making)
        key = QName(entry.step.wanted.space or None, entry.step.wanted.local).clark
        _put(values, field, {**(current or {}), key: made})
    elif not field.many:
        _put(values, field, _wrapped(node.build(_own(current, hit), place, making), hit))
    elif entry.whole and index is None:
        items = node.items([_own(item, hit) for item in current or []], place, making)
        _put(values, field, items and [_wrapped(item, hit) for item in items])
    else:
        _put(values, field, _some(list(current or []), hit, entry, place, making))


def _some(items: list[Any], hit: Hit, entry: Entry, place: str, making: Making) -> list[Any]:
    """The items of a list, some or all of them changed."""
    index = entry.step.index
    wanted = index if isinstance(index, int) else 1
    while len(items) < wanted:
        missing = making.sample(hit.member or hit.type) if isinstance(index, int) else None
        items.append(items[-1] if items else missing)
    for number, item in enumerate(items):
        if not isinstance(index, int) or number == index - 1:
            made = entry.node.build(_own(item, hit), f"{place}[{number + 1}]", making)
            items[number] = _wrapped(_or_nil(made), hit)
    return items


def _put(values: dict[str, Any], field: Field, value: Any) -> None:
    if value is None:
        values.pop(field.key, None)
    else:
        values[field.key] = value


def _own(value: Any, hit: Hit) -> Any:
    """What stands there already, if it is of the element that is meant."""
    if hit.member is not None:
        if not isinstance(value, hit.member):
            return None
        return value.value if isinstance(value, SimpleElement) else value
    return None if hit.wild else value


def _wrapped(value: Any, hit: Hit) -> Any:
    """The value as the element that stands for another one."""
    if hit.member is None or complex_type_of(value) is not None:
        return value
    return _in_element(hit.member, value)


def _in_element(cls: Any, value: Any) -> Any:
    if value is None or value is NIL:
        return value
    made = object.__new__(cls)
    made.__dict__["value"] = value
    return made


def _name_of(hit: Hit, step: BoundStep) -> str:
    if hit.field.kind == "text":
        return "."
    if hit.field.kind == "attribute":
        return hit.field.shown
    named = hit.member is not None or hit.wild or hit.field.name is None
    return str(step.wanted) if named else hit.field.shown
