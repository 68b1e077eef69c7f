"""What the rivals can do, or cannot, and we do: a test for each row marked "now".

The rows are those of ``../shared/peers.md``; each test has its row's name. Most of it is tested in
depth elsewhere; here it is shown.
"""

from __future__ import annotations

import datetime
import gzip
import importlib
import json
import re
import ssl
import sys
import time
import urllib.request
from decimal import Decimal
from pathlib import Path
from typing import Any, get_type_hints
from unittest import TestResult

from lxml import etree
from prometheus_client.parser import text_string_to_metric_families
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SkipTest, SynchronousTestCase

from tests.mock.peering import ROOT, PeersTestCase, certified, run
from tests.mock.serving import BANK, Said, bank_mock, element, envelope, post, send, serve
from tests.mock.test_journal import LOGIN
from ZSI.mock.dsl import fail, reply
from ZSI.mock.errors import DefinitionError
from ZSI.mock.journal import JournalLimits
from ZSI.mock.matchers import any_of, contains, matching, not_, valid
from ZSI.mock.server import MockServer, mock_root
from ZSI.mock.variations import variations
from ZSI.mock.verify import at_least, never, once
from ZSI.twisted.endpoints import make_factory
from ZSI.twisted.exchange import HttpLimits

HERE = Path(__file__).parent
LANGUAGE, CUSTOMERS, RPC = (HERE / f"{name}.wsdl" for name in ("language", "customers", "rpc"))
TRANSFER = {"from": "1", "to": "2", "amount": "1.00"}
PEERS = ROOT.parent / "shared" / "peers.md"


def slug(row: str) -> str:
    """The name of a row's test."""
    return "test_" + "_".join(re.findall(r"[a-z0-9]+", row.lower()))


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
            for name in vars(case)
            if name.startswith("test_") and not name.startswith("test_operations_that")
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
                self.assertEqual(b"2003/05/soap-envelope" in answer.body, version == "1.2")
            mock.mock.port("BankSoap12").GetBalance.reply(balance="12.00")
            self.assertEqual(
                [post(mock.url, "GetBalance", account="1", version=v).text("balance") == "12.00"
                 for v in ("1.1", "1.2")], [False, True]
            )  # fmt: skip
            query = '<query xmlns="urn:language"><queryString>x</queryString></query>'
            self.assertEqual(post(mock.mock.url("LanguageSoap"), body=query).status, 200)

    def test_one_way_operations_202(self) -> None:
        answer = serve(self.mock, "ReportFraud", transactionId="1", note="")
        self.assertEqual((answer.status, answer.body), (202, b""))

    def test_typed_code_stubs_editor_completion(self) -> None:
        from ZSI.generate.commands import wsdl2py

        files = wsdl2py(["-q", "--mock", "-o", str(self.folder), str(BANK)])
        self.assertIn("Bank_mock.py", {Path(name).name for name in files})
        sys.path.insert(0, str(self.folder))
        self.addCleanup(sys.path.remove, str(self.folder))
        for name in ("Bank_mock", "Bank_types"):
            self.addCleanup(sys.modules.pop, name, None)
        module = importlib.import_module("Bank_mock")
        verbs = module.BankMock.GetBalance  # tests/mock/test_typed.py holds it against mypy
        (fields,) = get_type_hints(verbs.when)["fields"].__args__
        self.assertEqual(set(get_type_hints(fields)), {"account", "on"})
        with module.BankMock.serve() as bank:
            bank.GetBalance.when(account="42").reply(balance=Decimal("10"))
            self.assertEqual(post(bank.url, "GetBalance", account="42").text("balance"), "10")
            self.assertRaises(AttributeError, getattr, bank, "GetBalence")

    def test_one_command_from_a_bare_wsdl_to_an_answer(self) -> None:
        answer = post(self.served(str(BANK))["url"], "GetBalance", account="42")
        self.assertEqual(answer.text("account"), "42")

    def test_scaffold_a_rule_file_from_the_wsdl(self) -> None:
        text = run("init", str(BANK))
        for name in ("GetBalance", "Transfer", "AccountNotFound"):
            self.assertIn(name, text)
        (self.folder / "rules.yaml").write_text(text)
        run("check", "rules.yaml", folder=str(self.folder))
        url = self.served("--rules", str(self.folder / "rules.yaml"))["url"]
        self.assertEqual(post(url, "GetBalance", account="42").status, 200)

    def test_automatic_replies_nested_types_filled(self) -> None:
        answer = serve(self.mock, "ListTransactions", account="1")
        for name in ("booked", "amount", "counterparty", "more"):
            self.assertTrue(answer.text(name), name)

    def test_facets_honoured_pattern_too(self) -> None:
        self.assertRegex(self.patterned().text("ok") or "", r"^[A-Z]{2}\d{4}$")

    def patterned(self, seed: int = 0) -> Said:
        """The answer of a service with a pattern."""
        path = self.folder / "facets.wsdl"
        pattern = ('<xs:simpleType><xs:restriction base="xs:string"><xs:pattern '
                   'value="[A-Z]{2}\\d{4}"/></xs:restriction></xs:simpleType>')  # fmt: skip
        wanted = '<xs:element name="ok" type="xs:boolean"/>'
        changed = f'<xs:element name="ok">{pattern}</xs:element>'
        path.write_text(LOGIN.replace(wanted, changed))
        body = '<Login xmlns="urn:login"><user>a</user><password>b</password></Login>'
        return serve(bank_mock(path, seed=seed), body=body)

    def test_deterministic_seedable_path_stable_samples(self) -> None:
        more = self.folder / "more.wsdl"
        before = '<xs:element name="balance" '
        self.assertEqual(BANK.read_text().count(before), 1)
        extra = '<xs:element name="extra" type="xs:string"/>'
        more.write_text(BANK.read_text().replace(before, extra + before))

        def sample(*how: Any) -> list[str | None]:
            mock = bank_mock(*how)
            mock.clock.set(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
            mock.clock.freeze()
            balance = serve(mock, "GetBalance", account="1")
            given = [balance.text(n) for n in ("account", "balance", "currency", "status", "asOf")]
            return [*given, serve(mock, "Transfer", **TRANSFER).text("transferId")]

        self.assertEqual(sample(), sample())
        self.assertEqual(sample(more), sample())  # whatever else the contract has
        texts = [self.patterned(seed).text("ok") for seed in (0, 0, 7)]
        self.assertEqual(texts[0], texts[1])
        self.assertNotEqual(texts[0], texts[2])

    def test_request_values_echoed_by_name_and_type(self) -> None:
        self.assertEqual(self.ask("777").text("account"), "777")
        other = self.folder / "other.wsdl"
        response = BANK.read_text().index('<xs:element name="GetBalanceResponse"')
        head, tail = BANK.read_text()[:response], BANK.read_text()[response:]
        wanted = '<xs:element name="account" type="bank:AccountNumber"/>'
        self.assertIn(wanted, tail)
        other.write_text(
            head + tail.replace(wanted, '<xs:element name="account" type="xs:token"/>', 1)
        )
        self.assertNotEqual(serve(bank_mock(other), "GetBalance", account="777").text("account"),
                            "777")  # fmt: skip

    def test_rpc_literal_rpc_encoded(self) -> None:
        mock = bank_mock(RPC)
        mock.op("literal").when(a="1").reply({"return": "5"})
        mock.op("encoded").reply({"return": "6"})
        said = serve(mock, body='<t:literal xmlns:t="urn:rpc"><a>1</a></t:literal>')
        self.assertEqual(said.text("return"), "5")
        encoded = ('<t:encoded xmlns:t="urn:rpc" xmlns:xsi="http://www.w3.org/2001/XMLSchema-'
                   'instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><a xsi:type="xsd:int">1'
                   "</a></t:encoded>")  # fmt: skip
        answer = serve(mock, body=encoded)
        self.assertEqual(answer.text("return"), "6")
        self.assertIn(b"xsi:type=", answer.body)
        self.assertNotIn(b"xsi:type=", said.body)

    def test_wsdl_with_rewritten_addresses_imports_re_hosted(self) -> None:
        with MockServer(self.importing()) as mock:
            served = send(mock.url + "?wsdl", "GET", None, {}).body
            self.assertIn(mock.url.encode(), served)
            self.assertNotIn(b"http://real/one", served)
            read, pending = set(), [mock.url + "?wsdl"]
            while pending:  # all of it, however it is linked
                url = pending.pop()
                if url in read:
                    continue
                read.add(url)
                answer = send(url, "GET", None, {})
                self.assertEqual(answer.status, 200, url)
                for node in etree.fromstring(answer.body).iter("{*}import", "{*}include"):
                    pending.append(node.get("location") or node.get("schemaLocation"))
            self.assertEqual(len(read), 3)


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
            data = envelope(element("GetBalance", {"account": "42"}), version="1.2")
            kind = 'application/soap+xml; action="urn:example:bank:GetBalance"'
            self.assertEqual(send(bank.url, "POST", data, {"Content-Type": kind}).text("account"),
                             "42")  # fmt: skip
        rpc = bank_mock(RPC)
        rpc.op("literal").reply({"return": "5"})
        said = serve(rpc, body='<any:literal xmlns:any="urn:rpc"><a>1</a></any:literal>')
        self.assertEqual(said.text("return"), "5")

    def test_operations_that_only_the_action_tells_apart(self) -> None:
        text = BANK.read_text()
        wanted = '<part name="parameters" element="bank:Transfer"/>'
        self.assertEqual(text.count(wanted), 1)
        path = self.folder / "same.wsdl"
        path.write_text(text.replace(wanted, wanted.replace("Transfer", "GetBalance")))
        with MockServer(path) as bank:
            data = envelope(element("GetBalance", {"account": "42"}))
            for name, field in (("GetBalance", "balance"), ("Transfer", "transferId")):
                headers = {"Content-Type": "text/xml", "SOAPAction": f'"urn:example:bank:{name}"'}
                self.assertTrue(send(bank.url, "POST", data, headers).text(field), name)

    def test_xpath_match_with_user_prefixes(self) -> None:
        self.balance.xpath("//mine:account = '42'", mine="urn:example:bank").reply(balance="1.00")
        self.assertEqual((self.ask().text("balance"), self.ask("43").status), ("1.00", 500))

    def test_match_on_decoded_typed_fields(self) -> None:
        self.mock.op("Transfer").when(amount=Decimal("1")).reply(status="DONE")
        self.assertEqual(serve(self.mock, "Transfer", **TRANSFER).text("status"), "DONE")
        self.assertEqual(serve(self.mock, "Transfer", **{**TRANSFER, "amount": "1.01"}).status, 500)

    def test_xml_equality_ignoring_prefixes_and_space_with_placeholders(self) -> None:
        self.mock.op("Transfer").body(
            '<x:Transfer xmlns:x="urn:example:bank"> <x:from>1</x:from> <x:to>{{any}}</x:to>'
            "<x:amount>1.00</x:amount></x:Transfer>"
        ).reply(status="DONE")
        self.assertEqual(serve(self.mock, "Transfer", **TRANSFER).text("status"), "DONE")
        self.assertEqual(serve(self.mock, "Transfer", **{**TRANSFER, "from": "3"}).status, 500)

    def test_match_by_schema_validity_strict_contract_mode(self) -> None:
        self.assertIn("maxLength", self.ask("x" * 35).text("faultstring") or "")
        mock = bank_mock(requests="off")
        mock.op("GetBalance").when({".": valid}).reply(balance="1.00")
        mock.op("GetBalance").when({".": not_(valid)}).reply(balance="2.00")
        self.assertEqual(serve(mock, "GetBalance", account="1").text("balance"), "1.00")
        self.assertEqual(serve(mock, "GetBalance", account="x" * 35).text("balance"), "2.00")

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
        for answer, code in ((self.ask(), "Server"), (self.ask(""), "Client")):
            self.assertEqual(answer.status, 500)
            self.assertEqual((answer.text("faultcode") or "").partition(":")[2], code)
        answer = self.ask("", version="1.2")
        self.assertEqual((answer.status, (answer.text("Value") or "").partition(":")[2]),
                         (400, "Sender"))  # fmt: skip
        self.assertIn(b"2003/05/soap-envelope", answer.body)


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
            error = self.assertRaises(OSError, post, bank.url, "GetBalance", account="1")
            self.assertIs(type(error), ConnectionResetError)  # not only closed
            for kind in ("truncated", "garbage", "empty"):
                bank.mock.reset()
                bank.GetBalance.trouble(kind)
                body = post(bank.url, "GetBalance", account="1").body
                self.assertRaises(etree.XMLSyntaxError, etree.fromstring, body)
                self.assertEqual(not body, kind == "empty")

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
        self.assertIn("GetBalance", answer.text("Action") or "")
        self.assertIsNone(self.ask().text("RelatesTo"))

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
        self.assertEqual(self.mock.scenarios["outage"], "up")
        self.mock.clock.advance(datetime.timedelta(hours=2))
        self.assertNotIn("left", self.mock.store)
        self.mock.clock.set(datetime.datetime(2040, 1, 1, tzinfo=datetime.UTC))
        self.balance.reply(asOf="{{ now + hours(1) }}")
        self.assertEqual((self.ask().text("asOf") or "")[:14], "2040-01-01T01:")

    def test_explicit_crud_helper(self) -> None:
        mock = bank_mock(CUSTOMERS)
        mock.crud(create=mock.op("Add"), read=mock.op("Get"), update=mock.op("Change"),
                  delete=mock.op("Remove"), list=mock.op("Find"), record="customer")  # fmt: skip

        def ask(name: str, inner: str = "") -> Any:
            return serve(mock, body=f'<{name} xmlns="urn:customers">{inner}</{name}>')

        key = f"<id>{ask('Add', '<customer><name>Ada</name></customer>').text('id')}</id>"
        self.assertEqual(ask("Get", key).text("name"), "Ada")
        ask("Change", f"<customer>{key}<name>Bob</name></customer>")
        self.assertEqual(ask("Find").all("name"), ["Bob"])
        self.assertEqual(ask("Remove", key).status, 200)
        self.assertEqual((ask("Find").all("name"), ask("Get", key).status), ([], 500))

    def test_journal_query_verify_count_never_order(self) -> None:
        self.ask("1")
        self.ask("2")
        self.balance.assert_called(at_least(2))
        self.balance.when(account="3").assert_called(never)
        self.mock.assert_order(self.balance.when(account="1"), self.balance.when(account="2"))
        backwards = self.balance.when(account="2"), self.balance.when(account="1")
        self.assertRaises(AssertionError, self.mock.assert_order, *backwards)
        self.assertRaises(AssertionError, self.balance.assert_called, never)
        found = self.mock.journal.entries("GetBalance")
        self.assertEqual([entry.request.account for entry in found], ["1", "2"])
        self.assertEqual(self.mock.journal.entries("GetBalance", since=found[1].time), found[1:])

    def test_assert_on_typed_values(self) -> None:
        serve(self.mock, "Transfer", **TRANSFER)
        self.mock.op("Transfer").when(amount=Decimal("1.0")).assert_called(once)
        self.assertEqual(self.mock.op("Transfer").calls[0].request.amount.value, Decimal(1))
        wrong = self.mock.op("Transfer").when(amount=Decimal("1.5"))
        self.assertIn("1.5", str(self.assertRaises(AssertionError, wrong.assert_called)))

    def test_journal_bounded_by_default(self) -> None:
        self.assertEqual(self.mock.journal.limits, JournalLimits(1_000, 64 << 20, 1 << 20))
        for _ in range(1_010):
            self.ask()
        self.assertEqual(len(self.mock.journal), 1_000)


class OperatingTests(PeersTestCase):
    def test_http_admin_api_with_openapi(self) -> None:
        with MockServer(BANK, admin=True) as bank:
            admin = bank.mock.admin_url + "/__admin"

            def ask(path: str, data: Any) -> Any:
                body = json.dumps(data).encode() if data is not None else None
                return send(admin + path, "POST" if body else "GET", body, {})

            self.assertEqual(json.loads(ask("/openapi.json", None).body)["openapi"], "3.1.0")
            stub = {"op": "GetBalance", "when": {"account": "42"}, "reply": {"balance": "10.00"}}
            self.assertEqual(ask("/stubs", stub).status, 201)
            self.assertEqual(post(bank.url, "GetBalance", account="42").text("balance"), "10.00")
            wanted = {"op": "GetBalance", "when": {"account": "42"}, "count": 1}
            self.assertEqual(ask("/verify", wanted).status, 200)
            self.assertEqual(ask("/verify", {**wanted, "count": 2}).status, 409)

    def test_runs_inside_a_python_process_pytest_fixture_trial(self) -> None:
        with MockServer(BANK) as bank:
            self.assertEqual(post(bank.url, "GetBalance", account="1").status, 200)
        from tests.test_pytest_plugin import FixtureTests
        from tests.test_testing import MemoryTests

        for case in (FixtureTests, MemoryTests):
            result = TestResult()
            case("test_stub_call_and_assert").run(result)
            self.assertEqual((result.testsRun, result.failures, result.errors), (1, [], []))
        self.assertIn("pytest11", (ROOT / "pyproject.toml").read_text())

    def test_tls(self) -> None:
        key, certificate = certified(self.folder)
        endpoint = f"ssl:0:privateKey={key}:certKey={certificate}:interface=127.0.0.1"
        url = self.served(str(BANK), "--endpoint", endpoint)["url"]
        self.assertEqual(url[:8], "https://")
        context = ssl.create_default_context(cafile=str(certificate))
        request = urllib.request.Request(
            url.replace("127.0.0.1", "localhost"),
            envelope(element("GetBalance", {"account": "42"})), {"Content-Type": "text/xml"},
        )  # fmt: skip
        with urllib.request.urlopen(request, context=context) as response:
            self.assertIn(b"42", response.read())

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
            found = {
                sample.name: sample.value
                for family in text_string_to_metric_families(text.decode())
                for sample in family.samples
                if sample.labels.get("operation") == "GetBalance"
            }
            self.assertEqual(found["zsi_mock_exchanges_total"], 1)

    def test_xml_hardening_size_depth_time_limits(self) -> None:
        with MockServer(BANK) as bank:
            bomb = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbb">]><a>&b;</a>'
            deep = b"<a>" * 10_000 + b"</a>" * 10_000
            for data, status, words in (
                (bomb, 500, b"DTD"), (deep, 500, b"limit depth"),
                (envelope("<a/>" * 2_000_000), 500, b"limit elements"),
                (envelope("x" * (11 << 20)), 413, b"bytes"),
            ):  # fmt: skip
                answer = send(bank.url, "POST", data, {"Content-Type": "text/xml"})
                self.assertEqual(answer.status, status, words)
                self.assertIn(b"Fault", answer.body)
                self.assertIn(words, answer.body)
        clock = Clock()
        factory = make_factory(mock_root(self.mock, clock), clock, front="fast")
        wire = StringTransport()
        connection: Any = factory.buildProtocol(None)
        connection.makeConnection(wire)
        connection.dataReceived(b"POST /bank HTTP/1.1\r\nHost: a\r\n")
        clock.pump([1.0] * int(HttpLimits().header_seconds + HttpLimits().linger_seconds + 1))
        self.assertIn(b" 408 ", wire.value())
        self.assertTrue(wire.disconnecting or wire.disconnected)

    def test_many_services_on_one_port_several_ports(self) -> None:
        rules = self.folder / "rules.yaml"
        text = f"services:\n- {{wsdl: {BANK}}}\n- {{wsdl: {RPC}}}\n"
        rules.write_text(text + f"- {{wsdl: {LANGUAGE}, port: 0}}\n")
        services = self.served("--rules", str(rules))["services"]
        urls = {url for service in services.values() for url in service["ports"].values()}
        self.assertEqual(len({url.split("/")[2] for url in urls}), 2)
        bodies = (
            element("GetBalance", {"account": "1"}),
            '<t:literal xmlns:t="urn:rpc"><a>1</a></t:literal>',
            '<query xmlns="urn:language"><queryString>x</queryString></query>',
        )
        answered = [url for body in bodies for url in urls if post(url, body=body).status == 200]
        self.assertEqual(set(answered), urls)
