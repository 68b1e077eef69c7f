"""Tests for the clock tick that looks after connections."""

from __future__ import annotations

from typing import Any

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from ZSI.twisted.connections import NEVER, Connections


class Client:
    """A connection that remembers what it was told."""

    def __init__(self, deadline: float = NEVER) -> None:
        self.deadline = deadline
        self.told: list[str] = []

    def expired(self) -> None:
        self.told.append("expired")
        self.deadline = NEVER

    def wind_up(self) -> None:
        self.told.append("wind_up")

    def abort(self) -> None:
        self.told.append("abort")


class ConnectionsTests(SynchronousTestCase):
    """Deadlines, the Date header, winding up."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.ticks: list[float] = []
        self.connections = Connections(self.clock, lambda: self.ticks.append(self.clock.seconds()))

    def test_deadlines(self) -> None:
        early, late = Client(2.5), Client(100.0)
        self.connections.opened(early)
        self.connections.opened(late)
        self.clock.pump([1, 1])
        self.assertEqual(early.told, [])
        self.clock.advance(1)
        self.assertEqual((early.told, late.told), (["expired"], []))

    def test_hurry(self) -> None:
        """A look sooner than the next, and not later however often one is asked for."""
        self.connections.hurry()  # nobody is there
        client = Client(0.5)
        self.connections.opened(client)
        self.clock.advance(0.6)
        for _ in range(5):
            self.connections.hurry()
            self.clock.advance(0.03)
        self.assertEqual(client.told, ["expired"])
        self.assertEqual([round(tick, 2) for tick in self.ticks], [0, 0.66, 0.72])
        self.assertEqual(len(self.clock.getDelayedCalls()), 1)

    def test_one_tick_for_all(self) -> None:
        for _ in range(100):
            self.connections.opened(Client())
        self.assertEqual(len(self.clock.getDelayedCalls()), 1)
        self.assertEqual(len(self.connections), 100)
        self.clock.pump([1] * 3)
        self.assertEqual(self.ticks, [0, 1, 2, 3])

    def test_deadline_that_is_now(self) -> None:
        client = Client(2.0)
        self.connections.opened(client)
        self.clock.pump([1, 1])
        self.assertEqual(client.told, ["expired"])

    def test_one_of_two_goes(self) -> None:
        clients = Client(), Client(1.5)
        for client in clients:
            self.connections.opened(client)
        self.connections.closed(clients[0])
        self.clock.pump([1, 1])
        self.assertEqual(clients[1].told, ["expired"])

    def test_no_tick_for_nobody(self) -> None:
        client = Client()
        self.connections.opened(client)
        self.connections.closed(client)
        self.connections.closed(client)
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.connections.opened(client)
        self.assertEqual(len(self.clock.getDelayedCalls()), 1)

    def test_date(self) -> None:
        self.clock.advance(784_111_777)
        self.connections.opened(Client())
        self.assertEqual(self.connections.date, b"Sun, 06 Nov 1994 08:49:37 GMT")

    def test_prefix(self) -> None:
        """Remembered for a second, so many of them."""
        self.connections.opened(Client())
        first = self.connections.prefix(200, (), False, b"HTTP/1.1")
        self.assertIs(self.connections.prefix(200, (), False, b"HTTP/1.1"), first)
        for status in range(300, 600):
            self.connections.prefix(status, (), False, b"HTTP/1.1")
        self.assertEqual(len(self.connections.prefixes), 128)
        self.clock.advance(1)
        self.assertIn(b"00:00:01", self.connections.prefix(200, (), False, b"HTTP/1.1"))
        self.assertIn(b"00:00:00", first)

    def test_drain(self) -> None:
        client = Client()
        self.connections.opened(client)
        done: list[Any] = []
        self.connections.drain(10).addCallback(done.append)
        self.assertTrue(self.connections.stopping)
        self.assertEqual((client.told, done), (["wind_up"], []))
        self.connections.closed(client)
        self.assertEqual(done, [None])
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_drain_of_nobody(self) -> None:
        self.assertIsNone(self.successResultOf(self.connections.drain(10)))

    def test_drain_cuts(self) -> None:
        client = Client()
        self.connections.opened(client)
        self.connections.drain(3)
        self.clock.pump([1] * 4)
        self.assertEqual(client.told, ["wind_up", "abort"])
        self.connections.closed(client)
        self.connections.closed(client)
