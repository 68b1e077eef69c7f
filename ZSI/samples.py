"""Sample instances of a contract's types: minimal, full, and seeded ones.

A sample writes without an error and parses back to an equal value. Values are made by
`ZSI.sample_values`; this module decides on structure: which branch, how many, how deep.

>>> from ZSI.TC import Compound, element
>>> class Ping(Compound, element=("urn:doc", "Ping")):
...     name: str = element("name", ("http://www.w3.org/2001/XMLSchema", "string"))
>>> full(Ping)
Ping(name='Example')
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any, Literal, TypeVar

from ZSI.errors import ValueRefused
from ZSI.names import QName
from ZSI.sample_values import NOON, NoSample, Source, sample_value
from ZSI.schema import Registry
from ZSI.TC import AnyXML, Compound
from ZSI.TC.arrays import ArrayType
from ZSI.TC.complextype import ComplexType
from ZSI.TC.fields import Field
from ZSI.TC.model import AllOf, Choice, Leaf, Model, Repeat, Sequence
from ZSI.TC.resolve import ANY_TYPE, lookup, resolve
from ZSI.TC.simple import SimpleType
from ZSI.TC.values import NIL, Text

C = TypeVar("C", bound=Compound)
Kind = Literal["minimal", "full", "random"]

#: How often one type may stand inside itself, and elements in one sample.
RECURSION = 2
MOST_ELEMENTS = 2_000


def minimal(cls: type[C], *, now: datetime = NOON, seed: int = 0) -> C:
    """The smallest instance: what is optional is absent.

    Raises:
        NoSample: the type has no finite instance, or facets that nothing was found for.
    """
    made: C = Sampler("minimal", Source(seed, now)).message(cls)
    return made


def full(
    cls: type[C], *, now: datetime = NOON, seed: int = 0, echo: Any = None,
    notes: dict[str, str] | None = None,
) -> C:  # fmt: skip
    """An instance with everything in it once: optional fields, one item a list, first branches.

    Args:
        cls: the class of an element or message.
        now: dates lie near it.
        seed: another seed gives other values where chance may decide.
        echo: a request: its direct single fields are given back under the same name and type.
        notes: gets, by path, where a value came from if it was echoed.
    """
    sampler = Sampler("full", Source(seed, now))
    made: C = sampler.message(cls)
    if isinstance(echo, Compound):
        _echo(made, echo, notes if notes is not None else {})
    return made


def random(cls: type[C], *, seed: int, now: datetime = NOON) -> C:
    """An instance in which chance decides on structure and values; the same for the same seed."""
    made: C = Sampler("random", Source(seed, now, chance=True)).message(cls)
    return made


def of_type(type: Any, *, now: datetime = NOON, seed: int = 0) -> Any:
    """A value of a complex or simple type, full where it is complex."""
    sampler = Sampler("full", Source(seed, now))
    if isinstance(type, SimpleType):
        return sample_value(type, "value", "/", sampler.source)
    return sampler.compound(type, type.pyclass, "/")


@dataclass
class Sampler:
    """Makes one sample."""

    kind: Kind
    source: Source
    findings: list[str] = field(default_factory=list)
    _elements: int = 0
    _stack: list[int] = field(default_factory=list)

    def message(self, cls: type[Compound]) -> Any:
        """An instance of an element's or message's class."""
        declaration = cls.element_declaration()
        path = f"/{cls.__name__}"
        if declaration is not None and (simple := cls._options.get("simple")) is not None:
            made: Any = cls.__new__(cls)
            value = self._value(declaration.use.copy(type=simple), cls._registry, path)
            made.__dict__["value"] = value
            return made
        return self.compound(cls.complex_type(), cls, path)

    def compound(self, ctype: ComplexType, cls: Any, path: str) -> Any:
        """A value of a complex type."""
        if ctype.abstract:
            ctype = self._concrete(ctype)
            cls = ctype.pyclass
        self._stack.append(id(ctype))
        try:
            values: dict[str, Any] = {}
            self._attributes(ctype, values, path)
            if ctype.text is not None:
                values[ctype.text.key] = self._simple_text(ctype, ctype.text, path)
            order: list[str] = []
            self._content(ctype.model, ctype, values, order, path)
            if ctype.mixed:
                order.append(Text("text"))
            if ctype.ordered:
                values["_content"] = tuple(order)
        finally:
            self._stack.pop()
        made = cls.__new__(cls)
        made.__dict__.update(values)
        return made

    def _attributes(self, ctype: ComplexType, values: dict[str, Any], path: str) -> None:
        for use in ctype.attributes.values():
            given = use.fixed if use.fixed is not None else use.xsd_default
            if not use.least and given is None and not self._wants_optional(f"{path}/@{use.key}"):
                continue
            simple = resolve(use.type, ctype.registry)
            assert isinstance(simple, SimpleType)
            try:
                values[use.key] = (
                    simple.parse(given, {})
                    if given is not None
                    else sample_value(simple, use.key, f"{path}/@{use.key}", self.source)
                )
            except (NoSample, ValueRefused):  # a default that its own type refuses is left out
                if use.least:
                    raise

    def _simple_text(self, ctype: ComplexType, use: Field, path: str) -> Any:
        simple = resolve(use.type, ctype.registry)
        assert isinstance(simple, SimpleType)
        name = path.rpartition("/")[2]
        return sample_value(simple, name, path, self.source)

    def _wants_optional(self, path: str) -> bool:
        """Whether something optional is to be there."""
        if self.kind == "random":
            return self.source.random(f"{path}?").random() < 0.5
        return self.kind == "full" and self._elements < MOST_ELEMENTS

    # ------------------------------------------------------------------ the content model

    def _content(
        self, model: Model, ctype: ComplexType, values: dict[str, Any], order: list[str],
        path: str,
    ) -> None:  # fmt: skip
        match model:
            case Leaf():
                self._leaf(model, ctype, values, order, path)
            case Sequence():
                for item in model.items:
                    self._content(item, ctype, values, order, path)
            case AllOf():
                rank = {key: number for number, key in enumerate(ctype.fields)}
                for item in sorted(model.items, key=lambda item: _rank(item, rank)):
                    self._content(item, ctype, values, order, path)
            case Choice():
                self._choice(model, ctype, values, order, path)
            case Repeat():
                for number in range(self._times(model, ctype, path)):
                    if not self._repeat(model, ctype, values, order, path, number):
                        break

    def _repeat(
        self, model: Repeat, ctype: ComplexType, values: dict[str, Any], order: list[str],
        path: str, number: int,
    ) -> bool:  # fmt: skip
        """One more of a repeated part; false if it cannot be had and need not be there."""
        if number < model.least:
            self._content(model.item, ctype, values, order, path)
            return True
        saved = {k: list(v) if isinstance(v, list) else v for k, v in values.items()}
        length = len(order)
        try:
            self._content(model.item, ctype, values, order, path)
        except NoSample:
            values.clear()
            values.update(saved)
            del order[length:]
            return False
        return True

    def _times(self, model: Repeat, ctype: ComplexType, path: str) -> int:
        least, most = model.least, model.most
        if self._endless(model.item, ctype):
            return least
        if self.kind == "minimal" or self._elements >= MOST_ELEMENTS:
            return least
        key = f"{path}/{_name_of(model.item)}#"
        if self.kind == "full":
            return max(least, 1) if most is None or most >= 1 else 0
        top = least + 2 if most is None else min(most, least + 2)
        return self.source.random(key).randint(least, top)

    def _endless(self, model: Model, ctype: ComplexType) -> bool:
        """Whether a part would go on inside a type that is open often enough already."""
        match model:
            case Leaf():
                use = ctype.fields[model.key]
                if use.kind == "any":
                    return True
                inner = self._type_of(use, ctype.registry)
                limit = 1 if self.kind == "random" else RECURSION
                return isinstance(inner, ComplexType) and self._stack.count(id(inner)) >= limit
            case Repeat():
                return model.least > 0 and self._endless(model.item, ctype)
            case Choice():
                return all(self._endless(item, ctype) for item in model.items)
            case Sequence() | AllOf():
                return any(
                    self._endless(item, ctype) for item in model.items if not isinstance(item, Repeat)
                )

    def _choice(
        self, model: Choice, ctype: ComplexType, values: dict[str, Any], order: list[str],
        path: str,
    ) -> None:  # fmt: skip
        """The first branch that can be had; in a random sample any."""
        branches = [item for item in model.items if not self._endless(item, ctype)]
        branches += [item for item in model.items if item not in branches]
        if self.kind == "random":
            number = self.source.random(f"{path}|{len(order)}").randrange(len(branches) or 1)
            branches = branches[number:] + branches[:number]
        for number, branch in enumerate(branches):
            saved = {k: list(v) if isinstance(v, list) else v for k, v in values.items()}
            length = len(order)
            try:
                self._content(branch, ctype, values, order, path)
                return
            except NoSample:
                if number == len(branches) - 1:
                    raise
                values.clear()
                values.update(saved)
                del order[length:]

    def _leaf(
        self, leaf: Leaf, ctype: ComplexType, values: dict[str, Any], order: list[str], path: str
    ) -> None:
        use = ctype.fields[leaf.key]
        self._elements += 1
        count = len(values.get(use.key, ())) if use.many else 0
        inner = f"{path}/{use.key}" + (f"[{count + 1}]" if use.many else "")
        value = self._wild(use, ctype.registry, inner) if use.kind == "any" else self._value(
            use, ctype.registry, inner
        )
        if use.many:
            values.setdefault(use.key, []).append(value)
        else:
            values[use.key] = value
        order.append(use.key)

    def _type_of(self, use: Field, registry: Registry) -> Any:
        return resolve(use.type, registry)

    def _value(self, use: Field, registry: Registry, path: str) -> Any:
        """The value of an element use."""
        head = registry.elements.get(use.name or ("", "")) if use.ref else None
        if head is not None and head.element_declaration().abstract:
            return self._member(use, registry, path)
        actual = self._type_of(use, registry)
        given = use.fixed
        if isinstance(actual, SimpleType):
            if given is not None:
                return actual.parse(given, {})
            return sample_value(actual, use.key or path.rpartition("/")[2], path, self.source)
        if actual is ANY_TYPE:
            return "text"
        if isinstance(actual, ArrayType):
            return self._array(actual, path)
        if self._stack.count(id(actual)) > RECURSION + 2:
            if use.nillable:
                return NIL
            raise NoSample(f"{actual} has no finite instance")
        return self.compound(actual, actual.pyclass, path)

    def _array(self, actual: ArrayType, path: str) -> list[Any]:
        """One item of a SOAP array, nested for each of its dimensions."""
        if self.kind == "minimal" or self._stack.count(id(actual)) >= RECURSION:
            return []
        self._stack.append(id(actual))
        try:
            value: Any = self._value(actual.item, actual.registry, f"{path}/item[1]")
        except NoSample:
            return []
        finally:
            self._stack.pop()
        for _ in range(actual.rank):
            value = [value]
        made: list[Any] = value
        return made

    def _member(self, use: Field, registry: Registry, path: str) -> Any:
        """A member of an abstract element's substitution group."""
        for name in registry.substitutes(use.name or ("", "")).values():
            cls = registry.elements.get(name)
            if cls is not None and not cls.element_declaration().abstract:
                return self.message(cls)
        raise NoSample(f"{use.shown} is abstract, and nothing can stand for it")

    def _concrete(self, ctype: ComplexType) -> ComplexType:
        """A type derived from an abstract one: the first that can be made."""
        for name in list(ctype.registry.types):
            found = lookup(name, ctype.registry)
            if (
                isinstance(found, ComplexType)
                and not found.abstract
                and found is not ctype
                and found.steps_from(ctype) is not None
                and self._stack.count(id(found)) <= RECURSION
            ):
                return found
        raise NoSample(f"{ctype} is abstract, and no type is derived from it")

    def _wild(self, use: Field, registry: Registry, path: str) -> Any:
        """An element for a wildcard."""
        admitted = use.wildcard
        assert admitted is not None
        if admitted.process == "strict":
            for name in list(registry.elements):
                if admitted.admits(name[0]):
                    cls = registry.elements[name]
                    busy = id(cls.complex_type()) in self._stack
                    if not busy and not cls.element_declaration().abstract:
                        return self.message(cls)
            raise NoSample(f"no element is declared that {admitted} would admit")
        spaces: Iterable[str | None] = ("urn:example:any", None)
        if isinstance(admitted.namespaces, tuple):
            spaces = admitted.namespaces
        for space in spaces:
            if admitted.admits(space):
                declared = f' xmlns="{space}"' if space else ""
                return AnyXML.xml(f"<any{declared}>text</any>")
        raise NoSample(f"no namespace is admitted by {admitted}")


def _rank(model: Model, rank: dict[str, int]) -> int:
    while isinstance(model, Repeat):
        model = model.item
    return rank.get(model.key, 0) if isinstance(model, Leaf) else 0


def _name_of(model: Model) -> str:
    while isinstance(model, Repeat):
        model = model.item
    return model.key if isinstance(model, Leaf) else "group"


def _echo(made: Compound, request: Compound, notes: dict[str, str]) -> None:
    """Give back the request's direct single fields where the reply has the same."""
    asked, answered = request.complex_type(), made.complex_type()
    for key, use in answered.fields.items():
        source = asked.fields.get(key)
        if source is None or use.many or source.many or use.kind != source.kind:
            continue
        value = request.__dict__.get(key)
        if value is None or value is NIL or made.__dict__.get(key) is None:
            continue
        mine, its = resolve(use.type, answered.registry), resolve(source.type, asked.registry)
        if isinstance(mine, SimpleType) and isinstance(its, SimpleType) and mine is its:
            made.__dict__[key] = value
            notes[key] = "echo"


__all__ = ["NoSample", "QName", "Random", "Sampler", "full", "minimal", "random"]
