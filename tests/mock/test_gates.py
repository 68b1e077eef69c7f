"""Gates hold replies until a test lets them go."""

from __future__ import annotations

import http.client
import threading
import time
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.serving import BANK, Said, envelope, post, send
from ZSI.mock.gates import Gate, Gates
from ZSI.mock.server import MockServer

FRONTS = ("fast", "web")


class GateTests(SynchronousTestCase):
    def test_shut_released_and_shut_again(self) -> None:
        gate, passed = Gate("hold"), []
        for number in range(3):
            gate.wait(lambda number=number: passed.append(number))
        gate.release(2)
        self.assertEqual((passed, gate.waiting), ([0, 1], 1))
        gate.release()
        gate.wait(lambda: passed.append(3))
        self.assertEqual((passed, gate.open), ([0, 1, 2, 3], True))
        gate.shut()
        gate.wait(lambda: passed.append(4))
        self.assertEqual(gate.waiting, 1)

    def test_who_has_gone_waits_no_more(self) -> None:
        gate = Gate("hold")

        def never() -> None:
            raise AssertionError

        gate.wait(never)
        gate.forget(never)
        gate.forget(never)
        gate.release()

    def test_a_reset_lets_everything_go(self) -> None:
        gates, passed = Gates(), []
        gates["a"].wait(lambda: passed.append("a"))
        self.assertIs(gates["a"], gates["a"])
        self.assertEqual(gates.names(), ["a"])
        gates.reset()
        self.assertEqual((passed, gates.names()), (["a"], []))


class HeldTests(SynchronousTestCase):
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
