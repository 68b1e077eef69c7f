"""What a mock remembers between calls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from twisted.trial.unittest import SynchronousTestCase

from ZSI.mock.state import MOST_ENTRIES, START, Clock, State, States, Store
from ZSI.mock.stubs import RawReply, SampleReply, Scenario, Stub

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


class ClockTests(SynchronousTestCase):
    """The real time, moved."""

    def setUp(self) -> None:
        self.now = NOON
        self.clock = Clock(lambda: self.now)

    def test_goes_on(self) -> None:
        """Set, it goes on from there."""
        self.clock.set(datetime(2030, 1, 1, tzinfo=UTC))
        self.now += timedelta(hours=1)
        self.assertEqual(self.clock(), datetime(2030, 1, 1, 1, tzinfo=UTC))

    def test_naive_is_utc(self) -> None:
        """A time without a zone is UTC."""
        self.clock.set(datetime(2030, 1, 1))
        self.assertEqual(self.clock(), datetime(2030, 1, 1, tzinfo=UTC))

    def test_frozen(self) -> None:
        """Frozen it stands still, but can be moved on."""
        self.clock.freeze()
        self.now += timedelta(hours=1)
        self.assertEqual(self.clock(), NOON)
        self.clock.advance(timedelta(minutes=5))
        self.assertEqual(self.clock(), NOON + timedelta(minutes=5))

    def test_reset(self) -> None:
        """And back to the real time."""
        self.clock.freeze()
        self.clock.advance(timedelta(days=3))
        self.clock.reset()
        self.assertEqual(self.clock(), NOON)


class StoreTests(SynchronousTestCase):
    """Values, some for a while."""

    def setUp(self) -> None:
        self.clock = Clock(lambda: NOON)
        self.store = Store(self.clock)

    def test_lifetime(self) -> None:
        """Lifetimes go by the mock's clock."""
        self.store.put("sid", "1", timedelta(minutes=5))
        self.store["user"] = "ada"
        self.assertEqual(dict(self.store), {"sid": "1", "user": "ada"})
        self.clock.advance(timedelta(minutes=5))
        self.assertEqual(dict(self.store), {"user": "ada"})
        self.assertEqual(len(self.store), 1)
        self.assertRaises(KeyError, lambda: self.store["sid"])

    def test_bounded(self) -> None:
        """A client may send any number of keys: the oldest makes room."""
        for number in range(MOST_ENTRIES + 1):
            self.store.put(str(number), number)
        self.assertNotIn("0", self.store)
        self.assertIn(str(MOST_ENTRIES), self.store)


class StateTests(SynchronousTestCase):
    """Counts, turns and scenarios."""

    def setUp(self) -> None:
        self.state = State(Clock())

    def test_times(self) -> None:
        """A stub is used up."""
        stub = Stub("Op", times=1)
        self.assertTrue(self.state.available(stub))
        self.state.use(stub)
        self.assertFalse(self.state.available(stub))
        self.assertTrue(self.state.available(Stub("Op", times=1)))

    def test_turns(self) -> None:
        """Replies in turn, for each key alone."""
        one, two = RawReply(b"1"), RawReply(b"2")
        stub = Stub("Op", replies=(one, two))
        said = [self.state.next_reply(stub, key) for key in ("a", "a", "a", "b")]
        self.assertEqual(said, [one, two, two, one])
        again = Stub("Op", replies=(one, two), then="repeat")
        self.assertEqual([self.state.next_reply(again) for _ in range(3)], [one, two, one])

    def test_without_replies(self) -> None:
        """A stub that says nothing of replies gives the sample."""
        self.assertEqual(self.state.next_reply(Stub("Op")), SampleReply())

    def test_passing(self) -> None:
        """A sequence that passes lets others answer once it is through."""
        stub = Stub("Op", replies=(RawReply(b"1"),), then="pass")
        self.state.next_reply(stub)
        self.assertFalse(self.state.available(stub))

    def test_scenario(self) -> None:
        """It begins at the start, and each use moves it on."""
        stub = Stub("Op", scenario=Scenario("s", START, "later"))
        self.assertTrue(self.state.available(stub))
        self.state.use(stub)
        self.assertFalse(self.state.available(stub))
        self.assertEqual(self.state.scenarios, {"s": "later"})


class StatesTests(SynchronousTestCase):
    """One state a session."""

    def test_apart(self) -> None:
        """Sessions do not see one another; dropping one drops it alone."""
        states = States(Clock())
        states.of("a").store["x"] = 1
        states.of("").store["x"] = 2
        self.assertNotIn("x", states.of("b").store)
        states.drop("a")
        self.assertNotIn("x", states.of("a").store)
        self.assertEqual(states.of("").store["x"], 2)

    def test_bounded(self) -> None:
        """The oldest named session makes room; calls without one stay."""
        states = States(Clock())
        states.MOST_SESSIONS = 3  # type: ignore[misc]  # a small bound is quicker to reach
        states.of("").store["x"] = 1
        for name in ("a", "b", "c"):
            states.of(name)
        self.assertEqual(list(states), ["", "b", "c"])
