"""The client: the same verbs against a server elsewhere."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

from tests.mock.admins import AdminTestCase
from tests.mock.serving import BANK, post
from ZSI.mock.client import RemoteError, RemoteMock
from ZSI.mock.dsl import fail, reply
from ZSI.mock.errors import DefinitionError
from ZSI.mock.matchers import absent, matching
from ZSI.mock.server import MockServer
from ZSI.mock.verify import exactly, once


class RemoteTests(AdminTestCase):
    def test_the_same_verbs(self) -> None:
        remote = self.remote
        remote.GetBalance.when(account="42").reply(balance=Decimal("10.00")).times(1)
        remote.GetBalance.when(account=matching("^9"), on=absent).fail("AccountNotFound", code=7)
        remote.GetRates.fallback("fault")
        self.assertEqual(self.call().text("balance"), "10.00")
        self.assertEqual(self.call("99").text("code"), "7")
        remote.GetBalance.assert_called(exactly(2))
        remote.GetBalance.when(account="42").assert_called(once, within=1)
        self.assertEqual(remote.GetBalance.calls[-1].request.account, "99")
        words = str(self.assertRaises(
            AssertionError, remote.GetBalance.assert_called_once_with, account="41"
        ))  # fmt: skip
        self.assertIn("GetBalance", words)
        self.assertEqual(remote.url, self.bank.url)

    def test_replies_in_turn_and_their_removal(self) -> None:
        kept = self.remote.GetBalance.per("account").replies(
            reply(balance="1.00"), fail("AccountNotFound", code=3)
        )
        self.assertEqual(self.call().text("balance"), "1.00")
        self.assertEqual(self.call().text("code"), "3")
        kept.remove()
        self.assertEqual(self.call().status, 200)

    def test_dates_and_qnames_cross(self) -> None:
        when = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
        self.remote.GetBalance.reply(asOf=when)
        self.assertEqual(self.call().text("asOf"), "2031-02-03T04:05:06Z")
        self.remote.GetBalance.fault(code=("urn:x", "Lost"), string="gone")
        self.assertIn("Lost", self.call().text("faultcode") or "")

    def test_state_gates_and_clock(self) -> None:
        mock = self.remote.mock
        mock.clock.set(datetime(2030, 1, 1, tzinfo=UTC))
        mock.clock.freeze()
        mock.clock.advance(timedelta(days=400))
        self.assertEqual(mock.clock().year, 2031)
        mock.clock.reset()
        mock.store.put("sid", "7", timedelta(hours=1))
        mock.scenarios["outage"] = "down"
        self.assertEqual((dict(mock.store), mock.scenarios["outage"]), ({"sid": "7"}, "down"))
        del mock.store["sid"], mock.scenarios["outage"]
        self.assertEqual((len(mock.store), len(mock.scenarios)), (0, 0))
        self.remote.GetBalance.gate("hold")
        thread = threading.Thread(target=self.call)
        thread.start()
        end = time.monotonic() + 5
        while mock.gate("hold").waiting == 0 and time.monotonic() < end:
            time.sleep(0.005)
        mock.gate("hold").release()
        thread.join()
        self.assertEqual(mock.gate("hold").waiting, 0)

    def test_samples_ports_journal_report_and_reset(self) -> None:
        made = self.remote.GetBalance.sample(balance="3.00")
        self.assertEqual((made.balance, made["currency"]), ("3.00", "EUR"))
        self.remote.mock.port("BankSoap12").GetBalance.reply(balance="12.00")
        self.assertEqual(self.call(version="1.2").text("balance"), "12.00")
        self.assertNotEqual(self.call().text("balance"), "12.00")
        self.assertEqual(self.remote.mock.journal[-1].reply.account, "42")
        self.assertIn("Transfer", self.remote.mock.report().text)
        stubs = self.remote.mock.stubs()
        self.remote.mock.reset()
        self.assertEqual(len(self.remote.mock.load(stubs)), 1)

    def test_sessions_of_remote_mocks(self) -> None:
        remote = RemoteMock(self.base, session="t2")
        remote.GetBalance.reply(balance="2.00")
        self.call(http={"X-Mock-Session": "t2"})
        self.call()
        self.assertEqual(len(remote.GetBalance.calls), 1)
        self.assertEqual(len(self.remote.mock.session("t2").op("GetBalance").calls), 1)

    def test_what_only_a_program_can_say(self) -> None:
        balance = self.remote.GetBalance
        sample = self.bank.GetBalance.sample()
        for wrong in (
            lambda: balance.reply(lambda request: None),
            lambda: balance.reply(sample),
            lambda: balance.reply(balance=lambda request: 1),
            lambda: balance.where(lambda request: True).reply(),
            lambda: balance.where(lambda request: True).assert_called(),
        ):
            error = self.assertRaises(DefinitionError, wrong)
            self.assertIn("another process", str(error))

    def test_bytes_cross(self) -> None:
        text = BANK.read_text()
        wanted = '<xs:element name="balance" type="bank:Money"/>'
        self.assertEqual(text.count(wanted), 1)
        path = Path(self.mktemp())
        path.write_text(text.replace(wanted, wanted.replace("bank:Money", "xs:base64Binary")))
        with MockServer(path, admin=True) as bank:
            remote = RemoteMock(bank.mock.admin_url)
            for given in (b"abcd", b"\xff\x00"):
                wanted = b64encode(given).decode()
                remote.GetBalance.reply(balance=given)
                self.assertEqual(post(bank.url, "GetBalance", account="1").text("balance"), wanted)
                self.assertEqual(remote.GetBalance.sample(balance=given).balance, wanted)
                stubs = remote.mock.stubs()
                remote.mock.reset()
                remote.mock.load(stubs)
                self.assertEqual(post(bank.url, "GetBalance", account="1").text("balance"), wanted)

    def test_what_is_gone(self) -> None:
        for mock in (self.remote, self.bank):
            kept = mock.GetBalance.reply(balance="1.00")
            kept.remove()
            kept.remove()
            kept = mock.GetBalance.reply(balance="1.00")
            mock.mock.reset()
            kept.remove()
            kept = mock.GetBalance.reply(balance="1.00")
            mock.mock.reset()
            self.assertRaises((RemoteError, DefinitionError), kept.times, 2)

    def test_other_addresses(self) -> None:
        for url in ("127.0.0.1:9090", "", "ftp://localhost", "http://"):
            self.assertIn("http://host:port", str(self.assertRaises(ValueError, RemoteMock, url)))
        error = self.assertRaises(RemoteError, RemoteMock(self.bank.url).mock.reset)
        self.assertIn("is not the HTTP interface", str(error))

    def test_mistakes_are_said_by_the_server(self) -> None:
        error = self.assertRaises(
            RemoteError, self.remote.GetBalance.when(acount="1").reply, balance="1"
        )
        self.assertIn("did you mean account", str(error))

    def test_plain_http(self) -> None:
        with urllib.request.urlopen(self.base + "/health") as response:
            self.assertEqual(json.load(response), {"status": "ok"})
        self.assertEqual(urlsplit(self.base).hostname, "127.0.0.1")
