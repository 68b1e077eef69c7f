"""The mock on HTTP: paths, sessions, refusals; the same on both fronts."""

from __future__ import annotations

import gzip
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.serving import BANK, element, envelope, post, send
from ZSI.mock.server import MockServer

FRONTS = ("fast", "web")
LANGUAGE = BANK.parents[3] / "tests" / "mock" / "language.wsdl"


class ResourceTests(SynchronousTestCase):
    def test_several_services_at_their_paths(self) -> None:
        for front in FRONTS:
            with MockServer(BANK, LANGUAGE, front=front) as mock:
                self.assertEqual(post(mock.url, "GetBalance", account="1").status, 200)
                url = mock.mock.url("LanguageSoap")
                query = '<query xmlns="urn:language"><queryString>x</queryString></query>'
                self.assertEqual(post(url, body=query).status, 200)
                index = send(mock.mock.base_url + "/", "GET", None, {})
                self.assertIn(b"/language", index.body)
                missing = send(mock.mock.base_url + "/nothing", "GET", None, {})
                self.assertEqual(missing.status, 404)
                lost = post(mock.mock.base_url + "/nothing", "GetBalance", account="1")
                self.assertEqual((lost.status, b"Fault" in lost.body), (404, True))

    def test_paths_as_the_wsdl_has_them(self) -> None:
        """A home folder is no session, an escape stays one."""
        text = BANK.read_text("utf-8")
        for path in ("/~home/soap", "/my%20soap.php"):
            wsdl = Path(self.mktemp())
            wsdl.write_text(text.replace("localhost:8080/bank", f"h{path}"), "utf-8")
            with MockServer(wsdl, cache=False) as mock:
                self.assertEqual(mock.url, mock.mock.base_url + path)
                self.assertEqual(post(mock.url, "GetBalance", account="1").status, 200)
                shown = send(f"{mock.url}?wsdl", "GET", None, {}).body.decode()
                self.assertEqual(shown.count(f'location="{mock.url}"'), 2)
                post(f"{mock.mock.base_url}/~s{path}", "GetBalance", account="2")
                self.assertEqual([call.session for call in mock.mock.journal], ["", "s"])

    def test_sessions_by_any_name(self) -> None:
        """Names of tests name sessions; clients send what is not ASCII as they can."""
        with MockServer(BANK) as bank:
            bank.mock.session("zähl/1").op("GetBalance").reply(balance="7.00")
            for header in ("zähl/1", "zähl/1".encode().decode("latin-1")):
                answer = post(bank.url, "GetBalance", account="1", http={"X-Mock-Session": header})
                self.assertEqual(answer.text("balance"), "7.00")
            url = f"{bank.mock.base_url}/~z%C3%A4hl%2F1/bank"
            self.assertEqual(post(url, "GetBalance", account="1").text("balance"), "7.00")

    def test_both_versions_at_one_path(self) -> None:
        for front in FRONTS:
            with MockServer(BANK, front=front) as bank:
                for version, kind in (("1.1", "text/xml"), ("1.2", "application/soap+xml")):
                    answer = post(bank.url, "GetBalance", account="1", version=version)
                    self.assertEqual(answer.status, 200)
                    self.assertTrue(answer.headers["Content-Type"].startswith(kind))
                bank.mock.port("BankSoap12").GetBalance.fail("AccountNotFound")
                answer = post(bank.url, "GetBalance", account="1", version="1.2")
                self.assertEqual(answer.status, 500)
                self.assertIn(b"2003/05/soap-envelope", answer.body)

    def test_gzip(self) -> None:
        for front in FRONTS:
            with MockServer(BANK, front=front) as bank:
                body = gzip.compress(envelope(element("GetBalance", {"account": "42"})))
                answer = send(bank.url, "POST", body,
                              {"Content-Type": "text/xml", "Content-Encoding": "gzip"})  # fmt: skip
                self.assertEqual(answer.text("account"), "42")

    def test_what_is_no_message_becomes_a_fault(self) -> None:
        for front in FRONTS:
            with MockServer(BANK, front=front) as bank:
                for data, status in ((b"<a/>", 500), (b"x", 500), (b"", 500),
                                     (b'<!DOCTYPE a []><a/>', 500)):  # fmt: skip
                    answer = send(bank.url, "POST", data, {"Content-Type": "text/xml"})
                    self.assertEqual((answer.status, b"Fault" in answer.body), (status, True))
                self.assertIn(send(bank.url, "PUT", b"x", {}).status, (405, 501))
