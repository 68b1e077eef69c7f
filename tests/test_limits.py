"""Limits: one frozen value whose every field says what it is for."""

from __future__ import annotations

import dataclasses
import inspect

from twisted.trial.unittest import SynchronousTestCase

from ZSI import limits
from ZSI.limits import DEFAULT_LIMITS, Limits


class LimitsTests(SynchronousTestCase):
    def test_frozen(self) -> None:
        with self.assertRaises(dataclasses.FrozenInstanceError):
            DEFAULT_LIMITS.depth = 1  # type: ignore[misc]  # that it cannot be set is the test

    def test_every_limit_is_positive(self) -> None:
        for field in dataclasses.fields(Limits):
            self.assertGreater(getattr(DEFAULT_LIMITS, field.name), 0, field.name)

    def test_every_limit_has_its_reason(self) -> None:
        lines = inspect.getsource(limits).splitlines()
        for field in dataclasses.fields(Limits):
            at = next(i for i, line in enumerate(lines) if line.startswith(f"    {field.name}:"))
            self.assertTrue(lines[at - 1].startswith("    #: "), field.name)

    def test_one_may_differ(self) -> None:
        changed = dataclasses.replace(DEFAULT_LIMITS, depth=10)
        self.assertEqual((changed.depth, changed.elements), (10, DEFAULT_LIMITS.elements))
