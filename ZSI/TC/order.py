"""The order of children on the way out, where the fields alone do not tell it.

A repeated choice, a repeated group or mixed content keeps the order in which a message came
(``_content``). For values made by hand, and where the fields have changed since, an order that the
content model accepts is searched: the order of declaration first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from ZSI.errors import StructureError, ValueRefused
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
    """The name of the global element that a value is, if it is one."""
    if isinstance(value, AnyXML):
        return value.name
    name: QName | None = getattr(value, "_element", None)
    if name is None:
        declaration = getattr(type(value), "element_declaration", None)
        made = declaration() if declaration is not None else None
        name = made.use.name if made is not None else None
    if name is None and not hasattr(value, "complex_type"):  # the value of a hand-written typecode
        name = getattr(getattr(value, "typecode", None), "name", None)
    return name


def listed(value: Any, field: Field) -> Iterable[Any]:
    """The items of a repeated field.

    Raises:
        ValueRefused: it is one value and not several.
    """
    if isinstance(value, str | bytes | Mapping) or not hasattr(value, "__iter__"):
        raise ValueRefused("maxOccurs", f"a list for {field.shown}", value)
    items: Iterable[Any] = value
    return items


def items_of(field: Field, values: Mapping[str, Any]) -> list[Any]:
    """The items of a field: none if absent, the value alone unless it holds a list."""
    value = values.get(field.key)
    if value is None or value is UNSET:
        required = field.least and not field.optional and not field.many
        return [NIL] if required and field.nillable else []
    if not field.many:
        return [value]
    return [NIL if item is None else item for item in listed(value, field)]


def check_count(field: Field, count: int, least: int, most: int | None) -> None:
    """Check how many items a field has.

    Raises:
        StructureError: too few or too many.
    """
    if count < least or (most is not None and count > most):
        bound = f"at least {least}" if count < least else f"at most {most}"
        raise StructureError(
            f"{field.shown} has {count} items: expected {bound}",
            rule="minOccurs" if count < least else "maxOccurs",
        )


def tag_of(field: Field, value: Any) -> str:
    """The tag under which an item of a field will stand."""
    named = field.name
    if field.ref or named is None:
        named = element_name(value) or named
    return named.clark if named is not None else "?"


def arrange(ctype: ComplexType, values: Mapping[str, Any]) -> Iterator[tuple[Field, Any] | Text]:
    """All items in an order that the content model accepts, with the text of mixed content.

    Raises:
        StructureError: there is no such order; says what stands wrong in declaration order.
    """
    queues = {field.key: items_of(field, values) for field in ctype.children}
    for key, (least, most) in ctype.counted.items():
        if queues[key]:
            check_count(ctype.fields[key], len(queues[key]), least, most)
    recorded = values.get("_content") if ctype.ordered else None
    texts: list[str] = []
    if recorded is not None:
        keys = Counter(entry for entry in recorded if not isinstance(entry, Text))
        if keys == Counter({key: len(queue) for key, queue in queues.items()}):
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
    if order is None:
        _explain(ctype.automaton.start, fields, tags)
    if text:
        yield Text(text)
    taken = dict.fromkeys(queues, 0)
    for key in order:
        yield ctype.fields[key], queues[key][taken[key]]
        taken[key] += 1


def _search(start: State, fields: list[Field], tags: dict[str, list[str]]) -> list[str] | None:
    """The keys in an accepted order, depth first, or None. Dead ends are remembered."""
    total = sum(map(len, tags.values()))
    counts = dict.fromkeys(tags, 0)
    path: list[tuple[str, State]] = []
    ways: list[Iterator[Field]] = [iter(fields)]
    state = start
    dead: set[tuple[Model, tuple[int, ...]]] = set()
    for _ in range(SEARCH_STEPS + total):
        if len(path) == total and state.accepting:
            return [key for key, _ in path]
        for field in ways[-1]:
            following = _following(state, field, tags[field.key], counts[field.key])
            if following is not None:
                counts[field.key] += 1
                if (following.model, tuple(counts.values())) not in dead:
                    path.append((field.key, state))
                    ways.append(iter(fields))
                    state = following
                    break
                counts[field.key] -= 1
        else:
            dead.add((state.model, tuple(counts.values())))
            if not path:
                return None
            key, state = path.pop()
            ways.pop()
            counts[key] -= 1
    return None


def _following(state: State, field: Field, tags: list[str], count: int) -> State | None:
    """The state after the field's next item, if there is one and it may stand here."""
    step = state.taking(tags[count]) if count < len(tags) else None
    if step is None or step[1] != field.key:
        return None
    following: State = step[0]
    return following


def _explain(state: State, fields: list[Field], tags: dict[str, list[str]]) -> NoReturn:
    """Raise what the checker says of the declaration order."""
    for field in fields:
        for tag in tags[field.key]:
            step = state.taking(tag)
            if step is None:
                raise StructureError(
                    f"{' and '.join(f.shown for f in fields)} do not fit together: "
                    f"{state.refusal(tag)}", rule="content", expected=state.expected,
                )  # fmt: skip
            state = step[0]
    _check_end(state)
    raise StructureError("no order was found in which the fields fit", rule="content")


def _check_end(state: State) -> None:
    if not state.accepting:
        raise StructureError(state.shortage, rule="missing", expected=state.expected)
