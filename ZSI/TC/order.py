"""The order of children on the way out, where the fields alone do not tell it.

A repeated choice, a repeated group or mixed content keeps the order in which a message came
(``_content``). For values made by hand, and where the fields have changed since, an order that the
content model accepts is searched: the order of declaration first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ZSI.errors import StructureError
from ZSI.TC.anyxml import AnyXML
from ZSI.TC.values import NIL, UNSET, Text

if TYPE_CHECKING:
    from ZSI.names import QName
    from ZSI.TC.complextype import ComplexType
    from ZSI.TC.fields import Field
    from ZSI.TC.model import Model, State

#: Steps after which the search for an order gives up: real models need about one an item.
SEARCH_STEPS = 100_000


def element_name(value: Any) -> QName | None:
    """The name of the element that a value is, if it is one."""
    if isinstance(value, AnyXML):
        return value.name
    declaration = getattr(type(value), "element_declaration", None)
    made = declaration() if declaration is not None else None
    name: QName | None = made.use.name if made is not None else None
    return name


def items_of(field: Field, values: Mapping[str, Any]) -> list[Any]:
    """The items of a field: none if absent, the value alone unless it holds a list."""
    value = values.get(field.key)
    if value is None or value is UNSET:
        required = field.least and not field.optional and not field.many
        return [NIL] if required and field.nillable else []
    if not field.many:
        return [value]
    return [NIL if item is None else item for item in value]


def tag_of(field: Field, value: Any) -> str:
    """The tag under which an item of a field will stand."""
    name = element_name(value) if field.ref or field.name is None else None
    if name is not None and field.name is not None and name != field.name:
        return name.clark
    named = name or field.name
    return named.clark if named is not None else "?"


def arrange(
    ctype: ComplexType, values: Mapping[str, Any]
) -> Iterator[tuple[Field, Any] | Text]:
    """All items in an order that the content model accepts, with the text of mixed content.

    Raises:
        StructureError: there is no such order; says what stands wrong in declaration order.
    """
    queues = {field.key: items_of(field, values) for field in ctype.children}
    recorded = values.get("_content") if ctype.ordered else None
    texts: list[str] = []
    if recorded is not None:
        keys = [entry for entry in recorded if not isinstance(entry, Text)]
        if all(keys.count(key) == len(queue) for key, queue in queues.items()):
            return _recorded(ctype, recorded, queues)
        texts = [entry for entry in recorded if isinstance(entry, Text)]
    return _searched(ctype, queues, "".join(texts))


def _recorded(
    ctype: ComplexType, recorded: tuple[str, ...], queues: dict[str, list[Any]]
) -> Iterator[tuple[Field, Any] | Text]:
    """The order in which a message came, checked like any other."""
    state = ctype.automaton.start
    taken = dict.fromkeys(queues, 0)
    for entry in recorded:
        if isinstance(entry, Text):
            yield entry
            continue
        field = ctype.fields[entry]
        item = queues[entry][taken[entry]]
        taken[entry] += 1
        state = state[tag_of(field, item)][0]
        yield field, item
    _check_end(state)


def _searched(
    ctype: ComplexType, queues: dict[str, list[Any]], text: str
) -> Iterator[tuple[Field, Any] | Text]:
    """An order found by trying: depth first, fields in declaration order."""
    fields = [field for field in ctype.children if queues[field.key]]
    tags = {f.key: [tag_of(f, item) for item in queues[f.key]] for f in fields}
    order = _search(ctype.automaton.start, fields, tags)
    if text:
        yield Text(text)
    if order is None:
        _explain(ctype.automaton.start, fields, tags)
        raise StructureError(
            "the fields that are set do not fit the content model together", rule="content"
        )
    taken = dict.fromkeys(queues, 0)
    for key in order:
        yield ctype.fields[key], queues[key][taken[key]]
        taken[key] += 1


def _search(start: State, fields: list[Field], tags: dict[str, list[str]]) -> list[str] | None:
    """The keys in an accepted order, or None. Dead ends are remembered."""
    total = sum(map(len, tags.values()))
    counts = dict.fromkeys(tags, 0)
    path: list[tuple[str, State]] = []
    ways: list[Iterator[Field]] = [iter(fields)]
    state, dead = start, set[tuple[Model, tuple[int, ...]]]()
    for _ in range(SEARCH_STEPS + total):
        if len(path) == total and state.accepting:
            return [key for key, _ in path]
        for field in ways[-1]:
            count = counts[field.key]
            if count < len(tags[field.key]) and state.takes(tags[field.key][count]):
                following = state[tags[field.key][count]][0]
                counts[field.key] += 1
                if (following.model, tuple(counts.values())) in dead:
                    counts[field.key] -= 1
                    continue
                path.append((field.key, state))
                ways.append(iter(fields))
                state = following
                break
        else:
            dead.add((state.model, tuple(counts.values())))
            if not path:
                return None
            key, state = path.pop()
            ways.pop()
            counts[key] -= 1
    return None


def _explain(state: State, fields: list[Field], tags: dict[str, list[str]]) -> None:
    """Raise what the checker says of the declaration order."""
    for field in fields:
        for tag in tags[field.key]:
            state = state[tag][0]
    _check_end(state)


def _check_end(state: State) -> None:
    if not state.accepting:
        raise StructureError(state.shortage, rule="missing", expected=state.expected)
