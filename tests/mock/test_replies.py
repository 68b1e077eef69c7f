"""From what a stub says of a reply to what is written."""

from __future__ import annotations

import gc
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from tests.mock.bank import NS, ask, balance, bank, texts
from ZSI import samples
from ZSI.mock.definitions import parse_stub
from ZSI.mock.errors import DefinitionError


class RepliesTests(SynchronousTestCase):
    """Each kind of reply."""

    def setUp(self) -> None:
        self.mock = bank()
        self.get = self.mock.op("GetBalance")

    def sent(self, **kw: Any) -> Any:
        return ask(self.mock, balance(), **kw)

    def test_fields_over_the_sample(self) -> None:
        """What is said is there, the rest as in the sample, the request's values echoed."""
        self.get.reply(balance=Decimal("10.50"), status="CLOSED")
        said = texts(self.sent())
        self.assertEqual(
            (said["balance"], said["status"], said["account"]), ("10.50", "CLOSED", "42")
        )
        self.assertIn("asOf", said)

    def test_collector_waits(self) -> None:
        """What the first reply of an operation makes stays: the collector does not look at it."""
        seen: list[bool] = []
        full = samples.full

        def made(*args: Any, **options: Any) -> Any:
            seen.append(gc.isenabled())
            return full(*args, **options)

        self.patch(samples, "full", made)
        self.sent()
        self.sent()
        self.assertEqual((seen, gc.isenabled()), ([False], True))

    def test_typed_object(self) -> None:
        """A typed object is the whole reply."""
        operation = self.mock.engine.operations.find("GetBalance")[0]
        assert operation.response_class is not None
        whole = self.mock.sample("GetBalance", {"balance": "3.00"})
        self.assertIsInstance(whole, operation.response_class)
        self.get.reply(whole)
        self.assertEqual(texts(self.sent())["balance"], "3.00")

    def test_incomplete_typed_object(self) -> None:
        """One that lacks a required field is refused where it is said, by name."""
        operation = self.mock.engine.operations.find("GetBalance")[0]
        assert operation.response_class is not None
        error = self.assertRaises(DefinitionError, self.get.reply, operation.response_class())
        self.assertIn("account", str(error))

    def test_template(self) -> None:
        """Templates speak of the request; the text is read by the field's type."""
        self.get.reply(account="{{ request.account }}0")
        self.assertEqual(texts(self.sent())["account"], "420")

    def test_url_in_a_template(self) -> None:
        """A reply may carry the mock's own URL."""
        self.mock.base_url = "http://127.0.0.1:1"
        self.get.reply(account="{{ mock.url('BankSoap') }}")
        self.assertEqual(texts(self.sent())["account"], "http://127.0.0.1:1/bank")

    def test_faults_echo_as_replies_do(self) -> None:
        """The account that was asked for is the one that is not found, unless told otherwise."""
        self.get.fail("AccountNotFound", code=7)
        said = texts(self.sent())
        self.assertEqual((said["code"], said["account"]), ("7", "42"))
        entry = list(self.mock.journal)[-1]
        self.assertEqual(entry.call.provenance["account"], "echo")
        self.get.fail("AccountNotFound", account="x")
        self.assertEqual(texts(self.sent())["account"], "x")

    def test_declared_fault(self) -> None:
        """Its detail is typed and valid; status and code by version."""
        self.get.fail("AccountNotFound", code=7)
        sent = self.sent()
        self.assertEqual((sent.status, texts(sent)["code"]), (500, "7"))
        found = etree.fromstring(sent.body).find(f".//{{{NS}}}AccountNotFound")
        self.assertIsNotNone(found)
        self.assertEqual(self.sent(version="1.2").status, 500)
        self.get.fail("AccountNotFound", code=7).fault_code("Client")
        self.assertEqual(texts(self.sent())["faultcode"], "soapenv:Client")
        self.assertEqual(self.sent(version="1.2").status, 400)

    def test_free_fault(self) -> None:
        """Any QName as a code, text, actor and detail."""
        self.get.fault("{urn:sf}INVALID_SESSION_ID", "no session", detail="<why>late</why>")
        sent = self.sent()
        said = texts(sent)
        self.assertTrue(said["faultcode"].endswith(":INVALID_SESSION_ID"))
        self.assertEqual((said["faultstring"], said["why"]), ("no session", "late"))

    def test_raw(self) -> None:
        """Any bytes, status and media type; never held against the contract."""
        self.get.raw(b"<html>", status=503, media_type="text/html")
        sent = self.sent()
        self.assertEqual((sent.status, sent.body, sent.media_type), (503, b"<html>", "text/html"))

    def test_status_and_headers(self) -> None:
        """Beside any content; values may be templates."""
        self.get.reply().status(299).reply_http({"X-Account": "{{ request.account }}"})
        sent = self.sent()
        self.assertEqual((sent.status, sent.headers), (299, (("X-Account", "42"),)))

    def test_xml(self) -> None:
        """A body element as text, with templates that are escaped; or a whole envelope."""
        self.get.xml(
            f'<GetBalanceResponse xmlns="{NS}"><account>{{{{ request.account }}}}</account>'
            "</GetBalanceResponse>"
        )
        sent = ask(self.mock, balance("&lt;1&gt;"))
        self.assertEqual(texts(sent)["account"], "<1>")
        self.get.xml(b"<e:Envelope xmlns:e='urn:odd'><whole/></e:Envelope>")
        self.assertIn(b"<whole/>", self.sent().body)

    def test_xml_and_the_contract(self) -> None:
        """XML is read as the reply that it is; sent in any case, it is reported if it is none."""
        self.mock.op("GetBalance").reply()
        right = self.sent().body.decode()
        self.mock.op("GetBalance").fail("AccountNotFound")
        fault = self.sent().body.decode()
        element = (
            f'<GetBalanceResponse xmlns="{NS}"><account>1</account><balance>1</balance>'
            "<currency>EUR</currency><status>OPEN</status><asOf>2026-01-01T00:00:00Z</asOf>"
            "</GetBalanceResponse>"
        )
        for body, problem in (
            (right, None), (fault, None), (element, None),
            (element.replace("EUR", "euros"), "euros"),
            (element.replace("<balance>1</balance>", ""), "balance"),
            ("<e:Envelope xmlns:e='urn:odd'/>", "Envelope"),
        ):  # fmt: skip
            self.mock.reset()
            self.get.xml(body)
            self.sent()
            (entry,) = self.get.calls
            report = self.mock.report()
            self.assertEqual(entry.reply is None, problem is not None, body)
            self.assertEqual(len(report.invalid), int(problem is not None), body)
            self.assertIn(problem or "", str(report))

    def test_file(self) -> None:
        """A file, relative to the rule file, read anew when it changes."""
        folder = Path(self.mktemp())
        folder.mkdir()
        path = folder / "reply.xml"
        reply = f'<GetBalanceResponse xmlns="{NS}"><account>%s</account></GetBalanceResponse>'
        path.write_text(reply % "1")
        self.get.file(str(path))
        self.assertEqual(texts(self.sent())["account"], "1")
        path.write_text(reply % "22")
        self.assertEqual(texts(self.sent())["account"], "22")
        error = self.assertRaises(DefinitionError, self.get.file, str(folder / "none.xml"))
        self.assertIn("none.xml", str(error))

    def test_static_reply_checked_at_once(self) -> None:
        """A reply that breaks the contract is refused where it is said."""
        stub = parse_stub({"op": "GetBalance", "reply": {"status": "NEVER"}})
        error = self.assertRaises(DefinitionError, self.mock.define, stub)
        self.assertIn("status", str(error))

    def test_reply_that_breaks_the_contract_in_the_call(self) -> None:
        """A template's value that the type refuses: a Server fault that says so."""
        self.get.reply(balance="{{ request.account }}")
        sent = ask(self.mock, balance("much"))
        self.assertEqual(sent.status, 500)
        self.assertIn("much", texts(sent)["faultstring"])
        self.assertEqual(texts(sent)["faultcode"], "soapenv:Server")

    def test_provenance(self) -> None:
        """The journal says where values came from."""
        self.get.reply(balance="1.00")
        self.sent()
        entry = next(iter(self.mock.journal))
        self.assertEqual(entry.call.provenance["account"], "echo")
        self.assertIn("balance", entry.call.provenance)
