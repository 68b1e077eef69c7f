"""Tests for answers that leave together; over real sockets: test_front."""

from __future__ import annotations

from time import monotonic

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from ZSI.twisted.outbox import MOST, MOST_BYTES, Outbox


class Client:
    """A connection that remembers what it sent, in an order common to all."""

    def __init__(self, name: str, sent: list[tuple[str, bytes]]) -> None:
        self.name = name
        self.sent = sent

    def push(self, data: bytes) -> None:
        self.sent.append((self.name, data))


class OutboxTests(SynchronousTestCase):
    """When answers leave."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.outbox = Outbox(self.clock)
        self.sent: list[tuple[str, bytes]] = []
        self.a, self.b = Client("a", self.sent), Client("b", self.sent)

    def test_at_the_end_of_the_turn(self) -> None:
        self.outbox.began = monotonic()
        self.outbox.put(self.a, b"1")
        self.outbox.put(self.b, b"2")
        self.outbox.put(self.a, b"3")
        self.assertEqual(self.sent, [])
        self.assertEqual(len(self.clock.getDelayedCalls()), 1)
        self.clock.advance(0)
        self.assertEqual(self.sent, [("a", b"1"), ("b", b"2"), ("a", b"3")])
        self.clock.advance(0)
        self.assertEqual(len(self.sent), 3)

    def test_what_took_long_leaves_at_once(self) -> None:
        self.outbox.began = monotonic()
        self.outbox.put(self.a, b"1")
        self.outbox.began = monotonic() - 2 * MOST
        self.outbox.put(self.b, b"2")
        self.clock.advance(0)
        self.outbox.put(self.b, b"3")
        self.assertEqual([data for _, data in self.sent], [b"1", b"2", b"3"])

    def test_large_answers_leave_at_once(self) -> None:
        self.outbox.began = monotonic()
        self.outbox.put(self.a, b"x" * MOST_BYTES)
        self.assertEqual(self.sent, [])
        self.outbox.put(self.a, b"x")
        self.assertEqual(len(self.sent), 2)

    def test_flush(self) -> None:
        self.outbox.began = monotonic()
        self.outbox.put(self.a, b"1")
        self.outbox.flush()
        self.outbox.flush()
        self.assertEqual(self.sent, [("a", b"1")])
        self.outbox.began = monotonic()
        self.outbox.put(self.a, b"2")
        self.assertEqual(len(self.clock.getDelayedCalls()), 1)
        self.clock.advance(0)
        self.assertEqual(self.sent, [("a", b"1"), ("a", b"2")])
