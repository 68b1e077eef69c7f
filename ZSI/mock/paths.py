"""Field paths: how definitions name a field of a request, reply or header.

Below the wrapper, bare element or rpc part: ``a/b``, ``a/@id``, ``item[2]`` (1-based),
``item[*]`` (any in a match, every in a reply), ``.`` (the element's own text, or the whole where
it has none), ``p:name`` or ``{uri}name`` only where two names collide, ``//CAE`` where that is
unique in the type. The Python name of a field (``return_``) will do for its XML name.

    path   = "." / ["//"] step *("/" step) ["/" "."]
    step   = ["@"] name ["[" (digits / "*") "]"]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from ZSI.errors import Where, quote
from ZSI.mock.deep import search
from ZSI.mock.errors import DefinitionError, PathError, listed, nearest
from ZSI.mock.lookup import (
    Hit,
    Type,
    Wanted,
    called,
    complex_type_of,
    fields_of,
    find,
    names_in,
    simple_type_of,
)
from ZSI.mock.scope import Scope
from ZSI.mock.subtypes import subtypes
from ZSI.TC.anyxml import AnyXML
from ZSI.TC.complextype import ComplexType
from ZSI.TC.compound import SimpleElement
from ZSI.TC.fields import Field
from ZSI.TC.order import element_name, items_of
from ZSI.TC.resolve import ANY_TYPE, AnyType, resolve
from ZSI.TC.simple import SimpleType
from ZSI.TC.values import NIL, UNSET

Index: TypeAlias = int | Literal["*"] | None

_STEP = re.compile(
    r"(?P<name>@?(?:\{[^{}]*\}|(?:[^\W\d][\w.\-]*:)?)[^\W\d][\w.\-]*)"
    r"(?:\[(?P<index>[1-9]\d{0,8}|\*)\])?"
)
#: Places further inside that an error message shows for a name that is not where it was looked for.
MOST_MEANT = 3
_EXPECTED = "steps like name, name[2], name[*], @name, p:name, or a dot"


@dataclass(frozen=True, slots=True)
class Step:
    """One step as written: a name, which of several items, and its column in the path."""

    name: str
    index: Index = None
    column: int = 0


@dataclass(frozen=True, slots=True)
class FieldPath:
    """A path as written. ``steps`` is empty for ``.``; ``own`` tells that it ends in ``.``.

    >>> parse_path("//order/item[2]/@id").steps[1]
    Step(name='item', index=2, column=8)
    """

    text: str
    steps: tuple[Step, ...]
    deep: bool = False
    own: bool = False

    def bind(self, root: Type, scope: Scope) -> BoundPath:
        """What the path means below a type.

        Where the declared type has no such field, those derived from it are asked.

        Raises:
            PathError: the contract has no such field there; names the nearest, or the candidates
                where there are several.
        """
        try:
            return _Binder(self, scope).bind(root)
        except PathError:
            raise
        except DefinitionError as error:
            raise PathError(
                error.message,
                self.text,
                where=error.where or scope.where,
                expected=error.expected,
                nearest=error.nearest,
            ) from None

    def __str__(self) -> str:
        return self.text


def parse_path(text: str, where: Where | None = None) -> FieldPath:
    """Read a path; ``where`` is the place of the definition that it stands in.

    Raises:
        PathError: it is none; says from where on.
    """
    stripped = text.strip()
    if stripped == ".":
        return FieldPath(text, (), own=True)
    offset = text.index(stripped) if stripped else 0
    deep = stripped.startswith("//")
    position = offset + 2 if deep else offset
    end = offset + len(stripped)
    steps: list[Step] = []
    while position < end or not steps:
        if text[position:end] == "." and steps:
            return FieldPath(text, tuple(steps), deep, own=True)
        found = _STEP.match(text, position, end)
        if found is None or (steps and steps[-1].name[0] == "@"):
            raise _unreadable(text, position, where)
        steps.append(Step(found["name"], _index(found["index"]), position))
        position = found.end()
        if position < end:
            if text[position] != "/" or position + 1 == end:
                raise _unreadable(text, position, where)
            position += 1
    return FieldPath(text, tuple(steps), deep)


def _index(text: str | None) -> Index:
    return "*" if text == "*" else int(text) if text else None


def _unreadable(text: str, position: int, where: Where | None) -> PathError:
    rest = text[position:]
    return PathError(
        f"{quote(text)} is no field path: {quote(rest) if rest else 'the end'} at {position + 1}",
        text,
        position,
        where=where,
        expected=_EXPECTED,
    )


@dataclass(frozen=True, slots=True, eq=False)
class BoundStep:
    """A step that the contract knows.

    Attributes:
        wanted: the name. index: which item.
        declared: the field by declaration; the actual type may have another.
        hits: the field in each type met so far.
    """

    wanted: Wanted
    index: Index
    declared: Hit | None
    hits: dict[ComplexType, Hit | None] = field(default_factory=dict, repr=False)

    def hit(self, ctype: ComplexType) -> Hit | None:
        """The field in the type of an actual value; None if it has none."""
        if ctype not in self.hits:
            self.hits[ctype] = find(ctype, self.wanted)
        return self.hits[ctype]

    def take(self, value: Any) -> Iterator[tuple[str, Any]]:
        """What stands there in a value, each with the concrete step."""
        if isinstance(value, list):  # a SOAP array
            items = [NIL if item is None else item for item in value]
            yield from self._numbered(self.wanted.local, items, True)
            return
        ctype = complex_type_of(value)
        if ctype is None:
            yield from self._numbered(self.wanted.local, list(_in_any(value, self.wanted)), True)
            return
        hit = self.hit(ctype)
        if hit is None:
            return
        if hit.field.kind not in ("element", "any"):
            yield from _leaf(hit, value, self.wanted)
            return
        items = items_of(hit.field, value.__dict__)
        name = hit.field.name.localname if hit.field.name is not None else self.wanted.local
        if hit.member is not None or hit.wild:
            items = [item for item in items if self._is_named(item, hit)]
            name = self.wanted.local
        yield from self._numbered(name, [unwrapped(item) for item in items], hit.field.many)

    def _is_named(self, item: Any, hit: Hit) -> bool:
        if hit.member is not None and isinstance(item, hit.member):
            return True
        return self.wanted.is_(element_name(item))

    def _numbered(self, name: str, items: list[Any], many: bool) -> Iterator[tuple[str, Any]]:
        for number, item in enumerate(items, 1):
            if self.index in (None, "*", number):
                yield (f"{name}[{number}]" if many else name), item


def _leaf(hit: Hit, value: Any, wanted: Wanted) -> Iterator[tuple[str, Any]]:
    """Attributes and the text of simple content."""
    found = value.__dict__.get(hit.field.key)
    if hit.wild:
        for name, text in (found or {}).items():
            if wanted.tagged(name):
                yield f"@{wanted.local}", text
    elif found is not None and found is not UNSET:
        yield hit.field.shown if hit.field.kind == "attribute" else ".", found


def _in_any(value: Any, wanted: Wanted) -> Iterator[Any]:
    """What content that no type describes has under a name."""
    if not isinstance(value, AnyXML):
        return
    if wanted.attribute:
        for name, text in value.attributes.items():
            if wanted.tagged(name):
                yield text
        return
    for child in value.children:
        if wanted.is_(child.name):
            yield child


def unwrapped(value: Any) -> Any:
    """The value of an element of simple type that came for another one."""
    return value.value if isinstance(value, SimpleElement) else value


def own_text(value: Any) -> Any:
    """What ``.`` means: the text of simple content, else the value itself."""
    ctype = complex_type_of(value)
    if ctype is not None and ctype.text is not None:
        return value.__dict__.get(ctype.text.key)
    return value


@dataclass(frozen=True, slots=True, eq=False)
class BoundPath:
    """A path that a type is known to have.

    Attributes:
        path: as written. root: where it starts.
        steps: without ``//``: the names that led there.
        type: what stands at its end by declaration.
        field: the last step's; None for ``.`` alone and in undeclared content.
        many: whether it may select several values.
        key: equal for paths of one root that select the same.
        direct: the attribute that it is, where it is one plain element of the root.
    """

    path: FieldPath
    root: Type
    steps: tuple[BoundStep, ...]
    type: Type
    field: Field | None
    many: bool
    key: str
    direct: str | None = None

    def select(self, value: Any) -> list[tuple[str, Any]]:
        """What the path selects in a typed object, each with its concrete path.

        Absent fields give nothing, a nil one gives ``NIL``.
        """
        found: list[tuple[str, Any]] = [("", value)]
        for step in self.steps:
            found = [
                (f"{place}/{taken}" if place else taken, inner)
                for place, outer in found
                for taken, inner in step.take(outer)
            ]
        if self.path.own:
            found = [
                (f"{place}/." if place else ".", own)
                for place, outer in found
                if (own := own_text(outer)) is not None
            ]
        return found

    def values(self, value: Any) -> list[Any]:
        """What the path selects, without the places."""
        if self.direct is not None and complex_type_of(value) is self.root:
            found = value.__dict__.get(self.direct)  # what most conditions ask for
            return [] if found is None or found is UNSET else [unwrapped(found)]
        return [found for _, found in self.select(value)]

    def __str__(self) -> str:
        return self.path.text


class NoSuchField(PathError):
    """A step that a type does not have."""


class _Binder:
    """Binds one path in one scope."""

    def __init__(self, path: FieldPath, scope: Scope) -> None:
        self.path = path
        self.scope = scope

    def bind(self, root: Type) -> BoundPath:
        wanted = [(Wanted.read(s.name, self.scope), s.index, s.column) for s in self.path.steps]
        if not self.path.deep or not isinstance(root, ComplexType):
            return self._follow(root, wanted)
        first, index, column = wanted[0]
        bound: dict[str, BoundPath | PathError] = {}
        missing: PathError | None = None
        for place in search(root, first):
            before: list[tuple[Wanted, Index, int]] = [(w, None, column) for w in place[:-1]]
            way = [*before, (first, index, column), *wanted[1:]]
            shown = "/".join(str(want) for want, _, _ in way)
            try:
                bound[shown] = self._follow(root, way)
            except NoSuchField as error:  # the rest of the path does not fit there
                missing = missing or error
            except PathError as error:
                bound[shown] = error
        if len(bound) > 1:
            candidates = f"one of {listed(bound)}"
            raise self._error(f"ambiguous in {called(root)}", column, candidates)
        for found in bound.values():
            if isinstance(found, PathError):
                raise found
            return found
        raise missing or self._missing(root, first, column, _names_everywhere(root))

    def _follow(self, root: Type, wanted: list[tuple[Wanted, Index, int]]) -> BoundPath:
        types: tuple[Type, ...] = (root,)
        steps: list[BoundStep] = []
        keys: list[str] = []
        last: Hit | None = None
        many = False
        for want, index, column in wanted:
            hits = self._step(types, want, column)
            last = hits[0] if hits else None
            types = tuple({_same(hit.type): hit.type for hit in hits}.values()) or (ANY_TYPE,)
            repeated = not hits or any(hit.field.many or hit.wild for hit in hits)
            if index not in (None, "*", 1) and not repeated:
                raise self._error(f"{want} does not repeat", column, f"{want} without [{index}]")
            many = many or (repeated and not isinstance(index, int))
            steps.append(BoundStep(want, index, last))
            plain = last is not None and last.member is None and not last.wild
            keys.append(f"{last.field.key if last and plain else want}[{index or '*'}]")
        if len(types) > 1:
            candidates = listed(called(type) for type in types)
            raise self._error(
                f"{wanted[-1][0]} is not of one type", wanted[-1][2],
                f"one of {candidates}: say by $type which value is meant",
            )  # fmt: skip
        current = types[0]
        if self.path.own:
            current = simple_type_of(current) or current
            keys.append(".")
        field = last.field if last is not None else None
        key = "/".join(keys)
        direct = _direct(steps, last) if not self.path.own else None
        return BoundPath(self.path, root, tuple(steps), current, field, many, key, direct)

    def _step(self, types: tuple[Type, ...], want: Wanted, column: int) -> list[Hit]:
        """The field of a step in each type that may stand there; none where nothing is declared.

        Several types: the step before led to fields of derived types that differ.
        """
        complex_types = [type for type in types if isinstance(type, ComplexType)]
        if any(isinstance(type, AnyType) for type in types):
            return []
        if not complex_types:
            raise self._error(
                f"{want} is asked of a value of {called(types[0])}", column, "the path to end there"
            )
        hits = [hit for type in complex_types if (hit := find(type, want))]
        if not hits:
            derived = [sub for type in complex_types for sub in subtypes(type)]
            hits = [hit for sub in derived if (hit := find(sub, want)) and not hit.wild]
        if not hits:
            raise self._missing(complex_types[0], want, column, names_in(complex_types[0]))
        return hits

    def _error(self, message: str, column: int, expected: str) -> PathError:
        return PathError(
            f"{self.path}: {message}", self.path.text, column,
            where=self.scope.where, expected=expected,
        )  # fmt: skip

    def _missing(
        self, ctype: ComplexType, want: Wanted, column: int, known: Iterable[str]
    ) -> PathError:
        names = [*known, *(name for sub in subtypes(ctype) for name in names_in(sub))]
        before = self.path.text[:column]
        inside = [] if self.path.deep else search(ctype, want)[:MOST_MEANT]
        return NoSuchField(
            f"no field {quote(str(want))} in {called(ctype)}",
            self.path.text,
            column,
            where=self.scope.where,
            expected=listed(names),
            nearest=[before + "/".join(map(str, place)) for place in inside]
            or nearest(str(want), names),
        )


def _direct(steps: list[BoundStep], hit: Hit | None) -> str | None:
    """The attribute that a path of one step is, if that is an element that occurs once."""
    return hit.field.key if len(steps) == 1 and hit is not None and is_plain(hit) else None


def is_plain(hit: Hit) -> bool:
    """Whether a field is an element that occurs once, so that its attribute is all there is to it.

    Of a required nillable one absence means nil, see `ZSI.TC.order.items_of`.
    """
    field = hit.field
    return not (field.kind != "element" or field.many or field.nillable or hit.wild or hit.member)


def _same(type: Type) -> Any:
    """What two types must share to be taken for one: itself, or the facets of an anonymous one."""
    if isinstance(type, SimpleType) and type.name is None:
        return (type.builtin, type.variety, type.facets)
    return type


def _names_everywhere(ctype: ComplexType) -> Iterator[str]:
    """The names in a type and in what it may hold, each type once."""
    seen, pending = {ctype}, [ctype]
    while pending:
        current = pending.pop(0)
        yield from (name for name in names_in(current) if name != ".")
        for child in fields_of(current):
            type = resolve(child.type, current.registry) if child.name is not None else None
            if isinstance(type, ComplexType):
                fresh = {type, *subtypes(type)} - seen
                seen |= fresh
                pending.extend(fresh)
