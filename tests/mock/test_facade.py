"""Mock: everything beside the verbs of operations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.serving import bank_mock, serve
from ZSI.mock.operations import UnknownName


class MockTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.mock = bank_mock()

    def test_urls_by_port_and_path(self) -> None:
        self.mock.base_url = "http://h:1"
        for name in ("", "BankSoap12", "/bank"):
            self.assertEqual(self.mock.url(name), "http://h:1/bank")
        self.assertEqual(self.mock.url("/other"), "http://h:1/other")
        self.assertRaises(LookupError, self.mock.url, "Nothing")

    def test_types_and_faults(self) -> None:
        self.assertEqual(self.mock.types("GetBalance").__name__, "GetBalance")
        self.assertRaises(LookupError, self.mock.types, "Nothing")
        self.assertEqual(set(self.mock.faults("Transfer")),
                         {"AccountNotFound", "InsufficientFunds"})  # fmt: skip

    def test_samples_belong_to_who_asked(self) -> None:
        first = self.mock.sample("GetBalance", {})
        first.account = "changed"
        self.assertNotEqual(self.mock.sample("GetBalance", {}).account, "changed")
        self.assertEqual(str(self.mock.sample("GetBalance", {"balance": 3}).balance), "3")
        self.assertIsNone(self.mock.sample("ReportFraud", {}))
        self.assertRaises(UnknownName, self.mock.sample, "Nothing", {})

    def test_the_clock_moves_dates_and_lifetimes(self) -> None:
        self.mock.clock.set(datetime(2030, 1, 1, tzinfo=UTC))
        self.mock.clock.freeze()
        self.mock.store.put("sid", "x", timedelta(hours=1))
        answer = serve(self.mock, "GetBalance", account="1")
        self.assertTrue((answer.text("asOf") or "").startswith("2030-01-0"))
        self.mock.op("GetBalance").reply(asOf="{{ now + hours(1) }}")
        answer = serve(self.mock, "GetBalance", account="1")
        self.assertIn("T01:00:00", answer.text("asOf") or "")
        self.mock.clock.advance(timedelta(hours=2))
        self.assertNotIn("sid", self.mock.store)
        self.mock.reset()
        self.assertLess(self.mock.clock().year, 2030)

    def test_a_call_that_a_reset_overtakes(self) -> None:
        """Its client has given up, and its test has ended: the next one does not see it."""
        balance = self.mock.op("GetBalance")

        @balance.handler
        def slow(request: object) -> object:
            self.mock.reset()
            return balance.sample()

        serve(self.mock, "GetBalance", account="1")
        balance.assert_not_called()
        serve(self.mock, "GetBalance", account="2")
        balance.assert_called_once_with(account="2")

    def test_a_face_for_a_session(self) -> None:
        face = self.mock.session("t1")
        self.mock.base_url = "http://later:1"
        self.assertEqual(face.url(), "http://later:1/bank")
        self.assertIs(face.engine, self.mock.engine)
        self.assertIsNot(face.store, self.mock.store)
        self.assertRaises(AttributeError, getattr, face, "nothing")

    def test_gates_and_ports_by_name(self) -> None:
        gate = self.mock.gate("hold")
        self.assertEqual(gate.waiting, 0)
        gate.release()
        gate.shut()
        self.assertFalse(self.mock.engine.gates["hold"].open)
        self.assertEqual(self.mock.port("BankSoap12")["GetBalance"].stub.op,
                         "BankSoap12/GetBalance")  # fmt: skip
        self.assertRaises(AttributeError, getattr, self.mock.port("BankSoap12"), "_x")
