"""Tests of chance by seed and path."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ZSI.samples.dice import Dice


class DiceTests(SynchronousTestCase):
    """The same seed and path give the same."""

    def test_stable(self) -> None:
        """Across runs and platforms: these numbers never change."""
        self.assertEqual(Dice(1, "/a/b").between(0, 999_999), Dice(1, "/a/b").between(0, 999_999))
        self.assertEqual([Dice(7, "/a").between(0, 99) for _ in range(2)], [58, 58])

    def test_different(self) -> None:
        drawn = {
            Dice(seed, path, use).between(0, 10**9)
            for seed in (1, 2, "1x")
            for path in ("/a", "/b")
            for use in ("", "x")
        }
        self.assertEqual(len(drawn), 12)

    def test_fair_enough(self) -> None:
        drawn = [Dice(0, f"/{n}").choice("abc") for n in range(300)]
        self.assertTrue(all(60 < drawn.count(letter) < 140 for letter in "abc"))
        chances = sum(Dice(0, f"/{n}").chance(8) for n in range(800))
        self.assertTrue(60 < chances < 140, chances)
