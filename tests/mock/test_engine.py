"""Choosing what answers: order, counts, turns, scenarios, sessions, fallbacks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.bank import ask, balance, bank, texts
from ZSI.mock import engine, matching
from ZSI.mock.contract import MockContract
from ZSI.mock.definitions import parse_stub
from ZSI.mock.dsl import fail, raw, reply
from ZSI.mock.errors import DefinitionError
from ZSI.mock.exchange import Call
from ZSI.mock.facade import Mock
from ZSI.mock.operations import OperationTable, UnknownName


class ChoiceTests(SynchronousTestCase):
    """Which stub answers."""

    def setUp(self) -> None:
        self.mock = bank()
        self.get = self.mock.op("GetBalance")

    def balance(self, account: str = "42", session: str = "", mock: Mock | None = None) -> str:
        return texts(ask(mock or self.mock, balance(account), session=session)).get("balance", "")

    def test_without_stubs_the_sample(self) -> None:
        """An operation without stubs answers with its sample, the request's account in it."""
        sent = ask(self.mock, balance("777"))
        self.assertEqual((sent.status, texts(sent)["account"]), (200, "777"))

    def test_newest_first(self) -> None:
        """Of two that match the newer one answers."""
        self.get.reply(balance="1.00")
        self.get.reply(balance="2.00")
        self.assertEqual(self.balance(), "2.00")

    def test_priority(self) -> None:
        """Higher priority goes before newer."""
        self.get.priority(5).reply(balance="1.00")
        self.get.reply(balance="2.00")
        self.assertEqual(self.balance(), "1.00")

    def test_files_come_last(self) -> None:
        """Stubs of files stand behind those added while running, top to bottom."""
        self.mock.engine.load(
            [
                parse_stub({"op": "GetBalance", "reply": {"balance": "1.00"}}),
                parse_stub({"op": "GetBalance", "reply": {"balance": "2.00"}}),
            ]
        )
        self.assertEqual(self.balance(), "1.00")
        self.get.reply(balance="3.00")
        self.assertEqual(self.balance(), "3.00")
        self.mock.reset()
        self.assertEqual(self.balance(), "1.00")

    def test_times(self) -> None:
        """A used-up stub lets others answer."""
        self.get.reply(balance="1.00")
        self.get.times(2).reply(balance="2.00")
        self.assertEqual([self.balance() for _ in range(3)], ["2.00", "2.00", "1.00"])

    def test_turns(self) -> None:
        """Replies in turn; the last stays."""
        self.get.replies(reply(balance="1.00"), fail("AccountNotFound", code=7), raw("x", 503))
        answers = [ask(self.mock, balance()) for _ in range(4)]
        self.assertEqual([sent.status for sent in answers], [200, 500, 503, 503])
        self.assertEqual(answers[3].body, b"x")

    def test_turns_repeat_and_pass(self) -> None:
        """Or they begin again, or others answer."""
        self.get.reply(balance="0.00")
        self.get.replies(reply(balance="1.00"), reply(balance="2.00"), then="repeat").times(3)
        self.assertEqual([self.balance() for _ in range(4)], ["1.00", "2.00", "1.00", "0.00"])
        self.get.replies(reply(balance="3.00"), then="pass")
        self.assertEqual([self.balance() for _ in range(2)], ["3.00", "0.00"])

    def test_turns_per_field(self) -> None:
        """Each value of a field has its own turn."""
        self.get.per("account").replies(reply(balance="1.00"), reply(balance="2.00"))
        said = [self.balance(account) for account in ("a", "b", "a", "b")]
        self.assertEqual(said, ["1.00", "1.00", "2.00", "2.00"])

    def test_scenario(self) -> None:
        """A stub counts in its state alone, and moves the scenario on."""
        self.get.reply(balance="1.00")
        self.get.scenario("outage", when="down", then="up").fail("AccountNotFound")
        self.assertEqual(self.balance(), "1.00")
        self.mock.scenarios["outage"] = "down"
        self.assertEqual(ask(self.mock, balance()).status, 500)
        self.assertEqual((self.balance(), self.mock.scenarios["outage"]), ("1.00", "up"))

    def test_sessions(self) -> None:
        """Stubs of a session answer its calls alone."""
        self.mock.session("t1").op("GetBalance").reply(balance="7.00")
        self.assertEqual(self.balance(session="t1"), "7.00")
        self.assertNotEqual(self.balance(), "7.00")
        self.mock.session("t1").reset()
        self.assertNotEqual(self.balance(session="t1"), "7.00")

    def test_port(self) -> None:
        """A stub may be for one port."""
        self.mock.port("BankSoap12").GetBalance.reply(balance="12.00")
        self.assertNotEqual(self.balance(), "12.00")
        self.assertEqual(texts(ask(self.mock, balance(), version="1.2"))["balance"], "12.00")

    def test_near_miss(self) -> None:
        """Where stubs are and none matches, the fault shows the nearest."""
        self.get.when(account="42").reply(balance="1.00")
        sent = ask(self.mock, balance("43"))
        self.assertEqual(sent.status, 500)
        for word in ("GetBalance", "'42'", "'43'"):
            self.assertIn(word, texts(sent)["faultstring"])

    def test_fallbacks(self) -> None:
        """It can be the sample, or a fault of one's own, by service and by operation."""
        for mock, status in ((bank(fallback="sample"), 200), (bank(), 500)):
            mock.op("GetBalance").when(account="42").reply(balance="1.00")
            self.assertEqual(ask(mock, balance("43")).status, status)
        own = bank()
        own.op("GetBalance").when(account="42").reply(balance="1.00")
        own.op("GetBalance").fallback(fail("AccountNotFound", code=9))
        self.assertEqual(texts(ask(own, balance("43")))["code"], "9")

    def test_a_condition_that_raises_is_told(self) -> None:
        """Another stub answers; that a function of the test's own is broken is a finding."""

        def broken(request: Any) -> bool:
            raise ValueError("mine")

        self.get.reply(balance="1.00")
        self.get.where(broken).reply(balance="2.00")
        self.assertEqual(self.balance(), "1.00")
        (finding,) = next(iter(self.mock.journal)).call.findings
        self.assertEqual((finding.rule, finding.message), ("condition", "broken: ValueError: mine"))

    def test_removed(self) -> None:
        """A stub that was taken away answers no more."""
        verbs = self.get.reply(balance="1.00")
        verbs.remove()
        self.assertNotEqual(self.balance(), "1.00")

    def test_refined(self) -> None:
        """A further verb replaces the stub that it was said of, and adds none."""
        self.get.reply(balance="1.00").delay("2s").times(1)
        self.assertEqual(len(self.mock.engine.rules.all), 1)


class DefinitionTests(SynchronousTestCase):
    """What is wrong is said when it is said."""

    def setUp(self) -> None:
        self.mock = bank()

    def test_refused(self) -> None:
        """Unknown names and refused values; the stubs in force stay as they were."""
        get = self.mock.op("GetBalance")
        get.reply(balance="1.00")
        for bad, words in (
            (lambda: get.when(acount="1").reply(), "account"),
            (lambda: get.reply(blance="1"), "balance"),
            (lambda: get.reply(balance="much"), "decimal"),
            (lambda: get.fail("NoSuchFault"), "AccountNotFound"),
            (lambda: get.trouble("rain"), "reset"),
            (lambda: get.xml("<a>"), "XML"),
        ):
            error = self.assertRaises(DefinitionError, bad)
            self.assertIn(words, str(error))
        self.assertEqual(texts(ask(self.mock, balance()))["balance"], "1.00")
        error = self.assertRaises(UnknownName, self.mock.op, "GetBalence")
        self.assertIn("GetBalance", str(error))

    def test_operations_that_cannot_be_served(self) -> None:
        """A stub is for the ports that can; where none can, that is said, with the reason."""
        for broken_ports in (("BankSoap",), ("BankSoap", "BankSoap12")):
            contract = MockContract(self.mock.contracts[0].planned)
            contract.operations = OperationTable(
                replace(one, plan=None, problem="no Gone")
                if one.name == "GetBalance" and one.port in broken_ports
                else one
                for one in contract.operations
            )
            mock = Mock([contract])
            get = mock.op("GetBalance")
            if len(broken_ports) == 1:
                get.when(account="42").reply(balance="1.00")
                said = texts(ask(mock, balance(), version="1.2"))
                self.assertEqual(said["balance"], "1.00")
                self.assertIn("no Gone", texts(ask(mock, balance()))["faultstring"])
                self.assertEqual(len(get.when(account="42").calls), 1)
                continue
            for bad in (
                lambda get=get: get.when(account="42").reply(),
                lambda get=get: get.reply(balance="1.00"),
                lambda get=get: get.when(account="42").calls,
                lambda mock=mock: mock.sample("GetBalance", {}),
                lambda mock=mock: mock.sample_request("GetBalance"),
            ):
                error = self.assertRaises(DefinitionError, bad)
                self.assertIn("BankSoap/GetBalance cannot be served: no Gone", str(error))

    def test_one_exchange_sees_one_set(self) -> None:
        """Rules are replaced as a whole: who holds the old ones keeps them."""
        before = self.mock.engine.rules
        self.mock.op("GetBalance").reply(balance="1.00")
        self.assertEqual((before.all, len(self.mock.engine.rules.all)), ((), 1))


class ManyStubsTests(SynchronousTestCase):
    """A thousand definitions are a thousand times the work of one, counted and not timed."""

    def setUp(self) -> None:
        self.mock = bank()
        self.get = self.mock.op("BankSoap/GetBalance")
        self.counts: Counter[str] = Counter()
        self.count(matching.StubIndex, "_file")
        self.count(engine.Engine, "check")
        self.count(engine.Engine, "operations_of")

    def count(self, owner: Any, name: str) -> None:
        function = getattr(owner, name)

        def counted(*args: Any) -> Any:
            self.counts[name] += 1
            return function(*args)

        self.patch(owner, name, counted)

    def test_each_is_looked_at_once_and_all_are_filed_once(self) -> None:
        for number in range(100):
            self.get.when(account=str(number)).reply(balance=f"{number}.00")
        self.assertEqual(self.counts, {"check": 100, "operations_of": 100})
        for number in (7, 93):
            self.assertEqual(texts(ask(self.mock, balance(str(number))))["balance"], f"{number}.00")
        self.assertEqual(self.counts["_file"], 1)

    def test_taking_one_away_leaves_the_others_alone(self) -> None:
        stubs = [self.get.when(account=str(n)).reply(balance="1.00") for n in range(10)]
        self.counts.clear()
        stubs[3].remove()
        stubs[4].priority(1)
        self.assertEqual((self.counts["check"], self.counts["_file"]), (1, 0))
        self.assertIn("no stub", texts(ask(self.mock, balance("3")))["faultstring"])
        self.assertEqual(texts(ask(self.mock, balance("4")))["balance"], "1.00")

    def test_nothing_is_kept_of_those_that_have_gone(self) -> None:
        """Neither of stubs taken away and refined, nor of refused ones."""
        own = self.mock.engine
        for _ in range(engine.MOST_SPENT + 1):
            self.get.reply(balance="1.00").times(1).remove()
            self.assertRaises(DefinitionError, self.get.reply, blance="1")
        sizes = [len(own._ready), len(own._checked), len(own.renderer.maker._made)]
        self.assertLess(max(sizes), engine.MOST_SPENT)
        self.assertEqual((own.rules.all, dict(own.rules.indexes)), ((), {}))


class ClockTests(SynchronousTestCase):
    """Dates of samples follow the mock's clock."""

    def test_moved(self) -> None:
        """Moving it moves them."""
        mock = bank()
        mock.clock.set(datetime(2030, 5, 1, 12, tzinfo=UTC))
        self.assertTrue(texts(ask(mock, balance()))["asOf"].startswith("2030-05-01"))
        mock.clock.advance(timedelta(days=1))
        self.assertTrue(texts(ask(mock, balance()))["asOf"].startswith("2030-05-02"))


class RecordTests(SynchronousTestCase):
    """Each finished call is handed on."""

    def test_numbers_and_sources(self) -> None:
        """In order, with what answered."""
        mock = bank()
        calls: list[Call] = []
        mock.engine.records.append(calls.append)
        ask(mock, balance())
        mock.op("GetBalance").when(account="1").reply()
        ask(mock, balance("1"))
        ask(mock, balance("2"))
        ask(mock, b"nonsense")
        self.assertEqual(
            [(call.number, call.source) for call in calls],
            [(1, "sample"), (2, "stub"), (3, "fallback"), (4, "refused")],
        )
