"""Tests of texts that match patterns."""

from __future__ import annotations

import sys

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ZSI.samples.dice import Dice
from ZSI.samples.patterns import NoText, characters_of, generate, read_pattern
from ZSI.TC.patterns import compiled

#: Patterns as real schemas have them.
REAL = (
    r"[A-Z]{2}-[0-9]{3}", r"\d{3}-\d{2}-\d{4}", r"[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}",
    r"\p{Lu}\p{L}*", r"[^:]+", r"[a-z-[aeiou]]+", r"(a|b|cc)+|x?", r"\i\c*",
    r"[\w\.\-]+@[\w]+\.\w{2,4}", r".*\S.*", r"[0-9]{1,10}(\.[0-9]{2})?", r"[+-]?\d*", r"",
    r"\+?[0-9 ()\-]{6,20}", r"([01]?\d|2[0-3]):[0-5]\d", r"a{3}", r"a{2,}", r"(ab?)*c", r"\*\[\]\\",
    r"[\[\]\^\-\\]", r"P(\d+Y)?(\d+M)?(\d+D)?", r"[\p{IsGreek}]+", r"\P{L}", r"[\-a]",
    r"\s\S\d\D\w\W", r"(((a)))", r"a|", r"x{0}", r"[​-•]" + "\u2003",
)  # fmt: skip


class PatternTests(SynchronousTestCase):
    """What is generated is what the pattern asks for."""

    def test_real_patterns(self) -> None:
        for pattern in REAL:
            for stretch in (0, 1, 5):
                for seed in range(5):
                    text = generate(read_pattern(pattern), Dice(seed, pattern), stretch)
                    self.assertTrue(compiled(pattern).fullmatch(text), (pattern, text))

    def test_plain_characters_are_preferred(self) -> None:
        for pattern in (r"\w+", r".+", r"\p{L}{4}", r"[^x]+"):
            text = generate(read_pattern(pattern), Dice(1, "a"), 6)
            self.assertTrue(text.isascii() and text.isprintable(), (pattern, text))

    def test_digits_of_every_script(self) -> None:
        self.assertEqual(characters_of(r"\d"), "0123456789")
        self.assertEqual(characters_of("[๑]"), "๑")

    def test_stretch(self) -> None:
        tree = read_pattern(r"[0-9]*")
        self.assertEqual([len(generate(tree, Dice(1, "a"), n)) for n in (0, 3, 50)], [0, 3, 50])
        bounded = read_pattern(r"[0-9]{2,4}")
        self.assertEqual([len(generate(bounded, Dice(1, "a"), n)) for n in (0, 3, 9)], [2, 3, 4])

    def test_what_cannot_be_read(self) -> None:
        for pattern in ("(?i)x", "[", "(", "a{", "^a$", "*"):
            try:
                text = generate(read_pattern(pattern), Dice(1, "a"), 1)
            except NoText:
                continue
            self.assertTrue(compiled(pattern).fullmatch(text), pattern)

    def test_bounds_that_multiply(self) -> None:
        """A pattern whose shortest text is huge is given up, not built."""
        self.assertRaises(NoText, read_pattern, "((a{999}){999}){999}")
        self.assertRaises(NoText, generate, read_pattern("(a{400}){400}"), Dice(1, "a"), 0)

    def test_deep_nesting(self) -> None:
        # hypothesis raises the limit while it runs, and leaves it raised where it is interrupted
        self.addCleanup(sys.setrecursionlimit, sys.getrecursionlimit())
        sys.setrecursionlimit(1_000)
        deep = "(" * 2_000 + "a" + ")" * 2_000
        self.assertRaises(NoText, read_pattern, deep)

    def test_classes_without_plain_characters(self) -> None:
        self.assertEqual(characters_of("[ⴰ-ⵥ]")[:1], "ⴰ")
        self.assertRaises(NoText, characters_of, r"[\p{IsOgham}]")

    @given(st.recursive(
        st.sampled_from(["a", "[b-d]", r"\d", ".", r"\.", "[^x]", r"\i"]),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{1,3}", "{0,}"])).map(
                lambda pair: f"({pair[0]}){pair[1]}"),
            st.tuples(inner, inner).map(lambda pair: f"{pair[0]}{pair[1]}"),
            st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})"),
        ), max_leaves=6,
    ), st.integers(0, 9))  # fmt: skip
    @settings(deadline=None, max_examples=60)
    def test_any_pattern(self, pattern: str, seed: int) -> None:
        text = generate(read_pattern(pattern), Dice(seed, "x"), seed % 4)
        self.assertTrue(compiled(pattern).fullmatch(text), (pattern, text))
