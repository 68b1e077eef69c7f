"""MockServer: a server in a thread of this process, on both fronts, and what it leaves behind."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import os
import threading
import time
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import CannotListenError
from twisted.trial.unittest import SkipTest, SynchronousTestCase

from tests.mock.serving import BANK, Said, post
from ZSI.mock.errors import DefinitionError
from ZSI.mock.server import MockServer
from ZSI.mock.verify import once

FRONTS = ("fast", "web")


def descriptors() -> int:
    """How many descriptors this process has open."""
    folder = Path("/proc/self/fd")
    if not folder.exists():
        raise SkipTest("this system has no /proc/self/fd")
    return len(os.listdir(folder))


class MockServerTests(SynchronousTestCase):
    def test_answers_with_samples_at_once(self) -> None:
        for front in FRONTS:
            with MockServer(BANK, front=front) as bank:
                answer = post(bank.url, "GetBalance", account="42")
                self.assertEqual((answer.status, answer.text("account")), (200, "42"))

    def test_before_it_is_started(self) -> None:
        with self.assertRaisesRegex(RuntimeError, "not started: with MockServer"):
            self.fail(MockServer(BANK).url)

    def test_settings_that_are_none(self) -> None:
        for options, words in (
            ({"requests": "lax"}, "requests: 'lax'; expected strict, warn or off"),
            ({"front": "slow"}, "front: 'slow'; expected fast or web"),
            ({"request": "off"}, "no option 'request'; .*did you mean requests"),
        ):
            with self.assertRaisesRegex(DefinitionError, words):
                MockServer(BANK, **options)  # type: ignore[arg-type]  # wrong on purpose

    def test_verbs_cross_to_the_thread(self) -> None:
        with MockServer(BANK) as bank:
            bank.GetBalance.when(account="42").reply(balance="10.00")
            bank["BankSoap12/GetBalance"].reply(balance="12.00")
            self.assertEqual(post(bank.url, "GetBalance", account="42").text("balance"), "10.00")
            answer = post(bank.url, "GetBalance", account="42", version="1.2")
            self.assertEqual(answer.text("balance"), "12.00")
            bank.GetBalance.when(account="42").assert_called()
            self.assertEqual(bank.GetBalance.calls[-1].request.account, "42")

    def test_names_that_are_not_there(self) -> None:
        bank = MockServer(BANK)
        self.assertRaises(AttributeError, getattr, bank, "GetBalence")
        self.assertFalse(hasattr(bank, "_nothing"))

    def test_handlers_may_wait(self) -> None:
        for front in FRONTS:
            with MockServer(BANK, front=front) as bank:

                @bank.Transfer.handler
                async def transfer(request: Any, bank: Any = bank) -> Any:
                    fired: Deferred[None] = Deferred()
                    fired.callback(None)
                    await fired
                    return bank.Transfer.sample(status="DONE")

                asked = {"from": "1", "to": "2", "amount": "1"}
                self.assertEqual(post(bank.url, "Transfer", **asked).text("status"), "DONE")

    def test_handlers_that_raise_become_faults(self) -> None:
        with MockServer(BANK) as bank:

            @bank.Transfer.handler
            def transfer(request: Any) -> Any:
                raise ValueError("secret of the test")

            answer = post(bank.url, "Transfer", **{"from": "1", "to": "2", "amount": "1"})
            self.assertEqual(answer.status, 500)
            self.assertNotIn(b"Traceback", answer.body)
            self.assertIn("secret of the test", str(bank.mock.report()))

    def test_assertions_wait_for_calls(self) -> None:
        with MockServer(BANK) as bank:
            url = bank.url
            timer = threading.Timer(0.05, lambda: post(url, "GetBalance", account="42"))
            timer.start()
            bank.GetBalance.when(account="42").assert_called(once, within=5)
            timer.join()

    def test_one_way(self) -> None:
        with MockServer(BANK) as bank:
            answer = post(bank.url, "ReportFraud", transactionId="1", note="x")
            self.assertEqual((answer.status, answer.body), (202, b""))
            bank.ReportFraud.when(transactionId="1").assert_called_once()

    def test_in_a_running_event_loop(self) -> None:
        async def test() -> Said:
            with MockServer(BANK) as bank:
                return await asyncio.to_thread(post, bank.url, "GetBalance", account="1")

        self.assertEqual(asyncio.run(test()).status, 200)

    def test_calls_can_be_asked_for_after_the_end(self) -> None:
        with MockServer(BANK) as bank:
            post(bank.url, "GetBalance", account="42")
        bank.GetBalance.assert_called_once_with(account="42")

    def test_starting_again(self) -> None:
        bank = MockServer(BANK)
        for _ in range(2):
            with bank:
                self.assertEqual(post(bank.url, "GetBalance", account="1").status, 200)

    def test_a_port_that_is_taken(self) -> None:
        with MockServer(BANK) as bank:
            taken = int(bank.url.rsplit(":", 1)[1].split("/")[0])
            before = threading.active_count()
            self.assertRaises(CannotListenError, MockServer(BANK, port=taken).start)
            self.assertEqual(threading.active_count(), before)

    def test_delays_hold_only_their_own_reply(self) -> None:
        with MockServer(BANK) as bank:
            bank.GetBalance.when(account="slow").delay("500ms")
            started = time.monotonic()
            thread = threading.Thread(target=post, args=(bank.url, "GetBalance"),
                                      kwargs={"account": "slow"})  # fmt: skip
            thread.start()
            post(bank.url, "GetBalance", account="1")
            self.assertTrue(thread.is_alive())
            thread.join()
            self.assertGreater(time.monotonic() - started, 0.49)


class LeakTests(SynchronousTestCase):
    def test_a_hundred_starts_leave_nothing(self) -> None:
        with MockServer(BANK, admin=True) as bank:  # what is imported late is imported now
            post(bank.url, "GetBalance", account="1")
        before = descriptors(), threading.active_count()
        for number in range(100):
            with MockServer(BANK, front=FRONTS[number % 2], admin=number % 10 == 0) as bank:
                if number % 5 == 0:
                    post(bank.url, "GetBalance", account="1")
        self.assertEqual((descriptors(), threading.active_count()), before)
        self.assertRaises(OSError, post, bank.url, "GetBalance", account="1")

    def test_stopping_with_calls_under_way(self) -> None:
        for front in FRONTS:
            before = descriptors(), threading.active_count()
            with MockServer(BANK, front=front) as bank:
                bank.GetBalance.gate("never")
                url = bank.url
                thread = threading.Thread(target=self.held, args=(url,))
                thread.start()
                bank.GetBalance.assert_called(once, within=5)
            thread.join()
            self.assertEqual((descriptors(), threading.active_count()), before)

    def held(self, url: str) -> None:
        """A call that is cut off in the end."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            post(url, "GetBalance", account="1")
