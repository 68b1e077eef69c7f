"""From settings and rule files to what is served, and stubs held against contracts.

Covers: ZSI.mock.composition, ZSI.mock.checking, ZSI.mock.assembly, ZSI.mock.settings.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

from tests.mock.serving import BANK
from tests.mock.test_rules import Files
from tests.wsdl.small import wsdl_text
from ZSI.mock.assembly import PathClash, Served, absolute, mounts_of
from ZSI.mock.checking import all_mistakes, check_stubs
from ZSI.mock.composition import Composition, compose
from ZSI.mock.contract import MockContract
from ZSI.mock.errors import DefinitionError
from ZSI.mock.facade import Mock
from ZSI.mock.mistakes import InputError
from ZSI.mock.options import Config, Said
from ZSI.mock.settings import Settings
from ZSI.mock.stubs import Stub
from ZSI.names import QName


class Composing(Files):
    """Composes from a rule file, without a cache on disk."""

    def setUp(self) -> None:
        super().setUp()
        self.write("bank.wsdl", BANK.read_text("utf-8"))

    def compose(self, rules: str | None = None, *wsdls: str, **options: Any) -> Composition:
        given = {name: Said(value, f"--{name}") for name, value in options.items()}
        given["cache"] = Said("off", "test")
        if rules is not None:
            given["rules"] = Said((str(self.write("r.yaml", rules)),), "--rules")
        given["wsdl"] = Said(tuple(f"{self.folder}/{wsdl}" for wsdl in wsdls), "WSDL")
        return compose(Config(given), {})

    def fine(self, rules: str | None = None, *wsdls: str, **options: Any) -> Composition:
        made = self.compose(rules, *wsdls, **options)
        self.assertEqual(self.lines(made.mistakes), [])
        return made

    def lines(self, mistakes: Any) -> list[str]:
        return [str(error).replace(f"{self.folder}/", "") for error in mistakes]


class CompositionTests(Composing):
    """What is to be served."""

    def test_a_wsdl(self) -> None:
        made = self.fine(None, "bank.wsdl")
        (served,) = made.served
        self.assertEqual((served.contract.name, served.settings), ("Bank", Settings()))
        self.assertEqual(made.endpoints, ("tcp:8080:interface=127.0.0.1:backlog=4096",))
        self.assertEqual([path.name for path in made.watched], ["bank.wsdl"])

    def test_settings_by_service(self) -> None:
        made = self.fine(
            "requests: warn\nprefix: soap\n"
            "services:\n"
            "- {wsdl: bank.wsdl, requests: off, seed: 5, understand: ['{urn:x}A', 'bank:B']}\n"
            "- {wsdl: bank.wsdl, path: /b, pedantic: yes, fallback: {raw: gone}}\n"
        )
        first, second = (served.settings for served in made.served)
        self.assertEqual((first.requests, first.prefix, first.seed), ("off", "soap", 5))
        self.assertEqual(first.understand, {QName("urn:x", "A"), QName("urn:example:bank", "B")})
        self.assertEqual((second.requests, second.pedantic), ("warn", True))
        self.assertEqual(second.fallback.body, b"gone")
        made = self.fine("services: [{wsdl: bank.wsdl, requests: off}]", requests="strict")
        self.assertEqual(made.served[0].settings.requests, "strict")

    def test_names_are_unique(self) -> None:
        made = self.fine(
            "services:\n"
            "- {wsdl: bank.wsdl, stubs: [{op: Transfer}]}\n"
            "- {wsdl: bank.wsdl, path: /2, stubs: [{op: GetBalance}]}\n"
            "- {wsdl: bank.wsdl, path: /3, name: third, stubs: [{op: GetRates, service: Bank}]}\n"
            "stubs: [{op: OpenAccount, service: third}]\n"
        )
        self.assertEqual([s.contract.name for s in made.served], ["Bank", "Bank-2", "third"])
        found = {stub.op: stub.service for stub in made.stubs}
        self.assertEqual(found, {"OpenAccount": "third", "Transfer": "Bank",
                                 "GetBalance": "Bank-2", "GetRates": "Bank"})  # fmt: skip
        engine = Mock(services=made.served).engine
        engine.load(made.stubs)
        paths = {stub.op: {o.contract for o in engine.check(stub)} for stub in made.stubs}
        self.assertEqual(paths["GetBalance"], {"Bank-2"})

    def test_named_on_the_command_line_too(self) -> None:
        made = self.fine("services: [{wsdl: bank.wsdl, path: /x}]", "bank.wsdl")
        self.assertEqual([served.path for served in made.served], ["/x"])

    def test_ports_of_their_own(self) -> None:
        made = self.fine(
            "host: 127.0.0.9\n"
            "services:\n"
            "- {wsdl: bank.wsdl, port: 81}\n"
            "- {wsdl: bank.wsdl, endpoint: ['tcp:82', 'tcp:83']}\n"
            "- bank.wsdl\n"
        )
        self.assertEqual(
            [served.endpoints for served in made.served],
            [("tcp:81:interface=127.0.0.9:backlog=4096",), ("tcp:82", "tcp:83"), ("",)],
        )
        mounts = mounts_of(made.served)
        self.assertEqual([mount.endpoints for mount in mounts],
                         [served.endpoints for served in made.served])  # fmt: skip

    def test_mistakes_of_all_kinds_at_once(self) -> None:
        made = self.compose(
            "services:\n"
            "- {wsdl: gone.wsdl}\n"
            "- {wsdl: bank.wsdl, path: {BankSaop: /x}}\n"
            "- {wsdl: bank.wsdl, understand: [Plain]}\n"
            "- {class: nowhere_at_all:Service}\n"
            "- {class: Service}\n"
            "- bank.wsdl\n"
            "wrong: 1\n"
        )
        said = self.lines(made.mistakes)
        self.assertIn("r.yaml:8: wrong: no key 'wrong' here", said[0])
        self.assertIn("r.yaml:2: gone.wsdl", said[1])
        self.assertIsInstance(made.mistakes[1], InputError)
        self.assertIn("r.yaml:3: path for port BankSaop, which Bank does not have", said[2])
        self.assertIn("did you mean BankSoap", said[2])
        self.assertIn("r.yaml:4: understand: Plain; expected {uri}Name", said[3])
        self.assertIn("r.yaml:5: class nowhere_at_all:Service: nowhere_at_all cannot", said[4])
        self.assertIn("r.yaml:6: class Service; expected my.module:EchoService", said[5])
        self.assertEqual(len(made.served), 1)
        self.assertIn("gone.wsdl", {path.name for path in made.watched})

    def test_no_soap(self) -> None:
        self.write("n.wsdl", '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"/>')
        made = self.compose(None, "n.wsdl")
        said = "n.wsdl has no SOAP operation to serve: none of its bindings is for SOAP"
        self.assertEqual(self.lines(made.mistakes), [said])

    def test_no_soap_for_a_reason(self) -> None:
        """What is missing is named, with its line."""
        self.write("n.wsdl", wsdl_text(port_type=""))
        (said,) = self.lines(self.compose(None, "n.wsdl").mistakes)
        self.assertRegex(
            said,
            r"^n.wsdl has no SOAP operation to serve: \S*n.wsdl:\d+: warning: missing-porttype: "
            "portType {urn:x}PT is not defined",
        )

    def test_nothing(self) -> None:
        self.assertIn("nothing to serve", self.lines(self.compose("stubs: []").mistakes)[0])

    def test_clash(self) -> None:
        made = self.compose("services: [bank.wsdl, bank.wsdl]")
        self.assertIn("Bank and Bank-2 both have GetBalance at /bank", str(made.mistakes[0]))


class ClassTests(Composing):
    """Service classes named in rule files."""

    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(setattr, sys, "path", list(sys.path))
        for name in ("own_service", "own_broken"):
            self.addCleanup(sys.modules.pop, name, None)
        self.write(
            "own_service.py",
            "from generated.EchoServer_server import EchoServer\n"
            "from ZSI.twisted.WSresource import WSResource\n"
            "class Echo(EchoServer):\n    pass\n"
            "class Hand(WSResource):\n    pass\n"
            "class Needs(WSResource):\n    def __init__(self, x): pass\n"
            "def make():\n    return Echo()\n"
            "def nothing():\n    return 5\n",
        )
        self.write("own_broken.py", "import does_not_exist_anywhere")

    def test_class_knows_its_wsdl(self) -> None:
        made = self.fine("services: [{class: 'own_service:Echo'}, {class: 'own_service:make', "
                         "path: /two}]")  # fmt: skip
        first, second = made.served
        self.assertEqual(first.contract.plan.source, "echo.wsdl")
        self.assertEqual(type(first.own).__name__, "Echo")
        self.assertIsNot(first.own, second.own)

    def test_hand_written(self) -> None:
        made = self.fine("services: [{class: 'own_service:Hand', path: h/, port: 81}]")
        ((endpoint, path),) = made.others
        self.assertEqual((endpoint[:6], path), ("tcp:81", "/h"))

    def test_kept_over_reloads(self) -> None:
        path = self.write("r.yaml", "services: [{class: 'own_service:Echo'}]")
        config = Config({"rules": Said((str(path),), "-"), "cache": Said("off", "-")})
        owns: dict[tuple[str, str], Any] = {}
        first, second = compose(config, {}, owns), compose(config, {}, owns)
        self.assertIs(first.served[0].own, second.served[0].own)

    def test_mistakes(self) -> None:
        for entry, said in (
            ("{class: 'own_service:Ecko'}", "own_service has no Ecko; did you mean Echo?"),
            ("{class: 'own_service:Needs', path: /x}", "takes no arguments"),
            ("{class: 'own_service:nothing'}", "makes int; expected a service"),
            ("{class: 'own_service:Hand'}", "knows no WSDL; expected wsdl: beside it, or path:"),
            ("{class: 'own_service:Hand', path: /x, stubs: [{op: A}]}", "stubs for class"),
            ("{class: 'own_broken:X'}", "No module named 'does_not_exist_anywhere'"),
        ):
            made = self.compose(f"services:\n- {entry}")
            (line,) = self.lines(made.mistakes)
            self.assertTrue(line.startswith("r.yaml:2: "), line)
            self.assertIn(said, line)


class CheckingTests(Composing):
    """Stubs held against the contract: all mistakes, each with its line."""

    def check(self, stubs: str) -> list[str]:
        made = self.fine(f"services: [bank.wsdl]\nstubs:\n{stubs}")
        engine = Mock(services=made.served).engine
        return self.lines(check_stubs(engine, made.stubs, made.entries))

    def test_good(self) -> None:
        self.assertEqual(self.check("- {op: GetBalance, when: {account: 42}}\n"), [])

    def test_every_mistake_of_a_stub(self) -> None:
        said = self.check(
            "- op: GetBalance\n"
            "  when:\n"
            "    acount: 42\n"
            "    on: tomorrow\n"
            "  header: {Session/id: x}\n"
            "  xpath: '//['\n"
            "  reply:\n"
            "    balance: lots\n"
            "    stauts: OPEN\n"
        )
        self.assertEqual(
            [line.split("; ")[0] for line in said],
            [
                "r.yaml:5: when: acount: no field 'acount' in GetBalance",
                "r.yaml:6: when: on: 'tomorrow' breaks xsd:date",
                "r.yaml:7: header: Session/id: no field 'id' in Session",
                "r.yaml:8: xpath: //[: XPath '//[': Invalid expression",
                "r.yaml:10: reply: balance: 'lots' breaks xsd:decimal",
                "r.yaml:11: reply: stauts: no field 'stauts' in GetBalanceResponse",
            ],
        )

    def test_lines_of_sequences_faults_and_fallbacks(self) -> None:
        said = self.check(
            "- op: GetBalance\n"
            "  replies:\n"
            "  - reply: {balance: 1}\n"
            "  - fault:\n"
            "      AccountNotFound:\n"
            "        code: seven\n"
            "  - xml: '<a'\n"
            "- op: Transfer\n"
            "  fallback:\n"
            "    fault:\n"
            "      Nope: {}\n"
            "- op: Trnasfer\n"
            "- {op: Transfer, input: x}\n"
            "- {op: Transfer, per: nothing}\n"
            "- {op: Transfer, trouble: meltdown}\n"
            "- {op: Transfer, any: [{when: {x: 1}}]}\n"
        )
        self.assertEqual(
            [line.split(":")[1] for line in said],
            ["8", "9", "13", "14", "15", "16", "17", "18"],
        )
        self.assertIn("r.yaml:8: replies: [2]: fault: AccountNotFound: code", said[0])
        self.assertIn("r.yaml:14: op: no operation Trnasfer; did you mean Transfer?", said[3])

    def test_control_words_stay_with_each_field(self) -> None:
        said = self.check(
            "- op: OpenAccount\n  reply: {$sample: none, account: 1, opened: soon, refused: x}\n"
        )
        self.assertEqual(len(said), 1)
        self.assertIn("opened", said[0])

    def test_all_mistakes(self) -> None:
        """Those of services and of stubs together, unless a WSDL is missing."""
        rules = "services: [bank.wsdl]\nprot: 1\nstubs:\n- {op: Nope}\n"
        made = self.compose(rules)
        said = "\n".join(self.lines(all_mistakes(made)))
        self.assertIn("no key 'prot'", said)
        self.assertIn("no operation Nope", said)
        made = self.compose(rules.replace("[bank.wsdl]", "[bank.wsdl, gone.wsdl]"))
        self.assertNotIn("no operation", "\n".join(self.lines(all_mistakes(made))))
        made = self.compose(rules.replace("[bank.wsdl]", "[bank.wsdl, bank.wsdl]"))
        self.assertIn("both have GetBalance", "\n".join(self.lines(all_mistakes(made))))

    def test_without_a_file(self) -> None:
        """Stubs that Python has made."""
        engine = Mock([MockContract.load(BANK)]).engine
        (error,) = check_stubs(engine, [Stub("Gone")])
        self.assertIn("op: no operation Gone; expected GetBalance, Transfer, ", str(error))


class MountsTests(Composing):
    """Which operations answer at which path."""

    def setUp(self) -> None:
        super().setUp()
        self.bank = MockContract.load(BANK)
        self.other = MockContract.load(BANK, name="other")

    def test_paths(self) -> None:
        self.assertEqual(absolute("a/"), "/a")
        served = Served(self.bank, path={"BankSoap12": "twelve"})
        self.assertEqual(served.paths(), {"BankSoap": "/bank", "BankSoap12": "/twelve"})
        mounts = {mount.path: mount for mount in mounts_of([served])}
        self.assertEqual(set(mounts), {"/bank", "/twelve"})
        versions = {o.version.number for o in mounts["/twelve"].router.operations}
        self.assertEqual(versions, {"1.2"})
        self.assertRaises(DefinitionError, Served(self.bank, path={"X": "/x"}).paths)

    def test_one_path_of_several_endpoints(self) -> None:
        both = Served(self.bank, endpoints=("a", "b"))
        (mount,) = mounts_of([both])
        self.assertEqual(mount.endpoints, ("a", "b"))
        more = [both, Served(self.other, path="/x", endpoints=("b",))]
        self.assertEqual({(m.path, m.endpoints) for m in mounts_of(more)},
                         {("/bank", ("a", "b")), ("/x", ("b",))})  # fmt: skip
        # the same path again, but elsewhere
        self.assertEqual(len(mounts_of([both, Served(self.other, endpoints=("c",))])), 2)

    def test_sharing_a_path(self) -> None:
        error = self.assertRaises(PathClash, mounts_of, [Served(self.bank), Served(self.other)])
        self.assertIn("Bank and other both have GetBalance at /bank", str(error))
        half = MockContract.load(BANK, name="half")
        half.operations = type(half.operations)(half.operations.all[:6])
        rest = MockContract.load(BANK, name="rest")
        rest.operations = type(rest.operations)(rest.operations.all[6:])
        (mount,) = mounts_of([Served(half), Served(rest)])
        self.assertEqual(len(mount.router.operations), 12)
        loose = replace(Settings(), requests="off")
        error = self.assertRaises(PathClash, mounts_of, [Served(half), Served(rest, loose)])
        self.assertIn("with different settings", str(error))

    def test_own_instances(self) -> None:
        (mount,) = mounts_of([Served(self.bank, own="instance")])
        self.assertEqual(mount.owns, {"Bank": "instance"})
