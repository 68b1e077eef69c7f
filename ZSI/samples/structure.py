"""The structure of samples: which branch, how many, how deep.

Content is made in document order as pairs of a field's key and a value. What need not be there
may fail and is then left out; what must be there is known to be finite by its cost
(`ZSI.samples.costs`), so nothing has to be tried twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import Any, Literal, TypeAlias

from ZSI.errors import Finding, ValueRefused, Where
from ZSI.samples.costs import Costs
from ZSI.samples.leaves import NoSample, Source, sample_value
from ZSI.samples.plausible import plain_text
from ZSI.samples.references import tie
from ZSI.schema import HAND_WRITTEN, ArrayDeclaration, Registry
from ZSI.TC.anyxml import AnyXML
from ZSI.TC.arrays import ArrayType
from ZSI.TC.complextype import ComplexType
from ZSI.TC.compound import Compound
from ZSI.TC.fields import Field
from ZSI.TC.model import AllOf, Choice, Leaf, Model, Repeat, Sequence
from ZSI.TC.resolve import ANY_TYPE, resolve
from ZSI.TC.simple import SimpleType
from ZSI.TC.values import NIL, Text

Kind: TypeAlias = Literal["minimal", "full", "random"]

#: How often one type may stand inside itself, elements in one sample, and elements that even a
#: minimal one may have because occurrence bounds ask for them.
RECURSION = 2
MOST_ELEMENTS = 2_000
MOST_REQUIRED = 100_000


class TooLarge(Exception):
    """The sample has more elements than it may: to be made again, less deep."""


@dataclass
class Sampler:
    """Makes one sample; one use each.

    Args:
        kind: ``minimal``, ``full`` or ``random``.
        source: seed, clock and chance.
        depth: of elements below which nothing optional is put.

    Attributes:
        findings: what is optional and was left out because no value was found for it.
        elements: how many it has.
    """

    kind: Kind
    source: Source
    depth: float = inf
    findings: list[Finding] = field(default_factory=list)
    elements: int = 0
    _encoded: bool = False
    _stack: list[ComplexType] = field(default_factory=list)
    _ids: list[str] = field(default_factory=list)
    _references: list[tuple[dict[str, Any], str, int | None, Field]] = field(default_factory=list)

    def message(self, cls: type[Compound]) -> Any:
        """An instance of the class of an element or message.

        Raises:
            NoSample: there is no finite one, or none was found that honours all facets.
            TooLarge: it would have more than `MOST_ELEMENTS` elements.
        """
        self._encoded = bool(cls._options.get("encoded"))
        declaration = cls.element_declaration()
        if declaration is not None and declaration.abstract:
            costs = Costs.of(cls._registry)
            members = costs.substitutes(declaration.use.copy(ref=True))
            if not members:
                raise NoSample(f"element {cls.__name__} is abstract, and nothing stands for it")
            cls = min(members, key=costs.element)
        made = self._element(cls, f"/{cls.__name__}")
        self._resolve_references()
        return made

    def value(self, type: Any) -> Any:
        """A value of a type alone; errors as for `message`."""
        registry = type.registry if isinstance(type, ComplexType) else HAND_WRITTEN
        made = self._value(Field("element", (None, "value"), type), registry, "/value")
        self._resolve_references()
        return made

    def _element(self, cls: type[Compound], path: str) -> Any:
        simple = cls._options.get("simple")
        declaration = cls.element_declaration()
        use = declaration.use if declaration is not None else Field("element", None, simple)
        if simple is None:
            return _as_declared(self._compound(cls.complex_type(), cls, path), use)
        made: Any = cls.__new__(cls)
        value = self._value(use.copy(type=simple, ref=False), cls._registry, path)
        made.__dict__["value"] = value
        return made

    # -- complex types --------------------------------------------------------------------------

    def _compound(self, ctype: ComplexType, cls: Any, path: str) -> Any:
        """A value of a complex type, or of one derived from it if it is abstract."""
        costs = Costs.of(ctype.registry)
        if ctype.abstract:
            ctype = self._concrete(ctype, costs)
            cls = ctype.pyclass
        if costs.type(ctype) == inf:
            raise NoSample(f"{_shown(ctype)} has no finite instance: it is required in itself")
        content = _Content(ctype, costs, path)
        made = cls.__new__(cls)
        self._stack.append(ctype)
        try:
            self._attributes(ctype, made.__dict__, path)
            if ctype.text is not None:
                content.append(ctype.text.key, self._text(ctype.text, ctype, path))
            else:
                lavish = self._is_lavish(ctype)
                if lavish or costs.type(ctype):  # else nothing need be there
                    self._part(ctype.model, content, lavish)
        finally:
            self._stack.pop()
        self._fill(made.__dict__, content)
        return made

    def _is_lavish(self, ctype: ComplexType) -> bool:
        """Whether optional content is to be put into a type that has just been opened."""
        deep = len(self._stack) > self.depth or self._stack.count(ctype) > RECURSION
        return self.kind != "minimal" and not deep

    def _fill(self, values: dict[str, Any], content: _Content) -> None:
        """Turn pairs in document order into fields."""
        ctype = content.ctype
        for key, value in content.items:
            use = ctype.fields[key]
            if use.many:
                values.setdefault(key, []).append(value)
            else:
                values[key] = value
            if isinstance(value, str) and _builtin(use, ctype.registry) == "IDREF":
                index = len(values[key]) - 1 if use.many else None
                self._references.append((values, key, index, use))
        if ctype.ordered:
            order: list[str] = [key for key, _ in content.items]
            if ctype.mixed and self.kind != "minimal":
                order.insert(0, Text(plain_text(content.path.rpartition("/")[2]) or "text"))
            values["_content"] = tuple(order)

    def _attributes(self, ctype: ComplexType, values: dict[str, Any], path: str) -> None:
        """The attributes: those that are required or have a value by the schema, and others."""
        for use in ctype.attributes.values():
            given = use.fixed if use.fixed is not None else use.xsd_default
            inner = f"{path}/@{use.shown[1:]}"
            if self._encoded and not use.least and use.shown in ("@href", "@id"):
                continue  # a reference to elsewhere (SOAP 1.1 section 5.4.1)
            if not use.least and given is None and not self._wants(inner, self._is_lavish(ctype)):
                continue
            simple = resolve(use.type, ctype.registry)
            assert isinstance(simple, SimpleType)
            try:
                if given is not None:
                    values[use.key] = simple.parse(given, {})
                else:
                    values[use.key] = self._simple(simple, use.shown[1:], inner)
            except (NoSample, ValueRefused) as error:
                if use.least:
                    raise NoSample(str(error)) from None
                self._leave_out(inner, error)
            if _builtin(use, ctype.registry) == "IDREF" and use.key in values:
                self._references.append((values, use.key, None, use))

    def _text(self, use: Field, ctype: ComplexType, path: str) -> Any:
        simple = resolve(use.type, ctype.registry)
        assert isinstance(simple, SimpleType)
        return self._simple(simple, _local(path), path)

    def _simple(self, simple: SimpleType, name: str, path: str) -> Any:
        value = sample_value(simple, name, path, self.source)
        if simple.builtin == "ID":
            self._ids.append(value)
        return value

    # -- the content model ----------------------------------------------------------------------

    def _part(self, model: Model, content: _Content, lavish: bool) -> None:
        """Append what a part of the content model asks for."""
        match model:
            case Repeat():
                self._repeat(model, content, lavish)
            case Leaf():
                self._leaf(model, content)
            case Sequence():
                for item in model.items:
                    self._part(item, content, lavish)
            case AllOf():
                for item in sorted(model.items, key=content.rank):
                    self._part(item, content, lavish)
            case Choice():
                self._choice(model, content, lavish)

    def _repeat(self, model: Repeat, content: _Content, lavish: bool) -> None:
        for _ in range(model.least):
            self._part(model.item, content, lavish)
        if not lavish:
            return
        for _ in range(self._more(model, content)):
            before = len(content.items)
            try:
                self._part(model.item, content, lavish)
            except NoSample as error:
                content.cut(before)
                self._leave_out(content.path, error)
                return

    def _more(self, model: Repeat, content: _Content) -> int:
        """How many beyond those that must be there."""
        if self._is_circular(model.item, content) or content.cost(model.item) == inf:
            return 0
        if self.kind == "full":
            return 0 if model.least else 1
        room = inf if model.most is None else model.most - model.least
        dice = self.source.dice(f"{content.path}/{_key(model.item)}", "number")
        return dice.between(0, int(min(room, 2)))

    def _is_circular(self, model: Model, content: _Content) -> bool:
        """Whether an optional part is better left out: a wildcard, or a type open often enough."""
        match model:
            case Leaf():
                use = content.ctype.fields[model.key]
                if use.kind == "any":
                    return True
                inner = resolve(use.type, content.ctype.registry)
                return isinstance(inner, ComplexType) and self._stack.count(inner) >= RECURSION
            case Repeat():
                return model.least > 0 and self._is_circular(model.item, content)
            case Choice():
                return all(self._is_circular(item, content) for item in model.items)
            case Sequence() | AllOf():
                return any(
                    self._is_circular(item, content)
                    for item in model.items
                    if not (isinstance(item, Repeat) and not item.least)
                )

    def _choice(self, model: Choice, content: _Content, lavish: bool) -> None:
        """The first branch that can be had; in a minimal sample the cheapest, else by chance."""
        branches = [item for item in model.items if content.cost(item) < inf]
        if not lavish:
            branches.sort(key=content.cost)
        else:
            branches.sort(key=lambda item: self._is_circular(item, content))
            if self.kind == "random":
                dice = self.source.dice(f"{content.path}/{_key(model)}", f"{len(content.items)}")
                sound = sum(not self._is_circular(item, content) for item in branches)
                turn = dice.between(0, max(sound, 1) - 1)
                branches = branches[turn:] + branches[:turn]
        failed: NoSample | None = None
        for branch in branches:
            before = len(content.items)
            try:
                self._part(branch, content, lavish)
                return
            except NoSample as error:
                failed = failed or error
                content.cut(before)
        raise failed or NoSample(f"no branch of a choice at {content.path} has a finite instance")

    def _leaf(self, leaf: Leaf, content: _Content) -> None:
        use, registry = content.ctype.fields[leaf.key], content.ctype.registry
        self.elements += 1
        if self.elements > (MOST_ELEMENTS if self.depth > 0 else MOST_REQUIRED):
            raise TooLarge
        local = use.name.localname if use.name is not None else use.key
        index = f"[{content.counts.get(use.key, 0) + 1}]" if use.many else ""
        path = f"{content.path}/{local}{index}"
        value = (
            self._wild(use, registry, path)
            if use.kind == "any"
            else self._value(use, registry, path)
        )
        content.append(use.key, value)

    # -- values ---------------------------------------------------------------------------------

    def _value(self, use: Field, registry: Registry, path: str) -> Any:
        """The value of an element use."""
        costs = Costs.of(registry)
        members = costs.substitutes(use) if use.ref else ()
        if members:
            return self._element(min(members, key=costs.element), path)
        nil = use.nillable and costs.may_be_nil(use, registry)
        if self.kind == "random" and nil and self.source.dice(path, "nil").chance(8):
            return NIL
        actual = resolve(use.type, registry)
        if isinstance(actual, SimpleType):
            if use.fixed is not None:
                return actual.parse(use.fixed, {})
            return self._simple(actual, _local(path), path)
        if actual is ANY_TYPE:
            return plain_text(_local(path)) or "text"
        assert isinstance(actual, ComplexType)
        if isinstance(actual, ArrayType):
            return self._array(actual, path) if self._takes_items(use, actual) else []
        often = 0 if self.kind == "minimal" else RECURSION
        if nil and (costs.type(actual) == inf or self._stack.count(actual) > often):
            return NIL
        if use.ref and use.name in registry.elements:
            use = registry.elements[use.name].element_declaration().use
        return _as_declared(self._compound(actual, actual.pyclass, path), use)

    def _takes_items(self, use: Field, actual: ArrayType) -> bool:
        """Whether items may be there: in literal messages only those that the schema names."""
        declared = use.type
        if not isinstance(declared, ArrayDeclaration):
            declared = actual.registry.types.get(actual.name or ("", ""))
        unnamed = isinstance(declared, ArrayDeclaration) and declared.item_name is None
        return self._encoded or not unnamed

    def _array(self, actual: ArrayType, path: str) -> list[Any]:
        """A SOAP array: one item, nested for each of its dimensions; in a minimal sample none."""
        if self.kind == "minimal" or self._stack.count(actual) >= RECURSION:
            return []
        self._stack.append(actual)
        try:
            item = actual.item.copy(nillable=False)
            value: Any = self._value(item, actual.registry, f"{path}/item[1]")
        except NoSample as error:
            self._leave_out(path, error)
            return []
        finally:
            self._stack.pop()
        for _ in range(actual.rank):
            value = [value]
        made: list[Any] = value
        return made

    def _concrete(self, ctype: ComplexType, costs: Costs) -> ComplexType:
        """A type derived from an abstract one: the first that is not open, else the cheapest."""
        if self.kind != "minimal":
            for step in costs.concrete(ctype):
                if self._stack.count(step) < RECURSION and costs.type(step) < inf:
                    return step
        found = costs.cheapest(ctype)
        if found is None:
            raise NoSample(f"{_shown(ctype)} is abstract, and no type is derived from it")
        return found

    def _wild(self, use: Field, registry: Registry, path: str) -> Any:
        """An element for a wildcard that needs one."""
        admitted = use.wildcard
        assert admitted is not None
        if admitted.process == "strict":
            costs = Costs.of(registry)
            found = [cls for cls in costs.admitted(use) if costs.element(cls) < inf]
            if not found:
                raise NoSample(f"no element is declared that would be {admitted}")
            return self._element(min(found, key=costs.element), path)
        spaces = admitted.namespaces
        for space in spaces if isinstance(spaces, tuple) else ("urn:example:any", None):
            if admitted.admits(space):
                declared = f' xmlns="{space}"' if space else ""
                return AnyXML.xml(f"<any{declared}>text</any>")
        raise NoSample(f"no namespace is admitted where there may be {admitted}")

    # -- odds and ends --------------------------------------------------------------------------

    def _wants(self, path: str, lavish: bool) -> bool:
        """Whether an optional attribute is to be there."""
        if not lavish:
            return False
        return self.kind == "full" or self.source.dice(path, "there").chance(2)

    def _leave_out(self, path: str, why: Exception) -> None:
        self.findings.append(Finding("no-sample", f"left out: {why}", Where(path=path)))

    def _resolve_references(self) -> None:
        """Let every IDREF name an ID of the sample; without one, leave out what may be."""
        for values, key, index, use in self._references:
            if self._ids:
                if index is None:
                    values[key] = self._ids[0]
                else:
                    values[key][index] = self._ids[0]
            elif not use.least and index is None:
                values.pop(key, None)


@dataclass
class _Content:
    """The content of one value while it is made, in document order."""

    ctype: ComplexType
    costs: Costs
    path: str
    items: list[tuple[str, Any]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def append(self, key: str, value: Any) -> None:
        """One more value of a field."""
        self.items.append((key, value))
        self.counts[key] = self.counts.get(key, 0) + 1

    def cut(self, length: int) -> None:
        """Take back what came after the first so many."""
        for key, _ in self.items[length:]:
            self.counts[key] -= 1
        del self.items[length:]

    def cost(self, model: Model) -> float:
        """See `Costs.model`."""
        return self.costs.model(model, self.ctype)

    def rank(self, model: Model) -> int:
        """The place of a part in the order of declaration."""
        keys = list(self.ctype.fields)
        key = _key(model)
        return keys.index(key) if key in keys else len(keys)


def _key(model: Model) -> str:
    """A name for a part of a content model: the first field in it."""
    while not isinstance(model, Leaf):
        if isinstance(model, Repeat):
            model = model.item
        elif isinstance(model, AllOf):
            return min(map(_key, model.items), default="")
        elif model.items:
            model = model.items[0]
        else:
            return ""
    return model.key


def _local(path: str) -> str:
    """The name of the last step of a path, without a number."""
    return path.rpartition("/")[2].partition("[")[0].lstrip("@")


def _builtin(use: Field, registry: Registry) -> str | None:
    if use.kind in ("any", "any_attribute"):
        return None
    actual = resolve(use.type, registry)
    return actual.builtin if isinstance(actual, SimpleType) else None


def _shown(ctype: ComplexType) -> str:
    return f"type {ctype.name.clark}" if ctype.name is not None else "an anonymous type"


def _as_declared(made: Any, use: Field) -> Any:
    """An object as its element is declared: with the fixed value, with references to its keys."""
    ctype = made.complex_type()
    if use.constraints:
        tie(made, use.constraints)
    if use.fixed is not None and ctype.text is not None:
        simple = resolve(ctype.text.type, ctype.registry)
        assert isinstance(simple, SimpleType)
        made.__dict__[ctype.text.key] = simple.parse(use.fixed, {})
    return made
