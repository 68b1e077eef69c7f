"""Tests of ZSI.mock.world."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.support import bank_call
from ZSI.mock.world import Loop, World


class WorldTests(SynchronousTestCase):
    def test_variables_add_up_and_notes_are_shared(self) -> None:
        world = World(variables={"a": 1})
        inner = world.with_variables(b=2)
        inner.note("x", "stub")
        self.assertEqual(({"a": 1, "b": 2}, {"a": 1}), (inner.variables, world.variables))
        self.assertEqual({"x": "stub"}, world.notes)

    def test_the_request_of_the_call(self) -> None:
        call = bank_call("GetBalance", account=1)
        self.assertIs(call.request, World(call).request)
        self.assertIs(None, World().request)

    def test_nothing_is_served(self) -> None:
        self.assertRaises(LookupError, World().url, "Soap")

    def test_loops(self) -> None:
        first, last = Loop(1, 2).values, Loop(2, 2).values
        self.assertEqual((1, 0, True, False, 2), tuple(first.values()))
        self.assertEqual((2, 1, False, True, 2), tuple(last.values()))
