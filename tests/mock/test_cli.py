"""The command ``zsi-mock``, as far as it needs no process of its own.

Covers: ZSI.mock.cli, ZSI.mock.commands, ZSI.mock.scaffold, ZSI.mock.calling.
"""

from __future__ import annotations

import gc
import io
import json
import os
import re
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import yaml
from twisted.trial.unittest import SkipTest

from tests.mock.test_rules import Files
from tests.mock.test_ruleschema import check
from ZSI.mock import cli
from ZSI.mock.examples import example
from ZSI.mock.ruleschema import make_schema
from ZSI.mock.server import MockServer
from ZSI.parse import ParsedSoap

BANK = example("bank")
SHARED = Path(__file__).parents[2] / ".." / "shared" / "wsdl"


@dataclass
class Done:
    """What a command did."""

    code: int
    out: str
    err: str


def run(*words: str, **environ: str) -> Done:
    """Run a command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    with mock.patch.dict(os.environ, {"ZSI_MOCK_CACHE": "off", **environ}):
        try:
            with redirect_stdout(out), redirect_stderr(err):
                code = cli.main(words)
        except SystemExit as exit:
            code = int(exit.code or 0)
    return Done(code, out.getvalue(), err.getvalue())


class Commands(Files):
    """Runs commands beside a copy of the bank."""

    def setUp(self) -> None:
        super().setUp()
        self.bank = str(self.write("bank.wsdl", BANK.read_text("utf-8")))

    def said(self, text: str) -> str:
        return text.replace(f"{self.folder}/", "")


class UsageTests(Commands):
    """Words and exit codes."""

    def test_help(self) -> None:
        for words in (["--help"], *([name, "--help"] for name in (
            "serve", "check", "call", "sample", "init", "example", "schema"))):  # fmt: skip
            done = run(*words)
            self.assertEqual((done.code, done.err), (0, ""), words)
            self.assertIn("zsi-mock", done.out)
        self.assertIn("--no-reload", run("serve", "--help").out)

    def test_wrong_usage(self) -> None:
        for words in ([], ["sevre"], ["serve", "--prot", "1"], ["sample"], ["call", "x"]):
            done = run(*words)
            self.assertEqual(done.code, 64, words)
            self.assertNotIn("Traceback", done.err)

    def test_nothing_to_serve(self) -> None:
        done = run("serve")
        self.assertEqual(done.code, 64)
        self.assertIn("zsi-mock example bank; zsi-mock serve bank.wsdl", done.err)

    def test_garbage_is_collected_again(self) -> None:
        """A start does without; whether it succeeds or not, what follows does not."""
        self.assertEqual(run("serve", f"{self.folder}/gone.wsdl").code, 66)
        self.assertTrue(gc.isenabled())

    def test_settings_that_are_none(self) -> None:
        done = run("serve", self.bank, "--port", "http", "--requests", "x", ZSI_MOCK_FRONT="slow")
        self.assertEqual(done.code, 64)
        self.assertEqual(len(done.err.splitlines()), 3)
        self.assertIn("zsi-mock: --port: 'http'; expected an integer", done.err)
        self.assertIn("zsi-mock: ZSI_MOCK_FRONT: 'slow'; expected fast, web", done.err)

    def test_input_that_cannot_be_read(self) -> None:
        gone = f"{self.folder}/gone"
        for words in (["sample", gone, "Op"], ["init", gone], ["check", f"{gone}.yaml"],
                      ["check", gone], ["call", "http://x/y", "Op", "--wsdl", gone]):  # fmt: skip
            done = run(*words)
            self.assertEqual((done.code, done.out), (66, ""), words)
            self.assertIn("gone", done.err)

    def test_files_in_each_others_place(self) -> None:
        """WSDLs and rule files are told apart by their names; what they hold decides no less."""
        rules = str(self.write("r.yaml", "services: [bank.wsdl]\n"))
        renamed = str(self.write("rules.txt", "services: [bank.wsdl]\n"))
        xml = str(self.write("xml.yaml", "<definitions/>"))
        self.write("empty/none.txt", "")
        for words, code, said in (
            (["serve", renamed], 66, "rules.txt is no XML; expected a WSDL; a rule file ends in "),
            (["sample", renamed, "Op"], 66, "rules.txt:1: not well-formed XML"),
            (["serve", "--rules", self.bank], 1, "bank.wsdl:1: this is XML; expected YAML"),
            (["serve", xml], 1, "xml.yaml:1: this is XML; expected YAML"),
            (["call", self.bank, "Op"], 1, "bank.wsdl is a file; expected the address"),
            (["serve", f"{self.folder}/empty"], 1, "empty: no rule file in"),
            (["serve", f"{self.folder}/gone.yaml"], 66, "gone.yaml: cannot be read: No such file"),
            (
                ["serve", str(self.write("e.yaml", ""))],
                1,
                "e.yaml: nothing to serve; expected services:",
            ),
        ):
            done = run(*words)
            self.assertEqual((done.code, done.out), (code, ""), words)
            self.assertIn(said, done.err)
            self.assertEqual(len(done.err.splitlines()), 1)
        done = run("serve", rules, self.bank, "--show-config")
        self.assertEqual((done.code, done.err), (0, ""))
        self.assertRegex(done.out, r"(?m)^rules +\S+r\.yaml +--rules$")
        self.assertRegex(done.out, r"(?m)^wsdl +\S+bank\.wsdl +--wsdl$")

    def test_words_that_are_missing(self) -> None:
        self.assertIn("are required: OPERATION\n", run("sample", self.bank).err)

    def test_what_a_terminal_cannot_show(self) -> None:
        """A locale without the character is no reason to say nothing."""
        out = io.TextIOWrapper(io.BytesIO(), "ascii")
        with mock.patch.object(sys, "stdout", out):
            self.assertEqual(cli.main(["sample", self.bank, "GetBalance", "account=\u20ac"]), 0)
        out.seek(0)
        self.assertIn("<ns1:account>\\u20ac</ns1:account>", out.read())

    def test_streams_that_are_closed(self) -> None:
        with mock.patch.object(sys, "stdout", None), mock.patch.object(sys, "stderr", None):
            for words, code in ((["schema"], 0), (["init", self.bank], 0), (["sample"], 64)):
                try:
                    self.assertEqual(cli.main(words), code)
                except SystemExit as exit:
                    self.assertEqual(exit.code, code)
            assert sys.stdout is not None and sys.stderr is not None
            sys.stdout.close()
            sys.stderr.close()
        with mock.patch("ZSI.mock.commands.schema", side_effect=OSError(28, "No space left")):
            self.assertEqual(run("schema").err, "zsi-mock: No space left\n")

    def test_unexpected_errors(self) -> None:
        with mock.patch("ZSI.mock.commands.schema", side_effect=RuntimeError("bug")):
            done = run("schema")
            self.assertEqual(done.code, 1)
            self.assertIn("unexpected RuntimeError: bug", done.err)
            self.assertRaises(RuntimeError, run, "schema", ZSI_MOCK_DEBUG="1")
        with mock.patch("ZSI.mock.commands.schema", side_effect=OSError(28, "No space", "f")):
            self.assertEqual(run("schema").err, "zsi-mock: f: No space\n")
        with mock.patch("ZSI.mock.commands.schema", side_effect=KeyboardInterrupt):
            self.assertEqual(run("schema").code, 130)

    def test_show_config(self) -> None:
        rules = self.write("r.yaml", "port: 9000\nservices:\n- {wsdl: bank.wsdl, seed: 5}\n")
        done = run("serve", "--rules", str(rules), "--show-config", "--strict",
                   ZSI_MOCK_REQUESTS="warn")  # fmt: skip
        self.assertEqual(done.code, 0)
        lines = [line.split() for line in self.said(done.out).splitlines()]
        self.assertIn(["port", "9000", "r.yaml:1"], lines)
        self.assertIn(["requests", "strict", "--requests"], lines)
        self.assertIn(["front", "fast", "default"], lines)
        self.assertEqual(lines[-2:], [["service", "Bank:"], ["seed", "5", "r.yaml:3"]])


class CheckTests(Commands):
    """``zsi-mock check``."""

    GOOD = "services: [bank.wsdl]\nstubs:\n- {op: GetBalance, reply: {balance: 1.00}}\n"

    def test_good(self) -> None:
        done = run("check", str(self.write("r.yaml", self.GOOD)))
        self.assertEqual((done.code, done.err), (0, ""))
        self.assertIn("Bank: bank.wsdl, 6 operations", done.out)
        self.assertIn("1 stub, nothing wrong", done.out)

    def test_stubs_alone_with_a_wsdl(self) -> None:
        rules = str(self.write("r.yaml", "- {op: GetBalance, reply: {blance: 1}}"))
        done = run("check", rules, self.bank)
        self.assertEqual((done.code, done.out), (1, ""))
        self.assertIn("r.yaml:1: reply: blance: no field 'blance'", self.said(done.err))

    def test_everything_at_once(self) -> None:
        rules = self.write(
            "r.yaml",
            "services: [bank.wsdl]\nprot: 1\nstubs:\n- {op: Nope}\n- {op: Transfer, x: 1}\n",
        )
        done = run("check", str(rules))
        self.assertEqual(done.code, 1)
        lines = self.said(done.err).splitlines()
        self.assertEqual([line.split(":")[1] for line in lines], ["2", "5", "4"])

    def test_against_a_new_version(self) -> None:
        rules = self.write("r.yaml", self.GOOD + "- {op: Transfer, reply: {status: DONE}}\n")
        text = BANK.read_text("utf-8").replace('name="balance"', 'name="saldo"')
        new = self.write("v2/bank.wsdl", text)
        done = run("check", str(rules), "--against", str(new))
        self.assertEqual(done.code, 1)
        (line,) = self.said(done.err).splitlines()
        self.assertIn("r.yaml:3: reply: balance: no field 'balance'", line)
        other = self.write("v2/other.wsdl", text)
        done = run("check", str(rules), "--against", str(other))
        self.assertIn("no service has other.wsdl", done.err)

    def test_broken_operations_are_shown(self) -> None:
        text = BANK.read_text("utf-8").replace('element="bank:Transfer"', 'element="bank:Gone"')
        self.write("bank.wsdl", text)
        done = run("check", self.bank)
        self.assertEqual(done.code, 0)
        self.assertIn("BankSoap/Transfer is answered with a fault", done.out)

    def test_paths_that_clash(self) -> None:
        rules = self.write("r.yaml", "services: [bank.wsdl, bank.wsdl]")
        done = run("check", str(rules))
        self.assertEqual(done.code, 1)
        self.assertIn("both have GetBalance at /bank", done.err)


class SampleTests(Commands):
    """``zsi-mock sample``."""

    def test_request_reply_and_fault(self) -> None:
        for words, name in ((["GetBalance"], "GetBalance"),
                            (["BankSoap12/GetBalance", "--reply"], "GetBalanceResponse"),
                            (["GetBalance", "--fault", "AccountNotFound"], "Fault")):  # fmt: skip
            done = run("sample", self.bank, *words)
            self.assertEqual((done.code, done.err), (0, ""))
            parsed = ParsedSoap(done.out)
            self.assertTrue(str(parsed.body_root.tag).endswith(f"}}{name}"))

    def test_fields_json_minimal_seed(self) -> None:
        done = run("sample", self.bank, "GetBalance", "account=42", "--json", "--minimal")
        self.assertEqual(json.loads(done.out), {"account": "42"})
        full = json.loads(run("sample", self.bank, "GetBalance", "--json").out)
        self.assertEqual(set(full), {"account", "on"})
        self.assertEqual(run("sample", self.bank, "Transfer", "--seed", "5").code, 0)

    def test_what_there_is_not(self) -> None:
        for words, said in (
            (["GetBalence"], "did you mean GetBalance?"),
            (["GetBalance", "--fault", "AcountNotFound"], "did you mean AccountNotFound?"),
            (["ReportFraud", "--reply"], "is one-way"),
            (["GetBalance", "acc=1"], "no field 'acc'"),
            (["GetBalance", "acc"], "expected path=value"),
        ):
            done = run("sample", self.bank, *words)
            self.assertEqual((done.code, done.out), (1, ""), words)
            self.assertIn(said, done.err)
        text = BANK.read_text("utf-8").replace('element="bank:Transfer"', 'element="bank:Gone"')
        self.write("bank.wsdl", text)
        self.assertIn("cannot be served", run("sample", self.bank, "Transfer").err)


class ExampleTests(Commands):
    """``zsi-mock example`` and ``schema``."""

    def test_example(self) -> None:
        done = run("example", "bank", f"{self.folder}/new/place")
        self.assertEqual(done.code, 0)
        self.assertEqual((self.folder / "new/place/bank.wsdl").read_bytes(), BANK.read_bytes())
        self.assertEqual(run("example", "bank", f"{self.folder}/new/place").code, 0)
        self.write("bank.wsdl", "mine")
        done = run("example", "bank", str(self.folder))
        self.assertEqual(done.code, 1)
        self.assertIn("is there already, and is another", done.err)
        self.assertEqual((self.folder / "bank.wsdl").read_text("utf-8"), "mine")
        self.assertIn("did you mean bank?", run("example", "bnak").err)

    def test_schema(self) -> None:
        self.assertEqual(json.loads(run("schema").out), make_schema())


class InitTests(Commands):
    """``zsi-mock init``: a rule file with every operation."""

    def uncommented(self, text: str) -> str:
        return re.sub(r"^( *)# (?=- |  )", r"\1", text, flags=re.M)

    def test_as_it_is(self) -> None:
        """It serves at once; every operation is described."""
        done = run("init", self.bank, "-o", f"{self.folder}/r.yaml")
        self.assertEqual((done.code, done.err), (0, ""))
        self.assertIn("0 stubs, nothing wrong", run("check", f"{self.folder}/r.yaml").out)
        text = (self.folder / "r.yaml").read_text("utf-8")
        self.assertIn("- wsdl: bank.wsdl", text)
        for words in ("## GetBalance: What an account holds.", "faults: AccountNotFound, Insuff",
                      "one-way: nothing is answered", "from (AccountNumber)",
                      "on (xsd:date, optional)", "tag (list of xsd:string,"):  # fmt: skip
            self.assertIn(words, text)

    def test_uncommented(self) -> None:
        """Every stub in it is right."""
        text = self.uncommented(run("init", self.bank).out)
        text = text.replace(self.bank, "bank.wsdl")
        done = run("check", str(self.write("r.yaml", text)))
        self.assertEqual((done.code, done.err), (0, ""))
        self.assertIn("9 stubs, nothing wrong", done.out)
        schema = make_schema()
        self.assertTrue(check(yaml.load(text, yaml.BaseLoader), schema, schema))

    def test_a_large_contract(self) -> None:
        wsdl = SHARED / "ZSI/test/wsdl2py/wsdl/vim25/vimService.wsdl"
        if not wsdl.exists():
            raise SkipTest("no vim25 in ../shared/wsdl")
        text = self.uncommented(run("init", str(wsdl)).out)
        done = run("check", str(self.write("r.yaml", text)))
        self.assertEqual((done.code, done.err), (0, ""))
        self.assertIn("750 stubs, nothing wrong", done.out)

    def test_never_over_a_file(self) -> None:
        self.write("r.yaml", "mine")
        done = run("init", self.bank, "-o", f"{self.folder}/r.yaml")
        self.assertEqual(done.code, 1)
        self.assertEqual((self.folder / "r.yaml").read_text("utf-8"), "mine")


class CallTests(Commands):
    """``zsi-mock call`` against a mock server."""

    def setUp(self) -> None:
        super().setUp()
        self.server = MockServer(BANK, cache=False)
        self.server.start()
        self.addCleanup(self.server.stop)
        self.url = self.server.url

    def test_reply(self) -> None:
        self.server["GetBalance"].when(account="42").reply(balance="10.00", currency="USD")
        done = run("call", self.url, "GetBalance", "account=42")
        self.assertEqual((done.code, done.err), (0, ""))
        self.assertIn("account = 42\nbalance = 10.00\ncurrency = USD\n", done.out)
        done = run("call", self.url, "GetBalance", "account=42", "--json")
        self.assertEqual(json.loads(done.out)["balance"], "10.00")
        done = run("call", self.url, "BankSoap12/GetBalance", "account=42", "--xml", "-v")
        self.assertEqual(ParsedSoap(done.out).version.number, "1.2")
        self.assertIn("<ns1:account>42</ns1:account>", done.err)

    def test_without_scheme(self) -> None:
        self.assertEqual(run("call", self.url.removeprefix("http://"), "GetBalance").code, 0)

    def test_nested_and_repeated(self) -> None:
        run("call", self.url, "OpenAccount", "company/name=ACME", "currency=USD")
        run("call", self.url, "GetRates", "currency=USD", "currency=GBP")
        opened, rates = self.server.mock.journal
        self.assertEqual(opened.request.company.name, "ACME")
        self.assertEqual(rates.request.currency, ["USD", "GBP"])

    def test_fault(self) -> None:
        self.server["GetBalance"].fail("AccountNotFound", code=7, account="13")
        done = run("call", self.url, "GetBalance")
        self.assertEqual(done.code, 1)
        self.assertEqual(
            done.out,
            "fault = Server\nstring = AccountNotFound\ndetail/AccountNotFound/code = 7\n"
            "detail/AccountNotFound/account = 13\n",
        )
        self.server["GetBalance"].fault("Client", "no", "http://actor", "<x>y</x>")
        done = run("call", self.url, "GetBalance", "--json")
        expected = {"fault": "Client", "string": "no", "actor": "http://actor"}
        self.assertEqual(json.loads(done.out), {**expected, "detail": {"x": "y"}})

    def test_one_way(self) -> None:
        done = run("call", self.url, "ReportFraud")
        self.assertEqual((done.code, done.out, done.err), (0, "", "status 202, no body\n"))

    def test_no_message(self) -> None:
        self.server["GetBalance"].raw("<html>busy", status=503, media_type="text/html")
        done = run("call", self.url, "GetBalance")
        self.assertEqual((done.code, done.out), (1, "<html>busy"))
        self.assertIn("status 503, no SOAP message", done.err)

    def test_invalid_reply(self) -> None:
        self.server["GetBalance"].xml("<x/>")
        done = run("call", self.url, "GetBalance")
        self.assertEqual(done.code, 1)
        self.assertIn("the reply breaks the contract", done.err)
        self.assertEqual(run("call", self.url, "GetBalance", "--xml").code, 0)

    def test_headers(self) -> None:
        self.server["GetBalance"].http({"X-Env": "uat"}).reply(balance="5.00")
        done = run("call", self.url, "GetBalance", "--header", "X-Env: uat")
        self.assertIn("balance = 5.00", done.out)
        self.assertEqual(run("call", self.url, "GetBalance", "--header", "nonsense").code, 1)

    def test_wsdl_of_its_own(self) -> None:
        done = run("call", self.url, "GetBalance", "--wsdl", self.bank)
        self.assertEqual(done.code, 0)

    def test_nobody_there(self) -> None:
        self.server.stop()
        done = run("call", self.url, "GetBalance", "--wsdl", self.bank)
        self.assertEqual((done.code, done.out), (1, ""))
        self.assertIn("refused", done.err)
        self.assertEqual(run("call", self.url, "GetBalance").code, 66)
        self.assertEqual(run("call", "ftp://x/y", "GetBalance").code, 1)

    def test_urls_that_lead_to_no_service(self) -> None:
        """What is there says what else there is."""
        place = self.url.removesuffix("/bank")
        for url in (place, f"{place}/", f"{place}/nope"):
            done = run("call", url, "GetBalance")
            self.assertEqual((done.code, done.out), (66, ""), url)
            self.assertRegex(done.err, rf"^{url}\?wsdl: the server answered (text|404): .*/bank'")
            self.assertIn("; give the service's own address, or its WSDL by --wsdl\n", done.err)

    def test_urls_that_are_none(self) -> None:
        for url in ("http:/bank", "https:bank", "http://h:99999/x", "http://[h/", "ftp://x/y", ""):
            done = run("call", url, "GetBalance")
            self.assertEqual((done.code, done.out), (1, ""), url)
            self.assertIn(f"{url} is no address; expected http://host:port/path", done.err)

    def test_slow(self) -> None:
        self.server["GetBalance"].delay("5s")
        done = run("call", self.url, "GetBalance", "--wsdl", self.bank, "--timeout", "0.2")
        self.assertEqual(done.code, 1)
        self.assertIn("timed out", done.err)
