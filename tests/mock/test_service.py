"""The mock server as a Twisted service: in memory, time by a `Clock`, a real front.

Covers: ZSI.mock.service.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress
from twisted.internet.error import CannotListenError
from twisted.internet.testing import MemoryReactorClock

from tests.mock.serving import BANK, element, envelope
from tests.mock.serving import Said as Answer
from tests.mock.test_rules import Files
from tests.twisted_.wire import Wire
from ZSI.mock import replies
from ZSI.mock.composition import compose
from ZSI.mock.errors import DefinitionError
from ZSI.mock.mistakes import DefinitionErrors
from ZSI.mock.options import Config, Said
from ZSI.mock.reload import INTERVAL
from ZSI.mock.service import MockService, _base_url, write_atomically


class Services(Files):
    """A service on a reactor in memory."""

    def setUp(self) -> None:
        super().setUp()
        self.write("bank.wsdl", BANK.read_text("utf-8"))
        self.reactor = MemoryReactorClock()
        self.reactor.advance(1_000_000)
        self.console: list[str] = []

    def make(self, rules: str | None = None, **options: Any) -> MockService:
        given = {name: Said(value, f"--{name}") for name, value in options.items()}
        given["cache"] = Said("off", "test")
        given.setdefault("admin", Said("off", "test"))
        if rules is None:
            given["wsdl"] = Said((f"{self.folder}/bank.wsdl",), "WSDL")
        else:
            given["rules"] = Said((str(self.write("r.yaml", rules)),), "--rules")
        owns: dict[tuple[str, str], Any] = {}
        config = Config(given)
        return MockService(lambda: compose(config, {}, owns), self.reactor, self.console.append)

    def start(self, rules: str | None = None, **options: Any) -> MockService:
        service = self.make(rules, **options)
        service.privilegedStartService()
        service.startService()
        self.successResultOf(service.listening)
        self.addCleanup(service.stopService)
        return service

    def ask(
        self, name: str = "", /, *, server: int = 0, path: str = "/bank", body: str | None = None,
        headers: str = "", **fields: Any,
    ) -> Answer:  # fmt: skip
        """POST to one of the ports that are open."""
        xml = envelope(body if body is not None else element(name, fields))
        head = f"POST {path} HTTP/1.1\r\nHost: h\r\nContent-Type: text/xml\r\n{headers}"
        return self.send(head.encode() + b"Content-Length: %d\r\n\r\n" % len(xml) + xml, server)

    def get(self, path: str, server: int = 0, headers: str = "") -> Answer:
        return self.send(f"GET {path} HTTP/1.1\r\nHost: h\r\n{headers}\r\n".encode(), server)

    def send(self, data: bytes, server: int) -> Answer:
        factory = self.reactor.tcpServers[server][1]
        protocol, wire = factory.buildProtocol(IPv4Address("TCP", "1.2.3.4", 5)), Wire()
        protocol.makeConnection(wire)
        protocol.dataReceived(data)
        for _ in range(5):
            self.reactor.advance(0)
        head, _, body = wire.value().partition(b"\r\n\r\n")
        return Answer(int(head.split(b" ")[1]), body)

    def settle(self) -> None:
        """Let the service look at its files until it has seen a change."""
        for _ in range(3):
            self.reactor.advance(INTERVAL)

    def said(self) -> str:
        """What the console said last."""
        return self.console[-1].replace(f"{self.folder}/", "")


class StartTests(Services):
    """Listening, telling, stopping."""

    def test_serves(self) -> None:
        self.start()
        self.assertEqual(self.ask("GetBalance", account="42").text("account"), "42")
        self.assertIn("GetBalance(account=42) sample 200", self.console[-1])
        self.assertIn("http://localhost:8080/bank  Bank, SOAP 1.1 and 1.2", self.console[0])
        port, _, backlog, interface = self.reactor.tcpServers[0]
        self.assertEqual((port, backlog, interface), (8080, 4096, "127.0.0.1"))

    def test_what_is_no_message_is_told_too(self) -> None:
        self.start()
        self.get("/bank?wsdl")
        self.assertRegex(self.console[-1], r"^\d\d:\d\d:\d\d GET /bank\?wsdl 200$")
        answer = self.ask("GetBalance", account="1", path="/bnak")
        self.assertIn("nothing lives at /bnak; here are: /bank", answer.body.decode())
        self.assertRegex(self.console[-1], r" POST /bnak 404 \| nothing lives here; GET / lists")
        self.ask("GetBalance", account="1", headers="Content-Encoding: br\r\n")
        self.assertIn(" POST /bank 415 | ", self.console[-1])
        self.send(b"nonsense\r\n\r\n", 0)
        self.assertRegex(self.console[-1], r" from [\d.]+:\d+ 400 \| ")
        before = len(self.console)
        self.ask("Nope")
        self.assertEqual(len(self.console), before + 1)

    def test_what_is_no_message_in_json(self) -> None:
        self.start(json=True)
        self.get("/xyz")
        record = json.loads(self.console[-1])
        self.assertEqual((record["http"][:6], record["status"]), ("GET /x", 404))

    def test_json(self) -> None:
        self.start(json=True)
        self.ask("GetBalance", account="42")
        ready, call = (json.loads(line) for line in self.console)
        self.assertEqual(ready["ready"]["url"], "http://localhost:8080/bank")
        self.assertEqual(call["fields"], {"account": "42"})
        self.assertNotIn("warnings", ready)

    def test_what_schemas_mean_for_the_checks(self) -> None:
        text = BANK.read_text("utf-8")
        self.write("bank.wsdl", text.replace('name="on" type="xs:date"', 'name="on" type="bank:G"'))
        self.start()
        self.assertIn("\n  warn: Bank: type {urn:example:bank}G is not defined", self.console[0])
        self.start(json=True)
        (said,) = json.loads(self.console[-1])["warnings"]
        self.assertIn("less is checked there", said)

    def test_ready_file(self) -> None:
        path = self.folder / "ready.json"
        service = self.start(ready_file=str(path), admin="0")
        ready = json.loads(path.read_text("utf-8"))
        url = "http://localhost:8080/bank"
        self.assertEqual(ready["url"], url)
        self.assertEqual(
            ready["services"],
            {"Bank": {"wsdl": f"{url}?wsdl", "ports": {"BankSoap": url, "BankSoap12": url}}},
        )
        self.assertEqual(ready["admin"], "http://localhost:0/__admin")
        self.successResultOf(service.stopService())
        self.assertFalse(path.exists())

    def test_ready_file_that_cannot_be_written(self) -> None:
        service = self.make(ready_file=str(self.folder / "no" / "such.json"))
        service.privilegedStartService()
        self.failureResultOf(service.listening, OSError)

    def test_admin(self) -> None:
        self.start(admin="0")
        head = b"GET /__admin/services HTTP/1.1\r\nHost: localhost\r\n\r\n"
        self.assertIn(b"Bank", self.send(head, 1).body)

    def test_ports_of_their_own(self) -> None:
        service = self.start(
            "services:\n"
            "- bank.wsdl\n"
            "- {wsdl: bank.wsdl, path: /b, port: 81, name: b, stubs: [{op: GetBalance, "
            "reply: {balance: 2.00}}]}\n"
        )
        self.assertEqual([server[0] for server in self.reactor.tcpServers], [8080, 81])
        self.assertEqual(self.ask("GetBalance", account="1").text("balance"), "123.45")
        self.assertEqual(self.ask("GetBalance", account="1", path="/b").status, 404)
        answer = self.ask("GetBalance", account="1", path="/b", server=1)
        self.assertEqual(answer.text("balance"), "2.00")
        self.assertEqual(service.urls()["services"]["b"]["wsdl"], "http://localhost:81/b?wsdl")
        self.assertEqual(service.mock.url("/b"), "http://localhost:81/b")

    def test_two_endpoints(self) -> None:
        self.start(endpoint=("tcp:81", "tcp:82"))
        for server in (0, 1):
            self.assertEqual(self.ask("GetBalance", account="1", server=server).status, 200)

    def test_only_ports_of_their_own(self) -> None:
        self.start("services: [{wsdl: bank.wsdl, port: 81}]")
        self.assertEqual([server[0] for server in self.reactor.tcpServers], [81])

    def test_web_front(self) -> None:
        self.start(front="web")
        self.assertEqual(self.ask("GetBalance", account="1").status, 200)

    def test_proxy(self) -> None:
        forwarded = "X-Forwarded-Proto: https\r\nX-Forwarded-Host: front.example\r\n"
        self.start(trust_proxy=True)
        self.assertIn(b"https://front.example/bank", self.get("/bank?wsdl", 0, forwarded).body)
        self.start()
        self.assertNotIn(b"front.example", self.get("/bank?wsdl", 1, forwarded).body)

    def test_port_is_taken(self) -> None:
        service = self.make()

        def refuse(*args: Any, **kw: Any) -> None:
            raise CannotListenError("127.0.0.1", 8080, OSError(98, "Address in use"))

        self.reactor.listenTCP = refuse  # type: ignore[method-assign]  # the test's own reactor
        service.privilegedStartService()
        self.failureResultOf(service.listening, CannotListenError)

    def test_endpoint_that_is_none(self) -> None:
        for endpoint, said in (
            ("tpc:80", "endpoint tpc:80: Unknown endpoint type: 'tpc'"),
            ("tcp:80:nonsense=1", "endpoint tcp:80:nonsense=1: _parseTCP() got an unexpected"),
            ("ssl:80:privateKey=gone.pem", "gone.pem: No such file or directory"),
        ):
            service = self.make(endpoint=(endpoint,))
            service.privilegedStartService()
            failure = self.failureResultOf(service.listening, DefinitionError)
            self.assertIn(said, str(failure.value))

    def test_mistakes(self) -> None:
        for rules, said in (
            ("services: [gone.wsdl]", "gone.wsdl"),
            ("services: [bank.wsdl]\nstubs: [{op: Nope}]", "no operation Nope"),
        ):
            error = self.assertRaises(DefinitionErrors, self.make, rules)
            self.assertIn(said, str(error))

    def test_urls(self) -> None:
        tcp = IPv4Address("TCP", "0.0.0.0", 80)
        self.assertEqual(_base_url("tcp:80", tcp), "http://localhost:80")
        self.assertEqual(_base_url("tls:x", IPv4Address("TCP", "10.0.0.1", 443)),
                         "https://10.0.0.1:443")  # fmt: skip
        self.assertEqual(_base_url("ssl:443", IPv6Address("TCP", "::1", 443)), "https://[::1]:443")
        self.assertIn("/run/m", _base_url("unix:/run/m", UNIXAddress("/run/m")))

    def test_atomic(self) -> None:
        path = self.folder / "x"
        write_atomically(path, "1")
        write_atomically(path, "2")
        self.assertEqual(path.read_text("utf-8"), "2")
        path.unlink()
        path.mkdir()
        error = self.assertRaises(OSError, write_atomically, path, "3")
        self.assertEqual(error.filename, str(path))
        self.assertEqual([item.name for item in self.folder.iterdir() if ".x" in item.name], [])


class ReloadTests(Services):
    """Rules and WSDLs read again."""

    RULES = "services: [bank.wsdl]\nstubs:\n- {op: GetBalance, reply: {balance: 1.00}}\n"

    def balance(self) -> str | None:
        return self.ask("GetBalance", account="1").text("balance")

    def test_changed_stub(self) -> None:
        self.start(self.RULES)
        self.assertEqual(self.balance(), "1.00")
        self.write("r.yaml", self.RULES.replace("1.00", "2.00"))
        self.assertEqual(self.balance(), "1.00")
        self.settle()
        self.assertEqual(self.said(), "reloaded: 1 services, 1 stubs")
        self.assertEqual(self.balance(), "2.00")

    def test_broken_edit(self) -> None:
        """It keeps the old rules and says so; mending it is noticed."""
        self.start(self.RULES)
        for broken, said in (
            ("a: [", "not YAML"),
            (self.RULES.replace("balance", "blance"), "r.yaml:3: reply: blance: no field 'blance'"),
            (self.RULES.replace("bank.wsdl", "bunk.wsdl"), "bunk.wsdl"),
        ):
            self.write("r.yaml", broken)
            self.settle()
            self.assertTrue(self.said().startswith("not reloaded, the rules of before stay:\n"))
            self.assertIn(said, self.said())
            self.assertEqual(self.balance(), "1.00")
        self.write("r.yaml", self.RULES.replace("1.00", "3.00"))
        self.settle()
        self.assertEqual(self.balance(), "3.00")

    def test_json_note(self) -> None:
        self.start(self.RULES, json=True)
        self.write("r.yaml", "a: [")
        self.settle()
        self.assertIn("not reloaded", json.loads(self.console[-1])["note"])

    def test_new_include_is_watched_though_broken(self) -> None:
        self.start(self.RULES)
        self.write("b.yaml", "- {op: Transfer, reply: {status: 5}}")
        self.write("r.yaml", self.RULES + "include: b.yaml\n")
        self.settle()
        self.assertIn("b.yaml:1: reply: status: '5'", self.said())
        self.write("b.yaml", "- {op: Transfer, reply: {status: DONE}}")
        self.settle()
        self.assertEqual(self.said(), "reloaded: 1 services, 2 stubs")

    def test_changed_wsdl(self) -> None:
        """What it no longer declares is said; other clients see the new one at once."""
        self.start(self.RULES)
        text = BANK.read_text("utf-8")
        self.write("bank.wsdl", text.replace('name="balance"', 'name="saldo"'))
        self.settle()
        self.assertIn("reply: balance: no field 'balance'", self.said())
        self.write("r.yaml", self.RULES.replace("balance", "saldo"))
        self.settle()
        self.assertEqual(self.ask("GetBalance", account="1").text("saldo"), "1.00")

    def test_services_come_and_go(self) -> None:
        self.start(self.RULES)
        self.write("r.yaml", "services: [{wsdl: bank.wsdl, path: /new}]")
        self.settle()
        self.assertEqual(self.ask("GetBalance", account="1").status, 404)
        self.assertEqual(self.ask("GetBalance", account="1", path="/new").status, 200)

    def test_what_is_remembered_stays(self) -> None:
        service = self.start(self.RULES)
        service.mock.store["sid"] = "7"
        service.mock.op("Transfer").reply(status="DONE")
        self.balance()
        self.write("r.yaml", self.RULES.replace("1.00", "2.00"))
        self.settle()
        self.assertEqual(service.mock.store["sid"], "7")
        self.assertEqual(
            len(service.mock.calls("GetBalance", service.mock.op("GetBalance").stub.when)), 1
        )
        answer = self.ask("Transfer", **{"from": "a", "to": "b", "amount": "1"})
        self.assertEqual(answer.text("status"), "DONE")

    def test_stubs_that_stay_as_they_were_go_on(self) -> None:
        """Turns, times and chance are those of a stub's content, wherever it stands in its file."""
        stubs = (
            "- {op: GetBalance, times: 2, reply: {balance: 9.00}}\n"
            "- {op: GetBalance, replies: [{reply: {balance: 1.00}}, {reply: {balance: 2.00}}, "
            "{reply: {balance: 3.00}}]}\n"
            "- {op: GetRates, trouble: {kind: close, probability: 0.5, seed: 4}}\n"
        )
        rules = "services: [bank.wsdl]\nstubs:\n"
        service = self.start(rules + stubs)
        self.assertEqual([self.balance() for _ in range(3)], ["9.00", "9.00", "1.00"])
        chance = service.mock.engine.chance
        stub = service.mock.engine.rules.files[2]
        chance.happening(stub)
        source = chance._seeded[(stub.number, 0)]
        self.write("r.yaml", f"{rules}# a line more\n- {{op: Transfer, delay: 1ms}}\n{stubs}")
        self.settle()
        self.assertEqual(self.balance(), "2.00")
        self.assertIn("stub r.yaml:6 200", self.said())
        stub = service.mock.engine.rules.files[3]
        self.assertIs(chance._seeded[(stub.number, 0)], source)
        self.write("r.yaml", rules + stubs.replace("9.00", "8.00"))
        self.settle()
        self.assertEqual([self.balance() for _ in range(3)], ["8.00", "8.00", "3.00"])

    def test_bounds_of_the_journal(self) -> None:
        service = self.start(self.RULES + "journal_entries: 2\njournal_bytes: 1M\n")
        self.assertEqual(service.mock.journal.limits.bytes, 1 << 20)
        for _ in range(3):
            self.balance()
        self.assertEqual(len(list(service.mock.journal)), 2)
        self.write("r.yaml", self.RULES + "journal_entries: 1\n")
        self.settle()
        self.balance()
        self.assertEqual(len(list(service.mock.journal)), 1)

    def test_stubs_of_others_must_still_fit(self) -> None:
        service = self.start(self.RULES)
        service.mock.op("Transfer").when(reference="x").reply(status="DONE")
        text = BANK.read_text("utf-8").replace('name="reference"', 'name="note"')
        self.write("bank.wsdl", text)
        self.settle()
        self.assertIn("not reloaded", self.said())
        self.assertEqual(self.balance(), "1.00")

    def test_calls_under_way_end_with_the_rules_they_began_with(self) -> None:
        self.start(self.RULES.replace("}}", "}, delay: 10s}"))
        factory = self.reactor.tcpServers[0][1]
        protocol, wire = factory.buildProtocol(None), Wire()
        protocol.makeConnection(wire)
        xml = envelope(element("GetBalance", {"account": "1"}))
        head = b"POST /bank HTTP/1.1\r\nHost: h\r\nContent-Type: text/xml\r\n"
        protocol.dataReceived(head + b"Content-Length: %d\r\n\r\n" % len(xml) + xml)
        self.write("r.yaml", self.RULES.replace("1.00", "2.00"))
        self.settle()
        self.assertEqual(self.balance(), "2.00")
        self.assertEqual(wire.value(), b"")
        self.reactor.advance(10)
        self.assertIn(b">1.00<", wire.value())

    def test_other_endpoints_need_a_restart(self) -> None:
        self.start(self.RULES)
        self.write("r.yaml", self.RULES + "port: 9999\n")
        self.settle()
        self.assertIn("after a restart", self.console[-2])

    def test_turned_off(self) -> None:
        self.start(self.RULES, reload=False)
        self.write("r.yaml", self.RULES.replace("1.00", "2.00"))
        self.settle()
        self.assertEqual(self.balance(), "1.00")

    def test_a_bug_of_ours_does_not_stop_it(self) -> None:
        service = self.start(self.RULES)

        def fail() -> Any:
            raise RuntimeError("bug")

        service._compose = fail
        service.reload()
        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)
        self.assertEqual(self.balance(), "1.00")

    def test_a_thousand_stubs(self) -> None:
        many = "".join(
            f"- {{op: GetBalance, when: {{account: '{n}'}}, reply: {{balance: {n}.00}}}}\n"
            for n in range(1, 1001)
        )
        self.start("services: [bank.wsdl]\nstubs:\n" + many)
        self.assertEqual(self.ask("GetBalance", account="777").text("balance"), "777.00")
        self.write("r.yaml", "services: [bank.wsdl]\nstubs:\n" + many.replace(": 777.00", ": 7.77"))
        self.settle()
        self.assertEqual(self.ask("GetBalance", account="777").text("balance"), "7.77")


class InForceTests(Services):
    """What a rule file says besides stubs' own keys holds where replies are made, too."""

    RULES = (
        "namespaces: {q: 'urn:q'}\n"
        "services: [bank.wsdl]\n"
        "stubs:\n"
        "- {op: GetBalance, when: {account: 1}, fault: {$code: 'q:STALE'}}\n"
        "- {op: GetBalance, when: {account: 2}, file: sub/reply.xml}\n"
        "- {op: Transfer, fallback: {fault: {$code: 'q:LATER'}}}\n"
    )

    def setUp(self) -> None:
        super().setUp()
        self.write("sub/reply.xml", "<x xmlns='urn:x'>{{ request.account }}</x>")

    def check(self) -> None:
        body = self.ask("GetBalance", account="1").body
        self.assertRegex(body.decode(), r'<faultcode xmlns:(\w+)="urn:q">\1:STALE<')
        self.assertIn(b"<x xmlns='urn:x'>2</x>", self.ask("GetBalance", account="2").body)
        body = self.ask("Transfer", **{"from": "a", "to": "b", "amount": "1"}).body
        self.assertIn(b":LATER<", body)

    def test_prefixes_and_folders(self) -> None:
        service = self.start(self.RULES)
        self.check()
        service.mock.op("GetRates").reply(rate=[{"value": "1"}])
        self.check()
        self.write("r.yaml", self.RULES + "# edited\n")
        self.settle()
        self.check()

    def test_memory(self) -> None:
        """Calls leave nothing behind but the journal."""
        service = self.start("services: [bank.wsdl]\nstubs: [{op: GetBalance, delay: 0s}]")
        maker = service.mock.engine.renderer.maker

        @service.mock.op("GetRates").handler
        def rates(request: Any) -> Any:
            return {"rate": [{"value": "1"}]}

        def size() -> int:
            self.ask("GetBalance", account="1")
            self.ask("OpenAccount", body="<OpenAccount xmlns='urn:example:bank'/>")
            self.ask("ReportFraud", transactionId="1", note="x")
            return len(maker._made) + len(maker._others)

        first = size()
        self.assertEqual([size() for _ in range(5)], [first] * 5)
        self.patch(replies, "MOST_OTHERS", 10)
        for _ in range(30):
            self.ask("GetRates", currency="EUR")
        self.assertLessEqual(len(maker._others), 10)


class ClassTests(Services):
    """A class beside mocked services, mounted from a rule file: see `test_mixing` for the rest."""

    def test_it_is_given_its_mock(self) -> None:
        root = Path(__file__).parents[2]
        service = self.start(
            f"services:\n- {{class: 'tests.mock.mixed:Greeter', wsdl: {root}/echo.wsdl}}\n"
            "- bank.wsdl\n"
        )
        self.assertEqual([mount.path for mount in service.mock.mounts], ["/echo", "/bank"])
        body = '<Echo xmlns="urn:ZSI"><value>x</value></Echo>'
        self.assertEqual(self.ask(path="/echo", body=body).text("value"), "hello x")
        self.assertIn("Echo(value=x) class 200", self.console[-1])
