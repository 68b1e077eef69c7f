"""The pattern facet: XSD's syntax and meaning, bounded time."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from tests.tc.checking import SimpleTypeCase
from ZSI.errors import ValueRefused
from ZSI.limits import DEFAULT_LIMITS, Limits
from ZSI.TC.builtin import BUILTIN, builtins_for
from ZSI.TC.patterns import (
    PatternExpired,
    UnusablePattern,
    compiled,
    group_check,
    in_words,
    is_usable,
)
from ZSI.TC.simple import list_of, union_of

CATASTROPHES = {
    "(a|aa)+b": "a" * 60,
    "(x+x+)+y": "x" * 5000,
    "((a{1,100}){1,100}){1,100}": "a" * 50 + "b",
    "(a{1,1000}){1,1000}": "a" * 50 + "b",
    r"(\w+\s?)+!": "word " * 4000,
    "(.*a){20}b": "a" * 200,
}


class MeaningTests(SimpleTypeCase):
    """Appendix F: what each piece matches, and what it does not."""

    def test_pieces(self) -> None:
        table = {
            # multi-character escapes, in and out of brackets (F.1.1)
            r"\w": ("aé1+$", "_-!. "), r"[\w]": ("a+", "_"), r"[^\w]": ("_ ", "a+"),
            r"\W": ("_!", "a+"), r"\s": (" \t\n\r", "\xa0\x0b\x85"), r"\S": ("\xa0a", " \n"),
            r"\d": ("5٣", "a²"), r"\D": ("a", "5٣"), r"[\s\d]": (" 5", "a\xa0"),
            r"\i": ("a_:", "1-"), r"\c": ("a1-:.", " !"), r"\C": (" !", "a"),
            r"\n": ("\n", "n"), r"\.": (".", "a"), r"\\w": ([r"\w"], "a"),
            # classes, subtraction, blocks, categories
            "[a-z-[aeiou]]": ("bz", "aeA"), r"[\w-[\d_]]": ("a+", "1_"), "[^a]": ("b", "a"),
            "[a-]": ("a-", "b"), "[-a]": ("-a", "b"), r"[\^$.]": ("^$.", "a"),
            r"\p{Lu}": ("AÉ", "a1"), r"\P{Lu}": ("a1", "A"), r"\p{IsGreek}": ("α", "a"),
            r"\p{IsBasicLatin}": ("a", "é"), "[&&a~~||]": ("&a~|", "b"),
            # no anchors: the whole value matches; ^ and $ are characters
            "a": ("a", ["aa", "ba", "a\n", ""]), "^a$": (["^a$"], "a"), "$": ("$", [""]),
            # quantifiers, branches, the dot
            "a{2,3}": (["aa", "aaa"], ["a", "aaaa"]), "a{0}": ([""], "a"), "a|": (["a", ""], "b"),
            "": ([""], "a"), ".": ("a\u2028é", "\n\r"), "(a|b)*c": (["c", "abc"], "a"),
        }  # fmt: skip
        for pattern, (right, wrong) in table.items():
            check = group_check((pattern,), DEFAULT_LIMITS)
            for text in right:
                check(text)
            for text in wrong:
                self.refused(check, text, rule="pattern", says="expected text matching")

    def test_what_is_no_pattern(self) -> None:
        for pattern in (
            "(?i)a", "(?:a)", "(?<x>a)", "a**", "a+?", "[a", "(a", "a{2,1}", "a{,3}", r"\u0041",
            r"\p{Nope}", r"\1", r"(a)\1", "(" * 5000 + ")" * 5000,
        ):  # fmt: skip
            self.assertFalse(is_usable(pattern), pattern)
            self.assertRaises(UnusablePattern, compiled, pattern)
            group_check((pattern,), DEFAULT_LIMITS)("anything")

    def test_too_long_to_compile(self) -> None:
        start = time.process_time()
        self.assertFalse(is_usable(r"\p{L}" * 300))
        self.assertFalse(is_usable(r"\p{L}" * 300))
        self.assertLess(time.process_time() - start, 2)

    def test_counts_that_multiply(self) -> None:
        """Refused before anything is compiled: a billion pieces would take minutes and memory."""
        for pattern in ("((a{999}){999}){999}", "(a{9999}|b){9999}", "a{99999999}"):
            self.assertFalse(is_usable(pattern), pattern)
        for pattern in ("[A-Z]{0,65535}", "(([0-9]{4}-){3}){20}", "a{32000}", "(a*){999}"):
            self.assertTrue(is_usable(pattern), pattern)

    def test_an_unusable_one_lets_its_step_pass(self) -> None:
        simple = BUILTIN["string"].restrict(pattern=["[0-9]+", "(?i)x"])
        self.assertEqual(simple.parse("anything"), "anything")
        self.assertEqual(simple.unusable_patterns, ("(?i)x",))
        self.assertIn("(?i)x", str(simple.findings[0]))
        narrower = simple.restrict(pattern="a.*")
        self.refused(narrower.parse, "b", rule="pattern", says="'a.*'")
        self.assertEqual(narrower.unusable_patterns, ("(?i)x",))

    def test_words(self) -> None:
        self.assertEqual(in_words(("a", "b")), "'a' or 'b'")
        self.assertIn("or 3 others", in_words(tuple("abcdefgh")))


@contextmanager
def no_collector() -> Iterator[None]:
    """Garbage of all the tests before is not collected in the milliseconds that a pattern has."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class TimeTests(SimpleTypeCase):
    """No text keeps a pattern busy: 100 ms of CPU at the most, usually 50."""

    def test_catastrophes(self) -> None:
        for pattern, text in CATASTROPHES.items():
            check = group_check((pattern,), DEFAULT_LIMITS)
            compiled(pattern)
            with no_collector():
                start = time.process_time()
                refusal = self.assertRaises(ValueRefused, check, text)
                self.assertLess(time.process_time() - start, 0.1, pattern)
            self.assertIn(repr(pattern), str(refusal))
            self.assertEqual(refusal.rule, "pattern")

    def test_the_limit_is_named(self) -> None:
        types = builtins_for(Limits(pattern_ms=5))
        slow = types["string"].restrict(pattern="(a|aa)+b")
        with no_collector():
            start = time.process_time()
            self.refused(slow.parse, "a" * 60, rule="pattern", says="an answer within 5 ms")
            self.refused(slow.format, "a" * 60, rule="pattern", says="simplify the pattern")
            self.assertLess(time.process_time() - start, 0.05)

    def test_unions_and_lists_do_not_multiply_it(self) -> None:
        types = builtins_for(Limits(pattern_ms=5))
        slow = [types["token"].restrict(pattern=f"(a|aa)+{end}") for end in "bcdefghij"]
        self.assertRaises(PatternExpired, union_of(slow).parse, "a" * 60)
        self.assertRaises(PatternExpired, union_of(slow).format, "a" * 60)
        self.assertRaises(PatternExpired, list_of(slow[0]).parse, " ".join(["a" * 60] * 50))

    def test_other_facets_come_first(self) -> None:
        short = BUILTIN["string"].restrict(pattern="(a|aa)+b", maxLength=10)
        self.refused(short.parse, "a" * 60, rule="maxLength")

    def test_threads_may_share_a_pattern(self) -> None:
        simple, found = BUILTIN["string"].restrict(pattern="[a-f]{3}"), []
        threads = [Thread(target=lambda: found.append(simple.parse("abc"))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(found, ["abc"] * 8)
