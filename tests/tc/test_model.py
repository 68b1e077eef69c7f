"""Content models: what may follow what, against a backtracking reading of the specification."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from tests.tc.checking import quick
from ZSI.errors import StructureError
from ZSI.TC import model as m
from ZSI.TC.model import AllOf, Automaton, Choice, Leaf, Model, Repeat, Sequence
from ZSI.TC.wildcard import wildcard

A, B, C = (Leaf(name, tag=name) for name in "abc")


def automaton(model: Model) -> Automaton:
    return Automaton(model, lambda leaf, tag: (leaf.key,), (None,))


def accepts(model: Model, text: str) -> bool:
    """Whether the automaton takes these one-letter tags."""
    state = automaton(model).start
    try:
        for tag in text:
            state = state[tag][0]
    except StructureError:
        return False
    return state.accepting


def ends(model: Model, text: str, start: int) -> Iterator[int]:
    """Where the model may end if it begins at an index: the specification, by backtracking."""
    match model:
        case Leaf():
            if start < len(text) and model.admits(text[start]):
                yield start + 1
        case Choice():
            for item in model.items:
                yield from ends(item, text, start)
        case Sequence():
            yield from _run(model.items, text, start)
        case Repeat():
            yield from _times(model, text, start, 0)
        case AllOf():
            if not model.items:
                yield start
            for item in model.items:
                for end in ends(item, text, start):
                    yield from ends(AllOf(model.items - {item}), text, end)


def _run(items: tuple[Model, ...], text: str, start: int) -> Iterator[int]:
    if not items:
        yield start
        return
    for end in ends(items[0], text, start):
        yield from _run(items[1:], text, end)


def _times(model: Repeat, text: str, start: int, done: int) -> Iterator[int]:
    if done >= model.least:
        yield start
    if model.most is None or done < model.most:
        for end in ends(model.item, text, start):
            if end > start or done < model.least:
                yield from _times(model, text, end, done + 1)


def _groups(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Groups as they are written: nothing flattened or simplified."""
    items = st.lists(inner, max_size=3).map(tuple)
    bounds = st.tuples(st.integers(0, 3), st.one_of(st.none(), st.integers(0, 3)))
    return st.one_of(
        items.map(lambda made: ("sequence", made)),
        items.map(lambda made: ("choice", made)),
        st.tuples(inner, bounds).map(lambda made: ("repeat", made)),
    )


written = st.recursive(st.sampled_from([A, B, C]), _groups, max_leaves=6)


def plain(tree: Any) -> Model:
    """The tree without any simplification."""
    if isinstance(tree, Leaf):
        return tree
    kind, inner = tree
    if kind == "repeat":
        item, (least, most) = inner
        return Repeat(plain(item), least if most is None else min(least, most), most)
    return {"sequence": Sequence, "choice": Choice}[kind](tuple(map(plain, inner)))


def simplified(tree: Any) -> Model:
    """The tree through the functions that simplify."""
    if isinstance(tree, Leaf):
        return tree
    kind, inner = tree
    if kind == "repeat":
        item, (least, most) = inner
        return m.repeat(simplified(item), least if most is None else min(least, most), most)
    combine = {"sequence": m.sequence, "choice": m.choice}[kind]
    return combine(*map(simplified, inner))


class ModelTests(SynchronousTestCase):
    """The automaton takes what the specification takes."""

    @quick
    @given(written, st.text("abc", max_size=6))
    def test_like_backtracking(self, tree: Any, text: str) -> None:
        """Any groups in groups, any occurrence."""
        wanted = len(text) in set(ends(plain(tree), text, 0))
        self.assertEqual(accepts(simplified(tree), text), wanted, (tree, text))

    @quick
    @given(written, st.integers(0, 3))
    def test_relaxed_takes_no_less(self, tree: Any, above: int) -> None:
        """What is left to counting is taken by the states."""
        model = simplified(tree)
        loose, bounds = m.relaxed(model, above)
        for text in map("".join, product("abc", repeat=3)):
            counted = all(
                not text.count(key) or low <= text.count(key) <= (9 if high is None else high)
                for key, (low, high) in bounds.items()
            )
            self.assertEqual(accepts(model, text), accepts(loose, text) and counted, (model, text))

    def test_all_in_any_order(self) -> None:
        model = m.all_of([A, m.repeat(B, 0, 1), m.repeat(C, 1, 2)])
        for text, wanted in {
            "ac": True, "ca": True, "bac": True, "cac": True, "cbca": True, "": False,
            "ab": False, "aac": False, "abbc": False, "acccb": False,
        }.items():  # fmt: skip
            self.assertEqual(accepts(model, text), wanted, text)

    def test_empty_choice_takes_nothing(self) -> None:
        """3.8.4: a choice without particles is satisfied by nothing, unless it may be absent."""
        self.assertFalse(accepts(m.choice(), ""))
        self.assertTrue(accepts(m.repeat(m.choice(), 0, 1), ""))
        self.assertFalse(accepts(m.sequence(A, m.choice()), "a"))
        self.assertEqual(m.all_of([A, m.NOTHING]), m.NOTHING)

    def test_repeated_repetition(self) -> None:
        """(a{2,3}){2} leaves no gap; (a{2,2}){1,2} does, and stays as it is."""
        self.assertEqual(m.repeat(m.repeat(A, 0, 2), 3, 4), Repeat(A, 0, 8))
        self.assertEqual(m.repeat(m.repeat(A, 1, None), 2, 2), Repeat(A, 2, None))
        gap = m.repeat(m.repeat(A, 2, 2), 1, 2)
        self.assertEqual([accepts(gap, "a" * n) for n in range(6)], [n in (2, 4) for n in range(6)])

    def test_nested_numbers_are_not_multiplied_out(self) -> None:
        """A thousand times up to a thousand, 2,000 children: a step a child."""
        made = automaton(m.repeat(m.repeat(A, 0, 1000), 0, 1000))
        state = made.start
        for _ in range(2000):
            state = state["a"][0]
        self.assertTrue(state.accepting)

    def test_numbers_in_what_is_unbounded(self) -> None:
        """(a{2,1000}|b)*: a few states, not one for each way to part two thousand children."""
        for least in (0, 1, 2, 100):
            for group in (
                m.choice(m.repeat(A, least, 1000), B),
                m.sequence(m.repeat(B, 0, 1), m.repeat(A, least, 1000), m.repeat(C, 0, 1000)),
            ):
                made = automaton(m.repeat(group, 0, None))
                state = made.start
                with mock.patch.object(m, "State", wraps=m.State) as states:
                    for _ in range(2000):
                        state = state["a"][0]
                self.assertTrue(state.accepting)
                self.assertLessEqual(states.call_count, 2 * least + 2)
        few = m.repeat(m.choice(m.repeat(A, 0, 2), B), 0, 2)
        self.assertEqual([accepts(few, "a" * n) for n in range(7)], [n < 5 for n in range(7)])
        gap = m.repeat(m.choice(m.repeat(A, 3, 4), B), 0, None)
        self.assertEqual(
            [accepts(gap, "a" * n) for n in range(9)], [n not in (1, 2, 5) for n in range(9)]
        )

    def test_named_before_wildcard(self) -> None:
        """Where a schema is ambiguous the element is preferred, as in XSD 1.1."""
        anything = Leaf("any", wildcard=wildcard())
        made = automaton(m.sequence(m.repeat(anything, 0, None), A))
        state, key = made.start["a"]
        self.assertEqual(key, "a")
        self.assertTrue(state.accepting)
        self.assertEqual(made.start["b"][1], "any")

    def test_substitutes(self) -> None:
        head = Leaf("head", tag="head", substitutes=lambda: {"member": 1})
        made = automaton(m.repeat(head, 2, 2))
        state, key = made.start["member"]
        self.assertEqual(key, "head")
        self.assertTrue(state["head"][0].accepting)
        self.assertRaises(StructureError, state.__getitem__, "other")


class StateTests(SynchronousTestCase):
    """States: what they say, what they keep."""

    def test_expected(self) -> None:
        start = automaton(m.sequence(m.repeat(A, 0, 1), m.choice(B, C))).start
        self.assertEqual(start.expected, ("a", "b", "c"))
        self.assertEqual(start["b"][0].expected, ())
        self.assertEqual(automaton(m.all_of([C, A])).start.expected, ("a", "c"))
        names = "hgfedcba"
        optional = m.repeat(m.all_of(Leaf(name, tag=name) for name in names), 0, 1)
        self.assertEqual(automaton(optional).start.expected, tuple(sorted(names)))

    def test_refusal(self) -> None:
        start = automaton(m.sequence(A, B)).start
        with self.assertRaises(StructureError) as caught:
            start["b"]
        self.assertEqual(caught.exception.rule, "unexpected")
        self.assertEqual(caught.exception.expected, ("a",))
        self.assertEqual(str(caught.exception), "unexpected element b: expected a")
        self.assertEqual(start.shortage, "content ends too early: expected a")
        self.assertIn("expected no further element", start["a"][0]["b"][0].refusal("a"))

    def test_many_expected_are_cut(self) -> None:
        leaves = [Leaf(str(n), tag=f"t{n}") for n in range(300)]
        refusal = automaton(m.choice(*leaves)).start.refusal("x")
        self.assertIn("or 292 others", refusal)
        self.assertLess(len(refusal), 120)

    def test_what_is_no_element(self) -> None:
        """A processing instruction changes nothing and is not remembered."""
        start = automaton(A).start
        self.assertEqual(start[len], (start, None))
        self.assertNotIn(len, start)

    def test_unqualified_only_where_nothing_fits(self) -> None:
        """The transition tells the tag that came, so that whoever reads can note it."""
        bound: list[tuple[str, str]] = []

        def bind(leaf: Leaf, tag: str) -> tuple[str]:
            bound.append((leaf.key, tag))
            return (leaf.key,)

        qualified, local = Leaf("q", tag="{urn:a}x"), Leaf("l", tag="x")
        made = Automaton(m.choice(qualified, local), bind)
        self.assertEqual(made.start["x"][1], "l")
        made = Automaton(m.sequence(qualified, qualified), bind)
        state, key = made.start["x"]
        self.assertEqual((key, bound[-1]), ("q", ("q", "x")))
        self.assertFalse(state.accepting)
        self.assertRaises(StructureError, state.__getitem__, "{urn:b}x")
        self.assertIsNone(state.taking("x"), "what is only lenient is not written")

    def test_memory_is_bounded(self) -> None:
        """Foreign names and orders of an ``all`` that a sender invents are not kept for ever."""
        made = automaton(m.repeat(Leaf("any", wildcard=wildcard()), 0, None))
        for number in range(m.KEPT + 100):
            made.start[f"t{number}"]
        self.assertEqual(len(made.start), m.KEPT)
        leaves = [Leaf(str(n), tag=str(n)) for n in range(13)]
        made = automaton(m.all_of(leaves))
        waiting = [made.start]
        while waiting and made.kept < m.KEPT:
            state = waiting.pop()
            waiting += [state[name][0] for name in state.expected]
        self.assertLessEqual(len(made._states), m.KEPT)

    def test_large_numbers_are_counted(self) -> None:
        """maxOccurs="10000" makes no ten thousand states; inside a repeated group it stays."""
        loose, bounds = m.relaxed(m.sequence(m.repeat(A, 2, 10_000), B), 64)
        self.assertEqual(loose, Sequence((Repeat(A, 1, None), B)))
        self.assertEqual(bounds, {"a": (2, 10_000)})
        group = m.repeat(m.sequence(m.repeat(A, 0, 100), B), 0, None)
        self.assertEqual(m.relaxed(group, 64), (group, {}))
        twice = m.sequence(m.repeat(A, 0, 100), B, m.repeat(A, 0, 100))
        self.assertEqual(m.relaxed(twice, 64), (twice, {}))
