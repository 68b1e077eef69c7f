"""What the console says."""

from __future__ import annotations

import json
import shlex
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.serving import BANK, bank_mock, serve
from ZSI.errors import Finding
from ZSI.mock import console
from ZSI.mock.console import Place, as_json, banner, escaped, line, try_it
from ZSI.mock.contract import MockContract
from ZSI.mock.engine import Mount
from ZSI.mock.exchange import Call
from ZSI.mock.facade import Mock
from ZSI.mock.settings import Settings
from ZSI.route import Router


class LinesTests(SynchronousTestCase):
    """A line for each exchange."""

    def setUp(self) -> None:
        self.mock = bank_mock()
        self.calls: list[Call] = []
        self.mock.engine.records.append(self.calls.append)

    def said(self) -> str:
        """The last line without its time and duration."""
        words = line(self.calls[-1]).split(" ")
        at = words.index("ms")
        return " ".join(words[1 : at - 1] + words[at + 1 :])

    def test_sample(self) -> None:
        serve(self.mock, "GetBalance", account="42")
        self.assertEqual(self.said(), "GetBalance(account=42) sample 200")
        self.assertRegex(line(self.calls[-1]), r"^\d\d:\d\d:\d\d GetBalance.* \d+\.\d ms$")

    def test_stub_fault_and_delay(self) -> None:
        bank = self.mock.op("GetBalance")
        bank.when(account="13").fail("AccountNotFound", code=7).delay("300ms").label("thirteen")
        serve(self.mock, "GetBalance", account="13")
        self.assertEqual(
            self.said(),
            "GetBalance(account=13) stub thirteen 500 fault 'AccountNotFound' +300 ms",
        )

    def test_refusals_and_misses(self) -> None:
        self.mock.op("GetBalance").when(account="1").reply(balance="1")
        serve(self.mock, "GetBalance", account="2")
        self.assertIn("GetBalance(account=2) fallback 500 | no stub of GetBalance", self.said())
        serve(self.mock, "Nope")
        self.assertIn("?() refused 500 | ", self.said())
        self.assertIn("Nope", self.said())

    def test_findings_session_and_trouble(self) -> None:
        self.mock.op("GetBalance").trouble("reset")
        serve(self.mock, "GetBalance", account="1", session="t17", http={"SOAPAction": '"wrong"'})
        said = self.said()
        self.assertIn(" reset [t17] | soapaction-wrong: ", said)

    def test_fields(self) -> None:
        """Simple ones, the first three, cut, as they are in XML, secrets masked."""
        serve(self.mock, "Transfer", **{"from": "x" * 30, "to": "b"}, amount="1.50",
              due="2026-01-02", reference="r")  # fmt: skip
        shown = console.key_fields(self.calls[-1])
        self.assertEqual(shown, [f"from={'x' * 24}…", "to=b", "due=2026-01-02"])
        serve(self.mock, "Nope")
        self.assertEqual(console.key_fields(self.calls[-1]), [])

    def test_secrets(self) -> None:
        wsdl = Path(self.mktemp())
        text = BANK.read_text("utf-8")
        wsdl.write_text(text.replace('name="account" type', 'name="password" type'), "utf-8")
        mock = Mock([MockContract.load(wsdl)])
        mock.engine.records.append(self.calls.append)
        serve(mock, "GetBalance", password="s3cret")
        self.assertIn("password=***", line(self.calls[-1]))
        self.assertNotIn("s3cret", as_json(self.calls[-1]))

    def test_nothing_breaks_the_terminal(self) -> None:
        serve(self.mock, "GetBalance", account="a&#10;b&#9;c\u202ed\u009b1m")
        self.assertNotIn("\n", line(self.calls[-1]))
        self.assertEqual(escaped("a\x1b[1mb\x07\u202e"), "a\\x1b[1mb\\x07\\x202e")

    def test_json(self) -> None:
        self.mock.op("GetBalance").when(account="13").fail("AccountNotFound").label("x")
        serve(self.mock, "GetBalance", account="13")
        record = json.loads(as_json(self.calls[-1]))
        self.assertEqual(
            {key: record[key] for key in ("operation", "service", "status", "fault", "stub")},
            {"operation": "BankSoap/GetBalance", "service": "Bank", "status": 500,
             "fault": "AccountNotFound", "stub": "x"},
        )  # fmt: skip
        self.assertEqual(record["fields"], {"account": "13"})
        self.assertEqual(datetime.fromisoformat(record["time"]).tzinfo, UTC)
        serve(self.mock, "Nope")
        record = json.loads(as_json(self.calls[-1]))
        self.assertIsNone(record["operation"])
        self.assertIn("Nope", record["error"])
        call = self.calls[-1].with_(findings=(Finding("a", "b\nc"),))
        self.assertEqual(len(as_json(call).splitlines()), 1)


class BannerTests(SynchronousTestCase):
    """What is served, within a screen."""

    def places(self, mock: Mock) -> list[Place]:
        return [Place(mount, f"http://h:1{mount.path}") for mount in mock.mounts]

    def test_bank(self) -> None:
        text = banner(self.places(bank_mock()), stubs=2, rules=["a", "b", "c", "d"],
                      admin="http://h:2/__admin", warnings=list("wxyz"))  # fmt: skip
        lines = text.splitlines()
        self.assertEqual(lines[1:10], [
            "  http://h:1/bank  Bank, SOAP 1.1 and 1.2, 6 operations",
            "    GetBalance, Transfer, ListTransactions, GetRates, OpenAccount, ReportFraud",
            "  2 stubs from a, b, c and 1 more",
            "  http://h:2/__admin  what it remembers, and more stubs, over HTTP",
            "  warn: w",
            "  warn: x",
            "  warn: y",
            "  warn: 1 more of this; see zsi-mock check",
            "try it:",
        ])  # fmt: skip

    def test_pasted(self) -> None:
        """The line is one command that the shell reads as it is meant."""
        command = try_it(self.places(bank_mock()))
        assert command is not None
        words = shlex.split(command)
        self.assertEqual(words[:3], ["curl", "-s", "http://h:1/bank"])
        done = subprocess.run(
            ["bash", "-c", command.replace("curl", "printf '%s\\n'", 1)],
            capture_output=True, text=True, check=True, timeout=20,
        )  # fmt: skip
        self.assertEqual(done.stdout.splitlines(), words[1:])
        inner = words[-1].split("<soap:Body")[1]
        body = inner[inner.index(">") + 1 : inner.index("</soap:Body>")]
        body = body.replace("GetBalance>", "GetBalance xmlns:ns1='urn:example:bank'>", 1)
        self.assertEqual(serve(bank_mock(), body=body).status, 200)

    def test_many(self) -> None:
        (mount,) = bank_mock().mounts
        places = [Place(mount, f"http://h/{number}") for number in range(100)]
        lines = banner(places, stubs=1, rules=["r"]).splitlines()
        self.assertLessEqual(len(lines), 20)
        self.assertIn("  and 88 more paths; GET / lists them", lines)
        self.assertIn("  1 stub from r", lines)

    def test_broken_operations(self) -> None:
        folder = Path(self.mktemp())
        folder.mkdir()
        text = BANK.read_text("utf-8")
        wsdl = folder / "b.wsdl"
        wsdl.write_text(text.replace('element="bank:Transfer"', 'element="bank:Gone"'), "utf-8")
        text = banner(self.places(Mock([MockContract.load(wsdl)])))
        self.assertIn("answered with a fault: BankSoap/Transfer: ", text)
        self.assertIn("; and 1 more", text)

    def test_nothing_short_enough(self) -> None:
        self.patch(console, "MOST_PASTED", 10)
        self.assertIsNone(try_it(self.places(bank_mock())))
        self.assertNotIn("try it", banner(self.places(bank_mock())))
        empty = Mount("/x", Router(()), Settings(), MockContract.load(BANK), {})
        self.assertIsNone(try_it([Place(empty, "http://h")]))
