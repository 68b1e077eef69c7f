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
from twisted.trial.unittest import SkipTest, SynchronousTestCase

from tests.mock.serving import BANK, Said, envelope, post, send
from ZSI.mock.dsl import raw, reply
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
            self.assertRaises(Exception, MockServer(BANK, port=taken).start)
            self.assertEqual(threading.active_count(), before)

    def test_delays_hold_only_their_own_reply(self) -> None:
        with MockServer(BANK) as bank:
            bank.GetBalance.when(account="slow").delay("200ms")
            started = time.monotonic()
            thread = threading.Thread(target=post, args=(bank.url, "GetBalance"),
                                      kwargs={"account": "slow"})  # fmt: skip
            thread.start()
            post(bank.url, "GetBalance", account="1")
            self.assertLess(time.monotonic() - started, 0.15)
            thread.join()
            self.assertGreater(time.monotonic() - started, 0.19)


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


class StateTests(SynchronousTestCase):
    def test_gates_hold_replies_until_released(self) -> None:
        for front in FRONTS:
            with MockServer(BANK, front=front) as bank:
                self.hold_and_release(bank)

    def hold_and_release(self, bank: MockServer) -> None:
        """Three calls before a gate: one is let go, then all."""
        bank.GetBalance.gate("hold")
        answers: list[Said] = []

        def call() -> None:
            answers.append(post(bank.url, "GetBalance", account="1"))

        threads = [threading.Thread(target=call) for _ in range(3)]
        for thread in threads:
            thread.start()
        gate = bank.mock.gate("hold")
        self.wait(lambda: gate.waiting == 3)
        self.assertEqual(answers, [])
        gate.release(1)
        self.wait(lambda: gate.waiting == 2 and len(answers) == 1)
        gate.release()
        for thread in threads:
            thread.join()
        self.assertEqual([answer.status for answer in answers], [200] * 3)
        self.assertEqual(post(bank.url, "GetBalance", account="1").status, 200)

    def test_a_client_that_goes_away_waits_no_more(self) -> None:
        with MockServer(BANK) as bank:
            bank.GetBalance.gate("hold")
            connection = http.client.HTTPConnection(bank.mock.base_url.split("//")[1], timeout=5)
            body = envelope('<GetBalance xmlns="urn:example:bank"><account>1</account>'
                            "</GetBalance>")  # fmt: skip
            connection.request("POST", "/bank", body, {"Content-Type": "text/xml"})
            self.wait(lambda: bank.mock.gate("hold").waiting == 1)
            connection.close()
            self.wait(lambda: bank.mock.gate("hold").waiting == 0)

    def test_sessions_by_header_and_by_path(self) -> None:
        for front in FRONTS:
            with MockServer(BANK, front=front) as bank:
                session = bank.mock.session("t17")
                session.op("GetBalance").reply(balance="17.00")
                by_path = bank.mock.base_url + "/~t17/bank"
                self.assertEqual(post(by_path, "GetBalance", account="1").text("balance"), "17.00")
                answer = post(bank.url, "GetBalance", http={"X-Mock-Session": "t17"}, account="1")
                self.assertEqual(answer.text("balance"), "17.00")
                other = post(bank.url, "GetBalance", account="1").text("balance")
                self.assertNotEqual(other, "17.00")
                self.assertEqual(len(session.op("GetBalance").calls), 2)
                wsdl = send(by_path + "?wsdl", "GET", None, {})
                self.assertIn(f'location="{by_path}"'.encode(), wsdl.body)

    def wait(self, holds: Any) -> None:
        """Wait until something holds."""
        end = time.monotonic() + 5
        while not holds():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.005)


class TroubleTests(SynchronousTestCase):
    def test_on_both_fronts(self) -> None:
        for front in FRONTS:
            with MockServer(BANK, front=front) as bank:
                for kind, happens in (
                    ("reset", ConnectionResetError),
                    ("close", http.client.RemoteDisconnected),
                    ("cut", http.client.IncompleteRead),
                ):
                    bank.GetBalance.trouble(kind)
                    self.assertRaises(happens, post, bank.url, "GetBalance", account="1")
                    bank.mock.reset()
                for kind, seen in (
                    ("garbage", lambda said: len(said.body) == 200 and said.body[:1] != b"<"),
                    ("empty", lambda said: said.body == b""),
                    ("truncated", lambda said: b"</soapenv:Envelope>" not in said.body),
                    ("version", lambda said: b"2003/05/soap-envelope" in said.body),
                    ("content_type", lambda said: said.headers["Content-Type"] == "text/html"),
                ):
                    bank.GetBalance.trouble(kind)
                    answer = post(bank.url, "GetBalance", account="1")
                    self.assertTrue(seen(answer), (front, kind, answer))
                    bank.mock.reset()

    def test_dribble_takes_its_time(self) -> None:
        for front in FRONTS:
            with MockServer(BANK, front=front) as bank:
                bank.GetBalance.trouble("dribble", seconds="200ms", drops=4)
                started = time.monotonic()
                answer = post(bank.url, "GetBalance", account="1")
                self.assertEqual(answer.text("account"), "1")
                self.assertGreater(time.monotonic() - started, 0.1)

    def test_seeded_probability_repeats_itself(self) -> None:
        def statuses() -> list[bool]:
            with MockServer(BANK) as bank:
                bank.GetBalance.trouble("empty", probability=0.5, seed=7)
                found = [post(bank.url, "GetBalance", account="1") for _ in range(20)]
                return [answer.body == b"" for answer in found]

        first = statuses()
        self.assertEqual(first, statuses())
        self.assertIn(True, first)
        self.assertIn(False, first)

    def test_raw_and_status_beside_replies(self) -> None:
        with MockServer(BANK) as bank:
            bank.GetBalance.replies(raw(b"<html>", status=503), reply(balance="1.00"))
            first = post(bank.url, "GetBalance", account="1")
            self.assertEqual((first.status, first.body), (503, b"<html>"))
            self.assertEqual(post(bank.url, "GetBalance", account="1").text("balance"), "1.00")
