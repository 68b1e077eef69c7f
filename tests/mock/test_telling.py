"""Lines on exchanges, several at once."""

from __future__ import annotations

from datetime import UTC, datetime

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from ZSI.mock.exchange import Call
from ZSI.mock.telling import MOST, Teller
from ZSI.twisted.exchange import HttpRequest


def call(number: int) -> Call:
    http = HttpRequest("POST", "/bank", "/bank")
    return Call(number, datetime(2026, 1, 1, tzinfo=UTC), http)


class TellerTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.clock = Clock()
        self.said: list[str] = []
        self.busy = True
        self.teller = Teller(
            lambda call: str(call.number), self.said.append, self.clock, lambda: self.busy
        )

    def test_at_once(self) -> None:
        """Where nobody else waits, before the answer."""
        self.busy = False
        self.teller.tell(call(1))
        self.assertEqual((self.said, self.clock.getDelayedCalls()), (["1"], []))

    def test_together_at_the_end_of_the_turn(self) -> None:
        for number in (1, 2):
            self.teller.tell(call(number))
        self.assertEqual(self.said, [])
        self.clock.advance(0)
        self.assertEqual(self.said, ["1\n2"])
        self.teller.tell(call(3))
        self.clock.advance(0)
        self.assertEqual(self.said, ["1\n2", "3"])

    def test_in_order_with_other_lines(self) -> None:
        self.teller.tell(call(1))
        self.teller.say("reloaded")
        self.assertEqual(self.said, ["1", "reloaded"])

    def test_nothing_is_left_over(self) -> None:
        """Neither a line nor a delayed call, once it has been flushed."""
        self.teller.tell(call(1))
        self.teller.flush()
        self.assertEqual((self.said, self.clock.getDelayedCalls()), (["1"], []))

    def test_not_too_many_wait(self) -> None:
        for number in range(MOST):
            self.teller.tell(call(number))
        self.assertEqual(len(self.said), 1)
        self.assertEqual(self.clock.getDelayedCalls(), [])
