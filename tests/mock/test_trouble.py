"""Trouble on the wire, on both fronts."""

from __future__ import annotations

import http.client
import socket
import time
from random import Random
from urllib.parse import urlsplit

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.serving import BANK, element, envelope, post
from ZSI.mock.dsl import raw, reply
from ZSI.mock.exchange import Sent
from ZSI.mock.server import MockServer
from ZSI.mock.stubs import Stub, Trouble
from ZSI.mock.trouble import KINDS, Chance, spoiled

FRONTS = ("fast", "web")


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

    def test_a_dribbled_answer_to_a_client_that_sends_no_more(self) -> None:
        """It comes whole, and nothing in its middle."""
        data = envelope(element("GetBalance", {"account": "1"}))
        head = "POST {path} HTTP/1.1\r\nHost: h\r\nContent-Type: text/xml\r\nContent-Length: {size}"
        for front in FRONTS:
            with MockServer(BANK, front=front) as bank:
                bank.GetBalance.trouble("dribble", seconds="200ms", drops=4)
                parts = urlsplit(bank.url)
                with socket.create_connection((parts.hostname or "", parts.port or 0)) as client:
                    request = head.format(path=parts.path, size=len(data)).encode()
                    client.sendall(request + b"\r\n\r\n" + data)
                    first = client.recv(65536)
                    client.shutdown(socket.SHUT_WR)
                    answer = first + b"".join(iter(lambda: client.recv(65536), b""))
                self.assertEqual(answer.count(b"HTTP/1.1"), 1, front)
                self.assertTrue(answer.endswith(b"</soapenv:Envelope>"), front)

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


class ChanceTests(SynchronousTestCase):
    def test_each_trouble_has_its_own_source(self) -> None:
        chance = Chance(Random(1))
        stub = Stub("Op", trouble=(Trouble("empty", 0.5, 7), Trouble("reset", 0.0)))
        found = [[t.kind for t, _ in chance.happening(stub)] for _ in range(50)]
        self.assertIn([], found)
        self.assertIn(["empty"], found)
        self.assertNotIn(["reset"], found)
        self.assertEqual(chance.happening(None), [])

    def test_every_kind_in_the_answer_changes_it(self) -> None:
        sent = Sent(200, b"<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'/>", "x")
        for kind in KINDS:
            changed = spoiled(sent, [(Trouble(kind), Random(1))])
            in_connection = kind in ("reset", "close", "cut", "dribble")
            self.assertEqual(changed == sent, in_connection, kind)
