"""What the rivals can do, or cannot, and we do: a test for each row marked "now".

The rows are those of ``../shared/peers.md``; each test has its row's name. Most of it is tested in
depth elsewhere; here it is shown.
"""

from __future__ import annotations

import datetime
import gzip
import json
import os
import re
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree
from twisted.trial.unittest import SkipTest, SynchronousTestCase

from tests.mock.serving import BANK, Said, bank_mock, element, envelope, post, send, serve
from tests.mock.test_journal import LOGIN
from tests.mock.test_pages import BINDINGS, IMPORTING, TYPES
from ZSI.mock.dsl import fail, reply
from ZSI.mock.errors import DefinitionError
from ZSI.mock.journal import JournalLimits
from ZSI.mock.matchers import any_of, contains, matching, not_, valid
from ZSI.mock.server import Listener, MockServer, mock_root
from ZSI.mock.variations import variations
from ZSI.mock.verify import at_least, never, once

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
LANGUAGE, CUSTOMERS, RPC = (HERE / f"{name}.wsdl" for name in ("language", "customers", "rpc"))
TRANSFER = {"from": "1", "to": "2", "amount": "1.00"}
PEERS = ROOT.parent / "shared" / "peers.md"


def slug(row: str) -> str:
    """The name of a row's test."""
    return "test_" + "_".join(re.findall(r"[a-z0-9]+", row.lower()))


def run(*words: str, folder: str | None = None) -> str:
    """The command ``zsi-mock``; gives what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "ZSI.mock", *words], cwd=folder or ROOT, env=environment,
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout


class PeersTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.mock = bank_mock()
        self.balance = self.mock.op("GetBalance")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def ask(self, account: str = "42", **how: Any) -> Said:
        """A call of GetBalance, without a socket."""
        return serve(self.mock, "GetBalance", account=account, **how)

    def served(self, *words: str) -> Any:
        """``zsi-mock serve`` for the time of the test; gives what its ready file says."""
        ready = self.folder / "ready"
        command = [sys.executable, "-m", "ZSI.mock", "serve", *words]
        server = subprocess.Popen(
            [*command, "--port", "0", "--ready-file", str(ready)], cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        end = time.monotonic() + 30
        while not ready.exists() and time.monotonic() < end:
            time.sleep(0.02)
        return json.loads(ready.read_text())

    def importing(self) -> Path:
        """A WSDL that imports bindings that include types, in folders."""
        (self.folder / "sub").mkdir()
        (self.folder / "sub" / "bindings.wsdl").write_text(BINDINGS)
        (self.folder / "sub" / "types.xsd").write_text(TYPES)
        (self.folder / "top.wsdl").write_text(IMPORTING)
        return self.folder / "top.wsdl"


class RowsTests(SynchronousTestCase):
    def test_every_row_has_its_test(self) -> None:
        if not PEERS.exists():
            raise SkipTest("no ../shared/peers.md")
        rows = re.findall(r"^\| (.+?) \|.*\| (now[^|]*) \|$", PEERS.read_text(), re.MULTILINE)
        self.assertGreater(len(rows), 40)
        names = {slug(row.partition(" (")[0] if "1.1 GB" in row else row) for row, _ in rows}
        tests = {
            name
            for case in (ContractTests, MatchingTests, ReplyTests, StateTests, OperatingTests)
            for name in dir(case)
            if name.startswith("test_")
        }
        self.assertEqual(names - tests, set())
        self.assertEqual(tests - names, set())


class ContractTests(PeersTestCase):
    def test_wsdl_1_1_with_its_whole_import_include_graph(self) -> None:
        mock = bank_mock(self.importing())
        answer = serve(mock, body='<Ping xmlns="urn:sub"><text>x</text></Ping>')
        self.assertEqual(answer.text("text"), "x")

    def test_several_services_ports_bindings_1_1_and_1_2_twins(self) -> None:
        with MockServer(BANK, LANGUAGE) as mock:
            for version in ("1.1", "1.2"):
                answer = post(mock.url, "GetBalance", account="1", version=version)
                self.assertEqual(answer.status, 200)
            query = '<query xmlns="urn:language"><queryString>x</queryString></query>'
            self.assertEqual(post(mock.mock.url("LanguageSoap"), body=query).status, 200)

    def test_one_way_operations_202(self) -> None:
        answer = serve(self.mock, "ReportFraud", transactionId="1", note="")
        self.assertEqual((answer.status, answer.body), (202, b""))

    def test_typed_code_stubs_editor_completion(self) -> None:
        from ZSI.generate.commands import wsdl2py

        files = wsdl2py(["-q", "--mock", "-o", str(self.folder), str(BANK)])
        self.assertIn("Bank_mock.py", {Path(name).name for name in files})
        self.assertIn("Unpack[", (self.folder / "Bank_mock.py").read_text())

    def test_one_command_from_a_bare_wsdl_to_an_answer(self) -> None:
        answer = post(self.served(str(BANK))["url"], "GetBalance", account="42")
        self.assertEqual(answer.text("account"), "42")

    def test_scaffold_a_rule_file_from_the_wsdl(self) -> None:
        text = run("init", str(BANK))
        for name in ("GetBalance", "Transfer", "AccountNotFound"):
            self.assertIn(name, text)

    def test_automatic_replies_nested_types_filled(self) -> None:
        answer = serve(self.mock, "ListTransactions", account="1")
        for name in ("booked", "amount", "counterparty", "more"):
            self.assertTrue(answer.text(name), name)

    def test_facets_honoured_pattern_too(self) -> None:
        path = self.folder / "facets.wsdl"
        pattern = ('<xs:simpleType><xs:restriction base="xs:string"><xs:pattern '
                   'value="[A-Z]{2}\\d{4}"/></xs:restriction></xs:simpleType>')  # fmt: skip
        wanted = '<xs:element name="ok" type="xs:boolean"/>'
        changed = f'<xs:element name="ok">{pattern}</xs:element>'
        path.write_text(LOGIN.replace(wanted, changed))
        mock = bank_mock(path)
        body = '<Login xmlns="urn:login"><user>a</user><password>b</password></Login>'
        self.assertRegex(serve(mock, body=body).text("ok") or "", r"^[A-Z]{2}\d{4}$")

    def test_deterministic_seedable_path_stable_samples(self) -> None:
        first, second = bank_mock(), bank_mock()
        for mock in (first, second):
            mock.clock.set(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
            mock.clock.freeze()
        one, other = (serve(mock, "Transfer", **TRANSFER) for mock in (first, second))
        self.assertEqual(one.body, other.body)

    def test_request_values_echoed_by_name_and_type(self) -> None:
        self.assertEqual(self.ask("777").text("account"), "777")

    def test_rpc_literal_rpc_encoded(self) -> None:
        mock = bank_mock(RPC)
        mock.op("literal").when(a="1").reply({"return": "5"})
        mock.op("encoded").reply({"return": "6"})
        said = serve(mock, body='<t:literal xmlns:t="urn:rpc"><a>1</a></t:literal>')
        self.assertEqual(said.text("return"), "5")
        encoded = ('<t:encoded xmlns:t="urn:rpc" xmlns:xsi="http://www.w3.org/2001/XMLSchema-'
                   'instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><a xsi:type="xsd:int">1'
                   "</a></t:encoded>")  # fmt: skip
        self.assertEqual(serve(mock, body=encoded).text("return"), "6")

    def test_wsdl_with_rewritten_addresses_imports_re_hosted(self) -> None:
        with MockServer(self.importing()) as mock:
            served = send(mock.url + "?wsdl", "GET", None, {}).body
            self.assertIn(mock.url.encode(), served)
            link = etree.fromstring(served).find("{http://schemas.xmlsoap.org/wsdl/}import")
            assert link is not None
            self.assertEqual(send(link.get("location"), "GET", None, {}).status, 200)


class MatchingTests(PeersTestCase):
    def test_operation_found_by_soapaction_action_body_qname_rpc_name_real_xml_parse(self) -> None:
        hard = ('<?xml version="1.0"?><!-- c --><Envelope xmlns="http://schemas.xmlsoap.org/soap/'
                'envelope/"><Body id="x"><!-- before --><GetBalance xmlns="urn:example:bank">'
                "<account>42</account></GetBalance></Body></Envelope>")  # fmt: skip
        with MockServer(BANK) as bank:
            for action in ('""', '"urn:example:bank:GetBalance"', "wrong"):
                answer = send(bank.url, "POST", hard.encode(),
                              {"Content-Type": "text/xml", "SOAPAction": action})  # fmt: skip
                self.assertEqual(answer.text("account"), "42")

    def test_xpath_match_with_user_prefixes(self) -> None:
        self.balance.xpath("//mine:account = '42'", mine="urn:example:bank").reply(balance="1.00")
        self.assertEqual((self.ask().text("balance"), self.ask("43").status), ("1.00", 500))

    def test_match_on_decoded_typed_fields(self) -> None:
        self.mock.op("Transfer").when(amount=Decimal("1")).reply(status="DONE")
        self.assertEqual(serve(self.mock, "Transfer", **TRANSFER).text("status"), "DONE")

    def test_xml_equality_ignoring_prefixes_and_space_with_placeholders(self) -> None:
        self.mock.op("Transfer").body(
            '<x:Transfer xmlns:x="urn:example:bank"> <x:from>1</x:from> <x:to>{{any}}</x:to>'
            "<x:amount>1.00</x:amount></x:Transfer>"
        ).reply(status="DONE")
        self.assertEqual(serve(self.mock, "Transfer", **TRANSFER).text("status"), "DONE")

    def test_match_by_schema_validity_strict_contract_mode(self) -> None:
        self.assertEqual(self.ask("x" * 35).status, 500)
        mock = bank_mock(requests="off")
        mock.op("GetBalance").when({".": valid}).reply(balance="1.00")
        mock.op("GetBalance").when({".": not_(valid)}).reply(balance="2.00")
        self.assertEqual(serve(mock, "GetBalance", account="1").text("balance"), "1.00")

    def test_regex_contains_and_or_not(self) -> None:
        spec = any_of(matching("^4"), contains("9"))
        self.balance.when(account=spec).none_of({"account": "44"}).reply(balance="1.00")
        self.assertEqual([self.ask(a).status for a in ("42", "19", "44", "1")],
                         [200, 200, 500, 500])  # fmt: skip

    def test_sequences_random_priority_fallback(self) -> None:
        self.balance.replies(reply(balance="1.00"), reply(balance="2.00")).times(2).priority(1)
        self.balance.replies(
            *(reply(balance=f"{n}.00") for n in range(10, 20)), then="random"
        ).when(account="42")
        self.balance.fallback(fail("AccountNotFound", code=5))
        self.assertEqual([self.ask().text("balance") for _ in range(2)], ["1.00", "2.00"])
        self.assertGreater(len({self.ask().text("balance") for _ in range(20)}), 2)
        self.assertEqual(self.ask("43").text("code"), "5")

    def test_near_miss_explanation(self) -> None:
        self.balance.when(account="421").reply()
        answer = self.ask("42")
        self.assertIn("expected = '421', was '42'", (answer.text("faultstring") or "")
                      .replace("&apos;", "'"))  # fmt: skip

    def test_unmatched_or_bad_request_answered_as_a_real_fault(self) -> None:
        self.balance.when(account="1").reply()
        for answer in (self.ask(), self.ask(""), self.ask(version="1.2")):
            self.assertIn(b"Fault>", answer.body)


class ReplyTests(PeersTestCase):
    def test_override_one_field_of_a_generated_reply(self) -> None:
        self.balance.reply(balance="10.00")
        answer = self.ask()
        self.assertEqual((answer.text("balance"), answer.text("currency")), ("10.00", "EUR"))

    def test_reply_checked_against_the_schema_before_it_leaves(self) -> None:
        self.assertRaises(DefinitionError, self.balance.reply, balance="much")
        self.balance.reply(balance=lambda request: "much")
        self.assertEqual(self.ask().status, 500)

    def test_templates_over_the_request_loops_fake_data(self) -> None:
        self.mock.op("Transfer").reply(reference="{{ request.from }}-{{ fake.name() }}")
        text = serve(self.mock, "Transfer", **TRANSFER).text("reference") or ""
        self.assertRegex(text, r"^1-\w+")
        rates = {"rate": {"$for": "currency", "$as": "asked", "currency": "{{ asked }}"}}
        self.mock.op("GetRates").reply(rates)
        body = element("GetRates", {"currency": ["EUR", "USD"]})
        self.assertEqual(serve(self.mock, body=body).all("currency"), ["EUR", "USD"])

    def test_declared_faults_by_name_right_version_status_valid_detail(self) -> None:
        self.balance.fail("AccountNotFound", code=7)
        for version, uri in (("1.1", b"soap/envelope"), ("1.2", b"2003/05/soap-envelope")):
            answer = self.ask(version=version)
            self.assertEqual((answer.status, answer.text("code")), (500, "7"))
            self.assertIn(uri, answer.body)
        self.assertRaises(DefinitionError, self.balance.fail, "AccountNotFound", code="seven")

    def test_delay_fixed_distribution_dribble(self) -> None:
        with MockServer(BANK) as bank:
            bank.GetBalance.when(account="1").delay("50ms")
            bank.GetBalance.when(account="2").delay({"uniform": ["40ms", "60ms"]})
            bank.GetBalance.when(account="3").trouble("dribble", seconds="80ms", drops=4)
            for account in "123":
                started = time.monotonic()
                self.assertEqual(post(bank.url, "GetBalance", account=account).status, 200)
                self.assertGreater(time.monotonic() - started, 0.035)

    def test_connection_faults_malformed_bodies(self) -> None:
        with MockServer(BANK) as bank:
            bank.GetBalance.trouble("reset")
            self.assertRaises(OSError, post, bank.url, "GetBalance", account="1")
            bank.mock.reset()
            bank.GetBalance.trouble("truncated")
            body = post(bank.url, "GetBalance", account="1").body
            self.assertRaises(etree.XMLSyntaxError, etree.fromstring, body)

    def test_seeded_probabilistic_trouble_at_soap_level(self) -> None:
        def run() -> list[bool]:
            mock = bank_mock()
            mock.op("GetBalance").trouble("version", probability=0.5, seed=3)
            return [b"2003/05" in serve(mock, "GetBalance", account="1").body for _ in range(20)]

        first = run()
        self.assertEqual(first, run())
        self.assertEqual(set(first), {True, False})

    def test_http_headers_and_status_of_replies(self) -> None:
        self.balance.reply().status(203).reply_http({"X-Mock": "yes"})
        answer = self.ask()
        self.assertEqual((answer.status, answer.headers["X-Mock"]), (203, "yes"))

    def test_gzip(self) -> None:
        data = gzip.compress(envelope(element("GetBalance", {"account": "42"})))
        headers = {"Content-Type": "text/xml", "Content-Encoding": "gzip"}
        with MockServer(BANK) as bank:
            self.assertEqual(send(bank.url, "POST", data, headers).text("account"), "42")

    def test_ws_addressing_relatesto_and_action_in_replies(self) -> None:
        wsa = "http://www.w3.org/2005/08/addressing"
        header = f'<a:MessageID xmlns:a="{wsa}">urn:uuid:1</a:MessageID>'
        answer = self.ask(header=header)
        self.assertEqual(answer.text("RelatesTo"), "urn:uuid:1")
        self.assertTrue(answer.text("Action"))

    def test_legal_variation_matrix_as_parametrised_tests(self) -> None:
        found = variations(BANK, "GetBalance")
        self.assertGreater(len(found), 10)
        for variation in found:
            self.mock.reset()
            self.balance.reply(variation)
            self.assertEqual(self.ask().status, 200, variation.name)


class StateTests(PeersTestCase):
    def test_scenarios_store_virtual_clock(self) -> None:
        self.balance.reply(balance="{{ store.left }}")
        self.balance.scenario("outage", when="down", then="up").fault(string="down")
        self.mock.scenarios["outage"] = "down"
        self.mock.store.put("left", "5.00", datetime.timedelta(hours=1))
        self.assertEqual([self.ask().text("faultstring"), self.ask().text("balance")],
                         ["down", "5.00"])  # fmt: skip
        self.mock.clock.advance(datetime.timedelta(hours=2))
        self.assertNotIn("left", self.mock.store)

    def test_explicit_crud_helper(self) -> None:
        mock = bank_mock(CUSTOMERS)
        mock.crud(create=mock.op("Add"), read=mock.op("Get"), record="customer")
        added = serve(mock, body='<Add xmlns="urn:customers"><customer><name>Ada</name>'
                                 "</customer></Add>").text("id")  # fmt: skip
        body = f'<Get xmlns="urn:customers"><id>{added}</id></Get>'
        self.assertEqual(serve(mock, body=body).text("name"), "Ada")

    def test_journal_query_verify_count_never_order(self) -> None:
        self.ask("1")
        self.ask("2")
        self.balance.assert_called(at_least(2))
        self.balance.when(account="3").assert_called(never)
        self.mock.assert_order(self.balance.when(account="1"), self.balance.when(account="2"))
        self.assertEqual(len(self.mock.journal.entries("GetBalance")), 2)

    def test_assert_on_typed_values(self) -> None:
        serve(self.mock, "Transfer", **TRANSFER)
        self.mock.op("Transfer").when(amount=Decimal("1.0")).assert_called(once)
        self.assertEqual(self.mock.op("Transfer").calls[0].request.amount.value, Decimal(1))

    def test_journal_bounded_by_default(self) -> None:
        self.assertEqual(self.mock.journal.limits, JournalLimits(1_000, 64 << 20, 1 << 20))
        for _ in range(1_010):
            self.ask()
        self.assertEqual(len(self.mock.journal), 1_000)


class OperatingTests(PeersTestCase):
    def test_http_admin_api_with_openapi(self) -> None:
        with MockServer(BANK, admin=True) as bank:
            answer = send(bank.mock.admin_url + "/__admin/openapi.json", "GET", None, {})
            self.assertEqual(json.loads(answer.body)["openapi"], "3.1.0")

    def test_runs_inside_a_python_process_pytest_fixture_trial(self) -> None:
        from ZSI.testing import SoapMockMixin

        self.assertTrue(hasattr(SoapMockMixin, "soap_mock"))
        self.assertIn("pytest11", (ROOT / "pyproject.toml").read_text())
        with MockServer(BANK) as bank:
            self.assertEqual(post(bank.url, "GetBalance", account="1").status, 200)

    def test_tls(self) -> None:
        key, certificate = certified(self.folder)
        mock = bank_mock()
        listener = Listener(
            lambda reactor: mock_root(mock, reactor),
            f"ssl:0:privateKey={key}:certKey={certificate}:interface=127.0.0.1",
        )
        try:
            context = ssl.create_default_context(cafile=str(certificate))
            request = urllib.request.Request(
                f"https://localhost:{listener.port}/bank",
                envelope(element("GetBalance", {"account": "42"})), {"Content-Type": "text/xml"},
            )  # fmt: skip
            with urllib.request.urlopen(request, context=context) as response:
                self.assertIn(b"42", response.read())
        finally:
            listener.stop()

    def test_hot_reload_of_files(self) -> None:
        rules = self.folder / "rules.yaml"
        text = f"services: [{{wsdl: {BANK}}}]\n"
        text += "stubs: [{op: GetBalance, reply: {balance: 1.00}}]\n"
        rules.write_text(text)
        url = self.served("--rules", str(rules))["url"]
        end = time.monotonic() + 30
        self.assertEqual(post(url, "GetBalance", account="1").text("balance"), "1.00")
        rules.write_text(text.replace("1.00", "22.00"))
        seen = None
        while seen != "22.00" and time.monotonic() < end:
            time.sleep(0.1)
            seen = post(url, "GetBalance", account="1").text("balance")
        self.assertEqual(seen, "22.00")

    def test_prometheus_metrics(self) -> None:
        with MockServer(BANK, admin=True) as bank:
            post(bank.url, "GetBalance", account="1")
            text = send(bank.mock.admin_url + "/__admin/metrics", "GET", None, {}).body
            self.assertIn(b'zsi_mock_exchanges_total{operation="GetBalance"', text)

    def test_xml_hardening_size_depth_time_limits(self) -> None:
        with MockServer(BANK) as bank:
            bomb = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbb">]><a>&b;</a>'
            deep = b"<a>" * 10_000 + b"</a>" * 10_000
            for data in (bomb, deep, envelope("<a/>" * 2_000_000)):
                answer = send(bank.url, "POST", data, {"Content-Type": "text/xml"})
                self.assertIn(answer.status, (413, 500))
                self.assertIn(b"Fault", answer.body)

    def test_many_services_on_one_port_several_ports(self) -> None:
        rules = self.folder / "rules.yaml"
        rules.write_text(f"services:\n- {{wsdl: {BANK}}}\n- {{wsdl: {LANGUAGE}, port: 0}}\n")
        services = self.served("--rules", str(rules))["services"]
        urls = {next(iter(service["ports"].values())) for service in services.values()}
        self.assertEqual(len({url.split("/")[2] for url in urls}), 2)


def certified(folder: Path) -> tuple[Path, Path]:
    """A key and a certificate of localhost for the time of a test."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "key.pem", folder / "cert.pem"
    form = serialization.Encoding.PEM
    paths[0].write_bytes(
        key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    paths[1].write_bytes(certificate.public_bytes(form))
    return paths
