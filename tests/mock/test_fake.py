"""Tests of ZSI.mock.fake."""

from __future__ import annotations

from random import Random

from twisted.trial.unittest import SynchronousTestCase

from ZSI.mock.fake import FAKE


class FakeTests(SynchronousTestCase):
    def test_all_give_text_and_the_same_for_one_seed(self) -> None:
        for name, make in FAKE.items():
            first = [make(Random(seed)) for seed in range(20)]
            self.assertEqual(first, [make(Random(seed)) for seed in range(20)], name)
            self.assertTrue(all(text and text.isprintable() for text in first), name)
            self.assertGreater(len(set(first)), 3, name)

    def test_addresses_reach_nobody(self) -> None:
        self.assertTrue(FAKE["email"](Random(1)).endswith("@example.com"))
        self.assertIn(" 555 01", FAKE["phone"](Random(1)))
