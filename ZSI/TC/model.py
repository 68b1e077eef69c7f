"""Content models: which children may follow, worked out one tag at a time.

A model is an expression over leaves (element uses and wildcards). Its derivative by a tag is the
model of what may still come (J. Brzozowski, "Derivatives of regular expressions", 1964). States
are made when a document first reaches them and kept, so that checking order and occurrence
costs one dictionary look-up a child; numeric bounds and ``all`` need no special machine.
XSD 1.0 part 1, 3.8.4 (model groups), 3.9.4 (particles), 3.10.4 (wildcards).

>>> a, b = Leaf("a", tag="a"), Leaf("b", tag="b")
>>> automaton = Automaton(sequence(repeat(a, 0, None), b), lambda leaf, tag: (leaf.key,))
>>> state = automaton.start
>>> state, key = state["a"]
>>> state.accepting, state.expected
(False, ('a', 'b'))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from ZSI.errors import StructureError

if TYPE_CHECKING:
    from ZSI.TC.wildcard import Wildcard


class Leaf:
    """One element use or wildcard in a model; equal only to itself.

    Args:
        key: the field that takes the child.
        tag: the element's name in Clark notation; None for a wildcard.
        wildcard: what a wildcard admits.
        substitutes: gives the tags of the element's substitution group, asked when needed.
    """

    __slots__ = ("key", "substitutes", "tag", "wildcard")

    def __init__(
        self,
        key: str,
        *,
        tag: str | None = None,
        wildcard: Wildcard | None = None,
        substitutes: Callable[[], Iterable[str]] | None = None,
    ) -> None:
        self.key = key
        self.tag = tag
        self.wildcard = wildcard
        self.substitutes = substitutes

    def admits(self, tag: str) -> bool:
        """Whether a child of this name may stand here."""
        if self.wildcard is not None:
            return self.wildcard.admits_tag(tag)
        return tag == self.tag or (self.substitutes is not None and tag in self.substitutes())

    @property
    def shown(self) -> str:
        """The leaf's name for an error message."""
        return self.tag if self.tag is not None else str(self.wildcard)


@dataclass(frozen=True, slots=True)
class Sequence:
    """All of the items, in this order."""

    items: tuple[Model, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the items."""

    items: tuple[Model, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Each of the items, in any order."""

    items: frozenset[Model]


@dataclass(frozen=True, slots=True)
class Repeat:
    """An item ``least`` to ``most`` times; ``most`` None means unbounded."""

    item: Model
    least: int
    most: int | None


Model: TypeAlias = "Leaf | Sequence | Choice | AllOf | Repeat"

#: Satisfied by no child at all; by nothing whatever.
EMPTY = Sequence(())
NOTHING = Choice(())


def sequence(*items: Model) -> Model:
    """The items one after another, without the empty and nested sequences among them."""
    flat: list[Model] = []
    for item in items:
        if item == NOTHING:
            return NOTHING
        flat.extend(item.items if isinstance(item, Sequence) else (item,))
    return flat[0] if len(flat) == 1 else Sequence(tuple(flat))


def choice(*items: Model) -> Model:
    """One of the items, each named once."""
    flat: dict[Model, None] = {}
    for item in items:
        flat.update(dict.fromkeys(item.items if isinstance(item, Choice) else (item,)))
    return next(iter(flat)) if len(flat) == 1 else Choice(tuple(flat))


def repeat(item: Model, least: int, most: int | None) -> Model:
    """The item from ``least`` to ``most`` times.

    A repeated repetition becomes one where that says the same, so that ``(a{0,9}){0,9}`` is
    counted once and not in 81 ways; bounds inside one that has none go, where they say nothing.

    >>> a, b = Leaf("a", tag="a"), Leaf("b", tag="b")
    >>> repeat(repeat(a, 0, 9), 0, 9) == Repeat(a, 0, 81)
    True
    >>> repeat(choice(repeat(a, 2, 9), b), 0, None).item.items[0] == Repeat(a, 2, None)
    True
    """
    if most == 0 or item == EMPTY:
        return EMPTY
    if item == NOTHING:
        return NOTHING if least else EMPTY
    if (least, most) == (1, 1):
        return item
    if isinstance(item, Repeat) and item.least <= 1:
        # k times (low to high) leave no gap before k + 1 times if low is at most 1
        both = None if most is None or item.most is None else most * item.most
        return Repeat(item.item, least * item.least, both)
    return Repeat(_freed(item) if most is None else item, 0 if nullable(item) else least, most)


def _freed(item: Model) -> Model:
    """What is repeated without a bound, with no bounds inside that say nothing then.

    From ``low`` times on, any number of times is some of ``low`` to ``high``, if high is at least
    2 * low - 1.
    """
    match item:
        case Repeat(inner, least, int(most)) if most >= 2 * least - 1:
            return repeat(inner, least, None)
        case Choice(items):
            return choice(*map(_freed, items))
        case Sequence(items):  # of what the others may be absent beside
            needed = [part for part in items if not nullable(part)]
            if len(needed) <= 1:
                return sequence(*(_freed(x) if not needed or x in needed else x for x in items))
    return item


def all_of(items: Iterable[Model]) -> Model:
    """Each of the items, in any order."""
    left = frozenset(items) - {EMPTY}
    if NOTHING in left:
        return NOTHING
    return AllOf(left) if left else EMPTY


def nullable(model: Model) -> bool:
    """Whether no child at all satisfies the model."""
    match model:
        case Leaf():
            return False
        case Repeat():
            return model.least == 0 or nullable(model.item)
        case Choice():
            return any(map(nullable, model.items))
        case Sequence() | AllOf():
            return all(map(nullable, model.items))


def leaves(model: Model) -> Iterator[Leaf]:
    """Every leaf, in document order."""
    match model:
        case Leaf():
            yield model
        case Repeat():
            yield from leaves(model.item)
        case Sequence() | Choice() | AllOf():
            for item in model.items:
                yield from leaves(item)


def derivatives(model: Model, tag: str) -> Iterator[tuple[Leaf, Model]]:
    """Each way to take a child of this name: the leaf that takes it, and what may still come."""
    match model:
        case Leaf():
            if model.admits(tag):
                yield model, EMPTY
        case Choice():
            for item in model.items:
                yield from derivatives(item, tag)
        case Sequence():
            for index, item in enumerate(model.items):
                for leaf, rest in derivatives(item, tag):
                    yield leaf, sequence(rest, *model.items[index + 1 :])
                if not nullable(item):
                    return
        case Repeat():
            most = None if model.most is None else model.most - 1
            again = repeat(model.item, max(model.least - 1, 0), most)
            for leaf, rest in derivatives(model.item, tag):
                yield leaf, sequence(rest, again)
        case AllOf():
            for item in model.items:
                others = model.items - {item}
                for leaf, rest in derivatives(item, tag):
                    yield leaf, all_of(others | {rest})


def expected_leaves(model: Model) -> Iterator[Leaf]:
    """The leaves that may take the next child."""
    match model:
        case Leaf():
            yield model
        case Repeat():
            yield from expected_leaves(model.item)
        case Choice():
            for item in model.items:
                yield from expected_leaves(item)
        case AllOf():  # a set: by name, so that the same message is always the same
            every = (leaf for item in model.items for leaf in expected_leaves(item))
            yield from sorted(every, key=lambda leaf: leaf.shown)
        case Sequence():
            for item in model.items:
                yield from expected_leaves(item)
                if not nullable(item):
                    return


def relaxed(model: Model, above: int) -> tuple[Model, dict[str, tuple[int, int | None]]]:
    """The model without its large numbers, and those as bounds by key, to be counted elsewhere.

    ``maxOccurs="10000"`` would make ten thousand states; where a leaf stands once, outside any
    repeated group, counting its field's items says the same.

    >>> a = Leaf("a", tag="a")
    >>> relaxed(repeat(a, 2, 5000), 100)[1]
    {'a': (2, 5000)}
    """
    times: dict[str, int] = {}
    for leaf in leaves(model):
        times[leaf.key] = times.get(leaf.key, 0) + 1
    bounds: dict[str, tuple[int, int | None]] = {}

    def relax(part: Model) -> Model:
        match part:
            case Repeat(item=Leaf() as leaf) if times[leaf.key] == 1:
                if part.least <= above and (part.most is None or part.most <= above):
                    return part
                bounds[leaf.key] = (part.least, part.most)
                return Repeat(leaf, min(part.least, 1), None)
            case Sequence():
                return Sequence(tuple(map(relax, part.items)))
            case Choice():
                return Choice(tuple(map(relax, part.items)))
        return part

    return relax(model), bounds


#: How many states, and how many transitions, an automaton keeps; later ones are worked out anew
#: for each document, so that a sender who walks through the orders of an ``all``, or through the
#: names that a wildcard admits, costs time in proportion, never memory.
KEPT = 4_096


class State(dict[str, tuple[Any, ...]]):
    """What may come next: tag -> (next state, *payload of the leaf). Filled when asked.

    Looking up a tag that may not come here raises `StructureError`. What is no element (a
    processing instruction, a comment in a tree that others parsed) changes nothing.
    """

    __slots__ = ("accepting", "automaton", "model")

    def __init__(self, automaton: Automaton, model: Model) -> None:
        super().__init__()
        self.automaton = automaton
        self.model = model
        self.accepting = nullable(model)

    def __missing__(self, tag: Any) -> tuple[Any, ...]:
        automaton = self.automaton
        if not isinstance(tag, str):
            return (self, *automaton.ignored)
        step = automaton.step(self, tag) or automaton.lenient_step(self, tag)
        if step is None:
            raise StructureError(self.refusal(tag), rule="unexpected", expected=self.expected)
        if automaton.kept < KEPT:
            automaton.kept += 1
            self[tag] = step
        return step

    def taking(self, tag: str) -> tuple[Any, ...] | None:
        """The transition for a tag, or None; what is only lenient does not count."""
        return self.get(tag) or self.automaton.step(self, tag)

    @property
    def expected(self) -> tuple[str, ...]:
        """The names that may come here, for an error message, each once."""
        return tuple(dict.fromkeys(leaf.shown for leaf in expected_leaves(self.model)))

    def refusal(self, tag: str) -> str:
        """Why this tag may not come here, in words."""
        return f"unexpected element {tag}: expected {describe(self.expected)}"

    @property
    def shortage(self) -> str:
        """What is missing if the content ends here, in words."""
        return f"content ends too early: expected {describe(self.expected)}"


def describe(expected: tuple[str, ...], most: int = 8) -> str:
    """Names for an error message: at most a handful, then how many more."""
    if not expected:
        return "no further element"
    more = f" or {len(expected) - most} others" if len(expected) > most else ""
    return " or ".join(expected[:most]) + more


class Automaton:
    """The states of one model.

    Args:
        model: the expression.
        bind: makes the payload of a transition from the leaf and the tag that it took.
        ignored: the payload of what is no element.
    """

    def __init__(
        self,
        model: Model,
        bind: Callable[[Leaf, str], tuple[Any, ...]],
        ignored: tuple[Any, ...] = (),
    ) -> None:
        self.bind = bind
        self.ignored = ignored
        self.kept = 0
        self._states: dict[Model, State] = {}
        self.start = self.state(model)

    def state(self, model: Model) -> State:
        """The state for a model, made once."""
        known = self._states.get(model)
        if known is None:
            known = State(self, model)
            if len(self._states) < KEPT:
                self._states[model] = known
        return known

    def step(self, state: State, tag: str, bound: str | None = None) -> tuple[Any, ...] | None:
        """The transition for a tag: (next state, *payload), or None where there is none.

        Where a schema is ambiguous (breaks Unique Particle Attribution, 3.8.6), a named element
        is preferred to a wildcard, as XSD 1.1 decides.

        Args:
            bound: the tag that the payload is made for, if another.
        """
        ways = list(derivatives(state.model, tag))
        if not ways:
            return None
        chosen = next((leaf for leaf, _ in ways if leaf.wildcard is None), ways[0][0])
        rest = choice(*(rest for leaf, rest in ways if leaf.key == chosen.key))
        return (self.state(rest), *self.bind(chosen, bound or tag))

    def lenient_step(self, state: State, tag: str) -> tuple[Any, ...] | None:
        """The transition for an unqualified tag that may stand for a qualified one (a finding)."""
        if tag[:1] == "{":
            return None
        for leaf in expected_leaves(state.model):
            if leaf.tag is not None and leaf.tag.rpartition("}")[2] == tag:
                return self.step(state, leaf.tag, bound=tag)
        return None
