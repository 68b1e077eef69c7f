"""A slice of the mutations: see `tests.corpus.mutations`. ``make fuzz`` draws new ones, and more.

Covers: what wsdl2py does with documents that somebody has changed.
"""

from __future__ import annotations

import random
import time

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from twisted.trial.unittest import SkipTest, SynchronousTestCase

from tests.corpus import WSDLS
from tests.corpus.changes import CHANGES, NASTY, mutated
from tests.corpus.mutations import Case, Hang, outcome, within

#: Small documents only: a case takes 20 ms.
LARGEST = 30_000
WSDL = b'<d xmlns:a="urn:a" name="D"><a:element name="x" type="a:y"/><a:g ref="a:x"/></d>'


class MutationTests(SynchronousTestCase):
    """Refused in words or generated, and nothing else."""

    @given(st.integers(0, 2**31))
    @settings(deadline=None, max_examples=50)
    def test_slice(self, seed: int) -> None:
        if not WSDLS.is_dir():
            raise SkipTest(f"{WSDLS} is not there")
        what, details = outcome(seed, LARGEST)
        self.assertIn(what, ("refused", "generated"), f"--case {seed}: {details}")


class HarnessTests(SynchronousTestCase):
    """The harness would find something."""

    def test_every_change_changes(self) -> None:
        for change in CHANGES:
            changed = set()
            for seed in range(40):
                root = etree.fromstring(WSDL)
                change(random.Random(seed), root)
                changed.add(etree.tostring(root))
            self.assertGreater(len(changed - {WSDL}), 0, change.__name__)

    def test_mutated(self) -> None:
        names: list[str] = []
        made = {mutated(random.Random(seed), WSDL, names) for seed in range(60)}
        self.assertGreater(len(made), 30)
        self.assertIn("spoil", names)
        self.assertIn("", NASTY)
        self.assertEqual(mutated(random.Random(3), b"no XML", []), b"no XML")

    def test_hang(self) -> None:
        end = time.monotonic() + 20
        with self.assertRaises(Hang), within(0.02):
            while time.monotonic() < end:
                sum(range(10_000))  # the signal comes in here; jumps are no place for it

    def test_crash_is_a_finding(self) -> None:
        if not WSDLS.is_dir():
            raise SkipTest(f"{WSDLS} is not there")

        def crash(case: Case) -> str:
            raise KeyError("x")

        self.patch(Case, "run", crash)
        what, details = outcome(1, LARGEST)
        self.assertIn("KeyError at", what)
        self.assertIn("'x'", details)
