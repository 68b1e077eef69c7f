"""The Python verbs: what each makes of a stub, and when it is in force."""

from __future__ import annotations

import asyncio
import datetime
import sys
from decimal import Decimal
from typing import Any
from unittest import TestCase, TestResult

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.serving import bank_mock, serve
from ZSI.mock.dsl import fail, fault, fields_of, raw, reply
from ZSI.mock.errors import DefinitionError
from ZSI.mock.matchers import matching, not_
from ZSI.mock.stubs import FileReply, TypedReply, XmlReply


class VerbsTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.mock = bank_mock()
        self.balance = self.mock.op("GetBalance")

    def ask(self, account: str = "42", /, **how: Any) -> str | None:
        return serve(self.mock, "GetBalance", account=account, **how).text("balance")

    def test_conditions_alone_are_not_in_force(self) -> None:
        self.balance.when(account="42").http({"X-A": "1"})
        self.assertEqual(self.mock.engine.rules.all, ())
        self.assertIn("not in force yet", repr(self.balance.when(account="42")))
        self.flushWarnings()

    def test_what_happens_is_in_force_at_once_and_refined_in_place(self) -> None:
        kept = self.balance.when(account="42").reply(balance="1.00")
        self.assertEqual(self.ask(), "1.00")
        kept.times(1).priority(5)
        self.assertEqual(len(self.mock.engine.rules.all), 1)
        kept.remove()
        self.assertEqual(self.mock.engine.rules.all, ())

    def test_shown_by_the_line_that_says_it(self) -> None:
        """In reports and in the journal, whatever is refined later."""

        def shown() -> list[str]:
            return [stub.shown for stub in self.mock.engine.rules.all]

        here = sys._getframe().f_lineno
        kept = self.balance.when(account="42").reply(balance="1.00")
        line = f"GetBalance of test_dsl.py:{here + 1}"
        self.assertEqual(shown(), [line])
        again = kept.times(1)
        self.assertEqual(shown(), [line])
        self.assertIn(f"stubs never used: {line}", str(self.mock.report()))
        again.label("rich")
        self.assertEqual(shown(), ["rich"])

    def test_one_beginning_many_stubs(self) -> None:
        rich = self.balance.when(account=matching("^9"))
        rich.reply(balance="1000.00")
        self.balance.when(account=not_(matching("^9"))).reply(balance="0.00")
        self.assertEqual((self.ask("91"), self.ask("11")), ("1000.00", "0.00"))

    def test_mistakes_are_said_where_they_are_made(self) -> None:
        for wrong, words in (
            (lambda: self.balance.when(acount="1").reply(), "did you mean account"),
            (lambda: self.balance.reply(balanc="1"), "GetBalance: balanc: no field"),
            (lambda: self.balance.reply("1.00"), "expected fields by name"),
            (lambda: self.balance.when("42"), "'42' is said of no field; expected field=value"),
            (
                lambda: self.mock.op("ListTransactions").reply(booked="2026-01-01"),
                "did you mean transaction/booked?",
            ),
            (lambda: self.balance.reply(balance="much"), "much"),
            (lambda: self.balance.reply(status="LOST"), "LOST"),
            (lambda: self.balance.fail("AcountNotFound"), "AccountNotFound"),
            (lambda: self.balance.trouble("rset"), "reset"),
            (lambda: self.balance.delay("soon"), "soon"),
            (lambda: self.mock.op("GetBalence"), "GetBalance"),
            (lambda: self.mock.port("BankSoap13")["GetBalance"], "BankSoap12"),
        ):
            error = self.assertRaises(DefinitionError, wrong)
            self.assertIn(words, str(error))
        self.assertEqual(self.mock.engine.rules.all, ())

    def test_conditions_that_nothing_follows(self) -> None:
        """Said once they are forgotten, at their line."""
        self.balance.when(account="42")
        (said,) = self.flushWarnings([self.test_conditions_that_nothing_follows])
        self.assertIn("GetBalance(account='42') is a condition alone: say", said["message"])
        asked = self.balance.when(account="42").http({"X-A": "1"})
        asked.assert_not_called()
        asked.when(on="2026-01-01").reply(balance="1.00").when(account="43")
        del asked
        self.assertEqual(self.flushWarnings(), [])

    def test_a_failure_shows_the_line_of_the_test(self) -> None:
        class Inner(TestCase):
            def test(inner) -> None:
                self.balance.assert_called_once_with(account="42")

        result = TestResult()
        Inner("test").run(result)
        ((_, shown),) = result.failures
        self.assertIn('self.balance.assert_called_once_with(account="42")', shown)
        self.assertNotIn("/dsl.py", shown)

    def test_what_is_no_verb(self) -> None:
        with self.assertRaisesRegex(AttributeError, "no verb 'repply'; did you mean reply"):
            self.balance.repply()  # type: ignore[attr-defined]  # wrong on purpose
        self.assertFalse(hasattr(self.balance, "return_value"))
        with self.assertRaisesRegex(AttributeError, "return_value cannot be set; .*GetBalance"):
            self.balance.return_value = 1  # type: ignore[attr-defined]  # the same

    def test_fields_named_like_our_parameters(self) -> None:
        transfer = self.mock.op("Transfer")
        transfer.when(from_="1", to="2").reply(status="DONE")
        made = fail("AccountNotFound", name=1, code=2)
        self.assertEqual(dict(made.fields), {"name": 1, "code": 2})
        self.assertEqual(fields_of((), {"from_": 1, "self": 2}), {"from": 1, "self": 2})

    def test_kinds_of_replies(self) -> None:
        self.assertIsInstance(reply("<a/>"), XmlReply)
        cls = self.mock.types("GetBalanceResponse")
        value = cls(account="1", balance=Decimal("3.00"), currency="EUR", status="OPEN",
                    asOf=datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC))  # fmt: skip
        self.assertIsInstance(reply(value), TypedReply)
        self.balance.reply(value)
        self.assertEqual(self.ask(), "3.00")
        self.assertEqual(FileReply("x").path, "x")

    def test_functions(self) -> None:
        self.balance.reply(lambda request: {"balance": f"{request.account}.00"})
        self.assertEqual(self.ask("7"), "7.00")

        @self.balance.when(account="8").handler
        def eight(request: Any) -> Any:
            return self.balance.sample(balance="8.88")

        self.assertEqual(self.ask("8"), "8.88")
        self.assertEqual(eight(None).balance, Decimal("8.88"))  # the function stays usable

    def test_values_given_by_functions(self) -> None:
        self.balance.reply(balance=lambda request: Decimal(request.account))
        self.assertEqual(self.ask("7"), "7")

    def test_sequences(self) -> None:
        self.balance.replies(reply(balance="1.00"), raw("gone", 503), fault("Client", "no"))
        self.assertEqual(self.ask(), "1.00")
        self.assertEqual(serve(self.mock, "GetBalance", account="1").status, 503)
        for _ in range(2):
            answer = serve(self.mock, "GetBalance", account="1")
            self.assertEqual((answer.status, answer.text("faultstring")), (500, "no"))

    def test_sequences_that_repeat_or_pass_on(self) -> None:
        self.balance.reply(balance="9.00")
        passing = self.balance.replies(reply(balance="1.00"), reply(balance="2.00"), then="pass")
        self.assertEqual([self.ask() for _ in range(4)], ["1.00", "2.00", "9.00", "9.00"])
        passing.remove()
        self.balance.replies(reply(balance="1.00"), reply(balance="2.00"), then="repeat")
        self.assertEqual([self.ask() for _ in range(3)], ["1.00", "2.00", "1.00"])

    def test_per_value_of_a_field(self) -> None:
        two = reply(balance="1.00"), reply(balance="2.00")
        self.balance.per("account").replies(*two)
        self.assertEqual([self.ask(a) for a in "aabba"], ["1.00", "2.00", "1.00", "2.00", "2.00"])

    def test_times_priority_and_order(self) -> None:
        self.balance.reply(balance="1.00")
        self.balance.reply(balance="2.00").times(1)
        self.balance.reply(balance="0.00").priority(-1)
        self.assertEqual([self.ask() for _ in range(2)], ["2.00", "1.00"])

    def test_fallbacks(self) -> None:
        self.balance.when(account="1").reply()
        self.assertEqual(serve(self.mock, "GetBalance", account="2").status, 500)
        self.balance.fallback("sample")
        self.assertEqual(serve(self.mock, "GetBalance", account="2").status, 200)
        self.balance.fallback(fail("AccountNotFound", code=9))
        self.assertEqual(serve(self.mock, "GetBalance", account="2").text("code"), "9")

    def test_aspects_of_replies(self) -> None:
        said = self.balance.reply(balance="1.00").status(202).reply_http({"X-Seen": "yes"})
        said.reply_header({"Session": {"sessionId": "s9"}})
        answer = serve(self.mock, "GetBalance", account="1")
        self.assertEqual((answer.status, answer.headers["X-Seen"]), (202, "yes"))
        self.assertEqual(answer.text("sessionId"), "s9")

    def test_alternatives(self) -> None:
        self.balance.any_of({"account": "1"}, {"account": "2"}).reply(balance="1.00")
        self.balance.none_of({"account": "1"}, {"account": "3"}).reply(balance="2.00")
        self.assertEqual([self.ask(a) for a in "12"], ["1.00", "2.00"])
        self.assertEqual(serve(self.mock, "GetBalance", account="3").status, 500)

    def test_fault_codes(self) -> None:
        self.balance.fail("AccountNotFound", code=7).fault_code("{urn:x}Lost")
        answer = serve(self.mock, "GetBalance", account="1")
        self.assertIn("Lost", answer.text("faultcode") or "")
        self.assertEqual(answer.text("code"), "7")

    def test_typed_faults(self) -> None:
        cls = self.mock.faults("GetBalance")["AccountNotFound"]
        self.balance.fail(cls(code=7))
        self.assertEqual(serve(self.mock, "GetBalance", account="1").text("code"), "7")

    def test_xml(self) -> None:
        self.balance.xml('<GetBalanceResponse xmlns="urn:example:bank"><account>{{ request.account'
                         " }}</account></GetBalanceResponse>")  # fmt: skip
        self.assertEqual(serve(self.mock, "GetBalance", account="77").text("account"), "77")

    def test_coroutines_are_left_to_the_edge(self) -> None:
        @self.balance.handler
        async def later(request: Any) -> Any:
            return None

        self.assertTrue(asyncio.iscoroutinefunction(later))


class ScenarioTests(SynchronousTestCase):
    def test_states_follow_one_another(self) -> None:
        mock = bank_mock()
        transfer = mock.op("Transfer")
        transfer.reply(status="DONE")
        transfer.scenario("outage", when="down", then="up").fail("AccountNotFound")
        asked = {"from": "1", "to": "2", "amount": "1"}
        self.assertEqual(serve(mock, "Transfer", **asked).status, 200)
        mock.scenarios["outage"] = "down"
        self.assertEqual(serve(mock, "Transfer", **asked).status, 500)
        self.assertEqual(mock.scenarios["outage"], "up")
        self.assertEqual(serve(mock, "Transfer", **asked).status, 200)


class SessionTests(SynchronousTestCase):
    def test_stubs_and_state_apart(self) -> None:
        mock = bank_mock()
        one = mock.session("one")
        one.op("GetBalance").replies(reply(balance="1.00"), reply(balance="2.00"))
        one.op("GetRates").fallback("fault")
        one.store["sid"] = "x"
        one.scenarios["s"] = "up"
        answers = [serve(mock, "GetBalance", account="1", session="one") for _ in range(2)]
        self.assertEqual([answer.text("balance") for answer in answers], ["1.00", "2.00"])
        for session in ("", "two"):  # nothing is stubbed for them: the sample answers
            self.assertEqual(serve(mock, "GetBalance", account="1", session=session).status, 200)
            self.assertEqual(serve(mock, "GetRates", currency="EUR", session=session).status, 200)
        self.assertEqual(serve(mock, "GetRates", currency="EUR", session="one").status, 500)
        self.assertEqual((dict(mock.store), dict(mock.scenarios)), ({}, {}))
        self.assertEqual(len(one.op("GetBalance").calls), 2)
        one.reset()
        self.assertEqual(mock.engine.rules.all, ())
        self.assertEqual(dict(mock.session("one").store), {})
        self.assertEqual(len(mock.op("GetBalance").calls), 2)

    def test_stubs_for_all_answer_sessions_too(self) -> None:
        mock = bank_mock()
        mock.op("GetBalance").reply(balance="5.00")
        mock.session("one").op("GetBalance").when(account="9").reply(balance="9.00")
        asked = [serve(mock, "GetBalance", account=a, session="one").text("balance") for a in "19"]
        self.assertEqual(asked, ["5.00", "9.00"])
