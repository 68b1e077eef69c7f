"""Tests of ZSI.mock.stubs."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

from twisted.trial.unittest import SynchronousTestCase

from ZSI.errors import Where
from ZSI.mock.stubs import RawReply, SampleReply, Stub, When, order_of_choice


class StubTests(SynchronousTestCase):
    def test_order_of_choice(self) -> None:
        """Priority, then Python and HTTP newest first, then files from top to bottom."""
        first = Stub("A", origin="file", label="file 1")
        second = Stub("A", origin="file", label="file 2")
        older = Stub("A", label="older")
        newer = Stub("A", origin="http", label="newer")
        high = Stub("A", origin="file", priority=5, label="high")
        low = Stub("A", priority=-1, label="low")
        ordered = sorted([first, second, older, newer, high, low], key=order_of_choice)
        self.assertEqual(
            ["high", "newer", "older", "file 1", "file 2", "low"], [s.label for s in ordered]
        )

    def test_frozen_and_equal_to_itself_alone(self) -> None:
        stub = Stub("A")
        self.assertRaises(FrozenInstanceError, setattr, stub, "op", "B")
        self.assertNotEqual(stub, Stub("A"))
        self.assertEqual(1, {stub: 1}[stub])

    def test_a_changed_one_keeps_its_number(self) -> None:
        stub = Stub("A")
        self.assertEqual((stub.number, 3), (stub.with_(times=3).number, stub.with_(times=3).times))
        self.assertGreater(Stub("A").number, stub.number)

    def test_how_it_is_called(self) -> None:
        stub = Stub("A", where=Where("rules.yaml", 3))
        self.assertEqual("rules.yaml:3", stub.shown)
        self.assertEqual("the one", stub.with_(label="the one").shown)
        self.assertTrue(Stub("A").shown.startswith("A #"))

    def test_an_empty_condition(self) -> None:
        empty = When()
        self.assertTrue(all(not getattr(empty, f.name) for f in fields(When) if f.name != "_"))

    def test_replies_share_their_aspects(self) -> None:
        for reply in (SampleReply({}, status=500), RawReply(b"x", status=500)):
            self.assertEqual(
                (500, {}, {}, None), (reply.status, reply.http, reply.header, reply.delay)
            )
