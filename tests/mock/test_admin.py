"""The HTTP interface: every route against its OpenAPI document, who may ask, and the client."""

from __future__ import annotations

import json
import re
import threading
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.server import Site

from tests.mock.serving import BANK, Said, post, send
from ZSI.mock.admin import AdminResource
from ZSI.mock.api import ROUTES
from ZSI.mock.client import RemoteError, RemoteMock
from ZSI.mock.dsl import fail, reply
from ZSI.mock.errors import DefinitionError
from ZSI.mock.matchers import absent, matching
from ZSI.mock.openapi import PREFIX, document
from ZSI.mock.server import MockServer
from ZSI.mock.verify import exactly, once


class AdminTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.bank = MockServer(BANK, admin=True).start()
        self.addCleanup(self.bank.stop)
        self.base = self.bank.mock.admin_url + PREFIX
        self.remote = RemoteMock(self.base)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Said:
        """A request to the interface."""
        data = json.dumps(body).encode() if body is not None else None
        return send(self.base + path, method, data, headers)

    def data(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        """The data of an answer of this status."""
        answer = self.ask(method, path, body)
        self.assertEqual(answer.status, status, answer.body)
        return json.loads(answer.body) if answer.body else None

    def call(self, account: str = "42", **how: Any) -> Said:
        """A SOAP call."""
        return post(self.bank.url, "GetBalance", account=account, **how)


#: A request for each route that does what it is for: body, query, status.
REQUESTS: dict[str, tuple[str, Any, int]] = {
    "GET /services": ("/services", None, 200),
    "GET /operations": ("/operations", None, 200),
    "GET /operations/{op}/sample": ("/operations/BankSoap12%2FGetBalance/sample", None, 200),
    "POST /operations/{op}/sample": (
        "/operations/GetBalance/sample", {"fields": {"balance": "7.00"}}, 200),
    "GET /stubs": ("/stubs?op=GetBalance", None, 200),
    "POST /stubs": ("/stubs", {"op": "GetBalance", "id": "a b", "reply": {"balance": 1}}, 201),
    "POST /stubs/import": ("/stubs/import", [{"op": "GetRates", "delay": "1ms"}], 201),
    "GET /stubs/export": ("/stubs/export", None, 200),
    "GET /stubs/{id}": ("/stubs/a%20b", None, 200),
    "PUT /stubs/{id}": ("/stubs/a%20b", {"op": "GetBalance", "id": "a b", "times": 3}, 200),
    "DELETE /stubs/{id}": ("/stubs/a%20b", None, 204),
    "DELETE /stubs": ("/stubs", None, 204),
    "POST /reset": ("/reset", None, 204),
    "GET /scenarios": ("/scenarios", None, 200),
    "PUT /scenarios/{name}": ("/scenarios/s", {"state": "up"}, 200),
    "DELETE /scenarios/{name}": ("/scenarios/s", None, 204),
    "GET /store": ("/store", None, 200),
    "PUT /store/{key}": ("/store/k", {"value": [1], "lifetime": "1h"}, 204),
    "DELETE /store/{key}": ("/store/k", None, 204),
    "GET /gates": ("/gates", None, 200),
    "POST /gates/{name}/release": ("/gates/g/release", {"count": 1}, 204),
    "POST /gates/{name}/shut": ("/gates/g/shut", None, 204),
    "GET /clock": ("/clock", None, 200),
    "POST /clock": ("/clock", {"advance": "2d"}, 200),
    "GET /sessions": ("/sessions", None, 200),
    "DELETE /sessions/{name}": ("/sessions/s", None, 204),
    "GET /journal": ("/journal?last=1&bodies=1", None, 200),
    "POST /journal/find": ("/journal/find", {"op": "GetBalance", "when": {"account": 42}}, 200),
    "POST /journal/count": ("/journal/count", {"op": "GetBalance"}, 200),
    "GET /journal/unmatched": ("/journal/unmatched", None, 200),
    "GET /journal/near-misses": ("/journal/near-misses", None, 200),
    "GET /journal/{number}": ("/journal/1", None, 200),
    "DELETE /journal": ("/journal", None, 204),
    "POST /verify": ("/verify", {"op": "GetBalance", "count": 1}, 200),
    "GET /report": ("/report", None, 200),
    "GET /settings": ("/settings", None, 200),
    "GET /health": ("/health", None, 200),
    "GET /ready": ("/ready", None, 200),
    "GET /metrics": ("/metrics", None, 200),
    "GET /openapi.json": ("/openapi.json", None, 200),
}


class OpenApiTests(AdminTestCase):
    def test_the_document_says_what_the_routes_do(self) -> None:
        made = self.data("GET", "/openapi.json")
        self.assertEqual(made["openapi"], "3.1.0")
        self.assertEqual(made, json.loads(json.dumps(document(ROUTES))))
        described = {
            f"{method.upper()} {path.removeprefix(PREFIX)}": operation
            for path, methods in made["paths"].items()
            for method, operation in methods.items()
        }
        self.assertEqual(set(described), set(REQUESTS))
        ids = [operation["operationId"] for operation in described.values()]
        self.assertEqual(len(ids), len(set(ids)))
        for name, operation in described.items():
            path, body, _ = REQUESTS[name]
            given = {p["name"] for p in operation["parameters"] if p["in"] == "query"}
            asked = set(re.findall(r"[?&](\w+)=", path))
            self.assertLessEqual(asked, given, name)
            named = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
            self.assertEqual(named, set(re.findall(r"\{(\w+)\}", name)))
            self.assertEqual(body is not None, "requestBody" in operation, name)

    def test_every_described_route_answers(self) -> None:
        order = ["GET /journal/{number}", "POST /verify", "POST /stubs", "GET /stubs/{id}",
                 "PUT /stubs/{id}", "DELETE /stubs/{id}", "PUT /scenarios/{name}",
                 "PUT /store/{key}", "DELETE /scenarios/{name}", "DELETE /store/{key}"]  # fmt: skip
        self.call()
        for name in [*order, *(name for name in REQUESTS if name not in order)]:
            path, body, status = REQUESTS[name]
            answer = self.ask(name.split()[0], path, body)
            self.assertEqual(answer.status, status, (name, answer.body))

    def test_what_is_not_there(self) -> None:
        self.assertIn("openapi.json", self.data("GET", "/nothing", status=404)["error"])
        self.assertIn("GET, POST", self.data("PUT", "/clock", {}, status=405)["error"])
        self.assertEqual(send(self.bank.mock.admin_url + "/x", "GET", None, {}).status, 404)


class AccessTests(AdminTestCase):
    def test_requests_by_another_name_of_this_machine_are_refused(self) -> None:
        for host, status in (
            ("evil.example", 403), ("127.0.0.1.evil.example", 403), ("localhost:1", 200),
            ("127.0.0.1", 200), ("[::1]:80", 200), ("localhost.evil.example", 403),
        ):  # fmt: skip
            self.assertEqual(self.ask("GET", "/health", Host=host).status, status, host)

    def test_writes_from_other_origins_are_refused(self) -> None:
        for origin, status in (
            ("http://evil.example", 403), ("null", 403), (self.bank.mock.admin_url, 204),
        ):  # fmt: skip
            self.assertEqual(self.ask("POST", "/reset", Origin=origin).status, status, origin)
        answer = self.ask("GET", "/health", Origin="http://evil.example")
        self.assertNotIn("Access-Control-Allow-Origin", answer.headers)

    def test_forms_are_refused(self) -> None:
        headers = {"Content-Type": "text/plain"}
        answer = send(self.base + "/stubs", "POST", b'{"op": "GetBalance"}', headers)
        self.assertEqual(answer.status, 415)

    def test_with_a_token(self) -> None:
        listener = self.bank._listener
        assert listener is not None
        resource = AdminResource(self.bank.mock, listener.reactor, token="t0ken")
        port = listener.call(
            lambda: listener.reactor.listenTCP(
                0, Site(resource, reactor=listener.reactor), interface="127.0.0.1"
            )
        )
        listener.also(port.stopListening)
        url = f"http://127.0.0.1:{port.getHost().port}"
        for given, status in (
            ({}, 401), ({"Authorization": "Bearer wrong"}, 401),
            ({"Authorization": "Bearer t0ken"}, 200),
            ({"Authorization": "Bearer t0ken", "Host": "mock.example"}, 200),
        ):  # fmt: skip
            self.assertEqual(send(f"{url}{PREFIX}/health", "GET", None, given).status, status)
        self.assertEqual(RemoteMock(url, token="t0ken").mock.request("GET", "/health")["status"],
                         "ok")  # fmt: skip
        self.assertRaises(RemoteError, RemoteMock(url).mock.reset)

    def test_bodies_that_are_no_json_or_too_much(self) -> None:
        self.assertEqual(send(self.base + "/stubs", "POST", b"{", {}).status, 400)
        self.assertEqual(send(self.base + "/stubs", "POST", b" " * (9 << 20), {}).status, 413)

    def test_files_elsewhere_are_not_to_be_had(self) -> None:
        for path in ("/etc/hostname", "../../secret.xml"):
            entry = {"op": "GetBalance", "file": path, "media_type": "text/plain"}
            self.assertIn("below", self.data("POST", "/stubs", entry, status=400)["error"])


class RouteTests(AdminTestCase):
    def test_a_stub_is_the_yaml_entry(self) -> None:
        entry = {"op": "GetBalance", "when": {"account": "42"}, "reply": {"balance": "10.00"},
                 "times": 2, "delay": "1ms", "id": "mine"}  # fmt: skip
        self.assertEqual(self.data("POST", "/stubs", entry, 201), entry)
        self.assertEqual(self.call().text("balance"), "10.00")
        exported = self.data("GET", "/stubs/export")
        self.data("POST", "/reset", status=204)
        self.assertEqual(self.data("POST", "/stubs/import", exported, 201), [entry])
        changed = {**entry, "reply": {"balance": "11.00"}}
        self.data("PUT", "/stubs/mine", changed)
        self.assertEqual(self.call().text("balance"), "11.00")

    def test_import_keeps_the_order_and_is_all_or_none(self) -> None:
        entries = [{"op": "GetBalance", "reply": {"balance": f"{n}.00"}} for n in (1, 2)]
        self.data("POST", "/stubs/import", entries, 201)
        self.assertEqual(self.call().text("balance"), "1.00")
        self.data("POST", "/stubs/import", [*entries, {"op": "GetBalence"}], 404)
        self.assertEqual(len(self.data("GET", "/stubs")), 2)

    def test_mistakes_name_the_nearest(self) -> None:
        said = self.data("POST", "/stubs", {"op": "GetBalance", "when": {"acount": 1}}, 400)
        self.assertEqual(said["nearest"], ["account"])
        self.assertIn("GetBalance", self.data("POST", "/stubs", {"op": "GetBalanc"}, 404)["error"])
        self.assertIn("repy", self.data("POST", "/stubs", {"op": "X", "repy": {}}, 400)["error"])

    def test_numbers_as_json_has_them(self) -> None:
        text = b'{"op": "GetBalance", "when": {"account": 10.00}, "reply": {"balance": 10.10}}'
        send(self.base + "/stubs", "POST", text, {"Content-Type": "application/json"})
        self.assertEqual(self.call("10.00").text("balance"), "10.10")

    def test_verification(self) -> None:
        self.call()
        asked = {"op": "GetBalance", "when": {"account": "42"}}
        self.assertTrue(self.data("POST", "/verify", {**asked, "count": 1})["holds"])
        self.assertTrue(self.data("POST", "/verify", {**asked, "at_most": 1})["holds"])
        said = self.data("POST", "/verify", {"op": "GetBalance", "when": {"account": "43"}}, 409)
        self.assertIn("expected = '43', was '42'", said["message"])
        self.data("POST", "/verify", {"op": "GetBalance", "count": "x"}, 400)
        self.data("POST", "/verify", {}, 400)
        self.data("POST", "/verify", {"op": "GetBalance", "count": 2, "within": "soon"}, 400)

    def test_verification_that_waits(self) -> None:
        timer = threading.Timer(0.1, self.call)
        timer.start()
        asked = {"op": "GetBalance", "count": 1, "within": 5}
        self.assertTrue(self.data("POST", "/verify", asked)["holds"])
        timer.join()
        started = time.monotonic()
        self.data("POST", "/verify", {**asked, "count": 2, "within": "50ms"}, 409)
        self.assertGreater(time.monotonic() - started, 0.04)

    def test_journal_unmatched_and_near_misses(self) -> None:
        self.data("POST", "/stubs", {"op": "GetBalance", "when": {"account": "41"}}, 201)
        self.call()
        self.assertEqual(len(self.data("GET", "/journal/unmatched")), 1)
        misses = self.data("GET", "/journal/near-misses")
        self.assertIn("expected = '41'", misses[0]["misses"][0]["reasons"][0])
        self.data("GET", "/journal/77", status=404)
        self.data("GET", "/journal?since=yesterday", status=400)
        later = (datetime.now(UTC) + timedelta(hours=1)).isoformat().replace("+", "%2B")
        self.assertEqual(self.data("GET", f"/journal?since={later}"), [])

    def test_the_clock_moves_dates_and_lifetimes(self) -> None:
        self.data("POST", "/clock", {"set": "2030-01-01T00:00:00Z", "freeze": True})
        self.assertEqual(self.data("GET", "/clock")["now"][:19], "2030-01-01T00:00:00")
        self.data("PUT", "/store/sid", {"value": "x", "lifetime": "30m"}, 204)
        self.assertEqual(self.data("GET", "/store"), {"sid": "x"})
        self.data("POST", "/clock", {"advance": "31m"})
        self.assertEqual(self.data("GET", "/store"), {})
        self.assertIn("2030-01-0", self.call().text("asOf") or "")
        self.data("POST", "/clock", {"advance": "99999999d"}, 400)
        self.data("POST", "/clock", {"advance": "x"}, 400)
        self.data("POST", "/clock", {"reset": True})
        self.assertNotIn("2030", self.data("GET", "/clock")["now"])

    def test_sessions(self) -> None:
        entry = {"op": "GetBalance", "reply": {"balance": "1.00"}}
        self.data("POST", "/stubs?session=t1", entry, 201)
        self.assertEqual(len(self.data("GET", "/stubs?session=t1")), 1)
        self.assertEqual(self.data("GET", "/stubs?session=t2"), [])
        self.assertEqual(self.call(http={"X-Mock-Session": "t1"}).text("balance"), "1.00")
        self.assertNotEqual(self.call().text("balance"), "1.00")
        self.assertEqual(self.data("GET", "/sessions"), ["t1"])
        asked = {"op": "GetBalance"}
        self.assertEqual(self.data("POST", "/journal/count?session=t1", asked)["count"], 1)
        self.data("DELETE", "/sessions/t1", status=204)
        self.assertEqual(self.data("GET", "/stubs"), [])

    def test_metrics(self) -> None:
        self.call()
        text = self.ask("GET", "/metrics").body.decode()
        self.assertIn('zsi_mock_exchanges_total{operation="GetBalance",source="sample"', text)

    def test_report(self) -> None:
        self.call()
        said = self.data("GET", "/report")
        self.assertEqual(said["problems"], 0)
        self.assertIn("Transfer", said["uncalled"])


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

    def test_mistakes_are_said_by_the_server(self) -> None:
        error = self.assertRaises(
            RemoteError, self.remote.GetBalance.when(acount="1").reply, balance="1"
        )
        self.assertIn("did you mean account", str(error))

    def test_plain_http(self) -> None:
        with urllib.request.urlopen(self.base + "/health") as response:
            self.assertEqual(json.load(response), {"status": "ok"})
        self.assertEqual(urlsplit(self.base).hostname, "127.0.0.1")
