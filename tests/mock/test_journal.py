"""The journal: what it keeps, for how long, and what it does not show."""

from __future__ import annotations

import json
import tempfile
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.serving import bank_mock, serve
from ZSI.mock.journal import JournalLimits
from ZSI.mock.shown import as_dict

LOGIN = """<definitions name="Login" targetNamespace="urn:login"
 xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:t="urn:login"
 xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<types><xs:schema targetNamespace="urn:login" elementFormDefault="qualified">
<xs:element name="Login"><xs:complexType><xs:sequence>
<xs:element name="user" type="xs:string"/><xs:element name="password" type="xs:string"/>
<xs:element name="big" type="xs:long" minOccurs="0"/>
<xs:element name="data" type="xs:base64Binary" minOccurs="0"/>
</xs:sequence></xs:complexType></xs:element>
<xs:element name="LoginResponse"><xs:complexType><xs:sequence>
<xs:element name="ok" type="xs:boolean"/></xs:sequence></xs:complexType></xs:element>
</xs:schema></types>
<message name="In"><part name="p" element="t:Login"/></message>
<message name="Out"><part name="p" element="t:LoginResponse"/></message>
<portType name="P"><operation name="Login"><input message="t:In"/><output message="t:Out"/>
</operation></portType>
<binding name="B" type="t:P"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
<operation name="Login"><soap:operation soapAction=""/><input><soap:body use="literal"/></input>
<output><soap:body use="literal"/></output></operation></binding>
<service name="S"><port name="Port" binding="t:B"><soap:address location="http://h/login"/></port>
</service></definitions>"""


def login_mock() -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "login.wsdl"
        path.write_text(LOGIN)
        return bank_mock(path)


def log_in(mock: Any, password: str, more: str = "") -> Any:
    body = (f'<Login xmlns="urn:login"><user>ada</user><password>{password}</password>'
            f"{more}</Login>")  # fmt: skip
    return serve(mock, body=body, http={"Authorization": "Basic c2VjcmV0", "X-A": "1"})


class JournalTests(SynchronousTestCase):
    def test_an_exchange_and_where_its_values_come_from(self) -> None:
        mock = bank_mock()
        mock.op("GetBalance").when(account="42").reply(balance="10.00")
        serve(mock, "GetBalance", account="42")
        shown = as_dict(next(iter(mock.journal)), bodies=True)
        self.assertEqual(shown["operation"], "GetBalance")
        self.assertEqual(shown["request"], {"account": "42"})
        self.assertEqual(shown["reply"]["balance"], "10.00")
        self.assertEqual(shown["source"], "stub")
        self.assertEqual(shown["provenance"]["account"], "echo")
        self.assertIn("<account>42</account>", shown["request_body"])
        self.assertIn("10.00", shown["reply_body"])
        self.assertGreater(shown["ms"], 0)
        json.dumps(shown)

    def test_near_misses_with_distance_and_reasons(self) -> None:
        mock = bank_mock()
        mock.op("GetBalance").when(account="421").reply()
        mock.op("GetBalance").when(account="9").reply()
        serve(mock, "GetBalance", account="42")
        misses = as_dict(next(iter(mock.journal)))["misses"]
        self.assertEqual(len(misses), 2)
        self.assertLess(misses[0]["distance"], misses[1]["distance"])
        self.assertEqual(misses[0]["reasons"], ["account: expected = '421', was '42'"])

    def test_the_oldest_make_room(self) -> None:
        mock = bank_mock(limits=JournalLimits(count=3))
        for account in "12345":
            serve(mock, "GetBalance", account=account)
        self.assertEqual([entry.request.account for entry in mock.journal], ["3", "4", "5"])
        self.assertEqual([entry.number for entry in mock.journal], [3, 4, 5])

    def test_bytes_are_bounded(self) -> None:
        mock = bank_mock(limits=JournalLimits(bytes=20_000))
        for _ in range(30):
            serve(mock, "Transfer", **{"from": "1", "to": "2", "amount": "1.00",
                                       "reference": "x" * 2000})  # fmt: skip
        self.assertLess(len(mock.journal), 10)
        self.assertLess(sum(entry.size for entry in mock.journal), 20_001)

    def test_large_bodies_are_cut(self) -> None:
        mock = bank_mock(limits=JournalLimits(body_bytes=100))
        serve(mock, "GetBalance", account="42")
        entry = next(iter(mock.journal))
        self.assertTrue(entry.cut)
        self.assertEqual(len(entry.request_body), 100)
        self.assertEqual(entry.call.http.body, b"")
        self.assertEqual(entry.request.account, "42")

    def test_typed_objects_are_let_go_and_read_again(self) -> None:
        mock = bank_mock(limits=JournalLimits(bytes=100_000))
        for number in range(20):
            serve(mock, "Transfer", **{"from": str(number), "to": "2", "amount": "1.00",
                                       "reference": "x" * 2000})  # fmt: skip
        first, *_, last = mock.journal
        self.assertEqual((first.weight, first._kept.request), (0, None))
        self.assertGreater(last.weight, 0)
        self.assertEqual(first.request.reference, "x" * 2000)
        mock.op("Transfer").when({"from": str(first.number - 1)}).assert_called_once()

    def test_secrets_are_masked_everywhere(self) -> None:
        mock = login_mock()
        mock.op("Login").when(password="other").reply(ok=True)
        answer = log_in(mock, "s3cret")
        entry = next(iter(mock.journal))
        shown = json.dumps(as_dict(entry, bodies=True)) + repr(entry.request_body)
        try:
            mock.op("Login").when(password="guess").assert_called()
        except AssertionError as error:
            shown += str(error)
        shown += str(mock.report()) + answer.body.decode()
        for secret in ("s3cret", "c2VjcmV0", "guess"):
            self.assertNotIn(secret, shown)
        self.assertIn("***", shown)

    def test_secrets_can_still_be_asserted(self) -> None:
        mock = login_mock()
        log_in(mock, "s3cret")
        mock.op("Login").when(password="s3cret").assert_called_once()

    def test_values_as_their_types_write_them(self) -> None:
        mock = login_mock()
        log_in(mock, "x", "<big>9223372036854775807</big><data>AAEC</data>")
        shown = as_dict(next(iter(mock.journal)))["request"]
        self.assertEqual(shown["big"], "9223372036854775807")
        self.assertEqual(shown["data"], "AAEC")

    def test_asked_by_operation_field_time_and_session(self) -> None:
        now = datetime(2026, 1, 1, tzinfo=UTC)
        mock = bank_mock()
        mock.clock.set(now)
        mock.clock.freeze()
        serve(mock, "GetBalance", account="1")
        mock.clock.advance(timedelta(hours=1))
        serve(mock, "GetBalance", account="2", session="t1")
        serve(mock, "GetBalance", account="3", version="1.2")
        journal = mock.journal
        self.assertEqual(len(journal.entries("GetBalance")), 3)
        self.assertEqual(len(journal.entries("BankSoap12/GetBalance")), 1)
        self.assertEqual(len(journal.entries(session="t1")), 1)
        self.assertEqual(len(journal.entries(since=now + timedelta(minutes=1))), 2)
        self.assertEqual(len(journal.entries(until=now + timedelta(minutes=1))), 1)

    def test_clearing_one_session(self) -> None:
        mock = bank_mock()
        serve(mock, "GetBalance", account="1")
        serve(mock, "GetBalance", account="2", session="t1")
        mock.session("t1").reset()
        self.assertEqual([entry.session for entry in mock.journal], [""])

    def test_waiting_for_an_entry(self) -> None:
        mock = bank_mock()
        timer = threading.Timer(0.05, lambda: serve(mock, "GetBalance", account="1"))
        timer.start()
        self.addCleanup(timer.join)
        self.assertTrue(mock.journal.wait(lambda: len(mock.journal) == 1, 5))
        self.assertFalse(mock.journal.wait(lambda: len(mock.journal) == 2, 0.01))

    def test_what_is_no_message_is_kept_too(self) -> None:
        mock = bank_mock()
        serve(mock, body="<Nonsense/>")
        entry = next(iter(mock.journal))
        self.assertTrue(entry.refused)
        self.assertIsNone(entry.operation)
        self.assertIn("Nonsense", as_dict(entry)["error"])
