"""SoapMockMixin: mocks under trial, in memory and on the global reactor, which stays clean."""

from __future__ import annotations

import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import TestResult

from twisted.internet import reactor
from twisted.internet.defer import Deferred, ensureDeferred, gatherResults
from twisted.internet.threads import deferToThreadPool
from twisted.trial import unittest

from tests.mock.serving import BANK, post
from ZSI.mock.contract import MockContract
from ZSI.mock.verify import once, twice
from ZSI.testing import SoapMockMixin
from ZSI.twisted.client import Binding
from ZSI.wsdl.problems import ContractError


def ask(agent: Any, url: str, account: str = "42", **how: Any) -> Deferred[Any]:
    """A call of GetBalance with Twisted's client; gives the balance."""
    built = MockContract.load(BANK).built
    request = built.cls("GetBalance")(account=account)
    binding = Binding(url=url, agent=agent, timeout=None, **how)
    answered: Deferred[Any] = binding.call(request, built.cls("GetBalanceResponse").typecode)
    return answered.addCallback(lambda response: response.balance)


class MemoryTests(SoapMockMixin, unittest.SynchronousTestCase):
    def test_stub_call_and_assert(self) -> None:
        bank = self.soap_mock(BANK)
        bank.GetBalance.when(account="42").reply(balance="10.00")
        agent = self.soap_agent(bank)
        self.assertEqual(self.successResultOf(ask(agent, bank.url)), Decimal("10.00"))
        bank.GetBalance.assert_called_once_with(account="42")

    def test_delays_pass_by_the_clock(self) -> None:
        bank = self.soap_mock(BANK)
        bank.GetBalance.delay("10m")
        agent = self.soap_agent(bank)
        answer = ask(agent, bank.url)
        self.assertNoResult(answer)
        agent.advance(599)
        self.assertNoResult(answer)
        agent.advance(1)
        self.successResultOf(answer)

    def test_gates(self) -> None:
        bank = self.soap_mock(BANK)
        bank.GetBalance.gate("hold")
        agent = self.soap_agent(bank)
        answer = ask(agent, bank.url)
        self.assertNoResult(answer)
        bank.mock.gate("hold").release()
        agent.flush()
        self.successResultOf(answer)

    def test_handlers_that_wait(self) -> None:
        bank = self.soap_mock(BANK)
        waiting: Deferred[None] = Deferred()

        @bank.GetBalance.handler
        async def balance(request: Any) -> Any:
            await waiting
            return bank.GetBalance.sample(balance="5.00")

        agent = self.soap_agent(bank)
        answer = ask(agent, bank.url)
        self.assertNoResult(answer)
        waiting.callback(None)
        agent.flush()
        self.assertEqual(self.successResultOf(answer), Decimal("5.00"))

    def test_the_wsdl_is_beside_the_test(self) -> None:
        """trial works in a folder of its own."""
        path = os.path.relpath(BANK, Path(__file__).parent)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir("/")
        bank = self.soap_mock(path)
        self.successResultOf(ask(self.soap_agent(bank), bank.url))
        error = self.assertRaises(ContractError, self.soap_mock, "nowhere.wsdl")
        self.assertIn(f"{Path(__file__).parent}/nowhere.wsdl: there is no such", str(error))

    def test_waiting_for_a_call(self) -> None:
        bank = self.soap_mock(BANK)
        agent = self.soap_agent(bank)
        verbs = bank.GetBalance.when(account="42")
        waiting = self.soap_called(verbs, twice, within=5, reactor=agent.clock)
        late = self.soap_called(bank.GetRates, within=5, reactor=agent.clock)
        ask(agent, bank.url)
        self.assertNoResult(waiting)
        ask(agent, bank.url)
        self.assertEqual(len(self.successResultOf(waiting)), 2)
        agent.advance(5)
        self.failureResultOf(late, AssertionError)
        self.successResultOf(self.soap_called(verbs, twice, within=5, reactor=agent.clock))

    def test_what_goes_unnoticed_fails_the_test(self) -> None:
        class Inner(SoapMockMixin, unittest.SynchronousTestCase):
            check = True

            def test(self) -> None:
                bank = self.soap_mock(BANK, check=self.check)
                bank.GetBalance.when(account="1").reply()
                self.failureResultOf(ask(self.soap_agent(bank), bank.url))

        result = TestResult()
        Inner("test").run(result)
        self.assertIn("calls that no stub matched: 1", str(result.failures + result.errors))
        Inner.check = False
        result = TestResult()
        Inner("test").run(result)
        self.assertTrue(result.wasSuccessful())


class ListenTests(SoapMockMixin, unittest.TestCase):
    def in_thread(self, function: Callable[..., Any], *args: Any, **more: Any) -> Deferred[Any]:
        """A blocking client, off the reactor."""
        pool: Any = reactor
        return deferToThreadPool(reactor, pool.getThreadPool(), lambda: function(*args, **more))

    def test_a_real_port(self) -> Deferred[None]:
        async def test() -> None:
            for front in ("fast", "web"):
                bank = await self.soap_listen(self.soap_mock(BANK), reactor, front=front)
                bank.GetBalance.reply(balance="7.00")
                answer = await self.in_thread(post, bank.url, "GetBalance", account="1")
                self.assertEqual(answer.text("balance"), "7.00")

        return ensureDeferred(test())

    def test_calls_under_way_when_the_test_ends(self) -> Deferred[Any]:
        async def test() -> None:
            bank = await self.soap_listen(self.soap_mock(BANK), reactor)
            bank.GetBalance.gate("never")
            bank.GetBalance.assert_not_called()
            ask(None, bank.url).addErrback(lambda _: None)
            await self.soap_called(bank.GetBalance, once, within=5, reactor=reactor)

        return ensureDeferred(test())


class Often(SoapMockMixin, unittest.TestCase):
    """Run 200 times by the test below: each on a port of its own."""

    def test_once(self) -> Deferred[Any]:
        async def test() -> None:
            bank = await self.soap_listen(self.soap_mock(BANK), reactor)
            bank.GetBalance.reply(balance="7.00")
            results = await gatherResults([ask(None, bank.url) for _ in range(2)])
            self.assertEqual(results, [Decimal("7.00")] * 2)

        return ensureDeferred(test())


for _number in range(199):  # each is a test with a mixin, a mock and a port of its own
    setattr(Often, f"test_again_{_number:03}", Often.test_once)
