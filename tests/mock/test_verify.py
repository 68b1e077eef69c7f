"""Verification: how often, with what, in which order, and what a failed one says."""

from __future__ import annotations

import threading
from collections.abc import Callable

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.serving import bank_mock, serve
from ZSI.mock.errors import DefinitionError
from ZSI.mock.matchers import absent, matching
from ZSI.mock.operations import UnknownName
from ZSI.mock.verify import Times, at_least, at_most, exactly, never, once, twice


class TimesTests(SynchronousTestCase):
    def test_words(self) -> None:
        for times, words in (
            (once, "exactly once"), (twice, "exactly twice"), (never, "never"),
            (exactly(3), "exactly 3 times"), (at_least(1), "at least once"),
            (at_most(1), "at most once"), (Times(2, 4), "2 to 4 times"),
        ):  # fmt: skip
            self.assertEqual(str(times), words)

    def test_numbers(self) -> None:
        self.assertEqual([at_least(2).holds(n) for n in range(4)], [False, False, True, True])
        self.assertEqual([at_most(1).holds(n) for n in range(3)], [True, True, False])
        self.assertEqual([never.holds(n) for n in range(2)], [True, False])


class VerifyTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.mock = bank_mock()

    def failing(self, assertion: Callable[[], object]) -> str:
        """The words of an assertion that fails."""
        return str(self.assertRaises(AssertionError, assertion))

    def test_called_never_exactly_at_least_at_most(self) -> None:
        balance = self.mock.op("GetBalance")
        balance.assert_not_called()
        self.assertIn("at least once", self.failing(balance.assert_called))
        for account in ("1", "2", "2"):
            serve(self.mock, "GetBalance", account=account)
        balance.assert_called()
        balance.assert_called(exactly(3))
        balance.assert_called(3)
        balance.when(account="3").assert_called(0)
        self.assertIn("exactly twice", self.failing(lambda: balance.assert_called(2)))
        balance.assert_called(at_least(2))
        balance.assert_called(at_most(3))
        balance.when(account="1").assert_called(once)
        balance.when(account="2").assert_called(twice)
        balance.when(account="3").assert_not_called()
        self.assertIn("exactly twice", self.failing(lambda: balance.assert_called(twice)))
        self.assertIn("never, but it was called so 3 times", self.failing(
            lambda: balance.assert_called(never)))  # fmt: skip

    def test_assertions_give_the_calls(self) -> None:
        serve(self.mock, "GetBalance", account="1")
        self.assertEqual(self.mock.op("GetBalance").assert_called_once().request.account, "1")
        self.assertEqual(self.mock.op("GetBalance").calls[-1].reply.account, "1")

    def test_once_with_means_what_unittest_mock_means(self) -> None:
        balance = self.mock.op("GetBalance")
        serve(self.mock, "GetBalance", account="1")
        balance.assert_called_once_with(account="1")
        serve(self.mock, "GetBalance", account="2")
        balance.assert_called_with(account="1")
        words = self.failing(lambda: balance.assert_called_once_with(account="1"))
        first, *calls = words.splitlines()
        self.assertEqual(
            first, "expected GetBalance(account='1') and no other call, but it was called 2 times"
        )
        self.assertEqual([line.rpartition(" ")[2] for line in calls],
                         ["(account='1')", "(account='2')"])  # fmt: skip
        serve(self.mock, "GetBalance", account="1")
        words = self.failing(lambda: balance.assert_called_once_with(account="1"))
        self.assertIn("GetBalance(account='1') exactly once, but it was called so 2 times", words)
        error = self.assertRaises(
            DefinitionError, lambda: self.mock.op("Transfer").assert_called_once_with(form="1")
        )
        self.assertIn("did you mean from", str(error))

    def test_a_typed_difference_to_the_nearest_calls(self) -> None:
        serve(self.mock, "GetBalance", account="99")
        serve(self.mock, "GetBalance", account="43")
        words = self.failing(lambda: self.mock.op("GetBalance").assert_called_with(account="42"))
        first, second, third = words.splitlines()
        self.assertIn("expected GetBalance(account='42') at least once, but it was never", first)
        self.assertIn("call 2", second)
        self.assertIn("account: expected = '42', was '43'", second)
        self.assertIn("call 1", third)

    def test_not_called_at_all_names_what_was(self) -> None:
        serve(self.mock, "GetRates", currency="EUR")
        words = self.failing(self.mock.op("GetBalance").assert_called)
        self.assertIn("GetBalance was not called at all; called: GetRates", words)

    def test_operators_headers_http_xpath_and_body(self) -> None:
        header = '<Session xmlns="urn:example:bank"><sessionId>s1</sessionId></Session>'
        serve(self.mock, "GetBalance", account="42", header=header, http={"X-Env": "uat"})
        balance = self.mock.op("GetBalance")
        balance.when(account=matching("^4"), on=absent).assert_called_once()
        balance.header({"Session/sessionId": "s1"}).assert_called_once()
        balance.header({"Session/sessionId": "s2"}).assert_not_called()
        balance.http({"X-Env": "uat"}).assert_called_once()
        balance.xpath("//b:account = 42", b="urn:example:bank").assert_called_once()
        balance.body('<x:GetBalance xmlns:x="urn:example:bank"><x:account>42</x:account>'
                     "</x:GetBalance>").assert_called_once()  # fmt: skip
        balance.where(lambda request: request.account == "42").assert_called_once()
        balance.version("1.2").assert_not_called()
        words = self.failing(balance.header({"Session/sessionId": "s2"}).assert_called)
        self.assertIn("conditions on header", words)

    def test_in_order(self) -> None:
        for account in ("1", "2", "3"):
            serve(self.mock, "GetBalance", account=account)
        serve(self.mock, "GetRates", currency="EUR")
        balance, rates = self.mock.op("GetBalance"), self.mock.op("GetRates")
        self.mock.assert_order(balance.when(account="1"), balance.when(account="3"), rates)
        words = self.failing(lambda: self.mock.assert_order(rates, balance))
        self.assertIn("GetBalance() was not called after GetRates in this order", words)
        self.assertRaises(
            AssertionError, self.mock.assert_order,
            balance.when(account="3"), balance.when(account="1"),
        )  # fmt: skip

    def test_within_waits(self) -> None:
        timer = threading.Timer(0.05, lambda: serve(self.mock, "GetBalance", account="42"))
        timer.start()
        self.addCleanup(timer.join)
        balance = self.mock.op("GetBalance")
        balance.when(account="42").assert_called(once, within=5)
        balance.within(0.01).assert_called_once_with(account="42")
        self.failing(lambda: balance.when(account="41").assert_called(within=0.01))

    def test_unknown_names_are_said_at_once(self) -> None:
        error = self.assertRaises(
            DefinitionError, lambda: self.mock.op("GetBalance").assert_called_with(acount="1")
        )
        self.assertIn("did you mean account", str(error))
        self.assertRaises(UnknownName, self.mock.op, "GetBalanc")


class ReportTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.mock = bank_mock()

    def test_what_went_unnoticed(self) -> None:
        balance, transfer = self.mock.op("GetBalance"), self.mock.op("Transfer")
        balance.when(account="42").reply(balance="1.00")
        balance.when(account="77").reply().label("the one of 77")
        balance.when(account="1").reply()

        @transfer.handler
        def fails(request: object) -> object:
            raise ValueError("a bug in the test")

        @self.mock.op("GetRates").handler
        def invalid(request: object) -> object:
            return {"rate": []}

        serve(self.mock, "GetBalance", account="42")
        serve(self.mock, "GetBalance", account="43")
        serve(self.mock, "GetRates", currency="XXX")
        serve(self.mock, "GetRates", currency="EUR")
        serve(self.mock, "Transfer", **{"from": "1", "to": "2", "amount": "1"})
        report = self.mock.report()
        self.assertEqual(len(report.unmatched), 1)
        self.assertEqual(len(report.refused), 1)
        self.assertEqual(len(report.failed) + len(report.invalid), 2)
        self.assertEqual(report.uncalled, ("ListTransactions", "OpenAccount", "ReportFraud"))
        text = str(report)
        for words in ("calls that no stub matched: 1", "account: expected", "invalid requests: 1",
                      "a bug in the test", "operations never called: ListTransactions",
                      "the one of 77"):  # fmt: skip
            self.assertIn(words, text)

    def test_nothing_unusual(self) -> None:
        self.assertFalse(self.mock.report().problems)

    def test_of_a_session(self) -> None:
        session = self.mock.session("t1")
        session.op("GetBalance").when(account="42").reply()
        serve(self.mock, "GetBalance", account="1", session="t1")
        serve(self.mock, "GetBalance", account="1")
        self.assertEqual(len(session.report().unmatched), 1)
        self.assertEqual(len(session.report().unused), 1)
        self.assertEqual(self.mock.session("t2").report().unused, ())
        self.assertEqual(len(session.op("GetBalance").calls), 1)

    def test_a_fault_that_is_meant_is_no_problem(self) -> None:
        self.mock.op("GetBalance").when(account="13").fail("AccountNotFound", code=7)
        self.mock.op("GetBalance").fallback("sample")
        serve(self.mock, "GetBalance", account="13")
        serve(self.mock, "GetBalance", account="14")
        self.assertEqual(self.mock.report().problems, ())
